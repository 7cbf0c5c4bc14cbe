"""Small notebooks for the gates' own tests: one without a fault, to be broken in one place."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, ImageDraw

from helpers.plotting import PAGE_PIXELS_PER_INCH
from tests.gates.figures import DOTS_PER_INCH

OPENING = "# A title\n\n**You will learn** a\n\n**Before you start** b\n\n**Time** c **Data** d"
ENDING = "## Summary\n\n## Common mistakes\n\n## Try it\n\n## Further reading"


def printed(text: str) -> NotebookNode:
    """The output of a print."""
    return new_output("stream", name="stdout", text=text)


def drawn(png: bytes, alt: str | None = "a line from corner to corner", *, page: int | None = None) -> NotebookNode:
    """The output of a figure, which stands on a page as wide as `show` says, or so many pixels."""
    width = page or round(Image.open(io.BytesIO(png)).width * PAGE_PIXELS_PER_INCH / DOTS_PER_INCH)
    metadata = {"image/png": {"alt": alt, "width": width} if alt else {"width": width}}
    return new_output(
        "display_data", data={"image/png": base64.b64encode(png).decode(), "text/plain": "<Figure>"}, metadata=metadata
    )


def picture(*, with_line: bool = True, width: int = 480, dots_per_inch: int = DOTS_PER_INCH) -> bytes:
    """A white PNG image, with or without a thin line across it."""
    image = Image.new("RGB", (width, 360), "white")
    if with_line:
        ImageDraw.Draw(image).line([(20, 340), (width - 20, 20)], fill="blue", width=3)
    buffer = io.BytesIO()
    image.save(buffer, format="png", dpi=(dots_per_inch, dots_per_inch))
    return buffer.getvalue()


def code_cell(
    source: str, *outputs: NotebookNode, count: int | None = 1, tags: list[str] | None = None
) -> NotebookNode:
    """An executed code cell."""
    cell = new_code_cell(source, execution_count=count, outputs=list(outputs))
    if tags:
        cell.metadata["tags"] = tags
    return cell


def notebook_of(*cells: NotebookNode) -> NotebookNode:
    """A notebook with an opening, these cells, and an ending."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [new_markdown_cell(OPENING), *cells, new_markdown_cell(ENDING)]
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def save(folder: Path, *cells: NotebookNode, name: str = "fixture") -> Path:
    """Write a notebook of these cells; return its path."""
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook_of(*cells), path)
    return path
