"""Make a class that hands in an exercise, and write down what each submission deserves."""

from __future__ import annotations

import copy
import importlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from instructor.master import Cell, Master, used
from tests.load.styles import restyled
from tools.release import EXERCISES

# A class of twenty is made of these, in this order, and each further twenty, too.
MIX = (
    "right",
    "wrong",
    "partly",
    "partly",
    "abusive",
    "partly",
    "odd notebook",
    "wrong",
    "partly",
    "unattempted",
    "abusive",
    "partly",
    "right",
    "wrong",
    "broken file",
    "partly",
    "abusive",
    "partly",
    "odd notebook",
    "partly",
)

ABUSE = {
    "an endless loop": "while True:\n    pass",
    "an endless loop in numbers": "import torch\nx = torch.ones(50)\nwhile True:\n    x = x.sin()",
    "the end of the process": "import os\nos._exit(0)",
    "sys.exit": "import sys\nsys.exit(0)",
    "a crash": "import ctypes\nctypes.string_at(0)",
    "memory": "kept = []\nwhile True:\n    kept.append(bytearray(2**26))",
    "processes": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "output": "while True:\n    print('x' * 10**6)",
    "a huge file": "with open('huge', 'wb') as file:\n    while True:\n        file.write(b'x' * 2**20)",
    "the parent killed": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nraise SystemExit",
    "an object equal to all": (
        "class Equal:\n    def __eq__(self, other):\n        return True\n"
        "    def __getattr__(self, name):\n        return self\n"
        "    def __call__(self, *args, **kwargs):\n        return self\n"
        "    def __getitem__(self, place):\n        return self"
    ),
    "a patched comparison": (
        "import torch\ntorch.allclose = torch.equal = lambda *args, **kwargs: True\n"
        "import helpers.checks as checks\nchecks.expect_close = lambda *args, **kwargs: None"
    ),
}
WORDS = "The numbers above show it: the sum over the batch has as many terms as there are examples."
PATCHES = ("an object equal to all", "a patched comparison")  # what still defines the names that are asked for


@dataclass(frozen=True)
class Submission:
    """What one student hands in.

    Attributes:
        content: of the file.
        kind: one of `MIX`.
        points: that each question deserves, by name of its check; what a person marks deserves none yet.
        about: what was done to each answer, by question.
    """

    content: bytes
    kind: str
    points: dict[str, float]
    about: dict[str, str] = field(default_factory=dict)


class Maker:
    """Makes submissions of one exercise.

    Args:
        exercise: name of its folder; it has a bank in tests/exercises.
        seed: the same gives the same class.
        styles: whether right answers come in the styles of the bank, some of them slow; else all are the solution's.
        abuse: which of `ABUSE` there is.
    """

    def __init__(
        self, exercise: str, seed: int = 0, *, styles: bool = True, abuse: Sequence[str] = tuple(ABUSE)
    ) -> None:
        self.exercise, self.styles, self.abuse = exercise, styles, abuse
        self.master = Master(exercise, small=True)
        self.bank = importlib.import_module(f"tests.exercises.{exercise.replace('-', '_')}.bank")
        self.released = nbformat.read(EXERCISES / exercise / f"{exercise}.ipynb", as_version=4)
        self.chance = random.Random(seed)

    @cached_property
    def answers(self) -> dict[str, Cell]:
        """The answer cells of the master that a check judges, by question."""
        return {cell.question: cell for cell in self.master.cells if cell.kind == "answer"}

    @cached_property
    def most(self) -> dict[str, float]:
        """What each question can earn from a check, by name of the check."""
        return {cell.question: cell.points for cell in self.master.graded}

    def make(self, kind: str) -> Submission:
        """One submission of a kind."""
        makers: dict[str, Callable[[], Submission]] = {
            "right": lambda: self._answered(kind, list(self.answers)),
            "partly": lambda: self._answered(kind, self._some(1, 2)),
            "wrong": lambda: self._answered(kind, list(self.answers), wrong=self._some(1, 3)),
            "unattempted": lambda: self._answered(kind, []),
            "abusive": lambda: self._answered(kind, self._some(1, 3), abusive=True),
            "odd notebook": self._odd,
            "broken file": self._broken,
        }
        return makers[kind]()

    def _some(self, least: int, most: int) -> list[str]:
        """A few questions."""
        chosen = self.chance.sample(list(self.answers), min(self.chance.randint(least, most), len(self.answers)))
        return [question for question in self.answers if question in chosen]

    def _answered(self, kind: str, questions: list[str], wrong: list[str] = (), abusive: bool = False) -> Submission:
        """The notebook with answers: right ones, but for those that are to be wrong, and one that may be abusive."""
        spoilt = self.chance.choice(questions) if abusive else None
        right = set(questions) - set(wrong) - {spoilt}
        sources, about = {}, {}
        for question in questions:
            if question == spoilt:
                about[question], sources[question] = self._abusive(question)
            elif question in right:
                about[question], sources[question] = self._right(question, right)
            else:
                about[question], sources[question] = self._wrong(question, right)
        points = self._points(right)
        if kind == "right":
            sources |= {cell.question: WORDS for cell in self.master.cells if cell.kind == "by hand"}
        return Submission(_bytes(self._notebook(sources)), kind, points, about)

    def _points(self, right: set[str]) -> dict[str, float]:
        return {name: points * (name.removesuffix("-check") in right) for name, points in self.most.items()}

    def _right(self, question: str, right: set[str]) -> tuple[str, str]:
        styles, own = self.bank.RIGHT[question], self._solution(question)
        if not self.styles and self._may(question, own, right):
            styles = {"the solution": own}
        name = self.chance.choice([name for name, source in styles.items() if self._may(question, source, right)])
        return f"right: {name}", restyled(styles[name], self.chance)

    def _solution(self, question: str) -> str:
        lines = self.answers[question].source.splitlines()
        return "\n".join(line for line in lines if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION"))

    def _wrong(self, question: str, right: set[str]) -> tuple[str, str]:
        mistakes = {name: source for name, (source, _) in self.bank.WRONG[question].items()}
        may = [name for name, source in mistakes.items() if self._may(question, source, right)] or list(mistakes)
        name = self.chance.choice(may)
        return f"wrong: {name}", restyled(mistakes[name], self.chance) if _is_python(mistakes[name]) else mistakes[name]

    def _may(self, question: str, source: str, right: set[str]) -> bool:
        """Whether all that a source needs of other answers is right in this submission."""
        others = [cell for name, cell in self.answers.items() if name != question and name not in right]
        return not any(cell.makes & used(source) for cell in others)

    def _abusive(self, question: str) -> tuple[str, str]:
        """Abuse when the cell runs, or when its first function is called."""
        name = self.chance.choice(self.abuse)
        code = ABUSE[name]
        made = sorted(self.answers[question].makes)
        if name in PATCHES:
            value = "Equal()" if name.startswith("an object") else "lambda *args, **kwargs: 0.0"
            return name, "\n".join([code, *(f"{one} = {value}" for one in made)])
        if self.chance.random() < 0.5 and "\nclass " not in f"\n{self.answers[question].source}":
            inside = "\n".join(f"    {line}" for line in code.splitlines())
            return f"{name}, when called", "\n\n".join(f"def {one}(*args, **kwargs):\n{inside}" for one in made)
        return name, f"{code}\n# {self.chance.randrange(10**9)}"

    def _notebook(self, sources: dict[str, str]) -> NotebookNode:
        """What students are given, as a small run, with answers in it."""
        notebook = copy.deepcopy(self.released)
        for cell in notebook.cells:
            cell.source = sources.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace("FAST = False", "FAST = True")
        return notebook

    def _odd(self) -> Submission:
        """An honest notebook whose cells were moved, copied, deleted or overwritten; its answers are right."""
        whole = self._answered("odd notebook", self._some(1, 3))
        notebook = nbformat.reads(whole.content.decode(), as_version=4)
        name = self.chance.choice(list(ODDITIES))
        ODDITIES[name](notebook, self.chance)
        return Submission(_bytes(notebook), "odd notebook", whole.points, whole.about | {"notebook": name})

    def _broken(self) -> Submission:
        """A file that holds no notebook."""
        whole = self._answered("broken file", list(self.answers)).content
        files = {
            "half an upload": whole[: self.chance.randrange(len(whole) // 4, len(whole) // 2)],
            "an empty file": b"",
            "no JSON": b"\x89PNG\r\n" + self.chance.randbytes(200),
            "a list": b"[1, 2, 3]",
        }
        name = self.chance.choice(list(files))
        return Submission(files[name], "broken file", self._points(set()), {"notebook": name})


def _bytes(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _is_python(source: str) -> bool:
    try:
        compile(source, "<answer>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _reverse(notebook: NotebookNode, chance: random.Random) -> None:
    notebook.cells.reverse()


def _delete_given(notebook: NotebookNode, chance: random.Random) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


def _overwrite_checks(notebook: NotebookNode, chance: random.Random) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.source = "print('all right')"


def _copy_cells(notebook: NotebookNode, chance: random.Random) -> None:
    notebook.cells = [copied for cell in notebook.cells for copied in (cell, copy.deepcopy(cell))]


def _without_ids(notebook: NotebookNode, chance: random.Random) -> None:
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4


def _line_ends(notebook: NotebookNode, chance: random.Random) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")


ODDITIES: dict[str, Callable[[NotebookNode, random.Random], None]] = {
    "cells in the opposite order": _reverse,
    "answers alone": _delete_given,
    "other checks": _overwrite_checks,
    "each cell twice": _copy_cells,
    "no ids": _without_ids,
    "Windows line ends": _line_ends,
}


def make_class(
    count: int,
    folder: Path,
    exercise: str,
    *,
    seed: int = 0,
    kinds: Sequence[str] = MIX,
    styles: bool = True,
) -> dict[str, Submission]:
    """Write `submitted/<student>/<exercise>/<exercise>.ipynb` for each student, and truth.json.

    Args:
        count: of students.
        folder: of the class.
        exercise: name of its folder.
        seed: the same gives the same class.
        kinds: of submissions, in turn.
        styles: of `Maker`.
    """
    maker = Maker(exercise, seed, styles=styles)
    made = {f"student-{number:04d}": maker.make(kinds[number % len(kinds)]) for number in range(count)}
    for student, submission in made.items():
        path = folder / "submitted" / student / exercise / f"{exercise}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(submission.content)
    truth = {name: {"kind": one.kind, "points": one.points, "about": one.about} for name, one in made.items()}
    (folder / "truth.json").write_text(json.dumps({"exercise": exercise, "students": truth}, indent=1))
    return made


def truth_of(folder: Path) -> dict[str, dict]:
    """What `make_class` wrote down, by student: kind, points, about."""
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))["students"]
