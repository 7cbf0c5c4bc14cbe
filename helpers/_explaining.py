"""Explain the errors that PyTorch raises, or fails to raise, when shapes, types and labels do not fit together.

For whoever wonders where a message of `fit` or `evaluate` comes from. A message is certain, or it says "perhaps".
Imports `helpers._running` alone.
"""

from __future__ import annotations

import functools
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from helpers._running import LossFunction

# What takes a class index per example, and what compares number with number. PyTorch's own alone, and by identity: a
# student's function may bear the same name and do something else.
_CROSS_ENTROPY = (F.cross_entropy, nn.CrossEntropyLoss)
_NLL = (F.nll_loss, nn.NLLLoss)
_PAIRED = (
    (F.mse_loss, nn.MSELoss),
    (F.l1_loss, nn.L1Loss),
    (F.smooth_l1_loss, nn.SmoothL1Loss),
    (F.huber_loss, nn.HuberLoss),
    (F.binary_cross_entropy, nn.BCELoss),
    (F.binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss),
)


# Batches


def as_pair(batch: Any) -> tuple[Any, Any]:
    """The two halves of a batch, (X, y).

    Args:
        batch: what a loader gave.

    Raises:
        ValueError: it is no pair of tensors; the message says what came, and how to make a pair of it.

    Example:
        >>> X, y = as_pair([torch.zeros(8, 3), torch.zeros(8)])
        >>> as_pair({"image": torch.zeros(8, 3), "label": torch.zeros(8)})
        Traceback (most recent call last):
        ValueError: a batch must be a pair (X, y), got a dict with the keys 'image', 'label': let the loader make pairs:
            def pair(examples):
                batch = torch.utils.data.default_collate(examples)
                return batch["image"], batch["label"]
            loader = DataLoader(..., collate_fn=pair)
    """
    if isinstance(batch, (tuple, list)) and len(batch) == 2 and hasattr(batch[0], "to") and hasattr(batch[1], "to"):
        return batch[0], batch[1]
    _refuse_batch(batch)


def _refuse_batch(batch: Any) -> NoReturn:
    came, fix = f"a {type(batch).__name__}", ""
    if isinstance(batch, Mapping):
        came = f"{came} with the keys {', '.join(map(repr, batch))}"
        fix = _collate(*batch) if len(batch) == 2 else _collate("...", "...")
    elif isinstance(batch, Tensor):
        came, fix = f"one tensor of shape {tuple(batch.shape)}", "is the target missing, as in TensorDataset(X, y)?"
    elif isinstance(batch, (tuple, list)):
        came = f"{came} of {len(batch)} ({', '.join(type(part).__name__ for part in batch)})"
        fix = "let the dataset, or the loader's collate_fn, give X and y alone, each a tensor"
    raise ValueError(f"a batch must be a pair (X, y), got {came}" + (f": {fix}" if fix else ""))


def _collate(X: str, y: str) -> str:
    return f"""let the loader make pairs:
    def pair(examples):
        batch = torch.utils.data.default_collate(examples)
        return batch["{X}"], batch["{y}"]
    loader = DataLoader(..., collate_fn=pair)"""


# Errors of the model and of the loss


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
    except (RuntimeError, IndexError, TypeError) as error:
        if explanation := _explain(model, X, error):
            raise ValueError(explanation) from error
        raise


@dataclass(frozen=True)
class _Failure:
    """Where a forward pass broke off.

    Attributes:
        complaint: what PyTorch says.
        layer: the layer, or model, whose own `forward` raised the error.
        name: what the model calls it, in words.
        given: what it was given; None where that is not to be had.
        X: what the model was given.
    """

    complaint: str
    layer: nn.Module
    name: str
    given: Any
    X: Tensor

    @property
    def gets_X(self) -> bool:
        """Whether the layer was given X itself, or a view of it, such as X flattened."""
        given, X = self.given, self.X
        if given is X or not isinstance(given, Tensor) or {given.layout, X.layout} != {torch.strided}:
            return given is X
        return given.dtype == X.dtype and given.untyped_storage().data_ptr() == X.untyped_storage().data_ptr()


def _explain(model: nn.Module, X: Tensor, error: Exception) -> str | None:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = {module: name for name, module in model.named_modules()}
    modules = [frame.f_locals["self"] for frame in frames if isinstance(frame.f_locals.get("self"), nn.Module)]
    inside = [module for module in modules if module in names]
    if not inside:
        return _explain_label(frames, str(error))
    layer = modules[-1]
    forward = [f for f in frames if f.f_code.co_name == "forward" and f.f_locals.get("self") is layer]
    if layer not in names or not forward:
        return None  # a layer that the model does not know of, or a method that is no forward pass
    name = f"layer {names[layer]}" if names[layer] else f"the model ({type(layer).__name__})"
    failure = _Failure(str(error), layer, name, _first_argument(forward[-1]), X)
    looks = (_explain_width, _explain_index, _explain_no_tensor, _explain_type)
    return next(filter(None, (look(failure) for look in looks)), None)


def _explain_label(frames: list[FrameType], complaint: str) -> str | None:
    """The loss was given a label that it has no output for."""
    label = re.match(r"Target (-?\d+) is out of bounds", complaint)
    logits = [frame.f_locals.get("input") for frame in frames if frame.f_code.co_filename == F.__file__]
    return _tell_label(int(label[1]), logits[-1].shape[1]) if label and logits else None


def _first_argument(frame: FrameType) -> Any:
    """What a `forward` was given; it may have set the name anew, so only PyTorch's own layers are asked."""
    names = frame.f_code.co_varnames[1 : frame.f_code.co_argcount]
    return frame.f_locals.get(names[0]) if names else None


def _explain_width(failure: _Failure) -> str | None:
    shapes = re.search(r"shapes cannot be multiplied \((\d+x\d+) and (\d+x\d+)\)", failure.complaint)
    if shapes is None:
        return None
    layer, given, name = failure.layer, failure.given, failure.name
    if not _is(layer, nn.Linear) or not isinstance(given, Tensor):
        return f"in {name} a matrix product does not fit, ({shapes[1]}) by ({shapes[2]}): the inner sizes must agree"
    wanted, came = layer.in_features, given.shape[-1]
    if given.ndim > 2 and wanted == given.shape[1:].numel():
        pass_flat = ", or pass X.flatten(start_dim=1)" if given is failure.X else f" of {name}"
        return (
            f"{name} wants {wanted} numbers per example, got {'images' if given is failure.X else 'a batch'} "
            f"of shape {tuple(given.shape)}: put nn.Flatten() in front{pass_flat}"
        )
    return (
        f"the widths do not fit: {name} wants {wanted} numbers per example and gets {came} "
        f"(X is {tuple(failure.X.shape)}): make its in_features {came}, or change what comes before it"
    )


def _explain_index(failure: _Failure) -> str | None:
    if "index out of range in self" not in failure.complaint or not _is(failure.layer, nn.Embedding):
        return None
    size, given = failure.layer.num_embeddings, failure.given
    outside = given[(given < 0) | (given >= size)].flatten()
    return (
        f"{failure.name} has {size} rows, for the numbers 0..{size - 1}, and was asked for row {outside[0].item()}: "
        "make its num_embeddings larger than the largest number, or look at where the numbers come from"
    )


def _explain_no_tensor(failure: _Failure) -> str | None:
    if "must be Tensor, not" not in failure.complaint or isinstance(failure.given, Tensor):
        return None
    came = type(failure.given).__name__
    fix = ": layers such as nn.LSTM return several values, of which a forward of your own must take one"
    return f"{failure.name} wants a tensor and gets a {came}{fix if came == 'tuple' else ''}"


def _explain_type(failure: _Failure) -> str | None:
    complaint, given, name = failure.complaint, failure.given, failure.name
    if "type" not in complaint:
        return None
    if _is(failure.layer, nn.Embedding) and isinstance(given, Tensor):
        whose = "X" if failure.gets_X else "its input"
        return f"{name} looks up rows by their number and wants int64, got {_describe(given)}: use .long() on {whose}"
    computes = next((p.dtype for p in failure.layer.parameters(recurse=False)), None)
    if computes is None or not isinstance(given, Tensor) or not _is_pytorchs(failure.layer):
        return _guess_type(failure)
    if given.dtype == computes:
        return None
    if failure.gets_X:
        fix = "X.float() / 255, if these are pixels" if given.dtype == torch.uint8 else _conversion("X", computes)
        return f"the model computes with {_short(computes)}, got {_describe(failure.X)}: use {fix}"
    return (
        f"{name} computes with {_short(computes)} and gets {_describe(given)} from what comes before it: "
        f"use {_conversion('...', computes)} there"
    )


def _guess_type(failure: _Failure) -> str | None:
    """Two dtypes met in a `forward` of the student's: where exactly is not known."""
    X = failure.X
    computes = next((parameter.dtype for parameter in failure.layer.parameters()), X.dtype)
    if computes == X.dtype or any(isinstance(layer, nn.Embedding) for layer in failure.layer.modules()):
        return None
    return (
        f"in {failure.name} two types met ({failure.complaint.splitlines()[0]}): "
        f"X is {_describe(X)} and the parameters are {_short(computes)}, so perhaps {_conversion('X', computes)} helps"
    )


def _is(layer: nn.Module, cls: type[nn.Module]) -> bool:
    """Whether a layer computes as PyTorch's own does."""
    return isinstance(layer, cls) and type(layer).forward is cls.forward


def _is_pytorchs(layer: nn.Module) -> bool:
    return type(layer).forward.__module__.startswith("torch.nn.")


# Targets


def check_targets(loss_fn: LossFunction, y_hat: Tensor, y: Tensor, *, values: bool = True) -> None:
    """Refuse targets that the loss would reject with a riddle, or accept and broadcast in silence.

    Args:
        loss_fn: the loss; of one that is not PyTorch's, or a subclass that computes otherwise, nothing is known, and
            nothing is refused.
        y_hat: predictions or logits, shape (batch, ...).
        y: targets, shape (batch, ...).
        values: look at the labels themselves too, not only at their shape and type.

    Raises:
        ValueError: they do not fit; the message names the fix.
    """
    wants_classes = _computes(loss_fn, _CROSS_ENTROPY) or _computes(loss_fn, _NLL)
    if not wants_classes and not any(_computes(loss_fn, form) for form in _PAIRED):
        return
    if not isinstance(y_hat, Tensor):
        raise ValueError(
            f"the loss wants one tensor of predictions, and the model returns a {type(y_hat).__name__}: "
            "let its forward return the predictions alone"
        )
    if wants_classes:
        takes_shares = _computes(loss_fn, _CROSS_ENTROPY)
        ignored = _option(loss_fn, "ignore_index", -100)
        _check_class_labels(y_hat, y, ignored=ignored, values=values, takes_shares=takes_shares)
    else:
        _check_paired(y_hat, y)


def _computes(loss_fn: LossFunction, form: tuple[LossFunction, type[nn.Module]]) -> bool:
    """Whether the loss is PyTorch's function, its module, or a subclass that leaves `forward` alone."""
    while isinstance(loss_fn, functools.partial):
        loss_fn = loss_fn.func
    function, cls = form
    return loss_fn is function or (isinstance(loss_fn, cls) and _is(loss_fn, cls))


def _option(loss_fn: LossFunction, name: str, default: int) -> int:
    """An option that was given to the loss when it was made: to its class, or to `functools.partial`."""
    return getattr(loss_fn, "keywords", {}).get(name, getattr(loss_fn, name, default))


def _check_class_labels(logits: Tensor, labels: Tensor, *, ignored: int, values: bool, takes_shares: bool) -> None:
    if labels.ndim == 0 and logits.ndim == 1:
        return  # one example, without its batch
    if logits.ndim < 2 or (takes_shares and logits.shape[1] < 2):
        raise ValueError(
            f"cross-entropy wants one output per class, got logits {tuple(logits.shape)}: "
            "give the last layer two outputs, or use BCEWithLogitsLoss with float labels of the logits' shape"
        )
    if takes_shares and labels.is_floating_point() and labels.shape == logits.shape:
        return  # class probabilities
    wanted = (len(logits), *logits.shape[2:])
    is_integer = labels.dtype in (torch.int64, torch.uint8)
    if not is_integer or labels.shape != wanted:
        fix = _fix_labels(logits, labels, is_integer)
        raise ValueError(f"labels must be integers of shape {wanted} and type int64, got {_describe(labels)}{fix}")
    if not values:
        return
    num_classes, labels = logits.shape[1], labels.long()  # uint8 cannot be compared with 300
    outside = labels[(labels < 0) | (labels >= num_classes)]
    if len(outside := outside[outside != ignored]):
        raise ValueError(_tell_label(outside[0].item(), num_classes))


def _fix_labels(logits: Tensor, labels: Tensor, is_integer: bool) -> str:
    if labels.shape == logits.shape:
        is_one_hot = (labels.sum(dim=1) == 1).all() and labels.max() == 1
        several = "" if is_one_hot else ", or BCEWithLogitsLoss if several classes may hold at once"
        return f": use labels.argmax(dim=1){several}"
    column = labels.ndim > 1 and labels.shape == (len(logits), 1, *logits.shape[2:])
    fix = ("" if is_integer else ".long()") + (".squeeze(1)" if column else "")
    return f": use labels{fix}" if fix else ""


def _tell_label(label: int, num_classes: int) -> str:
    return (
        f"labels must lie in 0..{num_classes - 1}, for the model has {num_classes} outputs; "
        f"got {label}: perhaps subtract the lowest label, or give the last layer as many outputs as classes"
    )


def _check_paired(y_hat: Tensor, y: Tensor) -> None:
    if y_hat.shape != y.shape:
        fix = ""
        if y_hat.shape == (*y.shape, 1):
            fix = ", and broadcasting would compare every prediction with every target: use y.unsqueeze(1)"
        elif y.shape == (*y_hat.shape, 1):
            fix = ", and broadcasting would compare every prediction with every target: use y.squeeze(1)"
        elif y_hat.ndim == 2 and y.ndim == 1 and y.dtype == torch.int64:
            fix = ": perhaps these are class labels, and cross_entropy is meant"
        raise ValueError(f"predictions are {tuple(y_hat.shape)}, but targets are {tuple(y.shape)}{fix}")
    mixed_precision = y_hat.dtype in (torch.float16, torch.bfloat16) and y.dtype == torch.float32
    if y.dtype != y_hat.dtype and not mixed_precision:
        fix = _conversion("y", y_hat.dtype)
        raise ValueError(
            f"targets must be {_short(y_hat.dtype)} like the predictions, got {_short(y.dtype)}: use {fix}"
        )


def _conversion(name: str, dtype: torch.dtype) -> str:
    return f"{name}.float()" if dtype == torch.float32 else f"{name}.to({dtype})"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _describe(tensor: Tensor) -> str:
    return f"{_short(tensor.dtype)} {tuple(tensor.shape)}"
