"""Drawings show what they were given: every unit, every weight with its size and sign, every edge in its direction."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from helpers import diagrams
from helpers.diagrams import plot_graph, plot_network, plot_neuron, plot_product, plot_timeline
from helpers.plotting import COLORS


def units_drawn(ax: Axes) -> list[int]:
    return [len(layer.get_offsets()) for layer in ax.collections]


def place_of(ax: Axes, text: str) -> tuple[float, float]:
    return next(t.get_position() for t in ax.texts if t.get_text() == text)


def test_each_unit_is_a_circle_and_each_weight_a_line() -> None:
    ax = plot_network([4, 3, 2])
    assert units_drawn(ax) == [4, 3, 2]
    assert len(ax.lines) == 4 * 3 + 3 * 2


def test_layers_are_named_with_their_sizes() -> None:
    assert [t.get_text() for t in plot_network([4, 3, 3, 2]).texts] == [
        "input\n4",
        "hidden\n3",
        "hidden\n3",
        "output\n2",
    ]


def test_given_names_stand_above_the_layers() -> None:
    assert [t.get_text() for t in plot_network([2, 1], names=["x", "y"]).texts] == ["x", "y"]


def test_long_layer_shows_its_ends_around_three_dots() -> None:
    ax = plot_network([784, 12])
    assert units_drawn(ax) == [8, 12]
    assert [t.get_text() for t in ax.texts].count("⋮") == 1


def test_line_width_and_style_tell_size_and_sign_of_the_weight() -> None:
    ax = plot_network([2, 1], weights=[torch.tensor([[2.0, -1.0]])])
    positive, negative = ax.lines
    assert positive.get_linewidth() == 2 * negative.get_linewidth() > 0
    assert (positive.get_linestyle(), negative.get_linestyle()) == ("-", "--")
    assert positive.get_color() != negative.get_color()


def test_weight_of_a_long_layer_is_drawn_at_its_own_unit() -> None:
    weight = torch.zeros(1, 20)
    weight[0, 19] = 1.0  # the last unit of the input, the lowest circle
    widest = max(plot_network([20, 1], weights=[weight]).lines, key=lambda line: line.get_linewidth())
    lowest = min(line.get_ydata()[0] for line in plt.gca().lines)
    assert widest.get_ydata()[0] == lowest


def test_weights_of_zero_are_drawn_without_width() -> None:
    assert {line.get_linewidth() for line in plot_network([2, 2], weights=[torch.zeros(2, 2)]).lines} == {0.0}


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ([3], {}, "two layers"),
        ([3, 0], {}, "at least one unit"),
        ([3, 2], {"names": ["x"]}, "need as many names"),
        ([3, 2], {"weights": [torch.zeros(3, 2)]}, r"shapes \[\(2, 3\)\], got \[\(3, 2\)\]"),
    ],
)
def test_network_that_does_not_fit_is_refused(sizes: list[int], options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_network(sizes, **options)


def test_node_stands_to_the_right_of_all_that_lead_to_it() -> None:
    edges = [("w", "wx"), ("x", "wx"), ("wx", "z"), ("b", "z"), ("z", "loss"), ("w", "loss")]
    ax = plot_graph(edges)
    assert all(place_of(ax, start)[0] < place_of(ax, end)[0] for start, end in edges)
    assert len(ax.patches) == len(edges)


def test_nodes_of_a_column_do_not_share_a_place() -> None:
    ax = plot_graph([(name, "sum") for name in "abcd"])
    assert len({place_of(ax, name) for name in "abcd"}) == 4


def test_labels_kinds_and_edge_labels_are_written() -> None:
    ax = plot_graph([(1, 2)], labels={1: "w = 3"}, kinds={1: "parameter", 2: "result"}, edge_labels={(1, 2): "slope 2"})
    assert {"w = 3", "2", "slope 2"} <= {t.get_text() for t in ax.texts}
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["parameter", "result"]


def test_what_comes_back_has_an_arrow_of_its_own_against_the_edge() -> None:
    ax = plot_graph([("w", "loss")], backward_labels={("w", "loss"): "12"})
    forward, backward = ax.patches
    assert backward._posA_posB == forward._posA_posB[::-1]
    number = next(t for t in ax.texts if t.get_text() == "12")
    assert to_hex(number.get_color()) == to_hex(backward.get_edgecolor()) == to_hex(COLORS["gradient"])


def test_a_kind_that_is_a_role_has_the_colour_of_its_role() -> None:
    colors = diagrams._colors_of_kinds({1: "result", 2: "parameter", 3: "data"})
    assert colors["parameter"] == diagrams._pale(COLORS["parameter"])
    assert colors["data"] == diagrams._pale(COLORS["data"])
    assert len(set(colors.values())) == 3


@pytest.mark.parametrize("edges", [[], [("a", "b"), ("b", "a")]])
def test_graph_without_edges_or_with_a_cycle_is_refused(edges: list) -> None:
    with pytest.raises(ValueError, match="no cycle"):
        plot_graph(edges)


def test_drawing_goes_where_it_is_told() -> None:
    _, axes = plt.subplots(1, 2)
    assert plot_network([2, 1], ax=axes[0]) is axes[0]
    assert plot_graph([("a", "b")], ax=axes[1]) is axes[1]


def test_neuron_shows_each_weight_on_the_line_of_its_input() -> None:
    ax = plot_neuron(["clouds", "hood"], [2.0, -2.0], bias=-1.0)
    assert [text.get_text() for text in ax.texts] == ["clouds", "2", "hood", "-2", "Σ -1", "output"]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_neuron_with_a_weight_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="2 inputs need as many weights, got 1"):
        plot_neuron(["clouds", "hood"], [2.0], bias=0.0)


def blocks_drawn(ax: Axes) -> list[tuple[float, float]]:
    return [(patch.get_width(), patch.get_height()) for patch in ax.patches]


def test_sides_of_a_product_that_are_equally_long_are_drawn_equally_long() -> None:
    X, W, Z = blocks_drawn(plot_product(("X", 64, 784), ("Wᵀ", 784, 128), "Z"))
    assert X[0] == W[1]  # the inner size
    assert (W[0], X[1]) == Z
    assert X[0] > W[0] > X[1]


def test_inner_sizes_of_a_product_are_bold() -> None:
    ax = plot_product(("Eᵀ", 128, 64), ("X", 64, 784), "dW")
    assert [t.get_text() for t in ax.texts if t.get_weight() == "bold"] == ["64", "64"]


def test_block_takes_the_colour_of_its_kind() -> None:
    ax = plot_product(("E", 64, 128), ("W", 128, 784), "dX", kinds={"E": "gradient", "dX": "gradient"})
    E, W, dX = (patch.get_facecolor() for patch in ax.patches)
    assert E == dX != W


@pytest.mark.parametrize(
    ("right", "kinds", "message"),
    [(("W", 128, 784), {}, "X has 784 columns and W 128 rows"), (("Wᵀ", 784, 128), {"X": "input"}, "got input")],
)
def test_product_that_does_not_exist_is_refused(right: tuple, kinds: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_product(("X", 64, 784), right, "Z", kinds=kinds)


def test_timeline_draws_each_piece_of_work_at_its_time_in_its_lane() -> None:
    lanes = {"worker": [(7.0, 7.004), (7.004, 7.006)], "training": [(7.004, 7.005)]}
    ax = plot_timeline(lanes, kinds={"training": "model"}, names={"worker": [1, 2]})
    places = [(bar.get_x(), bar.get_width(), bar.get_y() + 0.4) for bar in ax.patches]
    assert [n for place in places for n in place] == pytest.approx([0, 4, 0, 4, 2, 0, 4, 1, 1])
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["worker", "training"]
    assert ax.patches[0].get_facecolor() == ax.patches[1].get_facecolor() != ax.patches[2].get_facecolor()


@pytest.mark.parametrize("lanes", [{}, {"worker": []}, {"worker": [(2.0, 1.0)]}])
def test_timeline_without_work_or_with_time_that_runs_backwards_is_refused(lanes: dict) -> None:
    with pytest.raises(ValueError, match="wanted pairs"):
        plot_timeline(lanes)


def test_timelines_that_share_their_scale_are_all_seen_whole() -> None:
    _, (above, below) = plt.subplots(2, sharex=True)
    plot_timeline({"loading": [(0.0, 0.009)]}, ax=above)
    plot_timeline({"loading": [(5.0, 5.004)]}, ax=below)
    assert above.get_xlim() == below.get_xlim() == pytest.approx((0, 9))
