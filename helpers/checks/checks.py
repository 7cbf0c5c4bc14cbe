"""Instant answers for students: what was wanted, what came, and the likeliest mistake.

Four checks are for notebooks: `check_close` for a value, `check_function` for a function, `compare_gradients` for
gradients worked out by hand, `check_shape` for the border between two units. The first three print one line when all
is well; `check_shape` is silent, so that it may stand inside a forward pass. Each raises `NotYet` when something is
amiss: pytest and graders see an `AssertionError`, a student in Jupyter sees the message and no traceback.

In an exercise they stand in a `with question(...)` block, which shows what is not right yet and goes on.

Underneath lies `diagnose`, a pure function. It knows mistakes, not answers: nothing here holds a formula of the course.

For whoever writes an exercise. Imports nothing of `helpers` but its neighbours in `helpers.checks`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from helpers.checks.diagnoses import (
    DIAGNOSES,
    Case,
    Finding,
    Hint,
    as_tensor,
    explain_shape,
    largest,
    name_what_came,
    numbers,
    refuse_unknown_kinds,
)
from helpers.checks.student_code import NotYet, call, call_on_copies, refuse_unattempted, unpack


def check_close(
    label: str,
    got: object,
    wanted: object,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    batch_size: int | None = None,
    detached: bool = False,
    hint: Hint | None = None,
    praise: str | None = None,
) -> None:
    """Print that a value is right, or say what is the matter with it.

    Args:
        label: name of the value or of the question.
        got: the student's tensor, array or number; or a function without arguments that returns it, so that an
            exercise not yet written is told as such.
        wanted: tensor, array, number or list of numbers.
        rtol: allowed difference of each number, relative to the wanted one; whole numbers must be equal.
        atol: allowed difference on top. Raise it for long float32 sums that come out near 0.
        batch_size: examples in the batch; a factor of that size is then called by its name.
        detached: whether a result that still hangs on autograd's graph is a mistake.
        hint: the question's own hint: see `Finding.told`.
        praise: one sentence on why the answer matters, shown when it is right.

    Raises:
        NotYet: the value is not right; the message is the diagnosis.
        ValueError: the hint is keyed by a kind that does not exist.

    Example:
        >>> check_close("loss", torch.tensor(0.25), 0.25, praise="Half of a half: chance level.")
        loss: right. Half of a half: chance level.
        >>> check_close("loss", torch.tensor(-0.25), 0.25)
        Traceback (most recent call last):
        helpers.checks.NotYet: loss is not right yet
          the number has the wrong sign, wanted 0.25, got -0.25: is a minus missing, or one too many?
    """
    refuse_unknown_kinds(hint)
    if inspect.isroutine(got):
        got = call(label, got)
    refuse_unattempted(label, got)
    _refuse(label, diagnose(got, wanted, rtol=rtol, atol=atol, batch_size=batch_size, detached=detached), hint)
    _print_right(label, praise)


def check_shape(label: str, tensor: torch.Tensor | np.ndarray, wanted_shape: Sequence[int | None]) -> None:
    """Assert the shape of a tensor, silently, and name the likeliest mistake when it is another.

    Args:
        label: name of the tensor.
        tensor: anything with a `shape`.
        wanted_shape: one size per dimension; None allows any size, as for the batch.

    Raises:
        NotYet: the shape is another.

    Example:
        >>> check_shape("X", torch.zeros(64, 784), (None, 784))
        >>> check_shape("X", torch.zeros(64, 1, 28, 28), (None, 784))
        Traceback (most recent call last):
        helpers.checks.NotYet: X has the wrong shape
          wanted (any, 784), got (64, 1, 28, 28): flatten each example and keep the batch: .flatten(start_dim=1).
    """
    if not hasattr(tensor, "shape"):
        raise NotYet(f"{label} has no shape\n  {name_what_came(tensor)}", "not a tensor")
    finding = explain_shape(tuple(tensor.shape), tuple(wanted_shape))
    if finding is not None:
        raise NotYet(f"{label} has the wrong shape\n  {finding}", finding.kind)


def check_function(
    function: Callable[..., Any],
    args: Sequence[Any],
    wanted: Any,
    *,
    names: str | Sequence[str],
    kwargs: Mapping[str, Any] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    batch_size: int | None = None,
    detached: bool = False,
    hints: Mapping[str, Hint] | None = None,
    label: str | None = None,
    praise: str | None = None,
) -> None:
    """Call a student's function on copies of the arguments, and judge each value that it returns.

    Args:
        function: what the student wrote.
        args: positional arguments, a tuple; tensors in it, also within lists and dictionaries, are copied first.
        wanted: what should be returned; a sequence, one value per name, where there are two names or more.
        names: name of the returned value, or names of the returned values.
        kwargs: keyword arguments, copied in the same way.
        rtol: as in `check_close`.
        atol: as in `check_close`.
        batch_size: as in `check_close`.
        detached: as in `check_close`; True suits gradients worked out by hand, False a forward pass.
        hints: a hint for each of `names`: see `Finding.told`.
        label: what the message calls the function; its own name unless given.
        praise: one sentence on why the answer matters, shown when all is right.

    Raises:
        NotYet: not attempted, stopped by an error (kept as `__cause__`), or not right.
        TypeError: `args` is a tensor rather than a tuple.
        ValueError: `wanted` or `hints` do not fit `names`.

    Example:
        >>> def linear_backward(E, X):
        ...     return X.T @ E / len(X), E.sum(dim=0)
        >>> E, X = torch.ones(8, 5), torch.ones(8, 3)
        >>> check_function(
        ...     linear_backward, (E, X), (E.T @ X, E.sum(dim=0)), names=["dW", "db"],
        ...     hints={"dW": "Like W, dW is (out, in)."},
        ... )
        Traceback (most recent call last):
        helpers.checks.NotYet: linear_backward: dW is not right yet
          wanted (5, 3), got (3, 5): the sizes are swapped. Is a .T missing, or one too many? Like W, dW is (out, in).
    """
    names = [names] if isinstance(names, str) else list(names)
    wanted_values = _match_names(args, wanted, names, hints)
    label = label or getattr(function, "__name__", type(function).__name__)
    result, changed = call_on_copies(label, function, args, kwargs or {})
    options = dict(rtol=rtol, atol=atol, batch_size=batch_size, detached=detached, changed=changed)
    for name, got, value in zip(names, unpack(label, result, names), wanted_values, strict=True):
        finding = diagnose(got, value, **options)
        hint = (hints or {}).get(name)
        # The function changed the input, whichever of its results is looked at, so a sentence on one is left out.
        whole = finding is not None and finding.kind == "changed in place"
        hint = None if whole and isinstance(hint, str) else hint
        _refuse(label if whole else f"{label}: {name}", finding, hint)
    _print_right(label, praise)


def compare_gradients(
    pairs: Mapping[str, tuple[torch.Tensor | None, torch.Tensor | None]],
    *,
    tolerance: float = 1e-5,
    batch_size: int | None = None,
) -> None:
    """Print one line for each gradient that agrees with autograd's, then diagnose the first that does not.

    Two gradients agree when no difference is larger than `tolerance` times the largest number of the wanted one (times
    1 where that is all zeros). A long float32 sum that happens to end near 0 carries the rounding of all its terms, so
    it is measured against the tensor and not against itself. What is printed is the bound, never the difference, so
    the output is the same on every machine.

    Args:
        pairs: by name, your gradient and the wanted one, two tensors of one shape and dtype.
        tolerance: largest difference, relative to the largest number of the wanted gradient.
        batch_size: examples in the batch; a factor of that size is then called by its name.

    Raises:
        NotYet: a gradient differs, or autograd has none to compare with, or has one that is not finite.

    Example:
        >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> (w**2).sum().backward()
        >>> compare_gradients({"dw": (2 * w.detach(), w.grad)})
        dw  (2,)  agrees to 1e-05
    """
    findings = {name: _compare_gradient(*pair, tolerance, batch_size) for name, pair in pairs.items()}
    agreed = {name: str(tuple(pairs[name][1].shape)) for name, finding in findings.items() if finding is None}
    name_width = max(map(len, agreed), default=0)
    shape_width = max(map(len, agreed.values()), default=0)
    for name, shape in agreed.items():
        print(f"{name:{name_width}}  {shape:{shape_width}}  agrees to {tolerance:g}")
    for name, finding in findings.items():
        _refuse(name, finding)


def diagnose(
    got: object,
    wanted: object,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    batch_size: int | None = None,
    detached: bool = False,
    changed: tuple[str, ...] = (),
) -> Finding | None:
    """Find the likeliest mistake: the first of `DIAGNOSES` that holds.

    Args:
        got: tensor, array or number to judge; anything else is told to be none of these.
        wanted: tensor, array, number or list of numbers.
        rtol: allowed difference of each number, relative to the wanted one; whole numbers must be equal.
        atol: allowed difference on top.
        batch_size: examples in the batch, to call a factor of that size by its name.
        detached: whether `got` must be off autograd's graph.
        changed: names of inputs that were changed while `got` was computed.

    Returns:
        The finding; None when all is right.

    Raises:
        TypeError: `wanted` can't be made a tensor.

    Example:
        >>> X = torch.arange(6.0).reshape(2, 3)
        >>> print(diagnose(X / 8, X, batch_size=8))
        every number is 1/8 of the wanted one, and the batch holds 8: was a mean taken where a sum is wanted?
        >>> diagnose(X, X) is None
        True
    """
    target = as_tensor(wanted, lists=True)
    if target is None:
        raise TypeError(f"wanted must be a tensor, an array, a number or a list of numbers, got {wanted!r}")
    case = Case(
        answer=got,
        tensor=as_tensor(got),
        wanted=target,
        rtol=rtol,
        atol=atol,
        batch_size=batch_size,
        detached=detached,
        changed=changed,
        dtype_matters=isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor),
    )
    return next(filter(None, (look(case) for look in DIAGNOSES)), None)


def _match_names(args: Any, wanted: Any, names: list[str], hints: Mapping[str, Hint] | None) -> list[Any]:
    """Wanted values, one per name; refuses what the question's author got wrong."""
    if isinstance(args, torch.Tensor):
        raise TypeError("args must be a tuple of arguments, got a tensor: use (tensor,)")
    values = [wanted] if len(names) == 1 else list(wanted)
    if len(values) != len(names):
        raise ValueError(f"wanted must hold one value for each of {names}, got {len(values)}")
    for name, hint in (hints or {}).items():
        if name not in names:
            raise ValueError(f"a hint is for {name!r}, which is not among {names}")
        refuse_unknown_kinds(hint)
    return values


def _refuse(label: str, finding: Finding | None, hint: Hint | None = None) -> None:
    if finding is not None:
        raise NotYet(f"{label} is not right yet\n  {finding.told(hint)}", finding.kind)


def _print_right(label: str, praise: str | None) -> None:
    print(f"{label}: right. {praise}" if praise else f"{label}: right")


def _compare_gradient(
    got: torch.Tensor | None, wanted: torch.Tensor | None, tolerance: float, batch_size: int | None
) -> Finding | None:
    if wanted is None:
        guess = "was backward() called, and was requires_grad=True before that?"
        return Finding("none", "there is no gradient to compare with", guess)
    if not numbers(wanted).isfinite().all():
        return Finding("not finite", "the gradient to compare with holds NaN or infinity", "is the loss itself finite?")
    atol = tolerance * (largest(numbers(wanted)) or 1.0)
    return diagnose(got, wanted, rtol=0.0, atol=atol, batch_size=batch_size)
