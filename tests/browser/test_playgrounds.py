"""A playground in JupyterLab: described before its cell runs, then moved and trained, by keys that stay within it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from helpers.playground import CSS_CLASS, HOW_TO, PLAYGROUNDS
from tests.browser.conftest import MINUTES, Lab, cell, run_until

NOTEBOOK = "4.1-foundations/4.1.1-a-neuron-and-a-layer.ipynb"
SOURCE = 'show_playground("neuron")'


def test_playground_is_moved_and_trained(browser: Browser, lab: Lab) -> None:
    page = lab.open(browser, NOTEBOOK)
    # Stored outputs are not trusted until the cell runs: no script, but what the picture shows stands there.
    stored = cell(page, SOURCE).locator(".jp-OutputArea").first
    expect(stored.get_by_text(PLAYGROUNDS["neuron"].alt)).to_be_visible(timeout=2 * MINUTES)
    expect(stored.get_by_text(HOW_TO)).to_be_visible()
    expect(stored.get_by_role("button", name="Train")).to_have_count(0)
    cells = page.locator(".jp-Cell").count()

    run_until(page, SOURCE)
    playground = cell(page, SOURCE).locator(f".{CSS_CLASS}")
    right = playground.locator("dd").nth(2)
    expect(right).to_have_text("8 of 14 mornings", timeout=MINUTES)
    playground.get_by_role("slider", name="bias").focus()
    for _ in range(25):
        page.keyboard.press("ArrowLeft")
    expect(right).to_have_text("14 of 14 mornings")
    playground.get_by_role("button", name="Reset").press("Enter")
    expect(right).to_have_text("8 of 14 mornings")
    playground.get_by_role("button", name="Train").press("Space")
    expect(right).to_have_text("14 of 14 mornings", timeout=MINUTES)
    playground.get_by_role("button", name="Stop").press("Space")
    page.keyboard.press("d")
    page.keyboard.press("d")  # outside of the playground, this deletes the cell
    assert page.locator(".jp-Cell").count() == cells
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        playground.screenshot(path=Path(folder) / "playground-in-jupyterlab.png")
    page.keyboard.press("Escape")
    expect(playground.locator(":focus")).to_have_count(0)
