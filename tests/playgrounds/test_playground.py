"""What a playground is before any page shows it: small, self-contained, and with options that are checked."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import nbformat
import pytest
import torch

from helpers.playground import FOLDER, NOISE, PLAYGROUNDS, as_html, as_text, show_playground
from tools.notebooks import ROOT

MOST_BYTES = 60_000
FILES = sorted(path for path in (ROOT / "helpers" / "playgrounds").iterdir())
SVG = "http://www.w3.org/2000/svg"


def test_all_playgrounds_together_are_small() -> None:
    assert {path.name for path in FILES} == {
        "core.js",
        "parts.js",
        "playground.css",
        *(f"{name}.js" for name in PLAYGROUNDS),
    }
    assert sum(path.stat().st_size for path in FILES) <= MOST_BYTES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_readable_and_asks_the_network_for_nothing(path) -> None:
    source = path.read_text(encoding="utf-8")
    assert max(map(len, source.splitlines())) <= 120, "written to be read, not minified"
    assert not re.search(r"https?:|//\w+\.\w+/|\bimport\b|\bfetch\b|XMLHttpRequest|url\(|eval\(|</", source)


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_output_is_small_and_always_the_same(name: str) -> None:
    assert as_html(name) == as_html(name)
    assert len(as_html(name).encode()) < MOST_BYTES
    assert PLAYGROUNDS[name].alt in as_text(name)


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_picture_is_well_formed_and_says_what_it_shows(name: str) -> None:
    html = as_html(name)
    picture = html[html.index("<svg") : html.index("</svg>") + 6]
    root = ElementTree.fromstring(picture)
    assert (root.get("role"), root.get("aria-label")) == ("img", PLAYGROUNDS[name].alt)
    assert len(root) > 5
    places = [float(mark.get(axis)) for mark in root.iter("circle") for axis in ("cx", "cy")]
    assert all(0 <= place <= 100 for place in places)


def test_picture_shows_one_mark_per_point() -> None:
    html = as_html("overfitting", points=80)
    assert html.count("<circle") == html.count("<path") == 40


@pytest.mark.parametrize(
    ("name", "start", "told"),
    [
        ("perceptron", {}, "there is no playground 'perceptron'; there are neuron, descent, mlp, overfitting"),
        ("mlp", {"depth": 3}, "the playground 'mlp' has no option 'depth'; it has data, layers, units, activation"),
        ("mlp", {"data": "rings"}, "data must be one of moons, XOR, spirals, got 'rings'"),
        ("mlp", {"layers": "two"}, "layers must be a number, got 'two'"),
        ("mlp", {"rate": float("nan")}, "rate must be a number, got nan"),
        ("overfitting", {"early": 1}, "early must be True or False, got 1"),
        ("descent", {"x": [1.0, 2.0]}, "x and y must be of one length, got 2 and 51"),
        ("descent", {"x": ["1"], "y": [1.0]}, "x must be a number, got '1'"),
    ],
)
def test_wrong_option_is_told(name: str, start: dict, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        as_html(name, **start)


def test_tensors_are_data() -> None:
    x, y = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([1.0, 3.0, 4.123456789])
    assert "&quot;x&quot;:[0.0,1.0,2.0],&quot;y&quot;:[1.0,3.0,4.12346]" in as_html("descent", x=x, y=y)


def test_outside_of_a_notebook_the_text_is_printed(capsys: pytest.CaptureFixture) -> None:
    show_playground("mlp")
    assert capsys.readouterr().out == as_text("mlp") + "\n"


def test_noise_is_that_of_the_script() -> None:
    mlp, overfitting = ((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("mlp", "overfitting"))
    assert "const NOISE = {" + ", ".join(f"{shape}: {noise}" for shape, noise in NOISE.items()) + "};" in mlp
    assert "NOISY = 0.3" in overfitting


STORED = {
    "neuron": "4.1-foundations/4.1.1-a-neuron-and-a-layer.ipynb",
    "descent": "4.1-foundations/4.1.3-loss-and-descent.ipynb",
    "mlp": "4.3-mlp-pytorch/4.3.2-decision-boundaries.ipynb",
    "overfitting": "4.3-mlp-pytorch/4.3.6-overfitting.ipynb",
}


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_notebook_holds_the_playground_of_today(name: str) -> None:
    """What a notebook stores is what its cell shows now; `make notebooks` stores it anew."""
    notebook = nbformat.read(ROOT / "code-units" / STORED[name], as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith(f'show_playground("{name}"'))
    (output,) = cell.outputs
    assert without_start(output.data["text/html"]) == without_start(as_html(name))
    assert output.data["text/plain"] == as_text(name)


def without_start(html: str) -> str:
    """Leave out the options: the descent of 4.1.3 holds the notebook's own data."""
    return re.sub(r'data-start="[^"]*"', "", html)
