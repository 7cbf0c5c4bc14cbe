"""Each static gate is seen to fail once, on a notebook with that one fault."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_output

from tests.gates import static
from tests.gates.build import code_cell, drawn, notebook_of, picture, printed, save
from tests.gates.static import check_notebook
from tools.notebooks import environment_for


def test_notebook_without_fault_passes(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("print(2)", printed("2\n")), code_cell("plot()", drawn(picture()), count=2))
    assert check_notebook(path) == []


def test_stripped_notebook_is_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("print(2)", count=None))
    assert check_notebook(path) == ["code cell 1 has execution count None: run the notebook from the top"]


def test_counts_out_of_order_are_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("1", count=1), code_cell("2", count=3))
    assert check_notebook(path) == ["code cell 2 has execution count 3: run the notebook from the top"]


def test_stored_error_is_caught(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    assert check_notebook(save(tmp_path, code_cell("fail()", error))) == ["code cell 1 stores an error: ValueError"]


def test_stored_error_is_allowed_where_the_cell_says_so(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    assert check_notebook(save(tmp_path, code_cell("fail()", error, tags=["raises-exception"]))) == []


def test_stored_warning_is_caught(tmp_path: Path) -> None:
    warning = new_output("stream", name="stderr", text="UserWarning: old\n")
    assert check_notebook(save(tmp_path, code_cell("old()", warning))) == [
        "code cell 1 stores a warning: UserWarning: old"
    ]


def test_figure_without_alt_text_is_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("plot()", drawn(picture(), alt=None)))
    assert check_notebook(path) == ["code cell 1 draws a figure without alt text: end it with show('what it shows')"]


@pytest.mark.parametrize(
    ("prose", "problem"),
    [
        ("# Another title", "wanted one title (#), at the top; found 2"),
        ("#### Too deep", "heading 'Too deep' skips a level: # is followed by ####"),
        ("It is simply a sum.", "'simply' belittles the reader: 'It is simply a sum.'"),
        ("[next](nowhere.ipynb)", "link to nowhere.ipynb, which does not exist"),
        ("![](https://example.org/a.png)", "image https://example.org/a.png has no alt text"),
        ("See /home/me/data.", "cell 2 holds an absolute path: '/home/me/data.'"),
        ("   ", "cell 2 is empty"),
    ],
)
def test_fault_in_prose_is_caught(prose: str, problem: str, tmp_path: Path) -> None:
    assert check_notebook(save(tmp_path, new_markdown_cell(prose))) == [problem]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("!pip install torch", "code cell 1 installs packages or changes sys.path: make lab does the set-up"),
        ("open('/tmp/x')", 'cell 2 holds an absolute path: "/tmp/x\')"'),
        ("\n".join(["x = 1"] * 41), "code cell 1 has 41 lines, at most 40"),
        ("epochs = 1 if FAST else 9", "FAST is used, but no cell tagged parameters sets it"),
    ],
)
def test_fault_in_code_is_caught(source: str, problem: str, tmp_path: Path) -> None:
    assert problem in check_notebook(save(tmp_path, code_cell(source)))


def test_output_with_an_absolute_path_is_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("where()", printed("saved to /root/model.pt\n")))
    assert check_notebook(path) == ["cell 2 holds an absolute path: '/root/model.pt\\n'"]


def test_output_made_on_stand_in_data_is_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("load()", printed("MNIST: offline stand-in\n")))
    assert check_notebook(path) == ["code cell 1 stores an output that was made on stand-in data"]


def test_stored_widget_is_caught(tmp_path: Path) -> None:
    widget = new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "1"}})
    problems = check_notebook(save(tmp_path, code_cell("slider", widget)))
    assert problems == ["code cell 1 stores a widget, whose model is gone with its kernel"]


def test_missing_section_is_caught(tmp_path: Path) -> None:
    notebook = notebook_of()
    notebook.cells[-1].source = "## Summary\n\n## Common mistakes\n\n## Further reading"
    nbformat.write(notebook, tmp_path / "fixture.ipynb")
    assert check_notebook(tmp_path / "fixture.ipynb") == ["there is no section 'Try it'"]


def test_missing_time_in_the_opening_is_caught(tmp_path: Path) -> None:
    notebook = notebook_of()
    notebook.cells[0].source = notebook.cells[0].source.replace("**Time** c", "")
    nbformat.write(notebook, tmp_path / "fixture.ipynb")
    assert check_notebook(tmp_path / "fixture.ipynb") == ["the first cell lacks **Time**"]


def test_left_over_metadata_is_caught(tmp_path: Path) -> None:
    notebook = notebook_of(code_cell("1"))
    notebook.metadata["widgets"] = {}
    notebook.cells[1].metadata["collapsed"] = True
    nbformat.write(notebook, tmp_path / "fixture.ipynb")
    assert check_notebook(tmp_path / "fixture.ipynb") == [
        "notebook metadata 'widgets' is not needed",
        "cell 2: metadata 'collapsed' is not needed",
    ]


def test_mistyped_tag_is_caught(tmp_path: Path) -> None:
    path = save(tmp_path, code_cell("1", tags=["nbval-ignore-outputs"]))
    assert check_notebook(path) == ["cell 2: unknown tag 'nbval-ignore-outputs'"]


def test_large_file_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, code_cell("print(2)", printed("2\n")))
    monkeypatch.setattr(static, "LARGEST_FILE", 100)
    assert check_notebook(path) == [f"{path.stat().st_size:,} bytes, at most 100: make its figures smaller"]


# Exercises: another opening and ending, and what nbgrader needs in the metadata


def exercise(folder: Path, opening: str, ending: str, **metadata: object) -> Path:
    cell = code_cell("print(2)", printed("2\n"))
    cell.metadata.update(metadata)
    notebook = notebook_of(cell)
    notebook.cells[0].source, notebook.cells[-1].source = opening, ending
    path = folder / "ex9_fixture.ipynb"
    nbformat.write(notebook, path)
    return path


EXERCISE = "# Title\n\n**Goal** a\n\n**Time** b\n\n**What counts** c\n\n**How it is marked** d"


def test_exercise_without_fault_passes(tmp_path: Path) -> None:
    assert check_notebook(exercise(tmp_path, EXERCISE, "## Go further", nbgrader={"grade": True})) == []


def test_exercise_that_does_not_say_how_it_is_marked_is_caught(tmp_path: Path) -> None:
    opening = EXERCISE.replace("**How it is marked** d", "")
    assert check_notebook(exercise(tmp_path, opening, "## Go further")) == ["the first cell lacks **How it is marked**"]


def test_exercise_that_leads_nowhere_is_caught(tmp_path: Path) -> None:
    assert check_notebook(exercise(tmp_path, EXERCISE, "## The end")) == ["there is no section 'Go further'"]


def test_metadata_of_nbgrader_is_refused_outside_of_exercises(tmp_path: Path) -> None:
    cell = code_cell("print(2)", printed("2\n"))
    cell.metadata["nbgrader"] = {"grade": True}
    assert check_notebook(save(tmp_path, cell)) == ["cell 2: metadata 'nbgrader' is not needed"]


def test_notebook_of_times_is_stored_on_the_processors_usual_routines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MKL_CBWR", "COMPATIBLE")
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    timed, other = (notebook_of(code_cell("1", tags=tags)) for tags in (["timing"], []))
    assert "MKL_CBWR" not in environment_for(timed)
    assert environment_for(other)["MKL_CBWR"] == "COMPATIBLE"
    assert environment_for(timed)["COURSE_DEVICE"] == "cpu"
