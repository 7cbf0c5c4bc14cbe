"""How the judge's process and the sandbox talk: plain data, one question at a time, and nothing that runs when read.

`wire` carries frames of msgpack, `values` makes plain data of Python's values and back, `peer` keeps both ends' objects
in step and makes calls, `modules` does so for what PyTorch keeps: modules, optimizers, functions of autograd.
"""

from instructor.channel.peer import Peer
from instructor.channel.values import Refused
from instructor.channel.wire import Broken, Closed, Wire

__all__ = ["Broken", "Closed", "Peer", "Refused", "Wire"]
