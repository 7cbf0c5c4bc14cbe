"""train.sbatch and pytorchjob.yaml of 4.6.4, as far as that goes without a cluster: they parse, their command runs."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import yaml

from helpers.launch import load_script

if not (dist.is_available() and dist.is_gloo_available()):
    pytest.skip("this PyTorch has no gloo, with which processes talk", allow_module_level=True)

train_ddp = load_script("train_ddp.py")
HERE = Path(train_ddp.__file__).parent
SBATCH = HERE / "train.sbatch"
JOB = yaml.safe_load((HERE / "pytorchjob.yaml").read_text(encoding="utf-8"))
WORKER = JOB["spec"]["pytorchReplicaSpecs"]["Worker"]
CONTAINER = WORKER["template"]["spec"]["containers"][0]
FRESH_STORE = "TORCH_DISABLE_SHARE_RDZV_TCP_STORE"


def command_of_slurm() -> str:
    lines = SBATCH.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("srun ")).removeprefix("srun ")


def command_of_kubernetes() -> str:
    return CONTAINER["args"][0]


def test_both_start_the_same_command() -> None:
    assert command_of_slurm() == command_of_kubernetes()


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here to parse the script")
def test_bash_parses_the_sbatch_file() -> None:
    subprocess.run(["bash", "-n", str(SBATCH)], check=True, timeout=30)


def test_the_options_of_sbatch_stand_before_the_first_command() -> None:
    lines = SBATCH.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line and not line.startswith("#"))
    assert all(number < first for number, line in enumerate(lines) if line.startswith("#SBATCH"))


def test_machines_and_processes_agree_within_the_job() -> None:
    given = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
    assert (JOB["kind"], JOB["apiVersion"]) == ("PyTorchJob", "kubeflow.org/v1")
    assert int(given["NNODES"]) == WORKER["replicas"]
    assert given["WORKERS"] == JOB["spec"]["nprocPerNode"] == str(CONTAINER["resources"]["limits"]["nvidia.com/gpu"])
    assert given["MEETING_PLACE"].split(":")[0] == f"{JOB['metadata']['name']}-worker-0"


def test_every_variable_of_the_command_is_set_and_restarts_meet_afresh() -> None:
    given = {entry["name"] for entry in CONTAINER["env"]}
    used = {word[1:] for word in shlex.split(command_of_slurm()) if word.startswith("$")}
    text = SBATCH.read_text(encoding="utf-8")
    assert used | {FRESH_STORE} <= given
    assert all(f"export {name}=" in text for name in used | {FRESH_STORE})


def test_the_command_runs_on_one_machine(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values = {"NNODES": "1", "WORKERS": "1", "MEETING_PLACE": f"127.0.0.1:{port}", "RUN_ID": "test"}
    words = [values.get(word[1:], word) if word.startswith("$") else word for word in shlex.split(command_of_slurm())]
    torch.save((torch.zeros(600, 4, 4, dtype=torch.uint8), torch.arange(600) % 10), tmp_path / "digits.pt")
    changes = {"train_ddp.py": str(HERE / "train_ddp.py"), "20": "2"}  # fewer epochs
    words = [changes.get(word, word) for word in words]
    assert words[0] == "torchrun"
    command = [sys.executable, "-m", "torch.distributed.run", *words[1:]]
    loopback = {"linux": {"GLOO_SOCKET_IFNAME": "lo"}, "darwin": {"GLOO_SOCKET_IFNAME": "lo0"}}
    environment = os.environ | {FRESH_STORE: "1", "OMP_NUM_THREADS": "1"} | loopback.get(sys.platform, {})
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr[-2000:]
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["epoch 1", "epoch 2"]
    assert (tmp_path / "run" / "checkpoint.pt").exists()
