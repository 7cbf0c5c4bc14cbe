"""Which answers resemble each other more than chance explains: information for a person, never a verdict.

Winnowing, after Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting" (SIGMOD 2003,
https://doi.org/10.1145/872757.872770), the method behind MOSS. An answer becomes a list of tokens, every k tokens in a
row are hashed, and of each window of hashes the smallest is kept as a fingerprint. A shared run of at least
k + window - 1 tokens always shares a fingerprint; one shorter than k never does. Answers that share fingerprints are
then compared token by token.

What tokens keep and lose:

- comments, docstrings, layout: dropped, since they change no program and cost a copier nothing to change;
- names: one token for all, but for keywords, Python's own functions, and what stands after a dot (`torch.exp`,
  `x.sum`), which nobody can rename; names of the answer's own functions and of `self.…` are names like any other;
- strings: one token for all, as for comments;
- numbers: kept. A learning rate of 0.037 or a seed of 1234 is a choice, and an equal choice says something.

Left out before anything is compared: what the exercise gave, and what many of the class share.
"""

from __future__ import annotations

import builtins
import hashlib
import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

from instructor import released
from instructor.classroom import everyone
from instructor.pages import write_page
from instructor.released import Question
from instructor.results import Result, warning

MOST_TOKENS = 20_000  # of one answer; a program of 2,000 lines
MOST_SHARING = 50  # answers that may share a fingerprint; more pairs than that no person would read
BUILTINS = frozenset(dir(builtins))
LAYOUT = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}
PRIME, BASE = 2**61 - 1, 1_000_003  # of the rolling hash
F_STRING = {"FSTRING_START": 1, "FSTRING_END": -1, "TSTRING_START": 1, "TSTRING_END": -1}


class Token(NamedTuple):
    """A token as it is compared, and the line of the answer where it stands, from 0."""

    text: str
    line: int


@dataclass(frozen=True)
class Overlap:
    """What two answers to one question share.

    Attributes:
        question: nbgrader's grade_id.
        title: heading of the question.
        shared: tokens of the first answer that the second has, too, in runs of at least k.
        share: these, per token of the shorter answer, of what the exercise and the class do not have.
        run: tokens of the longest common run.
        first: the lines of the first answer around this run.
        second: those of the second answer.
    """

    question: str
    title: str
    shared: int
    share: float
    run: int
    first: str
    second: str


@dataclass(frozen=True)
class Pair:
    """Two students whose answers overlap.

    Attributes:
        first: name of the one student's folder.
        second: that of the other.
        overlaps: by question; the one with the most shared tokens first.
    """

    first: str
    second: str
    overlaps: tuple[Overlap, ...]

    @property
    def shared(self) -> int:
        """Tokens shared, in all questions listed."""
        return sum(overlap.shared for overlap in self.overlaps)

    @property
    def share(self) -> float:
        """The largest share of an answer that is shared."""
        return max(overlap.share for overlap in self.overlaps)


@dataclass(frozen=True)
class _Answer:
    """One student's answer to one question."""

    source: str
    tokens: tuple[Token, ...]
    grams: tuple[int, ...]  # hash of the k tokens that begin at each place


def similar(
    class_folder: Path,
    exercise: str,
    results: Mapping[str, Result],
    *,
    k: int = 15,
    window: int = 10,
    least: int = 80,
) -> list[Pair]:
    """Find pairs of students with overlapping answers, and write `similar-<exercise>.html` to the class folder.

    Each question counts for itself: two students who both answer five short questions in the one right way share a lot
    of tokens and no secret.

    Args:
        class_folder: where the page goes; students.csv in it gives the names.
        exercise: name of its folder.
        results: by student.
        k: tokens in a row that have to agree. Smaller finds more, and more chance agreement.
        window: fingerprints are kept of one place in about half as many.
        least: tokens of one answer that have to be shared: about eight lines. Prose, whose words say more, needs half.

    Returns:
        The pairs, those who share most first.

    Raises:
        FileNotFoundError: there is no such exercise.
        ValueError: a number is smaller than 1.
    """
    if min(k, window, least) < 1:
        raise ValueError(f"k, window and least are numbers of tokens, at least 1; got {k}, {window}, {least}")
    cells = released.answer_cells(exercise)
    found: dict[tuple[str, str], list[Overlap]] = defaultdict(list)
    for question in released.questions(exercise):
        prose = all(cells[name].cell_type == "markdown" for name in question.answers)
        size, enough = (max(1, k // 2), max(1, least // 2)) if prose else (k, least)
        stub = "\n".join(cells[name].source for name in question.answers)
        answers = {student: _source(result, question) for student, result in results.items()}
        for pair, overlap in _compare(question, stub, answers, prose, size, window, enough):
            found[pair].append(overlap)
    pairs = [Pair(*pair, tuple(sorted(overlaps, key=lambda one: -one.shared))) for pair, overlaps in found.items()]
    pairs.sort(key=lambda pair: (-pair.shared, pair.first, pair.second))
    _write(class_folder, exercise, results, pairs, limit(len(results)), least)
    return pairs


def limit(size: int) -> int:
    """How many of a class may share something before it counts as what everybody writes: 3, or a tenth of the class."""
    return min(max(3, size // 10), MOST_SHARING)


def tokens_of(source: str, *, prose: bool = False) -> tuple[Token, ...]:
    r"""The tokens of an answer, as they are compared.

    Args:
        source: Python; what Python cannot tokenise is split into words.
        prose: split into words in any case.

    Example:
        >>> [token.text for token in tokens_of("def f(x):  # mine\n    return x.sum() / 0.5")]
        ['def', 'N', '(', 'N', ')', ':', 'return', 'N', '.', 'sum', '(', ')', '/', '0.5']
    """
    if not prose:
        try:
            return tuple(_python(source))[:MOST_TOKENS]
        except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
            pass
    lines = enumerate(source.split("\n"))
    words = (Token(word, number) for number, line in lines for word in re.findall(r"\w+|[^\w\s]", line.casefold()))
    return tuple(words)[:MOST_TOKENS]


def fingerprints(grams: Sequence[int], window: int) -> set[int]:
    """Winnow: the smallest hash of each window of them, the rightmost where several are.

    Args:
        grams: hashes, in order.
        window: their number in a window; fewer hashes make one window.

    Example:
        >>> sorted(fingerprints([77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98], 4))
        [8, 17, 39]
    """
    last = max(1, len(grams) - window + 1)
    return {min(grams[start : start + window]) for start in range(last) if grams}


def _python(source: str) -> Iterator[Token]:
    """The tokens of a program that are worth comparing."""
    read = list(_strings_whole(tokenize.generate_tokens(io.StringIO(source).readline)))
    own = {after.string for before, after in pairwise(read) if before.string in ("def", "class")}
    last = owner = ""
    for place, one in enumerate(read):
        if one.type == tokenize.NEWLINE or _is_docstring(read, place):
            last = ""
            continue
        yield Token(_normal(one, last, owner, own), one.start[0] - 1)
        owner, last = (last if one.string == "." else owner), one.string


def _strings_whole(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Without layout and comments, and with an f-string as one string, which Python 3.12 and later take apart."""
    depth = 0
    for one in tokens:
        step = F_STRING.get(tokenize.tok_name[one.type], 0)
        if depth == 0 and step == 1:
            yield one._replace(type=tokenize.STRING)
        elif depth == 0 and one.type not in LAYOUT:
            yield one
        depth += step


def _is_docstring(read: Sequence[tokenize.TokenInfo], place: int) -> bool:
    """Whether a string stands alone on its line, as a docstring does; it computes nothing."""
    alone_before = place == 0 or read[place - 1].type == tokenize.NEWLINE
    alone_after = place + 1 == len(read) or read[place + 1].type == tokenize.NEWLINE
    return read[place].type == tokenize.STRING and alone_before and alone_after


def _normal(one: tokenize.TokenInfo, last: str, owner: str, own: set[str]) -> str:
    """What a token is compared as.

    Args:
        one: the token.
        last: text of the token before it.
        owner: what stands before the last dot.
        own: names of the answer's own functions and classes.
    """
    if one.type == tokenize.STRING:
        return "S"
    if one.type != tokenize.NAME or keyword.iskeyword(one.string):
        return one.string
    if last == ".":
        return "N" if owner == "self" or one.string in own else one.string
    return one.string if one.string in BUILTINS and one.string not in own else "N"


def _grams(tokens: Sequence[Token], k: int) -> tuple[int, ...]:
    """A hash of each k tokens in a row, after Karp and Rabin; the same in every process, unlike `hash`."""
    numbers = [_number(token.text) for token in tokens]
    leaving = pow(BASE, k, PRIME)
    found, value = [], 0
    for place, number in enumerate(numbers):
        value = (value * BASE + number) % PRIME
        if place >= k:
            value = (value - numbers[place - k] * leaving) % PRIME
        if place >= k - 1:
            found.append(value)
    return tuple(found)


@lru_cache(maxsize=100_000)
def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % PRIME


def _source(result: Result, question: Question) -> str:
    whole = "\n".join(result.answers.get(name, "") for name in question.answers)
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def _compare(
    question: Question, stub: str, sources: Mapping[str, str], prose: bool, k: int, window: int, least: int
) -> Iterator[tuple[tuple[str, str], Overlap]]:
    """The overlaps of one question: candidates through an inverted index, then token by token."""
    lines = {line.strip() for line in stub.splitlines()}
    answers = {student: _read(source, lines, prose, k) for student, source in sources.items()}
    given = set(_grams(tokens_of(stub, prose=prose), k))
    frequency = Counter(gram for answer in answers.values() for gram in set(answer.grams))
    common = given | {gram for gram, count in frequency.items() if count > limit(len(answers))}
    for one, other in _candidates(answers, common, window):
        shared = (set(answers[one].grams) & set(answers[other].grams)) - common
        both = _covered_by_both(answers[one], answers[other], shared, common, k)
        if both >= least:
            yield (one, other), _overlap(question, answers[one], answers[other], shared, common, both, k)


def _read(source: str, given: set[str], prose: bool, k: int) -> _Answer:
    """The tokens of an answer, without those of lines that the exercise gave."""
    lines = [line.strip() for line in source.split("\n")]
    tokens = tuple(token for token in tokens_of(source, prose=prose) if lines[token.line] not in given)
    return _Answer(source, tokens, _grams(tokens, k))


def _candidates(answers: Mapping[str, _Answer], common: set[int], window: int) -> list[tuple[str, str]]:
    """Pairs that share a fingerprint which is neither given nor common."""
    holders: dict[int, list[str]] = defaultdict(list)
    for student in sorted(answers):
        rare = [gram for gram in answers[student].grams if gram not in common]
        for mark in fingerprints(rare, window):
            holders[mark].append(student)
    return sorted({pair for students in holders.values() for pair in combinations(students, 2)})


def _covered_by_both(one: _Answer, other: _Answer, shared: set[int], common: set[int], k: int) -> int:
    """How many tokens two answers share: the smaller number of both, so that repetition earns nothing."""
    return min(_covered(answer, shared, common, k) for answer in (one, other))


def _overlap(
    question: Question, one: _Answer, other: _Answer, shared: set[int], common: set[int], both: int, k: int
) -> Overlap:
    """What there is to show of two answers that share `both` tokens."""
    own = min(_covered(answer, set(answer.grams) - common, common, k) for answer in (one, other))
    run, first, second = _longest_run(one, other, shared)
    length = run + k - 1 if run else 0
    lines = _lines(one, first, length), _lines(other, second, length)
    return Overlap(question.name, question.title, both, both / own if own else 0.0, length, *lines)


def _covered(answer: _Answer, grams: set[int], common: set[int], k: int) -> int:
    """How many tokens of an answer lie in one of these runs of k and in no common one; each run is counted once."""
    first = {gram: place for place, gram in reversed(list(enumerate(answer.grams)))}
    covered = {token for gram in grams if gram in first for token in range(first[gram], first[gram] + k)}
    taken = (place for place, gram in enumerate(answer.grams) if gram in common) if covered else ()
    return len(covered.difference(token for place in taken for token in range(place, place + k)))


def _longest_run(one: _Answer, other: _Answer, shared: set[int]) -> tuple[int, int, int]:
    """Length of the longest common stretch of shared hashes, and where it begins in both."""
    sides = [_once(answer.grams, shared, filler) for answer, filler in ((one, -1), (other, -2))]
    match = SequenceMatcher(None, *sides, autojunk=False).find_longest_match()
    return match.size, match.a, match.b


def _once(grams: Sequence[int], shared: set[int], filler: int) -> list[int]:
    """Each shared hash where it first stands, so that a line repeated a thousand times costs no million steps."""
    left = set(shared)
    return [gram if gram in left and not left.discard(gram) else filler for gram in grams]


def _lines(answer: _Answer, start: int, length: int) -> str:
    """The whole lines of an answer from one token to another."""
    if not length:
        return ""
    tokens = answer.tokens[start : start + length]
    return "\n".join(answer.source.split("\n")[tokens[0].line : tokens[-1].line + 1])


def _write(
    class_folder: Path, exercise: str, results: Mapping[str, Result], pairs: Sequence[Pair], limit: int, least: int
) -> Path:
    names = {key: one.name for key, one in everyone(class_folder, exercise, results).items()}
    path = class_folder / f"similar-{exercise}.html"
    values = {
        "exercise": exercise,
        "pairs": pairs,
        "names": names,
        "size": len(results),
        "warning": warning(results.values()),
    }
    return write_page(path, "similar.html.j2", limit=limit, least=least, **values)
