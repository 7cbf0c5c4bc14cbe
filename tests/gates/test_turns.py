"""Your turn: four cells that are right pass, and each fault is caught once."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tests.gates.build import code_cell, notebook_of, printed
from tests.gates.turns import Turn, fallback_source, problems, repeated_names, stubs_in, turns_of

PATH = Path("4.1.3-loss.ipynb")
NOWHERE = Path("no such file")


def turn(name: str, *, above_fallback: bool = False) -> list[NotebookNode]:
    """The cells of a turn without fault; with `above_fallback`, *One way to write it* is a cell of its own."""
    words = "One way to write it"
    comment = "yours is used, if it passed" if above_fallback else words
    fallback = code_cell(f"if not q.passed:  # {comment}\n    def {name}(x):\n        return 2 * x")
    fallback.metadata["jupyter"] = {"source_hidden": True}
    return [
        new_markdown_cell("**Your turn.** Double it."),
        code_cell(f'def {name}(x):\n    """Twice x."""\n    raise NotImplementedError()'),
        code_cell(f'with your_turn("{name}") as q:\n    assert {name}(2) == 4', printed(f"{name}: not attempted yet.")),
        *[new_markdown_cell(f"*{words}*")] * above_fallback,
        fallback,
    ]


def notebook() -> NotebookNode:
    """A notebook of three turns without fault; the cells of the second are 5 to 8."""
    return notebook_of(*turn("double"), *turn("twice"), *turn("again", above_fallback=True))


def faults(made: NotebookNode, course: Path = NOWHERE) -> list[str]:
    return list(problems(made, PATH, course=course))


def test_turns_are_found_with_their_cells() -> None:
    assert turns_of(notebook()) == [
        Turn("double", "q", check=3, fallback=4),
        Turn("twice", "q", check=7, fallback=8),
        Turn("again", "q", check=11, fallback=13),
    ]


def test_turns_without_fault_pass() -> None:
    assert faults(notebook()) == []


def test_too_few_turns_are_caught() -> None:
    assert faults(notebook_of(*turn("double"))) == ["1 turns, at least 3: which lines carry the idea?"]


@pytest.mark.parametrize(
    ("place", "source", "fault"),
    [
        (5, "Your turn: double it.", "the cell above the stub does not begin with **Your turn.**"),
        (
            6,
            "def twice(x):\n    return 0",
            "the cell above the check holds no function that raises NotImplementedError() and does nothing else",
        ),
        (
            8,
            "if not q.passed:  # One way to write it\n    def thrice(x):\n        return 2 * x",
            "'One way to write it' does not define twice",
        ),
        (
            8,
            "if not q.passed:\n    twice = lambda x: 2 * x",
            "neither a comment nor a cell above it says 'One way to write it'",
        ),
    ],
)
def test_fault_of_one_cell_is_caught(place: int, source: str, fault: str) -> None:
    made = notebook()
    made.cells[place].source = source
    assert f"turn 'twice': {fault}" in faults(made)


@pytest.mark.parametrize("source", ["twice = 1", "if not p.passed:\n    def twice(x): ...", "if True:\n    twice = 1"])
def test_way_out_that_does_not_step_back_is_caught(source: str) -> None:
    made = notebook()
    made.cells[8].source = source
    assert "turn 'twice': no cell below the check begins with 'if not q.passed:'" in faults(made)


def test_check_that_stored_another_verdict_is_caught() -> None:
    made = notebook()
    made.cells[7].outputs = [printed("twice: right")]
    assert faults(made) == ["turn 'twice': the stored output of its check does not say 'not attempted yet'"]


def test_turn_with_another_name_than_what_is_written_is_caught() -> None:
    made = notebook()
    made.cells[7].source = made.cells[7].source.replace('your_turn("twice")', 'your_turn("doubling")')
    assert "turn 'doubling': its stub defines twice, and nothing of its name" in faults(made)


def test_way_to_write_it_in_full_sight_is_caught() -> None:
    made = notebook()
    del made.cells[8].metadata["jupyter"]
    assert faults(made) == [
        "turn 'twice': 'One way to write it' is not collapsed: its metadata lack jupyter.source_hidden"
    ]


def test_name_that_is_no_constant_is_caught() -> None:
    made = notebook()
    made.cells[7].source = made.cells[7].source.replace('"twice"', "name")
    assert "turn '': it needs a name, as a constant text" in faults(made)


@pytest.mark.parametrize(
    ("stray", "fault"),
    [
        (turn("lost")[0], "cell 15 begins with **Your turn.**, and no check follows two cells below"),
        (turn("lost")[1], "cell 15 leaves lost open, and no check follows"),
        (turn("lost")[3], "cell 15 begins with 'if not ….passed:', and there is no check above it"),
    ],
)
def test_part_of_a_turn_that_stands_alone_is_caught(stray: NotebookNode, fault: str) -> None:
    made = notebook()
    made.cells.insert(14, stray)
    assert fault in faults(made)


def test_course_file_that_lists_other_turns_is_caught(tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text('[[notebook]]\nnumber = "4.1.3"\nturns = ["double", "twice"]\n')
    assert faults(notebook(), course) == [
        "helpers/course.toml lists the turns ['double', 'twice'], the notebook has ['double', 'twice', 'again']"
    ]


def test_name_that_stands_twice_in_the_course_is_caught() -> None:
    other = notebook_of(*turn("twice"))
    assert repeated_names([(PATH, notebook()), (Path("4.2.1-chain.ipynb"), other)]) == [
        "turn 'twice' stands in 4.1.3-loss and in 4.2.1-chain"
    ]


def test_stub_may_be_a_method() -> None:
    cell = code_cell("class Value:\n    def __add__(self, other):\n        raise NotImplementedError()")
    assert stubs_in(cell) == ["Value"]


def test_function_that_may_refuse_is_no_stub() -> None:
    cell = code_cell("def f(x):\n    if x:\n        raise NotImplementedError()\n    return x")
    assert stubs_in(cell) == []


def test_way_to_write_it_can_be_pasted_into_the_stub() -> None:
    cell = code_cell("if not q.passed:  # yours\n    # why\n    @cache\n    def f(x):\n        return x\n\n    g = 1")
    assert fallback_source(cell) == "@cache\ndef f(x):\n    return x\n\ng = 1"
