"""A recorded number reads well, and arrives whole."""

import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import helpers.results
from helpers.results import MIME_TYPE, record


@pytest.fixture(autouse=True)
def on_real_data(monkeypatch):
    monkeypatch.setattr(helpers.results, "stand_ins_in_use", lambda: False)


@pytest.fixture
def notebook_shell():
    """An IPython shell, as a notebook's kernel has one; outside of notebooks there is none."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def text_of(capsys, value, **options) -> str:
    record("name", value, **options)
    return capsys.readouterr().out.removeprefix("name = ").rstrip("\n")


@pytest.mark.parametrize("value", [0, 3, 0.1 + 0.2, -1.5, math.inf])
def test_value_is_returned_unchanged(value):
    assert record("name", value) is value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.11236666, "0.1124"),
        (0.985, "0.985"),
        (2.0, "2"),
        (100.0, "100"),
        (40785, "40785"),
        (1e-7, "0"),
        (-1e-7, "0"),
        (1e20, "100000000000000000000"),
        (math.nan, "nan"),
    ],
)
def test_text_is_rounded_and_ends_without_zeros(capsys, value, text):
    assert text_of(capsys, value) == text


def test_no_decimals_leave_the_zeros_of_whole_numbers(capsys):
    assert text_of(capsys, 100.4, digits=0) == "100"


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_text_reads_back_as_the_rounded_value(value, digits):
    with capture_output() as captured:
        record("name", value, digits=digits)
    shown = captured.stdout.removeprefix("name = ").rstrip("\n")
    assert float(shown) == round(value, digits)
    assert shown not in ("-0", "") and not shown.endswith(".")


def test_stand_in_data_is_named_in_the_text(capsys, monkeypatch):
    monkeypatch.setattr(helpers.results, "stand_ins_in_use", lambda: True)
    record("test_accuracy", 0.97)
    assert capsys.readouterr().out == "test_accuracy = 0.97 (offline stand-in)\n"


def test_tensor_is_refused_before_a_notebook_fails_to_store_it():
    with pytest.raises(TypeError, match=r"test_accuracy must be an int or a float, got Tensor: use value\.item\(\)"):
        record("test_accuracy", torch.tensor(0.97))


def test_notebook_output_carries_the_whole_value_beside_the_text(notebook_shell):
    with capture_output() as captured:
        record("test_accuracy", 0.98765432)
    (output,) = captured.outputs
    assert output.data == {
        "text/plain": "test_accuracy = 0.9877",
        MIME_TYPE: {"name": "test_accuracy", "value": 0.98765432},
    }


@pytest.mark.parametrize(("value", "kept"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")])
def test_number_that_json_does_not_know_is_kept_as_its_name(notebook_shell, value, kept):
    with capture_output() as captured:
        record("test_loss", value)
    (output,) = captured.outputs
    assert json.dumps(output.data[MIME_TYPE], allow_nan=False) == json.dumps({"name": "test_loss", "value": kept})


def test_stand_in_mark_is_no_part_of_the_recorded_number(notebook_shell, monkeypatch):
    monkeypatch.setattr(helpers.results, "stand_ins_in_use", lambda: True)
    with capture_output() as captured:
        record("test_accuracy", 0.5)
    (output,) = captured.outputs
    assert output.data["text/plain"] == "test_accuracy = 0.5 (offline stand-in)"
    assert output.data[MIME_TYPE] == {"name": "test_accuracy", "value": 0.5}
