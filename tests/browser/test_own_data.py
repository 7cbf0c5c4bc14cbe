"""A learner's path through 4.5.6: from an empty module to a prediction in another process."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    ERROR,
    MINUTES,
    SHOWN,
    CourseLab,
    cell,
    choose_in_run_menu,
    run,
    run_until,
    wait_until_ready,
    write,
)
from tests.turns.bank_4_5_6 import RIGHT, WRONG

NOTEBOOK = "4.5-mlp-regression/4.5.6-your-own-data.ipynb"
SLOWLY = 10 * MINUTES
STUB = "class PodData(Dataset)"
# Leaves a file in the folder of the process that opens the pods: that of `predict.py` runs in `parcel`.
MARK = "by-the-learner"
BY_THE_LEARNER = RIGHT["PodData"]["NumPy"].replace(
    "        return len(self.table)", f'        open("{MARK}", "w").close()\n        return len(self.table)'
)


@pytest.fixture
def page(browser: Browser, course_lab: CourseLab) -> Iterator[Page]:
    """The notebook in the learner's copy, with its kernel."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(course_lab.address.replace("index.ipynb", NOTEBOOK))
    wait_until_ready(page)
    yield page
    page.close()


def left_by_predictions() -> set[Path]:
    """Marks that the learner's module has left in the process of `predict.py`."""
    return set(Path(tempfile.gettempdir()).glob(f"*/parcel/{MARK}"))


def test_from_an_empty_module_to_a_prediction_in_another_process(page: Page) -> None:
    before = left_by_predictions()
    write(page, "FAST = False", "FAST = True")

    # The module is empty; then it works in the notebook, and not alone; then it works.
    expect(run_until(page, 'your_turn("PodData")')).to_contain_text("PodData: not attempted yet", timeout=SLOWLY)
    wrong, hint = WRONG["PodData"]["an import left in the notebook"]
    write(page, STUB, wrong)
    run(page, STUB)
    shown = run(page, 'your_turn("PodData")')
    for line in hint.split("\n"):
        expect(shown).to_contain_text(line.strip())
    expect(shown).to_contain_text("Until yours passes, the notebook goes on with the PodData below.")
    write(page, STUB, BY_THE_LEARNER)
    run(page, STUB)
    expect(run(page, 'your_turn("PodData")')).to_contain_text("The rest of this notebook runs on your PodData.")

    # A split that leaks, and one that does not.
    wrong, hint = WRONG["split_by_plant"]["rows dealt out"]
    for answer, told in ((wrong, hint), (RIGHT["split_by_plant"]["torch"], "runs on your split_by_plant")):
        write(page, "def split_by_plant(plants, seed)", answer)
        run(page, "def split_by_plant(plants, seed)")
        expect(run(page, 'your_turn("split_by_plant")')).to_contain_text(told)

    # The rest, to the prediction in another process.
    write(page, "def to_checkpoint(model, recipe)", RIGHT["to_checkpoint"]["one dictionary"])
    choose_in_run_menu(page, "Run All Cells")
    same = cell(page, "same answers as in this process").locator(".jp-OutputArea").first
    expect(same).to_contain_text("same answers as in this process: True", timeout=SLOWLY)
    predicted = cell(page, '[sys.executable, "predict.py"]').locator(".jp-OutputArea").first
    expect(predicted).to_contain_text(re.compile(r"photos/0005\.png (banded|ribbed|smooth) [01]\.\d\d"))
    for name in ("PodData", "split_by_plant", "to_checkpoint"):
        told = cell(page, f'your_turn("{name}")').locator(".jp-OutputArea").first
        expect(told).to_contain_text(f"The rest of this notebook runs on your {name}.")
    assert left_by_predictions() - before
    assert page.locator(f"{SHOWN} {ERROR}").count() == 0
