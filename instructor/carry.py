"""Take the answers out of a submitted notebook, which may be odd, broken or hostile, and nothing else.

A cell is an answer because the master says so: its id is looked up in what was handed in, never its position. So
cells that were deleted, copied, retyped or moved can't change what is graded. All else of a submission, its checks,
metadata and outputs, stays behind; what was not as expected is told in `Answers.problems`.

Which cell is taken, for each answer of the master:

1. the cell with the answer's id;
2. if none has it, or the one that has it is as it was given: the cell that bears nbgrader's name of the answer (older
   formats have no ids, and JupyterLab gives a copied cell a new one);
3. of several, those that bear that name before those that don't, and those that somebody wrote in before those that
   are as given; of several that differ even so, the last: it is the one that held when the notebook was run through.
"""

from __future__ import annotations

import io
import json
import re
import tokenize
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4.convert import upgrade_cell

ROOT = Path(__file__).resolve().parent.parent
MOST_CHARACTERS = 100_000  # of one answer; the longest in the course has 2,000
MOST_CELLS = 2_000  # the longest notebook has 50
MOST_NAMES = 5  # in one sentence
MOST_LOOKS = 50  # how often a cell is read anew behind a line for IPython that hides what follows
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "debug"})  # %%magics before Python

_ENCODING_LEFT_OVERS = "\ufeff"
_JOINERS = {"\u200c", "\u200d"}  # inside emoji and in Persian or Indic words: they change no meaning


@dataclass(frozen=True)
class Answers:
    r"""What a student wrote.

    Attributes:
        sources: text of each answer cell by cell id, in the order of the master, line ends as "\n"; what was released
            where there is no answer.
        problems: sentences on what was not as expected. They may be shown to the student.
        stubs: what was released of each answer cell, by cell id.
    """

    sources: dict[str, str]
    problems: tuple[str, ...] = ()
    stubs: dict[str, str] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class _Answer:
    """An answer cell of the master."""

    id: str
    grade_id: str
    kind: str
    stub: str


@dataclass(frozen=True)
class _Cell:
    """A cell that was handed in; whatever was no text is empty, and `source` None."""

    place: int
    id: str
    grade_id: str
    kind: str
    source: str | None


class _UnreadableError(ValueError):
    """The file is no notebook; the message is a sentence on why."""


def answers_of(data: bytes, master: NotebookNode, *, most_bytes: int = 20_000_000) -> Answers:
    """Take the answers out of a submitted notebook.

    Args:
        data: content of the file; anything.
        master: the solution notebook, nbformat 4.
        most_bytes: a larger file is not read at all.

    Returns:
        One source for each answer cell of the master. Nothing that `data` may hold raises an error.
    """
    wanted = _answers_of_master(master)
    stubs = {answer.id: answer.stub for answer in wanted}
    try:
        cells, problems = _read(data, most_bytes)
    except _UnreadableError as error:
        return Answers(stubs, (str(error),), dict(stubs))
    sources: dict[str, str] = {}
    missing, used = [], set()
    for answer in wanted:
        found = _find(answer, cells, wanted, problems)
        missing += [] if found else [answer.id]
        used |= {cell.place for cell in found}
        sources[answer.id] = _carry(answer, found, problems)
    problems += _about_missing(missing, len(wanted))
    problems += _about_given(cells, master)
    problems += _about_own(cells, used, master)
    return Answers(sources, tuple(problems), stubs)


def attempted(answers: Answers) -> set[str]:
    """Ids of the answer cells in which somebody wrote something: a comment or a blank line is nothing."""
    return {name for name, source in answers.sources.items() if _differs(source, answers.stubs.get(name, ""))}


def stub_of(cell: NotebookNode) -> str:
    """What nbgrader releases for an answer cell of the master.

    Args:
        cell: a cell of the solution notebook whose metadata say `solution: true`.
    """
    return _cleared(((cell.cell_type, cell.source, json.dumps(cell.metadata, sort_keys=True)),))[0]


# --- Reading the file ------------------------------------------------------------------------------------------------


def _read(data: bytes, most_bytes: int) -> tuple[list[_Cell], list[str]]:
    """The cells of a file, and what is odd about them.

    Raises:
        _UnreadableError: it holds no notebook.
    """
    problems: list[str] = []
    notebook = _parse(data, most_bytes, problems)
    cells = notebook.get("cells")
    if "worksheets" in notebook and not isinstance(cells, list):
        cells = list(_cells_of_worksheets(notebook["worksheets"]))
        problems.append("the notebook is in a format from before 2015, which has no cell ids: save it anew in Jupyter.")
    if not isinstance(cells, list):
        raise _UnreadableError("the file is JSON, but no notebook: it has no list of cells.")
    if len(cells) > MOST_CELLS:
        problems.append(f"the notebook has {len(cells):,} cells: those after the first {MOST_CELLS:,} were not read.")
        cells = cells[:MOST_CELLS]
    broken = sum(not isinstance(cell, dict) for cell in cells)
    if broken:
        problems.append(f"{_count(broken, 'entry', 'entries')} among the cells of the notebook cannot be read.")
    return [_cell(place, cell) for place, cell in enumerate(cells) if isinstance(cell, dict)], problems


def _parse(data: bytes, most_bytes: int, problems: list[str]) -> dict:
    if len(data) > most_bytes:
        raise _UnreadableError(
            f"the file has {len(data):,} bytes, and more than {most_bytes:,} are not read: clear the outputs, save, "
            "and hand it in again."
        )
    if not data.strip(b" \t\r\n\0"):
        raise _UnreadableError("the file is empty." if not data else "the file holds nothing but blanks.")
    text = _decode(data, problems)
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise _UnreadableError(_why_no_json(text, error)) from error
    except (ValueError, RecursionError, MemoryError) as error:  # numbers of 5,000 digits; lists in lists in lists
        raise _UnreadableError("the file is JSON that no notebook needs: nested too deeply, or too long.") from error
    if not isinstance(notebook, dict):
        raise _UnreadableError("the file is JSON, but no notebook: it has no list of cells.")
    return notebook


def _decode(data: bytes, problems: list[str]) -> str:
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        problems.append("the file holds bytes that are no UTF-8: each was replaced by \ufffd.")
        return data.decode(encoding, "replace")


def _why_no_json(text: str, error: json.JSONDecodeError) -> str:
    begun = text.lstrip().startswith("{")
    at_its_end = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
    if begun and at_its_end:
        return f"the file ends in the middle, in line {error.lineno}: probably half an upload. Hand it in again."
    return f"the file is no notebook: it is no JSON (line {error.lineno}: {error.msg})."


def _cells_of_worksheets(worksheets: object) -> Iterator[object]:
    """The cells of nbformat 3, each brought to format 4 by itself, so that a broken one harms no other."""
    for sheet in worksheets if isinstance(worksheets, list) else ():
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            try:
                texts = {name: _joined(cell[name]) for name in ("input", "source") if name in cell}
                upgraded = upgrade_cell(nbformat.from_dict({**cell, **texts, "outputs": []}))
                yield {name: value for name, value in upgraded.items() if name != "id"}  # made up just now
            except Exception:
                yield None


def _cell(place: int, cell: dict) -> _Cell:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else ""
    identity = cell.get("id", metadata.get("id"))  # Colab keeps it in the metadata
    return _Cell(place, _text(identity), _text(grade_id), _text(cell.get("cell_type")), _joined(cell.get("source")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _joined(source: object) -> str | None:
    """A source that stands in one string or in a list of them."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


# --- Finding and cleaning answers ------------------------------------------------------------------------------------


def _find(answer: _Answer, cells: list[_Cell], wanted: Sequence[_Answer], problems: list[str]) -> list[_Cell]:
    """The cells that may be the answer, the one to take last."""
    others = {other.id for other in wanted} - {answer.id}
    by_id = [cell for cell in cells if cell.id == answer.id]
    by_name = [cell for cell in cells if cell.grade_id == answer.grade_id and cell.id not in others | {answer.id}]
    written = {cell.place for cell in by_id + by_name if _written(cell, answer)}
    copies = [cell for cell in by_name if cell.place in written]
    if by_id and not any(cell.place in written for cell in by_id):
        if copies:
            problems.append(f"the cell {answer.id} is as it was given; a copy of it, which is not, was taken.")
            by_id = copies
    elif by_id and copies:
        problems.append(f"a copy of the cell {answer.id} is in the notebook, too, and is not graded.")
    found = by_id or by_name
    worth = {cell.place: (cell.place in written, cell.grade_id == answer.grade_id) for cell in found}
    best = max(worth.values(), default=(False, False))
    chosen = [cell for cell in found if worth[cell.place] == best]
    if len(found) > 1:
        differing = len({cell.source for cell in chosen if cell.place in written})
        problems.append(_about_several(answer, len(found), differing))
    return [cell for cell in found if worth[cell.place] < best] + chosen


def _written(cell: _Cell, answer: _Answer) -> bool:
    return cell.source is not None and _differs(cell.source, answer.stub)


def _about_several(answer: _Answer, found: int, differing: int) -> str:
    which = "the last of those that differ" if differing > 1 else "the one that was written in"
    taken = f"{which} was taken" if differing else "all are as given"
    return f"the cell {answer.id} is in the notebook {found} times: {taken}."


def _carry(answer: _Answer, found: list[_Cell], problems: list[str]) -> str:
    """The text of an answer, or its stub."""
    if not found:
        return answer.stub
    cell = found[-1]
    if cell.source is None:
        problems.append(f"the source of the cell {answer.id} is no text: it counts as not attempted.")
        return answer.stub
    if len(cell.source) > MOST_CHARACTERS:
        problems.append(
            f"the cell {answer.id} has {len(cell.source):,} characters, and an answer at most {MOST_CHARACTERS:,}: "
            "it counts as not attempted."
        )
        return answer.stub
    if cell.kind != answer.kind:
        problems.append(f"the cell {answer.id} is no longer of type {answer.kind}: its text is taken as {answer.kind}.")
    source = _clean(cell.source)
    problems += _about_characters(answer, cell.source, source)
    if answer.kind == "code" and _differs(source, answer.stub):
        problems += _about_magics(answer, source)
    return source


def _clean(source: str) -> str:
    """The same text with line ends as Python has them, without a byte order mark and halves of characters."""
    source = source.removeprefix(_ENCODING_LEFT_OVERS).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\ud800-\udfff]", "\ufffd", source)


def _about_characters(answer: _Answer, given: str, source: str) -> list[str]:
    """What stands in a code answer and cannot be seen; Python takes none of it outside of strings and comments."""
    said = []
    if re.search("[\ud800-\udfff]", given):
        said.append(f"the cell {answer.id} holds half of a character (a surrogate): it was replaced by \ufffd.")
    if answer.kind == "code":
        hidden = {character: source[: source.index(character)].count("\n") + 1 for character in set(source)}
        names = [f"{_name(character)} in line {hidden[character]}" for character in sorted(filter(_hidden, hidden))]
        if names:
            said.append(f"the cell {answer.id} holds what cannot be seen: {_listed(names)}.")
    return said


def _hidden(character: str) -> bool:
    if character in "\n\t\f" or character in _JOINERS or "\U000e0020" <= character <= "\U000e007f":  # flags
        return False
    return unicodedata.category(character) in ("Cc", "Cf")


def _name(character: str) -> str:
    name = unicodedata.name(character, "a control character").lower()
    return f"U+{ord(character):04X} ({name})"


def _differs(source: str, stub: str) -> bool:
    """Whether a text says something that the stub does not: comments, blanks and line ends say nothing."""
    if not source.strip() or _bare(source) == _bare(stub):
        return False
    if len(source) > 2 * len(stub) + 2_000:  # a stub with that many comments is an answer, too
        return True
    try:
        return _tokens(source) != _tokens(stub)
    except Exception:  # it is no Python
        return True


def _tokens(source: str) -> list[tuple[int, str]]:
    """What Python reads. Tokens, since building a syntax tree of hostile code may end the interpreter."""
    silent = (tokenize.COMMENT, tokenize.NL)
    tokens = tokenize.generate_tokens(io.StringIO(_clean(source).strip() + "\n").readline)
    return [(token.type, token.string) for token in tokens if token.type not in silent]


def _bare(text: str) -> list[str]:
    return [line.rstrip() for line in _clean(text).strip().split("\n")]


# --- What the master says --------------------------------------------------------------------------------------------


def _answers_of_master(master: NotebookNode) -> list[_Answer]:
    cells = [cell for cell in master.cells if _about(cell).get("solution")]
    return [_Answer(cell.id, _about(cell)["grade_id"], cell.cell_type, stub_of(cell)) for cell in cells]


def _about(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def _released(master: NotebookNode) -> dict[str, str]:
    """The source of each cell of a master as students are given it, by cell id."""
    cells = tuple((cell.cell_type, cell.source, json.dumps(cell.metadata, sort_keys=True)) for cell in master.cells)
    return dict(zip((cell.id for cell in master.cells), _cleared(cells), strict=True))


@lru_cache(maxsize=256)
def _cleared(cells: tuple[tuple[str, str, str], ...]) -> list[str]:
    """The sources of cells (type, source, metadata as JSON) without solutions and hidden tests."""
    made = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    new = [made.get(kind, nbformat.v4.new_raw_cell)(source) for kind, source, _ in cells]
    for cell, (_, _, metadata) in zip(new, cells, strict=True):
        cell.metadata = nbformat.from_dict(json.loads(metadata))
    notebook = nbformat.v4.new_notebook(cells=new)
    for preprocess in _preprocessors():
        notebook, _ = preprocess(notebook, {})
    return [cell.source for cell in notebook.cells]


@cache
def _preprocessors() -> tuple[Callable, ...]:
    """What nbgrader takes away before a release, as the course configures it. Importing nbgrader takes seconds."""
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    return ClearSolutions(config=config).preprocess, ClearHiddenTests(config=config).preprocess


# --- What to tell ----------------------------------------------------------------------------------------------------


def _about_missing(missing: list[str], wanted: int) -> list[str]:
    if missing and len(missing) == wanted:
        return ["none of the answer cells of this exercise is in the notebook: is it that of another exercise?"]
    return [f"the cell {name} is missing: it counts as not attempted." for name in missing]


def _about_given(cells: list[_Cell], master: NotebookNode) -> list[str]:
    """Given code that was changed: it is graded as it was given, so an answer must not rely on the change."""
    released = _released(master)
    given = {
        cell.id: released[cell.id]
        for cell in master.cells
        if cell.cell_type == "code"
        and not _about(cell).get("solution")
        and "parameters" not in cell.metadata.get("tags", [])
    }
    changed = {cell.id: None for cell in cells if cell.id in given and _differs(cell.source or "", given[cell.id])}
    if not changed:
        return []
    told = "cell {} was changed, and is" if len(changed) == 1 else "cells {} were changed, and are"
    return [
        f"the given {told.format(_listed(list(changed)))} graded as given; move what an answer needs into its cell."
    ]


def _about_own(cells: list[_Cell], used: set[int], master: NotebookNode) -> list[str]:
    """Cells with code that are nobody's answer."""
    names = {cell.id for cell in master.cells}
    marked = {_about(cell).get("grade_id") for cell in master.cells} - {None}
    given = {tuple(_bare(source)) for source in _released(master).values()}
    said, before = [], ""
    for cell in cells:
        known = cell.id in names or cell.grade_id in marked
        is_code = cell.kind == "code" and bool((cell.source or "").strip())
        if is_code and not known and cell.place not in used and tuple(_bare(cell.source or "")) not in given:
            said.append(f"after {before}" if before else "at the top")
        if known:
            before = cell.id if cell.id in names else cell.grade_id
    if not said:
        return []
    cell_is = "the cell {} is" if len(said) == 1 else "the cells {} are"
    return [f"{cell_is.format(_listed(said))} your own and not graded; move what an answer needs into its cell."]


def _about_magics(answer: _Answer, source: str) -> list[str]:
    _, lines = strip_magics(source)
    if not lines:
        return []
    return [f"the cell {answer.id} speaks to IPython, and that is left out when it is graded: {_listed(lines)}."]


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES} more"


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"


# --- Lines for IPython -----------------------------------------------------------------------------------------------


def strip_magics(source: str) -> tuple[str, list[str]]:
    r"""Take the lines for IPython out of a code answer; what is left is Python, if the rest was.

    `%magic`, `!command`, `name?` and `?name` become `pass` with a comment, `x = !command` and `x = %magic` become
    `x = None`; of a cell that begins with `%%time` or the like its first line goes, of one for another language all of
    it. Prompts and an indent that all lines share are taken away, as IPython does. A modulo stays.

    Args:
        source: of a code cell, line ends as "\n".

    Returns:
        The source with as many lines as before, and what was taken out, such as `line 3: %matplotlib inline`.

    Example:
        >>> strip_magics("%matplotlib inline\nx = 7 % 4")
        ('pass  # %matplotlib inline\nx = 7 % 4', ['line 1: %matplotlib inline'])
    """
    try:
        lines = _without_prompts(list(io.StringIO(source, newline="\n")))
        lines, found = _without_cell_magic(lines)
        found += _strip_lines(lines)
    except (SyntaxError, RecursionError, IndexError):  # what not even IPython can read is for Python to explain
        return source, []
    return "".join(lines), [f"line {number + 1}: {text}" for number, text in sorted(found)]


def _without_prompts(lines: list[str]) -> list[str]:
    """The lines as IPython reads them, but for blank lines at the top, without which all numbers would change."""
    from IPython.core.inputtransformer2 import classic_prompt, ipython_prompt, leading_indent

    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    for clean in (leading_indent, classic_prompt, ipython_prompt):
        cleaned = clean(lines[first:]) if lines[first:] else []
        if len(cleaned) == len(lines) - first:
            lines = lines[:first] + cleaned
    return lines


def _without_cell_magic(lines: list[str]) -> tuple[list[str], list[tuple[int, str]]]:
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None or not re.match(r"%%\w+(?!\w|\?)", lines[first]):
        return lines, []
    name = re.split(r"\W", lines[first][2:], maxsplit=1)[0]
    last = first + 1 if name in PYTHON_CELLS else len(lines)
    found = [(first, _short(lines[first]))]
    return lines[:first] + [f"# {line}" for line in lines[first:last]] + lines[last:], found


def _strip_lines(lines: list[str]) -> list[tuple[int, str]]:
    """Change the lines for IPython in place; return the number of each, from 0, and its text."""
    found: list[tuple[int, str]] = []
    if not any(re.match(r"\s*[%!?]", line) or re.search(r"=\s*[%!]|\?\s*(#.*)?$", line) for line in lines):
        return found
    start = 0
    for _ in range(MOST_LOOKS):
        again = _strip_until_unsure(lines, start, found)
        if again is None:
            break
        start = again
    return found


def _strip_until_unsure(lines: list[str], start: int, found: list[tuple[int, str]]) -> int | None:
    """Go through the lines from a start; return where to read anew, since a quote may hide what follows."""
    from IPython.core.inputtransformer2 import find_end_of_continued_line, make_tokens_by_line

    for tokens in make_tokens_by_line(lines[start:]):
        hit = _special(tokens)
        if hit is None:
            continue
        row, column, assigned = start + hit[0], hit[1], hit[2]
        end = min(find_end_of_continued_line(lines, row), len(lines) - 1)
        found.append((row, _short(lines[row][column:])))
        lines[row] = lines[row][:column] + ("None  # " if assigned else "pass  # ") + lines[row][column:]
        for other in range(row + 1, end + 1):
            lines[other] = f"# {lines[other]}"
        whole = tokens[-1].type in (tokenize.NEWLINE, tokenize.NL) and start + tokens[-1].end[0] - 1 == end
        if not whole:
            return end + 1
    return None


def _special(tokens: list) -> tuple[int, int, bool] | None:
    """Row and column, from 0, of what is IPython's in a logical line, and whether it stands behind an `=`."""
    from IPython.core.inputtransformer2 import EscapedCommand, HelpEnd, MagicAssign, SystemAssign

    hits = [(finder.find([tokens]), finder) for finder in (MagicAssign, SystemAssign, HelpEnd, EscapedCommand)]
    for hit, finder in hits:
        if hit is None:
            continue
        if finder is EscapedCommand and not any(token.string in "%!?" for token in tokens if token.string.strip()):
            continue  # a line that begins with a comma, a semicolon or a slash is for Python to complain about
        return hit.start_line, hit.start_col, finder in (MagicAssign, SystemAssign)
    return None


def _short(text: str) -> str:
    text = " ".join("".join(character for character in text if character.isprintable() or character == " ").split())
    return text if len(text) <= 60 else f"{text[:59]}…"
