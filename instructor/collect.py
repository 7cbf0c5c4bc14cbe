"""Bring what a learning platform exports into nbgrader's layout, and tell of every file what became of it.

    class/submitted/<student>/<exercise>/<exercise>.ipynb

What exports look like, `<…>` being made by the platform:

- Moodle: a folder for each student, `<Full name>_<number>_assignsubmission_file/`, with a further `_` at the end in
  older versions; or without folders `<Full name>_<number>_assignsubmission_file_` before each name. The number is
  that of its grading worksheet. (`mod/assign/classes/downloader.php` of Moodle, `get_student_prefix` and
  `load_submissionplugin_filelist`.)
- Canvas: no folders, `<surnamename>_<LATE_><user>_<file>_` before each name, or `anon_<code>_<file>_` if grading is
  anonymous. The larger the number of the file, the newer it is. A student who hands in `ex1.ipynb` again has it called
  `ex1-1.ipynb`. (`lib/content_zipper.rb` of canvas-lms, `get_filename` and `add_upload_submission`.)
- anything else: a folder, a zip or a notebook for each student, named after the student; nbgrader's own `submitted/`
  is of this kind. (nbgrader's `zip_collect` wants a regular expression for each of these.)

Only names that the platform or the instructor gave say whose a file is: a folder inside a student's own zip never
does. Nothing is unpacked under a name from an archive, so no name can lead elsewhere.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

from instructor.results import write_whole

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("auto", "moodle", "canvas", "folders")

MOST_BYTES = 250_000_000  # of one notebook or one student's zip
MOST_BYTES_PACKED = 1_000_000_000  # unpacked from one student's zip
MOST_BYTES_IN_ALL = 50_000_000_000
MOST_RATIO = 200  # unpacked to packed, above SMALL; a progress bar printed 100,000 times has 100
SMALL = 50_000_000
MOST_FILES = 5_000  # in one student's zip
MOST_DEPTH = 2  # zips inside the export
AT_ONCE = timedelta(minutes=10)  # files written within that time were written by a download

MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?:(?P<number>\d{1,20})_)?assignsubmission_(?P<kind>[a-z]+)(?:_(?P<rest>.*))?", re.S
)
CANVAS = re.compile(r"(?P<name>\w*?)_(?P<late>LATE_)?(?P<number>\d{1,20})_(?P<file>\d{1,20})_(?P<rest>.+)", re.S)
CANVAS_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<number>\w{1,20}?)_(?P<file>\d{1,20})_(?P<rest>.+)", re.S)
CANVAS_TEXT = re.compile(r"(?P<name>\w*?)_(?P<late>LATE_)?(?P<number>\d{1,20})_(?P<rest>(?:text|link)\.html)")
COPY_MARK = re.compile(r"(?:[ _]*\(\d{1,3}\)|-\d{1,3}|[ _-]copy ?\d*)+$", re.I)
NOTEBOOK = re.compile(r"\.ipynb(?:\.txt|\.json)?$", re.I)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)  # names that Windows keeps to itself
LEFT_BEHIND = {".ds_store": "macOS", "thumbs.db": "Windows", "desktop.ini": "Windows"}

Change = Literal["new", "same", "replaced"]


@dataclass(frozen=True)
class Student:
    """A row of students.csv: what was taken of a student for an exercise.

    Attributes:
        student: name of the folder in submitted/; the platform's number where there is one.
        name: as the platform has it; of Canvas without blanks, of anonymous grading empty.
        number: the platform's; empty if there is none.
        exercise: name of its folder.
        file: where in the export the notebook stood.
        submitted: when, UTC, such as 2031-05-01 17:03:00; empty if that is not known.
        late: "yes", or empty.
    """

    student: str
    name: str
    number: str
    exercise: str
    file: str
    submitted: str = ""
    late: str = ""


@dataclass(frozen=True)
class Taken:
    """A notebook that now lies in submitted/.

    Attributes:
        student: name of the folder.
        path: where it stood in the export.
        late: handed in after the date.
        change: "new", "same" as was collected before, or "replaced" another one, which lies in replaced/.
        note: why this file and no other.
    """

    student: str
    path: str
    late: bool
    change: Change
    note: str = ""


@dataclass(frozen=True)
class Left:
    """A file that was not taken, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of an export; `str()` gives a table.

    Attributes:
        taken: one for each student.
        left: every other file.
        missing: who is in the roster and handed nothing in.
        notes: what else to know.
    """

    exercise: str
    taken: tuple[Taken, ...]
    left: tuple[Left, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """All of it as text."""
        changes = Counter(taken.change for taken in self.taken)
        counted = ", ".join(f"{changes[change]} {change}" for change in ("new", "replaced", "same") if changes[change])
        late = sum(taken.late for taken in self.taken)
        head = f"{self.exercise}: {len(self.taken)} taken{f' ({counted})' if counted else ''}, {late} late, "
        parts = [f"{head}{len(self.left)} files not taken, {len(self.missing)} students missing."]
        rows = [(t.student, "late" if t.late else "", t.change, t.path, t.note) for t in self.taken]
        parts += _table("Taken", ("student", "", "", "file", ""), rows)
        parts += _table("Not taken", ("file", "because"), [(left.path, left.reason) for left in self.left])
        parts += _table("Missing", ("student",), [(name,) for name in self.missing])
        parts += [f"Note: {note}" for note in self.notes]
        return "\n".join(parts) + "\n"


@dataclass(frozen=True)
class _File:
    """A file of the export.

    Attributes:
        parts: folders, zips and its own name.
        outer: how many of the parts the platform or the instructor named; the others stand inside a student's zip.
        written: when that outer file was.
        changed: when the file itself was, as a student's zip says.
        copy: its content, if it may be of use.
        reason: why it cannot be taken; empty if it can.
    """

    parts: tuple[str, ...]
    outer: int
    written: datetime | None = None
    changed: datetime | None = None
    copy: Path | None = None
    reason: str = ""

    @property
    def path(self) -> str:
        """As reports show it."""
        return "/".join(self.parts)

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True)
class _Owner:
    """Whose a file is, as the names above it say.

    Attributes:
        key: what tells students apart: the number, else the name.
        late: the platform marked it so.
        attempt: number of the file, where the platform counts them.
        file: name of the file, without what the platform put before it.
    """

    key: str
    name: str = ""
    number: str = ""
    late: bool = False
    attempt: int = 0
    file: str = ""


@dataclass
class _Papers:
    """All that an export holds of one student."""

    owner: _Owner
    exercise: str
    files: list[tuple[_File, _Owner]] = field(default_factory=list)
    stamp: datetime | None = None


@dataclass(frozen=True)
class _Choice:
    """The notebook that counts, why this one, and all others."""

    best: tuple[_File, _Owner] | None
    note: str
    left: list[Left]


def collect(
    exercise: str,
    source: Path,
    class_folder: Path,
    *,
    lms: str = "auto",
    due: datetime | None = None,
    roster: Path | None = None,
) -> Report:
    """Take each student's notebook of an exercise out of an export.

    Of several notebooks of one student the one with the exercise's name is taken, else the only one, else the newest.
    Whatever was collected before and differs goes to replaced/, unless it is the newer one.

    Late is what Canvas marks as late, and what was written after `due`: by nbgrader's own `timestamp.txt`, else by the
    time of the file, unless all files have the same: then it is the time of the download. The time goes to
    `timestamp.txt`; of what is marked late at an unknown time, one second after `due`.

    Args:
        exercise: name of its folder.
        source: a zip or a folder, as the platform exports it.
        class_folder: where submitted/, students.csv and the report collected-<exercise>.txt go.
        lms: "moodle", "canvas", "folders" (one for each student), or "auto": whichever the names look like.
        due: last moment that is not late; in local time if it says no zone.
        roster: the class as a CSV: Moodle's grading worksheet, Canvas's gradebook, or a column "id".

    Raises:
        ValueError: `lms` is none of these, or `source` is neither a zip nor a folder, or is the class folder.
    """
    if lms not in KINDS:
        raise ValueError(f"lms must be one of {', '.join(KINDS)}, got {lms!r}")
    if source.resolve() == class_folder.resolve():
        raise ValueError(f"{source} is the class folder itself: name the folder or zip that the platform exported")
    expected = _read_roster(roster) if roster else {}
    class_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=class_folder, prefix=".collecting-") as scratch:
        files = _read(source, Path(scratch))
        papers, left = _sort(files, exercise, lms)
        report = _hand_over(exercise, papers, class_folder, due)
    ids = {taken.student for taken in report.taken}
    strangers = sorted(ids - set(expected)) if expected else []
    notes = [f"{', '.join(strangers)}: not in {roster}."] if strangers else []
    report = replace(
        report,
        left=tuple(sorted((*left, *report.left), key=lambda one: (one.path, one.reason))),
        missing=tuple(f"{number} {name}".strip() for number, name in expected.items() if number not in ids),
        notes=(*report.notes, *notes),
    )
    write_whole(class_folder / f"collected-{exercise}.txt", str(report))
    return report


def read_students(class_folder: Path) -> list[Student]:
    """The rows of students.csv; none if nothing has been collected."""
    path = class_folder / "students.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        names = {each.name for each in fields(Student)}
        return [Student(**{key: row[key] for key in names}) for row in csv.DictReader(file)]


# --- Reading an export -----------------------------------------------------------------------------------------------


def _read(source: Path, scratch: Path) -> list[_File]:
    """Every file of an export, in order.

    Raises:
        ValueError: it is neither a folder nor a zip that can be read.
    """
    reader = _Reader(scratch)
    if not source.exists():
        raise ValueError(f"{source} is neither a folder nor a file")
    try:
        if source.is_dir():
            reader.export = _only_zip(source)
            return list(reader.folder(source))
        with zipfile.ZipFile(source) as archive:
            return list(reader.archive(archive, (), 0, None))
    except (zipfile.BadZipFile, OSError, UnicodeDecodeError, struct.error) as error:
        raise ValueError(f"{source} holds no zip that can be read: {error}. Download it again.") from error


def _only_zip(folder: Path) -> Path | None:
    """The zip in a folder that holds nothing else: the platform's, as it was downloaded."""
    found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return found[0] if len(found) == 1 and found[0].suffix.lower() == ".zip" and not found[0].is_symlink() else None


class _Reader:
    """Copies what may be a notebook to a scratch folder, under names of its own; never reads more than it should."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.export: Path | None = None  # a zip in the folder that counts as the export itself
        self.copies = 0
        self.in_all = 0
        self.in_zip = 0

    def folder(self, root: Path) -> Iterator[_File]:
        """The files below a folder. No link is followed."""
        waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
        while waiting:
            folder, parts = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
            except OSError as error:
                yield _File(parts or (root.name,), len(parts), reason=f"the folder cannot be read: {error.strerror}")
                continue
            for entry in entries:
                here = (*parts, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), here))
                else:
                    yield from self._entry(Path(entry.path), here)

    def _entry(self, path: Path, parts: tuple[str, ...]) -> Iterator[_File]:
        plain = _File(parts, len(parts))
        if path == self.export and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from self.archive(archive, parts, 0, None)
            return
        try:
            about = path.lstat()
            problem = _why_not(parts, about.st_mode, about.st_size)
            if problem:
                yield replace(plain, reason=problem)
                return
            written = datetime.fromtimestamp(about.st_mtime, UTC)
            flags = (
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
            with open(os.open(path, flags), "rb") as stream:
                yield from self._content(stream, replace(plain, written=written, changed=written), depth=1)
        except (OSError, OverflowError, ValueError) as error:
            yield replace(plain, reason=f"cannot be read: {getattr(error, 'strerror', None) or error}")

    def archive(
        self, archive: zipfile.ZipFile, above: tuple[str, ...], depth: int, written: datetime | None
    ) -> Iterator[_File]:
        """The files in a zip; `depth` 0 is the export itself, all below is a student's."""
        for info in archive.infolist():
            if info.is_dir() and not info.file_size:
                continue
            names = tuple(part for part in info.filename.replace("\\", "/").split("/") if part not in ("", "."))
            changed = _time_of(info)
            parts = (*above, *(names or ("(no name)",)))
            file = _File(parts, len(parts) if depth == 0 else len(above), written or changed, changed)
            problem = _why_not_unpacked(info) or _why_not(names, info.external_attr >> 16, info.file_size)
            if problem:
                yield replace(file, reason=problem)
                continue
            try:
                with archive.open(info) as stream:
                    yield from self._content(stream, file, depth + 1)
            except Exception as error:  # a broken or hostile archive has many ways to fail, and stops nobody else's
                yield replace(file, reason=f"cannot be unpacked: {error or type(error).__name__}")

    def _content(self, stream: BinaryIO, file: _File, depth: int) -> Iterator[_File]:
        """A file that can be read; of a zip, the files in it."""
        is_zip = file.name.lower().endswith(".zip")
        if is_zip and depth > MOST_DEPTH:
            yield replace(file, reason="a zip inside a zip inside a zip")
            return
        if depth == 1:
            self.in_zip = 0
        copy = self._copy(stream, unpacked=depth > 1)
        if copy is None:
            yield replace(file, reason="too large: the limits are in instructor/collect.py")
        elif is_zip:
            yield from self._zip(copy, file, depth)
        else:
            yield replace(file, copy=copy)

    def _zip(self, copy: Path, file: _File, depth: int) -> Iterator[_File]:
        try:
            with zipfile.ZipFile(copy) as archive:
                entries = archive.infolist()
                if not entries or len(entries) > MOST_FILES:
                    yield replace(file, reason=f"a zip of {len(entries)} files" if entries else "an empty zip")
                    return
                found = list(self.archive(archive, file.parts, depth, file.written))
        except Exception as error:
            yield replace(file, reason=f"no zip that can be read: {error or type(error).__name__}")
            return
        finally:
            copy.unlink()
        inside = [replace(each, outer=file.outer) for each in found]
        yield from inside or [replace(file, reason="a zip of empty folders")]

    def _copy(self, stream: BinaryIO, *, unpacked: bool) -> Path | None:
        """A copy of what a stream holds, or None if that is too much."""
        most = min(MOST_BYTES, MOST_BYTES_IN_ALL - self.in_all)
        if unpacked:
            most = min(most, MOST_BYTES_PACKED - self.in_zip)
        self.copies += 1
        path = self.scratch / str(self.copies)
        size = 0
        with path.open("wb") as file:
            while size <= most and (block := stream.read(1 << 20)):
                size += file.write(block)
        if size > most:
            path.unlink()
            return None
        self.in_all += size
        self.in_zip += size
        return path


def _why_not(parts: Sequence[str], mode: int, size: int) -> str:
    """Why a file is nothing to read, by its names, type and size; empty if it may be."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return "a symbolic link: hand in the file itself"
    if kind not in (0, stat.S_IFREG):
        return "no ordinary file"
    lower = [part.lower() for part in parts]
    if "__macosx" in lower or (lower and lower[-1].startswith("._")):
        return "written by macOS, no submission"
    if lower and lower[-1] in LEFT_BEHIND:
        return f"written by {LEFT_BEHIND[lower[-1]]}, no submission"
    if ".ipynb_checkpoints" in lower or (lower and lower[-1].endswith("-checkpoint.ipynb")):
        return "a checkpoint of Jupyter, not the notebook itself"
    if lower and not (NOTEBOOK.search(lower[-1]) or lower[-1].endswith(".zip") or lower[-1] == "timestamp.txt"):
        return _no_notebook(lower[-1])
    return f"too large: {size:,} bytes, {MOST_BYTES:,} at most" if size > MOST_BYTES else ""


def _no_notebook(name: str) -> str:
    if re.search(r"\.(7z|rar|gz|tgz|bz2|xz|tar)$", name):
        return "no zip: ask for the notebook, or unpack it yourself"
    return "no notebook"


def _why_not_unpacked(info: zipfile.ZipInfo) -> str:
    """Why a part of an archive is left packed; empty if it is not."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "an absolute path in an archive"
    if ".." in name.split("/"):
        return "a path that leads out of its archive"
    if info.is_dir():
        return "a folder that holds bytes"
    if info.flag_bits & 1:
        return "encrypted"
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return f"grows to {info.file_size:,} bytes when unpacked, from {info.compress_size:,}"
    return ""


def _time_of(info: zipfile.ZipInfo) -> datetime | None:
    """When a file in a zip was written; archives say it in local time, and 1980 if they do not know."""
    try:
        return datetime(*info.date_time).astimezone(UTC) if info.date_time[0] > 1980 else None
    except (ValueError, OverflowError, OSError):
        return None


# --- Whose is it -----------------------------------------------------------------------------------------------------


def _sort(files: list[_File], exercise: str, lms: str) -> tuple[list[_Papers], list[Left]]:
    """Put together what is one student's; and all that is nobody's."""
    level = _level(files, exercise)
    kind = _kind(files, level) if lms == "auto" else lms
    classes = _whole_classes(files, level) if kind == "folders" else set()
    papers: dict[str, _Papers] = {}
    left = []
    for file in files:
        owner = _owner(file, level, kind, exercise)
        if file.reason or owner is None or file.parts[level] in classes:
            left.append(Left(file.path, file.reason or _nobody(file, level, kind, classes)))
            continue
        own = papers.setdefault(owner.key, _Papers(owner, exercise))
        stamp = _stamp(file, level, exercise)
        if stamp is not None:
            own.stamp = stamp
            left.append(Left(file.path, "read: when it was handed in"))
        elif file.name.lower() == "timestamp.txt":
            left.append(Left(file.path, "no notebook"))
        else:
            own.files.append((file, owner))
    return list(papers.values()), left


def _level(files: list[_File], exercise: str) -> int:
    """How many folders there are above the students: an export may stand in a folder, in a zip, or in both."""
    real = [file for file in files if not _is_litter(file)]
    level = 0
    while True:
        heads = {file.parts[level] for file in real if len(file.parts) > level}
        below = {file.parts[level + 1] for file in real if len(file.parts) > level + 1}
        if len(heads) != 1 or any(len(file.parts) == level + 1 for file in real) or _is_platforms(*heads):
            return level
        direct = [file.name for file in real if len(file.parts) == level + 2 and NOTEBOOK.search(file.name)]
        is_students = len(direct) == 1 or any(_stem(name) == exercise.casefold() for name in direct)
        if not any(map(_is_platforms, below)) and (is_students or below <= _exercises() | {exercise}):
            return level
        level += 1


def _is_litter(file: _File) -> bool:
    return "written by" in file.reason or "checkpoint" in file.reason


def _is_platforms(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in (MOODLE, CANVAS, CANVAS_ANONYMOUS, CANVAS_TEXT))


def _kind(files: list[_File], level: int) -> str:
    heads = {file.parts[level] for file in files if len(file.parts) > level}
    if any(MOODLE.fullmatch(head) for head in heads):
        return "moodle"
    return "canvas" if any(map(_is_platforms, heads)) else "folders"


def _whole_classes(files: list[_File], level: int) -> set[str]:
    """Zips beside each other that are themselves exports of a platform."""
    inside = defaultdict(set)
    for file in files:
        if len(file.parts) > level + 1 and _is_platforms(file.parts[level + 1]):
            inside[file.parts[level]].add(file.parts[level + 1])
    return {head for head, names in inside.items() if len(names) > 1}


def _nobody(file: _File, level: int, kind: str, classes: set[str]) -> str:
    if len(file.parts) > level and file.parts[level] in classes:
        return f"{file.parts[level]} looks like the export of a whole class: collect it by itself"
    if kind == "folders":
        return "no name of a student: it lies beside the students' folders"
    return f"no name of a student, as {kind.capitalize()} writes it"


def _owner(file: _File, level: int, kind: str, exercise: str) -> _Owner | None:
    if len(file.parts) <= level:
        return None
    head = file.parts[level]
    if kind == "folders":
        return _owner_of_folder(file, level, exercise)
    patterns = (MOODLE,) if kind == "moodle" else (CANVAS_ANONYMOUS, CANVAS, CANVAS_TEXT)
    match = next(filter(None, (pattern.fullmatch(head) for pattern in patterns)), None)
    if match is None:
        return None
    said = match.groupdict()
    number, name = said.get("number") or "", said.get("name") or ""
    alone = len(file.parts) == level + 1
    return _Owner(
        key=number or name,
        name=name,
        number=number,
        late=bool(said.get("late")),
        attempt=int(said.get("file") or 0),
        file=(said["rest"] or head) if alone else file.name,
    )


def _owner_of_folder(file: _File, level: int, exercise: str) -> _Owner | None:
    head = file.parts[level]
    if len(file.parts) == level + 1:
        head = NOTEBOOK.sub("", head)
        if head == file.name:
            return None
    elif head.lower().endswith(".zip"):
        head = head[:-4]
    name = re.sub(rf"[ _-]*{re.escape(exercise)}(?:[ _-]*\(\d+\))?[ _-]*", "", head, flags=re.I).strip()
    return _Owner(name, name=name, file=file.name) if name else None


def _stamp(file: _File, level: int, exercise: str) -> datetime | None:
    """The time in nbgrader's own timestamp.txt, which stands beside the notebook and in no zip of a student."""
    if file.parts[level + 1 :] != (exercise, "timestamp.txt") or file.outer < len(file.parts) or file.copy is None:
        return None
    try:
        text = file.copy.read_bytes()[:100].decode("ascii").strip()
        time = datetime.fromisoformat(re.sub(r" UTC$", "+00:00", text))
    except (ValueError, OverflowError):
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


# --- Which file, and into the class folder ---------------------------------------------------------------------------


def _hand_over(exercise: str, papers: list[_Papers], class_folder: Path, due: datetime | None) -> Report:
    """Put one notebook for each student into submitted/, and keep students.csv."""
    rows = {(row.student, row.exercise): row for row in read_students(class_folder)}
    identities = _identities(papers, rows.values())
    choices = {own.owner.key: _choose(own) for own in papers}
    timed = _tell_times(papers, [choice.best[0] for choice in choices.values() if choice.best])
    taken, left = [], []
    for own in sorted(papers, key=lambda own: identities[own.owner.key]):
        choice = choices[own.owner.key]
        left += choice.left
        if choice.best is None:
            continue
        row = _row(*choice.best, own, identities[own.owner.key], due, timed=timed)
        change = _keep(choice.best[0], row, rows, class_folder, due)
        if change is None:
            left.append(Left(choice.best[0].path, "older than what was collected before"))
            continue
        late = rows[row.student, exercise].late == "yes"
        taken.append(Taken(row.student, choice.best[0].path, late, change, choice.note))
    _write_students(rows.values(), class_folder)
    unknown = due and not timed and any(not own.stamp and not own.owner.attempt for own in papers)
    notes = ["the files tell when they were downloaded, not when they were handed in."] if unknown else []
    return Report(exercise, tuple(taken), tuple(left), notes=tuple(notes))


def _choose(own: _Papers) -> _Choice:
    """One notebook of all that a student handed in: the right name first, then the newest."""
    others = _exercises() - {own.exercise}
    fit = [pair for pair in own.files if not _is_of(*pair, own.exercise, others)]
    left = [Left(pair[0].path, "the notebook of another exercise") for pair in own.files if pair not in fit]
    if not fit:
        return _Choice(None, "", left)
    *rest, best = sorted(fit, key=lambda pair: _rank(*pair, own.exercise))
    right = _is_right(best[1], own.exercise)
    rivals = 0
    for file, owner in rest:
        rival = _is_right(owner, own.exercise) == right
        rivals += rival
        why = f"a newer one was taken, {best[0].name}" if rival else f"another one has the right name, {best[0].name}"
        left.append(Left(file.path, "the same as the one taken" if _content(file) == _content(best[0]) else why))
    notes = [] if right else ["the name is another one"]
    notes += [f"the newest of {rivals + 1}"] if rivals else []
    return _Choice(best, "; ".join(notes), left)


def _rank(file: _File, owner: _Owner, exercise: str) -> tuple:
    """The larger, the better."""
    mark = COPY_MARK.search(NOTEBOOK.sub("", owner.file))
    copies = int(([*re.findall(r"\d+", mark.group())] or ["0"])[-1]) if mark else 0
    changed = file.changed.timestamp() if file.changed else 0.0
    return _is_right(owner, exercise), owner.attempt, changed, copies, file.path


def _is_right(owner: _Owner, exercise: str) -> bool:
    return _stem(owner.file) == exercise.casefold()


def _is_of(file: _File, owner: _Owner, exercise: str, exercises: set[str]) -> bool:
    """Whether a notebook is of one of these other exercises, by its name or by nbgrader's folder."""
    stems = {name.casefold() for name in exercises}
    inside = {part.casefold() for part in file.parts[1:-1]}
    return _stem(owner.file) in stems or (not _is_right(owner, exercise) and bool(inside & stems))


def _stem(name: str) -> str:
    """Name of a notebook without what copying, handing in again and browsers put before or behind it."""
    stem = unicodedata.normalize("NFKC", NOTEBOOK.sub("", name)).strip()
    stem = re.sub(r"^copy of ", "", COPY_MARK.sub("", stem), flags=re.I)
    return re.sub(r"\s+", "_", stem.strip()).casefold()


def _exercises() -> set[str]:
    return {path.name for path in (ROOT / "solutions").glob("ex*") if path.is_dir()}


def _tell_times(papers: list[_Papers], files: list[_File]) -> bool:
    """Whether the times of the files are those of handing in: a download writes all of them at once."""
    if any(own.owner.attempt for own in papers):
        return False  # Canvas marks what is late, and writes the zip when it is asked for
    times = [file.written for file in files if file.written]
    return bool(times) and (len(times) == 1 or max(times) - min(times) > AT_ONCE)


def _identities(papers: list[_Papers], rows: Iterable[Student]) -> dict[str, str]:
    """A name of a folder for each student, by key: no two the same, on systems that ignore case, too."""
    taken = {row.student.casefold(): row.number or row.name for row in rows}
    identities = {}
    for own in sorted(papers, key=lambda own: own.owner.key):
        key = own.owner.key
        identity = _folder_name(key)
        if taken.get(identity.casefold(), _cell(key)) != _cell(key):
            identity = f"{identity}-{_hash(key)}"
        taken[identity.casefold()] = _cell(key)
        identities[key] = identity
    return identities


def _folder_name(key: str) -> str:
    """The key itself where every system takes it, else what is left of it and a hash of all of it."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9.@_-]+", "-", plain).strip("-.")[:40].strip("-.")
    if plain == key and not RESERVED.fullmatch(plain):
        return plain
    return f"{plain or 'student'}-{_hash(key)}"


def _hash(key: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", key).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _row(file: _File, owner: _Owner, own: _Papers, identity: str, due: datetime | None, *, timed: bool) -> Student:
    time = own.stamp or (file.written if timed else None)
    late = owner.late or bool(due and time and time > due.astimezone(UTC))
    said = "yes" if late else ""
    return Student(identity, _cell(owner.name), owner.number, own.exercise, _cell(file.path), _utc(time), said)


def _keep(
    file: _File, row: Student, rows: dict[tuple[str, str], Student], class_folder: Path, due: datetime | None
) -> Change | None:
    """Put a notebook to its place, with its time, and note it in the rows; None if a newer one is there."""
    place = class_folder / "submitted" / row.student / row.exercise / f"{row.exercise}.ipynb"
    old = rows.get((row.student, row.exercise))
    change = _put(_content(file), place, row, old)
    if change is None:
        return None
    if change == "same" and old is not None:  # this export may not know what that one knew
        late = "yes" if due is None and old.late == "yes" else row.late
        row = replace(row, submitted=row.submitted or old.submitted, late=late)
    if row.submitted:
        write_whole(place.with_name("timestamp.txt"), f"{row.submitted} UTC\n")
    elif row.late == "yes" and due is not None:
        write_whole(place.with_name("timestamp.txt"), f"{_utc(due + timedelta(seconds=1))} UTC\n")
    elif change != "same":
        place.with_name("timestamp.txt").unlink(missing_ok=True)
    rows[row.student, row.exercise] = row
    return change


def _put(content: bytes, place: Path, row: Student, old: Student | None) -> Change | None:
    """Write a notebook, and keep the one that was there; None if that is the newer one."""
    change: Change = "new"
    if place.is_file():
        before = place.read_bytes()
        if before == content:
            return "same"
        if old is not None and _is_newer(old, row):
            return None
        kept = place.parents[3] / "replaced" / row.student / row.exercise
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{hashlib.sha256(before).hexdigest()[:12]}.ipynb").write_bytes(before)
        change = "replaced"
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, place)
    return change


def _content(file: _File) -> bytes:
    return file.copy.read_bytes() if file.copy else b""


def _is_newer(old: Student, new: Student) -> bool:
    """Whether what was collected before is the newer one, as far as that is known."""
    attempts = [CANVAS.fullmatch(row.file.split("/")[0]) for row in (old, new)]
    if all(attempts):
        before, after = (int(match["file"]) for match in attempts if match)
        return before > after
    return bool(old.submitted and new.submitted) and old.submitted > new.submitted


def _utc(time: datetime | None) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if time else ""


def _write_students(rows: Iterable[Student], class_folder: Path) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, [each.name for each in fields(Student)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in sorted(rows, key=lambda row: (row.student, row.exercise)))
    write_whole(class_folder / "students.csv", text.getvalue())


# --- Texts -----------------------------------------------------------------------------------------------------------


def _read_roster(path: Path) -> dict[str, str]:
    """Names of a class by the platform's number.

    Raises:
        ValueError: no column says who is who.
    """
    text = path.read_text(encoding="utf-8-sig")
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    columns = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
    key = next((columns[name] for name in ("identifier", "id", "number", "username") if name in columns), None)
    name = next((columns[name] for name in ("full name", "student", "name") if name in columns), None)
    if key is None:
        raise ValueError(f'{path}: no column "Identifier" (Moodle), "ID" (Canvas) or "id"; there are {first.strip()}')
    found = {}
    for row in rows:
        number = (row[key] or "").strip().removeprefix("Participant ").strip()
        if number:
            found[_folder_name(number)] = printable((row[name] or "").strip()) if name else ""
    return found


def printable(text: str) -> str:
    r"""A text that every terminal and file can hold, in one direction: `\u202e` for what cannot be seen."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _cell(text: str) -> str:
    """A text for a spreadsheet, which would run what begins with `=`."""
    return f"'{printable(text)}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else printable(text)


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = [tuple(printable(cell) for cell in row) for row in (header, *rows)]
    widths = [min(60, max(len(row[column]) for row in lines)) for column in range(len(header))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines]
    return ["", title, *(f"  {line}" for line in table)]
