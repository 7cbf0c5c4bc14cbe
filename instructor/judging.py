"""Judge one submission: the checks run here, the answers in the sandbox.

No student's code ever runs in this process. It runs the master's checks, hidden tests included, and the names of a
student's functions stand for handles: calling one asks the sandbox, and what comes back is data.
"""

from __future__ import annotations

import contextlib
import gc
import io
import random
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from instructor import reading
from instructor.channel import Closed, Peer, Refused
from instructor.channel.functions import AtJudge, make_error, report_opened
from instructor.channel.modules import install
from instructor.master import Cell, Master, used
from instructor.results import Mark

NOT_ATTEMPTED = "not attempted yet"
LONGEST = 2_000  # characters of a message


class Gone(BaseException):
    """The sandbox of this submission is gone; the text says why, in words for the student."""


class Sandbox(Protocol):
    """Where a student's code runs."""

    room: Path

    def start(self) -> Any:
        """A wire to a new process, with nothing of the student's in it."""

    def why(self) -> str:
        """Why the last process has ended, in words for the student."""

    def stop(self) -> None:
        """End the process."""


class Judge:
    """Judges submissions of one exercise.

    Args:
        master: of the exercise.
    """

    def __init__(self, master: Master) -> None:
        self.master = master
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.ready: list[Cell] = []

    def warm_up(self) -> None:
        """Run, once for all submissions, the given cells that checks need and no answer has a part in."""
        of_answers = {name for cell in self.master.cells if cell.kind == "answer" for name in cell.makes}
        for check in self.master.cells:
            if check.kind != "check":
                continue
            for cell in self.master.given_for(check.uses, check):
                tainted = cell.uses & of_answers or (cell.uses & self._made_late())
                if cell not in self.ready and not tainted:
                    run_cell(cell.source, cell.id, self.namespace)
                    self.ready.append(cell)
        gc.collect()
        gc.freeze()

    def _made_late(self) -> set[str]:
        """Names that only checks make, or given cells which need an answer."""
        tainted = {name for cell in self.master.cells if cell.kind in ("answer", "check") for name in cell.makes}
        for cell in self.master.cells:
            if cell.kind == "given" and cell.uses & tainted:
                tainted |= cell.makes
        for cell in self.ready:
            tainted -= cell.makes
        return tainted

    def judge(self, answers: Mapping[str, str], attempted: set[str], sandbox: Sandbox) -> Iterator[Mark]:
        """A mark for each question, in order.

        Args:
            answers: source of each answer cell, by cell id; a cell that is missing counts as not attempted.
            attempted: ids of the cells that differ from the stub.
            sandbox: where the answers run.
        """
        session = Session(self, answers, sandbox)
        asked: list[Cell] = []
        try:
            for cell in self.master.cells:
                if cell.kind == "answer":
                    asked.append(cell)
                    session.answer(cell)
                elif cell.kind == "check":
                    tried = any(one.id in attempted for one in asked)
                    yield session.check(cell) if tried or not asked else not_attempted(cell)
                    asked = []
                elif cell.kind == "by hand":
                    yield by_hand(cell, answers, attempted)
        finally:
            session.close()


def not_attempted(check: Cell) -> Mark:
    """The mark for a stub."""
    label = re.search(r'question\("([^"]*)"', check.source)
    message = f"{label[1] if label else check.question}: {NOT_ATTEMPTED}."
    return Mark(check.question, 0.0, check.points, "not attempted", message)


def by_hand(cell: Cell, answers: Mapping[str, str], attempted: set[str]) -> Mark:
    """The mark for what a person reads."""
    if cell.id not in attempted:
        return Mark(cell.question, 0.0, cell.points, "not attempted", f"{cell.question}: {NOT_ATTEMPTED}.")
    return Mark(cell.question, 0.0, cell.points, "by hand", "A person reads this answer.")


class Session:
    """One submission: its process in the sandbox, begun anew when it dies, and the names of this process."""

    def __init__(self, judge: Judge, answers: Mapping[str, str], sandbox: Sandbox) -> None:
        self.master, self.answers, self.sandbox = judge.master, answers, sandbox
        self.namespace = dict(judge.namespace)
        self.done = list(judge.ready)  # given cells that have run here
        self.loaded: list[Cell] = []  # cells that have run in the sandbox
        self.dropped: dict[str, str] = {}  # cells that ended the process: id -> why
        self.errors: dict[str, str] = {}  # answers that raised: id -> what
        self.names: dict[str, Cell] = {}  # names of answers -> where they are written
        self.text = reading.Answers([], self.namespace)
        self.peer: Peer | None = None
        self.asked: list[Cell] = []
        tempfile.tempdir = str(sandbox.room)
        torch.load = self._load_file

    # The sandbox

    def answer(self, cell: Cell) -> None:
        """Run an answer in the sandbox; what it raises is told with its check."""
        self.asked.append(cell)
        if cell.id not in self.answers:
            return
        self.text = reading.Answers([self.answers[c.id] for c in self._answers_until(cell)], self.namespace)
        with contextlib.suppress(Gone):
            self._load(cell)

    def _answers_until(self, last: Cell) -> list[Cell]:
        cells = [cell for cell in self.master.cells if cell.kind == "answer" and cell.id in self.answers]
        return cells[: cells.index(last) + 1]

    def _process(self) -> Peer:
        """The sandbox's end, with all cells that came before in it."""
        if self.peer is None:
            peer = Peer(self.sandbox.start(), first=10, trusting=False)
            install(peer)
            AtJudge(peer, self._read)
            peer.heard = report_opened
            peer.kinds = {object: _encode_helpers} | peer.kinds
            self.peer = peer
            again, self.loaded = self.loaded, []
            for cell in again:
                self._run(cell, self.answers.get(cell.id, cell.source))
        return self.peer

    def _read(self, label: str, name: str) -> None:
        reading.refuse(label, name, self.text)

    def _load(self, cell: Cell) -> None:
        source = self.answers[cell.id]
        self._process()
        for given in self.master.given_for(used(source), cell, without=self.loaded):
            self._run(given, given.source)
        self._run(cell, source)

    def _run(self, cell: Cell, source: str) -> None:
        if cell.id in self.dropped:
            return
        self.loaded.append(cell)
        try:
            self._process().ask("load", source, cell.question or cell.id)
        except (Closed, Refused):
            self.dropped[cell.id] = self._end()
            raise Gone(self.dropped[cell.id]) from None
        except Exception as error:
            if cell.kind == "answer":
                self.errors[cell.id] = _told(error)

    def _end(self) -> str:
        """The process is of no more use; why."""
        self.peer = None
        why = self.sandbox.why()
        self.sandbox.stop()
        return why

    def close(self) -> None:
        """End the process."""
        self.peer = None
        self.sandbox.stop()

    # The check

    def check(self, cell: Cell) -> Mark:
        """Run a check, first what students have of it, then the rest."""
        asked, self.asked = self.asked, []
        stopped = [self.dropped[one.id] for one in asked if one.id in self.dropped]
        if stopped:
            return Mark(cell.question, 0.0, cell.points, "stopped", stopped[0])
        shown = io.StringIO()
        try:
            with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()), _grad_mode():
                if self.peer is not None:
                    self.peer.reset()
                self._bind()
                self._prepare(cell)
                self._exec(cell.visible, cell.id)
        except (Closed, Refused, Gone):
            return Mark(cell.question, 0.0, cell.points, "stopped", self._end())
        except Exception as error:
            return self._wrong(cell, asked, _told(error), getattr(error, "kind", ""))
        question = self._question(cell)
        if question is not None and question.message:
            return self._wrong(cell, asked, question.message, question.kind)
        return self._hidden(cell, shown.getvalue())

    def _hidden(self, cell: Cell, shown: str) -> Mark:
        told = "Right in the check that you have; a further case, of the same kind with other numbers, is not."
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), _grad_mode():
                self._exec(cell.hidden, cell.id)
        except (Closed, Refused, Gone):
            return Mark(cell.question, 0.0, cell.points, "stopped", self._end(), hidden=True)
        except Exception as error:
            return Mark(cell.question, 0.0, cell.points, "wrong", told, getattr(error, "kind", ""), hidden=True)
        return Mark(cell.question, cell.points, cell.points, "right", shown.strip()[:LONGEST])

    def _wrong(self, cell: Cell, asked: list[Cell], message: str, kind: str) -> Mark:
        raised = [self.errors[one.id] for one in asked if one.id in self.errors]
        if raised:
            message = f"{message}\nIts cell stopped: {raised[0]}"
        status = "not attempted" if NOT_ATTEMPTED in message and not raised else "wrong"
        return Mark(cell.question, 0.0, cell.points, status, message[:LONGEST], "" if status != "wrong" else kind)

    def _question(self, cell: Cell) -> Any:
        found = re.search(r"^with question\(.*\) as (\w+):", cell.source, flags=re.MULTILINE)
        return self.namespace.get(found[1]) if found else None

    def _bind(self) -> None:
        """Names of answers that the checks use, as handles."""
        for cell in self.master.cells:
            if cell.kind != "answer" or cell not in self.loaded:
                continue
            for name in cell.makes:
                self.namespace.pop(name, None)
                with contextlib.suppress(NameError):
                    self.namespace[name] = self._process().ask("name", name)

    def _prepare(self, check: Cell) -> None:
        for cell in self.master.given_for(check.uses, check, without=self.done):
            self._exec(cell.source, cell.id)
            self.done.append(cell)

    def _exec(self, source: str, name: str) -> None:
        run_cell(source, name, self.namespace)

    def _load_file(self, path: Any, *args: Any, weights_only: bool = True, **kwargs: Any) -> Any:
        """In the place of `torch.load`: a file that a student wrote is read where it can do no harm."""
        reader = Peer(self.sandbox.start_another(), first=10, trusting=False)
        install(reader)
        reader.raises = make_error
        try:
            return reader.ask("torch.load", str(path))
        except (Closed, Refused):
            raise RuntimeError("the file could not be read") from None
        finally:
            self.sandbox.stop_another()


def _encode_helpers(peer: Peer, value: Any, depth: int) -> Any:
    """An object of a class of `helpers`, which the sandbox makes anew; None for all else."""
    cls = type(value)
    known = cls.__module__.startswith("helpers.") and not isinstance(value, torch.nn.Module | type | BaseException)
    if not known or callable(value) or hasattr(value, "__next__"):
        return None
    state = {name: item for name, item in vars(cls).items() if type(item) in (int, str) and not name.startswith("__")}
    fields = dict(vars(value)) if hasattr(value, "__dict__") else {}
    return ["value", cls.__module__, cls.__qualname__, peer.encode(fields, depth + 1), state]


def _told(error: BaseException) -> str:
    lines = getattr(error, "told", None)
    return "; ".join(lines) if lines else f"{type(error).__name__}: {error}"[:400]


@contextlib.contextmanager
def _grad_mode() -> Iterator[None]:
    """Whatever an answer leaves switched off, the next check begins with autograd recording."""
    torch.set_grad_enabled(True)
    try:
        yield
    finally:
        torch.set_grad_enabled(True)


def run_cell(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run a cell of the master in this process."""
    exec(compile(source, f"<{name}>", "exec"), namespace)


def seed_everything(seed: int = 0) -> None:
    """The same random numbers for each submission, whichever came before."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
