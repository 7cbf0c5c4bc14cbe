"""A learner's sitting with 4.1.3, from `make lab` to "done" on the start page: guess, write, be told, write again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from helpers.quiz import load_quiz
from tests.browser.conftest import (
    ERROR,
    SHOWN,
    SLOWLY,
    cell,
    choose_in_run_menu,
    open_from_the_start_page,
    progress_of,
    run,
    run_until,
    write,
)
from tests.turns.bank_4_1_3 import RIGHT, WRONG

STEP_THAT_TELLS = """\
def step(w, b, lr, slopes):
    if lr == 0.1 and w == 0.0:
        print("by my own step")
    dw, db = slopes(w, b)
    return w - lr * dw, b - lr * db
"""


def test_from_a_wrong_guess_to_done(start_page: Page) -> None:
    page = start_page
    expect(progress_of(page, "4.1.3")).to_contain_text("0 of 3")
    open_from_the_start_page(page, "4.1.3")

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
    choose_in_run_menu(page, "Run All Cells")
    for name in ("mse", "mse_gradients", "step"):
        told = cell(page, f'your_turn("{name}")').locator(".jp-OutputArea").first
        expect(told).to_contain_text(f"The rest of this notebook runs on your {name}.", timeout=SLOWLY)
    quiz = cell(page, 'show_quiz("4.1.3")').locator(".jp-OutputArea").first
    expect(cell(page, 'show_guesses("4.1.3")').locator("tbody tr").first).to_be_visible(timeout=SLOWLY)
    expect(cell(page, "path = descend(lr=0.1, num_steps=30)").locator(".jp-OutputArea")).to_contain_text(
        "by my own step"
    )
    assert page.locator(f"{SHOWN} {ERROR}").count() == 0

    for question in (question for question in load_quiz("4.1") if question.notebook == "4.1.3"):
        right = next(option.text for option in question.options if option.is_right)
        asked = quiz.locator("fieldset", has_text=question.text)
        asked.get_by_role("button", name=right).click()
        expect(asked.get_by_role("status")).to_have_text(re.compile(r"✓ Right\. \S+"))

    page.get_by_role("tab", name="index.ipynb").click()
    expect(progress_of(page, "4.1.3")).to_contain_text(re.compile(r"3 of 3.*1 of 3.*✓ done"))
