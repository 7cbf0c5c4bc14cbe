"""train_ray.py of 4.6.4 on a cluster of Ray on this machine: the same weights as one process; and nothing is left."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from helpers.launch import load_script

ray = pytest.importorskip("ray", reason='Ray is not installed: pip install "ray[train]"')
pytest.importorskip("ray.train.torch", reason='Ray Train is not installed: pip install "ray[train]"')

SECONDS = 80  # for all of it; nothing waits longer
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # nobody else reaches 127.0.0.1; and no token is left in the home folder
    "RAY_raylet_start_wait_time_s": str(SECONDS),
    "RAY_agent_register_timeout_ms": str(1000 * SECONDS),
    "RAY_worker_register_timeout_seconds": str(SECONDS),
}


class TooSlow(BaseException):
    """Ray took longer than it may. No `Exception`, so that Ray does not catch it on the way."""


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


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Stop what runs in it with TooSlow, by the alarm of this process; without a limit where there is none."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _cluster() -> Iterator[None]:
    """A cluster with room for two workers, on this machine, for as long as it may take.

    Whatever it is told, Ray waits 15 seconds for the ports of its agents (github.com/ray-project/ray/issues/65983) and
    30 for its first node: too little where many others compute. COURSE_REQUIRE_RAY makes of the skip a failure.
    """
    reason = ""
    try:
        with _limited(SECONDS):
            _start()
            yield
    except TooSlow:
        reason = f"Ray was not done within {SECONDS} s: this machine is too busy"
    except Exception as error:
        if "timed out during startup" not in str(error):
            raise
        reason = "Ray did not start in the time that it gives itself: this machine is too busy"
    finally:
        ray.shutdown()
    if reason:
        (pytest.fail if os.environ.get("COURSE_REQUIRE_RAY") else pytest.skip)(reason)


def test_two_workers_of_ray_follow_the_weights_of_one_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    train_ray, train_ddp = load_script("train_ray.py"), load_script("train_ddp.py")
    options = "--epochs", "2"
    with _cluster():
        train_ray.train(["--checkpoints", str(tmp_path / "ray"), *options], workers=2, storage=tmp_path / "storage")
    with torch.random.fork_rng():
        train_ddp.main(["--checkpoints", str(tmp_path / "one"), *options])
    theirs, ours = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("ray", "one"))
    assert theirs["epoch"] == ours["epoch"] == 2
    assert all((theirs["model"][name] - ours["model"][name]).abs().max() < 1e-5 for name in ours["model"])
