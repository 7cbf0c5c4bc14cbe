"""Predictions in a real JupyterLab: asked and answered by keyboard, kept at once, in light and in dark."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import MINUTES, Lab, keep_screenshot, run_all_cells
from tests.helpers.test_predictions import EXAMPLES
from tests.helpers.test_progress import QUIZ

NOTEBOOK = "predictions.ipynb"
SETUP = """\
import os
from pathlib import Path

os.environ.pop("CI", None)  # a learner is here
os.environ["COURSE_PROGRESS"] = {folder!r}
from helpers import predictions, quiz

predictions.FOLDER = Path({folder!r})
quiz.FOLDER = Path({folder!r}) / "quizzes"
from helpers.predictions import guess, reveal, show_guesses
from helpers.quiz import show_quiz"""
ASKED = ['guess("9.1.1-rate")', 'guess("9.1.1-count")', 'guess("9.1.1-why")', 'show_quiz("9.1.1")']
TOLD = ['reveal("9.1.1-rate")', 'reveal("9.1.1-count", 40_785)', 'reveal("9.1.1-why")', 'show_guesses("9.1.1")']
KEPT = "Kept. You will see it beside what happens."
# The colour of an element's text against what lies behind it, as WCAG defines contrast.
CONTRAST = """element => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    let behind = element;
    while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] < 1) behind = behind.parentElement;
    const pair = [light(numbers(getComputedStyle(element).color)),
        behind ? light(numbers(getComputedStyle(behind).backgroundColor)) : 1].sort((a, b) => a - b);
    return (pair[1] + 0.05) / (pair[0] + 0.05);
}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The questions that are asked, and later the file that remembers."""
    (tmp_path / "9.1.toml").write_text(EXAMPLES, encoding="utf-8")
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "9.1.toml").write_text(QUIZ.format(name="one", notebook="9.1.1"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def page(browser: Browser, lab: Lab, folder: Path) -> Page:
    """A notebook that asks, and then tells, not yet run."""
    sources = [SETUP.format(folder=str(folder)), *ASKED, *TOLD]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, lab.folder / NOTEBOOK)
    return lab.open(browser, NOTEBOOK)


def run_cells(page: Page, first: int, last: int) -> None:
    """Run some cells one after the other, as a reader does."""
    page.locator(".jp-CodeCell").nth(first).locator(".cm-content").click()
    for number in range(first, last + 1):
        page.keyboard.press("Shift+Enter")
        prompt = page.locator(".jp-CodeCell").nth(number).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"\d"), timeout=2 * MINUTES)


def output(page: Page, number: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output")


def remembered(folder: Path) -> dict[str, list]:
    answers = json.loads((folder / "progress.json").read_text(encoding="utf-8"))["answers"]
    return {key: [answer["answer"] for answer in given] for key, given in answers.items()}


def answer_by_keyboard(page: Page) -> None:
    """Choose the first option, then the second and the first again; write a number and a text: no mouse at all."""
    output(page, 1).get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "ArrowUp", "d", "d"):  # outside of the form, "dd" deletes the cell
        page.keyboard.press(key)
    expect(output(page, 1).get_by_role("radio", name="Closer to 0")).to_be_checked()
    expect(output(page, 1).get_by_role("status")).to_have_text(KEPT)
    page.keyboard.press("Tab")
    page.keyboard.type("400")
    page.keyboard.press("Enter")
    expect(output(page, 2).get_by_role("status")).to_have_text(KEPT)
    page.keyboard.press("Tab")  # its button
    page.keyboard.press("Tab")
    page.keyboard.type("dd, like a <roof>")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(output(page, 3).get_by_role("status")).to_have_text(KEPT)


def test_guess_wrong_by_keyboard_and_see_why(page: Page, folder: Path) -> None:
    cells = page.locator(".jp-Cell").count()
    run_cells(page, 0, 4)
    answer_by_keyboard(page)
    assert page.locator(".jp-Cell").count() == cells
    assert remembered(folder) == {
        "guess:9.1.1-rate": ["Closer to 0", "Further away", "Closer to 0"],
        "guess:9.1.1-count": [400],
        "guess:9.1.1-why": ["dd, like a <roof>"],
    }
    run_cells(page, 5, 8)
    expect(output(page, 5).locator("dd")).to_have_text(["Closer to 0", "Further away; Now & then below 0"])
    expect(output(page, 5)).to_contain_text("Closer to 0: Faster is not closer.")
    expect(output(page, 6).locator("dd")).to_have_text(["400 parameters", "40,785 parameters"])
    expect(output(page, 7)).to_contain_text("Two lines cut the plane into three strips.")
    expect(output(page, 8).locator("tbody tr")).to_have_count(3)
    expect(output(page, 8)).to_contain_text("You guessed 3 of 3; 0 came out as you guessed.")


def test_escape_leads_back_to_the_cell(page: Page) -> None:
    run_cells(page, 0, 1)
    output(page, 1).get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-CodeCell").nth(1).locator(".jp-InputPrompt")).to_have_text("[3]:")


def test_quiz_answers_at_once_and_is_remembered(page: Page, folder: Path) -> None:
    run_cells(page, 0, 0)
    run_cells(page, 4, 4)
    question = output(page, 4).locator("fieldset")
    question.get_by_role("button", name="that").focus()
    page.keyboard.press("Enter")
    expect(question.get_by_role("status")).to_have_text("✗ Not this one. It is not.")
    run_cells(page, 5, 5)  # by now the answer has reached the kernel
    assert remembered(folder) == {"quiz:one": ["that"]}


def test_running_all_cells_waits_for_nobody_and_the_invitation_follows(page: Page, folder: Path) -> None:
    assert run_all_cells(page) == []
    expect(output(page, 5)).to_contain_text("Next time, guess first")
    assert not (folder / "progress.json").exists()


def test_saved_notebook_holds_no_widget_and_asks_again_when_it_is_opened(page: Page, lab: Lab, folder: Path) -> None:
    run_cells(page, 0, 2)
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.wait_for_timeout(500)
    saved = (lab.folder / NOTEBOOK).read_text(encoding="utf-8")
    assert "9.1.1-rate" in saved
    assert "widget-view" not in saved
    lab.shut_down()
    page.goto(lab.url(NOTEBOOK))
    radio = output(page, 1).get_by_role("radio").first
    expect(radio).to_be_visible(timeout=2 * MINUTES)
    radio.focus()
    page.keyboard.press("Space")
    expect(output(page, 1).get_by_role("status")).to_have_text(
        "Not kept, for no kernel listens: run this cell, in JupyterLab, and guess again."
    )
    assert page.get_by_text("model not found").count() == 0


def test_guess_after_a_restart_is_not_said_to_be_kept(page: Page, lab: Lab, folder: Path) -> None:
    run_cells(page, 0, 1)
    output(page, 1).get_by_role("radio", name="Further away").click()
    expect(output(page, 1).get_by_role("status")).to_have_text(KEPT)
    kernels = [session["kernel"] for session in json.loads(lab.ask("GET", "/api/sessions"))]
    (listening,) = (kernel["id"] for kernel in kernels if kernel["connections"])  # another test's may yet be ending
    lab.ask("POST", f"/api/kernels/{listening}/restart")
    page.wait_for_timeout(3000)
    output(page, 1).get_by_role("radio", name="Closer to 0").click()
    expect(output(page, 1).get_by_role("status")).to_have_text(re.compile("^Waiting for the kernel|^Not kept"))
    page.wait_for_timeout(3000)
    expect(output(page, 1).get_by_role("status")).to_have_text(re.compile("run this cell"))
    assert remembered(folder) == {"guess:9.1.1-rate": ["Further away"]}


def test_page_that_was_loaded_again_goes_on_listening(page: Page, folder: Path) -> None:
    run_cells(page, 0, 1)
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    page.reload()
    radio = output(page, 1).get_by_role("radio", name="Further away")
    expect(radio).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)
    status = output(page, 1).get_by_role("status")
    for _ in range(20):  # until the page has found the kernel's widgets again
        radio.dispatch_event("change")
        if KEPT in status.inner_text():
            break
        page.wait_for_timeout(500)
    expect(status).to_have_text(KEPT)


@pytest.mark.parametrize("name", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_word_can_be_read(
    name: str, theme: Callable[[str], None], browser: Browser, lab: Lab, request: pytest.FixtureRequest
) -> None:
    theme(name)
    page = request.getfixturevalue("page")
    run_cells(page, 0, 4)
    answer_by_keyboard(page)
    run_cells(page, 5, 8)
    keep_screenshot(page, f"predictions-{name.split()[-1].lower()}")
    said = page.locator(".jp-OutputArea-output").locator("legend, label, p, dt, dd, td, th, button, summary")
    assert said.count() > 30
    faint = {element.inner_text(): element.evaluate(CONTRAST) for element in said.all()}
    assert output(page, 8).locator("td").first.evaluate("e => getComputedStyle(e).textAlign") == "left"
    assert {text: contrast for text, contrast in faint.items() if text and contrast < 4.5} == {}
