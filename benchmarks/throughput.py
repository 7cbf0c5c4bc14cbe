"""Samples a second of one network, 784-128-64-10 with Adam, fed in different ways.

Every way of feeding runs in one process, in turns: a slow moment of the machine hits all of them alike, and each round
is compared with the *no-data bound* of the same round: the same loop on one fixed batch, which no loader can pass.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets, transforms

from helpers.data import ImageData
from helpers.loaders import BatchLoader
from helpers.training import fit

SIZES = (784, 128, 64, 10)
BATCH_SIZES = (64, 256, 1024)
ROUNDS = 7
BOUND = "no data: one fixed batch"
FUSED_BOUND = "no data, fused Adam"
PRODUCTS = "matrix products alone"

Batches = Iterable[tuple[Tensor, Tensor]]
Run = Callable[[int], None]  # trains on this many batches


@dataclass(frozen=True)
class Way:
    """One way of feeding the network.

    Attributes:
        name: as the table calls it.
        make: from the examples and the batch size to a function that trains on a number of batches.
        examples: how many a round takes: fewer for a slow way, so that each takes about as long.
        bound: name of the way that it is compared with.
    """

    name: str
    make: Callable[[Examples, int], Run]
    examples: int = 30_720
    bound: str = BOUND


@dataclass(frozen=True)
class Examples:
    """MNIST's training images in the forms that the ways start from, on one device."""

    images: Tensor  # uint8, (60000, 28, 28), on the CPU
    X: Tensor  # float32, (60000, 784), from 0 to 1
    y: Tensor  # int64, (60000,)
    device: torch.device

    @classmethod
    def of(cls, data: ImageData, device: torch.device) -> Examples:
        X = data.train_images.flatten(start_dim=1).float() / 255
        return cls(data.train_images, X.to(device), data.train_labels.to(device), device)


class Torchvision(datasets.MNIST):
    """torchvision's MNIST, with its own `__getitem__`, over images that are already in memory."""

    def __init__(self, examples: Examples, transform: Callable[[Image.Image], Tensor]) -> None:
        datasets.VisionDataset.__init__(self, root=".", transform=transform)
        self.data, self.targets = examples.images, examples.y.cpu()


def make_model(device: torch.device) -> nn.Sequential:
    """The network, with the same start each time."""
    torch.manual_seed(1)
    inputs, first, second, outputs = SIZES
    layers = [nn.Linear(inputs, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, outputs)]
    return nn.Sequential(*layers).to(device)


def train(model: nn.Module, optimizer: torch.optim.Optimizer, batches: Batches) -> float:
    """The loop as the notebooks write it: the mean loss per example."""
    total, count = 0.0, 0
    for X, y in batches:
        loss = F.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count


def by_hand(make_batches: Callable[[Examples, int], Batches], *, fused: bool = False) -> Callable[[Examples, int], Run]:
    """The hand-written loop over these batches."""

    def make(examples: Examples, batch_size: int) -> Run:
        model = make_model(examples.device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=fused or None)
        batches = make_batches(examples, batch_size)
        return lambda count: train(model, optimizer, islice(endless(batches), count))

    return make


def endless(batches: Batches) -> Iterator[tuple[Tensor, Tensor]]:
    """Epoch after epoch."""
    while True:
        yield from batches


# The ways of the sources


def web_course(examples: Examples, batch_size: int) -> Run:
    """A web course's loop: torchvision, ToTensor and Normalize image by image, no running loss."""
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    loader = DataLoader(Torchvision(examples, steps), batch_size=batch_size, shuffle=True)
    model, loss_fn = make_model(examples.device), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def run(count: int) -> None:
        for images, labels in islice(endless(loader), count):
            images, labels = images.view(-1, 784).to(examples.device), labels.to(examples.device)
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()

    return run


def fundamentals(examples: Examples, batch_size: int) -> Run:
    """Deep Learning Fundamentals: torchvision and ToTensor image by image, each loss kept as a number."""
    loader = DataLoader(Torchvision(examples, transforms.ToTensor()), batch_size=batch_size, shuffle=True)
    model, losses = make_model(examples.device), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def run(count: int) -> None:
        for features, labels in islice(endless(loader), count):
            features, labels = features.flatten(start_dim=1).to(examples.device), labels.to(examples.device)
            loss = F.cross_entropy(model(features), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

    return run


def lecture(examples: Examples, batch_size: int) -> Run:
    """CS5242: a permutation and slices of a tensor, gradients of the inputs too, running loss and error."""
    model, loss_fn = make_model(examples.device), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def slices() -> Iterator[Tensor]:
        while True:
            shuffled = torch.randperm(len(examples.X), device=examples.device)
            for start in range(0, len(shuffled) - batch_size + 1, batch_size):
                yield shuffled[start : start + batch_size]

    def run(count: int) -> None:
        running_loss = running_error = 0.0
        for chosen in islice(slices(), count):
            inputs, labels = examples.X[chosen].view(batch_size, 784), examples.y[chosen]
            inputs.requires_grad_()
            optimizer.zero_grad()
            scores = model(inputs)
            loss = loss_fn(scores, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.detach().item()
            running_error += (scores.detach().argmax(dim=1) != labels).float().mean().item()

    return run


# The ways of the course


def tensor_dataset(examples: Examples, batch_size: int) -> Batches:
    return DataLoader(TensorDataset(examples.X, examples.y), batch_size=batch_size, shuffle=True)


def batch_loader(examples: Examples, batch_size: int) -> Batches:
    return BatchLoader(examples.X, examples.y, batch_size=batch_size, shuffle=True)


def uint8_batch_loader(examples: Examples, batch_size: int) -> Batches:
    pixels = examples.images.flatten(start_dim=1).to(examples.device)
    options = {"batch_size": batch_size, "shuffle": True, "transform": lambda X: X.float() / 255}
    return BatchLoader(pixels, examples.y, **options)


class TensorLoop:
    """Written out: a permutation, and the rows of each batch by one indexing operation."""

    def __init__(self, examples: Examples, batch_size: int) -> None:
        self.examples, self.batch_size = examples, batch_size

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        X, y = self.examples.X, self.examples.y
        for chosen in torch.randperm(len(X), device=X.device).split(self.batch_size):
            yield X[chosen], y[chosen]


def in_order(examples: Examples, batch_size: int) -> Batches:
    """Views of neighbouring rows: nothing is shuffled and nothing copied, but each image comes from memory once."""
    return list(zip(examples.X.split(batch_size), examples.y.split(batch_size), strict=True))


def fixed_batch(examples: Examples, batch_size: int) -> Batches:
    return [(examples.X[:batch_size].clone(), examples.y[:batch_size].clone())]


class FirstBatches:
    """As many batches of a loader as a round takes, for `fit`, which goes through a loader from end to end."""

    def __init__(self, batches: Batches, count: int) -> None:
        self.batches, self.count = batches, count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return islice(endless(self.batches), self.count)


def by_fit(make_batches: Callable[[Examples, int], Batches], *, fused: bool = False) -> Callable[[Examples, int], Run]:
    """`fit` over these batches."""

    def make(examples: Examples, batch_size: int) -> Run:
        model = make_model(examples.device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=fused or None)
        batches = make_batches(examples, batch_size)
        options = {"loss_fn": F.cross_entropy, "optimizer": optimizer, "epochs": 1, "progress": False}
        return lambda count: fit(model, FirstBatches(batches, count), **options)

    return make


def products(examples: Examples, batch_size: int) -> Run:
    """The matrix products of one step and nothing else: the physical limit."""
    batch = examples.X[:batch_size].clone()
    weights = [layer.weight.detach() for layer in make_model(examples.device) if isinstance(layer, nn.Linear)]
    inputs = [batch, *(torch.rand(batch_size, size, device=examples.device) for size in SIZES[1:-1])]
    blames = [torch.rand(batch_size, size, device=examples.device) for size in SIZES[1:]]

    def run(count: int) -> None:
        for _ in range(count):
            for layer, (H, W, E) in enumerate(zip(inputs, weights, blames, strict=True)):
                torch.mm(H, W.T)  # forwards
                torch.mm(E.T, H)  # the gradient of W
                if layer:
                    torch.mm(E, W)  # the gradient of H; the images need none

    return run


WAYS = (
    Way("web course: torchvision, ToTensor, Normalize", web_course, examples=6_400),
    Way("Deep Learning Fundamentals: torchvision, ToTensor", fundamentals, examples=6_400),
    Way("CS5242: permutation and slices", lecture),
    Way("TensorDataset + DataLoader", by_hand(tensor_dataset), examples=12_800),
    Way("tensor loop: X[chosen]", by_hand(TensorLoop)),
    Way("BatchLoader + loop", by_hand(batch_loader)),
    Way("BatchLoader + fit", by_fit(batch_loader)),
    Way("BatchLoader of uint8 + fit", by_fit(uint8_batch_loader)),
    Way("in order, views: nothing shuffled or copied", by_hand(in_order)),
    Way(BOUND, by_hand(fixed_batch)),
    Way("BatchLoader + fit, fused Adam", by_fit(batch_loader, fused=True), bound=FUSED_BOUND),
    Way(FUSED_BOUND, by_hand(fixed_batch, fused=True), bound=FUSED_BOUND),
    Way(PRODUCTS, products),
)


def measure(examples: Examples, batch_size: int, *, ways: tuple[Way, ...] = WAYS, rounds: int = ROUNDS) -> list[dict]:
    """Median samples a second of each way, and its median share of the bound of the same round.

    Args:
        examples: what to train on.
        batch_size: examples in a batch.
        ways: what to compare; the bounds that they name must be among them.
        rounds: how often all of them run, in turns.

    Returns:
        A row a way: `way`, `samples_per_second`, `share_of_bound`.
    """
    counts = {way.name: max(1, way.examples // batch_size) for way in ways}
    runs = {way.name: way.make(examples, batch_size) for way in ways}
    for name, run in runs.items():
        run(max(1, counts[name] // 10))  # warm up
    speeds: dict[str, list[float]] = {way.name: [] for way in ways}
    for turn in range(rounds):
        for k in range(len(ways)):  # another one goes first in each round
            name = ways[(turn + k) % len(ways)].name
            speeds[name].append(counts[name] * batch_size / _seconds(runs[name], counts[name], examples.device))
    return [
        {
            "way": way.name,
            "samples_per_second": statistics.median(speeds[way.name]),
            "share_of_bound": statistics.median(
                speed / bound for speed, bound in zip(speeds[way.name], speeds[way.bound], strict=True)
            ),
        }
        for way in ways
    ]


def _seconds(run: Run, count: int, device: torch.device) -> float:
    _wait_for(device)
    started = time.perf_counter()
    run(count)
    _wait_for(device)
    return time.perf_counter() - started


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
