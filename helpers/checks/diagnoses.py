"""What `helpers.checks` can tell about a wrong answer: one function a diagnosis, in the order of `DIAGNOSES`.

Each knows a mistake, not an answer: nothing here holds a formula of the course.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from helpers.checks.shapes import Shape, WantedShape, find_orders, fits, guess_cause, tell_both

Kind = Literal[
    "not attempted",
    "error",
    "count",
    "none",
    "not a tensor",
    "not finite",
    "transposed",
    "broadcast",
    "shape",
    "dtype",
    "sign",
    "times batch",
    "divided by batch",
    "factor",
    "offset",
    "order",
    "some places",
    "attached",
    "changed in place",
    "numbers",
]
Hint = str | Mapping[Kind, str]


@dataclass(frozen=True)
class Finding:
    """What a diagnosis has to say.

    Args:
        kind: name of the diagnosis, one of `Kind`.
        fact: what was measured, without a full stop.
        guess: the likeliest mistake behind it, as far as that can be told without knowing the question.
        table: lines of numbers that stand below the text.

    Example:
        >>> finding = Finding("sign", "every number has the wrong sign", "is a minus missing?")
        >>> print(finding)
        every number has the wrong sign: is a minus missing?
        >>> finding.told(hint={"sign": "gradient descent goes downhill."})
        'every number has the wrong sign: gradient descent goes downhill.'
    """

    kind: Kind
    fact: str
    guess: str = ""
    table: str = ""

    def __str__(self) -> str:
        return self.told()

    def told(self, hint: Hint | None = None) -> str:
        """Text of the finding with the question's own hint.

        Args:
            hint: a sentence that follows any finding; or one for each kind, which takes the place of the general
                guess and, where there is none, follows the fact as a sentence.

        Returns:
            One line of text, and the table below it if there is one.
        """
        guess, after = self.guess, hint if isinstance(hint, str) else ""
        if isinstance(hint, Mapping) and hint.get(self.kind):
            guess, after = (hint[self.kind], "") if guess else ("", hint[self.kind])
        text = f"{self.fact}: {guess}" if guess else f"{self.fact}."
        return "\n".join(filter(None, [f"{text} {after}".rstrip(), self.table]))


def refuse_unknown_kinds(hint: Hint | None) -> None:
    """`ValueError` where a hint is keyed by a kind that does not exist: nobody would ever see it."""
    unknown = set(hint) - set(get_args(Kind)) if isinstance(hint, Mapping) else set()
    if unknown:
        raise ValueError(f"no diagnosis is called {sorted(unknown)}: use some of {list(get_args(Kind))}")


# One function a diagnosis


@dataclass(frozen=True, kw_only=True)
class Case:
    """An answer, the wanted one, and what is known about them: `raw` as it came, `got` as a tensor where it can be one.

    The other options are those of `helpers.checks.diagnose`.
    """

    raw: object
    got: Tensor | None
    wanted: Tensor
    rtol: float
    atol: float
    batch_size: int | None
    detached: bool
    changed: tuple[str, ...]
    dtype_matters: bool

    @cached_property
    def yours(self) -> Tensor:
        """The answer's numbers, float64."""
        return numbers(self.got)

    @cached_property
    def target(self) -> Tensor:
        """The wanted numbers, float64."""
        return numbers(self.wanted)

    @cached_property
    def exact(self) -> bool:
        """Whether both hold whole numbers or booleans, so that no rounding is forgiven."""
        return not (self.wanted.is_floating_point() or self.got.is_floating_point())

    @cached_property
    def right_places(self) -> Tensor:
        """True where a number is right; the two shapes must be the same."""
        rtol, atol = (0.0, 0.0) if self.exact else (self.rtol, self.atol)
        return torch.isclose(self.yours, self.target, rtol=rtol, atol=atol, equal_nan=True)

    @cached_property
    def right(self) -> bool:
        """Whether shape and numbers are right; the dtype may still be another."""
        return self.yours.shape == self.target.shape and bool(self.right_places.all())

    def explains(self, candidate: Tensor, target: Tensor | None = None) -> bool:
        """Whether a mistake undone gives the target; stricter than `right` where all numbers are as small as atol."""
        target = self.target if target is None else target
        # 1e-9: undoing a mistake in whole numbers goes through float64, and rounds.
        rtol, atol = (1e-9, 0.0) if self.exact else (self.rtol, min(self.atol, 1e-3 * largest(target)))
        same_shape = candidate.shape == target.shape
        return same_shape and bool(torch.isclose(candidate, target, rtol=rtol, atol=atol, equal_nan=True).all())


_Look = Callable[[Case], Finding | None]


def _unless_right(look: _Look) -> _Look:
    """Ask only where some number is wrong."""

    @wraps(look)
    def looked(case: Case) -> Finding | None:
        return None if case.right else look(case)

    return looked


def _none_returned(case: Case) -> Finding | None:
    if case.raw is None:
        return Finding("none", "it is None", "is a `return` missing, or was it never filled in?")
    return None


def _not_a_tensor(case: Case) -> Finding | None:
    return name_what_came(case.raw) if case.got is None else None


def _not_finite(case: Case) -> Finding | None:
    expected = case.target.isfinite()
    odd = ~case.yours.isfinite() & (expected if expected.shape == case.yours.shape else expected.all())
    if not odd.any():
        return None
    nan = odd & case.yours.isnan()
    if nan.any():
        guess = "0/0, the log of a negative number, inf - inf, or steps so large that training ran away?"
        return Finding("not finite", _count_odd(nan, "NaN"), guess)
    return Finding("not finite", _count_odd(odd, "infinite"), "a division by 0, log(0), or exp of a large number?")


@_unless_right
def _transposed(case: Case) -> Finding | None:
    got, wanted = tuple(case.yours.shape), tuple(case.target.shape)
    order = next((order for order in find_orders(got, wanted) if case.explains(case.yours.permute(order))), None)
    if order is None:
        return None
    fact = "the numbers are right, but" if got == wanted else f"{tell_both(wanted, got)}:"
    if len(order) == 2:
        return Finding("transposed", f"{fact} yours is the transpose")
    return Finding("transposed", f"{fact} the dimensions are in another order", f".permute{order} mends it.")


def _wrong_shape(case: Case) -> Finding | None:
    return explain_shape(tuple(case.yours.shape), tuple(case.target.shape), case.batch_size)


def _wrong_dtype(case: Case) -> Finding | None:
    wanted, got = (str(dtype).removeprefix("torch.") for dtype in (case.wanted.dtype, case.got.dtype))
    if got == wanted or not case.dtype_matters:
        return None
    fact = f"the numbers are right, but {got} where {wanted} is wanted" if case.right else f"wanted {wanted}, got {got}"
    methods = {"float32": ".float()", "float64": ".double()", "int64": ".long()", "bool": ".bool()"}
    mend = methods.get(wanted, f".to(torch.{wanted})")
    return Finding("dtype", fact, f"{mend} converts it, or dtype=torch.{wanted} where it is made.")


@_unless_right
def _sign_flipped(case: Case) -> Finding | None:
    if case.wanted.dtype == torch.bool and case.explains(1 - case.yours):
        return Finding("sign", "True and False are swapped", "is a ~ missing, or < where > is wanted?")
    if largest(case.target) == 0 or not case.explains(-case.yours):
        return None
    fact = "every number has the wrong sign"
    if case.yours.numel() == 1:
        fact = f"the number has the wrong sign, {_tell_pair(case.target, case.yours)}"
    return Finding("sign", fact, "is a minus missing, or one too many?")


@_unless_right
def _constant_factor(case: Case) -> Finding | None:
    factor = float((case.yours * case.target).sum() / (case.target * case.target).sum())
    if not math.isfinite(factor) or factor == 0 or f"{factor:.4g}" == "1" or not case.explains(case.yours / factor):
        return None
    fact = f"{'every' if case.yours.numel() > 1 else 'the'} number is {_name_factor(factor)}"
    size = case.batch_size or 1
    if size > 1 and math.isclose(abs(factor), size, rel_tol=1e-4):
        guess = "is a division by the batch missing?"
        return Finding("times batch", f"{fact}, and the batch holds {size}", guess)
    if size > 1 and math.isclose(abs(factor), 1 / size, rel_tol=1e-4):
        guess = "was a mean taken where a sum is wanted?"
        return Finding("divided by batch", f"{fact}, and the batch holds {size}", guess)
    # One number is always some multiple of another: only a factor that means something may speak.
    guess = next((text for known, text in _KNOWN_FACTORS.items() if math.isclose(factor, known, rel_tol=1e-4)), "")
    several = (case.target.abs() > 1e-3 * largest(case.target)).sum() > 1
    return Finding("factor", fact, guess) if several or (guess and not case.exact) else None


_KNOWN_FACTORS = {
    2.0: "is it counted twice, or a 1/2 left out?",
    0.5: "is a 2 left out, as from the derivative of a square?",
    100.0: "is it a percentage where a share in [0, 1] is wanted?",
    0.01: "is it a share in [0, 1] where a percentage is wanted?",
}


@_unless_right
def _constant_offset(case: Case) -> Finding | None:
    if case.yours.numel() < 2 or case.wanted.dtype == torch.bool:
        return None
    gap = case.yours - case.target
    if _is_one_shift(case, gap, gap.mean()):
        size, way = gap.mean().abs().item(), "large" if gap.mean() > 0 else "small"
        guess = "does counting start at 0?" if case.exact else "is a constant missing, or one too many?"
        return Finding("offset", f"every number is {size:.4g} too {way}", guess)
    if gap.ndim == 2 and len(gap) > 1 and not case.right_places.any() and _is_one_shift(case, gap, gap.mean(dim=0)):
        guess = "is the bias missing, or added twice?"
        return Finding("offset", f"every row is off by the same {gap.shape[1]} numbers", guess)
    return None


@_unless_right
def _rows_in_another_order(case: Case) -> Finding | None:
    if case.yours.ndim == 0 or len(case.yours) < 2:
        return None
    yours, target = (values.reshape(len(values), -1) for values in (case.yours, case.target))
    (places, _), (sources, distinct) = _sort_rows(yours), _sort_rows(target)
    # With few distinct rows, as in a column of labels, a wrong answer is soon the right one shuffled.
    if distinct <= len(target) / 2 or not case.explains(yours[places], target[sources]):
        return None
    first = int((~case.right_places).nonzero()[0, 0])
    source = int(sources[places == first])
    what = "number" if case.yours.ndim == 1 else "row"
    fact = f"the {what}s are right, but in another order, your {what} {first} is the wanted {what} {source}"
    return Finding("order", fact, "was something shuffled or sorted on the way?")


@_unless_right
def _right_in_some_places(case: Case) -> Finding | None:
    if not case.right_places.any():
        return None
    first = (~case.right_places).nonzero()[0].tolist()
    pair = _tell_pair(case.target[tuple(first)], case.yours[tuple(first)])
    fact = f"{int(case.right_places.sum())} of {case.yours.numel()} numbers are right"
    return Finding("some places", f"{fact}; the first that isn't is at {first}: {pair}")


def _still_attached(case: Case) -> Finding | None:
    if not (case.detached and case.got.requires_grad):
        return None
    fact = "it is still attached to autograd's graph (requires_grad=True)"
    fact = f"the numbers are right, but {fact}" if case.right else fact
    return Finding("attached", fact, "compute it under torch.no_grad(), or .detach() it.")


def _changed_in_place(case: Case) -> Finding | None:
    if not case.changed:
        return None
    names = " and ".join(case.changed)
    guess = "+=, [...] = and methods that end in _ write into the caller's tensor; make a new one."
    return Finding(
        "changed in place",
        f"{names} came in as input and {'was' if len(case.changed) == 1 else 'were'} changed in place",
        guess,
    )


@_unless_right
def _otherwise(case: Case) -> Finding | None:
    if case.yours.numel() == 1:
        return Finding("numbers", _tell_pair(case.target, case.yours))
    wanted, got = _side_by_side(case.target.flatten()[:4], case.yours.flatten()[:4])
    width = max(map(len, wanted + got))
    rows = {"wanted": wanted, "got": got}
    table = "\n".join(f"    {name:6}" + "".join(f"  {n:>{width}}" for n in row) for name, row in rows.items())
    return Finding("numbers", f"none of the {case.yours.numel()} numbers is right; this is how they begin", table=table)


DIAGNOSES: tuple[_Look, ...] = (
    _none_returned,
    _not_a_tensor,
    _not_finite,
    _transposed,
    _wrong_shape,
    _wrong_dtype,
    _sign_flipped,
    _constant_factor,
    _constant_offset,
    _rows_in_another_order,
    _right_in_some_places,
    _still_attached,
    _changed_in_place,
    _otherwise,
)


# Shapes, numbers and words


def explain_shape(got: Shape, wanted: WantedShape, batch_size: int | None = None) -> Finding | None:
    """Likeliest reason for a wrong shape; None when it is right."""
    if fits(got, wanted):
        return None
    kind, guess = guess_cause(got, wanted, batch_size)
    return Finding(kind, tell_both(wanted, got), guess)


def name_what_came(value: object) -> Finding:
    """What came in place of a tensor, and how to make one of it."""
    name = type(value).__name__
    guess = "was it called?" if callable(value) else ""
    if isinstance(value, (list, tuple)) and value:
        mend = "torch.stack(...)" if isinstance(value[0], Tensor) else "torch.tensor(...)"
        guess = f"{mend} makes one of it."
    return Finding("not a tensor", f"wanted a tensor, got {'an' if name[0].lower() in 'aeiou' else 'a'} {name}", guess)


def as_tensor(value: object, *, lists: bool = False) -> Tensor | None:
    """The value as a tensor; None where it can't be one, or is a list and lists are not allowed."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (int, float, np.ndarray, np.generic)) or (lists and isinstance(value, (list, tuple))):
        try:
            # A copy in C order: torch takes neither read-only arrays nor negative strides.
            return torch.as_tensor(np.array(value, order="C"))
        except (TypeError, ValueError):
            return None
    return None


def numbers(tensor: Tensor) -> Tensor:
    """The tensor's numbers, float64, off the graph and on the CPU."""
    return tensor.detach().cpu().to(torch.float64)


def largest(values: Tensor) -> float:
    """Largest absolute value among the finite ones; 0 where there is none."""
    finite = values[values.isfinite()].abs()
    return float(finite.max()) if finite.numel() else 0.0


def _count_odd(odd: Tensor, what: str) -> str:
    if odd.numel() == 1:
        return f"the number is {what}"
    count, first = int(odd.sum()), odd.nonzero()[0].tolist()
    return f"{count} of {odd.numel()} numbers {'is' if count == 1 else 'are'} {what}, the first at {first}"


def _name_factor(factor: float) -> str:
    """The factor in words: `8 times the wanted one`, `1/8 of the wanted one`, `0.739 times the wanted one`."""
    for below in range(1, 13):
        above = round(factor * below)
        if above and math.isclose(factor * below, above, rel_tol=1e-5):
            return f"{above} times the wanted one" if below == 1 else f"{above}/{below} of the wanted one"
    below = round(1 / factor)
    if abs(below) > 12 and math.isclose(1 / factor, below, rel_tol=1e-5):
        return f"{'-' if below < 0 else ''}1/{abs(below)} of the wanted one"
    return f"{factor:.4g} times the wanted one"


def _is_one_shift(case: Case, gap: Tensor, shift: Tensor) -> bool:
    """Whether the gap is the shift, up to rounding and clearly more than rounding."""
    return case.explains(case.yours, case.target + shift) and bool(((gap - shift).abs() <= 0.01 * shift.abs()).all())


def _sort_rows(rows: Tensor) -> tuple[Tensor, int]:
    """Order of the rows by a seeded random mixture of their columns, and how many of the mixtures are distinct."""
    # Sorted column by column, rows would swap at the least rounding; and for large tensors that takes a minute.
    weights = torch.rand(rows.shape[1], generator=torch.Generator().manual_seed(0), dtype=rows.dtype)
    mixtures, order = (rows @ weights).sort(stable=True)
    return order, 1 + int((mixtures.diff() > 1e-9 * largest(mixtures)).sum())


def _tell_pair(wanted: Tensor, got: Tensor) -> str:
    (wanted_text,), (got_text,) = _side_by_side(wanted, got)
    return f"wanted {wanted_text}, got {got_text}"


def _side_by_side(wanted: Tensor, got: Tensor) -> tuple[list[str], list[str]]:
    """Both as text, with as many digits as it takes to see a difference."""
    for digits in (4, 7, 12):
        texts = [[_round(number, digits) for number in values.flatten().tolist()] for values in (wanted, got)]
        if all(a != b for a, b in zip(*texts, strict=True)):
            break
    return texts[0], texts[1]


def _round(number: float, digits: int) -> str:
    whole = number.is_integer() and abs(number) < 1e9
    return str(int(number)) if whole else f"{number:.{digits}g}"
