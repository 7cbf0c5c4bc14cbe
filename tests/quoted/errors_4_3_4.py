"""What the messages quoted in 4.3.4 come from."""

SAYS = {
    "mat1 and mat2 shapes cannot be multiplied (1792x28 and 784x50)": """
import torch
from torch import nn
nn.Linear(784, 50)(torch.zeros(64, 28, 28))
""",
    "expected target dtype to be Long or Byte, but got Int": """
import torch
import torch.nn.functional as F
F.cross_entropy(torch.zeros(4, 10), torch.zeros(4, dtype=torch.int32))
""",
}
