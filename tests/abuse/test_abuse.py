"""The bank of abuse: each submission is survived, marked as it deserves, and spoils nothing for the next one."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from instructor.collect import collect
from instructor.grading import Grader, Settings
from instructor.results import Mark, Result
from instructor.running import job_of
from instructor.sandbox import Limits, probe
from tests.abuse import autograd, errors, files, forging, limits, objects, patching, uploads
from tests.abuse.bank import EX3, EX6, Abuse, answers, master, released, solution
from tests.worlds import marks_of as marks_of_notebook

MIB = 2**20
LIMITS = Limits(
    memory=1024 * MIB, cpu_seconds=5, wall_seconds=15, processes=32, file_size=20 * MIB, room_size=100 * MIB
)
SLOWEST = 90.0  # seconds, with three processes that are stopped by the clock on a busy machine
EVERY = 5  # submissions, after which an honest one is graded
MODULES = (limits, errors, objects, patching, forging, files, uploads, autograd)
BANK: dict[str, Abuse] = {
    f"{module.__name__.rpartition('.')[2]}-{name}": case
    for module in MODULES
    for name, case in (vars(module) | getattr(module, "KNOWN", {})).items()
    if isinstance(case, Abuse)
}
IN_ORDER = sorted(BANK, key=lambda name: BANK[name].exercise)
HONEST = {
    "ex1_changing-layers": ("num-parameters", "num_parameters-check"),
    "ex2_fashion-mnist": ("read-idx", "read_idx-check"),
    EX3: ("gates", "gates-check"),
    "ex5_regression": ("linear-baseline", "linear_baseline-check"),
    EX6: ("to-columns", "to_columns-check"),
}


class Graders:
    """One warm grading program at a time."""

    def __init__(self) -> None:
        self.grader: Grader | None = None
        self.graded = 0

    def grade(self, exercise: str, content: bytes) -> Result:
        """The result of a file that was handed in."""
        if self.grader is None or self.grader.settings.exercise != exercise:
            self.close()
            self.grader, self.graded = Grader(Settings(exercise, small=True, limits=LIMITS)), 0
        self.graded += 1
        return self.grader.grade(job_of(content, master(exercise)))

    def check(self) -> None:
        """An honest submission gets its full marks, and nothing of those before goes on."""
        exercise = self.grader.settings.exercise
        cell, question = HONEST[exercise]
        result = self.grade(exercise, answers({cell: solution(cell, exercise)})(released(exercise)))
        mark = marks_of(result)[question]
        assert (mark.status, mark.points) == ("right", mark.max_points), mark.message
        processes = psutil.Process().children(recursive=True)
        running = [one for one in processes if one.status() != psutil.STATUS_ZOMBIE]
        assert len(running) <= 6, running  # for the judges and for the answers: bubblewrap, its first process, a server
        assert not list(self.grader._sandbox.folder.glob("room-*"))

    def close(self) -> None:
        if self.grader is not None:
            self.grader.close()


@pytest.fixture(scope="module")
def graders() -> Iterator[Graders]:
    """Skip where bubblewrap does not work, or fail where it must (COURSE_REQUIRE_SANDBOX=1)."""
    found = probe()
    if found.kind != "bubblewrap" or not found.nested:
        message = f"needs bubblewrap with namespaces inside: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)
    made = Graders()
    yield made
    made.close()


def marks_of(result: Result) -> dict[str, Mark]:
    return {mark.question: mark for mark in result.marks}


CASES = [pytest.param(name, marks=marks_of_notebook(master(BANK[name].exercise).path)) for name in IN_ORDER]


@pytest.mark.parametrize("name", CASES)
def test_abuse(graders: Graders, name: str) -> None:
    case = BANK[name]
    began = time.monotonic()
    result = graders.grade(case.exercise, case.make(released(case.exercise)))
    print("\n".join(f"{mark.question}: {mark.status}: {mark.message}" for mark in result.marks))
    assert time.monotonic() - began < SLOWEST
    _judge(case, result)
    last = name == [other for other in IN_ORDER if BANK[other].exercise == case.exercise][-1]
    if last or graders.graded >= EVERY:
        graders.graded = 0
        graders.check()


def _judge(case: Abuse, result: Result) -> None:
    marks = marks_of(result)
    assert set(case.deserved) <= set(marks)
    points = {cell.question: cell.points for cell in master(case.exercise).graded}
    assert list(points) == list(marks)
    told = {name: (mark.status, mark.message) for name, mark in marks.items() if mark.status != "not attempted"}
    for question, mark in marks.items():
        deserved = case.deserved.get(question, "not attempted")
        assert mark.status in ((deserved,) if isinstance(deserved, str) else deserved), told
        assert mark.points == (mark.max_points if mark.status == "right" else 0), told
        assert mark.max_points == next(
            cell.points for cell in master(case.exercise).graded if cell.question == question
        )
        assert mark.message or mark.status == "by hand"
        assert mark.hidden == (question in case.hidden), told
        assert case.never not in mark.message, told
        mark.message.encode()
    assert any(case.says in mark.message for mark in marks.values()), told
    assert not case.leaves or not Path(case.leaves).exists()


def test_bank_is_large_enough() -> None:
    assert len(BANK) >= 45
    assert all(case.what and case.why for case in BANK.values())


def test_upload_that_leads_elsewhere(graders: Graders, tmp_path: Path) -> None:
    """Names that climb, links in the archive, and an absolute name: nothing is written but one notebook each."""
    cell, question = HONEST[EX6]  # whose program is warm by now
    honest = answers({cell: solution(cell, EX6)})(released(EX6))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("../../evil.ipynb", "/tmp/abuse-zip.ipynb", "C:\\evil.ipynb", "anna/../../../ben/x.ipynb"):
            archive.writestr(name, honest)
        link = zipfile.ZipInfo(f"carl/{EX6}.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"dora/{EX6}.ipynb", honest)
    (tmp_path / "export.zip").write_bytes(stream.getvalue())
    report = collect(EX6, tmp_path / "export.zip", tmp_path / "class")
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.ipynb")}
    assert all(path.parts[:2] == ("class", "submitted") for path in written)
    assert "dora" in [taken.student for taken in report.taken]
    assert not Path("/tmp/abuse-zip.ipynb").exists() and not any(path.is_symlink() for path in tmp_path.rglob("*"))
    path = tmp_path / "class" / "submitted" / "dora" / EX6 / f"{EX6}.ipynb"
    assert marks_of(graders.grade(EX6, path.read_bytes()))[question].status == "right"
