"""The size of the text on each slide, and two slides where one is too small. Sizes are those of template/deck.css."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tools.slides.planning import Column, Part, Slide
from tools.slides.prose import items, num_words

WIDTH, HEIGHT = 1152, 612  # what a page has for its parts, in px
SIZES = {"large": 36, "": 30, "medium": 26, "small": 22}  # px of text
SMALLEST_FIGURE = 330
SMALLEST_LETTER = 20
WIDER = 80  # by which a block of long lines reaches into the margins
MOST_WORDS = 75  # of prose; what `digest` keeps is less, but for long lists
NAMES = ("heading", "kicker")  # stand on each half of a slide
TEXT_WIDTH, CODE_WIDTH = 0.47, 0.605  # of an average letter, in parts of its size
FORMULA_WIDTH = 0.56
ENVIRONMENT = re.compile(r"\\begin\{\w+\}(.*?)\\end\{\w+\}", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


def fit(columns: Sequence[Column]) -> list[Column]:
    """The same slides, each with a size, those that are too full in two or more; down stays down."""
    fitted = []
    for first, *below in columns:
        first_ones = _fit_slide(first)
        fitted += [[slide] for slide in first_ones[:-1]]
        fitted.append([first_ones[-1], *(slide for one in below for slide in _fit_slide(one))])
    return fitted


def _fit_slide(slide: Slide) -> list[Slide]:
    """The slide in the largest size in which it fits; else its parts over several."""
    slide.parts = [_broken(part) for part in slide.parts]
    own = [part for part in slide.parts if part.kind not in NAMES]
    can_be_cut = len(own) > 1 or any("\n" in part.text for part in own)
    if not (can_be_cut and _num_words(own) > MOST_WORDS):
        for size, pixels in SIZES.items():
            if pixels > SIZES[""] and any(map(_loses, slide.parts)):
                continue
            if height(slide.parts, pixels) <= HEIGHT:
                slide.size = size
                return [slide]
    if not can_be_cut:
        slide.size = min(SIZES, key=SIZES.__getitem__)
        return [slide]
    one, other = _halves(slide)
    return [*_fit_slide(one), *_fit_slide(other)]


def _num_words(parts: Sequence[Part]) -> int:
    """How many words of prose there are to read; a table is looked at."""
    read = (part for part in parts if part.kind in ("text", "headline") and not part.text.startswith("|"))
    return sum(num_words(part.text) for part in read)


def letter_size(code: str, pixels: int) -> int:
    """The size of code, in px, beside text of that size: as large as its longest line allows, and never too small."""
    longest = max(map(len, code.split("\n")))
    fitting = (WIDTH - 40) / (CODE_WIDTH * max(longest, 1))
    return int(max(min(0.76 * pixels, fitting), SMALLEST_LETTER))


def is_long(code: str) -> bool:
    """Whether a line of it needs more than the width of the text, in the smallest type."""
    return max(map(len, code.split("\n"))) * CODE_WIDTH * SMALLEST_LETTER > WIDTH - 40


def formula_size(text: str, pixels: int) -> int:
    """The size of displayed formulas in some Markdown, in px: that of the text, or what the widest one allows."""
    widest = max((len(_seen_of(tex)) for tex in FORMULA.findall(text)), default=1)
    return int(max(min(pixels, WIDTH / (FORMULA_WIDTH * max(widest, 1))), SMALLEST_LETTER))


def _loses(part: Part) -> bool:
    """Whether the largest text would take the room of a figure or a table."""
    return part.kind == "figure" or part.text.startswith("|")


def height(parts: Sequence[Part], pixels: int) -> float:
    """About how high the parts are, in px, with text of that size."""
    return sum(_height(part, pixels) for part in parts)


def _height(part: Part, pixels: int) -> float:
    match part.kind:
        case "figure":
            return SMALLEST_FIGURE
        case "title":
            return _num_lines(part.text, 60) * 69 + 30
        case "heading":
            return _num_lines(part.text, 46) * 53 + 23
        case "kicker":
            return 39
        case "ask" | "answer":
            return 52
        case "headline":
            return _num_lines(part.text, 1.13 * pixels * 1.04) * 1.41 * pixels + 0.68 * pixels
        case "small":
            size = max(0.8 * pixels, 21)
            return _num_lines(part.text, size) * 1.35 * size + 0.4 * size
        case "code" | "printed":
            size = letter_size(part.text, pixels)
            room = int((WIDTH - 40 + (WIDER if is_long(part.text) else 0)) / (CODE_WIDTH * size))
            lines = sum(max(1, math.ceil(len(line) / room)) for line in part.text.split("\n"))
            return lines * 1.35 * size + 28 + 0.7 * pixels
        case _:
            return sum(_text_height(block, pixels) for block in part.text.split("\n\n")) + 0.6 * pixels


def _text_height(block: str, pixels: int) -> float:
    """Height of a paragraph, a formula, a table or a list."""
    line = 1.35 * pixels
    if block.startswith("$$"):
        return (
            block.count("$$")
            / 2
            * (3.0 if re.search(r"\\(?:t?frac|sum|int|sqrt|begin|underbrace)", block) else 1.9)
            * pixels
        )
    if block.startswith("|"):
        return sum(
            _row_height(row, max(0.8 * pixels, 20)) for row in block.split("\n") if not re.match(r"[|: -]+$", row)
        )
    if re.match(r"[-*] |\d+\. ", block):
        return sum(_num_lines(item, pixels, indent=1.4) * line + 0.4 * pixels for item in items(block))
    return _num_lines(block, pixels) * line + 0.5 * pixels


def _row_height(row: str, size: float) -> float:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("| "))]
    total = sum(len(_read(cell)) + 4 for cell in cells)
    # Columns share the width about as their texts are long, and no column gets less than a fifth of an equal share.
    share = [max((len(_read(cell)) + 4) / total, 0.6 / len(cells)) for cell in cells]
    lines = max(
        math.ceil(len(_read(c)) * TEXT_WIDTH * size / (s * WIDTH * 0.66)) for c, s in zip(cells, share, strict=True)
    )
    return max(lines, 1) * 1.35 * size + 0.85 * size


def _num_lines(text: str, size: float, *, indent: float = 0) -> int:
    """How many lines a paragraph takes at a size in px."""
    return max(1, math.ceil(len(_read(text)) * TEXT_WIDTH * size / (WIDTH - indent * size) + 0.1))


def _read(text: str) -> str:
    """About the letters that one reads of Markdown: no addresses and marks, code as wide as it is."""
    text = re.sub(r"\]\([^)]*\)|\*\*|\[", "", text)
    text = re.sub(r"`([^`]+)`", lambda match: match[1] + "x" * (len(match[1]) // 8), text)
    return re.sub(r"\$([^$]+)\$", lambda match: _seen_of(match[1]), text)


def _seen_of(tex: str) -> str:
    """About the letters of a formula."""
    tex = re.sub(r"(\\underbrace.*?\})_\{\\text\{[^}]*\}\}", r"\1", tex)
    tex = ENVIRONMENT.sub(lambda match: max(match[1].split(r"\\"), key=len), tex)
    tex = re.sub(r"\\(?:text|mathrm|operatorname)\{([^}]*)\}", r"\1", tex.replace(r"\qquad", "xxxx"))
    tex = re.sub(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", lambda match: max(match[1], match[2], key=len), tex)
    tex = re.sub(r"[-+=<>]|\\(?:cdot|[lg]e|approx|leftarrow|to)\b", "xxx", tex)
    return re.sub(
        r"[{}^_\s]|\\[,;!]", "", re.sub(r"\\(?:[lr]?Vert|left|right)", "x", re.sub(r"\\[a-zA-Z]{2,}", "xx", tex))
    )


def _broken(part: Part) -> Part:
    """The same, with a line of its own for each formula of a row that would be too wide."""

    def broken(match: re.Match[str]) -> str:
        tex = match[1].strip()
        if len(_seen_of(tex)) * FORMULA_WIDTH * SIZES[""] <= WIDTH:
            return match[0]
        return "\n\n".join(f"$${piece.strip()}$$" for piece in tex.split(r"\qquad"))

    if part.kind != "text":
        return part
    return Part(part.kind, FORMULA.sub(broken, part.text), part.alt)


def _halves(slide: Slide) -> tuple[Slide, Slide]:
    """Two slides of one: the names of section and slide on both, the other parts shared out."""
    named = [part for part in slide.parts if part.kind in NAMES]
    again = [Part("kicker", part.text) for part in named]
    rest = [part for part in slide.parts if part not in named]
    if len(rest) == 1:
        rest = _cut(rest[0])
    middle = _middle(rest)
    return Slide([*named, *rest[:middle]], slide.notes), Slide([*again, *rest[middle:]], [])


def _middle(parts: Sequence[Part]) -> int:
    """Where to part them, so that both halves are about as high, and no headline is left alone."""

    def difference(k: int) -> float:
        alone = parts[k - 1].kind in ("headline", "ask", "answer", "small") or (
            parts[k - 1].kind == "text" and parts[k].text.startswith("$$")
        )
        return abs(height(parts[:k], 22) - height(parts[k:], 22)) + (10_000 if alone else 0)

    return min(range(1, len(parts)), key=difference)


def _cut(part: Part) -> list[Part]:
    """One part as two: a table between rows (its head on both), a list between items, code and text between lines."""
    lines = part.text.split("\n")
    if part.text.startswith("|"):
        head, rows = lines[:2], lines[2:]
        middle = math.ceil(len(rows) / 2)
        return [Part(part.kind, "\n".join([*head, *some])) for some in (rows[:middle], rows[middle:])]
    starts = [k for k, line in enumerate(lines) if k and (part.kind != "code" or not line.startswith(" " * 8))]
    middle = min(starts or range(1, len(lines)), key=lambda k: abs(k - len(lines) / 2))
    return [Part(part.kind, "\n".join(some).strip("\n")) for some in (lines[:middle], lines[middle:])]
