"""Call what a student wrote, on copies of the arguments; explain its errors, and sort what it returns."""

from __future__ import annotations

import inspect
import re
import sysconfig
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from helpers.checks.diagnoses import Kind, numbers


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
        raise _explain_error(label, error) from error


def unpack(label: str, result: Any, names: list[str]) -> list[Any]:
    """Returned values, one a name; `NotYet` where there are more or fewer, or one is not attempted."""
    if result is None:
        raise NotYet(f"{label} is not right yet\n  it returned None: is the `return` line missing?", "none")
    several = isinstance(result, (tuple, list))
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
        return same_form and torch.allclose(numbers(before), numbers(after), rtol=0, atol=0, equal_nan=True)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    if type(before) is dict:
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    return before == after if isinstance(before, (int, float, str)) else True


def _name_arguments(function: Callable[..., Any], args: Sequence[Any]) -> dict[str, Any]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return {names[i] if i < len(names) else f"argument {i + 1}": value for i, value in enumerate(args)}


def _explain_error(label: str, error: Exception) -> NotYet:
    number, line = _line_of_student(error)
    # PyTorch raises NotImplementedError too, as for the mean of whole numbers; a stub says nothing or says `raise`.
    if isinstance(error, NotImplementedError) and (not str(error) or "raise NotImplementedError" in line):
        return not_attempted(label)
    message = str(error).splitlines()[0] if str(error) else "no message"
    summary = f"{type(error).__name__}: {message}"
    lines = [f"{label}: stopped by an error", f"  {summary[:200]}"]
    if line:
        lines.append(f"  at line {number}: {line}")
    lines += [f"  {cause}" for pattern, cause in _CAUSES if re.search(pattern, summary)][:1]
    return NotYet("\n".join(lines), "error")


def _line_of_student(error: Exception) -> tuple[int | None, str]:
    """Number and text of the deepest line that is neither PyTorch's, nor Python's, nor ours; without one, no text."""
    others = (sysconfig.get_path("stdlib"), str(Path(__file__).parents[1]), "<frozen")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(others) and not re.search("(site|dist)-packages", frame.filename):
            return frame.lineno, frame.line or ""
    return None, ""


# Searched in `Type: message`, first hit speaks. PyTorch rewords its errors between releases, so the patterns are short.
_CAUSES = (
    (
        r"mat1 and mat2 shapes|size mismatch|batch2 tensor to be|inconsistent tensor size",
        "The inner sizes of a matrix product must agree: is a .T missing, or the order the other way round?",
    ),
    (
        r"size of tensor a",
        "Sizes are lined up from the right, and each pair must agree or hold a 1: print both shapes first.",
    ),
    (
        r"same dtype|expected scalar type|target dtype",
        "The two tensors differ in dtype: print both, then .float() one.",
    ),
    (
        r"not implemented for|infer output dtype|floating point",
        "Whole numbers or booleans came where fractions are wanted: .float() first.",
    ),
    (r"multi-target", "The labels must be of shape (batch,): .squeeze(1) takes out a dimension of size 1."),
    (r"Target \d+ is out of bounds", "A label is as large as the number of classes: labels run from 0 to classes - 1."),
    (
        r"does not require grad",
        "The graph is cut: by .detach(), .item(), no_grad, or a leaf without requires_grad=True?",
    ),
    (r"leaf Variable", "A parameter was changed while autograd was watching: put the update under torch.no_grad()."),
    (r"backward through the graph a second", "The graph is used up by backward(): compute the loss afresh before it."),
    (r"numpy\(\) on Tensor that requires grad", "NumPy knows no graph: .detach() first."),
    (
        r"is invalid for input of size|view size",
        "The sizes must multiply to as many numbers as there are: print the shape.",
    ),
    (r"before Module.__init__", "super().__init__() must be the first line of __init__."),
    (r'missing the required "forward"', "The class has no forward method: is it misspelt, or not indented enough?"),
    (r"Dimension out of range", "The tensor has fewer dimensions than dim= counts: print its shape."),
    (
        r"'NoneType' object|: 'NoneType'",
        "Something is None: a gradient before backward(), or a function without return?",
    ),
    (r"values to unpack", "The names on the left must be as many as the values: is one not returned, or not saved?"),
    (r"NameError", "Is it misspelt, or was the cell that makes it not run yet?"),
    (r"UnboundLocalError", "It is read before it is set: set it before the loop or the if."),
    (
        r"positional argument|unexpected keyword",
        "Leave the names and the number of the arguments as the stub had them.",
    ),
    (
        r"IndexError.*out of (bounds|range)",
        "An index is too large: counting starts at 0, and the last one is the size minus 1.",
    ),
    (r"more than one value is ambiguous|converted to (Python )?[Ss]calar", "Here one number is wanted, not a tensor."),
    (r"RecursionError", "The function calls itself and never stops."),
)
