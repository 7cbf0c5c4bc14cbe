"""The course's network, ready made: what is in it, and what it computes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from helpers.models import make_mlp


def test_activation_stands_between_two_linear_layers_and_nowhere_else() -> None:
    kinds = [type(layer) for layer in make_mlp([5, 4, 6, 3], nn.Tanh)]
    assert kinds == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert [type(layer) for layer in make_mlp([2, 3])] == [nn.Linear]


def test_each_activation_is_a_module_of_its_own() -> None:
    _, first, _, second, _ = make_mlp([5, 4, 6, 3])
    assert first is not second


def test_output_is_that_of_the_layers_multiplied_out() -> None:
    model = make_mlp([5, 4, 6, 3])
    H = X = torch.randn(7, 5, generator=torch.Generator().manual_seed(1))
    weights = list(model.parameters())
    for layer in range(3):
        Z = H @ weights[2 * layer].T + weights[2 * layer + 1]
        H = Z.clamp(min=0) if layer < 2 else Z
    torch.testing.assert_close(model(X), H)


@pytest.mark.parametrize("sizes", [[], [784]])
def test_fewer_than_two_sizes_are_refused(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="two or more"):
        make_mlp(sizes)
