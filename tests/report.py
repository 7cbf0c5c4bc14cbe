"""What failed, as an issue: pytest's JUnit XML turned into Markdown that names notebook and cell.

    pytest -o junit_family=xunit1 --junit-xml=report.xml
    python -m tests.report report.xml --title "Full runs"

Prints nothing but the title's line where all passed. Fails where there is no report, or no test in it: a night in
which nothing ran is no quiet night.
"""

from __future__ import annotations

import argparse
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

LONGEST = 30  # lines shown of one failure
WIDEST = 160  # characters shown of one line
MOST = 50_000  # characters shown of all failures; an issue holds 65,536
COLOUR = re.compile(r"(\x1b|#x1B)\[[0-9;]*m")


@dataclass(frozen=True)
class Failure:
    """A test that failed.

    Attributes:
        file: relative to the root; of a notebook's cell, the notebook.
        name: of the test: "Cell 12" is the notebook's thirteenth code cell.
        text: what pytest says.
    """

    file: str
    name: str
    text: str


def read_report(path: Path) -> tuple[int, list[Failure]]:
    """How many tests there were, and the failures.

    Raises:
        ValueError: no test ran.
    """
    cases = list(ElementTree.parse(path).iter("testcase"))
    if not cases:
        raise ValueError(f"{path}: no test ran")
    failures = []
    for case in cases:
        for problem in [*case.findall("failure"), *case.findall("error")]:
            text = COLOUR.sub("", problem.text or problem.get("message", ""))
            failures.append(Failure(case.get("file", case.get("classname", "")), case.get("name", ""), text))
    return len(cases), failures


def to_markdown(title: str, tests: int, failures: list[Failure]) -> str:
    """The report: a headline, then the failures, file by file."""
    if not failures:
        return f"## {title}: {tests:,} tests passed\n"
    lines = [f"## {title}: {len(failures)} of {tests:,} tests failed", ""]
    file, left = "", MOST
    for number, failure in enumerate(sorted(failures, key=lambda failure: failure.file)):
        block = [] if failure.file == file else [f"### `{failure.file}`", ""]
        block += [f"**{failure.name}**", "", *_fenced(failure.text), ""]
        left -= sum(len(line) + 1 for line in block)
        if left < 0:
            lines.append(f"… and {len(failures) - number} more.")
            break
        lines += block
        file = failure.file
    return "\n".join(lines).rstrip() + "\n"


def _fenced(text: str) -> list[str]:
    """The end of a text, where pytest says what was wrong, as a block of code."""
    lines = [line if len(line) <= WIDEST else f"{line[:WIDEST]}…" for line in text.strip().splitlines()]
    shown = lines if len(lines) <= LONGEST else ["…", *lines[-LONGEST:]]
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{fence}text", *shown, fence]


def main() -> int:
    """Print the report of the command line's file; status 1 if there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("--title", default="Tests")
    options = parser.parse_args()
    try:
        print(to_markdown(options.title, *read_report(options.report)), end="")
    except (OSError, ElementTree.ParseError, ValueError) as error:
        print(f"## {options.title}: no report\n\n{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
