"""Whoever hands out processes and rooms, with a program that sleeps in the place of a student's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from instructor.judging import ENDED, STOPPED
from instructor.processes import Desk, Sandbox, _Process, attend
from instructor.sandbox import Limits, Watcher

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="grading needs Linux")


class Sleeping:
    """Starts programs that do nothing."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.programs = limits, []

    def start(self, room: Path) -> _Process:
        self.programs.append(subprocess.Popen(["sleep", "60"]))
        ours, theirs = socket.socketpair()
        theirs.close()
        return _Process(ours.detach(), Watcher(self.programs[-1].pid, self.limits, room=room))

    def close(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("none", Limits()) as made:
        made._source = Sleeping(made.limits)
        yield made


def test_room_is_new_each_time_and_gone_with_the_submission(sandbox: Sandbox) -> None:
    first, second = sandbox.room(), sandbox.room()
    assert first != second
    (first / "left behind").write_text("x")
    sandbox.finish()
    assert not first.exists() and not second.exists()


def test_process_in_the_room_of_nobody_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no room of this submission"):
        sandbox.start(tmp_path)


def test_process_is_ended_with_the_submission(sandbox: Sandbox) -> None:
    sandbox.start(sandbox.room())
    sandbox.finish()
    assert sandbox._source.programs[0].wait(5) != 0


def test_reason_is_the_limit_where_there_was_one(sandbox: Sandbox) -> None:
    _, ended = sandbox.start(sandbox.room())
    sandbox._source.programs[0].kill()
    assert sandbox.why(ended) == ENDED
    sandbox._source.limits = Limits(wall_seconds=0.01)
    _, stopped = sandbox.start(sandbox.room())
    sandbox._source.programs[1].wait(10)
    assert STOPPED in sandbox.why(stopped)


def test_judge_who_is_shut_in_asks_over_a_socket(sandbox: Sandbox) -> None:
    ours, theirs = socket.socketpair()

    def answer() -> None:
        while line := ours.recv(2**16):
            attend(sandbox, ours, line)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    desk = Desk(theirs)
    room = desk.room()
    wire, number = desk.start(room)
    assert os.fstat(wire.reads)
    desk.stop(number)
    assert desk.why(number) == ENDED
    theirs.close()
    thread.join(5)
    ours.close()
