"""From the start page into 4.3.5, Run All Cells: no error, each figure visible, each progress bar finished; a quiz."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from helpers.quiz import Question, load_quiz
from tests.browser.conftest import (
    ERROR,
    SHOWN,
    SLOWLY,
    CourseLab,
    cell,
    keep_screenshot,
    run,
    run_all_cells,
    wait_until_ready,
    write,
)

FIGURES = 4  # that the notebook shows, the curve that draws itself among them
IS_DRAWN = "image => image.complete && image.naturalWidth > 100 && image.getBoundingClientRect().width > 100"
SHARE_DONE = "bar => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width"


@pytest.fixture
def page(browser: Browser, course_lab: CourseLab) -> Iterator[Page]:
    """The start page, as `make lab` opens it, with its kernel."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(course_lab.address)
    wait_until_ready(page)
    yield page
    page.close()


def open_from_the_start_page(page: Page, number: str) -> None:
    """Follow the link to a notebook in the table of what is done."""
    run(page, "show_progress()").locator("tr", has_text=number).get_by_role("link").click()
    expect(page.get_by_role("tab", name=re.compile(rf"{re.escape(number)}-\S+\.ipynb"))).to_be_visible()
    wait_until_ready(page)


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


def test_from_the_start_page_to_the_quiz(page: Page) -> None:
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
