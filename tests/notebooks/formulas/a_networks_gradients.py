"""4.2.2: the three layers, forwards and backwards. The rules of single layers are judged by the bank of its turns."""

from __future__ import annotations

from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.testing import assert_close

NOTEBOOK = "4.2.2"


def linear(E: Tensor, X: Tensor, W: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What a learner's linear_backward does, by autograd."""
    leaves = [X.detach().requires_grad_(), W.detach().requires_grad_(), torch.zeros(len(W)).double().requires_grad_()]
    return torch.autograd.grad(F.linear(*leaves), leaves, E)


def relu(E: Tensor, Z: Tensor) -> Tensor:
    """What a learner's relu_backward does, by autograd."""
    leaf = Z.detach().requires_grad_()
    return torch.autograd.grad(F.relu(leaf), leaf, E)[0]


def check_network(notebook: ModuleType) -> None:
    generator = torch.Generator().manual_seed(1)
    shapes = [(5, 6), (5,), (4, 5), (4,), (3, 4), (3,)]
    params = [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]
    X, E = (torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((7, 6), (7, 3)))
    U, a, V, b, W, c = params
    wanted = F.linear(F.relu(F.linear(F.relu(F.linear(X, U, a)), V, b)), W, c)
    plain = [parameter.detach() for parameter in params]
    logits, cache = notebook.forward(X, plain)
    assert_close(logits, wanted.detach())
    ours = notebook.backward(E, cache, plain, linear=linear, relu=relu)
    assert_close(ours, torch.autograd.grad(wanted, params, E))


def check_batches(notebook: ModuleType) -> None:
    X = torch.arange(150)
    batches = list(notebook.batches_of(X, 2 * X, torch.Generator().manual_seed(1)))
    assert [len(y) for _, y in batches] == [64, 64, 22]
    assert torch.cat([X for X, _ in batches]).sort().values.equal(X)
    assert all(y.equal(2 * X) for X, y in batches)


def check_accuracy(notebook: ModuleType) -> None:
    generator = torch.Generator().manual_seed(1)
    shapes = [(5, 6), (5,), (4, 5), (4,), (3, 4), (3,)]
    params = [torch.randn(shape, generator=generator) for shape in shapes]
    X = torch.randn(7, 6, generator=generator)
    U, a, V, b, W, c = params
    logits = F.linear(F.relu(F.linear(F.relu(F.linear(X, U, a)), V, b)), W, c)
    y = torch.tensor([row.index(max(row)) for row in logits.tolist()])
    y[:2] = (y[:2] + 1) % 3
    assert_close(notebook.accuracy_on(X, y, params), 5 / 7)


SLIPS = [
    ("check_network", "Z2 = H1 @ V.T + b", "Z2 = Z1 @ V.T + b"),
    ("check_network", "Z1 = X @ U.T + a", "Z1 = X @ U.T"),
    ("check_network", "linear(dlogits, H2, W)", "linear(dlogits, Z2, W)"),
    ("check_network", "dZ2 = relu(dH2, Z2)", "dZ2 = dH2"),
    ("check_network", "return dU, da, dV, db, dW, dc", "return dW, dc, dV, db, dU, da"),
    ("check_batches", "torch.randperm(len(X), generator=generator)", "torch.randint(len(X), (len(X),))"),
    ("check_accuracy", "logits.argmax(dim=1) == y", "logits.argmin(dim=1) == y"),
]
