"""The warm server of the sandbox, without a sandbox."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from instructor.processes import Sandbox, _Server
from instructor.sandbox import Limits


class Counting(_Server):
    """A server that counts how often it begins, and runs a program that sleeps."""

    begun = 0

    def _begin(self) -> None:
        self.begun += 1
        self.program, self.owner = subprocess.Popen(["sleep", "60"]), os.getpid()


@pytest.fixture
def server() -> Iterator[Counting]:
    with Sandbox("none", Limits()) as sandbox:
        made = Counting(sandbox)
        made.revive()
        yield made
        made.program.kill()
        made.program.wait()


def test_fork_of_the_judge_goes_on_with_the_server_that_runs(server: Counting) -> None:
    child = os.fork()
    if not child:
        server.revive()
        os._exit(server.begun)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_server_that_has_ended_begins_anew(server: Counting) -> None:
    server.program.kill()
    server.program.wait()
    server.revive()
    assert server.begun == 2
