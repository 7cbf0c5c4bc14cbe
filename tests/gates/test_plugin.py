"""The notebook gate as a whole, seen to fail: pytest runs it once over small notebooks with one fault each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.gates.build import code_cell, printed, save
from tools.notebooks import ROOT

VARIES = ["nbval-ignore-output"]
PARAMETERS = code_cell("FAST = False", tags=["parameters"])
STAND_IN = code_cell("print('MNIST: offline stand-in')", printed("MNIST\n"), tags=VARIES)
RECORD = "from helpers.results import record\nvalue = record('test_accuracy', 0.5)"

FIXTURES: dict[str, tuple[NotebookNode, ...]] = {
    "true": (code_cell("print(1 + 1)", printed("2\n")),),
    "stale": (code_cell("x = 1"), code_cell("print(1 + 1)", printed("3\n"), count=2)),
    "error": (code_cell("raise ValueError('broken')"),),
    "silent": (code_cell("x = 2", printed("0.98\n"), tags=VARIES),),
    "varies": (code_cell("print(7)", printed("8\n"), tags=VARIES),),
    "fast": (PARAMETERS, code_cell("assert FAST", count=2)),
    "full-run": (PARAMETERS, code_cell("print(FAST)", printed("stale\n"), count=2, tags=["full-run"])),
    "no-band": (code_cell(RECORD, printed("test_accuracy = 0.5\n"), tags=VARIES),),
    "real-data": (code_cell("print(5923)", printed("5924\n"), tags=["real-data"]),),
    "other-data": (STAND_IN, code_cell("print(5923)", printed("5924\n"), count=2, tags=["real-data"])),
    "marked": (STAND_IN, code_cell("print('accuracy 0.5 (offline stand-in)')", printed("0.9\n"), count=2, tags=VARIES)),
    "unmarked": (STAND_IN, code_cell("print('accuracy 0.5')", printed("0.9\n"), count=2, tags=VARIES)),
}


def run_gate(folder: Path, **environment: str) -> dict[str, str]:
    """What pytest reports of each notebook: its failures, or nothing."""
    for name, cells in FIXTURES.items():
        save(folder, *cells, name=name)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.gates.plugin", "--color=no"]
    result = subprocess.run(
        [*command, "-q", "--rootdir", str(folder), *(f"{name}.ipynb" for name in FIXTURES)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    output = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)
    sections = re.split(r"^_{3,} (.+?) _{3,}$", output.split("short test summary")[0], flags=re.MULTILINE)
    summary = re.findall(r"^FAILED (\S+?)\.ipynb::(.+?)(?: - .*)?$", output, flags=re.MULTILINE)
    details = iter(sections[2::2])
    report = dict.fromkeys(FIXTURES, "")
    for name, item in summary:
        report[name] += f"{item}: {next(details)}"
    return report


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run_gate(tmp_path_factory.mktemp("small"))


def test_true_notebook_passes(small: dict[str, str]) -> None:
    assert small["true"] == ""


def test_stale_output_is_named_with_its_cell(small: dict[str, str]) -> None:
    assert small["stale"].startswith("Cell 1: ")
    assert "Cell outputs differ" in small["stale"]


def test_error_in_a_cell_is_named(small: dict[str, str]) -> None:
    assert "ValueError" in small["error"]


def test_cell_that_fell_silent_fails_though_its_output_may_vary(small: dict[str, str]) -> None:
    assert "stored an output, now prints nothing" in small["silent"]


def test_output_that_may_vary_passes(small: dict[str, str]) -> None:
    assert small["varies"] == ""


def test_small_run_sets_fast(small: dict[str, str]) -> None:
    assert small["fast"] == ""


def test_recorded_number_without_a_band_fails(small: dict[str, str]) -> None:
    assert "test_accuracy has no band in tests/expected.toml" in small["no-band"]


def test_real_counts_are_asked_of_real_data_only(small: dict[str, str]) -> None:
    assert "Cell outputs differ" in small["real-data"]
    assert small["other-data"] == ""


def test_score_on_stand_in_data_must_say_so(small: dict[str, str]) -> None:
    assert small["marked"] == ""
    assert "not marked as stand-in: accuracy 0.5" in small["unmarked"]


def test_full_run_compares_what_the_small_run_may_not(
    small: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "FIXTURES", {name: FIXTURES[name] for name in ("fast", "full-run")})
    full = run_gate(tmp_path, COURSE_FULL="1")
    assert small["full-run"] == ""
    assert "Cell outputs differ" in full["full-run"]
    assert "AssertionError" in full["fast"]
