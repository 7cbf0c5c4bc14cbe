"""What training and evaluation share: borrowing a model, and means per example.

For the student who wants to see how `fit` and `evaluate` work. Imports nothing else of `helpers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

LossFunction = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], "Tensor | float"]
Loader = Iterable[tuple[Tensor, Tensor]]


def device_of(model: nn.Module) -> torch.device:
    """Where the model's parameters live; the CPU for a model without any."""
    return next((parameter.device for parameter in model.parameters()), torch.device("cpu"))


@contextmanager
def borrowed(
    model: nn.Module,
    *,
    training: bool,
    device: torch.device | str | None,
    optimizer: torch.optim.Optimizer | None = None,
) -> Iterator[torch.device]:
    """Put the model on `device` and in train or eval mode; give it back as it was, module by module.

    An optimizer's state (momentum and the like) travels with the model.
    """
    home = device_of(model)
    travels = device is not None and torch.device(device) != home
    modes = [(module, module.training) for module in model.modules()]
    try:
        if travels:
            _move(model, device, optimizer)
        yield device_of(model.train(training))
    finally:
        for module, mode in modes:
            module.training = mode
        if travels:
            _move(model, home, optimizer)


def _move(model: nn.Module, device: torch.device | str, optimizer: torch.optim.Optimizer | None) -> None:
    model.to(device)
    if optimizer is not None:
        optimizer.load_state_dict(optimizer.state_dict())  # loading puts each tensor where its parameter is


class RunningMeans:
    """Means over examples: a batch of 7 counts seven times, not as much as a batch of 64."""

    def __init__(self) -> None:
        self.totals: dict[str, float] = {}
        self.num_examples = 0

    def add(self, values: dict[str, float], batch_size: int) -> None:
        for name, value in values.items():
            self.totals[name] = self.totals.get(name, 0.0) + value * batch_size
        self.num_examples += batch_size

    def means(self) -> dict[str, float]:
        if self.num_examples == 0:
            raise ValueError(
                "the loader gave no batches: is the data set empty, or shorter than one batch with drop_last=True? "
                "A generator, too, is empty the second time: pass a DataLoader or a BatchLoader"
            )
        return {name: total / self.num_examples for name, total in self.totals.items()}
