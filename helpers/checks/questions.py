"""The check cell of an exercise's question: told at once, and the notebook goes on."""

from __future__ import annotations

import re
from types import TracebackType

from helpers.checks.student_code import NotYet, not_attempted


class question:
    """What stands in a check cell: show what is not right yet instead of raising it, so that the next cell runs too.

    Within the block, a check that is not passed, an answer that is not written yet, and a name that an answer above
    has not made yet are told in a line or two. Any other error is the student's to see, with its traceback.

    Args:
        label: name of the question or of the function that it asks for.

    Attributes:
        message: what is not right yet; empty if all is well.

    Example:
        >>> def double(x):
        ...     raise NotImplementedError()
        >>> with question("double") as q:
        ...     assert double(2) == 4
        double: not attempted yet. Write it above, then run this cell again.
        >>> q.passed
        False
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.message = f"{label}: its check did not run"

    @property
    def passed(self) -> bool:
        """Whether the block came to its end."""
        return not self.message

    def require(self) -> None:
        """Raise what was shown: for the part of a check cell that only the grader has.

        Raises:
            NotYet: the block did not come to its end.
        """
        if self.message:
            raise NotYet(self.message)

    def __enter__(self) -> question:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        told = self._tell(error)
        if told is None:
            self.message = f"{self.label}: stopped by an error\n  {type(error).__name__}: {error}"
            return False
        self.message = told
        if told:
            print(told)
        return True

    def _tell(self, error: BaseException | None) -> str | None:
        """What to show of an error; "" if there is none, None if it is not ours to explain."""
        if error is None:
            return ""
        if isinstance(error, NotYet):
            return str(error)
        if isinstance(error, NotImplementedError) and not str(error):
            return str(not_attempted(self.label))
        if isinstance(error, NameError):
            name = re.search(r"name '(\w+)'", str(error))
            missing = f"`{name[1]}`" if name else "a name"
            return (
                f"{self.label}: {missing} is missing. Answer the questions above, run their cells, then this one again."
            )
        return None
