"""What `wrap` shows to a program, and what it refuses to show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from instructor.sandbox import Limits, stopping, wrap
from instructor.sandbox.command import interpreter_paths

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "rooms").mkdir()
    return tmp_path / "rooms"


def binds(command: list[str], option: str) -> list[str]:
    return [command[place + 1] for place, word in enumerate(command) if word == option]


@linux
def test_only_the_room_is_writable(room: Path) -> None:
    command = wrap("bubblewrap", ["true"], room=room)
    assert binds(command, "--bind") == [str(room)]
    assert binds(command, "--remount-ro") == ["/dev", "/"]
    assert command[-2:] == ["--", "true"]


@linux
def test_nothing_but_the_system_python_and_what_is_named_is_readable(room: Path, tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    command = wrap("bubblewrap", ["true"], room=room, readable=[tmp_path / "course"])
    shown = set(map(Path, binds(command, "--ro-bind")))
    system = [Path(name) for name in ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/nix", "/proc/sys")]
    rest = {path for path in shown if not any(path.is_relative_to(folder) for folder in system)}
    assert rest <= {*interpreter_paths(), tmp_path / "course"}


@linux
def test_the_environment_is_set_anew(room: Path) -> None:
    command = wrap("bubblewrap", ["true"], room=room, environ={"PYTHONPATH": "/x"})
    assert command[:2] == ["/usr/bin/env", "-i"]
    assert {"LANG=C.UTF-8", "OMP_NUM_THREADS=1", "MPLBACKEND=agg", f"HOME={room}", "PYTHONPATH=/x"} <= set(command)


@pytest.mark.parametrize("kind", ["bubblewrap", "docker"])
def test_a_folder_that_holds_the_room_is_never_readable(room: Path, kind: str) -> None:
    with pytest.raises(ValueError, match="holds the room"):
        wrap(kind, ["true"], room=room, readable=[room.parent])


def test_a_missing_path_is_named(room: Path) -> None:
    with pytest.raises(ValueError, match=r"missing does not exist"):
        wrap("bubblewrap", ["true"], room=room, readable=[room / "missing"])


@pytest.mark.parametrize("kind", ["docker", "podman"])
def test_a_container_has_no_network_no_rights_and_limits(room: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "course").mkdir()
    limits = Limits(memory=2**30, processes=10, cpu_seconds=5, wall_seconds=7)
    command = wrap(kind, [sys.executable, "-V"], room=room, readable=[tmp_path / "course"], limits=limits, image="i")
    text = " ".join(command)
    wanted = ["--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--rm"]
    wanted += ["--memory 1073741824", "--memory-swap 1073741824", "--pids-limit 20", "--ulimit cpu=6:6"]
    wanted += [f"{room}:{room}:rw", f"{tmp_path / 'course'}:{tmp_path / 'course'}:ro"]
    assert [part for part in wanted if part not in text] == []
    assert command[-6:] == ["i", "timeout", "--signal=KILL", "7", "python", "-V"]
    name = command[command.index("--name") + 1]
    assert stopping(kind, room)[1:] == ["kill", name]


def test_a_container_inherits_no_file_descriptors(room: Path) -> None:
    with pytest.raises(ValueError, match="stdin and stdout"):
        wrap("docker", ["true"], room=room, fds=[5])
    assert wrap("docker", ["true"], room=room, fds=[0, 1])


def test_bubblewrap_needs_no_command_to_stop(room: Path) -> None:
    assert stopping("bubblewrap", room) == []


@linux
def test_without_a_sandbox_the_environment_is_still_set_anew(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "x")
    code = "import os; print('SECRET_OF_THE_INSTRUCTOR' in os.environ, os.environ['HOME'])"
    command = wrap("none", [sys.executable, "-c", code], room=room)
    assert subprocess.check_output(command, text=True).split() == ["False", str(room)]


def test_links_to_python_are_shown_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "store" / "bin" / "python3.12"
    for path in (real, tmp_path / "local" / "python", tmp_path / "venv" / "bin" / "python"):
        path.parent.mkdir(parents=True)
    real.touch()
    (tmp_path / "local" / "python").symlink_to(real)
    (tmp_path / "venv" / "bin" / "python").symlink_to(
        os.path.relpath(tmp_path / "local" / "python", tmp_path / "venv/bin")
    )
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "bin" / "python"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "store"))
    monkeypatch.setattr(sys, "base_exec_prefix", str(tmp_path / "store"))
    assert set(interpreter_paths()) == {tmp_path / "venv", tmp_path / "store", tmp_path / "local" / "python"}
