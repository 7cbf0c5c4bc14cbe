"""Scalers, polygons, floors and leave-one-out: 4.5.1 against autograd, NumPy, simulation and plain loops."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import torch
from torch import Tensor, nn
from torch.testing import assert_close

NOTEBOOK = "4.5.1"


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def points(num_examples: int = 9) -> tuple[Tensor, Tensor]:
    x = 3 * draw(num_examples, 1) + 5
    return x, x.square() - 2 * x + draw(num_examples, 1, seed=1)


def network(activation: type[nn.Module], num_units: int = 5) -> tuple[nn.Sequential, list[Tensor]]:
    layers = nn.Sequential(nn.Linear(1, num_units), activation(), nn.Linear(num_units, 1)).double()
    shapes = [(num_units, 1), (num_units,), (1, num_units), (1,)]
    weights = [draw(*shape, seed=3 + k) for k, shape in enumerate(shapes)]
    with torch.no_grad():
        for parameter, value in zip(layers.parameters(), weights, strict=True):
            parameter.copy_(value)
    return layers.requires_grad_(False), weights


def slope_at(f: nn.Module, place: float) -> Tensor:
    x = torch.tensor([[place]], dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(f(x).sum(), x)[0].squeeze()


def check_make_sine(notebook: ModuleType) -> None:
    x, y = notebook.make_sine(5001, torch.Generator().manual_seed(0))
    noise = y.squeeze() - torch.tensor([x_i + 2 * math.sin(x_i) for x_i in x.flatten().tolist()])
    assert x.shape == y.shape == (5001, 1)
    assert (x[0].item(), x[-1].item()) == (0.0, 20.0)
    assert abs(noise.std().item() - 1) < 0.05
    assert abs(noise.mean().item()) < 0.05


def check_scales(notebook: ModuleType) -> None:
    x, _ = points()
    X = notebook.standardise(x, *notebook.scale_of(x))
    assert_close(X.mean().item(), 0.0, rtol=0, atol=1e-12)
    assert_close(X.square().sum().item(), len(x) - 1.0)
    assert_close(notebook.unstandardise(X, *notebook.scale_of(x)), x)


def check_regressor(notebook: ModuleType) -> None:
    x, y = points()
    model = notebook.Regressor(nn.Identity(), x, y)
    x_new = torch.tensor([[x.mean()], [x.mean() + 2 * x.std()]])
    assert_close(model(x_new), torch.tensor([[y.mean()], [y.mean() + 2 * y.std()]]))


def check_fit_polynomial(notebook: ModuleType) -> None:
    x, y = points()
    x_new = 4 * draw(6, 1, seed=2)
    for degree in (0, 1, 3):
        wanted = np.polyval(np.polyfit(x.flatten().numpy(), y.flatten().numpy(), degree), x_new.numpy())
        assert_close(notebook.fit_polynomial(x, y, degree)(x_new), torch.from_numpy(wanted))


def check_mse(notebook: ModuleType) -> None:
    assert_close(notebook.mse(draw(5, 3), draw(5, 3, seed=1)), nn.MSELoss()(draw(5, 3), draw(5, 3, seed=1)).item())


def check_train(notebook: ModuleType) -> None:
    x, y = points()
    layers, _ = network(nn.Tanh)
    model = notebook.Regressor(layers.requires_grad_(), x, y)
    before = ((model(x) - y) ** 2).mean().item() / y.var().item()
    resting = torch.optim.SGD(model.parameters(), lr=0.0)
    assert_close(notebook.train(model, x, y, optimizer=resting, num_steps=2), [before] * 2)
    by_hand, _ = network(nn.Tanh)
    X, Y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    for _ in range(3):
        by_hand.requires_grad_().zero_grad()
        (by_hand(X) - Y).square().mean().backward()
        with torch.no_grad():
            for parameter in by_hand.parameters():
                parameter -= 0.1 * parameter.grad
    notebook.train(model, x, y, optimizer=torch.optim.SGD(model.parameters(), lr=0.1), num_steps=3)
    assert_close(model(x), y.mean() + y.std() * by_hand(X))


def check_merge_scalers(notebook: ModuleType) -> None:
    x, y = points()
    layers, weights = network(nn.Tanh)
    W1, b1, W2, b2 = notebook.merge_scalers(*weights, (x.mean(), x.std()), (y.mean(), y.std()))
    wanted = y.mean() + y.std() * layers((x - x.mean()) / x.std())
    assert_close(torch.tanh(x @ W1.T + b1) @ W2.T + b2, wanted)


def check_raw_weights(notebook: ModuleType) -> None:
    x, y = points()
    layers, _ = network(nn.ReLU)
    model = notebook.Regressor(layers, x, y)
    assert_close(notebook.relu_network(x, *notebook.raw_weights(model)), model(x))


def check_merge_layers(notebook: ModuleType) -> None:
    layers, weights = network(nn.Identity)
    W, b = notebook.merge_layers(*weights)
    x, _ = points()
    assert W.shape == (1, 1) and b.shape == (1,)
    assert_close(x * W + b, layers(x))
    assert_close(W.squeeze(), slope_at(layers, 0.3))


def check_kinks(notebook: ModuleType) -> None:
    layers, weights = network(nn.ReLU)
    places, changes = notebook.kinks(*weights[:3])
    assert places.tolist() == sorted(places.tolist())
    borders = [places[0].item() - 1, *((places[1:] + places[:-1]) / 2).tolist(), places[-1].item() + 1]
    slopes = torch.stack([slope_at(layers, border) for border in borders])
    assert_close(changes, slopes.diff())


def check_change_of_slope(notebook: ModuleType) -> None:
    at = torch.tensor([0.5, 2.0], dtype=torch.float64)
    got = notebook.change_of_slope(lambda x: 3 * (x - 0.5).abs() - x, at)
    assert_close(got, torch.tensor([6.0, 0.0], dtype=torch.float64), rtol=0, atol=1e-6)


def check_build_polygon(notebook: ModuleType) -> None:
    places = torch.tensor([-1.0, 0.0, 2.0])
    x = torch.linspace(-1, 4, 20).unsqueeze(1)
    hat = 1 + 2 * (x + 1) - 3 * x.clamp(min=0) + (x - 2).clamp(min=0)
    polygon = notebook.build_polygon(places, x, hat)
    assert_close(polygon(x).detach(), hat, rtol=0, atol=1e-4)
    noisy = hat + draw(20, 1).float()
    left = noisy - notebook.build_polygon(places, x, noisy)(x).detach()
    assert_close((x - places).clamp(min=0).T @ left, torch.zeros(3, 1), rtol=0, atol=1e-3)  # the best: none is left
    assert_close(left.sum().item(), 0.0, rtol=0, atol=1e-3)


def check_expected_fresh_loss(notebook: ModuleType) -> None:
    curve, y_hat = draw(5, 1), draw(5, 1, seed=1)
    fresh = curve + 0.7 * draw(5, 200_000, seed=2)
    assert_close(notebook.expected_fresh_loss(y_hat, curve, 0.7), (y_hat - fresh).square().mean(), rtol=0.01, atol=0)


def check_tanh_level(notebook: ModuleType) -> None:
    layers, weights = network(nn.Tanh)
    far = layers(torch.tensor([[1e6]], dtype=torch.float64)).item()
    assert_close(notebook.tanh_level(*weights), far)


def check_relu_end_slope(notebook: ModuleType) -> None:
    layers, weights = network(nn.ReLU)
    assert_close(notebook.relu_end_slope(*weights), slope_at(layers, 1e6).item())


def check_waves(notebook: ModuleType) -> None:
    x, _ = points()
    wave = 3 - x + 2 * torch.sin(x + 0.7)
    columns = notebook.waves(x)
    assert columns.shape == (9, 4)
    assert_close(columns @ torch.linalg.lstsq(columns, wave).solution, wave)


def check_errors(notebook: ModuleType) -> None:
    errors = torch.tensor([[3.0], [-4.0], [0.0], [0.0]])
    assert (notebook.rmse(errors), notebook.mae(errors)) == (2.5, 1.75)


def check_leave_one_out(notebook: ModuleType) -> None:
    x, y = points()
    got = notebook.leave_one_out(lambda x, y: lambda x_new: y.mean() + 0 * x_new, x, y)
    wanted = [y[i].item() - np.delete(y.numpy(), i).mean() for i in range(len(y))]
    assert_close(got.flatten(), torch.tensor(wanted, dtype=torch.float64))


def check_press(notebook: ModuleType) -> None:
    x, y = points()
    A = torch.cat([torch.ones_like(x), x, x.square()], dim=1)
    refits = []
    for i in range(len(x)):
        kept_x, kept_y = np.delete(x.numpy(), i), np.delete(y.numpy(), i)
        refits.append(y[i].item() - np.polyval(np.polyfit(kept_x, kept_y, 2), x[i].item()))
    assert_close(notebook.press_errors(A, y).flatten(), torch.tensor(refits, dtype=torch.float64))
    assert_close(notebook.leverages(A), (A @ torch.linalg.inv(A.T @ A) @ A.T).diagonal().unsqueeze(1))


SLIPS = [
    ("check_make_sine", "return x + 2 * torch.sin(x)", "return x + torch.sin(2 * x)"),
    ("check_scales", "(x - mean) / std", "x - mean / std"),
    ("check_scales", "mean + std * X", "std + mean * X"),
    ("check_regressor", "return unstandardise(Y_hat, *self.y_scale)", "return unstandardise(Y_hat, *self.x_scale)"),
    ("check_fit_polynomial", "range(degree + 1)", "range(degree)"),
    (
        "check_fit_polynomial",
        "lambda x: powers(standardise(x.double(), *scale), degree)",
        "lambda x: powers(x, degree)",
    ),
    ("check_mse", "((y_hat - y) ** 2).mean()", "(y_hat - y).mean()"),
    ("check_train", "F.mse_loss(model.network(X), Y)", "F.mse_loss(model.network(X), y)"),
    ("check_train", "optimizer.zero_grad()", "pass"),
    ("check_merge_scalers", "b1 - W1.flatten() * x_mean / x_std", "b1 + W1.flatten() * x_mean / x_std"),
    ("check_merge_scalers", "return W1 / x_std", "return W1 * x_std"),
    ("check_merge_scalers", "y_std * b2 + y_mean", "b2 + y_mean"),
    ("check_raw_weights", "model.x_scale, model.y_scale)", "model.y_scale, model.x_scale)"),
    ("check_merge_layers", "W2 @ W1, b1 @ W2.T + b2", "W2 @ W1, b1.sum() + b2"),
    ("check_kinks", "places = -b1 / w", "places = b1 / w"),
    ("check_kinks", "(v * w.abs())[order]", "(v * w)[order]"),
    ("check_change_of_slope", "f(x + h) - 2 * f(x) + f(x - h)", "f(x + h) - f(x - h)"),
    ("check_build_polygon", "network[0].bias.copy_(-places)", "network[0].bias.copy_(places)"),
    ("check_build_polygon", "torch.cat([H, torch.ones_like(x)], dim=1)", "torch.cat([H, torch.zeros_like(x)], dim=1)"),
    ("check_expected_fresh_loss", "noise_std**2", "noise_std"),
    ("check_tanh_level", "W2.flatten() * W1.flatten().sign()", "W2.flatten() * W1.flatten()"),
    ("check_relu_end_slope", "[w > 0].sum()", "[w < 0].sum()"),
    ("check_waves", "torch.sin(x), torch.cos(x)", "torch.sin(x), torch.sin(x)"),
    ("check_errors", "errors.square().mean().sqrt()", "errors.square().mean()"),
    ("check_errors", "errors.abs().mean()", "errors.mean().abs()"),
    ("check_leave_one_out", "torch.arange(len(x)) != i", "torch.arange(len(x)) >= 0"),
    ("check_press", "(y - y_hat) / (1 - leverages(A))", "(y - y_hat) * (1 - leverages(A))"),
    ("check_press", "(Q**2).sum(dim=1, keepdim=True)", "(Q**2).sum(dim=0, keepdim=True)"),
]
