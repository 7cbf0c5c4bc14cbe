"""Least squares, corners and waves: 4.5.1 against NumPy, autograd and plain sums."""

from __future__ import annotations

import math
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
from torch import Tensor, nn
from torch.testing import assert_close

NOTEBOOK = "4.5.1"


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def points(num_examples: int = 9) -> tuple[Tensor, Tensor]:
    x = 3 * draw(num_examples, 1) + 5
    return x, x.square() - 2 * x + draw(num_examples, 1, seed=1)


def check_true_curve(notebook: ModuleType) -> None:
    wanted = [x + 2 * math.sin(x) for x in (0.0, 1.0, 4.5)]
    assert_close(notebook.true_curve(torch.tensor([0.0, 1.0, 4.5])), torch.tensor(wanted))


def check_least_squares(notebook: ModuleType) -> None:
    x, y = points()
    best = notebook.least_squares(lambda x: torch.cat([torch.ones_like(x), x, x**2], dim=1), x, y)
    x_new = 4 * draw(6, 1, seed=2)
    wanted = np.polyval(np.polyfit(x.flatten().numpy(), y.flatten().numpy(), 2), x_new.numpy())
    assert_close(best(x_new), torch.from_numpy(wanted))


def check_in_data_units(notebook: ModuleType) -> None:
    x, y = points()
    network = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1)).double()
    scales = {"x_mean": x.mean(), "x_std": x.std(), "y_mean": y.mean(), "y_std": y.std()}
    w, b, v, c = notebook.in_data_units(SimpleNamespace(network=network, **scales))
    wanted = y.mean() + y.std() * network((x - x.mean()) / x.std())
    assert_close(c + ((w * x + b).clamp(min=0) * v).sum(dim=1, keepdim=True), wanted.detach())


def check_ramps(notebook: ModuleType) -> None:
    wanted = [[1.0] + [max(0.0, x - k) for k in range(0, 20, 2)] for x in (0.0, 3.0, 19.0)]
    assert_close(notebook.ramps(torch.tensor([[0.0], [3.0], [19.0]])), torch.tensor(wanted))


def check_waves(notebook: ModuleType) -> None:
    x, _ = points()
    wave = 3 - x + 2 * torch.sin(x + 0.7)
    columns = notebook.waves(x)
    assert columns.shape == (9, 4)
    assert_close(columns @ torch.linalg.lstsq(columns, wave).solution, wave)


SLIPS = [
    ("check_true_curve", "return x + 2 * torch.sin(x)", "return x + torch.sin(2 * x)"),
    ("check_least_squares", "return lambda x: columns(x) @ a", "return lambda x: columns(-x) @ a"),
    ("check_in_data_units", "first.weight.flatten() / model.x_std", "first.weight.flatten() * model.x_std"),
    ("check_in_data_units", "first.bias - w * model.x_mean", "first.bias + w * model.x_mean"),
    ("check_in_data_units", "model.y_mean + model.y_std * last.bias", "model.y_mean + last.bias"),
    ("check_ramps", "torch.arange(0.0, 20.0, 2.0)).clamp(min=0)", "torch.arange(0.0, 20.0, 2.0)).clamp(max=0)"),
    ("check_waves", "torch.sin(x), torch.cos(x)], dim=1)", "torch.sin(x), torch.sin(x)], dim=1)"),
]
