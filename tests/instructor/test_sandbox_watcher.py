"""The parts of the watcher that need no sandbox, and the rooms."""

from __future__ import annotations

import errno
import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from instructor.sandbox import Limits, Watcher, cgroup_folder
from instructor.sandbox import seccomp as calls
from instructor.sandbox import watcher as watching
from instructor.sandbox.limits import MIB
from instructor.sandbox.room import make, remove
from instructor.sandbox.watcher import room_bytes

posix = pytest.mark.skipif(os.name != "posix", reason="folders without permissions, links and depth are of POSIX")


def test_a_process_that_has_ended_is_no_reason() -> None:
    program = subprocess.Popen([sys.executable, "-c", ""])
    program.wait()
    with Watcher(program.pid, Limits()) as watcher:
        assert watcher.look() is None
    assert watcher.reason is None


def test_a_watcher_that_fails_stops_what_it_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watcher, "look", lambda self: 1 / 0)
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with Watcher(program.pid, Limits()) as watcher:
        program.wait()
    assert watcher.reason == "it could not be watched (ZeroDivisionError: division by zero)"


def test_stopping_a_watcher_leaves_the_process_alone() -> None:
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with Watcher(program.pid, Limits()):
        pass
    assert psutil.pid_exists(program.pid) and program.poll() is None
    program.kill()
    program.wait()


def test_what_processes_share_is_asked_only_when_memory_grows_or_may_be_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resident, own, asked = [100], [10], []
    monkeypatch.setattr(watching, "_resident", lambda process: resident[0] * MIB)
    monkeypatch.setattr(watching, "memory_bytes", lambda tree: asked.append(1) or own[0] * MIB)
    monkeypatch.setattr(watching, "scratch_bytes", lambda pid: 0)
    watcher = Watcher(os.getpid(), Limits(memory=300 * MIB, cpu_seconds=10**9))
    monkeypatch.setattr(watcher, "_tree", lambda: [psutil.Process()])
    assert [watcher.look() for _ in range(3)] == [None] * 3
    assert (len(asked), watcher.peak_memory) == (1, 10 * MIB)
    resident[0], own[0] = 120, 30
    watcher.look()
    assert (len(asked), watcher.peak_memory) == (2, 30 * MIB), "it has grown"
    resident[0] = 310
    assert [watcher.look() for _ in range(3)] == [None] * 3
    assert len(asked) == 5, "it may be too much"
    own[0] = 301
    assert watcher.look() == "it used more than 300 MiB of memory"


def test_the_command_that_stops_a_container_is_run(tmp_path: Path) -> None:
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stop = [sys.executable, "-c", f"open({str(tmp_path / 'stopped')!r}, 'w')"]
    with Watcher(program.pid, Limits(wall_seconds=0), stop=stop):
        program.wait()
    assert (tmp_path / "stopped").exists()


def test_bytes_of_a_room_count_files_and_follow_no_links(tmp_path: Path) -> None:
    room = make(tmp_path / "rooms")
    (tmp_path / "large").write_bytes(bytes(MIB))
    before = room_bytes(room)
    (room / "folder").mkdir()
    (room / "folder" / "file").write_bytes(bytes(MIB))
    if os.name == "posix":
        (room / "link").symlink_to(tmp_path / "large")
        (room / "around").symlink_to(room)
    assert MIB <= room_bytes(room) - before < 1.1 * MIB


def deepen(room: Path, depth: int) -> None:
    """Folders in folders, deeper than a path can name."""
    back = os.getcwd()
    os.chdir(room)
    try:
        for _ in range(depth):
            os.mkdir("x" * 50)
            os.chdir("x" * 50)
    finally:
        os.chdir(back)


@posix
def test_folders_that_are_too_deep_to_count_are_over_the_limit(tmp_path: Path) -> None:
    room = make(tmp_path / "rooms")
    deepen(room, 100)
    assert room_bytes(room, 10 * MIB) > 10 * MIB
    remove(room)


@posix
def test_a_room_is_removed_whatever_is_left_in_it(tmp_path: Path) -> None:
    room, kept = make(tmp_path / "rooms"), tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    (room / "1").touch()
    (room / "link").symlink_to(kept)
    (room / "nowhere").symlink_to(room / "missing")
    deepen(room, 300)
    closed = room / "closed" / "inner"
    closed.mkdir(parents=True)
    (closed / "file").touch()
    closed.chmod(0)
    closed.parent.chmod(0)
    os.mkfifo(room / "pipe")
    remove(room)
    assert not room.exists()
    assert (kept / "file").exists()


def test_the_nearest_control_group_that_bounds_memory_is_taken(tmp_path: Path) -> None:
    mine = tmp_path / "user.slice" / "user@1000.service" / "app.slice" / "scope"
    mine.mkdir(parents=True)
    for folder, given in ((mine, ""), (mine.parent, "pids"), (mine.parent.parent, "cpu memory pids")):
        (folder / "cgroup.subtree_control").write_text(given)
        (folder / "cgroup.procs").touch()
    assert cgroup_folder(tmp_path, "/user.slice/user@1000.service/app.slice/scope") == mine.parent.parent


def test_no_control_group_is_taken_where_none_bounds_memory(tmp_path: Path) -> None:
    assert cgroup_folder(tmp_path, "/") is None


@pytest.mark.skipif(sys.platform != "linux", reason="system calls of Linux")
def test_the_numbers_of_system_calls_are_those_of_this_machine() -> None:
    headers = {
        "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "aarch64": "/usr/include/asm-generic/unistd.h",
    }
    header = Path(headers.get(platform.machine(), ""))
    if not header.is_file():
        pytest.skip("the C library's headers are not installed")
    words = [line.split()[1:] for line in header.read_text().splitlines() if line.startswith("#define __NR")]
    known = {word[0].removeprefix("__NR3264_").removeprefix("__NR_"): word[1] for word in words if len(word) > 1}
    column = calls.ARCHITECTURES[platform.machine()][1]
    wrong = {
        name for name, both in calls.REFUSED_CALLS.items() if known.get(name, str(both[column])) != str(both[column])
    }
    assert wrong == set()


def test_folder_that_nobody_may_enter_counts_as_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(errno.EACCES, "not for the watcher, which is not root", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert room_bytes(tmp_path, 10 * MIB) > 10 * MIB
