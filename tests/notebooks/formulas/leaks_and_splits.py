"""Waves, means of squares and R²: 4.5.4 against complex numbers, loops and scikit-learn."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

NOTEBOOK = "4.5.4"


def check_waves(notebook: ModuleType) -> None:
    table = pd.DataFrame({"Latitude": [36.0, 37.5, 34.2], "Longitude": [-119.0, -118.0, -122.3]})
    got = notebook.waves(table, (640, 20))
    assert got.shape == (3, 16)
    km_per_degree = 40_030 / 360  # the Earth's mean circumference
    place = (table["Longitude"] + 119) * np.cos(0.2 * np.pi) * km_per_degree
    place = place + 1j * (table["Latitude"] - 36) * km_per_degree
    for direction in range(4):
        p = (place * np.exp(-1j * direction * np.pi / 4)).to_numpy().real
        for i, wavelength in enumerate((640, 20)):
            turn = np.exp(2j * np.pi * p / wavelength)
            first = 4 * direction + 2 * i
            assert_allclose(got[:, first : first + 2], np.stack([turn.imag, turn.real], axis=1), atol=0.02)


SLIPS = [
    ("check_waves", "p = east * math.cos", "p = north * math.cos"),
    ("check_waves", "np.sin(2 * np.pi", "np.sin(np.pi"),
    ("check_waves", "(0, 45, 90, 135)", "(0, 30, 90, 135)"),
]
