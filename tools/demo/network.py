"""The network that the demo asks: trained on first use, in seconds, and kept in the cache of the course."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from helpers.data import ImageData, load_dataset
from helpers.data.sources import cache_folder, offline_setting
from helpers.environment import set_seed
from helpers.evaluation import accuracy, predict
from helpers.loaders import BatchLoader
from helpers.models import make_mlp
from helpers.training import fit

SIZES = (784, 128, 64, 10)
MEAN, STD = 0.1307, 0.3081  # of MNIST's training pixels, from 0 to 1
NUM_VALID = 5_000  # training images held back for the accuracy that the page tells
EPOCHS = 4
VERSION = "1"  # raise it when sizes, preparation or training change: a file of another version is not read


@dataclass(frozen=True)
class DigitReader:
    """A network with its preparation, and what the page says of it.

    Attributes:
        network: (batch, 784) -> (batch, 10), on standardised pixels.
        data: what it was trained on, as people write it.
        accuracy: share of right answers on images held back, from 0 to 1.
        is_stand_in: whether the data only take the place of MNIST.
    """

    network: nn.Module
    data: str
    accuracy: float
    is_stand_in: bool

    def probabilities(self, images: Tensor) -> Tensor:
        """How likely each digit is.

        Args:
            images: light on black, from 0 to 1, shape (batch, 28, 28).

        Returns:
            Float, shape (batch, 10); each row adds up to 1.

        Example:
            >>> reader = DigitReader(make_mlp(SIZES), "nothing", 0.1, is_stand_in=True)
            >>> reader.probabilities(torch.zeros(2, 28, 28)).shape
            torch.Size([2, 10])
        """
        return predict(self.network, standardize(images)).softmax(dim=1)


def standardize(images: Tensor) -> Tensor:
    """What the network was trained on: (batch, 28, 28) from 0 to 1 -> (batch, 784), mean 0, standard deviation 1."""
    return ((images - MEAN) / STD).flatten(1)


def get_reader(folder: Path | None = None) -> DigitReader:
    """The network that is kept, or a new one, which is then kept.

    A network trained on stand-ins is kept apart from one trained on MNIST: it is used only where MNIST cannot be had.

    Args:
        folder: where it is kept; by default the cache of the course.
    """
    folder = folder or cache_folder() / "demo"
    if offline_setting() != "1" and (kept := load_reader(folder / "mnist.safetensors")):
        return kept
    data = load_dataset("mnist")
    path = folder / ("stand-in.safetensors" if data.is_stand_in else "mnist.safetensors")
    kept = load_reader(path) if data.is_stand_in else None
    return kept or save_reader(train_reader(data), path)


def train_reader(data: ImageData, *, epochs: int = EPOCHS) -> DigitReader:
    """Train on all images but the last 5,000, by the recipe of 4.3.8: AdamW and one cycle."""
    print(f"training a network on {data.title}{data.note}: this takes some seconds, once", flush=True)
    set_seed(1)
    X, y = standardize(data.train_images / 255), data.train_labels
    loader = BatchLoader(X[:-NUM_VALID], y[:-NUM_VALID], batch_size=128, shuffle=True)
    network = make_mlp(SIZES)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.001, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.006, epochs=epochs, steps_per_epoch=len(loader))
    options = dict(loss_fn=F.cross_entropy, optimizer=optimizer, scheduler=schedule, progress=False)
    fit(network, loader, epochs=epochs, **options)
    score = accuracy(predict(network, X[-NUM_VALID:]), y[-NUM_VALID:])
    return DigitReader(network.eval(), f"{data.title}{data.note}", score, data.is_stand_in)


def save_reader(reader: DigitReader, path: Path) -> DigitReader:
    """Keep a network, under its name only once the file is whole; return it. A folder that refuses is no obstacle."""
    facts = {"version": VERSION, "data": reader.data, "accuracy": f"{reader.accuracy:.4f}"}
    facts["is_stand_in"] = str(int(reader.is_stand_in))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / path.name
            save_file(reader.network.state_dict(), part, metadata=facts)
            os.replace(part, path)
    except OSError as error:
        print(f"the network could not be kept in {path.parent} ({error}): next time it is trained again", flush=True)
    return reader


def load_reader(path: Path) -> DigitReader | None:
    """The network in a file; None if there is no such file, or it is damaged or of another version."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = file.metadata() or {}
            names = file.keys()
            weights = {name: file.get_tensor(name) for name in names}
        if facts.get("version") != VERSION:
            return None
        network = make_mlp(SIZES)
        network.load_state_dict(weights)
        return DigitReader(network.eval(), facts["data"], float(facts["accuracy"]), facts["is_stand_in"] == "1")
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError):
        return None
