"""What the messages quoted in 4.6.3 come from."""

SAYS = {
    "ValueError: Default process group has not been initialized, please make sure to call init_process_group.": """
from torch import nn
from torch.nn.parallel import DistributedDataParallel
DistributedDataParallel(nn.Linear(2, 1))
""",
    'Missing key(s) in state_dict: "weight", "bias".': """
from torch import nn
saved = {f"module.{name}": value for name, value in nn.Linear(2, 1).state_dict().items()}
nn.Linear(2, 1).load_state_dict(saved)
""",
}
