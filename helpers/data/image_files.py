"""Images as files: a folder of PNG files, and a CSV file that says which file shows what.

For whoever reads or writes image files, in a notebook above all. `ImageFiles` lives here and not in a notebook so that
the workers of a `DataLoader`, which are processes of their own, can import it. Imports nothing else of `helpers`;
pandas only where a table is read or written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

COLUMNS = ["filepath", "label"]

# What PIL raises on bytes that it cannot read: a PNG file with a broken header is a SyntaxError, a chunk that is cut
# short a ValueError or an IndexError, an image of gigabytes a DecompressionBombError.
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, TypeError, IndexError, OverflowError, EOFError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)


class BadImageError(ValueError):
    """A file that cannot be read as an image, or a label that names no class; the message says which."""


class ImageFiles(Dataset):
    """A map-style data set of image files: example i is read from disk when it is asked for.

    Args:
        csv_path: table with the columns `filepath`, relative to `folder`, and `label`, an integer.
        folder: where the files are.
        num_classes: labels must lie in 0..num_classes - 1.
        transform: called on the PIL image; turns it into what the model takes.

    Raises:
        ValueError: the table lacks a column.
        BadImageError: a label lies outside the classes; the message names the file and the row.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     csv_path = write_image_files(torch.zeros(2, 28, 28, dtype=torch.uint8), torch.tensor([3, 7]), folder)
        ...     data = ImageFiles(csv_path, folder, num_classes=10)
        ...     image, label = data[1]
        >>> image.size, label, len(data)
        ((28, 28), 7, 2)
    """

    def __init__(
        self,
        csv_path: str | Path,
        folder: str | Path,
        *,
        num_classes: int,
        transform: Callable[[Image.Image], Any] | None = None,
    ) -> None:
        import pandas as pd

        table = pd.read_csv(csv_path)
        if missing := [name for name in COLUMNS if name not in table]:
            raise ValueError(f"{csv_path} must have the columns {COLUMNS}, it lacks {missing}")
        outside = table.index[~table["label"].isin(range(num_classes))]
        if len(outside):
            path, label = table.loc[outside[0], COLUMNS]
            raise BadImageError(
                f"{path} has the label {label}, which is not in 0..{num_classes - 1} "
                f"(line {outside[0] + 2} of {Path(csv_path).name}; {len(outside)} such lines)"
            )
        self.folder = Path(folder)
        self.filepaths = table["filepath"].tolist()
        self.labels = table["label"].astype(int).tolist()
        self.transform = transform

    def __len__(self) -> int:
        return len(self.filepaths)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """The image, transformed, and its label.

        Raises:
            BadImageError: the file is missing, cut short, or no image; the message names it.
        """
        path = self.folder / self.filepaths[index]
        try:
            with Image.open(path) as file:
                image = file.convert("L")  # reads all of the file, so that a cut one is noticed here
        except UNREADABLE as error:
            raise BadImageError(f"{path}: {_reason(path, error)}") from error
        return (image if self.transform is None else self.transform(image)), self.labels[index]

    def find_bad_files(self) -> list[str]:
        """Read every file once; say of each bad one what is wrong with it. An empty list is good news."""
        problems = []
        for index in range(len(self)):
            try:
                self[index]
            except BadImageError as error:
                problems.append(str(error))
        return problems


def _reason(path: Path, error: Exception) -> str:
    if not path.exists():
        return "the file is missing"
    if isinstance(error, OSError) and error.strerror:  # the system's: PIL's own have none
        return f"the file cannot be opened ({error.strerror})"
    if path.stat().st_size == 0:
        return "the file is empty"
    if isinstance(error, Image.DecompressionBombError):
        return f"the image would be too large for memory ({error})"
    return f"the file is damaged or no image ({error})"


def write_image_files(
    images: Tensor,
    labels: Tensor,
    folder: str | Path,
    *,
    progress: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> Path:
    """Write each image as a PNG file, in a sub-folder for each hundredth, and a table `labels.csv` beside them.

    Args:
        images: uint8, shape (N, height, width).
        labels: integers, shape (N,).
        folder: where to write; made if needed.
        progress: wraps the range of indices: `tqdm` shows a bar.

    Returns:
        Path of the table.

    Raises:
        ValueError: images and labels do not fit.
    """
    if images.dtype != torch.uint8 or images.ndim != 3 or len(images) != len(labels):
        raise ValueError(
            f"wanted uint8 images (N, height, width) and N labels, got {images.dtype} {tuple(images.shape)} "
            f"and {tuple(labels.shape)}"
        )
    import pandas as pd

    folder = Path(folder)
    filepaths = [f"{index % 100:02}/{index:05}.png" for index in range(len(images))]
    for name in sorted({filepath.split("/")[0] for filepath in filepaths}):
        (folder / name).mkdir(parents=True, exist_ok=True)
    pixels = images.numpy()
    for index in progress(range(len(images))):
        Image.fromarray(pixels[index]).save(folder / filepaths[index])
    table = pd.DataFrame({"filepath": filepaths, "label": labels.tolist()})
    table.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"
