"""Every committed notebook passes every gate that needs no run."""

from pathlib import Path

import pytest

from tests.gates.static import check_notebook
from tools.notebooks import ROOT, all_notebooks


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_notebook_file_has_no_fault(path: Path) -> None:
    assert check_notebook(path) == []


def test_there_are_notebooks_to_check() -> None:
    assert ROOT / "code-units" / "index.ipynb" in all_notebooks()
