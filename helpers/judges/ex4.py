"""What the check cells of ex4, a training loop, call. For whoever writes or marks exercises.

Each function takes the student's functions and a seed, from which its cases are drawn, and raises `NotYet` with the
likeliest cause. Everything is judged by what comes out: numbers, weights, batches, and what a model of ours was shown.
Wanted values come from PyTorch's schedulers and from `helpers.training.fit`; a slip is named where the same training
with that slip gives the student's own numbers. Imports `helpers`, `helpers.checks` and `judges.common`.
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector

from helpers.checks import diagnose
from helpers.checks.student_code import call
from helpers.evaluation import error_rate, evaluate
from helpers.judges.common import agree, check_line, demand
from helpers.training import fit

Batches = Sequence[Tensor]
SLEEP = 0.02  # seconds that a slow model takes for one batch
SLOWER = 4  # times as long for each batch of the first epoch
ODD_SEED = 20_260_813  # nobody else's
CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # two ways of adding float32 numbers, over a few hundred steps


# --- question 1: the batches of an epoch -------------------------------------------------------------------------


def deal(epoch_batches: Callable[..., Any], seed: int) -> None:
    """The batches hold each index once, in a new random order each time, all drawn from the generator handed in.

    Lists or tuples of int64 tensors of shape (batch,), each of batch_size but for a short last one.
    """
    draw = random.Random(seed)
    size = draw.randint(3, 6)
    rest = draw.randint(1, size - 1)
    for num_examples, batch_size in [(3 * size + rest, size), (3 * size, size), (rest, size), (4, 1), (1007, 100)]:
        _judge_epoch(_deal(epoch_batches, num_examples, batch_size, _generator(seed)), num_examples, batch_size)
    _judge_generator(epoch_batches, 3 * size + rest, size, seed)
    _judge_order(epoch_batches, seed)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _deal(epoch_batches: Callable[..., Any], *args: Any) -> Any:
    return call("epoch_batches", epoch_batches, *args)


def _judge_epoch(batches: Any, num_examples: int, batch_size: int) -> None:
    name, kind = "epoch_batches", type(batches).__name__
    wanted = "wanted a list of int64 tensors of shape (batch,)"
    demand(batches is not None, name, "it returned None: is the `return` line missing?")
    demand(isinstance(batches, (list, tuple)), name, f"{wanted}, got a {kind}.")
    for batch in batches:
        demand(isinstance(batch, Tensor), name, f"{wanted}, and it holds a {type(batch).__name__}.")
        fits = batch.dtype == torch.int64 and batch.ndim == 1
        demand(fits, name, f"{wanted}, and it holds one of {batch.dtype}, shape {tuple(batch.shape)}.")
    case = f"{num_examples} examples in batches of {batch_size}"
    demand(batches and all(map(len, batches)), name, f"{case}: a batch holds no example at all.")
    indices = torch.cat(list(batches))
    low, high = indices.min().item(), indices.max().item()
    text = f"{case}: the indices run from {low} to {high}; they start at 0 and end at num_examples - 1."
    demand(low >= 0 and high < num_examples, name, text)
    times = indices.bincount(minlength=num_examples)
    text = f"{case}: an example comes {times.max()} times in the epoch, and every index is to come once."
    demand(times.max() == 1 or times.min() > 0, name, f"{text} Perhaps they are drawn with replacement.")
    demand(times.max() == 1, name, text)
    sizes = [len(batch) for batch in batches]
    missing = f"{case}: the last {num_examples % batch_size} are in no batch; the short batch belongs to the epoch too."
    demand(sizes != [batch_size] * (num_examples // batch_size) or num_examples % batch_size == 0, name, missing)
    neighbours = (
        num_examples > 8
        and len(batches) > 1
        and batch_size > 1
        and all(bool((batch.diff() == 1).all()) for batch in batches)
    )
    if neighbours:
        in_order = torch.equal(indices, torch.arange(num_examples))
        text = "the examples come in the order of the file: shuffle them first."
        demand(not in_order, name, text)
        demand(False, name, "whole blocks of neighbours stay together: shuffle the examples, not the batches.")
    right = [batch_size] * (num_examples // batch_size) + [num_examples % batch_size] * (num_examples % batch_size > 0)
    shown = sizes if len(sizes) < 9 else f"{str(sizes[:8])[:-1]}, ...]"
    text = f"{case}: yours hold {shown}; wanted batches of {batch_size}, and only the last may be short."
    demand(sizes == right, name, text)


def _judge_generator(epoch_batches: Callable[..., Any], num_examples: int, batch_size: int, seed: int) -> None:
    """All chance comes from the generator that is handed in."""
    name, outside = "epoch_batches", (torch.get_rng_state(), random.getstate(), str(np.random.get_state()))
    orders = [torch.cat(list(_deal(epoch_batches, num_examples, batch_size, _generator(seed)))) for _ in range(2)]
    same = torch.equal(outside[0], torch.get_rng_state())
    demand(same, name, "PyTorch's global generator was used: hand yours on, generator=generator.")
    same = outside[1:] == (random.getstate(), str(np.random.get_state()))
    demand(same, name, "a random number came from Python or NumPy: all of them come from the generator handed in.")
    text = "two generators with one seed give two orders: not all chance comes from the generator handed in."
    demand(torch.equal(*orders), name, text)


def _judge_order(epoch_batches: Callable[..., Any], seed: int, num_examples: int = 6, epochs: int = 300) -> None:
    """Over many epochs from one generator, every example comes in every place, and after every other one."""
    name, generator = "epoch_batches", _generator(seed)
    orders = torch.stack([torch.cat(list(_deal(epoch_batches, num_examples, 4, generator))) for _ in range(epochs)])
    in_order = (orders == torch.arange(num_examples)).all()
    demand(not in_order, name, "the examples come in the order of the file: shuffle them first.")
    text = "every epoch has the same order: was a generator made or seeded inside of the function?"
    demand((orders != orders[0]).any(), name, text)
    fixed = (orders[:, :4].sort(dim=1).values == orders[0, :4].sort().values).all()
    text = f"in {epochs} epochs the same examples share a batch: shuffle all of them, then cut the batches."
    demand(not fixed, name, text)
    places = torch.zeros(num_examples, num_examples, dtype=torch.int64)
    pairs = torch.eye(num_examples, dtype=torch.int64) * epochs
    for order in orders:
        places[torch.arange(num_examples), order] += 1
        pairs[order[:-1], order[1:]] += 1
    least = epochs // num_examples // 4  # a quarter of what is expected, more than five standard deviations below
    text = f"in {epochs} epochs some examples hardly ever come in some places of the order: it is not shuffled fully."
    demand(places.min() >= least, name, text)
    text = f"in {epochs} epochs some examples hardly ever follow some others: the order is not shuffled fully."
    demand(pairs.min() >= least, name, text)


# --- models of ours ----------------------------------------------------------------------------------------------


class Notes(list):
    """A list that a deep copy of its owner goes on writing to."""

    def __deepcopy__(self, memo: dict) -> Notes:
        return self


class Watched(nn.Module):
    """A network that notes what it, or a copy of it, is shown, the modes of its parts, and whether autograd records."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self.shown: list[Tensor] = Notes()
        self.modes: list[set[bool]] = Notes()
        self.recorded: list[bool] = Notes()

    def forward(self, X: Tensor) -> Tensor:
        scores = self.net(X)
        self.shown.append(X.detach().clone())
        self.modes.append({module.training for module in self.modules()})
        self.recorded.append(scores.requires_grad)
        return scores


class Slow(nn.Module):
    """A network that takes its time for each batch, most for the first ones, and counts those it was evaluated on."""

    def __init__(self, net: nn.Module, first: int) -> None:
        super().__init__()
        self.net = net
        self.evaluated = 0
        self.first = first

    def forward(self, X: Tensor) -> Tensor:
        time.sleep(SLEEP * (SLOWER if self.first > 0 else 1))
        self.first -= self.training
        self.evaluated += not self.training
        return self.net(X)


def _net(sizes: Sequence[int], seed: int, dropout: float = 0.0, norm: bool = False) -> nn.Module:
    """A linear layer, or two with a Tanh between them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if len(sizes) == 2:
            return nn.Linear(*sizes)
        into, hidden, out = sizes
        parts = [nn.Linear(into, hidden), nn.Tanh(), nn.Dropout(dropout), nn.Linear(hidden, out)]
        return nn.Sequential(*parts[:1], *([nn.BatchNorm1d(hidden)] if norm else []), *parts[1:])


def _examples(count: int, width: int, classes: int, seed: int, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    generator = _generator(seed)
    X = scale * torch.randn(count, width, generator=generator)
    return X, torch.randint(classes, (count,), generator=generator)


@contextmanager
def _unseeded(name: str) -> Iterator[None]:
    """What runs inside may draw from PyTorch's global generator, but not seed it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(ODD_SEED)
        yield
        text = "PyTorch's global generator was seeded: leave it as it is."
        demand(torch.initial_seed() == ODD_SEED, name, text)


def _weights(model: nn.Module) -> Tensor:
    return parameters_to_vector(model.parameters()).detach().clone()


def _is_close(got: Tensor, wanted: Tensor) -> bool:
    return got.shape == wanted.shape and torch.allclose(got, wanted, **CLOSE)


def _demand_number(label: str, value: Any) -> None:
    """A Python or NumPy number; a tensor is told what takes the number out."""
    demand(value is not None, label, "it is None: is the number missing in the `return` line?")
    attached = isinstance(value, Tensor) and value.requires_grad
    more = " It also keeps autograd's graph of the batches in memory." * attached
    demand(not isinstance(value, Tensor), label, f"it is a tensor: .item() takes the number out.{more}")
    demand(isinstance(value, Real), label, f"wanted a float, got {_kind(value)}.")


def _kind(value: object) -> str:
    return f"an object of type {type(value).__name__}"


# --- question 2: one epoch of training ---------------------------------------------------------------------------


def training(train_one_epoch: Callable[..., Any], seed: int) -> None:
    """One epoch: each batch once, in train mode, one step of the optimizer for each; mean loss and error returned.

    The means are over examples, of the scores that the gradients come from. Loss and error may be any real numbers but
    no tensors. The weights are to be those of `helpers.training.fit`, with dropout, momentum, weight decay and large
    inputs.
    """
    _judge_account(train_one_epoch, seed)
    for case in range(2):
        _judge_steps(train_one_epoch, seed, case)
    _judge_long_account(train_one_epoch, seed)


def _measure(model: nn.Module, X: Tensor, y: Tensor, batches: Batches) -> tuple[float, float]:
    """Mean loss and error per example of a model that stands still, over these batches."""
    parts = [(X[batch], y[batch]) for batch in batches]
    means = evaluate(model, parts, loss_fn=F.cross_entropy, metrics={"error": error_rate})
    return means["loss"], means["error"]


@lru_cache(maxsize=64)
def _account_case(seed: int) -> tuple:
    """Model, examples and batches for which no two slips give the same number."""
    for attempt in range(seed * 1000, seed * 1000 + 200):
        draw = random.Random(attempt)
        width, classes, size = draw.randint(3, 7), draw.randint(3, 5), draw.randint(5, 8)
        model = _net((width, 6, classes), attempt).eval()
        X, y = _examples(5 * size, width, classes, attempt, scale=3.0)
        order = torch.randperm(5 * size, generator=_generator(attempt))
        batches = list(order[: 2 * size + draw.randint(1, 2)].split(size))
        batches.insert(1, batches.pop())  # the short one in the middle
        wanted, known = _measure(model, X, y, batches), _slips_of_the_account(model, X, y, batches)
        if all(_differ([wanted[place], *(pair[place] for pair in known.values())]) for place in (0, 1)):
            break
    return model, X, y, batches, wanted, known


def _differ(values: Iterable[float | None]) -> bool:
    """Whether no two of the numbers are nearly the same."""
    return bool((torch.tensor([value for value in values if value is not None]).sort().values.diff() > 1e-3).all())


def _slips_of_the_account(model: nn.Module, X: Tensor, y: Tensor, batches: Batches) -> dict:
    """What known slips give for loss and error; None where a slip does not concern one of the two."""
    each = [_measure(model, X, y, [batch]) for batch in batches]
    wanted, total = _measure(model, X, y, batches), sum(map(len, batches))
    squashed = _measure(nn.Sequential(model, nn.Softmax(dim=1)), X, y, batches)[0]
    short = "each batch counts the same here, a short one too: weight it by its number of examples."
    return {
        short: [sum(values) / len(each) for values in zip(*each, strict=True)],
        "softmax came before cross_entropy, which applies it itself: give it the scores.": (squashed, None),
        "that is the last batch alone: add up over all batches.": each[-1],
        "that is the first batch alone: is the `return` inside the loop?": each[0],
        "divided by len(X); the batches hold fewer examples.": [value * total / len(X) for value in wanted],
        "that is a sum over the examples: divide by their number.": [value * total for value in wanted],
        "that is a sum over the batches: weight each by its examples, then divide by their number.": [
            sum(values) for values in zip(*each, strict=True)
        ],
        "that is the share of right answers.": (None, 1 - wanted[1]),
        "mean_loss and error are swapped: `return mean_loss, error`.": wanted[::-1],
    }


def _judge_account(train_one_epoch: Callable[..., Any], seed: int) -> None:
    """A rate of 0, so that the model stands still: which numbers come back, and what was the model shown?"""
    model, X, y, batches, wanted, known = _account_case(seed)
    watched = Watched(copy.deepcopy(model)).eval()
    optimizer = torch.optim.SGD(watched.parameters(), lr=0.0)
    result = _train(train_one_epoch, watched, optimizer, X, y, batches)
    _judge_shown(watched, X, batches)
    _judge_means(result, wanted, known)


def _train(function: Callable[..., Any], model: nn.Module, optimizer: Any, X: Tensor, y: Tensor, batches: Any) -> Any:
    """Call train_one_epoch; two numbers come back, and the data stay as they were."""
    name, before = "train_one_epoch", (X, y)
    X, y = X.clone(), y.clone()
    result = call(name, function, model, optimizer, X, y, [batch.clone() for batch in batches])
    demand(result is not None, name, "it returned None: is the `return` line missing?")
    several = isinstance(result, (tuple, list)) and len(result) == 2
    demand(several, name, "two numbers are wanted: end with `return mean_loss, error`.")
    for label, value in zip(("mean_loss", "error"), result, strict=True):
        _demand_number(f"{name}: {label}", value)
    same = torch.equal(X, before[0]) and torch.equal(y, before[1])
    demand(same, name, "X or y was changed in place: they belong to the caller.")
    return [float(value) for value in result]


def _judge_shown(watched: Watched, X: Tensor, batches: Batches) -> None:
    name, count, times = "train_one_epoch", len(batches), len(watched.shown)
    text = f"{count} batches, and the model was called {times} time{'s' * (times != 1)}: once per batch is wanted"
    more = "; loss, error and gradient come from the same scores" * (times > count)
    demand(times == count, name, f"{text}{more}.")
    text = "the model, or a part of it, was in eval mode, where dropout does nothing: call model.train() first."
    demand(all(modes == {True} for modes in watched.modes), name, text)
    same = all(torch.equal(X[batch], shown) for batch, shown in zip(batches, watched.shown, strict=True))
    demand(same, name, "the model was shown something else than X[batch], batch by batch.")


def _judge_means(result: Sequence[float], wanted: Sequence[float], known: dict) -> None:
    for place, label in enumerate(("mean_loss", "error")):
        mistakes = [(values[place], cause) for cause, values in known.items() if values[place] is not None]
        agree(f"train_one_epoch: {label}", result[place], wanted[place], mistakes, rtol=1e-4)


@dataclass
class Steps:
    """A model in training: how to make it, its optimizer and its batches, and what comes out of two epochs.

    Attributes:
        weights: after each epoch.
        means: (loss, error) of each epoch.
    """

    model: nn.Module
    make_optimizer: Callable[..., torch.optim.Optimizer]
    X: Tensor
    y: Tensor
    batches: Batches
    seed: int
    weights: list[Tensor] = field(default_factory=list)
    means: list[tuple[float, float]] = field(default_factory=list)

    def trained(self, loss_fn: Callable = F.cross_entropy, optimizer: type = torch.optim.SGD, epochs: int = 2) -> Steps:
        """What `fit` makes of it, with another loss or another kind of optimizer."""
        twin, weights = copy.deepcopy(self.model), []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            history = fit(
                twin,
                [(self.X[batch], self.y[batch]) for batch in self.batches],
                loss_fn=loss_fn,
                optimizer=self.make_optimizer(twin.parameters(), optimizer),
                epochs=epochs,
                metrics={"error": error_rate},
                progress=False,
                on_epoch_end=lambda *_: weights.append(_weights(twin)),
            )
        means = list(zip(history.train_loss, history.metrics["train_error"], strict=True))
        return Steps(self.model, self.make_optimizer, self.X, self.y, self.batches, self.seed, weights, means)


class Hoarding(torch.optim.SGD):
    """Never sets a gradient to zero."""

    def zero_grad(self, set_to_none: bool = True) -> None:
        pass


@lru_cache(maxsize=64)
def _steps_case(seed: int, case: int) -> Steps:
    """Dropout and momentum, and a batch of one; or large inputs and weight decay."""
    if case == 0:
        X, y = _examples(13, 5, 4, seed, scale=2.0)
        options, model = {"lr": 0.2, "momentum": 0.9}, _net((5, 6, 4), seed, dropout=0.4)
        first, *others = torch.randperm(13, generator=_generator(seed)).split(4)
        batches = [first, others.pop(), *others]
    else:
        X, y = _examples(9, 3, 3, seed, scale=30.0)
        options, model = {"lr": 0.01, "weight_decay": 0.1}, _net((3, 3), seed)
        batches = torch.arange(9).split(3)
    return Steps(model.eval(), lambda parameters, kind: kind(parameters, **options), X, y, batches, seed).trained()


def _judge_steps(train_one_epoch: Callable[..., Any], seed: int, case: int) -> None:
    """Two epochs: the same weights and means as with `fit`?"""
    wanted, name = _steps_case(seed, case), "train_one_epoch"
    model = Watched(copy.deepcopy(wanted.model)).eval()
    optimizer = wanted.make_optimizer(model.parameters(), torch.optim.SGD)
    steps: list[int] = []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for epoch in range(2):
            result = _train(train_one_epoch, model, optimizer, wanted.X, wanted.y, wanted.batches)
            if not _is_close(_weights(model), wanted.weights[epoch]):
                _explain_weights(model, wanted, epoch, len(steps))
            _judge_moving_means(result, wanted.means[epoch])
    _judge_shown(model, wanted.X, [*wanted.batches, *wanted.batches])
    demand(len(steps) == 2 * len(wanted.batches), name, "the optimizer takes one step per batch, in the loop.")


def _judge_moving_means(result: Sequence[float], wanted: Sequence[float]) -> None:
    for label, got, value in zip(("mean_loss", "error"), result, wanted, strict=True):
        finding = diagnose(got, value, rtol=1e-4)
        text = "perhaps it is measured after a step, or after the epoch: take it from the scores that are trained on."
        demand(finding is None, f"train_one_epoch: {label} while the weights move", f"{finding} Or: {text}")


def _explain_weights(model: Watched, wanted: Steps, epoch: int, steps: int) -> None:
    """The weights are wrong: say why, where it is known."""
    got, name, count = _weights(model), "train_one_epoch", len(wanted.batches)
    demand(epoch == 0, name, "the weights are right after one epoch, and wrong after a second: what is left over?")
    text = f"{count} batches, and the optimizer took {steps} step{'s' * (steps != 1)}: one step per batch, in the loop."
    demand(steps == count, name, text)
    text = "no weight has moved: is backward() missing, or does zero_grad() stand between backward() and step()?"
    demand(not torch.equal(got, _weights(wanted.model)), name, text)
    _judge_shown(model, wanted.X, wanted.batches)

    def summed(scores: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(scores, y, reduction="sum")

    slips = {
        "the gradients of all batches so far add up: zero_grad() is missing, or stands outside of the loop.": {
            "optimizer": Hoarding
        },
        "the gradient is that of a sum: cross_entropy takes the mean over the batch by itself.": {"loss_fn": summed},
    }
    for cause, change in slips.items():
        demand(not _is_close(got, wanted.trained(epochs=1, **change).weights[0]), name, cause)
    text = (
        "the weights after an epoch are wrong: backward() and step() on the mean cross-entropy of each batch, no more?"
    )
    demand(False, name, text)


def _judge_long_account(train_one_epoch: Callable[..., Any], seed: int) -> None:
    """Many small batches, the model standing still."""
    X, y = _examples(220, 3, 3, seed)
    batches = (*torch.arange(220).split(2)[:-1], torch.tensor([219]))
    model, watched = _net((3, 3), seed), Watched(_net((3, 3), seed))
    result = _train(train_one_epoch, watched, torch.optim.SGD(watched.parameters(), lr=0.0), X, y, batches)
    _judge_means(result, _measure(model, X, y, batches), {})


# --- question 3: evaluation --------------------------------------------------------------------------------------


def evaluation(evaluate_error: Callable[..., Any], seed: int) -> None:
    """The share of wrong answers over all examples, for any batch size; the model is left as it was.

    Shown in order and at most batch_size at a time, in eval mode, unrecorded by autograd. The model comes with all its
    parts in one mode, and goes back so.
    """
    draw = random.Random(seed)
    size = draw.randint(4, 9)
    cases = [(2 * size + 2, size), (2 * size, size), (size, 4 * size), (5, 1)]
    for place, (count, batch_size) in enumerate(cases):
        for mode in (True, False) if place == 0 else (place % 2 == 1,):
            _judge_evaluation(evaluate_error, 10 * seed + place, count, batch_size, mode)


@lru_cache(maxsize=64)
def _evaluation_case(seed: int, count: int, batch_size: int) -> tuple:
    """Model and examples for which no two slips give the same number."""
    for attempt in range(seed * 1000, seed * 1000 + 200):
        model = _net((4, 8, 4), attempt, dropout=0.5, norm=batch_size > 1).eval()
        X, y = _examples(count, 4, 4, attempt, scale=3.0)
        wanted = error_rate(model(X), y)
        each = [error_rate(model(X[rows]), y[rows]) for rows in torch.arange(count).split(batch_size)]
        known = {
            "that is the accuracy; the error is the share of wrong answers.": 1 - wanted,
            "that is their number: divide by the number of examples.": wanted * count,
        }
        if len(each) > 1:
            known["perhaps that is the last batch alone."] = each[-1]
        if count % batch_size and len(each) > 1:
            text = "each batch counts the same here: count the wrong answers, and divide by len(y) at the end."
            known[text] = sum(each) / len(each)
            full = count - count % batch_size
            cut = error_rate(model(X[:full]), y[:full])
            known["perhaps the short last batch is left out."] = cut
            known["perhaps the short last batch is left out, and still divided by all."] = cut * full / count
        if _differ([wanted, *known.values()]):
            break
    return model, X, y, wanted, [(value, cause) for cause, value in known.items()]


def _judge_evaluation(
    evaluate_error: Callable[..., Any], seed: int, count: int, batch_size: int, train_mode: bool
) -> None:
    name = "evaluate_error"
    model, X, y, wanted, mistakes = _evaluation_case(seed, count, batch_size)
    watched = Watched(copy.deepcopy(model)).train(train_mode)
    before, data = copy.deepcopy(watched.state_dict()), (X, y)
    X, y = X.clone(), y.clone()
    if train_mode:  # in the middle of a training
        for parameter in watched.parameters():
            parameter.grad = torch.ones_like(parameter)
    with torch.enable_grad():
        with _unseeded(name):
            error = call(name, evaluate_error, watched, X, y, batch_size)
        recording = torch.is_grad_enabled()
        torch.set_grad_enabled(True)
    demand(error is not None, name, "it returned None: is the `return` line missing?")
    _judge_looking(watched, X, batch_size)
    _demand_number(name, error)
    agree(name, error, wanted, mistakes)
    came, modes = "train" if train_mode else "eval", {module.training for module in watched.modules()}
    went = "in train mode" if modes == {True} else "in eval mode" if modes == {False} else "with its parts in two modes"
    demand(modes == {train_mode}, name, f"the model came in {came} mode and was handed back {went}.")
    demand(recording, name, "autograd stays switched off afterwards: use `with torch.no_grad():`.")
    demand(all(p.requires_grad for p in watched.parameters()), name, "the parameters no longer ask for gradients.")
    gradients = [parameter.grad for parameter in watched.parameters()]
    text = "the gradients that the model came with were changed or erased: nothing is trained here."
    kept = all(gradient is not None and bool((gradient == 1).all()) for gradient in gradients)
    demand(not train_mode or kept, name, text)
    none = all(gradient is None for gradient in gradients)
    demand(train_mode or none, name, "gradients were left behind.")
    same = all(torch.equal(value, before[key]) for key, value in watched.state_dict().items())
    demand(same, name, "weights, or the running means of a BatchNorm, changed: an evaluation must not train.")
    demand(torch.equal(X, data[0]) and torch.equal(y, data[1]), name, "X or y was changed in place.")


def _judge_looking(watched: Watched, X: Tensor, batch_size: int) -> None:
    """In which modes, and how many at a time?"""
    name = "evaluate_error"
    demand(watched.shown, name, "the model was not asked: call model(...) on the examples.")
    text = "the model, or a part of it, was in train mode, where dropout is active: model.eval() first."
    demand(all(modes == {False} for modes in watched.modes), name, text)
    text = "autograd recorded a graph that nobody needs: put the loop under torch.no_grad()."
    demand(not any(watched.recorded), name, text)
    most = max(map(len, watched.shown))
    demand(most <= batch_size, name, f"{most} examples went through at once, where batch_size is {batch_size}.")
    seen = torch.cat(list(watched.shown))
    text = f"{len(seen)} examples were shown, of {len(X)}"
    cause = "the `return` is inside the loop" if len(watched.shown) == 1 else "the short last batch is left out"
    demand(len(seen) >= len(X), name, f"{text}: perhaps {cause}.")
    demand(len(seen) == len(X), name, f"{text}: each is to be shown once.")
    demand(torch.equal(seen, X), name, "the examples were not shown in their order: nothing is shuffled or drawn here.")


# --- question 4: the schedule ------------------------------------------------------------------------------------


def schedule(rate_at: Callable[..., Any], set_rate: Callable[..., Any], seed: int) -> None:
    """The rate is divided by 1.5 at epoch 20 and every 10 epochs after it, whatever was asked before.

    An optimizer is given the rate for all groups of its parameters, and keeps all else: weights, momentum, options.
    """
    draw = random.Random(seed)
    for first_rate, length in ((0.05, 200), (round(draw.uniform(0.11, 0.9), 3), 140)):
        _judge_rates(rate_at, first_rate, length, draw)
    for kind in (torch.optim.SGD, torch.optim.Adam):
        for lowest, highest in ((0.011, 0.06), (0.2, 0.6)):  # below the optimizer's rates, and between them
            _judge_set_rate(set_rate, kind, round(draw.uniform(lowest, highest), 4), seed)


@lru_cache(maxsize=64)
def wanted_rates(first_rate: float, num_epochs: int) -> list[float]:
    """The rate of each epoch, from PyTorch's own scheduler."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=first_rate)
    scheduler, rates = _scheduler(optimizer, num_epochs), []
    for _ in range(num_epochs):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return rates


def _scheduler(
    optimizer: torch.optim.Optimizer, num_epochs: int, late: int = 0
) -> torch.optim.lr_scheduler.LRScheduler:
    milestones = list(range(20 + late, max(num_epochs, 21) + late, 10))
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=1 / 1.5)


def _judge_rates(rate_at: Callable[..., Any], first_rate: float, length: int, draw: random.Random) -> None:
    wanted = wanted_rates(first_rate, length)
    borders = [0, 9, 10, 19, 20, 29, 30, 39, 40, length - 1]
    seldom = "it is divided once too seldom: the first division falls on epoch 20, then one every 10 epochs."
    often = "it is divided once too often: the first division falls on epoch 20, then one every 10 epochs."
    answers = {}
    for epoch in [*borders, *draw.sample(range(length), 40)]:
        label, rate = f"rate_at({epoch}, {first_rate})", wanted[epoch]
        got = call("rate_at", rate_at, epoch, first_rate)
        demand(got is not None, label, "it is None: is a `return` missing?")
        _demand_number(label, got)
        known = [(rate * 1.5, seldom), (rate / 1.5, often), (first_rate**2 / rate, "it grows: divide by 1.5.")]
        if epoch in answers and diagnose(got, answers[epoch], rtol=1e-6, atol=0.0) is not None:
            demand(
                False, label, f"asked before, it was {answers[epoch]:g}; now it is {got:g}: it must remember nothing."
            )
        agree(label, got, rate, known, rtol=1e-4, atol=0.0)
        answers[epoch] = got


def _judge_set_rate(set_rate: Callable[..., Any], kind: type, rate: float, seed: int) -> None:
    """Two groups of parameters, two steps; then the rate is set."""
    model, name = _net((4, 3, 2), seed), "set_rate"
    options = {"momentum": 0.8} if kind is torch.optim.SGD else {"betas": (0.7, 0.9)}
    groups = [{"params": model[0].parameters()}, {"params": model[3].parameters(), "lr": 0.7}]
    optimizer = kind(groups, lr=0.1, weight_decay=0.01, **options)
    for step in range(2):
        model(_examples(5, 4, 2, seed + step)[0]).square().mean().backward()
        optimizer.step()
    weights, before = _weights(model), copy.deepcopy(optimizer.state_dict())
    gradients = [parameter.grad.clone() for parameter in model.parameters()]
    call(name, set_rate, optimizer, rate)
    after, rates = optimizer.state_dict(), [group["lr"] for group in optimizer.param_groups]
    for value in rates:
        text = f"the rate of a group is now {_kind(value)}, where a number is wanted."
        demand(isinstance(value, (Real, Tensor)), name, text)
    rates = [float(value) for value in rates]
    demand(torch.equal(weights, _weights(model)), name, "the weights moved: only the rate is to be changed.")
    text = (
        f"an optimizer of the kind {kind.__name__} still steps at its old rates: they stand in optimizer.param_groups."
    )
    demand(rates != [0.1, 0.7], name, text)
    text = "the optimizer was set up anew, or its state cleared: the momentum that it had is lost."
    demand(before["state"].keys() == after["state"].keys(), name, text)
    kept = all(
        torch.equal(torch.as_tensor(value), torch.as_tensor(after["state"][key][entry]))
        for key, state in before["state"].items()
        for entry, value in state.items()
        if value is not None
    )
    demand(kept, name, "what the optimizer remembers of earlier gradients was changed: leave its state alone.")
    right = all(abs(got - rate) < 1e-9 for got in rates)
    shown = ", ".join(f"{value:g}" for value in rates)
    demand(right, name, f"wanted {rate} for each of the 2 groups of parameters, got {shown}.")
    for old, new in zip(before["param_groups"], after["param_groups"], strict=True):
        others = [key for key in old if key != "lr" and old[key] != new.get(key)]
        demand(not others, name, f"{' and '.join(others)} changed too: only the rate is to be changed.")
    now = [parameter.grad for parameter in model.parameters()]
    kept = all(new is not None and torch.equal(old, new) for old, new in zip(gradients, now, strict=True))
    demand(kept, name, "the gradients were changed or erased: only the rate is to be changed.")


# --- question 5: the whole run -----------------------------------------------------------------------------------

NAMES = ("rate", "loss", "train_error", "valid_error", "seconds")


def whole_run(run: Callable[..., Any], epoch_batches: Callable[..., Any], seed: int) -> None:
    """The history and the weights are those of PyTorch's SGD and scheduler, on the batches that epoch_batches deals.

    `epoch_batches` is the student's own, asked here for the same epochs. Judged: one generator, seeded once; one
    optimizer, which keeps its momentum; the rate of each epoch, in the history and in the weights; all epochs run and
    the last weights kept, though the validation error gets worse; seconds of the training, without the evaluation.
    """
    draw = random.Random(seed)
    momentum, rate = round(draw.uniform(0.5, 0.9), 2), round(draw.uniform(0.1, 0.3), 2)
    short = Run(seed, 10, 4, draw.randint(4, 6), rate, momentum)
    _judge_run(run, epoch_batches, short)
    _judge_run(run, epoch_batches, Run(seed + 1, 6, 8, 1, rate, 0.0))
    _judge_run(run, epoch_batches, Run(seed + 2, 6, 3, draw.randint(31, 36), rate, 0.5))
    _judge_seconds(run, seed)


@dataclass(frozen=True)
class Run:
    """What a run is asked for."""

    seed: int
    num_examples: int
    batch_size: int
    num_epochs: int
    first_rate: float
    momentum: float

    @property
    def options(self) -> tuple:
        """The arguments of `run` after the data."""
        return self.num_epochs, self.batch_size, self.first_rate, self.momentum, self.seed

    def model(self) -> nn.Module:
        """The same in each call."""
        return _net((4, 6, 3), self.seed)

    def examples(self) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Training examples, each a second time under another label; others that the untrained model gets right."""
        X, y = _examples(self.num_examples // 2, 4, 3, self.seed, scale=2.0)
        train = torch.cat([X, X])[: self.num_examples], torch.cat([y, (y + 1) % 3])[: self.num_examples]
        X_valid = _examples(31, 4, 3, self.seed + 50, scale=2.0)[0]
        return train, (X_valid, self.model()(X_valid).argmax(dim=1))

    def deals(self, epoch_batches: Callable[..., Any], seed: int | None = None) -> list[list[Tensor]]:
        """The batches of all epochs, from one generator."""
        generator = _generator(self.seed if seed is None else seed)
        deals = [_deal(epoch_batches, self.num_examples, self.batch_size, generator) for _ in range(self.num_epochs)]
        for deal in deals:
            _judge_epoch(deal, self.num_examples, self.batch_size)
        return [list(deal) for deal in deals]


@dataclass(frozen=True)
class Outcome:
    """What comes out of a run: the weights after each epoch, before the first one first, and the means of each."""

    weights: list[Tensor]
    loss: list[float]
    train_error: list[float]
    valid_error: list[float]


class Epochs:
    """A loader that gives the batches of the next epoch each time it is gone through."""

    def __init__(self, X: Tensor, y: Tensor, deals: Iterable[Batches]) -> None:
        self.X, self.y, self.deals = X, y, iter(deals)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return iter([(self.X[batch], self.y[batch]) for batch in next(self.deals)])


def _expected(
    case: Run,
    deals: list[list[Tensor]],
    kind: type = torch.optim.SGD,
    options: dict | None = None,
    late: int | None = 0,
    anew: Sequence[int] = (),
) -> Outcome:
    """The run with PyTorch's own; or with another optimizer, a late rate or none, a new optimizer after some epochs."""
    (train, valid), model = case.examples(), case.model()
    options = {"momentum": case.momentum} if options is None else options
    optimizer = kind(model.parameters(), lr=case.first_rate, **options)
    scheduler = None if late is None else _scheduler(optimizer, case.num_epochs, late)
    weights = [_weights(model)]

    def after(*_: object) -> None:
        weights.append(_weights(model))
        if len(weights) - 2 in anew:
            optimizer.state.clear()

    history = fit(
        model,
        Epochs(*train, deals),
        loss_fn=F.cross_entropy,
        optimizer=optimizer,
        epochs=case.num_epochs,
        valid_loader=[valid],
        metrics={"error": error_rate},
        scheduler=scheduler,
        progress=False,
        on_epoch_end=after,
    )
    return Outcome(weights, history.train_loss, history.metrics["train_error"], history.metrics["valid_error"])


_wanted: dict[tuple, Outcome] = {}


def _wanted_outcome(case: Run, deals: list[list[Tensor]]) -> Outcome:
    key = case, tuple(tuple(batch.tolist()) for deal in deals for batch in deal)
    if key not in _wanted:
        _wanted[key] = _expected(case, deals)
    return _wanted[key]


def _judge_run(run: Callable[..., Any], epoch_batches: Callable[..., Any], case: Run) -> None:
    deals, (train, valid), model = case.deals(epoch_batches), case.examples(), case.model()
    wanted = _wanted_outcome(case, deals)
    data = [tensor.clone() for tensor in (*train, *valid)]
    with _unseeded("run"):
        history = call("run", run, model, train, valid, *case.options)
    same = all(map(torch.equal, data, (*train, *valid)))
    demand(same, "run", "the examples were changed in place.")
    _judge_form(history, case)
    _judge_history_of_rates(history["rate"], case)
    got = _weights(model)
    if not _is_close(got, wanted.weights[-1]):
        _explain_run(run, epoch_batches, case, deals, wanted, got)
    _judge_history(history, wanted, case, train)


def _judge_form(history: Any, case: Run) -> None:
    demand(history is not None, "run", "it returned None: is the `return` line missing?")
    demand(isinstance(history, dict), "run", f"wanted a dictionary, got {_kind(history)}.")
    missing = [name for name in NAMES if name not in history]
    demand(not missing, "run", f"wanted a dictionary with {', '.join(NAMES)}; {' and '.join(missing)} is not there.")
    for name in NAMES:
        label, values = f'run: "{name}"', history[name]
        demand(isinstance(values, (list, tuple)), label, f"wanted a list of numbers, got {_kind(values)}.")
        text = f"epochs asked for: {case.num_epochs}; numbers in the list: {len(values)}. One per epoch is wanted."
        demand(len(values) == case.num_epochs, label, text)
        for value in values:
            _demand_number(label, value)


def _judge_history_of_rates(rates: Sequence[float], case: Run) -> None:
    longer = [*wanted_rates(case.first_rate, case.num_epochs + 1)]
    wanted, compounded = longer[:-1], [case.first_rate]
    for epoch in range(1, case.num_epochs):
        compounded.append(compounded[-1] * longer[epoch] / case.first_rate)
    mistakes = [
        (torch.tensor(longer[1:]), "each is the rate of the epoch after it: epochs are counted from 0."),
        (torch.tensor(compounded), "the rate is divided anew in each epoch: hand rate_at the first rate every time."),
        (torch.full((case.num_epochs,), case.first_rate), "the rate stays as it is; from epoch 20 on it falls."),
    ]
    agree('run: "rate"', torch.tensor([float(rate) for rate in rates]), torch.tensor(wanted), mistakes, **CLOSE)


def _explain_run(
    run: Callable[..., Any],
    epoch_batches: Callable[..., Any],
    case: Run,
    deals: list[list[Tensor]],
    wanted: Outcome,
    got: Tensor,
) -> None:
    """The weights after the run are wrong: say why, where it is known."""
    (train, valid), name = case.examples(), "run"
    demand(not _is_close(got, wanted.weights[0]), name, "no weight has moved: was the model trained at all?")
    for epoch, weights in enumerate(wanted.weights[:-1]):
        text = f"the weights are those after {epoch} of {case.num_epochs} epochs: run all of them, and keep the last."
        demand(not _is_close(got, weights), name, text)
    cold = {"momentum": 0.0}
    slips: list[tuple[str, Callable[[], Outcome]]] = [
        ("the momentum is not in the optimizer.", lambda: _expected(case, deals, options=cold)),
        (
            "the momentum is lost after every epoch: make one optimizer before the loop.",
            lambda: _expected(case, deals, anew=range(case.num_epochs)),
        ),
        (
            "the momentum is lost where the rate falls: make one optimizer before the loop, and set its rate.",
            lambda: _expected(case, deals, anew=range(19, case.num_epochs, 10)),
        ),
        (
            "every epoch has the order of the first: make one generator, or deal new batches each time.",
            lambda: _expected(case, [deals[0]] * case.num_epochs),
        ),
        (
            "the history says that the rate falls, the optimizer does not know.",
            lambda: _expected(case, deals, late=None),
        ),
        ("the rate is set an epoch late: before the training, not after it.", lambda: _expected(case, deals, late=1)),
        ("Adam was used, where SGD is wanted.", lambda: _expected(case, deals, kind=torch.optim.Adam, options={})),
        (
            "the gradient is Nesterov's: SGD with momentum and no other option.",
            lambda: _expected(case, deals, options={"momentum": case.momentum, "nesterov": True}),
        ),
    ]
    if case.momentum == 0:
        slips = [slip for slip in slips if "momentum" not in slip[0]]
    for cause, outcome in slips:
        demand(not _is_close(got, outcome().weights[-1]), name, cause)
    again, other = case.model(), case.model()
    again_text = "the weights that the model comes with are kept, and all chance comes from the generator."
    call(name, run, again, train, valid, *case.options)
    demand(_is_close(got, _weights(again)), name, f"two runs with one seed differ: {again_text}")
    call(name, run, other, train, valid, *case.options[:-1], case.seed + 1)
    text = (
        "a run with another seed ends with the same weights: perhaps the generator is not seeded with `seed`, "
        "or the batches are not those of epoch_batches with this batch_size."
    )
    demand(case.num_epochs == 1 or not _is_close(got, _weights(other)), name, text)
    text = "the weights after the run are not those of SGD on the batches of epoch_batches"
    more = "one generator, seeded once; the training examples alone; rate and momentum as handed in?"
    demand(False, name, f"{text}. Perhaps: {more}")


def _judge_history(history: dict, wanted: Outcome, case: Run, train: tuple[Tensor, Tensor]) -> None:
    names = ("loss", "train_error", "valid_error")
    values = {name: [float(value) for value in history[name]] for name in names}
    for name in names:
        target, mistakes = getattr(wanted, name), []
        for other in names:
            if other != name:
                mistakes.append((getattr(wanted, other), f'that is "{other}": are two of them swapped?'))
        X, y = train
        model, each = case.model(), []
        for weights in wanted.weights:
            nn.utils.vector_to_parameters(weights, model.parameters())
            each.append((error_rate(model(X), y), _error_on(model, case)))
        if name == "train_error":
            text = "that is measured after each epoch; wanted is the error that train_one_epoch returns."
            mistakes.append(([error for error, _ in each[1:]], text))
        if name == "valid_error":
            mistakes.append(([error for error, _ in each[1:]], "that is the error on the training examples."))
            mistakes.append(([error for _, error in each[:-1]], "that is the error before each epoch, not after it."))
            mistakes.append(([min(target)] * case.num_epochs, "that is the best one, in every epoch."))
        mistakes = [(torch.tensor(wrong), cause) for wrong, cause in mistakes if wrong != target]
        agree(f'run: "{name}"', torch.tensor(values[name]), torch.tensor(target), mistakes, **CLOSE)


def _error_on(model: nn.Module, case: Run) -> float:
    X, y = case.examples()[1]
    return error_rate(model(X), y)


def _judge_seconds(run: Callable[..., Any], seed: int) -> None:
    """A slow model: each epoch takes at least the training, and all together no more than what is not evaluation."""
    case, label = Run(seed, 4, 2, 3, 0.1, 0.0), 'run: "seconds"'
    (train, valid), model = case.examples(), Slow(case.model(), first=2)
    started = time.perf_counter()
    history = call("run", run, model, train, valid, *case.options)
    whole = time.perf_counter() - started
    _judge_form(history, case)
    seconds, training = [float(value) for value in history["seconds"]], 2 * SLEEP
    least = [SLOWER * training, training, training]
    demand(min(seconds) > 0 or max(seconds) <= 0, label, f"one of {_rounded(seconds)} is not positive.")
    demand(
        min(seconds) > 0,
        label,
        "no time has passed, or less than none: end minus start, around the training, not cut to a whole number.",
    )
    text = f"the three epochs of training took at least {_rounded(least)} s here, and yours are {_rounded(seconds)}"
    more = "wall-clock seconds around train_one_epoch are wanted, for each epoch its own."
    enough = all(got >= 0.6 * low for got, low in zip(seconds, least, strict=True))
    demand(enough, label, f"{text}: {more}")
    if sum(seconds) > whole - 0.9 * max(model.evaluated, case.num_epochs) * SLEEP:
        text = f"{_rounded(seconds)} are together more than the training can have taken"
        rising = seconds[0] + training / 2 < seconds[1] < seconds[2] - training / 2
        cause = "perhaps each holds the epochs before it" if rising else "perhaps the evaluation is in them"
        if min(seconds) > 10 * whole:
            cause = "perhaps they are readings of the clock, or not seconds"
        demand(False, label, f"{text}: {cause}.")


def _rounded(seconds: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in seconds)


# --- question 6: a fault in a comparison -------------------------------------------------------------------------

SEALED_LINE = "ed718a17dff48e79"


class Counting(nn.Module):
    """A model that knows for how many epochs it has been trained."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("epochs", torch.tensor(0))

    def forward(self, X: Tensor) -> Tensor:
        return X


def _made_up_error(epochs: int, rate: float) -> float:
    """The first is the largest, the second the smallest."""
    return round({1: 0.9, 2: 0.1}.get(epochs, 0.2 + 1 / (1 + epochs)) + rate, 6)


def _training_error(error: float) -> float:
    return round(0.7 * error - 0.01, 6)


def fault(find_fault: Callable[..., Any], given: Callable[..., Any], repaired: Callable[..., Any], seed: int) -> None:
    """The line of the slip, the epochs behind the last error under it, and the comparison without it.

    The number is what the given program itself does with 5 rates and 4 epochs each. The repaired program has to give
    each rate a model that was trained for the epochs asked for, and no more; nothing else in it may change.
    """
    answer = call("fault", find_fault)
    demand(answer is not None, "fault", "it returned None: is the `return` line missing?")
    text = "two numbers are wanted: `return line, epochs`."
    demand(isinstance(answer, (tuple, list)) and len(answer) == 2, "fault", text)
    line, epochs = (value.item() if isinstance(value, np.integer) else value for value in answer)
    hint = "Go through the program with two rates, line by line: what does the second one find?"
    check_line("fault: line", line, SEALED_LINE, last=8, hint=hint)
    _judge_number(epochs, given)
    draw = random.Random(seed)
    for num_rates, num_epochs in ((3, draw.randint(3, 4)), (draw.randint(4, 6), draw.randint(5, 8)), (1, 2)):
        rates = [round(draw.uniform(0.001, 0.5), 4) for _ in range(num_rates)]
        _judge_comparison(repaired, given, rates, num_epochs)


def _judge_number(epochs: Any, given: Callable[..., Any]) -> None:
    asked: list[dict] = []
    given(_stand_in_for_run(asked), Counting, ("X", "y"), ("X_valid", "y_valid"), [0.1, 0.2, 0.3, 0.4, 0.5], 4)
    wanted, label = asked[-1]["model"].epochs.item(), "fault: epochs"
    _demand_number(label, epochs)
    mistakes = [
        (4, "that is what the docstring promises; what does the given program do?"),
        (wanted - 4, "that many came before the last rate: its own epochs count too."),
        (4 + 5, "5 and 4 are added, and each of the 5 rates brings 4 epochs."),
        (5, "that is the number of rates: each brings 4 epochs."),
    ]
    agree(label, float(epochs), float(wanted), mistakes)


def _stand_in_for_run(asked: list[dict]) -> Callable[..., dict]:
    """A `run` that only counts the epochs of its model, and notes what it was asked."""

    def run(
        model: Any,
        train: Any,
        valid: Any,
        num_epochs: int,
        batch_size: int,
        first_rate: float,
        momentum: float,
        seed: int,
    ) -> dict:
        asked.append({key: value for key, value in locals().items() if key != "asked"})
        already = model.epochs.item()
        model.epochs += num_epochs
        errors = [_made_up_error(already + epoch, first_rate) for epoch in range(1, num_epochs + 1)]
        return {name: list(errors) for name in NAMES} | {"train_error": [_training_error(error) for error in errors]}

    return run


def _judge_comparison(repaired: Callable[..., Any], given: Callable[..., Any], rates: list[float], epochs: int) -> None:
    name, asked, before = "compare_rates", [], []
    data = ("X", "y"), ("X_valid", "y_valid")
    wrong = given(_stand_in_for_run(before), Counting, *data, rates, epochs)
    got = call(name, repaired, _stand_in_for_run(asked), Counting, *data, rates, epochs)
    demand(got is not None, name, "it returned None: is the `return` line missing?")
    demand(isinstance(got, dict), name, f"wanted a dictionary, as the given program returns, got {_kind(got)}.")
    demand(list(got) == rates, name, f"wanted one error for each of the rates {rates}, got {list(got)}.")
    wanted = {rate: _made_up_error(epochs, rate) for rate in rates}
    text = "the errors are still those of the given program: every rate is to start from a new model."
    demand(len(rates) == 1 or got != wrong, name, text)
    text = f"each rate was to be run once, and `run` was called {len(asked)} times for {len(rates)} rates."
    demand(len(asked) == len(rates), name, text)
    for new, old in zip(asked, before, strict=True):
        changed = [key for key in old if key not in ("model", "already") and new[key] != old[key]]
        demand(not changed, name, f"the given program hands run another {' and '.join(changed)}: leave that as it is.")
    for rate, error in got.items():
        _demand_number(f"{name}: the error at rate {rate}", error)
    each = torch.tensor([[_made_up_error(epoch, rate) for epoch in range(1, epochs + 1)] for rate in rates])
    mistakes = [
        (torch.tensor([_training_error(error) for error in wanted.values()]), "that is the training error."),
        (each[:, 0], "that is the error after the first epoch: the last one is wanted."),
        (each.amin(dim=1), "that is the smallest error of all epochs: the last one is wanted."),
        (each.mean(dim=1), "that is the mean over the epochs: the last error is wanted."),
    ]
    agree(name, torch.tensor(list(got.values())), torch.tensor(list(wanted.values())), mistakes)


# --- question 7: colour images -----------------------------------------------------------------------------------


def colours(cifar10_lab: Callable[..., Any], epoch_batches: Callable[..., Any], seed: int) -> None:
    """The labs' run on made-up images of CIFAR-10's form: rows of 3072 numbers in [0, 1], batches of 20, SGD at 0.01.

    Returned are the running training error of each epoch and the test error after the last.
    """
    name, draw = "cifar10_lab", random.Random(seed)
    # more than 20 epochs, so that a falling rate shows; a seed other than the visible one of the check
    case = Run(seed + 10, draw.choice([25, 30, 35]), 20, draw.randint(25, 28), 0.01, 0.0)
    train = made_up_images(case.num_examples, case.seed)
    deals = case.deals(epoch_batches)
    test, wanted, known = _colour_case(case, train, deals)
    model, data = Watched(_colour_model(case)), [tensor.clone() for tensor in (*train, *test)]
    start = _weights(model)
    answer = call(name, cifar10_lab, model, train, test, case.num_epochs, case.seed)
    demand(all(map(torch.equal, data, (*train, *test))), name, "the images were changed in place.")
    demand(answer is not None, name, "it returned None: is the `return` line missing?")
    text = "wanted a list and a number: `return train_errors, test_error`."
    demand(isinstance(answer, (tuple, list)) and len(answer) == 2, name, text)
    errors, test_error = answer
    demand(isinstance(errors, (list, tuple)), f"{name}: train_errors", f"wanted a list, got {_kind(errors)}.")
    text = f"epochs asked for: {case.num_epochs}; numbers in the list: {len(errors)}. One per epoch is wanted."
    demand(len(errors) == case.num_epochs, f"{name}: train_errors", text)
    for value in (*errors, test_error):
        _demand_number(name, value)
    demand(not torch.equal(start, _weights(model)), name, "no weight has moved: was this model trained?")
    _judge_colours(model, [float(e) for e in errors], float(test_error), case, train, deals, wanted, known)


def _colour_model(case: Run) -> nn.Module:
    """A linear layer whose biases are large enough for the scale of the pixels to matter."""
    model = _net((3072, 10), case.seed)
    with torch.no_grad():
        model.bias.copy_(torch.randn(10, generator=_generator(case.seed)) / 2)
    return model


def made_up_images(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Noise in ten tints: uint8 (count, 3, 32, 32), and labels; a stand-in for CIFAR-10 that is made in no time."""
    generator = _generator(seed)
    labels = torch.randint(10, (count,), generator=generator)
    tints = torch.randint(60, 200, (10, 3, 1, 1), generator=_generator(0))
    noise = torch.randint(-60, 56, (count, 3, 32, 32), generator=generator)
    return (tints[labels] + noise).to(torch.uint8), labels


@dataclass(frozen=True)
class Colours:
    """What comes out of the lab's run: the weights after each epoch, before the first one first, and the means."""

    weights: list[Tensor]
    losses: list[float]
    errors: list[float]


def _colour_run(
    case: Run, train: tuple[Tensor, Tensor], deals: list[list[Tensor]], lr: float = 0.01, **layout: Any
) -> Colours:
    model = _colour_model(case)
    weights = [_weights(model)]
    history = fit(
        model,
        Epochs(_rows(train[0], **layout), train[1], deals),
        loss_fn=F.cross_entropy,
        optimizer=torch.optim.SGD(model.parameters(), lr=lr),
        epochs=len(deals),
        metrics={"error": error_rate},
        progress=False,
        on_epoch_end=lambda *_: weights.append(_weights(model)),
    )
    return Colours(weights, history.train_loss, history.metrics["train_error"])


def _rows(images: Tensor, order: Sequence[int] = (0, 1, 2, 3), divisor: float = 255.0) -> Tensor:
    return images.permute(*order).reshape(len(images), -1) / divisor


def _colour_errors(case: Run, outcome: Colours, rows: Tensor, y: Tensor) -> list[float]:
    """The error on some examples before the first epoch and after each."""
    model, errors = _colour_model(case), []
    for weights in outcome.weights:
        nn.utils.vector_to_parameters(weights, model.parameters())
        errors.append(error_rate(model(rows), y))
    return errors


_colour_cases: dict[tuple, tuple] = {}


def _colour_case(case: Run, train: tuple[Tensor, Tensor], deals: list[list[Tensor]]) -> tuple:
    """Test images for which no slip gives the wanted error, what is wanted, and what those slips give."""
    key = case, tuple(tuple(batch.tolist()) for deal in deals for batch in deal)
    if key not in _colour_cases:
        outcome = _colour_run(case, train, deals)
        for attempt in range(100):
            test = made_up_images(37, 100 * case.seed + attempt)
            each = _colour_errors(case, outcome, _rows(test[0]), test[1])
            known = {
                "that is the error on the training images.": _colour_errors(case, outcome, _rows(train[0]), train[1])[
                    -1
                ],
                "the test images run from 0 to 255 still: divide them by 255, too.": _colour_errors(
                    case, outcome, _rows(test[0], divisor=1.0), test[1]
                )[-1],
                "that is the smallest of all epochs; the last one is wanted.": min(each[1:]),
                "that is the error before the training.": each[0],
                "that is the share of right answers.": 1 - each[-1],
            }
            if _differ([each[-1], *known.values()]):
                break
        _colour_cases[key] = test, outcome, {"wanted": each, **known}
    return _colour_cases[key]


def _judge_colours(
    model: nn.Module,
    errors: list[float],
    test_error: float,
    case: Run,
    train: tuple[Tensor, Tensor],
    deals: list[list[Tensor]],
    wanted: Colours,
    known: dict[str, Any],
) -> None:
    name, got, close = "cifar10_lab", _weights(model), {"rtol": 1e-4, "atol": 2e-6}
    if not torch.allclose(got, wanted.weights[-1], **close):
        rates = wanted_rates(0.01, case.num_epochs)
        slips: dict[str, Callable[[], Tensor]] = {
            "the pixels run from 0 to 255 still: divide by 255.": lambda: _colour_run(
                case, train, deals, divisor=1.0
            ).weights[-1],
            "the colours of a pixel stand side by side: flatten each image as it is, with no permute.": lambda: (
                _colour_run(case, train, deals, order=(0, 2, 3, 1)).weights[-1]
            ),
            "every epoch has the order of the first: make one generator before the loop.": lambda: _colour_run(
                case, train, [deals[0]] * len(deals)
            ).weights[-1],
            "the rate falls from epoch 20 on; here it stays at 0.01.": lambda: _falling(case, train, deals, rates),
        }
        for cause, weights in slips.items():
            demand(not torch.allclose(got, weights(), **close), name, cause)
        text = "the weights after the last epoch are not those of the lab. Perhaps: pixels divided by 255 and no more"
        more = "batches of 20, SGD at 0.01 with no other option, one generator with this seed?"
        demand(False, name, f"{text}; {more}")
    label, each = f"{name}: train_errors", known["wanted"]
    on_training = _colour_errors(case, wanted, _rows(train[0]), train[1])[1:]
    mistakes = [
        (torch.tensor(each[1:]), "that is the error on the test images."),
        (torch.tensor(on_training), "that is measured after each epoch; train_one_epoch returns the running error."),
        (torch.tensor(wanted.losses), "that is the loss."),
        (1 - torch.tensor(wanted.errors), "that is the share of right answers."),
    ]
    agree(label, torch.tensor(errors), torch.tensor(wanted.errors), mistakes, rtol=1e-4)
    causes = [(value, cause) for cause, value in known.items() if cause != "wanted"]
    agree(f"{name}: test_error", test_error, each[-1], causes, rtol=1e-4)


def _falling(case: Run, train: tuple[Tensor, Tensor], deals: list[list[Tensor]], rates: list[float]) -> Tensor:
    """The weights of a run at the rates of `rate_at`."""
    model = _colour_model(case)
    X, y = _rows(train[0]), train[1]
    for rate, deal in zip(rates, deals, strict=True):
        for batch in deal:
            gradients = torch.autograd.grad(F.cross_entropy(model(X[batch]), y[batch]), list(model.parameters()))
            with torch.no_grad():
                for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                    parameter -= rate * gradient
    return _weights(model)
