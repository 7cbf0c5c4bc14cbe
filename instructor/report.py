"""A report on one exercise: report.ipynb, run by papermill on the class's results, as one HTML file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
import papermill
from markupsafe import Markup
from nbconvert import HTMLExporter
from traitlets.config import Config

from instructor.classroom import graded
from instructor.pages import write_page
from instructor.results import warning
from tools.release import ROOT

NOTEBOOK = Path(__file__).with_name("report.ipynb")


def report(class_folder: Path, exercise: str) -> Path:
    """Write `report-<exercise>.html` to the class folder; return its path.

    The page is one file, loads nothing, runs no script, and names no student.

    Args:
        class_folder: with graded-<exercise>.json and results/.
        exercise: name of its folder.

    Raises:
        FileNotFoundError: the exercise has not been graded.
        PapermillExecutionError: a cell of the notebook failed.
    """
    found = graded(class_folder, exercise)  # says what is missing before a kernel is started
    parameters = {"class_folder": str(class_folder.resolve()), "exercise": exercise}
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "report.ipynb"
        papermill.execute_notebook(NOTEBOOK, run, parameters, cwd=ROOT, progress_bar=False, config=_over_files())
        notebook = nbformat.read(run, as_version=4)
    path = class_folder / f"report-{exercise}.html"
    return write_page(
        path, "report.html.j2", exercise=exercise, body=Markup(_body(notebook)), warning=warning(found.values())
    )


def _over_files() -> Config:
    """Talk with the kernel over files of one's own where the system can: Jupyter warns of each kernel on a port."""
    return Config() if os.name == "nt" else Config(KernelManager={"transport": "ipc"})


def _body(notebook: nbformat.NotebookNode) -> str:
    """The outputs and the Markdown as HTML. What may be hostile stands in tables alone, which escape it."""
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    return exporter.from_notebook_node(notebook)[0]
