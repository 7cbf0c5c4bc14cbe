"""The formulas of 4.2.3, against autograd, finite differences and loops."""

from __future__ import annotations

from types import ModuleType

import torch
from torch import Tensor, nn
from torch.autograd import gradcheck, gradgradcheck
from torch.testing import assert_close

NOTEBOOK = "4.2.3"


def _random(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _sparse() -> tuple[Tensor, Tensor, Tensor, Tensor, int]:
    """Values, rows, columns, D and the number of rows: seven entries in a (5, 6) matrix, with an empty row."""
    rows, columns = torch.tensor([0, 0, 1, 3, 3, 4, 4]), torch.tensor([1, 5, 2, 0, 2, 2, 4])
    return _random(7), rows, columns, _random(6, 3, seed=2), 5


def _by_loop(values: Tensor, rows: Tensor, columns: Tensor, shape: tuple[int, int]) -> Tensor:
    S = torch.zeros(shape, dtype=values.dtype)
    for value, i, j in zip(values, rows.tolist(), columns.tolist(), strict=True):
        S[i, j] = value
    return S


def _check_function(function: type[torch.autograd.Function]) -> None:
    values, rows, columns, D, num_rows = _sparse()
    v, D = values.requires_grad_(), D.requires_grad_()
    assert_close(function.apply(v, rows, columns, D, num_rows), _by_loop(v.detach(), rows, columns, (5, 6)) @ D)
    assert gradcheck(lambda v, D: function.apply(v, rows, columns, D, num_rows), (v, D))
    assert gradgradcheck(lambda v, D: function.apply(v, rows, columns, D, num_rows), (v, D))


def check_relu_gradient(notebook: ModuleType) -> None:
    X, E = _random(5, 3).requires_grad_(), _random(5, 3, seed=2)
    (wanted,) = torch.autograd.grad(torch.relu(X), X, E)
    assert_close(notebook.relu_gradient(E, X.detach()), wanted)


def check_away_from_zero(notebook: ModuleType) -> None:
    points = notebook.away_from_zero(50, 3, generator=torch.Generator().manual_seed(1))
    assert points.requires_grad and points.dtype == torch.float64
    assert points.abs().min() >= 0.1 and points.min() < 0 < points.max()
    for relu in (notebook.OurReLU, notebook.TransformableReLU):
        assert gradcheck(relu.apply, points[:5]) and gradgradcheck(relu.apply, points[:5])
    assert gradcheck(notebook.OnceReLU.apply, points[:5])


def check_fill_in(notebook: ModuleType) -> None:
    values, rows, columns, _, _ = _sparse()
    assert_close(notebook.fill_in(values, rows, columns, (5, 6)), _by_loop(values, rows, columns, (5, 6)))


def check_times_dense(notebook: ModuleType) -> None:
    values, rows, columns, D, num_rows = _sparse()
    wanted = _by_loop(values, rows, columns, (5, 6)) @ D
    assert_close(notebook.times_dense(values, rows, columns, D, num_rows), wanted)


def check_sparse_gradients(notebook: ModuleType) -> None:
    values, rows, columns, D, _ = _sparse()
    S, E = _by_loop(values, rows, columns, (5, 6)).requires_grad_(), _random(5, 3, seed=3)
    dS, dD = torch.autograd.grad(S @ D.requires_grad_(), (S, D), E)
    got = notebook.sparse_gradients(E, values, rows, columns, D.detach())
    assert_close(got, (dS[rows, columns], dD))


def check_sparse_times_dense(notebook: ModuleType) -> None:
    _check_function(notebook.SparseTimesDense)


def check_quick_times_dense(notebook: ModuleType) -> None:
    values, rows, columns, D, num_rows = _sparse()
    wanted = _by_loop(values, rows, columns, (5, 6)) @ D
    assert_close(notebook.quick_times_dense(values, rows, columns, D, num_rows), wanted)


def check_quick_sparse_times_dense(notebook: ModuleType) -> None:
    _check_function(notebook.QuickSparseTimesDense)


def check_random_places(notebook: ModuleType) -> None:
    rows, columns = notebook.random_places(5, 30, 0.2, torch.Generator().manual_seed(1))
    places = set(zip(rows.tolist(), columns.tolist(), strict=True))
    assert len(rows) == len(columns) == len(places) == 30  # a fifth of 150, each once
    assert rows.max() == 4 and columns.max() > 4 and columns.max() < 30


def check_sparse_linear(notebook: ModuleType) -> None:
    layer = notebook.SparseLinear(8, 5, density=0.4, generator=torch.Generator().manual_seed(1))
    W = _by_loop(layer.values.detach(), layer.rows, layer.columns, (5, 8))
    nn.init.normal_(layer.bias, generator=torch.Generator().manual_seed(2))
    X = _random(3, 8).float()
    assert_close(layer(X), nn.functional.linear(X, W, layer.bias))
    assert {name for name, _ in layer.named_parameters()} == {"values", "bias"}
    assert {name for name, _ in layer.named_buffers()} == {"rows", "columns"}


def check_sparse_linear_keeps_the_size_of_signals(notebook: ModuleType) -> None:
    layer = notebook.SparseLinear(400, 300, density=0.1, generator=torch.Generator().manual_seed(1))
    mean_square = torch.relu(layer(_random(1000, 400).float())).square().mean()
    assert abs(mean_square.item() - 1) < 0.05


def check_dense_parameters(notebook: ModuleType) -> None:
    model = nn.Sequential(nn.Linear(784, 13), nn.ReLU(), nn.Linear(13, 10))
    assert notebook.dense_parameters(13) == sum(parameter.numel() for parameter in model.parameters())


SLIPS = [
    ("check_relu_gradient", "return E * (X > 0)\n", "return (X > 0).to(E.dtype)\n"),
    ("check_relu_gradient", "return E * (X > 0)\n", "return E * (X < 0)\n"),
    ("check_away_from_zero", "size = 0.1 + torch.rand", "size = 0.0 * torch.rand"),
    ("check_fill_in", ".index_put((rows, columns), values)", ".index_put((columns, rows), values)"),
    ("check_times_dense", "values[:, None] * D[columns]", "D[columns]"),
    ("check_times_dense", "Y.index_add(0, rows, scaled)", "Y.index_copy(0, rows, scaled)"),
    ("check_sparse_gradients", "(E[rows] * D[columns]).sum(dim=1)", "(E[rows] * D[columns]).mean(dim=1)"),
    (
        "check_sparse_gradients",
        "times_dense(values, columns, rows, E, len(D))",
        "times_dense(values, columns, rows, -E, len(D))",
    ),
    (
        "check_sparse_times_dense",
        "d_values, dD = sparse_gradients(E,",
        "dD, d_values = sparse_gradients(E,",
    ),
    ("check_quick_times_dense", "torch.stack([rows, columns])", "torch.stack([columns, rows])"),
    ("check_quick_sparse_times_dense", "(E @ D.T)[rows, columns]", "(E @ D.T)[rows, columns] / D.shape[1]"),
    (
        "check_quick_sparse_times_dense",
        "apply(values, columns, rows, E, len(D))",
        "apply(values, rows, columns, E, len(D))",
    ),
    (
        "check_random_places",
        "return places // num_columns, places % num_columns",
        "return places // num_rows, places % num_rows",
    ),
    ("check_sparse_linear", "apply(*args).T + self.bias", "apply(*args).T - self.bias"),
    ("check_sparse_linear", 'self.register_buffer("columns", columns)', "self.columns = columns"),
    ("check_sparse_linear_keeps_the_size_of_signals", "(2 / fan_in[rows]) ** 0.5", "(1 / fan_in[rows]) ** 0.5"),
    ("check_sparse_linear_keeps_the_size_of_signals", "(2 / fan_in[rows]) ** 0.5", "(2 / in_features) ** 0.5"),
    ("check_dense_parameters", "795 * hidden_size + 10", "794 * hidden_size + 10"),
]
