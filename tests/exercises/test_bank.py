"""The grader, graded: right answers in any style pass, each usual mistake fails with the hint that is meant for it."""

from __future__ import annotations

import importlib
import time

import pytest

from tests.exercises.engine import Exercise, Outcome, load_exercise
from tests.exercises.mutants import mutants_of
from tests.worlds import marks_of
from tools.release import names

BANKS = {name: importlib.import_module(f"tests.exercises.{name.replace('-', '_')}.bank") for name in names()}
MARKS = {name: marks_of(Exercise(name).path) for name in names()}
QUESTIONS = [(name, q) for name in names() for q in Exercise(name).questions]
RIGHT = [(name, q, style) for name, bank in BANKS.items() for q in bank.RIGHT for style in bank.RIGHT[q]]
WRONG = [(name, q, mistake) for name, bank in BANKS.items() for q in bank.WRONG for mistake in bank.WRONG[q]]
LONGEST_CHECK = 2.0  # seconds, on a quiet machine
NOISE = 5.0  # how much slower a busy one may be


def each(parameters: str, cases: list[tuple[str, ...]]) -> pytest.MarkDecorator:
    """One test for each case, whose first part is the exercise; marked where the exercise reads data."""
    return pytest.mark.parametrize(parameters.split(), [pytest.param(*case, marks=MARKS[case[0]]) for case in cases])


def judged(name: str, question: str, answer: str) -> Outcome:
    """What an answer leads to, among the names that its bank may have prepared."""
    return load_exercise(name).judge(question, answer, getattr(BANKS[name], "prepare", None))


@each("name question", QUESTIONS)
def test_solution_passes_its_own_check_in_time(name: str, question: str) -> None:
    answer = load_exercise(name).answer(question)
    judged(name, question, answer)  # what runs once is not counted
    limit = getattr(BANKS[name], "SECONDS", {}).get(question, LONGEST_CHECK)
    started = time.perf_counter()
    outcome = judged(name, question, answer)
    assert outcome.error is None, outcome.told
    assert time.perf_counter() - started < NOISE * limit


@each("name question style", RIGHT)
def test_right_answer_in_another_style_passes(name: str, question: str, style: str) -> None:
    outcome = judged(name, question, BANKS[name].RIGHT[question][style])
    assert outcome.passed, outcome.told


@each("name question mistake", WRONG)
def test_mistake_fails_with_its_hint(name: str, question: str, mistake: str) -> None:
    answer, hint = BANKS[name].WRONG[question][mistake]
    outcome = judged(name, question, answer)
    assert not outcome.passed, f"passed, and showed: {outcome.shown}"
    assert hint in outcome.told


@each("name question", QUESTIONS)
def test_stub_is_told_and_does_not_pass(name: str, question: str) -> None:
    outcome = judged(name, question, stub_of(load_exercise(name).answer(question)))
    assert not outcome.passed
    assert "not attempted yet" in outcome.shown or "is missing" in outcome.shown


def stub_of(answer: str) -> str:
    """The answer as students find it, as nbgrader makes it."""
    lines, inside = [], False
    for line in answer.splitlines():
        if line.strip() == "### BEGIN SOLUTION":
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError()"]
        elif line.strip() == "### END SOLUTION":
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def test_bank_is_large_enough() -> None:
    for name, question in QUESTIONS:
        assert len(BANKS[name].RIGHT[question]) >= 10, (name, question)
        assert len(BANKS[name].WRONG[question]) >= 20, (name, question)
    assert len(WRONG) >= 1000


# Mutants: slips that a machine makes


@each("name question", QUESTIONS)
def test_only_the_listed_mutants_survive(name: str, question: str) -> None:
    """Each survivor is listed in the bank with the reason why it changes nothing that counts."""
    answer = load_exercise(name).answer(question)
    listed = getattr(BANKS[name], "SURVIVORS", {}).get(question, {})
    survivors = {mutant.name for mutant in mutants_of(answer) if judged(name, question, mutant.source).passed}
    assert survivors - listed.keys() == set(), "these slips go unnoticed"
    assert listed.keys() - survivors == set(), "these are caught by now: take them off the list"
