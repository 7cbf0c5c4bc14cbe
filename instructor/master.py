"""The master of an exercise, cut into what the student writes, what is given, and what judges.

The master is the solution notebook. Its answer cells say which names a question asks for; its other cells run as they
are: in the judge's process as far as a check needs what they make, and in the sandbox as far as an answer does.
"""

from __future__ import annotations

import builtins
import dis
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Literal

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"

HIDDEN = "### BEGIN HIDDEN TESTS"
END = "### END HIDDEN TESTS"
Kind = Literal["answer", "check", "given", "by hand"]


@dataclass(frozen=True)
class Cell:
    """A cell of the master.

    Attributes:
        id: its id.
        kind: "answer" is written by the student, "check" judges, "given" is neither, "by hand" is read by a person.
        question: nbgrader's grade_id, where it has one.
        source: its text, the solution included.
        points: that it can earn.
    """

    id: str
    kind: Kind
    question: str
    source: str
    points: float

    @cached_property
    def makes(self) -> frozenset[str]:
        """Names that it binds."""
        return frozenset(
            step.argval for step in dis.get_instructions(_compiled(self.source)) if step.opname == "STORE_NAME"
        )

    @cached_property
    def uses(self) -> frozenset[str]:
        """Names that it reads and does not bind itself."""
        return used(self.source)

    @property
    def visible(self) -> str:
        """The part of a check that students have."""
        return self.source.split(HIDDEN)[0]

    @property
    def hidden(self) -> str:
        """The part that only the grader has; empty if there is none."""
        _, _, rest = self.source.partition(HIDDEN)
        return rest.split(END)[0]


def used(source: str) -> frozenset[str]:
    r"""Names of the notebook's that a source reads, in functions too; none if it is no Python.

    Example:
        >>> sorted(used("def area(radius):\n    size = math.pi * radius**2\n    return size * unit"))
        ['math', 'unit']
    """
    try:
        code = _compiled(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(name for name in _read(code) if not hasattr(builtins, name))


def _compiled(source: str) -> CodeType:
    return compile(source, "<cell>", "exec", dont_inherit=True)


def _read(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"):
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _read(constant)


class Master:
    """The solution notebook of an exercise.

    Args:
        exercise: name of its folder below `solutions/`.
        small: whether the `parameters` cell asks for the small run, as tests want it.
    """

    def __init__(self, exercise: str, *, small: bool = False) -> None:
        self.exercise = exercise
        self.path = SOLUTIONS / exercise / f"{exercise}.ipynb"
        self.notebook = nbformat.read(self.path, as_version=4)
        self.small = small
        self.cells = [cell for cell in map(self._cell, self.notebook.cells) if cell is not None]
        self.setup = self.cells[0]

    def _cell(self, cell: nbformat.NotebookNode) -> Cell | None:
        grader = cell.metadata.get("nbgrader", {})
        grade, solution = grader.get("grade", False), grader.get("solution", False)
        if cell.cell_type != "code" and not grade:
            return None
        kind: Kind = "given"
        if solution:
            kind = "by hand" if grade else "answer"
        elif grade:
            kind = "check"
        source = cell.source
        if self.small and "parameters" in cell.metadata.get("tags", []):
            source = source.replace("FAST = False", "FAST = True")
        return Cell(cell.id, kind, grader.get("grade_id", ""), source, float(grader.get("points", 0)))

    @property
    def graded(self) -> list[Cell]:
        """The cells that earn points, in order."""
        return [cell for cell in self.cells if cell.kind in ("check", "by hand")]

    @cached_property
    def hash(self) -> str:
        """Of the notebook, the size of the run, and of all code that judges it, hexadecimal."""
        whole = hashlib.sha256(str(self.small).encode())
        files = [self.path, *sorted((ROOT / "helpers").rglob("*.py")), *sorted((ROOT / "instructor").rglob("*.py"))]
        for file in files:
            whole.update(hashlib.sha256(file.read_bytes()).digest())
        return whole.hexdigest()

    def given_for(self, names: Iterable[str], before: Cell, without: Sequence[Cell] = ()) -> list[Cell]:
        """The given cells, in order, that must have run for these names to be there.

        Args:
            names: that are read.
            before: only cells above this one.
            without: cells that have run already.
        """
        place = self.cells.index(before)
        wanted, chosen = set(names), []
        for cell in reversed(self.cells[:place]):
            if cell.kind in ("given", "check") and cell.makes & wanted:
                wanted |= cell.uses
                if cell.kind == "given":
                    chosen.append(cell)
        first = [self.setup] if self.setup not in chosen else []
        return [cell for cell in [*first, *reversed(chosen)] if cell not in without]
