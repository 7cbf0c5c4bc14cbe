"""Long tests that need not run again: nothing that they depend on has changed since they passed.

A sweep asks the same of many things: of every turn its bank of answers, of every page of the book what axe-core finds.
Its parts are divided by what they depend on. When all tests of a part have passed, a hash of these files goes to
tests/proven.toml, and a run of everything leaves the part out for as long as the hash is that of what is here, on the
same operating system. Of the sweeps with many parts, one part always runs. So does everything else: the cells of every
notebook, helpers, gates.

    .venv/bin/python -m pytest --prove -n auto    runs the parts that are not on record, and writes the record
    COURSE_PROVE=1 make test                      leaves nothing out, as every night

What a run names, by path, by `-k` or by `--lf`, it runs. A test that was skipped proves nothing.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.counts import asks_for_everything

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).with_name("proven.toml")
HEADER = """\
# What the parts of each sweep last passed with (tests/proven.py), by operating system; by data where they read some.
# Made by: python -m pytest --prove -n auto
"""
EVERYWHERE = ("requirements/lock.txt", "conftest.py", "tests/conftest.py")
HELPERS = tuple(f"helpers/{folder}*" for folder in ("", "checks/", "data/", "judges/", "playgrounds/"))
TOOLS = "tools/**/*"
CLASSROOM = (*HELPERS, TOOLS, "instructor/**/*", "solutions/**/*", "exercises/**/*", "Makefile", "nbgrader_config.py")

# What the tests in JupyterLab open.
IN_THE_LAB = {
    "demo": (),
    "exercises": ("exercises/**/*", "solutions/**/*"),
    "jupyterlab": ("code-units/*/4.1.3-*", "code-units/*/4.3.1-*"),
    "live": (),
    "monitoring": ("code-units/index.ipynb", "code-units/*/4.3.5-*"),
    "own_data": ("code-units/*/4.5.6-*",),
    "playgrounds": ("code-units/*/4.1.1-*",),
    "predictions": (),
    "settings": ("code-units/index.ipynb",),
}


@dataclass(frozen=True)
class Sweep:
    """Long tests, and the files that they depend on, beside the modules that they import.

    Attributes:
        tests: pattern of their node ids; what its group `part` matches names a part.
        files: patterns of paths, in which {part} stands for the part.
        sample: the part that always runs.
    """

    tests: str
    files: tuple[str, ...]
    sample: str = ""


SWEEPS = {
    "turns": Sweep(
        r"tests/turns/test_turns\.py::.*\[(?P<part>\d\.\d\.\d)-",
        (*HELPERS, "helpers/*/{part}.toml", "code-units/*/{part}-*", "code-units/*/*.py", "tests/turns/bank_{name}.py"),
        sample="4.1.3",
    ),
    "banks": Sweep(
        r"tests/exercises/test_bank\.py::.*\[(?P<part>ex\d)_",
        (*HELPERS, "solutions/{part}_*/*", "tests/exercises/{part}_*/*"),
        sample="ex3",
    ),
    "classroom": Sweep(r"tests/(?P<part>abuse|honest|load)/", CLASSROOM),
    "walkthrough": Sweep(r"tests/instructor/test_walkthrough\.py", (*CLASSROOM, "docs/instructors.md")),
    "book": Sweep(
        r"tests/book/test_in_browser\.py::test_page.*\[(?P<part>[^\]]+)\]",
        (*HELPERS, TOOLS, "code-units/*/{part}.ipynb", "exercises/*/{part}.ipynb", "docs/{part}.md", "{part}.md"),
        sample="4.1.3-loss-and-descent",
    ),
    "slides": Sweep(
        r"tests/slides/test_in_browser\.py::.*\[(?P<part>\d\.\d\.\d)",
        (*HELPERS, TOOLS, "code-units/*/{part}-*"),
        sample="4.1.3",
    ),
    "playgrounds": Sweep(r"tests/playgrounds/test_page\.py", HELPERS),
    "Ray": Sweep(r"tests/distributed/test_train_ray\.py", (*HELPERS, "code-units/*/*.py")),
} | {
    f"lab, {name}": Sweep(rf"tests/browser/test_{name}\.py", (*HELPERS, "helpers/*/*.toml", TOOLS, *notebooks))
    for name, notebooks in IN_THE_LAB.items()
}

Part = tuple[str, str]
"""Name of a sweep, and of one of its parts."""


# What a part depends on


def part_of(nodeid: str) -> Part | None:
    """The part of a sweep that a test belongs to, if it does."""
    for name, sweep in SWEEPS.items():
        if found := re.match(sweep.tests, nodeid):
            return name, found.groupdict().get("part", "all")
    return None


def files_of(part: Part, tests: Iterable[str]) -> list[Path]:
    """The files that decide the outcome of the tests in these files, sorted."""
    name, which = part
    patterns = [pattern.format(part=which, name=which.replace(".", "_")) for pattern in SWEEPS[name].files]
    found = {path for pattern in (*patterns, *EVERYWHERE) for path in matching(pattern)}
    for test in tests:
        found |= modules_behind(ROOT / test)
    return sorted(found)


@cache
def matching(pattern: str) -> frozenset[Path]:
    """The files of the repository that a pattern names, without caches and hidden folders."""
    found = (path for path in ROOT.glob(pattern) if path.is_file())
    return frozenset(path for path in found if not any(map(is_cache, path.relative_to(ROOT).parts)))


def is_cache(name: str) -> bool:
    """Whether a file or folder of this name is nothing that a test depends on."""
    return name.startswith(".") or name == "__pycache__"


@cache
def modules_behind(module: Path) -> frozenset[Path]:
    """A module, the `conftest.py` beside it, and what these import from the repository, directly or not."""
    found, waiting = set(), [module, module.with_name("conftest.py")]
    while waiting:
        path = waiting.pop()
        if path not in found and path.is_file():
            found.add(path)
            waiting += imported_by(path)
    return frozenset(found)


@cache
def imported_by(module: Path) -> tuple[Path, ...]:
    """The files in which what a module imports anywhere may stand; not all of them exist."""
    places = [ROOT.joinpath(*name.split(".")) for name in imported_names(module.read_text(encoding="utf-8"))]
    return tuple(file for place in places for file in (place.with_suffix(".py"), place / "__init__.py"))


def imported_names(source: str) -> Iterator[str]:
    """The full name of all that code imports anywhere: modules, and what is taken from them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def hash_of(part: Part, tests: Iterable[str]) -> str:
    """Sixteen hexadecimal digits, other ones as soon as a file of the part is another."""
    digest = hashlib.sha256()
    for path in files_of(part, tests):
        digest.update(f"{path.relative_to(ROOT).as_posix()} {hash_of_file(path)}\n".encode())
    return digest.hexdigest()[:16]


@cache
def hash_of_file(path: Path) -> str:
    """Of the bytes, whatever ends the lines."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


# The record


def world_of(reads_data: bool) -> str:
    """Where a proof holds: in any world, or with the data of this run."""
    if not reads_data:
        return "any"
    return "stand-ins" if os.environ.get("COURSE_OFFLINE") == "1" else "real data"


def read_record(path: Path | None = None) -> dict[Part, dict[str, str]]:
    """By part and world, the hash that it was proven with on this operating system."""
    table = _all_systems(path or RECORD)
    return {
        (name, which): worlds for name, parts in table.get(sys.platform, {}).items() for which, worlds in parts.items()
    }


def write_record(record: dict[Part, dict[str, str]], path: Path | None = None) -> None:
    """Write what holds on this operating system; what holds on others stays."""
    path = path or RECORD
    table = _all_systems(path)
    table[sys.platform] = defaultdict(dict)
    for (name, which), worlds in record.items():
        table[sys.platform][name][which] = worlds
    lines = [HEADER]
    for system, sweeps in sorted(table.items()):
        for name, parts in sorted(sweeps.items()):
            lines.append(f'\n[{system}."{name}"]\n')
            for which, worlds in sorted(parts.items()):
                entries = ", ".join(f'"{world}" = "{digest}"' for world, digest in sorted(worlds.items()))
                lines.append(f'"{which}" = {{ {entries} }}\n')
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _all_systems(path: Path) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


# Leaving out, and proving


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--prove`."""
    parser.addoption("--prove", action="store_true", help="run the long tests that are not on record, and record them")


def leaves_out(config: pytest.Config) -> bool:
    """Whether a run is one of everything, for which the record counts."""
    is_picky = config.option.keyword or config.getoption("lf", default=False)
    return asks_for_everything(config) and not is_picky and os.environ.get("COURSE_PROVE") != "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is proven; with `--prove`, all that is not a part of a sweep, too."""
    proves = config.getoption("prove")
    if not (proves or leaves_out(config)):
        return
    tests, worlds = defaultdict(set), {}
    for item in items:
        if part := part_of(item.nodeid):
            tests[part].add(item.nodeid.split("::")[0])
            worlds[item] = part, world_of(item.get_closest_marker("data") is not None)
    digests = {part: hash_of(part, files) for part, files in tests.items()}
    record = {} if os.environ.get("COURSE_PROVE") == "1" else read_record()

    def is_needed(item: pytest.Item) -> bool:
        if item not in worlds:
            return not proves
        part, world = worlds[item]
        is_sample = part[1] == SWEEPS[part[0]].sample and not proves
        return is_sample or record.get(part, {}).get(world) != digests[part]

    needed, left_out = [], []
    for item in items:
        (needed if is_needed(item) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = needed


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say that something may be left out."""
    if not leaves_out(config) or config.getoption("prove"):
        return None
    return (
        "long tests that passed with the files that are here are left out; COURSE_PROVE=1 runs them (tests/proven.py)"
    )


class _Prover:
    """Follows the tests of a run, in the process that starts it, and records the parts that passed."""

    def __init__(self) -> None:
        self.passed: dict[tuple[Part, str], bool] = {}
        self.tests: dict[Part, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if part := part_of(report.nodeid):
            key = part, world_of("data" in report.keywords)
            self.passed[key] = self.passed.get(key, True) and report.passed
            self.tests[part].add(report.nodeid.split("::")[0])

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if not self.passed or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return  # nothing ran, or it was stopped: nobody knows what is missing
        record = read_record()
        for (part, world), passed in self.passed.items():
            if passed:
                record.setdefault(part, {})[world] = hash_of(part, self.tests[part])
            else:
                record.get(part, {}).pop(world, None)
        write_record({part: worlds for part, worlds in record.items() if worlds})


def pytest_configure(config: pytest.Config) -> None:
    """With `--prove`, follow the tests; not in the processes that run them for another."""
    if config.getoption("prove") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Prover())
