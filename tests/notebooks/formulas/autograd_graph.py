"""4.2.4: the network, the cost of the inputs' gradient and the saved numbers, each counted on paper."""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.models import make_mlp

NOTEBOOK = "4.2.4"


def _batch(n: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(n, 5, generator=generator)
    return X, torch.randint(3, (n,), generator=generator)


def check_gradients_and_work(notebook: ModuleType) -> None:
    sizes, n = [5, 4, 3], 7
    model = make_mlp(sizes)
    X, y = _batch(n)
    loss = torch.stack([-model(x).log_softmax(dim=0)[label] for x, label in zip(X, y, strict=True)]).mean()
    wanted = torch.cat([gradient.flatten() for gradient in torch.autograd.grad(loss, list(model.parameters()))])
    products = [2 * n * size_in * size_out for size_in, size_out in pairwise(sizes)]
    # Forwards Z, backwards dW for each layer; dX for each layer but the first, unless the inputs require a gradient.
    for inputs, work in ((X, 3 * sum(products) - products[0]), (X.clone().requires_grad_(), 3 * sum(products))):
        gradients, counted = notebook.gradients_and_work(model, inputs, y)
        torch.testing.assert_close(gradients, wanted)
        assert counted == work


def check_numbers_held(notebook: ModuleType) -> None:
    def nodes_behind(tensor: Tensor) -> set:
        nodes, new = set(), {tensor.grad_fn} - {None}
        while new:
            nodes |= new
            new = {earlier for node in new for earlier, _ in node.next_functions} - nodes - {None}
        return nodes

    notebook.nodes_behind = nodes_behind
    sizes = [5, 4, 3]
    model = make_mlp(sizes)
    batches = [_batch(7), _batch(2)]
    total = sum(F.cross_entropy(model(X), y) for X, y in batches)
    # Of each example inputs, hidden outputs, log-probabilities and label; a number per loss; the last weights once.
    assert notebook.numbers_held(total) == sum(n * (sum(sizes) + 1) + 1 for n in (7, 2)) + 4 * 3
    assert notebook.numbers_held(total.detach()) == 0


def check_gradient_of(notebook: ModuleType) -> None:
    model = make_mlp([5, 4, 3])
    X, y = _batch(7)

    def fill(model: torch.nn.Module) -> None:
        F.cross_entropy(model(X), y).backward()

    wanted = torch.autograd.grad(F.cross_entropy(model(X), y), list(model.parameters()))
    # fill begins no new sum, so the ones of the older loss are still in it.
    torch.testing.assert_close(notebook.gradient_of(fill, model), 1 + torch.cat([g.flatten() for g in wanted]))
    assert not notebook.gradient_of(lambda model: model.zero_grad(), model).any()


SLIPS = [
    ("check_gradients_and_work", "    model.zero_grad()\n    with FlopCounterMode", "    with FlopCounterMode"),
    ("check_gradients_and_work", "F.cross_entropy(model(X), y).backward()\n    return", "model(X)\n    return"),
    ("check_numbers_held", "= value.numel()", "= value.nbytes"),
    ("check_numbers_held", "saved[value.data_ptr()]", "saved[node, name]"),
    ("check_gradient_of", "p.grad = torch.ones_like(p)", "p.grad = torch.zeros_like(p)"),
]
