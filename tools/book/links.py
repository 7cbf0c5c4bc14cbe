"""Links of the course's pages, led to where their targets stand in the book."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from pathlib import Path

from tools.book.repository import Repository
from tools.release import ROOT

START = ("code-units/index.ipynb", "README.md")  # the book's first page takes their place
# Code, in which nothing is a link; else a picture or a link, whose words may be code.
PIECE = re.compile(
    r"^ {0,3}(?P<fence>```+).*?^ {0,3}(?P=fence)|`[^`\n]+`"
    r"|(?P<picture>!?)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<address>[^)\s]+)\)",
    re.MULTILINE | re.DOTALL,
)
ABSOLUTE = re.compile(r"[a-z]+:", re.IGNORECASE)


def lead(
    markdown: str, page: str, pages: Collection[str], repository: Repository | None, copy: Callable[[Path], None]
) -> str:
    """Markdown whose relative links hold in the book.

    A link to a page of the book leads there; one to another file of the course to the repository, or else to a copy of
    that file, but for solutions; of one to a folder, or to a solution, only the words remain.

    Args:
        markdown: the text.
        page: path of its page from the root of the course.
        pages: paths, without suffix, of the pages that the book has.
        repository: where other files can be seen.
        copy: takes a file (absolute path) that must lie in the book at the same place.
    """

    def led(match: re.Match[str]) -> str:
        words, address = match["words"], match["address"]
        if address is None or ABSOLUTE.match(address) or address.startswith("#"):
            return match[0]
        place, _, anchor = address.partition("#")
        target = _target(place, page)
        if target in START:
            return f"[{words}]({_from(page, 'index.md')})"
        if target.rpartition(".")[0] in pages:
            return f"[{words}]({_from(page, target)}{'#' * bool(anchor)}{anchor})"
        if match["picture"]:
            copy(ROOT / target)
            return match[0]
        if repository and not target.startswith("solutions/"):
            return f"[{words}]({repository.page(target)})"
        if not (ROOT / target).is_file() or target.startswith("solutions/"):
            return words
        copy(ROOT / target)
        return match[0]

    return PIECE.sub(led, markdown)


def _target(address: str, page: str) -> str:
    """A relative address as a path from the root of the course."""
    return Path(os.path.normpath(Path(page).parent / address)).as_posix()


def _from(page: str, target: str) -> str:
    return Path(os.path.relpath(target, Path(page).parent)).as_posix()
