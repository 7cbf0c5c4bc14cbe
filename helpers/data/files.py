"""The original files of a data set: what was published, and whether a file is it. For whoever adds a data set.

Everything here follows one rule: only bytes whose checksum is known are decoded, whatever wrapper (.gz, .tar.gz)
and whatever place (a folder of the course, the cache, a mirror) they come from. `sources` says which places, `formats`
decodes. Imports nothing but the standard library.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Generic, TypeVar

LARGEST_FILE = 1 << 26  # bytes; bounds a file whose size nobody publishes

Data = TypeVar("Data")


class BadFileError(ValueError):
    """A file that is unreadable, cut short, or not the one that was published."""

    def __init__(self, path: Path, problem: str) -> None:
        """Remember the path, so that whoever owns the folder can set the file aside."""
        super().__init__(f"{path} {problem}")
        self.path = path
        self.problem = problem


def unpack_gzip(stream: BinaryIO, limit: int) -> bytes:
    """Unpack a gzipped file, told by its first bytes and not by its name; read any other as it is.

    Args:
        stream: the file, at its start.
        limit: bytes to read at most.

    Returns:
        The first bytes of the content, at most `limit`.
    """
    is_gzip = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    return gzip.GzipFile(fileobj=stream).read(limit) if is_gzip else stream.read(limit)


def leave_packed(stream: BinaryIO, limit: int) -> bytes:
    """Read a file as it is: where the checksum of the archive itself was published, and not that of its members."""
    return stream.read(limit)


@dataclass(frozen=True)
class FileSpec:
    """One original file, as its publisher made it.

    Attributes:
        name: file name once unpacked.
        checksum: of the unpacked content, with its algorithm: ``"sha256:0fa7…"``.
        archive: name of the file that a mirror offers and that holds this one.
        size: bytes of the unpacked content; None where the publisher states none.
        unpack: reads the content, and at most so many bytes of it, from a file that is no tar archive.
    """

    name: str
    checksum: str
    archive: str
    size: int | None = None
    unpack: Callable[[BinaryIO, int], bytes] = unpack_gzip

    @property
    def limit(self) -> int:
        """Bytes worth reading: one more than expected, so that a file that is too long shows."""
        return 1 + (LARGEST_FILE if self.size is None else self.size)


@dataclass(frozen=True, kw_only=True)
class DatasetSpec(Generic[Data]):
    """All that is known of a data set before it is loaded.

    Attributes:
        name: as given to ``load_dataset`` or ``load_table``.
        title: as people write it.
        folders: below ``COURSE_DATA``, where to look for the files; the cache uses the first one.
        files: the original files. Called when needed, since some checksums come from torchvision, slow to import.
        mirrors: addresses, best first: of a folder if they end in "/", else of the archive itself. Called when
            needed, for the same reason.
        decode: turns the files' contents, by name, into arrays or a table.
        licence: of the data, not of this code.
        citation: whom to cite.
        copies: files that hold the whole data set in another form: read where they lie, never fetched.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    files: Callable[[], tuple[FileSpec, ...]]
    mirrors: Callable[[], tuple[str, ...]]
    decode: Callable[[Mapping[str, bytes]], Data]
    licence: str
    citation: str
    copies: tuple[FileSpec, ...] = ()

    def lacks(self, contents: Mapping[str, bytes]) -> list[FileSpec]:
        """Return the original files that are still to be found: none if a copy holds them all."""
        if any(copy.name in contents for copy in self.copies):
            return []
        return [file for file in self.files() if file.name not in contents]


def verify(content: bytes, file: FileSpec, path: Path) -> None:
    """Compare size and checksum with the published ones.

    Args:
        content: what was found, unpacked.
        file: what was published.
        path: where it was found, for the message.

    Raises:
        BadFileError: they differ.

    Example:
        >>> verify(b"only half", FileSpec("labels", "md5:…", archive="labels.gz", size=18), Path("labels"))
        Traceback (most recent call last):
        helpers.data.files.BadFileError: labels is cut short or of another size: 9 bytes unpacked, expected 18
    """
    if file.size is not None and len(content) != file.size:
        found = f"over {file.size:,}" if len(content) == file.limit else f"{len(content):,}"
        raise BadFileError(path, f"is cut short or of another size: {found} bytes unpacked, expected {file.size:,}")
    algorithm, expected = file.checksum.split(":")
    # usedforsecurity=False: machines under FIPS rules refuse md5 otherwise.
    found = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
    if found != expected:
        raise BadFileError(
            path, f"is not the file that was published: its {algorithm} is {found[:12]}…, expected {expected[:12]}…"
        )


def read_verified(path: Path, files: Sequence[FileSpec]) -> dict[str, bytes]:
    """Unpacked and verified content of the files that one path holds.

    Args:
        path: a tar archive (told by its name), or a file that `FileSpec.unpack` can read.
        files: what to take from it; one file unless it is a tar archive.

    Returns:
        Content by file name.

    Raises:
        BadFileError: a file is missing, unreadable, cut short, or not what was published.
    """
    try:
        contents = _read_tar(path, files) if ".tar" in path.suffixes else {files[0].name: _read_one(path, files[0])}
    except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError) as error:
        raise BadFileError(path, f"is cut short or corrupted: {error}") from error
    except OSError as error:
        raise BadFileError(path, f"cannot be read: {error.strerror or error}") from error
    for file in files:
        if file.name not in contents:
            raise BadFileError(path, f"holds no file named {file.name}")
        verify(contents[file.name], file, path)
    return contents


def _read_one(path: Path, file: FileSpec) -> bytes:
    with path.open("rb") as stream:
        return file.unpack(stream, file.limit)


def _read_tar(path: Path, files: Sequence[FileSpec]) -> dict[str, bytes]:
    wanted = {file.name: file for file in files}
    contents = {}
    with tarfile.open(path) as archive:  # members are read into memory: none of their paths is trusted
        for member in archive:
            name = PurePosixPath(member.name).name
            stream = archive.extractfile(member) if name in wanted else None
            if stream is not None:
                contents[name] = stream.read(wanted[name].limit)
    return contents


def read_folder(root: Path, spec: DatasetSpec) -> tuple[dict[str, bytes], list[BadFileError]]:
    """Read what a folder holds of a data set, and change nothing in it.

    Args:
        root: folder with ``spec.folders`` in it.
        spec: the data set.

    Returns:
        Content of each good file by name, and a problem for each bad one that was met.
    """
    contents: dict[str, bytes] = {}
    problems = []
    for path, files in _places(root, spec):
        wanted = [file for file in files if file.name not in contents]
        if wanted and spec.lacks(contents) and os.path.isfile(path):
            try:
                contents |= read_verified(path, wanted)
            except BadFileError as problem:
                problems.append(problem)
    return contents, problems


def _places(root: Path, spec: DatasetSpec) -> Iterator[tuple[Path, list[FileSpec]]]:
    """Where the files may lie, and which ones: plain files first, since they need no unpacking."""
    archives = by_archive(spec.files())
    for folder in spec.folders:
        for file in spec.files():
            yield root / folder / file.name, [file]
    for folder in spec.folders:
        for archive, files in archives.items():
            if archive != files[0].name:
                yield root / folder / archive, files
    for folder in spec.folders:
        for file in spec.copies:
            yield root / folder / file.name, [file]


def by_archive(files: Sequence[FileSpec]) -> dict[str, list[FileSpec]]:
    """Group files by the archive that holds them."""
    groups: dict[str, list[FileSpec]] = {}
    for file in files:
        groups.setdefault(file.archive, []).append(file)
    return groups
