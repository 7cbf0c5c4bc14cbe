"""Call what a student wrote, on copies of the arguments; tell what stopped it, and sort what it returns.

For whoever writes an exercise. Imports `errors` and `diagnoses` alone.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from helpers.checks.diagnoses import Kind, numbers
from helpers.checks.errors import Stop


class NotYet(AssertionError):
    """An answer that is not right yet.

    Args:
        message: what the student reads; the first line names the thing, the rest says what is the matter.
        kind: which diagnosis spoke, one of `Kind`; tests compare it rather than the wording.

    Example:
        >>> NotYet("dW is not right yet", "transposed").kind
        'transposed'
    """

    __module__ = "helpers.checks"  # where it is public: messages call it by that name

    def __init__(self, message: str, kind: Kind = "numbers") -> None:
        super().__init__(message)
        self.kind = kind

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython shows in place of the traceback."""
        return str(self).splitlines()


def not_attempted(label: str) -> NotYet:
    """What to say about a stub."""
    return NotYet(f"{label}: not attempted yet. Write it above, then run this cell again.", "not attempted")


def stopped(label: str, stop: Stop) -> NotYet:
    """What to say about an answer that an error stopped."""
    if stop.is_stub:
        return not_attempted(label)
    return NotYet("\n  ".join([f"{label}: stopped by an error", *stop.tell()]), "error")


def refuse_unattempted(label: str, got: object) -> None:
    """A stub's `...` left in place is not a wrong answer."""
    if got is Ellipsis:
        raise not_attempted(label)


def call_on_copies(
    label: str, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[Any, tuple[str, ...]]:
    """Call a student's function on copies of the arguments.

    Returns:
        What it returned, and the names of the arguments that it changed in place.

    Raises:
        NotYet: not attempted, or stopped by an error (kept as `__cause__`).
    """
    given, given_by_name = _copy(tuple(args)), _copy(dict(kwargs))
    result = call(label, function, *given, **given_by_name)
    before = _name_arguments(function, args) | dict(kwargs)
    after = _name_arguments(function, given) | given_by_name
    return result, tuple(name for name in before if not _same(before[name], after[name]))


def call(label: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a student's function on the arguments themselves; `NotYet` as for `call_on_copies`."""
    try:
        return function(*args, **kwargs)
    except NotYet:  # a check inside the student's code speaks for itself
        raise
    except Exception as error:
        raise stopped(label, Stop(error, function)) from error


def unpack(label: str, result: Any, names: list[str]) -> list[Any]:
    """Returned values, one per name; `NotYet` where there are more or fewer, or one is not attempted."""
    if result is None:
        text = "it returned None: is the `return` line missing? (What is printed is not returned.)"
        raise NotYet(f"{label} is not right yet\n  {text}", "none")
    # A list where one value is wanted is looked at as that value: its author may have meant a tensor.
    several = isinstance(result, tuple) or (isinstance(result, list) and len(names) > 1)
    values = list(result) if several else [result]
    if len(values) != len(names) or (several and len(names) == 1):
        came = f"a {type(result).__name__} of {len(values)}" if several else f"one {type(result).__name__}"
        wanted = f"{len(names)} values are" if len(names) > 1 else "one value is"
        text = f"{wanted} wanted, it returned {came}: end with `return {', '.join(names)}`."
        raise NotYet(f"{label} is not right yet\n  {text}", "count")
    for value in values:
        refuse_unattempted(label, value)
    return values


def _copy(value: Any) -> Any:
    """Value with its tensors and arrays cloned; other leaves, such as models, are shared."""
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(_copy(item) for item in value)
    if type(value) is dict:
        return {key: _copy(item) for key, item in value.items()}
    return value


def _same(before: Any, after: Any) -> bool:
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and before.tobytes() == after.tobytes()
    if isinstance(before, Tensor):
        same_form = before.shape == after.shape and before.dtype == after.dtype
        if not same_form or before.is_meta or after.is_meta:
            return same_form
        return torch.allclose(numbers(before), numbers(after), rtol=0, atol=0, equal_nan=True)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    if isinstance(before, float) and math.isnan(before):
        return math.isnan(after)
    return before == after if isinstance(before, (int, float, str)) else True


def _name_arguments(function: Callable[..., Any], args: Sequence[Any]) -> dict[str, Any]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return {names[i] if i < len(names) else f"argument {i + 1}": value for i, value in enumerate(args)}
