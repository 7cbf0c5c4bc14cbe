"""Make the book from the stored notebooks: `make book`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from tools.release import ROOT

HERE = Path(__file__).resolve().parent
STATIC, TEMPLATES = HERE / "static", HERE / "templates"
SOURCE = ROOT / "build" / "book"
TARGET = ROOT / "docs" / "_build"


def main() -> int:
    """Make the web site and, if wanted, the EPUB; 0 if there was no warning."""
    parser = argparse.ArgumentParser(prog="python -m tools.book", description=__doc__)
    parser.add_argument("--to", type=Path, default=TARGET, help="folder of the book; default: docs/_build")
    parser.add_argument("--kinds", nargs="+", choices=["html", "epub"], default=["html", "epub"], metavar="KIND")
    parser.add_argument("--stage", type=Path, default=SOURCE, help="folder for what Sphinx reads; default: build/book")
    options = parser.parse_args()
    solutions = os.environ.get("SOLUTIONS", "") not in ("", "0")
    for kind in options.kinds:
        if status := build(kind, options.to / kind, options.stage / kind, solutions=solutions):
            return status
        print(options.to / kind / ("index.html" if kind == "html" else "HiddenLayers.epub"))
    return 0


def build(kind: str, target: Path, source: Path, *, solutions: bool = False) -> int:
    """Make one kind of book; Sphinx's status, not 0 if there was a warning.

    Args:
        kind: `"html"` or `"epub"`.
        target: folder of the book.
        source: folder for the pages that Sphinx reads; made anew.
        solutions: whether the exercises' solutions are part of the book.
    """
    from sphinx.cmd.build import build_main

    from tools.book.downloads import copy_notebooks, make_font, write_styles
    from tools.book.staging import stage

    stage(source, solutions=solutions, on_paper=kind == "epub")
    shutil.rmtree(target, ignore_errors=True)
    trees = source.with_name(f"{source.name}-trees")
    shutil.rmtree(trees, ignore_errors=True)
    status = build_main(
        ["-q", "-W", "--keep-going", "-b", kind, "-c", str(HERE), "-d", str(trees), str(source), str(target)]
    )
    if kind == "html" and not status:
        copy_notebooks(target, solutions=solutions)
        make_font(target)
        write_styles(target)
    return status


if __name__ == "__main__":
    sys.exit(main())
