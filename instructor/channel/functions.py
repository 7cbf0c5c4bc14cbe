"""A student's functions, errors, and classes of autograd, as the judge's process meets them.

Nothing here trusts what comes: an error is told in the words that came with it, and is of the nearest kind that Python
itself has; whether an answer touches autograd is read from its text, which the judge has.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable
from typing import Any, get_args

import torch
from torch import Tensor
from torch.autograd.function import FunctionMeta

from helpers.checks import Kind, NotYet
from helpers.checks.errors import Stop
from instructor.channel.peer import Peer, _signature, _tell_signature
from instructor.channel.values import Refused

KINDS_OF_FINDINGS = get_args(Kind)


# At the sandbox


def tell_error(error: BaseException, function: Any) -> dict:
    """An error as plain data: its kinds, its message, and what a student is told of it."""
    names = [cls.__name__ for cls in type(error).__mro__ if getattr(builtins, cls.__name__, None) is cls]
    message = str(error)[:2000]
    if isinstance(error, NotYet):
        return {"kinds": ["NotYet"], "name": "NotYet", "message": message, "kind": str(error.kind)}
    stop = Stop(error, function)
    try:
        told, is_stub = [line[:400] for line in stop.tell()], bool(stop.is_stub)
    except Exception:
        told, is_stub = [f"{type(error).__name__}: {message[:200]}"], False
    return {"kinds": names, "name": type(error).__name__[:80], "message": message, "told": told, "stub": is_stub}


class AtSandbox:
    """What the sandbox answers beside calls."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.applied: dict[int, Tensor] = {}
        peer.kinds = {FunctionMeta: _encode_class} | peer.kinds
        peer.services |= {"by hand": self.by_hand, "apply": self.apply, "apply backwards": self.apply_backwards}

    def by_hand(self, label: str, function: Callable, args: tuple, kwargs: tuple) -> Any:
        """Call a function where autograd refuses."""
        from helpers.judges.without_autograd import autograd_off

        with autograd_off(label):
            return function(*args, **dict(kwargs))

    def apply(self, cls: Any, args: tuple, label: str) -> tuple[int, Any]:
        """`cls.apply`, and a token for its way back; with a label, where autograd refuses."""
        if label:
            return 0, self.by_hand(label, cls.apply, args, ())
        with torch.enable_grad():
            result = cls.apply(*args)
        self.applied[len(self.applied) + 1] = result
        return len(self.applied), result

    def apply_backwards(self, cls: Any, token: int, gradient: Tensor, label: str) -> Any:
        """What `cls.backward` itself returns."""
        context = self.applied[token].grad_fn
        if label:
            return self.by_hand(label, cls.backward, (context, gradient), ())
        return cls.backward(context, gradient)


def _encode_class(peer: Peer, cls: Any, depth: int) -> list:
    own = [name for name in ("forward", "backward", "setup_context") if _is_own(cls, name)]
    number = peer.share(cls, "handle", None)
    return ["autograd class", number, cls.__name__[:80], own, _tell_signature(cls.forward)]


def _is_own(cls: Any, name: str) -> bool:
    return getattr(cls, name) is not getattr(torch.autograd.Function, name)


# At the judge


def make_error(told: Any) -> BaseException:
    """An error of the nearest kind that Python has, which brings along what is to be told of it."""
    if not isinstance(told, dict):
        return RuntimeError("an error without a description")
    message = str(told.get("message", ""))[:2000]
    kinds = told.get("kinds")
    if kinds == ["NotYet"]:
        kind = told.get("kind")
        return NotYet(message, kind if kind in KINDS_OF_FINDINGS else "numbers")
    found = (getattr(builtins, str(kind), None) for kind in (kinds if isinstance(kinds, list) else []))
    base = next((cls for cls in found if isinstance(cls, type) and issubclass(cls, Exception)), RuntimeError)
    name = str(told.get("name", ""))
    members = {"__str__": lambda self: message, "__init__": lambda self: None, "__reduce__": None}
    error = type(name if name.isidentifier() else base.__name__, (base,), members)()
    lines = told.get("told")
    error.told = [str(line)[:400] for line in lines][:5] if isinstance(lines, list) else [message[:200]]
    error.is_stub = told.get("stub") is True
    return error


def at_judge(peer: Peer) -> None:
    """Teach the judge's end errors and classes of autograd."""
    peer.raises = make_error
    peer.makers |= {"autograd class": _decode_class}


def _decode_class(peer: Peer, data: list, depth: int) -> Any:
    """A class of autograd here whose `forward` and `backward` run in the sandbox."""
    _, number, name, own, signature = data
    if not isinstance(name, str) or not name.isidentifier() or not isinstance(own, list):
        raise Refused("a damaged class")
    made = _make_class(peer, name, [str(part) for part in own], _signature(signature))
    peer.adopt(number, made, "handle", None)
    return made


class _Callable:
    """A method of such a class; the judge reads the class's text before it asks for one by hand."""

    def __init__(self, run: Callable, by_hand: Callable, signature: inspect.Signature | None = None) -> None:
        self.run, self.by_hand = run, by_hand
        if signature is not None:
            self.__signature__ = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(*args, **kwargs)


def _make_class(peer: Peer, name: str, own: list[str], signature: inspect.Signature | None) -> Any:
    class Through(torch.autograd.Function):
        """Autograd's view of the class: each way is asked of the sandbox."""

        @staticmethod
        def forward(ctx: Any, *args: Any) -> Any:
            ctx.token, result = peer.ask("apply", made, args, "")
            return result.detach() if isinstance(result, Tensor) else result

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Any:
            return peer.ask("apply backwards", made, ctx.token, gradient, "")

    def apply_by_hand(label: str) -> Callable:
        return lambda *args: peer.ask("apply", made, args, label)[1]

    def backward_by_hand(label: str) -> Callable:
        return lambda ctx, gradient: peer.ask("apply backwards", made, ctx.token, gradient, label)

    def of_its_own(*args: Any) -> Any:
        raise TypeError(f"{name} is applied, and not called")

    members: dict[str, Any] = {"apply": _Callable(Through.apply, apply_by_hand)}
    if "forward" in own:
        members["forward"] = _Callable(of_its_own, apply_by_hand, signature)
    if "backward" in own:
        members["backward"] = _Callable(Through.backward, backward_by_hand)
    if "setup_context" in own:
        members["setup_context"] = _Callable(of_its_own, apply_by_hand)
    made = type(name, (torch.autograd.Function,), members)
    return made


def report_opened(paths: Any) -> None:
    """Files that the sandbox says it opened, told to whoever listens here, as Python tells its own."""
    for path in paths if isinstance(paths, list) else []:
        if isinstance(path, str):
            sys.audit("open", path, "r", 0)
