"""What `make notebooks` keeps of an output, and what it drops."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools.notebooks import tidy


def metadata_kept(image: dict) -> dict:
    output = new_output("display_data", {"image/png": "iVBORw0KGgo="}, metadata={"image/png": image, "isolated": True})
    return dict(tidy(new_notebook(cells=[new_code_cell("", outputs=[output])])).cells[0].outputs[0].metadata)


def test_description_and_width_of_a_figure_are_kept_and_nothing_else() -> None:
    assert metadata_kept({"alt": "a line", "width": 320, "height": 200}) == {
        "image/png": {"alt": "a line", "width": 320}
    }
    assert metadata_kept({"height": 200}) == {}
