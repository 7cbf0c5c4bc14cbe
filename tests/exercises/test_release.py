"""What students get: made from the solutions, free of answers, and running from top to bottom before any is written."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.exercises.engine import Exercise, folder_of_bank
from tests.gates.minutes import minutes_of_exercise
from tests.gates.outputs import STAND_IN, texts
from tests.gates.plugin import small_run
from tests.worlds import UNMARKED, environment_of, marks_of, reads_data
from tools.notebooks import ROOT
from tools.release import EXERCISES, SOLUTIONS, names, release

each_exercise = pytest.mark.parametrize("name", names())
LEFT_OVER = re.compile(r"BEGIN SOLUTION|END SOLUTION|HIDDEN TESTS")
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION", flags=re.M | re.S)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def notebook_of(name: str) -> Path:
    (path,) = (EXERCISES / name).glob("*.ipynb")
    return path


def cells_of(path: Path) -> list[NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def role(cell: NotebookNode, name: str) -> bool:
    """Whether a cell is what nbgrader calls "solution" (to be answered) or "grade" (it bears points)."""
    return bool(cell.metadata.get("nbgrader", {}).get(name))


def test_each_exercise_has_its_solution_and_its_bank() -> None:
    assert [path.name for path in sorted(EXERCISES.iterdir()) if path.is_dir()] == names()
    banks = [path.name for path in sorted(folder_of_bank("").iterdir()) if path.name.startswith("ex") and path.is_dir()]
    assert banks == [folder_of_bank(name).name for name in names()]
    assert all((SOLUTIONS / name / f"{name}.ipynb").is_file() for name in names())


@each_exercise
def test_exercise_is_what_its_solution_gives(name: str, tmp_path: Path) -> None:
    """If this fails: `make release`, and commit what it made."""
    assert files_of(release(name, tmp_path)) == files_of(EXERCISES / name)


@each_exercise
def test_exercise_holds_no_outputs_and_no_marks_of_solutions(name: str) -> None:
    text = notebook_of(name).read_text(encoding="utf-8")
    assert LEFT_OVER.findall(text) == []
    for cell in nbformat.reads(text, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert not cell.get("attachments")


@each_exercise
def test_no_line_of_a_solution_is_left_over(name: str) -> None:
    given = notebook_of(name).read_text(encoding="utf-8")
    shown = {line.strip() for cell in nbformat.reads(given, as_version=4).cells for line in cell.source.splitlines()}
    for cell in Exercise(name).cells:
        for _, region in REGION.findall(cell.source):
            telling = {line.strip() for line in region.splitlines() if len(line.strip()) > 25 and "#" not in line[:5]}
            assert telling & shown == set()


@each_exercise
def test_each_answer_is_written_inside_a_function(name: str) -> None:
    """A stub at the top level would stop the notebook as soon as its cell runs."""
    exercise = Exercise(name)
    for question in exercise.questions:
        indents = [len(indent) for indent, _ in REGION.findall(exercise.answer(question))]
        assert indents and min(indents) >= 4, question
        assert f"{question}-check" in exercise.ids


@each_exercise
def test_each_question_has_three_hints(name: str) -> None:
    markdown = [
        cell.source for cell in nbformat.read(notebook_of(name), as_version=4).cells if cell.cell_type == "markdown"
    ]
    hints = sum(text.count("<details><summary>Hint") for text in markdown)
    assert hints == 3 * len(Exercise(name).questions)
    assert not any("```python" in text and "<details>" in text for text in markdown), "a hint holds no code"


@each_exercise
def test_judges_stand_outside_of_the_notebook(name: str) -> None:
    for cell in cells_of(notebook_of(name)):
        if cell.cell_type == "code":
            assert "NotYet" not in cell.source, cell.source
            if role(cell, "grade"):
                assert len(cell.source.splitlines()) <= 12, cell.source


@each_exercise
def test_exercise_asks_for_a_fault_and_for_a_reason(name: str) -> None:
    """A reason is marked by a person, by the rubric that only the solution holds."""
    faults = [cell for cell in cells_of(notebook_of(name)) if "fault" in cell.metadata.get("tags", [])]
    assert any(role(cell, "solution") for cell in faults)
    reasons = [cell for cell in cells_of(SOLUTIONS / name / f"{name}.ipynb") if is_reason(cell)]
    given = {cell.id: cell.source for cell in cells_of(notebook_of(name)) if is_reason(cell)}
    assert reasons
    for cell in reasons:
        assert cell.metadata.nbgrader.points > 0
        assert "**Rubric" in cell.source
        assert given[cell.id] == "*Your answer goes here.*"


def is_reason(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and role(cell, "solution") and role(cell, "grade")


@each_exercise
def test_exercise_says_its_counted_time_and_its_points(name: str) -> None:
    notebook = nbformat.read(notebook_of(name), as_version=4)
    points = sum(cell.metadata.nbgrader.points for cell in notebook.cells if role(cell, "grade"))
    title = notebook.cells[0].source
    assert f"**Time** {minutes_of_exercise(notebook)} minutes" in title
    assert re.search(rf"\*\*How it is marked\*\*.*\b{points} points", title)


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks_of(notebook_of(name))) for name in names()])
def test_unattempted_exercise_runs_to_its_end_and_each_check_says_so(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook_of(name)
    for variable, value in {"CI": "true", **environment_of(path)}.items():
        monkeypatch.setenv(variable, value)
    notebook = small_run(path)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert reads_data(path) or not any(STAND_IN in text for text in texts(outputs)), UNMARKED
    checks = [cell for cell in notebook.cells if cell.cell_type == "code" and role(cell, "grade")]
    assert checks
    for cell in checks:
        shown = "".join(output.get("text", "") for output in cell.outputs)
        assert "not attempted yet" in shown or "is missing" in shown, cell.source
