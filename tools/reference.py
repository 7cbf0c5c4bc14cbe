"""Read reference.env: the environment in which stored outputs are made and checked."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def reference_environment() -> dict[str, str]:
    """The KEY=VALUE lines of reference.env."""
    lines = (ROOT / "reference.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", maxsplit=1) for line in lines if line and not line.startswith("#"))


def enter_reference_environment() -> None:
    """Set the variables for this process and its children; call it before torch is imported."""
    os.environ.update(reference_environment())
