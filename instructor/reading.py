"""What the code of an answer would touch, read from its text, without running any of it.

`helpers.judges.without_autograd` reads functions that are at hand. Of a student's there are none in the judge's
process, only their source: so here the same rules are applied to the code that Python compiles from it. What was read
is then all that runs, in a process of its own: the statements that the function consists of, and no other line.
"""

from __future__ import annotations

import ast
import copy
import dis
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, SimpleNamespace
from typing import Any

from helpers.judges.common import demand
from helpers.judges.without_autograd import OWN, TOLD, _is_private, _Reading

HARMLESS_DECORATORS = ("once_differentiable",)


@dataclass(frozen=True, eq=False)
class Statement:
    """A top-level statement of an answer.

    Attributes:
        cell: id of its cell.
        node: what Python's parser made of it.
        place: its number among all statements.
    """

    cell: str
    node: ast.stmt
    place: int

    @property
    def lines(self) -> range:
        """The lines that it takes, decorators included, counted from 1."""
        decorators = getattr(self.node, "decorator_list", [])
        return range(min([self.node.lineno, *(one.lineno for one in decorators)]), self.node.end_lineno + 1)


class Written:
    """The statements of the answers that give a name its value."""

    def __init__(self, name: str, statements: Sequence[Statement]) -> None:
        self.name, self.statements = name, statements

    def codes(self) -> Iterator[CodeType]:
        """Each statement, compiled."""
        for statement in self.statements:
            bare = _without_what_is_asked_for(statement.node)
            if bare is not None:
                yield compile(ast.Module([bare], []), f"<{self.name}>", "exec")


class Answers:
    """All answers of a student, as text.

    Args:
        sources: of the answer cells, by cell id, in order.
        given: the names that the notebook's own cells have made.
    """

    def __init__(self, sources: Mapping[str, str], given: Mapping[str, Any]) -> None:
        self.sources, self.given = sources, given
        self.statements: dict[str, list[Statement]] = {}
        self._findings: dict[str, tuple[str | None, list[Statement]]] = {}
        number = 0
        for cell, source in sources.items():
            try:
                body = ast.parse(source).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # it defines nothing either
            for node in body:
                number += 1
                self._sort(Statement(cell, node, number))

    def _sort(self, statement: Statement) -> None:
        for name in _bound(statement.node):
            if _binds_anew(statement.node, name):
                self.statements[name] = []
            self.statements.setdefault(name, []).append(statement)
        for name in _changed(statement.node):
            if name in self.statements and statement not in self.statements[name]:
                self.statements[name].append(statement)

    def get(self, name: str, default: object = None) -> object:
        """What a name stands for: what the answers write, what the notebook has made, or `default`."""
        if name in self.statements:
            return Written(name, self.statements[name])
        return self.given.get(name, default)

    def find(self, name: str) -> tuple[str | None, list[Statement]]:
        """What the code behind a name touches and may not, and the statements that it consists of, in order."""
        if name not in self._findings:
            self._findings[name] = _OfText(self).read_all(name)
        return self._findings[name]

    def source_of(self, cell: str, statements: Sequence[Statement]) -> str:
        """The text of some statements of a cell, each on the line where it stands there."""
        wanted = {line for statement in statements for line in statement.lines}
        lines = self.sources[cell].splitlines()
        return "\n".join(line if number in wanted else "" for number, line in enumerate(lines, start=1))


def refuse(label: str, name: str, answers: Answers) -> None:
    """`NotYet` where what stands behind a name touches what it may not.

    Args:
        label: what messages call it.
        name: of the function or class.
        answers: where it is written.
    """
    found, _ = answers.find(name)
    demand(found is None, label, f"{found}. {TOLD}")


class _OfText(_Reading):
    """The same rules, for names that stand for text."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers
        self.globals = SimpleNamespace(__globals__=answers, __closure__=None)

    def read_all(self, name: str) -> tuple[str | None, list[Statement]]:
        if name not in self.answers.statements:
            return f"`{name}` is not written in an answer's cell", []
        queue: list[object] = [self.answers.get(name)]
        seen: dict[object, object] = {}
        chosen: dict[int, Statement] = {}
        while queue:
            value = queue.pop(0)
            key = f"name {value.name}" if isinstance(value, Written) else id(value)
            if key in seen:
                continue
            seen[key] = value
            if isinstance(value, Written):
                chosen |= {statement.place: statement for statement in value.statements}
            queue += self.look_at(value)
            if isinstance(value, Written):
                queue += self._on_the_same_lines(value)
                for statement in value.statements:
                    for name in _asked_for(statement.node):
                        imports = self.answers.statements.get(name, [])
                        if all(_imports_what_is_asked_for(one.node) for one in imports):
                            chosen |= {one.place: one for one in imports}
                        else:
                            queue.append(self.answers.get(name))
        return self.verdict(), [chosen[place] for place in sorted(chosen)]

    def _on_the_same_lines(self, value: Written) -> Iterator[Written]:
        """Other statements whose lines these share, as after a semicolon: they run as well."""
        every = {one.place: one for ones in self.answers.statements.values() for one in ones}
        for one in value.statements:
            for other in every.values():
                if other is not one and other.cell == one.cell and set(other.lines) & set(one.lines):
                    yield Written(f";{other.place}", [other])

    def look_at(self, value: object) -> Iterator[object]:
        if isinstance(value, Written):
            for code in value.codes():
                for inner in _classes(code):
                    stored = {step.argval for step in dis.get_instructions(inner) if step.opname == "STORE_NAME"}
                    self.own |= {name for name in stored if name in OWN or _is_private(name)}
                yield from self.read(code, self.globals)
        else:
            yield from super().look_at(value)


def _classes(code: CodeType) -> Iterator[CodeType]:
    """The bodies of the classes in a code: Python gives them a `__qualname__`."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if "__qualname__" in constant.co_names:
                yield constant
            yield from _classes(constant)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Names that a top-level statement binds, within loops and conditions too."""
    for node in _own_nodes(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)


def _binds_anew(statement: ast.stmt, name: str) -> bool:
    """Whether nothing that the name stood for before matters any more."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        used = [node for one in statement.decorator_list for node in ast.walk(one)]
        used += [node for one in getattr(statement, "bases", []) for node in ast.walk(one)]
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        used = list(ast.walk(statement.value))
    else:
        return isinstance(statement, ast.Import | ast.ImportFrom)
    return not any(isinstance(node, ast.Name) and node.id == name for node in used)


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Names whose value a top-level statement changes: `name.x = ...`, `name[0] = ...`, `name.append(...)`."""
    for node in _own_nodes(statement):
        stores = isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
        calls = isinstance(statement, ast.Expr) and node is statement.value and isinstance(node, ast.Call)
        root = node if stores else node.func if calls and isinstance(node.func, ast.Attribute) else None
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name):
            yield root.id


def _without_what_is_asked_for(statement: ast.stmt) -> ast.stmt | None:
    """A class without `torch.autograd.Function` as its base and a decorator that belongs to it: some questions ask so.

    None for the import of such a decorator alone.
    """
    if isinstance(statement, ast.ImportFrom) and statement.module == "torch.autograd.function":
        return None if all(alias.name in HARMLESS_DECORATORS for alias in statement.names) else statement
    if not isinstance(statement, ast.ClassDef):
        return statement
    bare = copy.deepcopy(statement)
    bare.bases = [base for base in bare.bases if ast.unparse(base).split(".")[-1] != "Function"]
    for node in ast.walk(bare):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [
                one for one in node.decorator_list if ast.unparse(one).split(".")[-1] not in HARMLESS_DECORATORS
            ]
    return bare


def _asked_for(statement: ast.stmt) -> Iterator[str]:
    """Names in the parts of a class that are not read."""
    if isinstance(statement, ast.ClassDef):
        left_out = [base for base in statement.bases if ast.unparse(base).split(".")[-1] == "Function"]
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef):
                left_out += [
                    one for one in node.decorator_list if ast.unparse(one).split(".")[-1] in HARMLESS_DECORATORS
                ]
        yield from (node.id for one in left_out for node in ast.walk(one) if isinstance(node, ast.Name))


def _imports_what_is_asked_for(statement: ast.stmt) -> bool:
    harmless = {"Function", *HARMLESS_DECORATORS}
    return (
        isinstance(statement, ast.ImportFrom)
        and statement.module in ("torch.autograd", "torch.autograd.function")
        and all(alias.name in harmless and alias.asname is None for alias in statement.names)
    )


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it: not the bodies of functions and classes in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        waiting += [] if inner else list(ast.iter_child_nodes(node))
