"""Python's values as plain data, and back.

A value becomes a scalar that msgpack knows, or a list that begins with a tag. Whoever reads such a list makes numbers,
strings, tensors and arrays of it, and checks sizes and types; nothing in it can run. Only the exact types count: an
instance of a subclass is carried as what it is a subclass of, so that no method of its own comes along.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import torch
from torch import Tensor

DEEPEST = 60
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
    )
}
SIZES = {name: torch.empty(0, dtype=dtype).element_size() for name, dtype in DTYPES.items()}
ARRAY_KINDS = "biufcSU"
NUMPYS = (torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool, torch.int32)  # the quick ones


MOST_EMPTY = 1_000_000
NUMBER = re.compile(r"-?\d{1,60}(\.\d{1,60}|/\d{1,60})?(E[-+]?\d{1,3})?")


class Refused(Exception):
    """What came, or was to be sent, is no plain data of the kind that is wanted."""


def tensor_bytes(tensor: Tensor) -> bytes:
    """The numbers of a dense tensor of any dtype, in order."""
    if type(tensor) in (Tensor, torch.nn.Parameter) and tensor.dtype in NUMPYS and tensor.device.type == "cpu":
        return tensor.detach().numpy().tobytes()
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        plain = tensor.detach().as_subclass(Tensor).cpu().contiguous().resolve_conj().resolve_neg()
        return plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""


def tensor_of(dtype: str, shape: list[int], content: bytes) -> Tensor:
    """A new tensor from what `tensor_bytes` gave.

    Raises:
        Refused: an unknown dtype, or a shape that the bytes do not fill.
    """
    check_shape_of(shape, content, SIZES.get(dtype) if isinstance(dtype, str) else None)
    if not content:
        return torch.empty(shape, dtype=DTYPES[dtype])
    flat = torch.frombuffer(bytearray(content), dtype=torch.uint8)
    return flat.view(DTYPES[dtype]).reshape(shape)


def check_shape_of(shape: object, content: object, item_size: int | None) -> None:
    """`Refused` unless so many items of this size fill the shape."""
    whole = isinstance(shape, list) and all(type(size) is int and 0 <= size < 2**40 for size in shape)
    if item_size is None or not whole or len(shape) > 32 or not isinstance(content, bytes):
        raise Refused("a tensor or an array of an unknown form")
    if math.prod(shape) * item_size != len(content):
        raise Refused(f"{len(content)} bytes do not fill the shape {shape}")


def array_of(dtype: str, shape: list[int], content: bytes) -> np.ndarray:
    """A new, writable array.

    Raises:
        Refused: a dtype of objects, or a shape that the bytes do not fill.
    """
    try:
        kind = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        raise Refused("an array of an unknown dtype") from None
    if kind.kind not in ARRAY_KINDS or kind.hasobject:
        raise Refused(f"an array of dtype {kind}")
    if kind.itemsize == 0:
        if not isinstance(shape, list) or math.prod(shape) > MOST_EMPTY:
            raise Refused("an array of too many empty strings")
        return np.empty(shape, dtype=kind)
    check_shape_of(shape, content, kind.itemsize)
    return np.frombuffer(bytearray(content), dtype=kind).reshape(shape)


def encode_simple(value: Any) -> Any:
    """Numbers, strings and the like; NotImplemented for anything else.

    Tells by `type(value).__mro__`, which a class cannot forge towards this process; what it claims stays inside.
    """
    for kind in type(value).__mro__:
        encode = _SIMPLE.get(kind)
        if encode is not None:
            return encode(value)
    return NotImplemented


def _whole(value: int) -> Any:
    value = int.__index__(value) if not isinstance(value, bool) else value
    return value if isinstance(value, bool) or -(2**63) <= value < 2**64 else ["int", hex(value)]


_SIMPLE: dict[type, Any] = {
    type(None): lambda value: None,
    bool: lambda value: bool(value),
    int: _whole,
    float: lambda value: float.__float__(value),
    str: lambda value: str.__str__(value)[:],
    bytes: lambda value: bytes(value),
    bytearray: lambda value: ["bytearray", bytes(value)],
    complex: lambda value: ["complex", value.real, value.imag],
    Fraction: lambda value: ["fraction", str(value)],
    Decimal: lambda value: ["decimal", str(value)],
    type(...): lambda value: ["..."],
    type(NotImplemented): lambda value: ["NotImplemented"],
    range: lambda value: ["range", value.start, value.stop, value.step],
    slice: lambda value: ["slice", *map(encode_simple, (value.start, value.stop, value.step))],
    PurePath: lambda value: ["path", str(value)],
    torch.dtype: lambda value: ["dtype", str(value).removeprefix("torch.")],
    torch.Size: lambda value: ["size", list(value)],
    torch.device: lambda value: ["device", str(value)],
    np.dtype: lambda value: ["np.dtype", value.str],
    np.generic: lambda value: ["number", value.dtype.str, value.tobytes()],
}


def decode_simple(data: list) -> Any:
    """The opposite of `encode_simple`, for lists with a tag; NotImplemented for an unknown tag.

    Raises:
        Refused: a known tag with something wrong behind it.
    """
    tag, *rest = data
    decode = _DECODE.get(tag) if isinstance(tag, str) else None
    if decode is None:
        return NotImplemented
    try:
        return decode(*rest)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"a damaged {tag}: {type(error).__name__}") from None


def _scalar(dtype: str, content: bytes) -> Any:
    return array_of(dtype, [], content)[()]


def _dtype(name: str) -> torch.dtype:
    found = getattr(torch, name)
    if not isinstance(found, torch.dtype):
        raise Refused(f"{name} is no dtype")
    return found


def _numeral(text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise Refused("no number")
    return text


def _int(text: str) -> int:
    if len(text) > 10_000:
        raise Refused("a number of more than 10,000 digits")
    return int(text, 16)


def _bytearray(content: bytes) -> bytearray:
    if not isinstance(content, bytes):
        raise Refused("no bytes")
    return bytearray(content)


_DECODE = {
    "int": _int,
    "bytearray": _bytearray,
    "complex": complex,
    "fraction": lambda text: Fraction(_numeral(text)),
    "decimal": lambda text: Decimal(_numeral(text)),
    "...": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "range": range,
    "slice": slice,
    "path": Path,
    "dtype": _dtype,
    "size": lambda sizes: torch.Size(sizes[:100]),
    "device": torch.device,
    "np.dtype": np.dtype,
    "number": _scalar,
}
