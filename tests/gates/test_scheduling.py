"""What belongs together runs in one process, and the longest come first."""

from types import SimpleNamespace

import pytest

from tests.scheduling import BANK, SECONDS, TURNS, group_of, in_order_of_questions, seconds_of


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("code-units/4.3/4.3.1-xor.ipynb::Cell 0", "code-units/4.3/4.3.1-xor.ipynb"),
        ("code-units/4.3/4.3.1-xor.ipynb::recorded numbers", "code-units/4.3/4.3.1-xor.ipynb"),
        ("tests/browser/test_jupyterlab.py::test_run", "tests/browser/"),
        ("tests/helpers/test_loaders.py::test_a[x.ipynb::y]", "tests/helpers/test_loaders.py"),
        (f"{BANK}::test_mistake[ex1_changing-layers-build-none]", f"{BANK}::ex1"),
        (f"{BANK}::test_bank_is_large_enough", BANK),
        (f"{TURNS}::test_right_answer_passes[4.1.3-loss-mse-of PyTorch]", f"{TURNS}::4.1.3"),
        ("tests/notebooks/test_bands.py::test_a[b]", "tests/notebooks/test_bands.py::test_a[b]"),
    ],
)
def test_tests_that_belong_together_share_a_group(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_heaviest_group_is_the_browser() -> None:
    assert seconds_of("tests/browser/") == max(SECONDS.values())
    assert seconds_of("tests/gates/test_scheduling.py") == SECONDS["*"]


def asking(exercise: str, question: str, test: str) -> SimpleNamespace:
    parameters = {"name": exercise, "question": question}
    nodeid = f"{BANK}::{test}[{exercise}-{question}]"
    return SimpleNamespace(nodeid=nodeid, callspec=SimpleNamespace(params=parameters))


def test_bank_goes_from_question_to_question() -> None:
    other = SimpleNamespace(nodeid="tests/exercises/test_release.py::test_a")
    questions = [("ex1_a", "z"), ("ex1_a", "b"), ("ex2_b", "c")]
    items = [asking(*question, test) for test in ("test_solution", "test_wrong") for question in questions]
    items.insert(3, other)
    in_order_of_questions(items)
    assert items[3] is other
    assert [
        (item.callspec.params["question"], item.nodeid.split("::")[1][:8]) for item in items if item is not other
    ] == [
        ("z", "test_sol"),
        ("z", "test_wro"),
        ("b", "test_sol"),
        ("b", "test_wro"),
        ("c", "test_sol"),
        ("c", "test_wro"),
    ]
