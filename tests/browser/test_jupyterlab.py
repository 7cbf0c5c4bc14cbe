"""What a student does: open a notebook in JupyterLab, run all cells, see no error."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MINUTES, PROMPTS, Lab, keep_screenshot, run_all_cells
from tests.gates.plugin import load_for_run

NOTEBOOK = "4.1-foundations/4.1.3-loss-and-descent.ipynb"
UNTRUSTED = "4.3-mlp-pytorch/4.3.1-xor.ipynb"


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Page:
    """The notebook, without its stored outputs and ready to run."""
    path = lab.folder / NOTEBOOK
    notebook = load_for_run(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    return lab.open(browser, NOTEBOOK)


def test_run_all_cells_ends_without_an_error(page: Page, lab: Lab) -> None:
    assert run_all_cells(page) == []
    code_cells = [cell for cell in nbformat.read(lab.folder / NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    seen = [f"[{i}]:" for i, cell in enumerate(code_cells, 1) if not cell.metadata.get("jupyter")]
    assert len(seen) < len(code_cells), "one way to write it is collapsed"
    assert page.locator(PROMPTS).all_inner_texts() == seen
    assert page.get_by_text(re.compile(r"lowest point: w = 5\.67")).count() == 1
    assert page.locator(".jp-OutputArea img").count() >= 4
    answer_with_the_keyboard(page)
    keep_screenshot(page, "quiz-by-keyboard")


def answer_with_the_keyboard(page: Page) -> None:
    """In a quiz that has run, Tab and Enter (or the space bar) bring the reason, and do nothing to the notebook."""
    question = page.locator(".hidden-layers-quiz fieldset").first
    cells = page.locator(".jp-Cell").count()
    question.get_by_role("button").first.focus()
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
        expect(question.get_by_role("status")).to_have_text(re.compile(r"(✓ Right|✗ Not this one)\. \w+"))
        chosen = question.locator("[aria-pressed=true]")
        expect(chosen).to_have_count(1)
        expect(chosen).to_be_focused()
        page.keyboard.press("Tab")
    page.keyboard.press("d")
    page.keyboard.press("d")  # outside of the quiz, this deletes the cell
    assert page.locator(".jp-Cell").count() == cells


def test_quiz_of_a_notebook_not_yet_run_reads_well(browser: Browser, lab: Lab) -> None:
    """Stored outputs are not trusted until the cell runs: no button answers, but all of the text is there."""
    page = lab.open(browser, UNTRUSTED)  # its kernel is up, so that it can be ended
    question = page.locator("fieldset", has_text="1. A linear model cannot solve XOR")
    expect(question).to_be_visible(timeout=2 * MINUTES)
    assert len(re.findall(r"\b[A-D]\. ", question.inner_text())) == 4
    assert "Right." not in page.locator(".hidden-layers-quiz, .jp-OutputArea").all_inner_texts()


def test_kernel_of_a_test_ends_with_it(browser: Browser, lab: Lab) -> None:
    lab.open(browser, UNTRUSTED)
    assert len(json.loads(lab.ask("GET", "/api/kernels"))) == 1
    lab.shut_down()
    assert json.loads(lab.ask("GET", "/api/kernels")) == []
