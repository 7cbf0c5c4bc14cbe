"""The nightly report names notebook and cell, and a night in which nothing ran is no quiet night."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import report
from tests.gates.build import code_cell, printed, save
from tests.report import Failure, read_report, to_markdown


def report_on(tmp_path: Path, *cases: str) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    return path


def test_failed_cell_of_a_real_run_is_named_with_its_notebook(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_FULL", raising=False)
    save(pytester.path, code_cell("x = 1"), code_cell("print(1 + 1)", printed("3\n")), name="stale")
    options = ["-p", "tests.gates.plugin", "-o", "markers=data: reads data", "-o", "junit_family=xunit1"]
    pytester.inline_run(*options, "--junit-xml=report.xml", f"--rootdir={pytester.path}")
    tests, failures = read_report(pytester.path / "report.xml")
    assert tests == 3
    assert [(failure.file, failure.name) for failure in failures] == [("stale.ipynb", "Cell 1")]
    assert "Cell outputs differ" in failures[0].text
    assert "\x1b" not in failures[0].text


def test_report_reads_as_an_issue() -> None:
    failures = [Failure("a.ipynb", "Cell 3", "mismatch"), Failure("b.py", "test_b", "``` inside")]
    assert to_markdown("Full runs", 1200, failures).splitlines() == [
        "## Full runs: 2 of 1,200 tests failed",
        "",
        "### `a.ipynb`",
        "",
        "**Cell 3**",
        "",
        "```text",
        "mismatch",
        "```",
        "",
        "### `b.py`",
        "",
        "**test_b**",
        "",
        "````text",
        "``` inside",
        "````",
    ]


def test_night_without_a_failure_is_one_line() -> None:
    assert to_markdown("Full runs", 1200, []) == "## Full runs: 1,200 tests passed\n"


def test_long_report_fits_into_an_issue_and_says_what_it_leaves_out() -> None:
    text = to_markdown("T", 999, [Failure("a.py", f"test_{i}", f"{'x' * 500}\n" * 100) for i in range(300)])
    assert 40_000 < len(text) < 60_000
    shown = text.count("**test_")
    assert text.endswith(f"… and {300 - shown} more.\n")


def test_error_outside_of_a_test_counts(tmp_path: Path) -> None:
    path = report_on(tmp_path, '<testcase file="a.py" name="b"><error message="no fixture"/></testcase>')
    assert read_report(path) == (1, [Failure("a.py", "b", "no fixture")])


def test_report_without_a_test_or_without_a_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for path in (report_on(tmp_path), tmp_path / "missing.xml"):
        monkeypatch.setattr(sys, "argv", ["report", str(path), "--title", "Full runs"])
        assert report.main() == 1
        assert capsys.readouterr().out.startswith("## Full runs: no report\n")
