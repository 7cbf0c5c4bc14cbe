"""How good is a model? Every mean is per example, and the model is left as it was found.

For the student who wants to see how `evaluate` works.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from helpers._explaining import as_pair, check_targets, explained
from helpers._running import Loader, LossFunction, Metric, RunningMeans, borrowed, refuse_taken_names, weight_of_mean
from helpers.loaders import BatchLoader


def evaluate(
    model: nn.Module,
    loader: Loader,
    *,
    loss_fn: LossFunction | None = None,
    metrics: Mapping[str, Metric] | None = None,
    device: torch.device | str | None = None,
) -> dict[str, float]:
    """Mean loss and metrics over all examples of a loader, in eval mode and without gradients.

    The result does not depend on the batch size: a short last batch counts by its examples, or by the weights of its
    labels where the loss has class weights. Each part of the model returns to the train or eval mode that it was in,
    also if something goes wrong on the way.

    Args:
        model: takes X, gives predictions or logits.
        loader: gives (X, y) batches.
        loss_fn: `loss_fn(y_hat, y)`, a mean over the batch; its mean appears as `"loss"`.
        metrics: name to `metric(y_hat, y)`, each a mean over the batch.
        device: where to compute; by default where the model is. The model returns home afterwards.

    Returns:
        Name to mean, as Python floats.

    Raises:
        ValueError: nothing to compute, a metric called "loss", an empty loader, or shapes and types that do not fit.

    Example:
        >>> model = nn.Identity()
        >>> logits, labels = torch.tensor([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]]), torch.tensor([0, 1, 1])
        >>> result = evaluate(model, BatchLoader(logits, labels, batch_size=2), metrics={"accuracy": accuracy})
        >>> print(f"{result['accuracy']:.3f}")
        0.667
    """
    if loss_fn is None and not metrics:
        raise ValueError("nothing to compute: pass loss_fn=..., metrics={...}, or both")
    refuse_taken_names(metrics, {"loss"})
    running = RunningMeans()
    with torch.no_grad(), borrowed(model, training=False, device=device) as device:
        for batch, (X, y) in enumerate(map(as_pair, loader), start=1):
            X, y = X.to(device), y.to(device)
            with explained(model, X, y):
                y_hat = model(X)
                if loss_fn is not None:
                    check_targets(loss_fn, y_hat, y, values=batch == 1)
                    running.add({"loss": loss_fn(y_hat, y).item()}, weight_of_mean(loss_fn, y))
            running.add({name: float(metric(y_hat, y)) for name, metric in (metrics or {}).items()}, len(y))
    return running.means()


def predict(model: nn.Module, X: Tensor, *, batch_size: int = 1024, device: torch.device | str | None = None) -> Tensor:
    """The model's outputs for all of X, in eval mode, without gradients, batch by batch.

    Args:
        model: takes (batch, ...) and gives (batch, ...).
        X: inputs, shape (N, ...).
        batch_size: examples at a time; it bounds the memory and changes no result beyond rounding.
        device: where to compute; by default where the model is. The model returns home afterwards.

    Returns:
        Outputs of shape (N, ...), on the CPU.

    Raises:
        ValueError: X is empty, or its shape does not fit the model.

    Example:
        >>> predict(nn.Linear(3, 2), torch.zeros(5, 3)).shape
        torch.Size([5, 2])
    """
    if len(X) == 0:
        raise ValueError(f"nothing to predict: X is empty, of shape {tuple(X.shape)}")
    with torch.no_grad(), borrowed(model, training=False, device=device) as device:
        batches = BatchLoader(X, batch_size=batch_size, device=device)
        outputs = []
        for (batch,) in batches:
            with explained(model, batch):
                outputs.append(model(batch).cpu())
        return torch.cat(outputs)


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Share of right predictions.

    Args:
        logits: raw scores, float, shape (batch, num_classes); softmax changes nothing here.
        labels: class indices, int64, shape (batch,), each in [0, num_classes).

    Returns:
        Number in [0, 1].

    Raises:
        ValueError: the shapes do not fit, or the batch is empty.

    Example:
        >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0]))
        0.5
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or len(labels) == 0:
        shapes = f"{tuple(logits.shape)} and {tuple(labels.shape)}"
        raise ValueError(f"wanted logits (batch, num_classes) and labels (batch,), got {shapes}")
    return (logits.argmax(dim=1) == labels).float().mean().item()


def error_rate(logits: Tensor, labels: Tensor) -> float:
    """Share of wrong predictions: 1 - `accuracy`, which says what goes in and what is refused.

    Example:
        >>> error_rate(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0]))
        0.5
    """
    return 1.0 - accuracy(logits, labels)


def mse(y_hat: Tensor, y: Tensor) -> float:
    """Mean squared error of predictions.

    Args:
        y_hat: predictions, float, of any shape.
        y: targets, of the same shape.

    Returns:
        Number of 0 or more, in the square of the targets' unit.

    Raises:
        ValueError: the shapes differ (subtracting would then compare every prediction with every target), or there is
            nothing to compare.

    Example:
        >>> mse(torch.tensor([1.0, 4.0]), torch.tensor([3.0, 4.0]))
        2.0
    """
    if y_hat.shape != y.shape or y.numel() == 0:
        raise ValueError(f"wanted predictions and targets of one shape, got {tuple(y_hat.shape)} and {tuple(y.shape)}")
    return ((y_hat - y) ** 2).mean().item()


def count_parameters(model: nn.Module, *, trainable_only: bool = False) -> int:
    """How many numbers a model holds in its weights and biases.

    Args:
        model: any module; a parameter that two layers share counts once.
        trainable_only: leave out those with `requires_grad=False`.

    Example:
        >>> count_parameters(nn.Sequential(nn.Linear(784, 10), nn.Linear(10, 10)))
        7960
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)
