"""What a cell shows: text, numbers it recorded, and figures that must still look alike."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable

import numpy as np
from nbformat import NotebookNode
from PIL import Image

from helpers.results import MIME_TYPE

STAND_IN = "offline stand-in"
QUESTIONS = "hidden-layers-"  # begins the CSS class of all that helpers asks
LARGEST_DIFFERENCE = 3.0  # root mean square, of 255 grey levels; redrawing the same figure gives 0, a lost curve over 5
REPORTS_A_SCORE = re.compile(r"(accuracy|error)\b.*\d", re.IGNORECASE)


def texts(outputs: Iterable[NotebookNode]) -> list[str]:
    """All plain text that a reader sees under a cell."""
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]


def records(outputs: Iterable[NotebookNode]) -> list[tuple[str, float]]:
    """(name, value) of each number that `helpers.results.record` left in the outputs, in order.

    JSON has no NaN and no infinity: they arrive as the strings "nan", "inf" and "-inf".
    """
    found = (output.get("data", {}).get(MIME_TYPE) for output in outputs)
    return [(entry["name"], float(entry["value"])) for entry in found if entry]


def unmarked_scores(outputs: Iterable[NotebookNode]) -> list[str]:
    """Lines that report an accuracy or an error without saying that it was measured on stand-in data.

    The questions of a quiz and predictions report nothing, whatever numbers they talk about.
    """
    measured = [output for output in outputs if QUESTIONS not in output.get("data", {}).get("text/html", "")]
    lines = (line for text in texts(measured) for line in text.splitlines())
    return [line for line in lines if REPORTS_A_SCORE.search(line) and STAND_IN not in line]


def image_problems(stored: Iterable[NotebookNode], new: Iterable[NotebookNode], *, compare: bool) -> list[str]:
    """How the figures differ: in number, and, where `compare` is set, in what they show."""
    before, after = _images(stored), _images(new)
    if len(before) != len(after):
        return [f"stored {len(before)} figures, now draws {len(after)}"]
    if not compare:
        return []
    differences = [image_difference(a, b) for a, b in zip(before, after, strict=True)]
    return [
        f"figure {i} looks different: {difference:.1f} grey levels apart, {LARGEST_DIFFERENCE} allowed"
        for i, difference in enumerate(differences, start=1)
        if difference > LARGEST_DIFFERENCE
    ]


def image_difference(before: bytes, after: bytes) -> float:
    """Root mean square difference of two PNG images in grey levels of 255, blind to shifts of a pixel or two."""
    a, b = (Image.open(io.BytesIO(png)).convert("RGB") for png in (before, after))
    if max(abs(a.width - b.width), abs(a.height - b.height)) > 12:
        return 255.0
    size = (max(a.width // 4, 1), max(a.height // 4, 1))
    pixels = [np.asarray(image.resize(size, Image.Resampling.BOX), dtype=float) for image in (a, b)]
    return float(np.sqrt(np.mean((pixels[0] - pixels[1]) ** 2)))


def _images(outputs: Iterable[NotebookNode]) -> list[bytes]:
    encoded = (output.get("data", {}).get("image/png") for output in outputs)
    return [base64.b64decode(text) for text in encoded if text]


def silence_problems(stored: Iterable[NotebookNode], new: Iterable[NotebookNode]) -> list[str]:
    """A cell that printed something when it was stored prints something now, and the other way round."""
    spoke, speaks = any(map(str.strip, texts(stored))), any(map(str.strip, texts(new)))
    if spoke == speaks:
        return []
    return ["stored an output, now prints nothing" if spoke else "stored no output, now prints something"]
