"""What students were given of an exercise: its questions, its stubs, and what each question refers to.

Read from exercises/, so nothing that comes from here shows a solution or a hidden test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from tools.release import EXERCISES

HEADING = re.compile(r"^#{1,4} +(.+?)\s*$", re.MULTILINE)
POINTS = re.compile(r"\s*\(\d+ points?\)$")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./)*(code-units/[^)\s]+\.ipynb)\)")


@dataclass(frozen=True)
class Question:
    """A question of an exercise.

    Attributes:
        name: nbgrader's grade_id of the check, or of the answer that a person marks.
        title: heading above it, without its points.
        max_points: that can be earned.
        by_hand: whether a person marks it.
        answers: cell ids of the answers that it judges.
        answer_names: nbgrader's grade_ids of these cells; a marker's comments belong to them.
        links: title and path of the notebooks that its text refers to.
    """

    name: str
    title: str
    max_points: float
    by_hand: bool
    answers: tuple[str, ...]
    answer_names: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


@dataclass
class _Reading:
    """What has been read since the last question."""

    title: str = ""
    text: str = ""
    answers: list[NotebookNode] = field(default_factory=list)


def notebook(exercise: str) -> NotebookNode:
    """The released notebook of an exercise, without answers.

    Raises:
        FileNotFoundError: there is no such exercise.
    """
    path = EXERCISES / exercise / f"{exercise}.ipynb"
    if not path.is_file():
        known = ", ".join(sorted(folder.name for folder in EXERCISES.iterdir() if folder.is_dir()))
        raise FileNotFoundError(f"there is no exercise {exercise!r}; there are {known}")
    return nbformat.read(path, as_version=4)


def questions(exercise: str) -> tuple[Question, ...]:
    """The questions of an exercise, in order."""
    return tuple(_questions(notebook(exercise)))


def answer_cells(exercise: str) -> dict[str, NotebookNode]:
    """The cells that students fill in, as they were given, by cell id."""
    return {cell.id: cell for cell in notebook(exercise).cells if role(cell, "solution")}


def links_in(text: str) -> tuple[tuple[str, str], ...]:
    """Title and path of the course's notebooks that a text refers to.

    Example:
        >>> links_in("See [Autograd](../../code-units/4.2/4.2.4.ipynb).")
        (('Autograd', 'code-units/4.2/4.2.4.ipynb'),)
    """
    return tuple(dict.fromkeys(LINK.findall(text)))


def role(cell: NotebookNode, name: str) -> bool:
    """Whether nbgrader's metadata give a cell a role: "grade" or "solution"."""
    return bool(cell.metadata.get("nbgrader", {}).get(name))


def _questions(released: NotebookNode) -> Iterator[Question]:
    read = _Reading()
    for cell in released.cells:
        if cell.cell_type == "markdown" and not role(cell, "solution"):
            _read_text(cell.source, read)
        if role(cell, "solution"):
            read.answers.append(cell)
        if role(cell, "grade"):
            yield _question(cell, read)
            read = _Reading()


def _read_text(text: str, read: _Reading) -> None:
    """A heading begins a question's text: what stands above it belongs to the part before."""
    headings = [POINTS.sub("", heading) for heading in HEADING.findall(text)]
    if headings:
        read.title, read.text = headings[-1], ""
    read.text += "\n" + text


def _question(cell: NotebookNode, read: _Reading) -> Question:
    about = cell.metadata.nbgrader
    return Question(
        name=about.grade_id,
        title=read.title or about.grade_id,
        max_points=float(about.points),
        by_hand=role(cell, "solution"),
        answers=tuple(answer.id for answer in read.answers),
        answer_names=tuple(answer.metadata.nbgrader.grade_id for answer in read.answers),
        links=links_in(read.text),
    )
