"""The engine of the turns, on a small notebook: each verdict is right, and each fault of a notebook is noticed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tests.gates.build import code_cell, notebook_of
from tests.turns.conftest import TESTS, pytest_collection_modifyitems
from tests.turns.engine import TurnsOf, bank_of, bank_problems, judge, solved_problems, untouched_problems

DOUBLE = "def double(x):\n    raise NotImplementedError()"
TWICE = "def twice(x):\n    raise NotImplementedError()"
CHECK_DOUBLE = """\
with your_turn("double") as q:
    check_close("double", double(base), 2.0 * base)
"""


def cells() -> list[NotebookNode]:
    """The code cells between the opening and the ending: two turns, the second on what the first left."""
    return [
        code_cell(
            "from helpers.checks import check_close\nfrom helpers.checks import question as your_turn\nruns = []"
        ),
        code_cell("FAST = False", tags=["parameters"]),
        code_cell("base = 3.0 if FAST else 4.0\nruns.append(base)"),
        code_cell("1 / 0", tags=["raises-exception"]),
        new_markdown_cell("**Your turn.** Double it."),
        code_cell(DOUBLE),
        code_cell(CHECK_DOUBLE),
        code_cell("if not q.passed:  # One way to write it\n    def double(x):\n        return x + x"),
        new_markdown_cell("**Your turn.** And once more."),
        code_cell(TWICE),
        code_cell('with your_turn("twice") as q:\n    check_close("twice", twice(1.0), 4.0)'),
        code_cell("if not q.passed:  # One way to write it\n    def twice(x):\n        return double(double(x))"),
        code_cell("four = twice(1.0)"),
    ]


def saved(folder: Path, **changed: str) -> Path:
    """The notebook, with the source of some cells changed: `cell_7="..."`."""
    notebook = notebook_of(*cells())
    for name, source in changed.items():
        notebook.cells[int(name.removeprefix("cell_")) + 1].source = source
    path = folder / "4.1.3-fixture.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return saved(tmp_path)


def test_right_answer_passes(path: Path) -> None:
    assert judge(path, "double", "double = lambda x: x * 2").passed


def test_wrong_answer_is_told_what_is_wrong(path: Path) -> None:
    outcome = judge(path, "double", "def double(x):\n    return x * 4")
    assert not outcome.passed
    assert "2 times" in outcome.told


def test_answer_that_breaks_off_does_not_pass(path: Path) -> None:
    assert not judge(path, "double", "def double(x):\n    return x[0]").passed


def test_stub_is_told_that_it_is_not_attempted(path: Path) -> None:
    assert "not attempted yet" in judge(path, "double", DOUBLE).shown


def test_later_turn_stands_on_the_way_out_of_the_one_above(path: Path) -> None:
    assert judge(path, "twice", "def twice(x):\n    return double(double(x))").passed


def test_cells_above_run_once_and_in_the_small_run(path: Path) -> None:
    notebook = TurnsOf(path)
    for answer in (DOUBLE, "double = abs"):
        notebook.judge("double", answer)
    notebook.judge("twice", TWICE)
    assert notebook.run_to(len(notebook.notebook_cells))["runs"] == [3.0]


def test_one_answer_leaves_nothing_to_the_next(path: Path) -> None:
    assert judge(path, "double", "def double(x):\n    return 2 * x\nrest = 1").passed
    assert not judge(path, "double", "def double(x):\n    return 2 * x * rest").passed


def test_notebook_without_fault_has_no_problems(path: Path) -> None:
    assert untouched_problems(path) == []
    assert solved_problems(path) == []


def test_stub_that_passes_its_check_is_noticed(tmp_path: Path) -> None:
    (problem,) = untouched_problems(saved(tmp_path, cell_5="def double(x):\n    return 2.0 * x"))
    assert problem.startswith("double: its check does not say 'not attempted yet': 'double: right")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"cell_7": "if not q.passed:  # One way to write it\n    def double(x):\n        return 3 * x"},
            "double: its own way to write it does not pass: ",
        ),
        (
            {"cell_7": "if not q.passed:  # One way to write it\n    double = lambda x: x + x\ndouble = abs"},
            "double: double is replaced although it passed",
        ),
        ({"cell_12": "four = twice.lost"}, "does not reach its end: AttributeError"),
    ],
)
def test_fault_of_the_solved_notebook_is_noticed(changed: dict[str, str], problem: str, tmp_path: Path) -> None:
    assert any(problem in found for found in solved_problems(saved(tmp_path, **changed)))


def test_bank_that_is_too_small_is_noticed() -> None:
    bank = SimpleNamespace(RIGHT={"double": {"sum": "", "product": ""}, "gone": {}}, WRONG={"double": {"half": ()}})
    assert bank_problems(bank, ["double", "twice"]) == [
        "double: 1 wrong answers, at least 4",
        "twice: 0 right answers, at least 2",
        "twice: 0 wrong answers, at least 4",
        "gone: the notebook has no such turn",
    ]


def test_notebook_without_a_bank_is_noticed() -> None:
    assert bank_problems(bank_of(Path("9.9.9-none.ipynb")), ["double"]) == [
        "double: 0 right answers, at least 2",
        "double: 0 wrong answers, at least 4",
    ]


def test_tests_of_a_turn_stand_together_and_the_notebook_ends_last() -> None:
    items = [
        SimpleNamespace(nodeid=f"{TESTS}::{name}", callspec=SimpleNamespace(params=params))
        for name, params in {
            "right-a-2": {"path": "a", "turn": "2", "style": ""},
            "right-a-1": {"path": "a", "turn": "1", "style": ""},
            "right-b-3": {"path": "b", "turn": "3", "style": ""},
            "wrong-a-2": {"path": "a", "turn": "2", "mistake": ""},
            "end-a": {"path": "a"},
            "end-b": {"path": "b"},
        }.items()
    ]
    other = SimpleNamespace(nodeid="tests/other.py::test")
    items.insert(1, other)
    pytest_collection_modifyitems(items)
    assert [item.nodeid.partition("::")[2] for item in items] == [
        "right-a-2",
        "test",
        "wrong-a-2",
        "right-a-1",
        "end-a",
        "right-b-3",
        "end-b",
    ]
