"""Polynomials, leave-one-out from one fit, and the winner measured afresh: 4.5.2 against NumPy and plain loops."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import torch
from torch import Tensor
from torch.testing import assert_close

NOTEBOOK = "4.5.2"


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def points(num_examples: int = 9) -> tuple[Tensor, Tensor]:
    x = 3 * draw(num_examples) + 5
    return x, x.square() - 2 * x + draw(num_examples, seed=1)


def check_fit_polynomial(notebook: ModuleType) -> None:
    x, y = points()
    x_new = 4 * draw(6, seed=2)
    for degree in (0, 1, 3):
        wanted = torch.from_numpy(np.polyval(np.polyfit(x.numpy(), y.numpy(), degree), x_new.numpy()))
        assert_close(notebook.fit_polynomial(x, y, degree)(x_new), wanted)


def check_rmse(notebook: ModuleType) -> None:
    assert notebook.rmse(torch.tensor([1.0, -7.0])) == 5.0


def refits(A: Tensor, y: Tensor) -> Tensor:
    """Errors of each point's prediction from the others, by N refits."""
    rows = [np.delete(np.arange(len(y)), i) for i in range(len(y))]
    fits = [np.linalg.lstsq(A[others].numpy(), y[others].numpy(), rcond=None)[0] for others in rows]
    return torch.tensor([float(y[i] - A[i].numpy() @ a) for i, a in enumerate(fits)], dtype=torch.float64)


def check_press_errors(notebook: ModuleType) -> None:
    A, Y = draw(8, 3), draw(8, 2, seed=1)
    wanted = torch.stack([refits(A, y) for y in Y.T], dim=1)
    assert_close(notebook.press_errors(A, Y), wanted)


def check_k_fold(notebook: ModuleType) -> None:
    notebook.fold_indices = lambda num_points, K, seed: torch.arange(num_points).tensor_split(K)
    x, y = points(6)
    got = notebook.k_fold(lambda x, y: lambda x_new: y.mean() + 0 * x_new, x, y, 2, 1)
    assert_close(got, torch.cat([y[:3] - y[3:].mean(), y[3:] - y[:3].mean()]))


def check_measure(notebook: ModuleType) -> None:
    Y = notebook.measure(
        torch.tensor([0.0, 500.0], dtype=torch.float64), torch.Generator().manual_seed(1), num_sets=20_000
    )
    assert_close(Y.mean(dim=1), torch.tensor([0.0, 500.0], dtype=torch.float64), atol=0.4, rtol=0)
    assert_close(Y.std(dim=1), torch.tensor([10.0, 10.0], dtype=torch.float64), atol=0.3, rtol=0)


def check_judge(notebook: ModuleType) -> None:
    truth, designs = 20 * draw(6), [draw(6, 1, seed=1), draw(6, 2, seed=2)]
    generator = torch.Generator().manual_seed(3)
    old, new = (notebook.measure(truth, generator, num_sets=40) for _ in range(2))
    draws = iter((old, new))
    notebook.measure = lambda truth, generator: next(draws)
    totals = np.zeros(2)
    for y, y_new in zip(old.T, new.T, strict=True):
        errors = min((refits(A, y) for A in designs), key=lambda e: e.square().sum())
        totals += [errors.square().mean(), (y_new - (y - errors)).square().mean()]
    np.testing.assert_allclose(notebook.judge(truth, designs), np.sqrt(totals / 40))


SLIPS = [
    ("check_fit_polynomial", "for k in range(degree + 1)", "for k in range(1, degree + 1)"),
    ("check_rmse", "errors.square().mean().sqrt()", "errors.abs().mean()"),
    ("check_press_errors", "/ (1 - leverage)", "* (1 - leverage)"),
    ("check_press_errors", "(Q**2).sum(dim=1, keepdim=True)", "(Q**2).sum()"),
    ("check_k_fold", "others[fold] = False", "others[0] = False"),
    ("check_measure", "noise = 10 * torch.randn", "noise = torch.randn"),
    ("check_judge", "(Y_fresh - (Y - errors))", "(Y_fresh - (Y + errors))"),
    ("check_judge", "scores.argmin(dim=0", "scores.argmax(dim=0"),
]
