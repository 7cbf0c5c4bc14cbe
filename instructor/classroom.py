"""The class folder: who is in the class, who handed in what, and what grading found.

students.csv                                   made by collect: a row for each student and exercise
submitted/<student>/<exercise>/                what was handed in
graded-<exercise>.json                         which result belongs to whom
results/<key>.json                             the results, without names
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from instructor.results import Result, read


@dataclass(frozen=True)
class Student:
    """One member of the class.

    Attributes:
        student: name of the folder, and nbgrader's id.
        name: as the learning platform gave it; the folder's name if it gave none.
        number: of the student on the platform; empty if it gave none.
        late: what collect found out about lateness; empty if the submission was in time.
    """

    student: str
    name: str
    number: str = ""
    late: str = ""


def graded(class_folder: Path, exercise: str) -> dict[str, Result]:
    """The result of each student whose submission was graded, by student in alphabetical order.

    Raises:
        FileNotFoundError: the exercise has not been graded, or a result is gone.
        ValueError: a file is damaged.
    """
    path = class_folder / f"graded-{exercise}.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `python -m instructor grade {exercise}` first")
    try:
        keys = dict(json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: run `python -m instructor grade {exercise}` again") from error
    unique = {key: read(class_folder / "results" / f"{key}.json") for key in set(keys.values())}
    return {student: unique[key] for student, key in sorted(keys.items())}


def roster(class_folder: Path, exercise: str = "") -> dict[str, Student]:
    """Who stands in students.csv, by folder name; empty if there is no such file.

    Args:
        class_folder: holds the file, in which a student has a row for each exercise handed in.
        exercise: the one whose lateness is asked for; the rows of others give name and number alone.
    """
    path = class_folder / "students.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]
    found: dict[str, Student] = {}
    for row in rows:
        student = row.get("student", "")
        if student:
            found[student] = _joined(found.get(student, Student(student, "")), row, exercise)
    return {key: Student(key, one.name or key, one.number, one.late) for key, one in found.items()}


def _joined(old: Student, row: dict[str, str], exercise: str) -> Student:
    """What is known of a student, with one more row of the file."""
    late = row.get("late", "") if row.get("exercise", exercise) == exercise else ""
    return Student(old.student, row.get("name") or old.name, row.get("number") or old.number, late or old.late)


def everyone(class_folder: Path, exercise: str, results: Iterable[str] = ()) -> dict[str, Student]:
    """The roster, and whoever handed this exercise in or has a result without standing there; in alphabetical order."""
    known = roster(class_folder, exercise)
    names = set(known) | set(results) | set(handed_in(class_folder, exercise))
    return {name: known.get(name, Student(name, name)) for name in sorted(names)}


def handed_in(class_folder: Path, exercise: str) -> list[str]:
    """Who has a folder for this exercise in submitted/."""
    return sorted(path.parent.name for path in (class_folder / "submitted").glob(f"*/{exercise}") if path.is_dir())


def folder(class_folder: Path, step: str, student: str, exercise: str) -> Path:
    """Where nbgrader's layout has the files of one student: `<step>/<student>/<exercise>`.

    Raises:
        ValueError: the name of the student would lead elsewhere.
    """
    if not student or student in (".", "..") or "\0" in student or Path(student).name != student:
        raise ValueError(f"{student!r} cannot be the name of a folder: rename it in submitted/ and students.csv")
    return class_folder / step / student / exercise


def encodable(text: str) -> str:
    """A text that every file can hold: half a surrogate pair, which JSON allows, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
