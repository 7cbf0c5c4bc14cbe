"""Counted time: how long a notebook takes, from what is in it, and whether it says so.

    .venv/bin/python -m tests.gates.minutes [notebooks]     prints a table

Minutes = words / 150 + code lines / 15 + predictions + 3 × turns + quiz questions, rounded up to five.

- Words are what stands between white space in Markdown cells, if it holds a letter or a digit. Formulas, code blocks,
  HTML and the targets of links are no words; code within a sentence is read with it, so it counts.
- Code lines are those of code cells that are neither blank nor all comment. *One way to write it* is collapsed, and
  whoever writes an answer of their own never reads it: it does not count.
- In an exercise, each question counts 8 minutes, one that asks for a sentence or two 4; its hints are words as others.
- Predictions are calls of `guess`, turns are `with your_turn(…)`, quiz questions those that `show_quiz` shows.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.quiz import load_quiz
from tests.gates.cells import FENCE, FORMULA, calls, code_cells, fallback_in, first_argument, prose_cells, turn_in
from tests.gates.held import COURSE, course_entries, number_of
from tools.notebooks import ROOT, all_notebooks

LONGEST = 45  # minutes
MOST_WORDS = 2400
MOST_CELLS = 45  # code cells
TIME = re.compile(r"\*\*Time\*\*\s+(\d+) min")
HTML = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
LINK_TARGET = re.compile(r"\]\([^)\s]+[^)]*\)")


@dataclass(frozen=True)
class Count:
    """What a notebook asks of its reader."""

    words: int
    code_lines: int
    code_cells: int
    predictions: int
    turns: int
    quiz: int

    @property
    def minutes(self) -> int:
        """Counted time, rounded up to five minutes."""
        exact = self.words / 150 + self.code_lines / 15 + self.predictions + 3 * self.turns + self.quiz
        return 5 * math.ceil(exact / 5)


def count(notebook: NotebookNode) -> Count:
    """Count what is in a notebook."""
    cells = code_cells(notebook)
    return Count(
        words=sum(words_in(cell.source) for cell in prose_cells(notebook)),
        code_lines=sum(code_lines_in(cell.source) for cell in cells if not fallback_in(cell)),
        code_cells=len(cells),
        predictions=sum(len(calls(cell.source, "guess")) for cell in cells),
        turns=sum(bool(turn_in(cell)[0]) for cell in cells),
        quiz=sum(_questions(first_argument(call)) for cell in cells for call in calls(cell.source, "show_quiz")),
    )


def minutes_of_exercise(notebook: NotebookNode) -> int:
    """Counted time of an exercise as students get it, rounded up to five minutes."""
    counted = count(notebook)
    to_solve = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    questions = sum(8 if cell.cell_type == "code" else 4 for cell in to_solve)
    return 5 * math.ceil((counted.words / 150 + counted.code_lines / 15 + counted.predictions + questions) / 5)


def words_in(markdown: str) -> int:
    """How many words a Markdown cell has: see above."""
    text = FORMULA.sub(" ", FENCE.sub(" ", markdown))
    text = LINK_TARGET.sub("] ", HTML.sub(" ", text))
    return sum(any(map(str.isalnum, word)) for word in text.replace("|", " ").split())


def code_lines_in(source: str) -> int:
    """How many lines of a code cell are neither blank nor all comment."""
    lines = map(str.strip, source.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def _questions(notebook: str) -> int:
    unit = notebook.rpartition(".")[0]
    return sum(question.notebook == notebook for question in load_quiz(unit)) if unit else 0


def problems(notebook: NotebookNode, path: Path, *, course: Path = COURSE) -> Iterator[str]:
    """One line for each way in which a notebook is too long, or says another time than it takes."""
    counted = count(notebook)
    said = TIME.search(notebook.cells[0].source)
    if not said:
        yield f"the first cell lacks a line of the form '**Time** {counted.minutes} minutes'"
    elif int(said[1]) != counted.minutes:
        yield f"says {said[1]} minutes and takes {counted.minutes}: {counted}"
    listed = course_entries(course).get(number_of(path), {}).get("minutes", counted.minutes)
    if listed != counted.minutes:
        yield f"helpers/{course.name} says {listed} minutes, it takes {counted.minutes}"
    for value, most, unit in (
        (counted.minutes, LONGEST, "minutes"),
        (counted.words, MOST_WORDS, "words"),
        (counted.code_cells, MOST_CELLS, "code cells"),
    ):
        if value > most:
            yield f"{value:,} {unit}, at most {most:,}: what is its one idea, and what belongs elsewhere?"


def table(paths: list[Path]) -> str:
    """A line for each notebook: the counted time and what it is made of."""
    columns = ("minutes", "words", "code_lines", "code_cells", "predictions", "turns", "quiz")
    lines = [f"{'notebook':32}" + "".join(f"{column.replace('_', ' '):>13}" for column in columns)]
    for path in paths:
        counted = count(nbformat.read(path, as_version=4))
        lines.append(f"{path.stem:32}" + "".join(f"{getattr(counted, column):13,}" for column in columns))
    return "\n".join(lines)


def main() -> None:
    """Print the table of the notebooks named on the command line, or of all units."""
    parser = argparse.ArgumentParser(description="Count what each notebook asks of its reader.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in code-units")
    units = [path for path in all_notebooks() if path.is_relative_to(ROOT / "code-units") and number_of(path)]
    print(table(parser.parse_args().notebooks or units))


if __name__ == "__main__":
    main()
