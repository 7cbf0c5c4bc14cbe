"""Notebooks as tests: nbval runs each cell of the small run once, and every gate reads that one run.

A cell's tags say when its stored output must come again to the letter:

- no tag: always;
- `real-data`: on the real data, for it shows counts, means or images of them;
- `full-run`: in the full run only (`COURSE_FULL=1`), for it depends on the number of epochs and not on the machine;
- `nbval-ignore-output`: never, for it depends on training or on the machine. It must still show an output where it
  stored one, and as many figures; the numbers that matter are recorded and held in their bands.

A cell that is run alone (`--lf`, `-k`, its node id) finds what the cells above it leave: they run first.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError, find_metadata_tags
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from tests.gates.bands import band_problems, bands_of
from tests.gates.outputs import STAND_IN, image_problems, records, silence_problems, texts, unmarked_scores
from tests.worlds import UNMARKED, environment_of, marks_of, reads_data

MADE_FROM_SOLUTIONS = "exercises"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NotebookFile | None:
    """Collect the notebooks that are committed with outputs; exercises have tests of their own."""
    if file_path.suffix != ".ipynb":
        return None
    # Where the clone itself lies is nobody's concern: it may lie below a folder called exercises.
    folders = Path(os.path.relpath(file_path, parent.config.rootpath)).parts
    return None if MADE_FROM_SOLUTIONS in folders else NotebookFile.from_parent(parent, path=file_path)


def is_full_run() -> bool:
    """Whether the notebooks run in full, as on request, or small, as on every push."""
    return os.environ.get("COURSE_FULL") == "1"


class NotebookFile(IPyNbFile):
    """A notebook in one kernel: its code cells in order, then the numbers that it recorded."""

    def setup(self) -> None:
        self.config.option.nbval_cell_timeout = 600
        self.cells_run = 0
        self.recorded: list[tuple[str, float]] = []
        self.unmarked: list[str] = []
        self.on_stand_in = False
        # CI keeps progress bars out of the outputs.
        with mock.patch.dict(os.environ, {"CI": "true", **environment_of(self.path)}):
            super().setup()

    def collect(self) -> Iterator[pytest.Item]:
        self.nb = load_for_run(self.path)
        for mark in marks_of(self.path):
            self.add_marker(mark)
        code_cells = [cell for cell in self.nb.cells if cell.cell_type == "code"]
        self.cells = [self._item(number, cell) for number, cell in enumerate(code_cells)]
        yield from self.cells
        yield RecordedNumbers.from_parent(self, name="recorded numbers")

    def _item(self, number: int, cell: NotebookNode) -> NotebookCell:
        options = defaultdict(bool, find_metadata_tags(cell.metadata))
        options["check"] = True  # which comparison a cell gets is decided when its output, and the data, are known
        return NotebookCell.from_parent(self, name=f"Cell {number}", cell_num=number, cell=cell, options=options)

    def run_up_to(self, number: int) -> None:
        """Run the cells above that were not selected; whatever is wrong with them is not asked here."""
        for cell in self.cells[self.cells_run : number]:
            with suppress(NbCellError):
                cell.runtest()

    @property
    def run_kind(self) -> str:
        """Which band applies: "full", "fast" or "stand-in"."""
        return "full" if is_full_run() else "stand-in" if self.on_stand_in else "fast"


def load_for_run(path: Path) -> NotebookNode:
    """The notebook as the tests run it: with FAST set, unless the full run is asked for."""
    notebook = load_notebook_node(str(path))
    return small_run(path) if not is_full_run() and has_parameters(notebook) else notebook


def small_run(path: Path) -> NotebookNode:
    """The notebook with FAST set, in a cell after its parameters."""
    return parameterize_notebook(load_notebook_node(str(path)), {"FAST": True})


def has_parameters(notebook: NotebookNode) -> bool:
    """Whether papermill can set FAST; a notebook that takes no time has nothing to shorten."""
    return any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)


class NotebookCell(IPyNbCell):
    """One cell: nbval runs it and compares its text; figures and what it recorded are looked at here."""

    def runtest(self) -> None:
        notebook: NotebookFile = self.parent
        notebook.run_up_to(self.cell_num)
        notebook.cells_run = self.cell_num + 1
        super().runtest()

    def compare_outputs(self, test: list, ref: list, skip_compare: tuple | None = None) -> bool:
        notebook: NotebookFile = self.parent
        notebook.on_stand_in |= any(STAND_IN in text for text in texts(test))
        notebook.recorded += records(test)
        if notebook.on_stand_in:
            notebook.unmarked += unmarked_scores(test)
        strict = self._is_strict()
        problems = image_problems(ref, test, compare=strict)
        if not strict:
            problems += silence_problems(ref, test)
        same = super().compare_outputs(test, ref, skip_compare) if strict else True
        self.comparison_traceback = [*problems, *(self.comparison_traceback if strict else [])]
        return same and not problems

    def _is_strict(self) -> bool:
        tags = set(self.cell.metadata.get("tags", []))
        loose = {"nbval-ignore-output"}
        if self.parent.on_stand_in:
            loose |= {"real-data"}
        if not is_full_run():
            loose |= {"full-run"}
        return not tags & loose


class RecordedNumbers(pytest.Item):
    """The last test of a notebook: its numbers lie in their bands, and say so if they are not of the real data."""

    def runtest(self) -> None:
        notebook: NotebookFile = self.parent
        notebook.run_up_to(len(notebook.cells))
        problems = band_problems(notebook.recorded, bands_of(notebook.path.stem), notebook.run_kind)
        problems += [f"not marked as stand-in: {line}" for line in notebook.unmarked]
        if notebook.on_stand_in and not reads_data(notebook.path):
            problems.append(f"{notebook.path.name} {UNMARKED}")
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}::recorded numbers"
