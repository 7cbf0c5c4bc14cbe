"""Likeliest causes of a wrong shape, told from the two shapes alone: the first of `_GUESSES` that applies speaks.

For whoever writes an exercise. Two shapes prove nothing about how they came to be, so a cause asks, or says "perhaps";
what a `.reshape(...)` or `.squeeze(...)` does to the shape is certain. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations
from typing import Literal

ShapeKind = Literal["transposed", "broadcast", "shape"]
Shape = tuple[int, ...]
WantedShape = tuple[int | None, ...]  # None allows any size


def guess_cause(got: Shape, wanted: WantedShape, batch_size: int | None) -> tuple[ShapeKind, str]:
    """Kind of the mistake and what may be behind it, for two shapes that don't fit.

    Example:
        >>> guess_cause((8, 5), (5,), batch_size=8)
        ('shape', 'the batch is still there. Is a sum or a mean over dim=0 missing?')
    """
    guesses = ((kind, guess(got, wanted, batch_size)) for kind, guess in _GUESSES)
    return next((kind, text) for kind, text in guesses if text)


def fits(shape: Shape, wanted: WantedShape) -> bool:
    """Whether each size is the wanted one, or any will do."""
    return len(shape) == len(wanted) and all(n is None or n == size for size, n in zip(shape, wanted, strict=True))


def find_orders(got: Shape, wanted: WantedShape) -> Iterator[Shape]:
    """Orders of the dimensions, but for the present one, that would fit."""
    present = tuple(range(len(got)))
    if len(got) == len(wanted) <= 5:  # more dimensions have too many orders to try
        for order in permutations(present):
            if order != present and fits(tuple(got[dim] for dim in order), wanted):
                yield order


def tell_both(wanted: WantedShape, got: Shape) -> str:
    """Both shapes in words: `wanted (any, 784), got (64, 28)`."""
    sizes = ", ".join(map(_size, wanted)) + ("," if len(wanted) == 1 else "")
    return f"wanted ({sizes}), got {got}"


def _swapped(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    order = next(find_orders(got, wanted), None)
    if order is None:
        return None
    if len(got) == 2:
        return "the sizes are swapped. Is a .T missing, or one too many?"
    return f"the sizes are in another order. .permute{order} would put them right."


def _size_one(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    if not fits(tuple(n for n in got if n != 1), tuple(n for n in wanted if n != 1)):
        return None
    few, many = sorted([got, wanted], key=len)
    is_column = len(few) == 1 and len(many) == 2 and many[1] == 1
    danger = f" Left so, ({got[0]}, 1) against ({got[0]},) broadcasts to {got[:1] * 2}." if is_column else ""
    call = _fit_size_one(got, wanted)
    if len(got) > len(wanted):
        return f"a dimension of size 1 too many, {call} takes it out.{danger}"
    return f"a dimension of size 1 is missing, {call} puts it in.{danger}"


def _fit_size_one(got: Shape, wanted: WantedShape) -> str:
    for dim, size in enumerate(got):
        if size == 1 and fits(_without(got, dim), wanted):
            return f".squeeze({dim})"
    for dim, size in enumerate(wanted):
        if size == 1 and fits(got, _without(wanted, dim)):
            return f".unsqueeze({dim})"
    return _reshape(wanted)


def _outer(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    if len(got) != 2 or got[0] != got[1]:
        return None
    n = got[0]
    if wanted not in [(n,), (n, 1), (1, n)]:
        return None
    return f"perhaps a column ({n}, 1) met a row ({n},) and both were broadcast. Bring them to one shape first."


def _not_flattened(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    if len(got) > 2 and len(wanted) == 2 and fits((got[0], math.prod(got[1:])), wanted):
        return "flatten each example and keep the batch: .flatten(start_dim=1)."
    return None


def _flattened_too_far(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    row = math.prod(n for n in wanted if n is not None)
    if len(got) != 1 or len(wanted) < 2 or wanted.count(None) > 1 or row == 0:
        return None
    rows, rest = divmod(got[0], row)
    # Where any size will do, one row alone is rather an example without its batch.
    if rest == 0 and (rows > 1 if None in wanted else rows == 1):
        return f"perhaps everything was flattened into one row. {_reshape(wanted)} undoes that."
    return None


def _dimension_too_many(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    for dim, size in enumerate(got):
        if fits(_without(got, dim), wanted):
            is_batch = dim == 0 and size == batch_size and batch_size not in wanted
            what = "the batch" if is_batch else f"dimension {dim}, of size {size},"
            return f"{what} is still there. Is a sum or a mean over dim={dim} missing?"
    return None


def _dimension_missing(got: Shape, wanted: WantedShape, batch_size: int | None) -> str | None:
    for dim, size in enumerate(wanted):
        if fits(got, _without(wanted, dim)):
            if dim == 0 and size is None:
                return "the batch dimension is missing. .unsqueeze(0) makes a batch of one."
            return f"dimension {dim}, of size {_size(size)}, is gone. Was it summed, averaged or indexed away?"
    return None


def _otherwise(got: Shape, wanted: WantedShape, batch_size: int | None) -> str:
    if not wanted:
        return "one number is wanted. Is a .sum() or a .mean() missing?"
    if len(got) == len(wanted) == 1 and got[0] == batch_size:
        return "that is one number per example. Was the sum or mean taken over dim=1 in place of dim=0?"
    if None not in wanted and math.prod(got) == math.prod(wanted):
        return f"as many numbers, laid out in another way. Is a .reshape{wanted} missing?"
    if len(got) != len(wanted):
        return f"{len(wanted)} dimensions are wanted, there are {len(got)}."
    wrong = [(dim, n) for dim, n in enumerate(wanted) if n is not None and n != got[dim]]
    return " and ".join(f"dimension {dim} should be {n}" for dim, n in wrong) + "."


_GUESSES = (
    ("transposed", _swapped),
    ("broadcast", _size_one),
    ("broadcast", _outer),
    ("shape", _not_flattened),
    ("shape", _flattened_too_far),
    ("shape", _dimension_too_many),
    ("shape", _dimension_missing),
    ("shape", _otherwise),
)


def _without(shape: WantedShape, dim: int) -> WantedShape:
    return shape[:dim] + shape[dim + 1 :]


def _reshape(wanted: WantedShape) -> str:
    return f".reshape({', '.join('-1' if n is None else str(n) for n in wanted)})"


def _size(n: int | None) -> str:
    return "any" if n is None else str(n)
