"""Each question is asked at the end of its notebook."""

from __future__ import annotations

import re

import nbformat

from helpers.quiz import load_quiz, units_with_quiz
from tests.notebooks.definitions import path_of
from tools.notebooks import all_notebooks

SHOWS_QUIZ = re.compile(r'^show_quiz\("([\d.]+)"\)$', re.MULTILINE)


def test_each_notebook_with_questions_shows_them_once() -> None:
    with_questions = {question.notebook for unit in units_with_quiz() for question in load_quiz(unit)}
    shown = {}
    for path in all_notebooks():
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        for cell in cells:
            for number in SHOWS_QUIZ.findall(cell.source):
                shown.setdefault(number, []).append(path)
    assert shown == {number: [path_of(number)] for number in sorted(with_questions)}
