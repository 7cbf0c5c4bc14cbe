"""What the messages quoted in 4.4.5 come from."""

SAYS = {
    "ValueError: prefetch_factor option could only be specified in multiprocessing...": """
from torch.utils.data import DataLoader
DataLoader([1, 2], prefetch_factor=2)
""",
}
