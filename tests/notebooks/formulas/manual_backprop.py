"""4.2.1 Backpropagation by hand: each gradient against autograd, which knows none of the notebook's formulas."""

from itertools import pairwise
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.testing import assert_close
from torch.utils.flop_counter import FlopCounterMode

NOTEBOOK = "4.2.1"


def random(*shapes: tuple[int, ...]) -> list[Tensor]:
    """Leaves in float64 of these shapes, the same each time."""
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]


def gradients(outputs: Tensor, leaves: list[Tensor], E: Tensor | None = None) -> tuple[Tensor, ...]:
    return torch.autograd.grad(outputs, leaves, grad_outputs=E)


def check_neuron(notebook: ModuleType) -> None:
    w, x, b, y = leaves = random((), (), (), ())
    _, _, r, loss = notebook.neuron_forward(w, x, b, y)
    assert_close(loss, F.mse_loss(w * x + b, y))
    ours = notebook.neuron_backward(w.detach(), x.detach(), r.detach())
    assert_close(tuple(ours[name] for name in "wxby"), gradients(loss, leaves))


def check_two_paths(notebook: ModuleType) -> None:
    w, x, b, y = random((), (), (), ())
    wanted = gradients((w * x + b - y) ** 2 + w**2, [w])[0]
    ours = notebook.penalised_gradient(*(leaf.detach() for leaf in (w, x, b, y)))
    assert_close(ours[-1], wanted)


def check_linear(notebook: ModuleType) -> None:
    X, W, b, E = random((5, 3), (4, 3), (4,), (5, 4))
    assert_close(notebook.linear_forward(X, W, b), F.linear(X, W, b))
    with torch.no_grad():
        ours = notebook.linear_backward(E, X, W)
    assert_close(ours, gradients(F.linear(X, W, b), [X, W, b], E.detach()))


def check_linear_in_columns(notebook: ModuleType) -> None:
    X, W, E = random((3, 5), (4, 3), (4, 5))
    with torch.no_grad():
        ours = notebook.linear_backward_columns(E, X, W)
    assert_close(ours, gradients(W @ X, [X, W], E.detach()))


def check_relu(notebook: ModuleType) -> None:
    E = torch.arange(1.0, 8.0)
    Z = torch.linspace(-3, 3, 7, requires_grad=True)  # with a zero in the middle
    assert_close(notebook.relu(Z), F.relu(Z))
    assert_close(notebook.relu_backward(E, Z.detach()), gradients(F.relu(Z), [Z], E)[0])


def check_softmax(notebook: ModuleType) -> None:
    Z, E = random((5, 3), (5, 3))
    for shift in (0, 1000):
        assert_close(notebook.softmax(Z + shift), (Z + shift).softmax(dim=1))
    P = Z.softmax(dim=1)
    assert_close(notebook.softmax_backward(E, P).detach(), gradients(P, [Z], E.detach())[0])


def check_softmax_cross_entropy(notebook: ModuleType) -> None:
    logits = random((5, 3))[0]
    y = torch.tensor([0, 2, 2, 1, 0])
    for scale in (1, 5000):  # the second overflows unless the largest is subtracted
        Z = (scale * logits.detach()).requires_grad_()
        loss, dlogits = notebook.softmax_cross_entropy(Z.detach(), y)
        wanted = F.cross_entropy(Z, y)
        assert_close(loss, wanted.detach())
        assert_close(dlogits, gradients(wanted, [Z])[0])


def check_pools_concatenation_dropout(notebook: ModuleType) -> None:
    X, A, B = random((5, 6), (5, 2), (5, 4))
    E = torch.arange(10.0, dtype=torch.float64).reshape(5, 2)
    wanted = gradients(F.max_pool1d(X, 3), [X], E)[0]
    assert_close(notebook.max_pool_backward(E, X.detach(), 3), wanted)
    assert_close(notebook.average_pool_backward(E, 3), gradients(F.avg_pool1d(X, 3), [X], E)[0])
    E = torch.arange(30.0, dtype=torch.float64).reshape(5, 6)
    assert_close(notebook.concatenate_backward(E, 2), gradients(torch.cat([A, B], dim=1), [A, B], E))
    dropped = F.dropout(X, 0.25)
    wanted = gradients(dropped, [X], E)[0]
    assert_close(notebook.dropout_backward(E, (dropped != 0).double(), 0.25), wanted)


def check_convolution(notebook: ModuleType) -> None:
    x, w, e = random((7,), (3,), (5,))
    z = F.conv1d(x.view(1, 1, -1), w.view(1, 1, -1)).flatten()
    assert_close(notebook.convolution(x, w), z)
    assert_close(notebook.convolution_backward(e.detach(), x.detach(), w.detach()), gradients(z, [x, w], e.detach()))


def check_finite_difference(notebook: ModuleType) -> None:
    X, Y = random((5, 3), (5, 3))
    cubes = gradients((X**3).sum(), [X])[0]
    h = 1e-3  # of a cube, central differences are off by h^2 exactly
    assert_close(notebook.finite_difference(lambda X: (X**3).sum(), X.detach(), h), cubes + h**2)
    product = notebook.nudged_gradients(lambda A, B: (A * B).sum(), [X.detach(), Y.detach()])
    assert_close(product, [Y.detach(), X.detach()])


def check_by_hand_asks_our_backward(notebook: ModuleType) -> None:
    X = random((5, 3))[0]
    tripled = notebook.by_hand(lambda X: 3 * X, lambda E, X: 7 * E * X)  # wrong on purpose: autograd must not mend it
    E = torch.ones(5, 3, dtype=torch.float64)
    assert_close(tripled(X).detach(), 3 * X.detach())
    assert_close(gradients(tripled(X), [X], E)[0], 7 * X.detach())


def check_three_ways(notebook: ModuleType) -> None:
    X = random((5, 3))[0].detach()
    autograd, verdict, nudges = notebook.three_ways(torch.sin, lambda E, X: E * X.cos(), X)
    assert verdict
    assert autograd < 1e-12
    assert nudges < 1e-8
    A, B = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 2.5, 3.0])
    assert notebook.largest_difference([A, B], [B, B]) == 0.5
    assert notebook.largest_difference([B, B], [A, B]) == 0.5


def check_best_step(notebook: ModuleType) -> None:
    eps, loss, third = 1e-16, 2.5, 0.012
    h = torch.logspace(-8, -1, 70_001, dtype=torch.float64)
    wanted = h[(third * h**2 / 6 + eps * loss / h).argmin()].item()
    assert_close(notebook.best_step(eps, loss, third), wanted, rtol=1e-3, atol=0)


def check_network(notebook: ModuleType) -> None:
    X, U, V, W, E = random((7, 6), (5, 6), (4, 5), (3, 4), (7, 3))
    wanted = F.linear(F.relu(F.linear(F.relu(F.linear(X, U)), V)), W)
    with torch.no_grad():
        logits, cache = notebook.forward(X, U, V, W)
        ours = notebook.backward(E, cache, V, W)
    assert_close(logits, wanted.detach())
    assert_close(ours, gradients(wanted, [U, V, W], E.detach()))


def check_no_input_is_changed(notebook: ModuleType) -> None:
    X, U, V, W, E = (leaf.detach() for leaf in random((7, 6), (5, 6), (4, 5), (3, 4), (7, 3)))
    before = [tensor.clone() for tensor in (X, U, V, W, E)]
    _, cache = notebook.forward(X, U, V, W)
    assert_close(cache[1], X @ U.T)
    cached = [tensor.clone() for tensor in cache]
    notebook.backward(E, cache, V, W)
    notebook.softmax_cross_entropy(E, torch.arange(7) % 3)
    notebook.linear_backward(E, X, torch.ones(3, 6, dtype=torch.float64))
    notebook.finite_difference(lambda X: X.sum(), X, 0.1)
    assert_close([*cache, X, U, V, W, E], [*cached, *before], rtol=0, atol=0)


def check_initial_weights(notebook: ModuleType) -> None:
    sizes = (400, 300, 200)
    weights = notebook.make_weights(sizes, torch.Generator().manual_seed(1))
    for weight, (size_in, size_out) in zip(weights, pairwise(sizes), strict=True):
        assert weight.shape == (size_out, size_in)
        assert_close(weight.var().item(), 2 / size_in, rtol=0.02, atol=0)


def check_batches(notebook: ModuleType) -> None:
    X = torch.arange(10)
    batches = list(notebook.batches_of(X, 2 * X, 4, torch.Generator().manual_seed(1)))
    assert [len(y) for _, y in batches] == [4, 4, 2]
    assert torch.cat([X for X, _ in batches]).sort().values.equal(X)
    assert all(y.equal(2 * X) for X, y in batches)


def check_training(notebook: ModuleType) -> None:
    """A step of the notebook's training and of its twin is a step of torch.optim.SGD."""
    X, *weights = random((7, 6), (5, 6), (4, 5), (3, 4))
    X, y = X.detach(), torch.tensor([0, 2, 2, 1, 0, 1, 1])
    ours, twins = ([weight.detach().clone() for weight in weights] for _ in range(2))
    notebook.train_by_hand(ours, [(X, y)] * 5, lr=0.3)
    notebook.train_by_autograd([twin.requires_grad_() for twin in twins], [(X, y)] * 5, lr=0.3)
    optimizer = torch.optim.SGD(weights, lr=0.3)
    for _ in range(5):
        U, V, W = weights
        optimizer.zero_grad()
        F.cross_entropy(F.relu(F.relu(X @ U.T) @ V.T) @ W.T, y).backward()
        optimizer.step()
    wanted = [weight.detach() for weight in weights]
    assert_close(ours, wanted)
    assert_close([twin.detach() for twin in twins], wanted)


def check_accuracy(notebook: ModuleType) -> None:
    X, *weights = (leaf.detach() for leaf in random((7, 6), (5, 6), (4, 5), (3, 4)))
    logits = F.relu(F.relu(X @ weights[0].T) @ weights[1].T) @ weights[2].T
    y = torch.tensor([row.index(max(row)) for row in logits.tolist()])
    y[:2] = (y[:2] + 1) % 3
    assert_close(notebook.accuracy_on(X, y, weights), 5 / 7)


def check_multiplications(notebook: ModuleType) -> None:
    sizes = (7, 5, 4, 3)
    X = torch.randn(1, 7)
    weights = [torch.randn(o, i, requires_grad=True) for i, o in pairwise(sizes)]
    with FlopCounterMode(display=False) as forwards:
        logits = F.relu(F.relu(X @ weights[0].T) @ weights[1].T) @ weights[2].T
    with FlopCounterMode(display=False) as backwards:
        logits.sum().backward()
    counted = (forwards.get_total_flops() // 2, backwards.get_total_flops() // 2)
    assert notebook.multiplications(sizes) == counted


def check_power_of_ten(notebook: ModuleType) -> None:
    for difference, wanted in ((3e-8, 1e-7), (0.02, 0.1), (1.0, 1.0), (0.0, 0.0)):
        assert_close(notebook.power_of_ten_above(difference), wanted)


SLIPS = [
    ("check_neuron", "return a, z, r, r**2", "return a, z, r, r"),
    ("check_neuron", "dr = 2 * r", "dr = r"),
    ("check_neuron", "dw = da * x", "dw = da * w"),
    ("check_neuron", "dy = -dr", "dy = dr"),
    ("check_two_paths", "through_the_penalty = 2 * w", "through_the_penalty = w"),
    ("check_two_paths", "through_the_neuron + through_the_penalty", "through_the_neuron"),
    ("check_linear", "return X @ W.T + b", "return X @ W.T - b"),
    ("check_linear", "dX = E @ W ", "dX = E @ W.T "),
    ("check_linear", "dW = E.T @ X", "dW = X.T @ E"),
    ("check_linear", "db = E.sum(dim=0)", "db = E.mean(dim=0)"),
    ("check_linear_in_columns", "dX = W.T @ E", "dX = E @ W"),
    ("check_linear_in_columns", "dW = E @ X.T", "dW = X @ E.T"),
    ("check_relu", "Z.clamp(min=0)", "Z.clamp(max=0)"),
    ("check_relu", "return E * (Z > 0)", "return E * (Z >= 0)"),
    ("check_softmax", "exponentials / exponentials.sum(dim=1, keepdim=True)", "exponentials / exponentials.sum(dim=0)"),
    ("check_softmax", "(logits - logits.amax(dim=1, keepdim=True)).exp()", "logits.exp()"),
    ("check_softmax", "E - (E * P).sum(dim=1, keepdim=True)", "E - E.sum(dim=1, keepdim=True)"),
    ("check_softmax_cross_entropy", "dlogits = (P - Y) / batch_size", "dlogits = P - Y"),
    ("check_softmax_cross_entropy", "shifted = logits - logits.amax(dim=1, keepdim=True)", "shifted = logits"),
    ("check_softmax_cross_entropy", "(log_sum.squeeze(1) - shifted", "(log_sum.squeeze(1) + shifted"),
    ("check_pools_concatenation_dropout", "windows.argmax(dim=2)", "windows.argmin(dim=2)"),
    (
        "check_pools_concatenation_dropout",
        "E.repeat_interleave(width, dim=1) / width",
        "E.repeat_interleave(width, dim=1)",
    ),
    ("check_pools_concatenation_dropout", "return E[:, :length], E[:, length:]", "return E[:, length:], E[:, :length]"),
    ("check_pools_concatenation_dropout", "E * mask / (1 - q)", "E * mask"),
    ("check_convolution", "return x.unfold(0, len(w), 1) @ w", "return x.unfold(0, len(w), 1) @ w.flip(0)"),
    ("check_convolution", "dw = e @ x.unfold(0, len(w), 1)", "dw = e.flip(0) @ x.unfold(0, len(w), 1)"),
    ("check_convolution", "+= e_i * w", "= e_i * w"),
    ("check_finite_difference", "/ (2 * h)", "/ h"),
    ("check_finite_difference", "function(X - nudge)", "function(X)"),
    ("check_finite_difference", "*inputs[k + 1 :]", "*inputs[k:]"),
    ("check_by_hand_asks_our_backward", "backward_pass(E, *ctx.saved_tensors)", "3 * E"),
    ("check_three_ways", "(a - b).abs().max()", "(a - b).max()"),
    ("check_best_step", "(3 * eps * loss / third_derivative)", "(eps * loss / third_derivative)"),
    ("check_network", "Z2 = H1 @ V.T", "Z2 = Z1 @ V.T"),
    ("check_network", "dW = dlogits.T @ H2", "dW = dlogits.T @ Z2"),
    ("check_network", "dZ2 = relu_backward(dH2, Z2)", "dZ2 = dH2"),
    ("check_network", "dZ1 = relu_backward(dH1, Z1)", "dZ1 = relu_backward(dH1, dH1)"),
    ("check_network", "return dU, dV, dW", "return dW, dV, dU"),
    ("check_no_input_is_changed", "return Z.clamp(min=0)", "return Z.clamp_(min=0)"),
    ("check_no_input_is_changed", "dlogits = (P - Y) / batch_size", "dlogits = logits.sub_(Y) / batch_size"),
    ("check_initial_weights", "math.sqrt(2 / size_in)", "math.sqrt(2 / size_out)"),
    (
        "check_batches",
        "torch.randperm(len(X), generator=generator)",
        "torch.randint(len(X), (len(X),), generator=generator)",
    ),
    ("check_training", "V -= lr * dV", "V -= lr * V"),
    ("check_training", "weight -= lr * gradient", "weight += lr * gradient"),
    ("check_accuracy", "logits.argmax(dim=1) == y", "logits.argmin(dim=1) == y"),
    ("check_multiplications", "2 * sum(layers) - layers[0]", "2 * sum(layers)"),
    ("check_power_of_ten", "math.ceil(", "math.floor("),
]
