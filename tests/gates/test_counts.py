"""Nothing disappears in silence: what is collected is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counts import collected_key, counts_of, differences, read_table, write_table

NODES = [
    "code-units/4.3/a.ipynb::Cell 0",
    "code-units/4.3/a.ipynb::Cell 1",
    "code-units/4.3/a.ipynb::recorded numbers",
    "tests/exercises/test_bank.py::test_mistake_fails_with_its_hint[x]",
    "tests/exercises/test_bank.py::test_bank_is_large_enough",
]


def test_everything_that_was_collected_is_in_the_table(pytestconfig: pytest.Config) -> None:
    """If this fails for a good reason: .venv/bin/python -m tests.counts."""
    collected = pytestconfig.stash.get(collected_key, None)
    if collected is None:  # a run of a few files counts nothing; the whole one does
        return
    assert differences(collected, read_table()) == []


def test_each_kind_is_counted() -> None:
    assert counts_of(NODES) == {"notebooks": 1, "cells": 2, "notebooks with recorded numbers": 1, "wrong answers": 1}


def test_gate_that_collects_nothing_is_named() -> None:
    table = counts_of(NODES)
    without_notebooks = counts_of(node for node in NODES if ".ipynb" not in node)
    assert differences(without_notebooks, table) == [
        "cells: 0 collected, 2 in tests/counts.toml",
        "notebooks: 0 collected, 1 in tests/counts.toml",
        "notebooks with recorded numbers: 0 collected, 1 in tests/counts.toml",
    ]


def test_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_table(counts_of(NODES), tmp_path / "counts.toml")
    assert read_table(tmp_path / "counts.toml") == counts_of(NODES)


@pytest.mark.parametrize(
    ("arguments", "counted"),
    [((), True), (("-k", "nothing"), True), (("tests/test_a.py",), False), (("tests",), False)],
)
def test_run_of_everything_is_counted_whatever_it_leaves_out(
    arguments: tuple[str, ...], counted: bool, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\ntestpaths = tests helpers\n")
    for folder in ("tests", "helpers"):
        pytester.mkdir(folder)
        (pytester.path / folder / "test_a.py").write_text("def test_a():\n    pass\n")
    run = pytester.inline_run("-p", "tests.counts", "--import-mode=importlib", *arguments)
    config = run.getcalls("pytest_collection_modifyitems")[0].config
    assert config.stash.get(collected_key, None) == ({"notebooks": 0, "doctests of helpers": 1} if counted else None)
