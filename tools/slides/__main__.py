"""Make decks for teaching from the notebooks of code-units/: `make slides`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.slides.export import ROOT, copy_assets, make_deck, numbered_notebooks


def main() -> None:
    """Make the decks of the notebooks named on the command line, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tools.slides", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in code-units")
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "slides", help="folder; default: build/slides")
    options = parser.parse_args()
    copy_assets(options.to)
    for notebook in options.notebooks or numbered_notebooks():
        print(make_deck(notebook.resolve(), options.to.resolve()), flush=True)


if __name__ == "__main__":
    main()
