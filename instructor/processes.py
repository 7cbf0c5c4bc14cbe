"""Processes for students' code: a warm server in a sandbox that forks them, or a program for each."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from instructor.channel import Wire
from instructor.judging import ENDED, STOPPED
from instructor.master import ROOT
from instructor.sandbox import Limits, Watcher, outside_pid, stopping, wrap
from instructor.sandbox import room as rooms

INSIDE = "instructor.inside"
READABLE = ("helpers", "instructor")
KEPT = ("COURSE_OFFLINE", "COURSE_DATA", "MKL_CBWR")  # variables that decide what an answer computes


class Sandbox:
    """Where students' code runs, one submission at a time.

    Args:
        kind: "bubblewrap", "docker", "podman", or "none" for no sandbox at all.
        limits: of each process.
        nested: whether a server in the sandbox may fork processes with namespaces of their own.

    Attributes:
        folder: holds the rooms.
        peak_memory: largest number of bytes that a process of the current submission used.
        resident: largest number of bytes that one of them had in memory, what all share included.
        cpu_seconds: of all processes of the current submission.
    """

    def __init__(self, kind: str, limits: Limits, *, nested: bool = True) -> None:
        self.kind, self.limits = kind, limits
        self.folder = Path(tempfile.mkdtemp(prefix="rooms-")).resolve()
        self.peak_memory, self.resident, self.cpu_seconds = 0, 0, 0.0
        self._source: Any = _Server(self) if kind == "none" or (kind == "bubblewrap" and nested) else _Programs(self)
        self._rooms: list[Path] = []
        self._running: dict[int, _Process] = {}
        self._ended: dict[int, str] = {}
        self._next = 0

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def prepare(self, cells: Sequence[str]) -> None:
        """Say which cells of the notebook run before any answer."""
        self._source.prepare(list(cells))

    def room(self) -> Path:
        """A new folder that the processes which are started with it may write to."""
        self._rooms.append(rooms.make(self.folder))
        return self._rooms[-1]

    def start(self, room: Path) -> tuple[int, int]:
        """The end of a connection to a new process with nothing of a student's in it, and the process's number.

        Raises:
            ValueError: the room is none of the current submission's.
        """
        if room not in self._rooms:
            raise ValueError(f"{room} is no room of this submission")
        self._next += 1
        self._running[self._next] = process = self._source.start(room)
        return process.end, self._next

    def stop(self, number: int) -> None:
        """End a process, and all that it started."""
        process = self._running.pop(number, None)
        if process is not None:
            process.stop()
            self._ended[number] = process.watcher.reason or ""
            self.peak_memory = max(self.peak_memory, process.watcher.peak_memory)
            self.resident = max(self.resident, process.watcher.resident)
            self.cpu_seconds += process.watcher.cpu_seconds

    def why(self, number: int) -> str:
        """Why a process has ended, in words for the student."""
        self.stop(number)
        reason = self._ended.get(number)
        return f"{STOPPED}: {reason}." if reason else ENDED

    def finish(self) -> tuple[float, int]:
        """End the current submission, and remove what it wrote; its CPU seconds, and its peak memory in bytes."""
        for number in list(self._running):
            self.stop(number)
        for room in self._rooms:
            rooms.remove(room)
        used = self.cpu_seconds, self.peak_memory
        self._rooms, self._ended, self.cpu_seconds, self.peak_memory, self.resident = [], {}, 0.0, 0, 0
        return used

    def close(self) -> None:
        """End everything."""
        self.finish()
        self._source.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def command_for(
    kind: str,
    module: str,
    argv: Sequence[str],
    room: Path,
    readable: Sequence[str],
    *,
    limits: Limits,
    server: bool = False,
    fd: int = 0,
) -> list[str]:
    """The command that runs a module of ours in a sandbox of that kind, with parts of the repository in sight."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return wrap(
        kind,
        [sys.executable, "-m", module, *argv],
        room=room,
        readable=[*(ROOT / name for name in readable), *data_folders()],
        limits=limits,
        fds=[fd] if fd else [],
        server=server,
        environ=kept | {"PYTHONPATH": str(ROOT), "COURSE_PROGRESS": "off"},
    )


class Here:
    """A sandbox, asked for processes by a judge in the same process."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.room, self.why, self.stop = sandbox.room, sandbox.why, sandbox.stop

    def start(self, room: Path) -> tuple[Wire, int]:
        """A wire to a new process, and its number."""
        end, number = self.sandbox.start(room)
        return Wire(end, end), number


class Desk:
    """A sandbox, asked for processes by a judge who is shut in himself: over a socket, a line of JSON at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.ends: dict[int, int] = {}

    def _ask(self, order: dict) -> tuple[dict, list[int]]:
        self.connection.sendall(json.dumps(order).encode() + b"\n")
        line, ends, _, _ = socket.recv_fds(self.connection, 2**16, 1)
        return json.loads(line), ends

    def room(self) -> Path:
        """A new folder."""
        return Path(self._ask({"order": "room"})[0]["room"])

    def start(self, room: Path) -> tuple[Wire, int]:
        """A wire to a new process, and its number."""
        told, (end,) = self._ask({"order": "start", "room": str(room)})
        self.ends[told["number"]] = end
        return Wire(end, end), told["number"]

    def why(self, number: int) -> str:
        """Why a process has ended."""
        return self._ask({"order": "why", "number": number})[0]["why"]

    def stop(self, number: int) -> None:
        """End a process."""
        self._ask({"order": "stop", "number": number})
        end = self.ends.pop(number, None)
        if end is not None:
            os.close(end)


def attend(sandbox: Sandbox, connection: socket.socket, line: bytes) -> None:
    """Do what a `Desk` asks for."""
    order = json.loads(line)
    told: dict[str, Any] = {}
    ends: list[int] = []
    if order["order"] == "room":
        told["room"] = str(sandbox.room())
    elif order["order"] == "start":
        end, told["number"] = sandbox.start(Path(order["room"]))
        ends = [end]
    elif order["order"] == "why":
        told["why"] = sandbox.why(order["number"])
    else:
        sandbox.stop(order["number"])
    socket.send_fds(connection, [json.dumps(told).encode() + b"\n"], ends)


def data_folders() -> list[Path]:
    """Folders with data sets that answers may read, as far as they exist."""
    from helpers.data.sources import cache_folder

    named = os.environ.get("COURSE_DATA")
    return [
        folder.resolve() for folder in (Path(named) if named else None, cache_folder()) if folder and folder.is_dir()
    ]


class _Process:
    """A process for a student's code: our end of the connection to it, and whoever watches it."""

    def __init__(self, end: int, watcher: Watcher) -> None:
        self.end, self.watcher = end, watcher.start()

    def stop(self) -> None:
        """Kill it and all that it started."""
        self.watcher.look()
        self.watcher.kill()
        self.watcher.stop()
        os.close(self.end)


class _Server:
    """A server in the sandbox that has all imports behind it, and forks."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.program: subprocess.Popen | None = None
        self.cells: list[str] = []

    def prepare(self, cells: list[str]) -> None:
        self.close()
        self.cells = cells
        self._begin()

    def _begin(self) -> None:
        self.orders, theirs = socket.socketpair()
        end, arguments = theirs.fileno(), ["server", str(theirs.fileno())]
        kind, room, limits = self.sandbox.kind, self.sandbox.folder, self.sandbox.limits
        command = command_for(kind, INSIDE, arguments, room, READABLE, limits=limits, server=True, fd=end)
        self.program = subprocess.Popen(command, pass_fds=[end], stdin=subprocess.DEVNULL, cwd=ROOT)
        theirs.close()
        self._order({"order": "prepare", "cells": self.cells})

    def _order(self, order: dict, descriptors: Sequence[int] = ()) -> dict:
        socket.send_fds(self.orders, [json.dumps(order).encode() + b"\n"], list(descriptors))
        answer = bytearray()
        while not answer.endswith(b"\n"):
            part = self.orders.recv(2**16)
            if not part:
                raise RuntimeError("the sandbox's server ended; what it wrote to stderr says why")
            answer += part
        return json.loads(answer)

    def start(self, room: Path) -> _Process:
        if self.program is None or self.program.poll() is not None:
            self._begin()
        ours, theirs = socket.socketpair()
        limits, isolate = dataclasses.asdict(self.sandbox.limits), self.sandbox.kind != "none"
        order = {"order": "fork", "room": str(room), "limits": limits, "isolate": isolate}
        inside = self._order(order, [theirs.fileno()])["pid"]
        theirs.close()
        pid = outside_pid(self.program.pid, inside) if isolate else inside
        return _Process(ours.detach(), Watcher(pid, self.sandbox.limits, room=room, resident=self.sandbox.resident))

    def close(self) -> None:
        if self.program is not None:
            self.orders.close()
            end(self.program)
            self.program = None


class _Programs:
    """A program for each process, where no server can fork into namespaces of their own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cells: list[str] = []

    def prepare(self, cells: list[str]) -> None:
        self.cells = cells

    def start(self, room: Path) -> _Process:
        ours, theirs = socket.socketpair()
        command = command_for(self.sandbox.kind, INSIDE, ["one"], room, READABLE, limits=self.sandbox.limits)
        program = subprocess.Popen(command, stdin=theirs, stdout=theirs, cwd=ROOT)
        theirs.close()
        end = ours.detach()
        Wire(end, end).send(json.dumps({"cells": self.cells, "limits": dataclasses.asdict(self.sandbox.limits)}))
        stop = stopping(self.sandbox.kind, room)
        return _Process(end, Watcher(program.pid, self.sandbox.limits, room=room, stop=stop))

    def close(self) -> None:
        """Nothing goes on."""


def end(program: subprocess.Popen, patience: float = 5.0) -> None:
    """Let a program end that has been told to, and kill it if it does not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(patience)
    program.kill()
    program.wait()
