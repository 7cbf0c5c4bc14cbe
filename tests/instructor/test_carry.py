"""What is taken out of a submission, whatever somebody did to the notebook."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from instructor.carry import MOST_CHARACTERS, Answers, answers_of, attempted, strip_magics, stub_of
from tools.release import EXERCISES, SOLUTIONS, names


def cell(kind: str, name: str, source: str, **nbgrader: object) -> NotebookNode:
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind](source, id=name)
    if nbgrader:
        roles = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        new.metadata["nbgrader"] = {**roles, "grade_id": name.replace("-", "_"), **nbgrader}
    return new


def solved(name: str) -> str:
    body = "    ### BEGIN SOLUTION\n    return Z > 0\n    ### END SOLUTION"
    return f'def {name}(Z):\n    """The slope."""\n{body}\n'


CHECK = "check(relu_slope)\n### BEGIN HIDDEN TESTS\nmore()\n### END HIDDEN TESTS"
MASTER = nbformat.v4.new_notebook(
    cells=[
        cell("markdown", "title", "# Exercise"),
        cell("code", "setup", "import torch"),
        cell("code", "relu-slope", solved("relu_slope"), solution=True),
        cell(
            "code", "relu-check", "check(relu_slope)\n### BEGIN HIDDEN TESTS\nmore()\n### END HIDDEN TESTS", grade=True
        ),
        cell("code", "tanh-slope", solved("tanh_slope"), solution=True),
        cell("markdown", "why", "Because. **Rubric** 2 points", solution=True, grade=True, points=2),
    ]
)
RELU, TANH, WHY = "relu-slope", "tanh-slope", "why"
STUB = 'def relu_slope(Z):\n    """The slope."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n'
ANSWER = "def relu_slope(Z):\n    return Z >= 0\n"


def handed_in(**answers: str) -> dict:
    """The released notebook with answers (`relu_slope="..."`), as JSON has it."""
    notebook = copy.deepcopy(MASTER)
    for each in notebook.cells:
        if each.metadata.get("nbgrader", {}).get("solution"):
            each.source = answers.get(each.id.replace("-", "_"), stub_of(each))
        each.source = each.source.split("\n### BEGIN HIDDEN")[0]
    return json.loads(nbformat.writes(notebook))


def place(notebook: dict, name: str) -> dict:
    return next(each for each in notebook["cells"] if each.get("id") == name)


def read(notebook: object) -> Answers:
    return answers_of(json.dumps(notebook).encode(), MASTER)


def test_answers_are_taken_and_nothing_is_said_of_an_honest_notebook() -> None:
    found = read(handed_in(relu_slope=ANSWER, why="It is a step."))
    assert found.sources[RELU] == ANSWER
    assert found.sources[WHY] == "It is a step."
    assert list(found.sources) == [RELU, TANH, WHY]
    assert found.problems == ()
    assert attempted(found) == {RELU, WHY}


@pytest.mark.parametrize("name", names())
def test_stub_is_what_students_are_given(name: str) -> None:
    master = nbformat.read(SOLUTIONS / name / f"{name}.ipynb", as_version=4)
    path = EXERCISES / name / f"{name}.ipynb"
    given_cells = {each.id: each.source for each in nbformat.read(path, as_version=4).cells}
    for each in master.cells:
        if each.metadata.get("nbgrader", {}).get("solution"):
            assert stub_of(each) == given_cells[each.id]
    found = answers_of(path.read_bytes(), master)
    assert found.problems == ()
    assert attempted(found) == set()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\0\0\0\0", "nothing but blanks"),
        (b"PK\x03\x04", "no JSON"),
        (b'{"cells": [', "half an upload"),
        (json.dumps(handed_in(relu_slope=ANSWER)).encode()[:400], "half an upload"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"9" * 10_000, "nested too deeply, or too long"),
        (b"[1, 2]", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": []}', "none of the answer cells"),
        (b'{"worksheets": 3}', "before 2015"),
        (b"\xff\xfe{", "no JSON"),
    ],
)
def test_file_that_is_no_notebook_has_no_answer_and_a_reason(data: bytes, said: str) -> None:
    found = answers_of(data, MASTER)
    assert any(said in problem for problem in found.problems), found.problems
    assert found.sources[RELU] == STUB
    assert attempted(found) == set()


def test_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", lambda _: pytest.fail("parsed"))
    found = answers_of(b" " * 200_000, MASTER, most_bytes=100_000)
    assert "200,000 bytes" in found.problems[0]


def in_format_3(notebook: dict) -> dict:
    parsed = nbformat.reads(json.dumps(notebook), as_version=4)
    return json.loads(nbformat.writes(nbformat.convert(parsed, 3), version=3))


def without_ids(notebook: dict) -> dict:
    for each in notebook["cells"]:
        del each["id"]
    return {**notebook, "nbformat_minor": 4}


def from_colab(notebook: dict) -> dict:
    for each in notebook["cells"]:
        each["metadata"] = {"id": each.pop("id")}
    return {**notebook, "nbformat_minor": 0}


def in_lists(notebook: dict) -> dict:
    for each in notebook["cells"]:
        each["source"] = "".join(each["source"]).splitlines(keepends=True)
    return notebook


def reversed_cells(notebook: dict) -> dict:
    return {**notebook, "cells": notebook["cells"][::-1]}


@pytest.mark.parametrize("change", [in_format_3, without_ids, from_colab, in_lists, reversed_cells])
def test_other_formats_and_orders_change_no_answer(change: Callable[[dict], dict]) -> None:
    notebook = handed_in(relu_slope=ANSWER, why="It is a step.\n\nSo there.")
    found = read(change(notebook))
    assert found.sources[RELU] == ANSWER.removesuffix("\n") or found.sources[RELU] == ANSWER
    assert found.sources[WHY] == "It is a step.\n\nSo there."
    assert attempted(found) == {RELU, WHY}
    assert len(found.problems) == (1 if change is in_format_3 else 0), found.problems


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_file_of_another_editor_is_read(encoding: str) -> None:
    text = json.dumps(handed_in(relu_slope=ANSWER, why="Größe 0 → 1"), ensure_ascii=False)
    found = answers_of(text.encode(encoding), MASTER)
    assert found.sources[WHY] == "Größe 0 → 1"
    assert found.problems == ()


def test_windows_line_ends_and_byte_order_mark_are_no_change() -> None:
    found = read(handed_in(relu_slope="\ufeff" + ANSWER.replace("\n", "\r\n"), tanh_slope="\tx = 1\r"))
    assert found.sources[RELU] == ANSWER
    assert found.sources[TANH] == "\tx = 1\n"
    assert found.problems == ()
    found = read(handed_in(relu_slope=STUB.replace("\n", "\r\n")))
    assert attempted(found) == set()


def test_comments_and_blank_lines_are_no_attempt() -> None:
    found = read(handed_in(relu_slope=STUB.replace("    # YOUR CODE HERE\n", "\n    # no idea\n"), tanh_slope="  \n"))
    assert attempted(found) == set()


def test_missing_cell_is_not_attempted_and_harms_no_other() -> None:
    notebook = handed_in(relu_slope=ANSWER)
    notebook["cells"].remove(place(notebook, TANH))
    found = read(notebook)
    assert found.problems == (f"the cell {TANH} is missing: it counts as not attempted.",)
    assert attempted(found) == {RELU}
    assert "raise NotImplementedError()" in found.sources[TANH]


@pytest.mark.parametrize("source", [None, 3, {"a": 1}, [1, "x"], ["x", None], True])
def test_source_that_is_no_text_is_not_attempted(source: object) -> None:
    notebook = handed_in(tanh_slope=ANSWER)
    place(notebook, RELU)["source"] = source
    found = read(notebook)
    assert found.problems == (f"the source of the cell {RELU} is no text: it counts as not attempted.",)
    assert attempted(found) == {TANH}


@pytest.mark.parametrize("kind", ["markdown", "raw", 7])
def test_answer_whose_type_was_changed_is_taken_and_it_is_said(kind: object) -> None:
    notebook = handed_in(relu_slope=ANSWER)
    place(notebook, RELU)["cell_type"] = kind
    found = read(notebook)
    assert found.sources[RELU] == ANSWER
    assert found.problems == (f"the cell {RELU} is no longer of type code: its text is taken as code.",)


def twice(first: str, second: str, *, named: tuple[bool, bool] = (True, True)) -> Answers:
    """Two cells with the id of one answer; whether nbgrader's name stands in each."""
    notebook = handed_in(relu_slope=first)
    again = copy.deepcopy(place(notebook, RELU))
    again["source"] = second
    for each, is_named in zip((place(notebook, RELU), again), named, strict=True):
        if not is_named:
            each["metadata"] = {}
    notebook["cells"].append(again)
    return read(notebook)


def test_of_two_cells_with_one_id_the_one_with_an_answer_is_taken() -> None:
    for found in (twice(STUB, ANSWER), twice(ANSWER, STUB), twice(ANSWER, STUB, named=(False, True))):
        assert found.sources[RELU] == ANSWER
        assert found.problems == (
            f"the cell {RELU} is in the notebook 2 times: the one that was written in was taken.",
        )


def test_of_two_answers_with_one_id_nbgraders_name_decides_and_else_the_last_is_taken() -> None:
    assert twice(ANSWER, "x = 1", named=(True, False)).sources[RELU] == ANSWER
    found = twice(ANSWER, "x = 1")
    assert found.sources[RELU] == "x = 1"
    assert "the last of those that differ" in found.problems[0]


def test_copy_with_an_answer_stands_in_for_a_cell_left_as_it_was() -> None:
    notebook = handed_in()
    again = {**copy.deepcopy(place(notebook, RELU)), "id": "of-jupyter", "source": ANSWER}
    notebook["cells"].append(again)
    found = read(notebook)
    assert found.sources[RELU] == ANSWER
    assert found.problems == (f"the cell {RELU} is as it was given; a copy of it, which is not, was taken.",)
    place(notebook, RELU)["source"] = "x = 2"
    found = read(notebook)
    assert found.sources[RELU] == "x = 2"
    assert found.problems == (f"a copy of the cell {RELU} is in the notebook, too, and is not graded.",)


def test_code_in_cells_of_ones_own_is_named() -> None:
    notebook = handed_in(relu_slope=ANSWER)
    at = notebook["cells"].index(place(notebook, RELU))
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": "def helper(): ...", "outputs": []}
    notebook["cells"].insert(at + 1, own)
    notebook["cells"].append({**own, "id": "blank", "source": " \n"})
    notebook["cells"].append({**own, "id": "text", "cell_type": "markdown"})
    found = read(notebook)
    assert found.problems == (
        f"the cell after {RELU} is your own and not graded; move what an answer needs into its cell.",
    )
    notebook["cells"] += [{**own, "id": f"own-{number}"} for number in range(100)]
    assert "and 96 more are your own" in read(notebook).problems[0]


def test_changed_given_code_is_named_and_not_taken() -> None:
    notebook = handed_in(relu_slope=ANSWER)
    place(notebook, "setup")["source"] = "import torch\nimport numpy as np"
    place(notebook, "relu-check")["source"] = "print('all right')"
    found = read(notebook)
    assert set(found.sources) == {RELU, TANH, WHY}
    assert found.problems == (
        "the given cells setup, relu-check were changed, and are graded as given; "
        "move what an answer needs into its cell.",
    )


def test_hidden_characters_are_kept_and_named() -> None:
    source = "x = 'שלום 👩\u200d🔬'  # \u202e evil\ny = 1\0\n"
    found = read(handed_in(relu_slope=source, why="\u202e kept, and no matter"))
    assert found.sources[RELU] == source
    assert found.problems == (
        f"the cell {RELU} holds what cannot be seen: U+0000 (a control character) in line 2, "
        "U+202E (right-to-left override) in line 1.",
    )


def test_half_a_character_is_replaced_so_that_the_answer_can_be_written_anywhere() -> None:
    found = answers_of(json.dumps(handed_in(relu_slope="x = '\ud83d'")).encode(), MASTER)
    assert found.sources[RELU] == "x = '\ufffd'"
    assert "half of a character" in found.problems[0]


def test_endless_answer_is_not_carried() -> None:
    found = read(handed_in(relu_slope="x = 1\n" * MOST_CHARACTERS, tanh_slope=ANSWER))
    assert attempted(found) == {TANH}
    assert "600,000 characters" in found.problems[0]


def test_lines_for_ipython_are_named() -> None:
    found = read(handed_in(relu_slope="%matplotlib inline\n!pip install torch\n" + ANSWER))
    assert found.problems == (
        f"the cell {RELU} speaks to IPython, and that is left out when it is graded: line 1: %matplotlib inline, "
        "line 2: !pip install torch.",
    )


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("def f():\n    %time x = 1\n    return 7 % 4", "def f():\n    pass  # %time x = 1\n    return 7 % 4"),
        ("if a:\n\t!ls\nelse:\n\tb = %who", "if a:\n\tpass  # !ls\nelse:\n\tb = None  # %who"),
        ("files = !ls\nx = 1", "files = None  # !ls\nx = 1"),
        ("torch?\n?torch\ntorch.nn??", "pass  # torch?\npass  # ?torch\npass  # torch.nn??"),
        ("\n%%time\nx = 1", "\n# %%time\nx = 1"),
        ("%%bash\nls\n%x", "# %%bash\n# ls\n# %x"),
        ("!pip install \\\n  torch\nx = 1", "pass  # !pip install \\\n#   torch\nx = 1"),
        ('!echo "(\n%magic\nx = 1', 'pass  # !echo "(\npass  # %magic\nx = 1'),
        ("!echo '''\n%magic\nx = 1", "pass  # !echo '''\npass  # %magic\nx = 1"),
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
    ],
)
def test_lines_for_ipython_become_nothing_and_no_line_moves(source: str, left: str) -> None:
    assert strip_magics(source)[0] == left


@pytest.mark.parametrize(
    "source",
    [
        "x = 7 % 4",
        "s = '''\n%time\n!ls\n'''",
        "x = (7\n    % 4)",
        "x = 7 \\\n  % 4",
        "'%d' % 3",
        "# !ls\n# why?",
        "x =",
    ],
)
def test_python_stays_as_it_is(source: str) -> None:
    assert strip_magics(source) == (source, [])


def test_many_lines_for_ipython_take_no_time() -> None:
    left, found = strip_magics("!echo\n" * 10_000)
    assert left == "pass  # !echo\n" * 10_000
    assert len(found) == 10_000
    strip_magics("!'''\n(" * 10_000)  # and this one comes to an end


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.sampled_from([RELU, "code", "relu_slope"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "worksheets", "id", "source", "input", "metadata", "nbgrader", "grade_id"])
            | st.sampled_from(["cell_type", "nbformat", "level", "collapsed"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)
ANY_CELL = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON | st.sampled_from([RELU, TANH]),
        "cell_type": JSON | st.just("code"),
        "source": JSON | st.text(),
        "input": JSON,
        "metadata": JSON | st.fixed_dictionaries({"nbgrader": JSON | st.just({"grade_id": "relu_slope"})}),
    },
)
ANY_NOTEBOOK = (
    JSON
    | st.fixed_dictionaries({"cells": st.lists(ANY_CELL | JSON, max_size=5)})
    | st.fixed_dictionaries({"worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(ANY_CELL, max_size=4)}))})
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_NOTEBOOK)
def test_whatever_is_json_gives_answers(notebook: object) -> None:
    found = read(notebook)
    assert list(found.sources) == [RELU, TANH, WHY]
    assert all(source.encode().decode() == source for source in found.sources.values())
    assert attempted(found) <= set(found.sources)
    assert found.problems or notebook["cells"]
    assert all(len(problem) < 1000 and "\n" not in problem for problem in found.problems)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_no_notebook_gives_a_reason(data: bytes) -> None:
    found = answers_of(data, MASTER)
    assert found.problems
    assert attempted(found) == set()


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["%m", "!x", "x?", "x = !y", "'''", "(", ")", "\\", "x = 1", "  ", "%%time", "#"])))
def test_stripping_ends_and_keeps_the_number_of_lines(lines: list[str]) -> None:
    source = "\n".join(lines)
    left, _ = strip_magics(source)
    assert left.count("\n") == source.count("\n")
