"""Judges of exercise 2, from idx files to a network that knows clothes. For whoever writes or marks exercises.

`reader`, `dataset`, `transform`, `fault`, `counts`, `pair` and `recipe` each judge one function or class of the
student's; `recipe_on_test_images` is for the grader alone. `write_idx`, `as_input`, `train` and `score` are tools that
the notebook uses, too. What a wrong value is compared with are mistakes, each with the cause that it proves.
"""

from __future__ import annotations

import gzip
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, partial
from numbers import Real
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR

from helpers.checks import NotYet, diagnose
from helpers.checks.student_code import call, unpack
from helpers.environment import set_seed
from helpers.evaluation import accuracy, count_parameters, evaluate
from helpers.judges.common import agree, check_line, demand
from helpers.loaders import BatchLoader
from helpers.training import NonFiniteLossError, fit

MARKS = {"train": 0.85, "valid": 0.895, "test": 0.885}
SMALL_MARKS = {"train": 0.82, "valid": 0.82, "test": 0.80}
MOST_PARAMETERS = 600_000
# Errors that a sound file, misread, leads to; any other is a slip of the pen, which its own message explains.
MISREAD = (ValueError, MemoryError, OverflowError, OSError, EOFError, IndexError)


# Question 1: the reader


def write_idx(path: Path, array: np.ndarray) -> Path:
    """Pack an array of bytes as an idx file, as the makers of MNIST and Fashion-MNIST publish theirs."""
    return _write(path, _content(array))


def reader(read_idx: Callable[[Any], np.ndarray], seed: int) -> None:
    """What `read_idx(path)` must do, path a string or a `Path`.

    It gives back the bytes of every sound file, as a writable NumPy array, uint8, of the header's shape: one dimension
    or several, sizes of one, sizes above 255 and 65,535, a single grey. A file is refused with a `ValueError`, or a
    subclass, whose message holds the file's name, if its first three bytes are others than 00 00 08, or if it is
    shorter or longer than its header promises, a file that ends within the header and an empty one included. A file
    that has changed is read anew.
    """
    with _room() as room:
        for number, array in enumerate(_sound_arrays(seed)):
            path = room / f"sound-{seed}-{number}.gz"
            _check_read(read_idx, path, array, path if number % 2 else str(path))
        _check_read_anew(read_idx, room / f"twice-{seed}.gz", seed)
        for number, (what, content) in enumerate(_damaged(seed)):
            path = _write(room / f"damaged-{seed}-{number}.gz", content)
            _check_refused(read_idx, path, what, path if number % 2 else str(path))


def _content(array: np.ndarray, kind: int = 8) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, kind, array.ndim]) + sizes + array.tobytes()


def _write(path: Path, content: bytes) -> Path:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(content)
    return path


@contextmanager
def _room() -> Iterator[Path]:
    """A folder that vanishes; resolved, so that a path within it has one spelling."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def _bytes(numbers: np.random.Generator, *shape: int) -> np.ndarray:
    """Random bytes, from 0 to 255, both of which occur where there is room."""
    array = numbers.integers(0, 256, shape, dtype=np.uint8)
    array.flat[0], array.flat[-1] = 255, 0
    return array


def _sizes(numbers: np.random.Generator, count: int) -> list[int]:
    """Different sizes, none of them 1."""
    return (2 + numbers.permutation(7)[:count]).tolist()


def _sound_arrays(seed: int) -> Iterator[np.ndarray]:
    numbers = np.random.default_rng([seed, 1])
    a, b, c = _sizes(numbers, 3)
    yield _bytes(numbers, a, b, c)
    yield _bytes(numbers, 4 + a)
    yield _bytes(numbers, a, a, a)
    yield _bytes(numbers, 1, b, c)
    yield _bytes(numbers, a, b, 1)
    yield _bytes(numbers, b, a)
    yield _bytes(numbers, 2, a, 1, b, 3)
    yield np.full((c, a, b), numbers.integers(1, 256), dtype=np.uint8)
    yield np.zeros(a + b, dtype=np.uint8)
    yield _bytes(numbers, 1)
    yield _bytes(numbers, 2, 257 + a)
    yield _bytes(numbers, 70_000 + b)


def _damaged(seed: int) -> Iterator[tuple[str, bytes]]:
    numbers = np.random.default_rng([seed, 2])
    a, b = _sizes(numbers, 2)
    array = _bytes(numbers, a, b)
    content, header = _content(array), 12
    yield "a file of floats (third byte 0d)", _content(array, kind=0x0D)
    yield "a file cut short by one byte", content[:-1]
    yield "a file with a byte too many", content + b"\x07"
    yield "a file of three bytes", content[:3]
    yield "a file of signed bytes (third byte 09)", _content(array, kind=9)
    yield "a file that begins with 01", b"\x01" + content[1:]
    yield "a file whose second byte is 01", content[:1] + b"\x01" + content[2:]
    yield "a file that begins with 00 08 00", b"\x00\x08\x00" + content[3:]
    yield "a file cut short by a row", content[:-b]
    yield "a file that ends after its header", content[:header]
    yield "a file that ends within a size", content[: header - 2]
    yield "a file that ends between two sizes", content[: header - 4]
    yield "a file of four bytes", content[:4]
    yield "a file of two bytes", content[:2]
    yield "an empty file", b""
    yield "a file twice as long as promised", content + array.tobytes()
    yield HUGE, bytes([0, 0, 8, 1]) + b"\xff" * 4 + array.tobytes()


HUGE = "a file that promises 4,294,967,295 bytes and holds a few"


def _check_read(read_idx: Callable, path: Path, array: np.ndarray, given: Path | str) -> None:
    _write(path, _content(array))
    try:
        got = call("read_idx", read_idx, given)
    except NotYet as stop:
        reason = _why_unread(read_idx, stop.__cause__, array, path) if isinstance(stop.__cause__, MISREAD) else ""
        told = f"{stop}\n  {reason}".rstrip().replace(str(path.parent), "...")
        raise NotYet(told, stop.kind) from stop.__cause__
    demand(got is not None, "read_idx", "it returned None: is the `return` line missing?")
    kind = type(got).__name__
    demand(isinstance(got, np.ndarray), "read_idx", f"a NumPy array is wanted, it returned an object of type {kind}.")
    demand(got.dtype == np.uint8, "read_idx", f"wanted uint8, bytes from 0 to 255, got {got.dtype}.")
    content = np.frombuffer(_content(array), dtype=np.uint8)
    cause = "the array begins with bytes of the header: n dimensions take 4 + 4n bytes."
    shifted = [(content[at:][: array.size].reshape(array.shape), cause) for at in range(0, 4 + 4 * array.ndim, 4)]
    label = f"read_idx, for a file of shape {array.shape},"
    demand(got.shape == array.shape, label, f"the array has the shape {got.shape}{_about_shape(got, array)}.")
    agree(label, got, array, [] if _is_plain(array) else shifted)
    demand(got.flags.writeable, "read_idx", "the array can't be written to: it needs memory of its own.")


def _about_shape(got: np.ndarray, array: np.ndarray) -> str:
    if got.ndim == 1 and got.size == array.size:
        return ": everything was flattened into one row"
    if got.shape == tuple(size for size in array.shape if size > 1):
        return ": a dimension of size 1 is missing"
    return ": the sizes are in another order" if sorted(got.shape) == sorted(array.shape) else ""


def _check_read_anew(read_idx: Callable, path: Path, seed: int) -> None:
    """A file is read as it is now, not as it was."""
    first = _bytes(np.random.default_rng([seed, 7]), 3, 2)
    why = "the file has got other content, and this is what it held before: read it anew at each call."
    for array in (first, 255 - first):
        _write(path, _content(array))
        got = call("read_idx", read_idx, path)
        demand(array is first or not np.array_equal(got, first), "read_idx", why)


def _is_plain(array: np.ndarray) -> bool:
    return bool((array == array.flat[0]).all())


def _why_unread(read_idx: Callable, error: BaseException, array: np.ndarray, path: Path) -> str:
    """The likeliest reason why a sound file was not read."""
    message, header = str(error), 4 + 4 * array.ndim
    if any(str(int.from_bytes(size.to_bytes(4, "big"), "little")) in message for size in array.shape):
        return "A size was read the wrong way round: the most significant byte comes first."
    if isinstance(error, MemoryError):
        return "Perhaps the sizes were read the wrong way round: the most significant byte comes first."
    if any(str(array.size + n) in message for n in range(4, header + 1, 4)):
        return "There are more numbers than pixels: is the header, or a part of it, among them?"
    path.write_bytes(_content(array))
    with suppress(Exception):
        if np.array_equal(read_idx(path), array):
            return "The same file unpacked is read well: the bytes on disk are packed, gzip.open unpacks them."
    sound = f"The file is sound, and holds an array of shape {array.shape}"
    return f"{sound}: print its first 16 bytes after unpacking, and compare them with the table."


def _check_refused(read_idx: Callable, path: Path, what: str, given: Path | str) -> None:
    try:
        call("read_idx", read_idx, given)
    except NotYet as stop:
        error = stop.__cause__
        if what == HUGE and isinstance(error, MemoryError):
            return
        if not isinstance(error, ValueError):
            told = f"{stop}\n  It came from {what}, which is to be refused with a ValueError."
            raise NotYet(told.replace(str(path.parent), "..."), stop.kind) from error
        named = path.name in str(error)
        demand(named, "read_idx", f"{what}: the message of the ValueError doesn't name the file.")
    else:
        demand(False, "read_idx", f"{what}: read without complaint, a ValueError is wanted.")


# Question 2: the data set


def dataset(IdxImages: Callable[..., Any], read_idx: Callable[[Any], np.ndarray], seed: int) -> None:
    """What `IdxImages(images_path, labels_path, transform=None)` must do.

    The constructor opens each file no more often than one call of `read_idx` does; after it, other content may be
    written into the files, or they may be deleted. `len` is the number of images. `dataset[i]`, any number of times, is
    a pair of tensors: X, float32, (1, height, width), pixels / 255, or what the transform, called each time, makes of
    that; y, int64, (). Another `IdxImages` changes nothing of the first one.
    More labels than images, or fewer, is a `ValueError` or a subclass.
    """
    numbers = np.random.default_rng([seed, 3])
    a, b, c = _sizes(numbers, 3)
    for shape, brightest, first in (((2 + a, b, c), 255, 0), ((3, b, b), 127, 200), ((1, c, a), 255, 0)):
        images = np.minimum(_bytes(numbers, *shape), brightest)
        labels = (first + numbers.permutation(10)[: len(images)]).astype(np.uint8)
        with _room() as room:
            files = _Files(room, images, labels)
            _check_served(IdxImages, read_idx, files)
            _check_transformed(IdxImages, files, scale=float(2 + numbers.integers(3)))
            _check_numbers_agree(IdxImages, files)


class _Files:
    """Two idx files, and what is in them."""

    def __init__(self, room: Path, images: np.ndarray, labels: np.ndarray) -> None:
        self.paths = room / "images.gz", room / "labels.gz"
        self.images, self.labels = images, labels
        self.write(images, labels)

    def write(self, images: np.ndarray, labels: np.ndarray) -> None:
        for path, array in zip(self.paths, (images, labels), strict=True):
            write_idx(path, array)

    def X(self, i: int) -> Tensor:
        return torch.tensor(self.images[i].tolist(), dtype=torch.float32)[None] * (1 / 255)

    def y(self, i: int) -> Tensor:
        return torch.tensor(int(self.labels[i]))


def _check_served(IdxImages: Callable, read_idx: Callable, files: _Files) -> None:
    per_read = [
        _opens_per_read(read_idx, *pair) for pair in zip(files.paths, (files.images, files.labels), strict=True)
    ]
    with _files_opened() as opened:
        served = call("IdxImages", IdxImages, *files.paths)
    for path, once in zip(files.paths, per_read, strict=True):
        times = opened.count(str(path)) / max(once, 1)
        why = f"the constructor reads {path.name} {times:g} times, once is wanted."
        demand(times <= 1, "IdxImages", why)
    later = np.vstack([255 - files.images, files.images[:1]]), np.append((files.labels + 3) % 10, 0).astype(np.uint8)
    files.write(*later)
    _check_length(served, len(files.images), len(later[0]))
    places = [0, len(files.images) - 1, len(files.images) // 2, 0]
    for visit, i in enumerate(places):
        X, y = _serve(served, i)
        _check_X(f"dataset[{i}]: X", X, files, i, later[0], again=visit == len(places) - 1)
        _check_y(f"dataset[{i}]: y", y, files, i, later[1])
    for path in files.paths:
        with suppress(OSError):  # Windows deletes no file that is open
            path.unlink()
    _serve(served, 0)
    files.write(*later)
    another = call("IdxImages", IdxImages, *files.paths)
    why = "a second IdxImages, made of other files, changes the first one: keep what it holds on self."
    demand(diagnose(_serve(served, 0)[0], files.X(0)) is None, "dataset[0]: X", why)
    del another
    files.write(files.images, files.labels)


def _opens_per_read(read_idx: Callable, path: Path, array: np.ndarray) -> int:
    """How often one `read_idx` opens its file; refuses one that does not read."""
    first = "IdxImages reads with read_idx, so question 1 comes first."
    with _files_opened() as opened:
        try:
            got = call("read_idx", read_idx, path)
        except NotYet as stop:
            raise NotYet(f"{stop}\n  {first}", stop.kind) from stop.__cause__
    demand(isinstance(got, np.ndarray) and np.array_equal(got, array), "read_idx", first)
    return opened.count(str(path))


_opened: list[list[str]] = []


@contextmanager
def _files_opened() -> Iterator[list[str]]:
    """The paths that are opened within the block, each as often as it is."""
    _watch_files()
    _opened.append([])
    try:
        yield _opened[-1]
    finally:
        _opened.pop()


@cache
def _watch_files() -> None:
    """Python tells of each file that it opens, once this has been called."""

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and _opened and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            for paths in _opened:
                paths.append(path)

    sys.addaudithook(note)


AGAIN = (
    "the files got other content after the constructor, and this comes from there: read each file once, in __init__."
)


def _check_length(served: Any, wanted: int, later: int) -> None:
    method = getattr(served, "__len__", None)
    demand(
        method is not None, "len(dataset)", "the class has no method __len__: is it misspelt, or not indented enough?"
    )
    got = call("len(dataset)", method)
    whole = isinstance(got, int | np.integer)
    demand(whole, "len(dataset)", f"a whole number is wanted, __len__ returns {got!r}.")
    demand(got != later, "len(dataset)", AGAIN)
    demand(got == wanted, "len(dataset)", f"there are {wanted} images, and it is {got}.")


def _serve(served: Any, i: int) -> list[Any]:
    label = f"dataset[{i}]"
    try:
        return unpack(label, call(label, served.__getitem__, i), ["X", "y"])
    except NotYet as stop:
        error = stop.__cause__
        why = "it opens a file that has been deleted since: read each file once, in __init__."
        demand(not isinstance(error, FileNotFoundError), label, why)
        raise


def _check_X(label: str, got: Any, files: _Files, i: int, later: np.ndarray, *, again: bool) -> None:
    wanted = files.X(i)
    demand(isinstance(got, Tensor), label, f"a tensor is wanted, it is an object of type {type(got).__name__}.")
    other = torch.tensor(later[i].tolist(), dtype=torch.float32)[None]
    mistakes = [(other / 255, AGAIN), (other, AGAIN)]
    if again:
        why = "the first time it was right, the second time it is not: perhaps what is kept was changed in place."
        demand(diagnose(got, wanted) is None, label, why)
    neighbours = {n: f"it is image {n}: counting starts at 0." for n in (i - 1, i + 1) if 0 <= n < len(files.images)}
    agree(label, got, wanted, mistakes + [(files.X(n), why) for n, why in neighbours.items()])


def _check_y(label: str, got: Any, files: _Files, i: int, later: np.ndarray) -> None:
    kind = type(got).__name__
    demand(isinstance(got, Tensor), label, f"a tensor is wanted, it is an object of type {kind}.")
    mistakes = [(torch.tensor(int(later[i])), AGAIN)]
    if i > 0:
        mistakes.append((files.y(i - 1), f"it is the label of example {i - 1}."))
    agree(label, got, files.y(i), mistakes)


def stretch(X: Tensor, scale: float) -> Tensor:
    """The judge's transform: it needs (1, height, width), changes the shape, and not even twice gives the same."""
    return X.flatten(1) * scale - 1


def _check_transformed(IdxImages: Callable, files: _Files, scale: float) -> None:
    transform = partial(stretch, scale=scale)
    i = len(files.images) - 1
    X = files.X(i)
    whole = torch.from_numpy(files.images[i])[None]  # uint8
    late = "the transform is called before the pixels are divided by 255: it gets X in [0, 1]."
    mistakes = [
        (X, "the transform has no effect: serve what transform(X) returns."),
        (transform(transform(X)), "the transform is applied twice."),
        *((value, late) for value in (transform(255 * X) / 255, transform(255 * X), transform(whole) / 255)),
        (
            transform(X[0]).unsqueeze(0),
            "perhaps the transform is called before the channel is there: it gets (1, height, width).",
        ),
        (transform(X[0]), "the transform gets (height, width), and (1, height, width) is wanted."),
        (X.flatten(1), "the transform's result is not what is served."),
    ]
    for served in (
        call("IdxImages", IdxImages, *files.paths, transform),
        call("IdxImages", IdxImages, *files.paths, transform=transform),
    ):
        got, y = _serve(served, i)
        label, wanted = f"dataset[{i}]: X, with a transform,", transform(X)
        demand(isinstance(got, Tensor), label, f"a tensor is wanted, it is an object of type {type(got).__name__}.")
        for value, cause in mistakes:
            demand(diagnose(got, value) is not None or diagnose(got, wanted) is None, label, cause)
        shapes = f"the transform returned {tuple(wanted.shape)} for X, and {tuple(got.shape)} is served."
        demand(got.shape == wanted.shape, label, shapes)
        agree(label, got, wanted)
        agree(f"dataset[{i}]: y, with a transform,", y, files.y(i))
    _check_called_each_time(IdxImages, files, i)


def _check_called_each_time(IdxImages: Callable, files: _Files, i: int) -> None:
    seen = []
    served = call("IdxImages", IdxImages, *files.paths, lambda X: (seen.append(X), X + len(seen))[1])
    first, second = (_serve(served, i)[0] for _ in range(2))
    why = "the second time the transform wasn't called: call it each time, in __getitem__, for it may draw at random."
    demand(diagnose(first, second) is not None, f"dataset[{i}]: X, with a transform,", why)


def _check_numbers_agree(IdxImages: Callable, files: _Files) -> None:
    images, labels = files.images, files.labels
    fewer = [(images[1:], labels)] if len(images) > 1 else []
    for some, others in ((np.vstack([images, images[:1]]), labels), (images, np.append(labels, labels[:1])), *fewer):
        files.write(some, others)
        what = f"a file of {len(some)} images and one of {len(others)} labels"
        try:
            call("IdxImages", IdxImages, *files.paths)
        except NotYet as stop:
            if isinstance(stop.__cause__, ValueError):
                continue
            raise NotYet(f"{stop}\n  It came from {what}: a ValueError is wanted.", stop.kind) from stop.__cause__
        demand(False, "IdxImages", f"{what} are no error to it: a ValueError is wanted.")
    files.write(images, labels)


# Question 3: the transform


def transform(make_transform: Callable[[np.ndarray], Callable[[Tensor], Tensor]], seed: int) -> None:
    """What `make_transform(train_images)` must do.

    It returns a function that gives, for X, float32 in [0, 1], of any shape, a new float32 tensor (X - mean) / std with
    the mean and the standard deviation of all pixels of train_images, in units of [0, 1], to a part in a thousand, also
    where all pixels lie close together. Both are measured once: nothing that happens to train_images, or with other
    images, after `make_transform` has returned changes the function. train_images and X stay as they are.
    """
    numbers, draw = np.random.default_rng([seed, 4]), torch.Generator().manual_seed(seed)
    h, w = _sizes(numbers, 2)
    dark = numbers.integers(0, 60 + 10 * h, (2500 // (h * w) + 5, h, w)).astype(np.uint8)
    dark[0] = 7 + dark[0] // 2  # one image is unlike the others
    bright = (255 * numbers.beta(3, 1, (2500 // (h * w) + 2, h, w))).astype(np.uint8)
    made = _check_transform(make_transform, dark, torch.rand(2, 1, h, w, generator=draw))
    X = torch.rand(3, generator=draw)
    first = made(X)
    why = "a second call of make_transform changes what the first one returned: perhaps both use one global variable."
    for shape in ((4,), (h, w), (1, h, w), (w, 2, 1, 2, 3)):
        _check_transform(make_transform, bright, torch.rand(shape, generator=draw) ** 2)
    demand(torch.allclose(made(X), first, atol=1e-5), "make_transform", why)
    many = numbers.integers(0, 256, (1500, 2, 1)).astype(np.uint8)
    many[1000:] //= 4
    _check_transform(make_transform, many, torch.rand(2, 1, 2, 1, generator=draw))
    _check_measured_once(make_transform, bright.copy(), X)
    close = numbers.integers(253, 256, (60, 8, 9)).astype(np.uint8)
    try:
        _check_transform(make_transform, close, torch.rand(2, 1, 8, 9, generator=draw))
    except NotYet as wrong:
        why = (
            "All pixels of these images lie between 253 and 255. Perhaps something is added to the deviation, or the "
            "variance is a small difference of two large numbers: the mean of (x - mean)² loses no digits, and "
            "float64 loses fewer."
        )
        raise NotYet(f"{wrong}\n  {why}", wrong.kind) from wrong.__cause__


def _standardised(X: Tensor, images: np.ndarray) -> Tensor:
    """X as PyTorch's own batch normalisation leaves it, with the statistics of all pixels of the images."""
    var, mean = torch.var_mean(torch.from_numpy(images).double() / 255, correction=0)
    return F.batch_norm(X.double().reshape(1, 1, -1), mean[None], var[None], eps=0.0).reshape(X.shape).float()


def _check_transform(make_transform: Callable, images: np.ndarray, X: Tensor) -> Callable[[Tensor], Tensor]:
    given = images.copy()
    made = call("make_transform", make_transform, given)
    demand(made is not None, "make_transform", "it returned None: is the `return` line missing?")
    kind = type(made).__name__
    demand(callable(made), "make_transform", f"it returns an object of type {kind}, a function is wanted.")
    demand(np.array_equal(given, images), "make_transform", "train_images was changed in place: make a new array.")
    label, before = f"the transform, for X of shape {tuple(X.shape)},", X.clone()
    got = call("the transform", made, X)
    demand(got is not None, label, "it returned None: is the `return` line of the inner function missing?")
    demand(isinstance(got, Tensor), label, f"a tensor is wanted, it returned an object of type {type(got).__name__}.")
    demand(torch.equal(X, before), label, "X was changed in place: methods that end in _ do that. Make a new tensor.")
    agree(label, got, _standardised(X, images), _mistakes_of_transform(X, images), rtol=1e-3, atol=1e-3)
    return made


def _mistakes_of_transform(X: Tensor, images: np.ndarray) -> Iterator[tuple[Tensor, str]]:
    pixels = torch.from_numpy(images).double() / 255
    mean, std = pixels.mean().item(), pixels.std(correction=0).item()
    anew = "it measures each X anew: measure once, on the training images."
    both = "X comes in [0, 1]: either it is divided by 255 again, or mean and deviation are in units of 0 to 255."
    yield (X - 255 * mean) / (255 * std), both
    yield (X - 255 * mean) / std, "X comes in [0, 1], but the mean is in units of 0 to 255."
    yield (X - mean) / (255 * std), "X comes in [0, 1], but the deviation is in units of 0 to 255."
    yield X - mean, "the mean is subtracted, but the deviation does not divide."
    yield X / std, "the deviation divides, but the mean is not subtracted."
    yield X / std - mean, "subtract the mean first, then divide."
    yield X - mean / std, "brackets are missing: first X - mean, then / std."
    yield (X - mean) / std**2, "this divides by the variance: its root is the deviation."
    yield (X - std) / mean, "mean and deviation have changed places."
    yield (X - 0.1307) / 0.3081, "0.1307 and 0.3081 are MNIST's numbers: measure those of train_images."
    yield (X - 0.2860) / 0.3530, "0.286 and 0.353 are Fashion-MNIST's numbers: measure those of train_images."
    if X.numel() > 1:
        yield (X - X.mean()) / X.std(), anew
        yield (X - X.mean()) / X.std(correction=0), anew
    if X.ndim == 4 and X.shape[1:] == (1, *images.shape[1:]):
        parts = X.flatten(1).mean(1)[:, None, None, None], X.flatten(1).std(1, correction=0)[:, None, None, None]
        yield (X - parts[0]) / parts[1], anew
        per_pixel = "one mean and one deviation for all pixels are wanted, these are one per pixel."
        for correction in (0, 1):
            columns = pixels.mean(0), pixels.std(0, correction=correction)
            yield ((X - columns[0]) / columns[1]).float(), per_pixel
        one = pixels[0]
        yield (X - one.mean().item()) / one.std(correction=0).item(), "only the first image was measured: all count."
        per_image = pixels.flatten(1).std(1, correction=0).mean().item()
        why = "a mean of the images' own deviations leaves out how much the images differ: take all pixels at once."
        yield (X - mean) / per_image, why


def _check_measured_once(make_transform: Callable, images: np.ndarray, X: Tensor) -> None:
    used, unused = (call("make_transform", make_transform, images) for _ in range(2))
    before = call("the transform", used, X)
    images[:] = 255 - images // 2
    why = (
        "train_images changed after make_transform had returned, and the transform changed with it: measure both "
        "numbers outside the inner function, once."
    )
    for made in (used, unused):
        demand(torch.allclose(before, call("the transform", made, X), atol=1e-5), "make_transform", why)


# Question 4: the fault


def fault(find_fault: Callable[[], tuple[int, float]], measure: Callable[[np.ndarray, int], tuple]) -> None:
    """`find_fault()` returns the line of `measure`'s slip, and the factor of the mean for 20 images in batches of 8."""
    result = call("find_fault", find_fault)
    line, factor = unpack("find_fault", result, ["line", "factor"])
    if isinstance(line, np.integer):
        line = int(line)
    hint = "Follow the program with 20 images and batches of 8: what does each line hold after each of the batches?"
    check_line("find_fault: line", line, FAULT, last=11, hint=hint)
    demand(_is_number(factor), "find_fault: factor", f"a number is wanted, got {factor!r}.")
    images = _bytes(np.random.default_rng(0), 20, 3, 4)
    true = float(images.mean(dtype=np.float64)) / 255
    wanted = float(measure(images, 8)[0]) / true
    why = "run the cell with the program again: its `measure` is no longer the one with the slip."
    demand(not math.isclose(wanted, 1, rel_tol=1e-6), "find_fault", why)
    mistakes = [
        (1 / wanted, "it is the other way round: what `measure` returns, divided by the true mean."),
        (100 * wanted, "a factor is wanted, this is a percentage."),
        (1 - wanted, "this is what is missing, as a share; wanted is what is left, as a factor."),
        (math.sqrt(wanted), "this is the root of the factor."),
        (wanted**2, "this is the square of the factor."),
    ]
    for value, cause in mistakes:
        demand(not math.isclose(factor, value, rel_tol=2e-3), "find_fault: factor", cause)
    cause = f"with 20 images in batches of 8 the mean is multiplied by another number than {float(factor):.4g}."
    demand(math.isclose(factor, wanted, rel_tol=2e-3), "find_fault: factor", cause)


FAULT = "fc8367b25cdb60c3"


def repair(
    repaired: Callable[[np.ndarray, int], tuple], measure: Callable[[np.ndarray, int], tuple], seed: int
) -> None:
    """`repaired(images, batch_size)` returns the mean and the deviation of all pixels, whatever the batch size.

    Images are uint8, (N, height, width), and are not changed; both numbers are in units of [0, 1], the deviation
    divided by the number of pixels or by one less. Batch sizes that divide N, that do not, of 1 and above N.
    """
    numbers = np.random.default_rng([seed, 5])
    h, w = (20 + numbers.permutation(9)[:2]).tolist()
    for n, size in ((20, 8), (12, 4), (7, 9), (5, 1), (13, 12), (int(numbers.integers(30, 40)), 11)):
        images = _bytes(numbers, n, h, w)
        images[-(n % size or size) :] //= 3  # the last batch is darker
        _check_repair(repaired, measure, images, size)


def _check_repair(repaired: Callable, measure: Callable, images: np.ndarray, size: int) -> None:
    given, n = images.copy(), len(images)
    result = call("repaired", repaired, given, size)
    got = unpack("repaired", result, ["mean", "std"])
    demand(np.array_equal(given, images), "repaired", "the images were changed in place.")
    wanted = _mean_and_std(images)
    batches = [_mean_and_std(images[start : start + size]) for start in range(0, n, size)]
    whole = _mean_and_std(images[: n - n % size]) if n > size else wanted
    causes = (
        (tuple(map(float, measure(images, size))), "the slip is still there."),
        (whole, "the images of the short last batch are left out."),
        (
            tuple(np.mean(batches, axis=0)),
            "this is a mean over batches: a short last batch counts as much as a full one.",
        ),
    )
    for place, name in enumerate(("mean", "std")):
        label = f"repaired: {name}, of {n} images in batches of {size},"
        demand(_is_number(got[place]), label, f"a number is wanted, got {got[place]!r}.")
        mistakes = [(values[place], cause) for values, cause in causes]
        mistakes += [
            (255 * wanted[place], "it is in units of 0 to 255."),
            (wanted[1 - place], "mean, std is the order."),
        ]
        if name == "std":
            mistakes.append((wanted[1] ** 2, "this is the variance."))
        tolerance = 1e-5 if name == "mean" else 1e-3
        if not math.isclose(got[place], wanted[place], rel_tol=tolerance):
            for value, cause in mistakes:
                demand(not math.isclose(got[place], value, rel_tol=1e-5), label, cause)
            demand(False, label, f"wanted {wanted[place]:.5f}, got {float(got[place]):.5f}.")


def _mean_and_std(images: np.ndarray) -> tuple[float, float]:
    var, mean = torch.var_mean(torch.from_numpy(images).double() / 255, correction=0)
    return mean.item(), var.sqrt().item()


def _is_number(value: object) -> bool:
    """A Python or NumPy number, or a tensor or array of shape ()."""
    if isinstance(value, Tensor | np.ndarray):
        return value.ndim == 0
    return isinstance(value, Real) and not isinstance(value, bool)


# Question 5: the table


class Echo(nn.Module):
    """Its logits are what it is given; other classes win in training mode, others again while a graph is recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.scale, self.part = nn.Parameter(torch.ones(1)), nn.Sequential(nn.Identity())
        self.was_training = self.was_recorded = False  # in any prediction

    def forward(self, X: Tensor) -> Tensor:
        logits = self.part(X * self.scale)
        if any(part.training for part in self.modules()):
            self.was_training = True
            return -logits
        self.was_recorded |= logits.requires_grad
        return logits.roll(1, dims=1) if logits.requires_grad else logits


def counts(count_answers: Callable[[nn.Module, Any, int], Tensor], seed: int) -> None:
    """What `count_answers(model, loader, num_classes)` must do.

    It returns a tensor, int64, (num_classes, num_classes), row the truth, column the class of the largest logit, over
    all examples of the loader, whatever classes occur. It predicts in eval mode, every part of the model, and without
    a graph; afterwards every part is in the mode that the model came in, and autograd records again.
    """
    draw = torch.Generator().manual_seed(seed)
    for n, num_classes, size in ((10, 3, 4), (9, 4, 4), (5, 6, 8), (14, 7, 7), (1, 2, 3), (3, 5, 1)):
        X = torch.randn(n, num_classes, generator=draw) - 4
        X[:, int(torch.randint(num_classes, (1,), generator=draw))] -= 20 * (num_classes > 2)  # nobody's answer
        y = torch.randint(0, max(1, num_classes - 1), (n,), generator=draw)  # the last class is missing
        y = (y + 1) % num_classes if n % 2 else y  # or the first
        for training in (True, False):
            _check_count(count_answers, X, y, num_classes, size, training)


def _table(y: Tensor, answers: Tensor, num_classes: int) -> Tensor:
    """Rows are the truth; pairs without a partner, and answers that are no classes, are left out."""
    n = min(len(y), len(answers))
    known = answers[:n] < num_classes
    return F.one_hot(y[:n][known], num_classes).T @ F.one_hot(answers[:n][known], num_classes)


def _check_count(count_answers: Callable, X: Tensor, y: Tensor, num_classes: int, size: int, training: bool) -> None:
    model = Echo().train(training)
    label = f"count_answers, for {len(y)} examples in batches of {size},"
    try:
        got = call("count_answers", count_answers, model, BatchLoader(X, y, batch_size=size), num_classes)
        recording = torch.is_grad_enabled()
    except NotYet as stop:
        if stop.kind == "error" and isinstance(stop.__cause__, IndexError | RuntimeError) and len(y) > 1:
            short = "minlength=num_classes**2 is missing in bincount, or " if "for input of size" in str(stop) else ""
            why = f"Perhaps {short}argmax is taken over the batch: the classes are dim=1."
            raise NotYet(f"{stop}\n  {why}", stop.kind) from stop.__cause__
        raise
    finally:
        torch.set_grad_enabled(True)
    demand(got is not None, label, "it returned None: is the `return` line missing?")
    demand(isinstance(got, Tensor), label, f"a tensor is wanted, it returned an object of type {type(got).__name__}.")
    wanted = _table(y, X.argmax(1), num_classes)
    if not torch.equal(got, wanted):
        _tell_wrong_count(label, got, wanted, X, y, num_classes, size, model)
    agree(label, got, wanted)
    modes = [part.training for part in model.modules()]
    came = "training" if training else "eval"
    why = f"the model came in {came} mode, and is to be left so."
    demand(model.training == training, "count_answers", why)
    why = f"the model came in {came} mode, and not all of its parts are left so: model.train(...) sets them all."
    demand(modes == [training] * len(modes), "count_answers", why)
    why = "autograd records nothing any more afterwards: `with torch.no_grad():` switches it on again at its end."
    demand(recording, "count_answers", why)
    why = "the model's parameters require no gradients any more: torch.no_grad() leaves them as they are."
    demand(all(p.requires_grad for p in model.parameters()), "count_answers", why)


def _tell_wrong_count(
    label: str, got: Tensor, wanted: Tensor, X: Tensor, y: Tensor, num_classes: int, size: int, model: Echo
) -> None:
    """The causes that a wrong table proves; nothing where none is proven."""
    why = "the model, or a part of it, predicted in training mode: model.eval() comes first."
    demand(not model.was_training, label, why)
    why = "autograd recorded while the model predicted: put the loop under torch.no_grad()."
    demand(not model.was_recorded, label, why)
    batches = list(zip(X.split(size), y.split(size), strict=True))
    over_batch = sum(_table(labels, part.argmax(0), num_classes) for part, labels in batches)
    first, last = (_table(labels, part.argmax(1), num_classes) for part, labels in (batches[0], batches[-1]))
    causes = [
        (wanted.T, "rows are the truth, columns the answers: yours is the other way round."),
        (over_batch, "is argmax taken over the batch? The classes are dim=1."),
        (over_batch.T, "is argmax taken over the batch? The classes are dim=1. And rows are the truth."),
        (_table(y, X.argmin(1), num_classes), "the answer is the class with the largest logit, as argmax finds it."),
    ]
    if len(batches) > 1:
        causes += [(first, "only the first batch is counted."), (last, "only the last batch is counted.")]
    hits = [cause for value, cause in causes if torch.equal(got, value)]
    demand(len(hits) != 1, label, hits[0] if hits else "")
    if got.shape == wanted.shape and not got.is_floating_point() and got.sum() != len(y):
        why = f"{int(got.sum())} answers are in the table, of {len(y)} examples: each counts once."
        demand(False, label, why)


def pair(most_confused: Callable[[Tensor, Any], tuple], seed: int) -> None:
    """What `most_confused(counts, classes)` must do.

    It returns `true, predicted, share`: the names of the two different classes for which the largest share of the
    examples of class `true` is taken for class `predicted`, and that share, a number in [0, 1]. A class without
    examples takes no part. counts is int64 and stays as it is; names come as a list or a tuple.
    """
    numbers = np.random.default_rng([seed, 6])
    names = numbers.permutation(["coat", "bag", "hat", "sock", "scarf", "glove", "tie", "belt"]).tolist()
    for num_classes, share, small in ((3, 0.6, 7), (5, 0.4, 11), (4, 0.05, 41), (2, 0.5, 9), (6, 1.0, 3), (3, 1.0, 1)):
        table, true, predicted = _planted(numbers, num_classes, share, small)
        classes = names[:num_classes] if num_classes % 2 else tuple(names[:num_classes])
        _check_pair(most_confused, table, classes, true, predicted)


def _planted(numbers: np.random.Generator, num_classes: int, share: float, small: int) -> tuple[Tensor, int, int]:
    """A table with one pair whose share leads clearly, in a row of few examples; a class without any, from 4 on.

    Of five classes the one with the fewest right answers, in a share, is not the one with the leading pair.
    """
    true, predicted, *others = numbers.permutation(num_classes).tolist()
    table = np.zeros((num_classes, num_classes), dtype=np.int64)
    for row in (predicted, *others):
        total = int(numbers.integers(200, 2000))
        limit = max(1, int(0.6 * share * total / (num_classes - 1)))
        table[row] = numbers.integers(limit // 2, limit + 1, num_classes)
        table[row, row] = 0
        table[row, row] = total - table[row].sum()
    table[predicted, true] = 0
    table[true, predicted] = round(share * small)
    table[true, true] = small - round(share * small)
    if others:  # some mistakes of another kind
        some = min(table[true, true] // 2, table[true, predicted] - 1)
        table[true, others[0]] = some
        table[true, true] -= some
    if num_classes == 5:
        total = table[others[0]].sum()
        table[others[0]] = total // 5
        table[others[0], others[0]] = total // 5 - 9
    if num_classes >= 4:
        table[others[-1]] = 0
    return torch.from_numpy(table), true, predicted


def _check_pair(most_confused: Callable, table: Tensor, classes: Any, true: int, predicted: int) -> None:
    given, label = table.clone(), "most_confused"
    result = call(label, most_confused, given, classes)
    demand(result is not None, label, "it returned None: is the `return` line missing?")
    demand(torch.equal(given, table), label, "counts was changed in place: work on a new table.")
    three = isinstance(result, tuple | list) and len(result) == 3
    demand(three, label, f"true, predicted, share are wanted, it returned {result!r}.")
    *pair, share = result
    wanted = [classes[true], classes[predicted]]
    numbers = all(isinstance(part, int | np.integer | Tensor) for part in pair)
    demand(not numbers, label, f"names from `classes` are wanted, it returned the numbers {pair}.")
    if pair != wanted:
        _tell_wrong_pair(label, pair, wanted, table, classes)
    kind = type(share).__name__
    fine = isinstance(share, Real) and not isinstance(share, bool)
    demand(fine, f"{label}: share", f"a float is wanted, it is an object of type {kind}: .item() or float() makes one.")
    row = int(table[true].sum())
    hits, right = int(table[true, predicted]), int(table[true, true])
    mistakes = [
        (hits / int(table.sum()), "this is the share of all examples: of those whose true class it is."),
        (hits / int(table[:, predicted].sum()), "this is the share of the column: of those whose true class it is."),
        (float(hits), "this is the count and not the share."),
        (100 * hits / row, "a share in [0, 1] is wanted, this is a percentage."),
        (1 - hits / row, "this is the share of all the others."),
        (hits / max(row - right, 1), "this is the share of the class's mistakes: all its examples are the whole."),
        (1 - right / row, "this counts all mistakes of the class: only those of this pair are wanted."),
        (int(table.trace()) / int(table.sum()), "this is the accuracy."),
    ]
    told = [m for m in mistakes if not math.isclose(m[0], hits / row, rel_tol=1e-3)]
    agree(f"{label}: share of {table.tolist()}", float(share), hits / row, told, rtol=1e-4)


def _tell_wrong_pair(label: str, pair: list, wanted: list, table: Tensor, classes: Any) -> None:
    of = f"of {table.tolist()} with the classes {tuple(classes)}"
    demand(all(name in classes for name in pair), label, f"{pair} are no names from `classes`.")
    demand(pair != wanted[::-1], label, f"{of}: the pair is right, but the names are swapped. The row is the truth.")
    demand(pair[0] != pair[1], label, f"{of} it picks {pair}: right answers, on the diagonal, are no confusion.")
    row = list(classes).index(pair[0])
    why = f"{of} it picks {pair}, and there are no examples of the class {pair[0]}: perhaps 0/0, which is NaN."
    demand(table[row].sum() > 0, label, why)
    off = table.clone().fill_diagonal_(0)
    largest = divmod(int(off.argmax()), len(table))
    by_count = [classes[place] for place in largest]
    why = f"{of} it picks {pair}: perhaps the largest count, and the largest share of a row's sum is wanted."
    demand(pair != by_count, label, why)
    why = f"{of} it picks {pair}, wanted {wanted}: the largest share of a row's sum."
    demand(False, label, why)


# Question 7: the recipe


def as_input(images: Tensor) -> Tensor:
    """uint8 (batch, 28, 28) -> float32 (batch, 1, 28, 28), roughly standardised."""
    return (images.unsqueeze(1) / 255 - 0.29) / 0.35


def train(model: nn.Module, recipe: Mapping[str, float], images: Tensor, labels: Tensor) -> nn.Module:
    """Train a model by a recipe: `fit` with AdamW and a one-cycle schedule, from seed 1."""
    set_seed(1)
    size, peak, epochs = int(recipe["batch_size"]), float(recipe["peak_lr"]), int(recipe["num_epochs"])
    loader = BatchLoader(images, labels, batch_size=size, shuffle=True, transform=as_input)
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=float(recipe["weight_decay"]))
    schedule = OneCycleLR(optimizer, peak, total_steps=epochs * len(loader))
    kwargs = dict(loss_fn=F.cross_entropy, optimizer=optimizer, scheduler=schedule)
    fit(model, loader, epochs=epochs, progress=False, **kwargs)
    return model


def score(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of images that a model gets right."""
    loader = BatchLoader(images, labels, batch_size=1000, transform=as_input)
    return evaluate(model, loader, metrics={"accuracy": accuracy})["accuracy"]


def recipe(
    make_model: Callable[[], nn.Module],
    recipe: Callable[[], Mapping[str, float]],
    data: Any,
    train_indices: Tensor,
    valid_indices: Tensor,
    *,
    small: bool,
) -> nn.Module:
    """What `make_model()` and `recipe()` must give; return the trained model.

    Each call gives a new, untrained network, (batch, 1, 28, 28) to logits (batch, 10), with at most 600,000 parameters.
    The recipe is a dictionary: num_epochs (1 to 20), batch_size (16 to 4,096), peak_lr (above 0), weight_decay (0 or
    more). Trained by it, the network is more than a linear one, and reaches both marks.
    """
    parts = {
        name: (data.train_images[places], data.train_labels[places])
        for name, places in (("train", train_indices), ("valid", valid_indices))
    }
    set_seed(1)
    model, other = (call("make_model", make_model) for _ in range(2))
    chosen = call("recipe", recipe)
    for one in (model, other):
        _check_untrained(one, *parts["valid"])
    shared = {id(p) for p in model.parameters()} & {id(p) for p in other.parameters()}
    why = "two calls return the same network, or two that share weights: make a new one at each call."
    demand(model is not other and not shared, "make_model", why)
    _check_settings(chosen)
    demand(not _is_linear(model, as_input(parts["valid"][0][:3]), 1e-5), "make_model", LINEAR)
    _train_or_tell(model, chosen, *parts["train"])
    marks = SMALL_MARKS if small or data.is_stand_in else MARKS
    reached = {name: score(model, *part) for name, part in parts.items()}
    for name in reached:
        print(f"{name} accuracy {reached[name]:.4f}{data.note}, wanted {marks[name]}")
    hidden = ""
    if (learned := count_parameters(model)) < 7840:
        hidden = (
            f" It learns {learned:,} numbers: PyTorch doesn't find layers in a Python list, and does in nn.ModuleList."
        )
    far = (
        "it is far from the mark. Is the peak rate far from 0.001 to 0.01, most of each layer dropped, the number of "
        "steps small, or does the network begin with zeros, or with many layers of sigmoids?"
    )
    demand(reached["train"] >= marks["train"] - 0.1, "make_model and recipe", far + hidden)
    demand(not _is_linear(model, as_input(parts["valid"][0][:3]), 1e-3), "make_model", LINEAR)
    why = "it doesn't know its own training images well: perhaps more epochs, more units, or less dropout."
    demand(reached["train"] >= marks["train"], "make_model and recipe", why + hidden)
    why = "close: perhaps a wider first layer, some dropout, or more epochs."
    demand(reached["valid"] >= marks["valid"], "make_model and recipe", why)
    return model


LINEAR = (
    "the network is a linear one: what it says of two images added is the sum of what it says of each. "
    "At least one hidden layer with an activation, as ReLU, is wanted."
)


def recipe_on_test_images(model: nn.Module, data: Any, *, small: bool) -> None:
    """Whether a trained model reaches the mark on the test images; for the grader, who opens them once."""
    marks = SMALL_MARKS if small or data.is_stand_in else MARKS
    num_test = 2_000 if small else len(data.test_images)
    reached = score(model, data.test_images[:num_test], data.test_labels[:num_test])
    why = f"test accuracy {reached:.4f}{data.note}, wanted {marks['test']}: leave a margin on the validation images."
    demand(reached >= marks["test"], "make_model and recipe", why)


def _check_untrained(model: Any, images: Tensor, labels: Tensor) -> None:
    is_model, kind = isinstance(model, nn.Module), type(model).__name__
    demand(is_model, "make_model", f"an nn.Module is wanted, it returned an object of type {kind}.")
    was_training, X = model.training, as_input(images)
    model.eval()
    with torch.no_grad():
        try:
            logits = call("the network", model, X)
        except NotYet:
            why = "it takes images as (batch, 784), and they come as (batch, 1, 28, 28): flatten them first."
            demand(not _gives_logits(model, X.flatten(1)), "make_model", why)
            raise
    model.train(was_training)
    kind = type(logits).__name__
    demand(
        isinstance(logits, Tensor), "make_model", f"the network returns an object of type {kind}, a tensor is wanted."
    )
    shape = tuple(logits.shape)
    demand(shape == (len(X), 10), "make_model", f"wanted logits of shape ({len(X)}, 10), got {shape}.")
    with torch.no_grad():
        one = tuple(call("the network", model.eval(), X[:1]).shape)
    model.train(was_training)
    demand(one == (1, 10), "make_model", f"a batch of one image has logits of shape (1, 10), got {one}.")
    softmax = bool((logits >= 0).all()) and torch.allclose(logits.sum(1), torch.ones(len(X)), atol=1e-4)
    why = "the outputs are positive and add up to 1: leave the softmax to cross_entropy, and return logits."
    demand(not softmax, "make_model", why)
    size = count_parameters(model)
    demand(size <= MOST_PARAMETERS, "make_model", f"{size:,} parameters, at most {MOST_PARAMETERS:,} are wanted.")
    why = "it is right on most images before it is trained: a new, untrained network is wanted."
    demand(accuracy(logits, labels) <= 0.5, "make_model", why)


def _gives_logits(model: nn.Module, X: Tensor) -> bool:
    try:
        return tuple(model(X).shape) == (len(X), 10)
    except Exception:
        return False


def _check_settings(chosen: Any) -> None:
    names = {"num_epochs", "batch_size", "peak_lr", "weight_decay"}
    complete = isinstance(chosen, Mapping) and chosen.keys() == names
    demand(complete, "recipe", f"a dictionary with {sorted(names)} is wanted, got {chosen!r}.")
    for name in sorted(names):
        demand(_is_number(chosen[name]), "recipe", f"{name} is a number, got {chosen[name]!r}.")
    for name, least, most in (("num_epochs", 1, 20), ("batch_size", 16, 4096)):
        value = chosen[name]
        whole = isinstance(value, int | np.integer) and least <= value <= most
        point = " Write it without the point." if isinstance(value, float) else ""
        demand(whole, "recipe", f"{name} is a whole number from {least} to {most}, got {value!r}.{point}")
    demand(chosen["peak_lr"] > 0, "recipe", f"peak_lr is above 0, got {chosen['peak_lr']!r}.")
    demand(chosen["weight_decay"] >= 0, "recipe", f"weight_decay is 0 or more, got {chosen['weight_decay']!r}.")


def _train_or_tell(model: nn.Module, chosen: Mapping[str, float], images: Tensor, labels: Tensor) -> None:
    try:
        call("the training", train, model, chosen, images, labels)
    except NotYet as stop:
        why = "the loss became NaN or infinite: is the peak rate far from 0.001 to 0.01?"
        demand(not isinstance(stop.__cause__, NonFiniteLossError), "recipe", why)
        raise


def _is_linear(model: nn.Module, X: Tensor, tolerance: float) -> bool:
    """Whether the logits of a sum are the sum of the logits, but for a constant; False if they are all the same."""
    was_training = model.training
    a, b, c = X[:1], X[1:2], X[2:3]
    with torch.no_grad():
        model.eval()
        none = model(0 * a)
        gaps = [model(p + q) + none - model(p) - model(q) for p, q in ((a, b), (b, c))]
        size = max(float((model(p) - none).abs().max()) for p in (a, b, c))
    model.train(was_training)
    return size > 0 and all(float(gap.abs().max()) <= tolerance * size for gap in gaps)
