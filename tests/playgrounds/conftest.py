"""Pages that hold playgrounds and nothing else, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from helpers.playground import as_html

PAGE = """<!doctype html><html lang="en" {attributes}><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width"></head>
<body style="margin: 0"><main><h1>A page</h1>{playgrounds}</main></body></html>"""
Open = Callable[..., Page]


@dataclass
class Opened:
    """What was opened, what it asked the network for, and the errors that it had."""

    contexts: list[BrowserContext] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open playgrounds in a page of their own; none may ask the network for anything, or fail."""
    opened = Opened()

    def open_(*playgrounds: str, attributes: str = "", width: int = 1000, **context: Any) -> Page:
        opened.contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **context))
        page = opened.contexts[-1].new_page()
        page.on("request", lambda request: opened.asked.append(request.url))
        page.on("pageerror", lambda error: opened.errors.append(str(error)))
        parts = "\n".join(part if part.startswith("<") else as_html(part) for part in playgrounds)
        page.set_content(PAGE.format(attributes=attributes, playgrounds=parts))
        return page

    yield open_
    for context in opened.contexts:
        context.close()
    assert not opened.errors
    assert not opened.asked


def numbers(page: Page) -> dict[str, str]:
    """What stands below a playground: its numbers by their names."""
    pairs = page.locator("dl > div")
    return dict(pairs.evaluate_all("pairs => pairs.map(pair => [...pair.children].map(part => part.textContent))"))


def press(page: Page, name: str, times: int = 1) -> None:
    """Press a button."""
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def move(page: Page, label: str, key: str, times: int = 1) -> None:
    """Move a slider by keys."""
    control = slider(page, label)
    control.focus()
    for _ in range(times):
        control.press(key)


def slider(page: Page, label: str) -> Locator:
    """A slider by its label."""
    return page.get_by_role("slider", name=label, exact=True)
