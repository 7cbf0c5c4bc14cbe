"""Small slips, made by a machine: each changes one place of an answer."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

SWAPS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE,),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE,),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


@dataclass(frozen=True)
class Mutant:
    """An answer with one slip.

    Attributes:
        name: line of the answer and what was changed in it; the same from run to run.
        source: the answer.
    """

    name: str
    source: str


def mutants_of(answer: str) -> list[Mutant]:
    """Every mutant of an answer: operators swapped, constants moved by one, booleans turned, statements deleted."""
    tree = ast.parse(answer)
    found = [*_expressions(tree), *_deletions(tree)]
    original = ast.unparse(tree)
    unique: dict[str, Mutant] = {}
    for mutant in found:
        if mutant.source != original:
            unique.setdefault(mutant.source, mutant)
    return list(unique.values())


def _expressions(tree: ast.Module) -> Iterator[Mutant]:
    for index, node in enumerate(ast.walk(tree)):
        for change, description in _changes(node):
            mutated = copy.deepcopy(tree)
            target = list(ast.walk(mutated))[index]
            change(target)
            yield Mutant(f"{_line(tree, node)}: {description}", ast.unparse(mutated))


def _changes(node: ast.AST) -> Iterator[tuple]:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in SWAPS.get(type(node.op), ()):
            yield (
                lambda target, other=other: setattr(target, "op", other()),
                f"{type(node.op).__name__} -> {other.__name__}",
            )
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in SWAPS.get(type(node.ops[0]), ()):
            yield (
                lambda target, other=other: setattr(target, "ops", [other()]),
                f"{type(node.ops[0]).__name__} -> {other.__name__}",
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda target: setattr(target, "op", ast.UAdd()), "- -> +"
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda target: setattr(target, "value", not node.value), f"{node.value} -> {not node.value}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for step in (1, -1):
            value = node.value + step
            yield lambda target, value=value: setattr(target, "value", value), f"{node.value} -> {value}"


def _deletions(tree: ast.Module) -> Iterator[Mutant]:
    for index, node in enumerate(ast.walk(tree)):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for place, statement in enumerate(block):
                is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
                if is_docstring or isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
                    continue
                mutated = copy.deepcopy(tree)
                getattr(list(ast.walk(mutated))[index], field)[place] = ast.Pass()
                yield Mutant(f"{_line(tree, statement)}: deleted", ast.unparse(ast.fix_missing_locations(mutated)))


def _line(tree: ast.Module, node: ast.AST) -> str:
    """The line of the answer, as `ast.unparse` writes it, that a node stands on."""
    for statement in sorted(
        (s for s in ast.walk(tree) if isinstance(s, ast.stmt)),
        key=lambda s: s.end_lineno - s.lineno,
    ):
        if node is statement or any(child is node for child in ast.walk(statement)):
            return ast.unparse(statement).splitlines()[0]
    return "answer"
