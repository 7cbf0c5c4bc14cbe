"""What the first cell of a notebook costs: importing all of helpers, against what no notebook can do without.

Each measurement is a Python of its own; the two take turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
BASE = "import torch, matplotlib.pyplot"
CLOCK = "import time; started = time.process_time(); {}; print(time.process_time() - started)"


def public_modules() -> list[str]:
    """Names of the modules of helpers that notebooks may import, sorted."""
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "helpers").rglob("*.py"))
    return sorted(".".join(path.parts) for path in paths if not path.name.startswith("_"))


def measure_imports(*, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians over the rounds.

    Args:
        rounds: how often each of the two is measured, in turns; one more round before them is not counted.

    Returns:
        `base_seconds` and `helpers_seconds` of processor time, and `ratio`, the median of each round's own ratio.
    """
    everything = "; ".join([BASE, *(f"import {name}" for name in public_modules())])
    pairs = [(_seconds(BASE), _seconds(everything)) for _ in range(rounds + 1)][1:]
    base, helpers = zip(*pairs, strict=True)
    return {
        "base_seconds": statistics.median(base),
        "helpers_seconds": statistics.median(helpers),
        "ratio": statistics.median(b / a for a, b in pairs),
    }


def _seconds(statements: str) -> float:
    command = [sys.executable, "-c", CLOCK.format(statements)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
