"""Grade submissions one after the other, in a program of its own.

    python -m instructor.grading ORDER

ORDER is JSON: the exercise and how it is graded. The program warms up once, then reads a line of JSON per submission,
forks a process that judges it, and writes a line of JSON with the result. It never runs a student's code itself; the
sandbox's server does not either. Used by `Grader`, which a worker of Dask keeps for each exercise.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from instructor.results import Mark, Result
from instructor.sandbox import Limits
from tools.release import ROOT

LINE = b"\n"
LONGEST = 4 * 3600.0  # seconds for a submission; the sandbox's own limits are met long before


@dataclass(frozen=True)
class Settings:
    """How an exercise is graded.

    Attributes:
        exercise: name of its folder.
        sandbox: "bubblewrap", "docker", "podman" or "none".
        nested: whether a server in the sandbox may fork.
        small: whether the notebook's small run is enough; for trials, since students see the full one.
        limits: of each process for a student's code.
    """

    exercise: str
    sandbox: str = "bubblewrap"
    nested: bool = True
    small: bool = False
    limits: Limits = field(default_factory=Limits)

    def to_json(self) -> str:
        """As one line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The opposite."""
        found = json.loads(text)
        return cls(**found | {"limits": Limits(**found["limits"])})


@dataclass(frozen=True)
class Job:
    """What is to be graded: answers without a name.

    Attributes:
        key: of the result.
        master: hash of the master.
        answers: source of each answer cell, by cell id.
        attempted: ids of those that differ from the stub.
        problems: about the notebook.
    """

    key: str
    master: str
    answers: dict[str, str]
    attempted: tuple[str, ...]
    problems: tuple[str, ...]


class Grader:
    """A running grading program.

    Args:
        settings: of the exercise.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._program: subprocess.Popen | None = None

    def grade(self, job: Job) -> Result:
        """The result of a job.

        Raises:
            RuntimeError: the grading program ended, which no submission can bring about; its stderr says why.
        """
        if self._program is None or self._program.poll() is not None:
            self._program = self._begin()
        self._program.stdin.write(json.dumps(dataclasses.asdict(job)).encode() + LINE)
        self._program.stdin.flush()
        line = self._program.stdout.readline()
        if not line:
            self._program.wait()
            raise RuntimeError(f"the grading program of {self.settings.exercise} ended: see its messages above")
        found = json.loads(line)
        marks = tuple(Mark(**mark) for mark in found.pop("marks"))
        return Result(
            self.settings.exercise,
            job.key,
            job.master,
            marks,
            job.answers,
            job.problems,
            sandbox=self.settings.sandbox,
            **found,
        )

    def _begin(self) -> subprocess.Popen:
        environ = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
        command = [sys.executable, "-m", "instructor.grading", self.settings.to_json()]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, cwd=ROOT)

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._program.wait(10)
            self._program.kill()
            self._program.wait()
            self._program.stdout.close()
            self._program = None


# The program


def serve(settings: Settings) -> None:
    """Grade what comes in on stdin until it ends."""
    import torch

    from instructor.judging import Judge
    from instructor.master import Master
    from instructor.processes import Sandbox

    torch.set_num_threads(1)
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints by mistake is no result
    judge = Judge(Master(settings.exercise, small=settings.small))
    with contextlib.redirect_stdout(io.StringIO()):
        judge.warm_up()
    with Sandbox(settings.sandbox, settings.limits, nested=settings.nested) as sandbox:
        sandbox.prepare([judge.master.setup.source])
        for line in sys.stdin.buffer:
            out.write(json.dumps(_in_a_process(judge, sandbox, json.loads(line))).encode() + LINE)


def _in_a_process(judge: Any, sandbox: Any, job: Mapping[str, Any]) -> dict:
    """Fork a judge, so that each submission meets the same state; its marks."""
    reads, writes = os.pipe()
    sandbox.new_room()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reads)
            found = _judge(judge, sandbox, job)
            with os.fdopen(writes, "wb") as pipe:
                pipe.write(json.dumps(found).encode())
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writes)
    content = _read(reads, child)
    os.waitpid(child, 0)
    sandbox.leave_room()
    if not content:
        raise RuntimeError("the judge's process failed: its traceback stands above")
    return json.loads(content)


def _read(descriptor: int, child: int) -> bytes:
    content, end = bytearray(), time.monotonic() + LONGEST
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
        part = os.read(descriptor, 2**20) if ready else b""
        if not part:
            os.close(descriptor)
            return bytes(content)
        content += part


def _judge(judge: Any, sandbox: Any, job: Mapping[str, Any]) -> dict:
    """Marks and what they cost."""
    from instructor.judging import seed_everything

    began, processor = time.monotonic(), time.process_time()
    seed_everything()
    marks = list(judge.judge(job["answers"], set(job["attempted"]), sandbox))
    return {
        "marks": [dataclasses.asdict(mark) for mark in marks],
        "seconds": round(time.monotonic() - began, 3),
        "cpu_seconds": round(time.process_time() - processor + sandbox.cpu_seconds, 3),
        "peak_memory": sandbox.peak_memory,
    }


if __name__ == "__main__":
    serve(Settings.from_json(sys.argv[1]))
