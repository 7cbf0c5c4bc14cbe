"""The marks of a class, as a table for people and as the files that Moodle and Canvas read.

What each platform wants, read from its importer:

- **Moodle**, *View all submissions > Upload grading worksheet*: UTF-8 with commas. A row is found by `Identifier`,
  "Participant" and the number that stands in the name of each downloaded submission; `Grade` and `Last modified
  (grade)` must be there. Other columns are ignored. A row whose grade was changed on the platform after `Last modified`
  is left alone, unless the form says otherwise. The titles are those of an English Moodle.
  (moodle/moodle, mod/assign/feedback/offline/importgradeslib.php; *Offline grading worksheet* must be enabled.)
- **Canvas**, *Gradebook > Import*: columns Student, ID, SIS User ID, SIS Login ID, Section, then one per assignment,
  named as on the platform; a row "Points Possible". A student is found by the number in ID, then by SIS ids, then by
  the name. An empty cell leaves the grade as it is.
  (instructure/canvas-lms, lib/gradebook_importer.rb.)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from instructor import released
from instructor.classroom import Student, encodable, everyone, graded, handed_in
from instructor.gradebook import ByHand, by_hand
from instructor.results import Mark, Result

__all__ = ["LMS", "Earned", "earned", "export", "graded", "waiting"]

LMS = Literal["plain", "moodle", "canvas"]
# What a spreadsheet takes for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Earned:
    """What one student earned, machine and person together.

    Attributes:
        points: by question, in the order of the exercise; None where a person has yet to mark.
        extra: points that a person gave on top.
    """

    points: dict[str, float | None]
    extra: float = 0.0

    @property
    def total(self) -> float:
        """All points so far."""
        return sum(value for value in self.points.values() if value is not None) + self.extra

    @property
    def waiting(self) -> int:
        """How many answers a person has yet to mark."""
        return sum(value is None for value in self.points.values())


def earned(result: Result, entries: Mapping[str, ByHand]) -> Earned:
    """Put a result and what a person has entered together; a person's points take the place of the automatic ones.

    Args:
        result: of grading.
        entries: of the gradebook, by question.

    Example:
        >>> marks = (Mark("a", 2.0, 2.0, "right", ""), Mark("b", 0.0, 3.0, "by hand", ""))
        >>> earned(Result("ex", "", "", marks, {}), {}).waiting
        1
        >>> earned(Result("ex", "", "", marks, {}), {"b": ByHand(2.5)}).total
        4.5
    """
    given = [entries.get(mark.question, ByHand()) for mark in result.marks]
    points = {mark.question: _points(mark, entry) for mark, entry in zip(result.marks, given, strict=True)}
    return Earned(points, sum(entry.extra for entry in given))


def export(
    class_folder: Path, exercise: str, results: Mapping[str, Result], *, lms: LMS = "plain", final: bool = False
) -> Path:
    """Write the marks of one exercise as CSV; return the path, `marks-<exercise>-<lms>.csv` in the class folder.

    Whoever handed nothing in is listed: as such in the plain table, with an empty grade for a platform. An answer that
    a person has yet to mark counts 0; `waiting` says how many there are.

    Args:
        class_folder: with students.csv and, where somebody has marked by hand, the gradebook.
        exercise: name of its folder.
        results: by student.
        lms: who reads it: a person, Moodle or Canvas.
        final: leave a platform's grade empty where a person has yet to mark an answer.

    Raises:
        FileNotFoundError: there is no such exercise.
        ValueError: the platform is unknown.
    """
    tables = {"plain": _plain, "moodle": _moodle, "canvas": _canvas}
    if lms not in tables:
        raise ValueError(f"marks can be written for {', '.join(tables)}, not for {lms!r}")
    entries = by_hand(class_folder, exercise)
    marks = {student: earned(result, entries.get(student, {})) for student, result in results.items()}
    if final and lms != "plain":
        marks = {student: found for student, found in marks.items() if not found.waiting}
    students = everyone(class_folder, exercise, results)
    path = class_folder / f"marks-{exercise}-{lms}.csv"
    table = tables[lms](exercise, students, marks, set(handed_in(class_folder, exercise)))
    # A spreadsheet knows UTF-8 by its mark; Canvas would take the mark for a part of the first title.
    path.write_bytes(_csv(table).encode("utf-8-sig" if lms == "plain" else "utf-8"))
    return path


def waiting(class_folder: Path, exercise: str, results: Mapping[str, Result]) -> int:
    """How many answers of the class a person has yet to mark."""
    entries = by_hand(class_folder, exercise)
    return sum(earned(result, entries.get(student, {})).waiting for student, result in results.items())


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, on one line.

    Example:
        >>> harmless("=HYPERLINK(1)"), harmless("José"), harmless(" @SUM")
        ("'=HYPERLINK(1)", 'José', "' @SUM")
    """
    clean = " ".join(encodable(text).replace("\0", "").splitlines())
    return f"'{clean}" if clean.lstrip("\ufeff \u00a0").startswith(FORMULA) or text.startswith(FORMULA) else clean


def _points(mark: Mark, entry: ByHand) -> float | None:
    if entry.points is not None:
        return entry.points
    return None if mark.status == "by hand" else mark.points


def _csv(table: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(table)
    return file.getvalue()


def _plain(
    exercise: str, students: Mapping[str, Student], marks: Mapping[str, Earned], submitted: set[str]
) -> list[list[str]]:
    """One column for each question, the total, and what is still missing."""
    questions = released.questions(exercise)
    titles = [f"{question.name} (of {question.max_points:g})" for question in questions]
    maximum = sum(question.max_points for question in questions)
    head = ["student", "name", "number", "status", "late", *titles]
    table = [[*head, "extra", f"points (of {maximum:g})", "to mark by hand"]]
    for key, student in students.items():
        about = [harmless(text) for text in (key, student.name, student.number)]
        late = harmless(student.late)
        if key not in marks:
            status = "not graded" if key in submitted else "no submission"
            table.append([*about, status, late, *[""] * (len(questions) + 3)])
            continue
        found = marks[key]
        points = [_number(found.points.get(question.name)) for question in questions]
        status = "to be marked" if found.waiting else "graded"
        table.append([*about, status, late, *points, _number(found.extra), _number(found.total), str(found.waiting)])
    return table


def _moodle(
    exercise: str, students: Mapping[str, Student], marks: Mapping[str, Earned], submitted: set[str]
) -> list[list[str]]:
    """Moodle's grading worksheet."""
    maximum = f"{sum(question.max_points for question in released.questions(exercise)):g}"
    table = [["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]]
    for key, student in students.items():
        number = student.number.removeprefix("Participant ")
        identifier = f"Participant {number}" if number else ""
        table.append([harmless(identifier), harmless(student.name), _grade(marks.get(key)), maximum, "-"])
    return table


def _canvas(
    exercise: str, students: Mapping[str, Student], marks: Mapping[str, Earned], submitted: set[str]
) -> list[list[str]]:
    """Canvas' gradebook."""
    maximum = f"{sum(question.max_points for question in released.questions(exercise)):g}"
    table = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise],
        ["    Points Possible", "", "", "", "", maximum],
    ]
    for key, student in students.items():
        table.append([harmless(student.name), harmless(student.number), "", "", "", _grade(marks.get(key))])
    return table


def _grade(found: Earned | None) -> str:
    """The grade for a platform."""
    return "" if found is None else _number(found.total)


def _number(value: float | None) -> str:
    """A number with a point and at most two decimals; nothing for none."""
    return "" if value is None else f"{round(value, 2):g}"
