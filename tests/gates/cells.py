"""What the gates read in a notebook's cells: code as a tree, prose without code and formulas, the parts of a turn."""

from __future__ import annotations

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|(?<![\\$\w])\$(?=\S)[^$\n]*?(?<=\S)\$(?!\d)", re.DOTALL)
TASK = "**Your turn.**"


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The Markdown cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def tree_of(source: str) -> ast.Module:
    """The syntax tree of a cell, magics included; an empty one where the cell is no Python."""
    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def calls(source: str, function: str) -> list[ast.Call]:
    """Calls of a function by its bare name, in a cell."""
    found = (node for node in ast.walk(tree_of(source)) if isinstance(node, ast.Call))
    return [call for call in found if isinstance(call.func, ast.Name) and call.func.id == function]


def first_argument(call: ast.Call) -> str:
    """The text that a call is given first; empty if that is no constant text."""
    value = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return value if isinstance(value, str) else ""


def turn_in(cell: NotebookNode) -> tuple[str, str]:
    """Name of the turn that a cell checks, and the variable that holds the verdict: `with your_turn("mse") as q:`.

    Both are empty where the cell checks none.
    """
    for node in tree_of(cell.source).body if cell.cell_type == "code" else ():
        for item in node.items if isinstance(node, ast.With) else ():
            found = calls(ast.unparse(item.context_expr), "your_turn")
            if found and isinstance(item.optional_vars, ast.Name):
                return first_argument(found[0]), item.optional_vars.id
    return "", ""


def fallback_in(cell: NotebookNode) -> ast.If | None:
    """The block of *One way to write it*, `if not q.passed:`; None where a cell does not begin with one."""
    body = tree_of(cell.source).body if cell.cell_type == "code" else []
    if not body or not isinstance(body[0], ast.If):
        return None
    test = body[0].test
    steps_back = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    return body[0] if steps_back and isinstance(test.operand, ast.Attribute) and test.operand.attr == "passed" else None
