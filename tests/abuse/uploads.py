"""Files that are no notebook, or one that was changed where it must not be."""

from __future__ import annotations

import json

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.abuse.bank import RIGHT_GATES, WRONG_LINEAR, Abuse, write

NOTHING: dict = {}
GATES = {"gates-check": "right"}


def with_gates(notebook: NotebookNode) -> NotebookNode:
    """The notebook with one right answer."""
    cell_of(notebook, "gates").source = RIGHT_GATES.strip("\n")
    return notebook


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with an id."""
    return next(cell for cell in notebook.cells if cell.id == name)


def duplicate_ids(notebook: NotebookNode) -> bytes:
    """Two further cells with the id of an answer, before it and in its place; the last one counts."""
    whole = json.loads(write(with_gates(notebook)))
    (answer,) = [cell for cell in whole["cells"] if cell["id"] == "gates"]
    wrong = answer | {"source": "def relu_backward(E, Z):\n    return E"}
    whole["cells"] = [wrong, wrong, *whole["cells"]]
    return json.dumps(whole).encode()


def missing_cells(notebook: NotebookNode) -> bytes:
    """One answer, and nothing else."""
    notebook.cells = [cell_of(with_gates(notebook), "gates")]
    return write(notebook)


def changed_types(notebook: NotebookNode) -> bytes:
    """The answer as a raw cell, the checks as text."""
    for cell in with_gates(notebook).cells:
        cell.cell_type = "raw" if cell.id == "gates" else "markdown"
        cell.pop("outputs", None), cell.pop("execution_count", None)
    return write(notebook)


def changed_checks(notebook: NotebookNode) -> bytes:
    """Checks that pass, worth a thousand points each, in cells that say they are answers; a further one."""
    cell_of(notebook, "linear").source = WRONG_LINEAR
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if grader.get("grade") and cell.cell_type == "code":
            cell.source = "with question('linear') as q1:\n    pass\nq1.message = ''"
            grader.update(points=1000, locked=False, solution=True)
        elif grader.get("solution"):
            grader.update(points=1000, grade=True)
    about = {"grade_id": "bonus", "grade": True, "solution": False, "points": 100, "locked": True, "schema_version": 3}
    about["cell_type"] = "code"
    notebook.cells.append(new_code_cell("pass", metadata={"nbgrader": about}, id="bonus"))
    return write(with_gates(notebook))


def old_format(notebook: NotebookNode) -> bytes:
    """Format 3, whose cells have no ids."""
    cells = [
        {
            "cell_type": "code",
            "input": cell.source,
            "language": "python",
            "metadata": dict(cell.metadata),
            "outputs": [],
        }
        for cell in with_gates(notebook).cells
        if cell.cell_type == "code"
    ]
    whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    return json.dumps(whole).encode()


def odd_characters(notebook: NotebookNode) -> bytes:
    """Right-to-left marks, emoji and halves of characters in ids, names, metadata and the code."""
    source = RIGHT_GATES + '\nnote = "\u202e\u2066 \U0001f600 \U0001f468\u200d\U0001f469"  # \u202eesrever\n'
    cell_of(notebook, "gates").source = source + "größe_\u540d = 1\n"
    notebook.metadata["name"] = "\u202etxt.\U0001f600\x00"
    notebook.cells.append(new_code_cell("pass", id="extra"))
    whole = json.loads(write(notebook))
    whole["cells"][-1]["id"] = "\ud800\u202e\U0001f600"
    return json.dumps(whole).encode()


def hostile_metadata(notebook: NotebookNode) -> bytes:
    """Metadata of other types than are wanted, and keys of Python's own."""
    whole = json.loads(write(with_gates(notebook)))
    for cell in whole["cells"]:
        if cell.get("id") != "gates":
            cell["metadata"] = {"nbgrader": [1, {"grade_id": {}}], "__class__": "x"}
            cell["source"] = {"x": 1} if cell["cell_type"] == "code" else 7
    whole["metadata"] = [None, whole["metadata"]]
    whole["nbformat"] = "4; import os"
    return json.dumps(whole).encode()


NOT_JSON = Abuse(
    "a picture by the name of a notebook", "the grader ends", lambda _: b"\x89PNG\r\n" + bytes(999), NOTHING
)
EMPTY = Abuse("an empty file", "the grader ends", lambda _: b"", NOTHING)
HALF = Abuse(
    "the first half of a notebook",
    "the grader ends, or grades half a notebook",
    lambda notebook: write(with_gates(notebook))[:9000],
    NOTHING,
)
LARGE = Abuse(
    "a notebook of 200 MB of outputs",
    "the grader's memory",
    lambda notebook: write(with_gates(notebook))[:-2] + b', "x": "' + b"x" * 200_000_000 + b'"}',
    NOTHING,
)
DEEP = Abuse(
    "JSON of lists in lists, a million deep, and numbers of a million digits",
    "the reader's stack, or hours of its time",
    lambda _: b'{"cells": ' + b"[" * 10**6 + b"1" * 10**6 + b"]" * 10**6 + b"}",
    NOTHING,
)
FORMAT_3 = Abuse("a notebook of nbformat 3", "cells are found by ids, and it has none", old_format, GATES)
DUPLICATE_IDS = Abuse("two cells of one id", "one is read, and the other one runs", duplicate_ids, GATES)
MISSING_CELLS = Abuse(
    "a notebook of a single cell", "without the cells that judge, nothing fails", missing_cells, GATES
)
CHANGED_TYPES = Abuse("an answer in a raw cell", "the cells that judge are text and cannot fail", changed_types, GATES)
CHANGED_CHECKS = Abuse(
    "checks that always pass, worth a thousand points, and one of its own",
    "the notebook that was handed in says what it is worth",
    changed_checks,
    GATES | {"linear-check": "wrong"},
)
ODD_CHARACTERS = Abuse(
    "right-to-left marks, emoji, halves of characters",
    "what is written cannot be encoded, or misleads",
    odd_characters,
    GATES,
)
HOSTILE_METADATA = Abuse("metadata of any type", "the grader ends with an error of types", hostile_metadata, GATES)
