"""The start page shows what is done, and review asks exactly what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers import memory, predictions, progress, quiz
from helpers.memory import remember_answer, remember_turn
from helpers.progress import load_course, progress_of, review, show_progress

COURSE = """
[[notebook]]
number = "9.1.1"
file = "9.1-first/9.1.1-line.ipynb"
title = "A line & its slope"
minutes = 30
turns = ["slope", "descend"]

[[notebook]]
number = "9.1.2"
file = "9.1-first/9.1.2-more.ipynb"
title = "More"
minutes = 25
turns = []
"""
QUIZ = """
[[question]]
id = "{name}"
notebook = "{notebook}"
text = "What is {name}?"
right = {{ text = "this", because = "It is." }}
wrong = [{{ text = "that", because = "It is not." }}, {{ text = "neither", because = "It is one." }}]
"""
GUESSES = """
[[prediction]]
id = "9.1.1-rate"
notebook = "9.1.1"
text = "Where does it end?"
kind = "choice"
options = [
    { text = "near", because = "Not so." },
    { text = "far", because = "So it is.", true = true },
    { text = "nowhere", because = "It ends." },
]

[[prediction]]
id = "9.1.2-count"
notebook = "9.1.2"
text = "How many?"
kind = "number"
unit = ""
tolerance = 1
because = "Count them."
"""
SATURDAY = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course: two notebooks, two turns, three questions, two predictions, and a new memory."""
    (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
    (tmp_path / "9.1.toml").write_text(GUESSES, encoding="utf-8")
    names = {"one": "9.1.1", "two": "9.1.1", "three": "9.1.2"}
    table = "".join(QUIZ.format(name=name, notebook=notebook) for name, notebook in names.items())
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "9.1.toml").write_text(table, encoding="utf-8")
    monkeypatch.setattr(quiz, "FOLDER", tmp_path / "quizzes")
    monkeypatch.setattr(predictions, "FOLDER", tmp_path)
    monkeypatch.setattr(progress, "COURSE", tmp_path / "course.toml")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "memory" / "progress.json"))
    return tmp_path


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A clock that can be set to so many days after that Saturday."""

    def set_to(days: int) -> None:
        for module in (memory, progress):
            monkeypatch.setattr(module, "now", lambda: SATURDAY + timedelta(days))

    set_to(0)
    return set_to


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of what is asked."""
    asked: list[str] = []
    monkeypatch.setattr(progress, "show_questions", lambda questions, keys: asked.extend(keys))
    return asked


def states() -> list[tuple]:
    return [(p.turns, p.questions, p.guesses, p.in_a_word) for p in progress_of(load_course())]


# The course


def test_course_is_read_in_order() -> None:
    assert [(notebook.number, notebook.minutes, notebook.turns) for notebook in load_course()] == [
        ("9.1.1", 30, ("slope", "descend")),
        ("9.1.2", 25, ()),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes = 30\n", "", r"notebook 9\.1\.1 of course\.toml needs exactly"),
        ('number = "9.1.2"', 'number = "9.1.1"', r"the notebook '9\.1\.1' twice"),
        ("turns = []", 'turns = ["slope"]', "the turn 'slope' twice"),
    ],
)
def test_faulty_course_is_refused(old: str, new: str, message: str, folder: Path) -> None:
    (folder / "course.toml").write_text(COURSE.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_course()


def test_courses_own_file_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert {"4.1.1", "4.3.3", "4.5.6"} <= {notebook.number for notebook in load_course()}


# What is done


def test_nothing_is_done_at_first() -> None:
    assert states() == [((0, 2), (0, 2), (0, 1), ""), ((0, 0), (0, 1), (0, 1), "")]


def test_notebook_is_begun_with_whatever_comes_first() -> None:
    remember_answer("guess:9.1.1-rate", "near", right=False)
    assert [state[-1] for state in states()] == ["begun", ""]


def test_notebook_is_done_when_turns_passed_and_questions_answered_right_or_wrong() -> None:
    for name in ("slope", "descend"):
        remember_turn(name)
    remember_answer("quiz:one", "this", right=True)
    assert states()[0][-1] == "begun"
    remember_answer("quiz:two", "that", right=False)
    assert states()[0] == ((2, 2), (2, 2), (0, 1), "✓ done")


def test_what_has_left_the_course_does_not_count() -> None:
    remember_turn("long-gone")
    remember_answer("quiz:long-gone", "this", right=True)
    assert states() == [((0, 2), (0, 2), (0, 1), ""), ((0, 0), (0, 1), (0, 1), "")]


def test_start_page_shows_a_table_and_what_is_due(capsys: pytest.CaptureFixture, clock: Callable[[int], None]) -> None:
    remember_turn("slope")
    remember_answer("quiz:three", "this", right=True)
    show_progress()
    assert capsys.readouterr().out.splitlines() == [
        "Notebook                  Minutes  Your turns  Questions  Guesses",
        "9.1.1 A line & its slope  30       1 of 2      0 of 2     0 of 1   begun",
        "9.1.2 More                25       –           1 of 1     0 of 1   ✓ done",
        "",
        "Nothing is due for review today. The next question comes back on 22 November.",
    ]
    clock(1)
    show_progress()
    assert capsys.readouterr().out.splitlines()[-1] == "1 question is due for review: `review()` asks again."


def test_page_links_the_notebooks_and_escapes_their_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    monkeypatch.setattr(progress, "show", lambda text, page: pages.append(page))
    show_progress()
    assert '<a href="9.1-first/9.1.1-line.ipynb">9.1.1 A line &amp; its slope</a>' in pages[0]
    assert "Nothing to review yet" in pages[0]


# Review


def test_review_asks_exactly_what_is_due(asked: list[str], clock: Callable[[int], None]) -> None:
    remember_answer("quiz:one", "this", right=True)
    remember_answer("guess:9.1.1-rate", "near", right=False)
    remember_answer("guess:9.1.2-count", 7, right=None)  # nobody can say whether it was right: it does not come back
    clock(1)
    remember_answer("quiz:two", "this", right=True)
    review()
    assert asked == ["guess:9.1.1-rate", "quiz:one"]


@pytest.mark.parametrize("day", range(30))
def test_question_answered_right_each_time_comes_on_days_1_7_and_21(
    day: int, asked: list[str], clock: Callable[[int], None]
) -> None:
    remember_answer("quiz:one", "this", right=True)
    for earlier in (1, 7, 21):
        if earlier < day:
            clock(earlier)
            remember_answer("quiz:one", "this", right=True)
    clock(day)
    review()
    assert asked == (["quiz:one"] if day in (1, 7, 21) else [])


def test_review_asks_those_first_that_have_waited_longest(
    asked: list[str], clock: Callable[[int], None], capsys: pytest.CaptureFixture
) -> None:
    for day, name in enumerate(("two", "three", "one")):
        clock(day)
        remember_answer(f"quiz:{name}", "this", right=True)
    clock(5)
    review(at_most=2)
    assert asked == ["quiz:two", "quiz:three"]
    assert capsys.readouterr().out == "The 2 that have waited longest, of 3:\n"


def test_review_says_when_there_is_nothing(capsys: pytest.CaptureFixture, clock: Callable[[int], None]) -> None:
    review()
    remember_answer("quiz:one", "this", right=True)
    review()
    for day in (1, 7, 21):
        clock(day)
        remember_answer("quiz:one", "this", right=True)
    review()
    assert capsys.readouterr().out.splitlines() == [
        "Nothing to review yet: what you answer comes back after 1, 7 and 21 days.",
        "Nothing is due for review today. The next question comes back on 22 November.",
        "Nothing is left to review: every question has come back on all its days.",
    ]


def test_prediction_is_reviewed_as_a_question_that_names_its_notebook() -> None:
    question = progress.questions_for_review()["guess:9.1.1-rate"]
    assert question.text == "Where does it end? (9.1.1)"
    assert [(option.text, option.is_right) for option in question.options] == [
        ("near", False),
        ("far", True),
        ("nowhere", False),
    ]
