"""How many tests of each kind there are: what was collected is held against a committed table, tests/counts.toml.

A gate that collects nothing is green. So each run that asks for everything (`pytest` alone, with or without `-k` or
`-m`) compares what it collected, before anything is deselected, with the table: in tests/gates/test_counts.py.

    .venv/bin/python -m tests.counts            writes the table anew, when something was added or taken away on purpose
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("counts.toml")
HEADER = "# How many of each kind the tests collect (tests/counts.py). Made by: python -m tests.counts\n"
KINDS = {
    "tests/exercises/test_bank.py::test_solution_passes": "questions",
    "tests/exercises/test_bank.py::test_right_answer": "right answers",
    "tests/exercises/test_bank.py::test_mistake": "wrong answers",
    "tests/exercises/test_bank.py::test_only_the_listed_mutants": "questions with mutants",
    "tests/exercises/test_release.py::test_unattempted": "unattempted exercises",
    "tests/notebooks/test_bands.py::test_broken_model": "sabotaged runs",
    "tests/notebooks/test_formulas.py::test_formula": "formulas",
    "tests/notebooks/test_formulas.py::test_slip": "slips of the pen",
    "tests/notebooks/test_static.py::test_notebook_file": "notebook files",
    "tests/browser/": "tests in the browser",
    "helpers/": "doctests of helpers",
}

collected_key = pytest.StashKey[dict[str, int]]()


def counts_of(nodeids: Iterable[str]) -> dict[str, int]:
    """How many there are of each kind: notebooks that run, their cells, and what `KINDS` names by their beginnings."""
    counts, notebooks = Counter(), set()
    for nodeid in nodeids:
        file, _, test = nodeid.partition("::")
        if file.endswith(".ipynb"):
            notebooks.add(file)
            counts["cells"] += test.startswith("Cell ")
            counts["notebooks with recorded numbers"] += test == "recorded numbers"
        counts.update(kind for beginning, kind in KINDS.items() if nodeid.startswith(beginning))
    return {"notebooks": len(notebooks), **dict(sorted(counts.items()))}


def differences(found: dict[str, int], table: dict[str, int]) -> list[str]:
    """One line for each kind whose number is not that of the table."""
    kinds = sorted(found.keys() | table.keys())
    return [
        f"{kind}: {found.get(kind, 0)} collected, {table.get(kind, 0)} in tests/counts.toml"
        for kind in kinds
        if found.get(kind, 0) != table.get(kind, 0)
    ]


def read_table(path: Path = TABLE) -> dict[str, int]:
    """The committed numbers."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def write_table(counts: dict[str, int], path: Path = TABLE) -> None:
    """Commit to these numbers."""
    lines = [f'"{kind}" = {number}\n' for kind, number in counts.items()]
    path.write_text("".join([HEADER, *lines]), encoding="utf-8")


def asks_for_everything(config: pytest.Config) -> bool:
    """Whether the run collects all of `testpaths`."""
    wanted = {config.rootpath / path for path in config.getini("testpaths")}
    return wanted <= {Path(config.invocation_params.dir, argument) for argument in config.args}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count before -k and -m leave anything out."""
    if asks_for_everything(config):
        config.stash[collected_key] = counts_of(item.nodeid for item in items)


class _Collected:
    """A plugin that keeps what was collected."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.counts = session.config.stash[collected_key]


def main() -> int:
    """Collect everything, and write the table."""
    collected = _Collected()
    status = pytest.main(["--collect-only", "-qq"], plugins=[collected])
    if status == pytest.ExitCode.OK:
        write_table(collected.counts)
    return int(status)


if __name__ == "__main__":
    # pytest loads this module as a plugin, under its name: the two must share one key.
    from tests.counts import main as main_of_the_plugin

    sys.exit(main_of_the_plugin())
