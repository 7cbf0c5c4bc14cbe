"""What a learner has done is kept in one file that survives two notebooks at once, damage, and a disk that refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import memory
from helpers.memory import Answer, answers, due, memory_file, next_day, remember_answer, remember_turn, turns

MONDAY = datetime(2026, 11, 23, 18, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """A clock that stands on Monday evening until it is set, and no memory of earlier tests."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(memory, "now", lambda: moment)

    set_to(MONDAY)
    monkeypatch.setattr(memory, "_in_process", {})
    return set_to


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "learner" / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def answered(*days: int, wrong: tuple[int, ...] = ()) -> list[Answer]:
    """Answers so many days after Monday, right but for those in `wrong`."""
    return [Answer(MONDAY + timedelta(day), "A", day not in wrong) for day in days]


def days_due(given: list[Answer], *, up_to: int = 60) -> list[int]:
    """The days after Monday on which the question is due if nobody answers it again."""
    return [day for day in range(up_to) if due({"quiz:q": given}, MONDAY + timedelta(day))]


# The file


def test_answers_and_turns_are_read_back(path: Path) -> None:
    remember_answer("quiz:shape", "(in, out)", right=False)
    remember_answer("quiz:shape", "(out, in)", right=True)
    remember_answer("guess:4.1.2-count", 40_000, right=None)
    remember_turn("mse_gradients")
    assert answers() == {
        "quiz:shape": [Answer(MONDAY, "(in, out)", False), Answer(MONDAY, "(out, in)", True)],
        "guess:4.1.2-count": [Answer(MONDAY, 40_000, None)],
    }
    assert turns() == {"mse_gradients": MONDAY}


def test_file_looks_as_the_module_documents_it(path: Path) -> None:
    remember_answer("quiz:shape", "Größe ≥ 3", right=True)
    remember_turn("mse_gradients")
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "version": 1,
        "answers": {"quiz:shape": [{"time": "2026-11-23T18:30:00+01:00", "answer": "Größe ≥ 3", "right": True}]},
        "turns": {"mse_gradients": "2026-11-23T18:30:00+01:00"},
    }
    assert "Größe ≥ 3" in path.read_text(encoding="utf-8")


def test_time_carries_the_learners_own_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert memory.now().utcoffset() is not None


def test_same_answer_again_is_kept_once_a_day(path: Path, clock: Callable[[datetime], None]) -> None:
    for moment in (MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1)):
        clock(moment)
        remember_answer("quiz:shape", "A", right=True)
    assert [answer.time.day for answer in answers()["quiz:shape"]] == [23, 24]


def test_first_time_that_a_turn_passed_counts(path: Path, clock: Callable[[datetime], None]) -> None:
    remember_turn("mse_gradients")
    clock(MONDAY + timedelta(days=3))
    remember_turn("mse_gradients")
    assert turns() == {"mse_gradients": MONDAY}


def test_reading_writes_nothing(path: Path) -> None:
    assert (answers(), turns()) == ({}, {})
    assert not path.exists()


def test_fields_of_unknown_use_stay_in_the_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version": 1, "answers": {}, "turns": {}, "note": "mine"}', encoding="utf-8")
    remember_turn("mse_gradients")
    assert json.loads(path.read_text(encoding="utf-8"))["note"] == "mine"


def test_four_notebooks_at_once_lose_nothing(path: Path) -> None:
    code = (
        "import sys; from helpers.memory import remember_answer\n"
        "for i in range(25): remember_answer(f'quiz:{sys.argv[1]}-{i}', 'A', right=True)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert set(answers()) == {f"quiz:{number}-{i}" for number in range(4) for i in range(25)}


def test_crash_while_writing_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember_turn("first")
    monkeypatch.setattr(memory.json, "dump", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        remember_turn("second")
    assert set(turns()) == {"first"}


# Where it lies


def test_variable_names_a_file_or_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    assert memory_file() == tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "mine.json"))
    assert memory_file() == tmp_path / "mine.json"


def test_notebook_keeps_it_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "in_notebook", lambda: True)
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    monkeypatch.delenv("CI", raising=False)
    assert memory_file().parts[-2:] == ("hidden-layers", "progress.json")


@pytest.mark.parametrize(
    ("notebook", "variables"),
    [(True, {"COURSE_PROGRESS": "off"}), (True, {"CI": "true"}), (False, {})],
    ids=["off", "CI", "not a notebook"],
)
def test_nothing_is_kept_on_disk(notebook: bool, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "in_notebook", lambda: notebook)
    for name in ("COURSE_PROGRESS", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert memory_file() is None
    remember_turn("mse_gradients")
    assert set(turns()) == {"mse_gradients"}  # as long as this Python runs


def test_python_without_ipython_is_no_notebook() -> None:
    code = "import sys; from helpers.memory import in_notebook; print(in_notebook(), 'IPython' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "False"]


# What can be wrong with it

DAMAGED = {
    "empty": "",
    "cut short": '{"version": 1, "answers": {"quiz:a": [{"ti',
    "a list": "[]",
    "no answers": '{"version": 1, "turns": {}}',
    "answer without a time": '{"version": 1, "answers": {"quiz:a": [{"answer": "A", "right": true}]}, "turns": {}}',
    "time that is none": '{"version": 1, "answers": {}, "turns": {"a": "yesterday"}}',
    "right that is neither": (
        '{"version": 1, "answers": {"a": [{"time": "2026-11-23", "answer": "A", "right": 3}]}, "turns": {}}'
    ),
    "version that is none": '{"version": "new", "answers": {}, "turns": {}}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damaged_file_is_set_aside_and_named(content: str, path: Path, capsys: pytest.CaptureFixture) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    remember_turn("mse_gradients")
    assert set(turns()) == {"mse_gradients"}
    assert path.with_name("progress.json.damaged").read_text(encoding="utf-8") == content
    assert capsys.readouterr().out == (
        f"{path} is damaged: it was set aside as progress.json.damaged, and a new one begins.\n"
    )


def test_bytes_that_are_no_text_are_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    assert answers() == {}
    assert path.with_name("progress.json.damaged").exists()


def test_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir()
    for content in ("one", "two"):
        path.write_text(content, encoding="utf-8")
        turns()
    assert path.with_name("progress.json.damaged").read_text() == "one"
    assert path.with_name("progress.json.damaged-2").read_text() == "two"


def test_file_of_a_newer_version_is_left_alone(path: Path, capsys: pytest.CaptureFixture) -> None:
    path.parent.mkdir()
    content = '{"version": 2, "answers": "kept in another way"}'
    path.write_text(content, encoding="utf-8")
    remember_turn("mse_gradients")
    assert set(turns()) == {"mse_gradients"}
    assert path.read_text(encoding="utf-8") == content
    assert capsys.readouterr().out == (
        f"{path} is from a newer version of the course and is left alone: "
        "your answers are remembered until this kernel stops.\n"
    )


def test_folder_that_cannot_be_made_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    for name in ("first", "second"):
        remember_turn(name)
    assert set(turns()) == {"first", "second"}
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert told.startswith(f"{path} cannot be written (")
    assert told.endswith("): your answers are remembered until this kernel stops.\n")


def test_file_that_cannot_be_written_can_still_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember_turn("before")
    monkeypatch.setattr(
        memory, "_change_file", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    remember_turn("now")
    assert set(turns()) == {"before", "now"}


def test_lock_that_nobody_releases_is_not_waited_for_long(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from filelock import FileLock

    path.parent.mkdir()
    monkeypatch.setattr(memory, "LOCK_SECONDS", 0.1)
    with FileLock(f"{path}.lock", is_singleton=False):
        remember_turn("mse_gradients")
    assert "cannot be written (" in capsys.readouterr().out
    assert set(turns()) == {"mse_gradients"}


# When a question comes again


def test_question_comes_again_after_1_7_and_21_days() -> None:
    assert next_day(answered(0)) == date(2026, 11, 24)
    assert next_day(answered(0, 1)) == date(2026, 11, 30)
    assert next_day(answered(0, 1, 7)) == date(2026, 12, 14)
    assert next_day(answered(0, 1, 7, 21)) is None


def test_question_stays_due_until_it_is_answered() -> None:
    assert days_due(answered(0), up_to=40) == list(range(1, 40))


def test_days_are_those_of_the_calendar() -> None:
    history = {"quiz:q": answered(0)}
    assert due(history, MONDAY.replace(hour=23, minute=59)) == []
    assert due(history, MONDAY.replace(day=24, hour=6)) == ["quiz:q"]


def test_right_or_wrong_the_first_answer_starts_the_same_count() -> None:
    assert days_due(answered(0)) == days_due(answered(0, wrong=(0,)))


def test_who_comes_late_skips_what_was_missed() -> None:
    assert days_due(answered(0, 10)) == list(range(21, 60))
    assert days_due(answered(0, 30)) == []


def test_wrong_answer_on_review_starts_the_count_anew() -> None:
    again = answered(0, 1, 7, wrong=(7,))
    assert next_day(again) == date(2026, 12, 1)
    assert next_day([*again, *answered(8)]) == date(2026, 12, 7)


def test_answer_before_its_day_changes_nothing() -> None:
    assert next_day(answered(0, 0, 0, wrong=(0,))) == next_day(answered(0))
    assert next_day(answered(0, 1, 1, 3, wrong=(3,))) == next_day(answered(0, 1))


def test_clock_that_was_set_back_harms_nothing() -> None:
    assert next_day(answered(0, -400)) == next_day(answered(0))


def test_question_never_answered_is_never_due() -> None:
    assert due({"quiz:q": []}, MONDAY) == []


def test_exactly_the_due_set_is_found_longest_waiting_first() -> None:
    history = {
        "quiz:today": answered(0),
        "quiz:yesterday": answered(-1),
        "guess:a-week": answered(-7, -6),
        "quiz:not-yet": answered(-6, -5),
        "quiz:month": answered(-30, -29, -23),
        "quiz:finished": answered(-30, -29, -23, -9),
        "quiz:wrong": answered(-9, -8, -2, wrong=(-2,)),
    }
    assert due(history, MONDAY) == ["quiz:month", "quiz:wrong", "guess:a-week", "quiz:yesterday"]


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([True, False, None])), min_size=1))
def test_next_day_is_after_the_last_answer_that_counted(given_on: list[tuple[int, bool | None]]) -> None:
    history = [Answer(MONDAY + timedelta(day), "A", right) for day, right in sorted(given_on, key=lambda pair: pair[0])]
    again = next_day(history)
    assert again is None or again > history[0].time.date()
    # An answer that is right ends the waiting for that day.
    if again is not None:
        later = next_day([*history, Answer(datetime.combine(again, MONDAY.time()), "A", True)])
        assert later is None or later > again
