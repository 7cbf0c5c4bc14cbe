"""What an instructor uploads: the exercise as it is in the course, fit to be handed out, and nothing that tells."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.data.images import DATASETS
from helpers.data.tables import TABLES
from instructor import assign as module
from instructor.assign import DOWNLOADS, LEFT_OVER, assign, data_notes, data_sets, problems_of
from tools.release import EXERCISES, SOLUTIONS, names

EX = "ex3_manual-backprop"  # the smallest, and without data


def read(packed: Path, name: str) -> bytes:
    with zipfile.ZipFile(packed) as archive:
        return archive.read(f"{packed.stem}/{name}")


@pytest.mark.parametrize("name", names())
def test_zip_holds_the_exercise_of_the_course_and_nothing_that_tells(name: str, tmp_path: Path) -> None:
    (packed,) = assign([name], tmp_path / "new" / "folder")
    assert packed == tmp_path / "new" / "folder" / f"{name}.zip"
    notebook = read(packed, f"{name}.ipynb")
    assert notebook == (EXERCISES / name / f"{name}.ipynb").read_bytes()
    with zipfile.ZipFile(packed) as archive:
        inside = sorted(archive.namelist())
    given = [path.name for path in (EXERCISES / name).iterdir() if path.is_file()]
    assert inside == sorted(f"{name}/{file}" for file in [*given, "README-data.txt", "README-start.txt"])
    assert not LEFT_OVER.search(notebook.decode())
    assert f"hand in {name}.ipynb" in read(packed, "README-start.txt").decode()


def test_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    (first,), (second,) = assign([EX], tmp_path / "first"), assign([EX], tmp_path / "second")
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_unknown_exercise_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no exercise ex9_none: there are ex1_changing-layers"):
        assign([EX, "ex9_none"], tmp_path / "zips")
    assert not (tmp_path / "zips").exists()


def test_data_notes_name_each_data_set_its_size_and_where_it_is_looked_for() -> None:
    name = "ex4_training-loop"
    notebook = nbformat.read(EXERCISES / name / f"{name}.ipynb", as_version=4)
    assert data_sets(notebook) == ["fashion-mnist", "cifar10"]
    notes = data_notes(name, notebook)
    for words in (
        "30.9 MB",
        "170.5 MB",
        "FashionMNIST/raw",
        "cifar-10-python.tar.gz",
        "COURSE_DATA",
        "stand-in",
        "MIT",
    ):
        assert words in notes
    assert set(DOWNLOADS) == {*DATASETS, *TABLES}


def test_data_notes_say_where_nothing_is_downloaded() -> None:
    notebook = nbformat.read(EXERCISES / EX / f"{EX}.ipynb", as_version=4)
    assert data_sets(notebook) == []
    assert "nothing is downloaded" in data_notes(EX, notebook)


def spoiled(tmp_path: Path, cell_id: str, **changes: object) -> Path:
    """The exercise with a cell that is not as it should be; without the cell, if nothing is changed."""
    notebook = nbformat.read(EXERCISES / EX / f"{EX}.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.update(changes)
    if not changes:
        notebook.cells.remove(cell)
    (tmp_path / EX).mkdir()
    nbformat.write(notebook, tmp_path / EX / f"{EX}.ipynb")
    return tmp_path / EX


def master_cell(cell_id: str) -> NotebookNode:
    cells = nbformat.read(SOLUTIONS / EX / f"{EX}.ipynb", as_version=4).cells
    return next(cell for cell in cells if cell.id == cell_id)


def test_released_exercise_is_fit(tmp_path: Path) -> None:
    assert problems_of(EXERCISES / EX) == []


@pytest.mark.parametrize(
    ("cell_id", "changes", "problem"),
    [
        ("linear", {}, "the cell linear is missing, or its metadata changed"),
        ("linear-check", {}, "the cell linear-check is missing, or its metadata changed"),
        ("linear-check", {"metadata": {}}, "the cell linear-check is missing, or its metadata changed"),
        ("linear-check", {"source": " "}, "the cell linear-check checks nothing"),
        ("linear-check", {"source": master_cell("linear-check").source}, "says 'BEGIN HIDDEN TESTS'"),
        ("linear", {"source": master_cell("linear").source}, "the cell linear holds its solution"),
        ("reason", {"source": master_cell("reason").source}, "the cell reason holds its solution"),
        ("setup", {"outputs": [nbformat.v4.new_output("stream", text="x")]}, "the cell setup has outputs"),
        ("setup", {"execution_count": "many"}, "the notebook is not valid"),
    ],
)
def test_release_that_is_not_fit_is_told(tmp_path: Path, cell_id: str, changes: dict, problem: str) -> None:
    found = problems_of(spoiled(tmp_path, cell_id, **changes))
    assert any(problem in each for each in found), found


def test_nothing_is_packed_if_one_exercise_is_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "release", lambda name, _: spoiled(tmp_path, "linear"))
    with pytest.raises(ValueError, match=f"{EX}: the cell linear is missing"):
        assign([EX], tmp_path / "zips")
    assert not (tmp_path / "zips").exists()


def small(*checks: str) -> NotebookNode:
    """A released notebook with these check cells."""
    cells = [nbformat.v4.new_code_cell("def f():\n    raise NotImplementedError()")]
    cells += [nbformat.v4.new_code_cell(source, id=f"check-{place}") for place, source in enumerate(checks)]
    for cell in cells[1:]:
        cell.metadata["nbgrader"] = {"grade": True}
    return nbformat.v4.new_notebook(cells=cells)


def test_check_that_passes_before_anything_is_answered_is_told() -> None:
    right = "print('f: not attempted yet. Write it above.')"  # as helpers.checks says it
    assert module._passed(small(right, "print('all right')")) == [
        "the check check-1 passes before anything is answered"
    ]
    assert "it stops when nothing is answered" in module._passed(small("f()"))[0]
