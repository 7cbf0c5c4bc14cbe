"""What the messages quoted in 4.1.1 come from."""

SAYS = {
    "mat1 and mat2 shapes cannot be multiplied (4x3 and 2x3)": """
import torch
torch.zeros(4, 3) @ torch.zeros(2, 3)
""",
}
