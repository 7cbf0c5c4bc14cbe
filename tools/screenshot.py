"""The picture of the README, taken from the real lab: `python -m tools.screenshot`.

Makes a learner's copy in a temporary folder, opens it as `make lab` does, runs the notebook, answers a question, and
stores what the browser then shows in docs/images/lab.png. The learner's own course, answers and settings stay as they
are. Needs Chromium, Playwright (the extra `test`) and a minute.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tools.new_learner import ROOT, start_lab

TARGET = ROOT / "docs" / "images" / "lab.png"
NOTEBOOK = "code-units/4.3-mlp-pytorch/4.3.2-decision-boundaries.ipynb"
QUESTION, ANSWER, FIGURE = (
    'guess("4.3.2-first-layer-unit")',
    "An S: a small copy of the network's border",
    "plot_hidden_units(snapshots",
)
MINUTES = 60_000  # in milliseconds
SIZE = {"width": 1240, "height": 1150}
SCALE = 1.5  # pixels of the picture per pixel of the page: sharp on a fine screen, and under a megabyte
COLOURS = 256


@contextmanager
def lab_of_a_new_learner() -> Iterator[str]:
    """The address of a JupyterLab in a fresh copy of the course, with no settings, layouts or answers of one's own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = start_lab(Path(folder))
        try:
            yield re.search(r"http\S+", process.stdout.readline()).group()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def open_notebook(page: Page, address: str) -> None:
    """Open the notebook beside its table of contents, with the kernel ready."""
    page.goto(address.replace("code-units/index.ipynb", NOTEBOOK))
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)


def cell(page: Page, source: str) -> Locator:
    """The code cell that holds this text."""
    return page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=source)).first


def choose(page: Page, menu: str, item: str) -> None:
    """Choose an item of a menu."""
    for name in (menu, item):
        page.get_by_role("menuitem", name=name, exact=True).click()


def work_through(page: Page) -> None:
    """Run all cells, wait for the figure, answer the question above it, and put both into view."""
    choose(page, "Run", "Run All Cells")
    figure = cell(page, FIGURE).locator("img")
    expect(figure).to_be_visible(timeout=10 * MINUTES)
    asked = cell(page, QUESTION)
    asked.locator("label", has_text=ANSWER).click()
    expect(asked.locator("[role=status]")).to_contain_text(re.compile(r"\S"))
    asked.evaluate("element => element.scrollIntoView({block: 'start'})")
    expect(figure).to_be_visible()


def smaller(png: bytes) -> bytes:
    """The same picture with a palette of its own: a third of the bytes, and no difference that can be seen."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def take(target: Path) -> None:
    """Take the picture and store it."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with lab_of_a_new_learner() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, device_scale_factor=SCALE)
        open_notebook(page, address)
        work_through(page)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(smaller(page.screenshot()))
        browser.close()
    print(f"{target}: {target.stat().st_size:,} bytes")


def main() -> None:
    """Take the picture of the README, or store it elsewhere."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshot", description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="?", type=Path, default=TARGET)
    take(parser.parse_args().target)


if __name__ == "__main__":
    main()
