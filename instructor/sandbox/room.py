"""The folder in which one submission may write."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def make(rooms: Path) -> Path:
    """Make an empty room with a name of its own; return its path."""
    rooms.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="room-", dir=rooms))


def remove(room: Path) -> None:
    """Remove a room, whatever a student's code left in it.

    Folders a thousand deep have paths that are too long for the system (and for `shutil.rmtree`), and folders without
    permissions refuse to be emptied. So each folder's folders are moved up into the room before it is removed, and
    nothing is ever followed.

    Example:
        >>> with tempfile.TemporaryDirectory() as rooms:
        ...     room = make(Path(rooms))
        ...     (room / "a" / "b").mkdir(parents=True)
        ...     remove(room)
        ...     room.exists()
        False
    """
    number = 0
    os.chmod(room, stat.S_IRWXU)
    while names := os.listdir(room):
        for name in names:
            path = room / name
            if path.is_symlink() or not path.is_dir():
                path.unlink()
                continue
            os.chmod(path, stat.S_IRWXU)
            for inner in os.listdir(path):
                if (path / inner).is_dir() and not (path / inner).is_symlink():
                    os.chmod(path / inner, stat.S_IRWXU)  # to move a folder, its own `..` is written
                    number = _free(room, number + 1)
                    os.rename(path / inner, room / str(number))
                else:
                    os.unlink(path / inner)
            os.rmdir(path)
    os.rmdir(room)


def _free(room: Path, number: int) -> int:
    """The first number from `number` on that names nothing in the room."""
    while os.path.lexists(room / str(number)):
        number += 1
    return number
