"""The status page of the nightly run: which notebook, with which versions, when, and passed or failed in which cell.

    pytest -o junit_family=xunit1 --junit-xml=report.xml
    python -m tests.status note report.xml --title "full runs" > status.json      # in each run's own environment
    python -m tests.status page status.json other/status.json > status.md         # once, anywhere: one column per run

A run that left no report, or in which no test ran, says so on the page. Needs the standard library alone.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NOTEBOOK = ".ipynb"
PACKAGES = ("torch", "torchvision", "numpy", "pandas", "scikit-learn", "matplotlib", "jupyterlab", "pytest")
MOST_NAMED = 3  # failures named in one field of the table


@dataclass(frozen=True)
class Outcome:
    """What happened to the tests of one file.

    Attributes:
        tests: how many ran.
        skipped: how many of them were skipped.
        failed: names of those that failed; of a notebook's cells, the numbers that stand beside them: `[13]`.
    """

    tests: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """One run of pytest.

    Attributes:
        title: what was run.
        when: when it ended, in UTC, to the minute; empty if it left no report.
        versions: by package.
        outcomes: by file, relative to the root.
        problem: why there are no outcomes; empty if there are some.
    """

    title: str
    when: str
    versions: dict[str, str]
    outcomes: dict[str, Outcome]
    problem: str = ""


def read_run(report: Path, title: str) -> Run:
    """The run that a JUnit file reports, with the versions of this environment."""
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
        when = datetime.fromtimestamp(report.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M")
    except (OSError, ElementTree.ParseError) as error:
        return Run(title, "", versions(), {}, f"no report ({type(error).__name__})")
    return Run(title, when, versions(), outcomes_of(cases), "" if cases else "no test ran")


def outcomes_of(cases: Iterable[ElementTree.Element]) -> dict[str, Outcome]:
    """The outcome of each file, in the order in which they come."""
    counts: dict[str, list] = {}
    for case in cases:
        file = case.get("file") or case.get("classname", "")
        tests, skipped, failed = counts.setdefault(file, [0, 0, []])
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name_of(file, case.get("name", "")))
        counts[file] = [tests + 1, skipped + (case.find("skipped") is not None), failed]
    return {file: Outcome(*numbers) for file, numbers in counts.items()}


def name_of(file: str, name: str) -> str:
    """A test's name; of a notebook's cell, which nbval counts from 0, the number that stands beside it.

    Example:
        >>> name_of("code-units/a.ipynb", "Cell 12"), name_of("tests/test_a.py", "test_b")
        ('[13]', 'test_b')
    """
    number = name.removeprefix("Cell ")
    return f"[{int(number) + 1}]" if file.endswith(NOTEBOOK) and number.isdigit() else name


def versions() -> dict[str, str]:
    """Python's version and those of the packages that matter; one that is not installed is left out."""
    found = {"Python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def from_json(text: str) -> Run:
    """The run that `note` has written.

    Raises:
        ValueError: the text is something else.
    """
    try:
        fields = json.loads(text)
        return Run(**fields | {"outcomes": {file: Outcome(**numbers) for file, numbers in fields["outcomes"].items()}})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not written by `python -m tests.status note`: {error}") from error


def to_markdown(runs: Sequence[Run]) -> str:
    """The page: a line that sums up, the runs with their versions, the notebooks, then the other tests that failed."""
    notebooks = sorted({file for run in runs for file in run.outcomes if file.endswith(NOTEBOOK)}, key=Path)
    others = sorted({file for run in runs for file, outcome in run.outcomes.items() if outcome.failed} - {*notebooks})
    bad = sum(bool(run.problem) or any(outcome.failed for outcome in run.outcomes.values()) for run in runs)
    first = f"✗ Failed: {bad} of {len(runs)}." if bad else f"✓ Passed: {len(runs)} of {len(runs)}."
    parts = ["# Status of the course", first, _about(runs)]
    if notebooks:
        parts += ["## Notebooks", _table("Notebook", notebooks, runs)]
    if others:
        parts += ["## Other tests that failed", _table("File", others, runs)]
    return "\n\n".join(parts) + "\n"


def _about(runs: Sequence[Run]) -> str:
    rows = ["| Run | Ended (UTC) | Tests | Versions |", "|---|---|---|---|"]
    for run in runs:
        tests = sum(outcome.tests for outcome in run.outcomes.values())
        skipped = sum(outcome.skipped for outcome in run.outcomes.values())
        failed = sum(len(outcome.failed) for outcome in run.outcomes.values())
        count = run.problem or f"{tests:,}, {failed} failed, {skipped} skipped"
        pinned = " · ".join(f"{name} {number}" for name, number in run.versions.items())
        rows.append(f"| {_plain(run.title)} | {run.when or '–'} | {count} | {pinned} |")
    return "\n".join(rows)


def _table(first: str, files: Sequence[str], runs: Sequence[Run]) -> str:
    rows = [f"| {first} | " + " | ".join(_plain(run.title) for run in runs) + " |", "|---" * (len(runs) + 1) + "|"]
    for file in files:
        name = Path(file).stem if file.endswith(NOTEBOOK) else f"`{file}`"
        rows.append(f"| {name} | " + " | ".join(_field(run.outcomes.get(file)) for run in runs) + " |")
    return "\n".join(rows)


def _field(outcome: Outcome | None) -> str:
    if outcome is None:
        return "–"
    if not outcome.failed:
        return "skipped" if outcome.skipped == outcome.tests else f"✓ {outcome.tests}"
    named = ", ".join(map(_plain, outcome.failed[:MOST_NAMED]))
    more = f" and {len(outcome.failed) - MOST_NAMED} more" if len(outcome.failed) > MOST_NAMED else ""
    return f"✗ {named}{more}"


def _plain(text: str) -> str:
    """A text that stays in its field of a table."""
    return text.replace("\n", " ").replace("|", "\\|")


def main() -> int:
    """Note one run as JSON, or write the page of several; status 1 if a file is not what it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.status", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    note = commands.add_parser("note", help="one run and this environment, as JSON")
    note.add_argument("report", type=Path)
    note.add_argument("--title", default="Tests")
    page = commands.add_parser("page", help="the page of all runs, as Markdown")
    page.add_argument("notes", nargs="+", type=Path)
    options = parser.parse_args()
    if options.command == "note":
        print(json.dumps(asdict(read_run(options.report, options.title)), indent=1))
        return 0
    try:
        runs = [from_json(path.read_text(encoding="utf-8")) for path in options.notes]
    except (OSError, ValueError) as error:
        print(f"status: {error}", file=sys.stderr)
        return 1
    print(to_markdown(runs), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
