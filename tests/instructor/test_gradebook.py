"""nbgrader's gradebook, filled from results."""

from __future__ import annotations

import logging
import shutil

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config.loader import PyFileConfigLoader

from instructor import gradebook
from instructor.classroom import folder
from tests.instructor.examples import EXERCISE, hand_in, result

NAMES = {"ada": "Ada Lovelace", "li": "李雷", "noor": "نور الدين"}


def shown(class_folder, student):
    return nbformat.read(folder(class_folder, "autograded", student, EXERCISE) / f"{EXERCISE}.ipynb", 4)


def source_of(notebook, cell_id):
    return next(cell.source for cell in notebook.cells if cell.id == cell_id)


def mark_by_hand(class_folder, student, question, points, comment):
    """What formgrader does when somebody types points and a comment."""
    with gradebook.opened(class_folder) as book:
        grade = book.find_grade(question, EXERCISE, EXERCISE, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.find_comment(question, EXERCISE, EXERCISE, student).manual_comment = comment
        book.db.commit()


def grade_of(class_folder, student, question):
    with gradebook.opened(class_folder) as book:
        return book.find_grade(question, EXERCISE, EXERCISE, student).to_dict()


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory):
    """Making a gradebook takes seconds: nbgrader starts another program for it."""
    folder = tmp_path_factory.mktemp("class")
    found = {
        "ada": result(answers={"reason": "Each row of the gradient adds up to 0."}),
        "li": result({"gates-check": "wrong", "Swish-check": "not attempted", "reason": "not attempted"}),
        "noor": result({"mlp_step-check": "stopped"}, {"linear": "def linear_forward(X, W, b):\n    return X"}),
    }
    hand_in(folder, found, names=NAMES)
    gradebook.fill(folder, EXERCISE, found)
    return folder


@pytest.fixture
def class_folder(filled_once, tmp_path):
    copy = tmp_path / "class"
    shutil.copytree(filled_once, copy)
    gradebook.write_config(copy)
    return copy


@pytest.fixture
def api(class_folder):
    config = PyFileConfigLoader("nbgrader_config.py", path=str(class_folder)).load_config()
    config.NbGraderAPI.log_level = logging.CRITICAL
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def test_formgrader_lists_every_submission_with_its_points(api):
    listed = {one["student"]: one for one in api.get_submissions(EXERCISE)}
    assert {name: one["score"] for name, one in listed.items()} == {"ada": 18, "li": 12, "noor": 14}
    assert {one["max_score"] for one in listed.values()} == {20}
    assert all(one["autograded"] for one in listed.values())
    assert listed["li"]["last_name"] == "李雷"
    assert listed["ada"]["display_timestamp"].startswith("2026-03-01 23:59")


def test_formgrader_lists_the_exercises_and_finds_each_notebook(api):
    assert EXERCISE in {one["name"] for one in api.get_assignments()}
    assert len(api.get_notebook_submission_indices(EXERCISE, EXERCISE)) == 3


def test_only_answers_marked_by_a_person_wait_for_one(class_folder):
    assert grade_of(class_folder, "ada", "reason")["needs_manual_grade"]
    assert not grade_of(class_folder, "ada", "gates-check")["needs_manual_grade"]
    assert not grade_of(class_folder, "li", "reason")["needs_manual_grade"]  # nothing was written


def test_marks_by_hand_survive_a_second_fill(class_folder):
    mark_by_hand(class_folder, "ada", "reason", 1.5, "Almost: why do the rows add up to 0?")
    gradebook.fill(
        class_folder, EXERCISE, {"ada": result(answers={"reason": "Each row of the gradient adds up to 0."})}
    )
    after = grade_of(class_folder, "ada", "reason")
    assert (after["manual_score"], after["needs_manual_grade"]) == (1.5, False)
    entry = gradebook.by_hand(class_folder, EXERCISE)["ada"]["reason"]
    assert entry == gradebook.ByHand(1.5, 0.0, "Almost: why do the rows add up to 0?")


def test_an_answer_that_changed_after_it_was_marked_is_to_be_looked_at_again(class_folder):
    mark_by_hand(class_folder, "ada", "reason", 1.5, "Almost.")
    second = {"ada": result(answers={"reason": "Because softmax does not see a shift of all logits."})}
    gradebook.fill(class_folder, EXERCISE, second)
    gradebook.fill(class_folder, EXERCISE, second)  # a run between resubmission and marker changes nothing
    after = grade_of(class_folder, "ada", "reason")
    assert (after["manual_score"], after["needs_manual_grade"]) == (1.5, True)


def test_what_formgrader_shows_holds_the_answer_and_the_message_and_no_hidden_test(class_folder):
    notebook = shown(class_folder, "li")
    text = nbformat.writes(notebook)
    assert "HIDDEN" not in text and "graded()" not in text and "SOLUTION" not in text
    check = next(cell for cell in notebook.cells if cell.id == "gates-check")
    assert "is a minus missing?" in check.outputs[0].text and "0 of 2 points" in check.outputs[0].text
    assert source_of(shown(class_folder, "noor"), "linear") == "def linear_forward(X, W, b):\n    return X"


HOSTILE = """<script>top.hacked = 1</script> a < b <img src=x onerror="top.hacked = 1">
[link](javascript:top.hacked) [other](&#106;avascript:top.hacked) [third] <javascript:top.hacked>

[third]: javascript:top.hacked

$\\href{javascript:top.hacked}{x}$ `<script>` <!-- -->"""


def test_an_answer_in_markdown_cannot_bring_code_into_formgrader(class_folder):
    gradebook.fill(class_folder, EXERCISE, {"ada": result(answers={"reason": HOSTILE})})
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[handlers.template_path])
    resources = {"index": 0, "total": 1, "base_url": "", "notebook_path": "", "student": "ada", "last_name": "L"}
    path = folder(class_folder, "autograded", "ada", EXERCISE) / f"{EXERCISE}.ipynb"
    html, _ = exporter.from_filename(str(path), resources=resources | {"notebook_id": EXERCISE})
    assert "top.hacked" in html  # the answer is there, as text
    for tag in ("<script>top", "<img src=x", 'href="javascript', "\\href{"):
        assert tag not in html


def test_the_same_answer_as_it_is_would_bring_code_into_formgrader(class_folder, monkeypatch):
    monkeypatch.setattr(gradebook, "disarmed", lambda text: text)
    gradebook.fill(class_folder, EXERCISE, {"ada": result(answers={"reason": HOSTILE})})
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[handlers.template_path])
    resources = {"index": 0, "total": 1, "base_url": "", "notebook_path": "", "student": "ada", "last_name": "L"}
    html, _ = exporter.from_notebook_node(shown(class_folder, "ada"), resources=resources | {"notebook_id": EXERCISE})
    assert "<script>top" in html


def test_a_name_cannot_bring_code_into_formgrader(class_folder):
    hand_in(class_folder, {"ada": result()}, names={"ada": "<script>alert(1)</script>"})
    gradebook.fill(class_folder, EXERCISE, {"ada": result()})
    with gradebook.opened(class_folder) as book:
        assert "<" not in book.find_student("ada").last_name


def test_nbgraders_own_autograde_refuses_to_run_students_code(api, class_folder):
    api.log_level = logging.CRITICAL
    said = api.autograde(EXERCISE, "ada")
    assert not said["success"] and "python -m instructor grade" in said["error"]
    assert shown(class_folder, "ada").cells  # and what we wrote is still there
    assert Autograde  # the class that the refusal is for


def test_an_exercise_that_changed_keeps_its_maximum_right(class_folder, monkeypatch):
    whole = gradebook.released.notebook(EXERCISE)
    whole.cells = [cell for cell in whole.cells if not cell.id.startswith("Swish")]
    monkeypatch.setattr(gradebook.released, "notebook", lambda exercise: whole)
    gradebook.fill(class_folder, EXERCISE, {"ada": result()})
    monkeypatch.undo()
    with gradebook.opened(class_folder) as book:
        assert book.find_submission(EXERCISE, "ada").max_score == 16
    gradebook.fill(class_folder, EXERCISE, {"ada": result()})  # the question comes back
    with gradebook.opened(class_folder) as book:
        assert (book.find_submission(EXERCISE, "ada").score, book.find_submission(EXERCISE, "ada").max_score) == (
            18,
            20,
        )


def test_a_question_that_somebody_marked_is_not_removed(class_folder, monkeypatch):
    mark_by_hand(class_folder, "ada", "reason", 2, "Yes.")
    whole = gradebook.released.notebook(EXERCISE)
    whole.cells = [cell for cell in whole.cells if cell.id != "reason"]
    monkeypatch.setattr(gradebook.released, "notebook", lambda exercise: whole)
    with pytest.raises(ValueError, match="somebody has marked it"):
        gradebook.fill(class_folder, EXERCISE, {"ada": result()})


def test_a_name_that_leads_out_of_the_class_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be the name of a folder"):
        gradebook.fill(tmp_path, EXERCISE, {"../../elsewhere": result()})


def test_half_a_surrogate_pair_in_an_answer_is_survived(class_folder):
    gradebook.fill(class_folder, EXERCISE, {"ada": result(answers={"linear": "x = '\ud800'", "reason": "\udfff"})})
    assert source_of(shown(class_folder, "ada"), "linear") == "x = '?'"


def test_a_damaged_timestamp_is_survived(class_folder):
    (class_folder / "submitted/ada" / EXERCISE / "timestamp.txt").write_text("yesterday", encoding="utf-8")
    gradebook.fill(class_folder, EXERCISE, {"ada": result()})
    with gradebook.opened(class_folder) as book:
        assert book.find_submission(EXERCISE, "ada").timestamp is None
