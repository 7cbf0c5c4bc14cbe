"""4.2.1: the local slopes against nudges, the order against its definition, the loss of the line against PyTorch's."""

from __future__ import annotations

import random
from types import ModuleType

import torch
import torch.nn.functional as F

NOTEBOOK = "4.2.1"


def _check_slopes(notebook: ModuleType, operation: object) -> None:
    """Each recorded slope is what a nudge of that number finds."""
    numbers = [1.5, -0.25]
    result = operation(*map(notebook.Value, numbers))
    for k in (0, 1):
        ends = []
        for nudge in (1e-6, -1e-6):
            nudged = [number + nudge * (place == k) for place, number in enumerate(numbers)]
            ends.append(operation(*map(notebook.Value, nudged)).data)
        assert result.made_from[k].data == numbers[k]
        assert abs((ends[0] - ends[1]) / 2e-6 - result.slopes[k]) < 1e-6


def check_add(notebook: ModuleType) -> None:
    _check_slopes(notebook, notebook.add)
    assert notebook.add(notebook.Value(2.0), notebook.Value(5.0)).data == 7.0


def check_subtract(notebook: ModuleType) -> None:
    _check_slopes(notebook, notebook.subtract)
    assert notebook.subtract(notebook.Value(2.0), notebook.Value(5.0)).data == -3.0


def check_in_order(notebook: ModuleType) -> None:
    chance = random.Random(1)
    values = [notebook.Value(float(k)) for k in range(3)]
    for _ in range(30):
        values.append(notebook.add(chance.choice(values), chance.choice(values)))
    behind = {values[-1]}
    for value in reversed(values):
        behind |= set(value.made_from) if value in behind else set()
    order = notebook.in_order(values[-1])
    assert len(order) == len(behind) and set(order) == behind
    place = {value: k for k, value in enumerate(order)}
    assert all(place[source] < place[value] for value in order for source in value.made_from)


def check_loss_of_line(notebook: ModuleType) -> None:
    generator = torch.Generator().manual_seed(1)
    notebook.x, notebook.y = torch.randn(2, 300, generator=generator, dtype=torch.float64)
    notebook.multiply = lambda u, v: notebook.Value(u.data * v.data, (u, v), (v.data, u.data))
    found = notebook.loss_of_line(notebook.Value(1.5), notebook.Value(-0.5)).data
    assert abs(found - F.mse_loss(1.5 * notebook.x - 0.5, notebook.y).item()) < 1e-9


SLIPS = [
    ("check_add", "u.data + v.data, (u, v), (1.0, 1.0)", "u.data + v.data, (u, v), (1.0, -1.0)"),
    ("check_subtract", "(u, v), (1.0, -1.0)", "(u, v), (1.0, 1.0)"),
    ("check_subtract", "(u, v), (1.0, -1.0)", "(v, u), (1.0, -1.0)"),
    ("check_in_order", "visit(last)\n    return order", "visit(last)\n    return order[::-1]"),
    ("check_in_order", "            seen.add(value)\n", "            pass\n"),
    ("check_loss_of_line", "total * (1 / 300)", "total"),
    ("check_loss_of_line", "r = w * x_i + b - y_i", "r = w * x_i - b - y_i"),
]
