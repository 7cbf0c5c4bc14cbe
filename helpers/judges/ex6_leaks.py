"""Tables with planted leaks, and what is found in them. For whoever writes or marks exercises.

Each column has a reason why it is, or is not, to be named; the judge tells that reason to whoever got it wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from helpers.judges.common import demand
from helpers.judges.ex6_tables import names_of

KINDS = ("after", "identifier", "twins")


@dataclass
class Leaky:
    """A table, and what stands behind each of its columns and rows.

    Attributes:
        columns: by name; the target is one of them.
        target: its name.
        parts: row numbers of train, valid and test; not every row is in one.
        planted: kind of leak to names (to rows, for twins).
        reasons: name of a column, or number of a row, to what it is.
    """

    columns: dict[str, Tensor | list[str]]
    target: str
    parts: list[list[int]]
    planted: dict[str, set] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    reasons: dict[str | int, str] = field(default_factory=dict)


def leaky_table(seed: int, kind: int) -> Leaky:
    """A table of about 120 rows; `kind` 0 and 1 have other leaks, and each has honest columns that look like some."""
    rng = random.Random(10 * seed + kind)
    num_rows = rng.randint(110, 130)
    parts = _parts(rng, num_rows)
    twins = _Twins.draw(rng, parts, num_rows)
    y = np.array([round(np.exp(rng.gauss(4, 0.6)), 3) for _ in range(num_rows)])
    for source, copy in twins.copies:
        y[copy] = y[source]
    target, *names = names_of(rng, 24)
    table = Leaky({target: torch.tensor(y, dtype=torch.float32)}, target, parts)
    found = [*_numbers(rng, y, kind, twins.free), *_texts(rng, y, kind, twins.free)]
    for name, (column, reason, is_leak) in zip(names, found, strict=False):
        as_text = isinstance(column, list)
        table.columns[name] = column if as_text else torch.tensor(column, dtype=torch.float32)
        table.reasons[name] = reason
        if is_leak:
            table.planted["identifier" if as_text else "after"].add(name)
    order = list(table.columns)
    rng.shuffle(order)
    one, other = sorted((name for name in order if isinstance(table.columns[name], list)), key=order.index)[:2]
    order.remove(other)
    order.insert(order.index(one) + 1, other)  # two columns of text side by side
    table.columns = {name: table.columns[name] for name in order}
    twins.plant(table, one, other)
    return table


def _parts(rng: random.Random, num_rows: int) -> list[list[int]]:
    rows = list(range(num_rows))
    rng.shuffle(rows)
    fifth = num_rows // 5
    return [rows[2 * fifth : -6], rows[:fifth], rows[fifth : 2 * fifth]]  # six rows are in none


def _noise(rng: random.Random, y: np.ndarray, size: float) -> np.ndarray:
    logs = np.log(y)
    return logs + size * logs.std() * np.array([rng.gauss(0, 1) for _ in y])


def _known_only(column: np.ndarray, rows: list[int]) -> np.ndarray:
    return np.where(np.isin(np.arange(len(column)), rows), column, np.nan)


def _ranked(rng: random.Random, y: np.ndarray, least: float, most: float) -> np.ndarray:
    """A column whose rank correlation with y lies between two limits."""
    noise, size = _noise(rng, y, 1.0) - np.log(y), 0.1
    while True:
        column = np.log(y) + size * noise
        found = np.corrcoef(column.argsort().argsort(), y.argsort().argsort())[0, 1]
        if least < found < most:
            return column
        size *= 1.03 if found > most else 0.9


def _numbers(rng: random.Random, y: np.ndarray, kind: int, free: list[int]) -> list[tuple[np.ndarray, str, bool]]:
    """Columns of numbers with their reasons; `free` are the rows without a copy."""
    extreme = np.array([rng.gauss(0, 1) for _ in y])
    extreme[np.argmax(y)] = 1e4  # one pair of extremes makes Pearson's correlation large
    found = [
        (_ranked(rng, y, 0.91, 0.925), "it goes with the target: a rank correlation of about 0.92, below 0.95", False),
        (_noise(rng, y, 0.9), "it goes with the target as honest columns do: a rank correlation of about 0.7", False),
        (-_noise(rng, y, 1.2), "it falls when the target rises, honestly: a rank correlation of about -0.6", False),
        (extreme, "one extreme value meets the largest target; its ranks have nothing to do with the target's", False),
        (np.full(len(y), 4.0), "it is the same in all rows", False),
        (_known_only(y, rng.sample(free, 9)), "it is known in nine rows, too few to tell", False),
    ]
    if kind == 0:
        some = rng.sample(range(len(y)), len(y) // 3)
        found.append((_ranked(rng, y, 0.968, 0.978), "its rank correlation with the target is about 0.97", True))
        found.append((np.exp(-2 * _noise(rng, y, 0.02)), "it falls, on a curve, as the target rises", True))
        found.append((_known_only(0.9 * y + 3, some), "where it is known, it goes with the target all the way", True))
    else:
        found.append((np.exp(_noise(rng, y, 0.03)) ** 4, "it rises with the target, on a steep curve", True))
        found.append((_known_only(5 - y, rng.sample(free, 10)), "in the ten rows where it is known, it falls", True))
    return found


def _texts(rng: random.Random, y: np.ndarray, kind: int, free: list[int]) -> list[tuple[list[str], str, bool]]:
    """Columns of text with their reasons; `free` are the rows without a copy."""
    by_target = sorted(free, key=lambda row: y[row])
    numbers = rng.sample(range(100, 999), len(y))
    every = [f"T{numbers[row]}" if row in free else "" for row in range(len(y))]

    def with_pairs(low: list[int], high: list[int]) -> list[str]:
        column = list(every)
        for one, other in zip(low, high, strict=True):
            column[one] = column[other]
        return column

    apart = with_pairs(by_target[:6], by_target[-6:])
    middle = by_target[45:59]
    beside = with_pairs(middle[:7], middle[7:])
    nine = with_pairs(by_target[10:80:18][:4], by_target[11:81:18][:4])
    nine[by_target[12]] = nine[by_target[11]]
    found = [
        ([rng.choice(["red", "blue", ""]) for _ in y], "an honest category", False),
        ([f"g{rng.randint(1, 25)}" for _ in y], "an honest group: rows that share it have different targets", False),
        (every, "no two rows share a value, so it tells nothing about other rows", False),
        (apart, "most values stand in one row only; the rows that share one have different targets", False),
        (beside, "the rows that share a value lie in the middle, as near to all such rows as to each other", False),
        (nine, "nine rows share their value with another, too few to tell", False),
    ]
    fifths = {row: f"f{5 * rank // len(by_target)}" for rank, row in enumerate(by_target)}
    found.append(
        ([fifths.get(row, "") for row in range(len(y))], "its values tell the target roughly, to more than 5 %", False)
    )
    crowd = rng.sample(by_target[5:-5], 35)  # and pairs: their own deviations, averaged by value, would look small
    others = [row for row in by_target if row not in crowd]
    paired = {row: f"p{rank // 2}" for rank, row in enumerate(others)} | dict.fromkeys(crowd, "crowd")
    cause = "a third of its rows share one value, and their targets differ: mean over rows, not over values"
    found.append(([paired.get(row, "") for row in range(len(y))], cause, False))
    codes = rng.sample(range(10, 99), 60)
    if kind == 0:
        bands = {row: f"c{codes[rank // 5]}" for rank, row in enumerate(by_target[:-10])}
        found.append(([bands.get(row, "") for row in range(len(y))], "rows that share a value have like targets", True))
    else:
        ten = with_pairs(by_target[10:80:14], by_target[11:81:14])
        found.append((ten, "the ten rows that share their value with another have like targets", True))
        bands = {row: f"d{codes[rank // 3]}" for rank, row in enumerate(by_target[:-6])}
        column = [bands.get(row, f"e{row}") for row in range(len(y))]
        for low, high in zip(by_target[:3], by_target[3:6], strict=True):
            column[low] = column[high]
        found.append((column, "it stands for narrow bands of the target", True))
    return found


@dataclass
class _Twins:
    """Rows that are copies: across parts, within one, into no part, and a nearly equal one."""

    train: list[int]
    valid: list[int]
    test: list[int]
    outside: int
    free: list[int]

    @classmethod
    def draw(cls, rng: random.Random, parts: list[list[int]], num_rows: int) -> _Twins:
        train, valid, test = rng.sample(parts[0], 9), rng.sample(parts[1], 3), rng.sample(parts[2], 6)
        inside = {row for part in parts for row in part}
        outside = next(row for row in range(num_rows) if row not in inside)
        taken = {*train, *valid, *test, outside}
        return cls(train, valid, test, outside, [row for row in range(num_rows) if row not in taken])

    @property
    def copies(self) -> list[tuple[int, int]]:
        train, valid, test = self.train, self.valid, self.test
        across = [(train[0], test[0]), (valid[0], test[1]), (train[1], valid[1])]
        inside = [(train[1], train[2]), (train[3], train[4]), (valid[2], self.outside)]
        return [*across, *inside, *self.nearly]

    @property
    def nearly(self) -> list[tuple[int, int]]:
        """Rows that differ in a text, in the target, in a number's last digits, and in two texts changing places."""
        return list(zip(self.train[5:9], self.test[2:6], strict=True))

    def plant(self, table: Leaky, one: str, other: str) -> None:
        """Copy rows, and change some copies a little; `one` and `other` are columns of text, side by side."""
        for column in table.columns.values():
            for source, copy in self.copies:
                column[copy] = column[source]
        changed = (copy for _, copy in self.nearly)
        table.columns[one][next(changed)] += "x"
        table.columns[table.target][next(changed)] += 0.5
        row = next(changed)
        full = next(c for n, c in table.columns.items() if n != table.target and _varies(c))
        full[row] = torch.nextafter(full[row], torch.tensor(torch.inf))
        row, copy = self.nearly[-1]
        table.columns[one][row], table.columns[other][row] = f"u{row}", f"u{row}u{row}"
        table.columns[one][copy], table.columns[other][copy] = f"u{row}u{row}", f"u{row}"
        train, valid, test = self.train, self.valid, self.test
        across = [(train[0], test[0]), (valid[0], test[1]), (train[2], valid[1]), (train[1], valid[1])]
        for one, other in across:
            table.planted["twins"] |= {one, other}
            table.reasons[one] = f"row {other}, in another part, is its twin"
            table.reasons[other] = f"row {one}, in another part, is its twin"
        for one, other in ((train[3], train[4]), (train[4], train[3])):
            table.reasons[one] = f"its twin, row {other}, is in the same part"
        table.reasons[valid[2]] = f"its twin, row {self.outside}, is in no part"
        table.reasons[self.outside] = "it is in no part"
        where = ("in one column", "in the target", "in the last digits of one number", "in two columns")
        for (row, copy), place in zip(self.nearly, where, strict=True):
            table.reasons[row] = f"it differs from row {copy} {place}"
            table.reasons[copy] = f"it differs from row {row} {place}"


def _varies(column: Tensor | list[str]) -> bool:
    return isinstance(column, Tensor) and not column.isnan().any() and len(column.unique()) > 1


def whole_leaks(label: str, found: Any, table: Leaky) -> None:
    """Refuse what is missing under a kind, and what is accused without being guilty."""
    demand(isinstance(found, dict), label, f"wanted a dictionary, got a {type(found).__name__}.")
    demand(set(found) == set(KINDS), label, f"wanted the keys {list(KINDS)}, got {sorted(map(str, found))}.")
    for kind in KINDS:
        listed = found[kind].tolist() if isinstance(found[kind], Tensor | np.ndarray) else found[kind]
        is_list = isinstance(listed, list | tuple | set | frozenset)
        demand(is_list, label, f"{kind!r}: wanted a list, got a {type(found[kind]).__name__}.")
        what = "row" if kind == "twins" else "column"
        whole = kind != "twins" or all(isinstance(item, int | np.integer) for item in listed)
        demand(whole, label, f"{kind!r}: wanted row numbers, got {list(listed)[:3]}.")
        named = {int(item) for item in listed} if kind == "twins" else set(map(str, listed))
        demand(len(named) == len(listed), label, f"{kind!r}: something is named twice: {list(listed)[:8]}.")
        demand(table.target not in named, label, f"{kind!r} names the target itself.")
        for item in sorted(table.planted[kind] - named):
            demand(False, label, f"{kind!r} does not name the {what} {item!r}: {table.reasons[item]}.")
        for item in sorted(named - table.planted[kind]):
            no_twin = "it is in one part only, and has no twin"
            reason = table.reasons.get(item, no_twin if kind == "twins" else "the table has no such column")
            if kind != "twins" and item in table.columns and isinstance(table.columns[item], list) == (kind == "after"):
                reason = f"it is a column of {'text' if kind == 'after' else 'numbers'}"
            demand(False, label, f"{kind!r} names the {what} {item!r}, wrongly: {reason}.")
