"""What lies in the book beside its pages: the notebooks to download, and a font for formulas."""

from __future__ import annotations

import html
import logging
import re
import shutil
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from helpers import _pages, quiz
from tools.book.contents import all_pages
from tools.book.extension import NOTEBOOKS
from tools.release import ROOT
from tools.slides.export import FILES, place_of

STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def copy_notebooks(book: Path, *, solutions: bool) -> None:
    """Put the notebooks beside the pages, laid out as in the course."""
    for page in all_pages(solutions=solutions):
        if page.source.suffix == ".ipynb":
            target = book / NOTEBOOKS / page.source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page.source, target)


def write_styles(book: Path) -> None:
    """Write the styles of predictions and quizzes once for all pages; in a notebook, each output carries its own."""
    pages = _pages.STYLE, quiz.PAGE.substitute(css_class=quiz.CSS_CLASS, questions="", also="")
    styles = "".join(style for page in pages for style in STYLES.findall(page))
    (book / "_static" / "questions.css").write_text(styles, encoding="utf-8")


def make_font(book: Path) -> None:
    """Write the part of STIX Two Math that the book's formulas need: a twentieth of the whole."""
    used = {
        letter
        for page in book.rglob("*.html")
        for formula in MATH.findall(page.read_text(encoding="utf-8"))
        for letter in html.unescape(TAG.sub("", formula))
    }
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    font = TTFont(place_of("ziamath") / FILES["ziamath"][0])
    options = Options(layout_features=["*"], flavor="woff")
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for letter in used for code in _styles_of(letter)])
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(book / "_static" / "formulas.woff")


def _styles_of(letter: str) -> list[int]:
    """A letter and its italic, which a browser puts in the place of a variable's letter.

    Example:
        >>> [chr(code) for code in _styles_of("x")]
        ['x', '𝑥']
    """
    codes = [ord(letter)]
    if "a" <= letter <= "z":
        codes.append(0x210E if letter == "h" else 0x1D44E + ord(letter) - ord("a"))
    if "A" <= letter <= "Z":
        codes.append(0x1D434 + ord(letter) - ord("A"))
    if "α" <= letter <= "ω":
        codes.append(0x1D6FC + ord(letter) - ord("α"))
    return codes
