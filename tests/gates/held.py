"""Which notebooks are held to the gates of rewritten notebooks, and what helpers/course.toml says of each notebook.

Units are rewritten one after the other: a unit is held once its number stands in `HELD`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from tools.notebooks import ROOT, all_notebooks

HELD: tuple[str, ...] = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6")
COURSE = ROOT / "helpers" / "course.toml"


def number_of(path: Path) -> str:
    """The number that a notebook's name begins with: `"4.1.3"`; empty for the start page."""
    number = path.stem.partition("-")[0]
    return number if number.replace(".", "").isdigit() else ""


def held_notebooks(units: tuple[str, ...] = HELD) -> list[Path]:
    """The notebooks of the units that are held, in course order."""
    return [path for path in all_notebooks() if number_of(path).rpartition(".")[0] in units]


def course_entries(course: Path = COURSE) -> dict[str, dict]:
    """Number of a notebook to what the course file says of it: title, minutes, turns; empty without such a file."""
    if not course.is_file():
        return {}
    tables = tomllib.loads(course.read_text(encoding="utf-8")).values()
    entries = (entry for table in tables if isinstance(table, list) for entry in table if isinstance(entry, dict))
    return {entry["number"]: entry for entry in entries if "number" in entry}
