"""A checkpoint from which training goes on bit for bit: all that has a memory, in one file that is never half written.

For the student who wants to see what a checkpoint has to hold. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


def save_checkpoint(
    path: Path | str,
    *,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    scheduler: LRScheduler | None = None,
    epoch: int,
    generators: Sequence[torch.Generator] = (),
) -> None:
    """Save a training between two epochs, with the states of all random numbers.

    The file appears under its name only when it is whole: whoever stops the program in the middle of this call leaves
    the old file as it was (and perhaps half a file named `<path>.part`, which the next call overwrites). One process
    writes: with several of them, the one of rank 0.

    Args:
        path: file to write, usually with the ending `.pt`; its folder exists.
        model: saved as `state_dict()`. Of a model wrapped in `DistributedDataParallel`, pass `model.module`.
        optimizer: its running means, rates and counts, if there is one.
        scheduler: its count of steps, if there is one.
        epoch: how many epochs are done; counted from 0, this is also the number of the next one.
        generators: those of the loaders, or any others beside the global ones of torch, NumPy and Python, which are
            saved as well.

    Raises:
        OSError: the folder is not there, or the disk is full.
        ValueError: something is neither a tensor nor a plain value, such as a rate or an epoch made by NumPy, so that
            the file could not be loaded. The old file stays.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "checkpoint.pt"
        >>> save_checkpoint(path, model=nn.Linear(2, 1), epoch=3)
        >>> load_checkpoint(path, model=nn.Linear(2, 1))
        3

    Source: PyTorch, "Saving and loading models" and "Reproducibility"; the random states and the atomic writing are
        not in the first of them.
    """
    saved = {
        "epoch": epoch,
        "model": model.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "generators": [generator.get_state() for generator in generators],
        "random": _random_states(),
    }
    _save_whole(saved, Path(path))


def load_checkpoint(
    path: Path | str,
    *,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    scheduler: LRScheduler | None = None,
    generators: Sequence[torch.Generator] = (),
) -> int:
    """Bring a training into the state that was saved: objects are filled in place, global random states are set.

    Nothing is changed if the file does not fit the objects by kind and number; no code from the file is run
    (`weights_only=True`). Load last, right before the training goes on: what draws random numbers after it changes
    them. Settings of the process (`set_seed`'s flushing of denormal numbers, the number of threads) are no part of a
    checkpoint: a new process makes them itself, before it loads.

    Args:
        path: a file of `save_checkpoint`.
        model: of the same layers as the one that was saved; on any device.
        optimizer: over the same parameters, if one was saved.
        scheduler: of the same kind, on this optimizer, if one was saved.
        generators: as many as were saved, in the same order.

    Returns:
        The epoch to go on with: `for epoch in range(load_checkpoint(...), num_epochs)`.

    Raises:
        ValueError: the file is none of `save_checkpoint`; or it holds an optimizer, scheduler or generators and none
            was passed, or the other way round; or the optimizer has other parameter groups (the model is filled by
            then).
        FileNotFoundError: there is no such file.
        pickle.UnpicklingError: the file holds more than tensors and plain values.
        RuntimeError: the model has other layers (those that fit are filled), or the file is cut off. Depending on
            where it was cut, that is an EOFError or OSError instead.
    """
    saved = torch.load(path, map_location="cpu", weights_only=True)
    _check_content(saved, Path(path).name)
    parts = {"optimizer": optimizer, "scheduler": scheduler}
    for name, part in parts.items():
        if (saved[name] is None) != (part is None):
            holds, passed = ("no", "one") if saved[name] is None else ("a saved", "none")
            raise ValueError(f"{Path(path).name} holds {holds} {name}, and {passed} was passed")
    if len(saved["generators"]) != len(generators):
        raise ValueError(
            f"{Path(path).name} holds the states of {len(saved['generators'])} generators, got {len(generators)}: "
            "pass as many as were saved, in the same order"
        )
    model.load_state_dict(saved["model"])
    for name, part in parts.items():
        if part is not None:
            part.load_state_dict(saved[name])
    for generator, state in zip(generators, saved["generators"], strict=True):
        generator.set_state(state)
    _set_random_states(saved["random"])
    return saved["epoch"]


def _check_content(saved: Any, name: str) -> None:
    """Refuse what `save_checkpoint` has not written, and say what it is."""
    if not isinstance(saved, dict):
        raise ValueError(f"{name} is not a file of save_checkpoint: it holds a {type(saved).__name__}")
    if not {"epoch", "model", "optimizer", "scheduler", "generators", "random"} <= set(saved):
        held = ", ".join(map(str, list(saved)[:5]))
        raise ValueError(f"{name} is not a file of save_checkpoint: it holds {held}")


def _random_states() -> dict[str, Any]:
    """The states of the global generators, as tensors and plain values, which `weights_only` loading accepts."""
    kind, keys, *rest = np.random.get_state()
    states = {"torch": torch.get_rng_state(), "numpy": (kind, keys.tolist(), *rest), "python": random.getstate()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def _set_random_states(states: dict[str, Any]) -> None:
    """Set the global generators; those of an accelerator only where this machine has as many as were saved."""
    torch.set_rng_state(states["torch"])
    np.random.set_state(states["numpy"])
    random.setstate(states["python"])
    if torch.cuda.is_available() and len(states.get("cuda", ())) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(states["cuda"])
    if torch.backends.mps.is_available() and "mps" in states:
        torch.mps.set_rng_state(states["mps"])


def _save_whole(saved: dict[str, Any], path: Path) -> None:
    """Write beside the file, then put the new one in its place: `os.replace` does so in one step."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb") as file:
            torch.save(saved, file)
            file.flush()
            os.fsync(file.fileno())  # on the disk, not in a buffer: else a power cut may leave an empty file behind
        if names := torch.serialization.get_unsafe_globals_in_checkpoint(part):  # reads no tensor
            raise ValueError(
                f"a checkpoint holds tensors and plain values, got something made by {', '.join(sorted(names))}: "
                "use float(…), int(…) or .tolist()"
            )
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
