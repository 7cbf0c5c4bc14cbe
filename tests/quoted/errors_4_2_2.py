"""What the messages quoted in 4.2.2 come from."""

SAYS = {
    "mat1 and mat2 shapes cannot be multiplied": """
import torch
E, X = torch.ones(64, 128), torch.ones(64, 784)
E @ X
""",
}
