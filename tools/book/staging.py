"""The folder that Sphinx reads: all pages, laid out as the course is, with a first page and the table of contents."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import nbformat

from tools.book import cells
from tools.book.contents import Page, Part, all_pages, parts
from tools.book.links import lead
from tools.book.repository import find_repository
from tools.release import ROOT

ALTS = "alts.json"
FIRST_PAGE = ("title", "course", "exercises")  # cells of the start page that stand on the book's first page
TOCTREE = """\
```{{toctree}}
:hidden:
:caption: {name}

{pages}
```
"""
HOW = """\
## This book

The same notebooks, to be read anywhere: every figure and number is the output that the notebook has stored. Guess
before you open what happened, and answer the quizzes: your browser remembers it, nobody else does. To write code and
have it checked at once, use the notebooks themselves: [for students](docs/students.md) says how to get them.
"""


def stage(folder: Path, *, solutions: bool, on_paper: bool) -> None:
    """Write everything that Sphinx needs into an empty folder.

    Args:
        folder: made anew.
        solutions: whether the exercises' solutions are part of the book.
        on_paper: whether the pages must do without scripts.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages, book = all_pages(solutions=solutions), _Book(folder, solutions=solutions)
    found = {page.path: book.add(page, on_paper=on_paper) for page in pages}
    (folder / "index.md").write_text(book.first_page(parts(solutions=solutions)), encoding="utf-8")
    (folder / ALTS).write_text(json.dumps({path: alts for path, alts in found.items() if alts}), encoding="utf-8")


class _Book:
    """The folder while it fills."""

    def __init__(self, folder: Path, *, solutions: bool) -> None:
        self.folder = folder
        self.paths: Collection[str] = {page.path for page in all_pages(solutions=solutions)}
        self.repository = find_repository()

    def add(self, page: Page, *, on_paper: bool) -> list[str]:
        """Write a page; what its figures show."""
        source = page.source
        target = self.folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            target.write_text(self.led(source.read_text(encoding="utf-8"), page.path), encoding="utf-8")
            return []
        notebook = cells.prepare(nbformat.read(source, as_version=4), on_paper=on_paper)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = self.led(cell.source, page.path)
        nbformat.write(notebook, target)
        return cells.alts(notebook)

    def led(self, markdown: str, page: str) -> str:
        """Markdown whose links hold in the book."""
        return lead(markdown, page, self.paths, self.repository, self.copy)

    def copy(self, file: Path) -> None:
        """Put a file of the course at the same place in the book."""
        target = self.folder / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)

    def first_page(self, of: list[Part]) -> str:
        """The start page without what only a kernel can show, and the table of contents."""
        start = nbformat.read(ROOT / "code-units" / "index.ipynb", as_version=4)
        texts = {cell.id: cell.source for cell in start.cells}
        led = [self.led(texts[name], "code-units/index") for name in FIRST_PAGE]
        head, *rest = (re.sub(r"\]\((?!\w+:|#)([^)\s]+)\)", _from_the_root, text) for text in led)
        trees = (TOCTREE.format(name=p.name, pages="\n".join(f"{x.name} </{x.path}>" for x in p.pages)) for p in of)
        return "\n\n".join([head, HOW, *rest, *trees])


def _from_the_root(match: re.Match[str]) -> str:
    """A link of the start page, from the folder above."""
    address = match[1]
    return f"]({address.removeprefix('../') if address.startswith('../') else f'code-units/{address}'})"
