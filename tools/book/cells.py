"""A notebook as the book shows it: nothing is given away before it is asked, and every question can be answered."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from helpers import _pages
from helpers.predictions import INVITATION, find
from helpers.quiz import load_quiz

RECORD = "application/vnd.hidden-layers.record+json"
STYLE = re.compile(r"<style(?: scoped)?>.*?</style>\s*", re.DOTALL)
PLAYGROUND = 'class="hidden-layers-playground'  # brings its own style and script
ASKED = re.compile(r"\bguess\(\s*\"([^\"]+)\"")
REVEALED = re.compile(r"\breveal\(\s*\"([^\"]+)\"")
QUIZ = re.compile(r"\bshow_quiz\(\s*\"([^\"]+)\"")
ONLY_A_CALL = re.compile(r"(?:guess|reveal|show_quiz|show_guesses|show_playground)\([^\n]*\)\s*")
CHECK = re.compile(r"^with (?:your_turn|question)\(", re.MULTILINE)
INVITED = f"<p><em>{html.escape(INVITATION)}</em></p>"
GUESSES = """\
<section class="hidden-layers-guess wide" aria-label="All guesses" data-guesses>
<p>Your guesses stand beside what happened, further up.</p>
</section>
"""
REVEAL = """\
<details class="hidden-layers-reveal" data-guess="{key}"><summary>What happened</summary>
{outcome}</details>
"""


def prepare(notebook: NotebookNode, *, on_paper: bool) -> NotebookNode:
    """Change a notebook, in place, into what MyST-NB shows.

    Args:
        notebook: with its stored outputs.
        on_paper: whether no script will run; then what a script would do stands there to be read.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        _tag(cell)
        for output in cell.outputs:
            data = output.get("data", {})
            data.pop(RECORD, None)
            if "text/html" in data and PLAYGROUND not in data["text/html"]:
                data["text/html"] = STYLE.sub("", data["text/html"])
        (_to_read if on_paper else _to_answer)(cell)
    return notebook


def alts(notebook: NotebookNode) -> list[str]:
    """What the figures of a notebook show, in words, in their order; raises KeyError for a figure without."""
    return [
        output["metadata"]["image/png"]["alt"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def _tag(cell: NotebookNode) -> None:
    """Leave out a cell's code, or fold it, where it is not what one reads the page for."""
    tags = cell.metadata.setdefault("tags", [])
    if ONLY_A_CALL.fullmatch(cell.source):
        tags.append("remove-input")
    elif cell.metadata.get("jupyter", {}).get("source_hidden"):
        tags.append("hide-input")
        cell.metadata["mystnb"] = {"code_prompt_show": "One way to write it", "code_prompt_hide": "Hide it again"}
    elif CHECK.search(cell.source):
        tags.append("hide-cell")
        cell.metadata["mystnb"] = {"code_prompt_show": "The check", "code_prompt_hide": "Hide the check"}


def _pages_of(cell: NotebookNode) -> Iterator[NotebookNode]:
    """The HTML outputs of a cell that the course has made."""
    for output in cell.outputs:
        if 'class="hidden-layers-' in output.get("data", {}).get("text/html", ""):
            yield output.data


def _to_answer(cell: NotebookNode) -> None:
    """Questions become forms whose answers the browser keeps; outcomes go behind a click."""
    asked, revealed = iter(ASKED.findall(cell.source)), iter(REVEALED.findall(cell.source))
    for data in _pages_of(cell):
        page = data["text/html"]
        if page.startswith('<div class="hidden-layers-guess">'):
            data["text/html"] = _form(next(asked))
        elif 'aria-label="Your guess and what happened"' in page:
            data["text/html"] = _outcome(next(revealed), page)
        elif 'aria-label="All guesses"' in page:
            data["text/html"] = GUESSES
        elif found := QUIZ.search(cell.source):
            data["text/html"] = _with_keys(page, found[1])


def _form(name: str) -> str:
    """A prediction as a form; the page's script keeps what is guessed."""
    prediction = find(name)
    attributes = f'data-key="{html.escape(prediction.key)}" data-page="book"'
    form = _pages.form(prediction, attributes, given=None, status="")
    form = STYLE.sub("", form).replace(_pages.NOT_KEPT, "Your browser keeps no answers here.")
    return _labelled(form, "Predict", name)


def _outcome(name: str, page: str) -> str:
    """What happened, behind a click; the page's script adds the guess."""
    outcome = _labelled(page.replace(INVITED, ""), "Your guess and what happened", name)
    return REVEAL.format(key=find(name).key, outcome=outcome)


def _labelled(page: str, label: str, name: str) -> str:
    """The same with a label that no other part of the page has."""
    return page.replace(f'aria-label="{label}"', f'aria-label="{label}: {name.partition("-")[2]}"')


def _with_keys(page: str, notebook: str) -> str:
    """A quiz whose questions carry the key under which the browser keeps the answer."""
    questions = [q for q in load_quiz(notebook.rpartition(".")[0]) if q.notebook == notebook]
    keys = iter(f"quiz:{question.id}" for question in questions)
    page = page.replace(" If nothing happens, run this cell.", "")
    return re.sub(r"<fieldset\b", lambda _: f'<fieldset data-key="{next(keys)}"', page)


def _to_read(cell: NotebookNode) -> None:
    """On paper: a prediction with its options, its outcome where it stands, a quiz with its answers below it."""
    for data in _pages_of(cell):
        page = data["text/html"]
        if page.startswith('<div class="hidden-layers-guess">'):
            data["text/html"] = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
        elif 'aria-label="All guesses"' in page:
            data["text/html"] = ""
        elif found := QUIZ.search(cell.source):
            data["text/html"] = _answered(found[1])
        else:
            data["text/html"] = page.replace(INVITED, "")
    cell.outputs = [output for output in cell.outputs if output.get("data", {}).get("text/html") != ""]


def _answered(notebook: str) -> str:
    """The questions of a quiz with their options, then all answers."""
    questions = [q for q in load_quiz(notebook.rpartition(".")[0]) if q.notebook == notebook]
    asked = "".join(
        f"<li><p>{_pages.inline(q.text)}</p><ol type='A'>"
        + "".join(f"<li>{_pages.inline(option.text)}</li>" for option in q.options)
        + "</ol></li>"
        for q in questions
    )
    answers = "".join(
        f"<li>{_pages.inline(option.text)}. {_pages.inline(option.because)}</li>"
        for q in questions
        for option in q.options
        if option.is_right
    )
    return f"<ol>{asked}</ol><p>Answers</p><ol>{answers}</ol>"
