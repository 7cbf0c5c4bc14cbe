"""4.3.8: the one-cycle schedule against PyTorch's, and the lab's staircase against a loop that divides."""

import math
from types import ModuleType

import pytest
import torch

NOTEBOOK = "4.3.8"


def check_one_cycle(notebook: ModuleType) -> None:
    # The learner writes cosine_leg; here it is half an arch of sin², which is the same curve.
    notebook.cosine_leg = lambda p, first, last: first + (last - first) * math.sin(math.pi * p / 2) ** 2
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=50)
    for step in range(50):
        assert notebook.one_cycle(step, 50, 0.5) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
        optimizer.step()
        scheduler.step()


def check_lecture_rate(notebook: ModuleType) -> None:
    rate = 0.05
    for epoch in range(200):
        if epoch >= 20 and epoch % 10 == 0:
            rate /= 1.5
        assert notebook.lecture_rate(epoch) == pytest.approx(rate)


SLIPS = [
    ("check_one_cycle", "0.3 * num_steps - 1", "0.3 * num_steps"),
    ("check_one_cycle", "peak / 25", "peak / 20"),
    ("check_one_cycle", "low / 10_000", "peak / 10_000"),
    ("check_lecture_rate", "epoch // every - 1", "epoch // every"),
]
