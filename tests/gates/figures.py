"""The figures of all notebooks speak one language: text as large as the text around it, and none wider than a column.

`helpers.plotting.show` says beside each figure how wide it stands on a page, so that a point of its text is as many of
the page's pixels in one figure as in any other. What a notebook sets itself is read from its source.
"""

from __future__ import annotations

import ast
import base64
import io
from collections.abc import Iterator

from nbformat import NotebookNode
from PIL import Image

from helpers.plotting import PAGE_PIXELS_PER_INCH, SMALL

DOTS_PER_INCH = 120  # figure.dpi of course.mplstyle
WIDEST = 730  # pixels of a page: the column of a book; 9 inches, and the margin that "tight" leaves around a figure
SIZES = ("fontsize", "size", "labelsize", "title_fontsize")  # keywords of Matplotlib that mean a size of text
SIZES_BY_NAME = {"xx-small": 6.9, "x-small": 8.3}  # of 12 points; "small" is 10


def figure_problems(notebook: NotebookNode) -> Iterator[str]:
    """One line for each figure that stands out, and for each text that is too small to read."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield from (f"code cell {number}: {problem}" for problem in _problems_of_output(output))
        yield from (f"code cell {number}: {problem}" for problem in small_texts(cell.source))


def _problems_of_output(output: NotebookNode) -> Iterator[str]:
    image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
    dots = round(image.info.get("dpi", (DOTS_PER_INCH,))[0])
    if dots != DOTS_PER_INCH:
        yield f"the figure has {dots} dots per inch, all others {DOTS_PER_INCH}: leave figure.dpi to course.mplstyle"
    wanted = round(image.width * PAGE_PIXELS_PER_INCH / DOTS_PER_INCH)
    width = output.metadata.get("image/png", {}).get("width")
    if width != wanted:
        yield (
            f"the figure stands {width or image.width} pixels wide on the page, wanted {wanted} (text as large as in "
            "all others): show it with helpers.plotting.show, and store the notebook anew"
        )
    if wanted > WIDEST:
        yield f"the figure needs {wanted} pixels of a page, at most {WIDEST}: make its figsize at most 9 inches wide"


def small_texts(source: str) -> Iterator[str]:
    """Sizes of text in a cell's source that are below the smallest one that helpers uses."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or a stub that is none of ours
        return
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            size = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            points = SIZES_BY_NAME.get(size, size) if isinstance(size, int | float | str) else None
            if keyword.arg in SIZES and _is_text(call, keyword) and isinstance(points, int | float) and points < SMALL:
                yield f"{keyword.arg}={size!r} is too small to read on a page: at least {SMALL} points"


def _is_text(call: ast.Call, keyword: ast.keyword) -> bool:
    """`size` is a size of text where text is written, and something else for the images of plot_images."""
    return keyword.arg != "size" or getattr(call.func, "attr", "") in ("text", "annotate", "set_title", "suptitle")
