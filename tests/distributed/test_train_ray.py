"""train_ray.py of 4.6.4, as a learner starts it: Ray's two workers end with the weights of one process."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
import torch

from helpers.launch import load_script

pytestmark = pytest.mark.skipif(not find_spec("ray"), reason='Ray is not installed: pip install "ray[train]"')

SECONDS = 300  # for all of it: about 60 alone on a machine of two cores, nearly all of it imports in eight processes
SETTINGS = {
    "RAY_AUTH_MODE": "disabled",  # nobody else reaches 127.0.0.1; and no token is left in the home folder
    "RAY_raylet_start_wait_time_s": str(SECONDS),
    "RAY_agent_register_timeout_ms": str(1000 * SECONDS),
    "RAY_worker_register_timeout_seconds": str(SECONDS),
}


def _run(*options: str) -> str:
    """What the script says; skips where Ray's own limits, or ours, are too short for a busy machine.

    Whatever it is told, Ray waits 15 seconds for the ports of its agents (github.com/ray-project/ray/issues/65983) and
    30 for its first node. COURSE_REQUIRE_RAY makes of the skip a failure.
    """
    command = [sys.executable, load_script("train_ray.py").__file__, *options]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, env=os.environ | SETTINGS, **streams)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        said = f"not done, it timed out during startup or training, within {SECONDS} s"
        family = psutil.Process(process.pid).children(recursive=True)
        for member in (process, *family):
            member.kill()
        process.communicate()
    if process.returncode and "timed out during startup" in said:
        reason = f"this machine is too busy for Ray: {said.strip().splitlines()[-1]}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_RAY") else pytest.skip)(reason)
    assert process.returncode == 0, said
    return said


def test_two_workers_of_ray_follow_the_weights_of_one_process(tmp_path: Path) -> None:
    options = "--epochs", "2"
    _run("--workers", "2", "--checkpoints", str(tmp_path / "ray"), *options)
    with torch.random.fork_rng():
        load_script("train_ddp.py").main(["--checkpoints", str(tmp_path / "one"), *options])
    theirs, ours = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("ray", "one"))
    assert theirs["epoch"] == ours["epoch"] == 2
    assert all((theirs["model"][name] - ours["model"][name]).abs().max() < 1e-5 for name in ours["model"])
