"""Your turn: the check of what the learner writes within a notebook, `with your_turn("mse_gradients") as q:`.

Three cells follow a task: a stub (`raise NotImplementedError()`), the check, and *One way to write it*, which begins
with `if not q.passed:` and defines the same name. So an untouched notebook runs to its end, and where the learner's own
code passes, the rest of the notebook runs on it.

For whoever writes a notebook. Imports `helpers.checks` and `memory`.
"""

from __future__ import annotations

import inspect
import linecache
import re
import sys
from types import TracebackType
from typing import Any

from helpers.checks import question
from helpers.memory import remember_turn

ASKS_FIRST = re.compile(r"if not \w+\.passed:")


class your_turn(question):
    """What stands in the check cell of a turn: a `question` that remembers when the learner's own code passes.

    If the name is that of a function or class that *One way to write it* has defined, it is not the learner's, and
    counts as not attempted: so nobody passes by running the check a second time.

    Args:
        name: name of the turn, unique in the course: that of the function or class that is asked for.

    Attributes:
        message: what is not right yet; empty if all is well.
        attempted: whether the learner has written something; known when the block has ended.

    Example:
        >>> def double(x):
        ...     raise NotImplementedError()
        >>> with your_turn("double") as q:
        ...     assert double(2) == 4
        double: not attempted yet. Write it above, then run this cell again.
        >>> if not q.passed:
        ...     def double(x):
        ...         return 2 * x
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.attempted = False

    def __enter__(self) -> your_turn:
        self._names = sys._getframe(1).f_globals
        self._not_theirs = self._names.get(self.label)
        if _is_one_way_to_write_it(self._not_theirs):
            self._names[self.label] = _unwritten
        super().__enter__()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        if self._names.get(self.label) is _unwritten:
            self._names[self.label] = self._not_theirs
        handled = super().__exit__(kind, error, traceback)
        self.attempted = "not attempted yet" not in self.message
        if self.passed:
            print(f"The rest of this notebook runs on your {self.label}.")
            remember_turn(self.label)
        elif handled and self.attempted:
            print(f"Until yours passes, the notebook goes on with the {self.label} below.")
        return handled


def _unwritten(*args: Any, **kwargs: Any) -> None:
    raise NotImplementedError


def _is_one_way_to_write_it(thing: Any) -> bool:
    """Whether a function or class was defined in a cell that asks whether the learner's own has passed."""
    methods = vars(thing).values() if inspect.isclass(thing) else [thing]
    files = {method.__code__.co_filename for method in methods if inspect.isfunction(method)}
    # IPython keeps the source of each cell here, under a file name of its own.
    return any(ASKS_FIRST.match(line) for file in files for line in linecache.getlines(file))
