"""Explain the errors that PyTorch raises, or fails to raise, when shapes, types and labels do not fit together.

For whoever wonders where a message of `fit` or `evaluate` comes from. A message is certain, or it says "perhaps".
Imports `helpers._running` alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from helpers._running import LossFunction

_CLASS_LOSSES = {"crossentropy", "nll"}
_PAIRED_LOSSES = {"mse", "l1", "smoothl1", "huber", "binarycrossentropy", "bce"}


@contextmanager
def explained(model: nn.Module, X: Tensor, y: Tensor | None = None) -> Iterator[None]:
    """Within the block, an error of the model or of the loss on this batch becomes one that names the fix.

    An error that cannot be explained passes through as it is.

    Args:
        model: the model that takes X.
        X: inputs, shape (batch, ...).
        y: targets, shape (batch, ...); None where nothing is compared.

    Raises:
        ValueError: the explanation, with PyTorch's own error as its cause.
    """
    try:
        yield
    except (RuntimeError, IndexError) as error:
        if explanation := _explain(model, X, str(error)):
            raise ValueError(explanation) from error
        raise


def _explain(model: nn.Module, X: Tensor, complaint: str) -> str | None:
    return _explain_wrong_width(model, X, complaint) or _explain_wrong_type(model, X, complaint)


def _explain_wrong_width(model: nn.Module, X: Tensor, complaint: str) -> str | None:
    shapes = re.search(r"shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)", complaint)
    if shapes is None:
        return None
    came, wanted = int(shapes[1]), int(shapes[2])
    name = next((name for name, layer in model.named_modules() if getattr(layer, "in_features", None) == wanted), "")
    layer = f"layer {name}" if name else "the layer"
    if X.ndim > 2 and came == X.shape[-1] and wanted == X[0].numel():
        return (
            f"{layer} wants {wanted} numbers an example, got images of shape {tuple(X.shape)}: "
            "put nn.Flatten() in front, or pass X.flatten(start_dim=1)"
        )
    return (
        f"the widths do not fit: {layer} wants {wanted} numbers an example and gets {came} (X is {tuple(X.shape)}): "
        f"make its in_features {came}, or mend what comes before it"
    )


def _explain_wrong_type(model: nn.Module, X: Tensor, complaint: str) -> str | None:
    wanted = next((parameter.dtype for parameter in model.parameters()), X.dtype)
    if "type" not in complaint or X.dtype == wanted:
        return None
    mend = "X.float() / 255, if these are pixels" if X.dtype == torch.uint8 else _conversion("X", wanted)
    return f"the model computes with {_short(wanted)}, got {_describe(X)}: use {mend}"


def check_targets(loss_fn: LossFunction, y_hat: Tensor, y: Tensor, *, values: bool = True) -> None:
    """Refuse targets that the loss would reject with a riddle, or accept and broadcast in silence.

    Args:
        loss_fn: the loss; of one that is not PyTorch's nothing is known, and nothing is refused.
        y_hat: predictions or logits, shape (batch, ...).
        y: targets, shape (batch, ...).
        values: look at the labels themselves too, not only at their shape and type.

    Raises:
        ValueError: they do not fit; the message names the fix.
    """
    kind = _kind_of(loss_fn)
    if kind in _CLASS_LOSSES:
        _check_class_labels(y_hat, y, ignored=_option(loss_fn, "ignore_index", -100), values=values)
    elif kind in _PAIRED_LOSSES:
        _check_paired(y_hat, y)


def _kind_of(loss_fn: LossFunction) -> str:
    while isinstance(loss_fn, functools.partial):
        loss_fn = loss_fn.func
    name = getattr(loss_fn, "__name__", type(loss_fn).__name__)
    return name.lower().replace("_", "").removesuffix("loss").removesuffix("withlogits")


def _option(loss_fn: LossFunction, name: str, default: int) -> int:
    """An option that was given to the loss when it was made: to its class, or to `functools.partial`."""
    return getattr(loss_fn, "keywords", {}).get(name, getattr(loss_fn, name, default))


def _check_class_labels(logits: Tensor, labels: Tensor, *, ignored: int, values: bool) -> None:
    if logits.ndim < 2 or logits.shape[1] < 2:
        raise ValueError(
            f"cross-entropy wants one output a class, got logits {tuple(logits.shape)}: "
            "give the last layer two outputs, or use BCEWithLogitsLoss with float labels of the logits' shape"
        )
    if labels.is_floating_point() and labels.shape == logits.shape:
        return  # class probabilities, which cross-entropy also takes
    wanted = (len(logits), *logits.shape[2:])
    if labels.dtype not in (torch.int64, torch.uint8) or labels.shape != wanted:
        long = "" if labels.dtype in (torch.int64, torch.uint8) else ".long()"
        reduce = {(len(logits), 1): ".squeeze(1)", tuple(logits.shape): ".argmax(dim=1)"}.get(tuple(labels.shape), "")
        mend = f": use labels{long}{reduce}" if long or reduce else ""
        raise ValueError(f"labels must be integers of shape {wanted} and type int64, got {_describe(labels)}{mend}")
    if not values:
        return
    num_classes = logits.shape[1]
    outside = labels[(labels < 0) | (labels >= num_classes)]
    if len(outside := outside[outside != ignored]):
        raise ValueError(
            f"labels must lie in 0..{num_classes - 1}, for the model has {num_classes} outputs; "
            f"got {outside[0].item()}: subtract the lowest label, or give the last layer as many outputs as classes"
        )


def _check_paired(y_hat: Tensor, y: Tensor) -> None:
    if y_hat.shape != y.shape:
        mend = ""
        if y_hat.shape == (*y.shape, 1):
            mend = ", and broadcasting would compare every prediction with every target: use y.unsqueeze(1)"
        elif y.shape == (*y_hat.shape, 1):
            mend = ", and broadcasting would compare every prediction with every target: use y.squeeze(1)"
        raise ValueError(f"predictions are {tuple(y_hat.shape)}, but targets are {tuple(y.shape)}{mend}")
    if y.dtype != y_hat.dtype:
        mend = _conversion("y", y_hat.dtype)
        raise ValueError(
            f"targets must be {_short(y_hat.dtype)} like the predictions, got {_short(y.dtype)}: use {mend}"
        )


def _conversion(name: str, dtype: torch.dtype) -> str:
    return f"{name}.float()" if dtype == torch.float32 else f"{name}.to({dtype})"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _describe(tensor: Tensor) -> str:
    return f"{_short(tensor.dtype)} {tuple(tensor.shape)}"
