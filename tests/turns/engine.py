"""Run a notebook's turns in this process: its cells up to a stub, with any answer put into it, and the check.

The engine is that of the exercises; a notebook differs from a solution in how its questions are found. The cells above
a stub run once, in the small run and untouched: each turn above is left open, and *One way to write it* takes over.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode

from tests.exercises.engine import Exercise, Outcome, State
from tests.gates.held import number_of
from tests.gates.turns import NOT_YET, Turn, fallback_source, stubs_in, turns_of

MAY_RAISE = """\
try:
    exec(compile({source!r}, "<cell>", "exec"), globals())
except Exception:
    pass
"""


class TurnsOf(Exercise):
    """A notebook, cut into its turns.

    Args:
        path: the notebook.
        answers: what is put into its stubs, by name of the turn; the others stay as they are.

    Attributes:
        turns: by name, in order.
        names: what each turn's stub defines.
    """

    def __init__(self, path: Path, answers: dict[str, str] | None = None) -> None:
        self.name, self.path = path.stem, path
        notebook = nbformat.read(path, as_version=4)
        found = turns_of(notebook)
        self.turns = {turn.name: turn for turn in found}
        self.notebook_cells = notebook.cells
        self.names = {turn.name: stubs_in(notebook.cells[turn.stub]) for turn in found}
        for name, answer in (answers or {}).items():
            notebook.cells[self.turns[name].stub].source = answer
        names = {turn.stub: turn.name for turn in found} | {turn.check: f"{turn.name}-check" for turn in found}
        code = [(place, cell) for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        self.cells = [_runnable(cell) for _, cell in code]
        self.ids = [names.get(place, cell.id) for place, cell in code]
        self.places = [place for place, _ in code]
        self._state = State()

    @property
    def questions(self) -> list[str]:
        """Names of the turns, in order."""
        return list(self.turns)

    def check_source(self, question: str) -> str:
        """The check, and an error if it did not pass: a notebook's own check tells and goes on."""
        return f"{super().check_source(question)}\n{self.turns[question].verdict}.require()"

    def solution(self, question: str) -> str:
        """The stub's cell, and *One way to write it* pasted below."""
        turn = self.turns[question]
        return f"{self.notebook_cells[turn.stub].source}\n\n\n{fallback_source(self.notebook_cells[turn.fallback])}"

    def run_to(self, place: int) -> dict:
        """Run the cells above a place of the notebook; return the names that they leave."""
        self._move_to(sum(at < place for at in self.places))
        return self._state.namespace

    def run_all(self) -> None:
        """Run the notebook to its end."""
        self._move_to(len(self.cells))


def _runnable(cell: NotebookNode) -> NotebookNode:
    """The cell, which goes on where an error is what it shows."""
    if "raises-exception" not in cell.metadata.get("tags", []):
        return cell
    return NotebookNode(cell | {"source": MAY_RAISE.format(source=cell.source)})


@lru_cache(maxsize=1)
def load(path: Path) -> TurnsOf:
    """The untouched notebook with its state, until another one is asked for."""
    return TurnsOf(path)


def judge(path: Path, turn: str, answer: str) -> Outcome:
    """Put an answer into the stub of a turn, and run its check."""
    return load(path).judge(turn, answer)


def untouched_problems(path: Path) -> list[str]:
    """Checks that do not say so when nothing is written. That the notebook reaches its end, its own run shows."""
    notebook = load(path)
    problems = []
    for name in notebook.questions:
        outcome = notebook.judge(name, notebook.answer(name))
        if outcome.passed or NOT_YET not in outcome.shown:
            problems.append(f"{name}: its check does not say {NOT_YET!r}: {outcome.told.strip()!r}")
    return problems


def solved_problems(path: Path) -> list[str]:
    """What is wrong when every stub holds *One way to write it*: it must pass, and nothing takes its place."""
    untouched = TurnsOf(path)
    notebook = TurnsOf(path, {name: untouched.solution(name) for name in untouched.questions})
    problems = []
    try:
        for turn in notebook.turns.values():
            problems += _solved_turn_problems(notebook, turn)
        notebook.run_all()
    except Exception as error:
        return [*problems, f"{notebook.name} does not reach its end: {type(error).__name__}: {error}"]
    return problems


def _solved_turn_problems(notebook: TurnsOf, turn: Turn) -> list[str]:
    namespace = notebook.run_to(turn.check + 1)
    if not namespace[turn.verdict].passed:
        return [f"{turn.name}: its own way to write it does not pass: {namespace[turn.verdict].message}"]
    written = {name: namespace[name] for name in notebook.names[turn.name]}
    notebook.run_to(turn.fallback + 1)
    replaced = [name for name, value in written.items() if namespace[name] is not value]
    return [f"{turn.name}: {name} is replaced although it passed" for name in replaced]


# Banks


def bank_of(path: Path) -> ModuleType:
    """The bank of a notebook's turns: 4.1.3 has `tests/turns/bank_4_1_3.py`; without one, an empty bank.

    It holds `RIGHT[turn][style] = answer` and `WRONG[turn][mistake] = (answer, hint)`; an answer is the source of the
    stub's cell.
    """
    name = f"tests.turns.bank_{number_of(path).replace('.', '_')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    empty = ModuleType(name)
    empty.RIGHT, empty.WRONG = {}, {}
    return empty


def bank_problems(bank: ModuleType, turns: list[str]) -> list[str]:
    """Turns whose bank is too small or missing, and answers to no turn."""
    problems = []
    for turn in turns:
        for table, fewest, kind in ((bank.RIGHT, 2, "right"), (bank.WRONG, 4, "wrong")):
            if len(table.get(turn, {})) < fewest:
                problems.append(f"{turn}: {len(table.get(turn, {}))} {kind} answers, at least {fewest}")
    strangers = (bank.RIGHT.keys() | bank.WRONG.keys()) - set(turns)
    return problems + [f"{turn}: the notebook has no such turn" for turn in sorted(strangers)]
