"""An exercise under nbgrader itself, with the course's own configuration."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.validator import Validator
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from tests.exercises.engine import Exercise
from tests.gates.plugin import small_run
from tools.notebooks import ROOT
from tools.release import EXERCISES, SOLUTIONS

NAME = "ex3_manual-backprop"  # the quickest: it reads no data
NOISE = """
import logging, sys, warnings
import numpy as np
from tqdm.auto import tqdm
logging.basicConfig()
honest, calls = {function}, []
def {function}(*args):
    calls.append(args)
    if len(calls) > 20:
        return honest(*args)
    print("working on it")
    warnings.warn("a library has something to say")
    logging.getLogger("library").warning("and says it")
    np.float64(1.0) / np.float64(0.0)
    for _ in tqdm(range(3)):
        print("or this", file=sys.stderr)
    return honest(*args)
"""


def course_config(root: Path) -> Config:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    return config


def answered(answers: dict[str, str]) -> nbformat.NotebookNode:
    """The exercise with answers, as its small run."""
    notebook = small_run(EXERCISES / NAME / f"{NAME}.ipynb")
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return notebook


def test_each_cell_has_an_hour() -> None:
    """An honest answer meets the 30 s of nbgrader itself on a busy machine, and the submission is taken away."""
    config = course_config(ROOT)
    assert config.Execute.timeout == config.ExecutePreprocessor.timeout == 3600


def test_what_an_honest_student_prints_costs_no_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = Exercise(NAME)
    answers = {question: exercise.answer(question) for question in exercise.questions}
    answers["gates"] += NOISE.format(function="relu_backward")
    submitted = tmp_path / "submitted" / "zoë" / NAME
    submitted.mkdir(parents=True)
    nbformat.write(answered(answers), submitted / f"{NAME}.ipynb")
    shutil.copytree(SOLUTIONS / NAME, tmp_path / "solutions" / NAME)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    beside_python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", beside_python)  # nbgrader calls alembic by its name
    api = NbGraderAPI(config=course_config(tmp_path))
    assert api.generate_assignment(NAME)["success"]
    assert api.autograde(NAME, "zoë")["success"]
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(NAME, "zoë")
        grades = {
            grade.name: (grade.auto_score, grade.max_score)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell.cell_type == "code"
        }
    assert grades == {name: (most, most) for name, (_, most) in grades.items()}
    assert len(grades) == len(exercise.questions)


def test_validate_says_that_nothing_is_answered_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    nbformat.write(answered({}), tmp_path / f"{NAME}.ipynb")
    said = Validator(config=course_config(ROOT)).validate(str(tmp_path / f"{NAME}.ipynb"))
    marked = [cell for cell in answered({}).cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(said["failed"]) == len(marked) > len(Exercise(NAME).questions), "the reason in words is one more"
