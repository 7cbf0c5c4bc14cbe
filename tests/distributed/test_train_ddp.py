"""train_ddp.py of 4.6.3: the same weights on one process and on two, and after a worker was killed.

The processes are real, and talk over the loopback network of this machine.
"""

from __future__ import annotations

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
    """What two processes print."""
    arguments = "--checkpoints", str(folder), "--epochs", str(EPOCHS), *options
    return torchrun(
        Path(train_ddp.__file__), *arguments, processes=2, max_restarts=max_restarts, seconds=SECONDS
    ).splitlines()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> torch.Tensor:
    """The weights after two processes that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    lines = train_on_two(folder, "--accumulate", "2", "--dropout", "0.2")
    assert [line.split(":")[0] for line in lines] == [f"epoch {epoch}" for epoch in range(1, EPOCHS + 1)]
    return weights_in(folder)


def test_two_processes_follow_the_weights_of_one(tmp_path: Path) -> None:
    train_on_two(tmp_path / "two")
    one = train_here(tmp_path / "one")
    assert (weights_in(tmp_path / "two") - one).abs().max() < 1e-5
    start = train_ddp.main(["--checkpoints", str(tmp_path / "none"), "--epochs", "0"])
    moved = one - torch.nn.utils.parameters_to_vector(start.parameters()).detach()
    assert moved.abs().max() > 0.1, "weights that do not move agree, too"


@pytest.mark.parametrize("parts", [2, 4])
def test_accumulated_steps_follow_the_weights_of_whole_ones(tmp_path: Path, parts: int) -> None:
    whole, in_parts = train_here(tmp_path / "whole"), train_here(tmp_path / "parts", "--accumulate", str(parts))
    assert (whole - in_parts).abs().max() < 1e-5


def test_dropout_is_where_two_processes_differ_from_one(tmp_path: Path, undisturbed: torch.Tensor) -> None:
    assert (train_here(tmp_path, "--dropout", "0.2") - undisturbed).abs().max() > 1e-3


def test_a_killed_worker_costs_no_more_than_its_epoch(tmp_path: Path, undisturbed: torch.Tensor) -> None:
    options = "--accumulate", "2", "--dropout", "0.2", "--die-in-epoch", "3"
    lines = train_on_two(tmp_path, *options, max_restarts=1)
    starts = [line.split(":")[0] for line in lines]
    assert starts == ["epoch 1", "epoch 2", "goes on after epoch 2 (restart 1)", "epoch 3", "epoch 4"]
    assert torch.equal(weights_in(tmp_path), undisturbed)


def test_without_a_restart_the_run_fails_and_one_process_can_finish_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"SIGKILL|exitcode"):
        train_on_two(tmp_path / "cut", "--die-in-epoch", "3")
    assert (train_here(tmp_path / "cut") - train_here(tmp_path / "one")).abs().max() < 1e-5


def test_a_batch_that_does_not_divide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="64 does not divide into 1 processes x 3 parts"):
        train_here(tmp_path, "--accumulate", "3")
