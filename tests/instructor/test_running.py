"""What a run grades, what it leaves, what it reports, and what the command line says."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from distributed import LocalCluster

from instructor import __main__ as command_line
from instructor import feedback, gradebook, report, results, running, similarity
from instructor import master as masters
from instructor.carry import answers_of
from instructor.classroom import graded
from instructor.grading import Job, Settings
from instructor.master import Master
from instructor.results import WITHOUT_SANDBOX, Result
from instructor.running import grade, job_of
from tests.instructor.examples import EXERCISE, result
from tools.release import EXERCISES, names

GATES = "def relu_backward(E, Z):\n    return E * (Z > 0)\n"
COMMANDS = ("probe", "assign", "collect", "grade", "marks", "feedback", "report", "similar")


@pytest.fixture(scope="module")
def master() -> Master:
    """Of the exercise, small."""
    return Master(EXERCISE, small=True)


def notebook(gates: str = "", change: Callable[[nbformat.NotebookNode], None] = lambda notebook: None) -> bytes:
    """The exercise with an answer to one question, or none."""
    made = nbformat.read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb", as_version=4)
    for cell in made.cells:
        if cell.id == "gates" and gates:
            cell.source = gates
    change(made)
    return nbformat.writes(made).encode()


def hand_in(class_folder: Path, **contents: bytes) -> None:
    for student, content in contents.items():
        path = class_folder / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# Keys


def test_equal_answers_share_a_key_whatever_else_differs(master: Master) -> None:
    def decorate(made: nbformat.NotebookNode) -> None:
        made.metadata["author"] = "somebody else"
        made.cells[0].source = "another title"
        made.cells.append(nbformat.v4.new_code_cell("print('of my own')"))

    assert job_of(notebook(GATES), master).key == job_of(notebook(GATES, decorate), master).key


def test_a_comment_makes_another_key(master: Master) -> None:
    assert job_of(notebook(GATES), master).key != job_of(notebook(f"{GATES}# mine\n"), master).key


def test_another_exercise_or_a_longer_run_makes_another_key(master: Master) -> None:
    assert job_of(notebook(GATES), master).key != job_of(notebook(GATES), Master(EXERCISE)).key
    sources = answers_of(notebook(GATES), master.notebook).sources
    assert results.key_of(EXERCISE, sources, master.hash) != results.key_of("ex1_changing-layers", sources, master.hash)


@pytest.mark.parametrize("changed", ["helpers/judges/one.py", "instructor/judging.py"])
def test_a_change_of_what_judges_makes_another_key(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masters, "ROOT", tmp_path)
    path = tmp_path / changed
    path.parent.mkdir(parents=True)
    path.write_text("one = 1\n")
    before = job_of(notebook(GATES), Master(EXERCISE)).key
    path.write_text("one = 2\n")
    assert job_of(notebook(GATES), Master(EXERCISE)).key != before


def test_a_change_of_the_master_makes_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Master(EXERCISE)
    path = tmp_path / EXERCISE / f"{EXERCISE}.ipynb"
    path.parent.mkdir()
    path.write_text(before.path.read_text(encoding="utf-8").replace("seed=4", "seed=5"), encoding="utf-8")
    monkeypatch.setattr(masters, "SOLUTIONS", tmp_path)
    assert job_of(notebook(GATES), Master(EXERCISE)).key != job_of(notebook(GATES), before).key


def test_a_job_says_no_name_and_what_was_attempted(master: Master) -> None:
    job = job_of(notebook(GATES), master)
    assert job.attempted == ("gates",)
    assert job.answers["gates"].strip() == GATES.strip()
    assert {field.name for field in dataclasses.fields(Job)} == {"key", "master", "answers", "attempted", "problems"}


# What is graded


class Graded:
    """Stands in for the workers: every job gets a made-up result, and is remembered."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.failing: set[str] = set()
        self.status, self.sandbox = "right", "bubblewrap"

    def __call__(self, jobs, settings, folder, failed, workers, scheduler, progress) -> int:
        for job in jobs:
            self.jobs.append(job)
            if job.key in self.failing:
                failed[job.key] = "RuntimeError: the judges failed"
                continue
            one = result({"gates-check": self.status})
            one = dataclasses.replace(one, key=job.key, master=job.master, answers=job.answers, sandbox=self.sandbox)
            results.write(one, folder)
        return 2


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Graded:
    fake = Graded()
    monkeypatch.setattr(running, "_run_all", fake)
    return fake


SETTINGS = Settings(EXERCISE, small=True)


def test_a_second_run_grades_only_what_is_new(workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES), bob=notebook(GATES), cem=notebook())
    run = grade(tmp_path, SETTINGS)
    assert (len(run.keys), run.new, len(workers.jobs)) == (3, 2, 2)
    assert run.keys["ada"] == run.keys["bob"] != run.keys["cem"]
    assert grade(tmp_path, SETTINGS).new == 0
    hand_in(tmp_path, ada=notebook(f"{GATES}# again\n"))
    run = grade(tmp_path, SETTINGS)
    assert run.new == 1
    assert run.keys["ada"] != run.keys["bob"]
    assert graded(tmp_path, EXERCISE).keys() == {"ada", "bob", "cem"}


@pytest.mark.parametrize("damage", ["half", "empty", "list", "another's"])
def test_a_damaged_result_is_made_again(damage: str, workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES))
    path = tmp_path / "results" / f"{grade(tmp_path, SETTINGS).keys['ada']}.json"
    whole = path.read_text(encoding="utf-8")
    contents = {"half": whole[: len(whole) // 2], "empty": "", "list": "[]", "another's": whole.replace(path.stem, "0")}
    path.write_text(contents[damage], encoding="utf-8")
    assert grade(tmp_path, SETTINGS).new == 1
    assert path.read_text(encoding="utf-8") == whole


def test_what_a_limit_stopped_is_graded_again_when_asked(workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES), bob=notebook())
    workers.status = "stopped"
    grade(tmp_path, SETTINGS)
    workers.status = "right"
    assert grade(tmp_path, SETTINGS).new == 0
    assert grade(tmp_path, SETTINGS, again=True).new == 2
    assert grade(tmp_path, SETTINGS, again=True).new == 0


def test_a_result_made_without_a_sandbox_does_not_count_where_there_is_one(workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES))
    workers.sandbox = "none"
    without = dataclasses.replace(SETTINGS, sandbox="none")
    assert grade(tmp_path, without).new == 1
    assert grade(tmp_path, without).new == 0
    workers.sandbox = "bubblewrap"
    assert grade(tmp_path, SETTINGS).new == 1
    assert grade(tmp_path, without).new == 0, "one made in a sandbox is good enough"


def test_what_could_not_be_graded_is_named_has_no_mark_and_is_tried_again(workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES), bob=notebook(GATES), cem=notebook())
    key = job_of(notebook(GATES), Master(EXERCISE, small=True)).key
    workers.failing = {key}
    run = grade(tmp_path, SETTINGS)
    assert run.failed.keys() == {"ada", "bob"}
    assert run.keys.keys() == {"cem"}
    told = (tmp_path / f"graded-{EXERCISE}.txt").read_text(encoding="utf-8")
    assert "ada: NOT GRADED: RuntimeError: the judges failed" in told
    assert "bob: NOT GRADED" in told
    assert json.loads((tmp_path / f"graded-{EXERCISE}.json").read_text(encoding="utf-8")).keys() == {"cem"}
    workers.failing = set()
    again = grade(tmp_path, SETTINGS)
    assert (again.new, again.failed) == (1, {})
    assert again.keys.keys() == {"ada", "bob", "cem"}


def test_only_notebooks_in_their_place_are_graded(workers: Graded, tmp_path: Path) -> None:
    hand_in(tmp_path, ada=notebook(GATES))
    own = tmp_path / "submitted" / "ada" / EXERCISE / f"{EXERCISE}.ipynb"
    for path in ("bob/other/other.ipynb", f"cem/{EXERCISE}/else.ipynb"):
        (tmp_path / "submitted" / path).parent.mkdir(parents=True)
        (tmp_path / "submitted" / path).write_bytes(notebook())
    link = tmp_path / "submitted" / "dee" / EXERCISE / f"{EXERCISE}.ipynb"
    link.parent.mkdir(parents=True)
    if hasattr(os, "symlink"):
        link.symlink_to(own)
    assert grade(tmp_path, SETTINGS).keys.keys() == {"ada"}


def test_nothing_handed_in_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"nothing was handed in for {EXERCISE}"):
        grade(tmp_path, SETTINGS)


# Over Dask


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """A scheduler with one worker, both in this process."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as made:
        yield made


def test_a_scheduler_is_used_and_left_running(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grade_here(settings: str, job: Job) -> Result:
        if "cem" in job.answers["gates"]:
            raise RuntimeError("no sandbox on this worker")
        made = result()
        return dataclasses.replace(made, key=job.key, master=job.master, answers=job.answers)

    monkeypatch.setattr(running, "grade_here", grade_here)
    monkeypatch.setattr(running, "RETRIES", 0)
    hand_in(tmp_path, ada=notebook(GATES), bob=notebook(), cem=notebook(f"{GATES}# cem\n"))
    run = grade(tmp_path, SETTINGS, scheduler=cluster.scheduler_address, progress=False)
    assert (run.new, run.workers) == (2, 1)
    assert run.failed == {"cem": "RuntimeError: no sandbox on this worker"}
    assert len(cluster.scheduler_info["workers"]) == 1


# The warning


@pytest.mark.parametrize("sandbox", ["none", "bubblewrap"])
def test_no_report_hides_that_there_was_no_sandbox(
    sandbox: str, workers: Graded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (feedback, report, similarity):
        monkeypatch.setattr(module, "by_hand", lambda *_: {}, raising=False)
    monkeypatch.setattr(
        report.papermill, "execute_notebook", lambda notebook, run, *_, **__: run.write_bytes(notebook.read_bytes())
    )
    hand_in(tmp_path, ada=notebook(GATES), bob=notebook())
    workers.sandbox = sandbox
    grade(tmp_path, dataclasses.replace(SETTINGS, sandbox=sandbox))
    found = graded(tmp_path, EXERCISE)
    feedback.feedback(tmp_path, EXERCISE, found)
    report.report(tmp_path, EXERCISE)
    similarity.similar(tmp_path, EXERCISE, found)
    pages = [*tmp_path.glob("*.html"), *tmp_path.glob("feedback/*/*/*.html"), tmp_path / f"graded-{EXERCISE}.txt"]
    assert len(pages) == 5
    for page in pages:
        warned = "WITHOUT A SANDBOX" in page.read_text(encoding="utf-8")
        assert warned == (sandbox == "none"), page


# The command line


def test_every_command_tells_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], *([name] for name in COMMANDS)):
        with pytest.raises(SystemExit) as stop:
            command_line.main([*arguments, "--help"])
        assert stop.value.code == 0
        shown = capsys.readouterr().out
        assert shown.startswith("usage: python -m instructor")
        assert len(shown.splitlines()) > 4
    assert set(COMMANDS) == {name for name in COMMANDS if f"\n    {name} " in command_line.parser().format_help()}


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "probe"])
def test_an_unknown_exercise_is_answered_with_the_names(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source = [str(tmp_path)] if command == "collect" else []
    try:
        code = command_line.main([command, "nosuch", *source])
    except SystemExit as stop:
        code = stop.code
    assert code != 0
    said = capsys.readouterr().err
    assert "nosuch" in said
    assert all(name in said for name in names())


@pytest.mark.parametrize("command", ["grade", "marks", "feedback", "report", "similar"])
def test_what_comes_too_early_says_what_is_missing(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "_sandbox", lambda without: ("bubblewrap", True))
    assert command_line.main([command, EXERCISE, "--class", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("instructor: ")
    assert "Traceback" not in said
    assert ("nothing was handed in" if command == "grade" else f"python -m instructor grade {EXERCISE}") in said


def test_without_a_sandbox_grade_refuses_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructor import sandbox

    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe("none", "bubblewrap is not installed.", "install it"))
    hand_in(tmp_path, ada=notebook(GATES))
    assert command_line.main(["grade", EXERCISE, "--class", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert all(part in said for part in ("bubblewrap is not installed", "to do: install it", "--no-sandbox"))
    assert not (tmp_path / "results").exists()


def test_no_sandbox_warns_before_and_after(
    workers: Graded, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.sandbox = "none"
    monkeypatch.setattr(feedback, "by_hand", lambda *_: {})
    monkeypatch.setattr(gradebook, "fill", lambda *_: None)
    hand_in(tmp_path, ada=notebook(GATES))
    assert command_line.main(["grade", EXERCISE, "--class", str(tmp_path), "--no-sandbox"]) == 0
    shown = capsys.readouterr()
    assert WITHOUT_SANDBOX in shown.err
    assert WITHOUT_SANDBOX in shown.out
    assert command_line.main(["feedback", EXERCISE, "--class", str(tmp_path)]) == 0
    assert WITHOUT_SANDBOX in capsys.readouterr().err


def test_grade_ends_with_1_if_somebody_was_not_graded(
    workers: Graded, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "_sandbox", lambda without: ("bubblewrap", True))
    hand_in(tmp_path, ada=notebook(GATES))
    workers.failing = {job_of(notebook(GATES), Master(EXERCISE)).key}
    assert command_line.main(["grade", EXERCISE, "--class", str(tmp_path)]) == 1
    assert "ada: NOT GRADED" in capsys.readouterr().out
