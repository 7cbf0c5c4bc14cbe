"""Each fault of a figure is seen once: another size on the page, another sharpness, too wide, text too small."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch import nn

from helpers import diagrams, plotting
from tests.gates.build import code_cell, drawn, notebook_of, picture
from tests.gates.figures import DOTS_PER_INCH, figure_problems, small_texts
from tests.helpers.test_plotting import CASES


def problems(*outputs, source: str = "show()") -> list[str]:
    return list(figure_problems(notebook_of(code_cell(source, *outputs))))


def test_figure_as_show_leaves_it_passes() -> None:
    assert problems(drawn(picture(width=1080))) == []


@pytest.mark.parametrize("page", [480, 319])
def test_figure_whose_text_has_another_size_on_the_page_is_caught(page: int) -> None:
    assert problems(drawn(picture(width=480), page=page)) == [
        f"code cell 1: the figure stands {page} pixels wide on the page, wanted 320 (text as large as in all others): "
        "show it with helpers.plotting.show, and store the notebook anew"
    ]


def test_figure_that_was_not_shown_with_its_width_is_caught() -> None:
    output = drawn(picture(width=480))
    del output.metadata["image/png"]["width"]
    assert "stands 480 pixels wide on the page, wanted 320" in problems(output)[0]


def test_figure_wider_than_a_column_is_caught() -> None:
    assert problems(drawn(picture(width=1140))) == [
        "code cell 1: the figure needs 760 pixels of a page, at most 730: make its figsize at most 9 inches wide"
    ]


def test_figure_of_another_sharpness_is_caught() -> None:
    (problem,) = problems(drawn(picture(dots_per_inch=200)))
    assert (
        problem == "code cell 1: the figure has 200 dots per inch, all others 120: leave figure.dpi to course.mplstyle"
    )


@pytest.mark.parametrize("size", ["fontsize=8", "fontsize='x-small'", "labelsize=7.5"])
def test_text_too_small_to_read_is_caught(size: str) -> None:
    (problem,) = problems(source=f"ax.set_title('a', {size})")
    assert "is too small to read on a page: at least 10 points" in problem


@pytest.mark.parametrize(
    "source", ["ax.text(0, 0, 'a', size=10, fontsize='small')", "plot_images(X, size=0.9)", "%matplotlib inline", "s=8"]
)
def test_other_sizes_are_left_alone(source: str) -> None:
    assert list(small_texts(source)) == []


def test_style_sheet_has_the_sharpness_that_the_gate_expects() -> None:
    assert plt.rcParams["figure.dpi"] == DOTS_PER_INCH


GRAPH = {"edges": [("w", "z"), ("z", "l")], "kinds": {"w": "parameter"}, "backward_labels": {("w", "z"): "4"}}
IMAGES, WEIGHTS = torch.zeros(3, 4, 4), torch.randn(3, 4, 4)
NETWORK = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
LINE = torch.linspace(0, 1, 5)
DRAWINGS = {
    "images": lambda: plotting.plot_images(IMAGES, ["7", "9", "read 4\nis 9"], columns=3),
    "hidden units": lambda: plotting.plot_hidden_units({"start": NETWORK}, torch.rand(4, 2), torch.arange(4) % 2),
    "loss map": lambda: plotting.plot_loss_map(lambda w, b: w**2 + b**2, w_range=(-1, 1), b_range=(-1, 1), best=(0, 0)),
    "reliability": lambda: plotting.plot_reliability([(0.6, 0.5, 40), (0.95, 0.9, 160)]),
    "weights": lambda: plotting.plot_weights(WEIGHTS, columns=3),
    "batch losses": lambda: plotting.plot_batch_losses([4.0, 2.0, 1.0], [3.0, 1.5], steps_per_epoch=2),
    "histograms": lambda: plotting.plot_layer_histograms({"a": {"b": LINE}}, span=(-1, 1), xlabel="activation"),
    "curves": lambda: plotting.plot_curves((LINE, LINE), [(LINE, 2 * LINE)], beyond=1),
    "scores": lambda: plotting.plot_scores({"honest": {"test": [0.4, 0.6]}}),
    "fan": lambda: plotting.plot_r2_fan({"random rows": np.array([[1.0, 0.5], [1.1, 0.6]])}),
    "network": lambda: diagrams.plot_network([20, 3]),
    "neuron": lambda: diagrams.plot_neuron(["a", "b"], [1.0, -2.0], bias=0.5),
    "graph": lambda: diagrams.plot_graph(**GRAPH, edge_labels={("z", "l"): "2"}),
    "product": lambda: diagrams.plot_product(("X", 64, 784), ("W", 784, 10), "Z"),
    "timeline": lambda: diagrams.plot_timeline({"a": [(0, 1)]}, names={"a": [1]}),
}


def drawn_by(name: str) -> plt.Figure:
    if name in DRAWINGS:
        DRAWINGS[name]()
    else:
        function, arguments, options = CASES[name]
        function(*arguments(), **options)
    return plt.gcf()


@pytest.mark.parametrize("name", [*CASES, *DRAWINGS])
def test_no_helper_writes_smaller_or_draws_wider_than_the_gate_allows(name: str) -> None:
    figure = drawn_by(name)
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    small = {text.get_text(): text.get_fontsize() for text in texts if text.get_fontsize() < plotting.SMALL}
    plt.close(figure)
    assert small == {}
    assert figure.get_figwidth() <= 9


def test_helpers_agree_on_the_smallest_text() -> None:
    assert diagrams.SMALL == plotting.SMALL
