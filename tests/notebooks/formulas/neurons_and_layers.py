"""4.1.1: the neuron, the layer, three activations with their slopes, two layers merged into one, and the counting."""

from __future__ import annotations

from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.testing import assert_close

NOTEBOOK = "4.1.1"


def _random(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _sums() -> Tensor:
    """Sums to try an activation on: odd in shape, of both signs, some far out, none at ReLU's kink."""
    return 3 * _random(5, 3)


def _central_difference(function, z: Tensor, step: float = 1e-6) -> Tensor:
    return (function(z + step) - function(z - step)) / (2 * step)


def check_neuron(notebook: ModuleType) -> None:
    x, w, b = _random(7), _random(7, seed=2), _random(1, seed=3)[0]
    wanted = b.item()
    for k in range(7):
        wanted += x[k].item() * w[k].item()
    assert_close(notebook.neuron(x, w, b), torch.tensor(wanted, dtype=torch.float64))


def check_layer(notebook: ModuleType) -> None:
    X, W, b = _random(5, 3), _random(4, 3, seed=2), _random(4, seed=3)
    assert_close(notebook.layer(X, W, b), F.linear(X, W, b))
    square = _random(3, 3, seed=4)  # a missing transpose would pass unseen by its shape
    assert_close(notebook.layer(X, square, b[:3]), F.linear(X, square, b[:3]))


def check_relu(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.relu(z), F.relu(z))


def check_relu_slope(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.relu_slope(z), _central_difference(F.relu, z))
    assert notebook.relu_slope(torch.zeros(1)).item() == 0.0


def check_sigmoid(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.sigmoid(z), torch.sigmoid(z))


def check_sigmoid_slope(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.sigmoid_slope(z), _central_difference(torch.sigmoid, z), rtol=1e-6, atol=1e-8)
    assert_close(notebook.sigmoid_slope(torch.zeros(1)).item(), 0.25)


def check_tanh_slope(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.tanh_slope(z), _central_difference(torch.tanh, z), rtol=1e-6, atol=1e-8)


def check_slope_by_autograd(notebook: ModuleType) -> None:
    z = _sums()
    assert_close(notebook.slope_by_autograd(torch.sin, z), torch.cos(z))
    assert not z.requires_grad


def check_merge_layers(notebook: ModuleType) -> None:
    X, W1, b1 = _random(6, 3), _random(5, 3, seed=2), _random(5, seed=3)
    W2, b2 = _random(4, 5, seed=4), _random(4, seed=5)
    two_layers = F.linear(F.linear(X, W1, b1), W2, b2)
    assert_close(F.linear(X, *notebook.merge_layers(W1, b1, W2, b2)), two_layers)


def check_count_parameters_of(notebook: ModuleType) -> None:
    for bias in (True, False):
        layers = [nn.Linear(7, 5, bias=bias), nn.Linear(5, 3, bias=bias), nn.Linear(3, 2, bias=bias)]
        wanted = sum(parameter.numel() for layer in layers for parameter in layer.parameters())
        assert notebook.count_parameters_of([7, 5, 3, 2], bias=bias) == wanted
    assert notebook.count_parameters_of([10, 5, 1]) == 61
    assert notebook.count_parameters_of([784, 50, 25, 10]) == 40_785


def check_small_net(notebook: ModuleType) -> None:
    net, X = notebook.SmallNet().double(), _random(6, 10)
    W1, b1, W2, b2 = net.parameters()
    assert_close(net(X), (X @ W1.T + b1).clamp(min=0) @ W2.T + b2)
    assert net(X).shape == (6, 1)
    assert sum(parameter.numel() for parameter in net.parameters()) == 61


def check_build(notebook: ModuleType) -> None:
    net, X = notebook.build([4, 3, 2]).double(), _random(6, 4)
    W1, b1, W2, b2 = net.parameters()
    assert_close(net(X), (X @ W1.T + b1).clamp(min=0) @ W2.T + b2)


SLIPS = [
    ("check_neuron", "(w * x).sum() + b", "(w * x).sum() - b"),
    ("check_neuron", "(w * x).sum() + b", "(w * x).mean() + b"),
    ("check_layer", "X @ W.T + b", "X @ W.T - b"),
    ("check_layer", "X @ W.T + b", "X @ W + b"),
    ("check_relu", "z.clamp(min=0)", "z.clamp(max=0)"),
    ("check_relu", "z.clamp(min=0)", "z.abs()"),
    ("check_relu_slope", "(z > 0)", "(z < 0)"),
    ("check_relu_slope", "(z > 0)", "(z >= 0)"),
    ("check_sigmoid", "1 / (1 + torch.exp(-z))", "1 / (1 + torch.exp(z))"),
    ("check_sigmoid_slope", "sigmoid(z) * (1 - sigmoid(z))", "sigmoid(z) * (1 + sigmoid(z))"),
    ("check_sigmoid_slope", "sigmoid(z) * (1 - sigmoid(z))", "1 - sigmoid(z) ** 2"),
    ("check_tanh_slope", "1 - torch.tanh(z) ** 2", "1 - torch.tanh(z)"),
    ("check_tanh_slope", "1 - torch.tanh(z) ** 2", "1 + torch.tanh(z) ** 2"),
    ("check_slope_by_autograd", "function(z).sum()", "function(z).mean()"),
    ("check_merge_layers", "W2 @ W1", "W2.T @ W1"),
    ("check_merge_layers", "b1 @ W2.T + b2", "b1.sum() + b2"),
    ("check_merge_layers", "b1 @ W2.T + b2", "b2"),
    ("check_count_parameters_of", "sum(sizes[1:])", "sum(sizes)"),
    ("check_count_parameters_of", "n_in * n_out", "n_in + n_out"),
    ("check_small_net", "torch.relu(self.hidden(X))", "self.hidden(X)"),
    ("check_build", "parts[:-1]", "parts"),
]
