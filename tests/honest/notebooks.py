"""Submissions as students make them: the released notebook with answers in it, saved by one program or another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import nbformat
from nbformat import NotebookNode

from instructor import released

Change = Callable[[NotebookNode], bytes]


@dataclass(frozen=True)
class Honest:
    """A submission that deserves full marks for all that it answers.

    Attributes:
        what: is unusual about it; the name of its test.
        exercise: name of its folder.
        change: makes the file that is handed in of the released notebook.
        told: what the student is told of the notebook, sentence by sentence; nothing unless given.
        busy: whether other processes use all cores meanwhile.
    """

    what: str
    exercise: str
    change: Change
    told: tuple[str, ...] = ()
    busy: bool = False

    @property
    def content(self) -> bytes:
        """The file that is handed in."""
        return self.change(new_copy(self.exercise))


CELL_OF_OWN = "the cell after setup is your own and not graded; move what an answer needs into its cell."


@cache
def _text(exercise: str) -> str:
    return nbformat.writes(released.notebook(exercise))


def new_copy(exercise: str) -> NotebookNode:
    """The released notebook, to be written in."""
    return nbformat.reads(_text(exercise), as_version=4)


def save(notebook: NotebookNode) -> bytes:
    """The file as JupyterLab writes it."""
    return nbformat.writes(notebook).encode("utf-8")


def answering(answers: Mapping[str, str], *changes: Callable[[NotebookNode], None], save: Change = save) -> Change:
    """Write answers into a notebook, then do what else is done to it.

    Args:
        answers: source of each answer, by question (nbgrader's grade_id).
        changes: each changes the notebook in place.
        save: how the file is written.
    """

    def change(notebook: NotebookNode) -> bytes:
        for question, source in answers.items():
            cell_of(notebook, question).source = source.strip("\n")
        for other in changes:
            other(notebook)
        return save(notebook)

    return change


def cell_of(notebook: NotebookNode, question: str) -> NotebookNode:
    """The answer cell of a question."""
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == question]
    return cell


# How programs save a notebook


def save_without_ids(notebook: NotebookNode, minor: int = 2) -> bytes:
    """As programs did before 2020: nbformat 4.2 has no ids."""
    raw = json.loads(nbformat.writes(notebook))
    raw["nbformat_minor"] = minor
    for cell in raw["cells"]:
        cell.pop("id", None)
    return json.dumps(raw, indent=1).encode()


def save_as_colab(notebook: NotebookNode, *, ids: bool) -> bytes:
    """As Colab does: ids of its own in the metadata; where it keeps nbformat 4.5, the notebook's stay beside them."""
    raw = json.loads(nbformat.writes(notebook))
    raw["nbformat_minor"] = 5 if ids else 0
    raw["metadata"] |= {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU"}
    for place, cell in enumerate(raw["cells"]):
        if not ids:
            cell.pop("id", None)
        cell["metadata"] |= {"id": f"q{place:03}XyZ-{place:03}w"}
        if cell["cell_type"] == "code":
            ran = {"status": "ok", "timestamp": 1767225600000 + place, "user_tz": -60, "elapsed": 7}
            cell["metadata"] |= {"colab": {"base_uri": "https://localhost:8080/"}, "executionInfo": ran}
            cell["metadata"]["outputId"] = f"0c1d2e3f-{place:04}"
    return json.dumps(raw, separators=(",", ":")).encode()


def save_as_vs_code(notebook: NotebookNode) -> bytes:
    """As VS Code does."""
    raw = json.loads(nbformat.writes(notebook))
    raw["metadata"] |= {"orig_nbformat": 4, "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}}}
    for cell in raw["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"]["vscode"] = {"languageId": "python"}
    return json.dumps(raw, indent=2).encode()


def save_on_windows(notebook: NotebookNode) -> bytes:
    """With Windows line ends in the file and in the sources, and a byte order mark."""
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return b"\xef\xbb\xbf" + nbformat.writes(notebook).replace("\n", "\r\n").encode("utf-8")


# What else students do to a notebook


def with_large_outputs(notebook: NotebookNode) -> None:
    """Figures and numbers of 5 MB."""
    figure = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo" + "A" * 2_500_000})
    text = nbformat.v4.new_output("stream", name="stdout", text="0.123456789 \n" * 200_000)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[2].outputs, code[3].outputs = [figure], [text]
    for count, cell in enumerate(code):
        cell.execution_count = count + 1


def moving(question: str, place: int) -> Callable[[NotebookNode], None]:
    """Put an answer elsewhere."""

    def move(notebook: NotebookNode) -> None:
        cell = cell_of(notebook, question)
        notebook.cells.remove(cell)
        notebook.cells.insert(place, cell)

    return move


def with_own_cells(notebook: NotebookNode) -> None:
    """Notes and trials between the cells, with ids as JupyterLab gives them."""
    code, note = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    notebook.cells.insert(3, note("## Meine Notizen\n\nErst die Formen: $(b, i) \\cdot (i, o)$. 先看形状。"))
    notebook.cells.insert(4, code("torch.ones(2, 3) @ torch.ones(3)"))
    notebook.cells.append(code(""))
    notebook.cells.append(note("Done! 🎉"))
