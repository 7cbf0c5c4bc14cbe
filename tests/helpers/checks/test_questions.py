"""The check cell of an exercise tells and does not stop the notebook; the grader's part can ask what it told."""

from __future__ import annotations

import pytest

from helpers.checks import NotYet, check_close, question


def test_right_answer_passes(capsys: pytest.CaptureFixture) -> None:
    with question("area") as q:
        check_close("area", 6.0, 6.0)
    assert q.passed
    assert q.message == ""
    assert capsys.readouterr().out == "area: right\n"
    q.require()


def test_wrong_answer_is_told_and_not_raised(capsys: pytest.CaptureFixture) -> None:
    with question("area") as q:
        check_close("area", -6.0, 6.0)
    assert not q.passed
    assert "wrong sign" in capsys.readouterr().out
    with pytest.raises(NotYet, match="wrong sign"):
        q.require()


def test_stub_is_not_attempted_yet(capsys: pytest.CaptureFixture) -> None:
    with question("area") as q:
        raise NotImplementedError()
    assert capsys.readouterr().out == "area: not attempted yet. Write it above, then run this cell again.\n"
    assert not q.passed


def test_name_that_is_not_there_yet_points_upwards(capsys: pytest.CaptureFixture) -> None:
    with question("question 3"):
        model  # noqa: B018, F821
    assert "question 3: `model` is missing. Answer the questions above" in capsys.readouterr().out


def test_error_of_another_kind_is_the_students_to_see() -> None:
    q = question("area")
    with pytest.raises(ZeroDivisionError), q:
        1 / 0  # noqa: B018
    with pytest.raises(NotYet, match=r"area: stopped by an error\n  ZeroDivisionError"):
        q.require()


def test_not_implemented_by_pytorch_is_no_stub() -> None:
    with pytest.raises(NotImplementedError, match="mean"), question("area"):
        raise NotImplementedError("mean of integers")


def test_block_that_never_ran_has_not_passed() -> None:
    assert not question("area").passed
    with pytest.raises(NotYet, match="did not run"):
        question("area").require()
