"""A learner's sitting with 4.1.3, from `make lab` to "done" on the start page: guess, write, be told, write again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from helpers.quiz import load_quiz
from tests.browser.conftest import MINUTES, CourseLab
from tests.turns.bank_4_1_3 import RIGHT, WRONG

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # of the notebooks that are open, the one in front
STEP_THAT_TELLS = """\
def step(w, b, lr, slopes):
    if lr == 0.1 and w == 0.0:
        print("by my own step")
    dw, db = slopes(w, b)
    return w - lr * dw, b - lr * db
"""
SLOWLY = 5 * MINUTES


@pytest.fixture(autouse=True)
def nothing_left_running() -> None:
    """Replaces the one of conftest.py: this server ends with the module."""


@pytest.fixture
def page(browser: Browser, course_lab: CourseLab) -> Iterator[Page]:
    """The start page, as `make lab` opens it, with its kernel."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(course_lab.address)
    expect(page.locator(f"{SHOWN} .jp-Cell").first).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)
    yield page
    page.close()


def cell(page: Page, source: str) -> Locator:
    """The code cell of the notebook in front that holds this text, scrolled into view."""
    found = page.locator(f"{SHOWN} .jp-CodeCell", has=page.locator(".jp-InputArea", has_text=source)).first
    found.scroll_into_view_if_needed()
    return found


def run(page: Page, source: str) -> Locator:
    """Run one cell as a learner does, with Shift and Enter; its output."""
    wanted = cell(page, source)
    prompt = wanted.locator(".jp-InputPrompt").first
    before = prompt.inner_text()
    wanted.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(prompt).not_to_have_text(before, timeout=SLOWLY)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=SLOWLY)
    return wanted.locator(".jp-OutputArea").first


def run_until(page: Page, source: str) -> Locator:
    """Run, *Run All Above Selected Cell*, then the cell itself."""
    cell(page, source).locator(".cm-content").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Above Selected Cell", exact=True).click()
    return run(page, source)


def write(page: Page, stub: str, code: str) -> None:
    """Replace all of a stub's cell by the learner's code."""
    cell(page, stub).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def test_from_a_wrong_guess_to_done(page: Page) -> None:
    progress = run(page, "show_progress()")
    row = progress.locator("tr", has_text="4.1.3")
    expect(row).to_contain_text("0 of 3")
    row.get_by_role("link").click()
    expect(page.get_by_role("tab", name="4.1.3-loss-and-descent.ipynb")).to_be_visible()
    expect(page.locator(f"{SHOWN} .jp-CodeCell").first).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)

    # A blank that is empty, then wrong, then right.
    shown = run_until(page, 'your_turn("mse")')
    expect(shown).to_contain_text("mse: not attempted yet")
    wrong, hint = WRONG["mse"]["sum for mean"]
    write(page, "def mse(y_hat, y)", wrong)
    run(page, "def mse(y_hat, y)")
    shown = run(page, 'your_turn("mse")')
    expect(shown).to_contain_text(hint)
    expect(shown).to_contain_text("Until yours passes, the notebook goes on with the mse below.")
    write(page, "def mse(y_hat, y)", RIGHT["mse"]["mean of a square"])
    run(page, "def mse(y_hat, y)")
    expect(run(page, 'your_turn("mse")')).to_contain_text("The rest of this notebook runs on your mse.")

    # A wrong guess, and why.
    shown = run_until(page, 'guess("4.1.3-landscape")')
    shown.get_by_role("radio", name="A slope without a lowest point").check()
    expect(shown.get_by_role("status")).to_have_text("Kept. You will see it beside what happens.")
    shown = run_until(page, 'reveal("4.1.3-landscape")')
    expect(shown.locator("dd")).to_have_text(
        ["A slope without a lowest point", "A bowl with a single lowest point"], timeout=SLOWLY
    )
    expect(shown).to_contain_text("A loss of squares cannot fall below 0")

    # The rest runs on what the learner wrote.
    write(page, "def mse_gradients(w, b", RIGHT["mse_gradients"]["error by name"])
    write(page, "def step(w, b", STEP_THAT_TELLS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for name in ("mse", "mse_gradients", "step"):
        told = cell(page, f'your_turn("{name}")').locator(".jp-OutputArea").first
        expect(told).to_contain_text(f"The rest of this notebook runs on your {name}.", timeout=SLOWLY)
    quiz = cell(page, 'show_quiz("4.1.3")').locator(".jp-OutputArea").first
    expect(cell(page, 'show_guesses("4.1.3")').locator("tbody tr").first).to_be_visible(timeout=SLOWLY)
    expect(cell(page, "path = descend(lr=0.1, num_steps=30)").locator(".jp-OutputArea")).to_contain_text(
        "by my own step"
    )
    assert page.locator(f'{SHOWN} [data-mime-type="application/vnd.jupyter.error"]').count() == 0

    for question in (question for question in load_quiz("4.1") if question.notebook == "4.1.3"):
        right = next(option.text for option in question.options if option.is_right)
        asked = quiz.locator("fieldset", has_text=question.text)
        asked.get_by_role("button", name=right).click()
        expect(asked.get_by_role("status")).to_have_text(re.compile(r"✓ Right\. \S+"))

    page.get_by_role("tab", name="index.ipynb").click()
    progress = run(page, "show_progress()")
    expect(progress.locator("tr", has_text="4.1.3")).to_contain_text(re.compile(r"3 of 3.*1 of 3.*✓ done"))
