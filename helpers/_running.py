"""What training and evaluation share: borrowing a model, and means per example.

For the student who wants to see how `fit` and `evaluate` work. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import nan

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
    travels = device is not None and _with_number(device) != home
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


def _with_number(device: torch.device | str) -> torch.device:
    """`cuda` as the device of a tensor there says it: `cuda:0`."""
    return torch.empty(0, device=device).device


def _move(model: nn.Module, device: torch.device | str, optimizer: torch.optim.Optimizer | None) -> None:
    model.to(device)
    if optimizer is not None:
        groups = optimizer.param_groups
        optimizer.load_state_dict(optimizer.state_dict())  # loading puts each tensor where its parameter is
        optimizer.param_groups[:] = groups  # the same dictionaries as before: whoever holds one still sets its rate


def refuse_taken_names(metrics: Mapping[str, Metric] | None, taken: set[str]) -> None:
    """`ValueError` where a metric has a name under which something else is reported."""
    if clash := taken.intersection(metrics or ()):
        raise ValueError(f"{' and '.join(sorted(clash))} is already reported: give the metric another name")


class RunningMeans:
    """Means over examples: a batch of 7 counts seven times, not as much as a batch of 64."""

    def __init__(self) -> None:
        self.totals: dict[str, float] = {}
        self.weights: dict[str, float] = {}

    def add(self, values: dict[str, float], weight: float) -> None:
        """Add means over a batch; `weight` is what they were divided by, usually the number of examples."""
        for name, value in values.items():
            self.totals[name] = self.totals.get(name, 0.0) + value * weight
            self.weights[name] = self.weights.get(name, 0.0) + weight

    def means(self) -> dict[str, float]:
        if not self.totals:
            raise ValueError(
                "the loader gave no batches: is the data set empty, or shorter than one batch with drop_last=True? "
                "A generator, too, is empty the second time: pass a DataLoader or a BatchLoader"
            )
        return {name: total / self.weights[name] if self.weights[name] else nan for name, total in self.totals.items()}


def weight_of_mean(loss_fn: LossFunction, y: Tensor) -> float:
    """What a loss divides by to get the mean of a batch.

    The number of examples; but with class labels, the number of labels that are not ignored or, where the classes have
    weights, the sum of the labels' weights.
    """
    plain, options = loss_fn, {}
    while isinstance(plain, functools.partial):
        plain, options = plain.func, {**plain.keywords, **options}
    takes_classes = plain in (F.cross_entropy, F.nll_loss) or isinstance(plain, (nn.CrossEntropyLoss, nn.NLLLoss))
    if not takes_classes or y.is_floating_point():
        return len(y)
    weight, ignored = (options.get(name, getattr(plain, name, None)) for name in ("weight", "ignore_index"))
    counted = y[y != (-100 if ignored is None else ignored)]
    return counted.numel() if weight is None else weight[counted.long()].sum().item()
