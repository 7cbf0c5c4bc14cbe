"""What the messages quoted in 4.4.1 come from."""

SAYS = {
    "mat1 and mat2 must have the same dtype, but got Double and Float": """
import torch
from torch import nn
nn.Linear(1, 1)(torch.zeros(2, 1, dtype=torch.float64))
""",
    "expected target dtype to be Long or Byte, but got Float": """
import torch
import torch.nn.functional as F
F.cross_entropy(torch.zeros(2, 3), torch.tensor([0.0, 2.0]))
""",
    "stack expects each tensor to be equal size, but got [3] at entry 0 and [5] at entry 1": """
import torch
from torch.utils.data import DataLoader
list(DataLoader([torch.ones(3), torch.ones(5)], batch_size=2))
""",
}
