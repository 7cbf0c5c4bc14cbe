"""Figures in one style. Functions take arrays, models or a History and `ax=None`, return the Axes, and change no model.

For the student who wants to see how a figure is made. Importing this module applies `course.mplstyle`.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, StrMethodFormatter
from torch import Tensor, nn

from helpers.data.provenance import stand_ins_in_use
from helpers.evaluation import predict
from helpers.training import History

if TYPE_CHECKING:
    import ipywidgets

with as_file(files("helpers") / "course.mplstyle") as style_sheet:
    plt.style.use(style_sheet)

# What a colour means, in every figure of the course.
COLORS = {"data": "0.6", "model": "C0", "parameter": "C1", "truth": "C2", "gradient": "C3"}
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*", "<", ">")
# Probabilities between two classes, in the classes' own colours; by name, `cmap="classes"`, in notebooks, too. Blue and
# orange stay apart for every kind of colour blindness, and in grey print, where the middle is white.
plt.colormaps.register(LinearSegmentedColormap.from_list("classes", ["C0", "white", "C1"]), force=True)
SMALL = 10  # points, the smallest text in a figure
# How large a figure stands on a page, so that its text is as large as the text around it, and equally large in all
# figures: 12 points become 13 of the page's pixels. Figures up to 9 inches wide fit into the column of a book.
PAGE_PIXELS_PER_INCH = 80


def show(alt: str) -> None:
    """Show the current figure with a description for those who cannot see it; mark it if its data are stand-ins.

    Args:
        alt: what the figure shows, in one or two sentences; it becomes the image's alternative text.

    Raises:
        ValueError: the description is too short to describe anything, or there is no figure.
    """
    from IPython.display import display

    if not plt.get_fignums():
        raise ValueError("there is no figure to show: draw one first, in the same cell")
    if len(alt.split()) < 4:
        raise ValueError(f"describe the figure in a sentence, for a reader who cannot see it; got {alt!r}")
    figure = plt.gcf()
    if stand_ins_in_use():
        _mark_as_stand_in(figure)
    data = _formatted(figure)
    described = (
        {"alt": alt, "width": width_on_page(data["image/png"], figure.dpi)} if "image/png" in data else {"alt": alt}
    )
    display(data, metadata={"image/png": described}, raw=True)
    plt.close(figure)


def _formatted(figure: plt.Figure) -> dict[str, str]:
    """What a notebook shows of a figure, by MIME type; outside of a notebook, a line of text."""
    from IPython.core.interactiveshell import InteractiveShell

    if not InteractiveShell.initialized():
        return {"text/plain": repr(figure)}
    return InteractiveShell.instance().display_formatter.format(figure)[0]


def width_on_page(png: str, dpi: float) -> int:
    """How many of a page's pixels an image of so many dots per inch is wide; its own width stands in its header."""
    header = base64.b64decode(png[:32])
    return round(int.from_bytes(header[16:20], "big") * PAGE_PIXELS_PER_INCH / dpi)


def _mark_as_stand_in(figure: plt.Figure) -> None:
    if len(figure.axes) == 1 and not figure.get_suptitle():
        axes = figure.axes[0]
        axes.set_title(f"{axes.get_title()} (offline stand-in)".strip())
    else:
        figure.suptitle(f"{figure.get_suptitle()} (offline stand-in)".strip())


def _array(tensor: Tensor) -> np.ndarray:
    """What matplotlib reads, wherever the tensor lives and whether or not it is part of a graph."""
    return tensor.detach().cpu().numpy()


def plot_history(history: History, quantity: str = "loss", *, ax: Axes | None = None) -> Axes:
    """A quantity over the epochs, for training and, where there is one, for validation.

    Args:
        history: what `fit` returned.
        quantity: `"loss"`, the name of a metric, or `"learning_rate"`.
        ax: where to draw; by default a new figure.

    Raises:
        KeyError: the history holds no such quantity; the message lists what it holds.

    Example:
        >>> plot_history(History(train_loss=[0.5, 0.3], learning_rate=[0.1, 0.1], seconds=[1, 1])).get_xlabel()
        'epoch'
    """
    table = history.to_frame()
    columns = [name for name in (f"train_{quantity}", f"valid_{quantity}", quantity) if name in table]
    if not columns:
        raise KeyError(f"the history has no {quantity!r}; it has {list(table.columns)}")
    ax = ax or plt.subplots()[1]
    for column, marker in zip(columns, MARKERS, strict=False):
        label = {"train": "training", "valid": "validation"}.get(column.split("_")[0], column)
        ax.plot(table.index, table[column], marker=marker, markersize=4, label=label)
    ax.set(xlabel="epoch", ylabel=quantity.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(columns) > 1:
        ax.legend()
    return ax


def plot_images(
    images: Tensor, titles: Sequence[str] | None = None, *, columns: int = 8, size: float = 0.9
) -> np.ndarray:
    """A grid of images, each with an optional title of one or two short lines.

    Args:
        images: uint8 or float. Grey, of shape (N, height, width) or (N, 1, height, width) and in any range: the darkest
            pixel of an image is black, the brightest white. Or in colour, (N, 3, height, width), floats in [0, 1].
        titles: one per image.
        columns: images in a row.
        size: width of one image in inches.

    Returns:
        The Axes, an array of shape (rows, columns).

    Raises:
        ValueError: the images or the titles have the wrong shape or number.

    Example:
        >>> plot_images(torch.zeros(3, 28, 28), columns=2).shape
        (2, 2)
    """
    is_stack = images.ndim == 3 or (images.ndim == 4 and images.shape[1] in (1, 3))
    if not is_stack or len(images) == 0:
        raise ValueError(f"wanted images (N, height, width) or (N, 1 or 3, height, width), got {tuple(images.shape)}")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"{len(images)} images need as many titles, got {len(titles)}")
    rows = -(-len(images) // columns)
    lines = max((title.count("\n") + 1 for title in titles or ()), default=0)
    height = size + 1.4 * SMALL / 72 * lines
    _, axes = plt.subplots(rows, columns, figsize=(size * columns, height * rows), squeeze=False)
    for i, ax in enumerate(axes.flat):
        ax.axis("off")
        if i < len(images):
            pixels = _array(images[i])
            ax.imshow(np.moveaxis(pixels, 0, -1) if pixels.ndim == 3 else pixels, cmap="gray")
            ax.set_title("" if titles is None else titles[i], fontsize=SMALL, pad=2)
    return axes


def plot_decision_regions(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    probabilities: bool = False,
    resolution: int = 200,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """How a classifier of points in the plane divides it, with the points drawn on top.

    Args:
        model: takes (batch, 2), gives logits (batch, num_classes).
        X: points, float, shape (N, 2).
        y: their classes, integers, shape (N,).
        probabilities: two classes only: fill with the softmax probability of class 1 instead of the winning class.
        resolution: grid points along each side.
        legend: name the classes below the figure, and the probabilities beside the plot.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: X is not (N, 2), or probabilities are asked of other than two classes.
    """
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"wanted points of shape (N, 2), got {tuple(X.shape)}")
    x1, x2, logits = _logits_on_grid(model, X, resolution)
    num_classes = logits.shape[-1]
    if probabilities and num_classes != 2:
        raise ValueError(f"probabilities are drawn for two classes, and the model has {num_classes}")
    ax = ax or plt.subplots(figsize=(4.6, 4))[1]
    if probabilities:
        p1 = logits.softmax(-1)[..., 1]
        filled = ax.contourf(x1, x2, p1, levels=np.linspace(0, 1, 11), cmap="classes", alpha=0.45)
        if legend:
            ax.figure.colorbar(filled, ax=ax, label="probability of class 1")
    else:
        levels = np.arange(num_classes + 1) - 0.5
        colors = [class_style(label)["color"] for label in range(num_classes)]
        ax.contourf(x1, x2, logits.argmax(-1), levels=levels, colors=colors, alpha=0.25)
    plot_points(X, y, legend=legend, ax=ax)
    return ax


def _logits_on_grid(model: nn.Module, X: Tensor, resolution: int) -> tuple[Tensor, Tensor, Tensor]:
    x1, x2 = _grid_around(X, resolution)
    logits = predict(model, torch.stack([x1, x2], dim=-1).reshape(-1, 2), batch_size=resolution**2)
    return x1, x2, logits.reshape(resolution, resolution, -1)


def _grid_around(X: Tensor, resolution: int) -> tuple[Tensor, Tensor]:
    margin = 0.1 * (X.amax(dim=0) - X.amin(dim=0))
    low, high = X.amin(dim=0) - margin, X.amax(dim=0) + margin
    sides = [torch.linspace(low[k].item(), high[k].item(), resolution) for k in (0, 1)]
    x1, x2 = torch.meshgrid(*sides, indexing="xy")
    return x1, x2


def plot_points(X: Tensor, y: Tensor, *, legend: bool = True, ax: Axes | None = None) -> Axes:
    """Points in the plane, a colour and a marker per class.

    Args:
        X: float, shape (N, 2).
        y: classes, integers, shape (N,).
        legend: name the classes below the figure.
        ax: where to draw; by default a new figure.

    Example:
        >>> plot_points(torch.zeros(2, 2), torch.tensor([0, 1])).get_ylabel()
        '$x_2$'
    """
    ax = ax or plt.subplots(figsize=(4.6, 4))[1]
    dots = {"s": 18, "edgecolor": "white", "linewidth": 0.5}
    for label in y.unique().tolist():
        points = _array(X[y == label])
        ax.scatter(points[:, 0], points[:, 1], label=f"class {label}", **dots, **class_style(label))
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if legend:
        # Of the figure, not of the axes: beside the plot it would take a third of the width, inside it hide points.
        handles, names = ax.get_legend_handles_labels()
        ax.figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 5), handletextpad=0.1)
    return ax


def class_style(label: int) -> dict[str, str]:
    """Colour and marker of a class: the same ones in every figure, and another pair for each of the first hundred.

    Example:
        >>> class_style(1), class_style(11)
        ({'color': 'C1', 'marker': '^'}, {'color': 'C1', 'marker': 's'})
    """
    tens, ones = divmod(label, len(MARKERS))
    return {"color": f"C{ones}", "marker": MARKERS[(ones + tens) % len(MARKERS)]}


def plot_hidden_units(
    snapshots: Mapping[str, nn.Sequential], X: Tensor, y: Tensor, *, resolution: int = 60
) -> np.ndarray:
    """What each hidden unit of a small network gives at each point of the plane, and what the network makes of it.

    Args:
        snapshots: the same network at several moments, by the name of the moment: linear layers (2, ..., 2) with an
            activation after each but the last. One row each; one column per hidden unit, layer by layer, and a last one
            for the softmax probability of class 1. A black line marks where a unit gives 0, and the network one half.
        X: points, float, shape (N, 2); the map reaches a little beyond them.
        y: their classes, integers 0 and 1, shape (N,).
        resolution: grid points along each side.

    Returns:
        The Axes, an array of shape (snapshots, hidden units + 1).

    Example:
        >>> network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
        >>> plot_hidden_units({"start": network}, torch.rand(4, 2), torch.tensor([0, 1, 0, 1])).shape
        (1, 4)
    """
    x1, x2 = _grid_around(X, resolution)
    points = torch.stack([x1, x2], dim=-1)
    rows = {name: _unit_maps(network, points) for name, network in snapshots.items()}
    titles = [title for title, _ in next(iter(rows.values()))]
    _, axes = plt.subplots(len(rows), len(titles), figsize=(len(titles), 1.1 * len(rows)), squeeze=False)
    for row, (name, maps) in zip(axes, rows.items(), strict=True):
        for ax, (title, values) in zip(row, maps, strict=True):
            levels = np.linspace(0, 1, 11) if title == "network" else np.linspace(-1, 1, 11)
            ax.contourf(x1, x2, values, levels=levels, cmap="classes", alpha=0.45, extend="both")
            ax.contour(x1, x2, values, levels=[levels.mean()], colors="black", linewidths=0.8)
            for label in (0, 1):
                ax.plot(*_array(X[y == label]).T, ".", markersize=0.8, color=class_style(label)["color"])
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(name, fontsize=SMALL)
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=SMALL)
    return axes


def _unit_maps(network: nn.Sequential, points: Tensor) -> list[tuple[str, np.ndarray]]:
    maps, layer = [], 0
    with torch.no_grad():
        H = points
        for part in network:
            H = part(H)
            if not isinstance(part, nn.Linear):
                layer += 1
                maps += [(f"{layer}.{unit + 1}", _array(H[..., unit])) for unit in range(H.shape[-1])]
        return [*maps, ("network", _array(H.softmax(dim=-1)[..., 1]))]


def plot_confusion_matrix(
    labels: Tensor, predictions: Tensor, classes: Sequence[str], *, ax: Axes | None = None
) -> Axes:
    """How often each class was taken for each other; right answers, on the diagonal, keep their count but no colour.

    Args:
        labels: true classes, integers, shape (N,).
        predictions: predicted classes, integers, shape (N,).
        classes: names, in the order of the class numbers.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: a label or a prediction has no name.
    """
    import seaborn as sns  # here, as both take seconds to load and few figures need them
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(_array(labels), _array(predictions), labels=range(len(classes)))
    if counts.sum() != len(labels):
        raise ValueError(
            f"some labels or predictions lie outside 0..{len(classes) - 1}, the {len(classes)} named classes"
        )
    errors = np.where(np.eye(len(classes), dtype=bool), 0, counts)
    ax = ax or plt.subplots(figsize=(6.4, 5.4))[1]
    sns.heatmap(
        errors,
        annot=counts,
        fmt="d",
        cmap="Oranges",
        square=True,
        linewidths=0.5,
        xticklabels=classes,
        yticklabels=classes,
        annot_kws={"fontsize": SMALL},
        cbar_kws={"label": "errors"},
        ax=ax,
    )
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.tick_params(axis="y", rotation=0)
    return ax


def plot_probabilities(probabilities: Tensor, classes: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """One prediction as horizontal bars, one per class.

    Args:
        probabilities: float, shape (num_classes,), each in [0, 1].
        classes: names, in the order of the class numbers.
        ax: where to draw; by default a new figure.

    Example:
        >>> plot_probabilities(torch.tensor([0.25, 0.75]), ["cat", "dog"]).get_xlabel()
        'probability'
    """
    ax = ax or plt.subplots(figsize=(4, 2.6))[1]
    ax.barh(list(classes), _array(probabilities))
    ax.set(xlim=(0, 1), xlabel="probability")
    ax.invert_yaxis()
    return ax


def plot_fit(model: nn.Module, x: Tensor, y: Tensor, *, label: str = "model", ax: Axes | None = None) -> Axes:
    """A regression of one variable: the examples as dots, the model's prediction as a line.

    Args:
        model: takes (batch, 1), gives (batch, 1).
        x: inputs, float, shape (N, 1).
        y: targets, float, shape (N, 1).
        label: what the legend calls the line.
        ax: where to draw; by default a new figure.

    Example:
        >>> plot_fit(nn.Linear(1, 1), torch.zeros(3, 1), torch.zeros(3, 1)).get_xlabel()
        'x'
    """
    ax = ax or plt.subplots()[1]
    grid = torch.linspace(x.min().item(), x.max().item(), 300).unsqueeze(1)
    ax.scatter(_array(x), _array(y), s=12, color=COLORS["data"], label="data")
    ax.plot(_array(grid), _array(predict(model, grid)), linewidth=2, color=COLORS["model"], label=label)
    ax.set(xlabel="x", ylabel="y")
    ax.legend()
    return ax


def plot_loss_map(
    loss: Callable[[Tensor, Tensor], Tensor],
    *,
    w_range: tuple[float, float],
    b_range: tuple[float, float],
    path: Tensor | None = None,
    best: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A loss of two parameters seen from above: lines of equal height, the steps of a descent, and the lowest point.

    Args:
        loss: takes w and b of shape (rows, columns), gives the losses in that shape.
        w_range: left and right end of the map.
        b_range: lower and upper end of the map.
        path: (w, b) before the first step and after each, shape (steps + 1, 2).
        best: (w, b) of the lowest point, drawn as a star; the lines start a little above its height.
        ax: where to draw; by default a new figure.

    Example:
        >>> plot_loss_map(lambda w, b: w**2 + b**2, w_range=(-1, 1), b_range=(-1, 1), best=(0, 0)).get_xlabel()
        'w'
    """
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    w, b = torch.meshgrid(torch.linspace(*w_range, 120), torch.linspace(*b_range, 120), indexing="xy")
    heights = loss(w, b)
    lowest = heights.min() if best is None else loss(*torch.tensor(best)[:, None, None])
    levels = _array(lowest.flatten() + torch.linspace(0.02, 1, 14) * (heights.max() - lowest).flatten())
    ax.contour(w, b, _array(heights), levels=levels, colors="0.75", linewidths=0.8)
    if path is not None:
        ax.plot(*_array(path).T, "o-", color=COLORS["parameter"], markersize=3, linewidth=1, label="steps")
    if best is not None:
        ax.plot(*best, "*", color=COLORS["truth"], markersize=12, label="lowest point")
    ax.set(xlim=w_range, ylim=b_range, xlabel="w", ylabel="b")
    return ax


def plot_reliability(bins: Sequence[tuple[float, float, int]], *, label: str = "model", ax: Axes | None = None) -> Axes:
    """A reliability diagram: in each bin, how often the answers are right against how sure they are.

    Args:
        bins: per bin the mean probability of its answers, the share of them that is right, and how many there are;
            without answers a bin is left out.
        label: what the legend calls the points.
        ax: where to draw; by default a new figure.

    Returns:
        The Axes. The diagonal is what honest probabilities would give; each bar is two standard errors long either
        way; the number beside it counts the answers of the bin.

    Example:
        >>> plot_reliability([(0.6, 0.5, 40), (0.95, 0.9, 160)]).get_ylabel()
        'share that is right'
    """
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    filled = [(said, right, count) for said, right, count in bins if count]
    said, right, counts = map(np.array, zip(*filled, strict=True))
    # A share of 0 or 1 in a small bin is no certainty: one answer of each kind is added for the bar.
    smoothed = (right * counts + 1) / (counts + 2)
    ax.plot([0, 1], [0, 1], "--", color=COLORS["truth"], label="honest")
    bars = 2 * np.sqrt(smoothed * (1 - smoothed) / counts)
    ax.errorbar(said, right, yerr=bars, fmt="o", capsize=3, color=COLORS["model"], label=label)
    for x, y, count in filled:
        ax.annotate(f"{count:,}", (x, y), xytext=(5, -10), textcoords="offset points", fontsize=SMALL)
    ax.set(xlim=(0.48, 1.04), ylim=(0, 1.04), xlabel="probability of the answer", ylabel="share that is right")
    ax.legend(loc="lower right")
    return ax


def plot_weights(weights: Tensor, *, columns: int = 8, size: float = 0.9) -> np.ndarray:
    """A grid of weights, each drawn as an image, all on one scale: white is 0, the stronger the further from it.

    Args:
        weights: float, shape (N, height, width): for each unit, one weight per pixel.
        columns: images in a row.
        size: width of one image in inches.

    Returns:
        The Axes, an array of shape (rows, columns), in a figure with one colour bar.

    Raises:
        ValueError: the weights are no images.

    Example:
        >>> plot_weights(torch.randn(3, 28, 28), columns=2).shape
        (2, 2)
    """
    if weights.ndim != 3:
        raise ValueError(f"wanted weights of shape (N, height, width), got {tuple(weights.shape)}")
    axes = plot_images(weights, columns=columns, size=size)
    limit = weights.abs().max().item()
    drawn = [image for ax in axes.flat for image in ax.get_images()]
    for image in drawn:
        image.set(cmap="RdBu_r", clim=(-limit, limit))
    axes[0, 0].figure.colorbar(drawn[0], ax=axes, label="weight", fraction=0.02, pad=0.02)
    return axes


def plot_batch_losses(
    losses: Sequence[float], averages: Sequence[float], *, steps_per_epoch: int, ax: Axes | None = None
) -> Axes:
    """The loss of each batch and its running average, over steps and, along the top, over epochs.

    Args:
        losses: loss of each batch, in the order of the steps.
        averages: running average; its last number belongs to the last step, and it may be shorter than `losses`.
        steps_per_epoch: batches in one epoch.
        ax: where to draw; by default a new figure.

    Raises:
        ValueError: there are more averages than losses.

    Example:
        >>> plot_batch_losses([4.0, 2.0, 1.0, 1.0], [3.0, 1.5, 1.0], steps_per_epoch=2).get_xlabel()
        'step'
    """
    if len(averages) > len(losses):
        raise ValueError(f"wanted at most one average per loss, got {len(averages)} for {len(losses)} losses")
    ax = ax or plt.subplots(figsize=(6.4, 3.6))[1]
    steps = np.arange(1, len(losses) + 1)
    ax.plot(steps, losses, color=COLORS["data"], linewidth=0.5, label="each batch")
    ax.plot(steps[len(losses) - len(averages) :], averages, color=COLORS["model"], label="running average")
    ax.set(xlabel="step", ylabel="loss", ylim=(0, None))
    top = ax.secondary_xaxis(
        "top", functions=(lambda step: step / steps_per_epoch, lambda epoch: epoch * steps_per_epoch)
    )
    top.set_xlabel("epoch")
    ax.legend()
    return ax


def show_panel(draw: Callable[..., Any], **controls: ipywidgets.Widget) -> None:
    """Controls that redraw a figure as they are moved; where no kernel runs, a line of text stands in for them.

    Args:
        draw: called with one keyword per entry of `controls`; draws and shows a figure.
        **controls: ipywidgets, by keyword of `draw`.
    """
    import ipywidgets
    from IPython.display import display
    from IPython.utils.capture import capture_output

    output = ipywidgets.Output()

    def redraw(change: Any = None) -> None:
        with capture_output() as captured:
            draw(**{name: control.value for name, control in controls.items()})
        # Handed over as data: what `with output:` shows strays into the cell where no front end catches it.
        output.outputs = tuple(
            {"output_type": "display_data", "data": figure.data, "metadata": figure.metadata}
            for figure in captured.outputs
        )

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    beside = ipywidgets.VBox(list(controls.values()), layout={"flex": "none"})  # a wide figure must not squeeze them
    panel = ipywidgets.HBox([beside, output])
    bundle = panel._repr_mimebundle_()
    bundle["text/plain"] = "[An interactive panel: run this cell in JupyterLab to use it.]"
    display(bundle, raw=True)


def plot_layer_histograms(
    rows: Mapping[str, Mapping[str, Tensor]], *, span: tuple[float, float], xlabel: str, color: str = "model"
) -> np.ndarray:
    """What the numbers of each layer look like: a grid of histograms that share both scales.

    Args:
        rows: by name of the row, by title of the column, the numbers, of any shape; every row has the same titles.
        span: left and right end of the axes; what lies beyond counts in the outermost bin.
        xlabel: what the numbers are.
        color: their role, a key of `COLORS`.

    Returns:
        The Axes, an array of shape (rows, columns). The height of a bar is its share of the numbers.

    Example:
        >>> layers = {"layer 1": torch.zeros(4), "layer 2": torch.ones(4)}
        >>> plot_layer_histograms({"start": layers}, span=(-1, 1), xlabel="activation").shape
        (1, 2)
    """
    titles = list(next(iter(rows.values())))
    size = (1.7 * len(titles), 1.3 * len(rows) + 0.5)
    _, axes = plt.subplots(len(rows), len(titles), figsize=size, sharex=True, sharey=True, squeeze=False)
    bins = np.linspace(*span, 32)
    for row, (name, layers) in zip(axes, rows.items(), strict=True):
        for ax, title in zip(row, titles, strict=True):
            values = _array(layers[title]).ravel()
            ax.hist(values.clip(*span), bins=bins, weights=np.full(values.size, 1 / values.size), color=COLORS[color])
            ax.set(xlim=span, ylim=(0, 1))
        row[0].set_ylabel(name, fontsize=SMALL)
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=SMALL)
    axes[0, 0].figure.supxlabel(xlabel, fontsize=SMALL)
    return axes


def plot_curves(
    points: tuple[Tensor, Tensor],
    curves: Sequence[tuple[Tensor, Tensor]],
    *,
    truth: tuple[Tensor, Tensor] | None = None,
    corners: tuple[Tensor, Tensor] | None = None,
    beyond: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Measured points and the curves that models draw through them; each pair holds x and y, (N, 1) or (N,).

    Args:
        points: what was measured.
        curves: what each model answers.
        truth: the curve that the points scatter around.
        corners: places to mark on a model's curve.
        beyond: where the data end: all to the right of it is shaded.
        ax: where to draw; by default a new figure.

    Example:
        >>> x = torch.linspace(0, 1, 5)
        >>> plot_curves((x, x), [(x, 2 * x)], beyond=1).get_xlabel()
        'x'
    """
    ax = ax or plt.subplots()[1]
    ax.scatter(*map(_array, points), s=10, color=COLORS["data"], label="measured")
    if truth is not None:
        ax.plot(*map(_array, truth), "--", color=COLORS["truth"], label="truth")
    for number, curve in enumerate(curves):
        label = "model" if number == 0 else None
        ax.plot(*map(_array, curve), color=COLORS["model"], linewidth=1.5 if len(curves) > 1 else 2, label=label)
    if corners is not None:
        ax.plot(*map(_array, corners), "o", color=COLORS["parameter"], label="corner")
    if beyond is not None:
        ax.axvspan(beyond, ax.get_xlim()[1], color="0.9", zorder=0)
    ax.set(xlabel="x", ylabel="y")
    ax.legend(loc="upper left")
    return ax


def plot_scores(scores: Mapping[str, Mapping[str, Sequence[float]]], *, ax: Axes | None = None) -> Axes:
    """Every score of repeated runs as a dot: a row per way of working, a mark per kind of rows that it was scored on.

    Args:
        scores: scores[way][kind], one number per run; all ways have the same kinds, at most four.
        ax: where to draw; by default a new figure.

    Returns:
        The Axes; a short line marks each mean. The x axis is the caller's to name.

    Example:
        >>> ax = plot_scores({"honest": {"test": [0.4, 0.6], "tomorrow": [0.5, 0.5]}})
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['honest']
    """
    ax = ax or plt.subplots(figsize=(6.4, 0.9 + 0.6 * len(scores)))[1]
    styles = (("o", "C0"), ("^", "C4"), ("s", "C5"), ("D", "C7"))
    for row, runs_of in enumerate(scores.values()):
        heights = np.linspace(-0.15, 0.15, len(runs_of)) if len(runs_of) > 1 else (0.0,)
        for (kind, runs), shift, (marker, color) in zip(runs_of.items(), heights, styles, strict=False):
            label = kind if row == 0 else None
            places = np.full(len(runs), row + shift)
            ax.plot(runs, places, marker, color=color, alpha=0.5, markersize=5, markeredgewidth=0, label=label)
            ax.plot(np.mean(runs), row + shift, "|", color=color, markersize=14, markeredgewidth=2)
    ax.set(yticks=range(len(scores)), yticklabels=scores, ylim=(len(scores) - 0.5, -0.5))
    return ax


def plot_r2_fan(splits: Mapping[str, np.ndarray], *, ax: Axes | None = None) -> Axes:
    """RMSE against the spread of the targets, a mark per validation set, over straight lines of equal R².

    Args:
        splits: for each kind of split an array (sets, 2): the targets' standard deviation, and the RMSE.
        ax: where to draw; by default a new figure.

    Returns:
        The Axes. From line to line, R² = 1 - (RMSE / spread)² differs by 0.2.

    Example:
        >>> plot_r2_fan({"random rows": np.array([[1.1, 0.5], [1.2, 0.5]])}).get_xlabel()
        'spread of the targets (standard deviation)'
    """
    ax = ax or plt.subplots()[1]
    widest = 1.05 * max(points[:, 0].max() for points in splits.values())
    for r2 in (0.0, 0.2, 0.4, 0.6, 0.8):
        slope = (1 - r2) ** 0.5
        ax.plot([0, widest], [0, widest * slope], color=COLORS["data"], linewidth=0.8, zorder=1)
        ax.annotate(f"R² {r2:.1f}", (widest, widest * slope), xytext=(6, 0), textcoords="offset points", va="center")
    for (kind, points), marker in zip(splits.items(), MARKERS, strict=False):
        ax.plot(*points.T, marker, label=kind)
    ax.set(xlabel="spread of the targets (standard deviation)", ylabel="RMSE", xlim=(0, None), ylim=(0, None))
    ax.legend(loc="upper left")
    return ax


def plot_error_counts(
    steps: Mapping[str, Sequence[float]],
    *,
    references: Mapping[str, float] | None = None,
    total: int = 10_000,
    ax: Axes | None = None,
) -> Axes:
    """Wrong answers of repeated runs, a row per step, each with the chance of the test set as a grey bar.

    Args:
        steps: steps[name], numbers of wrong answers, one per run; each step is a dot per run and a line at the mean.
        references: results of others, drawn as dotted upright lines with their names.
        total: answers altogether. The bar reaches one standard error, √(k (1 - k / total)), to both sides of a mean k.
        ax: where to draw; by default a new figure.

    Returns:
        The Axes; the x axis is logarithmic.

    Example:
        >>> ax = plot_error_counts({"narrow": [290, 270], "wide": [230, 231]}, references={"Simard 2003": 70})
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['narrow', 'wide']
    """
    ax = ax or plt.subplots(figsize=(6.4, 1.2 + 0.32 * len(steps)))[1]
    for row, counts in enumerate(steps.values()):
        mean = float(np.mean(counts))
        chance = math.sqrt(mean * (1 - mean / total))
        ax.plot([mean - chance, mean + chance], [row, row], color="0.85", linewidth=9, solid_capstyle="butt", zorder=1)
        ax.plot(counts, np.full(len(counts), row), "o", color=COLORS["model"], markersize=4)
        ax.plot(mean, row, "|", color=COLORS["model"], markersize=13, markeredgewidth=2)
    for name, count in (references or {}).items():
        ax.axvline(count, color=COLORS["truth"], linestyle=":", zorder=0)
        ax.annotate(name, (count, 1.01), xycoords=("data", "axes fraction"), rotation=35, fontsize=SMALL)
    ax.set(xscale="log", yticks=range(len(steps)), yticklabels=steps, ylim=(len(steps) - 0.5, -0.5))
    ax.set_xlabel(f"wrong answers of {total:,}")
    ax.xaxis.set_major_locator(FixedLocator(_round_counts(*ax.get_xlim())))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.xaxis.set_minor_locator(NullLocator())
    return ax


def _round_counts(lowest: float, highest: float) -> list[float]:
    """Ticks of a logarithmic axis: 1, 1.5, 2, 3, 5, 7 times powers of ten."""
    places = [factor * 10**power for power in range(6) for factor in (1, 1.5, 2, 3, 5, 7)]
    return [place for place in places if lowest <= place <= highest]
