"""Run an exercise in this process: the solution's cells, with any answer put in the place of the solution's.

The cells before a question run once, with the solution's answers, and each candidate answer starts from what they left.
There is one such state at a time: it moves on from question to question, so that each cell runs once, and it is gone
when the next exercise is asked for. Hence tests come question by question (tests/scheduling.py sees to it); an earlier
question is answered as well, from a fresh start.
"""

from __future__ import annotations

import copy
import io
import linecache
import random
import signal
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
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
        self._state = State()

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

    def judge(self, question: str, answer: str, prepare: Callable[[dict], None] | None = None) -> Outcome:
        """Run an answer, all that stands between it and its check, and the check.

        Args:
            question: name of the question.
            answer: source of the answer's cell.
            prepare: may change the names that the answer meets, to keep what takes long for the next answers.
        """
        start, end = self.ids.index(question), self.ids.index(f"{question}-check")
        namespace = self._namespace_before(question)
        if prepare is not None:
            prepare(namespace)
        between = [cell.source for cell in self.cells[start + 1 : end]]
        with quiet() as shown, time_limit(SECONDS):
            error = None
            try:
                cells = (answer, *between, self.check_source(question))
                for place, source in enumerate(cells):  # names of their own, so that an error finds the right lines
                    run_cell(source, f"<{question}: {place}>", namespace)
            except Exception as caught:
                error = caught
        namespace.clear()  # its functions refer to it: without this, models and data wait for the garbage collector
        return Outcome(shown.getvalue(), error)

    def _namespace_before(self, question: str) -> dict:
        self._move_to(self.ids.index(question))
        before = self._state.namespace
        copied = dict(before)
        for name, value in before.items():
            if isinstance(value, torch.nn.Module | dict | list) and not name.startswith("__"):
                copied[name] = copy.deepcopy(value)  # an answer may spoil what it is given
            # Functions of the cells above look up names in the namespace of this run.
            elif isinstance(value, types.FunctionType) and value.__globals__ is before:
                copied[name] = _with_globals(value, copied)
        torch.manual_seed(0)
        return copied

    def _move_to(self, place: int) -> None:
        """Run the cells up to a place, from where the state is, or anew if it is past that."""
        if place < self._state.place:
            self._state = State()
        with quiet(), self._state.random_numbers():
            for cell in self.cells[self._state.place : place]:
                source = cell.source
                if "parameters" in cell.metadata.get("tags", []):
                    source = source.replace("FAST = False", "FAST = True")
                run_cell(source, f"<{self.name}>", self._state.namespace)
        self._state.place = place


@dataclass
class State:
    """What the cells of a solution have left so far.

    Attributes:
        namespace: their names.
        place: how many cells have run.
        generators: the states of the generators of random numbers, which answers use, too; None before the first cell.
    """

    namespace: dict = field(default_factory=lambda: {"__name__": "__main__"})
    place: int = 0
    generators: tuple | None = None

    @contextmanager
    def random_numbers(self) -> Iterator[None]:
        """Go on with the random numbers where the last cell stopped, as if no answer had been run in between."""
        if self.generators is not None:
            of_torch, of_numpy, of_python = self.generators
            torch.set_rng_state(of_torch)
            np.random.set_state(of_numpy)
            random.setstate(of_python)
        yield
        self.generators = torch.get_rng_state(), np.random.get_state(), random.getstate()


def _with_globals(function: types.FunctionType, namespace: dict) -> types.FunctionType:
    """The same function, which looks up its names in another namespace."""
    moved = types.FunctionType(
        function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__
    )
    moved.__kwdefaults__ = function.__kwdefaults__
    return moved


def grade_id(cell: NotebookNode) -> str:
    """What nbgrader calls a cell; the cell's own id where nbgrader does not know it."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)


@lru_cache(maxsize=1)
def load_exercise(name: str) -> Exercise:
    """The exercise with its state, until another one is asked for."""
    return Exercise(name)


def run_cell(source: str, name: str, namespace: dict) -> None:
    """Run a cell's source, so that an error finds the text of its lines, as it does in a notebook."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)


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
