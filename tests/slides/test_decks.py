"""Each notebook makes a deck: nothing of it is lost, and no answer stands beside its question."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase

import nbformat
import pytest

from helpers.predictions import find
from helpers.quiz import load_quiz
from tests.slides.conftest import NOTEBOOKS, each_notebook
from tools.slides.export import columns_of
from tools.slides.fitting import MOST_WORDS
from tools.slides.planning import Column, Part, Slide
from tools.slides.prose import items, num_words, sentences
from tools.slides.reading import Asked, Heading, Item, Prose, Revealed, Run, Turn, read

QUESTION = {"heading", "kicker", "ask", "headline", "options", "text"}


@functools.cache
def deck(notebook: Path) -> list[Column]:
    return columns_of(notebook)


@functools.cache
def found_in(notebook: Path) -> list[Item]:
    return read(nbformat.read(notebook, as_version=4))


def slides(notebook: Path) -> Iterator[Slide]:
    return (slide for column in deck(notebook) for slide in column)


def parts(notebook: Path, *kinds: str) -> list[Part]:
    return [part for slide in slides(notebook) for part in slide.parts if part.kind in kinds]


def plain(text: str) -> str:
    """Text without the marks of Markdown, for comparisons."""
    return re.sub(r"[\\\s$*]", "", text.replace(r"\qquad", ""))


@each_notebook
def test_headings_come_in_order(notebook: Path) -> None:
    wanted = [item.text for item in found_in(notebook) if isinstance(item, Heading)]

    assert [part.text for part in parts(notebook, "heading")] == wanted
    assert len(wanted) >= 5


@each_notebook
def test_prediction_is_answered_below_and_not_beside(notebook: Path) -> None:
    revealed = {item.name: item for item in found_in(notebook) if isinstance(item, Revealed)}
    for name in (item.name for item in found_in(notebook) if isinstance(item, Asked)):
        prediction, happened = find(name), revealed[name]
        column = next(c for c in deck(notebook) if plain(prediction.text) in map(plain, _texts(c[0])))
        question, answer = column[0], column[1]
        told = plain("".join(text for slide in column[1:] for text in _texts(slide)))

        assert {part.kind for part in question.parts} <= QUESTION
        assert not question.notes
        assert plain(happened.outcome) in plain("".join(_texts(answer)))
        assert all(plain(why) in told for why in happened.why)
        assert not any(plain(why) in plain("".join(_texts(question))) for why in happened.why)
        if prediction.kind == "choice":
            options = next(part.text for part in question.parts if part.kind == "options")
            assert [plain(option.text) for option in prediction.options] == [plain(text) for text in items(options)]


@each_notebook
def test_what_answers_a_prediction_stands_below_it(notebook: Path) -> None:
    """The figures and numbers between a prediction and its outcome are on no slide to the right of it."""
    asked: list[str] = []
    for item in found_in(notebook):
        if isinstance(item, Asked):
            asked.append(item.name)
        elif isinstance(item, Revealed):
            asked.remove(item.name)
        elif isinstance(item, Run) and asked:
            outputs = {item.printed, *(figure.png for figure in item.figures)} - {""}
            beside = {part.text for column in deck(notebook) for part in column[0].parts}
            assert not outputs & beside, asked
    assert not asked


@each_notebook
def test_each_turn_has_one_way_below(notebook: Path) -> None:
    for turn in (item for item in found_in(notebook) if isinstance(item, Turn)):
        # A long stub takes a slide of its own, to the right of the task.
        k = next(k for k, c in enumerate(deck(notebook)) if f"`{turn.name}`" in c[0].parts[-1].text and len(c) > 1)
        asking = [part for column in deck(notebook)[k - 2 : k] for part in column[0].parts] + deck(notebook)[k][0].parts
        below = [part for slide in deck(notebook)[k][1:] for part in slide.parts]
        code = "\n".join(part.text for part in below if part.kind == "code")

        assert "raise NotImplementedError" in "".join(part.text for part in asking if part.kind == "code")
        assert "ask" in [part.kind for part in asking]
        assert deck(notebook)[k][0].parts[-1].text.startswith("**The check**")
        assert below[1] == Part("answer", "One way to write it")
        assert code
        assert code.split("\n")[-1].strip() in turn.one_way
        assert "NotImplementedError" not in code


@each_notebook
def test_each_figure_is_shown_once_and_described(notebook: Path) -> None:
    stored = [figure.png for item in found_in(notebook) if isinstance(item, Run) for figure in item.figures]
    shown = parts(notebook, "figure")

    assert sorted(part.text for part in shown) == sorted(stored)
    assert all(len(part.alt.split()) >= 4 for part in shown)
    assert all(sum(part.kind == "figure" for part in slide.parts) <= 1 for slide in slides(notebook))


@each_notebook
def test_displayed_formulas_are_kept(notebook: Path) -> None:
    told = plain("".join(part.text for part in parts(notebook, "text")))

    for block in (block for item in found_in(notebook) if isinstance(item, Prose) for block in item.blocks):
        if block.kind == "formula":
            assert plain(block.text) in told


@each_notebook
def test_what_is_left_out_is_told_in_the_notes(notebook: Path) -> None:
    everything = plain("".join(text for slide in slides(notebook) for text in _texts(slide)))
    for item in found_in(notebook)[1:]:
        for block in item.blocks if isinstance(item, Prose) else ():
            if block.kind == "text" and not block.text.startswith("Guess before you click"):
                lost = [sentence for sentence in sentences(block.text) if plain(sentence) not in everything]
                assert not lost


@each_notebook
def test_slides_are_no_walls_of_text(notebook: Path) -> None:
    for slide in slides(notebook):
        read_ = [p.text for p in slide.parts if p.kind in ("text", "headline") and not p.text.startswith("|")]
        lists = any(text.startswith("- ") for text in read_)
        assert sum(map(num_words, read_)) <= MOST_WORDS + (10 if lists else 0)
        assert all(part.text.count("\n") < 24 for part in slide.parts if part.kind == "code")


@each_notebook
def test_quiz_has_its_answers_below(notebook: Path) -> None:
    number = notebook.stem.split("-")[0]
    for question in (q for q in load_quiz(number.rpartition(".")[0]) if q.notebook == number):
        column = next(c for c in deck(notebook) if plain(question.text) in map(plain, _texts(c[0])))
        right = next(k for k, option in enumerate(question.options) if option.is_right)
        told = [plain(text) for text in _texts(column[1])]

        assert {part.kind for part in column[0].parts} <= QUESTION
        assert not column[0].notes
        assert plain(f"{ascii_uppercase[right]}. {question.options[right].text}") in told
        assert plain(question.options[right].because) in told


def test_every_notebook_but_the_start_page_becomes_a_deck() -> None:
    assert len(NOTEBOOKS) >= 30
    assert sorted(NOTEBOOKS) == NOTEBOOKS
    assert "index" not in {path.stem for path in NOTEBOOKS}


def test_unknown_prediction_is_refused() -> None:
    from tools.slides.planning import plan

    title = read(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title\n\nText.")]))

    with pytest.raises(ValueError, match="there is no prediction"):
        plan([*title, Asked("4.1.1-no-such-thing")])


def _texts(slide: Slide) -> list[str]:
    """What a slide and its notes say."""
    return [*(part.text for part in slide.parts if part.kind != "figure"), *slide.notes]
