"""What stands behind the check cells of exercise 5, a regression. For whoever writes or marks exercises.

Tables are drawn from a seed, and wanted values come from NumPy and scikit-learn. A slip is named only where its own
number, computed beside the wanted one, is the student's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from helpers.checks import NotYet, diagnose
from helpers.checks.student_code import call, call_on_copies, unpack
from helpers.judges.common import agree, check_line, demand

Function = Callable[..., Any]
Mistakes = list[tuple[object, str]]


def _called(label: str, function: Function, args: tuple, names: list[str]) -> list[Any]:
    """What a function returns for copies of the arguments, one value per name; none may be changed in place."""
    result, changed = call_on_copies(label, function, args, {})
    values = unpack(label, result, names)
    cause = "+=, [...] = and methods that end in _ write into the caller's tensor; make a new one."
    demand(not changed, label, f"{' and '.join(changed)} came in and was changed in place: {cause}")
    return values


def _floats(values: Any) -> Tensor:
    """An array of whatever precision as float32."""
    return torch.from_numpy(np.array(values, dtype=np.float32))


def _demand_tensor(label: str, value: object) -> None:
    array = isinstance(value, np.ndarray)
    demand(not array, label, "wanted a tensor, got a NumPy array: torch.from_numpy(...) makes one of it.")


# Question 1


def split_days(function: Function, seed: int) -> None:
    """Three disjoint sets of the sizes that are asked for, drawn at random from a seed of their own.

    Args:
        function: `split_days(num_days, seed)`.
        seed: of the checks.

    Raises:
        NotYet: types, sizes, rows that are in two sets or in none; a global generator that was moved; a seed that
            gives other sets the second time, or the sets of another seed; sets in which some days, or blocks of days,
            turn up more often than chance has it.
    """
    for num_days in (103, 57, 5, 6, 9, 100 + seed):
        _judge_sets(_sets(function, num_days, seed), num_days)
    before = torch.get_rng_state()
    first = _sets(function, 103, seed)
    cause = "PyTorch's global generator was moved: seed a torch.Generator of your own."
    demand(torch.equal(before, torch.get_rng_state()), "split_days", cause)
    same = all(map(torch.equal, first, _sets(function, 103, seed)))
    demand(same, "split_days", "the same seed gave other sets the second time.")
    others = [_sets(function, 103, seed + step) for step in range(1, 6)]
    for name, rows, *more in zip(("train", "valid", "test"), first, *others, strict=True):
        same = all(set(rows.tolist()) == set(other.tolist()) for other in more)
        demand(not same, f"split_days: {name}", "six seeds gave the same set: is the seed used?")
    _judge_chance(function, seed)


def _sets(function: Function, num_days: int, seed: int) -> list[Tensor]:
    names = ["train", "valid", "test"]
    sets = unpack("split_days", call("split_days", function, num_days, seed), names)
    for name, rows in zip(names, sets, strict=True):
        is_mask = isinstance(rows, Tensor) and rows.dtype == torch.bool
        cause = " A mask has one truth value per day: .nonzero() finds the numbers." if is_mask else ""
        whole = isinstance(rows, Tensor) and rows.dtype == torch.int64 and rows.ndim == 1
        cause = f"wanted row numbers, an int64 tensor of shape (rows,), got {_tell(rows)}.{cause}"
        demand(whole, f"split_days: {name}", cause)
    return sets


def _tell(value: object) -> str:
    """Type of a value; of a tensor, dtype and shape."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} of shape {tuple(value.shape)}"
    return f"a {type(value).__name__}"


def _judge_sets(sets: list[Tensor], num_days: int) -> None:
    """Sizes, and each day once."""
    fifth = num_days // 5
    for name, rows, size in zip(("train", "valid", "test"), sets, (num_days - 2 * fifth, fifth, fifth), strict=True):
        demand(len(rows) == size, f"split_days: {name}", f"{len(rows)} of {num_days} days, wanted {size}.")
    days, counts = torch.cat(sets).unique(return_counts=True)
    within = bool(days[0] >= 0) and bool(days[-1] < num_days)
    demand(within, "split_days", f"row numbers run from 0 to {num_days - 1}, yours from {days[0]} to {days[-1]}.")
    twice = int((counts > 1).sum())
    cause = f"of {num_days} days, {twice} come up more than once: each day is in one set, once."
    demand(twice == 0, "split_days", cause)


def _judge_chance(function: Function, seed: int) -> None:
    """Over 200 seeds, each day is a validation day and a test day about 40 times, and neighbours rarely together."""
    places = torch.zeros(2, 20)
    neighbours = 0
    for other in range(1000 * seed, 1000 * seed + 200):
        for place, rows in zip(places, _sets(function, 20, other)[1:], strict=True):
            drawn = torch.zeros(20)
            drawn[rows] = 1
            place += drawn
            neighbours += int((drawn[1:] * drawn[:-1]).sum())
    for name, place in zip(("valid", "test"), places, strict=True):
        day = int((place - 40).abs().argmax())
        cause = f"of 200 seeds, {place[day]:.0f} put day {day} of 20 there, and chance would about 40 times."
        perhaps = "Perhaps not all days are shuffled together, or many seeds give the same sets."
        demand((place[day] - 40).abs() < 30, f"split_days: {name}", f"{cause} {perhaps}")
    cause = f"over 200 seeds, neighbouring days share a small set {neighbours} times, and chance gives about 240"
    demand(120 < neighbours < 360, "split_days", f"{cause}: {_SINGLY}")
    neighbours = 0
    for other in range(1000 * seed, 1000 * seed + 20):
        for rows in _sets(function, 200, other)[1:]:
            neighbours += int((rows.sort().values.diff() == 1).sum())
    cause = f"with 200 days, 20 seeds put neighbouring days into a small set {neighbours} times, chance about 312"
    demand(190 < neighbours < 440, "split_days", f"{cause}: {_SINGLY}")


_SINGLY = "draw single days at random, no blocks or every fifth."


def standardise(function: Function, seed: int) -> None:
    """All rows, scaled with mean and standard deviation of the training rows.

    Args:
        function: `standardise(X, train)`.
        seed: of the tables. They have columns of very different size; some never change on the training rows.

    Raises:
        NotYet: a returned value is not right; X or train was changed.
    """
    for num_rows, train, constant in ((9, [0, 5, 2, 7, 3], None), (12, [8, 1, 4, 11, 5], 2), (30, range(3, 27), 0)):
        X = _columns(num_rows, seed)
        rows = torch.tensor(list(train))
        if constant is not None:
            X[rows, constant] = 8.0
        _judge_scale(_called("standardise", function, (X, rows), ["X_scaled", "mean", "std"]), X, rows)


def _columns(num_rows: int, seed: int) -> Tensor:
    """Four columns: of everyday size, small, large, and one that hardly varies around 1013."""
    noise = torch.randn(num_rows, 4, generator=torch.Generator().manual_seed(seed))
    return torch.tensor([3.0, -0.02, 500.0, 1013.0]) + torch.tensor([2.0, 0.01, 300.0, 0.5]) * noise


def _judge_scale(got: list[Any], X: Tensor, rows: Tensor) -> None:
    everyone = X.double().numpy()
    known = everyone[rows.numpy()]
    level, spread = known.mean(axis=0), known.std(axis=0, ddof=1)
    constant = spread == 0
    spread[constant] = 1
    _judge_mean(got[1], level, known, everyone)
    _judge_std(got[2], spread, known, everyone, constant)
    scaled, label = _floats((everyone - level) / spread), "standardise: X_scaled"
    slips = [
        (_floats(everyone - level), "the mean is subtracted, and the division by std is missing."),
        (_floats(everyone / spread), "each column is divided by its std, and the mean is not subtracted."),
        (_floats((everyone - level) * spread), "it was multiplied by std: divide."),
        (scaled[rows], "these are the training rows only: all rows of X are wanted."),
        (_floats((everyone - everyone.mean(axis=0)) / spread), "here the mean of all rows was subtracted."),
    ]
    agree(label, got[0], scaled, slips, rtol=1e-3, atol=2e-3)


def _judge_mean(mean: object, wanted: np.ndarray, known: np.ndarray, everyone: np.ndarray) -> None:
    slips = [
        (_floats(everyone.mean(axis=0)), "that is the mean of all rows: a test row had its say."),
        (_floats(known.mean()), "that is one mean of all columns together: use dim=0."),
        (_floats(known.mean(axis=1)), "that is one number per row, wanted one per column: use dim=0."),
        (_floats(known.min(axis=0)), "that is the smallest value of each column, wanted the mean."),
        (_floats(np.median(known, axis=0)), "that is the median of each column, wanted the mean."),
        (_floats(known.std(axis=0, ddof=1)), "that is the std of each column, wanted the mean."),
    ]
    agree("standardise: mean", mean, _floats(wanted), slips, rtol=1e-4)


def _judge_std(std: object, wanted: np.ndarray, known: np.ndarray, everyone: np.ndarray, constant: np.ndarray) -> None:
    label = "standardise: std"
    fits = isinstance(std, Tensor) and std.shape == wanted.shape
    if fits and constant.any():
        came = std[torch.from_numpy(constant)][0].item()
        cause = "column {} never changes on the training rows: its std counts as 1, yours is {:.3g}."
        demand(abs(came - 1) < 1e-3, label, cause.format(int(constant.argmax()), came))
    for column in np.flatnonzero(~constant) if fits else ():
        came, cause = std[int(column)].item(), "its std is {:.3g}, yours is 1: only a std of 0 is exchanged."
        cause = f"column {column} changes on the training rows, and {cause.format(wanted[column])}"
        demand(came != 1 or abs(wanted[column] - 1) < 1e-3, label, cause)
    spreads = {
        "that is the std of all rows: a test row had its say.": everyone.std(axis=0, ddof=1),
        "it was divided by N. PyTorch's own divides by N - 1.": known.std(axis=0),
        "that is the variance: take the root.": known.var(axis=0, ddof=1),
        "that is the largest value minus the smallest, wanted the standard deviation.": np.ptp(known, axis=0),
    }
    slips = [(_floats(np.where(constant, 1, value)), cause) for cause, value in spreads.items()]
    slips.append((_floats(known.std(ddof=1)), "that is one number for all columns together: use dim=0."))
    slips.append((_floats(known.std(axis=1, ddof=1)), "that is one number per row, wanted one per column: use dim=0."))
    near = fits and diagnose(std[:3], _floats(wanted[:3]), rtol=1e-3) is None
    cause = "the last column lies near 1013 and hardly varies: perhaps squares of large numbers were subtracted."
    if near:
        slips.append((std, cause))
    agree(label, std, _floats(wanted), slips, rtol=1e-3, atol=1e-7)


# Question 2


def regression_scores(function: Function, seed: int) -> None:
    """Four scores as floats, for each of the four pairs of shapes.

    Args:
        function: `regression_scores(y_hat, y)`.
        seed: of the forecasts: some bad, some perfect, some around a mean of 1000, some small.

    Raises:
        NotYet: another form than a dictionary of four floats, a score that scikit-learn has otherwise, or an argument
            that was changed.
    """
    generator = torch.Generator().manual_seed(seed)
    y_hat, y = 12 * torch.randn(2, 9, generator=generator) + torch.tensor([[21.0], [17.0]])
    days = (y + 4 * torch.randn(9, generator=generator), y), (y_hat, y)
    for guess, truth in days:
        for column, other in ((True, False), (False, True), (True, True), (False, False)):
            _judge_scores(function, guess[:, None] if column else guess, truth[:, None] if other else truth)
    large = 1000 + torch.randn(2, 400, generator=generator)
    for guess, truth in ((y, y), (large[0], large[1]), (y_hat[:2], y[:2]), (y_hat / 300, y / 300)):
        _judge_scores(function, guess, truth)


def _judge_scores(function: Function, y_hat: Tensor, y: Tensor) -> None:
    (scores,) = _called("regression_scores", function, (y_hat, y), ["scores"])
    names = {"mse", "rmse", "mae", "r2"}
    cause = f"wanted a dictionary with the keys mse, rmse, mae and r2, got {_tell_keys(scores)}."
    demand(isinstance(scores, dict) and set(scores) == names, "regression_scores", cause)
    for name, wanted in _wanted_scores(y_hat, y).items():
        label, came = f"regression_scores: {name}", scores[name]
        number = isinstance(came, Real) and not isinstance(came, bool)
        demand(number, label, f"wanted a float, got {_tell(came)}. (.item() takes the number out of a tensor.)")
        came = float(came)
        shapes = f" (y_hat is {tuple(y_hat.shape)}, y is {tuple(y.shape)}.)"
        slips = [(value, f"got {came:.5g}: {cause}{shapes}") for value, cause in _score_slips(name, y_hat, y)]
        try:
            agree(label, came, wanted, slips, rtol=1e-3, atol=1e-5)
        except NotYet as told:
            if told.args[0].endswith(shapes):
                raise
            raise NotYet(f"{told}{shapes}") from None


def _tell_keys(scores: object) -> str:
    return f"the keys {', '.join(map(str, scores))}" if isinstance(scores, dict) else _tell(scores)


def _wanted_scores(y_hat: Tensor, y: Tensor) -> dict[str, float]:
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

    truth, guess = y.flatten().double().numpy(), y_hat.flatten().double().numpy()
    mse = mean_squared_error(truth, guess)
    mae, r2 = mean_absolute_error(truth, guess), r2_score(truth, guess)
    return {"mse": float(mse), "rmse": float(mse) ** 0.5, "mae": float(mae), "r2": float(r2)}


def _score_slips(name: str, y_hat: Tensor, y: Tensor) -> Mistakes:
    """Wrong values of a score, each with its cause; those that are no finite number are left out."""
    truth, guess = y.flatten().double().numpy(), y_hat.flatten().double().numpy()
    error, every = guess - truth, guess[:, None] - truth
    total, spread = (error**2).sum(), ((truth - truth.mean()) ** 2).sum()
    of_guess = ((guess - guess.mean()) ** 2).sum()
    rows, mse = len(truth), (error**2).mean()
    crossed = "each forecast was compared with every day: (N, 1) - (N,) is (N, N). Bring both to one shape."
    slips = {
        "mse": [
            ((every**2).mean(), crossed),
            (total, "that is the sum of the squares. Divide by N."),
            (total / (rows - 1), "the sum was divided by N - 1. The formula has N."),
            (mse**0.5, "that is the RMSE, in kWh. The MSE has no root."),
        ],
        "rmse": [
            ((every**2).mean() ** 0.5, crossed),
            (mse, "that is the MSE, in kWh². Take its root."),
            (total**0.5, "that is the root of the sum. Divide by N first."),
            (np.abs(error).mean(), "that is the MAE. Take the mean of the squares first, then the root."),
            ((total / (rows - 1)) ** 0.5, "the sum was divided by N - 1. The formula has N."),
        ],
        "mae": [
            (np.abs(every).mean(), crossed),
            (np.abs(error).sum(), "that is the sum. Divide by N."),
            (error.mean(), "errors of both signs cancelled out. Take the absolute value of each error first."),
            (-error.mean(), "errors of both signs cancelled out. Take the absolute value of each error first."),
            (np.median(np.abs(error)), "that is the median of the absolute errors, wanted the mean."),
        ],
        "r2": [
            (1 - (every**2).sum() / spread, crossed),
            (total / spread, "that is the share that is not explained. Take it from 1."),
            (1 - total / ((truth - guess.mean()) ** 2).sum(), "in the denominator stands the mean of the forecasts."),
            (1 - total / of_guess, "the denominator is the spread of the forecasts: it is that of the true values."),
            (1 - total / (truth**2).sum(), "the denominator is the spread around 0: it is that around the mean."),
            (1 - mse / truth.var(ddof=1), "one sum was divided by N, the other by N - 1."),
            (1 - total / truth.var(), "the numerator is a sum, the denominator a mean."),
            (1 - mse / spread, "the numerator is a mean, the denominator a sum."),
            (
                _squared_correlation(guess, truth),
                "that is the squared correlation: it is 1 even where all forecasts are 5 kWh off.",
            ),
        ],
    }
    return [(float(value), cause) for value, cause in slips[name] if np.isfinite(value)]


def _squared_correlation(guess: np.ndarray, truth: np.ndarray) -> float:
    return float(np.corrcoef(guess, truth)[0, 1] ** 2)


# Question 3


def linear_baseline(function: Function, seed: int) -> None:
    """Least squares with a bias.

    Args:
        function: `linear_baseline(X_train, y_train, X)`.
        seed: of the tables: several columns or one, several new rows or one, some targets below 0.

    Raises:
        NotYet: the forecasts are not scikit-learn's; an argument was changed.
    """
    from sklearn.linear_model import LinearRegression

    generator = torch.Generator().manual_seed(seed)
    tables = (12, 5, 3, 40), (20, 12, 6, -30), (25, 25, 2, 40), (30, 1, 1, 40), (14, 1, 4, -20)
    for num_train, num_new, num_columns, level in tables:
        X_all = 5 + 3 * torch.randn(num_train + num_new, num_columns, generator=generator)
        y_all = level + X_all.sum(dim=1) + 2 * torch.randn(len(X_all), generator=generator)
        X_train, y_train, X = X_all[:num_train], y_all[:num_train], X_all[num_train:] + 1
        (y_hat,) = _called("linear_baseline", function, (X_train, y_train, X), ["y_hat"])
        _demand_tensor("linear_baseline: y_hat", y_hat)
        line = LinearRegression().fit(X_train.double(), y_train.double())
        through_0 = LinearRegression(fit_intercept=False).fit(X_train, y_train).predict(X)
        moved = line.predict((X - X.mean(dim=0) + X_train.mean(dim=0)).double())
        wanted, bias = line.predict(X.double()), line.intercept_
        slips = [
            (_floats(through_0), "this line goes through the origin: the bias, a column of ones, is missing."),
            (_floats(wanted - bias), f"every forecast lacks the bias of {bias:.4g}: it was fitted, then left out."),
            (_floats(moved), "the new rows were centred by their own mean: use that of the training rows."),
            (_floats(0 * wanted + y_train.mean().item()), "these are all the mean of y_train: no column is used."),
            (_floats(line.predict(X_train.double())), "these are forecasts for X_train. Wanted are those for X."),
            (_floats(wanted.clip(min=0)), _CUT),
        ]
        agree("linear_baseline: y_hat", y_hat, _floats(wanted), slips, rtol=1e-3, atol=5e-3)


# Question 5


def find_leak(function: Function, seed: int) -> None:
    """The one column that was made from the target, in tables where names, order and units say nothing.

    Args:
        function: `find_leak(X, y, names)`.
        seed: of the tables. The leak rises or falls, along a line or a curve, in steps or not; honest columns may go
            with the target to 0.85, share its mean and spread, or never change.

    Raises:
        NotYet: another column, or no name; an argument was changed.
    """
    for place, (kind, make_leak) in enumerate(_LEAKS.items()):
        X, y, names, leak = _leaky_table(make_leak, 10 * seed + place, constant=kind != "line")
        label = f"find_leak, {_KINDS[kind]}"
        (found,) = _called(label, function, (X, y, names), ["name"])
        demand(isinstance(found, str), label, f"wanted one of the names, a string, got {found!r}.")
        cause = f"{found!r} is none of this table's columns, {names}. Perhaps the name is written into the code?"
        demand(found in names, label, cause)
        if found != leak:
            column, of_leak = X[:, names.index(found)], X[:, names.index(leak)]
            demand(False, label, _tell_no_leak(column, of_leak, y, found, kind))


def _tell_no_leak(column: Tensor, of_leak: Tensor, y: Tensor, name: str, kind: str) -> str:
    if column.std() == 0:
        return f"{name!r} holds one value throughout and knows nothing. Perhaps its correlation, 0/0 = NaN, won?"
    yours, leaks = (abs(_rank_correlation(values, y)) for values in (column, of_leak))
    fact = f"in order of size, {name!r} goes with the use to {yours:.2f} only, another column to {leaks:.2f}."
    return f"{fact} {_PERHAPS[kind]}"


def _rank_correlation(column: Tensor, y: Tensor) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(column.numpy(), y.numpy()).statistic)


_LEAKS: dict[str, Callable[[Tensor], Tensor]] = {
    "line": lambda use: 1e-4 * (3 + 0.35 * use),
    "falling": lambda use: 60 - 0.3 * use,
    "curve": lambda use: 500 + (1.7 * use.log() - 5) ** 5,
    "falling curve": lambda use: 4e4 / (5 + use) ** 3,
    "steps": lambda use: (5 * use.log()).round(),
}
_KINDS = {
    "line": "a leak in small units",
    "falling": "a leak that falls when the use rises",
    "curve": "a leak along a curve",
    "falling curve": "a leak that falls along a curve",
    "steps": "a leak in steps",
}
_PERHAPS = {
    "line": "Perhaps units decide: compare by something that has none, one column at a time.",
    "falling": "Perhaps the sign decides: -1 tells as much as +1.",
    "curve": "Perhaps a straight line is looked for: an order needs none.",
    "falling curve": "Perhaps the sign decides, or a straight line is looked for.",
    "steps": "The leak takes few values here, each many times.",
}


def _leaky_table(
    make_leak: Callable[[Tensor], Tensor], seed: int, *, constant: bool
) -> tuple[Tensor, Tensor, list[str], str]:
    """A table with one leak, the target, shuffled names, and the leak's name."""
    generator = torch.Generator().manual_seed(seed)
    z, *noise = torch.randn(6, 300, generator=generator)
    y = 21 * (0.6 * z).exp()  # skewed, as the use is
    columns = [
        make_leak(y * (0.05 * noise[0]).exp()),
        y * (0.3 * noise[1]).exp(),  # honest, and close to the target
        -2 * z + 1.6 * noise[2],
        y[torch.randperm(300, generator=generator)],  # of the same mean and spread, on other days
        1000 * noise[3],
        (3 + noise[4]).round().clamp(1, 5),
    ]
    columns += [torch.full((300,), 7.0)] if constant else []
    names = ["co2", "a", "b", "use of a neighbour", "reading 5", "people", "room 7", "rate"]
    named = [names[i] for i in torch.randperm(len(names), generator=generator)[: len(columns)]]
    if named[0] == "co2":  # a name proves nothing: here, an honest column has it
        named = [*named[1:], named[0]]
    order = torch.randperm(len(columns), generator=generator).tolist()
    return torch.stack([columns[i] for i in order], dim=1), y, [named[i] for i in order], named[0]


# Question 6


class Neighbours(nn.Module):
    """A quick stand-in for a network, exact to the digit: the use of similar days, never beyond two units of its own.

    Like a network, it minds the units of both sides, and its outputs stand in autograd's graph.

    Args:
        X: days, (N, D).
        y: their use, (N, 1).
    """

    def __init__(self, X: Tensor, y: Tensor) -> None:
        super().__init__()
        self.X, self.y = X.detach().float(), y.detach().float()
        self.reach = nn.Parameter(torch.tensor(0.5))

    def forward(self, X: Tensor) -> Tensor:
        """(M, D) -> (M, 1)."""
        alike = torch.softmax(-((X[:, None] - self.X) ** 2).sum(dim=2) * self.reach, dim=1)  # (M, N)
        level = alike @ self.y + 0.1 * torch.tanh(X).sum(dim=1, keepdim=True)
        return 2 * torch.tanh(level / 2)


def train_neighbours(X: Tensor, y: Tensor) -> nn.Module:
    """In place of the notebook's `train_network`: wants X (N, D) and y (N, 1).

    Raises:
        NotYet: they are of other shapes.
    """
    tables = isinstance(X, Tensor) and isinstance(y, Tensor)
    demand(tables, "forecast", f"train wants two tensors, got {_tell(X)} and {_tell(y)}.")
    fits = X.ndim == 2 and y.shape == (len(X), 1)
    shapes = f"X {tuple(X.shape)} and y {tuple(y.shape)}"
    demand(fits, "forecast", f"train wants X (N, D) and y (N, 1), each day a row, got {shapes}.")
    return Neighbours(X, y)


def forecast(function: Function, seed: int) -> None:
    """Both sides in standard units of the known days, and the answer back in the target's unit.

    Args:
        function: `forecast(X, y, X_new, train)`.
        seed: of the tables: other units, columns in another order, one that never changes, colder new days, one day,
            a use below 0.

    Raises:
        NotYet: the forecasts are others than what `train` gives on standardised days; not float32 of shape (M,), or
            still in the graph; an argument was changed.
    """
    for kind, (X, y, X_new) in _forecast_cases(seed):
        label = f"forecast, {kind}"
        (y_hat,) = _called(label, function, (X, y, X_new, train_neighbours), ["y_hat"])
        _demand_tensor(label, y_hat)
        with torch.no_grad():
            wanted, slips = _forecasts(X, y, X_new)
        unit = y.std().item()
        finding = diagnose(y_hat, wanted, rtol=0.0, atol=0.02 * unit)
        for value, cause in slips if finding else ():
            spread = value.std().item() if len(value) > 1 else unit
            near = 0.02 * max(min(unit, spread), 1e-3 * unit)  # numbers in standard units lie near in their own
            demand(diagnose(y_hat, value, rtol=0.0, atol=near) is not None, label, cause)
        others = finding and finding.kind in ("factor", "offset", "some places", "numbers")
        perhaps = "\n  Perhaps other rows than all of X are learned from, or something else than `train` learns?"
        demand(finding is None, label, f"{finding}{perhaps if others else ''}")
        cause = "it is still attached to the graph: use predict, torch.no_grad() or .detach()."
        demand(not y_hat.requires_grad, label, cause)


def _forecast_cases(seed: int) -> Iterator[tuple[str, tuple[Tensor, Tensor, Tensor]]]:
    generator = torch.Generator().manual_seed(seed)
    cold, area, sun = 10 * torch.rand(3, 160, generator=generator)
    y = 8 + cold * (3 + area) / 4 + torch.randn(160, generator=generator)
    X = torch.stack([18 - 2 * cold, 50 + 13 * area, sun], dim=1)
    known, new = X[:110], X[110:] - torch.tensor([6.0, 0.0, 1.0])
    y = y[:110]
    yield "colder new days", (known, y, new)
    yield "one new day", (known, y, new[:1])
    fahrenheit = torch.tensor([1.8, 1.0, 1.0]), torch.tensor([32.0, 0.0, 0.0])
    other = [(table * fahrenheit[0] + fahrenheit[1])[:, [2, 0, 1]] for table in (known, new)]
    yield "use in Wh, °F for °C, columns in another order", (other[0], 1000 * y, other[1])
    beside = [torch.cat([table, torch.full((len(table), 1), 4.0)], dim=1) for table in (known, new)]
    yield "a column that never changes", (beside[0], 0.001 * y, beside[1])
    yield "a use below 0", (known, y - y.mean(), new)


def _forecasts(X: Tensor, y: Tensor, X_new: Tensor) -> tuple[Tensor, Mistakes]:
    """What scikit-learn's scalers and `Neighbours` give, and what a slip at one place gives."""
    from sklearn.linear_model import LinearRegression
    from sklearn.preprocessing import StandardScaler

    columns, use = StandardScaler().fit(X), StandardScaler().fit(y[:, None])
    days, target = _floats(columns.transform(X)), _floats(use.transform(y[:, None]))
    model = Neighbours(days, target)

    def taken_back(level: Tensor) -> Tensor:
        return _floats(use.inverse_transform(level)).flatten()

    common = StandardScaler().fit(torch.cat([X, X_new]))
    own = X_new - X_new.mean(dim=0)
    own = own / X_new.std(dim=0).clamp(min=1e-6) if len(X_new) > 1 else own
    among_all = Neighbours(_floats(common.transform(X)), target)(_floats(common.transform(X_new)))
    standard = model(_floats(columns.transform(X_new))).flatten()
    mean, std = y.mean(), y.std()
    slips = [
        (standard, "these are still standard units: times std, plus mean, and they are in the target's unit."),
        (standard + mean, "the mean is added, and the factor std is missing: times std first."),
        (standard * std, "the factor std is there, and the mean is not added."),
        ((standard + mean) * std, "the mean was added before the factor std: times std first, then plus mean."),
        ((standard - mean) / std, "scaled once more in place of taken back: times std, plus mean."),
        (taken_back(model(own)), _OWN_SCALE),
        (taken_back(model(X_new)), "X_new went into the network as it came: scale it like X."),
        (taken_back(among_all), "mean and std were taken over X and X_new together: of X alone."),
        (taken_back(Neighbours(X, target)(X_new)), "the columns were not scaled, only the use."),
        (Neighbours(days, y[:, None])(_floats(columns.transform(X_new))).flatten(), _RAW_USE),
        (Neighbours(X, y[:, None])(X_new).flatten(), "neither side was scaled before the training."),
        (taken_back(model(days)), "these are forecasts for X. Wanted are those for X_new."),
        (mean.expand(len(X_new)), "these are all the mean of y."),
        (_floats(LinearRegression().fit(X, y).predict(X_new)), "these are the straight line's: use `train`."),
        (taken_back(standard[:, None]).clamp(min=0), _CUT),
    ]
    return taken_back(standard[:, None]), slips


_CUT = "what should lie below 0 was cut off at 0."
_OWN_SCALE = (
    "X_new was scaled by its own mean and std: use those of X, or the forecast of a day depends on the other days "
    "that are asked about."
)
_RAW_USE = "the use went into the training as it came: standardise it as well, and take the answer back."


# Question 7

_LAST_LINE = 9
_SLIP = "e90e015a094b9e06"


def fault(find_fault: Function, repaired: Function, seed: int) -> None:
    """The line with the slip, what it does to the total, and the repaired function.

    Args:
        find_fault: no arguments; returns the line, an int, and the forecasts' share of the charges.
        repaired: `charge_repaired(X, y, X_new)`.
        seed: of the cars, whose charges are multiplied by chance: by 2 or 1/2, and by other factors.

    Raises:
        NotYet: another line or share; forecasts that are not the mean charge; an argument was changed.
    """
    line, share = _called("find_fault", find_fault, (), ["line", "share"])
    hint = "The fit suits columns that multiply. Compare the sum of the forecasts for known cars with that of y."
    line = int(line) if isinstance(line, np.integer) else line
    check_line("find_fault: line", line, _SLIP, last=_LAST_LINE, hint=hint)
    _judge_share(share, seed)
    for factors in ([2, 1 / 2], [3, 1 / 3], [4] + 5 * [4**-0.2]):
        for num_new in (6, 1):
            _judge_charge(repaired, factors, num_new, seed)


def _cars(factors: list[float], num_new: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Known cars, each once with every factor; new ones, and their mean charge without the factors."""
    noise = torch.randn(60 + num_new, 2, generator=torch.Generator().manual_seed(seed))
    X = torch.tensor([40.0, 8.0]) + torch.tensor([15.0, 6.0]) * noise
    plain = 8 * (0.5 * noise[:, 0] - 0.3 * noise[:, 1]).exp()
    y = torch.cat([factor * plain[:60] for factor in factors])
    return X[:60].repeat(len(factors), 1), y, X[60:], plain[60:]


def _judge_share(share: object, seed: int) -> None:
    X, y, _, _ = _cars([2, 1 / 2], 1, seed)
    wanted = (_as_found(X, y, X).sum() / y.sum()).item()
    label, spread = "find_fault: share", (y.log() - _as_found(X, y, X).log()).var(correction=0).item()
    number = isinstance(share, Real) and not isinstance(share, bool)
    demand(number, label, f"wanted a number, got {_tell(share)}.")
    share = float(share)
    slips = [
        (1 / wanted, "that is charges by forecasts. Asked is forecasts by charges."),
        (1 - wanted, "that share is missing. Asked is how much of the total is forecast."),
        (100 * wanted, "a share of the total is asked for, not a percentage."),
        (float(np.exp(-spread / 2)), "that would hold for normal noise. Here it is a factor of 2 or 1/2."),
        (float(np.exp(spread / 2)), "that would be charges by forecasts, if the noise were normal."),
        (1.0, "1 would mean that nothing is wrong with the total."),
    ]
    for value, cause in slips:
        demand(not abs(share - value) < 0.005 * value, label, cause)
    cause = "Take a car that would draw 8 kWh: what does it draw on average, and what is forecast?"
    demand(abs(share - wanted) < 0.01 * wanted, label, f"{share:.4g} is not the share. {cause}")


def _as_found(X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
    """What the program of the notebook forecasts."""
    from sklearn.linear_model import LinearRegression

    return _floats(np.exp(LinearRegression().fit(X.double(), y.double().log()).predict(X_new.double())))


def _judge_charge(repaired: Function, factors: list[float], num_new: int, seed: int) -> None:
    X, y, X_new, plain = _cars(factors, num_new, seed)
    label = f"charge_repaired, factors {', '.join(f'{factor:.2g}' for factor in dict.fromkeys(factors))}"
    (y_hat,) = _called(label, repaired, (X, y, X_new), ["y_hat"])
    mean = sum(factors) / len(factors)
    found, of_known = _as_found(X, y, X_new), _as_found(X, y, X)
    normal = (y.log() - of_known.log()).var().div(2).exp().item()
    slips = [
        (found, "it forecasts what the program did: nothing is repaired yet."),
        (found / mean, "the correction goes the wrong way: the forecasts were too low before."),
        (found * mean**2, "corrected twice."),
        (found + (y - of_known).mean(), "a constant was added. Chance multiplies here, and so must the repair."),
        (found * normal, "that factor would hold for normal noise. Take it from the known cars, whatever their noise."),
        (found * 1.25, "that factor holds for 2 and 1/2. Take it from the known cars, whatever their noise."),
    ]
    slips = [(value, cause) for value, cause in slips if diagnose(value, plain * mean, rtol=0.01) is not None]
    agree(label, y_hat, plain * mean, slips, rtol=0.01)
