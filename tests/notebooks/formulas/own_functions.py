"""The formulas of 4.2.6, against loops; the gradients are the learner's to write, and their bank checks them."""

from __future__ import annotations

from types import ModuleType

import torch
from torch import Tensor
from torch.testing import assert_close

NOTEBOOK = "4.2.6"


def _random(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _check_product(product: object) -> None:
    """Y[i, j] is the sum of values[k] * D[columns[k], j] over the entries k of row i; row 2 is empty."""
    values, D = _random(7), _random(6, 3, seed=2)
    rows, columns = torch.tensor([0, 0, 1, 3, 3, 4, 4]), torch.tensor([1, 5, 2, 0, 2, 2, 4])
    wanted = torch.zeros(5, 3, dtype=torch.float64)
    for value, i, c in zip(values, rows.tolist(), columns.tolist(), strict=True):
        wanted[i] += value * D[c]
    assert_close(product(values, rows, columns, D, 5), wanted)


def check_by_indexing(notebook: ModuleType) -> None:
    _check_product(notebook.by_indexing)


def check_by_torch_sparse(notebook: ModuleType) -> None:
    _check_product(notebook.by_torch_sparse)


def check_sparse_forward(notebook: ModuleType) -> None:
    _check_product(notebook.SparseTimesDense.apply)


def check_by_detach(notebook: ModuleType) -> None:
    W, E = (2 * _random(8, 5)).requires_grad_(), _random(8, 5, seed=2)
    assert_close(notebook.by_detach(W), W.detach().sign())
    (dW,) = torch.autograd.grad(notebook.by_detach(W), W, E)
    assert_close(dW, torch.where((W > -1) & (W < 1), E, 0.0))


def check_random_places(notebook: ModuleType) -> None:
    rows, columns = notebook.random_places(4, 6, 20, seed=1)
    assert len(set(zip(rows.tolist(), columns.tolist(), strict=True))) == 20
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (0, 3, 0, 5)


SLIPS = [
    ("check_by_indexing", "index_add(0, rows, scaled)", "index_copy(0, rows, scaled)"),
    ("check_by_torch_sparse", "torch.stack([rows, columns])", "torch.stack([columns, rows])"),
    ("check_sparse_forward", "return by_indexing(values, rows, columns, D, num_rows)", "return D[rows]"),
    ("check_by_detach", "W.clamp(-1, 1)", "W.clamp(0, 1)"),
    ("check_random_places", "places // num_columns", "places // num_rows"),
]
