"""The rules in docs/local-rules.md agree with autograd, and a slip of the pen in one of them would be noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.testing import assert_close

PAGE = Path(__file__).resolve().parents[2] / "docs" / "local-rules.md"
SOURCE = re.search(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]


def load(source: str) -> SimpleNamespace:
    namespace: dict = {}
    exec(compile(source, PAGE.name, "exec"), namespace)
    return SimpleNamespace(**namespace)


def random(*shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]


def gradients(output: Tensor, leaves: list[Tensor], E: Tensor | None = None) -> tuple[Tensor, ...]:
    return torch.autograd.grad(output, leaves, grad_outputs=None if E is None else E.detach())


def linear(rules: SimpleNamespace) -> None:
    X, W, b, E = random((5, 3), (4, 3), (4,), (5, 4))
    assert_close(rules.linear_backward(E, X, W), gradients(F.linear(X, W, b), [X, W, b], E))


def relu(rules: SimpleNamespace) -> None:
    Z, E = torch.linspace(-3, 3, 7, requires_grad=True), torch.arange(1.0, 8.0)  # with a zero in the middle
    assert_close(rules.relu_backward(E, Z), gradients(F.relu(Z), [Z], E)[0])


def cross_entropy(rules: SimpleNamespace) -> None:
    (logits,), y = random((5, 3)), torch.tensor([0, 2, 2, 1, 0])
    assert_close(rules.cross_entropy_backward(logits, y), gradients(F.cross_entropy(logits, y), [logits])[0])


def softmax(rules: SimpleNamespace) -> None:
    Z, E = random((5, 3), (5, 3))
    assert_close(rules.softmax_backward(E, Z.softmax(dim=1)), gradients(Z.softmax(dim=1), [Z], E)[0])


def sigmoid(rules: SimpleNamespace) -> None:
    Z, E = random((5, 3), (5, 3))
    assert_close(rules.sigmoid_backward(E, Z.sigmoid()), gradients(Z.sigmoid(), [Z], E)[0])


def tanh(rules: SimpleNamespace) -> None:
    Z, E = random((5, 3), (5, 3))
    assert_close(rules.tanh_backward(E, Z.tanh()), gradients(Z.tanh(), [Z], E)[0])


def convolution(rules: SimpleNamespace) -> None:
    x, w, e = random((7,), (3,), (5,))
    z = F.conv1d(x.view(1, 1, -1), w.view(1, 1, -1)).flatten()
    assert_close(rules.convolution_backward(e.detach(), x.detach(), w.detach()), gradients(z, [x, w], e))


def max_pool(rules: SimpleNamespace) -> None:
    X, E = random((5, 6), (5, 2))
    assert_close(rules.max_pool_backward(E, X, 3), gradients(F.max_pool1d(X, 3), [X], E)[0])


def average_pool(rules: SimpleNamespace) -> None:
    X, E = random((5, 6), (5, 2))
    assert_close(rules.average_pool_backward(E, 3), gradients(F.avg_pool1d(X, 3), [X], E)[0])


def concatenate(rules: SimpleNamespace) -> None:
    A, B, E = random((5, 2), (5, 4), (5, 6))
    assert_close(rules.concatenate_backward(E, 2), gradients(torch.cat([A, B], dim=1), [A, B], E))


def dropout(rules: SimpleNamespace) -> None:
    X, E = random((5, 6), (5, 6))
    dropped = F.dropout(X, 0.25)
    assert_close(rules.dropout_backward(E, (dropped != 0).double(), 0.25), gradients(dropped, [X], E)[0])


# Each rule's test, a piece of its code that stands once on the page, and a slip that takes its place.
SLIPS = [
    (linear, "E.T @ X, E.sum(dim=0)", "E.T @ X, E.mean(dim=0)"),
    (linear, "return E @ W,", "return -E @ W,"),
    (relu, "(Z > 0)", "(Z >= 0)"),
    (cross_entropy, "(P - Y) / len(y)", "(P - Y)"),
    (softmax, "(E * P).sum(dim=1, keepdim=True)", "E.sum(dim=1, keepdim=True)"),
    (sigmoid, "S * (1 - S)", "(1 - S)"),
    (tanh, "(1 - T**2)", "(1 - T)"),
    (convolution, "+= e_i * w", "= e_i * w"),
    (convolution, "dw = e @", "dw = e.flip(0) @"),
    (max_pool, "windows.argmax", "windows.argmin"),
    (average_pool, "dim=1) / width", "dim=1)"),
    (concatenate, "E[:, :width_of_A], E[:, width_of_A:]", "E[:, width_of_A:], E[:, :width_of_A]"),
    (dropout, "mask / (1 - q)", "mask"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in SLIPS))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_agrees_with_autograd(rule: Callable[[SimpleNamespace], None]) -> None:
    rule(load(SOURCE))


@pytest.mark.parametrize(("rule", "right", "slip"), SLIPS, ids=[f"{rule.__name__}-{slip}" for rule, _, slip in SLIPS])
def test_slip_of_the_pen_is_noticed(rule: Callable[[SimpleNamespace], None], right: str, slip: str) -> None:
    assert SOURCE.count(right) == 1
    with pytest.raises(AssertionError):
        rule(load(SOURCE.replace(right, slip)))


def test_each_rule_on_the_page_is_tested() -> None:
    written = {name.removesuffix("_backward") for name in re.findall(r"^def (\w+)\(", SOURCE, re.MULTILINE)}
    assert written == {rule.__name__ for rule in RULES}
