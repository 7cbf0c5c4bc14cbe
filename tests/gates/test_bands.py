"""Bands: read from TOML, applied by kind of run, and every way to miss one is named."""

import math
from pathlib import Path

import pytest

from tests.gates.bands import Band, band_problems, bands_of

BAND = Band(full=(0.98, 1.0), fast=(0.9, 1.0), stand_in=(0.8, 1.0), broken_by="no learning")


@pytest.mark.parametrize(("run", "value"), [("full", 0.98), ("fast", 0.9), ("stand-in", 0.8)])
def test_value_on_the_edge_of_its_band_passes(run: str, value: float) -> None:
    assert band_problems([("accuracy", value)], {"accuracy": BAND}, run) == []


def test_value_outside_its_band_is_named() -> None:
    problems = band_problems([("accuracy", 0.11)], {"accuracy": BAND}, "fast")
    assert problems == ["accuracy = 0.1100 is outside [0.9, 1.0] (fast run)"]


def test_number_that_was_not_recorded_is_named() -> None:
    assert band_problems([], {"accuracy": BAND}, "fast") == ["accuracy was not recorded"]


def test_number_without_a_band_is_named() -> None:
    assert band_problems([("loss", 1.0)], {}, "fast") == ["loss has no band in tests/expected.toml"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_number_that_is_not_finite_is_outside_every_band(value: float) -> None:
    problems = band_problems([("accuracy", value)], {"accuracy": BAND}, "fast")
    assert problems == [f"accuracy = {value} is outside [0.9, 1.0] (fast run)"]


def test_name_recorded_twice_is_named_though_both_numbers_are_inside() -> None:
    problems = band_problems([("accuracy", 0.99), ("accuracy", 1.0)], {"accuracy": BAND}, "fast")
    assert problems == ["accuracy was recorded 2 times: a name may stand once"]


def test_small_runs_fall_back_on_the_full_run(tmp_path: Path) -> None:
    toml = tmp_path / "expected.toml"
    toml.write_text('["4.9.9-x"]\na = { full = [1, 2], fast = [0, 2], broken_by = "no learning" }\n')
    (band,) = bands_of("4.9.9-x", expected=toml).values()
    assert (band.limits("full"), band.limits("fast"), band.limits("stand-in")) == ((1, 2), (0, 2), (0, 2))
