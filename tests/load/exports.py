"""A made-up class as Moodle exports it: for a trial of the whole walk through a term."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

from tests.load.classes import Maker, Submission

FIRST = ("Ada", "Zoë", "Thị Minh Khai", "Chukwuemeka", "María José", "Søren", "Nur", "Jean-Luc", "Aylin", "Owen")
LAST = ("Lovelace", "Nguyễn", "Okafor", "O'Neill", "García", "Jørgensen", "Rahman", "Lefèvre", "Yılmaz", "Hughes")
KINDS = ("right", "wrong", "abusive", "partly")
FIRST_NUMBER = 4711


def export(count: int, target: Path, exercise: str, due: datetime, *, seed: int = 0) -> dict[str, Submission]:
    """Write what Moodle would, for a class of `count` that hands in, and of one who does not.

    Of four, the first answers all, in words, too; the second makes mistakes and hands in a file too many; the third's
    code ends its process; the fourth answers in part, a day late.

    Args:
        count: of submissions, at most 99.
        target: of the zip; beside it come `<name>.csv`, the grading worksheet, and `<name>.json`, what each deserves.
        exercise: name of its folder.
        due: last moment that is not late.
        seed: the same gives the same class.

    Returns:
        By the platform's number.
    """
    maker = Maker(exercise, seed, styles=False, abuse=("the end of the process",))
    names = [f"{FIRST[place % 10]} {LAST[(place + place // 10) % 10]}" for place in range(count + 1)]
    numbers = [str(FIRST_NUMBER + place) for place in range(count + 1)]
    made = {number: maker.make(KINDS[place % 4]) for place, number in enumerate(numbers[:count])}
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (number, submission) in enumerate(made.items()):
            folder = f"{names[place]}_{number}_assignsubmission_file"
            when = due + timedelta(days=1) if place % 4 == 3 else due - timedelta(hours=place + 1)
            _add(archive, f"{folder}/{exercise}.ipynb", submission.content, when)
            if place == 1:
                _add(archive, f"{folder}/notes.pdf", b"%PDF-1.4", when)
    _write_worksheet(target.with_suffix(".csv"), numbers, names)
    truth = {number: {"kind": one.kind, "points": one.points} for number, one in made.items()}
    target.with_suffix(".json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return made


def _add(archive: zipfile.ZipFile, name: str, content: bytes, when: datetime) -> None:
    archive.writestr(zipfile.ZipInfo(name, when.timetuple()[:6]), content)


def _write_worksheet(path: Path, numbers: list[str], names: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Identifier", "Full name", "Status", "Grade", "Maximum Grade", "Last modified (grade)"])
        for number, name in zip(numbers, names, strict=True):
            table.writerow([f"Participant {number}", name, "Submitted for grading", "", "100.00", "-"])
