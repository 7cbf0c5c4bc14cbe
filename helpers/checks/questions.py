"""The check cell of an exercise's question: told at once, and the notebook goes on.

For whoever writes an exercise. Imports `errors` and `student_code` alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, TracebackType

from helpers.checks.errors import Stop, explain, missing_name, nearest
from helpers.checks.student_code import NotYet, not_attempted, stopped


class question:
    """What stands in a check cell: show what is not right yet instead of raising it, so that the next cell runs too.

    Within the block, a check that is not passed, an answer that is not written yet, and a name that is missing, in the
    cell or in the student's own code, are told in a few lines. Any other error is the student's to see, with its
    traceback; where its likeliest cause is known, that stands below it as a note.

    nbgrader counts a check cell as failed if it raised or wrote to stderr, and `nbgrader validate` reads no text. So
    what the student's code writes to stderr (a warning, a progress bar) is shown as if it were printed, and `nbgrader
    validate` is told by an error what a reader is told by a sentence.

    Args:
        label: name of the question or of the function that it asks for.

    Attributes:
        message: what is not right yet; empty if all is well.
        kind: which diagnosis spoke, one of `Kind`; empty if none did.

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
        self.kind = ""

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

    @contextmanager
    def graded(self) -> Iterator[None]:
        """The block for the hidden tests: what is not right is raised, and what goes to stderr costs nothing.

        Raises:
            NotYet: the block of the question itself did not come to its end.

        Example:
            >>> with question("double") as q:
            ...     assert 2 * 2 == 4
            >>> with q.graded():
            ...     assert 3 * 2 == 6
        """
        self.require()
        with stderr_as_stdout():
            yield

    def __enter__(self) -> question:
        self._stderr = stderr_as_stdout()
        self._stderr.__enter__()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        self._stderr.__exit__(None, None, None)
        told = self._tell(error, traceback.tb_frame.f_code) if traceback else ""
        self.kind = getattr(error, "kind", "")
        if told is None:
            self.message = str(stopped(self.label, Stop(error)))
            _add_note(error)
            return False
        self.message = told
        if told and os.environ.get("NBGRADER_EXECUTION") == "validate":
            raise NotYet(told) from None
        if told:
            print(told)
        return True

    def _tell(self, error: BaseException, cell: CodeType) -> str | None:
        """What to show of an error, None if it is not ours to explain."""
        if isinstance(error, NotYet):
            return str(error)
        if isinstance(error, NotImplementedError) and not str(error):
            return str(not_attempted(self.label))
        if isinstance(error, NameError):
            stop = Stop(error)
            return self._tell_missing(stop) if stop.was_raised_in(cell) else str(stopped(self.label, stop))
        return None

    def _tell_missing(self, stop: Stop) -> str:
        """The check cell itself asks for a name that the cells above have not made."""
        name = missing_name(stop.error)
        near = nearest(name, stop.frames[0][0].f_globals)
        told = f"{self.label}: `{name}` is missing. Answer the questions above, run their cells, then this one again."
        return f"{told}\n  There is a `{near}`: perhaps it is the same, misspelt." if near else told


@contextmanager
def stderr_as_stdout() -> Iterator[None]:
    """In a notebook, show what is written to stderr as if it were printed, also by compiled code."""
    stream = sys.stderr
    if not hasattr(stream, "pub_thread"):  # it is no stream of a Jupyter kernel
        yield
        return
    sys.stdout.flush()
    stream.flush()
    kept, name = os.dup(2), stream.name
    os.dup2(1, 2)
    stream.name = sys.stdout.name  # whoever holds the stream already, as a logger does, is heard as well
    try:
        yield
    finally:
        stream.flush()
        stream.name = name
        os.dup2(kept, 2)
        os.close(kept)


def _add_note(error: BaseException) -> None:
    note = explain(Stop(error))
    if note and note not in getattr(error, "__notes__", ()):
        error.add_note(note)
