"""Predictions: complete, asked without giving the outcome away, kept at once, and answered with a reason."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import _widgets, memory, predictions
from helpers.predictions import Prediction, find, guess, load_guesses, reveal, show_guesses, units_with_guesses
from helpers.quiz import load_quiz, units_with_quiz

REAL = [prediction for unit in units_with_guesses() for prediction in load_guesses(unit)]
each_prediction = pytest.mark.parametrize("prediction", REAL, ids=lambda prediction: prediction.id)

EXAMPLES = """
[[prediction]]
id = "9.1.1-rate"
notebook = "9.1.1"
text = "Where does `w` end with <twice> the rate?"
kind = "choice"
options = [
    { text = "Closer to 0", because = "Faster is not closer." },
    { text = "Further away", because = "The factor is -0.6.", true = true },
    { text = "Now & then below 0", because = "The sign changes in every step.", true = true },
]

[[prediction]]
id = "9.1.1-count"
notebook = "9.1.1"
text = "How many numbers does it learn?"
kind = "number"
unit = "parameters"
tolerance = "10 %"
because = "The first layer holds most of them."

[[prediction]]
id = "9.1.1-why"
notebook = "9.1.1"
text = "What will the picture look like?"
kind = "text"
because = "Two lines cut the plane into three strips."

[[prediction]]
id = "9.1.2-other"
notebook = "9.1.2"
text = "How many steps?"
kind = "number"
unit = ""
tolerance = 5
because = "Each step halves the rest."
"""


@pytest.fixture(autouse=True)
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four predictions of a unit that does not exist, and a memory that nobody has used."""
    (tmp_path / "9.1.toml").write_text(EXAMPLES, encoding="utf-8")
    monkeypatch.setattr(predictions, "FOLDER", tmp_path)
    monkeypatch.setattr(predictions, "_revealed", {})
    monkeypatch.setattr(_widgets, "_asked", {})
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Text and page of all that is shown."""
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(predictions, "show", lambda text, page: shown.append((text, page)))
    return shown


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | float], dict | None]:
    """A learner in front of a notebook, who sees a question and answers it; returns what comes back to the page."""
    monkeypatch.setattr(predictions, "can_answer", lambda: True)

    def answer(name: str, given: str | float) -> dict | None:
        guess(name)
        return _widgets._receive({"key": f"guess:{name}", "answer": given})

    return answer


def words(page: str) -> str:
    """What a page says, without its style."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)))


# The predictions of the course


@each_prediction
def test_each_option_gives_a_reason_of_its_own(prediction: Prediction) -> None:
    reasons = [option.because for option in prediction.options] or [prediction.because]
    assert len(set(reasons)) == len(reasons)
    assert [reason for reason in reasons if len(reason.split()) < 6] == []


@each_prediction
def test_texts_are_sentences_without_markup(prediction: Prediction) -> None:
    for text in (prediction.text, prediction.because, *(option.text for option in prediction.options)):
        assert text.count("`") % 2 == 0
        assert not re.search(r"\$|</?\w+>|\b(simply|obviously|just how)\b", text)


def test_ids_are_unique_among_predictions_and_quizzes() -> None:
    names = [prediction.id for prediction in REAL]
    names += [question.id for unit in units_with_quiz() for question in load_quiz(unit)]
    assert len(set(names)) == len(names)


# How a prediction is read


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "text"', 'kind = "essay"', "kind must be one of choice, number, text, got 'essay'"),
        ('unit = "parameters"\n', "", "'9.1.1-count' needs exactly"),
        ('kind = "text"', 'kind = "text"\nhint = "think"', "'9.1.1-why' needs exactly"),
        ('notebook = "9.1.2"', 'notebook = "9.1.1"', "a notebook of unit 9.1 that the id begins with"),
        ('notebook = "9.1.2"', 'notebook = "9.2.1"', "a notebook of unit 9.1 that the id begins with"),
        ('tolerance = "10 %"', 'tolerance = "10 per cent"', "a tolerance such as 5 or '20 %'"),
        ('because = "Faster is not closer."', 'because = " "', "each option needs a text and a because"),
        ('because = "Two lines cut the plane into three strips."', 'because = ""', "a because that say something"),
        (", true = true", "", "an option that comes true and one that does not"),
        ('text = "Further away"', 'text = "Closer to 0"', "three to five options, no two alike"),
    ],
)
def test_incomplete_prediction_is_named_with_what_it_lacks(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in EXAMPLES
    (tmp_path / "9.1.toml").write_text(EXAMPLES.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        load_guesses("9.1")


def test_unknown_prediction_is_refused_with_the_one_spelt_alike() -> None:
    with pytest.raises(ValueError, match=r"no prediction '9\.1\.1-rates'; there is '9\.1\.1-rate'"):
        guess("9.1.1-rates")
    for name in ("rate", "8.8.8-rate"):
        with pytest.raises(ValueError, match=f"there is no prediction {name!r}$"):
            guess(name)


@pytest.mark.parametrize(
    ("guessed", "value", "tolerance", "close"),
    [
        (40_000, 40_785, "10 %", True),
        (36_000, 40_785, "10 %", False),
        (-9.5, -10.0, "5 %", True),
        (95, 100, 5, True),
        (94.9, 100, 5, False),
        (0, 0.0, "20 %", True),
        (1, float("inf"), "20 %", False),
        (1, float("nan"), 5, False),
    ],
)
def test_number_is_close_within_its_tolerance(
    guessed: float, value: float, tolerance: str | float, close: bool
) -> None:
    assert predictions._is_close(guessed, value, tolerance) is close


@pytest.mark.parametrize(
    ("value", "shown"),
    [(40785.0, "40,785"), (0.5, "0.5"), (-3.0, "-3"), (1.25e-5, "1.25e-05"), (float("inf"), "inf"), (1234.56, "1,235")],
)
def test_number_is_written_as_one_reads_it(value: float, shown: str) -> None:
    assert predictions._number(value) == shown


# How it is asked


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "9.1.1-rate",
            "Predict. Where does `w` end with <twice> the rate?\n"
            "   A. Closer to 0\n   B. Further away\n   C. Now & then below 0",
        ),
        ("9.1.1-count", "Predict. How many numbers does it learn?\n   Your guess: a number of parameters"),
        ("9.1.1-why", "Predict. What will the picture look like?\n   Your guess: a few words"),
        ("9.1.2-other", "Predict. How many steps?\n   Your guess: a number"),
    ],
)
def test_plain_text_asks_and_gives_nothing_away(name: str, text: str, shown: list) -> None:
    guess(name)
    assert shown[0][0] == text


def test_form_gives_nothing_away(shown: list, learner: Callable) -> None:
    for prediction in load_guesses("9.1"):
        guess(prediction.id)
        page = html.unescape(shown[-1][1])
        for reason in [prediction.because, *(option.because for option in prediction.options)]:
            assert not reason or reason not in page


def test_form_names_each_field_for_those_who_hear_it(shown: list, learner: Callable) -> None:
    for prediction in load_guesses("9.1"):
        guess(prediction.id)
        page = shown[-1][1]
        assert page.count("<fieldset><legend>") == page.count('role="status"') == 1
        assert page.count("<label>") == page.count("<input") == max(1, len(prediction.options))
        assert 'data-lm-suppress-shortcuts="true"' in page


def test_page_without_kernel_has_question_options_and_the_outcome_behind_a_click(shown: list) -> None:
    guess("9.1.1-rate")
    before, _, hidden = shown[0][1].partition("<details>")
    assert words(before).split("Predict. ")[1].strip().startswith("Where does w end with <twice> the rate?")
    assert before.count("<li>") == 3
    assert "The factor is -0.6." not in before
    assert "Further away; Now &amp; then below 0" in hidden
    assert "<strong>Further away</strong>: The factor is -0.6." in hidden
    assert "Faster is not closer." not in hidden  # it answers those who chose it


def test_page_without_kernel_has_no_form_and_no_kernel_to_tell(shown: list) -> None:
    for prediction in load_guesses("9.1"):
        guess(prediction.id)
        assert re.findall(r"<form|<input|data-page|on\w+=", shown[-1][1]) == []


def test_pages_need_nothing_from_the_network(shown: list, learner: Callable) -> None:
    for prediction in load_guesses("9.1"):
        guess(prediction.id)
    reveal("9.1.1-rate")
    show_guesses("9.1.1")
    assert re.findall(r"https?:|src=|@import|<script", "".join(page for _, page in shown)) == []


def test_texts_are_escaped_and_backticks_become_code(shown: list, learner: Callable) -> None:
    guess("9.1.1-rate")
    assert "<code>w</code> end with &lt;twice&gt;" in shown[0][1]
    assert 'value="Now &amp; then below 0"' in shown[0][1]


def test_outside_of_a_notebook_the_text_is_printed(capsys: pytest.CaptureFixture) -> None:
    guess("9.1.1-why")
    reveal("9.1.1-why")
    assert capsys.readouterr().out == (
        "Predict. What will the picture look like?\n   Your guess: a few words\n"
        "Why: Two lines cut the plane into three strips.\n"
        "You made no guess here. Next time, guess first: what surprises you stays with you.\n"
    )


# How a guess is kept


@pytest.mark.parametrize(
    ("name", "given", "right"),
    [
        ("9.1.1-rate", "Closer to 0", False),
        ("9.1.1-rate", "Now & then below 0", True),
        ("9.1.1-count", 40_000, None),
        ("9.1.1-why", "like a <roof>", None),
    ],
)
def test_guess_is_kept_at_once(
    name: str, given: str | float, right: bool | None, shown: list, learner: Callable
) -> None:
    assert learner(name, given) == {"key": f"guess:{name}", "reply": "Kept. You will see it beside what happens."}
    (answer,) = memory.answers()[f"guess:{name}"]
    assert (answer.answer, answer.right) == (given, right)


@pytest.mark.parametrize(
    ("name", "given"), [("9.1.1-rate", "Sideways"), ("9.1.1-rate", 1), ("9.1.1-count", "many"), ("9.1.1-why", 7)]
)
def test_answer_that_does_not_fit_is_not_kept(name: str, given: str | float, shown: list, learner: Callable) -> None:
    assert learner(name, given)["reply"] == "That does not fit the question. Run this cell again."
    assert memory.answers() == {}


@pytest.mark.parametrize("content", [{}, {"key": "guess:nobody-asked", "answer": "A"}, {"key": None, "answer": []}])
def test_message_about_nothing_that_was_asked_is_ignored(content: dict) -> None:
    assert _widgets._receive(content) is None


def test_long_text_is_cut(shown: list, learner: Callable) -> None:
    learner("9.1.1-why", "x" * 10_000)
    assert len(memory.answers()["guess:9.1.1-why"][0].answer) == 200


@pytest.mark.parametrize(
    ("name", "given", "begins_with"),
    [
        ("9.1.1-rate", "Further away", 'value="Further away" checked'),
        ("9.1.1-count", 40_000, 'value="40000"'),
        ("9.1.1-why", 'a "roof"', 'value="a &quot;roof&quot;"'),
    ],
)
def test_form_begins_with_the_earlier_guess(
    name: str, given: str | float, begins_with: str, shown: list, learner: Callable
) -> None:
    learner(name, given)
    guess(name)
    assert begins_with in shown[-1][1]
    assert "You may change it." in shown[-1][1]
    assert "You may change it." not in shown[0][1]


# What happened


def test_without_a_guess_outcome_and_reason_are_told_and_the_learner_is_invited(shown: list) -> None:
    reveal("9.1.1-rate")
    text, page = shown[0]
    assert text == (
        "What happened: Further away; Now & then below 0\n"
        "Why: Further away: The factor is -0.6.\n"
        "Why: Now & then below 0: The sign changes in every step.\n"
        "You made no guess here. Next time, guess first: what surprises you stays with you."
    )
    assert "<dt>Your guess</dt>" not in page
    assert "Next time, guess first" in page


def test_wrong_guess_stands_beside_the_outcome_with_its_own_reason_first(shown: list, learner: Callable) -> None:
    learner("9.1.1-rate", "Closer to 0")
    reveal("9.1.1-rate")
    text, page = shown[-1]
    assert text.splitlines()[:3] == [
        "Your guess: Closer to 0",
        "What happened: Further away; Now & then below 0",
        "Why: Closer to 0: Faster is not closer.",
    ]
    assert "Next time" not in text
    assert words(page).index("Faster is not closer.") < words(page).index("The factor is -0.6.")


def test_guess_that_came_true_is_marked(shown: list, learner: Callable) -> None:
    learner("9.1.1-rate", "Further away")
    reveal("9.1.1-rate")
    assert shown[-1][0].startswith("Your guess: Further away ✓\n")
    learner("9.1.1-count", 41_000)
    reveal("9.1.1-count", 40_785)
    assert shown[-1][0] == (
        "Your guess: 41,000 parameters ✓\nWhat happened: 40,785 parameters\nWhy: The first layer holds most of them."
    )


def test_number_far_off_is_not_marked(shown: list, learner: Callable) -> None:
    learner("9.1.1-count", 400)
    reveal("9.1.1-count", 40_785)
    assert "✓" not in "".join(shown[-1])


def test_last_guess_counts(shown: list, learner: Callable) -> None:
    learner("9.1.1-rate", "Closer to 0")
    learner("9.1.1-rate", "Further away")
    reveal("9.1.1-rate")
    assert shown[-1][0].startswith("Your guess: Further away ✓")


def test_measured_number_is_wanted_where_a_number_was_asked_for_and_only_there() -> None:
    with pytest.raises(ValueError, match="wants the measured number: the prediction asks for a number"):
        reveal("9.1.1-count")
    with pytest.raises(ValueError, match="wants no value: the prediction asks for a choice"):
        reveal("9.1.1-rate", 3)


def test_option_that_has_left_the_course_is_still_shown(shown: list, learner: Callable, tmp_path: Path) -> None:
    learner("9.1.1-rate", "Closer to 0")
    (tmp_path / "9.1.toml").write_text(EXAMPLES.replace("Closer to 0", "Nearer"), encoding="utf-8")
    reveal("9.1.1-rate")
    assert shown[-1][0].startswith("Your guess: Closer to 0\nWhat happened: Further away")


# All of them


def test_table_has_guess_outcome_and_reason_of_every_prediction_in_the_notebook(shown: list, learner: Callable) -> None:
    learner("9.1.1-rate", "Closer to 0")
    learner("9.1.1-count", 41_000)
    reveal("9.1.1-rate")
    reveal("9.1.1-count", 40_785)
    reveal("9.1.1-why")
    show_guesses("9.1.1")
    text, page = shown[-1]
    assert text == (
        "You guessed 2 of 3; 1 came out as you guessed.\n"
        "Where does `w` end with <twice> the rate?\n"
        "   Your guess: Closer to 0\n   What happened: Further away; Now & then below 0\n"
        "How many numbers does it learn?\n   Your guess: 41,000 parameters ✓\n   What happened: 40,785 parameters\n"
        "What will the picture look like?\n   Your guess: –\n   What happened: see why"
    )
    for reason in ("Faster is not closer.", "The first layer holds most", "Two lines cut the plane"):
        assert reason in page
    assert "How many steps?" not in page  # another notebook's


def test_table_gives_no_outcome_away_that_was_not_revealed(shown: list, learner: Callable) -> None:
    learner("9.1.1-rate", "Closer to 0")
    show_guesses("9.1.1")
    assert "What happened: not seen yet: run the cells above" in shown[-1][0]
    assert "The factor is -0.6." not in shown[-1][1]


def test_without_any_guess_the_table_invites_and_does_not_depend_on_the_learner(shown: list) -> None:
    show_guesses("9.1.2")
    assert shown[-1][0].startswith("No guess yet, of 1. A guess costs nothing")


def test_notebook_without_predictions_is_refused() -> None:
    for notebook in ("9.1.3", "8.8.8"):
        with pytest.raises(ValueError, match=f"there is no prediction for notebook {notebook}"):
            show_guesses(notebook)


def test_find_returns_the_prediction() -> None:
    assert find("9.1.2-other").tolerance == 5
