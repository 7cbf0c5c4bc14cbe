"""What each student gets back: one page with points, answers, what the checks say, and a marker's comments.

A page shows the student's own answers and nothing of the master: no hidden test, no solution, no other student's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from instructor import released
from instructor.classroom import everyone, folder
from instructor.gradebook import ByHand, by_hand
from instructor.marks import Earned, earned
from instructor.pages import highlighted, write_page
from instructor.released import Question
from instructor.results import Mark, Result, warning

SHOWN = 20_000  # characters of an answer; a student knows the rest
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
HIDDEN = (
    "The check in your notebook passed, and a further case failed. The rule of the exercises: an answer works for "
    "other inputs, too. Try other shapes, other sizes, other numbers, a batch of one."
)
STATES = {
    "right": ("Right", "right"),
    "wrong": ("Not right yet", "wrong"),
    "not attempted": ("Not attempted", "open"),
    "stopped": ("Stopped", "wrong"),
    "by hand": ("Still to be marked by a person", "open"),
}


def feedback(class_folder: Path, exercise: str, results: Mapping[str, Result]) -> list[Path]:
    """Write `feedback/<student>/<exercise>/<exercise>.html` for each student with a result; return the paths.

    Args:
        class_folder: with students.csv for the names and the gradebook for what a person has entered, if there are any.
        exercise: name of its folder.
        results: by student.

    Raises:
        FileNotFoundError: there is no such exercise.
        ValueError: a student's name leads out of the class folder.
    """
    template = released.notebook(exercise)
    title = template.cells[0].source.splitlines()[0].lstrip("# ")
    links = released.links_in(template.cells[0].source)
    questions = released.questions(exercise)
    cells = released.answer_cells(exercise)
    entries = by_hand(class_folder, exercise)
    names = everyone(class_folder, exercise, results)
    pages = []
    for student, result in sorted(results.items()):
        path = folder(class_folder, "feedback", student, exercise) / f"{exercise}.html"
        entered = entries.get(student, {})
        about = _about(result, questions, cells, entered)
        values = {"title": title, "name": names[student].name, "links": links, "warning": warning([result])}
        pages.append(write_page(path, "feedback.html.j2", **values, **about))
    return pages


def _about(
    result: Result, questions: tuple[Question, ...], cells: Mapping[str, NotebookNode], entered: Mapping[str, ByHand]
) -> dict[str, object]:
    """What the page of one student shows."""
    found = earned(result, entered)
    marks = {mark.question: mark for mark in result.marks}
    asked = [question for question in questions if question.name in marks]
    return {
        "total": f"{found.total:g}",
        "maximum": f"{result.max_points:g}",
        "waiting": found.waiting,
        "extra": f"{found.extra:g}" if found.extra else "",
        "problems": result.problems,
        "questions": [
            _question(question, marks[question.name], found, entered.get(question.name, ByHand()), result, cells)
            for question in asked
        ],
    }


def _question(
    question: Question,
    mark: Mark,
    found: Earned,
    entry: ByHand,
    result: Result,
    cells: Mapping[str, NotebookNode],
) -> dict[str, object]:
    points = found.points[question.name]
    state, colour = _state(mark, points)
    changed = entry.points is not None and mark.status != "by hand" and entry.points != mark.points
    return {
        "title": question.title,
        "state": "Marked by a person" if changed else state,
        "colour": colour,
        "points": "–" if points is None else f"{points:g}",
        "maximum": f"{mark.max_points:g}",
        "changed": changed,
        "automatic": f"{mark.points:g}",
        "explanation": HIDDEN if mark.hidden else "",
        "message": "" if mark.hidden else COLOURS.sub("", mark.message).strip(),
        "comment": entry.comment,
        "answers": [_answer(result.answers.get(name), cells[name]) for name in question.answers],
        "links": () if points == mark.max_points else question.links,
    }


def _state(mark: Mark, points: float | None) -> tuple[str, str]:
    """A word for how it went, and its colour. The word alone says it."""
    if mark.status == "by hand" and points is not None:
        return "Marked by a person", "right" if points >= mark.max_points else "open"
    return STATES[mark.status]


def _answer(source: str | None, cell: NotebookNode) -> dict[str, object]:
    """One answer as the page shows it: code in colours, prose as it was typed."""
    if source is None or source.strip() == cell.source.strip():
        return {"code": "", "text": "", "cut": 0}
    shown, cut = source[:SHOWN], len(source) if len(source) > SHOWN else 0
    if cell.cell_type == "code":
        return {"code": highlighted(shown), "text": "", "cut": cut}
    return {"code": "", "text": shown, "cut": cut}
