"""The book in Chromium: accessible on every page, at every width; questions that are remembered; search."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tools.book.contents import all_pages

PAGES = ["index", "search", *(page.path for page in all_pages())]
LESSON = "code-units/4.1-foundations/4.1.3-loss-and-descent"
OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true; })"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST = ["color-contrast", "link-in-text-block"]  # what the scheme changes; measured for each word, so slow
IS_FULL = os.environ.get("COURSE_PROVE") == "1"  # every night
# Of each kind one, and what no other page has; the others are looked at every night.
LOOKED_AT = {"index", "search", "docs/coverage", "docs/notation", "docs/performance", "CONTRIBUTING", LESSON}
LOOKED_AT |= {page.path for page in all_pages() if "4.3.2" in page.path or "4.3.6" in page.path or "ex4" in page.path}
each_page = pytest.mark.parametrize("name", PAGES, ids=lambda name: name.rpartition("/")[2])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture(scope="module")
def site(book: Path) -> Iterator[str]:
    """The address of the book, served as a web server would."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(book)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor, without an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(request.url))
    yield page
    context.close()
    assert not errors


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where COURSE_SCREENSHOTS says."""
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"book-{name}.png")


def violations(page: Page, options: dict | None = None) -> list[str]:
    """What axe finds, of any rank: rule, rank, and where."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:200]}" for one in found for node in one["nodes"]]


@each_page
def test_page_is_accessible_in_light_and_dark_and_fits_a_phone(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/{name}.html")
    page.evaluate(OPEN_ALL)
    assert violations(page, {"rules": {rule: {"enabled": False} for rule in CONTRAST}}) == []
    if IS_FULL or name in LOOKED_AT:
        assert violations(page, {"runOnly": CONTRAST}) == []
    picture(page, f"{name.rpartition('/')[2]}-light")
    page.emulate_media(color_scheme="dark")
    if IS_FULL or name in LOOKED_AT:
        assert violations(page, {"runOnly": CONTRAST}) == []
    picture(page, f"{name.rpartition('/')[2]}-dark")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate(TOO_WIDE) <= 0
    picture(page, f"{name.rpartition('/')[2]}-phone")


def test_axe_sees_what_is_wrong(page: Page, site: str) -> None:
    page.goto(f"{site}/index.html")
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"x.png\"><p id=pale>Pale</p>')"
    )
    page.evaluate("document.querySelector('#pale').style.color = '#ddd'")
    page.evaluate("document.querySelector('#pale').style.background = '#fff'")
    assert {rule.split(" ")[0] for rule in violations(page)} == {"image-alt", "color-contrast"}


def test_guess_is_kept_and_shown_beside_what_happened(page: Page, site: str) -> None:
    page.goto(f"{site}/{LESSON}.html")
    form = page.locator("form[data-key='guess:4.1.3-landscape']")
    form.get_by_role("radio", name="Hills and valleys").check()
    expect(form.get_by_role("status")).to_have_text("Kept in this browser. You will see it beside what happened.")
    number = page.locator("form[data-key='guess:4.1.3-raw-limit']")
    number.get_by_role("spinbutton").fill("0.5")
    number.get_by_role("button").click()
    page.reload()
    expect(form.get_by_role("radio", name="Hills and valleys")).to_be_checked()
    expect(number.get_by_role("spinbutton")).to_have_value("0.5")
    outcome = page.locator("details[data-guess='guess:4.1.3-landscape']")
    expect(outcome.get_by_text("A bowl with a single lowest point")).to_be_hidden()
    outcome.locator("summary").click()
    expect(outcome.get_by_text("A bowl with a single lowest point")).to_be_visible()
    expect(outcome.locator("[data-mine]")).to_contain_text("Hills and valleys")
    expect(page.locator("[data-guesses]")).to_contain_text("Hills and valleys")


def test_quiz_is_answered_wrong_then_right_by_keyboard_and_remembered(page: Page, site: str) -> None:
    page.goto(f"{site}/{LESSON}.html")
    question = page.locator(".hidden-layers-quiz fieldset").first
    for option, verdict in (("At 10", "✗ Not this one."), ("At 0.1", "✓ Right.")):
        question.get_by_role("button", name=option, exact=False).last.focus()
        page.keyboard.press("Enter")
        expect(question.get_by_role("status")).to_contain_text(verdict)
    page.reload()
    expect(question.get_by_role("status")).to_contain_text("✓ Right.")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(question.get_by_role("status")).to_be_empty()


def test_page_can_be_read_where_nothing_can_be_kept(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})")
    page = context.new_page()
    page.goto(f"{site}/{LESSON}.html")
    form = page.locator("form[data-key='guess:4.1.3-landscape']")
    form.get_by_role("radio", name="Hills and valleys").check()
    expect(form.get_by_role("status")).to_have_text("Your browser keeps no answers here.")
    context.close()


def test_playground_trains_in_the_page(page: Page, site: str) -> None:
    """Its arithmetic and its controls have tests of their own; here it stands in a page of the book."""
    page.goto(f"{site}/{next(path for path in PAGES if '4.3.2' in path)}.html")
    playground = page.locator(".hidden-layers-playground")
    playground.scroll_into_view_if_needed()
    playground.get_by_role("button", name="Train").click()
    expect(playground).to_contain_text(re.compile(r"step\s*[1-9]\d"), timeout=30_000)
    playground.get_by_role("button", name="Stop").click()
    picture(page, "playground")


def test_search_finds_a_word_without_a_network(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/index.html")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("momentum")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results li a").first).to_be_visible(timeout=30_000)
    assert all(url.startswith(site) for url in asked)


def test_what_scrolls_can_be_reached_by_keyboard(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/{LESSON}.html")
    unreachable = """[...document.querySelectorAll('article pre, article .table-wrapper, article div.math')]
        .filter(box => box.clientWidth && box.scrollWidth > box.clientWidth && box.tabIndex < 0).length"""
    assert page.locator("article pre[tabindex='0']").count() > 5
    assert page.evaluate(unreachable) == 0
