"""Metrics, scaler, leave-one-out means, log targets, waves and deliveries: 4.5.2 against scikit-learn, SciPy, loops."""

from __future__ import annotations

import math
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import scipy.stats
import torch
from numpy.testing import assert_allclose
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler
from torch import nn

NOTEBOOK = "4.5.2"


def draw(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def check_skewness(notebook: ModuleType) -> None:
    x = np.exp(draw(15)) + 3
    assert_allclose(notebook.skewness(x), scipy.stats.skew(x))
    assert_allclose(notebook.skewness(-x), -notebook.skewness(x))


def check_metrics(notebook: ModuleType) -> None:
    y_hat, y = draw(2, 15)
    assert_allclose(notebook.mse(y_hat, y), mean_squared_error(y, y_hat))
    assert_allclose(notebook.mae(y_hat, y), mean_absolute_error(y, y_hat))
    assert_allclose(notebook.r2(y_hat, y), r2_score(y, y_hat))
    assert_allclose(notebook.r2(torch.from_numpy(y_hat), torch.from_numpy(y)).item(), r2_score(y, y_hat))


def check_scaler(notebook: ModuleType) -> None:
    X, seen = 3 * draw(9, 3) + 5, 2 * draw(5, 3, seed=1) - 1
    assert_allclose(notebook.scale(X, *notebook.fit_scaler(seen)), StandardScaler().fit(seen).transform(X))


def check_mean_of_others(notebook: ModuleType) -> None:
    y, group = draw(9), np.array([4, 4, 0, 4, 7, 0, 4, 2, 2])
    wanted = []
    for i in range(9):
        others = [y[j] for j in range(9) if j != i and group[j] == group[i]]
        wanted.append(sum(others) / len(others) if others else -5.0)
    assert_allclose(notebook.mean_of_others(y, group, -5.0), wanted)


def check_lognormal_mean(notebook: ModuleType) -> None:
    for m, s in ((0.5, 0.4), (-1.0, 1.3)):
        wanted = scipy.stats.norm(m, s).expect(np.exp, lb=m - 12 * s, ub=m + 12 * s)
        assert_allclose(notebook.lognormal_mean(m, s), wanted, rtol=1e-6)


def check_smearing_factor(notebook: ModuleType) -> None:
    log_y = 0.7 * draw(15)
    factor = notebook.smearing_factor(np.full(15, 0.3), log_y)
    assert_allclose(factor * math.exp(0.3), np.exp(log_y).mean())  # a constant guess becomes the mean itself


def check_waves(notebook: ModuleType) -> None:
    (u, v), ks = draw(2, 5), (2, 3, 7)
    got = notebook.waves(u, v, ks)
    assert got.shape == (5, 24)
    for i in range(5):
        turned = [complex(u[i], v[i]) * complex(math.cos(a), -math.sin(a)) for a in (0, math.pi / 4, math.pi / 2)]
        turned.append(complex(u[i], v[i]) * complex(math.cos(0.75 * math.pi), -math.sin(0.75 * math.pi)))
        circle = [np.exp(1j * k * place.real) for place in turned for k in ks]
        assert_allclose(got[i], [part for point in circle for part in (point.imag, point.real)], atol=1e-12)


def check_stop_early(notebook: ModuleType) -> None:
    model, history = nn.Linear(1, 1), SimpleNamespace(valid_loss=[])
    best, look = notebook.stop_early(model, patience=3)
    stopped = None
    for epoch, loss in enumerate([5.0, 3.0, 4.0, 2.0, 2.5, 2.0, 3.0, 1.0], start=1):
        history.valid_loss.append(loss)
        nn.init.constant_(model.weight, epoch)
        if look(epoch, history):
            stopped = epoch
            break
    assert stopped == 7 and best["epoch"] == 4 and best["valid_loss"] == 2.0
    assert best["state"]["weight"].item() == 4


def check_tensors_of(notebook: ModuleType) -> None:
    X, y = notebook.tensors_of(draw(5, 3), draw(5))
    assert X.shape == (5, 3) and y.shape == (5, 1) and X.dtype == y.dtype == torch.float32


def check_make_mlp(notebook: ModuleType) -> None:
    model = notebook.make_mlp(3, 4)
    X = torch.from_numpy(draw(5, 3)).float()
    W1, b1, W2, b2, W3, b3 = model.parameters()
    H = (X @ W1.T + b1).clamp(min=0)
    torch.testing.assert_close(model(X), (H @ W2.T + b2).clamp(min=0) @ W3.T + b3)


FREE_SPEED = {"bicycle": 16, "scooter": 26, "car": 36}
SLOWED_BY = {"bicycle": 0.1, "scooter": 0.35, "car": 0.75}


def minutes_of(order: pd.Series) -> float:
    speed = FREE_SPEED[order.vehicle] - FREE_SPEED[order.vehicle] * SLOWED_BY[order.vehicle] * order.traffic
    return 8 + order.distance / (speed / 60) + 0.015 * (order.age - 32) ** 2 + 3 * (5 - order.rating)


def check_expected_minutes(notebook: ModuleType) -> None:
    orders = notebook.make_orders(40, noise=3.0, seed=0)
    assert set(orders.vehicle) == set(FREE_SPEED)
    assert_allclose(notebook.expected_minutes(orders), [minutes_of(order) for order in orders.itertuples()])


def check_make_orders(notebook: ModuleType) -> None:
    orders = notebook.make_orders(5000, noise=3.0, seed=0)
    noise = orders.minutes - [minutes_of(order) for order in orders.itertuples()]
    assert abs(noise.mean()) < 0.15 and abs(noise.std() - 3) < 0.1
    for column, low, high in (("distance", 0.5, 10), ("age", 18, 50), ("rating", 3, 5), ("traffic", 0, 1)):
        assert low <= orders[column].min() < orders[column].max() <= high
    assert (orders.age.min(), orders.age.max()) == (18, 50)


def check_order_inputs(notebook: ModuleType) -> None:
    orders = notebook.make_orders(40, noise=3.0, seed=0)
    flags = pd.get_dummies(orders.vehicle)[["bicycle", "scooter", "car"]]
    wanted = np.hstack([orders[["distance", "age", "rating", "traffic"]], flags])
    assert_allclose(notebook.order_inputs(orders), wanted.astype(float))


def check_partial_dependence(notebook: ModuleType) -> None:
    table = pd.DataFrame(draw(9, 3), columns=list("abc"))
    bent = LinearRegression().fit(table, draw(9, seed=1))
    values = [-1.0, 0.0, 2.0]
    wanted = partial_dependence(bent, table, ["b"], custom_values={"b": values}, method="brute")["average"][0]
    assert_allclose(notebook.partial_dependence(bent.predict, table, "b", values), wanted)


SLIPS = [
    ("check_skewness", "return (z**3).mean()", "return (z**2).mean()"),
    ("check_skewness", "z = (x - x.mean()) / x.std()", "z = x / x.std()"),
    ("check_metrics", "return ((y_hat - y) ** 2).mean()", "return ((y_hat - y) ** 2).sum()"),
    ("check_metrics", "return abs(y_hat - y).mean()", "return abs((y_hat - y).mean())"),
    ("check_metrics", "((y - y.mean()) ** 2).sum()", "((y_hat - y_hat.mean()) ** 2).sum()"),
    ("check_scaler", "return X.mean(0), X.std(0)", "return X.mean(), X.std()"),
    ("check_scaler", "return (X - mean) / std", "return X - mean / std"),
    ("check_mean_of_others", "(s - y) / (n - 1)", "s / n"),
    ("check_mean_of_others", "(s - y) / (n - 1)", "(s - y) / n"),
    ("check_lognormal_mean", "math.exp(m + s**2 / 2)", "math.exp(m + s / 2)"),
    ("check_smearing_factor", "np.exp(log_y - log_y_hat).mean()", "np.exp((log_y - log_y_hat).mean())"),
    ("check_smearing_factor", "np.exp(log_y - log_y_hat)", "np.exp(log_y_hat - log_y)"),
    ("check_waves", "u * math.cos(theta) + v * math.sin(theta)", "u * math.cos(theta) - v * math.sin(theta)"),
    ("check_waves", "[np.sin(k * p), np.cos(k * p)]", "[np.sin(p), np.cos(k * p)]"),
    ("check_stop_early", "state=copy.deepcopy(model.state_dict())", "state=model.state_dict()"),
    ("check_stop_early", ">= patience", "> patience"),
    ("check_tensors_of", "dtype=torch.float32).unsqueeze(1)", "dtype=torch.float32)"),
    ("check_make_mlp", "nn.Linear(hidden_size, hidden_size)", "nn.Identity()"),
    ("check_expected_minutes", "v * (1 - s * traffic)", "v * (1 + s * traffic)"),
    ("check_expected_minutes", "60 * orders", "orders"),
    ("check_expected_minutes", "3 * (5 - orders", "3 * (orders"),
    ("check_make_orders", "rng.integers(18, 51, num_orders)", "rng.integers(18, 50, num_orders)"),
    ("check_make_orders", "rng.normal(0, noise, num_orders)", "rng.normal(0, noise**2, num_orders)"),
    ("check_order_inputs", '("bicycle", "scooter", "car")]', '("scooter", "bicycle", "car")]'),
    ("check_partial_dependence", "table.assign(**{column: value})", "table.assign(**{column: 0 * value})"),
]
