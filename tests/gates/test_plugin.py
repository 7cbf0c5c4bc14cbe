"""The notebook gate as a whole, seen to fail: pytest runs it over small notebooks with one fault each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.gates import plugin
from tests.gates.bands import Band
from tests.gates.build import code_cell, printed, save

VARIES = ["nbval-ignore-output"]
ONE_LINE_OF_STAND_IN = "print('MNIST: offline stand-in')"
LOADS = "if False:\n    from helpers.data import load_dataset"


def varying(source: str) -> NotebookNode:
    """A cell that shows something else than it stored, and may."""
    return code_cell(source, printed("stored\n"), tags=VARIES)


def recording(name: str, value: str) -> NotebookNode:
    return varying(f"from helpers.results import record\nvalue = record({name!r}, {value})")


FIXTURES: dict[str, tuple[NotebookNode, ...]] = {
    "true": (code_cell("print(1 + 1)", printed("2\n")), varying("print(7)"), recording("inside", "0.5")),
    "faults": (
        code_cell("print(1 + 1)", printed("3\n")),
        code_cell("raise ValueError('broken')"),
        code_cell("x = 2", printed("0.98\n"), tags=VARIES),
        code_cell("print(5923)", printed("5924\n"), tags=["real-data"]),
        code_cell("print(1 + 1)", printed("2\n")),
    ),
    "small": (
        code_cell("FAST = False", tags=["parameters"]),
        code_cell("assert FAST"),
        code_cell("print(FAST)", printed("stale\n"), tags=["full-run"]),
    ),
    "numbers": (
        recording("no_band", "0.5"),
        recording("no_number", "float('nan')"),
        recording("twice", "0.5"),
        recording("twice", "0.6"),
    ),
    "other-data": (
        code_cell(LOADS),
        varying(ONE_LINE_OF_STAND_IN),
        code_cell("print(5923)", printed("5924\n"), tags=["real-data"]),
        varying("print('accuracy 0.5 (offline stand-in)')"),
    ),
    "unmarked": (code_cell(LOADS), varying(ONE_LINE_OF_STAND_IN), varying("print('accuracy 0.5')")),
    "data-in-secret": (varying(ONE_LINE_OF_STAND_IN),),
}
BAND = Band((0.4, 0.7), (0.4, 0.7), (0.4, 0.7), "no learning")
BANDS = {"true": {"inside": BAND}, "numbers": {"no_number": BAND, "twice": BAND}}

Report = dict[str, dict[str, str]]
"""For each notebook: the name of each item that ran, and why it failed, empty if it passed."""


@pytest.fixture
def run_gate(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Report]:
    """Run pytest with the gate over the notebooks below the current folder."""
    monkeypatch.setenv("PYTHONPATH", str(Path(plugin.__file__).parents[2]))
    monkeypatch.setattr(plugin, "bands_of", lambda stem: BANDS.get(stem, {}))
    monkeypatch.delenv("COURSE_FULL", raising=False)

    def run(*options: str) -> Report:
        markers = ("-o", "markers=data: reads a data set", "-p", "tests.gates.plugin", "--color=no")
        result = pytester.inline_run(*markers, f"--rootdir={pytester.path}", *options)
        report: Report = {}
        for test in result.getreports("pytest_runtest_logreport"):
            file, item = test.nodeid.split("::")
            if test.when == "call" or not test.passed:
                report.setdefault(Path(file).stem, {})[item] = "" if test.passed else test.longreprtext or test.outcome
        return report

    return run


def passed(cells: int) -> dict[str, str]:
    """What the report says of a notebook whose items ran and passed."""
    return dict.fromkeys([*(f"Cell {number}" for number in range(cells)), "recorded numbers"], "")


def test_each_fault_is_told_with_its_cell_and_nothing_else_fails(
    pytester: pytest.Pytester, run_gate: Callable[..., Report]
) -> None:
    for name, cells in FIXTURES.items():
        save(pytester.path, *cells, name=name)
    report = run_gate()
    assert report.keys() == FIXTURES.keys()
    assert report["true"] == passed(3)
    # papermill adds a cell that sets FAST; what only the full run must repeat is not asked of the small one.
    assert report["small"] == passed(4)
    assert report["other-data"] == passed(4)

    faults = report["faults"]
    assert "Cell outputs differ" in faults["Cell 0"]
    assert "ValueError" in faults["Cell 1"]
    assert "stored an output, now prints nothing" in faults["Cell 2"]
    assert "Cell outputs differ" in faults["Cell 3"]
    assert faults["Cell 4"] == ""
    assert report["numbers"]["recorded numbers"].splitlines() == [
        "no_band has no band in tests/expected.toml",
        "twice was recorded 2 times: a name may stand once",
        "no_number = nan is outside [0.4, 0.7] (fast run)",
    ]
    assert report["unmarked"]["recorded numbers"] == "not marked as stand-in: accuracy 0.5"
    assert "not marked as a test that reads data" in report["data-in-secret"]["recorded numbers"]


def test_full_run_compares_what_the_small_run_may_not(
    pytester: pytest.Pytester, run_gate: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_FULL", "1")
    save(pytester.path, *FIXTURES["small"], name="small")
    report = run_gate()["small"]
    assert "AssertionError" in report["Cell 1"]
    assert "Cell outputs differ" in report["Cell 2"]


def test_cell_that_is_run_alone_finds_what_the_cells_above_leave(
    pytester: pytest.Pytester, run_gate: Callable[..., Report]
) -> None:
    save(pytester.path, code_cell("x = 1"), code_cell("x += 1"), code_cell("print(x)", printed("2\n")), name="a")
    assert run_gate("a.ipynb::Cell 2") == {"a": {"Cell 2": ""}}


def test_recorded_numbers_that_are_run_alone_are_recorded_first(
    pytester: pytest.Pytester, run_gate: Callable[..., Report]
) -> None:
    save(pytester.path, recording("inside", "0.5"), name="true")
    assert run_gate("true.ipynb::recorded numbers") == {"true": {"recorded numbers": ""}}


def test_last_failed_runs_the_failed_cell_again_in_its_notebook(
    pytester: pytest.Pytester, run_gate: Callable[..., Report]
) -> None:
    save(pytester.path, code_cell("x = 1"), code_cell("print(x + 1)", printed("3\n")), name="a")
    save(pytester.path, code_cell("print(2)", printed("2\n")), name="b")
    assert run_gate().keys() == {"a", "b"}
    again = run_gate("--lf")
    assert again.keys() == {"a"}
    assert again["a"].keys() == {"Cell 1"}
    assert "Cell outputs differ" in again["a"]["Cell 1"]


@pytest.mark.parametrize("place", ["exercises/clone", "clone"])
def test_notebooks_are_collected_wherever_the_clone_lies(
    place: str, pytester: pytest.Pytester, run_gate: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = pytester.path / place
    for folder, name in (("code-units", "kept"), ("exercises", "given")):
        (clone / folder).mkdir(parents=True)
        save(clone / folder, code_cell("print(2)", printed("2\n")), name=name)
    monkeypatch.chdir(clone)
    assert run_gate(f"--rootdir={clone}") == {"kept": passed(1)}
