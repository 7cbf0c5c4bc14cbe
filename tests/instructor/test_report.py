"""The report on one exercise: its numbers, and the page."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import nbformat
import pytest

from instructor import report, statistics
from instructor.gradebook import ByHand
from tests.instructor.examples import EXERCISE, hand_in, result

ASKED = ("linear-check", "gates-check", "softmax_cross_entropy-check", "mlp_step-check", "fault-check", "Swish-check")
NOTHING = dict.fromkeys((*ASKED, "reason"), "not attempted")


@pytest.fixture
def entered(monkeypatch):
    entries = {}
    monkeypatch.setattr(statistics, "by_hand", lambda class_folder, exercise: entries)
    return entries


@pytest.fixture
def read(tmp_path, entered):
    def made(*found):
        hand_in(tmp_path, {f"s{i}": one for i, one in enumerate(found)})
        return statistics.read_class(tmp_path, EXERCISE)

    return made


def row(table, start):
    return table[table["question"].str.startswith(start)].iloc[0]


def test_each_question_has_its_counts_and_the_share_of_its_points(read):
    about = read(
        result(),
        result({"gates-check": "wrong"}),
        result({"gates-check": "stopped"}),
        result({"gates-check": "not attempted"}),
    )
    found = row(statistics.question_table(about), "Question 2")
    counts = {name: found[name] for name in statistics.STATUSES}
    assert counts == {"right": 1, "partly": 0, "wrong": 1, "stopped": 1, "not attempted": 1, "to be marked": 0}
    assert found["points earned"] == 0.25
    assert row(statistics.question_table(about), "Question 5")["to be marked"] == 4


def test_discrimination_is_the_correlation_with_the_rest(read):
    poor = NOTHING | {"linear-check": "right", "gates-check": "right"}
    about = read(result({"gates-check": "wrong"}), result({"gates-check": "wrong"}), result(poor), result(NOTHING))
    # Points of Question 2: 0, 0, 2, 0; of all others but the essay: 16, 16, 2, 0.
    correlation, size = statistics.discrimination(about, "gates-check")
    assert size == 4
    assert correlation == pytest.approx(-13 / (3 * 227) ** 0.5)


@pytest.mark.parametrize(
    "found",
    [[], [result()], [result(), result(NOTHING)], [result()] * 5, [result(NOTHING)] * 5],
    ids=["nobody", "one", "two", "all right", "all wrong"],
)
def test_where_discrimination_is_undefined_it_is_blank(tmp_path, entered, found, read):
    if not found:
        (tmp_path / f"graded-{EXERCISE}.json").write_text("{}", encoding="utf-8")
    about = read(*found) if found else statistics.read_class(tmp_path, EXERCISE)
    table = statistics.question_table(about)
    assert table["discrimination"].isna().all()
    assert "nan" not in statistics.table_html(table).data.lower()
    for draw in (statistics.plot_points, statistics.plot_questions):
        assert draw(about).get_xlabel()
        plt.close("all")
    assert statistics.summary(about)
    for table in (statistics.commonest(about), statistics.cost_table(about)):
        assert "<table" in statistics.table_html(table).data


def test_points_given_by_a_person_count(read, entered):
    entered["s0"] = {"reason": ByHand(2.0)}
    entered["s1"] = {"reason": ByHand(0.5), "gates-check": ByHand(1.0, 3.0)}
    about = read(result(), result({"gates-check": "wrong"}))
    table = statistics.question_table(about)
    assert (row(table, "Question 5")["right"], row(table, "Question 5")["partly"]) == (1, 1)
    assert (row(table, "Question 2")["right"], row(table, "Question 2")["partly"]) == (1, 1)
    assert "from 20 to 20.5" in statistics.summary(about)[-1]  # 16 + 0.5 + 1 + 3
    assert statistics.plot_points(about).patches
    plt.close("all")


def test_the_commonest_wrong_answers_are_grouped_by_kind_else_by_message_without_numbers(read):
    def one(kind, message, hidden=()):
        made = result({"gates-check": "wrong"}, messages={"gates-check": message}, hidden=hidden)
        marks = tuple(
            type(mark)(**{**mark.__dict__, "kind": kind}) if mark.question == "gates-check" else mark
            for mark in made.marks
        )
        return type(made)(**{**made.__dict__, "marks": marks, "key": f"{kind}{message}{hidden}".encode().hex()[:60]})

    about = read(
        one("", "wanted 0.5, got 7"),
        one("", "wanted 1.25, got -3e-2"),
        one("sign", "the sign of dZ is wrong"),
        one("sign", "the sign of dW is wrong"),
        one("sign", "the sign of dW is wrong"),
        one("", "seed 31", ("gates-check",)),
    )
    table = statistics.commonest(about)
    assert list(table["answers"]) == [3, 2, 1]
    assert list(table["kind"]) == ["sign", "", ""]
    assert list(table["what the check says"]) == [
        "the sign of dW is wrong",
        "wanted …, got …",
        "passes the visible check, fails a further case",
    ]


def test_names_with_digits_stay_whole():
    assert statistics.blanked("W1 of (64, 10) is 2.5 times 1e-3\n  too large") == "W1 of (…, …) is … times … too large"
    assert len(statistics.blanked("word " * 1000)) < 310


def test_grading_without_a_sandbox_is_warned_of_first(read):
    bare = type(result())(**{**result().__dict__, "sandbox": "none"})
    assert statistics.summary(read(bare))[0].startswith("Warning: 1 of 1")


def test_hostile_messages_stay_text(read):
    about = read(result({"gates-check": "wrong"}, messages={"gates-check": "<script>alert()</script>"}))
    html = statistics.table_html(statistics.commonest(about)).data
    assert "&lt;script&gt;alert" in html
    assert "<script" not in html


def test_the_notebook_is_committed_without_outputs():
    notebook = nbformat.read(report.NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert [cell.id for cell in code if "parameters" in cell.metadata.get("tags", [])] == ["parameters"]


def test_the_page_has_figures_with_descriptions_and_loads_nothing(tmp_path):
    found = {
        f"s{i}": result({"gates-check": "wrong"} if i % 2 else {}, messages={"gates-check": "<script>x()"})
        for i in range(4)
    }
    hand_in(tmp_path, found, names={"s0": "Ada Lovelace"})
    html = report.report(tmp_path, EXERCISE).read_text(encoding="utf-8")
    images = re.findall(r"<img[^>]*>", html, re.DOTALL)
    assert len(images) == 2
    assert all(re.search(r'src="data:image/png', image) and re.search(r'alt="[^"]{40,}"', image) for image in images)
    assert "4 graded, of 4 in the class." in html and "Question 7" in html
    assert "<script" not in html and "http://" not in html and "https://" not in html
    assert "Lovelace" not in html and "most recent call last" not in html


def test_without_results_it_is_said_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="instructor grade"):
        report.report(tmp_path, EXERCISE)
