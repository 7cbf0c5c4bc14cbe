"""Questions to check oneself with, at the end of each notebook: `show_quiz("4.1.1")`.

The questions stand in `quizzes/`, one file per unit or per notebook. Shown in a notebook, each option is a button that
answers with the reason why it is right or why it tempts and fails. The buttons need neither a kernel nor a network, so
they work in a page made from the notebook, too; where buttons don't work, the question and its options read as plain
text.

The replies are stored back to front and in base64, so that the key does not catch the eye of someone who looks at the
notebook's file. That is courtesy, not secrecy: nothing here is graded. Where a kernel runs, the answers are remembered.

For whoever writes a notebook. Imports `memory` and, for the page, `_widgets`.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import zip_longest
from string import Template, ascii_uppercase

from helpers._tables import tables_of, units_in
from helpers._widgets import attributes, can_answer, inline, send, show
from helpers.memory import remember_answer

FOLDER = files("helpers") / "quizzes"
FIELDS = {"id", "notebook", "text", "right", "wrong"}
NOTEBOOK = re.compile(r"\d+\.\d+\.\d+")
CSS_CLASS = "hidden-layers-quiz"


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen: its text, whether it is right, and why it is or why it is not."""

    text: str
    because: str
    is_right: bool


@dataclass(frozen=True)
class Question:
    """One question with its options, in the order in which they are shown."""

    id: str
    notebook: str
    text: str
    options: tuple[Option, ...]


def show_quiz(notebook: str) -> None:
    """Show the questions of a notebook, each option a button that answers with a reason, and remember the answers.

    Args:
        notebook: the notebook's number: `"4.1.1"`.

    Raises:
        ValueError: there is no quiz for that notebook.
    """
    questions = [question for question in load_quiz(_unit_of(notebook)) if question.notebook == notebook]
    if not questions:
        raise ValueError(f"the quiz of unit {_unit_of(notebook)} has no question for notebook {notebook}")
    show_questions(questions, [f"quiz:{question.id}" for question in questions])


def show_questions(questions: list[Question], keys: Sequence[str]) -> None:
    """Show some questions; where a learner may be there to answer, remember the answers.

    Args:
        questions: what to ask, in this order.
        keys: under which key the memory keeps the answers to each.
    """
    show(as_text(questions), as_html(questions, keys=keys if can_answer() else ()))


def load_quiz(unit: str) -> list[Question]:
    """The questions of a unit, in the order of its files.

    Args:
        unit: the unit's number: `"4.1"`.

    Raises:
        ValueError: there is no such quiz, or a question is not complete; the message says which, and what it lacks.

    Example:
        >>> load_quiz("4.1")[0].notebook
        '4.1.1'
    """
    tables = tables_of(FOLDER, unit, "question")
    if not tables:
        raise ValueError(f"there is no quiz for unit {unit}; there are {', '.join(units_with_quiz())}")
    return [_read_question(table, unit) for table in tables]


def units_with_quiz() -> list[str]:
    """Numbers of the units that have a quiz, sorted."""
    return units_in(FOLDER)


def _unit_of(notebook: str) -> str:
    if not NOTEBOOK.fullmatch(notebook):
        raise ValueError(f"wanted the number of a notebook, such as '4.1.1', got {notebook!r}")
    return notebook.rpartition(".")[0]


def _read_question(table: dict, unit: str) -> Question:
    name = table.get("id", table.get("text", "without a name"))
    if table.keys() != FIELDS:
        raise ValueError(f"question {name!r} of unit {unit} needs exactly {sorted(FIELDS)}, got {sorted(table)}")
    if _unit_of(table["notebook"]) != unit:
        raise ValueError(f"question {name!r} is for notebook {table['notebook']}, which is not in unit {unit}")
    options = [_read_option(table["right"], name, is_right=True)]
    options += [_read_option(option, name, is_right=False) for option in table["wrong"]]
    if len({option.text for option in options}) < max(3, len(options)):
        raise ValueError(f"question {name!r} needs at least three options, no two alike")
    # Always the same order for the same question, and the right option in no preferred place.
    random.Random(table["id"]).shuffle(options)
    return Question(table["id"], table["notebook"], table["text"], tuple(options))


def _read_option(table: dict, name: str, *, is_right: bool) -> Option:
    if table.keys() != {"text", "because"} or not all(str(value).strip() for value in table.values()):
        raise ValueError(f"question {name!r}: each option needs a text and a because, got {table}")
    return Option(table["text"], table["because"], is_right)


def as_text(questions: list[Question]) -> str:
    """The questions and their options as plain text, without the key."""
    return "\n\n".join(
        "\n".join(
            [f"{number}. {question.text}"]
            + [f"   {letter}. {option.text}" for letter, option in zip(ascii_uppercase, question.options, strict=False)]
        )
        for number, question in enumerate(questions, start=1)
    )


def as_html(questions: list[Question], *, keys: Sequence[str] = ()) -> str:
    """The questions as HTML whose buttons answer by themselves.

    Args:
        questions: what to ask, in this order.
        keys: under which key the memory keeps the answers to each; without them, the page tells no kernel.
    """
    listening = [
        " " + attributes(key, _keep(key, question)) for key, question in zip(keys, questions, strict=bool(keys))
    ]
    body = "".join(
        _question_html(number, question, asked)
        for number, (question, asked) in enumerate(zip_longest(questions, listening, fillvalue=""), start=1)
    )
    return PAGE.substitute(questions=body, css_class=CSS_CLASS, also=TELL_KERNEL if keys else "")


def _keep(key: str, question: Question) -> Callable[[int], str]:
    """What remembers which option was chosen; the page itself has given the reason."""

    def keep(number: int) -> str:
        option = question.options[number]
        remember_answer(key, option.text, right=option.is_right)
        return ""

    return keep


def _question_html(number: int, question: Question, asked: str) -> str:
    buttons = "".join(
        BUTTON.substitute(letter=letter, text=inline(option.text), reply=_encode(_reply(option)))
        for letter, option in zip(ascii_uppercase, question.options, strict=False)
    )
    return QUESTION.substitute(number=number, text=inline(question.text), buttons=buttons, attributes=asked)


def _reply(option: Option) -> str:
    verdict = "✓ Right." if option.is_right else "✗ Not this one."
    return f"<strong>{verdict}</strong> {inline(option.because)}"


def _encode(text: str) -> str:
    # Back to front: all wrong options begin alike, and in base64 the right one would still stand out.
    return base64.b64encode(text.encode()[::-1]).decode()


# One listener on the whole quiz: a button hands its reply to the line below, which screen readers announce. JupyterLab
# keeps its shortcuts away from the quiz, so that Tab, Enter and the space bar mean here what they mean on every page.
PAGE = Template("""\
<section class="$css_class" aria-label="Quiz" data-lm-suppress-shortcuts="true"
 onkeydown="event.stopPropagation()"
 onclick="const button = event.target.closest('button'); if (!button) return;
  const question = button.closest('fieldset');
  question.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', b === button));
  const bytes = Uint8Array.from(atob(button.dataset.reply), c => c.charCodeAt(0));
  question.querySelector('[role=status]').innerHTML = new TextDecoder().decode(bytes.reverse());$also">
<style>
.$css_class { max-width: 46em; }
.$css_class fieldset { border: 1px solid #8888; border-radius: 6px; margin: 0 0 1em; padding: 0.6em 1em; }
.$css_class legend { float: left; width: 100%; padding: 0; margin-bottom: 0.6em; font-weight: 600; }
.$css_class button { clear: both; display: block; width: 100%; margin: 0.3em 0; padding: 0.45em 0.8em;
 font: inherit; color: inherit; text-align: left; background: transparent; border: 1px solid #8888;
 border-radius: 4px; cursor: pointer; }
.$css_class button:hover { background: #8882; }
.$css_class button[aria-pressed=true] { border-color: currentColor; box-shadow: inset 3px 0 currentColor; }
.$css_class p { margin: 0.5em 0 0; }
</style>
$questions<p>Each button answers with a reason, also the wrong ones. If nothing happens, run this cell.</p>
</section>
""")
QUESTION = Template("""\
<fieldset$attributes><legend>$number. $text</legend>
$buttons<p role="status" aria-live="polite"></p></fieldset>
""")
TELL_KERNEL = "\n  " + send("[...question.querySelectorAll('button')].indexOf(button)") + ";"
BUTTON = Template("""\
<div><button type="button" aria-pressed="false" data-reply="$reply">$letter. $text</button></div>
""")
