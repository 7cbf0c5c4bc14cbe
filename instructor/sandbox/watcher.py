"""Watch the processes of one submission from outside, and stop them at the first limit."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import psutil

from instructor.sandbox.limits import Limits, size

LOOKS_PER_SECOND = 4
LEAST_FILE = 4096  # bytes that a file counts at least, so that a million empty ones are noticed
SCRATCH = ("tmp", "dev/shm")  # folders of the sandbox that lie in memory


class Watcher:
    """A thread that looks at a tree of processes four times a second and kills all of it at the first limit.

    Start it before the student's code begins. It needs nothing from inside: what it knows comes from the kernel.

    Args:
        pid: root of the tree, as this process sees it (`outside_pid` finds it): what `fork_confined` returned, or the
            process that runs what `wrap` made.
        limits: what the tree may use.
        room: folder whose files are counted.
        stop: command that stops what `pid` only speaks for: `command.stopping` makes it for a container.
        cgroups: folder in which a control group for this tree may be made; `cgroup_folder()` finds one.
        resident: bytes that such a tree has in memory from the beginning, most of them shared with others.

    Attributes:
        reason: why the tree was killed, to be read after "was stopped:"; None as long as it was not.
        peak_memory: largest number of bytes seen.
        resident: largest number of bytes in memory for which it was found out how many are shared.
        cpu_seconds: processor time of the tree as last seen.
        seconds: since the watcher was made.

    Example:
        >>> program = subprocess.Popen(["sleep", "30"])
        >>> with Watcher(program.pid, Limits(wall_seconds=0.1)) as watcher:
        ...     status = program.wait()
        >>> watcher.reason
        'it ran for more than 0.1 seconds'
    """

    def __init__(
        self,
        pid: int,
        limits: Limits,
        *,
        room: Path | None = None,
        stop: Sequence[str] = (),
        cgroups: Path | None = None,
        resident: int = 0,
    ) -> None:
        self.limits, self.room, self.reason = limits, room, None
        self.peak_memory, self.cpu_seconds, self.resident = 0, 0.0, resident
        self._pid, self._stop, self._began = pid, list(stop), time.monotonic()
        self._root = psutil.Process(pid) if psutil.pid_exists(pid) else None
        self._group = _ControlGroup.make(cgroups, pid, limits) if cgroups else None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"watcher of {pid}", daemon=True)

    @property
    def seconds(self) -> float:
        """Seconds since the watcher was made."""
        return time.monotonic() - self._began

    def start(self) -> Watcher:
        """Begin to look."""
        self._thread.start()
        return self

    def stop(self) -> str | None:
        """Look no more. The tree is left as it is.

        Returns:
            The reason why the tree was killed, or None.
        """
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._group:
            self.reason = self.reason or self._group.reason()
            self._group.remove()
            self._group = None
        return self.reason

    def __enter__(self) -> Watcher:
        return self.start()

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def look(self) -> str | None:
        """Look once.

        Returns:
            The limit that is passed, as the end of a sentence; None where there is none, and where the tree has ended.
        """
        limits, tree = self.limits, self._tree()
        if self.seconds > limits.wall_seconds:
            return f"it ran for more than {limits.wall_seconds:g} seconds"
        # The number first: to ask each of a thousand processes for its memory takes too long.
        if len(tree) - 1 > limits.processes:
            return f"it had more than {limits.processes} processes at once"
        self.cpu_seconds = max(self.cpu_seconds, sum(map(cpu_seconds, tree)))
        if self.cpu_seconds > limits.cpu_seconds:
            return f"it used more than {limits.cpu_seconds:g} seconds of processor time"
        if self._memory(tree) > limits.memory:
            return f"it used more than {size(limits.memory)} of memory"
        if self.room and room_bytes(self.room, limits.room_size) + deleted_bytes(tree) > limits.room_size:
            return f"it wrote more than {size(limits.room_size)} of files"
        return None

    def kill(self) -> None:
        """Kill the whole tree, the processes below the root first: process 1 of a namespace takes all others along."""
        if self._stop:
            subprocess.run(self._stop, capture_output=True, timeout=60, check=False)
        if self._group:
            self._group.kill()
        until = time.monotonic() + 10
        while self._running() and time.monotonic() < until:
            # The root last: what loses it would be found no more.
            for process in self._below() or self._below(surely=True) or [self._root]:
                try:
                    process.kill()
                except psutil.Error:
                    continue
            time.sleep(0.01)

    def _watch(self) -> None:
        # What is over before the first look meets only the limits that the kernel holds, and the look at its end.
        while not self._over.wait(1 / LOOKS_PER_SECOND) and self._running():
            try:
                self.reason = self.look()
            except Exception as error:  # what is not watched must not go on
                self.reason = f"it could not be watched ({type(error).__name__}: {error})"
            if self.reason:
                self.kill()
                return

    def _running(self) -> bool:
        try:
            return self._root is not None and self._root.is_running() and self._root.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def _memory(self, tree: Sequence[psutil.Process]) -> int:
        """Bytes that a tree takes, or more if that is within the limit.

        To find out what processes share costs 20 ms for each that has PyTorch, and holds it up meanwhile. To count what
        they share for each of them costs nothing, and is never less: enough, as long as it is within the limit and has
        not grown.
        """
        scratch = scratch_bytes(tree[-1].pid) if tree else 0
        most = sum(map(_resident, tree)) + scratch
        if most <= min(self.limits.memory, 1.1 * self.resident):
            return most
        self.resident = max(self.resident, most)
        memory = memory_bytes(tree) + scratch
        self.peak_memory = max(self.peak_memory, memory)
        return memory

    def _tree(self) -> list[psutil.Process]:
        """The root and all below it; empty when it has ended."""
        return [self._root, *self._below()] if self._running() else []

    def _below(self, *, surely: bool = False) -> list[psutil.Process]:
        try:
            return below(self._root, surely=surely)
        except psutil.Error:
            return []


def below(process: psutil.Process, *, surely: bool = False) -> list[psutil.Process]:
    """All processes below one.

    Args:
        process: the root, which is not among them.
        surely: whether none may be missing. The kernel's own list of children costs little, and may leave some out
            while others end (proc(5)); to ask each process of the machine for its parent costs ten times as much.

    Raises:
        psutil.Error: the root has ended.
    """
    if surely:
        return process.children(recursive=True)
    found, numbers = [], [process.pid]
    try:
        for number in numbers:  # grows meanwhile
            for task in os.listdir(f"/proc/{number}/task"):
                numbers += map(int, Path(f"/proc/{number}/task/{task}/children").read_text().split())
    except OSError:  # one has ended meanwhile, or this kernel keeps no such list
        return process.children(recursive=True)
    for number in numbers[1:]:
        with contextlib.suppress(psutil.Error):
            found.append(psutil.Process(number))
    return found


def outside_pid(server: int, inside: int) -> int:
    """What a process number of a sandbox's namespace is outside.

    Args:
        server: outside number of the process that runs what `wrap` made for the fork server.
        inside: number as the fork server sees it, such as `fork_confined` returns.

    Raises:
        ProcessLookupError: there is none such (any more).
    """
    for process in below(psutil.Process(server)):
        try:
            text = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            continue
        numbers = next((line.split()[1:] for line in text.splitlines() if line.startswith("NSpid:")), [])
        if len(numbers) == 2 and int(numbers[1]) == inside:
            return process.pid
    raise ProcessLookupError(f"below process {server} there is none that is number {inside} in its namespace")


def memory_bytes(tree: Sequence[psutil.Process], patience: float = 0.5) -> int:
    """Bytes of memory of all processes together.

    Args:
        tree: the processes.
        patience: seconds after which the rest is left for the next look. To ask a process for its memory waits for its
            forks to end, which takes a minute for a hundred that fork all the time; by then their number is told.
    """
    total, until = 0, time.monotonic() + patience
    for process in tree:
        total += _memory(process)
        if time.monotonic() > until:
            break
    return total


def room_bytes(room: Path, enough: float = float("inf")) -> int:
    """Bytes on the disk of all files in a folder, a little for each file and folder included.

    Args:
        room: folder; links are counted and not followed.
        enough: stop when there are more than so many.
    """
    total, folders = 0, [str(room)]
    while folders and total <= enough:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    total += _bytes_of(entry)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if total > enough:
                        break
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.EACCES):  # so deep, or so closed, that nobody can count below
                return int(min(enough, 2**62)) + 1
    return total


def deleted_bytes(tree: Sequence[psutil.Process]) -> int:
    """Bytes of files that the processes hold open and that no folder names any more."""
    seen: dict[tuple[int, int], int] = {}
    for process in tree:
        folder = f"/proc/{process.pid}/fd"
        try:
            numbers = os.listdir(folder)
        except OSError:
            continue
        for number in numbers:
            try:
                found = os.stat(f"{folder}/{number}")
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                seen[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(seen.values())


def scratch_bytes(pid: int) -> int:
    """Bytes in the sandbox's folders that lie in memory; 0 where it has none of its own."""
    total = 0
    for name in SCRATCH:
        inside, outside = f"/proc/{pid}/root/{name}", f"/{name}"
        try:
            own = not os.path.exists(outside) or os.stat(inside).st_dev != os.stat(outside).st_dev
            space = os.statvfs(inside)
        except OSError:
            continue
        total += (space.f_blocks - space.f_bfree) * space.f_frsize if own else 0
    return total


def cgroup_folder(root: Path = Path("/sys/fs/cgroup"), own: str | None = None) -> Path | None:
    """The nearest control group (version 2) above this process in which it may make one that bounds memory.

    Args:
        root: where the control groups are mounted.
        own: path of this process's group below `root`; None asks the kernel.

    Returns:
        None where there is none: then limits of each process and the watcher have to do.
    """
    try:
        lines = ["0::" + own] if own is not None else Path("/proc/self/cgroup").read_text().splitlines()
        start = root / next(line for line in lines if line.startswith("0::"))[3:].lstrip("/")
    except (OSError, StopIteration):
        return None
    for folder in [start, *start.parents]:
        if not folder.is_relative_to(root):
            break
        try:
            given = (folder / "cgroup.subtree_control").read_text().split()
        except OSError:
            continue
        writable = os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK)
        if writable and {"memory", "pids"} <= set(given):
            return folder
    return None


class _ControlGroup:
    """A control group of one submission."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits

    @classmethod
    def make(cls, parent: Path, pid: int, limits: Limits) -> _ControlGroup | None:
        """Make one and move a tree of processes into it; None where the kernel refuses."""
        group = cls(parent / f"hidden-layers-{os.getpid()}-{pid}", limits)
        try:
            group.folder.mkdir()
            group._write("memory.max", limits.memory)
            group._write("memory.oom.group", 1)
            group._write("pids.max", limits.tasks())
            for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
                group._write("cgroup.procs", process.pid)
            if (group.folder / "memory.swap.max").exists():
                group._write("memory.swap.max", 0)
        except (OSError, psutil.Error):
            group.remove()
            return None
        return group

    def reason(self) -> str | None:
        """What the kernel stopped the group for, if it did."""
        try:
            lines = (self.folder / "memory.events").read_text().splitlines()
        except OSError:
            return None
        killed = any(line.startswith("oom_kill ") and line != "oom_kill 0" for line in lines)
        return f"it used more than {size(self.limits.memory)} of memory" if killed else None

    def kill(self) -> None:
        """Kill all of its processes at once, where the kernel can."""
        try:
            self._write("cgroup.kill", 1)
        except OSError:
            return

    def remove(self) -> None:
        """Remove the group; one that still has processes stays."""
        try:
            self.folder.rmdir()
        except OSError:
            return

    def _write(self, name: str, value: int) -> None:
        with open(self.folder / name, "w") as file:
            file.write(str(value))


def cpu_seconds(process: psutil.Process) -> float:
    """Of the process and of those of its children which have ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system + getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)


def _memory(process: psutil.Process) -> int:
    """Bytes of a process; of pages that several share, its share, so that the server's torch is not counted in full."""
    try:
        found = process.memory_full_info()
        return getattr(found, "pss", 0) or found.uss
    except psutil.Error:
        pass
    return _resident(process)  # known without a right to look inside


def _resident(process: psutil.Process) -> int:
    """Bytes of a process in memory, those that it shares with others included."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _bytes_of(entry: os.DirEntry[str]) -> int:
    try:
        return max(entry.stat(follow_symlinks=False).st_blocks * 512, LEAST_FILE)
    except OSError:
        return LEAST_FILE
