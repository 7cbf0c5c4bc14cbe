"""Make what an instructor uploads for an exercise: a zip with the notebook, notes on its data, and how to start.

The notebook is what `make release` makes. It is looked through before it is packed, and the same release gives the same
bytes, so that an upload can be compared with the course.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.data.files import DatasetSpec, by_archive
from helpers.data.images import DATASETS
from helpers.data.tables import TABLES
from tools.release import ROOT, SOLUTIONS, release
from tools.release import names as names_of_all

OLDEST = (1980, 1, 1, 0, 0, 0)  # that a zip can hold: the time of packing would change the bytes
LOADED = re.compile(r"""\bload_(?:dataset|table)\(\s*["']([^"']+)["']""")
DATA_LINE = re.compile(r"\*\*Data\*\* *(.+)")
LEFT_OVER = re.compile(r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)|\*\*Rubric")
UNATTEMPTED = ("not attempted yet", "is missing")  # what a check says of a stub
ROLES = ("grade_id", "cell_type", "grade", "solution", "locked", "task", "points")

# Bytes to download, which no publisher states beside the files.
DOWNLOADS = {
    "mnist": 11_594_722,
    "fashion-mnist": 30_878_645,
    "cifar10": 170_498_071,
    "california-housing": 440_963,
}

HOW_TO_START = """\
How to start: {name}

The notebook imports `helpers`, which comes with the course *Hidden Layers*; nothing in this folder replaces it.

1. Get the course, from the address that your instructor gives you, and open a terminal in its folder.
2. Linux, macOS:   make lab
   Windows:        python tools/bootstrap.py
                   .venv\\Scripts\\python tools/lab.py
   An environment of your own, with Python 3.11 to 3.14:
                   pip install -r requirements.txt
   The first run downloads about 1 GB.
3. Put this folder, {name}, in the place of the one in my-course/exercises/,
   which `make lab` makes; there its links to the course's notebooks work.
4. Open {name}.ipynb, and answer in the cells that say so. Leave all cells in place:
   what you add in cells of your own is not graded.
5. Save, and hand in {name}.ipynb, that file alone, under that name.

If `from helpers.checks import question` fails, the notebook runs in another Python: choose the course's own under
Kernel > Change Kernel, or run `pip install -e .` in the folder of the course.
"""

WITHOUT_DATA = "The notebook makes its data itself: nothing is downloaded.\n"

WHERE_DATA_COME_FROM = """\
`helpers` looks in these places, in this order, and checks every byte before it is used:

1. the folder in the variable COURSE_DATA, if it is set: the original files, plain or packed, in the folders above;
2. the cache: what was downloaded before, in the folder COURSE_CACHE or where your system keeps caches;
3. the internet, from where the files are kept in the cache;
4. the offline stand-in: data of the same shapes and names, made on the spot. Every result on them says so.

COURSE_OFFLINE=1 asks for the stand-in at once, COURSE_OFFLINE=0 forbids it. To share one download in a room of
computers, put the files into a folder that all can read, and set COURSE_DATA to it.
"""


def assign(names: Sequence[str] | None, target: Path, *, run: bool = False) -> list[Path]:
    """Make a zip for the learning platform of each exercise.

    Args:
        names: of the exercises; None for all.
        target: folder for the zips, `<name>.zip`; made if it is not there.
        run: also run each notebook as students get it, small and unanswered: minutes, and it reads the data.

    Returns:
        The zips, in the order of the names.

    Raises:
        ValueError: there is no such exercise, or a released notebook is not fit to be handed out; nothing is packed.
    """
    chosen = list(names_of_all() if names is None else names)
    unknown = [name for name in chosen if name not in names_of_all()]
    if unknown:
        raise ValueError(f"no exercise {', '.join(unknown)}: there are {', '.join(names_of_all())}")
    with tempfile.TemporaryDirectory() as scratch:
        folders = [release(name, Path(scratch)) for name in chosen]
        found = [f"{folder.name}: {problem}" for folder in folders for problem in problems_of(folder, run=run)]
        if found:
            raise ValueError("\n".join(["not fit to be handed out:", *found]))
        target.mkdir(parents=True, exist_ok=True)
        return [_pack(folder, target) for folder in folders]


def problems_of(folder: Path, *, run: bool = False) -> list[str]:
    """What is wrong with a released exercise; nothing, if it may be handed out.

    Args:
        folder: what `tools.release.release` made.
        run: also run the notebook: no check may pass before anything is answered.
    """
    released = nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)
    master = nbformat.read(SOLUTIONS / folder.name / f"{folder.name}.ipynb", as_version=4)
    return [
        *_invalid(released),
        *_lost(released, master),
        *_told(released, master),
        *(_passed(released) if run else []),
    ]


def data_notes(name: str, notebook: NotebookNode) -> str:
    """README-data.txt: which data sets a notebook loads, how large they are, and where they are looked for."""
    said = DATA_LINE.search(notebook.cells[0].source)
    parts = [f"Data: {name}\n"]
    parts += [f"{said.group(1)}\n"] if said else []
    specs = [_spec(data) for data in data_sets(notebook)]
    parts += [_about(spec) for spec in specs]
    parts.append(WHERE_DATA_COME_FROM if specs else WITHOUT_DATA)
    return "\n".join(parts)


def data_sets(notebook: NotebookNode) -> list[str]:
    """Names of the data sets that a notebook loads, or tells its reader to load, each once."""
    return list(dict.fromkeys(name for cell in notebook.cells for name in LOADED.findall(cell.source)))


def _spec(name: str) -> DatasetSpec:
    spec = DATASETS.get(name) or TABLES.get(name)
    if spec is None:
        raise ValueError(f"unknown data set {name!r}")
    return spec


def _about(spec: DatasetSpec) -> str:
    lines = [
        spec.title,
        f"  download   {DOWNLOADS[spec.name] / 1e6:.1f} MB",
        f"  files      {', '.join(by_archive(spec.files()))}",
        f"  folder     {' or '.join(folder or 'none' for folder in spec.folders)}, below COURSE_DATA",
        f"  from       {spec.mirrors()[0]}",
        f"  licence    {spec.licence}",
        f"  citation   {spec.citation}",
    ]
    return "\n".join(lines) + "\n"


def _pack(folder: Path, target: Path) -> Path:
    """Pack a released exercise; names in order, no times, nothing compressed: the bytes are the same everywhere."""
    name = folder.name
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files["README-data.txt"] = data_notes(name, notebook).encode()
    files["README-start.txt"] = HOW_TO_START.format(name=name).encode()
    packed = target / f"{name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{name}/{path}", OLDEST)
            info.create_system, info.external_attr = 3, 0o100644 << 16  # an ordinary file, whatever system packs it
            archive.writestr(info, files[path])
    return packed


# --- Is it fit to be handed out? -------------------------------------------------------------------------------------


def _invalid(released: NotebookNode) -> list[str]:
    from nbgrader.nbgraderformat import MetadataValidator

    try:
        nbformat.validate(released)
        MetadataValidator().validate_nb(released)
    except Exception as error:  # nbgrader's and nbformat's errors have no class in common
        return [f"the notebook is not valid: {str(error).splitlines()[0]}"]
    return []


def _lost(released: NotebookNode, master: NotebookNode) -> list[str]:
    """Each answer and each check of the master is there, in its place, with its points."""
    given, wanted = _marked(released), _marked(master)
    lost = [
        f"the cell {name} is missing, or its metadata changed" for name in wanted if given.get(name) != wanted[name]
    ]
    return lost or ([] if list(given) == list(wanted) else ["the cells are in another order than in the solution"])


def _marked(notebook: NotebookNode) -> dict[str, dict]:
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    # nbgrader notes the type of a cell in its metadata when it releases it
    return {
        cell.id: {**{role: cell.metadata.nbgrader.get(role) for role in ROLES}, "cell_type": cell.cell_type}
        for cell in cells
    }


def _told(released: NotebookNode, master: NotebookNode) -> list[str]:
    """No answer, no hidden test and no output is in what students get."""
    solved = {cell.id: cell.source for cell in master.cells}
    found = []
    for cell in released.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution") and cell.source == solved.get(cell.id):
            found.append(f"the cell {cell.id} holds its solution")
        if about.get("grade") and not cell.source.strip():
            found.append(f"the cell {cell.id} checks nothing")
        if LEFT_OVER.search(cell.source):
            found.append(f"the cell {cell.id} says {LEFT_OVER.search(cell.source).group()!r}")
        if cell.get("outputs"):
            found.append(f"the cell {cell.id} has outputs")
    return found


def _passed(released: NotebookNode) -> list[str]:
    """Checks that pass while nothing is answered, in a small run of the notebook."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace("FAST = False", "FAST = True")
    client = NotebookClient(notebook, timeout=3600, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    try:
        client.execute()
    except CellExecutionError as error:
        return [f"it stops when nothing is answered: {error.ename}: {error.evalue}"]
    checks = [cell for cell in notebook.cells if cell.cell_type == "code" and _grades(cell)]
    return [f"the check {cell.id} passes before anything is answered" for cell in checks if not _says_so(cell)]


def _grades(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _says_so(cell: NotebookNode) -> bool:
    shown = "".join(output.get("text", "") for output in cell.outputs)
    return any(words in shown for words in UNATTEMPTED)
