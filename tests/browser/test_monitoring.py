"""From the start page into 4.3.5, Run All Cells: no error, each figure visible, each progress bar finished; a quiz."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from helpers.quiz import Question, load_quiz
from tests.browser.conftest import (
    ERROR,
    SHOWN,
    SLOWLY,
    cell,
    keep_screenshot,
    open_from_the_start_page,
    run_all_cells,
    write,
)

FIGURES = 4  # that the notebook shows, the curve that draws itself among them
IS_DRAWN = "image => image.complete && image.naturalWidth > 100 && image.getBoundingClientRect().width > 100"
SHARE_DONE = "bar => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width"


def option(question: Question, *, right: bool) -> tuple[str, str]:
    """Text and reason of the right option, or of the first wrong one."""
    chosen = next(option for option in question.options if option.is_right == right)
    return chosen.text, chosen.because


def answer_wrong_then_right(page: Page, asked: Locator, question: Question) -> None:
    """The wrong option by mouse, the right one by keyboard; each time the reason for that option."""
    for right, verdict in ((False, "✗ Not this one."), (True, "✓ Right.")):
        text, because = option(question, right=right)
        button = asked.get_by_role("button", name=re.compile(rf"^[A-E]\. {re.escape(text.replace('`', ''))}$"))
        if right:
            button.focus()
            page.keyboard.press("Enter")
        else:
            button.click()
        expect(asked.get_by_role("status")).to_have_text(f"{verdict} {because.replace('`', '')}")
        expect(asked.locator("[aria-pressed=true]")).to_have_count(1)


def test_from_the_start_page_to_the_quiz(start_page: Page) -> None:
    page = start_page
    open_from_the_start_page(page, "4.3.5")
    write(page, "FAST = False", "FAST = True")
    assert run_all_cells(page) == []
    last = cell(page, 'show_guesses("4.3.5")').locator(".jp-OutputArea tbody tr")
    expect(last.first).to_be_visible(timeout=SLOWLY)
    assert page.locator(f"{SHOWN} {ERROR}").count() == 0

    figures = page.locator(f"{SHOWN} .jp-OutputArea img")
    assert figures.count() == FIGURES
    assert all(figure.evaluate(IS_DRAWN) for figure in figures.all())

    bars = page.locator(f"{SHOWN} .jp-OutputArea .progress-bar")
    assert bars.count() > 3, "one for each call of fit"
    assert all("progress-bar-success" in bar.get_attribute("class") for bar in bars.all())
    assert min(bar.evaluate(SHARE_DONE) for bar in bars.all()) > 0.99

    shown = cell(page, "LiveCurve(").locator(".jp-OutputArea")
    expect(shown.locator("img")).to_be_visible()
    keep_screenshot(page, "monitoring-curve")
    quiz = cell(page, 'show_quiz("4.3.5")').locator(".jp-OutputArea").first
    for question in (question for question in load_quiz("4.3") if question.notebook == "4.3.5"):
        asked = quiz.locator("fieldset", has=page.locator("legend", has_text=question.text.replace("`", "")))
        answer_wrong_then_right(page, asked, question)
    keep_screenshot(page, "monitoring-quiz")
