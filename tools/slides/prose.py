"""Markdown as blocks and sentences, and the few of them that a slide can hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "text", "formula", "list", "table", "code"]
LIMIT = 60  # words of prose on a slide
FENCE = re.compile(r"```.*?```", re.DOTALL)
FORMULA = re.compile(r"(\$\$.+?\$\$)", re.DOTALL)
WHOLE = re.compile(r"`[^`]+`|\$[^$\n]+\$|!?\[[^\]]*\]\([^)]*\)")  # never cut: code, formulas, links
MASK = re.compile("\x00(\\d+)\x00")
SENTENCE_ENDS = re.compile(r"(?<=[.!?…])([\"”’)*_]*)\s+(?=[^a-z\s])")
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|vs|al|cf|No|[A-Z])\.$")
LEANING = re.compile(
    r"(?:Al?so|And|But|He|Here|It|One|Or|She|So|Such|That|The (?:first|last|second)|Then|These|They|This|Those)\b"
)
LIST_ITEM = re.compile(r"^(?:[-*]|\d+\.) +", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One block of Markdown; for a heading, `text` is what stands behind the `##`."""

    kind: Kind
    text: str
    level: int = 0


def blocks(markdown: str) -> list[Block]:
    """The blocks of a Markdown cell, in order."""
    found = []
    for piece in _pieces(markdown):
        heading = re.fullmatch(r"(#+) +(.+)", piece)
        if heading:
            found.append(Block("heading", heading[2], level=len(heading[1])))
        elif piece.startswith("```"):
            found.append(Block("code", re.sub(r"\A```\w*\n|\n?```\Z", "", piece)))
        elif piece.startswith("|"):
            found.append(Block("table", piece))
        elif LIST_ITEM.match(piece):
            found.append(Block("list", piece))
        else:
            parts = [part.strip() for part in FORMULA.split(piece)]
            found += [Block("formula" if part.startswith("$$") else "text", part) for part in parts if part]
    return found


def items(listed: str) -> list[str]:
    """The items of a list, without their bullets."""
    return [" ".join(item.split()) for item in LIST_ITEM.split(listed) if item.strip()]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; code, formulas, links and brackets stay whole.

    Example:
        >>> sentences("It is 0.5. (Why? Because.) See `a.b`. And then?")
        ['It is 0.5.', '(Why? Because.)', 'See `a.b`.', 'And then?']
    """
    whole: list[str] = []

    def mask(match: re.Match[str]) -> str:
        whole.append(match[0])
        return f"\x00{len(whole) - 1}\x00"

    pieces = SENTENCE_ENDS.sub(lambda match: f"{match[1]}\n", WHOLE.sub(mask, " ".join(paragraph.split()))).split("\n")
    found = [""]
    for piece in pieces:
        if found[-1] and not _is_open(found[-1]):
            found.append(piece)
        else:
            found[-1] = f"{found[-1]} {piece}".strip()
    return [MASK.sub(lambda match: whole[int(match[1])], sentence) for sentence in found if sentence]


def num_words(text: str) -> int:
    """How many words somebody reads; a formula counts as one, a link's address as none."""
    return len(re.sub(r"\]\([^)]*\)", "", re.sub(r"\$[^$]+\$", "x", text)).split())


def first_sentences(paragraph: str, limit: int = LIMIT) -> tuple[str, str]:
    """As many sentences as the limit allows, at least one; and the rest."""
    found = sentences(paragraph)
    count = 1
    while count < len(found) and num_words(" ".join(found[: count + 1])) <= limit:
        count += 1
    return " ".join(found[:count]), " ".join(found[count:])


def digest(run: Sequence[Block], limit: int = LIMIT, used: Sequence[str] = ()) -> tuple[list[Block], list[str]]:
    """What a slide shows of some blocks, and what it leaves to the notes.

    Formulas, tables and code stay, with the sentence that leads to them; of the text, the first sentence and those with
    bold words; of each item of a list, the first sentence.

    Args:
        run: the blocks between two outputs or headings.
        limit: how many words of text the slide may have.
        used: sentences that stand on another slide already.

    Returns:
        The blocks to show, and the paragraphs left out.
    """
    split = [[s for s in sentences(block.text) if s not in used] if block.kind == "text" else [] for block in run]
    kept = _chosen(run, split, limit)
    shown, left = [], []
    for i, block in enumerate(run):
        if block.kind == "text":
            text = " ".join(s for j, s in enumerate(split[i]) if (i, j) in kept)
            rest = " ".join(s for j, s in enumerate(split[i]) if (i, j) not in kept)
        elif block.kind == "list":
            pairs = [_gist(item, limit // len(items(block.text))) for item in items(block.text)]
            text, rest = _listed(block.text, [first for first, _ in pairs]), " ".join(second for _, second in pairs)
        else:
            text, rest = block.text, ""
        shown += [Block(block.kind, text)] if text else []
        left += [rest.strip()] if rest.strip() else []
    return shown, left


def _gist(item: str, limit: int) -> tuple[str, str]:
    """What to show of an item: no aside at its end, and not the bold words alone."""
    found = sentences(item)
    aside = next((k for k, sentence in enumerate(found) if k and sentence.startswith("(")), len(found))
    told, rest = first_sentences(" ".join(found[:aside]), limit)
    if told.endswith("**") and rest:
        more, rest = first_sentences(rest, limit=1)
        told = f"{told} {more}"
    return told, " ".join(filter(None, [rest, *found[aside:]]))


def _pieces(markdown: str) -> list[str]:
    """Parts of a text between blank lines; a fenced block, and a heading without a blank line after it, stand alone."""
    fences = FENCE.findall(markdown)
    masked = FENCE.sub("\n\n\x00\n\n", markdown)
    masked = re.sub(r"^(#+ .+)$", r"\n\n\1\n\n", masked, flags=re.MULTILINE)
    pieces = (piece.strip() for piece in re.split(r"\n\s*\n", masked))
    return [fences.pop(0) if piece == "\x00" else piece for piece in pieces if piece]


def _is_open(text: str) -> bool:
    """Whether a sentence has to go on: inside brackets or bold words, or after an abbreviation."""
    return text.count("(") > text.count(")") or text.count("**") % 2 == 1 or bool(ABBREVIATED.search(text))


def _chosen(run: Sequence[Block], split: list[list[str]], limit: int) -> set[tuple[int, int]]:
    """Which sentences to show, as pairs of block and sentence."""
    kept: set[tuple[int, int]] = set()
    words = 0
    for i, j in _by_rank(run, split):
        wanted = {(i, j)} | ({(i, j - 1)} if j and LEANING.match(split[i][j]) else set())
        if split[i][j].endswith("**") and split[i][j].startswith("**"):  # bold words in front of what they name
            wanted |= {(i, j + 1)} if j + 1 < len(split[i]) else set()
        for group in (wanted, {(i, j)}) if not split[i][j].endswith("**") else (wanted,):
            more = sum(num_words(split[a][b]) for a, b in group - kept)
            if words + more <= limit or not kept:
                kept |= group
                words += more
                break
    return kept


def _by_rank(run: Sequence[Block], split: list[list[str]]) -> list[tuple[int, int]]:
    """The sentences that may be shown, the most important first."""
    ranks = {}
    own = ((i, j) for i, found in enumerate(split) for j, sentence in enumerate(found) if not sentence.startswith("("))
    first = next(own, (0, 0))
    for i, found in enumerate(split):
        leads = i + 1 < len(run) and run[i + 1].kind != "text"
        for j, sentence in enumerate(found):
            is_last = j == len(found) - 1
            if leads and is_last:
                ranks[i, j] = 0
            elif sentence.endswith(":") and is_last and sum(map(len, split)) > 1:
                continue  # leads to code that this slide does not show
            elif (i, j) == first:
                ranks[i, j] = 1
            elif "**" in sentence:
                ranks[i, j] = 2
            elif i == first[0] and not sentence.startswith("("):
                ranks[i, j] = 3
    return sorted(ranks, key=lambda place: (ranks[place], place))


def _listed(original: str, texts: Sequence[str]) -> str:
    """A list of these items, numbered if the original is."""
    is_numbered = original.lstrip()[0].isdigit()
    return "\n".join(f"{i}. {text}" if is_numbered else f"- {text}" for i, text in enumerate(texts, start=1))
