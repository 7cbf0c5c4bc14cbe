"""Prose held to the outputs: what is a claim, what bears it out, and a number that nothing bears out is caught."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from helpers.results import MIME_TYPE
from tests.gates.build import code_cell, drawn, notebook_of, picture, printed
from tests.gates.prose import claims, claims_in, problems, read_facts, unused_facts

PATH = Path("4.1.3-loss.ipynb")


def stated(markdown: str) -> list[str]:
    return [claim.text for claim in claims_in(markdown)]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A table without facts."""
    path = tmp_path / "facts.toml"
    path.write_text("")
    return path


def faults(prose: str, *code: NotebookNode, facts: Path) -> list[str]:
    return list(problems(notebook_of(*code, new_markdown_cell(prose)), PATH, facts=facts))


# What is a claim


@pytest.mark.parametrize(
    ("prose", "texts"),
    [
        ("It reads 98.5 % right.", ["98.5 %"]),
        ("It reads 98.5\u00a0% right, or 7%.", ["98.5\u00a0%", "7%"]),
        ("40,785 parameters", ["40,785"]),
        ("60\u202f000 images", ["60,000"]),
        ("a rate of 1e-5", ["1e-5"]),
        ("2.3 million weights", ["2.3 million"]),
        ("784-50-25-10", ["784"]),
        ("46 or 47 % of them", ["46", "47 %"]),
        ("98.25 / 100 / 99.12 %", ["98.25", "100", "99.12 %"]),
        ("60 per cent", ["60 per cent"]),
        ("It pays $\\ln 2 = 0.693$.", ["0.693"]),
        ("$n = 55{,}000$", ["55000"]),
        ("| loss | 0.25 |", ["0.25"]),
    ],
)
def test_number_is_a_claim(prose: str, texts: list[str]) -> None:
    assert stated(prose) == texts


@pytest.mark.parametrize(
    "prose",
    [
        "Three layers of 25 and 15 units.",
        "In 1989 and 2012.",
        "See 4.3.1 and section 6.1, Figure 2.5; from PyTorch 2.6 on.",
        "Set `lr=0.125`, or ``x = 0.5``.",
        "[a paper](https://doi.org/10.1162/neco.1989.1.4.541), https://example.org/1234",
        '<img src="a.png" width="480">',
        "**Predict.** Is it 30 %, 60 % or 90 %?",
        "x1000 and conv128",
    ],
)
def test_number_is_no_claim(prose: str) -> None:
    assert stated(prose) == []


def test_headings_fences_and_further_reading_claim_nothing() -> None:
    cell = new_markdown_cell(
        "## 98.5 % in 4.5 s\n\n```python\nlr = 0.125\n```\n\n## Further reading\n\n- Nature 323, 1986"
    )
    assert list(claims(notebook_of(cell))) == []


def test_section_after_further_reading_claims_again() -> None:
    cells = [new_markdown_cell("## Further reading\n\n- Nature 323"), new_markdown_cell("## More\n\nIt is 0.5.")]
    assert [claim.text for claim in claims(notebook_of(*cells))] == ["0.5"]


# What bears it out


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("98.5 % right", "accuracy 0.985"),
        ("98.5 % right", "accuracy 98.47 %"),
        ("98.5 % right", "accuracy 0.98468"),
        ("98.5 % right", "197 of 200"),
        ("15 % of them", "3/20"),
        ("0.985 right", "accuracy 98.5%"),
        ("Our 96.7 against 96.5 %", "0.9668 0.965"),
        ("40,785 parameters", "parameters 40785"),
        ("40785 parameters", "40,785 parameters"),
        ("a loss of 2.30", "loss 2.3026"),
        ("a difference of 0.25", "difference -0.2489"),
        ("a step of 1e-5", "0.00001"),
        ("about 200 of them", "198"),
        ("over 1,500,000 weights", "1523456"),
        ("2.3 million weights", "2,289,000"),
        ("112 points", "(112,113)"),
        ("100 % of them", "1"),
    ],
)
def test_output_bears_a_claim_out(prose: str, output: str, facts: Path) -> None:
    assert faults(prose, code_cell("run()", printed(output)), facts=facts) == []


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("98.5 % right", "accuracy 0.9844"),
        ("98.5 % right", "accuracy 0.9856"),
        ("60 % right", "60 images"),
        ("60 % right", "0.594 and 61 %"),
        ("40,785 parameters", "40,786"),
        ("200 of them", "198"),
        ("about 200 of them", "251"),
        ("a loss of 2.30", "loss 2.31"),
        ("a loss of 2.30", "version 12.30.1"),
        ("Our 96.7 against his", "0.9668"),
    ],
)
def test_number_that_no_output_rounds_to_is_caught(prose: str, output: str, facts: Path) -> None:
    (fault,) = faults(prose, code_cell("run()", printed(output)), facts=facts)
    assert fault.endswith(f"stands in no output and no code: {prose}")


@pytest.mark.parametrize(
    ("prose", "source"),
    [
        ("a rate of 0.05", "lr = 0.05"),
        ("55,000 images", "split = [55_000, 5_000]"),
        ("784 pixels", "size = 28 * 28"),
        ("0.33 of them", "share = 1 / 3"),
        ("1e-5", "eps = 1e-5"),
        ("20 % of them", "test_size=0.2"),
        ("2.50 down", "x = -2.5"),
        ("1,024 rows", "%config a\nf(2**10)"),
    ],
)
def test_code_bears_a_claim_out(prose: str, source: str, facts: Path) -> None:
    assert faults(prose, code_cell(source), facts=facts) == []


@pytest.mark.parametrize("source", ["# 0.125", '"""0.125"""', "lr = x0.125", "1 / 0", "2.0 ** 9999 * 0", "lr = 0.1256"])
def test_comment_or_text_in_code_bears_nothing_out(source: str, facts: Path) -> None:
    assert len(faults("It is 0.125.", code_cell(source), facts=facts)) == 1


def test_every_kind_of_output_counts(facts: Path) -> None:
    page = "<style>a{x:0.9}</style><script>a = 0.7 < 1;</script><td>0.125</td>"
    table = new_output("display_data", data={"text/html": page, "text/plain": ""})
    recorded = new_output("display_data", data={"text/plain": "", MIME_TYPE: {"name": "a", "value": 0.98468}})
    figure = drawn(picture(), alt="a curve that falls to 0.375")
    error = new_output("error", ename="ValueError", evalue="got 0.625", traceback=[])
    cell = code_cell("run()", table, recorded, figure, error)
    assert faults("Here 0.125, 98.47 %, 0.375 and 0.625.", cell, facts=facts) == []
    assert len(faults("Here 0.9.", cell, facts=facts)) == 1
    assert len(faults("Here 0.7.", cell, facts=facts)) == 1


@pytest.mark.parametrize(
    "source", ['show_quiz("4.1.3")', 'guess("4.1.3-rate")', 'reveal("4.1.3-rate")', 'show_guesses("4.1.3")']
)
def test_options_that_are_only_asked_bear_nothing_out(source: str, facts: Path) -> None:
    form = new_output("display_data", data={"text/plain": "A. 0.125", "text/html": "<p>A. 0.125</p>"})
    assert len(faults("It is 0.125.", code_cell(source, form), facts=facts)) == 1
    assert faults("It is 0.125.", code_cell(f"print(w)\n{source}", printed("0.125"), form), facts=facts) == []


def test_fault_names_number_and_sentence(facts: Path) -> None:
    prose = "All is well. The network reads 98.5 % right, and\nmore. So it goes."
    assert faults(prose, facts=facts) == [
        "'98.5 %' stands in no output and no code: The network reads 98.5 % right, and more."
    ]


# Facts


FACT = '[[fact]]\nnumbers = ["96.46", "0.5"]\n{notebook}\nsays = "his accuracy"\nsource = "his book"\n'


def test_fact_bears_out_what_no_output_does(facts: Path) -> None:
    facts.write_text(FACT.format(notebook='notebook = "4.1.3"'))
    assert faults("He got 96.46 %.", facts=facts) == []


def test_fact_of_another_notebook_bears_nothing_out(facts: Path) -> None:
    facts.write_text(FACT.format(notebook='notebook = "4.1.4"'))
    assert len(faults("He got 96.46 %.", facts=facts)) == 1


def test_fact_is_not_rounded(facts: Path) -> None:
    facts.write_text(FACT.format(notebook=""))
    assert len(faults("He got 96.5 %.", facts=facts)) == 1


def test_fact_that_is_not_stated_any_more_is_caught(facts: Path) -> None:
    facts.write_text(FACT.format(notebook='notebook = "4.1.3"'))
    notebook = notebook_of(new_markdown_cell("He got 96.46 %."))
    assert unused_facts([(PATH, notebook)], facts=facts) == ["0.5 (his accuracy) does not stand in 4.1.3"]


def test_fact_without_a_source_is_refused(facts: Path) -> None:
    facts.write_text(FACT.format(notebook="").replace('source = "his book"', ""))
    with pytest.raises(ValueError, match="needs numbers, says and source"):
        read_facts(facts)


def test_facts_of_the_course_are_complete() -> None:
    assert all(fact.source for fact in read_facts())
