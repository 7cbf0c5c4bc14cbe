"""Shut a forked process in, before it runs a student's code.

The fork server has imported torch once and runs inside bubblewrap. Each submission is a fork of it, and bubblewrap
cannot be put around a process that is already running. So the fork makes namespaces of its own here: it is process 1 of
its process namespace (when it dies, all of its descendants die), sees one room of all the rooms, has no capability,
and cannot gain one. Linux only; standard library only, because it runs in the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import re
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows has none, and can grade in a container
    import resource

from instructor.sandbox import seccomp
from instructor.sandbox.limits import GIB, Limits

REFUSED = 125  # exit status of a child that could not be shut in and has run nothing
NOBODY = 65534

NEW_MOUNTS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x20000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
    1 << 30,
)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 36, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
LAST_CAPABILITY = 63
CAPABILITIES_VERSION_3 = 0x20080522
RESERVED_PROCESS_NUMBERS = 300  # the highest number of a namespace cannot be lower; so numbers start behind them
SCRATCH = ("/tmp", "/var/tmp", "/dev/shm")


def fork_confined(
    room: Path,
    limits: Limits,
    keep_fds: Sequence[int],
    run: Callable[[], None],
    *,
    isolate: bool = True,
) -> int:
    """Fork twice, shut the grandchild in, and let it call `run` as process 1 of its own namespace.

    The child in between only waits, and exits as the grandchild did: 0 when `run` returned, 1 after an exception,
    128 + n after signal n. `REFUSED` is the status of a child that could not be shut in, told on stderr; because a
    student's code can exit so, too, let `run` begin by saying that it has begun, before it reads that code.

    Args:
        room: folder that the student's code may write, and the only one of its parent's that it may see.
        limits: what it may use. Time, memory of all processes together and files are for `Watcher`, outside.
        keep_fds: file descriptors that stay open. Of 0, 1 and 2, those which are not here lead to /dev/null.
        run: what to do there; it begins with no capability, so it needs everything imported already.
        isolate: False for `--no-sandbox`: limits and a session of its own, but no namespace and no filter.

    Returns:
        The child's process number as the caller sees it. The caller must wait for it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = REFUSED
    try:
        status = _outer(room.resolve(), limits, keep_fds, run, isolate)
    except BaseException:
        _say_exception()
    finally:
        os._exit(status)


def confine(room: Path, limits: Limits, keep: Sequence[int], *, isolate: bool = True) -> None:
    """Shut this process in; it is process 1 of the namespaces that `fork_confined` made.

    Args:
        room: absolute path of the folder that stays writable.
        limits: see `restrict`.
        keep: file descriptors that stay open.
        isolate: False leaves file system and system calls as they are.

    Raises:
        OSError: the kernel refuses a step. Nothing of the student's may run then.
    """
    os.setsid()
    _close_all_but(keep)
    if isolate:
        _detach_mounts()
        _hide_all_but(room, limits)
        _own_proc(limits)
    os.chdir(room)
    _point_to(room)
    restrict(limits, isolate=isolate)


def restrict(limits: Limits, *, isolate: bool = True) -> None:
    """Give up all capabilities, bound this process, and filter its system calls. There is no way back.

    For a program that `wrap` started and that makes no namespaces of its own, call it before the student's code.

    Args:
        limits: memory (as private writable memory on top of what the process has), processor time and size of a file
            for each process; number of processes where the kernel counts them for each namespace.
        isolate: False keeps capabilities and system calls.

    Raises:
        OSError: the kernel refuses a step.
    """
    _set_resources(limits)
    os.nice(5)  # the watcher and the server come first, so that a fork bomb cannot starve them
    if sys.platform != "linux":
        return
    if isolate:
        _drop_capabilities()
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_DUMPABLE, 1)  # else a watcher who is not root may not ask for its memory
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if isolate:
        seccomp.install()


def _outer(room: Path, limits: Limits, keep: Sequence[int], run: Callable[[], None], isolate: bool) -> int:
    """Make the namespaces, fork process 1 into them, and wait for it."""
    _default_signals()
    if isolate:
        _own_namespaces()
    elif sys.platform == "linux":
        _prctl(PR_SET_CHILD_SUBREAPER, 1)  # so that a detached process stays where the watcher finds it
    outer_is_gone, held = os.pipe()
    inner = os.fork()
    if not inner:
        os.close(held)
        _inner(room, limits, keep, run, isolate, outer_is_gone)
    _close_all_but([held])  # so that the other end of a pipe notices when process 1 is gone
    _, status = os.waitpid(inner, 0)
    if not isolate:
        _kill_session(inner)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _kill_session(leader: int) -> None:
    """Kill what a process left behind, where no namespace does it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _inner(
    room: Path, limits: Limits, keep: Sequence[int], run: Callable[[], None], isolate: bool, outer_is_gone: int
) -> None:
    """Be the student's process; never return."""
    status = REFUSED
    try:
        confine(room, limits, [*keep, outer_is_gone], isolate=isolate)
        if select.select([outer_is_gone], [], [], 0)[0]:  # since before we asked the kernel to tell us
            os._exit(REFUSED)
        os.close(outer_is_gone)
        status = 1
        run()
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        _say_exception()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status & 0xFF)


def _say_exception() -> None:
    """Print it, also when stderr was replaced or closed."""
    text = f"sandbox: {traceback.format_exc()}"
    with contextlib.suppress(OSError):
        os.write(2, text.encode(errors="replace"))


def _default_signals() -> None:
    """Forget the server's handlers; Python itself ignores the two, and turns them into an OSError."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) not in (signal.SIG_DFL, None):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _close_all_but(keep: Sequence[int]) -> None:
    """Close file descriptors; 0, 1 and 2 lead to /dev/null unless they are kept."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in {0, 1, 2} - set(keep):
        os.dup2(null, number)
    first = 3
    for number in sorted(number for number in set(keep) if number > 2):
        os.closerange(first, number)
        first = number + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def _own_namespaces() -> None:
    """Users, processes (from the next fork on), mounts, memory for communication, host name and network."""
    user, group = os.getuid(), os.getgid()
    _check(_libc().unshare(NEW_USER | NEW_PID | NEW_MOUNTS | NEW_IPC | NEW_NET | NEW_UTS), "own namespaces")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {user} 1"), ("gid_map", f"{NOBODY} {group} 1")):
        # With the closing inside the try: a refusal shows only then, and a file left to the collector hides it.
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _detach_mounts() -> None:
    """From here on no mount of ours is seen by the server."""
    _mount("", "/", flags=MS_REC | MS_PRIVATE)


def _hide_all_but(room: Path, limits: Limits) -> None:
    """Empty folders in place of `room`'s parent and of the scratch folders; what was mounted there comes back.

    A course or a Python that lies below /tmp was put there by bubblewrap, one mount for each: these stay visible.
    """
    if room.parent == Path("/"):
        raise ValueError(f"the room {room} must lie in a folder of its own, not in /: make one, such as /tmp/rooms")
    opened = os.open(room, os.O_PATH | os.O_DIRECTORY)
    hidden = [folder for folder in map(Path, SCRATCH) if folder.is_dir() and not folder.is_symlink()]
    if not any(room.parent.is_relative_to(folder) for folder in hidden):
        hidden.append(room.parent)
    for folder in hidden:
        kept = [(path, os.open(path, os.O_PATH)) for path in _mounts_below(folder) if not _touches(path, room.parent)]
        kept += [(room, opened)] if room.is_relative_to(folder) else []
        _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, f"size={limits.file_size},mode=755")
        for path, number in kept:
            _put_back(path, number)
            os.close(number)  # through an open folder `..` leads behind the curtain
        if str(folder) not in SCRATCH:
            _mount("", folder, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _touches(path: Path, rooms: Path) -> bool:
    """Whether a mount holds the rooms, or lies among them."""
    return rooms.is_relative_to(path) or path.is_relative_to(rooms)


def _mounts_below(folder: Path) -> list[Path]:
    """The topmost places below a folder where something is mounted."""
    with open("/proc/self/mountinfo") as file:
        names = [re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), line.split()[4]) for line in file]
    inside = sorted({Path(name) for name in names if folder in Path(name).parents})
    return [path for path in inside if not any(other in path.parents for other in inside)]


def _put_back(path: Path, opened: int) -> None:
    """Mount what an open file descriptor stands for at its old place."""
    if os.path.isdir(f"/proc/self/fd/{opened}"):
        path.mkdir(parents=True, exist_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    _mount(f"/proc/self/fd/{opened}", path, flags=MS_BIND | MS_REC)


def _own_proc(limits: Limits) -> None:
    """A /proc that shows no other process, or, where the kernel refuses one, the server's; read-only in any case.

    Read-only matters: to a process whose owner outside is root, the switches in /proc/sys are writable.
    """
    _bound_process_numbers(limits)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    with contextlib.suppress(OSError):  # refused where /proc is covered in part: in containers, for root in bubblewrap
        _mount("proc", "/proc", "proc", flags)
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # if the machine runs out of memory, this goes first
    _mount("", "/proc", flags=MS_REMOUNT | MS_BIND | MS_RDONLY | flags)


def _bound_process_numbers(limits: Limits) -> None:
    """Let the kernel bound a fork bomb, that of a process whose owner outside is root, too.

    Since Linux 6.14 each process namespace has a highest number of its own. Before, it was the whole machine's: never
    write it there.
    """
    if _kernel() < (6, 14) or os.getpid() != 1:
        return
    first = RESERVED_PROCESS_NUMBERS + 1
    for name, number in (("pid_max", first + limits.tasks()), ("ns_last_pid", first)):
        with (
            contextlib.suppress(OSError),  # not permitted, or below the kernel's minimum: the watcher counts, too
            open(f"/proc/sys/kernel/{name}", "w") as file,
        ):
            file.write(str(number))


def _point_to(room: Path) -> None:
    """Let home and temporary files be in the room."""
    os.environ.update(HOME=str(room), TMPDIR=str(room))
    tempfile.tempdir = None
    os.umask(0o022)


def _set_resources(limits: Limits) -> None:
    """Limits of each single process, which the kernel holds without a watcher."""
    seconds = int(1.5 * limits.cpu_seconds) + 5  # the watcher comes first, even on a busy machine: it says why
    bounds = {
        # Well above the limit: a program that grows step by step is stopped by the watcher, which says why.
        "RLIMIT_DATA": _data_size() + limits.memory + max(limits.memory // 4, GIB),
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": limits.file_size,
        "RLIMIT_NOFILE": limits.open_files(),
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 2**16,
        "RLIMIT_MSGQUEUE": 2**16,
    }
    if _kernel() >= (5, 14) and _in_own_user_namespace():
        bounds["RLIMIT_NPROC"] = limits.tasks()  # elsewhere it counts all processes of the user, outside, too
    for name, value in bounds.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hardest = resource.getrlimit(kind)[1]
        value = value if hardest == resource.RLIM_INFINITY else min(value, hardest)
        resource.setrlimit(kind, (value, value))


def _kernel() -> tuple[int, ...]:
    """Version of the Linux kernel, such as (6, 14); (0, 0) on other systems."""
    if sys.platform != "linux":
        return (0, 0)
    return tuple(int(number) for number in re.findall(r"\d+", platform.release())[:2])


def _in_own_user_namespace() -> bool:
    """Whether users here are not those of the whole machine."""
    return Path("/proc/self/uid_map").read_text().split() != ["0", "0", str(2**32 - 1)]


def _data_size() -> int:
    """Bytes of private writable memory that this process has already: torch's, mostly."""
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmData"))
    except (OSError, StopIteration):
        return 0


def _drop_capabilities() -> None:
    """None left, and none that a program could bring."""
    for number in range(LAST_CAPABILITY + 1):
        try:
            _prctl(PR_CAPBSET_DROP, number)
        except OSError:
            break  # past the last one that this kernel has, or not ours to drop: then there is none to gain either
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION_3, 0)
    _check(_libc().capset(header, (ctypes.c_uint32 * 6)()), "giving up the capabilities")


def _mount(source: str, target: str | Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    """mount(2), by the names of its parts."""
    words = [word.encode() or None for word in (source, str(target), kind)]
    _check(_libc().mount(*words, ctypes.c_ulong(flags), options.encode() or None), f"mount on {target}")


def _prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    _check(_libc().prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))), f"prctl {option}")


def _check(result: int, what: str) -> None:
    """Raise what the C library reports."""
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)
