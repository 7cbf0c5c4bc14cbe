"""Prose held to the outputs: every number that a notebook's text states stands in one of its outputs or in its code.

A number is a claim if it has a decimal point, a per cent sign (its own, or that of the list that it stands in), three
digits or more, or an exponent (1e-5). No claims are

- years from 1900 to 2100, numbers of notebooks and sections (4.3.1, section 6.1), versions (PyTorch 2.6);
- questions under **Predict**, headings, *Further reading*, targets of links, and code in backticks or fences, which
  says what to write, not what came out. Formulas count: what $0.693$ stands for was computed somewhere.

It is borne out by a number of the same notebook that rounds to it, signs aside:

- in an output: printed, recorded, in a table, or in the text that describes a figure. What quizzes and guesses show
  bears nothing out: most of their options are wrong;
- in code: a number, or arithmetic on numbers (`28 * 28`, `1 / 3`). Comments and texts in code bear nothing out;
- as a share: 98.5 % by 0.985 or 98.47 %, and by "197 of 200" in an output; a per cent by no bare whole number. "96.7
  against 96.5" may be per cents, too, in a cell that speaks of per cents;
- a round number after "about", "over", "nearly" and the like, by one that rounds to it at its last digit that is not 0.

All else stands in tests/facts.toml, with its source.
"""

from __future__ import annotations

import ast
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from helpers.results import MIME_TYPE
from tests.gates.cells import FENCE, calls, code_cells, prose_cells, tree_of
from tests.gates.held import number_of

FACTS = Path(__file__).resolve().parent.parent / "facts.toml"
UNCLAIMED_SECTION = "Further reading"
ASKING = ("show_quiz", "guess", "reveal", "show_guesses")

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?"
AGAIN = rf"(?:\s*(?:/|,|–|-|to|and|or|against|of)\s*{NUMBER})*"
CLAIM = re.compile(
    rf"(?<![\w.,#])({NUMBER})(?={AGAIN}\s*(?:%|per cent))?(\s*(?:%|per cent))?(?:\s+(million|billion)\b)?(?![\w]|\.\d)"
)
IN_PER_CENT = re.compile(rf"{AGAIN}\s*(?:%|per cent)")
SCALES = {"": 1, "million": 1_000_000, "billion": 1_000_000_000}
PREDICTION = re.compile(r"\*\*Predict\.\*\*[^\n]*\?")
FOUND = re.compile(rf"(?<![\w.,])({NUMBER})(\s*%)?(?![\d])")
SHARE = re.compile(rf"(?<![\w.,])({NUMBER})\s*(?:of|/)\s*({NUMBER})(?![\w.])")
NAMED = re.compile(
    r"\b\d+(?:\.\d+){2,}\b"
    r"|\b(?:sections?|chapters?|units?|figures?|equations?|notebooks?|exercises?|§|Python|PyTorch|torch|NumPy|CUDA)"
    r"\s*\d+(?:\.\d+)*(?:\s*(?:,|and|to|–)\s*\d+\.\d+)*",
    re.IGNORECASE,
)
HTML = re.compile(r"<(style|script).*?</\1>|<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
LINK_TARGET = re.compile(r"\]\([^)\s]+[^)]*\)|https?://\S+")
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý*\"“(\[␣])|\n(?=\s*[-*|>]|\s*\d+\. |\s*$)|\s\|\s")
ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|some|nearly|almost|over|under|above|below|more than|less than|fewer than|at least|"
    r"at most|up to|approximately|close to)\s+(?:the\s+)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A number that the prose states.

    Attributes:
        text: as it stands there: `"98.5 %"`.
        value: the number itself; for a per cent, of a hundred.
        half: half a unit of its last digit: what rounds to it lies this close.
        percent: whether it is a per cent.
        perhaps_percent: whether it may be one, for the cell speaks of per cents.
        sentence: where it stands.
    """

    text: str
    value: float
    half: float
    percent: bool
    perhaps_percent: bool
    sentence: str


@dataclass(frozen=True)
class Evidence:
    """A number in code or in an output, and whether it can be read as a share: a decimal, a per cent or a quotient."""

    value: float
    share: bool
    percent: bool = False


@dataclass(frozen=True)
class Fact:
    """A number from outside, what it is and where it is from; of one notebook, or of all."""

    value: float
    says: str
    source: str
    notebook: str = ""


def problems(notebook: NotebookNode, path: Path, *, facts: Path = FACTS) -> Iterator[str]:
    """One line for each number in the prose that nothing bears out: the number and its sentence."""
    known = [fact.value for fact in read_facts(facts) if fact.notebook in ("", number_of(path))]
    found = list(evidence(notebook))
    for claim in claims(notebook):
        is_fact = any(math.isclose(claim.value, value, rel_tol=1e-9) for value in known)
        if not is_fact and not any(bears_out(item, claim) for item in found):
            yield f"{claim.text!r} stands in no output and no code: {claim.sentence}"


# What is stated


def claims(notebook: NotebookNode) -> Iterator[Claim]:
    """The numbers that the prose states, in order."""
    section = ""
    for cell in prose_cells(notebook):
        lines = []
        for line in FENCE.sub("", cell.source).splitlines():
            if heading := re.match(r"#{1,6}\s+(.+)", line):
                section = heading[1].strip()
                lines.append("")
            elif section != UNCLAIMED_SECTION:
                lines.append(line)
        yield from claims_in("\n".join(lines))


def claims_in(markdown: str) -> Iterator[Claim]:
    """The numbers that a piece of Markdown without headings states."""
    text = INLINE_CODE.sub("␣", LINK_TARGET.sub("] ", HTML.sub(" ", markdown)))
    text = re.sub(r"\\[,;!]|\{,\}", "", text).replace("\\%", "%")  # how formulas write thousands and per cents
    text = re.sub(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}\b)", ",", text)
    speaks_of_percent = bool(re.search(r"%|per cent", text))
    for sentence in SENTENCE_END.split(PREDICTION.sub("", text)):
        plain = NAMED.sub(lambda match: "§" * len(match[0]), sentence)
        for match in CLAIM.finditer(plain):
            percent = bool(IN_PER_CENT.match(plain, match.end(1)))
            if _is_claim(match[1], percent):
                roughly = bool(ROUGHLY.search(plain[: match.start()]))
                scale = SCALES[match[3] or ""]
                value, half = _rounded(match[1], roughly=roughly)
                perhaps = speaks_of_percent and "." in match[1]
                shown = " ".join(sentence.split())
                yield Claim(match[0].strip(), value * scale, half * scale, percent, perhaps, shown)


def _is_claim(digits: str, percent: bool) -> bool:
    is_year = re.fullmatch(r"\d{4}", digits) and 1900 <= int(digits) <= 2100
    return percent or (not is_year and ("." in digits or "e" in digits.lower() or sum(map(str.isdigit, digits)) >= 3))


def _rounded(digits: str, *, roughly: bool) -> tuple[float, float]:
    """A number, and half a unit of its last digit; for a rough one, of its last digit that is not 0."""
    mantissa, _, exponent = digits.replace(",", "").lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    if not decimals and roughly:
        decimals = len(mantissa.rstrip("0")) - len(mantissa)
    return float(digits.replace(",", "")), 0.5 * 10.0 ** (int(exponent or 0) - decimals)


# What bears it out


def bears_out(item: Evidence, claim: Claim) -> bool:
    """Whether a number of the notebook rounds to the one that is stated."""
    if claim.percent:
        candidates = [item.value] if item.percent or item.share else []
        candidates += [100 * item.value] * (item.share and not item.percent)
    else:
        candidates = [item.value, *[item.value / 100] * item.percent]
        candidates += [100 * item.value] * (item.share and claim.perhaps_percent)
    slack = claim.half * (1 + 1e-6) + 1e-12
    return any(abs(abs(candidate) - claim.value) <= slack for candidate in candidates)


def evidence(notebook: NotebookNode) -> Iterator[Evidence]:
    """The numbers in a notebook's code and outputs."""
    for cell in code_cells(notebook):
        yield from numbers_in_code(cell.source)
        for output in cell.outputs:
            if not _only_asks(cell.source, output):
                yield from numbers_in_output(output)


def _only_asks(source: str, output: NotebookNode) -> bool:
    """Whether an output is a quiz or a guess, and not what the same cell prints, records or draws."""
    data = output.get("data", {})
    asks = any(calls(source, function) for function in ASKING)
    return asks and "text/plain" in data and MIME_TYPE not in data and "image/png" not in data


def numbers_in_code(source: str) -> Iterator[Evidence]:
    """Numbers of a code cell, and the values of arithmetic on numbers alone."""
    for node in ast.walk(tree_of(source)):
        value = _value_of(node)
        if value is not None and math.isfinite(value):
            yield Evidence(value, share=value != int(value) or abs(value) <= 1)


def _value_of(node: ast.AST) -> float | None:
    if isinstance(node, ast.Constant):
        return float(node.value) if type(node.value) in (int, float) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value_of(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp):
        left, right = _value_of(node.left), _value_of(node.right)
        return None if left is None or right is None else _calculate(node.op, left, right)
    return None


def _calculate(operator: ast.operator, left: float, right: float) -> float | None:
    try:
        match operator:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.FloorDiv():
                return left // right
            case ast.Pow():
                value = left**right
                return value if isinstance(value, float) else None
    except (ZeroDivisionError, OverflowError):
        return None
    return None


def numbers_in_output(output: NotebookNode) -> Iterator[Evidence]:
    """Numbers of one output: what it shows as text or as a table, what it recorded, what describes its figure."""
    data = output.get("data", {})
    texts = [output.get("text", ""), data.get("text/plain", ""), HTML.sub(" ", data.get("text/html", ""))]
    texts += [str(image.get("alt", "")) for image in output.get("metadata", {}).values() if isinstance(image, dict)]
    texts += [output.get("evalue", "")]
    if MIME_TYPE in data:
        texts.append(json.dumps(data[MIME_TYPE].get("value")))
    for text in texts:
        yield from numbers_in_text(text)


def numbers_in_text(text: str) -> Iterator[Evidence]:
    """Numbers of a printed text, and the shares in it: `17 of 20`, `3/4`."""
    for match in FOUND.finditer(text):
        value = float(match[1].replace(",", ""))
        is_decimal = "." in match[1] or "e" in match[1].lower()
        yield Evidence(value, share=is_decimal or value <= 1, percent=bool(match[2]))
        if match[1].count(","):  # 1,234 may also be two numbers of a list without a space
            yield from (Evidence(float(part), share=False) for part in match[1].split(",") if part.isdigit())
    for part, whole in SHARE.findall(text):
        if float(whole.replace(",", "")):
            yield Evidence(float(part.replace(",", "")) / float(whole.replace(",", "")), share=True)


# Facts from outside


def read_facts(path: Path = FACTS) -> list[Fact]:
    """The facts of tests/facts.toml, one for each number.

    Raises:
        ValueError: a fact does not say what it is, or where it is from.
    """
    facts = []
    for table in tomllib.loads(path.read_text(encoding="utf-8")).get("fact", []):
        if not all(str(table.get(key, "")).strip() for key in ("numbers", "says", "source")):
            raise ValueError(f"a fact needs numbers, says and source: {table}")
        facts += [
            Fact(float(number), table["says"], table["source"], table.get("notebook", ""))
            for number in table["numbers"]
        ]
    return facts


def unused_facts(notebooks: Iterable[tuple[Path, NotebookNode]], *, facts: Path = FACTS) -> list[str]:
    """Facts that none of these notebooks states, though they are its own."""
    stated = {number_of(path): {claim.value for claim in claims(notebook)} for path, notebook in notebooks}
    return [
        f"{fact.value:g} ({fact.says}) does not stand in {fact.notebook}"
        for fact in read_facts(facts)
        if fact.notebook in stated and fact.value not in stated[fact.notebook]
    ]
