"""Quoted errors are real: each message under *Common mistakes* is what a piece of code says with the pinned versions.

A quoted message is, in that section,

- code in backticks that is no Python: `mat1 and mat2 shapes cannot be multiplied`, `RuntimeError: …`; what happens to
  be Python as well (`loss is nan`) counts if the table below has it;
- in a fenced block, each line of the form `SomeError: …` or `SomeWarning: …`.

Each stands, letter by letter, in the table `SAYS` of `tests/quoted/errors_<number>.py` (4.1.3 has `errors_4_1_3.py`),
with code that says it: by raising it, by warning, or by printing. A quote is a part of what is said; `…` or `...` in it
stands for anything. White space does not count.
"""

from __future__ import annotations

import ast
import importlib
import re
import warnings
from collections.abc import Container, Iterator
from pathlib import Path

import torch
from nbformat import NotebookNode

from tests.exercises.engine import quiet, time_limit
from tests.gates.cells import prose_cells
from tests.gates.held import number_of

SECTION = "Common mistakes"
SECONDS = 60
ERROR_LINE = re.compile(r"^\s*((?:[A-Za-z_]\w*\.)*\w*(?:Error|Warning|Exception|Interrupt)\b:? .+?)\s*$", re.MULTILINE)
FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


def problems(notebook: NotebookNode, path: Path, *, says: dict[str, str] | None = None) -> Iterator[str]:
    """One line for each quote without code, each piece of code without a quote, and each quote that is not said.

    Args:
        notebook: the notebook.
        path: where it is, for its number.
        says: quote to the code that says it; default: the notebook's own table.
    """
    says = snippets_of(path) if says is None else says
    quoted = messages(notebook, known=says)
    for quote in quoted:
        if quote not in says:
            yield f"quoted, but no code in {_module_of(path)} says it: {quote!r}"
        elif not is_said(quote, heard := run(says[quote])):
            yield f"quoted: {quote!r}, said: {heard.strip() or 'nothing'!r}"
    yield from (f"not quoted any more: {quote!r}" for quote in says if quote not in quoted)


def messages(notebook: NotebookNode, *, known: Container[str] = ()) -> list[str]:
    """The messages that a notebook quotes under *Common mistakes*, each once.

    Args:
        notebook: the notebook.
        known: texts that are messages whatever they look like.
    """
    text = _section(notebook)
    fenced = [_plain(line) for _, block in FENCED.findall(text) for line in ERROR_LINE.findall(block)]
    inline = [_plain(code) for _, code in INLINE.findall(FENCED.sub("", text))]
    return list(dict.fromkeys([*fenced, *(code for code in inline if code in known or is_message(code))]))


def _section(notebook: NotebookNode) -> str:
    """The text from the heading to the next one of its level or above."""
    text = "\n\n".join(cell.source for cell in prose_cells(notebook))
    heading = re.search(rf"^(#+) {SECTION}\s*$", text, re.MULTILINE)
    if not heading:
        return ""
    after = text[heading.end() :]
    end = re.search(rf"^#{{1,{len(heading[1])}}} ", after, re.MULTILINE)
    return after[: end.start()] if end else after


def _plain(code: str) -> str:
    return " ".join(code.replace("\\|", "|").split())


def is_message(code: str) -> bool:
    """Whether code in backticks is a message: more than one word, and neither Python nor the head of a Python block."""
    return " " in code and not any(map(_is_python, (code, f"{code} pass", f"{code}: pass")))


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    # `RuntimeError: size` is an annotation to Python.
    return not ERROR_LINE.match(code)


def snippets_of(path: Path) -> dict[str, str]:
    """Quote to code, of a notebook; empty where it has no table."""
    try:
        return importlib.import_module(f"tests.quoted.{_module_of(path)}").SAYS
    except ModuleNotFoundError as error:
        if error.name != f"tests.quoted.{_module_of(path)}":
            raise
        return {}


def _module_of(path: Path) -> str:
    return f"errors_{number_of(path).replace('.', '_')}"


def run(code: str) -> str:
    """All that a piece of code says: what it prints, the error that ends it, with notes and causes, and warnings."""
    torch.manual_seed(0)
    said = []
    with warnings.catch_warnings(record=True) as caught, quiet() as shown, time_limit(SECONDS):
        warnings.simplefilter("always")
        try:
            exec(compile(code, "<quoted>", "exec"), {"__name__": "__main__"})
        except Exception as error:
            said += _chain(error)
    said += [f"{warning.category.__name__}: {warning.message}" for warning in caught]
    return "\n".join([shown.getvalue(), *said])


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
        error = error.__cause__


def is_said(quote: str, heard: str) -> bool:
    """Whether a quote, with … for anything, is a part of what was said."""
    parts = (re.escape(_plain(part)) for part in re.split(r"…|\.\.\.", quote))
    return re.search(".*?".join(parts), _plain(heard)) is not None
