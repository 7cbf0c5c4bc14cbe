"""`torchrun` of helpers.launch: what it gives back, what it says of a failure, and that nothing goes on after it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from helpers.launch import in_threads, load_script, torchrun

if not (dist.is_available() and dist.is_gloo_available()):
    pytest.skip("this PyTorch has no gloo, with which processes talk", allow_module_level=True)


def script(folder: Path, text: str) -> Path:
    path = folder / "work.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_that_fails_is_named_with_its_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)work\.py failed.*ValueError: no such digit"):
        torchrun(script(tmp_path, "raise ValueError('no such digit')"), processes=1, seconds=120)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal 0 to ask whether a process lives")
def test_a_script_that_takes_too_long_is_stopped_with_its_workers(tmp_path: Path) -> None:
    text = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(600)"
    with pytest.raises(TimeoutError, match=r"work\.py took longer than 30 s"):
        torchrun(script(tmp_path, text), processes=1, seconds=30)
    if not (tmp_path / "pid").exists():
        pytest.skip("this machine is too busy to start a worker in 30 s")
    worker = int((tmp_path / "pid").read_text())
    for _ in range(50):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on after torchrun was stopped")


def test_threads_that_reduce_unequally_often_are_told_so() -> None:
    def work(rank, all_reduce):
        for _ in range(rank):
            all_reduce(torch.ones(2))

    with pytest.raises(RuntimeError, match="equally often"):
        in_threads(work, 2, seconds=0.2)


def test_the_error_of_a_thread_is_the_one_that_is_raised() -> None:
    def work(rank, all_reduce):
        if rank == 1:
            raise KeyError("mine")
        all_reduce(torch.ones(2))

    with pytest.raises(KeyError, match="mine"):
        in_threads(work, 3)


def test_a_script_that_is_nowhere_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        load_script("nowhere.py")
