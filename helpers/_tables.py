"""What notebooks ask, read from TOML files: one file per unit, `4.4.toml`, or one per notebook, `4.1.3.toml`.

For whoever writes a notebook, below `quiz` and `predictions`. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable


def tables_of(folder: Traversable, unit: str, name: str) -> list[dict]:
    """The tables `[[name]]` of a unit, notebook by notebook, in the order of its files; none if it has no file.

    Args:
        folder: where the files are.
        unit: the unit's number: `"4.1"`.
        name: what the files call a table: `"question"`.
    """
    files = [entry for entry in _files(folder) if _unit_of(entry.name) == unit]
    return [table for file in files for table in tomllib.loads(file.read_text(encoding="utf-8")).get(name, [])]


def units_in(folder: Traversable) -> list[str]:
    """Numbers of the units that have a file, sorted."""
    return sorted({_unit_of(entry.name) for entry in _files(folder)})


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)


def _unit_of(file_name: str) -> str:
    """`4.1` of `4.1.toml` and of `4.1.3.toml`."""
    return ".".join(file_name.removesuffix(".toml").split(".")[:2])
