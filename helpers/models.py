"""The network that most of the course trains. For the student who has written it in 4.1.2. Imports torch alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from torch import nn


def make_mlp(sizes: Sequence[int], activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """A multilayer perceptron: linear layers, an activation between two of them, none after the last.

    Args:
        sizes: numbers of units from the input to the output, two or more: `[784, 128, 64, 10]`.
        activation: makes the module that stands between two linear layers.

    Returns:
        An `nn.Sequential`, (batch, sizes[0]) -> (batch, sizes[-1]), initialised as PyTorch does.

    Raises:
        ValueError: fewer than two sizes.

    Example:
        >>> make_mlp([2, 30, 3], nn.Tanh)
        Sequential(
          (0): Linear(in_features=2, out_features=30, bias=True)
          (1): Tanh()
          (2): Linear(in_features=30, out_features=3, bias=True)
        )
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must lead from the input to the output, two or more, got {list(sizes)}")
    layers: list[nn.Module] = []
    for num_inputs, num_outputs in pairwise(sizes):
        layers += [nn.Linear(num_inputs, num_outputs), activation()]
    return nn.Sequential(*layers[:-1])
