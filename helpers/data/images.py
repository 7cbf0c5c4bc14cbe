"""Image data sets for the course: `load_dataset`. For notebooks, and for whoever adds a data set.

The real images where they can be had, else an offline stand-in that says what it is: the same shapes, types and class
names, but other images. `sources` says where is looked, in which order. Imports `files`, `sources`, `formats`,
`standins` and `provenance`; torchvision only where a checksum or a mirror is needed.
"""

from dataclasses import dataclass, field
from functools import cache, partial

from torch import Tensor

from helpers.data.files import DatasetSpec, FileSpec
from helpers.data.formats import ImageArrays, decode_cifar_files, decode_idx_files
from helpers.data.provenance import Sourced
from helpers.data.sources import load
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


@dataclass(frozen=True, kw_only=True)
class ImageSpec(DatasetSpec[ImageArrays]):
    """A data set of labelled images.

    Attributes:
        classes: class names, in the order of the labels.
    """

    classes: tuple[str, ...]


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


DATASETS: dict[str, ImageSpec] = {
    "mnist": ImageSpec(
        name="mnist",
        title="MNIST",
        classes=tuple("0123456789"),
        folders=("MNIST/raw", "MNIST"),
        files=lambda: _MNIST_FILES,
        mirrors=lambda: _torchvision_mirrors("MNIST"),
        decode=partial(decode_idx_files, num_classes=10),
        licence="CC BY-SA 3.0",
        citation="LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86(11)",
    ),
    "fashion-mnist": ImageSpec(
        name="fashion-mnist",
        title="Fashion-MNIST",
        classes=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        folders=("FashionMNIST/raw", "FashionMNIST"),
        files=lambda: _FASHION_MNIST_FILES,
        mirrors=lambda: _torchvision_mirrors("FashionMNIST"),
        decode=partial(decode_idx_files, num_classes=10),
        licence="MIT",
        citation="Xiao, Rasul, Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine learning "
        "algorithms, arXiv:1708.07747",
    ),
    "cifar10": ImageSpec(
        name="cifar10",
        title="CIFAR-10",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        folders=("cifar-10-batches-py", ""),
        files=_cifar10_files,
        mirrors=lambda: _torchvision_mirrors("CIFAR10"),
        decode=partial(decode_cifar_files, num_classes=10),
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
    spec = DATASETS[name]
    loaded = load(spec, STAND_INS[name], progress=verbose)
    data = ImageData(
        spec.name, spec.title, loaded.source, spec.classes, *loaded.content, loaded.licence, loaded.citation
    )
    if verbose or data.is_stand_in:
        size = "×".join(str(length) for length in data.train_images.shape[1:])
        counts = f"{len(data.train_images):,} training and {len(data.test_images):,} test images of {size}"
        print(f"{data.title}: {counts}, from: {loaded.origin}")
    return data
