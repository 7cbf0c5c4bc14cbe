"""Checkpoints: training goes on bit for bit, and a save that is cut off leaves the old file whole."""

from __future__ import annotations

import pickle
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

from helpers.checkpoints import load_checkpoint, save_checkpoint
from helpers.environment import set_seed
from helpers.loaders import BatchLoader

X = torch.randn(96, 8, generator=torch.Generator().manual_seed(0))
y = torch.arange(96) % 3

OPTIMIZERS = {
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters, lr=0.01),
    "AdamW, fused": lambda parameters: torch.optim.AdamW(parameters, lr=0.01, fused=True),
}
SCHEDULERS = {
    "one cycle": lambda optimizer: lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=40),
    "milestones": lambda optimizer: lr_scheduler.MultiStepLR(optimizer, [5, 11], gamma=0.3),
    "warm-up, then cosine": lambda optimizer: lr_scheduler.SequentialLR(
        optimizer,
        [lr_scheduler.LinearLR(optimizer, 0.1, total_iters=8), lr_scheduler.CosineAnnealingLR(optimizer, 16)],
        milestones=[8],
    ),
}


class Run:
    """A small training that draws from torch (dropout), NumPy (noise), Python (flips) and a loader's generator."""

    def __init__(self, seed: int, optimizer: str = "AdamW", scheduler: str = "one cycle", loader: str = "batch"):
        set_seed(seed)
        layers = nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
        self.model = nn.Sequential(*layers)
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())
        self.scheduler = SCHEDULERS[scheduler](self.optimizer)
        self.generator = torch.Generator().manual_seed(seed)
        options = dict(batch_size=24, shuffle=True, generator=self.generator)
        data = torch.utils.data.TensorDataset(X, y)
        self.loader = (
            BatchLoader(X, y, **options) if loader == "batch" else torch.utils.data.DataLoader(data, **options)
        )

    def parts(self) -> dict:
        return dict(model=self.model, optimizer=self.optimizer, scheduler=self.scheduler, generators=[self.generator])

    def train(self, epochs: range) -> list[float]:
        losses = []
        for _ in epochs:
            for x, labels in self.loader:
                noise = torch.from_numpy(np.random.normal(scale=0.1, size=x.shape)).float()
                sign = random.choice((-1, 1))
                loss = F.cross_entropy(self.model(sign * (x + noise)), labels)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                self.scheduler.step()
                losses.append(loss.item())
        return losses


@pytest.mark.parametrize("loader", ["batch", "torch"])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_resumed_training_equals_uninterrupted_training_bit_for_bit(
    optimizer: str, scheduler: str, loader: str, tmp_path: Path
) -> None:
    kinds = dict(optimizer=optimizer, scheduler=scheduler, loader=loader)
    whole = Run(1, **kinds)
    whole_losses = whole.train(range(6))
    first = Run(1, **kinds)
    first.train(range(3))
    save_checkpoint(tmp_path / "run.pt", **first.parts(), epoch=3)
    second = Run(2, **kinds)  # another seed: nothing may be left of it
    start = load_checkpoint(tmp_path / "run.pt", **second.parts())
    assert start == 3
    assert second.train(range(start, 6)) == whole_losses[12:]
    end = whole.model.state_dict()
    assert all(torch.equal(end[name], value) for name, value in second.model.state_dict().items())


@pytest.mark.parametrize("source", ["torch", "numpy", "python"])
def test_without_one_random_state_training_goes_another_way(source: str, tmp_path: Path) -> None:
    whole = Run(1)
    whole_losses = whole.train(range(4))
    first = Run(1)
    first.train(range(2))
    save_checkpoint(tmp_path / "run.pt", **first.parts(), epoch=2)
    second = Run(2)
    load_checkpoint(tmp_path / "run.pt", **second.parts())
    {"torch": torch.manual_seed, "numpy": np.random.seed, "python": random.seed}[source](7)
    assert second.train(range(2, 4)) != whole_losses[8:]


def test_saving_changes_nothing(tmp_path: Path) -> None:
    quiet = Run(1)
    losses = quiet.train(range(2))
    saving = Run(1)
    first = saving.train(range(1))
    save_checkpoint(tmp_path / "run.pt", **saving.parts(), epoch=1)
    assert first + saving.train(range(1, 2)) == losses


def test_another_process_goes_on_bit_for_bit(tmp_path: Path) -> None:
    whole = Run(1)
    whole.train(range(4))
    first = Run(1)
    first.train(range(2))
    save_checkpoint(tmp_path / "run.pt", **first.parts(), epoch=2)
    program = f"""
import torch
from helpers.checkpoints import load_checkpoint
from tests.helpers.test_checkpoints import Run
torch.set_num_threads({torch.get_num_threads()})
run = Run(3)
run.train(range(load_checkpoint("run.pt", **run.parts()), 4))
torch.save(run.model.state_dict(), "end.pt")
"""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{program}"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    end = torch.load(tmp_path / "end.pt", weights_only=True)
    assert all(torch.equal(end[name], value) for name, value in whole.model.state_dict().items())


KILLED = """
import os, signal, sys, torch
from torch import nn
from helpers.checkpoints import save_checkpoint
whole_save = torch.save
def die_halfway(saved, file):
    import io
    buffer = io.BytesIO()
    whole_save(saved, buffer)
    file.write(buffer.getvalue()[: buffer.tell() // 2])
    file.flush()
    print("halfway", flush=True)
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
torch.save = die_halfway
save_checkpoint("run.pt", model=nn.Linear(8, 8), epoch=2)
"""


def test_save_that_is_killed_in_the_middle_leaves_the_old_file_whole(tmp_path: Path) -> None:
    torch.manual_seed(1)
    old, new = nn.Linear(8, 8), nn.Linear(8, 8)
    save_checkpoint(tmp_path / "run.pt", model=old, epoch=1)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{KILLED}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout == "halfway\n" and done.returncode != 0
    if hasattr(signal, "SIGKILL"):
        assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "run.pt.part").stat().st_size > 0
    assert load_checkpoint(tmp_path / "run.pt", model=new) == 1
    assert torch.equal(new.weight, old.weight)
    save_checkpoint(tmp_path / "run.pt", model=old, epoch=5)  # what is left over is in nobody's way
    assert load_checkpoint(tmp_path / "run.pt", model=new) == 5
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]


def test_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_checkpoint(tmp_path / "run.pt", model=nn.Linear(2, 2), epoch=1)

    def disk_is_full(saved: object, file: object) -> None:
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", disk_is_full)
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(tmp_path / "run.pt", model=nn.Linear(2, 2), epoch=2)
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]
    assert load_checkpoint(tmp_path / "run.pt", model=nn.Linear(2, 2)) == 1


def test_file_that_holds_code_is_refused_and_not_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return Path.touch, (tmp_path / "was run",)

    torch.save({"model": Trap()}, tmp_path / "run.pt")
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        load_checkpoint(tmp_path / "run.pt", model=nn.Linear(2, 2))
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("optimizer", "holds a saved optimizer, and none was passed"),
        ("scheduler", "holds a saved scheduler, and none was passed"),
        ("generators", "holds the states of 1 generators, got 0"),
    ],
)
def test_part_that_was_not_passed_is_named_and_nothing_changed(left_out: str, message: str, tmp_path: Path) -> None:
    saved, other = Run(1), Run(2)
    save_checkpoint(tmp_path / "run.pt", **saved.parts(), epoch=1)
    before = other.model[0].weight.clone()
    parts = {name: part for name, part in other.parts().items() if name != left_out}
    with pytest.raises(ValueError, match=message):
        load_checkpoint(tmp_path / "run.pt", **parts)
    assert torch.equal(other.model[0].weight, before)


def test_part_that_was_not_saved_is_named(tmp_path: Path) -> None:
    run = Run(1)
    save_checkpoint(tmp_path / "run.pt", model=run.model, epoch=1)
    with pytest.raises(ValueError, match="holds no optimizer, and one was passed"):
        load_checkpoint(tmp_path / "run.pt", model=run.model, optimizer=run.optimizer)


@pytest.mark.parametrize("part", ["rate", "epoch"])
def test_value_that_could_not_be_loaded_is_named_before_the_old_file_goes(part: str, tmp_path: Path) -> None:
    model = nn.Linear(2, 2)
    save_checkpoint(tmp_path / "run.pt", model=model, epoch=1)
    rate = np.logspace(-3, -2, 3)[1] if part == "rate" else 0.1
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    epoch = np.int64(2) if part == "epoch" else 2
    with pytest.raises(ValueError, match=r"made by numpy.*: use float\(…\), int\(…\) or \.tolist\(\)"):
        save_checkpoint(tmp_path / "run.pt", model=model, optimizer=optimizer, epoch=epoch)
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]
    assert load_checkpoint(tmp_path / "run.pt", model=model) == 1


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (nn.Linear(2, 2).state_dict(), "it holds weight, bias$"),
        ({"model": nn.Linear(2, 2).state_dict(), "epoch": 3}, "it holds model, epoch$"),
        (torch.zeros(3), "it holds a Tensor$"),
    ],
)
def test_file_from_elsewhere_is_named_with_what_it_holds(content: object, held: str, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "found.pt")
    with pytest.raises(ValueError, match=f"found.pt is not a file of save_checkpoint: {held}"):
        load_checkpoint(tmp_path / "found.pt", model=nn.Linear(2, 2))


def test_optimizer_with_other_groups_is_refused_when_the_model_is_filled(tmp_path: Path) -> None:
    old, new = nn.Linear(2, 2), nn.Linear(2, 2)
    save_checkpoint(tmp_path / "run.pt", model=old, optimizer=torch.optim.SGD(old.parameters()), epoch=1)
    optimizer = torch.optim.SGD([{"params": [new.weight]}, {"params": [new.bias]}])
    with pytest.raises(ValueError, match="different number of parameter groups"):
        load_checkpoint(tmp_path / "run.pt", model=new, optimizer=optimizer)
    assert torch.equal(new.weight, old.weight)  # as the docstring says
