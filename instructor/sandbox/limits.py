"""What a submission may use."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class Limits:
    """What one submission may use before it is stopped.

    Attributes:
        memory: bytes, of all its processes together.
        cpu_seconds: seconds of processor time, of all its processes together.
        wall_seconds: seconds from the start, by the clock. Generous, because a busy machine is not the student's fault.
        processes: how many at the same time.
        file_size: bytes of one file.
        room_size: bytes of all files together.
        output: bytes of printed text that whoever reads it keeps. The rest is thrown away, not counted as a mistake.
    """

    memory: int = 4 * GIB
    cpu_seconds: float = 300.0
    wall_seconds: float = 900.0
    processes: int = 64
    file_size: int = 256 * MIB
    room_size: int = GIB
    output: int = MIB

    def tasks(self) -> int:
        """Processes and threads together that the kernel allows: a bound for a fork bomb, above what `Watcher` counts.

        Example:
            >>> Limits(processes=10).tasks()
            20
        """
        return 2 * self.processes

    def open_files(self) -> int:
        """Number of file descriptors that a process may hold."""
        return 1024


def size(count: float) -> str:
    """Bytes as a person writes them.

    Example:
        >>> size(4 * GIB), size(1.5 * MIB), size(300)
        ('4 GiB', '1.5 MiB', '300 bytes')
    """
    for name, unit in (("GiB", GIB), ("MiB", MIB), ("KiB", KIB)):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} bytes"
