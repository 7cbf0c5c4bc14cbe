"""Which tests stay together when several processes share the work, and which groups come first.

The cells of a notebook run in one kernel, in order; the browser tests share one JupyterLab; the bank of an exercise
needs one state of its solution, and the turns of a notebook one of the notebook. The tests of any other file stay
together, too, so that what they load is loaded once; only files where each test takes long are taken apart. The longest
groups come first: a long one that comes last leaves the other processes idle. (The loadgroup mode of pytest-xdist 3.8
is meant for this, and has no effect under pytest 9.2.)
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest

BANK = "tests/exercises/test_bank.py"
TURNS = "tests/turns/test_turns.py"
TOGETHER = ("tests/browser/", "tests/book/")
APART = ("tests/notebooks/test_bands.py", "tests/exercises/test_release.py")

SECONDS = {
    "tests/browser/": 400,
    f"{BANK}::ex[1245]": 60,
    f"{BANK}::*": 30,
    f"{TURNS}::*": 20,
    "solutions/*": 40,
    "code-units/*": 35,
    "tests/notebooks/test_bands.py::*": 30,
    "tests/gates/test_plugin.py": 25,
    "tests/abuse/*": 110,
    "tests/honest/*": 105,
    "tests/load/*": 90,
    "tests/instructor/test_walkthrough.py": 100,
    "tests/instructor/*": 30,
    "tests/book/": 200,
    "tests/playgrounds/*": 60,
    "tests/slides/*": 60,
    "tests/exercises/test_release.py::test_unattempted*": 20,
    "tests/helpers/*": 20,
    "tests/setup/*": 15,
    "*": 5,
}
"""Rough seconds of a group; the first pattern that fits counts."""


def group_of(nodeid: str) -> str:
    """The group of a test: its notebook, its file, its exercise in the bank, one of `TOGETHER`, or the test alone."""
    file = nodeid.split("::")[0]
    if file in APART:
        return nodeid
    if file == TURNS and (notebook := re.search(r"\[(\d+\.\d+\.\d+)-", nodeid)):
        return f"{TURNS}::{notebook[1]}"
    if file == BANK and (exercise := re.search(r"\[(ex\d+)_", nodeid)):
        return f"{BANK}::{exercise[1]}"
    return next((prefix for prefix in TOGETHER if file.startswith(prefix)), file)


def seconds_of(group: str) -> int:
    """About how long a group takes."""
    return next(seconds for pattern, seconds in SECONDS.items() if fnmatchcase(group, pattern))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the bank in the order of its questions; where processes share the tests, the longest groups first."""
    in_order_of_questions(items)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: -seconds_of(group_of(item.nodeid)))


def in_order_of_questions(items: list[pytest.Item]) -> None:
    """Sort the tests of the bank, in the places that they have, by exercise and question."""
    places = [i for i, item in enumerate(items) if item.nodeid.startswith(BANK) and hasattr(item, "callspec")]
    asked = [items[i] for i in places]
    questions = list(dict.fromkeys(_question_of(item) for item in asked))
    # Python's sort keeps the order of what is equal: the solution's own test stays the first of its question.
    exercises = list(dict.fromkeys(exercise for exercise, _ in questions))
    asked.sort(key=lambda item: (exercises.index(_question_of(item)[0]), questions.index(_question_of(item))))
    for i, item in zip(places, asked, strict=True):
        items[i] = item


def _question_of(item: pytest.Item) -> tuple[str, str]:
    return item.callspec.params["name"], item.callspec.params["question"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Hand out whole groups, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return GroupScheduling(config, log)
