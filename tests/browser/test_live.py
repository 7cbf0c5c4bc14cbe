"""A curve that draws itself in a real JupyterLab: watched, stopped by button, key and interrupt, kept, opened again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ERROR, MINUTES, Lab, cell, choose_in_run_menu, keep_screenshot

NOTEBOOK = "live.ipynb"
TRAINING = """\
import time

import torch
import torch.nn.functional as F

from helpers.live import LiveCurve
from helpers.loaders import BatchLoader
from helpers.training import fit

torch.manual_seed(1)
X = torch.rand(64, 1)
model = torch.nn.Linear(1, 1)
before = model.weight.item()
with LiveCurve("loss", title="A line") as live:
    history = fit(
        model,
        BatchLoader(X, 3 * X, batch_size=64),
        loss_fn=F.mse_loss,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.01),
        epochs=100_000,
        valid_loader=[(X, 3 * X)],
        progress=False,
        on_epoch_end=lambda *finished: (live(*finished), time.sleep(0.05))[0],
    )"""
KEPT = """\
kept = len(live.history["training"])
print("kept:", live.history["training"] == history.train_loss, 1 <= kept < 100_000)
print("learned:", model.weight.item() > before)"""
AGAIN = "live"
STOPPED = re.compile(r"Stopped by hand, epochs finished: (\d+)\. The weights and the history are kept\.")
# Asked at once: the page draws these elements anew ten times a second.
SMALLEST_LETTER = """area => Math.min(...[...area.querySelectorAll(".plot span, .keys span, button, [role=status]")]
    .map(element => parseFloat(getComputedStyle(element).fontSize)))"""
IS_DRAWN = "image => image.complete && image.naturalWidth > 300 && image.getBoundingClientRect().width > 100"


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Page:
    """A notebook that trains for an hour and a half, then tells what it has kept; not yet run."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(source) for source in (TRAINING, KEPT, AGAIN)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), lab.folder / NOTEBOOK)
    return lab.open(browser, NOTEBOOK)


def training(page: Page) -> Locator:
    """What stands below the cell that trains."""
    return page.locator(".jp-CodeCell").first.locator(".jp-OutputArea").first


def start(page: Page) -> Locator:
    """Run all cells; once some epochs are drawn, the button."""
    choose_in_run_menu(page, "Run All Cells")
    expect(training(page).locator(".keys")).to_contain_text(re.compile(r"epoch ([3-9]|\d\d)"), timeout=2 * MINUTES)
    return training(page).get_by_role("button", name="Stop")


def hide_files(page: Page) -> None:
    """Close the list of files, which leaves no room in a narrow page; the keys may come before JupyterLab listens."""
    files = page.locator("#jp-left-stack")
    for _ in range(20):
        if files.is_hidden():
            return
        page.keyboard.press("Control+b")
        page.wait_for_timeout(500)
    raise AssertionError("the list of files does not close")


def expect_kept(page: Page) -> None:
    """A picture instead of the page, the sentence, and in the next cell the history; no error anywhere."""
    expect(training(page)).to_contain_text(STOPPED, timeout=2 * MINUTES)
    picture = training(page).locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate(IS_DRAWN)
    expect(page.locator(".hidden-layers-live")).to_have_count(0)
    told = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea")
    expect(told).to_contain_text("kept: True True", timeout=MINUTES)
    expect(told).to_contain_text("learned: True")
    assert page.locator(ERROR).count() == 0


def test_curve_grows_while_the_cell_runs(page: Page) -> None:
    start(page)
    curve = training(page).locator(".plot > svg path").first
    before = curve.get_attribute("d")
    expect(curve).not_to_have_attribute("d", before, timeout=MINUTES)
    expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text("[*]:")
    assert training(page).get_by_role("img").get_attribute("aria-label").startswith("A line: loss over ")


def test_button_ends_a_long_training_and_the_history_is_kept(page: Page) -> None:
    start(page).click()
    expect_kept(page)


def test_space_bar_presses_the_button_and_the_reader_is_back_in_the_cell(page: Page) -> None:
    start(page).focus()
    page.keyboard.press("d")
    page.keyboard.press("d")  # outside of the page's own elements, this deletes the cell
    page.keyboard.press("Space")
    expect_kept(page)
    assert page.locator(".jp-Cell").count() == 3
    assert page.evaluate("document.activeElement.classList.contains('jp-Cell')")


def test_interrupt_from_the_toolbar_keeps_the_history_too(page: Page) -> None:
    start(page)
    page.locator("[data-command='notebook:interrupt-kernel'], [data-jp-item-name=interrupt] button").first.click()
    expect_kept(page)


def test_button_that_is_pressed_again_interrupts_once(page: Page) -> None:
    """A second interrupt would end the training in the middle of a step."""
    interrupts = []
    page.on("request", lambda asked: interrupts.append(asked) if "/interrupt" in asked.url else None)
    start(page).dblclick()
    expect_kept(page)
    assert len(interrupts) == 1


def test_saved_notebook_holds_a_picture_with_its_description_and_no_widget(page: Page, lab: Lab) -> None:
    start(page).click()
    expect_kept(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    saved = nbformat.read(lab.folder / NOTEBOOK, as_version=4)
    outputs = saved.cells[0].outputs
    (picture,) = (output for output in outputs if output.output_type == "display_data")
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.metadata["image/png"]["alt"].startswith("A line: loss over ")
    assert "widgets" not in saved.metadata and "hidden-layers-live" not in str(saved)


def test_curve_is_there_for_a_page_that_was_loaded_again_while_it_trained(page: Page, lab: Lab) -> None:
    start(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.reload()
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=2 * MINUTES)
    kernels = [one["kernel"]["id"] for one in json.loads(lab.ask("GET", "/api/sessions")) if one["path"] == NOTEBOOK]
    lab.ask("POST", f"/api/kernels/{kernels[0]}/interrupt")  # the page may not have found its kernel again yet
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)
    cell(page, KEPT.splitlines()[0]).locator(".cm-content").click()
    for number, wanted in ((1, "kept: True True"), (2, "")):
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea")).to_contain_text(
            wanted, timeout=MINUTES
        )
    expect(page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea img")).to_be_visible(timeout=MINUTES)
    assert page.get_by_text("model not found").count() == 0


@pytest.mark.parametrize("width", [1000, 320])
@pytest.mark.parametrize("name", ["Light", "Dark"])
def test_page_fits_each_width_in_both_themes(
    name: str, width: int, theme: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    theme(f"JupyterLab {name}")
    page = request.getfixturevalue("page")
    button = start(page)
    hide_files(page)
    page.set_viewport_size({"width": width, "height": 900})
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=1)
    assert training(page).evaluate(SMALLEST_LETTER) >= 11
    keep_screenshot(page, f"live-{name.lower()}-{width}-training")
    button.click()
    expect_kept(page)
    training(page).locator("img").scroll_into_view_if_needed()
    keep_screenshot(page, f"live-{name.lower()}-{width}-stopped")
