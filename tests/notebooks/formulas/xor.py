"""The clouds, the best rule and the loop of 4.3.1, against densities and plain formulas."""

from __future__ import annotations

from types import ModuleType

import torch
from torch import nn
from torch.testing import assert_close

NOTEBOOK = "4.3.1"


def check_make_xor(notebook: ModuleType) -> None:
    X, y = notebook.make_xor(20000, 0.5, torch.Generator().manual_seed(0))
    corners = 2 * X.sign()  # at a noise of 0.5, one point in 30,000 strays
    assert X.shape == (20000, 2) and y.shape == (20000,)
    assert (y == (corners[:, 0] != corners[:, 1])).float().mean() > 0.999
    assert_close((X - corners).std().item(), 0.5, rtol=0.03, atol=0)
    assert abs(y.float().mean().item() - 0.5) < 0.02


def check_sign_rule(notebook: ModuleType) -> None:
    """No rule beats it: where it says 1, class 1 is the more probable of the two at that point."""
    points = torch.tensor([[a, b] for a in (-3.1, -0.2, 0.4, 2.2) for b in (-2.5, -0.3, 0.1, 1.7)])
    density = torch.zeros(2, len(points))
    for first in (0, 1):
        for second in (0, 1):
            corner = torch.tensor([4.0 * first - 2, 4.0 * second - 2])
            density[first ^ second] += torch.exp(-(points - corner).square().sum(dim=1) / (2 * 0.8**2))
    assert_close(notebook.sign_rule(points), density.argmax(dim=0))


def check_train_step(notebook: ModuleType) -> None:
    torch.manual_seed(0)
    line, x, y = nn.Linear(1, 1).double(), torch.randn(5, 1).double(), torch.randn(5, 1).double()
    w, b = line.weight.item(), line.bias.item()
    optimizer = torch.optim.SGD(line.parameters(), lr=0.1)
    losses = [notebook.train_step(line, x, y, nn.MSELoss(), optimizer) for _ in range(2)]
    for loss in losses:
        error = w * x + b - y
        assert_close(loss, error.square().mean().item())
        w, b = w - 0.1 * (2 * error * x).mean().item(), b - 0.1 * 2 * error.mean().item()
    assert_close(line.weight.item(), w)


SLIPS = [
    ("check_make_xor", "4.0 * bits - 2.0", "4.0 * bits - 1.0"),
    ("check_make_xor", "bits[:, 0] ^ bits[:, 1]", "bits[:, 0] | bits[:, 1]"),
    ("check_sign_rule", "X[:, 0] * X[:, 1] < 0", "X[:, 0] * X[:, 1] > 0"),
    ("check_train_step", "optimizer.zero_grad()", "pass"),
]
