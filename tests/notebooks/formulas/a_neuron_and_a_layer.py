"""4.1.1: the sigmoid."""

from types import ModuleType

import torch

NOTEBOOK = "4.1.1"


def check_sigmoid(notebook: ModuleType) -> None:
    z = torch.linspace(-20, 20, 401, dtype=torch.float64)
    torch.testing.assert_close(notebook.sigmoid(z), 0.5 * (1 + torch.tanh(z / 2)))


SLIPS = [
    ("check_sigmoid", "torch.exp(-z)", "torch.exp(z)"),
    ("check_sigmoid", "1 / (1 +", "1 / (2 +"),
]
