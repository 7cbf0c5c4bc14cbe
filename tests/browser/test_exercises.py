"""An exercise in a real JupyterLab: unanswered, answered wrong, then right, and with the solution's answers.

What is asked here is that JupyterLab shows what a check says, and no traceback. One exercise shows it: all of them run
without a browser, unattempted (tests/exercises/test_release.py), solved (solutions/) and with every answer of their
banks, and what their checks print does not depend on the page.
"""

from __future__ import annotations

import nbformat
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ERROR, Lab, keep_screenshot, run, run_all_cells, run_until, write
from tests.exercises.engine import Exercise
from tests.exercises.ex3_manual_backprop.bank import RIGHT, WRONG
from tests.gates.plugin import small_run
from tools.release import EXERCISES

NAME = "ex3_manual-backprop"  # the quickest: it reads no data


def prepared(lab: Lab, answers: dict[str, str]) -> str:
    """Path of a copy that makes the small run, with answers in place of some stubs."""
    given = lab.folder / "exercises" / NAME / f"{NAME}.ipynb"
    notebook = small_run(given)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    copy = given.with_name(f"{NAME}-{'solved' if answers else 'new'}.ipynb")
    nbformat.write(notebook, copy)
    return copy.relative_to(lab.folder).as_posix()


def outputs_of_checks(page: Page) -> list[str]:
    """What stands under each check cell."""
    notebook = nbformat.read(EXERCISES / NAME / f"{NAME}.ipynb", as_version=4)
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checks = [i for i, cell in enumerate(code_cells) if cell.metadata.get("nbgrader", {}).get("grade")]
    assert checks
    cells = page.locator(".jp-CodeCell")
    shift = cells.count() - len(code_cells)  # papermill adds a cell for the parameters
    return [cells.nth(i + shift).locator(".jp-OutputArea").inner_text() for i in checks]


def test_unattempted_exercise_says_so_and_does_not_crash(browser: Browser, lab: Lab) -> None:
    page = lab.open(browser, prepared(lab, {}))
    assert run_all_cells(page) == []
    for shown in outputs_of_checks(page):
        assert "not attempted yet" in shown or "is missing" in shown


def test_solved_exercise_passes_every_check(browser: Browser, lab: Lab) -> None:
    exercise = Exercise(NAME)
    page = lab.open(browser, prepared(lab, {q: exercise.answer(q) for q in exercise.questions}))
    assert run_all_cells(page) == []
    for shown in outputs_of_checks(page):
        assert ": right" in shown
        assert "not right yet" not in shown


def test_wrong_answer_gets_its_hint_and_the_right_one_passes(browser: Browser, lab: Lab) -> None:
    page = lab.open(browser, prepared(lab, {}))
    stub, check = "def linear_forward(X, W, b)", 'with question("linear_forward and linear_backward")'
    expect(run_until(page, check)).to_contain_text("not attempted yet")
    wrong, hint = next(iter(WRONG["linear"].values()))
    right = next(iter(RIGHT["linear"].values()))
    for answer, told in ((wrong, hint), (right, ": right")):
        write(page, stub, answer)
        run(page, stub)
        shown = run(page, check)
        for line in told.splitlines():
            expect(shown).to_contain_text(line.strip())
        keep_screenshot(page, f"exercise-{'wrong' if answer is wrong else 'right'}")
    expect(shown).not_to_contain_text("not right yet")
    assert page.locator(ERROR).count() == 0
