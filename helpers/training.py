"""The training loop that unit 4.3 writes out by hand, with the care that a long run needs.

For the student who wants to see how `fit` works: `_train_one_epoch` is the loop, the rest is care.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CyclicLR, LRScheduler, OneCycleLR, ReduceLROnPlateau

from helpers._explaining import as_pair, check_targets, explained
from helpers._running import Loader, LossFunction, Metric, RunningMeans, borrowed, refuse_taken_names, weight_of_mean
from helpers.evaluation import evaluate

if TYPE_CHECKING:
    import pandas as pd
    from tqdm import tqdm

_STEPPED_EVERY_BATCH = (OneCycleLR, CyclicLR)


@dataclass
class History:
    """What happened in each finished epoch of `fit`; every list has one entry per epoch.

    Attributes:
        train_loss: mean loss per example, measured while the weights were changing.
        valid_loss: mean loss per example after the epoch; empty without a validation set.
        metrics: `"train_accuracy"`, `"valid_accuracy"`, ... to a list of means per example.
        learning_rate: the rate of the epoch's last step (of the first parameter group).
        seconds: wall-clock time of the epoch's training, validation not counted.
        interrupted: the run was stopped by hand; the lists hold the epochs finished until then.

    Example:
        >>> history = History(train_loss=[0.5, 0.3], valid_loss=[0.6, 0.5])
        >>> history.to_frame().loc[2].to_dict()
        {'train_loss': 0.3, 'valid_loss': 0.5}
    """

    train_loss: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    interrupted: bool = False

    def append(self, train_means: dict[str, float], valid_means: dict[str, float], seconds: float) -> None:
        """Add a finished epoch: means by name (`"loss"`, `"learning_rate"`, and the metrics), and its time."""
        self.train_loss.append(train_means["loss"])
        self.learning_rate.append(train_means["learning_rate"])
        self.seconds.append(seconds)
        if valid_means:
            self.valid_loss.append(valid_means["loss"])
        for which, means in (("train", train_means), ("valid", valid_means)):
            for name, mean in means.items():
                if name not in ("loss", "learning_rate"):
                    self.metrics.setdefault(f"{which}_{name}", []).append(mean)

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: one row per epoch, counted from 1, one column per quantity."""
        import pandas as pd  # here, as it takes a second to load and training needs none of it

        columns = {"train_loss": self.train_loss, "valid_loss": self.valid_loss, **self.metrics}
        columns |= {"learning_rate": self.learning_rate, "seconds": self.seconds}
        epochs = pd.RangeIndex(1, len(self.train_loss) + 1, name="epoch")
        return pd.DataFrame({name: values for name, values in columns.items() if values}, index=epochs)


class NonFiniteLossError(ArithmeticError):
    """The loss became NaN or infinite; the message says where, and what the likeliest causes are."""


def fit(
    model: nn.Module,
    train_loader: Loader,
    *,
    loss_fn: LossFunction,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    valid_loader: Loader | None = None,
    metrics: Mapping[str, Metric] | None = None,
    scheduler: LRScheduler | None = None,
    device: torch.device | str | None = None,
    progress: bool = True,
    on_epoch_end: Callable[[int, History], Any] | None = None,
) -> History:
    """Train a model; return what happened.

    The weights equal, bit for bit, those of the loop written by hand: for each batch predict, compute the loss,
    `zero_grad`, `backward`, `step`. All means are per example, so that a short last batch counts for less.

    The stop button (or Ctrl-C) ends the training and returns the History of the finished epochs; the weights keep all
    that they have learned, also in the unfinished one. The model's device and the train/eval mode of each of its parts
    are left as they were found, whatever happens.

    Args:
        model: takes X, gives logits or predictions; every epoch starts with `model.train()`.
        train_loader: gives (X, y) batches, a new order each time it is gone through.
        loss_fn: `loss_fn(y_hat, y)`, a mean over the batch.
        optimizer: built on this model's parameters.
        epochs: passes over the training data.
        valid_loader: evaluated after every epoch, in eval mode and without gradients.
        metrics: name to `metric(y_hat, y)`, each a mean over the batch, computed on both sets. On the training set
            it uses the predictions that the loss was computed from: earlier weights, dropout on.
        scheduler: stepped after every batch (`OneCycleLR`, `CyclicLR`) or after every epoch (all others).
            `ReduceLROnPlateau` watches the validation loss or, where there is none, the training loss.
        device: where to compute; by default where the model is. The optimizer's state travels with the model.
        progress: show a progress bar (never where the environment variable `CI` is set).
        on_epoch_end: called as `on_epoch_end(epoch, history)` after each epoch, counted from 1; if it returns True,
            the training ends.

    Raises:
        NonFiniteLossError: the loss is NaN or infinite. The step that would have spoilt the weights is not taken.
        ValueError: an empty loader, shapes and types that do not fit, an optimizer of another model, or a one-cycle
            schedule with too few steps left; the message names the fix.

    Example:
        >>> from helpers.loaders import BatchLoader
        >>> _ = torch.manual_seed(0)
        >>> X = torch.linspace(-1, 1, 20).unsqueeze(1)
        >>> model = nn.Linear(1, 1)
        >>> history = fit(model, BatchLoader(X, 2 * X, batch_size=4), loss_fn=nn.functional.mse_loss,
        ...               optimizer=torch.optim.SGD(model.parameters(), lr=0.5), epochs=20)
        >>> print(f"{model.weight.item():.2f}")
        2.00
    """
    _check_optimizer(model, optimizer)
    refuse_taken_names(metrics, {"loss", "learning_rate"})
    _check_schedule(scheduler, train_loader, epochs)
    history = History()
    bar = _progress_bar(train_loader, epochs, hidden=not progress)
    try:
        with borrowed(model, training=True, device=device, optimizer=optimizer) as device, bar:
            run = _Run(model, loss_fn, optimizer, dict(metrics or {}), scheduler, device)
            for epoch in range(1, epochs + 1):
                started = time.perf_counter()
                train_means = _train_one_epoch(run, train_loader, epoch, bar)
                seconds = time.perf_counter() - started
                valid_means = (
                    evaluate(model, valid_loader, loss_fn=loss_fn, metrics=metrics) if valid_loader is not None else {}
                )
                history.append(train_means, valid_means, seconds)
                _step_after_epoch(scheduler, history)
                bar.set_postfix(_latest(history))
                if on_epoch_end is not None and on_epoch_end(epoch, history) is True:
                    break
    except KeyboardInterrupt:
        history.interrupted = True
        print(
            f"stopped by hand: {len(history.train_loss)} of {epochs} epochs finished; the model keeps what it learned"
        )
    return history


@dataclass(frozen=True)
class _Run:
    """What stays the same from the first step to the last."""

    model: nn.Module
    loss_fn: LossFunction
    optimizer: torch.optim.Optimizer
    metrics: dict[str, Metric]
    scheduler: LRScheduler | None
    device: torch.device


def _train_one_epoch(run: _Run, loader: Loader, epoch: int, bar: tqdm) -> dict[str, float]:
    run.model.train()  # once an epoch, for on_epoch_end may have left it in eval mode
    running, learning_rate = RunningMeans(), math.nan
    for batch, (X, y) in enumerate(map(as_pair, loader), start=1):
        X, y = X.to(run.device, non_blocking=True), y.to(run.device, non_blocking=True)
        with explained(run.model, X, y):
            y_hat = run.model(X)
            check_targets(run.loss_fn, y_hat, y, values=batch == 1)
            loss = run.loss_fn(y_hat, y)
        train_loss = loss.item()
        learning_rate = run.optimizer.param_groups[0]["lr"]
        if not math.isfinite(train_loss):
            raise NonFiniteLossError(_explain_non_finite(train_loss, epoch, batch, X, learning_rate))
        run.optimizer.zero_grad()
        loss.backward()
        run.optimizer.step()
        if isinstance(run.scheduler, _STEPPED_EVERY_BATCH):
            run.scheduler.step()
        running.add({"loss": train_loss}, weight_of_mean(run.loss_fn, y))
        running.add({name: float(metric(y_hat.detach(), y)) for name, metric in run.metrics.items()}, len(y))
        if bar.update():  # true once in a while, when the bar has been drawn anew
            bar.set_postfix(epoch=epoch, train_loss=f"{running.means()['loss']:.4f}", refresh=False)
    return {**running.means(), "learning_rate": float(learning_rate)}


def _step_after_epoch(scheduler: LRScheduler | None, history: History) -> None:
    if scheduler is None or isinstance(scheduler, _STEPPED_EVERY_BATCH):
        return
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step((history.valid_loss or history.train_loss)[-1])
    else:
        scheduler.step()


def _check_optimizer(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    mine = {id(parameter) for parameter in model.parameters()}
    if not any(id(parameter) in mine for group in optimizer.param_groups for parameter in group["params"]):
        raise ValueError(
            "the optimizer holds none of this model's parameters, so it could not train it: "
            "build it after the model, with optimizer = ...(model.parameters(), ...)"
        )


def _check_schedule(scheduler: LRScheduler | None, loader: Loader, epochs: int) -> None:
    if isinstance(scheduler, OneCycleLR) and hasattr(loader, "__len__"):
        needed, planned = epochs * len(loader), scheduler.total_steps - scheduler.last_epoch
        if needed > planned:
            raise ValueError(
                f"the one-cycle schedule has {planned} steps left, but {epochs} epochs of {len(loader)} batches need "
                f"{needed}: build it with epochs={epochs}, steps_per_epoch=len(train_loader), anew for every run"
            )


def _explain_non_finite(loss: float, epoch: int, batch: int, X: Tensor, learning_rate: float) -> str:
    if X.isfinite().all():
        inputs = f"the inputs are far from size 1 (here they are finite, and at most {X.abs().max().item():.3g})"
    else:
        inputs = "the inputs hold NaN or infinity, AND THIS BATCH DOES: look with X.isfinite()"
    return (
        f"the loss is {loss} in epoch {epoch}, batch {batch}. The likeliest causes: "
        f"(1) the learning rate, {learning_rate:g}, is too large: try {learning_rate / 10:g}; (2) {inputs}; "
        "(3) the loss takes the logarithm of 0, or divides by 0: pass logits to cross_entropy, without a softmax"
    )


def _progress_bar(loader: Loader, epochs: int, *, hidden: bool) -> tqdm:
    from tqdm.auto import tqdm  # here, as in a notebook it loads the widgets

    total = epochs * len(loader) if hasattr(loader, "__len__") else None
    return tqdm(total=total, unit="batch", disable=hidden or bool(os.environ.get("CI")))


def _latest(history: History) -> dict[str, str]:
    columns = {"train_loss": history.train_loss, "valid_loss": history.valid_loss, **history.metrics}
    return {name: f"{values[-1]:.4f}" for name, values in columns.items() if values}
