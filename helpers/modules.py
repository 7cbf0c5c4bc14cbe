"""A cell becomes a file: what is defined in it can then be imported, by workers and by other processes, too.

For whoever writes a notebook. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import ast
import importlib.util
import linecache
import sys
import textwrap
from pathlib import Path
from types import ModuleType


def write_module(path: Path) -> ModuleType:
    """Write what stands in a cell above this call to a file, and import that file afresh.

    Earlier calls in the cell are left out. Where the whole cell is one `if` block, as *One way to write it* is, the
    block is written without its `if`. The folder of the file is put first on Python's path, so that worker processes,
    which get that path, find the module as well.

    Args:
        path: where to write, with the ending `.py`; its stem is the name of the module.

    Returns:
        The module, as any other program that imports the file would see it: it knows no name of the notebook.

    Raises:
        OSError: the source of the calling cell is not to be had, as in an interpreter without history.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "my_numbers.py"
        >>> if True:
        ...     seven = 7
        ...     my_numbers = write_module(path)
        >>> print(path.read_text(), end="")
        seven = 7
        >>> my_numbers.seven
        7
    """
    caller = sys._getframe(1)
    source = "".join(linecache.getlines(caller.f_code.co_filename))
    if not source:
        raise OSError("the source of this cell is not to be had: run it in a notebook")
    path.write_text(_above(caller.f_lineno, source), encoding="utf-8")
    # A file that is written twice within a second looks unchanged to these two.
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
    linecache.cache.pop(str(path), None)
    if (folder := str(path.parent)) not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _above(end: int, source: str) -> str:
    """A cell's lines above one of them, without calls of `write_module`, and without the `if` around the whole cell."""
    body, start = ast.parse(source).body, 1
    if len(body) == 1 and isinstance(body[0], ast.If):
        body = body[0].body
        start = body[0].lineno
    left_out = {line for statement in body if _calls(statement) for line in _lines_of(statement)}
    lines = enumerate(source.splitlines(), start=1)
    kept = [line for number, line in lines if start <= number < end and number not in left_out]
    return textwrap.dedent("\n".join(kept)).strip() + "\n"


def _calls(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == write_module.__name__


def _lines_of(statement: ast.stmt) -> range:
    return range(statement.lineno, statement.end_lineno + 1)
