"""Quoted errors: which words are a quote, and each way in which one is not real is caught."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tests.gates.build import notebook_of
from tests.gates.quoted import is_message, is_said, messages, problems, snippets_of

PATH = Path("4.1.3-loss.ipynb")
SHAPES = "mat1 and mat2 shapes cannot be multiplied (4x3 and 2x3)"
MULTIPLY = "import torch\ntorch.ones(4, 3) @ torch.ones(2, 3)"


def notebook(section: str, after: str = "") -> NotebookNode:
    made = notebook_of(new_markdown_cell(f"## Common mistakes\n\n{section}"), new_markdown_cell(after or "More."))
    made.cells[-1].source = "## Try it\n\n`a quote of another section`"
    return made


def faults(section: str, says: dict[str, str]) -> list[str]:
    return list(problems(notebook(section), PATH, says=says))


@pytest.mark.parametrize(
    "code",
    [
        SHAPES,
        "RuntimeError: size",
        "RuntimeError: mat1 and mat2 …",
        "forward() missing 1 required positional argument",
        "default_collate: ... found <class 'PIL.Image.Image'>",
        "expected scalar type Long",
        "the loss is nan in epoch …",
    ],
)
def test_words_that_are_no_python_are_a_message(code: str) -> None:
    assert is_message(code)


@pytest.mark.parametrize(
    "code",
    ["nan", "model.parameters()", "X @ W.T + b", "X = X.to(device)", "with torch.no_grad():", "for x in y", "(1, 1)"],
)
def test_code_is_no_message(code: str) -> None:
    assert not is_message(code)


def test_messages_are_found_in_tables_sentences_and_blocks() -> None:
    section = (
        "| What it looks like | Why | Fix |\n|---|---|---|\n"
        f"| `{SHAPES}` | rows | `W.T` |\n"
        "| `a \\| b do not fit` | `nan` | - |\n\n"
        "It says `it is too large` twice: `it is too large`.\n\n"
        "```\nTraceback (most recent call last):\n  x = 1 / 0\nZeroDivisionError: division by zero\n```\n"
    )
    assert messages(notebook(section)) == [
        "ZeroDivisionError: division by zero",
        SHAPES,
        "a | b do not fit",
        "it is too large",
    ]


def test_section_goes_on_in_the_next_cell_and_ends_at_the_next_heading() -> None:
    assert messages(notebook("`one of them`", after="### More\n\n`two of them`")) == ["one of them", "two of them"]


def test_notebook_without_the_section_quotes_nothing() -> None:
    made = notebook_of(new_markdown_cell("`a quote of no section`"))
    made.cells[-1].source = "## Summary"
    assert messages(made) == []


def test_quote_that_is_raised_passes() -> None:
    assert faults(f"| `{SHAPES}` | rows |", {SHAPES: MULTIPLY}) == []


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        ("RuntimeWarning: too large", "import warnings\nwarnings.warn('too large', RuntimeWarning)"),
        ("UserWarning: … too large", "import warnings\nwarnings.warn('it is too large')"),
        ("loss is … here", "print('loss is nan\\n   here')"),
        ("ValueError: outer", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('outer') from e"),
        ("division by zero", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('outer') from e"),
        ("perhaps a note", "e = ValueError('a')\ne.add_note('perhaps a note')\nraise e"),
    ],
)
def test_warning_print_cause_and_note_count(quote: str, code: str) -> None:
    assert faults(f"`{quote}`", {quote: code}) == []


def test_quote_without_code_is_caught() -> None:
    assert faults(f"`{SHAPES}`", {}) == [f"quoted, but no code in errors_4_1_3 says it: {SHAPES!r}"]


def test_code_without_a_quote_is_caught() -> None:
    assert faults("Nothing.", {SHAPES: MULTIPLY}) == [f"not quoted any more: {SHAPES!r}"]


def test_message_that_has_changed_is_caught() -> None:
    quote = "division by nothing"
    assert faults(f"`{quote}`", {quote: "1 / 0"}) == [f"quoted: {quote!r}, said: 'ZeroDivisionError: division by zero'"]


def test_quote_that_could_be_python_counts_if_the_table_has_it() -> None:
    assert messages(notebook("`loss is nan`, and `loss is inf`"), known={"loss is nan": ""}) == ["loss is nan"]


def test_code_that_says_nothing_is_caught() -> None:
    assert faults("`loss is nan`", {"loss is nan": "pass"}) == ["quoted: 'loss is nan', said: 'nothing'"]


def test_quote_matches_as_a_part_and_only_dots_are_wild() -> None:
    assert is_said("shapes … (4x3", f"RuntimeError: {SHAPES}")
    assert is_said("shapes ... (4x3", f"RuntimeError: {SHAPES}")
    assert not is_said("shapes (4x3", f"RuntimeError: {SHAPES}")
    assert not is_said("(....3 and 2x3)", "(4x3 or 2x3)")


def test_notebook_without_a_table_has_an_empty_one() -> None:
    assert snippets_of(Path("9.9.9-none.ipynb")) == {}
