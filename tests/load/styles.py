"""The same answer as another student would have typed it: comments, names of variables, order of functions."""

from __future__ import annotations

import ast
import io
import keyword
import random
import tokenize

REMARKS = ("see the lecture", "checked by hand", "works", "as in the notebook", "shapes first", "careful here")


def restyled(source: str, chance: random.Random) -> str:
    """A source that does the same and reads otherwise.

    Args:
        source: Python.
        chance: decides on the changes.
    """
    for change in (_reordered, _renamed):
        if chance.random() < 0.5:
            source = change(source, chance)
    return f"# {chance.choice(REMARKS)} ({chance.randrange(10**9)})\n{source}"


def _reordered(source: str, chance: random.Random) -> str:
    """Functions that stand behind each other, undecorated and without defaults, in another order."""
    tree, lines = ast.parse(source), source.splitlines()
    if len(tree.body) < 2 or not all(_is_plain(node) for node in tree.body):
        return source
    parts = ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in tree.body]
    chance.shuffle(parts)
    return "\n\n\n".join(parts)


def _is_plain(node: ast.stmt) -> bool:
    """A function whose definition asks for no other name."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list or node.returns:
        return False
    given = node.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return not (given.defaults or given.kw_defaults or any(one.annotation for one in arguments))


def _renamed(source: str, chance: random.Random) -> str:
    """Variables of functions under other names."""
    new = {name: f"{name}_{chance.randrange(100)}" for name in sorted(_renamable(source)) if chance.random() < 0.7}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = source.splitlines(keepends=True)
    found = [token for token in tokens if token.type == tokenize.NAME and token.string in new]
    for token in reversed(found):
        row, start = token.start
        lines[row - 1] = lines[row - 1][:start] + new[token.string] + lines[row - 1][token.end[1] :]
    return "".join(lines)


def _renamable(source: str) -> set[str]:
    """Names that are variables within functions, and nothing else anywhere."""
    tree = ast.parse(source)
    stored = {
        name.id
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for name in ast.walk(function)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    return {name for name in stored - _other_roles(tree) if not keyword.iskeyword(name)}


def _other_roles(tree: ast.Module) -> set[str]:
    """Names that are more than a variable: of arguments, attributes, functions, imports, or part of a text."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.keyword):
            found.add(node.arg or "")
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found |= {node.name, node.asname or ""}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found |= set(node.names)
        elif isinstance(node, ast.ClassDef):
            found |= {node.name, *(name.id for name in ast.walk(node) if isinstance(name, ast.Name))}
        elif isinstance(node, ast.JoinedStr):  # one token before Python 3.12
            found |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("locals", "eval", "exec"):
            return {name.id for name in ast.walk(tree) if isinstance(name, ast.Name)}
    found |= {name.id for node in tree.body for name in _module_names(node)}
    return found


def _module_names(node: ast.stmt) -> list[ast.Name]:
    """What a statement outside of functions names."""
    if isinstance(node, ast.FunctionDef):
        return [name for one in node.decorator_list for name in ast.walk(one) if isinstance(name, ast.Name)]
    return [name for name in ast.walk(node) if isinstance(name, ast.Name)]
