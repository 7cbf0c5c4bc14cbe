"""The picture of the README can be taken again: what it shows is still in the notebook."""

from __future__ import annotations

import io
import tomllib

import nbformat
import numpy as np
from PIL import Image

from tools import screenshot
from tools.notebooks import ROOT


def test_question_answer_and_figure_of_the_picture_are_in_the_notebook() -> None:
    sources = [cell.source for cell in nbformat.read(ROOT / screenshot.NOTEBOOK, as_version=4).cells]
    asked, drawn = (
        next(i for i, source in enumerate(sources) if text in source)
        for text in (screenshot.QUESTION, screenshot.FIGURE)
    )
    assert 0 < drawn - asked <= 3, "both fit into one picture"
    guesses = tomllib.loads((ROOT / "helpers" / "guesses" / "4.3.2.toml").read_text(encoding="utf-8"))["prediction"]
    (question,) = [guess for guess in guesses if guess["id"] in screenshot.QUESTION]
    assert [option["text"] for option in question["options"]].count(screenshot.ANSWER) == 1


def test_smaller_picture_looks_the_same() -> None:
    rows = np.linspace(0, 255, 120, dtype=np.uint8)[:, None, None]
    picture = np.broadcast_to(rows, (120, 200, 3)).copy()
    picture[20:40, 20:180] = (1, 115, 178)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    after = np.asarray(Image.open(io.BytesIO(screenshot.smaller(buffer.getvalue()))).convert("RGB"), dtype=int)
    assert after.shape == picture.shape
    assert np.abs(after - picture).max() <= 8
