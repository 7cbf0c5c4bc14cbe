"""Sentences stay whole, and a slide gets the ones that matter."""

from __future__ import annotations

import pytest

from tools.slides.prose import Block, blocks, digest, first_sentences, num_words, sentences


@pytest.mark.parametrize(
    "paragraph",
    [
        "Share of 0.5, i.e. Half of it.",
        "See C. Guo and G. Pleiss.",
        "Take `a. B` and $x. Y$ and [C. D](e. F).",
        "(Nobody has 5,000 of them. We can afford it.)",
        "**How many? All of them.** count",
    ],
)
def test_sentence_is_not_cut_within(paragraph: str) -> None:
    assert sentences(paragraph) == [paragraph]


def test_sentences_of_a_paragraph_make_the_paragraph() -> None:
    paragraph = "One is $a. B$. Two (Three? Yes.) ends. **Four.** Five: `x. Y`!"

    found = sentences(paragraph)

    assert " ".join(found) == paragraph
    assert len(found) == 4


def test_blocks_are_told_apart() -> None:
    cell = "Before.\n\n## Title\nAfter:\n\n$$\nx\n$$\n\n- one\n- two\n\n| a |\n|---|\n| b |"
    cell += "\n\n```python\nx = 1\n\ny = 2\n```"

    kinds = [block.kind for block in blocks(cell)]

    assert kinds == ["text", "heading", "text", "formula", "list", "table", "code"]
    assert blocks(cell)[-1].text == "x = 1\n\ny = 2"


def test_digest_keeps_formulas_with_their_lead_and_bold_words() -> None:
    run = [
        Block("text", "It begins. " + "Much is said in between and few remember it. " * 8 + "So it is:"),
        Block("formula", "$$x$$"),
        Block("text", "An aside. This is a **name**. (Not this.)"),
    ]

    shown, left = digest(run, limit=30)

    assert [block.kind for block in shown] == ["text", "formula", "text"]
    assert shown[0].text.startswith("It begins.")
    assert shown[0].text.endswith("So it is:")
    assert "**name**" in shown[2].text
    assert "(Not this.)" in left[-1]
    assert sum(num_words(block.text) for block in shown if block.kind == "text") <= 30


def test_digest_loses_no_sentence() -> None:
    run = [Block("text", "One. Two is **bold**. (Three.) Four:"), Block("list", "- Five. Six.\n- Seven. (Eight.)")]

    shown, left = digest(run, limit=6)

    everything = " ".join([*(block.text for block in shown), *left])
    for word in ("One.", "Two", "Three", "Four:", "Five.", "Six.", "Seven.", "Eight"):
        assert everything.count(word) == 1


def test_first_sentences_give_at_least_one() -> None:
    assert first_sentences("This has four words. Next.", limit=2) == ("This has four words.", "Next.")


def test_formula_counts_as_one_word() -> None:
    assert num_words(r"Take $\frac{a b}{c d}$ and [this page](https://example.org/a b).") == 5
