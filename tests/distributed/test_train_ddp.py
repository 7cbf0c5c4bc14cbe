"""train_ddp.py of 4.6.3: the same weights on one process and on two, and after a worker was killed.

The processes are real, and talk over the loopback network of this machine. Most of the time goes into their start, so
two of these runs serve all tests. What is done without a second process is tested without one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from helpers.launch import load_script, torchrun

if not (dist.is_available() and dist.is_gloo_available()):
    pytest.skip("this PyTorch has no gloo, with which processes talk", allow_module_level=True)

EPOCHS = 4
SECONDS = 150


train_ddp = load_script("train_ddp.py")


def train_here(folder: Path, *options: str, epochs: int = EPOCHS) -> torch.Tensor:
    """The trained weights of one process, this one."""
    with torch.random.fork_rng():
        model = train_ddp.main(["--checkpoints", str(folder), "--epochs", str(epochs), *options])
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach()


def weights_in(folder: Path) -> torch.Tensor:
    """The weights of a folder's checkpoint."""
    saved = torch.load(folder / "checkpoint.pt", weights_only=True)
    return torch.cat([value.flatten() for value in saved["model"].values()])


def train_on_two(folder: Path, *options: str, max_restarts: int = 0) -> list[str]:
    """What two processes print, each of which takes its share of a batch in two parts."""
    arguments = "--checkpoints", str(folder), "--epochs", str(EPOCHS), "--accumulate", "2", *options
    return torchrun(
        Path(train_ddp.__file__), *arguments, processes=2, max_restarts=max_restarts, seconds=SECONDS
    ).splitlines()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two processes that nobody disturbed."""
    folder = tmp_path_factory.mktemp("two")
    lines = train_on_two(folder)
    assert [line.split(":")[0] for line in lines] == [f"epoch {epoch}" for epoch in range(1, EPOCHS + 1)]
    return folder


def test_two_processes_follow_the_weights_of_one(tmp_path: Path, two: Path) -> None:
    one = train_here(tmp_path / "one")
    assert (weights_in(two) - one).abs().max() < 1e-5
    start = train_ddp.main(["--checkpoints", str(tmp_path / "none"), "--epochs", "0"])
    moved = one - torch.nn.utils.parameters_to_vector(start.parameters()).detach()
    assert moved.abs().max() > 0.1, "weights that do not move agree, too"


def test_one_process_goes_on_with_what_two_began(tmp_path: Path, two: Path) -> None:
    shutil.copytree(two, tmp_path / "two")
    longer = train_here(tmp_path / "two", epochs=EPOCHS + 2)
    assert (longer - train_here(tmp_path / "one", epochs=EPOCHS + 2)).abs().max() < 1e-5


def test_a_killed_worker_costs_no_more_than_its_epoch(tmp_path: Path, two: Path) -> None:
    lines = train_on_two(tmp_path, "--die-in-epoch", "3", max_restarts=1)
    starts = [line.split(":")[0] for line in lines]
    assert starts == ["epoch 1", "epoch 2", "goes on after epoch 2 (restart 1)", "epoch 3", "epoch 4"]
    assert torch.equal(weights_in(tmp_path), weights_in(two))


def test_a_run_that_goes_on_draws_the_masks_of_dropout_that_it_would_have_drawn(tmp_path: Path) -> None:
    whole = train_here(tmp_path / "whole", "--dropout", "0.2")
    train_here(tmp_path / "cut", "--dropout", "0.2", epochs=2)
    assert torch.equal(train_here(tmp_path / "cut", "--dropout", "0.2"), whole)
    assert (train_here(tmp_path / "without") - whole).abs().max() > 1e-3


@pytest.mark.parametrize("parts", [2, 4])
def test_accumulated_steps_follow_the_weights_of_whole_ones(tmp_path: Path, parts: int) -> None:
    whole, in_parts = train_here(tmp_path / "whole"), train_here(tmp_path / "parts", "--accumulate", str(parts))
    assert (whole - in_parts).abs().max() < 1e-5


def test_a_batch_that_does_not_divide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="64 does not divide into 1 processes x 3 parts"):
        train_here(tmp_path, "--accumulate", "3")
