"""The loss, its gradient, its landscape and the walk down: 4.1.2 against autograd, closed forms and plain loops."""

from __future__ import annotations

import math
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.testing import assert_close

NOTEBOOK = "4.1.2"


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def line_data() -> tuple[Tensor, Tensor]:
    x = 3 * draw(7, 1) + 5
    return x, 2 * x + draw(7, 1, seed=1)


def check_make_sine(notebook: ModuleType) -> None:
    x, y = notebook.make_sine(5001, torch.Generator().manual_seed(0))
    noise = (y - x - torch.tensor([2 * math.sin(x_i) for x_i in x.flatten().tolist()]).unsqueeze(1)).std()
    assert x.shape == y.shape == (5001, 1)
    assert (x[0].item(), x[-1].item()) == (0.0, 20.0)
    assert abs(noise.item() - 1) < 0.05


def check_mean_loss(notebook: ModuleType) -> None:
    x, y = line_data()
    got = notebook.mean_loss(lambda x_i: 3 * x_i - 1, notebook.squared_error, x, y)
    assert_close(got.squeeze(), F.mse_loss(3 * x - 1, y))
    assert_close(
        notebook.mean_loss(torch.sin, lambda y_hat, y: (y_hat - y).abs(), x, y).squeeze(), F.l1_loss(x.sin(), y)
    )


def check_mse(notebook: ModuleType) -> None:
    y_hat, y = draw(5, 3), draw(5, 3, seed=1)
    assert_close(notebook.mse(y_hat, y), F.mse_loss(y_hat, y), rtol=1e-12, atol=0)


def check_standardise(notebook: ModuleType) -> None:
    x = notebook.standardise(line_data()[0])
    assert_close(x.mean().item(), 0.0, rtol=0, atol=1e-12)
    assert_close(x.square().mean().item(), 1.0)


def check_least_squares(notebook: ModuleType) -> None:
    x, y = line_data()
    w, b = notebook.least_squares(x, y)
    covariance = ((x - x.mean()) * (y - y.mean())).sum()
    assert_close(w, covariance / (x - x.mean()).square().sum())
    assert_close(b, y.mean() - w * x.mean())


def check_loss_surface(notebook: ModuleType) -> None:
    x, y = line_data()
    w, b = draw(2, 3), draw(2, 3, seed=1)
    got = notebook.loss_surface(x, y, w, b)
    wanted = [[F.mse_loss(w[i, j] * x + b[i, j], y).item() for j in range(3)] for i in range(2)]
    assert_close(got, torch.tensor(wanted, dtype=torch.float64))


def check_mse_gradients(notebook: ModuleType) -> None:
    x, y = line_data()
    w, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (0.7, -0.4))
    F.mse_loss(w * x + b, y).backward()
    assert_close(notebook.mse_gradients(x, y, w.detach(), b.detach()), (w.grad, b.grad))


def check_descend(notebook: ModuleType) -> None:
    x, y = line_data()
    got = notebook.descend(x, y, lr=0.02, num_steps=5, start=(0.3, -0.2))
    line = line_at(0.3, -0.2)
    assert_close(got, torch.stack([parameters_of(line), *sgd_steps(line, [(x, y)] * 5, lr=0.02)]))


def check_descend_in_batches(notebook: ModuleType) -> None:
    x, y = line_data()
    got = notebook.descend_in_batches(
        x, y, lr=0.02, num_epochs=2, batch_size=3, generator=torch.Generator().manual_seed(4)
    )
    generator = torch.Generator().manual_seed(4)
    orders = [torch.randperm(7, generator=generator) for _ in range(2)]
    batches = [(x[order[i : i + 3]], y[order[i : i + 3]]) for order in orders for i in (0, 3, 6)]
    line = line_at(0.0, 0.0)
    assert_close(got, torch.stack([parameters_of(line), *sgd_steps(line, batches, lr=0.02)]))


def line_at(w: float, b: float) -> nn.Linear:
    line = nn.Linear(1, 1).double()
    nn.init.constant_(line.weight, w)
    nn.init.constant_(line.bias, b)
    return line


def parameters_of(line: nn.Linear) -> Tensor:
    return torch.cat([line.weight.detach().flatten(), line.bias.detach()])


def sgd_steps(line: nn.Linear, batches: list[tuple[Tensor, Tensor]], lr: float) -> list[Tensor]:
    optimizer = torch.optim.SGD(line.parameters(), lr=lr)
    path = []
    for x, y in batches:
        optimizer.zero_grad()
        F.mse_loss(line(x), y).backward()
        optimizer.step()
        path.append(parameters_of(line))
    return path


def check_curvatures(notebook: ModuleType) -> None:
    x, y = line_data()
    hessian = torch.autograd.functional.hessian(lambda theta: F.mse_loss(theta[0] * x + theta[1], y), draw(2))
    assert_close(notebook.curvatures(x), torch.linalg.eigvalsh(hessian))


def check_walk_to_mark(notebook: ModuleType) -> None:
    x, y = line_data()
    path = notebook.walk_to_mark(x, y, start=(0.0, 1.0)).double()
    w, b = notebook.least_squares(x, y)
    above = [F.mse_loss(theta[0] * x + theta[1], y).item() - F.mse_loss(w * x + b, y).item() for theta in path]
    assert above[-1] < 0.001 + 1e-5 and all(height > 0.001 - 1e-5 for height in above[:-1])
    assert len(path) > 2


def check_softmax(notebook: ModuleType) -> None:
    logits = 3 * draw(5, 3)
    assert_close(notebook.softmax(logits), F.softmax(logits, dim=1))
    large = torch.tensor([[1000.0, 0.0], [-1000.0, -1000.0]])
    assert_close(notebook.softmax(large), torch.tensor([[1.0, 0.0], [0.5, 0.5]]))


def check_cross_entropy(notebook: ModuleType) -> None:
    logits, y = 3 * draw(5, 3), torch.tensor([2, 0, 1, 1, 2])
    assert_close(notebook.cross_entropy(logits, y), F.cross_entropy(logits, y), rtol=1e-12, atol=0)
    large = torch.tensor([[1000.0, 0.0], [-1000.0, -1000.0]])
    assert_close(notebook.cross_entropy(large, torch.tensor([1, 0])), F.cross_entropy(large, torch.tensor([1, 0])))


def check_train(notebook: ModuleType) -> None:
    x, y = line_data()
    batches = [(x[:3], y[:3]), (x[3:6], y[3:6]), (x[6:], y[6:])]
    resting, walking, by_hand = line_at(0.3, -0.2).eval(), line_at(0.3, -0.2), line_at(0.3, -0.2)
    optimizer = torch.optim.SGD(resting.parameters(), lr=0.0)
    history = notebook.train(resting, batches, loss_fn=nn.MSELoss(), optimizer=optimizer, num_epochs=2)
    assert_close(history, [F.mse_loss(resting(x), y).item()] * 2)
    assert resting.training
    optimizer = torch.optim.SGD(walking.parameters(), lr=0.02)
    notebook.train(walking, batches, loss_fn=nn.MSELoss(), optimizer=optimizer, num_epochs=2)
    assert_close(parameters_of(walking), sgd_steps(by_hand, batches * 2, lr=0.02)[-1])


SLIPS = [
    ("check_make_sine", "x + 2 * torch.sin(x) + noise", "x + torch.sin(2 * x) + noise"),
    ("check_mean_loss", "return total / len(x)", "return total"),
    ("check_mean_loss", "return (y_hat - y) ** 2", "return y_hat - y"),
    ("check_mse", "return ((y_hat - y) ** 2).mean()", "return ((y_hat - y) ** 2).sum()"),
    ("check_standardise", "(x - x.mean()) / x.std", "x - x.mean() / x.std"),
    ("check_standardise", "x.std(correction=0)", "x.std()"),
    (
        "check_least_squares",
        "torch.linalg.lstsq(A, y).solution.flatten()",
        "torch.linalg.lstsq(A, y).solution.flatten().flip(0)",
    ),
    ("check_loss_surface", "w[..., None] * x.flatten() + b[..., None]", "b[..., None] * x.flatten() + w[..., None]"),
    ("check_mse_gradients", "error = w * x + b - y", "error = y - w * x - b"),
    ("check_mse_gradients", "dw = (2 * error * x).mean()", "dw = (2 * error).mean()"),
    ("check_mse_gradients", "db = (2 * error).mean()", "db = error.mean()"),
    ("check_descend", "theta - lr * torch.stack([dw, db])", "theta + lr * torch.stack([dw, db])"),
    (
        "check_descend_in_batches",
        "torch.stack(mse_gradients(x[B], y[B], *theta))",
        "torch.stack(mse_gradients(x, y, *theta))",
    ),
    ("check_curvatures", "H = 2 * A.T @ A / len(x)", "H = A.T @ A / len(x)"),
    ("check_curvatures", "torch.linalg.eigvalsh(H)", "torch.linalg.eigvalsh(H).flip(0)"),
    ("check_walk_to_mark", "lr=0.9 * 2 / curvatures(x)[-1]", "lr=0.9 * 2 / curvatures(x)[0]"),
    (
        "check_softmax",
        "shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)",
        "shifted.exp() / shifted.exp().sum(dim=0, keepdim=True)",
    ),
    (
        "check_cross_entropy",
        "shifted - shifted.exp().sum(dim=1, keepdim=True).log()",
        "shifted - shifted.exp().sum(dim=1, keepdim=True)",
    ),
    ("check_cross_entropy", "-log_p[torch.arange(len(y)), y].mean()", "log_p[torch.arange(len(y)), y].mean()"),
    ("check_train", "total += loss.item() * len(x_batch)", "total += loss.item()"),
    ("check_train", "optimizer.zero_grad()", "pass"),
]
