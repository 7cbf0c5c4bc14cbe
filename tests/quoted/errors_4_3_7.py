"""What the pinned versions say where 4.3.7 quotes them."""

SAYS = {
    "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.": """
import torch
from torch import nn
nn.Linear(2, 2).weight.normal_(0, 0.1)
""",
}
