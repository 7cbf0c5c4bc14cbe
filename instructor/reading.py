"""What the code of an answer would touch, read from its text, without running any of it.

`helpers.judges.without_autograd` reads functions that are at hand. Of a student's there are none in the judge's
process, only their source: so here the same rules are applied to the code that Python compiles from it.
"""

from __future__ import annotations

import ast
import copy
import dis
from collections.abc import Iterator, Mapping
from types import CodeType, SimpleNamespace
from typing import Any

from helpers.judges.common import demand
from helpers.judges.without_autograd import OWN, TOLD, _is_private, _Reading


class Written:
    """The statements of the answers that give a name its value.

    Args:
        name: that is used.
        statements: the top-level statements that bind it, or change what it stands for.
    """

    def __init__(self, name: str, statements: list[ast.stmt]) -> None:
        self.name, self.statements = name, statements

    def codes(self) -> Iterator[CodeType]:
        """Each statement, compiled."""
        for statement in self.statements:
            yield compile(ast.Module([_without_its_base(statement)], []), f"<{self.name}>", "exec")


class Answers:
    """All answers of a student, as text.

    Args:
        sources: of the answer cells, in order.
        given: the names that the notebook's own cells have made.
    """

    def __init__(self, sources: list[str], given: Mapping[str, Any]) -> None:
        self.given = given
        self.statements: dict[str, list[ast.stmt]] = {}
        self.always: list[ast.stmt] = []
        self.verdicts: dict[str, str | None] = {}
        for source in sources:
            try:
                body = ast.parse(source).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # it defines nothing either
            for statement in body:
                self._sort(statement)

    def _sort(self, statement: ast.stmt) -> None:
        for name in _bound(statement):
            self.statements.setdefault(name, []).append(statement)
        for root in _changed(statement):
            self.statements.setdefault(root, []).append(statement)
        if _reaches_out(statement, self.given):
            self.always.append(statement)

    def get(self, name: str, default: object = None) -> object:
        """What a name stands for: what the answers write, what the notebook has made, or `default`."""
        if name in self.statements:
            return Written(name, self.statements[name])
        return self.given.get(name, default)


def refuse(label: str, name: str, answers: Answers) -> None:
    """`NotYet` where what stands behind a name touches what it may not.

    Args:
        label: what messages call it.
        name: of the function or class.
        answers: where it is written.
    """
    if name not in answers.verdicts:
        answers.verdicts[name] = _OfText(answers).read_all(name)
    found = answers.verdicts[name]
    demand(found is None, label, f"{found}. {TOLD}")


class _OfText(_Reading):
    """The same rules, for names that stand for text."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers
        self.globals = SimpleNamespace(__globals__=answers, __closure__=None)

    def read_all(self, name: str) -> str | None:
        queue: list[object] = [Written("", self.answers.always), self.answers.get(name)]
        seen: dict[object, object] = {}
        while queue:
            value = queue.pop(0)
            key = f"name {value.name}" if isinstance(value, Written) else id(value)
            if key not in seen:
                seen[key] = value
                queue += self.look_at(value)
        return self.verdict()

    def look_at(self, value: object) -> Iterator[object]:
        if isinstance(value, Written):
            for code in value.codes():
                yield from self.read_statement(code)
        else:
            yield from super().look_at(value)

    def read_statement(self, code: CodeType) -> Iterator[object]:
        for inner in _classes(code):
            stored = {step.argval for step in dis.get_instructions(inner) if step.opname == "STORE_NAME"}
            self.own |= {name for name in stored if name in OWN or _is_private(name)}
        yield from self.read(code, self.globals)


def _classes(code: CodeType) -> Iterator[CodeType]:
    """The bodies of the classes in a code: Python gives them a `__qualname__`."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if "__qualname__" in constant.co_names:
                yield constant
            yield from _classes(constant)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Names that a top-level statement binds, within loops and conditions too."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in _own_nodes(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Names whose value a top-level statement changes: `name.x = ...`, `name[0] = ...`, `name.append(...)`."""
    for node in _own_nodes(statement):
        stores = isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
        calls = isinstance(statement, ast.Expr) and node is statement.value and isinstance(node, ast.Call)
        if stores or (calls and isinstance(node.func, ast.Attribute)):
            root = _root(node)
            if root is not None:
                yield root


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


REACHING = {"setattr", "delattr", "exec", "eval", "globals", "vars", "locals", "__import__", "compile"}


def _reaches_out(statement: ast.stmt, given: Mapping[str, Any]) -> bool:
    """Whether a top-level statement may change what is not the student's own: a module, or a name by its text."""
    for node in _own_nodes(statement):
        stores = isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
        by_text = isinstance(node, ast.Name) and node.id in REACHING
        star = isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        private = isinstance(node, ast.Attribute) and node.attr.startswith("__")
        if by_text or star or private or (stores and _root(node) in given):
            return True
    return False


def _without_its_base(statement: ast.stmt) -> ast.stmt:
    """A class without `torch.autograd.Function` as its base: that is what some questions ask for."""
    if not isinstance(statement, ast.ClassDef):
        return statement
    bare = copy.copy(statement)
    bare.bases = [base for base in statement.bases if not ast.unparse(base).endswith("Function")]
    return bare


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it: not the bodies of functions in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and node is not statement
        waiting += [] if inner else list(ast.iter_child_nodes(node))
