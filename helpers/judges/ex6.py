"""Behind the checks of exercise 6: a table from the file to a checkpoint. For whoever writes or marks exercises.

The tables come from `ex6_tables`, other names, orders and sizes for each seed. Demands are checked as properties, or
against NumPy in float64.
"""

from __future__ import annotations

import copy
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from helpers.checks import NotYet, diagnose
from helpers.checks.student_code import call, call_on_copies, refuse_unattempted
from helpers.judges.common import check_line, demand
from helpers.judges.ex6_leaks import leaky_table, whole_leaks
from helpers.judges.ex6_tables import raw_table, read_table, rows_of, write_jobs

__all__ = ["by_group", "by_time", "checkpoint", "fault", "leaks", "preparing", "reading", "write_jobs"]

Columns = dict[str, Tensor | list[str]]
SLIP = "8438df2f02437a80"


def asked(label: str, function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns for copies of the arguments; it returns something, and leaves them as they were."""
    result, changed = call_on_copies(label, function, args, {})
    refuse_unattempted(label, result)
    demand(result is not None, label, "it returned None: is the `return` line missing?")
    demand(not changed, label, f"{' and '.join(changed)} was changed in place: make new objects.")
    return result


def prepared(prepare: Callable, table: Columns, recipe: Any) -> Any:
    """As `asked`, for a recipe, in which a NaN is no change."""
    label, given = "prepare", copy.deepcopy((table, recipe))
    result = call(label, prepare, *given)
    refuse_unattempted(label, result)
    demand(result is not None, label, "it returned None: is the `return` line missing?")
    for name, before, after in zip(("columns", "recipe"), (table, recipe), given, strict=True):
        demand(_alike(before, after), label, f"{name} was changed in place: make new objects.")
    return result


def _alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, Tensor):
        same_form = one.shape == other.shape and one.dtype == other.dtype
        return same_form and torch.equal(one.nan_to_num(-1e30), other.nan_to_num(-1e30))
    return one == other or (one != one and other != other)


# Question 1


def reading(to_columns: Callable, seed: int) -> None:
    """Columns of numbers are float32 with NaN where a cell is missing; the others are tidy text with "" there."""
    label = "to_columns"
    raw, texts, missing, truth = raw_table(seed)
    columns = asked(label, to_columns, raw, texts, missing)
    demand(isinstance(columns, dict), label, f"wanted a dictionary of columns, got {type(columns).__name__}.")
    demand(set(columns) == set(raw), label, f"wanted the columns {sorted(raw)}, got {sorted(map(str, columns))}.")
    demand(list(columns) == list(raw), label, f"wanted the order of the table, {list(raw)}, got {list(columns)}.")
    for name, column in truth.items():
        if name in texts or any(isinstance(cell, str) for cell in column):
            _check_text(f"{label}: a column of text", columns[name], column, raw[name], name in texts)
        else:
            _check_numbers(f"{label}: a column of numbers", columns[name], column, raw[name])


def _check_text(label: str, got: object, wanted: list, cells: list[str], named: bool) -> None:
    shown = f"of the cells {cells[:4]}..."
    why = "it is named in `texts`: its digits are a name" if named else "not every cell of it is a number"
    demand(not isinstance(got, Tensor), label, f"{shown} came a tensor; {why}.")
    demand(isinstance(got, list | tuple), label, f"{shown} came a {type(got).__name__}, wanted a list of strings.")
    demand(len(got) == len(wanted), label, f"{shown} {len(cells)} cells gave {len(got)}.")
    for cell, mine, right in zip(cells, got, wanted, strict=True):
        told = f"the cell {cell!r} came as {mine!r}, wanted {right!r}"
        demand(isinstance(mine, str), label, f"{told}: a missing cell of text is an empty string.")
        demand(mine == right, label, f"{told}.")


def _check_numbers(label: str, got: object, wanted: list, cells: list[str]) -> None:
    shown = f"of the cells {cells[:6]}..."
    cause = f"{shown} came a {type(got).__name__}, wanted a tensor: all that is not missing is a number."
    demand(isinstance(got, Tensor), label, cause)
    demand(got.dtype == torch.float32, label, f"{shown} came {got.dtype}, wanted float32.")
    demand(got.shape == (len(cells),), label, f"{shown} came the shape {tuple(got.shape)}, wanted ({len(cells)},).")
    for cell, mine, right in zip(cells, got.tolist(), wanted, strict=True):
        told = f"the cell {cell!r} came as {mine:g}, wanted {'nan' if right is None else format(right, 'g')}"
        demand((mine != mine) == (right is None), label, f"{told}: NaN marks what is missing, and nothing else.")
        demand(right is None or abs(mine - right) <= 1e-6 + 1e-5 * abs(right), label, f"{told}.")


# Question 2


class Label(str):
    """A name whose place in a set differs from run to run of Python, as that of every string does; here at once."""

    salt = 0

    def __hash__(self) -> int:
        return hash((self.salt, str.__str__(self)))

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)


def by_group(split_by_group: Callable, seed: int) -> None:
    """Each row once, no group torn, a fifth of the groups each; drawn from the seed alone."""
    label = "split_by_group"
    rng = random.Random(seed)
    for num_groups in (rng.randint(10, 13), 4, rng.randint(20, 30)):
        groups = [f"g{n}" for n in range(num_groups) for _ in range(rng.choice([1, 1, 2, 3, 8]))]
        rng.shuffle(groups)
        _check_groups(label, parts_of(label, asked(label, split_by_group, groups, seed), len(groups)), groups)
    _check_draws(label, split_by_group, groups, seed)
    _check_every_group_is_drawn(label, split_by_group, seed)


def parts_of(label: str, result: Any, num_rows: int) -> list[list[int]]:
    """Train, valid and test as lists of Python ints."""
    whole = isinstance(result, list | tuple | Tensor) and len(result) == 3
    demand(whole, label, "wanted three things: the row numbers of train, valid and test.")
    parts = []
    for name, part in zip(("train", "valid", "test"), result, strict=True):
        rows = part.tolist() if isinstance(part, Tensor | np.ndarray) else part
        demand(isinstance(rows, list | tuple | range), label, f"{name} is a {type(part).__name__}, wanted a list.")
        numbers = all(isinstance(row, int | np.integer) and not isinstance(row, bool) for row in rows)
        demand(numbers, label, f"{name} holds {list(rows[:3])}...: wanted row numbers, whole numbers.")
        parts.append([int(row) for row in rows])
        outside = [row for row in parts[-1] if not 0 <= row < num_rows]
        demand(not outside, label, f"{name} holds row {outside[:1]}; the rows are 0 to {num_rows - 1}.")
    seen = Counter(row for part in parts for row in part)
    twice = [row for row, times in seen.items() if times > 1]
    demand(not twice, label, f"row {twice[:1]} stands there twice: in two parts, or twice in one.")
    return parts


def _check_groups(label: str, parts: list[list[int]], groups: list[str]) -> None:
    left = len(groups) - sum(map(len, parts))
    demand(left == 0, label, f"{left} of {len(groups)} rows are in no part.")
    train, valid, test = ({groups[row] for row in part} for part in parts)
    torn = (train & valid) | (train & test) | (valid & test)
    demand(not torn, label, f"{len(torn)} of {len(set(groups))} groups have rows in two parts: deal out whole groups.")
    count = len(set(groups))
    told = f"of {count} groups, {len(train)}, {len(valid)} and {len(test)} went to train, valid and test"
    fifth = count // 5
    wanted = (count - 2 * fifth, fifth, fifth)
    cause = f"{told}, wanted {wanted[0]}, {wanted[1]} and {wanted[2]}: `G // 5` of the groups, whatever their rows."
    demand((len(train), len(valid), len(test)) == wanted, label, cause)


def _check_draws(label: str, split: Callable, groups: list[str], seed: int) -> None:
    with own_generators():
        before = _states_of_generators()
        first = _sets(label, call(label, split, list(groups), seed), groups)
        after = _states_of_generators()
    cause = "a global generator was seeded or used: make one of your own from `seed`."
    demand(before == after, label, cause)
    again = _sets(label, call(label, split, list(groups), seed), groups)
    demand(first == again, label, "the same seed gave other parts: something else than `seed` is drawn from.")
    others = [_sets(label, call(label, split, list(groups), seed + step), groups) for step in (1, 2, 3)]
    demand(any(first != other for other in others), label, "four seeds gave the same parts: is `seed` used?")
    for Label.salt in (1, 2, 3):
        salted = _sets(label, call(label, split, [Label(group) for group in groups], seed), groups)
        cause = (
            "the parts depend on the order in which a set is gone through, and for strings that is another one "
            "in each new process: sort the names first."
        )
        demand(salted == first, label, cause)


@contextmanager
def own_generators() -> Iterator[None]:
    """The global generators in a state that no seed of a judge gives; afterwards they are as they were."""
    of_torch, of_numpy, of_python = torch.get_rng_state(), np.random.get_state(), random.getstate()
    torch.manual_seed(987_654_321)
    np.random.seed(987_654_321)
    random.seed(987_654_321)
    try:
        yield
    finally:
        torch.set_rng_state(of_torch)
        np.random.set_state(of_numpy)
        random.setstate(of_python)


def _states_of_generators() -> tuple:
    _, keys, *rest = np.random.get_state()
    return torch.get_rng_state().tolist(), keys.tolist(), rest, random.getstate()


def _check_every_group_is_drawn(label: str, split: Callable, seed: int) -> None:
    groups = [f"g{n}" for n in range(10) for _ in range(2)]
    tested, pairs = Counter(), set()
    for step in range(60):
        names = {groups[row] for row in _sets(label, call(label, split, list(groups), seed + step), groups)[2]}
        tested.update(names)
        pairs.add(frozenset(names))
    cause = "over 60 seeds, some groups never came into the test part: shuffle all groups before you cut."
    demand(len(tested) == 10, label, cause)
    cause = (
        f"60 seeds gave {len(pairs)} different test parts, of 45 that two of ten groups can make: shuffle the groups."
    )
    demand(len(pairs) > 15, label, cause)  # 33 are to be expected


def _sets(label: str, result: Any, groups: Sequence[str]) -> list[set[int]]:
    return [set(part) for part in parts_of(label, result, len(groups))]


def by_time(split_by_time: Callable, seed: int) -> None:
    """What is earlier teaches; a later row counts only if its group is new to all earlier parts."""
    label = "split_by_time"
    rng = random.Random(seed)
    for num_rows in (rng.randint(30, 45), rng.randint(12, 18)):
        times = [f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}" for _ in range(num_rows)]
        groups = [f"g{rng.randint(1, num_rows // 2)}" for _ in range(num_rows)]
        start, end = rng.choice(sorted(times)[num_rows // 3 :][:4]), sorted(times)[-num_rows // 4]
        times += [start, end, end]  # a row at each limit, of a group of its own, and one that is known
        groups += ["at-start", "at-end", groups[times.index(min(times))]]
        result = asked(label, split_by_time, times, groups, start, end)
        _check_times(label, parts_of(label, result, len(times)), times, groups, start, end)


def _check_times(label: str, parts: list[list[int]], times: list[str], groups: list[str], start: str, end: str) -> None:
    limits = {"train": ("", start), "valid": (start, end), "test": (end, "9999")}
    known: dict[str, str] = {}
    for (name, (first, last)), part in zip(limits.items(), parts, strict=True):
        for row in part:
            told = f"a row of {times[row]} is in {name}, with limits at {start} and {end}"
            why = "a limit belongs to the later part" if times[row] in (start, end) else "that is another part's time"
            demand(first <= times[row] < last, label, f"{told}: {why}.")
            demand(groups[row] not in known, label, f"a group of {name} has rows in {known.get(groups[row])}, too.")
        left = [row for row, time in enumerate(times) if first <= time < last and row not in part]
        new = [row for row in left if groups[row] not in known]
        cause = (
            f"not in {name}, but wanted there: row {new[:1]}. Only rows whose group has an earlier part are left out."
        )
        demand(not new, label, cause)
        known |= {groups[row]: name for row in part}


# Question 3


def preparing(fit_recipe: Callable, prepare: Callable, seed: int) -> None:
    """Learned from the training rows only, applied to any row alone; gaps marked, unknown categories all zeros."""
    rng = random.Random(seed)
    columns = read_table(seed, num_rows=rng.randint(11, 15))
    names = [name for name in columns if rng.random() < 0.9] or list(columns)
    rng.shuffle(names)
    train = sorted(rng.sample(range(len(columns[names[0]])), 7))
    _spoil_for_training(columns, train, rng)
    recipe = asked("fit_recipe", fit_recipe, columns, names, train)
    plain("fit_recipe", recipe)
    new = _new_rows(columns, rng)
    for table in (rows_of(columns, train), columns, new):
        _check_prepared(columns, names, train, table, prepared(prepare, table, recipe))
    _check_alone(prepare, new, recipe)
    before = prepared(prepare, new, recipe)
    call("fit_recipe", fit_recipe, columns, names, [row for row in range(len(columns[names[0]])) if row not in train])
    cause = (
        "after another call of fit_recipe, the old recipe gives other outputs: all that it learns stands in the recipe."
    )
    demand(_alike(before, prepared(prepare, new, recipe)), "prepare", cause)


def _spoil_for_training(columns: Columns, train: list[int], rng: random.Random) -> None:
    """A category that no training row has, and a column in which at most one of them is known."""
    text = [name for name, column in columns.items() if not isinstance(column, Tensor)]
    others = [row for row in range(len(columns[text[0]])) if row not in train]
    columns[text[0]][others[0]] = "never seen"
    columns[text[1]][train[1]] = ""
    numbers = [name for name, column in columns.items() if isinstance(column, Tensor)]
    columns[numbers[0]][train[rng.randint(0, 1) :]] = float("nan")


def _new_rows(columns: Columns, rng: random.Random) -> Columns:
    """New rows: columns in another order, one more column, other numbers, an unknown category."""
    names = list(columns)
    rng.shuffle(names)
    new: Columns = {"later": torch.zeros(4)}
    for name in names:
        column = columns[name]
        if isinstance(column, Tensor):
            new[name] = torch.tensor([rng.uniform(-5, 5), 2000.0, float("nan"), 5.0])
        else:
            new[name] = [column[0], "unheard of", column[-1], ""]
    return new


def plain(label: str, value: Any, place: str = "it") -> None:
    """Refuse what a file read with `weights_only=True` may not hold."""
    if isinstance(value, dict):
        for key, item in value.items():
            demand(isinstance(key, str | int | float | bool | tuple), label, f"{place} has the key {key!r}.")
            plain(label, item, f"{place}[{key!r}]")
    elif isinstance(value, list | tuple):
        for item in value:
            plain(label, item, place)
    else:
        allowed = type(value) in (str, int, float, bool, type(None), Tensor, nn.Parameter)
        kind = f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
        demand(allowed, label, f"{place} holds a {kind}: tensors and plain Python values only.")


def _blocks(columns: Columns, names: list[str], train: list[int], table: Columns) -> list[tuple[str, np.ndarray]]:
    """The wanted outputs, by name and kind of column; each (rows, width)."""
    found = []
    for name in names:
        if isinstance(columns[name], Tensor):
            known = columns[name].double().numpy()[train]
            known = known[~np.isnan(known)]
            mean = known.mean() if len(known) else 0.0
            std = known.std(ddof=1) if len(known) > 1 and np.ptp(known) > 0 else 1.0
            cells = table[name].double().numpy()
            found.append((f"{name}: scaled", np.where(np.isnan(cells), 0.0, (cells - mean) / std)[:, None]))
            found.append((f"{name}: missing", np.isnan(cells)[:, None].astype(float)))
        else:
            seen = np.unique([columns[name][row] for row in train])
            found.append((f"{name}: categories", (np.array(table[name])[:, None] == seen).astype(float)))
    return found


def _check_prepared(columns: Columns, names: list[str], train: list[int], table: Columns, got: Any) -> None:
    label = "prepare"
    blocks = _blocks(columns, names, train, table)
    width = sum(block.shape[1] for _, block in blocks)
    demand(isinstance(got, Tensor), label, f"wanted a tensor, got a {type(got).__name__}.")
    demand(got.dtype == torch.float32, label, f"got {got.dtype}, wanted float32.")
    num_rows = len(blocks[0][1])
    told = f"got the shape {tuple(got.shape)}, wanted ({num_rows}, {width})"
    cause = "two outputs per column of numbers, and one per category that the training rows have."
    demand(got.shape == (num_rows, width), label, f"{told}: {cause}")
    cause = (
        "some outputs are NaN or infinite: perhaps a gap is not filled, σ is 0, or μ or σ is taken of too few values."
    )
    demand(got.isfinite().all(), label, cause)
    start = 0
    for name, block in blocks:
        mine = got[:, start : start + block.shape[1]]
        finding = _first_wrong(mine, torch.from_numpy(block).float())
        if finding is not None:
            _explain_block(columns, train, table, name, mine)
            what = f"output {start}" if block.shape[1] == 1 else f"outputs {start} to {start + block.shape[1] - 1}"
            demand(False, label, f"{what}, {name.split(': ')[1]!r} of the column {name.split(': ')[0]!r}: {finding}")
        start += block.shape[1]


def _first_wrong(got: Tensor, wanted: Tensor) -> str | None:
    close = torch.isclose(got, wanted, rtol=1e-3, atol=1e-3)
    if close.all():
        return None
    row, place = (~close).nonzero()[0].tolist()
    told = f"{close.sum()} of {close.numel()} numbers are right; the first that isn't, in row {row}"
    return f"{told}: wanted {wanted[row, place].item():.4g}, got {got[row, place].item():.4g}."


def _explain_block(columns: Columns, train: list[int], table: Columns, name: str, got: Tensor) -> None:
    """Known slips of a scaled column, each with its cause."""
    name, kind = name.split(": ")
    if kind != "scaled":
        return
    everything = columns[name].double().numpy()
    mine, cells = everything[train], table[name].double().numpy()
    slips = {
        "all rows were asked for mean and σ, those that do not train, too.": (everything, 1),
        "the rows to prepare were scaled by their own mean and σ, not by those of the training rows.": (cells, 1),
        "σ is divided by the number of rows; PyTorch's own divides by one less.": (mine, 0),
        "the gaps were filled with 0 before mean and σ were taken.": (np.nan_to_num(mine), 1),
    }
    for cause, (source, ddof) in slips.items():
        known = source[~np.isnan(source)]
        if len(known) < 2 or np.ptp(known) == 0:
            continue
        value = np.where(np.isnan(cells), 0.0, (cells - known.mean()) / known.std(ddof=ddof))
        same = diagnose(got.flatten(), torch.from_numpy(value).float(), rtol=1e-3, atol=1e-3) is None
        demand(not same, "prepare", f"the column {name!r}: {cause}")
    known = mine[~np.isnan(mine)]
    equal = "the column {!r}: its known values in the training rows are {}, so σ is 1. {}"
    if len(known) == 1:
        demand(False, "prepare", equal.format(name, "a single one", "Perhaps μ is not that value."))
    of_equal = got.flatten().numpy()[cells == known[0]] if len(known) else np.zeros(0)  # wanted: 0, or nearly
    tiny = len(of_equal) > 1 and np.ptp(of_equal) < 1e-3 < np.abs(of_equal).max()  # σ, that is
    if len(known) > 1 and np.ptp(known) == 0 and tiny:
        why = "By rounding, std() of them need not be 0: compare the values themselves."
        demand(False, "prepare", equal.format(name, "all equal", why))


def _check_alone(prepare: Callable, new: Columns, recipe: Any) -> None:
    label = "prepare"
    together = call(label, prepare, new, recipe)
    for row in range(len(together)):
        alone = prepared(prepare, rows_of(new, [row]), recipe)
        same = alone.shape == together[row : row + 1].shape and torch.allclose(alone, together[row : row + 1])
        demand(same, label, "a row alone comes out otherwise than among others: only the recipe may decide.")


# Find the fault


def fault(slip: Callable, repaired: Callable, program: Callable, seed: int) -> None:
    """The line, what it makes of the training rows, and a program without it."""
    label = "slip"
    found = asked(label, slip)
    found = found.tolist() if isinstance(found, Tensor | np.ndarray) else found
    demand(isinstance(found, tuple | list) and len(found) == 2, label, "wanted two things: a line, and a number.")
    hint = "Work out by hand what each line gives for km = [1000, gap, 2000], all rows training."
    line = _lone(found[0])
    line = int(line) if isinstance(line, float) and line.is_integer() else line
    check_line("slip: the line", line, SLIP, first=1, last=11, hint=hint)
    km, kind, train = _jobs_with_gaps(random.Random(seed), num_known=200, num_gaps=50, mean=1500, std=600)
    known = [row for row in train if not km[row].isnan()]
    wanted = call("the given program", program, km.clone(), list(kind), list(train))[known, 0].mean().item()
    demand(abs(wanted) > 0.01, "the given program", "it has been changed: bring its cell back as it was.")
    number = _lone(found[1])
    is_number = isinstance(number, Real) and not isinstance(number, bool)
    demand(is_number, label, f"the number: got {number!r}, wanted a float.")
    _explain_number(float(number), wanted)
    for _ in range(2):
        _check_repaired(repaired, random.Random(seed := seed + 1))


def _lone(value: Any) -> Any:
    """A tensor or NumPy number with one element as a Python number; anything else as it is."""
    if isinstance(value, Tensor):
        return value.item() if value.numel() == 1 else value
    return value.item() if isinstance(value, np.generic) else value


def _jobs_with_gaps(
    rng: random.Random, num_known: int, num_gaps: int, mean: float, std: float
) -> tuple[Tensor, list[str], list[int]]:
    """The km and kinds of all rows, and the training rows: so many known ones, with this mean and std, and gaps."""
    known = [2.0] * 3 + [rng.gauss(0, 1) for _ in range(num_known - 3)]  # one value several times
    known = torch.tensor(known, dtype=torch.float64)
    known = (mean + std * (known - known.mean()) / known.std()).float()
    km = torch.cat(
        [known, torch.full((num_gaps,), float("nan")), torch.tensor([9e4, mean + std / 2, float("nan"), -4e4])]
    )
    order = list(range(len(km)))
    rng.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    train = [place[old] for old in range(num_known + num_gaps)]
    kind = [rng.choice(["city", "cargo", "racing"]) for _ in order]
    kind[place[len(km) - 1]] = "tandem"  # in no training row
    kind[place[num_known]] = "folding"  # in one training row, whose km is a gap
    return km[order], kind, train


def _explain_number(number: float, wanted: float) -> None:
    label = "slip: the number"
    if abs(number - wanted) < 0.005:
        return
    demand(abs(number + wanted) > 0.005, label, "the wrong sign: are the known rows above `mean`, or below?")
    demand(abs(number - 600 * wanted) > 1, label, "that is in kilometres; the rows come out in units of `std`.")
    demand(
        abs(number - 1500 + 600 * wanted) > 1, label, "that is `mean`: how far are the rows from it, in units of `std`?"
    )
    cause = f"got {number:g}, and running the program gives another number. Which `mean` comes out, of 200 known rows?"
    demand(False, label, cause)


def _check_repaired(repaired: Callable, rng: random.Random) -> None:
    label = "repaired"
    km, kind, train = _jobs_with_gaps(rng, rng.randint(8, 20), rng.randint(3, 6), rng.uniform(-9, 9), rng.uniform(1, 5))
    got = asked(label, repaired, km, kind, train)
    table = {"km": km, "kind": list(kind)}
    wanted = np.concatenate([block for _, block in _blocks(table, ["km", "kind"], train, table)], axis=1)
    demand(isinstance(got, Tensor), label, f"wanted a tensor, got a {type(got).__name__}.")
    gaps = bool(got.isnan().any())
    demand(
        not gaps, label, "some outputs are NaN: perhaps a gap is not filled, or a gap is among the values of the mean."
    )
    finding = diagnose(got, torch.from_numpy(wanted).float(), rtol=1e-3, atol=1e-3)
    demand(finding is None, label, f"{finding}")


# Question 4


def leaks(find_leaks: Callable, seed: int) -> None:
    """Each planted leak is named under its kind, and nothing else is."""
    label = "find_leaks"
    for kind in (0, 1):
        table = leaky_table(seed, kind)
        found = asked(label, find_leaks, table.columns, table.target, table.parts)
        whole_leaks(label, found, table)


# Question 5


def checkpoint(save: Callable, predict_from: Callable, fit_recipe: Callable, prepare: Callable, seed: int) -> None:
    """A file of plain values from which, elsewhere, the same predictions come, and the baseline."""
    made = [_trained(fit_recipe, prepare, seed + step, width) for step, width in enumerate((3, 5))]
    with tempfile.TemporaryDirectory() as folder:
        for number, (model, recipe, y_train, _, _) in enumerate(made):
            path = Path(folder) / f"model{number}.pt"
            before, targets = copy.deepcopy((_whole(model), recipe)), y_train.clone()
            call("save_checkpoint", save, path, model, recipe, targets)
            demand(path.is_file(), "save_checkpoint", "there is no file under the path that it was given.")
            demand(_alike(before[0], _whole(model)), "save_checkpoint", "the model was changed.")
            demand(
                _alike(before[1], recipe), "save_checkpoint", "the recipe was changed: make a dictionary of your own."
            )
            demand(torch.equal(targets, y_train), "save_checkpoint", "y_train was changed in place: make new objects.")
        for number, (model, recipe, y_train, new, wanted) in enumerate(made):
            moved = Path(folder) / f"elsewhere{number}.bin"
            (Path(folder) / f"model{number}.pt").rename(moved)
            _check_file(moved, y_train)
            _forget(model, recipe)
            _check_predictions(predict_from, moved, new, wanted)


def _whole(model: nn.Module) -> dict[str, Any]:
    """The weights, and whether they can be trained; not the mode, which the layers of this network don't have."""
    return model.state_dict() | {f"{name}: trained": p.requires_grad for name, p in model.named_parameters()}


def _trained(fit_recipe: Callable, prepare: Callable, seed: int, hidden: int) -> tuple:
    """A model with weights as they come, its recipe, its targets, new rows, and the predictions for these."""
    rng = random.Random(seed)
    columns = read_table(seed, num_rows=12)
    names, train = list(columns)[::-1], list(range(9))
    recipe = asked("fit_recipe", fit_recipe, columns, names, train)
    new = _new_rows(columns, rng)
    X = prepared(prepare, new, recipe)
    generator = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(X.shape[1], hidden), nn.ReLU(), nn.Linear(hidden, 1))
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator))
    y_train = rng.uniform(50, 90) + 20 * torch.rand(9, generator=generator)
    scaled = model(X).detach().squeeze(1)
    wanted = scaled * y_train.std() + y_train.mean()
    return model, recipe, y_train, new, wanted


def _check_file(path: Path, y_train: Tensor) -> None:
    label = "save_checkpoint"
    try:
        saved = torch.load(path, weights_only=True)
    except Exception as error:
        cause = f"torch.load(..., weights_only=True) refuses the file ({type(error).__name__}): perhaps it holds more "
        cause += "than tensors and plain Python values, such as a model or a NumPy number."
        raise NotYet(f"{label} is not right yet\n  {cause}") from None
    demand(isinstance(saved, dict), label, f"the file holds a {type(saved).__name__}, wanted a dictionary.")
    plain(label, saved, "the dictionary")
    demand("baseline" in saved, label, f'there is no "baseline" among its keys {sorted(map(str, saved))}.')
    baseline = saved["baseline"]
    single = isinstance(baseline, int | float) or (isinstance(baseline, Tensor) and baseline.numel() == 1)
    demand(single, label, f'"baseline" is a {type(baseline).__name__}, wanted a number.')
    finding = diagnose(baseline, y_train.mean(), rtol=1e-4)
    demand(finding is None, label, f'"baseline" is the mean of y_train: {finding}')


def _forget(model: nn.Module, recipe: Any) -> None:
    """What a new process does not have: the model as it was, and the recipe."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(7.0)
    if isinstance(recipe, dict | list):
        recipe.clear()


def _check_predictions(predict_from: Callable, path: Path, new: Columns, wanted: Tensor) -> None:
    label = "predict_from"
    got = asked(label, predict_from, path, new)
    demand(isinstance(got, Tensor), label, f"wanted a tensor, got a {type(got).__name__}.")
    shape = f"got the shape {tuple(got.shape)}, wanted ({len(wanted)},): one number per row"
    last = "; squeeze(1) takes the last dimension away" if got.shape == (len(wanted), 1) else ""
    demand(got.shape == wanted.shape, label, f"{shape}{last}.")
    demand(not got.requires_grad, label, "the predictions are still attached to the graph: torch.no_grad().")
    finding = diagnose(got, wanted, rtol=1e-3, atol=1e-3)
    demand(finding is None, label, f"not what the model predicted before it was saved: {finding}")
    if len(wanted) > 1:
        _check_predictions(predict_from, path, rows_of(new, [0]), wanted[:1])
