"""Answers to ex6: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex6_your_own_data import model_answers, table_answers

RIGHT = table_answers.RIGHT | model_answers.RIGHT
WRONG = table_answers.WRONG | model_answers.WRONG
SURVIVORS: dict[str, dict[str, str]] = {}
