"""A band that no broken model leaves proves nothing: break each one, and see it leave.

Where the proof on record is one of what is here now, nothing runs; `COURSE_PROVE=1` runs all proofs, as every night.
"""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from helpers.results import MIME_TYPE
from tests.gates.bands import EXPECTED
from tests.notebooks import proofs, prove
from tests.notebooks.proofs import (
    Case,
    all_cases,
    bare,
    hash_of,
    helpers_behind,
    is_proven,
    proofs_on_record,
    write_record,
)
from tests.worlds import marks_of, reads_data
from tools.notebooks import all_notebooks

OFFLINE = os.environ.get("COURSE_OFFLINE") == "1"
# The first world proves the small runs on real data, the second one those on the stand-ins. Without data they are one.
CASES = [case for case in all_cases() if case.run == ("stand-in" if OFFLINE and reads_data(case.path) else "fast")]
COMMAND = ".venv/bin/python -m tests.notebooks.prove"


def test_every_table_of_bands_belongs_to_a_notebook() -> None:
    stems = {path.stem for path in all_notebooks()}
    assert tomllib.loads(EXPECTED.read_text(encoding="utf-8")).keys() <= stems


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.stem}-{case.sabotage}", marks=marks_of(case.path)) for case in CASES]
)
def test_broken_model_leaves_its_band(case: Case) -> None:
    """What is not on record is proven by running it; the night proves everything again (COURSE_PROVE=1)."""
    if os.environ.get("COURSE_PROVE") == "1" or not is_proven(case):
        prove.prove(case)


def test_proofs_on_record_are_of_what_is_here_now() -> None:
    record = proofs_on_record()
    stale = [case for case in all_cases() if record.get(case) != hash_of(case)]
    assert stale == [], f"these changed since they were proven: {COMMAND}"
    assert record.keys() <= set(all_cases()), f"these are no more: {COMMAND}"


# What a proof depends on


@pytest.fixture
def case() -> Case:
    return Case("4.3.1-xor", "no learning", "fast")


def test_comments_and_docstrings_change_no_hash() -> None:
    assert bare('"""One."""\n\nx = "# 1"  # two\n\n\ndef f():\n    """Three,\n    four."""\n    return 5\n') == bare(
        'x = "# 1"\ndef f():\n    return 5'
    )


def test_code_and_texts_do_change_it() -> None:
    assert bare("x = 1") != bare("x = 2")
    assert bare('x = """a"""') != bare('x = """b"""')
    assert bare('def f(): "no docstring of its own line"') != bare("")


def test_helpers_behind_a_notebook_are_those_that_it_imports_directly_or_not() -> None:
    found = dict(helpers_behind(["def f():\n    from helpers.training import fit"], "import helpers.results"))
    assert found.keys() >= {"helpers", "helpers.training", "helpers.results", "helpers._running"}
    assert "helpers.diagrams" not in found
    assert all(ast.parse(source) for source in found.values())


def test_what_only_talks_with_the_learner_is_not_behind_a_notebook() -> None:
    source = "from helpers import quiz\nfrom helpers.checks import question\nimport helpers.predictions"
    assert [name for name, _ in helpers_behind([source], "")] == ["helpers"]


def changed_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    code = proofs.notebook_code
    monkeypatch.setattr(proofs, "notebook_code", lambda path: [*code(path), ("x = 1", [])])


def changed_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = proofs.helpers_behind
    monkeypatch.setattr(
        proofs, "helpers_behind", lambda *sources: [(name, f"{text}\nx = 1") for name, text in modules(*sources)]
    )


def changed_sabotage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(proofs.SABOTAGES, "no learning", "import torch")


def changed_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "bands_of", lambda stem: {})


@pytest.mark.parametrize("change", [changed_notebook, changed_helpers, changed_sabotage, changed_limits])
def test_proof_is_stale_as_soon_as_what_it_depends_on_changes(
    change: Callable[[pytest.MonkeyPatch], None], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hash_of(case)
    assert hash_of(case) == before
    change(monkeypatch)
    assert hash_of(case) != before


def test_record_is_read_as_it_was_written(tmp_path: Path, case: Case) -> None:
    written = {case: "1f", Case("a", "b c", "fast"): "2f", Case("a", "b c", "stand-in"): "3f"}
    write_record(written, tmp_path / "proven.toml")
    assert proofs_on_record(tmp_path / "proven.toml") == written


def outputs_with(value: float, *, stand_in: bool = False) -> list[NotebookNode]:
    said = [new_output("stream", text="MNIST: offline stand-in\n")] if stand_in else []
    return [*said, new_output("display_data", data={MIME_TYPE: {"name": "share_learned_by_8_units", "value": value}})]


def test_number_that_stays_in_its_band_is_no_proof(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "run_sabotaged", lambda case: outputs_with(0.99))
    with pytest.raises(prove.NotProvenError, match=r"stays in its bands: .'share_learned_by_8_units': 0.99"):
        prove.prove(case)


def test_run_on_other_data_is_no_proof(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "run_sabotaged", lambda case: outputs_with(0.1, stand_in=True))
    with pytest.raises(prove.NotProvenError, match="wanted a fast run, and it was a stand-in run"):
        prove.prove(case)


def test_run_that_reports_no_number_is_no_proof(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "run_sabotaged", lambda case: [new_output("stream", text="stopped before the end")])
    with pytest.raises(prove.NotProvenError, match=r"reported none of \['share_learned"):
        prove.prove(case)


def test_number_that_leaves_its_band_is_a_proof(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "run_sabotaged", lambda case: outputs_with(0.1))
    prove.prove(case)
