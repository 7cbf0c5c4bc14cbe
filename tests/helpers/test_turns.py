"""A turn tells and does not stop, remembers when the learner's own code passes, and takes no other code for theirs."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers import memory

STUB = "def double(x):\n    raise NotImplementedError()"
RIGHT = "def double(x):\n    return x + x"
WRONG = "def double(x):\n    return x"
CALL = 'check_function(double, (3,), 6, names=("result",))'
CHECK = f"""\
from helpers.checks import check_function
from helpers.turns import your_turn
with your_turn("double") as q:
    {CALL}
"""
FALLBACK = """\
if not q.passed:  # yours is used, if it passed
    def double(x):
        return 2 * x
"""
CLASS_STUB = "class Doubling:\n    def __call__(self, x):\n        raise NotImplementedError()"
CLASS_CHECK = """\
from helpers.turns import your_turn
with your_turn("Doubling") as q:
    assert Doubling()(3) == 6
"""
CLASS_FALLBACK = "if not q.passed:\n    class Doubling:\n        def __call__(self, x):\n            return 2 * x\n"
PASSED = "The rest of this notebook runs on your double.\n"


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


@pytest.fixture
def shell() -> InteractiveShell:
    """IPython as it is behind a notebook."""
    return InteractiveShell()


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        shell.run_cell(cell, store_history=True).raise_error()


def source_in_use(shell: InteractiveShell) -> str:
    return inspect.getsource(shell.user_ns["double"])


def test_untouched_notebook_runs_on_the_version_below(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    run(shell, STUB, CHECK, FALLBACK)
    assert capsys.readouterr().out == "double: not attempted yet. Write it above, then run this cell again.\n"
    assert shell.user_ns["double"](3) == 6
    assert (shell.user_ns["q"].passed, shell.user_ns["q"].attempted) == (False, False)
    assert memory.turns() == {}


def test_notebook_runs_on_the_learners_code_says_so_and_remembers(
    shell: InteractiveShell, capsys: pytest.CaptureFixture
) -> None:
    run(shell, RIGHT, CHECK, FALLBACK)
    shown = capsys.readouterr().out
    assert "double: right" in shown
    assert shown.endswith(PASSED)
    assert "x + x" in source_in_use(shell)
    assert (shell.user_ns["q"].passed, shell.user_ns["q"].attempted) == (True, True)
    assert set(memory.turns()) == {"double"}


def test_wrong_code_gets_its_hint_and_the_notebook_goes_on(
    shell: InteractiveShell, capsys: pytest.CaptureFixture
) -> None:
    run(shell, WRONG, CHECK, FALLBACK)
    shown = capsys.readouterr().out
    assert "not right yet" in shown.splitlines()[0]
    assert shown.endswith("Until yours passes, the notebook goes on with the double below.\n")
    assert "2 * x" in source_in_use(shell)
    assert (shell.user_ns["q"].passed, shell.user_ns["q"].attempted) == (False, True)
    assert memory.turns() == {}


def test_wrong_then_right_then_all_again(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    run(shell, WRONG, CHECK, FALLBACK, RIGHT, CHECK, FALLBACK, RIGHT, CHECK, FALLBACK)
    assert capsys.readouterr().out.count(PASSED) == 2
    assert "x + x" in source_in_use(shell)


@pytest.mark.parametrize(
    ("stub", "check", "fallback"),
    [(STUB, CHECK, FALLBACK), (CLASS_STUB, CLASS_CHECK, CLASS_FALLBACK)],
    ids=["function", "class"],
)
def test_running_the_check_twice_passes_nobody(
    stub: str, check: str, fallback: str, shell: InteractiveShell, capsys: pytest.CaptureFixture
) -> None:
    run(shell, stub, check, fallback)
    name = shell.user_ns["q"].label
    below = shell.user_ns[name]
    run(shell, check)
    assert capsys.readouterr().out.count("not attempted yet") == 2
    assert memory.turns() == {}
    assert shell.user_ns[name] is below  # the cells further down go on with it


def test_name_that_is_no_function_can_be_a_turn(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    run(shell, "double = 6", CHECK.replace(CALL, "assert double == 6"))
    assert capsys.readouterr().out == PASSED


def test_stub_that_did_not_run_is_named(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    run(shell, CHECK)
    assert "`double` is missing" in capsys.readouterr().out


def test_error_of_the_check_itself_is_the_learners_to_see(shell: InteractiveShell) -> None:
    with pytest.raises(ZeroDivisionError):
        run(shell, RIGHT, CHECK.replace(CALL, "1 / 0"))
    assert not shell.user_ns["q"].passed
    assert memory.turns() == {}
