"""Run an exercise in this process: the solution's cells, with any answer put in the place of the solution's.

The cells before a question run once, with the solution's answers, and each candidate answer starts from what they left.
"""

from __future__ import annotations

import copy
import io
import signal
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import torch
from nbformat import NotebookNode

from tools.release import SOLUTIONS

SECONDS = 60  # for one answer and its check; the check itself is held to less


@dataclass(frozen=True)
class Outcome:
    """What an answer led to.

    Attributes:
        shown: what the student reads under the check cell.
        error: what the check cell, hidden tests included, raised; None if the answer passed.
    """

    shown: str
    error: BaseException | None

    @property
    def passed(self) -> bool:
        """Whether the grader gives the points."""
        return self.error is None

    @property
    def told(self) -> str:
        """All that is said: to the student, and in the grader's part."""
        return f"{self.shown}\n{self.error or ''}"


class Exercise:
    """A solution notebook, cut into questions.

    A question `q` is a cell with nbgrader's `grade_id` `q` and `solution: true`, and later a cell `q-check` with
    `grade: true`, whose hidden tests only graders have.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        (path,) = (SOLUTIONS / name).glob("*.ipynb")
        self.path = path
        self.cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        self.ids = [grade_id(cell) for cell in self.cells]
        self._states: dict[str, dict] = {}

    @property
    def questions(self) -> list[str]:
        """The answers that are asked for, in order."""
        return [grade_id(cell) for cell in self.cells if cell.metadata.get("nbgrader", {}).get("solution")]

    def answer(self, question: str) -> str:
        """The solution's answer."""
        return self.cells[self.ids.index(question)].source

    def check_source(self, question: str) -> str:
        """The check cell, hidden tests included."""
        return self.cells[self.ids.index(f"{question}-check")].source

    def judge(self, question: str, answer: str) -> Outcome:
        """Run an answer, all that stands between it and its check, and the check."""
        start, end = self.ids.index(question), self.ids.index(f"{question}-check")
        namespace = self._namespace_before(question)
        between = [cell.source for cell in self.cells[start + 1 : end]]
        with quiet() as shown, time_limit(SECONDS):
            error = None
            try:
                for source in (answer, *between, self.check_source(question)):
                    exec(compile(source, f"<{question}>", "exec"), namespace)
            except Exception as caught:
                error = caught
        return Outcome(shown.getvalue(), error)

    def _namespace_before(self, question: str) -> dict:
        if question not in self._states:
            self._states[question] = self._run_before(question)
        state = dict(self._states[question])
        for name, value in state.items():
            if isinstance(value, torch.nn.Module | dict | list) and not name.startswith("__"):
                state[name] = copy.deepcopy(value)  # an answer may spoil what it is given
        # Functions of the cells above look up names in the namespace of this run.
        for name, value in state.items():
            if isinstance(value, types.FunctionType) and value.__globals__ is self._states[question]:
                state[name] = types.FunctionType(
                    value.__code__, state, value.__name__, value.__defaults__, value.__closure__
                )
                state[name].__kwdefaults__ = value.__kwdefaults__
        torch.manual_seed(0)
        return state

    def _run_before(self, question: str) -> dict:
        namespace: dict = {"__name__": "__main__"}
        with quiet():
            for cell in self.cells[: self.ids.index(question)]:
                source = cell.source
                if "parameters" in cell.metadata.get("tags", []):
                    source = source.replace("FAST = False", "FAST = True")
                exec(compile(source, f"<{self.name}>", "exec"), namespace)
        return namespace


def grade_id(cell: NotebookNode) -> str:
    """What nbgrader calls a cell; the cell's own id where nbgrader does not know it."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)


@cache
def load_exercise(name: str) -> Exercise:
    """One exercise a process, so that its first cells run once."""
    return Exercise(name)


@contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Collect what is printed; close the figures."""
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(io.StringIO()):
        yield shown
    plt.close("all")


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Stop an endless answer, where the system can (not on Windows, not outside the main thread)."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"the answer ran for more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def folder_of_bank(name: str) -> Path:
    """Where the bank of an exercise lives: `ex3_manual-backprop` has `tests/exercises/ex3_manual_backprop/`."""
    return Path(__file__).parent / name.replace("-", "_")
