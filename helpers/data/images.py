"""Image data sets for the course: real where they can be had, never a dead end, never taken for what they are not.

``load_dataset`` looks in four places, takes the first that has every file, and says in one line which it was:

1. the folder in the variable ``COURSE_DATA`` (the original files, plain or packed; only ever read),
2. the cache (``COURSE_CACHE``, or the operating system's own place for caches),
3. the mirrors that torchvision knows; what they send is verified and kept in the cache,
4. the offline stand-in: the same shapes, types and class names, but other images.

``COURSE_OFFLINE=1`` asks for the stand-in at once; ``COURSE_OFFLINE=0`` forbids it.
"""

import os
from dataclasses import dataclass, field
from functools import cache

from torch import Tensor

from helpers.data.files import DatasetSpec, DownloadError, FileSpec, find_files
from helpers.data.formats import decode_cifar_files, decode_idx_files
from helpers.data.provenance import STAND_IN_SOURCE, Sourced, mark_stand_in
from helpers.data.standins import STAND_INS


@dataclass(frozen=True, eq=False)
class ImageData(Sourced):
    """A labelled set of images, and where it came from.

    Attributes:
        name: as given to ``load_dataset``: "mnist".
        title: as people write it: "MNIST".
        source: "COURSE_DATA", "cache", "download" or "offline stand-in".
        classes: class names, in the order of the labels.
        train_images: uint8, 0 to 255, (60000, 28, 28); of CIFAR-10 (50000, 3, 32, 32).
        train_labels: int64, (60000,); of CIFAR-10 (50000,).
        test_images: uint8, 0 to 255, (10000, 28, 28); of CIFAR-10 (10000, 3, 32, 32).
        test_labels: int64, (10000,).
        licence: of the images.
        citation: whom to cite for the images.

    Example:
        >>> import torch
        >>> images, labels = torch.zeros(2, 28, 28, dtype=torch.uint8), torch.tensor([0, 1])
        >>> data = ImageData("mnist", "MNIST", "offline stand-in", ("0", "1"), images, labels, images, labels, "", "")
        >>> print(f"test accuracy 0.97{data.note}")
        test accuracy 0.97 (offline stand-in)
    """

    name: str
    title: str
    source: str
    classes: tuple[str, ...]
    train_images: Tensor = field(repr=False)
    train_labels: Tensor = field(repr=False)
    test_images: Tensor = field(repr=False)
    test_labels: Tensor = field(repr=False)
    licence: str
    citation: str


def _idx_file(name: str, size: int, sha256: str) -> FileSpec:
    return FileSpec(name, f"sha256:{sha256}", archive=f"{name}.gz", size=size)


_MNIST_FILES = (
    _idx_file(
        "train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    _idx_file("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    _idx_file("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    _idx_file("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
)

_FASHION_MNIST_FILES = (
    _idx_file(
        "train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
    ),
    _idx_file("train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    _idx_file("t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    _idx_file("t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
)


@cache
def _cifar10_files() -> tuple[FileSpec, ...]:
    """Return the six batches of CIFAR-10's Python version, with the md5 of each.

    Why md5: it is the one checksum that is published for these files (torchvision carries it), and we state no
    SHA-256 that we have not seen confirmed. Nobody knows how to make another file for a *given* md5, so it does tell
    whether this is the published file; it would not do for a file whose author we distrust. As the batches are
    pickles, they are unpickled only when the md5 fits, and then by a reader that admits nothing but arrays.
    """
    from torchvision.datasets import CIFAR10

    batches = [*CIFAR10.train_list, *CIFAR10.test_list]
    return tuple(FileSpec(name, f"md5:{md5}", archive=CIFAR10.filename) for name, md5 in batches)


def _torchvision_mirrors(class_name: str) -> tuple[str, ...]:
    """Mirrors of a torchvision data set, those with https first."""
    import torchvision.datasets  # here, since it takes a second and most loads need no mirror

    published = getattr(torchvision.datasets, class_name)
    mirrors = published.mirrors if hasattr(published, "mirrors") else [published.url.removesuffix(published.filename)]
    return tuple(sorted(mirrors, key=lambda mirror: not mirror.startswith("https://")))


DATASETS: dict[str, DatasetSpec] = {
    "mnist": DatasetSpec(
        name="mnist",
        title="MNIST",
        classes=tuple("0123456789"),
        folders=("MNIST/raw", "MNIST"),
        files=lambda: _MNIST_FILES,
        mirrors=lambda: _torchvision_mirrors("MNIST"),
        decode=decode_idx_files,
        licence="CC BY-SA 3.0",
        citation="LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86(11)",
    ),
    "fashion-mnist": DatasetSpec(
        name="fashion-mnist",
        title="Fashion-MNIST",
        classes=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        folders=("FashionMNIST/raw", "FashionMNIST"),
        files=lambda: _FASHION_MNIST_FILES,
        mirrors=lambda: _torchvision_mirrors("FashionMNIST"),
        decode=decode_idx_files,
        licence="MIT",
        citation="Xiao, Rasul, Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine learning "
        "algorithms, arXiv:1708.07747",
    ),
    "cifar10": DatasetSpec(
        name="cifar10",
        title="CIFAR-10",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        folders=("cifar-10-batches-py", ""),
        files=_cifar10_files,
        mirrors=lambda: _torchvision_mirrors("CIFAR10"),
        decode=decode_cifar_files,
        licence="none stated",
        citation="Krizhevsky (2009), Learning multiple layers of features from tiny images, University of Toronto",
    ),
}


def load_dataset(name: str, *, verbose: bool = True) -> ImageData:
    """Load a data set: the real one from wherever it can be had, else the offline stand-in.

    Args:
        name: "mnist", "fashion-mnist" or "cifar10".
        verbose: print a line that says what was found, and show downloads. A stand-in always says so.

    Returns:
        Images and labels, in memory, both splits.

    Raises:
        ValueError: the name is unknown, or COURSE_OFFLINE is neither 0 nor 1.
        RuntimeError: the real data cannot be had, and COURSE_OFFLINE=0 forbids the stand-in.

    Example:
        >>> data = load_dataset("mnist")  # doctest: +ELLIPSIS
        MNIST: 60,000 training and 10,000 test images of 28×28...
        >>> data.train_images.shape, data.train_labels.dtype
        (torch.Size([60000, 28, 28]), torch.int64)
    """
    if name not in DATASETS:
        raise ValueError(f"unknown data set {name!r}: choose one of {', '.join(map(repr, DATASETS))}")
    spec, offline = DATASETS[name], offline_setting()
    if offline == "1":
        return _load_stand_in(spec, "because COURSE_OFFLINE=1.")
    try:
        source, contents = find_files(spec, progress=verbose)
    except DownloadError as error:
        if offline == "0":
            raise RuntimeError(
                f"{spec.title} cannot be had: {error}. {_by_hand(spec)} "
                "Or unset COURSE_OFFLINE: 0 forbids the offline stand-in."
            ) from error
        return _load_stand_in(spec, f"because {error}. {_by_hand(spec)}")
    arrays = spec.decode(contents, len(spec.classes))
    data = ImageData(spec.name, spec.title, source, spec.classes, *arrays, spec.licence, spec.citation)
    if verbose:
        print(f"{_summary(data)}, from: {source}. Licence: {spec.licence}.")
    return data


def _load_stand_in(spec: DatasetSpec, reason: str) -> ImageData:
    stand_in = STAND_INS[spec.name]
    data = ImageData(
        spec.name, spec.title, STAND_IN_SOURCE, spec.classes, *stand_in.draw(), stand_in.licence, stand_in.citation
    )
    mark_stand_in(spec.name)
    print(f"{_summary(data)}, from: {STAND_IN_SOURCE} ({stand_in.description}), {reason}")
    return data


def offline_setting() -> str:
    """Return "1": stand-in only; "0": real data only; "": real data if it can be had."""
    setting = os.environ.get("COURSE_OFFLINE", "")
    if setting not in ("", "0", "1"):
        raise ValueError(
            f"COURSE_OFFLINE is {setting!r}: set it to 1 for the offline stand-in, to 0 to forbid it, or unset it"
        )
    return setting


def _summary(data: ImageData) -> str:
    size = "×".join(str(length) for length in data.train_images.shape[1:])
    return f"{data.title}: {len(data.train_images):,} training and {len(data.test_images):,} test images of {size}"


def _by_hand(spec: DatasetSpec) -> str:
    """Say how to get the files without this module, in one line."""
    archives = ", ".join(dict.fromkeys(file.archive for file in spec.files()))
    return (
        "To get the real data, connect to the network and restart Python. Or by hand: make a folder, put "
        f"{archives} from {spec.mirrors()[0]} into its sub-folder {spec.folders[0]}, set COURSE_DATA to the folder, "
        "and restart."
    )
