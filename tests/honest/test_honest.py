"""Honest work never loses a mark to the machinery, and what is said of the notebook is true."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from instructor import released, running
from instructor.grading import Grader, Job, Settings
from instructor.master import Master
from instructor.results import Result
from instructor.sandbox import probe
from tests.honest import by_hand, elsewhere, styles
from tests.honest.notebooks import Honest
from tests.worlds import marks_of
from tools.release import SOLUTIONS

HONEST = sorted([*by_hand.HONEST, *elsewhere.HONEST, *styles.HONEST], key=lambda honest: honest.exercise)
CASES = [
    pytest.param(
        one,
        id=f"{one.exercise}-{one.what}",
        marks=marks_of(SOLUTIONS / one.exercise / f"{one.exercise}.ipynb"),
    )
    for one in HONEST
]


@pytest.fixture(scope="module")
def grade() -> Iterator[Callable[[Honest], tuple[Job, Result]]]:
    """Grades a submission in the sandbox, by a program that stays warm as long as the exercise is the same."""
    found = probe()
    if found.kind != "bubblewrap" or not found.nested:
        message = f"needs bubblewrap with namespaces inside: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)
    warm: dict[str, tuple[Grader, Master]] = {}

    def run(honest: Honest) -> tuple[Job, Result]:
        if honest.exercise not in warm:
            close()
            grader = Grader(Settings(honest.exercise, small=True))
            warm[honest.exercise] = grader, Master(honest.exercise, small=True)
        grader, master = warm[honest.exercise]
        job = running.job_of(honest.content, master)
        return job, grader.grade(job)

    def close() -> None:
        for grader, _ in warm.values():
            grader.close()
        warm.clear()

    yield run
    close()


@contextlib.contextmanager
def busy(really: bool) -> Iterator[None]:
    """While it lasts, all cores have other work."""
    count = (os.cpu_count() or 1) if really else 0
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def deserved(job: Job, exercise: str) -> dict[str, tuple[str, float]]:
    """Status and points of each question that was answered: full marks, or a person's."""
    return {
        question.name: ("by hand", 0.0) if question.by_hand else ("right", question.max_points)
        for question in released.questions(exercise)
        if set(question.answers) & set(job.attempted)
    }


@pytest.mark.parametrize("honest", CASES)
def test_honest_work_gets_full_marks(honest: Honest, grade: Callable[[Honest], tuple[Job, Result]]) -> None:
    with busy(honest.busy):
        job, result = grade(honest)
    wanted = deserved(job, honest.exercise)
    got = {mark.question: (mark.status, mark.points) for mark in result.marks if mark.status != "not attempted"}
    assert wanted, "the answers are not where they belong"
    assert got == wanted, "\n".join(mark.message for mark in result.marks if mark.status in ("wrong", "stopped"))
    assert result.problems == honest.told


def test_the_bank_is_large_enough() -> None:
    assert len(HONEST) >= 25
    assert len({(one.exercise, one.what) for one in HONEST}) == len(HONEST)
    assert {one.exercise for one in HONEST} == {folder.name for folder in SOLUTIONS.glob("ex*")}
