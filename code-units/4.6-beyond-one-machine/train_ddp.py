"""Train a small reader of digits, on one process or on many. Notebook 4.6.3 goes through it.

    python train_ddp.py --data digits.pt --checkpoints run
    torchrun --standalone --nproc-per-node 2 train_ddp.py --data digits.pt --checkpoints run

`--batch` is the whole batch: all processes and all parts of an accumulated step together. So the
weights do not depend on how many processes share the work. A run that finds a checkpoint in its
folder goes on from there.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from itertools import islice
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from helpers.checkpoints import load_checkpoint, save_checkpoint
from helpers.launch import load_script


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        description="Train a reader of digits, on one process or on many."
    )
    parser.add_argument(
        "--data", type=Path, help="images (N, h, w), uint8, and labels (N,); default: made up"
    )
    parser.add_argument("--checkpoints", type=Path, required=True, help="folder of checkpoint.pt")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64, help="the whole batch, over all processes")
    parser.add_argument(
        "--accumulate", type=int, default=1, help="parts of a step, one after the other"
    )
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--average",
        type=Path,
        help="file with average_gradients(gradients, all_reduce, k), for DDP",
    )
    parser.add_argument(
        "--die-in-epoch", type=int, help="the last process kills itself there, once"
    )
    return parser.parse_args(arguments)


def start() -> tuple[int, int, torch.device]:
    """Join the group that torchrun has prepared: this process's rank, the number of processes, its device."""
    if "RANK" not in os.environ:  # started without torchrun: one process, no group
        return 0, 1, torch.device("cpu")
    device = torch.device("cpu")
    if torch.cuda.is_available():  # one process per GPU
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    if not dist.is_initialized():  # Ray Train has done it before
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=timedelta(seconds=120))
    return dist.get_rank(), dist.get_world_size(), device


def load_digits(path: Path | None, seed: int = 0) -> TensorDataset:
    """Pixels from 0 to 1, float32, (N, inputs), and labels, int64, (N,); made up where no file is named."""
    if path:
        images, labels = torch.load(path, weights_only=True)
        return TensorDataset(images.flatten(1).float() / 255, labels)
    generator = torch.Generator().manual_seed(seed)
    X = torch.rand(520, 64, generator=generator)
    return TensorDataset(X, (X @ torch.randn(64, 10, generator=generator)).argmax(dim=1))


def make_model(inputs: int, hidden: int, dropout: float) -> nn.Sequential:
    """inputs-hidden-10, with a ReLU."""
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 10)
    )


def make_loader(data: TensorDataset, rank: int, k: int, args: argparse.Namespace) -> DataLoader:
    """This process's share of each epoch, in batches of batch / (k * accumulate)."""
    part, rest = divmod(args.batch, k * args.accumulate)
    if rest or not part:
        raise SystemExit(
            f"a batch of {args.batch} does not divide into {k} processes x {args.accumulate} parts"
        )
    sampler = DistributedSampler(data, num_replicas=k, rank=rank, seed=args.seed, drop_last=True)
    return DataLoader(data, batch_size=part, sampler=sampler, drop_last=True)


def backward(model: nn.Module, parts: list[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """Gradients of the mean loss over equal parts, in `grad`; DDP averages at the last part."""
    total = 0.0
    for number, (x, y) in enumerate(parts, start=1):
        waits = number < len(parts) and isinstance(model, DistributedDataParallel)
        with model.no_sync() if waits else nullcontext():
            loss = F.cross_entropy(model(x), y) / len(parts)
            loss.backward()
        total += loss.item()
    return total


def train_epoch(
    model: nn.Module,
    loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    *,
    device: torch.device,
    accumulate: int = 1,
    average: Callable[[], None] = lambda: None,
    die: bool = False,
) -> float:
    """One pass over this process's share; its mean loss."""
    steps = len(loader) // accumulate
    batches = iter(loader)
    losses = []
    for step in range(steps):
        if die and step == steps // 2:
            os.kill(
                os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM)
            )  # no clean-up, as in a power failure
        parts = [(x.to(device), y.to(device)) for x, y in islice(batches, accumulate)]
        optimizer.zero_grad()
        losses.append(backward(model, parts))
        average()
        optimizer.step()
    return sum(losses) / len(losses)


def main(arguments: Sequence[str] | None = None) -> nn.Module:
    """Train, with a checkpoint after each epoch; the model."""
    args = read_arguments(arguments)
    joined_before = dist.is_initialized()
    rank, k, device = start()
    restart = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0))
    torch.manual_seed(args.seed)  # the same first weights everywhere
    data = load_digits(args.data)
    loader = make_loader(data, rank, k, args)
    model = make_model(data.tensors[0].shape[1], args.hidden, args.dropout).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)

    args.checkpoints.mkdir(parents=True, exist_ok=True)
    path, done = args.checkpoints / "checkpoint.pt", 0
    if path.exists():
        done = load_checkpoint(path, model=model, optimizer=optimizer)
    if rank == 0 and done:
        print(f"goes on after epoch {done} (restart {restart})", flush=True)

    average, trained = (lambda: None), model
    if k > 1 and args.average:
        mine = load_script(str(args.average)).average_gradients
        average = lambda: mine([p.grad for p in model.parameters()], dist.all_reduce, k)  # noqa: E731
    elif k > 1:
        trained = DistributedDataParallel(model)
    for epoch in range(done + 1, args.epochs + 1):
        loader.sampler.set_epoch(epoch)
        torch.manual_seed(
            args.seed + 1000 * epoch + rank
        )  # dropout: other masks on each process, known after a restart
        die = args.die_in_epoch == epoch and restart == 0 and rank == k - 1
        loss = train_epoch(
            trained,
            loader,
            optimizer,
            device=device,
            accumulate=args.accumulate,
            average=average,
            die=die,
        )
        if rank == 0:
            save_checkpoint(path, model=model, optimizer=optimizer, epoch=epoch)
            print(f"epoch {epoch}: loss {loss:.4f} on rank 0 of {k}", flush=True)
    if dist.is_initialized() and not joined_before:
        dist.destroy_process_group()
    return model


if __name__ == "__main__":
    main()
