"""Where data come from: the first place that has all files of a data set, else its stand-in.

For whoever adds a data set; `load_dataset` and `load_table` call `load`. The places, in order:

1. the folder in the variable ``COURSE_DATA`` (the original files, plain or packed; only ever read),
2. the cache (``COURSE_CACHE``, or the operating system's own place for caches),
3. the mirrors; what they send is verified and kept in the cache,
4. the offline stand-in: data of the same kind that are made on the spot.

``COURSE_OFFLINE=1`` asks for the stand-in at once; ``COURSE_OFFLINE=0`` forbids it. Imports `files`, `provenance` and
the type of a stand-in; pooch, requests, filelock and tqdm only while they are at work, since they are slow to import.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic
from urllib.parse import urlsplit

from helpers.data.files import BadFileError, Data, DatasetSpec, FileSpec, by_archive, read_folder, read_verified
from helpers.data.provenance import STAND_IN_SOURCE, mark_stand_in

if TYPE_CHECKING:
    import requests

    from helpers.data.standins import StandIn

TIMEOUT = 15.0  # seconds without a byte from the server
LOCK_NOTICE = 3.0  # seconds to wait for another process in silence
LOCK_TIMEOUT = 600.0  # seconds to wait for another process that is fetching the same files
CHUNK_SIZE = 1 << 16  # bytes

_failed_downloads: dict[str, str] = {}  # data set name -> why: one wait for a dead network is enough
_temporary_caches: list[tempfile.TemporaryDirectory[str]] = []  # deleted when the process ends


class DownloadError(RuntimeError):
    """No mirror gave a file; the message says which file, and each mirror's reason."""


@dataclass(frozen=True)
class Loaded(Generic[Data]):
    """Data, decoded, and what a loader says of them.

    Attributes:
        content: what ``DatasetSpec.decode`` or ``StandIn.draw`` returned.
        source: "COURSE_DATA", "cache", "download" or "offline stand-in".
        origin: the source in a few words, for the line that the loader prints.
        licence: of the content.
        citation: whom to cite.
    """

    content: Data
    source: str
    origin: str
    licence: str
    citation: str


def load(spec: DatasetSpec[Data], stand_in: StandIn[Data], *, progress: bool = True) -> Loaded[Data]:
    """Load the real data from wherever they can be had, else the stand-in.

    Args:
        spec: the data set.
        stand_in: what takes its place.
        progress: show a bar while downloading (never where the variable CI is set).

    Returns:
        The data, and where they came from.

    Raises:
        ValueError: COURSE_OFFLINE is neither 0 nor 1.
        RuntimeError: the real data cannot be had, and COURSE_OFFLINE=0 forbids the stand-in.
    """
    offline = offline_setting()
    if offline == "1":
        return _load_stand_in(spec, stand_in, "COURSE_OFFLINE=1.")
    try:
        source, contents = find_files(spec, progress=progress)
    except DownloadError as error:
        if offline == "0":
            raise RuntimeError(
                f"{spec.title} cannot be had: {error}. {_by_hand(spec)} "
                "Or unset COURSE_OFFLINE: 0 forbids the offline stand-in."
            ) from error
        return _load_stand_in(spec, stand_in, f"{error}. {_by_hand(spec)}")
    origin = f"{source}. Licence: {spec.licence}."
    return Loaded(spec.decode(contents), source, origin, spec.licence, spec.citation)


def _load_stand_in(spec: DatasetSpec[Data], stand_in: StandIn[Data], reason: str) -> Loaded[Data]:
    content = stand_in.draw()
    mark_stand_in(spec.name)
    origin = f"{STAND_IN_SOURCE} ({stand_in.description}), because {reason}"
    return Loaded(content, STAND_IN_SOURCE, origin, stand_in.licence, stand_in.citation)


def offline_setting() -> str:
    """Return "1": stand-in only; "0": real data only; "": real data if it can be had."""
    setting = os.environ.get("COURSE_OFFLINE", "")
    if setting not in ("", "0", "1"):
        raise ValueError(
            f"COURSE_OFFLINE is {setting!r}: set it to 1 for the offline stand-in, to 0 to forbid it, or unset it"
        )
    return setting


def _by_hand(spec: DatasetSpec) -> str:
    """Say how to get the files without this module, in one line."""
    return (
        "To get the real data, connect to the network and restart Python. Or by hand: make a folder, put "
        f"{', '.join(by_archive(spec.files()))} from {spec.mirrors()[0]} into its sub-folder {spec.folders[0]}, set "
        "COURSE_DATA to the folder, and restart."
    )


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
        if not spec.lacks(contents):
            return "COURSE_DATA", contents
    for root in (cache_folder(), *(Path(folder.name) for folder in _temporary_caches)):
        contents, _ = read_folder(root, spec)  # without the lock: a file gets its name only once it is whole
        if not spec.lacks(contents):
            return "cache", contents
    return _fetch_once(spec, progress=progress)


def cache_folder() -> Path:
    """Return ``$COURSE_CACHE``, or the place that this operating system keeps for caches."""
    if folder := os.environ.get("COURSE_CACHE"):
        return Path(folder).expanduser()
    import pooch

    return Path(pooch.os_cache("hidden-layers"))


def _read_course_data(root: Path, spec: DatasetSpec) -> dict[str, bytes]:
    """Read from a folder that may belong to somebody else: complain about a bad file, never touch it."""
    if not root.is_dir():
        _warn(f"COURSE_DATA is {root}, which is not a folder: looking further")
    contents, problems = read_folder(root, spec)
    for problem in problems:
        _warn(f"{problem}. It is in COURSE_DATA, so it stays as it is: looking further")
    missing = [file.name for file in spec.lacks(contents)]
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
        OSError: the cache cannot be written, or another process kept the lock for too long.
    """
    folder = root / spec.folders[0]
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(root / f"{spec.name}.lock", spec.title):
        contents, problems = read_folder(root, spec)  # again: another process may have been quicker
        for problem in problems:
            _set_aside(problem)
        missing = spec.lacks(contents)
        mirrors = list(spec.mirrors()) if missing else []
        for archive, files in by_archive(missing).items():
            contents |= _fetch_archive(archive, files, mirrors, folder, progress=progress)
    return ("download" if missing else "cache"), contents


@contextmanager
def _locked(path: Path, title: str) -> Iterator[None]:
    """Hold a lock between processes; say so, once, if another process makes this one wait.

    Raises:
        TimeoutError: the other process still has the lock after LOCK_TIMEOUT seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=LOCK_NOTICE)
    except Timeout:
        print(
            f"Another process is loading {title}: waiting until it has finished, {LOCK_TIMEOUT:g} s at most.",
            file=sys.stderr,  # as the bar of a download: a notebook's output is the same whether it waited or not
            flush=True,
        )
        try:
            lock.acquire(timeout=LOCK_TIMEOUT - LOCK_NOTICE)
        except Timeout as error:
            raise TimeoutError(f"another process has had {path} locked for {LOCK_TIMEOUT:g} s") from error
    try:
        yield
    finally:
        lock.release()


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
            download(mirror + archive if mirror.endswith("/") else mirror, part, progress=progress)
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
    import pooch
    import requests

    try:
        with _progress_bar(target.stem, shown=progress and not os.environ.get("CI")) as bar:
            fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_SIZE, timeout=TIMEOUT)
            fetch(url, str(target), None)
    except requests.Timeout as error:
        raise DownloadError(f"no answer within {TIMEOUT:g} s") from error
    except requests.HTTPError as error:
        raise DownloadError(f"it answered {error.response.status_code} {error.response.reason}") from error
    except requests.RequestException as error:
        raise DownloadError(_why_no_connection(error)) from error


def _why_no_connection(error: requests.RequestException) -> str:
    """What stood in the way, and the variable that opens it where it is one between this machine and the network."""
    import requests

    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused or did not answer; its address stands in HTTPS_PROXY"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted; behind a proxy that has its own, set REQUESTS_CA_BUNDLE to its file"
    return f"connection failed ({type(error).__name__})"


def _progress_bar(description: str, *, shown: bool) -> AbstractContextManager[Any]:
    if not shown:
        return nullcontext(False)
    from tqdm.auto import tqdm

    # total=1 until pooch knows the size: it asks bool(bar), which tqdm answers only for a bar with a total.
    return tqdm(total=1, desc=description, unit="B", unit_scale=True, leave=False)


def _write_atomically(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=2)
