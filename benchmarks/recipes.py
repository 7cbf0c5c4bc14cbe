"""How soon whole recipes reach 97.0, 98.0 and 98.5 % of MNIST's test images, in seconds of training.

The test images are looked at after each epoch, which no recipe of yours should do: here nothing is chosen by what is
seen. The time for looking does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, Subset
from torchvision import transforms

from benchmarks.throughput import Examples, Torchvision, batch_loader, train
from helpers.data import ImageData
from helpers.evaluation import accuracy, count_parameters, evaluate
from helpers.loaders import BatchLoader
from helpers.training import fit

MARKS = (0.97, 0.98, 0.985)

TestSet = BatchLoader
Epochs = Iterator[None]  # each step of it trains one epoch


@dataclass(frozen=True)
class Recipe:
    """A model, and how it is trained, epoch by epoch.

    Attributes:
        name: as the table calls it.
        prepare: from the data to the model, the epochs of its training, and the test set in the model's form.
    """

    name: str
    prepare: Callable[[ImageData, torch.device], tuple[nn.Module, Epochs, TestSet]]


def mlp(*sizes: int, bias: bool = True) -> nn.Sequential:
    """Linear layers of these sizes with ReLU between them, for images (batch, ...)."""
    torch.manual_seed(1)
    layers: list[nn.Module] = [nn.Flatten()]
    for size_in, size_out in pairwise(sizes):
        layers += [nn.Linear(size_in, size_out, bias=bias), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def test_set(data: ImageData, mean: float = 0.0, std: float = 1.0) -> TestSet:
    """All test images, with the same normalisation as the training images."""
    return BatchLoader((data.test_images.float() / 255 - mean) / std, data.test_labels, batch_size=1000)


def web_course(data: ImageData, device: torch.device) -> tuple[nn.Module, Epochs, TestSet]:
    """784-128-64-10, Adam 0.001, batch 64, 10 epochs, images through torchvision one by one."""
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    loader = DataLoader(Torchvision(Examples.of(data, torch.device("cpu")), steps), batch_size=64, shuffle=True)
    model = mlp(784, 128, 64, 10).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    return model, _epochs(10, lambda: train(model, optimizer, _moved(loader, device))), test_set(data, 0.5, 0.5)


def web_course_from_memory(data: ImageData, device: torch.device) -> tuple[nn.Module, Epochs, TestSet]:
    """The same network and optimizer, fed by a BatchLoader; pixels stay between 0 and 1, without Normalize."""
    model = mlp(784, 128, 64, 10).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loader = batch_loader(Examples.of(data, device), 64)
    return model, _epochs(10, lambda: train(model, optimizer, loader)), test_set(data)


def fundamentals(data: ImageData, device: torch.device) -> tuple[nn.Module, Epochs, TestSet]:
    """784-50-25-10, SGD 0.05, batch 64, 10 epochs on 55,000 images, through torchvision one by one."""
    images = Torchvision(Examples.of(data, torch.device("cpu")), transforms.ToTensor())
    loader = DataLoader(Subset(images, range(55_000)), batch_size=64, shuffle=True)
    model = mlp(784, 50, 25, 10).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    return model, _epochs(10, lambda: train(model, optimizer, _moved(loader, device))), test_set(data)


def lecture(data: ImageData, device: torch.device) -> tuple[nn.Module, Epochs, TestSet]:
    """784-10 without bias, SGD 0.05 divided by 1.5 every 10 epochs from epoch 20, batch 200, 200 epochs."""
    model = mlp(784, 10, bias=False).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    loader = batch_loader(Examples.of(data, device), 200)
    epoch = iter(range(200))

    def one_epoch() -> None:
        number = next(epoch)
        if number % 10 == 0 and number > 10:
            optimizer.param_groups[0]["lr"] /= 1.5
        train(model, optimizer, loader)

    return model, _epochs(200, one_epoch), test_set(data)


def random_shift(images: Tensor, generator: torch.Generator) -> Tensor:
    """Move each image (batch, 28, 28) by -1, 0 or 1 pixels each way; what leaves is cut off, background comes in."""
    framed = F.pad(images, (1, 1, 1, 1))  # (batch, 28, 28) -> (batch, 30, 30)
    windows = framed.unfold(1, 28, 1).unfold(2, 28, 1)  # -> (batch, 3, 3, 28, 28), a view
    down, right = torch.randint(3, (2, len(images)), generator=generator)
    return windows[torch.arange(len(images)), down, right]  # -> (batch, 28, 28)


def recipe_to_keep(data: ImageData, device: torch.device) -> tuple[nn.Module, Epochs, TestSet]:
    """784-256-128-10, AdamW in one cycle, images shifted by up to a pixel, 6 epochs."""
    chosen = torch.randperm(60_000, generator=torch.Generator().manual_seed(1))[:55_000]
    images, labels = data.train_images[chosen].to(device), data.train_labels[chosen].to(device)
    mean, std = (images.float() / 255).mean().item(), (images.float() / 255).std().item()
    shifts = torch.Generator().manual_seed(1)

    def prepare(batch: Tensor) -> Tensor:
        return (random_shift(batch, shifts).float() / 255 - mean) / std

    loader = BatchLoader(images, labels, batch_size=128, shuffle=True, transform=prepare)
    model = mlp(784, 256, 128, 10).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    schedule = OneCycleLR(optimizer, max_lr=0.003, epochs=6, steps_per_epoch=len(loader))
    options = {"loss_fn": F.cross_entropy, "optimizer": optimizer, "scheduler": schedule, "progress": False}
    return model, _epochs(6, lambda: fit(model, loader, epochs=1, **options)), test_set(data, mean, std)


RECIPES = (
    Recipe("web course: 784-128-64-10, Adam, torchvision", web_course),
    Recipe("the same network from memory, pixels from 0 to 1", web_course_from_memory),
    Recipe("Deep Learning Fundamentals: 784-50-25-10, SGD, torchvision", fundamentals),
    Recipe("CS5242: 784-10, SGD with a schedule", lecture),
    Recipe("784-256-128-10, one cycle, shifted images", recipe_to_keep),
)


def time_recipe(recipe: Recipe, data: ImageData, device: torch.device) -> dict:
    """Train once; the seconds to each mark (None where it is not reached), and the end of the run.

    Returns:
        `recipe`, `parameters`, `seconds_to` (by mark), `seconds`, `accuracy`.
    """
    model, epochs, examples = recipe.prepare(data, device)
    seconds, reached, score = 0.0, {}, 0.0
    while True:
        started = time.perf_counter()
        if next(epochs, "finished") == "finished":
            break
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds += time.perf_counter() - started
        score = evaluate(model, examples, metrics={"accuracy": accuracy})["accuracy"]
        for mark in MARKS:
            if score >= mark:
                reached.setdefault(str(mark), seconds)
    return {
        "recipe": recipe.name,
        "parameters": count_parameters(model),
        "seconds_to": {str(mark): reached.get(str(mark)) for mark in MARKS},
        "seconds": seconds,
        "accuracy": score,
    }


def _epochs(count: int, one_epoch: Callable[[], object]) -> Epochs:
    for _ in range(count):
        one_epoch()
        yield


def _moved(loader: DataLoader, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    return ((X.to(device), y.to(device)) for X, y in loader)
