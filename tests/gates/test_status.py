"""The status page says which notebook failed in which cell, with which versions, and hides no run without a report."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests import status
from tests.gates.build import code_cell, printed, save
from tests.status import Outcome, Run, from_json, read_run, to_markdown

VERSIONS = {"Python": "3.12.1", "torch": "2.15.0"}


def run(title: str, **outcomes: Outcome) -> Run:
    return Run(title, "2026-11-22 02:40", VERSIONS, {f"code-units/{name}.ipynb": o for name, o in outcomes.items()})


def test_real_run_that_fails_names_notebook_and_cell(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_FULL", raising=False)
    save(pytester.path, code_cell("x = 1"), code_cell("print(1 + 1)", printed("3\n")), name="stale")
    save(pytester.path, code_cell("print(2)", printed("2\n")), name="sound")
    options = ["-p", "tests.gates.plugin", "-o", "markers=data: reads data", "-o", "junit_family=xunit1"]
    pytester.inline_run(*options, "--junit-xml=report.xml", f"--rootdir={pytester.path}")
    found = read_run(pytester.path / "report.xml", "full runs")
    assert found.outcomes["sound.ipynb"].failed == []
    assert found.outcomes["stale.ipynb"].failed == ["[2]"]
    assert found.versions["torch"] and found.when.startswith("20")
    page = to_markdown([from_json(json.dumps(asdict(found)))])
    assert "✗ Failed: 1 of 1." in page
    assert "| stale | ✗ [2] |" in page
    assert f"torch {found.versions['torch']}" in page


def test_page_has_a_row_per_notebook_and_a_column_per_run() -> None:
    runs = [run("full runs", a=Outcome(9), b=Outcome(4)), run("newest", a=Outcome(9, 0, ["[3]"]))]
    assert to_markdown(runs).splitlines()[-4:] == [
        "| Notebook | full runs | newest |",
        "|---|---|---|",
        "| a | ✓ 9 | ✗ [3] |",
        "| b | ✓ 4 | – |",
    ]


def test_night_without_a_failure_says_so_and_names_the_versions() -> None:
    page = to_markdown([run("full runs", a=Outcome(9, 9))])
    assert "✓ Passed: 1 of 1." in page
    assert "| full runs | 2026-11-22 02:40 | 9, 0 failed, 9 skipped | Python 3.12.1 · torch 2.15.0 |" in page
    assert "| a | skipped |" in page
    assert "Other tests" not in page


def test_failure_outside_of_notebooks_is_named_and_a_long_list_is_cut() -> None:
    outcomes = {"tests/test_a.py": Outcome(8, 0, [f"test_{i}[x|y]" for i in range(5)]), "tests/test_b.py": Outcome(2)}
    page = to_markdown([Run("all tests", "2026-11-22 02:40", VERSIONS, outcomes)])
    assert r"| `tests/test_a.py` | ✗ test_0[x\|y], test_1[x\|y], test_2[x\|y] and 2 more |" in page
    assert "test_b" not in page


@pytest.mark.parametrize(
    ("text", "problem"),
    [(None, "no report (FileNotFoundError)"), ("<cut", "no report (ParseError)"), ("<testsuites/>", "no test ran")],
)
def test_run_without_a_report_or_without_a_test_fails_the_page(tmp_path: Path, text: str | None, problem: str) -> None:
    report = tmp_path / "report.xml"
    if text is not None:
        report.write_text(text, encoding="utf-8")
    found = read_run(report, "full runs")
    assert found.problem == problem
    page = to_markdown([found])
    assert "✗ Failed: 1 of 1." in page and f"| {problem} |" in page


def test_file_that_is_no_note_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for text in ("{}", "[]", "no JSON"):
        (tmp_path / "status.json").write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["status", "page", str(tmp_path / "status.json")])
        assert status.main() == 1
        assert capsys.readouterr().err.startswith("status: ")
