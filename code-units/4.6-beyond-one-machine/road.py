"""The road of 4.6.5, measured: one row of road.json per recipe and seed.

    python road.py --missing            # every row that is not there yet, the cheap ones first
    python road.py --missing --only "the road: 3"
    python road.py --list               # what is there, what is missing
    python road.py --trial "60 seconds" --seed 1 --set peak=0.006 --set epochs=12

A trial looks at the validation images alone and goes to road-trials.json: choices belong there. A
row opens the test set once, after its training, and stays. Run from the repository's root or from this
folder; OMP_NUM_THREADS sets the number of threads. A row is written as soon as it is measured, so the run
can be stopped at any time. `seconds` are those of the clock, `cpu_seconds` of the processor.
`quiet_seconds` estimate a machine that does nothing else: the number of steps times the seconds that one
step in ten stays below. `load` is how many programs wanted a processor at the end of the run. Several runs
at a time may write to one table: a lock lets one of them through after the other.
"""

import argparse
import datetime
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from filelock import FileLock
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from helpers.augment import distort
from helpers.data import load_dataset
from helpers.data.sources import cache_folder
from helpers.environment import get_device, set_seed
from helpers.evaluation import accuracy, count_parameters
from helpers.machine import machine_name

HERE = Path(__file__).resolve().parent
ROWS, TRIALS = HERE / "road.json", HERE / "road-trials.json"
OUTPUTS = cache_folder() / "road"  # probabilities of the members of ensembles
SEEDS = (1, 2, 3)
MORE_SEEDS = (1, 2, 3, 4, 5, 6)  # for the steps of the road: short runs with small differences
VALIDATION = 5_000  # the last of the training images
CHUNK = 256  # images deformed at a time: their grids stay in the processor's cache


@dataclass(frozen=True)
class Reading:
    """How answers are read off one training: with which weights, and how many shifted views of each image."""

    average: bool = False
    views: int = 1


@dataclass(frozen=True)
class Recipe:
    """A network, and how it is trained.

    Attributes:
        dropout: share of hidden units that are silenced.
        noise: standard deviation of the Gaussian noise on the (normalised) inputs and before each activation.
        deform: keyword arguments of `helpers.augment.distort`; empty: the images as they are.
        ema: decay of the running mean of the weights, 0 for none.
        one_cycle: AdamW in one cycle with this peak; otherwise Adam at this rate throughout.
        readings: by row name; by default one row with the last weights.
    """

    name: str
    hidden: tuple[int, ...]
    epochs: int
    data: str = "mnist"
    batch_size: int = 128
    peak: float = 0.001
    one_cycle: bool = False
    weight_decay: float = 0.01
    dropout: float = 0.0
    smoothing: float = 0.0
    batch_norm: bool = False
    noise: float = 0.0
    deform: dict[str, float] = field(default_factory=dict)
    flip: bool = False
    ema: float = 0.0
    half: bool = True  # matrix products in bfloat16
    gpu: bool = False  # too long for a processor: measured where there is a graphics card
    readings: dict[str, Reading] = field(default_factory=dict)

    def rows(self) -> dict[str, Reading]:
        return self.readings or {self.name: Reading()}


SHIFT = {"shift": 1.0}
AFFINE = {"degrees": 10.0, "scale": 0.1, "shift": 1.5, "shear": 8.0}
BOTH = {
    "degrees": 8.0,
    "scale": 0.08,
    "shift": 1.5,
    "shear": 6.0,
    "strength": 1.0,
    "smoothness": 4.0,
}
CYCLE = {"one_cycle": True, "batch_size": 256}


def the_road() -> list[Recipe]:
    """The steps at one small budget, one after the other.

    Step 4 also changes Adam for AdamW, and a rate of 0.001 for a peak of 0.005; step 6 takes turning,
    stretching and slanting back by a fifth or a quarter, to make room for the elastic moves.
    """
    steps = [Recipe("the road: 0 baseline", (128, 64), epochs=6, batch_size=256)]
    changes = [
        ("1 width", {"hidden": (256, 128)}),
        ("2 dropout", {"dropout": 0.1}),
        ("3 label smoothing", {"smoothing": 0.1}),
        ("4 one cycle", {"one_cycle": True, "peak": 0.005}),
        ("5 affine", {"deform": AFFINE}),
        ("6 elastic", {"deform": BOTH, "ema": 0.99}),
    ]
    for name, change in changes:
        steps.append(replace(steps[-1], name=f"the road: {name}", **change))
    readings = {
        "the road: 6 elastic": Reading(),
        "the road: 7 weight averaging": Reading(average=True),
        "the road: 8 nine views": Reading(average=True, views=9),
    }
    steps[-1] = replace(steps[-1], readings=readings)
    return steps


def without_restraint() -> list[Recipe]:
    """Steps 5 and 6 of the road without dropout and label smoothing: do they stand in each other's way?"""
    affine = replace(
        next(step for step in the_road() if step.name == "the road: 5 affine"),
        name="six epochs, affine, no dropout or smoothing",
        dropout=0.0,
        smoothing=0.0,
    )
    return [
        affine,
        replace(affine, name="six epochs, elastic, no dropout or smoothing", deform=BOTH),
    ]


def the_marks() -> list[Recipe]:
    """One model each, for a time or a rule, the cheap ones first."""
    fashion = Recipe(
        "Fashion, plain",
        (512, 256),
        12,
        "fashion-mnist",
        peak=0.002,
        dropout=0.2,
        smoothing=0.1,
        **CYCLE,
    )
    free = Recipe(
        "permutation-invariant",
        (1024, 512, 256),
        25,
        peak=0.003,
        batch_norm=True,
        noise=0.3,
        **CYCLE,
    )
    long = Recipe("ten minutes", (1024, 512), 100, peak=0.004, deform=BOTH, ema=0.999, **CYCLE)
    return [
        Recipe("60 seconds", (512, 256), 20, peak=0.004, deform=BOTH, **CYCLE),
        Recipe("60 seconds, affine alone", (512, 256), 20, peak=0.004, deform=AFFINE, **CYCLE),
        free,
        fashion,
        replace(free, name="permutation-invariant, longer", epochs=80, smoothing=0.1),
        replace(fashion, name="Fashion, plain, longer", epochs=30, dropout=0.3),
        replace(
            fashion,
            name="Fashion, augmented",
            epochs=25,
            dropout=0.1,
            deform=SHIFT | {"scale": 0.05},
            flip=True,
        ),
        replace(
            fashion,
            name="Fashion, mirrored, longer",
            hidden=(1024, 512),
            epochs=60,
            dropout=0.3,
            flip=True,
        ),
        replace(
            long,
            readings={
                "ten minutes": Reading(),
                "ten minutes, nine views": Reading(average=True, views=9),
            },
        ),
    ]


def for_a_gpu() -> Recipe:
    """A wider network, and as many deformed copies as Cireşan's had: about a thousand per image."""
    readings = {
        "GPU: one model": Reading(average=True),
        "GPU: nine views": Reading(average=True, views=9),
    }
    amounts = {"batch_size": 1024, "peak": 0.003, "dropout": 0.1, "deform": BOTH, "ema": 0.999}
    return Recipe("GPU", (2500, 1500), 1000, one_cycle=True, gpu=True, readings=readings, **amounts)


RECIPES = [
    Recipe("3 seconds", (256, 128), epochs=4, peak=0.005, deform=SHIFT, **CYCLE),
    *the_road(),
    *without_restraint(),
    *the_marks(),
    for_a_gpu(),
]
ENSEMBLES = {  # name: (its members, how many)
    "the road: 9 three together": ("the road: 8 nine views", 3),
    "60 seconds, three together": ("60 seconds", 3),
    "permutation-invariant, three together": ("permutation-invariant", 3),
    "ten minutes, three together": ("ten minutes, nine views", 3),
    "GPU: seven together": ("GPU: nine views", 7),
}


# The network and its training


class Noise(nn.Module):
    """Adds Gaussian noise while training; (batch, ...) -> the same."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        return x + self.std * torch.randn_like(x) if self.training else x


def make_network(recipe: Recipe) -> nn.Sequential:
    """(batch, 784) -> (batch, 10)."""
    layers: list[nn.Module] = [Noise(recipe.noise)] if recipe.noise else []
    size = 784
    for units in recipe.hidden:
        layers.append(nn.Linear(size, units))
        if recipe.batch_norm:
            layers.append(nn.BatchNorm1d(units))
        if recipe.noise:
            layers.append(Noise(recipe.noise))
        layers.append(nn.ReLU())
        if recipe.dropout:
            layers.append(nn.Dropout(recipe.dropout))
        size = units
    return nn.Sequential(*layers, nn.Linear(size, 10))


@dataclass(frozen=True)
class Images:
    """Pixels from 0 to 1 in three parts, (N, 784) each, with the training part's mean and spread."""

    train: tuple[Tensor, Tensor]
    valid: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]
    mean: float
    std: float

    @classmethod
    def load(cls, name: str, device: torch.device) -> "Images":
        data = load_dataset(name, verbose=False)
        if data.is_stand_in:
            raise SystemExit(f"road.py: the real {name} cannot be had, and stand-ins prove nothing")
        X = data.train_images.flatten(1).to(device).float() / 255
        y = data.train_labels.to(device)
        test = data.test_images.flatten(1).to(device).float() / 255, data.test_labels.to(device)
        cut = len(X) - VALIDATION
        std, mean = torch.std_mean(X[:cut])
        return cls((X[:cut], y[:cut]), (X[cut:], y[cut:]), test, mean.item(), std.item())

    def normalise(self, X: Tensor) -> Tensor:
        return (X - self.mean) / self.std


def batches(
    recipe: Recipe, images: Images, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch: shuffled, deformed, normalised; a short last batch is left out."""
    X, y = images.train
    order = torch.randperm(len(X), generator=generator, device=X.device)
    for rows in order.split(recipe.batch_size)[: len(X) // recipe.batch_size]:
        batch = X[rows]
        if recipe.deform:
            parts = batch.split(CHUNK) if X.device.type == "cpu" else [batch]
            batch = torch.cat(
                [distort(part, **recipe.deform, generator=generator) for part in parts]
            )
        if recipe.flip:
            flipped = torch.rand(len(batch), 1, generator=generator, device=X.device) < 0.5
            batch = torch.where(flipped, batch.view(-1, 28, 28).flip(2).flatten(1), batch)
        yield images.normalise(batch), y[rows]


def train(
    recipe: Recipe, images: Images, seed: int
) -> tuple[nn.Module, nn.Module | None, list[float]]:
    """The network with its last weights, the one with their running mean, and each step's seconds."""
    set_seed(seed)
    device = images.train[0].device
    generator = torch.Generator(device).manual_seed(seed)
    model = make_network(recipe).to(device)
    averaged = None
    if recipe.ema:
        averaged = AveragedModel(
            model, multi_avg_fn=get_ema_multi_avg_fn(recipe.ema), use_buffers=True
        )
    steps = recipe.epochs * (len(images.train[0]) // recipe.batch_size)
    if recipe.one_cycle:
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=recipe.peak, weight_decay=recipe.weight_decay, fused=True
        )
        scheduler = OneCycleLR(optimizer, recipe.peak, total_steps=steps)
    else:
        optimizer, scheduler = (
            torch.optim.Adam(model.parameters(), lr=recipe.peak, fused=True),
            None,
        )
    tick = time.process_time if device.type == "cpu" else time.perf_counter
    clock = [tick()]
    for _ in range(recipe.epochs):
        for X, y in batches(recipe, images, generator):
            with torch.autocast(device.type, torch.bfloat16, enabled=recipe.half):
                logits = model(X)
            loss = F.cross_entropy(logits.float(), y, label_smoothing=recipe.smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            if averaged:
                averaged.update_parameters(model)
            clock.append(tick())
    return model, averaged, [after - before for before, after in pairwise(clock)]


# Answers


def shifted_views(X: Tensor, views: int) -> Iterator[Tensor]:
    """The images, moved by -1, 0 and 1 pixels each way if nine views are wanted; (N, 784) each."""
    if views == 1:
        yield X
        return
    framed = F.pad(X.view(-1, 28, 28), (1, 1, 1, 1))
    for down in range(3):
        for right in range(3):
            yield framed[:, down : down + 28, right : right + 28].flatten(1)


@torch.no_grad()
def probabilities(model: nn.Module, images: Images, X: Tensor, views: int = 1) -> Tensor:
    """Mean over the views of the softmax, (N, 10), on the CPU."""
    model.eval()
    total = sum(model(images.normalise(view)).softmax(dim=1) for view in shifted_views(X, views))
    return (total / views).cpu()


def score(shares: Tensor, labels: Tensor) -> float:
    """Share of right answers, to one in a hundred thousand."""
    return round(accuracy(shares, labels.cpu()), 5)


def errors(shares: Tensor, labels: Tensor) -> list[list[int]]:
    """Place and answer of each wrong one."""
    answers = shares.argmax(dim=1)
    wrong = (answers != labels.cpu()).nonzero().flatten()
    return [[int(place), int(answers[place])] for place in wrong]


# The table


def read(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def write(path: Path, rows: list[dict]) -> None:
    """One row per line; a new file takes the place of the old one only when it is whole."""
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(path)


def append(path: Path, row: dict, *, once: bool = False) -> None:
    """Add a row to a table that others may be adding to; with `once`, only if its seed is not there yet."""
    OUTPUTS.mkdir(parents=True, exist_ok=True)
    with FileLock(OUTPUTS / f"{path.name}.lock"):
        rows = read(path)
        if once and any(all(old[key] == row[key] for key in ("recipe", "seed")) for old in rows):
            print(f"{row['recipe']}, seed {row['seed']}: another run was first, its row stays")
            return
        write(path, [*rows, row])


def measure(recipe: Recipe, images: Images, seed: int) -> tuple[dict, nn.Module, nn.Module | None]:
    """Train once: what all rows of this training have in common, and the two networks."""
    device = images.train[0].device
    wall, cpu = time.perf_counter(), time.process_time()
    model, averaged, steps = train(recipe, images, seed)
    if device.type == "cuda":
        torch.cuda.synchronize()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    common = {
        "seed": seed,
        "data": recipe.data,
        "parameters": count_parameters(model),
        "epochs": recipe.epochs,
        "seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "quiet_seconds": round(len(steps) * sorted(steps)[len(steps) // 10], 1),
        "threads": torch.get_num_threads(),
        "device": device.type,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "machine": machine_name(device),
        "torch": torch.__version__,
        "date": datetime.date.today().isoformat(),
    }
    return common, model, averaged


def outputs_of(name: str, seed: int) -> Path:
    return OUTPUTS / f"{name.replace(' ', '-').replace(':', '').replace(',', '')}-{seed}.pt"


def add_rows(recipe: Recipe, seed: int, images: Images) -> None:
    """Train, open the test set once per reading, and store."""
    common, model, averaged = measure(recipe, images, seed)
    settings = {
        key: value
        for key, value in asdict(recipe).items()
        if key not in ("name", "readings", "data", "epochs")
    }
    for name, reading in recipe.rows().items():
        network = averaged if reading.average else model
        valid = probabilities(network, images, images.valid[0], reading.views)
        test = probabilities(network, images, images.test[0], reading.views)
        OUTPUTS.mkdir(parents=True, exist_ok=True)
        torch.save((valid, test), outputs_of(name, seed))
        store(name, common, valid, test, images, settings | asdict(reading))


def members_of(member: str, count: int) -> list[dict]:
    """The rows of the first seeds, as many as there are; none if they are fewer."""
    found = sorted(
        (row for row in read(ROWS) if row["recipe"] == member), key=lambda row: row["seed"]
    )
    return found[:count] if len(found) >= count else []


def add_ensemble(name: str, members: list[dict], images: Images) -> None:
    """The mean of the members' probabilities, from their stored outputs."""
    member = members[0]["recipe"]
    outputs = [torch.load(outputs_of(member, row["seed"]), weights_only=True) for row in members]
    valid, test = (torch.stack(part).mean(dim=0) for part in zip(*outputs, strict=True))
    sums = {
        key: round(sum(row[key] for row in members), 1)
        for key in ("seconds", "cpu_seconds", "quiet_seconds", "parameters")
    }
    common = members[0] | sums | {"seed": 0}
    store(name, common, valid, test, images, {"members": len(members), "member": member})


def store(
    name: str, common: dict, valid: Tensor, test: Tensor, images: Images, settings: dict
) -> None:
    row = {"recipe": name} | {
        key: value for key, value in common.items() if key not in ("recipe", "valid", "test")
    }
    row |= {
        "valid": score(valid, images.valid[1]),
        "test": score(test, images.test[1]),
        "settings": settings,
        "wrong": errors(test, images.test[1]),
    }
    append(ROWS, row, once=True)
    print(f"{name}, seed {row['seed']}: valid {row['valid']:.2%}, test {row['test']:.2%}", end=", ")
    print(
        f"{row['quiet_seconds']} s if quiet, {row['cpu_seconds']} s of processor time, {row['seconds']} s",
        flush=True,
    )


def print_marks(rows: list[dict]) -> None:
    """Size, budget and scores beside the road; seconds of the processor, or of the clock on a GPU."""
    print(f"{'':38}{'weights':>11}{'epochs':>7}{'seconds':>9}   test accuracy (%), by seed")
    names = dict.fromkeys(row["recipe"] for row in rows)
    for name in (name for name in names if not name.startswith(("the road", "six epochs"))):
        runs = [row for row in rows if row["recipe"] == name]
        clock = "seconds" if runs[0].get("device") == "cuda" else "cpu_seconds"
        seconds = sum(row[clock] for row in runs) / len(runs)
        scores = " ".join(f"{100 * row['test']:.2f}" for row in runs)
        print(f"{name:38}{runs[0]['parameters']:11,}{runs[0]['epochs']:7}{seconds:9.0f}   {scores}")
    for name in sorted({row["machine"] for row in rows}):
        print("measured on:", name)


def seeds_of(recipe: Recipe) -> tuple[int, ...]:
    if recipe.gpu:
        return tuple(range(1, 8))
    return MORE_SEEDS if recipe in [*the_road(), *without_restraint()] else SEEDS


def missing(only: str, seeds: Sequence[int] | None = None) -> list[tuple[Recipe, int]]:
    """Trainings of which a row is not there yet: all recipes with the first seed, and so on."""
    there = {(row["recipe"], row["seed"]) for row in read(ROWS)}
    on_gpu = get_device().type == "cuda"
    wanted = [
        (recipe, seed)
        for seed in seeds or range(1, 8)
        for recipe in RECIPES
        if seed in seeds_of(recipe)
    ]
    return [
        (recipe, seed)
        for recipe, seed in wanted
        if only in recipe.name
        and recipe.gpu == on_gpu
        and not all((name, seed) in there for name in recipe.rows())
    ]


def run_missing(only: str, seeds: Sequence[int] | None) -> None:
    """All rows that are not there, then the ensembles whose members are."""
    device, loaded = get_device(), {}
    for recipe, seed in missing(only, seeds):
        if recipe.data not in loaded:
            loaded[recipe.data] = Images.load(recipe.data, device)
        add_rows(recipe, seed, loaded[recipe.data])
    for name, (member, count) in ENSEMBLES.items():
        members = members_of(member, count)
        stored = all(outputs_of(member, row["seed"]).exists() for row in members)
        if members and stored and not any(row["recipe"] == name for row in read(ROWS)):
            add_ensemble(name, members, Images.load("mnist", device))


def run_trial(recipe: Recipe, seed: int, changes: dict) -> None:
    """Train with these changes, look at the validation images, and note the result among the trials."""
    recipe = replace(recipe, **changes)
    images = Images.load(recipe.data, get_device())
    common, model, averaged = measure(recipe, images, seed)
    for name, reading in recipe.rows().items():
        network = averaged if reading.average else model
        valid = probabilities(network, images, images.valid[0], reading.views)
        row = {"recipe": name} | common
        row |= {"changes": changes, "valid": score(valid, images.valid[1])}
        append(TRIALS, row)
        print(f"trial {name} {changes}: valid {row['valid']:.2%}", end=", ")
        print(f"{common['cpu_seconds']} s of processor time", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--missing", action="store_true", help="measure the rows that are not there"
    )
    parser.add_argument("--only", default="", help="recipes whose name contains this")
    parser.add_argument("--seeds", type=int, nargs="+", help="by default all")
    parser.add_argument("--list", action="store_true", help="say what is there and what is missing")
    parser.add_argument("--trial", help="name of a recipe to try on the validation images")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=JSON", help="a change for the trial"
    )
    options = parser.parse_args()
    if options.trial:
        changes = {
            key: json.loads(value) for key, value in (item.split("=", 1) for item in options.set)
        }
        run_trial(
            next(recipe for recipe in RECIPES if recipe.name == options.trial),
            options.seed,
            changes,
        )
    if options.missing:
        run_missing(options.only, options.seeds)
    if options.list:
        for row in read(ROWS):
            print(
                f"{row['recipe']}, seed {row['seed']}: valid {row['valid']:.2%}, test {row['test']:.2%}"
            )
        print(
            "missing:",
            *(f"{recipe.name} ({seed})" for recipe, seed in missing(options.only)),
            sep="\n  ",
        )


if __name__ == "__main__":
    main()
