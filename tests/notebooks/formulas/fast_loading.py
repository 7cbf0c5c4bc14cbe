"""4.4.3: the arithmetic of a step, the time of a batch with workers, and what a perfect loader gains."""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

NOTEBOOK = "4.4.3"

SLIPS = [
    ("check_multiplications", "3 * sum(products) - products[0]", "3 * sum(products)"),
    ("check_batch_time", "max(t_load / workers, t_net)", "t_load / workers + t_net"),
    ("check_batch_time", "t_load + t_net if workers == 0", "t_load if workers == 0"),
    ("check_gain", "1 / share - 1", "1 - share"),
    ("check_training", "total / count", "total / num_batches"),
    ("check_training", "        optimizer.zero_grad()\n", ""),
]


def check_multiplications(notebook: ModuleType) -> None:
    """Against PyTorch's own counter, which counts a multiplication and an addition as two."""
    sizes, batch = [7, 5, 3, 2], 11
    layers = [nn.Linear(size, out, bias=False) for size, out in pairwise(sizes)]
    with FlopCounterMode(display=False) as counter:
        nn.Sequential(*layers)(torch.rand(batch, sizes[0])).sum().backward()
    assert counter.get_total_flops() == 2 * batch * notebook.multiplications_per_image(sizes)


def check_batch_time(notebook: ModuleType) -> None:
    """Against a simulation: workers prepare in turns, the network takes each batch when both are ready."""
    for t_load, t_net, workers in ((8.0, 1.0, 2), (8.0, 1.0, 16), (0.5, 1.0, 1), (3.0, 2.0, 1), (2.0, 1.0, 0)):
        free, network, num_batches = [0.0] * max(workers, 1), 0.0, 4_000
        for batch in range(num_batches):
            worker = batch % len(free)
            started = free[worker] if workers else network
            free[worker] = started + t_load
            network = max(network, free[worker]) + t_net
        assert network / num_batches == pytest.approx(notebook.batch_time(t_load, t_net, workers), rel=0.01)


def check_gain(notebook: ModuleType) -> None:
    """A loop of 10 s, of which a share is not loading: without loading that share is left."""
    for share in (0.1, 0.5, 0.9):
        speed_now, speed_then = 1 / 10, 1 / (10 * share)
        assert speed_then / speed_now == pytest.approx(1 + notebook.gain_of_a_perfect_loader(share))


def check_training(notebook: ModuleType) -> None:
    """The loop's mean is per example, and one step is the optimizer's step on that batch."""
    notebook.device = torch.device("cpu")
    generator = torch.Generator().manual_seed(0)
    X, y = torch.rand(7, 5, generator=generator), torch.randint(3, (7,), generator=generator)
    still, moving = nn.Linear(5, 3), nn.Linear(5, 3)
    batches = [(X[:4], y[:4]), (X[4:], y[4:])]
    wanted = nn.functional.cross_entropy(still(X), y).item()
    got = notebook.train((still, torch.optim.SGD(still.parameters(), lr=0.0)), batches, 2)
    assert got == pytest.approx(wanted, rel=1e-5)
    twin = nn.Linear(5, 3)
    twin.load_state_dict(moving.state_dict())
    notebook.train((moving, torch.optim.SGD(moving.parameters(), lr=0.5)), batches, 2)
    for X_batch, y_batch in batches:
        gradients = torch.autograd.grad(nn.functional.cross_entropy(twin(X_batch), y_batch), list(twin.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(twin.parameters(), gradients, strict=True):
                parameter -= 0.5 * gradient
    torch.testing.assert_close(moving.weight, twin.weight)
