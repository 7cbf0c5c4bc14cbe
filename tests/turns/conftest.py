"""The order of the turns' tests: notebook by notebook and turn by turn, so that each cell runs once."""

from __future__ import annotations

import pytest

TESTS = "tests/turns/test_turns.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests of the turns, in the places that they have; what runs a whole notebook comes after its turns."""
    places = [i for i, item in enumerate(items) if item.nodeid.startswith(TESTS) and hasattr(item, "callspec")]
    tests = [items[i] for i in places]
    paths = list(dict.fromkeys(_param(item, "path") for item in tests))
    turns = list(dict.fromkeys(turn for item in tests if (turn := _param(item, "turn"))))
    # Python's sort keeps the order of what is equal: of a turn, the right answers come before the wrong ones.
    tests.sort(key=lambda item: (paths.index(_param(item, "path")), _place(turns, _param(item, "turn"))))
    for i, item in zip(places, tests, strict=True):
        items[i] = item


def _param(item: pytest.Item, name: str) -> object:
    return item.callspec.params.get(name)


def _place(turns: list[object], turn: object) -> int:
    return turns.index(turn) if turn in turns else len(turns)
