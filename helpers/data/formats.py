"""Decode the original files: idx (MNIST and its like), CIFAR-10's batches, California housing.

For whoever adds a data set; `images` and `tables` say which decoder a data set needs. What is decoded here was verified
before, by `files`, and no pickle can run code all the same. Imports nothing else of `helpers`; pandas only where a
table is made.
"""

from __future__ import annotations

import io
import math
import pickle
import tarfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    import pandas as pd

IDX_IMAGE_SHAPE = (28, 28)
CIFAR_IMAGE_SHAPE = (3, 32, 32)
CALIFORNIA_COLUMNS = 9
CALIFORNIA_ARCHIVE = "cal_housing.tgz"
CALIFORNIA_COPY = "cal_housing_py3.pkz"


class ImageArrays(NamedTuple):
    """Images uint8 (n, height, width) or (n, channels, height, width), and labels int64 (n,), of both splits."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


class Table(NamedTuple):
    """Features, one row per example, and what is to be predicted, both float64, and the unit of the latter."""

    features: pd.DataFrame
    target: pd.Series
    unit: str


def decode_idx(content: bytes, ndim: int, name: str) -> Tensor:
    """Decode the idx format of MNIST: a magic number, the sizes, then one byte per value.

    Args:
        content: the whole file.
        ndim: dimensions expected: 3 for images, 1 for labels.
        name: file name, for the message.

    Returns:
        uint8, of the shape that the header states; writable.

    Raises:
        ValueError: the magic number, or the length for that shape, is another.

    Example:
        >>> decode_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]), ndim=1, name="three-labels")
        tensor([7, 2, 1], dtype=torch.uint8)

    Source:
        The format's description on the MNIST page: third byte 0x08 for unsigned bytes, fourth the dimensions.
    """
    magic, expected_magic = int.from_bytes(content[:4], "big"), 0x0800 + ndim
    if magic != expected_magic:
        raise ValueError(
            f"{name} starts with the magic number 0x{magic:08x}, expected 0x{expected_magic:08x} "
            f"(unsigned bytes, {ndim} dimensions): it is another kind of file"
        )
    header = 4 + 4 * ndim  # bytes
    shape = tuple(int.from_bytes(content[at : at + 4], "big") for at in range(4, header, 4))
    if len(content) != header + math.prod(shape):
        raise ValueError(f"{name} has {len(content):,} bytes, expected {header + math.prod(shape):,} for shape {shape}")
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=header).reshape(shape).copy())


def decode_idx_files(contents: Mapping[str, bytes], num_classes: int) -> ImageArrays:
    """Decode the four files of MNIST, or of a data set made in its image.

    Args:
        contents: by file name, as published: train-… and t10k-…, images and labels.
        num_classes: labels must be below it.

    Returns:
        Images (n, 28, 28) and labels (n,).

    Raises:
        ValueError: a file is no idx file, or images and labels don't fit each other.
    """
    return ImageArrays(*_idx_split(contents, "train", num_classes), *_idx_split(contents, "t10k", num_classes))


def _idx_split(contents: Mapping[str, bytes], split: str, num_classes: int) -> tuple[Tensor, Tensor]:
    images_name, labels_name = f"{split}-images-idx3-ubyte", f"{split}-labels-idx1-ubyte"
    images = decode_idx(contents[images_name], 3, images_name)
    labels = decode_idx(contents[labels_name], 1, labels_name).long()
    if images.shape[1:] != IDX_IMAGE_SHAPE:
        raise ValueError(f"{images_name} has images of {tuple(images.shape[1:])}, expected {IDX_IMAGE_SHAPE}")
    _check_labels(labels, len(images), num_classes, labels_name)
    return images, labels


def _check_labels(labels: Tensor, num_images: int, num_classes: int, name: str) -> None:
    if len(labels) != num_images:
        raise ValueError(f"{name} has {len(labels):,} labels for {num_images:,} images: they belong to different sets")
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < num_classes:
        found = f"{int(labels.min())} to {int(labels.max())}"
        raise ValueError(f"{name} has labels from {found}, expected 0 to {num_classes - 1}")


class _ArrayUnpickler(pickle.Unpickler):
    """Reads containers, numbers, bytes and NumPy arrays, and refuses all else: a pickle can run any code."""

    _rebuild_array = np.empty(0).__reduce__()[0]
    _admitted: ClassVar[dict[tuple[str, str], Any]] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy.core.multiarray", "_reconstruct"): _rebuild_array,  # as written by NumPy 1
        ("numpy._core.multiarray", "_reconstruct"): _rebuild_array,  # as written by NumPy 2
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return what the pickle asks to call, if it is on the list."""
        if (module, name) not in self._admitted:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no CIFAR batch needs")
        return self._admitted[module, name]


def decode_cifar_batch(content: bytes, num_classes: int, name: str) -> tuple[Tensor, Tensor]:
    """Decode one batch of CIFAR-10's Python version.

    Args:
        content: the whole file, **verified before**: it is a pickle.
        num_classes: labels must be below it.
        name: file name, for the message.

    Returns:
        Images uint8 (n, 3, 32, 32), red, green, blue, and labels int64 (n,).

    Raises:
        ValueError: it is no such pickle, or images and labels don't fit each other.
    """
    try:
        batch = _ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
        pixels, labels = batch[b"data"], torch.tensor(batch[b"labels"], dtype=torch.int64)
    except Exception as error:  # a broken pickle raises nearly anything
        raise ValueError(f"{name} is no CIFAR batch: {error}") from error
    row_size = math.prod(CIFAR_IMAGE_SHAPE)
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.shape[1:] != (row_size,):
        found = f"{getattr(pixels, 'dtype', type(pixels).__name__)} {getattr(pixels, 'shape', '')}"
        raise ValueError(f"{name} has images of {found}, expected uint8 (n, {row_size})")
    _check_labels(labels, len(pixels), num_classes, name)
    return torch.from_numpy(pixels.reshape(-1, *CIFAR_IMAGE_SHAPE).copy()), labels


def decode_cifar_files(contents: Mapping[str, bytes], num_classes: int) -> ImageArrays:
    """Decode the batches of CIFAR-10: data_batch_1, …, for training and test_batch for testing.

    Args:
        contents: by file name, each **verified before**.
        num_classes: labels must be below it.

    Returns:
        Images (n, 3, 32, 32) and labels (n,).

    Raises:
        ValueError: a file is no CIFAR batch.
    """
    names = sorted(name for name in contents if name.startswith("data_batch"))
    images, labels = zip(*(decode_cifar_batch(contents[name], num_classes, name) for name in names), strict=True)
    test_images, test_labels = decode_cifar_batch(contents["test_batch"], num_classes, "test_batch")
    return ImageArrays(torch.cat(images), torch.cat(labels), test_images, test_labels)


def unpack_joblib_array(stream: BinaryIO, limit: int) -> bytes:
    """The numbers of an array that joblib has pickled and compressed; nothing is unpickled.

    joblib writes a pickle that describes the array, then the numbers as they lie in memory, then the full stop that
    ends a pickle. So the numbers are what comes last, and their checksum tells whether it is they.

    Args:
        stream: the file, at its start.
        limit: one more than the numbers' bytes.

    Returns:
        The bytes before the full stop, at most `limit` - 1.

    Raises:
        zlib.error: the file is not compressed as joblib does it.
    """
    most = limit + 4_096  # bytes; the description takes some hundred
    unpacked = zlib.decompressobj().decompress(stream.read(most), most)
    return unpacked[:-1][1 - limit :]


def decode_california(contents: Mapping[str, bytes]) -> Table:
    """Decode California housing, from the published archive or from scikit-learn's copy, as scikit-learn does.

    Args:
        contents: "cal_housing.tgz", the archive as it was published; or "cal_housing_py3.pkz", unpacked to its numbers.

    Returns:
        Eight features, with rooms, bedrooms and population per household, and the median house value in $100,000.

    Source:
        `sklearn.datasets.fetch_california_housing`, whose results these are, bit for bit.
    """
    import pandas as pd

    if CALIFORNIA_ARCHIVE in contents:
        columns = _columns_of_archive(contents[CALIFORNIA_ARCHIVE])
    else:
        columns = np.frombuffer(contents[CALIFORNIA_COPY], "<f8").reshape(CALIFORNIA_COLUMNS, -1)
    value, income, age, rooms, bedrooms, population, households, latitude, longitude = columns
    features = {
        "MedInc": income,
        "HouseAge": age,
        "AveRooms": rooms / households,
        "AveBedrms": bedrooms / households,
        "Population": population,
        "AveOccup": population / households,
        "Latitude": latitude,
        "Longitude": longitude,
    }
    return Table(pd.DataFrame(features), pd.Series(value / 100_000, name="MedHouseVal"), "$100,000")


def _columns_of_archive(content: bytes) -> np.ndarray:
    """The columns (9, rows) in scikit-learn's order: the value first, the coordinates last."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        rows = np.loadtxt(archive.extractfile("CaliforniaHousing/cal_housing.data"), delimiter=",")
    return rows.T[[8, 7, 2, 3, 4, 5, 6, 1, 0]]
