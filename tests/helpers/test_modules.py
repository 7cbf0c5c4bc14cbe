"""A cell that becomes a file."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.modules import write_module
from tests.exercises.engine import run_cell

CELL = """\
import math


def area(radius):
    return math.pi * radius**2


my_area = write_module(path)
"""
ONE_WAY = f"if not q.passed:\n{''.join(f'    {line}' for line in CELL.splitlines(keepends=True))}"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path / "my_area.py"
    sys.modules.pop("my_area", None)


def run(source: str, path: Path) -> dict:
    namespace = {"path": path, "write_module": write_module, "q": type("Verdict", (), {"passed": False})}
    run_cell(source, "<cell>", namespace)
    return namespace


@pytest.mark.parametrize("cell", [CELL, ONE_WAY])
def test_file_is_the_cell_without_the_call_and_without_the_if(cell: str, path: Path) -> None:
    assert run(cell, path)["my_area"].area(0) == 0
    assert path.read_text() == CELL.partition("\n\n\nmy_area")[0] + "\n"


def test_what_stands_below_the_call_is_no_part_of_the_file(path: Path) -> None:
    run(f"{CELL}print(my_area)\n", path)
    assert path.read_text() == CELL.partition("\n\n\nmy_area")[0] + "\n"


def test_second_call_in_a_cell_writes_what_stands_above_the_first_as_well(path: Path) -> None:
    assert run(f"{CELL}\ntwice = 2\nmy_area = write_module(path)\n", path)["my_area"].twice == 2
    assert "write_module" not in path.read_text()


def test_module_is_read_afresh_although_it_is_written_within_a_second_and_as_long(path: Path) -> None:
    run(CELL, path)
    assert run(CELL.replace("radius**2", "radius**0"), path)["my_area"].area(0) > 3


def test_module_knows_no_name_of_the_notebook(path: Path) -> None:
    module = run(CELL.replace("import math\n", ""), path)["my_area"]
    with pytest.raises(NameError, match="math"):
        module.area(1)


def test_new_process_finds_the_module(path: Path) -> None:
    area = run(CELL, path)["my_area"].area
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(area, [0]) == [0]


def test_source_that_is_not_to_be_had_is_told(path: Path) -> None:
    with pytest.raises(OSError, match="not to be had"):
        exec("write_module(path)", {"write_module": write_module, "path": path})
