"""Several processes: start a script on them with torchrun, wait, and clean up; or let threads play them.

For whoever writes a notebook or a test. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

LOOPBACK = {"linux": "lo", "darwin": "lo0"}
LAST_LINES = 60
UNITS = Path(__file__).resolve().parent.parent / "code-units"


def load_script(name: str) -> ModuleType:
    """Import a script that lies beside the notebook that asks for it, without running its main part.

    Args:
        name: name of the file, `train_ddp.py`; looked for in the working folder first, then in the units of the course.

    Raises:
        FileNotFoundError: there is no such script.

    Example:
        >>> load_script("train_ddp.py").read_arguments(["--checkpoints", "run"]).epochs
        3
    """
    path = next((path for path in (Path(name).resolve(), *sorted(UNITS.glob(f"*/{name}"))) if path.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{name} lies neither in the working folder nor in a unit of the course")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_threads(
    work: Callable[[int, Callable[[torch.Tensor], None]], Any], processes: int, *, seconds: float = 5
) -> list[Any]:
    """Let threads play processes: each calls `work(rank, all_reduce)`, and `all_reduce` adds up in place over them all.

    As with real processes, each has to call `all_reduce` equally often; else the others wait for it.

    Args:
        work: what each of them does.
        processes: how many there are.
        seconds: how long one waits for the others.

    Returns:
        What each has returned, by rank.

    Raises:
        RuntimeError: one waited for the others in vain.
        Exception: what `work` raised, the lowest rank's.

    Example:
        >>> def work(rank, all_reduce):
        ...     number = torch.tensor(float(rank))
        ...     all_reduce(number)
        ...     return number.item()
        >>> in_threads(work, 3)
        [3.0, 3.0, 3.0]
    """
    barrier = threading.Barrier(processes, timeout=seconds)
    brought: list[torch.Tensor] = [torch.empty(0)] * processes

    def play(rank: int) -> Any:
        def all_reduce(tensor: torch.Tensor) -> None:
            brought[rank] = tensor.detach().clone()
            barrier.wait()
            total = torch.stack(brought).sum(dim=0)
            barrier.wait()  # nobody brings the next tensor while another still adds
            with torch.no_grad():
                tensor.copy_(total)

        try:
            return work(rank, all_reduce)
        except BaseException:
            barrier.abort()
            raise

    with ThreadPoolExecutor(processes) as pool:
        futures = [pool.submit(play, rank) for rank in range(processes)]
    errors = [error for error in (future.exception() for future in futures) if error is not None]
    own = [error for error in errors if not isinstance(error, threading.BrokenBarrierError)]
    if own:
        raise own[0]
    if errors:
        raise RuntimeError(
            "one process waits in all_reduce, and the others do not come: they must call it equally often"
        )
    return [future.result() for future in futures]


def torchrun(script: Path, *arguments: str, processes: int = 2, max_restarts: int = 0, seconds: float = 180) -> str:
    """Run a script under torchrun, and give back what its processes printed.

    The processes talk over the loopback network of this machine, and nobody else can join them. Each gets one thread.

    Args:
        script: the script; it runs in its own folder.
        arguments: what it gets on its command line.
        processes: how many copies of it work together.
        max_restarts: how often all of them are started again after one has failed.
        seconds: how long it may take.

    Returns:
        What was printed to the standard output by all processes, in the order in which it arrived.

    Raises:
        RuntimeError: a process failed, and no restart was left; with the last lines that were printed as errors.
        TimeoutError: it took longer; all processes have been stopped.

    Example:
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "hello.py").write_text("import os; print('rank', os.environ['RANK'])")
        >>> print(torchrun(folder / "hello.py", processes=1), end="")
        rank 0
    """
    command = [sys.executable, *torchrun_line(processes, max_restarts), script.name, *arguments]
    # Files, not pipes: a pipe stays open for as long as any process that inherited it lives.
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=script.parent, env=_environment(), stdout=printed, stderr=errors)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            last = "\n".join((_text(printed) + _text(errors)).splitlines()[-LAST_LINES:])
            raise TimeoutError(f"{script.name} took longer than {seconds:.0f} s and was stopped:\n{last}") from None
        finally:
            _stop(process)
        if code:
            raise RuntimeError(f"{script.name} failed:\n" + "\n".join(_text(errors).splitlines()[-LAST_LINES:]))
        return _text(printed)


def torchrun_line(processes: int, max_restarts: int = 0) -> list[str]:
    """The options with which torchrun starts processes on one machine, after `python`.

    Example:
        >>> " ".join(torchrun_line(2))
        '-m torch.distributed.run --standalone --nproc-per-node 2 --max-restarts 0 --local-addr 127.0.0.1'
    """
    options = f"--standalone --nproc-per-node {processes} --max-restarts {max_restarts} --local-addr 127.0.0.1"
    return ["-m", "torch.distributed.run", *options.split()]


def _environment() -> dict[str, str]:
    # A meeting place of its own for each restart. In the shared one, restarted processes may find the addresses of the
    # dead, and wait for them (PyTorch 2.15: the store of torchrun's rendezvous is reused, without a prefix).
    own = {"OMP_NUM_THREADS": "1", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
    if sys.platform in LOOPBACK:
        own["GLOO_SOCKET_IFNAME"] = LOOPBACK[sys.platform]
    if sys.platform == "win32":
        own["USE_LIBUV"] = "0"  # PyTorch for Windows is built without it
    return os.environ | own


def _stop(process: subprocess.Popen) -> None:
    """End torchrun, which ends its workers when it is asked to; by force only if it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _text(file: tempfile._TemporaryFileWrapper) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").replace("\r\n", "\n")
