"""nbgrader's gradebook, filled from our results: formgrader then shows the submissions and takes marks by hand.

nbgrader's own autograde is never called. What formgrader displays, `autograded/`, is the released notebook with the
student's answers and what the checks said: no hidden test, and nothing that the student's code printed.
"""

from __future__ import annotations

import copy
import datetime
import json
import os
import re
import sysconfig
import textwrap
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, Notebook, SubmittedNotebook
from nbgrader.utils import compute_checksum, is_locked, parse_utc
from sqlalchemy.exc import SAWarning

from instructor import released
from instructor.classroom import Student, encodable, everyone, folder
from instructor.released import role
from instructor.results import Mark, Result
from tools.release import SOLUTIONS

COURSE = "hidden-layers"
# Formgrader shows Markdown as it is, on a page that may do whatever the teacher's Jupyter may do. A space takes the
# danger out of tags, of links (which may lead to `javascript:`, in many spellings), and of MathJax's links.
DANGERS = re.compile(r"<(?=[A-Za-z/!?])|\](?=[(:])|\\(?=href(?![A-Za-z]))")

CONFIG = '''"""How nbgrader treats this class. Written by `python -m instructor`: changes are lost at the next run."""

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException

c = get_config()  # noqa: F821 (nbgrader puts it there)


class Refused(NotebookExporter):
    """Stands where nbgrader's autograde would start to run the students' code."""

    def __init__(self, *args, **kwargs):
        raise NbGraderException(
            "This class is graded by `python -m instructor grade`, in a sandbox. nbgrader's autograde would run the "
            "students' code with all that you may do on this machine."
        )


c.CourseDirectory.course_id = {course!r}
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = {source!r}
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback-nbgrader"
c.CourseDirectory.db_url = {database!r}
c.Autograde.exporter_class = Refused
'''


@dataclass(frozen=True)
class ByHand:
    """What a person has entered in formgrader for one question.

    Attributes:
        points: in place of the automatic ones; None if no points were given.
        extra: points on top.
        comment: to the student; empty if there is none.
    """

    points: float | None = None
    extra: float = 0.0
    comment: str = ""


def database(class_folder: Path) -> Path:
    """Where the gradebook lies."""
    return class_folder.resolve() / "gradebook.db"


@contextmanager
def opened(class_folder: Path) -> Iterator[Gradebook]:
    """The gradebook of a class; made, in some seconds, if there is none."""
    with warnings.catch_warnings(), _programs_found(), Gradebook(f"sqlite:///{database(class_folder)}", COURSE) as book:
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own code
        yield book


@contextmanager
def _programs_found() -> Iterator[None]:
    """Put Python's own programs on the path: nbgrader calls one of them, `alembic`, by its bare name."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
    try:
        yield
    finally:
        os.environ["PATH"] = path


def fill(class_folder: Path, exercise: str, results: Mapping[str, Result]) -> None:
    """Enter results into the gradebook, and write what formgrader needs beside it.

    Points and comments that a person has given stay. Where they were given to another answer than the present one,
    formgrader asks for a second look.

    Args:
        class_folder: holds submitted/; the gradebook, autograded/ and nbgrader_config.py are written here.
        exercise: name of its folder.
        results: by student.

    Raises:
        FileNotFoundError: there is no such exercise.
        ValueError: a student's name leads out of the class folder, or the exercise has lost a question that a person
            has already marked.
    """
    for student in results:
        folder(class_folder, "autograded", student, exercise)  # all names are fit for it, before anything is written
    class_folder.mkdir(parents=True, exist_ok=True)
    write_config(class_folder)
    template = released.notebook(exercise)
    students = everyone(class_folder, exercise, results)
    with opened(class_folder) as book:
        notebook = _record_exercise(book, exercise, template)
        for student, result in sorted(results.items()):
            changed = _write_autograded(class_folder, student, template, result)
            submission = _record_submission(book, class_folder, notebook, students[student])
            _record_marks(submission, result, changed)
            book.db.commit()


def write_config(class_folder: Path) -> Path:
    """Write the nbgrader_config.py of a class; return its path."""
    path = class_folder / "nbgrader_config.py"
    root = str(class_folder.resolve())
    url = f"sqlite:///{database(class_folder)}"
    path.write_text(CONFIG.format(course=COURSE, root=root, source=str(SOLUTIONS), database=url), encoding="utf-8")
    return path


def by_hand(class_folder: Path, exercise: str) -> dict[str, dict[str, ByHand]]:
    """What persons have entered in formgrader, by student and question; empty if there is no gradebook yet."""
    if not database(class_folder).is_file():
        return {}
    questions = released.questions(exercise)
    question_of = {name: question.name for question in questions for name in question.answer_names}
    found: dict[str, dict[str, ByHand]] = {}
    with opened(class_folder) as book:
        for submission in book.notebook_submissions(exercise, exercise):
            entries = _entries(submission, question_of)
            if entries:
                found[submission.student.id] = entries
    return found


def _entries(submission: SubmittedNotebook, question_of: Mapping[str, str]) -> dict[str, ByHand]:
    """What a person has entered for one submission. A comment stands at an answer, points at its check."""
    comments: dict[str, list[str]] = {}
    for comment in submission.comments:
        if comment.manual_comment and comment.name in question_of:
            comments.setdefault(question_of[comment.name], []).append(comment.manual_comment)
    entries = {name: ByHand(comment="\n\n".join(texts)) for name, texts in comments.items()}
    for grade in submission.grades:
        if grade.manual_score is not None or grade.extra_credit:
            said = entries.get(grade.name, ByHand()).comment
            entries[grade.name] = ByHand(grade.manual_score, grade.extra_credit or 0.0, said)
    return entries


def _record_exercise(book: Gradebook, exercise: str, template: NotebookNode) -> Notebook:
    """Enter assignment, notebook and cells, or bring them up to date."""
    book.update_or_create_assignment(exercise)
    kernel = json.dumps(template.metadata.get("kernelspec", {}))
    notebook = book.update_or_create_notebook(exercise, exercise, kernelspec=kernel)
    cells = [cell for cell in template.cells if "nbgrader" in cell.metadata]
    _remove_stale(book, notebook, cells)
    for cell in cells:
        about = cell.metadata.nbgrader
        where = (about.grade_id, exercise, exercise)
        if about.grade:
            book.update_or_create_grade_cell(*where, max_score=float(about.points), cell_type=cell.cell_type)
        if about.solution:
            book.update_or_create_solution_cell(*where)
        source = {"source": cell.source, "checksum": compute_checksum(cell)}
        book.update_or_create_source_cell(*where, cell_type=cell.cell_type, locked=is_locked(cell), **source)
    return book.find_notebook(exercise, exercise)


def _remove_stale(book: Gradebook, notebook: Notebook, cells: list[NotebookNode]) -> None:
    """Take out what the exercise no longer has; otherwise its points would count in every maximum."""
    roles = {"GradeCell": "grade", "SolutionCell": "solution"}
    for old in list(notebook.grade_cells) + list(notebook.solution_cells):
        kind = roles[type(old).__name__]
        if any(cell.metadata.nbgrader.grade_id == old.name and role(cell, kind) for cell in cells):
            continue
        entries: list[Grade | Comment] = list((old.grades if kind == "grade" else old.comments) or [])
        if any(_entered_by_hand(entry) for entry in entries):
            raise ValueError(
                f"question {old.name!r} is no longer in {notebook.name}, but somebody has marked it: bring it back, "
                "or clear these marks in formgrader first"
            )
        for entry in entries:
            book.db.delete(entry)
        book.db.flush()
        book.db.delete(old)
    book.db.commit()


def _entered_by_hand(entry: Grade | Comment) -> bool:
    if isinstance(entry, Grade):
        return entry.manual_score is not None or bool(entry.extra_credit)
    return bool(entry.manual_comment)


def _record_submission(book: Gradebook, class_folder: Path, notebook: Notebook, student: Student) -> SubmittedNotebook:
    """Enter student and submission, with an empty entry for every question."""
    exercise = notebook.name
    last, first = _split_name(student.name)
    book.update_or_create_student(student.student, last_name=last, first_name=first)
    book.update_or_create_submission(exercise, student.student)
    submission = book.find_submission_notebook(exercise, exercise, student.student)
    submission.assignment.timestamp = _timestamp(folder(class_folder, "submitted", student.student, exercise))
    # Questions that came after the submission was first entered.
    _add_missing(book, submission, Grade, notebook.grade_cells, {grade.cell_id for grade in submission.grades})
    _add_missing(book, submission, Comment, notebook.solution_cells, {note.cell_id for note in submission.comments})
    return submission


def _add_missing(
    book: Gradebook,
    submission: SubmittedNotebook,
    kind: type[Grade] | type[Comment],
    cells: list[BaseCell],
    present: set[str],
) -> None:
    missing = [cell.id for cell in cells if cell.id not in present]
    if missing:
        book.db.add_all([kind(cell_id=cell, notebook=submission) for cell in missing])
        book.db.commit()


def _record_marks(submission: SubmittedNotebook, result: Result, changed: set[str]) -> None:
    """Enter the automatic points, and which answers a person has to look at.

    Args:
        submission: an entry of the gradebook.
        result: what grading found.
        changed: grade_ids of checks and answers that were not the same when the gradebook was last filled.
    """
    marks = {mark.question: mark for mark in result.marks}
    for grade in submission.grades:
        mark = marks.get(grade.name)
        points = None if mark is None or mark.status == "by hand" else mark.points
        again = grade.manual_score is not None and (points != grade.auto_score or grade.name in changed)
        waits = points is None and grade.manual_score is None
        still_waits = grade.manual_score is not None and bool(grade.needs_manual_grade)
        grade.auto_score = points
        grade.needs_manual_grade = again or waits or still_waits
    for comment in submission.comments:
        empty = comment.name in marks and marks[comment.name].status == "not attempted"
        comment.auto_comment = "No response." if empty else None


def _write_autograded(class_folder: Path, student: str, template: NotebookNode, result: Result) -> set[str]:
    """Write what formgrader shows; return the grade_ids whose answer is another than the one shown before."""
    path = folder(class_folder, "autograded", student, result.exercise) / f"{result.exercise}.ipynb"
    filled = carried(template, result)
    before = _answers_by_question(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(filled), encoding="utf-8")
    part.replace(path)
    _copy_timestamp(folder(class_folder, "submitted", student, result.exercise), path.parent)
    after = _answers_of(filled)
    return {name for name, text in after.items() if before.get(name, text) != text}


def carried(template: NotebookNode, result: Result) -> NotebookNode:
    """The released notebook with a student's answers, and with what was found below each check."""
    filled = copy.deepcopy(template)
    marks = {mark.question: mark for mark in result.marks}
    for cell in filled.cells:
        if role(cell, "solution") and cell.id in result.answers:
            text = encodable(result.answers[cell.id])
            cell.source = text if cell.cell_type == "code" else disarmed(text)
        mark = marks.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_said(mark)] if mark is not None and role(cell, "grade") else []
    return filled


def disarmed(markdown: str) -> str:
    """A student's Markdown with nothing in it that becomes a tag or a link.

    Example:
        >>> disarmed("a < b, a<b, <script>alert(1)</script>, [link](javascript:alert)")
        'a < b, a< b, < script>alert(1)< /script>, [link] (javascript:alert)'
    """
    return DANGERS.sub(r"\g<0> ", markdown)


def _said(mark: Mark) -> NotebookNode:
    lines = [f"{mark.status}: {mark.points:g} of {mark.max_points:g} points", *encodable(mark.message).splitlines()]
    wrapped = [textwrap.fill(line, 110, subsequent_indent="  ", break_on_hyphens=False) for line in lines]
    text = "\n".join(wrapped) + "\n"  # formgrader cuts off what is wider than its page
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def _answers_by_question(path: Path) -> dict[str, str]:
    try:
        return _answers_of(nbformat.read(path, as_version=4))
    except (OSError, ValueError):
        return {}


def _answers_of(notebook: NotebookNode) -> dict[str, str]:
    """For each graded cell, the text of the answers that it judges: its own, or those since the graded cell before."""
    found, texts = {}, []
    for cell in notebook.cells:
        if role(cell, "solution"):
            texts.append(cell.source)
        if role(cell, "grade"):
            found[cell.metadata.nbgrader.grade_id] = "\n".join(texts)
            texts = []
    return found


def _timestamp(submitted: Path) -> datetime.datetime | None:
    try:
        return parse_utc((submitted / "timestamp.txt").read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None


def _copy_timestamp(submitted: Path, target: Path) -> None:
    (target / "timestamp.txt").unlink(missing_ok=True)
    if (submitted / "timestamp.txt").is_file():
        (target / "timestamp.txt").write_bytes((submitted / "timestamp.txt").read_bytes())


def _split_name(name: str) -> tuple[str, str]:
    """Last and first name, as formgrader shows them; a name of one word is the last one.

    Formgrader puts names into its pages as they are, so nothing in them may look like a tag.

    Example:
        >>> _split_name("Ada King Lovelace"), _split_name("Lovelace, Ada"), _split_name("李雷")
        (('Lovelace', 'Ada King'), ('Lovelace', 'Ada'), ('李雷', ''))
    """
    name = encodable(name).replace("<", "‹").replace(">", "›")
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return last.strip(), first.strip()
