"""4.2.3: the best step, the relative difference, a gradient by hand, and a function that must hold its slip."""

from __future__ import annotations

from types import ModuleType

import torch
import torch.nn.functional as F
from torch.testing import assert_close

NOTEBOOK = "4.2.3"


def random(*shapes: tuple[int, ...]) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def check_one_sided(notebook: ModuleType) -> None:
    assert_close(notebook.one_sided_difference(lambda x: x**2, 3.0, 0.5), 6.5)  # of x², off by h exactly


def check_best_step(notebook: ModuleType) -> None:
    eps, f, third = 1e-16, 2.5, 0.012
    h = torch.logspace(-8, -1, 70_001, dtype=torch.float64)
    wanted = h[(third * h**2 / 6 + eps * f / h).argmin()].item()
    assert_close(notebook.best_step(eps, f, third), wanted, rtol=1e-3, atol=0)


def check_relative_difference(notebook: ModuleType) -> None:
    A, B = torch.tensor([1.0, -2.0, 4.0]), torch.tensor([1.5, -2.0, -5.0])
    assert_close(notebook.relative_difference(A, B), 9 / 5)
    assert_close(notebook.relative_difference(B, A), 9 / 5)


def check_gradient(notebook: ModuleType) -> None:
    notebook.X, W = random((8, 4), (4, 4))
    notebook.y = torch.arange(8) % 4
    leaf = W.clone().requires_grad_()
    wanted = torch.autograd.grad(F.cross_entropy(F.linear(notebook.X, leaf), notebook.y), leaf)[0]
    assert_close(notebook.gradient_of(W), wanted)
    assert_close(notebook.slipped(W, "1/N lost"), 8 * wanted)
    assert_close(notebook.slipped(W, "minus lost"), -wanted)
    assert_close(notebook.slipped(W, "transposed"), wanted.T)


def check_suspect_holds_one_slip(notebook: ModuleType) -> None:
    """The gradient dW is right; dU is what a transposed W makes of it."""
    X, U, W, dlogits = random((8, 4), (4, 4), (4, 4), (8, 4))
    leaves = [U.clone().requires_grad_(), W.clone().requires_grad_()]
    _, wanted_dW = torch.autograd.grad(F.relu(X @ leaves[0].T) @ leaves[1].T, leaves, dlogits)
    wrong_dU = torch.autograd.grad(F.relu(X @ leaves[0].T) @ leaves[1], leaves[0], dlogits)[0]
    dU, dW = notebook.suspect_gradients(dlogits, X, U, W)
    assert_close(dW, wanted_dW)
    assert_close(dU, wrong_dU)


SLIPS = [
    ("check_one_sided", "(f(x + h) - f(x)) / h", "(f(x + h) - f(x)) / (2 * h)"),
    ("check_best_step", "(3 * eps * f / third_derivative)", "(eps * f / third_derivative)"),
    ("check_relative_difference", "torch.maximum(A.abs().max(), B.abs().max())", "A.abs().max()"),
    ("check_gradient", "return dlogits.T @ X\n", "return X.T @ dlogits\n"),
    ("check_gradient", "(dlogits * len(y)).T @ X", "dlogits.T @ X / len(y)"),
    ("check_suspect_holds_one_slip", "dH = dlogits @ W.T", "dH = dlogits @ W"),
]
