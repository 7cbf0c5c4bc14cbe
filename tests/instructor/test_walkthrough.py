"""docs/instructors.md, followed literally in a copy of the course: every command of it that can run here runs."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from instructor.sandbox import probe
from tools.release import ROOT

GUIDE = ROOT / "docs" / "instructors.md"
BLOCK = re.compile(r"(?:<!-- not run: (?P<why>[^>]+) -->\n)?```sh\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
EXERCISE = "ex3_manual-backprop"
ORDER = ("probe", "export 4", "assign", "collect", "grade", "marks", "feedback", "report", "similar", "make slides")


def blocks() -> list[tuple[str, str]]:
    """Each block of commands in the guide, and why it is not run; empty if it is."""
    return [(found["code"], found["why"] or "") for found in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))]


def run_here() -> list[str]:
    return [code for code, why in blocks() if not why]


def test_the_guide_goes_through_a_term_in_order() -> None:
    whole = "\n".join(run_here())
    places = [whole.index(step) for step in ORDER]
    assert places == sorted(places)


def test_every_block_is_marked_and_can_be_parsed() -> None:
    assert len(blocks()) == GUIDE.read_text(encoding="utf-8").count("```sh")
    for code, _ in blocks():
        done = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True)
        assert done.returncode == 0, f"{code}{done.stderr}"


def test_every_command_that_is_not_run_has_options_that_exist() -> None:
    """Of our own command line, at least: a cluster can't be had here."""
    from instructor.__main__ import parser

    for code, why in blocks():
        for line in re.findall(r"-m instructor (.*)", code) if why else []:
            assert parser().parse_args(line.split("#")[0].split()).command


def test_every_relative_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\((\.\./[^)#]+)", GUIDE.read_text(encoding="utf-8")):
        assert (GUIDE.parent / target).exists(), target


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files of the course in another folder, with the environment of this one."""
    found = probe()
    if found.kind != "bubblewrap":
        message = f"needs bubblewrap: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)
    folder = tmp_path_factory.mktemp("clone") / "course"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@pytest.fixture(scope="module")
def said(course: Path) -> dict[str, str]:
    """What each command of the guide printed, by its line; all of them have gone well."""
    # `make` would find that .venv was made for another folder: set-up, which has tests of its own, is passed over.
    environ = os.environ | {"PYTHON": "true"}
    environ.pop("PYTHONPATH", None)
    shown = {}
    for line in "".join(run_here()).splitlines():
        done = subprocess.run(["bash", "-c", line], cwd=course, env=environ, text=True, capture_output=True)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        shown[line] = done.stdout
    return shown


def of(said: dict[str, str], command: str) -> str:
    """What the line with a command printed."""
    return next(text for line, text in said.items() if command in line)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_walk_shows_what_the_guide_says(course: Path, said: dict[str, str]) -> None:
    trial = course / "build" / "trial"
    assert "bubblewrap works" in of(said, "probe")
    assert (course / "build" / "release" / f"{EXERCISE}.zip").is_file()

    collected = of(said, "collect")
    assert "4 taken (4 new), 1 late, 1 files not taken, 1 students missing" in collected
    assert "notes.pdf" in collected
    assert (trial / f"collected-{EXERCISE}.txt").read_text(encoding="utf-8") in collected

    graded = of(said, "instructor grade")
    assert "4 submissions, 4 graded now" in graded
    assert "1 stopped" in graded
    assert "WARNING" not in graded
    assert (trial / f"graded-{EXERCISE}.txt").read_text(encoding="utf-8") == graded

    assert "1 answer waits for a person" in of(said, "marks")
    truth = json.loads((course / "build" / "trial.json").read_text(encoding="utf-8"))
    with (trial / f"marks-{EXERCISE}-moodle.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["Identifier"].removeprefix("Participant "): row["Grade"] for row in csv.DictReader(file)}
    assert marks == {number: f"{sum(one['points'].values()):g}" for number, one in truth.items()}
    assert {one["kind"] for one in truth.values()} == {"right", "wrong", "abusive", "partly"}

    pages = list(trial.glob(f"feedback/*/{EXERCISE}/{EXERCISE}.html"))
    assert len(pages) == 4
    assert not any("HIDDEN TESTS" in page.read_text(encoding="utf-8") for page in pages)
    for name in (f"report-{EXERCISE}.html", f"similar-{EXERCISE}.html", "gradebook.db"):
        assert (trial / name).stat().st_size > 1000
    assert (course / "build" / "slides" / "4.2.3-is-my-gradient-right.html").is_file()
    assert not (course / "class").exists(), "the trial stays apart"


def test_a_second_run_grades_nothing(course: Path, said: dict[str, str]) -> None:
    line = next(line for line in said if "instructor grade" in line)
    done = subprocess.run(["bash", "-c", line], cwd=course, text=True, capture_output=True)
    assert "4 submissions, 0 graded now" in done.stdout
