"""What `helpers.checks` can tell about a wrong answer: one function per diagnosis, in the order of `DIAGNOSES`.

For whoever writes an exercise and wonders where a message comes from. Each diagnosis knows a mistake, not an answer:
nothing here holds a formula of the course. A fact is measured, and certain; a guess at what lies behind it asks, or
says "perhaps". Imports `shapes` alone.
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


# One function per diagnosis


@dataclass(frozen=True, kw_only=True)
class Case:
    """An answer, the wanted one, and what is known about them.

    Args:
        answer: what the student gave, as it came.
        tensor: the answer as a tensor; None where it can't be one.
        wanted: the right answer.

    The other options are those of `helpers.checks.diagnose`.
    """

    answer: object
    tensor: Tensor | None
    wanted: Tensor
    rtol: float
    atol: float
    batch_size: int | None
    detached: bool
    changed: tuple[str, ...]
    dtype_matters: bool

    @cached_property
    def numbers(self) -> Tensor:
        """The answer's numbers, float64; complex128 where either side is complex."""
        return numbers(self.tensor).to(self._dtype)

    @cached_property
    def wanted_numbers(self) -> Tensor:
        """The wanted numbers, of the same dtype."""
        return numbers(self.wanted).to(self._dtype)

    @property
    def _dtype(self) -> torch.dtype:
        return torch.complex128 if self.is_complex else torch.float64

    @property
    def is_complex(self) -> bool:
        """Whether either side is complex: larger and smaller mean nothing then."""
        return self.tensor.is_complex() or self.wanted.is_complex()

    @cached_property
    def exact(self) -> bool:
        """Whether both hold whole numbers or booleans, so that no rounding is forgiven."""
        return not any(side.is_floating_point() or side.is_complex() for side in (self.wanted, self.tensor))

    @cached_property
    def tolerances(self) -> dict[str, float]:
        """What is forgiven: for float16 and bfloat16, one rounding at least."""
        if self.exact:
            return {"rtol": 0.0, "atol": 0.0}
        halves = [torch.finfo(s.dtype).eps for s in (self.wanted, self.tensor) if s.dtype in _HALVES]
        return {"rtol": max([self.rtol, *halves]) if self.rtol else 0.0, "atol": self.atol}

    @cached_property
    def right_places(self) -> Tensor:
        """True where a number is right; the two shapes must be the same."""
        return torch.isclose(self.numbers, self.wanted_numbers, **self.tolerances, equal_nan=True)

    @cached_property
    def right(self) -> bool:
        """Whether shape and numbers are right; the dtype may still be another."""
        return self.numbers.shape == self.wanted_numbers.shape and bool(self.right_places.all())

    def explains(self, candidate: Tensor, target: Tensor | None = None) -> bool:
        """Whether a mistake undone gives the target; stricter than `right` where all numbers are as small as atol."""
        target = self.wanted_numbers if target is None else target
        # 1e-9: undoing a mistake in whole numbers goes through float64, and rounds.
        rtol, atol = self.tolerances.values()
        rtol, atol = (1e-9, 0.0) if self.exact else (rtol, min(atol, 1e-3 * largest(target)))
        same_shape = candidate.shape == target.shape
        return same_shape and bool(torch.isclose(candidate, target, rtol=rtol, atol=atol, equal_nan=True).all())


_HALVES = (torch.float16, torch.bfloat16)
_Look = Callable[[Case], Finding | None]


def _unless_right(look: _Look) -> _Look:
    """Ask only where some number is wrong."""

    @wraps(look)
    def looked(case: Case) -> Finding | None:
        return None if case.right else look(case)

    return looked


def _of_real_numbers(look: _Look) -> _Look:
    """Ask only where numbers can be put in order."""

    @wraps(look)
    def looked(case: Case) -> Finding | None:
        return None if case.is_complex else look(case)

    return looked


def _none_returned(case: Case) -> Finding | None:
    if case.answer is None:
        return Finding("none", "it is None", "is a `return` missing, or was it never filled in?")
    return None


def _not_a_tensor(case: Case) -> Finding | None:
    if case.tensor is None:
        return name_what_came(case.answer)
    if case.tensor.is_meta:
        return Finding("not a tensor", "it is on the meta device, where a tensor has a shape and no numbers")
    return None


def _not_finite(case: Case) -> Finding | None:
    expected = case.wanted_numbers.isfinite()
    odd = ~case.numbers.isfinite() & (expected if expected.shape == case.numbers.shape else expected.all())
    if not odd.any():
        return None
    nan = odd & case.numbers.isnan()
    if nan.any():
        guess = "0/0, the log of a negative number, inf - inf, or steps so large that training ran away?"
        return Finding("not finite", _count_odd(nan, "NaN"), guess)
    return Finding("not finite", _count_odd(odd, "infinite"), "a division by 0, log(0), or exp of a large number?")


@_unless_right
def _transposed(case: Case) -> Finding | None:
    got, wanted = tuple(case.numbers.shape), tuple(case.wanted_numbers.shape)
    order = next((order for order in find_orders(got, wanted) if case.explains(case.numbers.permute(order))), None)
    if order is None:
        return None
    fact = "the numbers are right, but" if got == wanted else f"{tell_both(wanted, got)}:"
    if len(order) == 2:
        return Finding("transposed", f"{fact} yours is the transpose")
    return Finding("transposed", f"{fact} the dimensions are in another order", f".permute{order} puts it right.")


def _wrong_shape(case: Case) -> Finding | None:
    return explain_shape(tuple(case.numbers.shape), tuple(case.wanted_numbers.shape), case.batch_size)


def _wrong_dtype(case: Case) -> Finding | None:
    wanted, got = (str(dtype).removeprefix("torch.") for dtype in (case.wanted.dtype, case.tensor.dtype))
    if got == wanted or not case.dtype_matters:
        return None
    fact = f"the numbers are right, but {got} where {wanted} is wanted" if case.right else f"wanted {wanted}, got {got}"
    if case.tensor.is_complex() and not case.wanted.is_complex():
        return Finding("dtype", fact, "perhaps .real is wanted, or .abs(); converting drops the imaginary part.")
    if _is_cut(case):
        return Finding("dtype", f"{fact}, and the numbers are the wanted ones cut to whole numbers", _WHY_CUT)
    if case.tensor.is_floating_point() and not case.wanted.is_floating_point() and not case.right:
        return Finding("dtype", fact, "is an .argmax(), a comparison or a // missing?")
    methods = {"float32": ".float()", "float64": ".double()", "int64": ".long()", "bool": ".bool()"}
    method = methods.get(wanted, f".to(torch.{wanted})")
    return Finding("dtype", fact, f"{method} converts it, or dtype=torch.{wanted} where it is made.")


@_unless_right
def _cut_to_whole_numbers(case: Case) -> Finding | None:
    if not _is_cut(case):
        return None
    fact = "the numbers are the wanted ones cut to whole numbers"
    if case.numbers.numel() == 1:
        fact = f"the number is the wanted one cut to a whole number, {_tell_pair(case.wanted_numbers, case.numbers)}"
    return Finding("numbers", fact, _WHY_CUT)


_WHY_CUT = "is there a // in place of a /, or a rounding on the way?"


def _is_cut(case: Case) -> bool:
    """Whether the fractions are gone, and the rest is right."""
    if case.right or case.is_complex or case.numbers.shape != case.wanted_numbers.shape:
        return False
    if case.tensor.dtype == torch.bool or (case.tensor.is_floating_point() and not case.numbers.any()):
        return False  # zeros were rather never filled in
    cuts = (torch.floor, torch.trunc, torch.round)
    return any(torch.equal(case.numbers, cut(case.wanted_numbers)) for cut in cuts)


@_unless_right
def _sign_flipped(case: Case) -> Finding | None:
    if case.wanted.dtype == torch.bool and case.explains(1 - case.numbers):
        return Finding("sign", "True and False are swapped", "is a ~ missing, or < where > is wanted?")
    if largest(case.wanted_numbers) == 0 or not case.explains(-case.numbers):
        return None
    fact = "every number has the wrong sign"
    if case.numbers.numel() == 1:
        fact = f"the number has the wrong sign, {_tell_pair(case.wanted_numbers, case.numbers)}"
    return Finding("sign", fact, "is a minus missing, or one too many?")


@_unless_right
@_of_real_numbers
def _constant_factor(case: Case) -> Finding | None:
    factor = float((case.numbers * case.wanted_numbers).sum() / (case.wanted_numbers * case.wanted_numbers).sum())
    if not math.isfinite(factor) or factor == 0 or f"{factor:.4g}" == "1" or not case.explains(case.numbers / factor):
        return None
    fact = f"{'every' if case.numbers.numel() > 1 else 'the'} number is {_name_factor(factor)}"
    size = case.batch_size or 1
    if size > 1 and math.isclose(abs(factor), size, rel_tol=1e-4):
        guess = "is a division by the batch missing?"
        return Finding("times batch", f"{fact}, and the batch holds {size}", guess)
    if size > 1 and math.isclose(abs(factor), 1 / size, rel_tol=1e-4):
        guess = "was a mean taken where a sum is wanted?"
        return Finding("divided by batch", f"{fact}, and the batch holds {size}", guess)
    # One number is always some multiple of another: only a factor that means something may speak.
    guess = next((text for known, text in _KNOWN_FACTORS.items() if math.isclose(factor, known, rel_tol=1e-4)), "")
    several = (case.wanted_numbers.abs() > 1e-3 * largest(case.wanted_numbers)).sum() > 1
    return Finding("factor", fact, guess) if several or (guess and not case.exact) else None


_KNOWN_FACTORS = {
    2.0: "is it counted twice, or a 1/2 left out?",
    0.5: "is a 2 left out, as from the derivative of a square?",
    100.0: "is it a percentage where a share in [0, 1] is wanted?",
    0.01: "is it a share in [0, 1] where a percentage is wanted?",
}


@_unless_right
@_of_real_numbers
def _constant_offset(case: Case) -> Finding | None:
    if case.numbers.numel() < 2 or case.wanted.dtype == torch.bool:
        return None
    gap = case.numbers - case.wanted_numbers
    if _is_one_shift(case, gap, gap.mean()):
        size, way = gap.mean().abs().item(), "large" if gap.mean() > 0 else "small"
        guess = "does counting start at 0?" if case.exact else "is a constant missing, or one too many?"
        return Finding("offset", f"every number is {size:.4g} too {way}", guess)
    if gap.ndim == 2 and len(gap) > 1 and not case.right_places.any() and _is_one_shift(case, gap, gap.mean(dim=0)):
        guess = "is the bias missing, or added twice?"
        return Finding("offset", f"every row is off by the same {gap.shape[1]} numbers", guess)
    return None


@_unless_right
@_of_real_numbers
def _rows_in_another_order(case: Case) -> Finding | None:
    if case.numbers.ndim == 0 or len(case.numbers) < 2:
        return None
    yours, target = (values.reshape(len(values), -1) for values in (case.numbers, case.wanted_numbers))
    (places, _), (sources, distinct) = _sort_rows(yours), _sort_rows(target)
    # With few distinct rows, as in a column of labels, a wrong answer is soon the right one shuffled.
    if distinct <= len(target) / 2 or not case.explains(yours[places], target[sources]):
        return None
    first = int((~case.right_places).nonzero()[0, 0])
    source = int(sources[places == first])
    what = "number" if case.numbers.ndim == 1 else "row"
    fact = f"the {what}s are right, but in another order, your {what} {first} is the wanted {what} {source}"
    return Finding("order", fact, "was something shuffled or sorted on the way?")


@_unless_right
def _right_in_some_places(case: Case) -> Finding | None:
    if not case.right_places.any():
        return None
    first = (~case.right_places).nonzero()[0].tolist()
    pair = _tell_pair(case.wanted_numbers[tuple(first)], case.numbers[tuple(first)])
    fact = f"{int(case.right_places.sum())} of {case.numbers.numel()} numbers are right"
    return Finding("some places", f"{fact}; the first that isn't is at {first}: {pair}")


def _still_attached(case: Case) -> Finding | None:
    if not (case.detached and case.tensor.requires_grad):
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
    if case.numbers.numel() == 1:
        return Finding("numbers", _tell_pair(case.wanted_numbers, case.numbers))
    wanted, got = _side_by_side(case.wanted_numbers.flatten()[:4], case.numbers.flatten()[:4])
    width = max(map(len, wanted + got))
    rows = {"wanted": wanted, "got": got}
    table = "\n".join(f"    {name:6}" + "".join(f"  {n:>{width}}" for n in row) for name, row in rows.items())
    return Finding(
        "numbers", f"none of the {case.numbers.numel()} numbers is right; this is how they begin", table=table
    )


DIAGNOSES: tuple[_Look, ...] = (
    _none_returned,
    _not_a_tensor,
    _not_finite,
    _transposed,
    _wrong_shape,
    _wrong_dtype,
    _cut_to_whole_numbers,
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
    """What came in place of a tensor, and how to make one of it where that is certain."""
    name = type(value).__name__
    guess = "was it called?" if callable(value) else ""
    if isinstance(value, (list, tuple)) and value:
        guess = _make_one_of(value)
    return Finding("not a tensor", f"wanted a tensor, got {'an' if name[0].lower() in 'aeiou' else 'a'} {name}", guess)


def _make_one_of(values: list | tuple) -> str:
    if all(isinstance(value, Tensor) for value in values):
        same = len({value.shape for value in values}) == 1
        return (
            "torch.stack(...) makes one of it."
            if same
            else f"are its {len(values)} tensors to be joined, or is it one?"
        )
    if as_tensor(values, lists=True) is not None:
        return "torch.tensor(...) makes one of it."
    return "is one of its parts meant?"


def as_tensor(value: object, *, lists: bool = False) -> Tensor | None:
    """The value as a tensor; None where it can't be one, or is a list and lists are not allowed."""
    if isinstance(value, Tensor):
        return value
    is_number = isinstance(value, (int, float, complex, np.ndarray, np.generic))
    if is_number or (lists and isinstance(value, (list, tuple))):
        try:
            # A copy in C order: torch takes neither read-only arrays nor negative strides.
            return torch.as_tensor(np.array(value, order="C"))
        except (TypeError, ValueError, RuntimeError):
            return None
    return None


def numbers(tensor: Tensor) -> Tensor:
    """The tensor's numbers, dense, off the graph and on the CPU: float64, or complex128 where they are complex."""
    plain = tensor.detach().cpu()
    if plain.is_quantized:
        plain = plain.dequantize()
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    plain = plain if type(plain) is Tensor else plain.as_subclass(Tensor)
    return plain.to(torch.complex128 if plain.is_complex() else torch.float64)


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
    return case.explains(case.numbers, case.wanted_numbers + shift) and bool(
        ((gap - shift).abs() <= 0.01 * shift.abs()).all()
    )


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


def _round(number: complex, digits: int) -> str:
    if isinstance(number, complex):
        return f"{_round(number.real, digits)}{'-' if number.imag < 0 else '+'}{_round(abs(number.imag), digits)}j"
    whole = number.is_integer() and abs(number) < 1e9
    return str(int(number)) if whole else f"{number:.{digits}g}"
