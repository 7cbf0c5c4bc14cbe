"""The learner's copy of the course: `make lab` makes it, or brings it up to date, and opens JupyterLab in it.

`my-course/` holds the notebooks of code-units/ and exercises/ without their outputs, so that no prediction is answered
below itself, and the files that they link to, in the folders that the course has: every link works as it stands.
What the learner has done there is never overwritten and never lost:

- A file that holds what we put there is ours: a newer version replaces it, and it goes when it leaves the course.
  Running a notebook changes its outputs, not its cells, so it is still ours; a newer version must be run again.
- One whose cells the learner has changed is the learner's and stays. The newer version comes beside it, once, as
  `4.1.3-loss (new version).ipynb`. The same holds for one that is read-only, or a link to somewhere else.
- One that is not there comes back. To start a notebook over, delete or rename it: nothing is lost by bringing back what
  the start page and other notebooks link to. A new version that was deleted does not come back before the next one.
- A notebook that cannot be read any more is set aside as `… (damaged).ipynb`, and comes back.
- Other files are the learner's; nobody looks at them.

`my-course/.my-course.json` remembers the hashes of what was put there. Without it, every file that differs from the
course counts as the learner's. It is written before the first file, with what is about to be put there, and after the
last; each file is written beside its place and then moved there. So a run that stops anywhere is made good by the next.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import unquote

import nbformat

ROOT = Path(__file__).resolve().parent.parent
HOME = "my-course"
START = "code-units/index.ipynb"
FOLDERS = ("code-units", "exercises")
MANIFEST = ".my-course.json"
PART = ".my-course-"  # how the names of unfinished files begin
LINK = re.compile(r"\]\(<?([^)\s>#]+)[^)]*\)|\b(?:src|href)=[\"']([^\"'#]+)")


@dataclass
class Entry:
    """What is known of one file of the course.

    Attributes:
        ours: hashes of the content of each version that we put there, or were about to.
        put: hash of the file that we put there last; empty if it is not known.
        offered: hash of the file that we last put beside the learner's own.
    """

    ours: list[str] = field(default_factory=list)
    put: str = ""
    offered: str = ""


@dataclass
class Report:
    """What an update led to: notebooks by what became of them, and the files that could not be written."""

    ready: int = 0
    kept: int = 0
    beside: int = 0
    gone: int = 0
    damaged: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{_count(self.ready, 'notebook')} ready"]
        parts += [f"{self.kept} of yours kept"] * bool(self.kept)
        parts += [f"{_count(self.beside, 'new version')} beside yours"] * bool(self.beside)
        parts += [f"{self.gone} no longer in the course"] * bool(self.gone)
        parts += [f"{self.damaged} damaged, set aside"] * bool(self.damaged)
        parts += [f"{_count(len(self.failures), 'file')} not updated"] * bool(self.failures)
        return f"{HOME}: {', '.join(parts)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# The course: what is copied


def course_files(root: Path) -> list[str]:
    """Names, relative to the course, of all that is copied: notebooks, exercises, and what they link to, in turn."""
    found = {path for folder in FOLDERS for path in (root / folder).rglob("*.ipynb")}
    found |= {path for path in (root / "exercises").rglob("*") if path.is_file()}
    waiting = [path for path in found if not _is_hidden(path.relative_to(root))]
    files: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in files:
            files.add(path)
            waiting += _linked_files(path, root)
    return sorted(path.relative_to(root).as_posix() for path in files)


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in name.parts)


def _linked_files(path: Path, root: Path) -> Iterator[Path]:
    """Files of the course that a notebook or a Markdown page links to."""
    for target in local_links(path):
        linked = Path(os.path.normpath(path.parent / target))
        if linked.is_file() and linked.is_relative_to(root) and not _is_hidden(linked.relative_to(root)):
            yield linked


def local_links(path: Path) -> list[str]:
    """Targets of the links in a notebook's prose, or in a Markdown page, that do not lead to the network."""
    if path.suffix == ".md":
        texts = [path.read_text(encoding="utf-8")]
    elif path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    else:
        return []
    targets = (unquote(a or b) for text in texts for a, b in LINK.findall(text))
    return [target for target in targets if ":" not in target]


def cleared(path: Path) -> bytes:
    """The file as a learner gets it: a notebook without its outputs and counts, any other file as it is."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return (nbformat.writes(notebook) + "\n").encode()


# What a file holds


def content_hash(name: str, data: bytes) -> str:
    """Hash of what counts as the learner's: the cells of a notebook, all of any other file.

    Outputs and metadata do not count, nor do empty cells: JupyterLab adds one when the last cell is run.

    Raises:
        ValueError: it is no notebook.
    """
    if not name.endswith(".ipynb"):
        return _hash(data)
    try:
        cells = json.loads(data)["cells"]
        sources = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (KeyError, TypeError) as error:
        raise ValueError("no notebook") from error
    return _hash(json.dumps([cell for cell in sources if cell[1].strip()]).encode())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# The copy


class Copy:
    """A learner's copy and what it remembers."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self.entries = read_manifest(home / MANIFEST)
        self.report = Report()

    def update(self) -> Report:
        """Bring the copy up to date.

        Raises:
            OSError: nothing was changed, because the copy's own folder cannot be written or is the course itself.
        """
        if not (self.root / START).is_file():
            raise OSError(f"{START} is missing: is this the whole course?")
        if self.root.resolve().is_relative_to(self.home.resolve()):
            raise OSError(f"{HOME} leads to the course itself: remove this link")
        new = {name: cleared(self.root / name) for name in course_files(self.root)}
        self.home.mkdir(parents=True, exist_ok=True)
        self._sweep()
        self._follow_changes_of_case(new)
        for name, data in new.items():
            entry = self.entries.setdefault(name, Entry())
            entry.ours = list(dict.fromkeys([*entry.ours, content_hash(name, data)]))
        self._save()  # whatever happens from here on, what we write is known to be ours
        for name in self.entries.keys() - new.keys():
            self._attempt(name, self._take_away)
        for name, data in new.items():
            self._attempt(name, self._bring, data)
        self._save()
        return self.report

    def _attempt(self, name: str, action: object, *arguments: bytes) -> None:
        """Go on with the next file where this one cannot be read or written."""
        try:
            parent = (self.home / name).parent.resolve()
            if not parent.is_relative_to(self.home.resolve()):
                raise OSError(f"its folder leads to {parent}")
            action(name, *arguments)
        except OSError as error:
            self.report.failures.append(f"{name}: {error.strerror or error}")

    def _bring(self, name: str, data: bytes) -> None:
        """See to it that the learner has this version of a file."""
        path, entry = self.home / name, self.entries[name]
        version, is_notebook = _hash(data), name.endswith(".ipynb")
        found = self._owner(path, entry)
        if found == "damaged":
            os.replace(path, self._free_name(path, "damaged"))
            self.report.damaged += is_notebook
        if found == "learner":
            self.report.kept += is_notebook
            if version not in (entry.put, entry.offered):
                write(self._free_name(path, "new version", entry), data)
                entry.offered = version
            self.report.beside += is_notebook * len(list(self._ours_beside(path, entry)))
            return
        # Where the manifest was lost, a file with the same content is taken as it is, outputs and all.
        if found != "ours" or entry.put not in (version, "") or not _same_content(path, data):
            write(path, data)
        entry.put, entry.offered = version, ""
        self._clear_beside(path, entry)
        self.report.ready += is_notebook

    def _take_away(self, name: str) -> None:
        """Remove what has left the course, unless it is the learner's by now."""
        path, entry = self.home / name, self.entries[name]
        if self._owner(path, entry) == "ours":
            path.unlink()
            self.report.gone += name.endswith(".ipynb")
        self._clear_beside(path, entry)
        del self.entries[name]
        with suppress(OSError):  # not empty
            for folder in path.relative_to(self.home).parents[:-1]:
                (self.home / folder).rmdir()

    def _owner(self, path: Path, entry: Entry) -> str:
        """Whose file lies there: "ours" or "learner"; "nobody" where there is none, "damaged" where none can tell."""
        if not os.path.lexists(path):
            return "nobody"
        if path.is_symlink() or not path.stat().st_mode & stat.S_IWUSR:
            return "learner"
        data = path.read_bytes()
        if not data:
            return "nobody"
        try:
            return "ours" if content_hash(path.name, data) in entry.ours else "learner"
        except ValueError:
            return "damaged"

    def _free_name(self, path: Path, word: str, entry: Entry | None = None) -> Path:
        """`loss (new version).ipynb`, with a number where that is taken by something that is not ours."""
        free = ("nobody", "ours")
        return next(name for name in _names_beside(path, word) if self._owner(name, entry or Entry()) in free)

    def _ours_beside(self, path: Path, entry: Entry) -> Iterator[Path]:
        names = itertools.takewhile(os.path.lexists, _names_beside(path, "new version"))
        return (name for name in names if self._owner(name, entry) == "ours")

    def _clear_beside(self, path: Path, entry: Entry) -> None:
        """Remove new versions that nobody needs: the file itself is new, or out of the course."""
        for name in list(self._ours_beside(path, entry)):
            name.unlink()

    def _follow_changes_of_case(self, new: dict[str, bytes]) -> None:
        """A file whose name changed in case only is the same file; where case counts, it gets its new name."""
        names = {name.casefold(): name for name in new}
        for old in list(self.entries):
            name = names.get(old.casefold(), old)
            if name == old:
                continue
            self.entries[name] = self.entries.pop(old)
            before, after = self.home / old, self.home / name
            if before.exists() and (not after.exists() or before.samefile(after)):
                with suppress(OSError):
                    after.parent.mkdir(parents=True, exist_ok=True)
                    os.rename(before, after)

    def _save(self) -> None:
        entries = {name: asdict(entry) for name, entry in sorted(self.entries.items())}
        write(self.home / MANIFEST, json.dumps({"version": 1, "files": entries}, indent=1).encode())

    def _sweep(self) -> None:
        """Remove what a run left that was killed; another run may be at work just now."""
        for path in self.home.rglob(f"{PART}*.part"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - 3600:
                    path.unlink()


def _same_content(path: Path, data: bytes) -> bool:
    return content_hash(path.name, path.read_bytes()) == content_hash(path.name, data)


def _names_beside(path: Path, word: str) -> Iterator[Path]:
    for number in itertools.count(1):
        yield path.with_name(f"{path.stem} ({word}{f' {number}' if number > 1 else ''}){path.suffix}")


def read_manifest(path: Path) -> dict[str, Entry]:
    """What was put where; nothing is known if the file is missing, damaged or of another version of this tool."""
    try:
        files = json.loads(path.read_bytes())["files"]
        entries = {name: Entry(**fields) for name, fields in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return entries if all(map(_is_inside, entries)) else {}


def _is_inside(name: str) -> bool:
    return not os.path.isabs(name) and ".." not in Path(name).parts


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PART, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp lets only the owner read it
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def update(root: Path = ROOT, home: Path | None = None) -> Report:
    """Make the learner's copy of a course, or bring it up to date.

    Args:
        root: the course.
        home: where the copy is or will be; default: `my-course` in the course.
    """
    return Copy(root, home or root / HOME).update()


def main() -> int:
    """Update the copy and say in a line how it stands; fail only where there is nothing to open."""
    try:
        report = update()
    except OSError as error:
        print(f"{HOME}: not updated: {error}", file=sys.stderr)
    else:
        print(report)
        for failure in report.failures:
            print(f"  {failure}", file=sys.stderr)
    return 0 if (ROOT / HOME / START).is_file() else 1


if __name__ == "__main__":
    sys.exit(main())
