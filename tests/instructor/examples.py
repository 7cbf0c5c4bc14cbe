"""Results made up for tests of what comes after grading: no student's code runs for them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

from instructor import released, results
from instructor.results import Mark, Result, Status

EXERCISE = "ex3_manual-backprop"
MESSAGES: dict[Status, str] = {
    "right": "right",
    "wrong": "not right yet\n  wanted 0.25, got -0.25: is a minus missing?",
    "not attempted": "not attempted yet. Write it above, then run this cell again.",
    "stopped": "stopped after 60 seconds: is there a loop that never ends?",
    "by hand": "",
}


def result(
    statuses: Mapping[str, Status] | None = None,
    answers: Mapping[str, str] | None = None,
    *,
    exercise: str = EXERCISE,
    hidden: tuple[str, ...] = (),
    problems: tuple[str, ...] = (),
    messages: Mapping[str, str] | None = None,
) -> Result:
    """A result with every question right, but for what is given; answers that are not given are the stubs."""
    marks = []
    for question in released.questions(exercise):
        status = (statuses or {}).get(question.name, "by hand" if question.by_hand else "right")
        points = question.max_points if status == "right" else 0.0
        message = (messages or {}).get(question.name, MESSAGES[status])
        kind = "sign" if status == "wrong" else ""
        marks.append(Mark(question.name, points, question.max_points, status, message, kind, question.name in hidden))
    cells = {name: cell.source for name, cell in released.answer_cells(exercise).items()}
    whole = {**cells, **(answers or {})}
    said = json.dumps([statuses or {}, hidden, messages or {}], sort_keys=True)
    key = results.key_of(exercise, whole, f"master {said}")
    return Result(
        exercise, key, "master", tuple(marks), whole, problems, seconds=3.0, cpu_seconds=2.5, peak_memory=4 * 10**8
    )


def hand_in(class_folder: Path, found: Mapping[str, Result], *, names: Mapping[str, str] | None = None) -> None:
    """Lay a class folder out as collect and grade do."""
    exercise = next(iter(found.values())).exercise
    for student, one in found.items():
        folder = class_folder / "submitted" / student / exercise
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{exercise}.ipynb").write_text("{}", encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-03-01 23:59:00 UTC\n", encoding="utf-8")
        results.write(one, class_folder / "results")
    keys = {student: one.key for student, one in found.items()}
    (class_folder / f"graded-{exercise}.json").write_text(json.dumps(keys), encoding="utf-8")
    if names:
        rows = [[student, name, str(100 + i), "", ""] for i, (student, name) in enumerate(names.items())]
        with (class_folder / "students.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["student", "name", "number", "file", "late"], *rows])
