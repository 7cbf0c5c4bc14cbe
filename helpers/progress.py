"""What a learner has done, and what is due again: `show_progress()` on the start page, and `review()`.

`course.toml` lists the notebooks in order: number, file (from the start page), title, minutes, names of the turns. A
notebook is done when every turn has passed and every question is answered; guesses are counted and never owed.

For whoever writes the start page. Imports `memory`, `predictions`, `quiz` and, for the page, `_widgets`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from string import Template

from helpers._widgets import inline, show
from helpers.memory import Answer, answers, due, next_day, now, turns
from helpers.predictions import load_guesses, units_with_guesses
from helpers.quiz import Option, Question, load_quiz, show_questions, units_with_quiz

COURSE = files("helpers") / "course.toml"
COLUMNS = ("Notebook", "Minutes", "Your turns", "Questions", "Guesses", "")
CSS_CLASS = "hidden-layers-progress"


@dataclass(frozen=True)
class Notebook:
    """A notebook of the course; `file` is its path from the start page, `turns` the names of its turns in order."""

    number: str
    file: str
    title: str
    minutes: int
    turns: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How much of a notebook is done: of each kind how many, and of how many."""

    notebook: Notebook
    turns: tuple[int, int]
    questions: tuple[int, int]
    guesses: tuple[int, int]

    @property
    def in_a_word(self) -> str:
        """`"✓ done"`, `"begun"` or nothing."""
        owed = [self.turns, self.questions]
        if all(did == of for did, of in owed) and any(of for _, of in owed):
            return "✓ done"
        return "begun" if any(did for did, _ in (*owed, self.guesses)) else ""


def show_progress() -> None:
    """Show all notebooks with what is done in each, and in one line what is due for review."""
    course = load_course()
    rows = [_row(progress) for progress in progress_of(course)]
    line = _line_on_review(_known(answers()), now())
    page = PAGE.substitute(
        css_class=CSS_CLASS,
        head="".join(f'<th scope="col">{name}</th>' for name in COLUMNS),
        rows="".join(_row_html(row, notebook) for row, notebook in zip(rows, course, strict=True)),
        line=inline(line),
    )
    show("\n".join([*_aligned([COLUMNS, *rows]), "", line]), page)


def review(at_most: int = 10) -> None:
    """Ask again what is due: quiz questions and predictions, 1, 7 and 21 days after they were first answered.

    Args:
        at_most: how many to ask now; those that have waited longest come first.
    """
    questions = questions_for_review()
    history = _known(answers())
    waiting = due(history, now())
    if not waiting:
        print(_line_on_review(history, now()))
        return
    if len(waiting) > at_most:
        print(f"The {at_most} that have waited longest, of {len(waiting)}:")
    show_questions([questions[key] for key in waiting[:at_most]], waiting[:at_most])


def load_course() -> list[Notebook]:
    """The notebooks of the course, in order.

    Raises:
        ValueError: a notebook is not complete, or a number or the name of a turn stands twice.
    """
    tables = tomllib.loads(COURSE.read_text(encoding="utf-8")).get("notebook", [])
    fields = set(Notebook.__annotations__)
    for table in tables:
        if table.keys() != fields:
            number = table.get("number", "without a number")
            raise ValueError(f"notebook {number} of course.toml needs exactly {sorted(fields)}, got {sorted(table)}")
    course = [Notebook(**table | {"turns": tuple(table["turns"])}) for table in tables]
    _refuse_doubles("notebook", [notebook.number for notebook in course])
    _refuse_doubles("turn", [name for notebook in course for name in notebook.turns])
    return course


def progress_of(course: list[Notebook]) -> list[Progress]:
    """How much is done of each notebook."""
    done = answers().keys() | {f"turn:{name}" for name in turns()}
    asked = [(f"quiz:{question.id}", question.notebook) for unit in units_with_quiz() for question in load_quiz(unit)]
    guessed = [(guess.key, guess.notebook) for unit in units_with_guesses() for guess in load_guesses(unit)]

    def count(keys: list[str]) -> tuple[int, int]:
        return sum(key in done for key in keys), len(keys)

    return [
        Progress(
            notebook,
            turns=count([f"turn:{name}" for name in notebook.turns]),
            questions=count([key for key, number in asked if number == notebook.number]),
            guesses=count([key for key, number in guessed if number == notebook.number]),
        )
        for notebook in course
    ]


def questions_for_review() -> dict[str, Question]:
    """By key in the memory: the quiz questions, and the predictions that are a choice; each names its notebook."""
    questions = {f"quiz:{question.id}": question for unit in units_with_quiz() for question in load_quiz(unit)}
    for guess in (guess for unit in units_with_guesses() for guess in load_guesses(unit)):
        options = tuple(Option(option.text, option.because, option.is_true) for option in guess.options)
        if options:
            questions[guess.key] = Question(guess.id, guess.notebook, guess.text, options)
    return {
        key: replace(question, text=f"{question.text} ({question.notebook})") for key, question in questions.items()
    }


def _known(history: Mapping[str, list[Answer]]) -> dict[str, list[Answer]]:
    """The answers to what can be asked again; a question that has left the course is not."""
    questions = questions_for_review()
    return {key: given for key, given in history.items() if key in questions}


def _line_on_review(history: Mapping[str, list[Answer]], moment: datetime) -> str:
    waiting = len(due(history, moment))
    if waiting:
        what = "1 question is" if waiting == 1 else f"{waiting} questions are"
        return f"{what} due for review: `review()` asks again."
    days = [day for day in map(next_day, history.values()) if day]
    if history and not days:
        return "Nothing is left to review: every question has come back on all its days."
    if not days:
        return "Nothing to review yet: what you answer comes back after 1, 7 and 21 days."
    return f"Nothing is due for review today. The next question comes back on {_in_words(min(days))}."


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B}"


def _refuse_doubles(what: str, names: list[str]) -> None:
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise ValueError(f"course.toml has the {what} {min(double)!r} twice")


def _row(progress: Progress) -> tuple[str, ...]:
    notebook = progress.notebook
    counts = (progress.turns, progress.questions, progress.guesses)
    shown = (f"{did} of {of}" if of else "–" for did, of in counts)
    return f"{notebook.number} {notebook.title}", str(notebook.minutes), *shown, progress.in_a_word


def _row_html(row: tuple[str, ...], notebook: Notebook) -> str:
    title, *others = map(inline, row)
    cells = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr><td><a href="{notebook.file}">{title}</a></td>{cells}</tr>\n'


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


PAGE = Template("""\
<section class="$css_class" aria-label="Your progress">
<style>
.$css_class table { border-collapse: collapse; margin: 0 0 0.6em; }
.$css_class table tr > * { text-align: left !important; padding: 0.3em 0.8em; white-space: nowrap;
 border-bottom: 1px solid var(--jp-border-color2, #8884); }
.$css_class table tr > td:first-child { white-space: normal; }
</style>
<table>
<thead><tr>$head</tr></thead>
<tbody>
$rows</tbody>
</table>
<p>$line</p>
</section>
""")
