"""Run notebooks from the top, in full and on real data, and store their outputs: `make notebooks`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from tools.reference import ROOT, enter_reference_environment

KEPT = ("tags", "nbgrader", "jupyter")  # metadata of cells
SHOWN_WITH = ("alt", "width")  # metadata of figures
WIDGET = "application/vnd.jupyter.widget-view+json"  # names a model of a kernel that is gone
STORED_IN = ("code-units", "solutions")
TIMING = "timing"  # tag of a cell in a notebook whose numbers are times
SLOWING = ("MKL_CBWR", "ATEN_CPU_CAPABILITY")  # the same bits on every processor, for up to twice the time


def all_notebooks() -> list[Path]:
    """Every notebook whose outputs are stored, in course order."""
    found = (path for folder in STORED_IN for path in (ROOT / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def run(path: Path, kernel_arguments: Sequence[str] = ()) -> NotebookNode:
    """Execute one notebook in its own folder; return it with fresh outputs and minimal metadata.

    Args:
        path: of the notebook, which stays as it is.
        kernel_arguments: added to the command that starts the kernel, such as `--InlineBackend.figure_formats=svg`.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=1200,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=list(kernel_arguments),
    )
    client.execute(env=environment_for(notebook))
    return tidy(notebook)


def environment_for(notebook: NotebookNode) -> dict[str, str]:
    """Variables of the kernel: this process's own, but a notebook of times runs on the processor's usual routines."""
    timed = any(TIMING in cell.metadata.get("tags", []) for cell in notebook.cells)
    return {name: value for name, value in os.environ.items() if not (timed and name in SLOWING)}


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Keep what is used: the kernel, tags, collapsed sources, what nbgrader needs, the figures' descriptions."""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for cell in notebook.cells:
        cell.metadata = NotebookNode({key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)})
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            if "metadata" in output:
                image = output.metadata.get("image/png", {})
                kept = {key: image[key] for key in SHOWN_WITH if key in image}
                output.metadata = NotebookNode({"image/png": kept} if kept else {})
    return notebook


def main() -> None:
    """Run the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in code-units and solutions")
    enter_reference_environment()
    os.environ["CI"] = "true"  # progress bars stay out of stored outputs
    for path in parser.parse_args().notebooks or all_notebooks():
        started = time.perf_counter()
        notebook = run(path.resolve())
        if "offline stand-in" in str([cell.get("outputs") for cell in notebook.cells]):
            sys.exit(f"{path}: not stored, for it ran on stand-in data; set COURSE_DATA to the folder of the real data")
        nbformat.write(notebook, path)
        print(f"{path}: {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
