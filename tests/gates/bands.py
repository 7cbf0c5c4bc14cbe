"""Which values a recorded number may take: tests/expected.toml, read and applied."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

EXPECTED = Path(__file__).resolve().parent.parent / "expected.toml"
RUNS = ("full", "fast", "stand-in")


@dataclass(frozen=True)
class Band:
    """The lowest and the highest value of a number in each kind of run, and what throws it out of the band."""

    full: tuple[float, float]
    fast: tuple[float, float]
    stand_in: tuple[float, float]
    broken_by: str

    def limits(self, run: str) -> tuple[float, float]:
        """(low, high) for `"full"`, `"fast"` (small, on real data), or `"stand-in"` (small, on stand-in data)."""
        return getattr(self, run.replace("-", "_"))

    def holds(self, value: float, run: str) -> bool:
        low, high = self.limits(run)
        return low <= value <= high


def bands_of(notebook: str, *, expected: Path = EXPECTED) -> dict[str, Band]:
    """Name to band for one notebook, named by its stem; empty where it records nothing.

    `fast` falls back on `full`, and `stand-in` on `fast`: some numbers change neither with the run nor with the data.
    """
    table = tomllib.loads(expected.read_text(encoding="utf-8")).get(notebook, {})
    return {name: _band(entry) for name, entry in table.items()}


def _band(entry: dict) -> Band:
    full = tuple(entry["full"])
    fast = tuple(entry.get("fast", full))
    return Band(full, fast, tuple(entry.get("stand-in", fast)), entry["broken_by"])


def band_problems(recorded: list[tuple[str, float]], bands: dict[str, Band], run: str) -> list[str]:
    """Numbers that left their band, were expected and are missing, have no band, or were recorded twice."""
    times = Counter(name for name, _ in recorded)
    missing = [f"{name} was not recorded" for name in bands.keys() - times.keys()]
    unknown = [f"{name} has no band in tests/expected.toml" for name in times.keys() - bands.keys()]
    repeated = [f"{name} was recorded {n} times: a name may stand once" for name, n in times.items() if n > 1]
    outside = [
        f"{name} = {value:.4f} is outside {list(bands[name].limits(run))} ({run} run)"
        for name, value in recorded
        if name in bands and not bands[name].holds(value, run)
    ]
    return sorted(missing) + sorted(unknown) + repeated + outside
