"""Drawings of networks and of computation graphs.

Each takes `ax=None`, draws, and returns the Axes; a notebook then shows the figure with `helpers.plotting.show`.

For the student who wants to see how a figure is made.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from torch import Tensor

if TYPE_CHECKING:
    import networkx as nx

MOST_UNITS = 12  # a longer layer is drawn as its first and last units around three dots
ENDS = 4
PLAIN_LINE = {"color": "0.6", "linewidth": 0.7}
WIDEST_LINE = 3.5  # points
BOW = 0.35  # of a backward arrow, as a share of its length
LABEL_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
SMALL = 10  # points, as in helpers.plotting
INCHES_PER_LETTER = 0.085  # of small text, on average


def plot_network(
    sizes: Sequence[int],
    *,
    weights: Sequence[Tensor] | None = None,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The layers of a fully connected network, from left to right: one circle per unit, one line per weight.

    Args:
        sizes: units in each layer, the inputs first: `[10, 5, 1]`. Of a layer of more than 12, the first and the last
            four are drawn.
        weights: one tensor of shape (out, in) for each pair of layers, as `nn.Linear` keeps it. Lines are then as wide
            as the weight is large, measured against the largest of all: blue for positive, orange and dashed for
            negative. Without it all lines are alike.
        names: one per layer, written above it; by default "input", "hidden", "output" and the size.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: fewer than two layers, or weights or names that do not fit the sizes.

    Example:
        >>> len(plot_network([3, 2, 1]).lines)  # one line per weight: 3 x 2 + 2 x 1
        8
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"wanted two layers or more with at least one unit each, got {list(sizes)}")
    names = names or [f"{name}\n{size}" for name, size in zip(_default_names(len(sizes)), sizes, strict=True)]
    if len(names) != len(sizes):
        raise ValueError(f"{len(sizes)} layers need as many names, got {len(names)}")
    _refuse_unfit_weights(weights, sizes)
    layers = [_place_units(size) for size in sizes]
    tallest = max(max(layer.values()) for layer in layers)
    ax = ax or plt.subplots(figsize=(1.9 * len(sizes), max(1.1 + 5 * tallest, 1.8)))[1]
    _draw_weights(ax, layers, weights)
    for column, (layer, name) in enumerate(zip(layers, names, strict=True)):
        _draw_units(ax, column, layer, abbreviated=len(layer) < sizes[column])
        ax.text(column, tallest + 0.26, name, ha="center", va="top", fontsize=SMALL)
    ax.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(-tallest - 0.08, tallest + 0.28))
    ax.axis("off")
    return ax


def _default_names(count: int) -> list[str]:
    return ["input", *["hidden"] * (count - 2), "output"]


def _refuse_unfit_weights(weights: Sequence[Tensor] | None, sizes: Sequence[int]) -> None:
    if weights is None:
        return
    wanted = [(size_out, size_in) for size_in, size_out in pairwise(sizes)]
    shapes = [tuple(weight.shape) for weight in weights]
    if shapes != wanted:
        raise ValueError(f"layers of {list(sizes)} units need weights of shapes {wanted}, got {shapes}")


def _place_units(size: int) -> dict[int, float]:
    """Height of each unit that is drawn, by its number; all layers are centred at 0."""
    drawn = list(range(size)) if size <= MOST_UNITS else [*range(ENDS), *range(size - ENDS, size)]
    places = len(drawn) if len(drawn) == size else len(drawn) + 1  # one more for the dots
    step = min(1.0 / max(places - 1, 1), 0.25)
    rows = [row if len(drawn) == size or row < ENDS else row + 1 for row in range(len(drawn))]
    return {unit: (0.5 * (places - 1) - row) * step for unit, row in zip(drawn, rows, strict=True)}


def _draw_weights(ax: Axes, layers: Sequence[Mapping[int, float]], weights: Sequence[Tensor] | None) -> None:
    largest = max((weight.abs().max().item() for weight in weights or []), default=0.0) or 1.0
    for column, (left, right) in enumerate(pairwise(layers)):
        for j, y_left in left.items():
            for i, y_right in right.items():
                style = _line_style(weights[column][i, j].item() / largest) if weights else PLAIN_LINE
                ax.plot([column, column + 1], [y_left, y_right], zorder=1, **style)


def _line_style(weight: float) -> dict[str, object]:
    """How a weight in [-1, 1] is drawn: the width tells its size; colour and, for grey print, dashes tell its sign."""
    color, linestyle = ("C0", "-") if weight >= 0 else ("C3", "--")
    return {"color": color, "linestyle": linestyle, "linewidth": WIDEST_LINE * abs(weight)}


def _draw_units(ax: Axes, column: int, layer: Mapping[int, float], *, abbreviated: bool) -> None:
    ax.scatter([column] * len(layer), list(layer.values()), s=150, facecolor="white", edgecolor="0.2", zorder=2)
    if abbreviated:
        ax.text(column, 0.0, "⋮", ha="center", va="center", zorder=3)


def plot_graph(
    edges: Sequence[tuple[Hashable, Hashable]],
    *,
    labels: Mapping[Hashable, str] | None = None,
    kinds: Mapping[Hashable, str] | None = None,
    edge_labels: Mapping[tuple[Hashable, Hashable], str] | None = None,
    backward_labels: Mapping[tuple[Hashable, Hashable], str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A computation graph, drawn from left to right: each node stands to the right of all that lead to it.

    Args:
        edges: pairs (from, to) of nodes; a node is anything hashable.
        labels: text of a node; by default the node itself.
        kinds: kind of a node; each kind has a colour and an entry in the legend. "parameter", "data" and the other
            roles of `helpers.plotting.COLORS` have the colour of their role.
        edge_labels: text on an edge.
        backward_labels: text of what comes back along an edge, such as a gradient: on an arrow of its own, which runs
            from the end of the edge to its start.
        ax: where to draw; by default a new figure, wide enough for the longest path.

    Raises:
        ValueError: no edges, or edges that form a cycle.

    Example:
        >>> axes = plot_graph([("w", "w x"), ("x", "w x")], kinds={"w": "parameter"})
        >>> [text.get_text() for text in axes.texts]
        ['w', 'w x', 'x']
    """
    import networkx as nx  # here, as few figures need it

    graph = nx.DiGraph(edges)
    if not graph or not nx.is_directed_acyclic_graph(graph):
        raise ValueError("wanted at least one edge, and no cycle among the edges")
    labels = {node: str(node) for node in graph} | dict(labels or {})
    positions = _place_nodes(graph)
    ax = ax or plt.subplots(figsize=_figure_size(positions, labels.values()))[1]
    colors = _colors_of_kinds(kinds or {})
    boxes = {}
    for node, place in positions.items():
        face = colors.get((kinds or {}).get(node), "white")
        box = {"boxstyle": "round,pad=0.35", "facecolor": face, "edgecolor": "0.3"}
        text = ax.text(*place, labels[node], ha="center", va="center", fontsize=SMALL, bbox=box)
        boxes[node] = text.get_bbox_patch()
    for start, end in graph.edges:
        # From box to box, however long their texts are; on top of the texts, for drawing these places their boxes.
        ends = {"patchA": boxes[start], "patchB": boxes[end], "shrinkB": 2}
        style = {"arrowstyle": "-|>", "mutation_scale": 12, "color": "0.4", "zorder": 4}
        ax.add_patch(FancyArrowPatch(positions[start], positions[end], **ends, **style))
    for (start, end), text in (edge_labels or {}).items():
        middle = _mean_place(positions[start], positions[end])
        ax.text(*middle, text, ha="center", va="center", fontsize=SMALL, bbox=LABEL_BOX, zorder=5)
    across, up = zip(*positions.values(), strict=True)
    ax.set(xlim=(min(across) - 0.5, max(across) + 0.5), ylim=(min(up) - 0.5, max(up) + 0.5))
    for (start, end), text in (backward_labels or {}).items():
        _draw_backward_arrow(ax, boxes[start], boxes[end], positions[start], positions[end], text)
    if colors:
        handles = [
            Line2D([], [], marker="s", markersize=10, linestyle="", color=color, label=kind)
            for kind, color in colors.items()
        ]
        ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(handles), fontsize=SMALL)
    ax.axis("off")
    return ax


def _draw_backward_arrow(
    ax: Axes, start_box: Patch, end_box: Patch, start: tuple[float, float], end: tuple[float, float], text: str
) -> None:
    """An arrow from the end of an edge to its start, curved below the edge, with its text on the crest."""
    from helpers.plotting import COLORS

    style = {"arrowstyle": "-|>", "mutation_scale": 12, "color": COLORS["gradient"], "zorder": 4}
    bow = {"connectionstyle": f"arc3,rad={-BOW}", "patchA": end_box, "patchB": start_box, "shrinkB": 2}
    ax.add_patch(FancyArrowPatch(end, start, **bow, **style))
    across, up = ax.transData.transform(end) - ax.transData.transform(start)
    points = 72 / ax.figure.dpi
    crest = (0.5 * BOW * up * points, -0.5 * BOW * across * points)
    writing = {"ha": "center", "va": "center", "fontsize": SMALL, "color": COLORS["gradient"], "bbox": LABEL_BOX}
    ax.annotate(text, _mean_place(start, end), crest, textcoords="offset points", zorder=5, **writing)


def _place_nodes(graph: nx.DiGraph) -> dict[Hashable, tuple[float, float]]:
    """A column for each node, one before the first node that it leads to; rows follow the neighbours' rows."""
    import networkx as nx

    depth: dict[Hashable, int] = {}
    for node in nx.topological_sort(graph.reverse()):
        depth[node] = max((depth[follower] + 1 for follower in graph.successors(node)), default=0)
    columns: dict[int, list[Hashable]] = {}
    for node in graph:
        columns.setdefault(-depth[node], []).append(node)
    rows: dict[Hashable, float] = {}
    for column in sorted(columns, reverse=True):  # from the last column to the first, so that rows follow the followers
        nodes = columns[column]
        nodes.sort(key=lambda node: _mean([rows[follower] for follower in graph.successors(node)]))
        rows |= {node: i - 0.5 * (len(nodes) - 1) for i, node in enumerate(nodes)}
    return {node: (float(-depth[node]), -rows[node]) for node in graph}


def _mean_place(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _figure_size(positions: Mapping[Hashable, tuple[float, float]], labels: Iterable[str]) -> tuple[float, float]:
    """Inches for a drawing in which the longest label leaves room for an arrow."""
    across, up = zip(*positions.values(), strict=True)
    longest = max(len(line) for label in labels for line in label.split("\n"))
    column = 0.85 + INCHES_PER_LETTER * longest
    return max(column * (max(across) - min(across) + 1), 3.0), max(0.9 * (max(up) - min(up) + 1), 1.8)


def _colors_of_kinds(kinds: Mapping[Hashable, str]) -> dict[str, tuple[float, float, float]]:
    from helpers.plotting import COLORS

    names = list(dict.fromkeys(kinds.values()))
    others = [name for name in names if name not in COLORS]
    return {name: _pale(COLORS[name] if name in COLORS else f"C{4 + others.index(name)}") for name in names}


def _pale(color: str) -> tuple[float, float, float]:
    """The colour mixed with white, so that text on it can be read."""
    return tuple(0.4 * np.array(to_rgb(color)) + 0.6)


def plot_neuron(
    inputs: Sequence[str], weights: Sequence[float], *, bias: float, output: str = "output", ax: Axes | None = None
) -> Axes:
    """One neuron: its inputs with their weights on the left, the sum with its bias, the activation, the output.

    Args:
        inputs: a name per input.
        weights: a number per input, written on its line; negative ones are orange and dashed.
        bias: written in the sum.
        output: what the output is called.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: not as many weights as inputs.

    Example:
        >>> [text.get_text() for text in plot_neuron(["sun", "rain"], [1.0, -2.0], bias=0.5).texts][:4]
        ['sun', '1', 'rain', '-2']
    """
    if len(inputs) != len(weights):
        raise ValueError(f"{len(inputs)} inputs need as many weights, got {len(weights)}")
    ax = ax or plt.subplots(figsize=(5.6, 2.6))[1]
    heights = [0.5 * (len(inputs) - 1) - row for row in range(len(inputs))]
    widest = max(map(abs, weights)) or 1.0
    for name, weight, y in zip(inputs, weights, heights, strict=True):
        ax.plot([0, 2], [y, 0], zorder=1, **_line_style(weight / widest))
        ax.text(-0.15, y, name, ha="right", va="center")
        ax.text(0.8, 0.6 * y, f"{weight:g}", ha="center", va="center", bbox=LABEL_BOX)
    ax.plot([2, 4.6], [0, 0], color="0.4", zorder=1)
    ax.scatter([0] * len(inputs), heights, s=150, facecolor="white", edgecolor="0.2", zorder=2)
    ax.scatter([2, 3.4], [0, 0], s=1500, facecolor="white", edgecolor="0.2", zorder=2)
    ax.text(2, 0, f"Σ {bias:+g}", ha="center", va="center", zorder=3)
    z = np.linspace(-1, 1, 40)
    ax.plot(3.4 + 0.22 * z, 0.3 * np.tanh(2.5 * z), color="0.2", linewidth=1.5, zorder=3)
    ax.text(4.7, 0, output, ha="left", va="center")
    ax.set(xlim=(-1.3, 5.6), ylim=(min(*heights, -0.9) - 0.3, max(*heights, 0.9) + 0.3))
    ax.axis("off")
    return ax


def plot_product(
    left: tuple[str, int, int],
    right: tuple[str, int, int],
    result: str,
    *,
    kinds: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A matrix product as three blocks, `left` times `right` equals `result`, the two inner sizes in bold.

    Args:
        left: name, rows and columns; sides are drawn as long as the square root of their size, so that 10 and 784 fit
            into one figure.
        right: the same; its rows are as many as the left block's columns.
        result: name of the product; its rows and columns follow.
        kinds: by name, one of "data", "model", "truth", "parameter", "gradient", whose colour the block takes.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: the inner sizes differ, so that there is no product, or a kind has no colour.

    Example:
        >>> ax = plot_product(("X", 64, 784), ("Wᵀ", 784, 128), "Z", kinds={"X": "data"})
        >>> [text.get_text() for text in ax.texts]
        ['X', '64', '784', '·', 'Wᵀ', '784', '128', '=', 'Z', '64', '128']
    """
    from helpers.plotting import COLORS  # here, as drawings of networks need none of its other imports

    if left[2] != right[1]:
        raise ValueError(f"{left[0]} has {left[2]} columns and {right[0]} {right[1]} rows: there is no product")
    unknown = set((kinds or {}).values()) - COLORS.keys()
    if unknown:
        raise ValueError(f"wanted kinds among {', '.join(COLORS)}, got {', '.join(sorted(unknown))}")
    blocks = [left, right, (result, left[1], right[2])]
    ax = ax or plt.subplots(figsize=(6.0, 2.4))[1]
    x, tallest = 0.0, max(rows for _, rows, _ in blocks) ** 0.5
    for (name, rows, columns), sign, bold in zip(blocks, "·= ", ("columns", "rows", ""), strict=True):
        width, height = columns**0.5, rows**0.5
        face = _pale(COLORS[kinds[name]]) if name in (kinds or {}) else "white"
        ax.add_patch(Rectangle((x, -height / 2), width, height, facecolor=face, edgecolor="0.3"))
        ax.text(x + width / 2, 0, name, ha="center", va="center")
        weights = {side: "bold" if side == bold else "normal" for side in ("rows", "columns")}
        ax.text(x - 0.8, 0, str(rows), ha="right", va="center", fontsize=SMALL, weight=weights["rows"])
        ax.text(x + width / 2, height / 2 + 0.5, str(columns), ha="center", fontsize=SMALL, weight=weights["columns"])
        if sign.strip():
            ax.text(x + width + 2.8, 0, sign, ha="center", va="center", fontsize="xx-large")
        x += width + 13
    ax.set(xlim=(-6, x - 11.5), ylim=(-tallest / 2 - 1, tallest / 2 + 3.5), aspect="equal")
    ax.axis("off")
    return ax


def plot_timeline(
    lanes: Mapping[str, Sequence[tuple[float, float]]],
    *,
    kinds: Mapping[str, str] | None = None,
    names: Mapping[str, Sequence[object]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Who worked when: a lane for each process, from top to bottom, and in it a bar for each piece of work.

    Args:
        lanes: by name of the lane, start and end of each piece of work, in seconds on one clock. The axis counts
            milliseconds from the earliest start.
        kinds: by lane, one of "data", "model", "truth", "parameter", "gradient", whose colour its bars take.
        names: by lane, what is written in each of its bars.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: no work at all, or a piece that ends before it starts.

    Example:
        >>> ax = plot_timeline({"loading": [(5.0, 5.002)], "training": [(5.002, 5.003)]}, kinds={"training": "model"})
        >>> [(round(bar.get_x(), 3), round(bar.get_width(), 3)) for bar in ax.patches]
        [(0.0, 2.0), (2.0, 1.0)]
    """
    from helpers.plotting import COLORS

    work = [piece for pieces in lanes.values() for piece in pieces]
    if not work or any(end < start for start, end in work):
        raise ValueError("wanted pairs (start, end) with end after start, and at least one of them")
    first = min(start for start, _ in work)
    ax = ax or plt.subplots(figsize=(7.5, 0.45 * len(lanes) + 0.9))[1]
    for row, (lane, pieces) in enumerate(lanes.items()):
        color = _pale(COLORS[(kinds or {}).get(lane, "data")])
        bars = [(1000 * (start - first), 1000 * (end - start)) for start, end in pieces]
        for x, width in bars:
            ax.add_patch(Rectangle((x, row - 0.4), width, 0.8, facecolor=color, edgecolor="0.2", linewidth=0.6))
        for (x, width), name in zip(bars, (names or {}).get(lane, ()), strict=False):
            ax.text(x + width / 2, row, str(name), ha="center", va="center", fontsize=SMALL, clip_on=True)
    last = 1000 * (max(end for _, end in work) - first)
    # Axes that share their scale hold all that is drawn in any of them.
    ax.set(xlabel="milliseconds", xlim=(0, max([last, *(other.get_xlim()[1] for other in _that_share_x(ax))])))
    ax.set(ylim=(len(lanes) - 0.4, -0.6), yticks=range(len(lanes)), yticklabels=list(lanes))
    return ax


def _that_share_x(ax: Axes) -> list[Axes]:
    """The axes with the same horizontal scale in which something is drawn."""
    return [other for other in ax.get_shared_x_axes().get_siblings(ax) if other is not ax and other.patches]
