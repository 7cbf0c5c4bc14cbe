"""Predictions as HTML: the form that asks, its twin for pages without a kernel, the outcome, and the table of all.

By keyboard, in light and in dark: colours are JupyterLab's own where it shows the page, else those of the page around.

For whoever writes a notebook, below `predictions`. Imports `_widgets` alone.
"""

from __future__ import annotations

import html
from string import Template
from typing import TYPE_CHECKING

from helpers._widgets import inline, send

if TYPE_CHECKING:
    from helpers.predictions import Prediction

Reason = tuple[str, str]  # the option that it is for, or "", and the reason
LONGEST_TEXT = 200
CSS_CLASS = "hidden-layers-guess"


def form(prediction: Prediction, attributes: str, *, given: str | float | None, status: str) -> str:
    """The question as a form that sends its answer: a choice when it is made, a number or a text when it is entered.

    Args:
        prediction: what to ask.
        attributes: what connects the form with the kernel.
        given: the earlier answer, to begin with; None if there is none.
        status: a line below the form.
    """
    event, answer = SENT[prediction.kind]
    return FORM.substitute(
        css_class=CSS_CLASS,
        style=STYLE,
        attributes=attributes,
        event=event,
        send=send(answer),
        text=inline(prediction.text),
        fields=_fields(prediction, given),
        status=html.escape(status),
    )


def _fields(prediction: Prediction, given: str | float | None) -> str:
    if prediction.kind != "choice":
        value = "" if given is None else html.escape(str(given))
        return FIELD[prediction.kind].substitute(value=value, unit=inline(prediction.unit), longest=LONGEST_TEXT)
    return "".join(
        RADIO.substitute(
            value=html.escape(option.text),
            text=inline(option.text),
            checked="checked" if option.text == given else "",
        )
        for option in prediction.options
    )


def without_kernel(prediction: Prediction) -> str:
    """The question to be read, the outcome (as far as it is known in advance) behind a click."""
    options = "".join(f"<li>{inline(option.text)}</li>" for option in prediction.options)
    happens = f"<p>{inline(prediction.outcome(None))}</p>" if prediction.options else ""
    return TWIN.substitute(
        css_class=CSS_CLASS,
        text=inline(prediction.text),
        options=f'<ol type="A">{options}</ol>' if options else "",
        outcome=happens + _why(prediction.reasons(None)),
    )


def outcome(prediction: Prediction, mine: str, happened: str, why: list[Reason], *, invitation: str) -> str:
    """Guess and outcome side by side, and why; an invitation where there is no guess."""
    sides = [("Your guess", mine), ("What happened", happened)]
    pairs = "".join(PAIR.substitute(label=label, text=inline(text)) for label, text in sides if text)
    last = f"<p><em>{inline(invitation)}</em></p>" if invitation else ""
    return OUTCOME.substitute(css_class=CSS_CLASS, style=STYLE, pairs=pairs, why=_why(why) + last)


def table(first: str, rows: list[tuple[str, str, str, list[Reason]]]) -> str:
    """One row for each prediction: the question, the guess, what happened, and why."""
    lines = "".join(
        ROW.substitute(text=inline(text), mine=inline(mine), outcome=inline(happened), why=_why(why))
        for text, mine, happened, why in rows
    )
    return TABLE.substitute(css_class=CSS_CLASS, style=STYLE, first=inline(first), rows=lines)


def _why(reasons: list[Reason]) -> str:
    return "".join(
        f"<p><strong>{inline(option)}</strong>: {inline(because)}</p>" if option else f"<p>{inline(because)}</p>"
        for option, because in reasons
    )


STYLE = Template("""\
<style>
.$css_class { max-width: 46em; color: var(--jp-content-font-color1, inherit); }
.$css_class fieldset, .$css_class dl { margin: 0; padding: 0.6em 1em; border-radius: 6px;
 border: 1px solid var(--jp-border-color1, #8888); }
.$css_class legend { float: left; width: 100%; padding: 0; margin-bottom: 0.6em; }
.$css_class label { clear: both; display: block; padding: 0.3em 0.4em; border-radius: 4px; cursor: pointer; }
.$css_class label:hover { background: var(--jp-layout-color2, #8882); }
.$css_class input { accent-color: var(--jp-brand-color1, #1976d2); margin: 0 0.5em 0 0; }
.$css_class input:focus-visible, .$css_class button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2);
 outline-offset: 2px; }
.$css_class input[name=guess]:not([type=radio]), .$css_class button { font: inherit; color: inherit;
 background: transparent; padding: 0.3em 0.6em; border: 1px solid var(--jp-border-color1, #8888); border-radius: 4px; }
.$css_class input[type=text] { width: 28em; max-width: 100%; }
.$css_class button { cursor: pointer; }
.$css_class p { margin: 0.5em 0 0; }
.$css_class p[role=status] { min-height: 1.4em; color: var(--jp-content-font-color2, inherit); }
.$css_class dl { display: flex; flex-wrap: wrap; gap: 0.6em 2em; }
.$css_class dl > div { flex: 1 1 14em; }
.$css_class dl > div > * { display: block; float: none; width: auto; margin: 0; padding: 0; }
.$css_class dt { font-weight: 600; }
.$css_class.wide { max-width: 70em; }
.$css_class table { border-collapse: collapse; margin: 0.6em 0; }
.$css_class table tr > * { text-align: left !important; vertical-align: top; padding: 0.4em 0.8em; white-space: normal;
 border-bottom: 1px solid var(--jp-border-color2, #8884); }
.$css_class td > p:first-child { margin: 0; }
</style>
""").substitute(css_class=CSS_CLASS)

NOT_KEPT = "Not kept, for no kernel listens: run this cell, in JupyterLab, and guess again."
WAITING = "Waiting for the kernel. If it was restarted, run this cell again."
# By kind: the event that sends the answer, and the answer in JavaScript.
SENT = {
    "choice": ("onchange", "event.target.value"),
    "number": ("onsubmit", "question.elements.guess.valueAsNumber"),
    "text": ("onsubmit", "question.elements.guess.value"),
}
# JupyterLab keeps its shortcuts away from the form, so that arrows, Tab, Enter and the space bar mean here what they
# mean on every page; Escape goes back to the cell.
FORM = Template(
    """\
<section class="$css_class" aria-label="Predict" data-lm-suppress-shortcuts="true"
 onkeydown="event.stopPropagation(); if (event.key === 'Escape') this.closest('.jp-Cell')?.focus();"
 onsubmit="event.preventDefault();">
$style<form $attributes
 $event="const question = this;
  question.querySelector('[role=status]').textContent = $send ? 'NOT KEPT' : 'WAITING';">
<fieldset><legend><strong>Predict.</strong> $text</legend>
$fields<p role="status" aria-live="polite">$status</p></fieldset>
</form>
</section>
""".replace("NOT KEPT", NOT_KEPT).replace("WAITING", WAITING)
)
RADIO = Template("""\
<label><input type="radio" name="guess" value="$value" $checked>$text</label>
""")
BUTTON = '<button type="submit">Guess</button>'
FIELD = {
    "number": Template(
        '<label>Your guess: <input type="number" step="any" name="guess" required value="$value">$unit</label> '
        + BUTTON
    ),
    "text": Template(
        '<label>Your guess: <input type="text" name="guess" required maxlength="$longest" value="$value"></label> '
        + BUTTON
    ),
}
TWIN = Template("""\
<div class="$css_class">
<p><strong>Predict.</strong> $text</p>
$options<details><summary>What happens</summary>$outcome</details>
</div>
""")
OUTCOME = Template("""\
<section class="$css_class" aria-label="Your guess and what happened">
$style<dl>
$pairs</dl>
$why
</section>
""")
PAIR = Template("""\
<div><dt>$label</dt><dd>$text</dd></div>
""")
TABLE = Template("""\
<section class="$css_class wide" aria-label="All guesses">
$style<p>$first</p>
<table>
<thead><tr><th scope="col">Predict</th><th scope="col">Your guess</th><th scope="col">What happened</th>
<th scope="col">Why</th></tr></thead>
<tbody>
$rows</tbody>
</table>
</section>
""")
ROW = Template("""\
<tr><td>$text</td><td>$mine</td><td>$outcome</td><td>$why</td></tr>
""")
