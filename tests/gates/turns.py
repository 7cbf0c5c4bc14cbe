"""*Your turn*, seen without running it: the four cells of each, at least three per notebook, names that stand once.

1. The task, in Markdown, begins with `**Your turn.**`.
2. The stub: a code cell with a function or class that raises `NotImplementedError()` and does nothing else.
3. The check: `with your_turn("name") as q:`; its stored output says "not attempted yet".
4. *One way to write it*, said in a comment or in a Markdown cell above it: `if not q.passed:` and the same names again,
   its source collapsed (metadata `jupyter: {source_hidden: true}`).
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from tests.gates.cells import TASK, fallback_in, tree_of, turn_in
from tests.gates.held import COURSE, course_entries, number_of
from tests.gates.outputs import texts

FEWEST = 3
ONE_WAY = "One way to write it"
NOT_YET = "not attempted yet"


@dataclass(frozen=True)
class Turn:
    """A turn, by the cell that checks it.

    Attributes:
        name: what `your_turn` is given.
        verdict: the variable of the check, usually `q`.
        check: place of the check among the notebook's cells; the stub stands directly above it.
        fallback: place of *One way to write it*, which may have a Markdown cell above it.
    """

    name: str
    verdict: str
    check: int
    fallback: int

    @property
    def stub(self) -> int:
        """Place of the stub."""
        return self.check - 1


def turns_of(notebook: NotebookNode) -> list[Turn]:
    """The turns of a notebook, in order, whether or not their four cells are right."""
    cells = notebook.cells
    found = []
    for place, cell in enumerate(cells):
        name, verdict = turn_in(cell)
        if verdict:
            between = place + 1 < len(cells) and cells[place + 1].cell_type == "markdown"
            found.append(Turn(name, verdict, place, place + 1 + between))
    return found


def stubs_in(cell: NotebookNode) -> list[str]:
    """Names that a cell leaves to the reader: functions and classes where something is not implemented yet."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    body = tree_of(cell.source).body if cell.cell_type == "code" else []
    return [node.name for node in body if isinstance(node, definitions) and _is_left_open(node)]


def _is_left_open(definition: ast.AST) -> bool:
    functions = (node for node in ast.walk(definition) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(_only_raises(function) for function in functions)


def _only_raises(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return len(body) == 1 and ast.unparse(body[0]) == "raise NotImplementedError()"


def defined_in(block: ast.If) -> set[str]:
    """Names that a block binds at its top level."""
    names = set()
    for node in block.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and _is_bound(part)}
    return names


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def fallback_source(cell: NotebookNode) -> str:
    """*One way to write it*, without its `if`: what a reader could have written into the stub."""
    block = fallback_in(cell)
    first, last = block.body[0], block.body[-1]
    start = min([first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", []))])
    lines = cell.source.splitlines()[start - 1 : last.end_lineno]
    return textwrap.dedent("\n".join(lines))


def problems(notebook: NotebookNode, path: Path, *, course: Path = COURSE) -> Iterator[str]:
    """One line for each fault of a turn, and for a notebook that leaves too little to the reader."""
    turns = turns_of(notebook)
    if len(turns) < FEWEST:
        yield f"{len(turns)} turns, at least {FEWEST}: which lines carry the idea?"
    for turn in turns:
        yield from (f"turn {turn.name!r}: {fault}" for fault in _faults(turn, notebook.cells))
    yield from _strays(turns, notebook.cells)
    listed = course_entries(course).get(number_of(path), {}).get("turns")
    if listed is not None and list(listed) != [turn.name for turn in turns]:
        yield f"helpers/{course.name} lists the turns {list(listed)}, the notebook has {[turn.name for turn in turns]}"


def _faults(turn: Turn, cells: list[NotebookNode]) -> Iterator[str]:
    if not turn.name:
        yield "it needs a name, as a constant text"
    if turn.check < 2 or not _is_task(cells[turn.check - 2]):
        yield f"the cell above the stub does not begin with {TASK}"
    names = stubs_in(cells[turn.stub])
    if not names:
        yield "the cell above the check holds no function that raises NotImplementedError() and does nothing else"
    elif turn.name and turn.name not in names:  # the guard of `your_turn` looks for what bears its name
        yield f"its stub defines {', '.join(names)}, and nothing of its name"
    if not any(NOT_YET in text for text in texts(cells[turn.check].get("outputs", []))):
        yield f"the stored output of its check does not say {NOT_YET!r}"
    yield from _faults_of_fallback(turn, cells, set(names))


def _is_task(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and cell.source.startswith(TASK)


def _faults_of_fallback(turn: Turn, cells: list[NotebookNode], names: set[str]) -> Iterator[str]:
    cell = cells[turn.fallback] if turn.fallback < len(cells) else None
    block = fallback_in(cell) if cell else None
    if block is None or block.test.operand.value.id != turn.verdict:
        yield f"no cell below the check begins with 'if not {turn.verdict}.passed:'"
        return
    missing = names - defined_in(block)
    if missing:
        yield f"{ONE_WAY!r} does not define {', '.join(sorted(missing))}"
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        yield f"{ONE_WAY!r} is not collapsed: its metadata lack jupyter.source_hidden"
    if ONE_WAY not in cells[turn.fallback - 1].source * (turn.fallback - 1 > turn.check) + cell.source:
        yield f"neither a comment nor a cell above it says {ONE_WAY!r}"


def _strays(turns: list[Turn], cells: list[NotebookNode]) -> Iterator[str]:
    """Parts of a turn that stand alone."""
    checks, stubs, fallbacks = ({getattr(turn, part) for turn in turns} for part in ("check", "stub", "fallback"))
    for place, cell in enumerate(cells):
        if _is_task(cell) and place + 2 not in checks:
            yield f"cell {place + 1} begins with {TASK}, and no check follows two cells below"
        if stubs_in(cell) and place not in stubs:
            yield f"cell {place + 1} leaves {', '.join(stubs_in(cell))} open, and no check follows"
        if fallback_in(cell) and place not in fallbacks:
            yield f"cell {place + 1} begins with 'if not ….passed:', and there is no check above it"


def repeated_names(notebooks: Iterable[tuple[Path, NotebookNode]]) -> list[str]:
    """Names of turns that stand more than once in the course: what is remembered of one would count for the other."""
    places: dict[str, list[str]] = {}
    for path, notebook in notebooks:
        for turn in turns_of(notebook):
            places.setdefault(turn.name, []).append(path.stem)
    return [f"turn {name!r} stands in {' and in '.join(stems)}" for name, stems in places.items() if len(stems) > 1]
