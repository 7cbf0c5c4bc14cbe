"""Each turn of each notebook: right answers pass, each usual mistake gets the hint that is meant for it.

A notebook runs twice, in its small run: up to its last turn with nothing written, where each answer of a bank branches
off at its stub; and to its end with every stub filled.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.gates.turns import turns_of
from tests.turns.engine import bank_of, bank_problems, judge, solved_problems, untouched_problems
from tests.worlds import marks_of
from tools.notebooks import all_notebooks

TURNS = {
    path: [turn.name for turn in found]
    for path in all_notebooks()
    if (found := turns_of(nbformat.read(path, as_version=4)))
}
BANKS = {path: bank_of(path) for path in TURNS}
NOTEBOOKS = [pytest.param(path, marks=marks_of(path), id=path.stem) for path in TURNS]


def cases(table: str) -> list:
    """The answers in the banks, notebook by notebook and turn by turn, so that each cell runs once."""
    return [
        pytest.param(path, turn, answer, marks=marks_of(path), id=f"{path.stem}-{turn}-{answer}")
        for path, turns in TURNS.items()
        for turn in turns
        for answer in getattr(BANKS[path], table).get(turn, {})
    ]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_bank_is_large_enough(path: Path) -> None:
    assert bank_problems(BANKS[path], TURNS[path]) == []


@pytest.mark.parametrize(("path", "turn", "style"), cases("RIGHT"))
def test_right_answer_passes(path: Path, turn: str, style: str) -> None:
    outcome = judge(path, turn, BANKS[path].RIGHT[turn][style])
    assert outcome.passed, outcome.told


@pytest.mark.parametrize(("path", "turn", "mistake"), cases("WRONG"))
def test_mistake_is_told_its_hint(path: Path, turn: str, mistake: str) -> None:
    answer, hint = BANKS[path].WRONG[turn][mistake]
    outcome = judge(path, turn, answer)
    assert not outcome.passed, f"passed, and showed: {outcome.shown}"
    assert hint in outcome.told


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_untouched_notebook_says_what_is_not_attempted(path: Path) -> None:
    assert untouched_problems(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_solved_notebook_runs_to_its_end_on_what_was_written(path: Path) -> None:
    assert solved_problems(path) == []
