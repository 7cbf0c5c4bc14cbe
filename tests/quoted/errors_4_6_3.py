"""What the messages quoted in 4.6.3 come from."""

TWO = """
import threading
from datetime import timedelta
import torch
import torch.distributed as dist

store, groups = dist.HashStore(), {}
options = dist.ProcessGroupGloo._Options()
options._devices = [dist.ProcessGroupGloo.create_device(hostname="127.0.0.1")]
options._timeout = timedelta(seconds=20)

def join(rank):
    groups[rank] = dist.ProcessGroupGloo(store, rank, 2, options)
    groups[rank].allreduce([torch.ones(2)]).wait()

threads = [threading.Thread(target=join, args=(rank,)) for rank in (0, 1)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""

SAYS = {
    "ValueError: Default process group has not been initialized, please make sure to call init_process_group.": """
from torch import nn
from torch.nn.parallel import DistributedDataParallel
DistributedDataParallel(nn.Linear(2, 1))
""",
    "ValueError: Error initializing torch.distributed using env:// rendezvous: "
    "environment variable RANK expected, but not set": """
import torch.distributed as dist
dist.init_process_group("gloo")
""",
    "Timed out waiting …ms for recv operation to complete": TWO
    + """
late = dist.AllreduceOptions()
late.timeout = timedelta(seconds=0.3)
groups[0].allreduce([torch.ones(2)], late).wait()
""",
    "Connection closed by peer": TWO
    + """
del groups[1]
groups[0].allreduce([torch.ones(2)]).wait()
""",
    'Missing key(s) in state_dict: "weight", "bias".': """
from torch import nn
saved = {f"module.{name}": value for name, value in nn.Linear(2, 1).state_dict().items()}
nn.Linear(2, 1).load_state_dict(saved)
""",
}
