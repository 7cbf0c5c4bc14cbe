"""Which bands are proven: what a proof depends on, as one hash, and the hashes that are on record.

A proof is a run of a notebook with a sabotage, in which every number of the sabotage's bands leaves its band. It holds
until something changes that the run depends on:

- the notebook's code and tags (its prose, its outputs and an exercise's check cells do not count);
- the modules of `helpers` that the notebook or the sabotage imports, and what these import in turn, without those that
  only talk with the learner (checks, quizzes, predictions, playgrounds): nothing that they say changes a number;
- the sabotage itself, and the limits of the bands.

Comments, docstrings and blank lines do not count. `tests/bands-proven.toml` keeps the hashes of the last proofs, and
`python -m tests.notebooks.prove` renews it. That a new version of a library breaks a proof is seen at night, when all
are run afresh.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import tokenize
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from tests.gates.bands import Band, bands_of
from tests.notebooks.sabotage import SABOTAGES
from tests.proven import imported_names
from tests.worlds import reads_data
from tools.notebooks import ROOT, all_notebooks

TALKING = ("checks", "diagrams", "playground", "plotting", "predictions", "quiz")
TALK = tuple(f"helpers.{module}" for module in TALKING)
RECORD = ROOT / "tests" / "bands-proven.toml"
HEADER = (
    "# What each sabotaged run was proven with (tests/notebooks/proofs.py): made by python -m tests.notebooks.prove\n"
)


@dataclass(frozen=True, order=True)
class Case:
    """A run that proves bands: a notebook (its stem), a sabotage, and the kind of run, "fast" or "stand-in"."""

    stem: str
    sabotage: str
    run: str

    @property
    def path(self) -> Path:
        """The notebook's file."""
        return next(path for path in all_notebooks() if path.stem == self.stem)

    @property
    def bands(self) -> dict[str, Band]:
        """The bands that this sabotage is to break."""
        return {name: band for name, band in bands_of(self.stem).items() if band.broken_by == self.sabotage}


def all_cases() -> list[Case]:
    """Every run that has something to prove; a notebook without data runs the same in both worlds."""
    return sorted(
        {
            Case(path.stem, band.broken_by, run)
            for path in all_notebooks()
            for band in bands_of(path.stem).values()
            for run in (("fast", "stand-in") if reads_data(path) else ("fast",))
        }
    )


def hash_of(case: Case) -> str:
    """Sixteen hexadecimal digits, other ones as soon as the proof may have another outcome."""
    notebook, sabotage = notebook_code(case.path), SABOTAGES[case.sabotage]
    parts = {
        "notebook": [(bare(source), tags) for source, tags in notebook],
        "sabotage": bare(sabotage),
        "helpers": {
            name: bare(source) for name, source in helpers_behind([source for source, _ in notebook], sabotage)
        },
        "limits": {name: band.limits(case.run) for name, band in case.bands.items()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def notebook_code(path: Path) -> list[tuple[str, list[str]]]:
    """(source as Python, tags) of each code cell that a sabotaged run executes."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [
        (TransformerManager().transform_cell(cell.source), sorted(cell.metadata.get("tags", [])))
        for cell in cells
        if not is_check(cell)
    ]


def is_check(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell checks an exercise's answer: it would stop at the broken model."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def helpers_behind(sources: Iterable[str], sabotage: str) -> list[tuple[str, str]]:
    """(name, source) of each module of `helpers` that the code imports, directly or not, by name."""
    found: dict[str, str] = {}
    waiting = [module for source in (*sources, sabotage) for module in imported_modules(source)]
    while waiting:
        module = waiting.pop()
        if module not in found:
            file = file_of(module)
            found[module] = file.read_text(encoding="utf-8")
            waiting += imported_modules(found[module])
    return sorted(found.items())


def imported_modules(source: str) -> Iterator[str]:
    """Each module of `helpers` that the code imports anywhere, and its packages; none that only talk or draw."""
    for name in imported_names(source):
        parts = name.split(".")
        above = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        if parts[0] == "helpers" and not name.startswith(TALK):
            yield from (module for module in above if file_of(module))


@cache
def file_of(module: str) -> Path | None:
    """The file of a module of `helpers`; None if there is none, for the name is that of something inside one."""
    place = ROOT.joinpath(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


@cache
def bare(source: str) -> str:
    """The code without comments, docstrings and blank lines; the same under every version of Python."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in docstrings(ast.parse(source)):
        if not lines[node.lineno - 1][: node.col_offset].strip():  # it does not share its line with code
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def docstrings(tree: ast.Module) -> Iterator[ast.Expr]:
    """The docstrings of a module, its classes and functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str:
                yield first


def proofs_on_record(record: Path = RECORD) -> dict[Case, str]:
    """The hash that each case was proven with, the last time."""
    table = tomllib.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    return {
        Case(stem, sabotage, run): digest
        for stem, sabotages in table.items()
        for sabotage, runs in sabotages.items()
        for run, digest in runs.items()
    }


def write_record(proofs: dict[Case, str], record: Path = RECORD) -> None:
    """Write the proofs, in order."""
    lines = [HEADER]
    for stem in sorted({case.stem for case in proofs}):
        lines.append(f'\n["{stem}"]\n')
        for sabotage in sorted({case.sabotage for case in proofs if case.stem == stem}):
            runs = [case for case in sorted(proofs) if (case.stem, case.sabotage) == (stem, sabotage)]
            entries = ", ".join(f'{case.run} = "{proofs[case]}"' for case in runs)
            lines.append(f'"{sabotage}" = {{ {entries} }}\n')
    record.write_text("".join(lines), encoding="utf-8")


def is_proven(case: Case) -> bool:
    """Whether the proof on record is one of what is here now."""
    return proofs_on_record().get(case) == hash_of(case)
