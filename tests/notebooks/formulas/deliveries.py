"""The truth of the orders, and the columns of the kitchens: 4.5.5 against plain loops."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd

NOTEBOOK = "4.5.5"


def with_constants(notebook: ModuleType) -> ModuleType:
    notebook.SPEED = {"bicycle": 16, "scooter": 26, "car": 36}
    notebook.LOST = {"bicycle": 0.1, "scooter": 0.35, "car": 0.75}
    notebook.old, notebook.new = slice(0, 5), slice(5, 8)
    return notebook


def check_expected_minutes(notebook: ModuleType) -> None:
    orders = pd.DataFrame(
        {
            "distance": [4.0, 9.0, 2.0],
            "age": [32, 42, 22],
            "rating": [5.0, 4.0, np.nan],
            "traffic": [0.0, 1.0, 0.5],
            "vehicle": ["bicycle", "car", "scooter"],
            "kitchen": [0, 1, 1],
        }
    )
    wanted = [
        8 + 60 * 4 / 16,
        10 + 60 * 9 / (36 * 0.25) + 0.015 * 100 + 3,
        10 + 60 * 2 / (26 * (1 - 0.175)) + 1.5 + 8,
    ]
    got = with_constants(notebook).expected_minutes(orders, np.array([8.0, 10.0]))
    np.testing.assert_allclose(got, wanted)


def check_make_orders(notebook: ModuleType) -> None:
    orders, minutes, truth = with_constants(notebook).make_orders(20_000, np.array([8.0, 10.0]), seed=3)
    noise = minutes - truth
    assert abs(noise.mean()) < 0.1
    assert abs(noise.std() - 3) < 0.1
    assert abs(orders["rating"].isna().mean() - 0.2) < 0.02
    assert orders["distance"].between(0.5, 10).all()
    assert set(orders["kitchen"]) == {0, 1}


def check_mean_square(notebook: ModuleType) -> None:
    assert notebook.mean_square(np.array([1.0, 4.0]), np.array([3.0, 1.0])) == 6.5


def check_kitchen_columns(notebook: ModuleType) -> None:
    kitchen = pd.Series([0, 0, 0, 1, 2, 0, 1, 3])
    y = pd.Series([1.0, 2.0, 6.0, 4.0, 7.0, 11.0, 8.0, 9.0])
    leaky, in_use, others = with_constants(notebook).kitchen_columns(kitchen, y)
    np.testing.assert_allclose(leaky, [5, 5, 5, 6, 7, 5, 6, 9])
    np.testing.assert_allclose(in_use, [3, 3, 3, 4, 7, 3, 4, 4])  # kitchen 3 is new: the mean of the old rows, 4
    np.testing.assert_allclose(others, [4, 3.5, 1.5, 4, 4, 3, 4, 4])  # alone in its kitchen: the same mean


SLIPS = [
    ("check_expected_minutes", "(1 - orders[", "(1 + orders["),
    ("check_expected_minutes", '(3 * (5 - orders["rating"])).fillna(8)', '(3 * (5 - orders["rating"])).fillna(0)'),
    ("check_expected_minutes", '60 * orders["distance"]', '6 * orders["distance"]'),
    ("check_make_orders", "rng.normal(0, 3, num_orders)", "rng.normal(3, 3, num_orders)"),
    ("check_mean_square", "((a - b) ** 2).mean()", "((a - b) ** 2).sum()"),
    ("check_kitchen_columns", "leaky = y.groupby(kitchen)", "leaky = y[old].groupby(kitchen[old])"),
    ("check_kitchen_columns", "(n - 1).where(n > 1)", "n.where(n > 1)"),
    ("check_kitchen_columns", "known.mean()", "known.max()"),
]
