"""Time an all-reduce over several sizes, and the steps of two networks; for 4.6.4.

    torchrun --standalone --nproc-per-node 2 time_all_reduce.py --out times.json

All processes take part; rank 0 writes the file: seconds per repetition, so that medians and spreads
can be taken later.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn

SIZES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000]  # floats


def make_model(hidden: int) -> nn.Sequential:
    """784-hidden-hidden-10, with ReLUs."""
    first, second, last = nn.Linear(784, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 10)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last)


def seconds_of(work: Callable[[], object], repeats: int) -> list[float]:
    """How long each repetition takes, after two to warm up; all begin each one together."""
    times = []
    for _ in range(repeats + 2):
        if dist.is_initialized():
            dist.barrier()
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return times[2:]


def compute_seconds(hidden: int, batch: int, repeats: int) -> list[float]:
    """Forward, backward and step of a network on one batch, without any communication."""
    model = make_model(hidden)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x, y = torch.rand(batch, 784), torch.arange(batch) % 10

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    return seconds_of(step, repeats)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--repeats", type=int, default=9)
    args = parser.parse_args(arguments)
    if "RANK" in os.environ:
        dist.init_process_group("gloo")
    rank = dist.get_rank() if dist.is_initialized() else 0
    reduces = {}
    if dist.is_initialized():
        for size in [size for size in SIZES if size <= args.largest]:
            tensor = torch.zeros(size)
            repeats = args.repeats * (
                5 if size <= 100_000 else 1
            )  # short ones are cheap, and scatter more
            reduces[size] = seconds_of(lambda tensor=tensor: dist.all_reduce(tensor), repeats)
    computes = {hidden: compute_seconds(hidden, 64, args.repeats) for hidden in (64, 1024)}
    if rank == 0:
        args.out.write_text(json.dumps({"all_reduce": reduces, "step": computes}))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
