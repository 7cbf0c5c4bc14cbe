"""Autograd: the hand-made engine, the shares of batches, and what graphs hold, against independent routes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NOTEBOOK = "4.2.2"


def _make_batch(num_examples: int, num_features: int, num_classes: int, seed: int = 1) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(num_examples, num_features, generator=generator, dtype=torch.float64)
    return X, torch.randint(num_classes, (num_examples,), generator=generator)


def _make_model(notebook: ModuleType, sizes: list[int]) -> nn.Module:
    torch.manual_seed(1)
    return notebook.make_mlp(sizes).double()


def _loss_in_one(model: nn.Module, X: Tensor, y: Tensor) -> Tensor:
    """The mean loss over all examples, example by example, without `cross_entropy`."""
    return torch.stack([-model(x).log_softmax(dim=0)[label] for x, label in zip(X, y, strict=True)]).mean()


def check_make_mlp(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3, 2])
    X, _ = _make_batch(7, 5, 2)
    weights = list(model.parameters())
    H = X
    for layer in range(3):
        Z = H @ weights[2 * layer].T + weights[2 * layer + 1]
        H = Z.clamp(min=0) if layer < 2 else Z
    torch.testing.assert_close(model(X), H)


def check_graph_edges(notebook: ModuleType) -> None:
    w, b = (torch.tensor(value, requires_grad=True) for value in (2.0, -1.0))
    edges, labels, kinds = notebook.graph_edges((w * w * 3.0 + b).relu(), {w: "w", b: "b"})
    # As Counter: w is used twice by one product, and both uses are edges.
    assert Counter((labels[start], labels[end]) for start, end in edges) == Counter(
        {("w", "Mul"): 2, ("Mul", "Mul"): 1, ("Mul", "Add"): 1, ("b", "Add"): 1, ("Add", "Relu"): 1}
    )
    assert {labels[node] for node, kind in kinds.items() if kind != "operation"} == {"w", "b"}


def check_play_back(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(7, 5, 3)
    w = next(iter(model.parameters()))
    for loss in (F.cross_entropy(model(X), y), (w * w + w.sigmoid() * w).sum() + F.cross_entropy(model(X), y)):
        leaves = notebook.play_back(loss)
        parameters = list(model.parameters())
        assert set(leaves) == set(parameters)
        for parameter, wanted in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            torch.testing.assert_close(leaves[parameter], wanted)


def check_graph_and_gradients(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(7, 5, 3)
    wanted = torch.autograd.grad(_loss_in_one(model, X, y), list(model.parameters()))
    for inputs, num_leaves in ((X, 4), (X.clone().requires_grad_(), 5)):
        found, gradients = notebook.graph_and_gradients(model, inputs, y)
        assert found == num_leaves
        for got, right in zip(gradients, wanted, strict=True):
            torch.testing.assert_close(got, right)


def check_count_work(notebook: ModuleType) -> None:
    sizes, n = [5, 4, 3], 7
    model = _make_model(notebook, sizes)
    X, y = _make_batch(n, 5, 3)
    products = [2 * n * size_in * size_out for size_in, size_out in pairwise(sizes)]
    # Forwards Z, backwards dW, each layer; dX each layer but the first, unless the inputs require a gradient.
    assert notebook.count_work(model, X, y) == 3 * sum(products) - products[0]
    assert notebook.count_work(model, X.clone().requires_grad_(), y) == 3 * sum(products)


def check_score_slopes(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    image = _make_batch(1, 5, 3)[0][0]
    winner, slopes = notebook.score_slopes(model, image)
    with torch.no_grad():
        assert model(image).topk(1).indices.tolist() == [winner]
        steps = 1e-6 * torch.eye(5, dtype=torch.float64)
        differences = [(model(image + step) - model(image - step))[winner] / 2e-6 for step in steps]
    torch.testing.assert_close(slopes, torch.stack(differences), rtol=1e-6, atol=1e-8)
    assert not image.requires_grad


def check_vector_jacobian(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    x = _make_batch(1, 5, 3)[0][0].requires_grad_()
    e = _make_batch(1, 3, 2, seed=2)[0][0]
    (wanted,) = torch.autograd.grad(model(x), x, grad_outputs=e)
    torch.testing.assert_close(notebook.vector_jacobian(model, x.detach(), e), wanted)


def check_weighted_sum(notebook: ModuleType) -> None:
    Z = _make_batch(5, 3, 2)[0].requires_grad_()
    E = _make_batch(5, 3, 2, seed=2)[0]
    (got,) = torch.autograd.grad(notebook.weighted_sum(Z, E), Z)
    torch.testing.assert_close(got, E)


def check_backward_twice(notebook: ModuleType) -> None:
    assert notebook.backward_twice(retain_graph=True) == 2 * (2 * 3.0)
    assert "second time" in notebook.complaint(lambda: notebook.backward_twice(retain_graph=False))


def _check_accumulated(notebook: ModuleType, sizes: list[int], share: object, weights: list[float]) -> None:
    """The accumulated gradient is that of the weighted sum of the batches' mean losses."""
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(sum(sizes), 5, 3)
    batches = list(zip(X.split(sizes), y.split(sizes), strict=True))
    loss = sum(weight * _loss_in_one(model, *batch) for weight, batch in zip(weights, batches, strict=True))
    wanted = torch.autograd.grad(loss, list(model.parameters()))
    for _ in range(2):  # twice, to see that it begins at nothing
        got = notebook.accumulate_gradients(model, batches, share)
    torch.testing.assert_close(got, torch.cat([gradient.flatten() for gradient in wanted]))


def check_full_gradient(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(7, 5, 3)
    wanted = torch.autograd.grad(_loss_in_one(model, X, y), list(model.parameters()))
    for _ in range(2):
        got = notebook.full_gradient(model, X, y)
    torch.testing.assert_close(got, torch.cat([gradient.flatten() for gradient in wanted]))


def check_accumulate_gradients(notebook: ModuleType) -> None:
    _check_accumulated(notebook, [4, 2, 1], lambda n: 0.3 * n, [1.2, 0.6, 0.3])


def check_no_share(notebook: ModuleType) -> None:
    _check_accumulated(notebook, [3, 3], notebook.no_share, [1.0, 1.0])


def check_equal_share(notebook: ModuleType) -> None:
    _check_accumulated(notebook, [3, 3], notebook.equal_share(2), [0.5, 0.5])


def check_share_of_examples(notebook: ModuleType) -> None:
    sizes = [4, 2, 1]
    _check_accumulated(notebook, sizes, notebook.share_of_examples(7), [n / 7 for n in sizes])
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(7, 5, 3)
    batches = list(zip(X.split(sizes), y.split(sizes), strict=True))
    got = notebook.accumulate_gradients(model, batches, notebook.share_of_examples(7))
    torch.testing.assert_close(got, notebook.full_gradient(model, X, y))


def _numbers_saved(n: int, sizes: list[int]) -> int:
    """Of each example its inputs, hidden outputs, log-probabilities and label; one number of the loss's own."""
    return n * (sum(sizes) + 1) + 1


def check_held_by_graph(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(7, 5, 3)
    assert notebook.held_by_graph(model, X, y) == (_numbers_saved(7, [5, 4, 3]) + 4 * 3, 0)


def check_held_by_total(notebook: ModuleType) -> None:
    model = _make_model(notebook, [5, 4, 3])
    X, y = _make_batch(48, 5, 3)
    kept = notebook.held_by_total(model, X, y, lambda loss: loss, 3)
    assert kept == 3 * _numbers_saved(16, [5, 4, 3]) + 4 * 3
    assert notebook.held_by_total(model, X, y, lambda loss: loss.item(), 3) == 0


def check_run_total(notebook: ModuleType) -> None:
    wanted = sum((2.0 * x - 1.0) ** 2 for x in (1, 2, 3))
    attached, _, w = notebook.run_total(lambda loss: loss)
    assert attached.item() == wanted
    attached.backward()
    assert w.grad.item() == sum(2 * x * (2.0 * x - 1.0) for x in (1, 2, 3))
    detached, last, _ = notebook.run_total(lambda loss: loss.detach())
    assert detached.item() == wanted
    assert not detached.requires_grad
    assert last.requires_grad


def check_update(notebook: ModuleType) -> None:
    w = torch.tensor([3.0, -2.0], requires_grad=True)
    reference = w.detach().clone().requires_grad_()
    for weight in (w, reference):
        (weight**2).sum().backward()
    with torch.no_grad():
        notebook.update(w)
    torch.optim.SGD([reference], lr=0.1).step()
    torch.testing.assert_close(w, reference)


def check_in_place(notebook: ModuleType) -> None:
    assert notebook.add_one_in_place(lambda z: 3 * z) == 3.0
    assert "inplace" in notebook.complaint(lambda: notebook.add_one_in_place(torch.sigmoid))
    assert notebook.slope_after(lambda h: None) == 0.25
    assert notebook.slope_after(lambda h: h.data.add_(1)) == 1.5 * (1 - 1.5)


def check_roots(notebook: ModuleType) -> None:
    x = torch.tensor([0.0, 0.25, 4.0, 9.0], dtype=torch.float64, requires_grad=True)
    for function, slope_at_0 in ((notebook.root_or_zero, float("nan")), (notebook.safe_root_or_zero, 0.0)):
        values = function(x)
        (slopes,) = torch.autograd.grad(values.sum(), x)
        assert values.tolist() == [0.0, 0.5, 2.0, 3.0]
        wanted = torch.tensor([slope_at_0, 1.0, 0.25, 1 / 6], dtype=torch.float64)
        torch.testing.assert_close(slopes, wanted, equal_nan=True)


SLIPS = [
    ("check_make_mlp", "*layers[:-1]", "*layers"),
    ("check_graph_edges", "edges.append((earlier, node))", "edges.append((node, earlier))"),
    ("check_graph_edges", "(names or {}).get(node.variable, ", "(names or {}).get(node, "),
    ("check_play_back", "arrived.get(earlier, 0) + share", "share"),
    ("check_play_back", "share = share.sum_to_size(earlier.variable.shape)", "pass"),
    ("check_play_back", "torch.ones_like(loss)}", "-torch.ones_like(loss)}"),
    ("check_graph_and_gradients", "len(kinds) - list(kinds", "len(kinds) + list(kinds"),
    ("check_count_work", "F.cross_entropy(model(X), y).backward()\n    return counter", "model(X)\n    return counter"),
    ("check_score_slopes", "scores.max()", "scores.sum()"),
    ("check_vector_jacobian", "return e @ J", "return J.sum(dim=0)"),
    ("check_weighted_sum", "(E * Z).sum()", "(E * Z).mean()"),
    ("check_backward_twice", "loss = w**2  #", "loss = w**3  #"),
    ("check_full_gradient", "model.zero_grad()\n    F.cross_entropy", "F.cross_entropy"),
    ("check_accumulate_gradients", "model.zero_grad()\n    for X_batch", "for X_batch"),
    ("check_accumulate_gradients", "loss * share(len(X_batch))", "loss * share(1)"),
    ("check_no_share", "return 1.0", "return 1 / n"),
    ("check_equal_share", "lambda n: 1 / num_batches", "lambda n: num_batches"),
    ("check_share_of_examples", "n / num_examples", "1 / num_examples"),
    ("check_held_by_graph", "view.data_ptr(): view.numel()", "view.data_ptr(): view.nbytes"),
    ("check_held_by_total", "total + take(loss)\n            del", "total + loss\n            del"),
    ("check_run_total", "(step + 1.0) - 1.0) ** 2", "(step + 1.0) + 1.0) ** 2"),
    ("check_update", "w -= 0.1 * w.grad", "w += 0.1 * w.grad"),
    ("check_in_place", "h = f(z)\n    h += 1", "h = f(z)\n    h = h + 1"),
    ("check_roots", "positive.sqrt()", "x.sqrt()"),
]
