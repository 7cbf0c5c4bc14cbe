"""What a notebook defines, without running it: its imports, functions and classes."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from tools.notebooks import all_notebooks

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def path_of(number: str) -> Path:
    """The notebook of that number: `"4.2.1"`."""
    return next(path for path in all_notebooks() if path.stem.startswith(f"{number}-"))


def definitions_source(path: Path) -> str:
    """Source of all that a notebook imports and defines at the top level of its code cells."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    source = "\n\n".join(TransformerManager().transform_cell(cell) for cell in cells)
    return "\n\n".join(_text(node, source) for node in ast.parse(source).body if isinstance(node, DEFINITIONS))


def _text(node: ast.stmt, source: str) -> str:
    decorators = [f"@{ast.get_source_segment(source, item)}" for item in getattr(node, "decorator_list", [])]
    return "\n".join([*decorators, ast.get_source_segment(source, node)])


def load_definitions(source: str) -> ModuleType:
    """A module with these definitions."""
    module = ModuleType("definitions_of_a_notebook")
    exec(compile(source, module.__name__, "exec"), module.__dict__)
    return module
