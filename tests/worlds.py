"""The two worlds of the tests, real data and offline stand-ins, and which tests must see both.

A test marked `data` reads a data set: `.ci/run` runs all tests in the first world, and only these in the second
(`make test COURSE_OFFLINE=1 PYTEST_ARGS="-m data"`). The mark is put by rule, and a missing mark is noticed:

- a notebook that imports `helpers.data` is marked, with every test that runs it. One that is not marked runs with
  `COURSE_OFFLINE=1` in both worlds: should it load a data set after all, the stand-in says so, and the test fails;
- tests and doctests of `helpers.data` are marked by their folder;
- any other test fails if its process opens a file below `COURSE_DATA` or `COURSE_CACHE`.

The browser tests are not marked: what they look at is the page, and the same notebooks run without a browser, too.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

FOLDERS = ("tests/helpers/data/", "helpers/data/")
UNMARKED = "loads a data set, but is not marked as a test that reads data: see tests/worlds.py"

_opened: set[str] = set()
_watched: list[str] = []


@cache
def reads_data(path: Path) -> bool:
    """Whether a notebook imports what loads data."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    tree = ast.parse("\n".join(map(TransformerManager().transform_cell, cells)))
    return any(name.split(".")[:2] == ["helpers", "data"] for node in ast.walk(tree) for name in _imported(node))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def marks_of(path: Path) -> list[pytest.MarkDecorator]:
    """The marks of a test that runs this notebook."""
    return [pytest.mark.data] if reads_data(path) else []


def environment_of(path: Path) -> dict[str, str]:
    """The variables for the kernel of this notebook: if it is not marked, a data set that it loads is a stand-in."""
    return {} if reads_data(path) else {"COURSE_OFFLINE": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the folders where all is about data."""
    for item in items:
        if item.nodeid.startswith(FOLDERS):
            item.add_marker(pytest.mark.data)


def pytest_configure() -> None:
    """Note each file of the real data that this process opens."""
    folders = [os.environ[name] for name in ("COURSE_DATA", "COURSE_CACHE") if os.environ.get(name)]
    if folders and not _watched:
        _watched.extend(os.path.abspath(os.path.expanduser(folder)) + os.sep for folder in folders)
        sys.addaudithook(_note_opened)


def _note_opened(event: str, arguments: tuple) -> None:
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        path = os.path.abspath(os.fspath(arguments[0]))
        if path.startswith(tuple(_watched)):
            _opened.add(path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test without the mark that opened a file of the real data."""
    _opened.clear()
    result = yield
    if _opened and item.get_closest_marker("data") is None:
        pytest.fail(f"{item.nodeid} {UNMARKED}", pytrace=False)
    return result
