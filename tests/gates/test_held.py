"""Rewritten notebooks pass the gates of rewritten notebooks; `HELD` says which units these are."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.gates import minutes, prose, quoted, turns
from tests.gates.held import course_entries, held_notebooks, number_of
from tools.notebooks import all_notebooks

NOTEBOOKS = {path: nbformat.read(path, as_version=4) for path in held_notebooks()}


@pytest.mark.parametrize("gate", [minutes, prose, quoted, turns], ids=lambda gate: gate.__name__.rpartition(".")[2])
def test_held_notebooks_have_no_fault(gate: object) -> None:
    faults = {path.stem: list(gate.problems(notebook, path)) for path, notebook in NOTEBOOKS.items()}
    assert {stem: found for stem, found in faults.items() if found} == {}


def test_names_of_turns_stand_once_in_the_course() -> None:
    notebooks = [(path, nbformat.read(path, as_version=4)) for path in all_notebooks()]
    assert turns.repeated_names(notebooks) == []


def test_facts_of_held_notebooks_are_stated() -> None:
    assert prose.unused_facts(NOTEBOOKS.items()) == []


def test_units_that_are_held_are_those_named() -> None:
    assert {number_of(path) for path in held_notebooks(("4.3", "4.5"))} >= {"4.3.1", "4.3.2", "4.5.1"}
    assert not any(number_of(path).startswith(("4.1", "4.4")) for path in held_notebooks(("4.3", "4.5")))
    assert held_notebooks(()) == []


def test_course_file_that_is_missing_says_nothing(tmp_path: Path) -> None:
    assert course_entries(tmp_path / "course.toml") == {}


def test_course_file_is_read_whatever_its_tables_are_called(tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text('title = "x"\n[[unit]]\nname = "4.1"\n[[notebook]]\nnumber = "4.1.3"\nminutes = 30\n')
    assert course_entries(course) == {"4.1.3": {"number": "4.1.3", "minutes": 30}}


@pytest.mark.parametrize(
    ("name", "number"), [("4.1.3-loss", "4.1.3"), ("index", ""), ("ex1_changing-layers", ""), ("4.1.3", "4.1.3")]
)
def test_number_is_what_the_name_begins_with(name: str, number: str) -> None:
    assert number_of(Path(f"{name}.ipynb")) == number
