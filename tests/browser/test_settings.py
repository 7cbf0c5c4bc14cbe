"""JupyterLab as `make lab` starts it: the settings, the layout and the kernel that tools/jupyter gives to a student."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MINUTES, CourseLab, wait_until_ready

NEWS = re.compile(r"official Jupyter news|JupyterLab update|is now available", re.IGNORECASE)


@pytest.fixture(scope="module")
def page(browser: Browser, course_lab: CourseLab) -> Iterator[Page]:
    """The address that was printed, opened: the start page with its kernel."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(course_lab.address)
    wait_until_ready(page)
    yield page
    page.close()


def test_address_that_is_printed_opens_the_start_page(page: Page) -> None:
    expect(page.get_by_role("tab", name="index.ipynb")).to_be_visible()
    expect(page.get_by_role("heading", name="Hidden Layers", level=1)).to_be_visible()


def test_code_has_line_numbers(page: Page) -> None:
    page.get_by_role("menuitem", name="Edit", exact=True).wait_for()
    expect(page.locator(".jp-CodeCell .cm-lineNumbers").first).to_be_attached()


def test_table_of_contents_is_open(page: Page) -> None:
    contents = page.locator(".jp-TableOfContents")
    expect(contents).to_be_visible()
    expect(contents.get_by_text("The course", exact=True)).to_be_visible()


def test_kernel_has_the_name_of_the_course(page: Page) -> None:
    expect(page.locator(".jp-KernelName, .jp-Toolbar-kernelName").first).to_have_text("Hidden Layers (Python 3)")


def test_tools_of_instructors_are_not_shown(page: Page) -> None:
    """Nbgrader is installed beside the tests, and would put a menu, a panel and a button there."""
    pytest.importorskip("nbgrader")
    plugins = page.evaluate("() => document.getElementById('jupyter-config-data').textContent")
    assert "@jupyter/nbgrader" in plugins, "the extension is there, and is disabled"
    expect(page.get_by_role("menuitem", name="Nbgrader")).to_have_count(0)
    expect(page.get_by_text("Create Assignment")).to_have_count(0)
    expect(page.get_by_role("button", name="Validate")).to_have_count(0)


def test_neither_news_nor_updates_are_asked_for_or_shown(browser: Browser, course_lab: CourseLab, page: Page) -> None:
    expect(page.get_by_text(NEWS)).to_have_count(0)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)
    page.wait_for_timeout(2000)
    expect(page.get_by_text(NEWS)).to_have_count(0)
    assert asked and not [url for url in asked if re.search(r"/api/(news|update)", url)]


def test_two_lines_are_all_that_it_prints_and_one_ctrl_c_stops_it(course_lab: CourseLab, page: Page) -> None:
    """Runs last: it ends the server."""
    assert re.fullmatch(r"Hidden Layers is open at http://localhost:\d+/lab\S+\?token=\w{32,}\n", course_lab.lines[0])
    assert course_lab.lines[1] == "Stop it with Ctrl-C in this window.\n"
    page.close()
    rest, status = course_lab.stop()
    assert [line for line in rest.splitlines() if line and "Shutting down" not in line] == []
    assert status == 0
