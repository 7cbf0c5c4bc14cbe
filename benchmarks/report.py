"""From the results in `results/`, one per machine, to docs/performance.md and its figures."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import NullLocator

from benchmarks.throughput import BATCH_SIZES, BOUND, PRODUCTS, ROUNDS, WAYS
from helpers import plotting  # noqa: F401 - sets the style of the course's figures

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
NOTEBOOK = "4.4.5-fast-loading.ipynb"
NOTEBOOK_PATH = f"4.4-dataloaders/{NOTEBOOK}"
SIZES_TOLD = " / ".join(f"{size:,}" for size in BATCH_SIZES)
TICKS = (10_000, 30_000, 100_000, 300_000)  # samples per second
REFERENCE = WAYS[0].name  # the web course's loop, against which speeds are told

INTRODUCTION = f"""\
# How fast the loaders are

Made by `make bench`; don't edit by hand. One network, 784-128-64-10 with Adam, is trained on MNIST's 60,000 images, fed
to it in different ways, all in one process and in turns: medians of {ROUNDS} rounds.

*Share of the bound* compares each way with the same loop on one fixed batch, in the same round: that is the bound which
no loader can pass. *Times the web course's* is the ratio of the medians. Both for batches of {SIZES_TOLD}.

The first two ways open each image anew, make a PIL image of it and a tensor again. `X[chosen]` and `BatchLoader` start
from tensors in memory and take a whole batch with one indexing operation.
[{NOTEBOOK[:5]}](../code-units/{NOTEBOOK_PATH}) explains where the time goes.

What keeps `BatchLoader` from the bound? Mostly not its own code: the row *in order, views* copies and shuffles nothing,
and stays below the bound, too. The fixed batch lies in the processor's cache, while every image of a real epoch must be
fetched from memory once; to gather scattered rows into a batch takes time on top. Both weigh more, the faster the rest
of the step is: with larger batches, and with an optimizer that does its update in one call (`fused=True`). The rows
with the fused Adam have a bound of their own, *no data, fused Adam*; the figure leaves them out.

The table of recipes holds one run each, with one seed. It is about the seconds. The first two recipes differ in the
scale of the pixels as well (`Normalize(0.5, 0.5)` in the first), and seeds move the accuracy of either by a few tenths
of a per cent, so their accuracies say nothing about the loaders.
"""


def write_page() -> None:
    """Write the page and one figure per machine."""
    parts = [INTRODUCTION]
    for file in sorted(RESULTS.glob("*.json")):
        result = json.loads(file.read_text(encoding="utf-8"))
        figure = PAGE.with_name(f"performance-{file.stem}.png")
        if "throughput" in result:
            draw(result, figure)
        parts.append(machine_section(result, figure.name))
    PAGE.write_text("\n".join(parts), encoding="utf-8", newline="\n")


def machine_section(result: dict, figure: str) -> str:
    """One machine: its name and what was measured there: loaders per number of threads, deformations, recipes."""
    lines = [f"## {result['machine']}", "", f"PyTorch {result['torch']}, {result['date']}.", ""]
    if "throughput" in result:
        lines += [
            f"![Samples a second by way of feeding, with the bound and the matrix products as lines]({figure})",
            "",
        ]
    for threads, table in result.get("throughput", {}).items():
        lines += [f"### {_threads(threads)}", "", *_throughput_table(table), ""]
    if "imports" in result:
        lines += ["### The first cell", "", _imports_told(result["imports"]), ""]
    if "augmentation" in result:
        lines += ["### Deformed images", "", *_augmentation_table(result["augmentation"]), ""]
    if "recipes" in result:
        lines += ["### Time to an accuracy", "", *_recipe_table(result["recipes"]), ""]
    return "\n".join(lines)


def _imports_told(imports: dict[str, float]) -> str:
    return (
        f"`import torch, matplotlib.pyplot` takes {imports['base_seconds']:.1f} s of processor time; together with "
        f"every module of `helpers`, {imports['ratio']:.2f} times as long (median over rounds in turns; limit 1.15)."
    )


def _augmentation_table(rows: list[dict]) -> list[str]:
    lines = [
        "One affine and one elastic deformation per image, one thread: `helpers.augment.distort` on whole batches, and",
        "torchvision's `RandomAffine` and `ElasticTransform` on one image after the other, in turns.",
        "",
        "| Images a second | torchvision | helpers.augment | times as fast | lowest of the rounds |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        speeds = f"{row['torchvision']:,.0f} | {row['helpers']:,.0f}"
        lines.append(f"| batch {row['batch_size']} | {speeds} | {row['ratio']:.1f} | {row['lowest']:.1f} |")
    return lines


def _threads(threads: str) -> str:
    return "On the graphics card" if threads == "gpu" else "One thread" if threads == "1" else f"{threads} threads"


def _throughput_table(table: dict[str, list[dict]]) -> list[str]:
    sizes = [str(size) for size in BATCH_SIZES if str(size) in table]
    lines = [
        "| Samples a second | "
        + " | ".join(f"batch {size}" for size in sizes)
        + " | share of the bound | times the web course's |"
    ]
    lines += ["|---|" + "---:|" * (len(sizes) + 2)]
    rows = {size: {row["way"]: row for row in table[size]} for size in sizes}
    for way in WAYS:
        speeds = [rows[size][way.name]["samples_per_second"] for size in sizes]
        shares = [rows[size][way.name]["share_of_bound"] for size in sizes]
        times = [speed / rows[size][REFERENCE]["samples_per_second"] for speed, size in zip(speeds, sizes, strict=True)]
        cells = [f"{speed:,.0f}" for speed in speeds]
        cells.append(" / ".join(f"{share:.2f}" for share in shares))
        cells.append(" / ".join(f"{ratio:.1f}" for ratio in times))
        lines.append(f"| {way.name} | " + " | ".join(cells) + " |")
    return lines


def _recipe_table(recipes: list[dict]) -> list[str]:
    marks = list(recipes[0]["seconds_to"])
    heads = " | ".join(f"to {float(mark):.1%}" for mark in marks)
    lines = [f"| Recipe | parameters | {heads} | at the end |", "|---|---:|" + "---:|" * (len(marks) + 1)]
    for recipe in recipes:
        cells = [f"{recipe['parameters']:,}"]
        cells += [
            "never" if recipe["seconds_to"][mark] is None else f"{recipe['seconds_to'][mark]:.1f} s" for mark in marks
        ]
        cells.append(f"{recipe['accuracy']:.2%} after {recipe['seconds']:.1f} s")
        lines.append(f"| {recipe['recipe']} | " + " | ".join(cells) + " |")
    return lines


def draw(result: dict, path: Path) -> None:
    """A dot for each way, lines for the two limits, one panel per batch size; of the most threads measured."""
    table = list(result["throughput"].values())[-1]
    sizes = [size for size in map(str, BATCH_SIZES) if size in table]
    figure, axes = plt.subplots(1, len(sizes), figsize=(3.6 * len(sizes), 3.8), sharey=True)
    limits = {BOUND: ("C3", "-"), PRODUCTS: ("0.4", ":")}
    for ax, size in zip(axes, sizes, strict=True):
        speeds = {row["way"]: row["samples_per_second"] for row in table[size]}
        # Ways with a bound of their own, those of the fused Adam, may pass the line, so they stand in the table alone.
        names = [way.name for way in WAYS if way.bound == BOUND and way.name in speeds and way.name not in limits]
        ax.plot([speeds[name] for name in names], names, "o", color="C0")
        for name, (color, style) in limits.items():
            ax.axvline(speeds[name], color=color, linestyle=style, label=name)
        ax.set(title=f"batch {size}", xscale="log", xlim=(8e3, 9e5))
        ax.set_xticks(TICKS, [f"{tick / 1000:.0f}" for tick in TICKS])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.grid(axis="x", color="0.9")
    axes[0].invert_yaxis()
    axes[len(axes) // 2].set_xlabel("thousand samples per second")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.savefig(path, dpi=120)
    plt.close(figure)
