"""Grade submissions one after the other.

Three programs work together. `Grader`, in a worker of Dask, keeps the other two and hears what they need. The judges'
program has hidden tests and expected values, and forks a judge for each submission; it is shut in as well, without
network, and may write only to the rooms. The sandbox's server forks processes for students' code. Neither the first nor
the second ever runs any of it.

    python -m instructor.grading SETTINGS FD      the judges' program; talks to `Grader` over the socket FD
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from helpers.data import load_dataset
from helpers.environment import set_seed
from instructor.judging import Judge
from instructor.master import ROOT, Master
from instructor.processes import Desk, Sandbox, attend, command_for, end
from instructor.results import Mark, Result
from instructor.sandbox import Limits

LINE = b"\n"
READABLE = ("helpers", "instructor", "solutions")
MOST_DATA = 8 * 2**30  # bytes of a judge
PATIENCE = 600.0  # seconds that judging one question may take beside what the sandbox's limits allow
TOO_LONG = "Judging your answers took too long: one of them may return something that has no end."


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
    """Grades submissions of one exercise.

    Args:
        settings: of the exercise.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._sandbox: Sandbox | None = None
        self._judges: subprocess.Popen | None = None

    def grade(self, job: Job) -> Result:
        """The result of a job.

        Raises:
            RuntimeError: the judges' program failed, which no submission should bring about; its stderr says why.
        """
        if self._judges is None or self._judges.poll() is not None:
            self.close()
            self._begin()
        began = time.monotonic()
        self._desk.sendall(json.dumps(dataclasses.asdict(job)).encode() + LINE)
        found = self._attend()
        used, peak = self._sandbox.finish()
        marks = tuple(Mark(**mark) for mark in found["marks"])
        return Result(
            self.settings.exercise,
            job.key,
            job.master,
            marks,
            job.answers,
            job.problems,
            sandbox=self.settings.sandbox,
            seconds=round(time.monotonic() - began, 3),
            cpu_seconds=round(found["cpu_seconds"] + used, 3),
            peak_memory=peak,
        )

    def _attend(self) -> dict:
        """Give the judge the processes that it asks for, until it has the marks."""
        content = bytearray()
        while True:
            part = self._desk.recv(2**20)
            if not part:
                self.close()
                raise RuntimeError(f"the judges of {self.settings.exercise} failed: see the messages above")
            content += part
            while LINE in content:
                line, _, rest = bytes(content).partition(LINE)
                content = bytearray(rest)
                if line.startswith(b'{"order"'):
                    attend(self._sandbox, self._desk, line)
                else:
                    return json.loads(line)

    def _begin(self) -> None:
        settings = self.settings
        master = Master(settings.exercise, small=settings.small)
        fetch_data(master)
        self._sandbox = sandbox = Sandbox(settings.sandbox, settings.limits, nested=settings.nested)
        sandbox.prepare([master.setup.source])
        self._desk, theirs = socket.socketpair()
        arguments = [settings.to_json(), str(theirs.fileno())]
        # Docker hands no descriptors on: there, as without a sandbox, the judges run as they are.
        kind = "bubblewrap" if settings.sandbox == "bubblewrap" else "none"
        command = command_for(
            kind, "instructor.grading", arguments, sandbox.folder, READABLE, limits=settings.limits, fd=theirs.fileno()
        )
        self._judges = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT)
        theirs.close()

    def close(self) -> None:
        """End the programs."""
        if self._judges is not None:
            self._desk.close()
            end(self._judges)
            self._judges = None
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None


def fetch_data(master: Master) -> None:
    """Get the data sets of an exercise, as far as its checks read any: the judges have no network."""
    for name in sorted(set(re.findall(r'load_dataset\("([\w-]+)"', "\n".join(cell.source for cell in master.cells)))):
        with contextlib.redirect_stdout(io.StringIO()):
            load_dataset(name)


# The judges' program


def serve(settings: Settings, connection: socket.socket) -> None:
    """Judge what comes until the other end is gone."""
    torch.set_num_threads(1)
    judge = Judge(Master(settings.exercise, small=settings.small))
    with contextlib.redirect_stdout(io.StringIO()):
        judge.warm_up()
    content = bytearray()
    while part := connection.recv(2**20):
        content += part
        if content.endswith(LINE):
            found = _in_a_process(judge, connection, json.loads(content), settings.limits)
            connection.sendall(json.dumps(found).encode() + LINE)
            content.clear()


def _in_a_process(judge: Judge, connection: socket.socket, job: Mapping[str, Any], limits: Limits) -> dict:
    """Fork a judge, so that each submission meets the same state; what it finds."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reads)
            found = _judge(judge, Desk(connection), job)
            with os.fdopen(writes, "wb") as pipe:
                pipe.write(json.dumps(found).encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writes)
    questions = judge.master.graded
    content = _read(reads, child, time.monotonic() + len(questions) * (limits.wall_seconds + PATIENCE))
    os.waitpid(child, 0)
    if content is None:
        marks = [Mark(one.question, 0.0, one.points, "stopped", TOO_LONG) for one in questions]
        return {"marks": [dataclasses.asdict(mark) for mark in marks], "cpu_seconds": 0.0}
    if not content:
        raise RuntimeError("a judge failed: its traceback stands above")
    return json.loads(content)


def _read(descriptor: int, child: int, until: float) -> bytes | None:
    """What a process writes until it ends; None if that took too long."""
    content = bytearray()
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        part = os.read(descriptor, 2**20) if ready else b""
        if not part:
            os.close(descriptor)
        if not ready:
            os.kill(child, signal.SIGKILL)
            return None
        if not part:
            return bytes(content)
        content += part


def _judge(judge: Judge, desk: Desk, job: Mapping[str, Any]) -> dict:
    """Marks, and the CPU seconds of judging."""
    # Whatever data come from the sandbox, this process stays within bounds, and a MemoryError is an answer's fault.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_DATA if hard == resource.RLIM_INFINITY else min(MOST_DATA, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    began = time.process_time()
    set_seed(0)
    marks = list(judge.judge(job["answers"], set(job["attempted"]), desk))
    return {"marks": [dataclasses.asdict(mark) for mark in marks], "cpu_seconds": time.process_time() - began}


if __name__ == "__main__":
    serve(Settings.from_json(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
