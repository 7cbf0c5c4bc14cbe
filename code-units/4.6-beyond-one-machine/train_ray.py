"""Train on workers of Ray Train: `python train_ray.py --workers 2 --checkpoints run`.

Ray starts the workers, here on this machine, elsewhere on any machines of its cluster, prepares
their process group, and starts them again after a failure. It comes with `pip install "ray[train]"`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

MEMORY = 100 * 2**20  # bytes that Ray sets aside for shared objects


def work(config: dict) -> None:
    """What each worker runs: train_ddp.py, which finds rank and world size in its environment."""
    import sys

    sys.path.insert(0, config["folder"])
    import train_ddp

    train_ddp.main(config["arguments"])


def train(arguments: Sequence[str], *, workers: int, storage: Path) -> None:
    """Run train_ddp.py with these arguments on workers of a Ray cluster, which must have been started."""
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    trainer = TorchTrainer(
        work,
        train_loop_config={
            "arguments": list(arguments),
            "folder": str(Path(__file__).resolve().parent),
        },
        torch_config=TorchConfig(backend="gloo"),
        scaling_config=ScalingConfig(num_workers=workers, resources_per_worker={"CPU": 1}),
        run_config=RunConfig(
            storage_path=str(storage), failure_config=FailureConfig(max_failures=1)
        ),
    )
    trainer.fit()


def main() -> None:
    """Start a cluster on this machine, train on it, and stop it."""
    parser = argparse.ArgumentParser(description="All other options go to train_ddp.py.")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--checkpoints", type=Path, required=True)
    args, others = parser.parse_known_args()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    folder = args.checkpoints.resolve()
    ray.init(
        num_cpus=args.workers,
        include_dashboard=False,
        object_store_memory=MEMORY,
        _node_ip_address="127.0.0.1",
    )
    try:
        train(["--checkpoints", str(folder), *others], workers=args.workers, storage=folder / "ray")
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main()
