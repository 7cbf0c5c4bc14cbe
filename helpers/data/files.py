"""Find, fetch and verify the original files of an image data set; `_formats` decodes them.

Everything here follows one rule: only bytes whose checksum is known are decoded, whatever wrapper (.gz, .tar.gz)
and whatever place (a folder of the course, the cache, a mirror) they come from.
"""

import gzip
import hashlib
import os
import tarfile
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pooch
import requests
from filelock import FileLock
from tqdm.auto import tqdm

from helpers.data.formats import ImageArrays

TIMEOUT = 15.0  # seconds without a byte from the server
LOCK_TIMEOUT = 600.0  # seconds to wait for another process that is fetching the same files
CHUNK_SIZE = 1 << 16  # bytes
LARGEST_FILE = 1 << 26  # bytes; bounds a file whose size nobody publishes

_failed_downloads: dict[str, str] = {}  # data set name -> why: one wait for a dead network is enough
_temporary_caches: list[tempfile.TemporaryDirectory[str]] = []  # deleted when the process ends


class BadFileError(ValueError):
    """A file that is unreadable, cut short, or not the one that was published."""

    def __init__(self, path: Path, problem: str) -> None:
        """Remember the path, so that whoever owns the folder can set the file aside."""
        super().__init__(f"{path} {problem}")
        self.path = path
        self.problem = problem


class DownloadError(RuntimeError):
    """No mirror gave a file; the message says which file, and each mirror's reason."""


@dataclass(frozen=True)
class FileSpec:
    """One original file, as its publisher made it.

    Attributes:
        name: file name once unpacked.
        checksum: of the unpacked content, with its algorithm: ``"sha256:0fa7…"``.
        archive: name of the file that a mirror offers and that holds this one.
        size: bytes of the unpacked content; None where the publisher states none.
    """

    name: str
    checksum: str
    archive: str
    size: int | None = None

    @property
    def limit(self) -> int:
        """Bytes worth reading: one more than expected, so that a file that is too long shows."""
        return 1 + (LARGEST_FILE if self.size is None else self.size)


@dataclass(frozen=True)
class DatasetSpec:
    """All that is known of a data set before it is loaded.

    Attributes:
        name: as given to ``load_dataset``.
        title: as people write it.
        classes: class names, in the order of the labels.
        folders: below ``COURSE_DATA``, where to look for the files; the cache uses the first one.
        files: the original files. Called when needed, since some checksums come from torchvision, slow to import.
        mirrors: addresses that end in "/", best first. Called when needed, for the same reason.
        decode: turns the files' contents, by name, and the number of classes into arrays.
        licence: of the data, not of this code.
        citation: whom to cite.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    folders: tuple[str, ...]
    files: Callable[[], tuple[FileSpec, ...]]
    mirrors: Callable[[], tuple[str, ...]]
    decode: Callable[[Mapping[str, bytes], int], ImageArrays]
    licence: str
    citation: str


# --- read and verify ---------------------------------------------------------------------------------------------


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
        raise BadFileError(path, f"is corrupted: its {algorithm} is {found[:12]}…, expected {expected[:12]}…")


def read_verified(path: Path, files: Sequence[FileSpec]) -> dict[str, bytes]:
    """Unpacked and verified content of the files that one path holds.

    Args:
        path: a plain file, the same gzipped (told by its first bytes, not by its name), or a tar archive.
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
        is_gzip = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        return gzip.GzipFile(fileobj=stream).read(file.limit) if is_gzip else stream.read(file.limit)


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
        missing = [file for file in files if file.name not in contents]
        if missing and os.path.isfile(path):
            try:
                contents |= read_verified(path, missing)
            except BadFileError as problem:
                problems.append(problem)
    return contents, problems


def _places(root: Path, spec: DatasetSpec) -> Iterator[tuple[Path, list[FileSpec]]]:
    """Where the files may lie, and which ones: plain files first, since they need no unpacking."""
    for folder in spec.folders:
        for file in spec.files():
            yield root / folder / file.name, [file]
    for folder in spec.folders:
        for archive, files in _by_archive(spec.files()).items():
            yield root / folder / archive, files


def _by_archive(files: Sequence[FileSpec]) -> dict[str, list[FileSpec]]:
    groups: dict[str, list[FileSpec]] = {}
    for file in files:
        groups.setdefault(file.archive, []).append(file)
    return groups


# --- sources, in order -------------------------------------------------------------------------------------------


def find_files(spec: DatasetSpec, *, progress: bool = True) -> tuple[str, dict[str, bytes]]:
    """Contents of all files of a data set, from the first source that has them all.

    Args:
        spec: the data set.
        progress: show a bar while downloading (never where the variable CI is set).

    Returns:
        The source, "COURSE_DATA", "cache" or "download", and the content of each file by name.

    Raises:
        DownloadError: no source has them; the message says why.
    """
    if os.environ.get("COURSE_DATA"):
        contents = _read_course_data(Path(os.environ["COURSE_DATA"]).expanduser(), spec)
        if len(contents) == len(spec.files()):
            return "COURSE_DATA", contents
    for root in (cache_folder(), *(Path(folder.name) for folder in _temporary_caches)):
        contents, _ = read_folder(root, spec)  # without the lock: a file gets its name only once it is whole
        if len(contents) == len(spec.files()):
            return "cache", contents
    return _fetch_once(spec, progress=progress)


def cache_folder() -> Path:
    """Return ``$COURSE_CACHE``, or the place that this operating system keeps for caches."""
    return Path(os.environ.get("COURSE_CACHE") or pooch.os_cache("hidden-layers")).expanduser()


def _read_course_data(root: Path, spec: DatasetSpec) -> dict[str, bytes]:
    """Read from a folder that may belong to somebody else: complain about a bad file, never touch it."""
    if not root.is_dir():
        _warn(f"COURSE_DATA is {root}, which is not a folder: looking further")
    contents, problems = read_folder(root, spec)
    for problem in problems:
        _warn(f"{problem}. It is in COURSE_DATA, so it stays as it is: looking further")
    missing = [file.name for file in spec.files() if file.name not in contents]
    if contents and missing and not problems:
        _warn(f"COURSE_DATA ({root}) has only a part of {spec.title}: no {', '.join(missing)}; looking further")
    return contents


def _fetch_once(spec: DatasetSpec, *, progress: bool) -> tuple[str, dict[str, bytes]]:
    if spec.name in _failed_downloads:
        raise DownloadError(_failed_downloads[spec.name])
    try:
        return _fetch_somewhere(spec, progress=progress)
    except DownloadError as error:
        _failed_downloads[spec.name] = str(error)
        raise


def _fetch_somewhere(spec: DatasetSpec, *, progress: bool) -> tuple[str, dict[str, bytes]]:
    cache = cache_folder()
    try:
        return _fetch_into(cache, spec, progress=progress)
    except (OSError, NotImplementedError) as error:  # the latter: a network drive that knows no locks
        problem = getattr(error, "strerror", None) or error
        _warn(f"the cache {cache} cannot be used ({problem}): what is fetched lasts until Python ends")
    try:
        _temporary_caches.append(tempfile.TemporaryDirectory(prefix="hidden-layers-", ignore_cleanup_errors=True))
        return _fetch_into(Path(_temporary_caches[-1].name), spec, progress=progress)
    except OSError as error:
        raise DownloadError(f"no folder can be written to ({error.strerror or error})") from error


def _fetch_into(root: Path, spec: DatasetSpec, *, progress: bool) -> tuple[str, dict[str, bytes]]:
    """Fetch what a cache lacks, one process at a time.

    Raises:
        DownloadError: no mirror gave a file.
        OSError: the cache cannot be written.
    """
    folder = root / spec.folders[0]
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(root / f"{spec.name}.lock", timeout=LOCK_TIMEOUT):
        contents, problems = read_folder(root, spec)  # again: another process may have been quicker
        for problem in problems:
            _set_aside(problem)
        missing = [file for file in spec.files() if file.name not in contents]
        mirrors = list(spec.mirrors()) if missing else []
        for archive, files in _by_archive(missing).items():
            contents |= _fetch_archive(archive, files, mirrors, folder, progress=progress)
    return ("download" if missing else "cache"), contents


def _set_aside(problem: BadFileError) -> None:
    aside = problem.path.with_name(problem.path.name + ".corrupt")
    os.replace(problem.path, aside)
    _warn(f"{problem}. It is set aside as {aside.name} and fetched again")


def _fetch_archive(
    archive: str, files: Sequence[FileSpec], mirrors: list[str], folder: Path, *, progress: bool
) -> dict[str, bytes]:
    """Fetch one archive from the first mirror that gives it whole; that mirror is the first to ask next time."""
    reasons = []
    part = folder / f"{archive}.part"  # a fixed name: the lock is ours, and a leftover is overwritten
    for mirror in tuple(mirrors):
        try:
            download(mirror + archive, part, progress=progress)
            contents = read_verified(part, files)
        except DownloadError as error:
            reasons.append(f"{urlsplit(mirror).hostname}: {error}")
        except BadFileError as error:
            reasons.append(f"{urlsplit(mirror).hostname}: what it sent {error.problem}")
        else:
            mirrors.sort(key=lambda other: other != mirror)
            for name, content in contents.items():
                _write_atomically(folder / name, content)
            return contents
        finally:
            part.unlink(missing_ok=True)
    raise DownloadError(f"no mirror gave {archive} ({'; '.join(reasons)})")


def download(url: str, target: Path, *, progress: bool = True) -> None:
    """Fetch one address into a file. Nothing is verified here.

    Args:
        url: http or https.
        target: written from its beginning.
        progress: show a bar (never where the variable CI is set).

    Raises:
        DownloadError: no connection, no answer in time, an error status, or less was sent than promised.
        OSError: the target cannot be written.
    """
    silent = not progress or bool(os.environ.get("CI"))
    try:
        # total=1 until pooch knows the size: it asks bool(bar), which tqdm answers only for a bar with a total.
        with tqdm(total=1, desc=target.stem, unit="B", unit_scale=True, leave=False, disable=silent) as bar:
            fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_SIZE, timeout=TIMEOUT)
            fetch(url, str(target), None)
    except requests.Timeout as error:
        raise DownloadError(f"no answer within {TIMEOUT:g} s") from error
    except requests.HTTPError as error:
        raise DownloadError(f"it answered {error.response.status_code} {error.response.reason}") from error
    except requests.RequestException as error:
        raise DownloadError(f"connection failed ({type(error).__name__})") from error


def _write_atomically(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=2)
