"""4.1.2: slopes as PyTorch finds them, against finite differences."""

from types import ModuleType

import torch

NOTEBOOK = "4.1.2"


def check_slope_by_autograd(notebook: ModuleType) -> None:
    z = torch.linspace(-3, 3, 60, dtype=torch.float64)  # 0, where ReLU has a kink, is not among them
    for function in (torch.relu, torch.sigmoid, torch.tanh):
        differences = (function(z + 1e-6) - function(z - 1e-6)) / 2e-6
        torch.testing.assert_close(notebook.slope_by_autograd(function, z), differences, rtol=1e-6, atol=1e-8)
    assert not z.requires_grad


SLIPS = [
    ("check_slope_by_autograd", "function(z).sum()", "function(z).mean()"),
    ("check_slope_by_autograd", "z.clone().requires_grad_()", "z.requires_grad_()"),
]
