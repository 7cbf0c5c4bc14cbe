"""Counted time: what counts, and each fault caught once."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.quiz import load_quiz
from tests.gates import minutes
from tests.gates.build import notebook_of
from tests.gates.minutes import Count, code_lines_in, count, problems, table, words_in

PATH = Path("4.1.3-loss.ipynb")


def notebook(*cells: NotebookNode, time: int | None = 5) -> NotebookNode:
    made = notebook_of(*cells)
    made.cells[0].source = f"# Title\n\n**Time** {time} minutes." if time else "# Title"
    made.cells[-1].source = "## Summary"
    return made


def faults(made: NotebookNode, course: Path = Path("no such file")) -> list[str]:
    return list(problems(made, PATH, course=course))


@pytest.mark.parametrize(
    ("markdown", "number"),
    [
        ("Two words.", 2),
        ("# A title – of four", 4),
        ("the loss $\\ell(w) = w^2$ falls", 3),
        ("$$a = b\n+ c$$ so", 1),
        ("```python\nx = 1\n```\nabove", 1),
        ("~~~\n`````\nx = 1\n~~~\nabove", 1),
        ("`a b` counts", 3),
        ("[a link](https://example.org/a) counts", 3),
        ("| a | b |\n|---|---|\n| c | 4 |", 4),
        ('<details open title="no word">a word</details>', 2),
        ("it costs $5 and $6 today", 6),
        ("- one\n- two", 2),
    ],
)
def test_words_are_what_is_read(markdown: str, number: int) -> None:
    assert words_in(markdown) == number


def test_code_lines_leave_out_blanks_and_comments() -> None:
    assert code_lines_in("x = 1  # a remark\n\n# a comment\n    # another\ny = 2") == 2


def test_every_part_is_counted() -> None:
    made = notebook(
        new_code_cell('import a\nguess("4.1.3-bowl", ["yes", "no"])\nif True:\n    guess("4.1.3-rate")'),
        new_code_cell('with your_turn("mse") as q:\n    pass'),
        new_code_cell("# One way to write it\nif not q.passed:  # yours is used\n    x = 1\n    y = 2"),
        new_code_cell('show_quiz("4.1.1")'),
    )
    questions = sum(question.notebook == "4.1.1" for question in load_quiz("4.1"))
    assert questions > 0
    assert count(made) == Count(words=5, code_lines=7, code_cells=4, predictions=2, turns=1, quiz=questions)


def test_calls_in_texts_and_comments_are_not_counted() -> None:
    assert count(notebook(new_code_cell('# guess("a")\nprint("guess(1)")'))).predictions == 0


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (Count(750, 0, 0, 0, 0, 0), 5),
        (Count(751, 0, 0, 0, 0, 0), 10),
        (Count(1500, 150, 30, 4, 3, 4), 40),  # 10 + 10 + 4 + 9 + 4 = 37
    ],
)
def test_minutes_are_rounded_up_to_five(counted: Count, expected: int) -> None:
    assert counted.minutes == expected


def test_notebook_that_says_what_it_takes_passes() -> None:
    assert faults(notebook(new_markdown_cell("word " * 600))) == []


def test_wrong_time_is_caught() -> None:
    (fault,) = faults(notebook(new_markdown_cell("word " * 800)))
    assert fault.startswith("says 5 minutes and takes 10: Count(words=805")


def test_missing_time_is_caught() -> None:
    assert faults(notebook(time=None)) == ["the first cell lacks a line of the form '**Time** 5 minutes'"]


def test_other_time_in_the_course_file_is_caught(tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text('[[notebook]]\nnumber = "4.1.3"\nminutes = 30\n\n[[notebook]]\nnumber = "4.1.4"\nminutes = 5\n')
    assert faults(notebook(), course) == ["helpers/course.toml says 30 minutes, it takes 5"]


@pytest.mark.parametrize(
    ("cells", "time", "fault"),
    [
        ([new_markdown_cell("word " * 2500)], 20, "2,505 words, at most 2,400"),
        ([new_code_cell("1") for _ in range(46)], 5, "46 code cells, at most 45"),
        ([new_code_cell("x = 1\n" * 690)], 50, "50 minutes, at most 45"),
    ],
)
def test_notebook_that_is_too_long_is_caught(cells: list[NotebookNode], time: int, fault: str) -> None:
    assert faults(notebook(*cells, time=time)) == [f"{fault}: what is its one idea, and what belongs elsewhere?"]


def test_table_has_a_line_for_each_notebook(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["minutes"])
    minutes.main()
    header, *lines = capsys.readouterr().out.splitlines()
    assert " ".join(header.split()) == "notebook minutes words code lines code cells predictions turns quiz"
    assert lines[0].startswith("4.1.1-") and not any(line.startswith("index") for line in lines)
    assert table([]) == header
