"""What the messages quoted in 4.6.5 come from."""

SAYS = {
    "TypeError: images must be floats, got torch.uint8: use images.float() / 255": """
import torch
from helpers.augment import affine
affine(torch.zeros(2, 28, 28, dtype=torch.uint8), shift=1)
""",
}
