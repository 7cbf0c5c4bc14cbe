"""One submission after the other: settings that travel, marks of the parts, and programs that are begun again."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from collections.abc import Iterator

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instructor.grading import Grader, Job, Settings
from instructor.master import Master
from instructor.results import Result
from instructor.running import job_of
from instructor.sandbox import Limits, probe
from instructor.sandbox.limits import GIB, MIB
from tests.instructor.examples import EXERCISE
from tools.release import EXERCISES, SOLUTIONS

SMALL = Limits(memory=GIB, cpu_seconds=10, wall_seconds=120, processes=32, file_size=20 * MIB, room_size=100 * MIB)
RIGHT = """
def relu_backward(E, Z):
    return E * (Z > 0)


def sigmoid_backward(E, Z):
    S = torch.sigmoid(Z)
    return E * S * (1 - S)
"""
# Whatever ran before in the same warm program must not be met by the next one.
SPOILS = "torch.sigmoid = lambda z: z\nimport helpers\nhelpers.mine = 1\nopen('mine', 'w').write('x')\n"
LOOKS = "import os\nassert not hasattr(__import__('helpers'), 'mine') and not os.listdir('.')\n"


# Settings


@given(
    st.text(max_size=30),
    st.sampled_from(["bubblewrap", "docker", "podman", "none"]),
    st.booleans(),
    st.booleans(),
    st.builds(Limits, memory=st.integers(1, 2**40), cpu_seconds=st.floats(0.1, 1e6), processes=st.integers(1, 10**4)),
)
def test_settings_survive_the_way_to_a_worker(
    exercise: str, sandbox: str, nested: bool, small: bool, limits: Limits
) -> None:
    settings = Settings(exercise, sandbox, nested, small, limits)
    line = settings.to_json()
    assert "\n" not in line
    assert Settings.from_json(line) == settings


def test_settings_hold_the_default_limits() -> None:
    assert Settings.from_json(Settings("ex").to_json()).limits == Limits()


# Grading


@pytest.fixture(scope="module")
def master() -> Master:
    """Of the exercise, small."""
    return Master(EXERCISE, small=True)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """Warm programs; skip where bubblewrap does not work, or fail where it must (COURSE_REQUIRE_SANDBOX=1)."""
    found = probe()
    if found.kind != "bubblewrap":
        message = f"needs bubblewrap: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)
    made = Grader(Settings(EXERCISE, found.kind, found.nested, small=True, limits=SMALL))
    yield made
    made.close()


def job(master: Master, **answers: str) -> Job:
    """A submission with answers to some cells, by cell id."""
    notebook = nbformat.read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return job_of(nbformat.writes(notebook).encode(), master)


def statuses(found: Result) -> dict[str, str]:
    return {mark.question: mark.status for mark in found.marks}


def test_a_result_has_a_mark_for_each_question_in_the_order_of_the_notebook(grader: Grader, master: Master) -> None:
    one = job(master, gates=RIGHT)
    found = grader.grade(one)
    assert [mark.question for mark in found.marks] == [cell.question for cell in master.graded]
    assert statuses(found) == {cell.question: "not attempted" for cell in master.graded} | {"gates-check": "right"}
    assert (found.points, found.max_points) == (2, 20)
    assert (found.key, found.master, found.answers, found.sandbox) == (one.key, master.hash, one.answers, "bubblewrap")
    assert found.seconds > 0
    assert found.cpu_seconds > 0
    assert found.peak_memory > 2**20


def test_the_same_job_has_the_same_marks_whatever_was_graded_before(grader: Grader, master: Master) -> None:
    first = grader.grade(job(master, gates=RIGHT))
    grader.grade(job(master, gates=f"{SPOILS}{RIGHT}"))
    again = grader.grade(job(master, gates=RIGHT))
    assert again.marks == first.marks
    looked = grader.grade(job(master, linear=LOOKS, gates=RIGHT))
    assert statuses(looked)["gates-check"] == "right"
    said = {mark.question: mark.message for mark in looked.marks}["linear-check"]
    assert "AssertionError" not in said, "the room and the modules are new"


@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        ("while True:\n    pass", "stopped", "processor time"),
        ("import os\nos._exit(0)", "stopped", "ended the process"),
        ("raise ValueError('of my own')", "wrong", "of my own"),
        ("def relu_backward(E, Z:", "wrong", "SyntaxError"),
    ],
)
def test_one_answer_that_fails_takes_no_mark_from_the_next(
    source: str, status: str, said: str, master: Master, grader: Grader
) -> None:
    right = nbformat.read(SOLUTIONS / EXERCISE / f"{EXERCISE}.ipynb", as_version=4)
    softmax = next(cell.source for cell in right.cells if cell.id == "softmax-cross-entropy")
    found = grader.grade(job(master, gates=source, **{"softmax-cross-entropy": softmax}))
    marks = {mark.question: mark for mark in found.marks}
    assert marks["gates-check"].status == status
    assert said in marks["gates-check"].message
    assert marks["softmax_cross_entropy-check"].status == "right"


def test_what_no_notebook_is_earns_nothing_and_is_told(grader: Grader, master: Master) -> None:
    found = grader.grade(job_of(b'{"cells": [', master))
    assert set(statuses(found).values()) == {"not attempted"}
    assert "half an upload" in found.problems[0]


def test_programs_that_are_gone_are_told_and_begun_again(grader: Grader, master: Master) -> None:
    expected = grader.grade(job(master, gates=RIGHT)).marks
    os.kill(grader._judges.pid, signal.SIGKILL)
    try:  # noticed before the job is sent, or while its answer is awaited
        found = grader.grade(job(master, gates=RIGHT))
    except (RuntimeError, OSError) as error:
        assert "failed" in str(error) or isinstance(error, OSError)
        found = grader.grade(job(master, gates=RIGHT))
    assert found.marks == expected


def test_a_closed_grader_begins_again(grader: Grader, master: Master) -> None:
    grader.close()
    grader.close()
    assert statuses(grader.grade(job(master, gates=RIGHT)))["gates-check"] == "right"


def test_a_job_travels_as_json(master: Master) -> None:
    one = job(master, gates=RIGHT)
    found = json.loads(json.dumps(dataclasses.asdict(one)))
    assert Job(**found | {"attempted": tuple(found["attempted"]), "problems": tuple(found["problems"])}) == one
