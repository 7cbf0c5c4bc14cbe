"""A band that no broken model leaves proves nothing: break each one, and see it leave."""

import tomllib
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell

from tests.gates.bands import EXPECTED, bands_of
from tests.gates.outputs import STAND_IN, records, texts
from tests.gates.plugin import small_run
from tests.notebooks.sabotage import SABOTAGES
from tools.notebooks import all_notebooks

PATHS = {path.stem: path for path in all_notebooks()}
CASES = sorted({(stem, band.broken_by) for stem in PATHS for band in bands_of(stem).values()})


def test_every_table_of_bands_belongs_to_a_notebook() -> None:
    assert tomllib.loads(EXPECTED.read_text(encoding="utf-8")).keys() <= PATHS.keys()


@pytest.mark.parametrize(("stem", "sabotage"), CASES)
def test_broken_model_leaves_its_band(stem: str, sabotage: str, tmp_path: Path) -> None:
    outputs = run_sabotaged(PATHS[stem], SABOTAGES[sabotage], tmp_path)
    run = "stand-in" if any(STAND_IN in text for text in texts(outputs)) else "fast"
    values = records(outputs)
    bands = {name: band for name, band in bands_of(stem).items() if band.broken_by == sabotage}
    # A number that a broken model cannot even report is missed by the gate, too.
    unnoticed = {name: values[name] for name, band in bands.items() if name in values and band.holds(values[name], run)}
    assert unnoticed == {}


def run_sabotaged(path: Path, code: str, folder: Path) -> list:
    """Outputs of the small run with one more cell, right after the parameters."""
    notebook = small_run(path)
    place = 1 + max(
        i for i, cell in enumerate(notebook.cells) if "injected-parameters" in cell.metadata.get("tags", [])
    )
    notebook.cells.insert(place, new_code_cell(code))
    # An exercise's checks would stop at the broken model.
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    nbformat.write(notebook, folder / "broken.ipynb")
    executed = papermill.execute_notebook(
        folder / "broken.ipynb", folder / "out.ipynb", cwd=path.parent, kernel_name="python3", progress_bar=False
    )
    return [output for cell in executed.cells for output in cell.get("outputs", [])]
