"""train_ray.py of 4.6.4 on a cluster of Ray on this machine: the same weights as one process; and nothing is left."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from helpers.launch import load_script

ray = pytest.importorskip("ray", reason='Ray is not installed: pip install "ray[train]"')
pytest.importorskip("ray.train.torch", reason='Ray Train is not installed: pip install "ray[train]"')

ATTEMPTS = 2
SLOW_MACHINE = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # nobody else reaches 127.0.0.1; and no token is left in the home folder
    "RAY_raylet_start_wait_time_s": "150",
    "RAY_agent_register_timeout_ms": "150000",
    "RAY_worker_register_timeout_seconds": "150",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start() -> None:
    train_ray = load_script("train_ray.py")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=train_ray.MEMORY,
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
        _metrics_export_port=_free_port(),
    )


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cluster with room for two workers, on this machine.

    Whatever it is told, Ray waits 15 seconds for the ports of its agents (github.com/ray-project/ray/issues/65983) and
    30 for its first node: too little where many others compute. COURSE_REQUIRE_RAY makes of the skip a failure.
    """
    for name, value in SLOW_MACHINE.items():
        monkeypatch.setenv(name, value)
    try:
        _start_patiently()
        yield
    finally:
        ray.shutdown()


def _start_patiently() -> None:
    for _ in range(ATTEMPTS):
        try:
            return _start()
        except Exception as error:
            if "timed out during startup" not in str(error):
                raise
            ray.shutdown()
    if os.environ.get("COURSE_REQUIRE_RAY"):
        pytest.fail(f"Ray did not start in {ATTEMPTS} attempts")
    pytest.skip(f"Ray did not start in {ATTEMPTS} attempts: this machine is too busy")


def test_two_workers_of_ray_follow_the_weights_of_one_process(cluster: None, tmp_path: Path) -> None:
    train_ray, train_ddp = load_script("train_ray.py"), load_script("train_ddp.py")
    options = "--epochs", "2"
    train_ray.train(["--checkpoints", str(tmp_path / "ray"), *options], workers=2, storage=tmp_path / "storage")
    with torch.random.fork_rng():
        train_ddp.main(["--checkpoints", str(tmp_path / "one"), *options])
    theirs, ours = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("ray", "one"))
    assert theirs["epoch"] == ours["epoch"] == 2
    assert all((theirs["model"][name] - ours["model"][name]).abs().max() < 1e-5 for name in ours["model"])
