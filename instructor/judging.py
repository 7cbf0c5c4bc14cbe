"""Judge one submission: the checks run here, the answers in the sandbox.

No student's code ever runs in this process. It runs the master's checks, hidden tests included, and the names of a
student's functions stand for handles: calling one asks the sandbox, and what comes back is data.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, get_args

import torch

from helpers.checks import Kind, question
from instructor import reading
from instructor.channel import Closed, Peer, Wire
from instructor.channel.functions import at_judge, report_opened
from instructor.channel.modules import install
from instructor.channel.peer import encode_helper
from instructor.master import Cell, Master, used
from instructor.results import Mark

NOT_ATTEMPTED = "not attempted yet"
LONGEST = 2_000  # characters of a message
KINDS = get_args(Kind)
QUESTION = re.compile(r"^with question\(.*\) as (\w+):", flags=re.MULTILINE)
STOPPED = "Your code was stopped"
ENDED = "Your code ended the process that ran it, as os._exit, sys.exit or a crash of compiled code do."


class Gone(BaseException):
    """The sandbox of this submission is gone; the text says why, in words for the student."""


class Sandbox(Protocol):
    """Where a student's code runs; asked for by the judge, run by somebody else."""

    def room(self) -> Path:
        """A new folder that the processes which are started with it may write to."""

    def start(self, room: Path) -> tuple[Wire, int]:
        """A wire to a new process, with nothing of the student's in it, and its number."""

    def why(self, number: int) -> str:
        """Why a process has ended, in words for the student."""

    def stop(self, number: int) -> None:
        """End a process."""


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
        session = Session(self, answers, attempted, sandbox)
        try:
            for cell in self.master.cells:
                if cell.kind == "answer":
                    session.answer(cell)
                elif cell.kind == "check":
                    yield session.check(cell)
                elif cell.kind == "by hand":
                    yield by_hand(cell, answers, attempted)
        finally:
            session.close()


def by_hand(cell: Cell, answers: Mapping[str, str], attempted: set[str]) -> Mark:
    """The mark for what a person reads."""
    if cell.id not in attempted:
        return Mark(cell.question, 0.0, cell.points, "not attempted", f"{cell.question}: {NOT_ATTEMPTED}.")
    return Mark(cell.question, 0.0, cell.points, "by hand", "A person reads this answer.")


@dataclass
class Processes:
    """The processes of one submission, or of the hidden part of one check.

    Attributes:
        room: the folder that they may write to.
        peer: with all that was handed in so far; None before it is needed, and after it died.
        clean: with nothing but what was read and found to be allowed; None before it is needed.
        numbers: of the two.
        loaded: ids of the cells that ran in the first.
        read: places of the statements that ran in the second, and ids of the given cells.
    """

    room: Path
    peer: Peer | None = None
    clean: Peer | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    loaded: list[Cell] = field(default_factory=list)
    read: set[object] = field(default_factory=set)


class Session:
    """One submission: its processes in the sandbox, begun anew when they die, and the names of this process."""

    def __init__(self, judge: Judge, answers: Mapping[str, str], attempted: set[str], sandbox: Sandbox) -> None:
        self.master, self.answers, self.attempted, self.sandbox = judge.master, answers, attempted, sandbox
        self.namespace = dict(judge.namespace)
        self.done = list(judge.ready)  # given cells that have run here
        self.order: list[Cell] = []  # cells that belong into the sandbox, as they came
        self.dropped: dict[str, str] = {}  # cells that ended the process: id -> why
        self.errors: dict[str, str] = {}  # answers that raised: id -> what
        self.text = reading.Answers({}, self.namespace)
        self.asked: list[Cell] = []  # answers that came since the last check
        self.processes = self._in_a_new_room()
        torch.load = self._load_file

    def _in_a_new_room(self) -> Processes:
        room = self.sandbox.room()
        tempfile.tempdir = str(room)
        return Processes(room)

    # The sandbox

    def answer(self, cell: Cell) -> None:
        """Run an answer in the sandbox; what it raises is told with its check."""
        self.asked.append(cell)
        if cell.id not in self.answers:
            return
        earlier = [one for one in self.master.cells if one.kind == "answer" and one.id in self.answers]
        until = earlier[: earlier.index(cell) + 1]
        self.text = reading.Answers({one.id: self.answers[one.id] for one in until}, self.namespace)
        needed = self.master.given_for(used(self.answers[cell.id]), cell, without=self.order)
        self.order += [*needed, cell]
        with contextlib.suppress(Gone):
            self._process()

    def _process(self) -> Peer:
        """The sandbox's end of the process with all cells that came so far."""
        now = self.processes
        if now.peer is None:
            now.loaded = []
            now.peer = self._start("peer")
        for cell in self.order:
            if cell not in now.loaded and cell.id not in self.dropped:
                self._run(cell)
        return now.peer

    def _start(self, which: str) -> Peer:
        wire, self.processes.numbers[which] = self.sandbox.start(self.processes.room)
        peer = _end_of(wire)
        peer.heard = report_opened
        peer.kinds = {object: _encode_helpers} | peer.kinds
        return peer

    def _run(self, cell: Cell) -> None:
        now = self.processes
        now.loaded.append(cell)
        source = self.answers[cell.id] if cell.kind == "answer" else cell.source
        try:
            now.peer.ask("load", source, cell.question or cell.id)
        except Closed:
            self.dropped[cell.id] = self._end()
            raise Gone(self.dropped[cell.id]) from None
        except Exception as error:
            if cell.kind == "answer":
                self.errors[cell.id] = _told(error)
        finally:
            torch.set_grad_enabled(True)  # whatever a cell leaves switched off: only what a function does counts

    def _end(self) -> str:
        """The processes are of no more use; why."""
        now = self.processes
        reasons = [self.sandbox.why(number) for number in now.numbers.values()]
        self._stop(now)
        limits = [reason for reason in reasons if STOPPED in reason]
        return (limits or reasons or [ENDED])[0]

    def _stop(self, processes: Processes) -> None:
        for number in processes.numbers.values():
            self.sandbox.stop(number)
        processes.peer = processes.clean = None
        processes.numbers.clear()
        processes.loaded, processes.read = [], set()

    def close(self) -> None:
        """End the processes."""
        self._stop(self.processes)

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Processes of their own, and a room of their own: what they see, the others never hear of."""
        kept = self.processes
        self.processes = self._in_a_new_room()
        try:
            yield
        finally:
            self._stop(self.processes)
            self.processes = kept
            tempfile.tempdir = str(kept.room)

    # What is to be worked out by hand

    def _clean(self, name: str) -> Any:
        """A name of the answers in a process where only the statements run that it consists of, all of them read."""
        now = self.processes
        if now.clean is None:
            now.clean = self._start("clean")
        _, statements = self.text.find(name)
        cells = [cell for cell in self.master.cells if cell.kind == "answer" and cell.id in self.answers]
        for cell in cells:
            new = [one for one in statements if one.cell == cell.id and one.place not in now.read]
            if new:
                source = self.text.source_of(cell.id, new)
                for given in self.master.given_for(used(source), cell):
                    if given.id not in now.read:
                        now.clean.ask("load", given.source, given.id)
                        now.read.add(given.id)
                now.clean.ask("load", source, cell.question or cell.id)
                now.read |= {one.place for one in new}
        return now.clean.ask("name", name)

    def _named(self, name: str, value: Any) -> Any:
        """A value of the answers; a function can be asked to do without autograd, and is read under its own name."""

        def by_hand(label: str) -> Callable:
            reading.refuse(label, name, self.text)
            function, clean = self._clean(name), self.processes.clean

            def run(*args: Any, **kwargs: Any) -> Any:
                return clean.ask("by hand", label, function, args, tuple(kwargs.items()))

            run.__name__, run.__signature__ = name, _signature_of(value)
            return run

        if isinstance(value, type):
            if self.text.find(name)[0] is None:
                value = self._clean(name)
            value.refuse_autograd = staticmethod(lambda label: reading.refuse(label, name, self.text))
        elif callable(value) and not isinstance(value, torch.nn.Module):
            value.by_hand = by_hand
            value.refuse_autograd = lambda label: reading.refuse(label, name, self.text)
        return value

    # The check

    def _leave_out(self, cell: Cell) -> Mark:
        """The mark of a question that was not attempted; later checks find that it has not been passed."""
        label = re.search(r'question\("([^"]*)"', cell.source)
        message = f"{label[1] if label else cell.question}: {NOT_ATTEMPTED}."
        self._bind_question(cell, message)
        return Mark(cell.question, 0.0, cell.points, "not attempted", message)

    def _bind_question(self, cell: Cell, message: str) -> None:
        for name in QUESTION.findall(cell.source):
            self.namespace[name] = question(cell.question)
            self.namespace[name].message = message

    def check(self, cell: Cell) -> Mark:
        """Run a check, first what students have of it, then the rest; leave it out if nobody has tried to pass it."""
        asked, self.asked = self.asked, []
        if asked and not any(one.id in self.attempted for one in asked):
            return self._leave_out(cell)
        ended = [self.dropped[one.id] for one in asked if one.id in self.dropped]
        if ended:
            return self._stopped(cell, ended[0])
        shown = io.StringIO()
        try:
            with _quiet(shown):
                if self.processes.peer is not None:
                    self.processes.peer.reset()
                self._bind()
                self._prepare(cell)
                run_cell(cell.visible, cell.id, self.namespace)
        except (Closed, Gone):
            return self._stopped(cell, self._end())
        except Exception as error:
            self._bind_question(cell, "its check did not come to its end")
            return self._wrong(cell, asked, _told(error), getattr(error, "kind", ""))
        found = QUESTION.search(cell.source)
        asked_question = self.namespace.get(found[1]) if found else None
        if asked_question is not None and asked_question.message:
            return self._wrong(cell, asked, asked_question.message, asked_question.kind)
        return self._hidden(cell, shown.getvalue())

    def _stopped(self, cell: Cell, why: str, *, hidden: bool = False) -> Mark:
        self._bind_question(cell, why)
        return Mark(cell.question, 0.0, cell.points, "stopped", _clean_text(why), hidden=hidden)

    def _hidden(self, cell: Cell, shown: str) -> Mark:
        told = "Right in the check that you have; a further case, of the same kind with other numbers, is not."
        if not cell.hidden.strip():
            return Mark(cell.question, cell.points, cell.points, "right", _clean_text(shown.strip()))
        with self._apart():
            try:
                with _quiet(io.StringIO()):
                    self._bind()
                    run_cell(cell.hidden, cell.id, self.namespace)
            except (Closed, Gone):
                return self._stopped(cell, self._end(), hidden=True)
            except Exception as error:
                kind = _known(getattr(error, "kind", ""))
                return Mark(cell.question, 0.0, cell.points, "wrong", told, kind, hidden=True)
        return Mark(cell.question, cell.points, cell.points, "right", _clean_text(shown.strip()))

    def _wrong(self, cell: Cell, asked: list[Cell], message: str, kind: str) -> Mark:
        raised = [self.errors[one.id] for one in asked if one.id in self.errors]
        if raised:
            message = f"{message}\nIts cell stopped: {raised[0]}"
        status = "not attempted" if NOT_ATTEMPTED in message and not raised else "wrong"
        kind = _known(kind) if status == "wrong" else ""
        return Mark(cell.question, 0.0, cell.points, status, _clean_text(message), kind)

    def _bind(self) -> None:
        """Names of answers that the checks use, as handles."""
        peer = self._process()
        for cell in self.order:
            if cell.kind != "answer" or cell.id in self.dropped:
                continue
            for name in sorted(cell.makes):
                self.namespace.pop(name, None)
                with contextlib.suppress(NameError):
                    self.namespace[name] = self._named(name, peer.ask("name", name))

    def _prepare(self, check: Cell) -> None:
        for cell in self.master.given_for(check.uses, check, without=self.done):
            run_cell(cell.source, cell.id, self.namespace)
            self.done.append(cell)

    def _load_file(self, path: Any, *args: Any, **kwargs: Any) -> Any:
        """In the place of `torch.load`: a file that a student wrote is read where it can do no harm."""
        wire, number = self.sandbox.start(self.processes.room)
        try:
            return _end_of(wire).ask("torch.load", str(path))
        except Closed:
            raise RuntimeError("the file could not be read") from None
        finally:
            self.sandbox.stop(number)


def _end_of(wire: Wire) -> Peer:
    """The judge's end of a connection to a process."""
    peer = Peer(wire, first=10, trusting=False)
    install(peer)
    at_judge(peer)
    return peer


def _encode_helpers(peer: Peer, value: Any, depth: int) -> Any:
    """An object of a class of `helpers`, which the sandbox makes anew; None for all else."""
    cls = type(value)
    known = cls.__module__.startswith("helpers.") and not isinstance(value, torch.nn.Module | type | BaseException)
    if not known or callable(value) or hasattr(value, "__next__"):
        return None
    fields = dict(vars(value)) if hasattr(value, "__dict__") else {}
    return encode_helper(cls, peer.encode(fields, depth + 1))


def _signature_of(function: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _told(error: BaseException) -> str:
    lines = getattr(error, "told", None)
    return "; ".join(lines) if lines else f"{type(error).__name__}: {error}"[:400]


def _known(kind: object) -> str:
    """The kind of a mistake; nothing if it is none of those that checks tell apart."""
    return kind if kind in KINDS else ""


def _clean_text(text: str) -> str:
    """A text that every file, terminal and page can show, in one direction."""
    lines = ("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in text.split("\n"))
    return "\n".join(lines)[:LONGEST]


@contextlib.contextmanager
def _quiet(shown: io.StringIO) -> Iterator[None]:
    """Collect what is printed. Whatever an answer switches off, the next check begins with autograd recording."""
    torch.set_grad_enabled(True)
    try:
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        torch.set_grad_enabled(True)


def run_cell(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run a cell of the master in this process."""
    exec(compile(source, f"<{name}>", "exec"), namespace)
