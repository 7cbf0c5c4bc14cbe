"""The load generator tells the truth, and grading loses nothing: killed workers, second runs, one worker or two."""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
from pathlib import Path

import pytest

from instructor.carry import answers_of, attempted
from instructor.master import Master
from instructor.running import job_of
from instructor.sandbox import probe
from tests.exercises.engine import load_exercise
from tests.load.classes import ABUSE, MIX, ODDITIES, Maker, make_class, truth_of
from tests.load.measures import SMALL, Killer, compared, grade_class, settings_of, what_results_say
from tests.load.styles import restyled

EXERCISE = "ex3_manual-backprop"
KINDS = ("partly", "odd notebook", "abusive", "unattempted", "broken file", "partly")
BUSY = dataclasses.replace(SMALL, cpu_seconds=15)  # other tests run beside this one
COUNT = 12


# The generator


@pytest.fixture(scope="module")
def master() -> Master:
    """Of the exercise, small."""
    return Master(EXERCISE, small=True)


def test_the_same_seed_makes_the_same_class() -> None:
    one, other = (Maker(EXERCISE, seed=3) for _ in range(2))
    assert [one.make(kind) for kind in MIX] == [other.make(kind) for kind in MIX]


def test_every_submission_has_a_key_of_its_own_unless_nothing_is_in_it(master: Master) -> None:
    maker = Maker(EXERCISE, seed=1)
    made = [maker.make(kind) for kind in MIX if kind not in ("unattempted", "broken file")]
    assert len({job_of(one.content, master).key for one in made}) == len(made)


def test_what_is_answered_is_what_the_truth_says(master: Master) -> None:
    """No oddity takes an answer away, and no broken file brings one."""
    maker = Maker(EXERCISE, seed=2)
    ids = {cell.id: cell.question for cell in master.cells if cell.kind == "answer"}
    for kind in MIX * 2:
        made = maker.make(kind)
        answers = answers_of(made.content, master.notebook)
        expected = set() if kind == "broken file" else set(made.about) - {"notebook"}
        assert {ids[name] for name in attempted(answers) & ids.keys()} == expected, made.about


def test_all_kinds_of_abuse_and_oddities_turn_up() -> None:
    maker = Maker(EXERCISE, seed=0)
    abuse = {maker._abusive("linear")[0].removesuffix(", when called") for _ in range(150)}
    oddities = {maker.make("odd notebook").about["notebook"] for _ in range(40)}
    assert set(ABUSE) == abuse
    assert set(ODDITIES) == oddities


def test_restyled_answers_pass_where_the_original_does() -> None:
    """A few of them, in this process, by the check of the notebook itself."""
    exercise, maker, chance = load_exercise(EXERCISE), Maker(EXERCISE), random.Random(5)
    styles = maker.bank.RIGHT["softmax_cross_entropy"]
    for source in styles.values():
        outcome = exercise.judge("softmax_cross_entropy", restyled(source, chance))
        assert outcome.passed, outcome.told


def test_right_answers_that_build_on_each_other_fit_together() -> None:
    """A student may have a loss that is a plain number, and any step of training that is right."""
    exercise, bank = load_exercise(EXERCISE), Maker(EXERCISE).bank
    loss = bank.RIGHT["softmax_cross_entropy"]["the loss a plain number"]
    for name, source in bank.RIGHT["mlp_step"].items():
        outcome = exercise.judge("mlp_step", f"{loss}\n\n{source}")
        assert outcome.passed, f"{name}: {outcome.told}"


def test_restyling_changes_names_and_order_and_nothing_else() -> None:
    source = "def one(x):\n    twice = 2 * x\n    return twice\n\n\ndef two(y):\n    return {'twice': y.twice, 'y': y}"
    seen = {restyled(source, random.Random(seed)).partition("\n")[2] for seed in range(40)}
    assert any(text.startswith("def two") for text in seen), "the order of the functions"
    assert all("'twice': y.twice" in text for text in seen)
    plain = "def one(x):\n    total = 2 * x\n    return total\n"
    renamed = {restyled(plain, random.Random(seed)).partition("\n")[2] for seed in range(40)}
    assert len(renamed) > 10
    for text in renamed:
        names: dict = {}
        exec(text, names)
        assert names["one"](4) == 8


def test_a_mark_that_is_not_deserved_is_told(tmp_path: Path) -> None:
    make_class(1, tmp_path, EXERCISE, kinds=("right",))
    from instructor.running import Run

    told, count = compared(tmp_path, Run(EXERCISE, failed={"student-0000": "no reason"}))
    assert told == ["student-0000 (right): no result: no reason"]
    assert count == 0


# Grading


@pytest.fixture(scope="module")
def sandbox() -> None:
    """Skip where bubblewrap does not work, or fail where it must (COURSE_REQUIRE_SANDBOX=1)."""
    found = probe()
    if found.kind != "bubblewrap":
        message = f"needs bubblewrap: {found.reason} {found.fix}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_SANDBOX") == "1" else pytest.skip)(message)


def test_nothing_is_lost_and_marks_depend_on_nothing_but_the_answers(sandbox: None, tmp_path: Path) -> None:
    """Two workers of which one is killed, one worker alone, and a second run."""
    settings, first, second = settings_of(EXERCISE, BUSY), tmp_path / "two", tmp_path / "one"
    made = make_class(COUNT, first, EXERCISE, kinds=KINDS)
    shutil.copytree(first, second)
    with Killer(first, [3]) as killer:
        load = grade_class(first, settings, workers=2)
    assert len(killer.killed) == 1
    assert load.wrong == []
    assert load.run.keys.keys() == made.keys() == truth_of(first).keys()
    assert load.run.new == len(set(load.run.keys.values())) < COUNT, "empty ones share a result"

    alone = grade_class(second, settings, workers=1)
    assert alone.wrong == []
    assert alone.run.workers == 1
    assert what_results_say(second, alone.run) == what_results_say(first, load.run)

    again = grade_class(first, settings, workers=2)
    assert again.run.new == 0
    assert again.run.keys == load.run.keys
