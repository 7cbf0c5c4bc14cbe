"""The maps of the course are true: each place that they name exists, and each notebook is on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat

from tests.gates.static import headings
from tools.notebooks import ROOT, all_notebooks

UNITS = {path.stem.split("-")[0]: path for path in all_notebooks() if path.stem != "index"}
PLACE = re.compile(r"^(?:(\d\.\d\.\d)\s*)?(.*)$")


def titles(number: str) -> list[str]:
    return [text for _, text in headings(nbformat.read(UNITS[number], as_version=4))]


def places(table: str) -> Iterator[tuple[str, str]]:
    """(number of the notebook, heading) for each place in the last column of a table."""
    for row in re.findall(r"^\|.*\|([^|]*)\|$", table, flags=re.MULTILINE):
        number = ""
        for place in re.split(r"[;,]\s+(?=\d\.\d\.\d|[A-Z`])", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", row).strip()):
            found, heading = PLACE.match(place).groups()
            number = found or number
            if number and heading:
                yield number, heading.split(":")[0].split(" (")[0]


def test_each_heading_named_in_the_coverage_exists() -> None:
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").split("## Errors of the sources")[0]
    named = list(places(text))
    missing = [(n, h) for n, h in named if not any(title.startswith(h) for title in titles(n))]
    assert missing == []
    assert len(named) > 30


def test_each_notebook_stands_on_the_start_page_and_in_the_readme() -> None:
    for page in ("code-units/index.ipynb", "README.md", "docs/coverage.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert [path.name for path in UNITS.values() if path.name not in text] == [], page


def test_heading_that_does_not_exist_would_be_noticed() -> None:
    assert list(places("| a | [4.3.1](x.ipynb) Three piles; Nowhere |")) == [
        ("4.3.1", "Three piles"),
        ("4.3.1", "Nowhere"),
    ]
    assert "Nowhere" not in titles("4.3.1")
