"""What is left out of a run has passed with exactly the files that are here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import proven
from tests.proven import ROOT, SWEEPS, files_of, hash_of, matching, part_of, read_record, write_record

Run = Callable[..., list[str]]
TEST = """\
import pytest
from behind import read


@pytest.mark.parametrize("part", ["one", "two", "three"])
def test_part(part):
    if read(part) == "nothing":
        pytest.skip("nothing")
    assert read(part) == "right"
"""
BEHIND = """\
from pathlib import Path


def read(part):
    return Path(__file__).with_name(part).read_text()
"""
# Each process of the tests reads it.
CONFTEST = """\
from pathlib import Path

from tests import proven

proven.ROOT = Path(__file__).parent
proven.RECORD = proven.ROOT / "proven.toml"
proven.SWEEPS = {"long": proven.Sweep(r"tests/test_long\\.py::.*\\[(?P<part>\\w+)\\]", ("{part}",), sample="one")}
"""


@pytest.fixture(scope="module")
def collected() -> list[str]:
    """The node ids of all tests whose files a sweep may name."""
    files = sorted({path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")})
    named = [file for file in files if any(re.match(sweep.tests.partition("::")[0], file) for sweep in SWEEPS.values())]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


# The sweeps of this course


def test_every_sweep_finds_tests_and_its_sample_and_every_pattern_finds_files(collected: list[str]) -> None:
    parts = {part for nodeid in collected if (part := part_of(nodeid))}
    for name, sweep in SWEEPS.items():
        mine = [which for of, which in parts if of == name]
        assert mine, f"{name}: no test is of this sweep"
        assert not sweep.sample or sweep.sample in mine, f"{name}: there is no {sweep.sample}"
        for pattern in sweep.files:
            assert any(matching(pattern.format(part=which, name=which.replace(".", "_"))) for which in mine), pattern


@pytest.mark.parametrize(
    ("nodeid", "part"),
    [
        ("tests/turns/test_turns.py::test_right_answer_passes[4.1.3-loss-and-descent-mse-mean]", ("turns", "4.1.3")),
        ("tests/exercises/test_bank.py::test_mistake[ex1_changing-layers-build-none]", ("banks", "ex1")),
        ("tests/abuse/test_abuse.py::test_abuse[limits-SLEEP]", ("classroom", "abuse")),
        ("tests/browser/test_walk.py::test_from_a_wrong_guess_to_done", None),
        ("tests/book/test_pages.py::test_a", None),
        ("code-units/4.1-foundations/4.1.3-loss-and-descent.ipynb::Cell 3", None),
    ],
)
def test_parts_of_sweeps(nodeid: str, part: tuple[str, str] | None) -> None:
    assert part_of(nodeid) == part


def test_no_notebook_helper_or_gate_is_ever_left_out() -> None:
    for nodeid in (
        "code-units/a.ipynb::Cell 1",
        "solutions/a.ipynb::Cell 1",
        "tests/helpers/test_a.py::b",
        "helpers/a.py::b",
    ):
        assert part_of(nodeid) is None
    assert part_of("tests/gates/test_static.py::test_a") is None


def test_files_of_a_part_are_its_own_and_what_is_behind_its_tests() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in files_of(("turns", "4.1.3"), ["tests/turns/test_turns.py"])}
    assert found >= {
        "code-units/4.1-foundations/4.1.3-loss-and-descent.ipynb",
        "helpers/checks/questions.py",
        "helpers/quizzes/4.1.3.toml",
        "requirements/lock.txt",
        "tests/exercises/engine.py",  # imported by what the test imports
        "tests/turns/bank_4_1_3.py",
        "tests/turns/conftest.py",
    }
    assert not any("4.1.2" in path or "__pycache__" in path for path in found)


# A small course


@pytest.fixture
def course(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three parts, each with a file of its own, one of them the sample; and a test that is in no sweep."""
    tests = pytester.mkdir("tests")
    (tests / "test_long.py").write_text(TEST)
    (tests / "test_short.py").write_text("def test_short():\n    pass\n")
    (pytester.path / "behind.py").write_text(BEHIND)
    for part in ("one", "two", "three"):
        (pytester.path / part).write_text("right")
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\ntestpaths = tests\npythonpath = .\n")
    for name in ("ROOT", "RECORD", "SWEEPS"):  # the conftest sets them; afterwards they are again what they were
        monkeypatch.setattr(proven, name, getattr(proven, name))
    monkeypatch.delenv("COURSE_PROVE", raising=False)
    return pytester.path


def forget() -> None:
    """What was read may have changed."""
    for cached in (proven.matching, proven.modules_behind, proven.imported_by, proven.hash_of_file):
        cached.cache_clear()


@pytest.fixture
def run(course: Path, pytester: pytest.Pytester) -> Iterator[Run]:
    """Run some tests; what passed, by the ends of its node ids."""

    def run_(*arguments: str) -> list[str]:
        forget()
        done = pytester.inline_run("-p", "tests.proven", "-p", "no:cacheprovider", *arguments)
        passed, _, _ = done.listoutcomes()
        return sorted(re.sub(r".*::test_(part)?", "", report.nodeid).strip("[]") for report in passed)

    yield run_
    forget()


def test_nothing_is_left_out_before_it_was_proven(run: Run) -> None:
    assert run() == ["one", "short", "three", "two"]


def test_what_was_proven_is_left_out_but_for_the_sample(run: Run) -> None:
    assert run("--prove") == ["one", "three", "two"]
    assert run() == ["one", "short"]


def test_what_changed_runs_again(run: Run, course: Path) -> None:
    run("--prove")
    (course / "two").write_text("right")
    assert run() == ["one", "short"], "the same bytes"
    (course / "behind.py").write_text((course / "behind.py").read_text() + "\n")
    assert run() == ["one", "short", "three", "two"], "what a test imports"


def test_only_the_part_runs_whose_own_file_changed(run: Run, course: Path) -> None:
    run("--prove")
    (course / "two").write_text("wrong")
    assert run() == ["one", "short"]
    assert run("--prove") == []
    (course / "two").write_text("right")
    assert run() == ["one", "short", "two"], "a failure takes the part off the record"


@pytest.mark.parametrize("said", ["wrong", "nothing"])
def test_failure_or_skip_proves_nothing(said: str, run: Run, course: Path) -> None:
    (course / "two").write_text(said)
    assert run("--prove") == ["one", "three"]
    assert read_record(course / "proven.toml").keys() == {("long", "one"), ("long", "three")}


def test_what_is_asked_for_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--prove")
    assert run("tests/test_long.py") == ["one", "three", "two"]
    assert run("-k", "two") == ["two"]
    monkeypatch.setenv("COURSE_PROVE", "1")
    assert run() == ["one", "short", "three", "two"]


def test_it_holds_with_several_processes_too(run: Run, course: Path) -> None:
    assert run("--prove", "-n", "2") == ["one", "three", "two"]
    assert read_record(course / "proven.toml").keys() == {("long", part) for part in ("one", "two", "three")}
    assert run("-n", "2") == ["one", "short"]


def test_proof_holds_on_the_system_and_with_the_data_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {("turns", "4.1.1"): {"any": "1f", "real data": "2f"}, ("Ray", "all"): {"any": "3f"}}
    write_record(record, tmp_path / "proven.toml")
    assert read_record(tmp_path / "proven.toml") == record
    monkeypatch.setattr(sys, "platform", "another")
    assert read_record(tmp_path / "proven.toml") == {}
    write_record({("Ray", "all"): {"any": "4f"}}, tmp_path / "proven.toml")
    monkeypatch.undo()
    assert read_record(tmp_path / "proven.toml") == record


def test_caches_and_hidden_folders_are_no_files_of_a_part(run: Run, course: Path) -> None:
    run()  # reads what this small course is
    for place in ("kept", ".hidden", "kept/__pycache__"):
        (course / "more" / place).mkdir(parents=True)
        (course / "more" / place / "file").write_text("x")
    assert {path.relative_to(course).as_posix() for path in proven.matching("more/**/*")} == {"more/kept/file"}


def test_ends_of_lines_change_no_hash(run: Run, course: Path) -> None:
    run()  # reads what this small course is
    before = hash_of(("long", "two"), ["tests/test_long.py"])
    (course / "two").write_bytes(b"a\nb\n")
    forget()
    after = hash_of(("long", "two"), ["tests/test_long.py"])
    (course / "two").write_bytes(b"a\r\nb\r\n")
    forget()
    assert before != after == hash_of(("long", "two"), ["tests/test_long.py"])
