"""Which pages the book has, in order, each by its path from the root of the course, without its suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from helpers.progress import load_course
from tools.release import ROOT, names

GUIDES = {
    "docs/students": "For students",
    "docs/start": "Other ways to start",
    "docs/faq": "When something fails",
    "docs/data": "Where the data come from",
    "docs/notation": "Letters and words",
    "docs/local-rules": "Local rules of backpropagation",
    "docs/history": "Where all this comes from",
}
BEHIND = {
    "docs/instructors": "For instructors",
    "CONTRIBUTING": "For contributors",
    "docs/coverage": "Coverage of the sources",
    "docs/performance": "How fast the loaders are",
    "docs/reference-run": "The reference run",
    "docs/dependencies": "Dependencies",
    "docs/status": "The nightly run",
    "CHANGELOG": "What is new",
}
UNITS = re.compile(r"\| \*\*(\d\.\d) ([^*]+)\*\*")


@dataclass(frozen=True)
class Page:
    """A page: its path without suffix, and its name in the table of contents."""

    path: str
    name: str

    @property
    def source(self) -> Path:
        """The file that it is made of."""
        return next(path for path in (ROOT / f"{self.path}.ipynb", ROOT / f"{self.path}.md") if path.is_file())


@dataclass(frozen=True)
class Part:
    """Pages under one heading of the table of contents."""

    name: str
    pages: tuple[Page, ...]


def parts(*, solutions: bool = False) -> list[Part]:
    """All pages of the book but the first; the solutions only if they are asked for.

    Example:
        >>> parts()[0].name, parts()[0].pages[0].name
        ('4.1 Foundations', '4.1.1 A neuron and a layer, by hand')
    """
    found = [*_units(), Part("Exercises", _exercises("exercises"))]
    if solutions:
        found.append(Part("Solutions", _exercises("solutions")))
    return [*found, Part("Guides", _named(GUIDES)), Part("Behind the course", _named(BEHIND))]


def all_pages(*, solutions: bool = False) -> list[Page]:
    """The same without their headings."""
    return [page for part in parts(solutions=solutions) for page in part.pages]


def _units() -> list[Part]:
    titles = dict(UNITS.findall((ROOT / "code-units" / "index.ipynb").read_text(encoding="utf-8")))
    of_unit: dict[str, list[Page]] = {}
    for notebook in load_course():
        path = (Path("code-units") / notebook.file).with_suffix("").as_posix()
        page = Page(path, f"{notebook.number} {notebook.title}")
        of_unit.setdefault(notebook.number.rpartition(".")[0], []).append(page)
    return [Part(f"{number} {titles[number]}", tuple(pages)) for number, pages in of_unit.items()]


def _exercises(folder: str) -> tuple[Page, ...]:
    return tuple(Page(f"{folder}/{name}/{name}", _name_of(name)) for name in names())


def _name_of(exercise: str) -> str:
    """The name of an exercise as one reads it.

    Example:
        >>> _name_of("ex3_manual-backprop")
        '3 Manual backprop'
    """
    number, words = exercise.removeprefix("ex").split("_")
    return f"{number} {words.replace('-', ' ').capitalize()}"


def _named(guides: dict[str, str]) -> tuple[Page, ...]:
    return tuple(Page(path, name) for path, name in guides.items())
