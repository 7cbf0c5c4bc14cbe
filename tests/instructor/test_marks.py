"""The marks of a class as files."""

from __future__ import annotations

import csv
import io
import json

import pytest

from instructor import marks, results
from instructor.gradebook import ByHand
from tests.instructor.examples import EXERCISE, hand_in, result

NAMES = {
    "ada": "Ada Lovelace",
    "li": "李雷",
    "noor": "نور الدين",
    "mallory": '=HYPERLINK("http://x","Ada")',
    "eve": "Eve",
}
DONE = {"reason": "not attempted"}  # nothing left for a person to mark


@pytest.fixture
def class_folder(tmp_path):
    found = {
        "ada": result(),
        "li": result({**DONE, "gates-check": "wrong"}),
        "noor": result(DONE),
        "mallory": result(DONE),
    }
    hand_in(tmp_path, found, names=NAMES)
    return tmp_path


@pytest.fixture
def by_hand(monkeypatch):
    """What a person has entered, without the seconds that making a gradebook takes."""
    entered = {}
    monkeypatch.setattr(marks, "by_hand", lambda class_folder, exercise: entered)
    return entered


def table(class_folder, lms, **options):
    path = marks.export(class_folder, EXERCISE, marks.graded(class_folder, EXERCISE), lms=lms, **options)
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_graded_reads_what_the_run_has_written(class_folder):
    found = marks.graded(class_folder, EXERCISE)
    assert list(found) == ["ada", "li", "mallory", "noor"]
    assert found["ada"] == result()
    assert found["noor"] is found["mallory"]  # equal submissions share a result


def test_graded_says_what_to_do_where_there_is_nothing_or_rubbish(class_folder):
    with pytest.raises(FileNotFoundError, match="instructor grade"):
        marks.graded(class_folder, "ex9")
    (class_folder / f"graded-{EXERCISE}.json").write_text("[1", encoding="utf-8")
    with pytest.raises(ValueError, match="damaged"):
        marks.graded(class_folder, EXERCISE)


def test_the_plain_table_has_a_column_for_each_question(class_folder):
    rows = {row["student"]: row for row in table(class_folder, "plain")}
    assert rows["li"]["gates-check (of 2)"] == "0"
    assert rows["li"]["points (of 20)"] == "16"
    assert (rows["ada"]["reason (of 2)"], rows["ada"]["status"], rows["ada"]["to mark by hand"]) == (
        "",
        "to be marked",
        "1",
    )
    assert [rows[name]["name"] for name in ("li", "noor")] == ["李雷", "نور الدين"]


def test_points_given_by_a_person_are_added(class_folder, by_hand):
    by_hand["ada"] = {"reason": ByHand(1.5), "linear-check": ByHand(1.25, 0.5)}
    row = next(row for row in table(class_folder, "plain") if row["student"] == "ada")
    assert (row["reason (of 2)"], row["linear-check (of 2)"], row["extra"]) == ("1.5", "1.25", "0.5")
    assert (row["points (of 20)"], row["status"]) == ("19.25", "graded")


def test_whoever_handed_nothing_in_is_listed_as_such(class_folder):
    rows = {row["student"]: row for row in table(class_folder, "plain")}
    assert (rows["eve"]["status"], rows["eve"]["points (of 20)"]) == ("no submission", "")
    graded = json.loads((class_folder / f"graded-{EXERCISE}.json").read_text(encoding="utf-8"))
    del graded["li"]
    (class_folder / f"graded-{EXERCISE}.json").write_text(json.dumps(graded), encoding="utf-8")
    assert {row["student"]: row for row in table(class_folder, "plain")}["li"]["status"] == "not graded"


def test_without_students_csv_the_folders_are_the_class(class_folder):
    (class_folder / "students.csv").unlink()
    assert [row["name"] for row in table(class_folder, "plain")] == ["ada", "li", "mallory", "noor"]


def test_being_late_with_one_exercise_is_not_being_late_with_another(class_folder):
    rows = [
        "student,name,number,exercise,file,submitted,late",
        f"ada,Ada,1,{EXERCISE},a.ipynb,,",
        "ada,Ada,1,ex9,b.ipynb,,yes",
    ]
    (class_folder / "students.csv").write_text("\n".join([*rows, f"li,Li,2,{EXERCISE},c.ipynb,,yes"]), encoding="utf-8")
    late = {row["student"]: row["late"] for row in table(class_folder, "plain")}
    assert (late["ada"], late["li"]) == ("", "yes")


def test_moodle_finds_each_student_by_the_number_of_the_participant(class_folder):
    rows = {row["Full name"]: row for row in table(class_folder, "moodle")}
    assert list(rows["李雷"]) == ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
    assert (rows["李雷"]["Identifier"], rows["李雷"]["Grade"]) == ("Participant 101", "16")
    assert rows["Eve"]["Grade"] == ""


def test_canvas_gets_its_columns_and_the_points_possible(class_folder):
    rows = table(class_folder, "canvas")
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", EXERCISE]
    assert "Points Possible" in rows[0]["Student"] and rows[0][EXERCISE] == "20"
    assert {row["ID"]: row[EXERCISE] for row in rows[1:]} == {
        "100": "18",
        "101": "16",
        "102": "18",
        "103": "18",
        "104": "",
    }
    assert not (class_folder / f"marks-{EXERCISE}-canvas.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("lms", "column"), [("moodle", "Grade"), ("canvas", EXERCISE)])
def test_a_mark_that_is_not_final_is_kept_from_a_platform_on_request(class_folder, by_hand, lms, column):
    def ada(**options):
        return next(row[column] for row in table(class_folder, lms, **options) if "Ada Lovelace" in row.values())

    assert (ada(), ada(final=True)) == ("18", "")
    by_hand["ada"] = {"reason": ByHand(2.0)}
    assert (ada(), ada(final=True)) == ("20", "20")


def test_waiting_counts_the_answers_that_nobody_has_marked(class_folder, by_hand):
    found = marks.graded(class_folder, EXERCISE)
    assert marks.waiting(class_folder, EXERCISE, found) == 1
    by_hand["ada"] = {"reason": ByHand(0.0)}
    assert marks.waiting(class_folder, EXERCISE, found) == 0


@pytest.mark.parametrize("lms", ["plain", "moodle", "canvas"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\ufeff=", "＝"])
def test_a_name_cannot_become_a_formula(tmp_path, start, lms):
    evil = f"{start}cmd|' /C calc'!A0"
    rows = [["student", "name", "number", "file", "late"], ["ada", evil, evil, "", evil]]
    with (tmp_path / "students.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    path = marks.export(tmp_path, EXERCISE, {}, lms=lms)
    cells = [cell for row in csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))) for cell in row]
    found = [cell for cell in cells if "calc" in cell]
    assert found and not any(cell.strip("\ufeff \t\r\n").startswith(marks.FORMULA) for cell in found)


def test_an_unknown_platform_is_refused(class_folder):
    with pytest.raises(ValueError, match="plain, moodle, canvas"):
        marks.export(class_folder, EXERCISE, {}, lms="blackboard")


def test_a_damaged_result_is_named(class_folder):
    key = results.key_of("ex", {}, "")
    (class_folder / "results" / f"{key}.json").write_text("{}", encoding="utf-8")
    (class_folder / f"graded-{EXERCISE}.json").write_text(json.dumps({"ada": key}), encoding="utf-8")
    with pytest.raises(ValueError, match=key):
        marks.graded(class_folder, EXERCISE)
