"""A notebook as a list of items: what it says, asks, leaves to the learner, and what came out."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from tools.slides.prose import Block, blocks

GUESS = re.compile(r'^guess\("([^"]+)"\)', re.MULTILINE)
REVEAL = re.compile(r'^reveal\(\s*"([^"]+)"', re.MULTILINE)
QUIZ = re.compile(r'^show_quiz\("([^"]+)"\)', re.MULTILINE)
TURN = re.compile(r'your_turn\("([^"]+)"\)')
ONE_WAY = "*One way to write it*"
OF_THE_COURSE = "application/vnd.hidden-layers.record+json"  # a number for the tests


@dataclass(frozen=True)
class Prose:
    """Blocks of text, formulas, lists and tables between two headings or cells of code."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of the second level."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A stored figure: PNG in base64, and its description."""

    png: str
    alt: str


@dataclass(frozen=True)
class Run:
    """A cell of code with what it printed and drew."""

    source: str
    printed: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A prediction is asked for."""

    name: str


@dataclass(frozen=True)
class Revealed:
    """What happened, and why: the stored text of `reveal`."""

    name: str
    outcome: str
    why: tuple[str, ...]


@dataclass
class Turn:
    """A task, its stub, what the check compares and says, and one way to write it."""

    task: tuple[Block, ...]
    name: str = ""
    stub: str = ""
    compared: list[str] = field(default_factory=list)
    praise: str = ""
    one_way: str = ""


@dataclass(frozen=True)
class Quiz:
    """The questions at the end; the number of their notebook."""

    notebook: str


Item = Prose | Heading | Run | Asked | Revealed | Turn | Quiz


def read(notebook: NotebookNode) -> list[Item]:
    """The items of a notebook, in order; the first is the Prose of the title."""
    found: list[Item] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            _add_text(found, cell.source)
        elif cell.cell_type == "code" and not _is_setup(cell):
            _add_code(found, cell)
    return found


def _add_text(found: list[Item], markdown: str) -> None:
    """Append the headings, texts and task of a Markdown cell."""
    if markdown.startswith(ONE_WAY):
        return
    for block in blocks(markdown):
        last = found[-1] if found else None
        if block.kind == "heading" and block.level == 2:
            found.append(Heading(block.text))
        elif block.text.startswith("**Your turn"):
            found.append(Turn((block,)))
        elif isinstance(last, Turn) and not last.stub:
            last.task += (block,)
        elif isinstance(last, Prose):
            found[-1] = Prose((*last.blocks, block))
        else:
            found.append(Prose((block,)))


def _add_code(found: list[Item], cell: NotebookNode) -> None:
    """Append what a cell of code asks, does, prints, draws and reveals."""
    turn = next((item for item in reversed(found) if isinstance(item, Turn)), None)
    if "raise NotImplementedError" in cell.source and turn and not turn.stub:
        turn.stub = cell.source
    elif TURN.search(cell.source) and turn and not turn.name:
        _read_check(turn, cell.source)
    elif cell.source.startswith("if not q.passed:") and turn:
        turn.one_way = textwrap.dedent(cell.source.split("\n", 1)[1]).strip("\n")
    elif QUIZ.search(cell.source):
        found.append(Quiz(QUIZ.search(cell.source)[1]))
    elif not cell.source.startswith("show_guesses("):
        found += map(Asked, GUESS.findall(cell.source))
        found += [run] if (run := _run(cell)).source else []
        found += _revealed(cell)


def _is_setup(cell: NotebookNode) -> bool:
    return "parameters" in cell.metadata.get("tags", []) or "versions()" in cell.source


def _run(cell: NotebookNode) -> Run:
    """The cell without its questions: source, printed text and figures."""
    printed, figures = [], []
    for output in cell.outputs:
        data = output.get("data", {})
        if output.get("name") == "stdout":
            printed += [line for line in output.text.splitlines(keepends=True) if "Licence: " not in line]
        elif "image/png" in data:
            alt = output.metadata.get("image/png", {}).get("alt", "")
            figures.append(Figure(data["image/png"].strip(), alt))
        elif "text/plain" in data and OF_THE_COURSE not in data and "hidden-layers" not in data.get("text/html", ""):
            printed.append(data["text/plain"] + "\n")
    return Run(_without_questions(cell.source), "".join(printed).strip("\n"), tuple(figures))


def _without_questions(source: str) -> str:
    """The source without its calls of `guess` and `reveal`."""
    lines = source.split("\n")
    for node in reversed(ast.parse(source).body):
        if re.match(r"(?:guess|reveal)\(", lines[node.lineno - 1]):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip()


def _revealed(cell: NotebookNode) -> Iterator[Revealed]:
    """What each `reveal` of a cell has stored, in order."""
    texts = (output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    stored = [text for text in texts if re.match(r"(?:What happened|Why): ", text)]
    for name, text in zip(REVEAL.findall(cell.source), stored, strict=True):
        found = re.findall(
            r"^(What happened|Why): (.*?)(?=^Why: |^You made no guess|\Z)", text, re.DOTALL | re.MULTILINE
        )
        outcome = next((said.strip() for label, said in found if label == "What happened"), "")
        yield Revealed(name, outcome, tuple(said.strip() for label, said in found if label == "Why"))


def _read_check(turn: Turn, source: str) -> None:
    """Note the name of a turn, what its check compares, and what the check says to a right answer."""
    tree = ast.parse(source)
    turn.name = TURN.search(source)[1]
    turn.compared = _strings(tree, "names")
    turn.praise = " ".join(_strings(tree, "praise"))


def _strings(tree: ast.Module, name: str) -> list[str]:
    """The strings that a check is given under a name: as an argument, or in a dictionary of options."""
    assigned = dict(_assignments(tree))
    values: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == name:
            values.append(node.value)
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            values += [value for key, value in zip(keys, node.values, strict=True) if key == name]
        elif isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Subscript):
            values += [node.value] if isinstance(target.slice, ast.Constant) and target.slice.value == name else []
    resolved = [assigned.get(value.id, value) if isinstance(value, ast.Name) else value for value in values]
    return _constants(resolved[:1])


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names and what is assigned to them, also in pairs: `wanted, said = 1, "right"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name):
                yield target.id, value
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                pairs = zip(target.elts, value.elts, strict=True)
                yield from ((name.id, part) for name, part in pairs if isinstance(name, ast.Name))


def _constants(values: Sequence[ast.expr]) -> list[str]:
    """The strings among expressions, and those in tuples and lists of them."""
    found = []
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.append(value.value)
        elif isinstance(value, ast.Tuple | ast.List):
            found += _constants(value.elts)
    return found
