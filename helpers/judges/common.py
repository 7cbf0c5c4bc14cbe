"""What the judges of several exercises need. For whoever writes an exercise; imports `helpers.checks` alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from helpers.checks import NotYet, diagnose


def demand(fact: object, label: str, cause: str) -> None:
    """Stop unless a fact holds.

    Args:
        fact: what should be true.
        label: name of the function or of the value that is judged.
        cause: what is the matter; said as certain only where it is.

    Raises:
        NotYet: it does not hold.

    Example:
        >>> demand(2 < 1, "area", "it is too large.")
        Traceback (most recent call last):
        helpers.checks.NotYet: area is not right yet
          it is too large.
    """
    if not fact:
        raise NotYet(f"{label} is not right yet\n  {cause}")


def agree(
    label: str,
    got: object,
    wanted: object,
    mistakes: Sequence[tuple[object, str]] = (),
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Compare two values, silently; a wrong one that a known mistake gives is told by that mistake's cause.

    Args:
        label: name of the value.
        got: the student's tensor, array or number.
        wanted: tensor, array, number or list of numbers.
        mistakes: pairs of a wrong value and its cause. A cause is told only if the value is the student's: choose
            numbers for which no other slip gives the same.
        rtol: as in `check_close`.
        atol: as in `check_close`.

    Raises:
        NotYet: the two differ.
    """
    options = {"rtol": rtol, "atol": atol}
    finding = diagnose(got, wanted, **options)
    if finding is None:
        return
    for value, cause in mistakes:
        demand(diagnose(got, value, **options) is not None, label, cause)
    demand(False, label, str(finding))


def seal(label: str, value: object) -> str:
    """Sixteen hexadecimal digits that stand for an answer, so that a judge can know it and not show it.

    Args:
        label: name of the question, so that equal answers of two questions look different.
        value: a number or a string.
    """
    return hashlib.sha256(f"{label}: {value}".encode()).hexdigest()[:16]


def check_line(label: str, line: object, sealed: str, *, first: int = 1, last: int, hint: str) -> None:
    """Judge the number of the line in which a given program has its slip.

    Args:
        label: name of the question, as sealed.
        line: what the student answers.
        sealed: `seal(label, line)` of the right line, an int.
        first: smallest line number of the program.
        last: largest one.
        hint: what to do where the line is another one.

    Raises:
        NotYet: it is no line of the program, or another one.
    """
    whole = isinstance(line, int) and not isinstance(line, bool)
    demand(whole, label, f"wanted the number of a line, an int, got {line!r}.")
    demand(first <= line <= last, label, f"the program has the lines {first} to {last}, got {line}.")
    demand(seal(label, line) == sealed, label, f"line {line} does what it should. {hint}")
