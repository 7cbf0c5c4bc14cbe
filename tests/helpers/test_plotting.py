"""A figure shows what it was given, can be read without being seen, and changes nothing."""

import base64
import io
import random

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from IPython.utils.capture import RichOutput, capture_output
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from PIL import Image
from torch import Tensor, nn

import helpers.plotting
from helpers.plotting import (
    class_style,
    plot_batch_losses,
    plot_confusion_matrix,
    plot_curves,
    plot_decision_regions,
    plot_error_counts,
    plot_fit,
    plot_hidden_units,
    plot_history,
    plot_images,
    plot_layer_histograms,
    plot_points,
    plot_probabilities,
    plot_r2_fan,
    plot_reliability,
    plot_scores,
    plot_weights,
    show,
    show_panel,
)
from helpers.training import History

ALT = "A line that falls from left to right."


@pytest.fixture(autouse=True)
def on_real_data(monkeypatch):
    monkeypatch.setattr(helpers.plotting, "stand_ins_in_use", lambda: False)


@pytest.fixture
def notebook_shell():
    """An IPython shell that turns figures to PNG, as a notebook's kernel does."""
    shell = InteractiveShell.instance()
    select_figure_formats(shell, {"png"})
    yield shell
    InteractiveShell.clear_instance()


def history() -> History:
    metrics = {"train_accuracy": [0.6, 0.8], "valid_accuracy": [0.5, 0.7]}
    return History([0.9, 0.5], [1.0, 0.6], metrics, learning_rate=[0.1, 0.05], seconds=[1.0, 1.0])


def plane(num_classes: int = 2) -> tuple[Tensor, Tensor]:
    """Points in the plane, of classes that take turns."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(12, 2, generator=generator), torch.arange(12) % num_classes


def classifier(num_classes: int = 2) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, num_classes))


def regression() -> tuple[nn.Module, Tensor, Tensor]:
    x = torch.linspace(-1, 1, 10).unsqueeze(1)
    return nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1)), x, x**2


CASES = {
    "history": (plot_history, lambda: (history(),), {}),
    "points": (plot_points, plane, {}),
    "regions": (plot_decision_regions, lambda: (classifier(), *plane()), {"resolution": 20}),
    "probability regions": (
        plot_decision_regions,
        lambda: (classifier(), *plane()),
        {"resolution": 20, "probabilities": True},
    ),
    "confusion": (plot_confusion_matrix, lambda: (torch.tensor([0, 1]), torch.tensor([1, 1]), ["cat", "dog"]), {}),
    "probabilities": (plot_probabilities, lambda: (torch.tensor([0.2, 0.8]), ["cat", "dog"]), {}),
    "fit": (plot_fit, regression, {}),
}
every_plot = pytest.mark.parametrize(("plot", "make", "options"), CASES.values(), ids=CASES.keys())
every_plot_of_a_model = pytest.mark.parametrize(
    ("plot", "make", "options"), [CASES["regions"], CASES["probability regions"], CASES["fit"]]
)


# What all of them promise


@every_plot
def test_plot_returns_its_axes_in_a_figure_of_its_own(plot, make, options):
    ax = plot(*make(), **options)
    assert isinstance(ax, Axes)
    assert plt.get_fignums() == [ax.figure.number]


@every_plot
def test_plot_draws_in_the_axes_that_it_is_given(plot, make, options):
    left, right = plt.subplots(1, 2)[1]
    returned = plot(*make(), **options, ax=left)
    assert returned is left
    assert left.has_data() and not right.has_data()
    assert len(plt.get_fignums()) == 1


@every_plot
def test_plot_names_its_axes(plot, make, options):
    ax = plot(*make(), **options)
    assert ax.get_xlabel()
    assert ax.get_ylabel() or [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]


@every_plot
def test_plot_draws_no_random_numbers(plot, make, options):
    arguments = make()
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    plot(*arguments, **options).figure.canvas.draw()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (np.random.get_state()[1].tolist(), random.getstate()) == before[1:]


@every_plot_of_a_model
def test_plot_leaves_mode_parameters_and_statistics_of_the_model(plot, make, options):
    model, *data = make()
    model.train()
    model[0].eval()
    modes = [module.training for module in model.modules()]
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    plot(model, *data, **options)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(tensor, state[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


@every_plot_of_a_model
def test_plot_leaves_the_model_where_it_lives(monkeypatch, plot, make, options):
    moves = []
    monkeypatch.setattr(nn.Module, "to", lambda self, device: moves.append(device) or self)
    plot(*make(), **options)
    assert moves == []


@every_plot_of_a_model
def test_plot_takes_data_that_are_part_of_a_graph(plot, make, options):
    model, inputs, targets = make()
    plot(model, inputs.requires_grad_(), targets, **options)


# Each for itself


@pytest.mark.parametrize(
    ("quantity", "labels", "values"),
    [
        ("loss", ["training", "validation"], [[0.9, 0.5], [1.0, 0.6]]),
        ("accuracy", ["training", "validation"], [[0.6, 0.8], [0.5, 0.7]]),
        ("learning_rate", ["learning_rate"], [[0.1, 0.05]]),
    ],
)
def test_plot_history_draws_training_and_validation_over_the_epochs(quantity, labels, values):
    ax = plot_history(history(), quantity)
    assert [line.get_label() for line in ax.lines] == labels
    assert [line.get_ydata().tolist() for line in ax.lines] == values
    assert [line.get_xdata().tolist() for line in ax.lines] == [[1, 2]] * len(values)
    assert ax.get_ylabel() == quantity.replace("_", " ")
    assert (ax.get_legend() is not None) == (len(labels) > 1)


def test_plot_history_without_validation_draws_one_line():
    ax = plot_history(History(train_loss=[0.9, 0.5]))
    assert [line.get_label() for line in ax.lines] == ["training"]


def test_plot_history_lists_what_it_holds_when_asked_for_something_else():
    with pytest.raises(KeyError, match=r"no 'speed'; it has \['train_loss', 'valid_loss', 'train_accuracy'"):
        plot_history(history(), "speed")


@pytest.mark.parametrize("num_images", [1, 2, 3, 5])
def test_plot_images_fills_rows_and_leaves_the_rest_empty(num_images):
    axes = plot_images(torch.rand(num_images, 4, 4), columns=2)
    assert axes.shape == (-(-num_images // 2), 2)
    assert [len(ax.images) for ax in axes.flat] == [1] * num_images + [0] * (axes.size - num_images)
    assert not any(ax.axison for ax in axes.flat)


@pytest.mark.parametrize("shape", [(3, 6, 4), (3, 1, 6, 4), (3, 3, 6, 4)], ids=["grey", "one channel", "colour"])
def test_plot_images_shows_the_pixels_that_it_is_given(shape):
    images = torch.rand(shape, requires_grad=True)
    axes = plot_images(images, ["a", "b", "c"], columns=3)
    for image, title, ax in zip(images.detach(), "abc", axes.flat, strict=True):
        shown = torch.tensor(np.asarray(ax.images[0].get_array())).reshape(6, 4, -1)
        assert torch.equal(shown, image.reshape(-1, 6, 4).permute(1, 2, 0))
        assert ax.get_title() == title


@pytest.mark.parametrize("shape", [(28, 28), (0, 28, 28), (2, 28, 28, 3), (2, 4, 28, 28)])
def test_plot_images_names_the_shape_that_it_cannot_draw(shape):
    with pytest.raises(ValueError, match=r"wanted images \(N, height, width\) or .*, got") as caught:
        plot_images(torch.zeros(shape))
    assert str(caught.value).endswith(str(shape))


def test_plot_images_wants_one_title_an_image():
    with pytest.raises(ValueError, match="2 images need as many titles, got 1"):
        plot_images(torch.zeros(2, 4, 4), ["a"])


def legend_below(figure: plt.Figure) -> list[str]:
    """The entries of the figure's own legend, which takes no room from the plot's width."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_legend_of_points_stands_below_the_plot():
    figure = plot_points(*plane()).figure
    figure.canvas.draw()
    (legend,) = figure.legends
    assert legend.get_window_extent().y1 <= figure.axes[0].get_tightbbox().y0 + 1


def test_probabilities_have_the_colours_of_the_classes_and_differ_in_grey():
    colours = plt.colormaps["classes"]
    assert [to_hex(colours(end)) for end in (0.0, 1.0)] == [to_hex(class_style(label)["color"]) for label in (0, 1)]
    grey = [float(np.dot(colours(p)[:3], (0.2126, 0.7152, 0.0722))) for p in (0.0, 0.5, 1.0)]
    assert grey[0] + 0.15 < grey[2] < grey[1] - 0.15


def test_plot_points_gives_each_class_a_marker_and_a_colour():
    X, y = plane(3)
    ax = plot_points(X, y)
    assert legend_below(ax.figure) == ["class 0", "class 1", "class 2"]
    assert [
        torch.tensor(np.asarray(points.get_offsets())).float().equal(X[y == label])
        for label, points in enumerate(ax.collections)
    ] == [True] * 3
    assert len({tuple(points.get_facecolor()[0]) for points in ax.collections}) == 3
    assert len({points.get_paths()[0].vertices.tobytes() for points in ax.collections}) == 3


def test_each_of_many_classes_has_a_colour_and_marker_of_its_own():
    X, y = torch.randn(40, 2), torch.arange(40)
    assert len(plot_points(X, y).collections) == 40
    assert len({tuple(class_style(label).values()) for label in range(100)}) == 100


def test_plot_points_without_a_legend_has_none():
    ax = plot_points(*plane(), legend=False)
    assert ax.get_legend() is None and legend_below(ax.figure) == []


def test_plot_decision_regions_takes_the_model_in_eval_mode():
    modes = []

    class Watched(nn.Linear):
        def forward(self, X: Tensor) -> Tensor:
            modes.append(self.training)
            return super().forward(X)

    plot_decision_regions(Watched(2, 3), *plane(3), resolution=10)
    assert modes == [False]


def test_plot_decision_regions_draws_the_boundary_where_the_logits_are_equal():
    X = torch.tensor([[-1.0, -1.0], [1.0, 1.0]])
    model = nn.Linear(2, 2, bias=False)
    model.weight.data = torch.tensor([[-1.0, 0.0], [1.0, 0.0]])  # class 1 where x1 > 0
    ax = plot_decision_regions(model, X, torch.tensor([0, 1]), resolution=101)
    regions = ax.collections[0]
    left, right = (path.vertices[:, 0] for path in regions.get_paths())
    assert left.max() == pytest.approx(0, abs=0.03)
    assert right.min() == pytest.approx(0, abs=0.03)


def test_probabilities_have_a_colour_bar_unless_the_legend_is_turned_off():
    with_bar = plot_decision_regions(classifier(), *plane(), probabilities=True, resolution=10).figure
    without = plot_decision_regions(classifier(), *plane(), probabilities=True, resolution=10, legend=False).figure
    assert with_bar.axes[1].get_ylabel() == "probability of class 1"
    assert len(without.axes) == 1


@pytest.mark.parametrize("num_classes", [1, 3])
def test_probabilities_are_refused_for_other_than_two_classes(num_classes):
    with pytest.raises(ValueError, match=f"drawn for two classes, and the model has {num_classes}"):
        plot_decision_regions(nn.Linear(2, num_classes), *plane(num_classes), probabilities=True, resolution=10)
    assert plt.get_fignums() == []


def test_plot_decision_regions_names_points_that_do_not_lie_in_the_plane():
    with pytest.raises(ValueError, match=r"points of shape \(N, 2\), got \(12, 3\)"):
        plot_decision_regions(classifier(), torch.zeros(12, 3), plane()[1])


def test_plot_confusion_matrix_counts_true_classes_in_rows():
    labels, predictions = torch.tensor([0, 0, 0, 1, 2]), torch.tensor([0, 1, 1, 1, 0])
    ax = plot_confusion_matrix(labels, predictions, ["cat", "dog", "eel"])
    assert [text.get_text() for text in ax.texts] == ["1", "2", "0", "0", "1", "0", "1", "0", "0"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "eel"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_plot_confusion_matrix_colours_the_errors_only():
    ax = plot_confusion_matrix(torch.tensor([0, 0, 0, 1]), torch.tensor([0, 0, 1, 1]), ["cat", "dog"])
    assert np.asarray(ax.collections[0].get_array()).ravel().tolist() == [0, 1, 0, 0]


def test_plot_confusion_matrix_does_not_drop_a_class_without_a_name():
    with pytest.raises(ValueError, match=r"outside 0\.\.1, the 2 named classes"):
        plot_confusion_matrix(torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1]), ["cat", "dog"])


def test_plot_probabilities_lists_the_classes_from_the_top():
    ax = plot_probabilities(torch.tensor([0.25, 0.75], requires_grad=True), ["cat", "dog"])
    assert [bar.get_width() for bar in ax.patches] == [0.25, 0.75]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_plot_fit_draws_the_prediction_without_dropout():
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(1, 1))
    nn.init.ones_(model[1].weight)
    nn.init.zeros_(model[1].bias)
    x = torch.linspace(-1, 1, 5).unsqueeze(1)
    (line,) = plot_fit(model, x, x, label="the identity").lines
    assert line.get_label() == "the identity"
    assert np.array_equal(np.ravel(line.get_xdata()), np.ravel(line.get_ydata()))


# Showing


def shown(alt: str = ALT) -> RichOutput:
    with capture_output() as captured:
        show(alt)
    (output,) = captured.outputs
    return output


def test_show_publishes_the_figure_with_its_description_and_closes_it(notebook_shell):
    plot_history(history())
    output = shown()
    assert "image/png" in output.data
    assert output.metadata["image/png"]["alt"] == ALT
    assert plt.get_fignums() == []


def test_show_says_how_wide_the_figure_stands_on_a_page_so_that_text_is_equally_large_in_all(notebook_shell):
    for inches in (3, 6):
        plt.subplots(figsize=(inches, 2))
        output = shown()
        pixels = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).width
        assert output.metadata["image/png"]["width"] == round(pixels * 80 / 120)
        assert abs(output.metadata["image/png"]["width"] - 80 * inches) < 40  # the margins are cut to what is drawn


def test_show_keeps_the_description_where_figures_are_svg(notebook_shell):
    select_figure_formats(notebook_shell, {"svg"})
    plot_history(history())
    output = shown()
    assert "image/svg+xml" in output.data
    assert output.metadata["image/png"] == {"alt": ALT}


@pytest.mark.parametrize("alt", ["", "A plot", "Loss over epochs"])
def test_show_refuses_a_description_that_describes_nothing(alt):
    plot_history(history())
    with pytest.raises(ValueError, match="describe the figure in a sentence"):
        show(alt)


def test_show_without_a_figure_says_so_instead_of_showing_a_blank_one():
    with pytest.raises(ValueError, match="no figure to show: draw one first"):
        show(ALT)


def title_after_show(figure: plt.Figure, monkeypatch, *, stand_in: bool) -> tuple[str, list[str]]:
    """The figure's title and the titles of its axes, as `show` publishes them."""
    monkeypatch.setattr(helpers.plotting, "stand_ins_in_use", lambda: stand_in)
    with capture_output():
        show(ALT)
    return figure.get_suptitle(), [ax.get_title() for ax in figure.axes]


@pytest.mark.parametrize(("before", "after"), [("Loss", "Loss (offline stand-in)"), ("", "(offline stand-in)")])
def test_show_marks_the_title_of_a_figure_of_stand_ins(monkeypatch, before, after):
    ax = plot_history(history())
    ax.set_title(before)
    assert title_after_show(ax.figure, monkeypatch, stand_in=True) == ("", [after])


def test_show_marks_the_whole_of_a_figure_with_several_axes(monkeypatch):
    axes = plot_images(torch.zeros(2, 4, 4), ["7", "9"], columns=2)
    figure = axes[0, 0].figure
    assert title_after_show(figure, monkeypatch, stand_in=True) == ("(offline stand-in)", ["7", "9"])


def test_show_keeps_the_title_over_several_axes_beside_the_mark(monkeypatch):
    figure = plot_images(torch.zeros(2, 4, 4), columns=2)[0, 0].figure
    figure.suptitle("Digits")
    assert title_after_show(figure, monkeypatch, stand_in=True) == ("Digits (offline stand-in)", ["", ""])


def test_show_marks_nothing_on_real_data(monkeypatch):
    ax = plot_history(history())
    ax.set_title("Loss")
    assert title_after_show(ax.figure, monkeypatch, stand_in=False) == ("", ["Loss"])


def test_panel_has_widgets_and_a_line_of_text_where_no_kernel_runs(notebook_shell):
    with capture_output() as captured:
        show_panel(lambda width: None, width=ipywidgets.IntSlider(3))
    data = captured.outputs[-1].data
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == "[An interactive panel: run this cell in JupyterLab to use it.]"


def test_panel_draws_at_once_and_again_when_a_control_moves(notebook_shell):
    drawn, width, rate = [], ipywidgets.IntSlider(3), ipywidgets.FloatSlider(0.5)
    with capture_output():
        show_panel(lambda width, rate: drawn.append((width, rate)), width=width, rate=rate)
        width.value = 5
    assert drawn == [(3, 0.5), (5, 0.5)]


def test_panel_keeps_its_figure_to_itself_even_where_no_front_end_catches_it(notebook_shell):
    def draw(width):
        plot_history(history())
        show(ALT)

    with capture_output() as captured:
        show_panel(draw, width=ipywidgets.IntSlider(3))
    (panel,) = captured.outputs
    assert "image/png" not in panel.data


def test_reliability_diagram_has_a_bar_of_two_standard_errors_and_a_count_per_bin_with_answers() -> None:
    ax = plot_reliability([(0.55, 0.0, 0), (0.75, 0.5, 98), (0.95, 0.9, 1200)])
    points, _, (bars,) = ax.containers[0]
    np.testing.assert_allclose(points.get_xydata(), [[0.75, 0.5], [0.95, 0.9]])
    low, high = bars.get_segments()[0][:, 1]
    np.testing.assert_allclose([0.5 - low, high - 0.5], 2 * np.sqrt(0.25 / 98))
    assert [text.get_text() for text in ax.texts] == ["98", "1,200"]


def test_reliability_of_a_bin_where_all_are_right_has_a_bar_too() -> None:
    _, _, (bars,) = plot_reliability([(0.95, 1.0, 8)]).containers[0]
    low, high = bars.get_segments()[0][:, 1]
    assert high - low > 0.2


def test_plot_confusion_matrix_writes_the_names_of_its_rows_upright():
    ax = plot_confusion_matrix(torch.tensor([0, 1]), torch.tensor([1, 1]), ["cat", "dog"])
    assert {label.get_rotation() for label in ax.get_yticklabels()} == {0.0}


def test_plot_weights_draws_all_on_one_scale_with_zero_in_its_middle():
    weights = torch.zeros(3, 2, 2)
    weights[1, 0, 0], weights[2, 1, 1] = -4.0, 1.0
    axes = plot_weights(weights, columns=2)
    assert [image.get_clim() for ax in axes.flat for image in ax.get_images()] == [(-4.0, 4.0)] * 3
    assert axes.shape == (2, 2)


def test_plot_weights_refuses_rows_of_weights():
    with pytest.raises(ValueError, match="wanted weights of shape"):
        plot_weights(torch.zeros(50, 784))


def test_plot_batch_losses_ends_average_and_losses_at_the_same_step():
    ax = plot_batch_losses([4.0, 2.0, 1.0, 1.0], [3.0, 1.5], steps_per_epoch=2)
    each, average = ax.get_lines()
    assert each.get_xdata().tolist() == [1, 2, 3, 4]
    assert average.get_xdata().tolist() == [3, 4]
    assert average.get_ydata().tolist() == [3.0, 1.5]


def test_plot_batch_losses_counts_epochs_along_the_top():
    ax = plot_batch_losses([1.0] * 10, [1.0] * 10, steps_per_epoch=5)
    ax.set_xlim(0, 10)
    ax.figure.canvas.draw()
    assert tuple(ax.child_axes[0].get_xlim()) == (0.0, 2.0)


def test_plot_batch_losses_refuses_more_averages_than_losses():
    with pytest.raises(ValueError, match="at most one average per loss"):
        plot_batch_losses([1.0], [1.0, 1.0], steps_per_epoch=1)


def test_hidden_units_have_a_column_each_layer_by_layer():
    network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 2))
    axes = plot_hidden_units({"start": network, "end": network}, *plane())
    assert [ax.get_title() for ax in axes[0]] == ["1.1", "1.2", "1.3", "2.1", "2.2", "network"]
    assert [row[0].get_ylabel() for row in axes] == ["start", "end"]


def test_line_in_the_map_of_a_hidden_unit_is_where_the_unit_gives_0():
    network = nn.Sequential(nn.Linear(2, 1), nn.Tanh(), nn.Linear(1, 2))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([[1.0, 0.0]]))
        network[0].bias.fill_(-0.25)
    X, y = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([0, 1])
    unit = plot_hidden_units({"start": network}, X, y)[0, 0]
    black = unit.collections[-1].get_paths()[0].vertices
    assert np.allclose(black[:, 0], 0.25)


def test_layer_histograms_share_both_scales_and_show_shares():
    layers = {"first": torch.zeros(10), "last": torch.linspace(-1, 1, 10)}
    axes = plot_layer_histograms({"start": layers, "end": layers}, span=(-2, 2), xlabel="activation")
    assert axes.shape == (2, 2)
    assert {(ax.get_xlim(), ax.get_ylim()) for ax in axes.flat} == {((-2.0, 2.0), (0.0, 1.0))}
    assert max(bar.get_height() for bar in axes[0, 0].patches) == pytest.approx(1)


def test_layer_histograms_count_what_lies_beyond_in_the_outermost_bin():
    ax = plot_layer_histograms({"": {"far": torch.tensor([-9.0, 0.0, 9.0, 9.0])}}, span=(-1, 1), xlabel="x")[0, 0]
    heights = [bar.get_height() for bar in ax.patches]
    assert (heights[0], heights[-1], sum(heights)) == (0.25, 0.5, 1.0)


def test_plot_curves_draws_one_line_per_model_and_names_them_once():
    x = torch.linspace(0, 1, 5).unsqueeze(1)
    ax = plot_curves((x, x), [(x, 2 * x), (x, 3 * x)], truth=(x, x), corners=(x[1:3], 2 * x[1:3]))
    _, first, second, corners = ax.get_lines()
    assert first.get_ydata().ravel().tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert second.get_ydata().ravel()[-1] == 3.0
    assert len(corners.get_xdata()) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["measured", "truth", "model", "corner"]


def test_plot_curves_shades_what_lies_beyond_the_data():
    x = torch.linspace(0, 1, 5)
    ax = plot_curves((x, x), [(2 * x, x)], beyond=1.0)
    (shaded,) = ax.patches
    assert shaded.get_x() == 1.0
    assert shaded.get_x() + shaded.get_width() >= 2.0


def test_plot_scores_draws_a_dot_per_run_and_marks_the_mean_of_each_kind() -> None:
    ax = plot_scores(
        {"honest": {"test": [1.0, 3.0], "new": [2.0, 2.0]}, "leaky": {"test": [9.0, 9.0], "new": [0.0, 1.0]}}
    )
    dots, means = ax.lines[::2], ax.lines[1::2]
    assert [line.get_xdata().tolist() for line in dots] == [[1, 3], [2, 2], [9, 9], [0, 1]]
    assert [float(line.get_xdata()[0]) for line in means] == [2.0, 2.0, 9.0, 0.5]
    assert ax.get_legend_handles_labels()[1] == ["test", "new"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["honest", "leaky"]


def test_plot_r2_fan_draws_lines_of_equal_r2_and_a_mark_per_set() -> None:
    ax = plot_r2_fan({"rows": np.array([[1.0, 0.5], [1.2, 0.6]]), "regions": np.array([[0.5, 0.5]])})
    lines = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_array_equal(lines["rows"], [[1.0, 0.5], [1.2, 0.6]])
    np.testing.assert_array_equal(lines["regions"], [[0.5, 0.5]])
    slopes = [line.get_ydata()[1] / line.get_xdata()[1] for line in ax.lines[:5]]
    np.testing.assert_allclose(1 - np.square(slopes), [0, 0.2, 0.4, 0.6, 0.8], atol=1e-12)


def test_plot_error_counts_shows_every_run_the_mean_and_one_standard_error():
    ax = plot_error_counts({"narrow": [260, 300], "wide": [100, 100]}, references={"published": 70})
    narrow, dots, mean = ax.lines[0].get_xdata(), ax.lines[1].get_xdata(), ax.lines[2].get_xdata()
    assert list(dots) == [260, 300]
    assert list(mean) == [280]
    half = (280 * (1 - 280 / 10_000)) ** 0.5
    assert list(narrow) == pytest.approx([280 - half, 280 + half])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["narrow", "wide"]
    assert ax.texts[0].get_text() == "published"
    assert ax.get_xscale() == "log"
    low, high = ax.get_xlim()
    assert low < 70 and high > 300
    assert {100, 150, 200, 300} <= set(ax.get_xticks())
