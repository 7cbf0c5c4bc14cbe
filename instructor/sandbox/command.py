"""The command that runs another one shut in: with bubblewrap, or in a container of Docker or Podman."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from instructor.sandbox.limits import Limits

Kind = Literal["bubblewrap", "docker", "podman", "none"]

IMAGE = "hidden-layers-sandbox"  # docker build -t hidden-layers-sandbox -f instructor/sandbox/Dockerfile .
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/fonts")
SOMEBODY = "1000"  # any number but 0: to map root into a namespace of one's own, Linux wants a capability


def wrap(
    kind: Kind,
    argv: Sequence[str],
    *,
    room: Path,
    readable: Sequence[Path] = (),
    limits: Limits | None = None,
    fds: Sequence[int] = (),
    server: bool = False,
    environ: Mapping[str, str] | None = None,
    image: str = IMAGE,
) -> list[str]:
    """The command that runs `argv` without network, and with no file but those it needs.

    It sees the system's programs and libraries, this Python with its packages, what `readable` names, and `room`, all
    but the last read-only and at the same paths as outside; its environment is empty but for `variables`.

    Args:
        kind: what shuts it in, as `probe().kind` says; "none" only sets the environment.
        argv: program and its arguments. In a container `sys.executable` stands for the image's Python.
        room: existing folder that it may write; it starts there.
        readable: files and folders that it may read. None may hold the room: that would show its neighbours.
        limits: for a container, whose processes no watcher outside sees. Elsewhere `restrict` and `Watcher` hold them.
        fds: file descriptors that it inherits: give the same to `Popen(pass_fds=…)`. A container gets only 0, 1 and 2;
            talk with it through these, or on Linux through a UNIX socket in the room.
        server: the program is the fork server, which calls `fork_confined`; it may still bound its processes' numbers.
        environ: further variables.
        image: of Docker or Podman.

    Raises:
        ValueError: a path is missing or holds the room, or a container should inherit file descriptors.
    """
    room = room.resolve()
    _check_paths(room, readable)
    set_here = {**variables(room), **(environ or {})}
    if kind in ("docker", "podman"):
        if set(fds) - {0, 1, 2}:
            raise ValueError(f"{kind} passes no file descriptors but 0, 1 and 2, got {list(fds)}: use stdin and stdout")
        return _container(kind, argv, room, readable, limits or Limits(), set_here, image)
    clean = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in set_here.items())]
    if kind == "none":
        return [*clean, *argv] if os.name == "posix" else list(argv)
    return [*clean, *_bubblewrap(room, readable, server), "--", *argv]


def program(kind: Kind) -> str | None:
    """Path of bubblewrap, Docker or Podman; of bubblewrap the system's own, which AppArmor's profiles name."""
    if kind == "bubblewrap":
        return shutil.which("bwrap", path="/usr/bin:/bin") or shutil.which("bwrap")
    return shutil.which(kind)


def variables(room: Path) -> dict[str, str]:
    """The environment inside: enough for Python, nothing of the instructor's."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(room),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "agg",
    }


def interpreter_paths() -> list[Path]:
    """What this Python consists of: its folders, and each link on the way from its name to the real program."""
    folders = [Path(name) for name in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)]
    folders += [folder.resolve() for folder in folders]
    found = list(dict.fromkeys(folders))
    link = Path(os.path.abspath(sys.executable))
    while link.is_symlink():
        link = Path(os.path.abspath(link.parent / os.readlink(link)))
        if not any(link.is_relative_to(folder) for folder in found):
            found.append(link)
    return found


def container_name(room: Path) -> str:
    """Name of the container that works in a room."""
    return f"hidden-layers-{room.resolve().name}"


def stopping(kind: Kind, room: Path) -> list[str]:
    """The command that stops a container at once: to kill the process that `wrap` started does not.

    Returns:
        Empty for the kinds that need none. `Watcher(stop=…)` takes it.
    """
    return [program(kind) or kind, "kill", container_name(room)] if kind in ("docker", "podman") else []


def _check_paths(room: Path, readable: Sequence[Path]) -> None:
    for path in [room, *readable]:
        if not path.exists():
            raise ValueError(f"{path} does not exist: what the sandbox shows must be there before it starts")
    for path in [*readable, *interpreter_paths()]:
        if room.is_relative_to(path.resolve()):
            raise ValueError(f"{path} must not be readable: it holds the room {room}; name the folders that are needed")


def _bubblewrap(room: Path, readable: Sequence[Path], server: bool) -> list[str]:
    """Program and options, without the command."""
    options = [
        program("bubblewrap") or "bwrap",
        "--unshare-all",
        "--unshare-user",
        "--uid",
        SOMEBODY,
        "--gid",
        SOMEBODY,
    ]
    options += ["--new-session", "--die-with-parent", "--cap-drop", "ALL"]
    options += _system()
    options += ["--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    for path in [*interpreter_paths(), *(path.absolute() for path in readable), *map(Path.resolve, readable)]:
        if not path.is_relative_to("/usr"):
            options += ["--ro-bind", str(path), str(path)]
    options += ["--bind", str(room), str(room), "--chdir", str(room)]
    if not server and getattr(os, "geteuid", int)() == 0:
        # To a process whose owner outside is root, the switches in /proc/sys are writable, whatever its capabilities.
        options += ["--ro-bind", "/proc/sys", "/proc/sys"]
    return [*options, "--remount-ro", "/"]


def _system() -> list[str]:
    """Options that show the system's programs and libraries."""
    options = []
    for name in SYSTEM_FOLDERS:
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            options += ["--ro-bind", name, name]
    for name in SYSTEM_FILES:
        options += ["--ro-bind", name, name] if os.path.exists(name) else []
    return options


def _container(
    kind: Kind,
    argv: Sequence[str],
    room: Path,
    readable: Sequence[Path],
    limits: Limits,
    set_here: Mapping[str, str],
    image: str,
) -> list[str]:
    """The command for Docker or Podman; the container's own `timeout` stops it by the clock, too."""
    scratch = f"rw,nosuid,nodev,size={limits.file_size}"
    cpu, memory = int(limits.cpu_seconds) + 1, str(limits.memory)
    options = ["--rm", "--interactive", "--init", "--name", container_name(room), "--network", "none", "--read-only"]
    options += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--ipc", "private"]
    options += ["--pids-limit", str(limits.tasks()), "--memory", memory, "--memory-swap", memory]
    options += ["--ulimit", f"cpu={cpu}:{cpu}", "--ulimit", f"fsize={limits.file_size}:{limits.file_size}"]
    options += ["--ulimit", "core=0:0", "--ulimit", f"nofile={limits.open_files()}:{limits.open_files()}"]
    options += ["--tmpfs", f"/tmp:{scratch}", "--shm-size", str(limits.file_size), "--workdir", str(room)]
    if hasattr(os, "getuid"):
        options += ["--user", f"{os.getuid()}:{os.getgid()}"]
        options += ["--userns", "keep-id"] if kind == "podman" and os.getuid() else []
    for path in readable:
        options += ["--volume", f"{path.resolve()}:{path.absolute()}:ro"]
    options += ["--volume", f"{room}:{room}:rw"]
    for name, value in set_here.items():
        options += ["--env", f"{name}={value}"] if name != "PATH" else []
    inside = ["python" if part == sys.executable else part for part in argv]
    clock = ["timeout", "--signal=KILL", f"{limits.wall_seconds:g}"]
    return [program(kind) or kind, "run", *options, image, *clock, *inside]
