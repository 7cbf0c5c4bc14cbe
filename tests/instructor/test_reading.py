"""The text of an answer is judged as the function itself is, and what was read is all that has to run."""

from __future__ import annotations

import textwrap

import pytest
import torch
import torch.nn.functional as F

from helpers.checks import NotYet
from helpers.judges.without_autograd import touched
from instructor.reading import Answers, refuse
from tests.exercises.ex3_manual_backprop.test_without_autograd import AROUND, HONEST, written

GIVEN = {"torch": torch, "F": F}


def answers(text: str) -> Answers:
    """A function of this body; what stands below `---` stands above it."""
    body, _, before = text.partition("\n---\n")
    source = f"{before}\ndef linear_backward(E, X, W):\n{textwrap.indent(body, '    ')}\n"
    return Answers({"linear": source}, GIVEN)


@pytest.mark.parametrize("way", AROUND)
def test_way_around_that_the_function_itself_shows_is_seen_in_its_text(way: str) -> None:
    """The rest is seen as it runs; the text shows more than the function."""
    found, _ = answers(AROUND[way]).find("linear_backward")
    assert found is not None or touched(written(AROUND[way])) is None


def test_most_ways_around_are_refused_by_reading_alone() -> None:
    refused = [way for way in AROUND if answers(AROUND[way]).find("linear_backward")[0] is not None]
    assert len(refused) >= 25


@pytest.mark.parametrize("style", HONEST)
def test_honest_look_alike_is_accepted(style: str) -> None:
    refuse("linear_backward", "linear_backward", answers(HONEST[style]))


RIGHT = "def f(E, X):\n    return E * X\n"
BESIDE = {
    "a self-test": "W = torch.ones(2, requires_grad=True)\nf(W, W).sum().backward()\nprint(W.grad)\n",
    "gradcheck": "assert torch.autograd.gradcheck(f, (torch.ones(2).double().requires_grad_(),) * 2)\n",
    "a docstring that is printed": "print(f.__doc__, vars(), globals().keys())\n",
    "a star import": "from pandas import *\n",
    "another function": "def test():\n    f(torch.ones(1, requires_grad=True), 2).backward()\n\n\ntest()\n",
    "an older version": "",
}


@pytest.mark.parametrize("beside", BESIDE)
def test_what_stands_beside_a_function_costs_nothing_and_does_not_run(beside: str) -> None:
    older = "def f(E, X):\n    return torch.autograd.grad(X, E)\n" if beside == "an older version" else ""
    text = Answers({"cell": older + RIGHT + BESIDE[beside]}, GIVEN)
    found, statements = text.find("f")
    assert found is None
    source = text.source_of("cell", statements)
    assert source.strip() == RIGHT.strip()


def test_line_numbers_stay() -> None:
    text = Answers(
        {"cell": "import math\nprint('hello')\n\n\n@staticmethod\ndef f(x):\n    return math.pi * x\n"}, GIVEN
    )
    source = text.source_of("cell", text.find("f")[1])
    assert source.splitlines() == ["import math", "", "", "", "@staticmethod", "def f(x):", "    return math.pi * x"]


def test_statement_on_the_same_line_is_read_as_well() -> None:
    text = Answers({"cell": "tool = 1; other = torch.autograd.grad\ndef f(x):\n    return tool * x\n"}, GIVEN)
    assert "autograd" in text.find("f")[0]


def test_name_that_is_changed_later_is_read_with_its_changes() -> None:
    text = Answers(
        {"cell": "tools = []\ntools.append(torch.autograd.grad)\ndef f(x):\n    return tools[0](x)\n"}, GIVEN
    )
    assert "autograd" in text.find("f")[0]


def test_name_that_nobody_wrote_is_refused() -> None:
    with pytest.raises(NotYet, match="not written in an answer's cell"):
        refuse("f", "f", Answers({"cell": "g = 1"}, GIVEN))


def test_source_that_does_not_parse_defines_nothing() -> None:
    assert Answers({"cell": "def f(:\n", "other": "x = 1"}, GIVEN).statements.keys() == {"x"}
