"""The files of a data set where torchvision looks for them.

For whoever writes a notebook that sets torchvision's reading beside ours. Imports `images` and `sources`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.data.images import DATASETS
from helpers.data.sources import DownloadError, find_files, offline_setting


@contextmanager
def torchvision_folder(name: str) -> Iterator[Path | None]:
    """A temporary folder that torchvision's data set of that name can read, unpacked; gone after the block.

    Args:
        name: "mnist", "fashion-mnist" or "cifar10".

    Yields:
        The folder, what torchvision calls `root`; None where the real files cannot be had.

    Raises:
        ValueError: the name is unknown.

    Example:
        >>> with torchvision_folder("mnist") as root:
        ...     print(root is None or sorted(path.name for path in root.iterdir()) == ["MNIST"])
        True
    """
    if name not in DATASETS:
        raise ValueError(f"unknown data set {name!r}: choose one of {', '.join(map(repr, DATASETS))}")
    spec = DATASETS[name]
    try:
        contents = {} if offline_setting() == "1" else find_files(spec, progress=False)[1]
    except DownloadError:
        contents = {}
    if not contents:
        yield None
        return
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / spec.folders[0]
        folder.mkdir(parents=True)
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        yield Path(root)
