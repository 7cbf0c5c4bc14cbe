"""The demo of 4.6.2 in a browser: draw a digit, get it read; draw nothing, be told so; by mouse, finger and keys."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.data.drawings import STROKES
from helpers.environment import set_seed
from helpers.models import make_mlp
from tests.browser.conftest import MINUTES, SLOWLY
from tools.demo.network import SIZES, DigitReader, save_reader
from tools.notebooks import ROOT

# Widths that phones and laptops have, in both schemes.
SCREENS = {"light": ((1000, 900), "light"), "dark": ((1000, 900), "dark"), "narrow": ((320, 700), "light")}
BRIGHTNESS = "element => getComputedStyle(element).backgroundColor.match(/\\d+/g).reduce((a, b) => a + Number(b), 0)"


def start(folder: Path, **environment: str) -> tuple[subprocess.Popen, str]:
    """What `make demo` runs, without opening a window; the process and the address that it prints."""
    command = [sys.executable, "-m", "tools.demo", "--no-browser", "--port", "0", "--folder", str(folder)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, **streams)
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"^Draw a digit at (\S+)$", line):
            return process, found[1]
    raise AssertionError(f"the demo ended with status {process.wait()}: {said}")


def visit(page: Page, address: str) -> None:
    """The demo's page, complete: what it says of its network pushes the sheet down when it comes."""
    page.goto(address)
    expect(page.locator("#facts")).to_contain_text("%", timeout=SLOWLY)


def stop(process: subprocess.Popen) -> None:
    """End it, and wait."""
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that has trained its network."""
    process, address = start(tmp_path_factory.mktemp("demo"))
    yield address
    stop(process)


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    """The page, of which no part came from elsewhere and which had no error."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    visit(page, demo)
    yield page
    page.close()
    assert not errors
    assert not [url for url in asked if not url.startswith((demo, "data:"))]


def points_of(page: Page, stroke: Sequence[tuple[float, float]], *, height: float, left: float, top: float) -> list:
    """Places on the screen of a stroke of helpers.data.drawings, on the sheet of 280 by 280 pixels."""
    page.locator("#sheet").scroll_into_view_if_needed()
    box = page.locator("#sheet").bounding_box()
    scale = box["width"] / 280
    sheet = [(left + 0.0075 * height * x, top + 0.01 * height * y) for x, y in stroke]
    return [(box["x"] + scale * x, box["y"] + scale * y) for x, y in sheet]


def draw(page: Page, digit: int, *, height: float = 190, left: float = 70, top: float = 45) -> None:
    """Draw a digit with the mouse."""
    for stroke in STROKES[digit]:
        first, *others = points_of(page, stroke, height=height, left=left, top=top)
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point, steps=4)
        page.mouse.up()


def expect_read(page: Page, digit: int) -> None:
    """The sentence, and the longest bar."""
    expect(page.locator("#message")).to_contain_text(f"This looks like a {digit} (", timeout=MINUTES)
    expect(page.locator("#bars tr.best th")).to_have_text(str(digit))
    widths = page.locator("#bars .bar").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    assert len(widths) == 10 and widths.index(max(widths)) == digit
    track = page.locator("#bars .track").first.bounding_box()["width"]
    assert sum(widths) == pytest.approx(track, rel=0.01), "ten probabilities add up to 1"


@pytest.mark.parametrize("digit", [1, 7, 0])
def test_digit_that_is_drawn_is_read(page: Page, digit: int) -> None:
    draw(page, digit)
    page.get_by_role("button", name="Read it").click()
    expect_read(page, digit)


def test_drawing_is_read_as_soon_as_the_pen_is_lifted(page: Page) -> None:
    draw(page, 7)
    expect_read(page, 7)


def test_second_stroke_is_waited_for(page: Page) -> None:
    """A 4 has two strokes: what is read while the second is drawn would be half a digit."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    first, second = (points_of(page, stroke, height=190, left=70, top=45) for stroke in STROKES[4])
    for points in (first, second):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=4)
        if points is second:
            page.wait_for_timeout(600)  # the first stroke would have been read
            assert not asked
        page.mouse.up()
    expect_read(page, 4)


def test_failure_is_not_told_as_a_stop(page: Page) -> None:
    page.route("**/read", lambda route: route.fulfill(status=500, body="Internal Server Error"))
    draw(page, 1)
    expect(page.locator("#message")).to_have_text("The demo failed: its window says why.", timeout=MINUTES)


def test_nothing_drawn_is_told(page: Page) -> None:
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#message")).to_have_text("Nothing is drawn yet: draw a digit from 0 to 9.", timeout=MINUTES)
    expect(page.locator("#bars tr.best")).to_have_count(0)
    expect(page.locator("#seen")).to_be_hidden()


def test_clear_begins_anew(page: Page) -> None:
    draw(page, 1)
    expect_read(page, 1)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#message")).to_have_text("Nothing is drawn yet.")
    expect(page.locator("#seen")).to_be_hidden()
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#message")).to_contain_text("draw a digit from 0 to 9", timeout=MINUTES)
    draw(page, 0)
    expect_read(page, 0)


def test_undo_takes_back_one_stroke(page: Page) -> None:
    draw(page, 1)
    expect_read(page, 1)
    draw(page, 7, height=120, left=150, top=140)
    page.get_by_role("button", name="Undo").click()
    expect_read(page, 1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#message")).to_have_text("Nothing is drawn yet.")


def test_small_thin_digit_in_a_corner_is_read_because_it_is_prepared(page: Page) -> None:
    """Beside it the page tells what the same network makes of the sheet as it is: nothing to rely on."""
    page.locator("#pen").fill("3")
    draw(page, 3, height=60, left=10, top=10)
    expect_read(page, 3)
    expect(page.locator("#says-prepared")).to_contain_text("Read as 3")
    expect(page.locator("#says-shrunk")).to_contain_text("Read as")
    expect(page.locator("#says-shrunk")).not_to_contain_text("Read as 3 (>")
    sums = [
        page.locator(f"#{name}").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, 28, 28).data.reduce((a, b) => a + b) - 255 * 784"
        )
        for name in ("prepared", "shrunk")
    ]
    assert sums[0] > 3 * sums[1] > 0


def test_digit_is_drawn_with_keys_alone(page: Page) -> None:
    expect(page.locator("#facts")).to_contain_text("%")
    page.keyboard.press("Tab")
    expect(page.locator("#sheet")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    page.keyboard.down("Space")
    page.keyboard.down("Space")  # without a release between: what a key does that is held
    page.keyboard.up("Space")
    for _ in range(17):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_read(page, 1)
    page.keyboard.press("Delete")
    expect(page.locator("#message")).to_have_text("Nothing is drawn yet.")


def test_digit_is_drawn_with_a_finger_and_the_page_does_not_scroll(browser: Browser, demo: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 500}, has_touch=True, is_mobile=True)
    page = context.new_page()
    visit(page, demo)
    points = points_of(page, STROKES[1][0], height=190, left=70, top=45)
    before = page.evaluate("scrollY")
    touch = context.new_cdp_session(page)
    for kind, point in zip(("touchStart", *["touchMove"] * (len(points) - 1)), points, strict=True):
        where = [{"x": point[0], "y": point[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_read(page, 1)
    assert page.evaluate("scrollY") == before
    context.close()


@pytest.mark.parametrize("name", SCREENS)
def test_page_fits_each_screen_in_its_scheme(browser: Browser, demo: str, name: str, tmp_path: Path) -> None:
    (width, height), scheme = SCREENS[name]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    visit(page, demo)
    draw(page, 7)
    expect_read(page, 7)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    is_light = page.locator("body").evaluate(BRIGHTNESS) > 3 * 128
    assert is_light == (scheme == "light")
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"demo-{name}.png", full_page=True)
    context.close()


def test_page_says_when_the_network_was_trained_on_stand_ins(browser: Browser, demo: str, tmp_path: Path) -> None:
    page = browser.new_page()
    visit(page, demo)
    expect(page.locator("#facts")).to_contain_text("trained on MNIST")
    page.close()
    set_seed(1)
    kept = DigitReader(make_mlp(SIZES), "MNIST (offline stand-in)", 0.5, is_stand_in=True)
    save_reader(kept, tmp_path / "stand-in.safetensors")
    process, address = start(tmp_path, COURSE_OFFLINE="1")
    try:
        page = browser.new_page()
        visit(page, address)
        expect(page.locator("#stand-in")).to_be_visible(timeout=SLOWLY)
        expect(page.locator("#facts")).to_contain_text("trained on MNIST (offline stand-in)")
        page.close()
    finally:
        stop(process)


def test_demo_that_was_stopped_is_told(browser: Browser, tmp_path: Path) -> None:
    set_seed(1)
    for name in ("mnist", "stand-in"):
        save_reader(DigitReader(make_mlp(SIZES), "nothing", 0.5, is_stand_in=False), tmp_path / f"{name}.safetensors")
    process, address = start(tmp_path)
    try:
        page = browser.new_page()
        visit(page, address)
    finally:
        stop(process)
    draw(page, 1)
    expect(page.locator("#message")).to_have_text("The demo does not answer: was it stopped?", timeout=MINUTES)
    page.close()
