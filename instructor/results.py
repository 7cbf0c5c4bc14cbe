"""What grading finds out about one submission, and where it is kept.

A result belongs to what was handed in and not to who did: its key is a hash of the answers and of the master, so that
equal submissions are graded once, and a second run grades only what is new. No name of a student stands in it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Status = Literal["right", "wrong", "not attempted", "stopped", "by hand"]
WITHOUT_SANDBOX = (
    "WARNING: graded WITHOUT A SANDBOX (--no-sandbox): students' code could read, change and send all that whoever "
    "graded it can, these marks included."
)


@dataclass(frozen=True)
class Mark:
    """What one question earned.

    Attributes:
        question: nbgrader's grade_id of the check, or of the answer that a person marks.
        points: earned; 0 for "by hand", until a person has marked it.
        max_points: that can be earned.
        status: "stopped" where a limit was hit or the process died; the message says which.
        message: what the visible check says. It may be shown to the student.
        kind: which diagnosis spoke; empty if none did.
        hidden: the visible part passed and the hidden one did not. The message says only that.
    """

    question: str
    points: float
    max_points: float
    status: Status
    message: str
    kind: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Result:
    """What grading one submission gave.

    Attributes:
        exercise: name of its folder.
        key: hash of exercise, answers and master, hexadecimal.
        master: hash of the master notebook, hexadecimal.
        marks: in the order of the notebook.
        answers: source of each answer cell, by cell id, as it was carried over.
        problems: sentences on the notebook that was handed in: a cell that is missing, another type of cell.
        sandbox: "bubblewrap", "docker", "podman" or "none".
        seconds: wall-clock time.
        cpu_seconds: CPU time of all processes.
        peak_memory: of the sandbox, in bytes.
    """

    exercise: str
    key: str
    master: str
    marks: tuple[Mark, ...]
    answers: dict[str, str]
    problems: tuple[str, ...] = ()
    sandbox: str = "bubblewrap"
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0

    @property
    def points(self) -> float:
        """Earned so far; answers that a person marks count 0."""
        return sum(mark.points for mark in self.marks)

    @property
    def max_points(self) -> float:
        """That can be earned."""
        return sum(mark.max_points for mark in self.marks)


def warning(found: Iterable[Result]) -> str:
    """What must stand in every report on results of which some were made without a sandbox; empty for others."""
    return WITHOUT_SANDBOX if any(result.sandbox == "none" for result in found) else ""


def key_of(exercise: str, answers: Mapping[str, str], master: str) -> str:
    """Hash of what decides a result, hexadecimal.

    Args:
        exercise: name of its folder.
        answers: source of each answer cell, by cell id.
        master: hash of the master notebook and of all that judges it.
    """
    whole = json.dumps([exercise, dict(answers), master], sort_keys=True)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def write(result: Result, folder: Path) -> Path:
    """Write `<key>.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.key}.json"
    write_whole(path, json.dumps(dataclasses.asdict(result), indent=1, sort_keys=True))
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a file; whoever reads meanwhile finds the old one or the new one, never half of one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def read(path: Path) -> Result:
    """The result in a file.

    Raises:
        ValueError: the file holds none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        marks = tuple(Mark(**mark) for mark in found.pop("marks"))
        return Result(marks=marks, problems=tuple(found.pop("problems")), **found)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no result of this course: {error}") from error
