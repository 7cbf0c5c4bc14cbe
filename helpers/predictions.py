"""Guesses before an outcome: `guess("4.1.3-doubled-rate")` asks, `reveal` answers, `show_guesses` looks back.

The predictions stand in `guesses/`, one file per unit or per notebook: an id that begins with the notebook's number,
the notebook, the text, and a kind with what belongs to it:

- `choice`: three to five `options`, each with a `text` and a `because`, the reason that answers those who chose it, and
  `true = true` on each that comes true;
- `number`: a `unit` (may be empty), a `tolerance` (what counts as close: a number in that unit, or `"20 %"`), and a
  `because`;
- `text`: a `because`.

Not to answer is allowed and costs nothing; running all cells waits for nobody. A page without a kernel shows question
and options, and the outcome behind a click.

For whoever writes a notebook. Imports `memory` and, for the page, `_pages` and `_widgets`.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from string import ascii_uppercase

from helpers import _pages
from helpers._pages import LONGEST_TEXT, Reason
from helpers._tables import tables_of, units_in
from helpers._widgets import attributes, can_answer, show
from helpers.memory import Answer, answers, remember_answer

FOLDER = files("helpers") / "guesses"
FIELDS = {
    "choice": {"id", "notebook", "text", "kind", "options"},
    "number": {"id", "notebook", "text", "kind", "unit", "tolerance", "because"},
    "text": {"id", "notebook", "text", "kind", "because"},
}
NOTEBOOK = re.compile(r"\d+\.\d+\.\d+")
KEPT = "Kept. You will see it beside what happens."
INVITATION = "You made no guess here. Next time, guess first: what surprises you stays with you."

# What `reveal` has shown since this Python started: the measured number, or None for the other kinds.
_revealed: dict[str, float | None] = {}


@dataclass(frozen=True)
class Option:
    """One possible outcome: its text, the reason that answers those who chose it, and whether it comes true."""

    text: str
    because: str
    is_true: bool


@dataclass(frozen=True)
class Prediction:
    """One question about an outcome not yet seen; `options` for a choice, the last three for the other kinds."""

    id: str
    notebook: str
    text: str
    kind: str
    options: tuple[Option, ...] = ()
    unit: str = ""
    tolerance: str | float = 0.0
    because: str = ""

    @property
    def key(self) -> str:
        """Its key in the memory."""
        return f"guess:{self.id}"

    @property
    def true_options(self) -> list[Option]:
        """The options that come true; none unless it is a choice."""
        return [option for option in self.options if option.is_true]

    def chosen(self, guessed: str | float | None) -> Option | None:
        """The option of that text."""
        return next((option for option in self.options if option.text == guessed), None)

    def came_true(self, guessed: str | float, value: float | None) -> bool:
        """Whether a guess was right, or close to the measured number; False where nobody can say."""
        if self.kind == "number":
            return isinstance(guessed, (int, float)) and _is_close(guessed, value, self.tolerance)
        option = self.chosen(guessed)
        return option is not None and option.is_true

    def outcome(self, value: float | None) -> str:
        """What happened, in a few words; empty for a text, whose reason tells all."""
        if self.kind == "number":
            return self.in_words(value)
        return "; ".join(option.text for option in self.true_options)

    def in_words(self, guessed: str | float) -> str:
        """A guess as the learner reads it."""
        return f"{_number(guessed)} {self.unit}".strip() if isinstance(guessed, (int, float)) else guessed

    def reasons(self, guessed: str | float | None) -> list[Reason]:
        """Why: for a choice first what answers the learner's own option, then what explains those that came true."""
        if self.kind != "choice":
            return [("", self.because)]
        mine = self.chosen(guessed)
        told = [mine, *self.true_options] if mine and not mine.is_true else self.true_options
        return [(option.text if len(told) > 1 else "", option.because) for option in told]


def guess(name: str) -> None:
    """Ask for a guess, and keep it as soon as it is made.

    Args:
        name: id of the prediction: `"4.1.3-doubled-rate"`.

    Raises:
        ValueError: there is no such prediction; the message names one that is spelt alike.
    """
    prediction = find(name)
    show(as_text(prediction), _form(prediction) if can_answer() else _pages.without_kernel(prediction))


def reveal(name: str, value: float | None = None) -> None:
    """Show guess and outcome side by side, and why; without a guess, the outcome and why.

    Args:
        name: id of the prediction.
        value: what was measured, in the prediction's unit, if it asked for a number.

    Raises:
        ValueError: there is no such prediction, or the value is missing or not wanted.
    """
    prediction = find(name)
    if (prediction.kind == "number") != (value is not None):
        wanted = "the measured number" if value is None else "no value"
        raise ValueError(f"reveal({name!r}) wants {wanted}: the prediction asks for a {prediction.kind}")
    value = None if value is None else float(value)
    _revealed[name] = value
    last = _last(prediction)
    mine = _in_words(prediction, last, value)
    shown = (prediction, mine, prediction.outcome(value), prediction.reasons(last and last.answer))
    show(_outcome_text(*shown), _pages.outcome(*shown, invitation="" if mine else INVITATION))


def show_guesses(notebook: str) -> None:
    """Show all guesses of a notebook beside what happened, and why; what was not revealed yet stays hidden.

    Args:
        notebook: the notebook's number: `"4.1.3"`.

    Raises:
        ValueError: the notebook has no predictions.
    """
    predictions = [prediction for prediction in load_guesses(_unit_of(notebook)) if prediction.notebook == notebook]
    if not predictions:
        raise ValueError(f"there is no prediction for notebook {notebook}")
    rows = [_row(prediction) for prediction in predictions]
    first = _how_many(predictions)
    lines = [f"{text}\n   Your guess: {mine}\n   What happened: {outcome}" for text, mine, outcome, _ in rows]
    show("\n".join([first, *lines]), _pages.table(first, rows))


def load_guesses(unit: str) -> list[Prediction]:
    """The predictions of a unit, in the order of its files; none if it has no file.

    Args:
        unit: the unit's number: `"4.1"`.

    Raises:
        ValueError: a prediction is not complete; the message says which, and what it lacks.
    """
    return [_read(table, unit) for table in tables_of(FOLDER, unit, "prediction")]


def units_with_guesses() -> list[str]:
    """Numbers of the units that have predictions, sorted."""
    return units_in(FOLDER)


def find(name: str) -> Prediction:
    """The prediction of that id.

    Raises:
        ValueError: there is none; the message names one that is spelt alike.
    """
    found = NOTEBOOK.match(name)
    predictions = load_guesses(_unit_of(found[0])) if found else []
    for prediction in predictions:
        if prediction.id == name:
            return prediction
    near = difflib.get_close_matches(name, [prediction.id for prediction in predictions], n=1)
    raise ValueError(f"there is no prediction {name!r}" + (f"; there is {near[0]!r}" if near else ""))


def _unit_of(notebook: str) -> str:
    return notebook.rpartition(".")[0]


def _read(table: dict, unit: str) -> Prediction:
    name, kind = table.get("id", "without an id"), table.get("kind")
    if kind not in FIELDS:
        raise ValueError(f"prediction {name!r}: kind must be one of {', '.join(FIELDS)}, got {kind!r}")
    if table.keys() != FIELDS[kind]:
        raise ValueError(f"prediction {name!r} needs exactly {sorted(FIELDS[kind])}, got {sorted(table)}")
    notebook = table["notebook"]
    if not NOTEBOOK.fullmatch(notebook) or _unit_of(notebook) != unit or not name.startswith(f"{notebook}-"):
        raise ValueError(
            f"prediction {name!r}: wanted a notebook of unit {unit} that the id begins with, got {notebook!r}"
        )
    if not table["text"].strip() or not table.get("because", "given below").strip():
        raise ValueError(f"prediction {name!r} needs a text and a because that say something")
    if kind == "number":
        _is_close(0.0, 0.0, table["tolerance"])
    if kind == "choice":
        table = table | {"options": tuple(_read_option(option, name) for option in table["options"])}
        _refuse_unbalanced(table["options"], name)
    return Prediction(**table)


def _read_option(table: dict, name: str) -> Option:
    if table.keys() - {"true"} != {"text", "because"} or not (table["text"].strip() and table["because"].strip()):
        raise ValueError(f"prediction {name!r}: each option needs a text and a because, got {table}")
    return Option(table["text"], table["because"], table.get("true", False))


def _refuse_unbalanced(options: tuple[Option, ...], name: str) -> None:
    if not 3 <= len({option.text for option in options}) == len(options) <= 5:
        raise ValueError(f"prediction {name!r} needs three to five options, no two alike")
    if len({option.is_true for option in options}) != 2:
        raise ValueError(f"prediction {name!r} needs an option that comes true and one that does not")


def _is_close(guessed: float, value: float, tolerance: str | float) -> bool:
    """Whether a guess is at most the tolerance away; `"20 %"` is a share of the measured value."""
    if isinstance(tolerance, str):
        share = re.fullmatch(r"(\d+(?:\.\d+)?) %", tolerance)
        if not share:
            raise ValueError(f"wanted a tolerance such as 5 or '20 %', got {tolerance!r}")
        tolerance = float(share[1]) / 100 * abs(value)
    return math.isfinite(value) and abs(guessed - value) <= tolerance


def _number(value: float) -> str:
    """A number as one reads it: 40,785, 0.5, 1.2e-05."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}"


def _last(prediction: Prediction) -> Answer | None:
    """The last guess that was made, on whatever day."""
    given = answers().get(prediction.key)
    return given[-1] if given else None


def _in_words(prediction: Prediction, last: Answer | None, value: float | None) -> str:
    """The guess as the learner reads it, marked if it came true; empty if there is none."""
    if last is None:
        return ""
    return prediction.in_words(last.answer) + (" ✓" if prediction.came_true(last.answer, value) else "")


def _row(prediction: Prediction) -> tuple[str, str, str, list[Reason]]:
    """The question, the guess, what happened, and why."""
    last = _last(prediction)
    if prediction.id not in _revealed:
        mine = prediction.in_words(last.answer) if last else "–"
        return prediction.text, mine, "not seen yet: run the cells above", []
    value = _revealed[prediction.id]
    mine, outcome = _in_words(prediction, last, value) or "–", prediction.outcome(value) or "see why"
    return prediction.text, mine, outcome, prediction.reasons(last and last.answer)


def _form(prediction: Prediction) -> str:
    """The question as a form whose answer is kept at once."""
    last = _last(prediction)
    status = f"Your guess of {last.time.day} {last.time:%B}. You may change it." if last else ""
    listening = attributes(prediction.key, lambda answer: _keep(prediction, answer))
    return _pages.form(prediction, listening, given=last and last.answer, status=status)


def _how_many(predictions: Iterable[Prediction]) -> str:
    """One line on how many guesses were made, and how many came true."""
    given = [(prediction, _last(prediction)) for prediction in predictions]
    made = [(prediction, last) for prediction, last in given if last]
    if not made:
        return f"No guess yet, of {len(given)}. A guess costs nothing, and what surprises you stays with you."
    judged = [(p, last) for p, last in made if p.id in _revealed and p.kind != "text"]
    true = sum(p.came_true(last.answer, _revealed[p.id]) for p, last in judged)
    return f"You guessed {len(made)} of {len(given)}; {true} came out as you guessed."


def as_text(prediction: Prediction) -> str:
    """The question and its options as plain text, without the outcome."""
    if prediction.kind == "choice":
        asked = [
            f"{letter}. {option.text}" for letter, option in zip(ascii_uppercase, prediction.options, strict=False)
        ]
    else:
        what = f"a number of {prediction.unit}" if prediction.unit else "a number"
        asked = [f"Your guess: {what if prediction.kind == 'number' else 'a few words'}"]
    return "\n".join([f"Predict. {prediction.text}", *(f"   {line}" for line in asked)])


def _keep(prediction: Prediction, answer: str | float) -> str:
    """Remember a guess that fits the question; say so."""
    option = prediction.chosen(answer)
    if isinstance(answer, str) == (prediction.kind == "number") or (prediction.options and not option):
        return "That does not fit the question. Run this cell again."
    guessed = answer[:LONGEST_TEXT] if isinstance(answer, str) else answer
    remember_answer(prediction.key, guessed, right=option.is_true if option else None)
    return KEPT


def _outcome_text(prediction: Prediction, mine: str, outcome: str, why: list[Reason]) -> str:
    """Guess, outcome and reasons as plain text."""
    lines = [("Your guess", mine), ("What happened", outcome), *(("Why", _joined(reason)) for reason in why)]
    return "\n".join([f"{label}: {line}" for label, line in lines if line] + [INVITATION] * (not mine))


def _joined(reason: Reason) -> str:
    """A reason after the option that it is for."""
    return ": ".join(part for part in reason if part)
