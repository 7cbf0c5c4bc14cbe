"""The quizzes: complete questions, no key in sight, and a reason behind every button."""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path

import pytest

from helpers import _widgets, memory, quiz
from helpers.quiz import Question, _read_question, as_html, as_text, load_quiz, show_quiz, units_with_quiz

QUESTIONS = [question for unit in units_with_quiz() for question in load_quiz(unit)]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)


def table(**changes: object) -> dict:
    """A complete question, as it stands in a data file."""
    complete = {
        "id": "shape",
        "notebook": "4.1.1",
        "text": "What is the shape of `W`?",
        "right": {"text": "`(out, in)`", "because": "A row a unit."},
        "wrong": [
            {"text": "`(in, out)`", "because": "That is the <transpose>."},
            {"text": "`(batch, in)`", "because": "That is X.\n\nRead again."},
        ],
    }
    return complete | changes


@pytest.fixture
def question() -> Question:
    return _read_question(table(), "4.1")


def replies(page: str) -> list[str]:
    return [base64.b64decode(reply)[::-1].decode() for reply in re.findall(r'data-reply="([^"]*)"', page)]


def without_replies(page: str) -> str:
    return re.sub(r'data-reply="[^"]*"', "", page)


# The questions of the course


def test_there_are_more_than_thirty_questions_over_units_4_1_to_4_3() -> None:
    assert {"4.1", "4.2", "4.3"} <= set(units_with_quiz())
    assert len(QUESTIONS) > 30


def test_names_of_questions_are_unique() -> None:
    names = [question.id for question in QUESTIONS]
    assert len(set(names)) == len(names)


@each_question
def test_question_has_one_right_option_and_two_wrong_ones_at_least(question: Question) -> None:
    assert sum(option.is_right for option in question.options) == 1
    assert 3 <= len(question.options) <= 5


@each_question
def test_each_option_gives_a_reason_of_its_own(question: Question) -> None:
    reasons = [option.because for option in question.options]
    assert len(set(reasons)) == len(reasons)
    assert [reason for reason in reasons if len(reason.split()) < 6] == []


@each_question
def test_texts_are_sentences_without_markup(question: Question) -> None:
    for text in (question.text, *(option.text for option in question.options)):
        assert text.count("`") % 2 == 0
        assert not re.search(r"\$|</?\w+>|\b(simply|obviously|just)\b", text)


def test_right_options_stand_in_every_place() -> None:
    places = [[option.is_right for option in question.options].index(True) for question in QUESTIONS]
    assert max(map(places.count, range(4))) < 0.45 * len(places)


def test_right_option_is_seldom_by_far_the_longest() -> None:
    def is_told_by_length(question: Question) -> bool:
        lengths = {option.is_right: 0 for option in question.options}
        for option in question.options:
            lengths[option.is_right] = max(lengths[option.is_right], len(option.text))
        return lengths[True] > 1.3 * lengths[False]

    assert sum(map(is_told_by_length, QUESTIONS)) < 0.15 * len(QUESTIONS)


# How a question is read


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hint": "think"}, "needs exactly"),
        ({"notebook": "4.2.1"}, "not in unit 4.1"),
        ({"notebook": "4.1"}, "number of a notebook"),
        ({"wrong": [{"text": "a", "because": "b"}]}, "at least three options"),
        ({"wrong": [{"text": "a", "because": "b"}, {"text": "a", "because": "c"}]}, "no two alike"),
        ({"wrong": [{"text": "a"}, {"text": "b", "because": "c"}]}, "a text and a because"),
        ({"right": {"text": "a", "because": " "}}, "a text and a because"),
    ],
)
def test_incomplete_question_is_named_with_what_it_lacks(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _read_question(table(**changes), "4.1")


def test_question_without_a_field_is_refused() -> None:
    incomplete = table()
    del incomplete["text"]
    with pytest.raises(ValueError, match=r"question 'shape' of unit 4\.1 needs exactly"):
        _read_question(incomplete, "4.1")


def test_order_of_options_is_the_same_each_time(question: Question) -> None:
    assert _read_question(table(), "4.1") == question


def test_unknown_unit_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no quiz for unit 9\.9; there are 4\.1"):
        load_quiz("9.9")


def test_notebook_without_questions_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no question for notebook 4\.3\.99"):
        show_quiz("4.3.99")


# How it is shown


def test_plain_text_lists_question_and_options_without_the_key(question: Question) -> None:
    lines = as_text([question]).splitlines()
    assert lines[0] == "1. What is the shape of `W`?"
    assert sorted(line[3:].split(". ")[0] for line in lines[1:]) == ["A", "B", "C"]
    assert not any(option.because in as_text([question]) for option in question.options)


def test_page_hides_every_reason_and_verdict_until_asked(question: Question) -> None:
    seen = html.unescape(without_replies(as_html([question])))
    assert "Right." not in seen
    assert not any(option.because in seen for option in question.options)


def test_each_button_replies_with_its_verdict_and_reason(question: Question) -> None:
    for option, reply in zip(question.options, replies(as_html([question])), strict=True):
        assert ("✓ Right." in reply) == option.is_right
        assert ("✗ Not this one." in reply) != option.is_right
        assert html.escape(option.because.split("\n")[0]) in reply


def test_right_option_does_not_stand_out_in_the_file() -> None:
    beginnings = [reply[:6] for reply in re.findall(r'data-reply="([^"]*)"', as_html(QUESTIONS))]
    assert max(map(beginnings.count, beginnings)) < 0.1 * len(beginnings)


def test_texts_are_escaped_and_backticks_become_code(question: Question) -> None:
    page = as_html([question])
    assert "<code>W</code>" in page
    assert any("&lt;transpose&gt;" in reply for reply in replies(page))
    assert any("X.<br><br>Read again." in reply for reply in replies(page))


def test_page_needs_nothing_from_the_network() -> None:
    assert re.findall(r"https?:|src=|@import|<script", as_html(QUESTIONS)) == []


def test_stored_quiz_tells_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(quiz, "show", lambda text, page: shown.append((text, page)))
    monkeypatch.setattr(quiz, "can_answer", lambda: False)
    first = QUESTIONS[0].notebook
    show_quiz(first)
    questions = [question for question in QUESTIONS if question.notebook == first]
    assert shown == [(as_text(questions), as_html(questions))]
    assert "hidden-layers-answer" not in shown[0][1]


def test_outside_of_a_notebook_the_text_is_printed(question: Question, capsys: pytest.CaptureFixture) -> None:
    quiz.show_questions([question], ["quiz:shape"])
    assert capsys.readouterr().out == as_text([question]) + "\n"


def test_chosen_option_is_remembered_where_a_kernel_runs(
    question: Question, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    page = as_html([question], keys=["quiz:shape"])
    assert page.count('data-key="quiz:shape"') == 1
    assert replies(page) == replies(as_html([question]))
    right = [option.is_right for option in question.options].index(True)
    # The page itself gives the reason: there is nothing to send back.
    assert _widgets._receive({"key": "quiz:shape", "answer": right}) is None
    remembered = memory.answers()["quiz:shape"]
    assert [(answer.answer, answer.right) for answer in remembered] == [("`(out, in)`", True)]
