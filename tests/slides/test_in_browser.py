"""The decks in a real Chromium, without a network: by keyboard, nothing too large, nothing too small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.slides.conftest import NOTEBOOKS, each_notebook
from tools.slides.export import copy_assets, make_deck

READY = "typeof Reveal !== 'undefined' && Reveal.isReady()"
# Laid out one below the other: to go through them takes many times as long.
ALL_AT_ONCE = ".reveal .slides section { display: block !important; position: static !important; height: 720px; }"
# Of each slide: whether it is too full, the parts that are too wide for it, and the smallest size of its text.
MEASURED = """() => Reveal.getSlides().map(slide => {
    const {h, v} = Reveal.getIndices(slide);
    const page = slide.querySelector('.page'), sizes = [];
    const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const around = texts.currentNode.parentElement;
        if (texts.currentNode.textContent.trim() && !around.closest('math, aside'))
            sizes.push(parseFloat(getComputedStyle(around).fontSize));
    }
    const parts = [...page.querySelectorAll(':scope > :not(aside)')];
    return {
        place: `${h}/${v}: ${page.innerText.slice(0, 60)}`,
        isFull: page.scrollHeight > page.clientHeight || page.scrollWidth > page.clientWidth,
        wide: parts.filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.innerText),
        smallest: Math.min(...sizes),
        smallFigure: parts.some(part => part.matches('.figure') && part.offsetHeight < 250),
    };
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slides")
    copy_assets(folder)
    return folder


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page without a network, the size of a slide; what fails to load or complains is noted in `page.complaints`."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("requestfailed", lambda request: page.complaints.append(request.url))
    yield page
    context.close()


def open_deck(page: Page, notebook: Path, folder: Path, query: str = "") -> None:
    page.goto(make_deck(notebook, folder).as_uri() + query)
    page.wait_for_function(READY)
    page.evaluate("document.fonts.ready.then(() => 0)")


def test_right_goes_on_and_down_answers(offline: Page, folder: Path) -> None:
    open_deck(offline, NOTEBOOKS[0], folder)
    shown = offline.locator(".slides section.present section.present .page")
    assert shown.locator("h1").is_visible()

    for _ in range(30):
        offline.keyboard.press("ArrowRight")
        if shown.locator(".ask", has_text="Predict").count():
            break

    asked = shown.locator(".headline").inner_text()
    below = offline.locator(".slides section.present section.future").first
    assert below.evaluate("slide => [getComputedStyle(slide).opacity, slide.hidden]") == ["0", True]
    offline.keyboard.press("ArrowDown")
    assert shown.locator(".answer").inner_text() == "What happened"
    assert shown.locator(".headline").inner_text() != asked
    offline.keyboard.press("ArrowUp")
    assert shown.locator(".headline").inner_text() == asked
    assert not offline.complaints


def test_own_fonts_are_used(offline: Page, folder: Path) -> None:
    open_deck(offline, NOTEBOOKS[0], folder)

    loaded = offline.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")

    assert {family.strip('"') for family in loaded} >= {"Source Sans Pro", "STIX Two Math"}


@each_notebook
def test_every_slide_fits_and_can_be_read(notebook: Path, offline: Page, folder: Path) -> None:
    open_deck(offline, notebook, folder)
    offline.add_style_tag(content=ALL_AT_ONCE)

    measured = offline.evaluate(MEASURED)

    assert len(measured) > 25
    assert [slide for slide in measured if slide["isFull"] or slide["wide"] or slide["smallFigure"]] == []
    assert [slide for slide in measured if slide["smallest"] < 20] == []
    assert not offline.complaints


def test_print_has_one_page_for_each_slide(offline: Page, folder: Path) -> None:
    open_deck(offline, NOTEBOOKS[0], folder)
    count = offline.evaluate("Reveal.getTotalSlides()")

    open_deck(offline, NOTEBOOKS[0], folder, "?print-pdf")
    offline.locator(".pdf-page").nth(count - 1).wait_for(state="attached")

    assert offline.locator(".pdf-page").count() == count
    assert offline.locator(".pdf-page .page:visible").count() == count
    heights = offline.evaluate("[...document.querySelectorAll('.pdf-page .page')].map(page => page.offsetHeight)")
    assert set(heights) == {720}
