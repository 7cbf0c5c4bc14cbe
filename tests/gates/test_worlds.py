"""Which tests see both worlds: the mark is put by rule, and where it is missing, a test that reads data fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import worlds
from tests.gates.build import code_cell, save
from tests.worlds import UNMARKED, environment_of, marks_of, reads_data
from tools.notebooks import ROOT


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("from helpers.data import load_dataset", True),
        ("def later():\n    from helpers.data.tables import load_table", True),
        ("import helpers.data", True),
        ("%matplotlib inline\nfrom helpers import data", True),
        ("from helpers.plotting import show\nimport torch", False),
        ("# from helpers.data import load_dataset", False),
    ],
)
def test_notebook_reads_data_if_it_imports_what_loads_them(source: str, reads: bool, tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("x = 1"), code_cell(source))
    assert reads_data(path) == reads
    assert [mark.name for mark in marks_of(path)] == (["data"] if reads else [])


def test_notebook_without_the_mark_gets_stand_ins_that_give_it_away(tmp_path: Path) -> None:
    assert environment_of(save(tmp_path, code_cell("x = 1"))) == {"COURSE_OFFLINE": "1"}
    marked = save(tmp_path, code_cell("from helpers.data import load_dataset"), name="marked")
    assert environment_of(marked) == {}


@pytest.fixture
def run_tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], pytest.RunResult]:
    """Run a test file that may open `data/file`, where `data` is the folder of the real data."""
    folder = pytester.mkdir("data")
    (folder / "file").write_text("7")
    monkeypatch.setenv("COURSE_DATA", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(source: str) -> pytest.RunResult:
        pytester.makepyfile(f"import pytest\nfrom pathlib import Path\n\n{source}")
        # In a process of its own: the hook that sees files opened cannot be taken away again.
        return pytester.runpytest_subprocess("-p", "tests.worlds", "-o", "markers=data: reads data")

    return run


def test_test_without_the_mark_that_opens_the_real_data_fails(run_tests: Callable[[str], pytest.RunResult]) -> None:
    result = run_tests(
        "def test_secret():\n    assert Path('data', 'file').read_text() == '7'\n\n"
        "@pytest.mark.data\ndef test_marked():\n    assert Path('data', 'file').read_text() == '7'\n\n"
        "def test_other():\n    Path('other').write_text('8')\n"
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([f"*test_secret {UNMARKED}*"])


def test_tests_about_data_are_marked_by_their_folder() -> None:
    class Item:
        def __init__(self, nodeid: str) -> None:
            self.nodeid, self.marks = nodeid, []

        def add_marker(self, mark: pytest.MarkDecorator) -> None:
            self.marks.append(mark.name)

    items = [Item("tests/helpers/data/test_images.py::test_a"), Item("tests/helpers/test_quiz.py::test_b")]
    worlds.pytest_collection_modifyitems(items)
    assert [item.marks for item in items] == [["data"], []]


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="no bash of this system's own")
@pytest.mark.parametrize("real_data", [True, False])
def test_ci_repeats_only_what_reads_data_and_leaves_nothing_out_without_real_data(
    real_data: bool, tmp_path: Path
) -> None:
    clone, programs = tmp_path / "clone", tmp_path / "bin"
    shutil.copytree(ROOT / ".ci", clone / ".ci")
    programs.mkdir()
    if real_data:
        (tmp_path / "shared" / "data").mkdir(parents=True)
    for name in ("make", "chromium"):
        (programs / name).write_text('#!/bin/sh\necho "ran $* ${COURSE_OFFLINE-}"\n')
        (programs / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "COURSE_OFFLINE": "1"}
    done = subprocess.run([clone / ".ci" / "run"], env=environment, capture_output=True, text=True, check=True)
    runs = [line for line in done.stdout.splitlines() if line.startswith("ran test")]
    assert runs == (
        ["ran test ", "ran test PYTEST_ARGS=-m data --ignore=tests/turns 1"] if real_data else ["ran test 1"]
    )
