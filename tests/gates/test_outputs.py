"""The gates that look at what cells show: records, marks of stand-in data, figures, silence."""

import math

import pytest
from nbformat.v4 import new_output

from helpers.quiz import CSS_CLASS
from helpers.results import MIME_TYPE
from tests.gates.build import drawn, picture, printed
from tests.gates.outputs import image_difference, image_problems, records, silence_problems, unmarked_scores


@pytest.mark.parametrize(("stored", "value"), [(1, 1.0), (0.5, 0.5), ("inf", math.inf), ("-inf", -math.inf)])
def test_records_are_read_from_outputs(stored: float | str, value: float) -> None:
    output = new_output("display_data", data={"text/plain": "a", MIME_TYPE: {"name": "a", "value": stored}})
    assert records([printed("noise\n"), output]) == [("a", value)]


def test_number_recorded_twice_is_read_twice() -> None:
    outputs = [new_output("display_data", data={MIME_TYPE: {"name": "a", "value": value}}) for value in (1, "nan")]
    (_, first), (name, second) = records(outputs)
    assert first == 1
    assert name == "a" and math.isnan(second)


def test_redrawn_figure_is_the_same() -> None:
    assert image_difference(picture(), picture()) == 0


def test_figure_a_few_pixels_wider_is_still_the_same() -> None:
    assert image_problems([drawn(picture())], [drawn(picture(width=482))], compare=True) == []


def test_figure_that_lost_its_curve_is_caught() -> None:
    (problem,) = image_problems([drawn(picture())], [drawn(picture(with_line=False))], compare=True)
    assert problem.startswith("figure 1 looks different: ")


def test_figure_of_another_size_is_caught() -> None:
    assert image_problems([drawn(picture())], [drawn(picture(width=600))], compare=True) != []


def test_missing_figure_is_caught_even_where_its_look_may_vary() -> None:
    assert image_problems([drawn(picture())], [], compare=False) == ["stored 1 figures, now draws 0"]


def test_figure_that_may_vary_is_not_compared() -> None:
    assert image_problems([drawn(picture())], [drawn(picture(with_line=False))], compare=False) == []


def test_cell_that_fell_silent_is_caught() -> None:
    assert silence_problems([printed("0.98\n")], []) == ["stored an output, now prints nothing"]


def test_cell_that_began_to_speak_is_caught() -> None:
    assert silence_problems([], [printed("0.98\n")]) == ["stored no output, now prints something"]


def test_score_without_the_mark_of_stand_in_data_is_caught() -> None:
    lines = "accuracy 0.9\nerror rate 0.1 (offline stand-in)\n5 accurate clocks\nno error\n"
    assert unmarked_scores([printed(lines)]) == ["accuracy 0.9"]


def test_question_of_a_quiz_is_no_score() -> None:
    quiz = {"text/plain": "Why is the error 5 %?", "text/html": f'<section class="{CSS_CLASS}">'}
    assert unmarked_scores([new_output("display_data", data=quiz)]) == []
