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
from instructor.sandbox import Limits, Watcher, outside_pid, stopping, wrap
from instructor.sandbox import room as rooms
from tools.release import ROOT

READABLE = ("helpers", "instructor", "tools")
KEPT = ("COURSE_OFFLINE", "COURSE_DATA", "MKL_CBWR")  # variables that decide what an answer computes


class Sandbox:
    """Where the code of one submission at a time runs.

    Args:
        kind: "bubblewrap", "docker", "podman", or "none" for no sandbox at all.
        limits: of each process.
        nested: whether a server in the sandbox may fork processes with namespaces of their own.

    Attributes:
        room: the folder that the current submission may write to.
        peak_memory: largest number of bytes that a process of the current submission used.
        cpu_seconds: of all processes of the current submission.
    """

    def __init__(self, kind: str, limits: Limits, *, nested: bool = True) -> None:
        self.kind, self.limits = kind, limits
        self.folder = Path(tempfile.mkdtemp(prefix="rooms-")).resolve()
        self.room = self.folder
        self.peak_memory, self.cpu_seconds = 0, 0.0
        self._source: Any = _Server(self) if kind == "none" or (kind == "bubblewrap" and nested) else _Programs(self)
        self._current: _Process | None = None
        self._reader: _Process | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def prepare(self, cells: Sequence[str]) -> None:
        """Say which cells of the notebook run before any answer."""
        self._source.prepare(list(cells))

    def new_room(self) -> None:
        """Begin with the next submission."""
        self.stop()
        self._source.revive()
        self.room = rooms.make(self.folder)
        self.peak_memory, self.cpu_seconds = 0, 0.0

    def leave_room(self) -> None:
        """End the current submission, and remove what it wrote."""
        self.stop()
        rooms.remove(self.room)
        self.room = self.folder

    def start(self) -> Wire:
        """A wire to a new process, with nothing of the student's in it."""
        self._current = self._source.start()
        return self._current.wire

    def stop(self) -> None:
        """End the process."""
        if self._current is not None:
            self._current.stop()
            self._count(self._current)
            self._current = None

    def why(self) -> str:
        """Why the process has ended, in words for the student."""
        reason = self._current.watcher.reason if self._current is not None else None
        if reason:
            return f"Your code was stopped: {reason}."
        return "Your code ended the process that ran it, as os._exit, sys.exit or a crash of compiled code do."

    def start_another(self) -> Wire:
        """A wire to a process in which no student's code runs, in the same room."""
        self._reader = self._source.start()
        return self._reader.wire

    def stop_another(self) -> None:
        """End that process."""
        if self._reader is not None:
            self._reader.stop()
            self._count(self._reader)
            self._reader = None

    def _count(self, process: _Process) -> None:
        self.peak_memory = max(self.peak_memory, process.watcher.peak_memory)
        self.cpu_seconds += process.watcher.cpu_seconds

    def close(self) -> None:
        """End everything."""
        self.stop()
        self._source.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, argv: Sequence[str], room: Path, *, server: bool = False, fds: Sequence[int] = ()) -> list[str]:
        """The command that runs a module of ours in the sandbox."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return wrap(
            self.kind,
            [sys.executable, "-m", "instructor.inside", *argv],
            room=room,
            readable=[*(ROOT / name for name in READABLE), *data_folders()],
            limits=self.limits,
            fds=fds,
            server=server,
            environ=kept | {"PYTHONPATH": str(ROOT), "COURSE_PROGRESS": "off"},
        )


def data_folders() -> list[Path]:
    """Folders with data sets that answers may read, as far as they exist."""
    from helpers.data.sources import cache_folder

    named = os.environ.get("COURSE_DATA")
    return [
        folder.resolve() for folder in (Path(named) if named else None, cache_folder()) if folder and folder.is_dir()
    ]


class _Process:
    """A process for a student's code: the wire to it, and whoever watches it."""

    def __init__(self, wire: Wire, watcher: Watcher, ends: Sequence[int]) -> None:
        self.wire, self.watcher, self.ends = wire, watcher.start(), list(ends)

    def stop(self) -> None:
        """Kill it and all that it started."""
        self.watcher.look()
        self.watcher.kill()
        self.watcher.stop()
        for end in self.ends:
            os.close(end)
        self.ends = []


class _Server:
    """A server in the sandbox that has all imports behind it, and forks."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.program: subprocess.Popen | None = None
        self.owner = 0
        self.cells: list[str] = []

    def prepare(self, cells: list[str]) -> None:
        self.close()
        self.cells = cells
        self._begin()

    def revive(self) -> None:
        """Begin anew if the server has ended; for the process that began it. To a fork of that it is no child."""
        if self.program is None or (self.owner == os.getpid() and self.program.poll() is not None):
            self._begin()

    def _begin(self) -> None:
        self.orders, theirs = socket.socketpair()
        descriptor = theirs.fileno()
        command = self.sandbox.command(["server", str(descriptor)], self.sandbox.folder, server=True, fds=[descriptor])
        self.program = subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL, cwd=ROOT)
        self.owner = os.getpid()
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

    def start(self) -> _Process:
        self.revive()
        ours, theirs = socket.socketpair()
        limits, isolate = dataclasses.asdict(self.sandbox.limits), self.sandbox.kind != "none"
        order = {"order": "fork", "room": str(self.sandbox.room), "limits": limits, "isolate": isolate}
        inside = self._order(order, [theirs.fileno()])["pid"]
        theirs.close()
        pid = outside_pid(self.program.pid, inside) if isolate else inside
        end = ours.detach()
        return _Process(Wire(end, end), Watcher(pid, self.sandbox.limits, room=self.sandbox.room), [end])

    def close(self) -> None:
        if self.program is not None:
            self.orders.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.wait(5)
            self.program.kill()
            self.program.wait()
            self.program = None


class _Programs:
    """A program for each process, where no server can fork into namespaces of their own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cells: list[str] = []

    def prepare(self, cells: list[str]) -> None:
        self.cells = cells

    def revive(self) -> None:
        """Nothing goes on between two submissions."""

    def start(self) -> _Process:
        ours, theirs = socket.socketpair()
        command = self.sandbox.command(["one"], self.sandbox.room)
        program = subprocess.Popen(command, stdin=theirs, stdout=theirs, cwd=ROOT)
        theirs.close()
        end = ours.detach()
        wire = Wire(end, end)
        wire.send(json.dumps({"cells": self.cells, "limits": dataclasses.asdict(self.sandbox.limits)}))
        stop = stopping(self.sandbox.kind, self.sandbox.room)
        return _Process(wire, Watcher(program.pid, self.sandbox.limits, room=self.sandbox.room, stop=stop), [end])

    def close(self) -> None:
        """Nothing goes on."""
