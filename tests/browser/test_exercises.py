"""Each exercise in a real JupyterLab: before any answer is written, and with the solution's answers pasted in."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Lab, run_all_cells
from tests.exercises.engine import Exercise
from tests.gates.plugin import small_run
from tools.release import EXERCISES, names

each_exercise = pytest.mark.parametrize("name", names())


def prepared(lab: Lab, name: str, answers: dict[str, str]) -> str:
    """Path of a copy that makes the small run, with answers in place of some stubs."""
    given = lab.folder / "exercises" / name / f"{name}.ipynb"
    notebook = small_run(given)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    copy = given.with_name(f"{name}-{'solved' if answers else 'new'}.ipynb")
    nbformat.write(notebook, copy)
    return copy.relative_to(lab.folder).as_posix()


def outputs_of_checks(page: Page, name: str) -> list[str]:
    """What stands under each check cell."""
    checks = [i for i, cell in enumerate(code_cells(name)) if cell.metadata.get("nbgrader", {}).get("grade")]
    cells = page.locator(".jp-CodeCell")
    shift = cells.count() - len(code_cells(name))  # papermill adds a cell for the parameters
    return [cells.nth(i + shift).locator(".jp-OutputArea").inner_text() for i in checks]


def code_cells(name: str) -> list:
    return [
        cell
        for cell in nbformat.read(EXERCISES / name / f"{name}.ipynb", as_version=4).cells
        if cell.cell_type == "code"
    ]


@each_exercise
def test_unattempted_exercise_says_so_and_does_not_crash(name: str, browser: Browser, lab: Lab) -> None:
    page = lab.open(browser, prepared(lab, name, {}))
    assert run_all_cells(page) == []
    for shown in outputs_of_checks(page, name):
        assert "not attempted yet" in shown or "is missing" in shown
    page.close()


@each_exercise
def test_solved_exercise_passes_every_check(name: str, browser: Browser, lab: Lab) -> None:
    exercise = Exercise(name)
    page = lab.open(browser, prepared(lab, name, {q: exercise.answer(q) for q in exercise.questions}))
    assert run_all_cells(page) == []
    for shown in outputs_of_checks(page, name):
        assert ": right" in shown
        assert "not right yet" not in shown
    page.close()
