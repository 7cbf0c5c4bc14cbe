"""Playgrounds that train in the page: `show_playground("mlp")`.

A playground is plain JavaScript in `playgrounds/`, which computes in double precision what PyTorch computes: the tests
hold the one to the other. It stands in the output of a cell, needs neither a kernel nor a network, and works in a page
made from the notebook, too. Where scripts don't run, a picture of its opening state stands in its place.

For whoever writes a notebook. Imports `_widgets` alone.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from helpers._widgets import show

FOLDER = files("helpers") / "playgrounds"
CSS_CLASS = "hidden-layers-playground"
HOW_TO = "To use the playground, run this cell in JupyterLab, or open this page in the book."
NOISE = {"moons": 0.05, "XOR": 0.25, "spirals": 0.04}  # as in mlp.js
NOISE_WHEN_OVERFITTING = 0.3  # as in overfitting.js

# Clouds, chance of rain, and whether one would have liked an umbrella, on fourteen mornings.
MORNINGS = (
    *((0.10, 0.05, 0), (0.30, 0.15, 0), (0.55, 0.10, 0), (0.80, 0.20, 0), (0.95, 0.30, 0), (0.25, 0.40, 0)),
    *((0.50, 0.45, 0), (0.95, 0.60, 1), (0.70, 0.65, 1), (0.40, 0.80, 1), (0.85, 0.85, 1), (0.60, 0.95, 1)),
    *((0.20, 0.95, 1), (0.98, 0.75, 1)),
)
# What an option that names something may be; every other option is a number, or yes or no.
CHOICES = {
    "data": tuple(NOISE),
    "activation": ("none", "sigmoid", "tanh", "ReLU"),
    "inputs": ("standardised", "as measured"),
}


@dataclass(frozen=True)
class Playground:
    """What a playground is called, what its picture shows, with what it begins, and what draws its picture."""

    title: str
    alt: str
    start: dict[str, Any]
    picture: Callable[[dict[str, Any]], str]


def show_playground(name: str, **start: Any) -> None:
    """Show a playground: a small training, with its controls, that runs in the page.

    Args:
        name: `"neuron"`, `"descent"`, `"mlp"` or `"overfitting"`.
        **start: what its controls begin with, in place of the usual values; `"descent"` also takes the data, `x` and
            `y`, as lists or tensors of one dimension and equal length.

    Raises:
        ValueError: there is no such playground, it has no such option, or the option's value is of another kind.
    """
    show(as_text(name), as_html(name, **start))


def as_text(name: str) -> str:
    """One line for pages that show text alone.

    Example:
        >>> as_text("descent").split(":")[0]
        '[Playground, Descent on the loss of a line'
    """
    found = _playground(name)
    return f"[Playground, {found.title}: {found.alt} {HOW_TO}]"


def as_html(name: str, **start: Any) -> str:
    """The playground as HTML that needs nothing else: its picture, its style and its script; see `show_playground`.

    Example:
        >>> as_html("mlp", depth=3)
        Traceback (most recent call last):
        ...
        ValueError: the playground 'mlp' has no option 'depth'; it has data, layers, units, activation, rate, seed
    """
    found = _playground(name)
    options = found.start | {key: _checked(name, key, value) for key, value in start.items()}
    if len(options.get("x", ())) != len(options.get("y", ())) and name == "descent":
        raise ValueError(f"x and y must be of one length, got {len(options['x'])} and {len(options['y'])}")
    return PAGE.substitute(
        css_class=CSS_CLASS,
        title=html.escape(found.title),
        alt=html.escape(found.alt),
        start=html.escape(json.dumps(options, separators=(",", ":"))),
        style=_source("playground.css"),
        picture=found.picture(options),
        how_to=HOW_TO,
        script="".join(_source(f"{part}.js") for part in ("core", "parts", name)),
        name=name,
    )


def _playground(name: str) -> Playground:
    if name not in PLAYGROUNDS:
        raise ValueError(f"there is no playground {name!r}; there are {', '.join(PLAYGROUNDS)}")
    return PLAYGROUNDS[name]


def _checked(name: str, key: str, value: Any) -> Any:
    """The value of an option as JSON has it, numbers to six digits."""
    usual = PLAYGROUNDS[name].start
    if key not in usual:
        raise ValueError(f"the playground {name!r} has no option {key!r}; it has {', '.join(usual)}")
    value = value.tolist() if hasattr(value, "tolist") else value
    if key in CHOICES and value not in CHOICES[key]:
        raise ValueError(f"{key} must be one of {', '.join(CHOICES[key])}, got {value!r}")
    wanted = usual[key]
    if isinstance(wanted, list):
        return [float(f"{_number(key, item):.6g}") for item in value]
    if isinstance(wanted, bool) and not isinstance(value, bool):
        raise ValueError(f"{key} must be True or False, got {value!r}")
    return value if isinstance(wanted, (bool, str)) else _number(key, value)


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{key} must be a number, got {value!r}")
    return value


@cache
def _source(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


# The points of a playground, as core.js draws them: for the pictures.


def make_random(seed: int) -> Callable[[], float]:
    """Numbers in [0, 1) that a seed decides, the same ones as `makeRandom` in core.js gives.

    Example:
        >>> round(make_random(1)(), 6)
        0.627074
    """
    state = seed

    def multiply(a: int, b: int) -> int:
        return (a * b) & 0xFFFFFFFF

    def random() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        bits = multiply(state ^ (state >> 15), 1 | state)
        bits = ((bits + multiply(bits ^ (bits >> 7), 61 | bits)) & 0xFFFFFFFF) ^ bits
        return (bits ^ (bits >> 14)) / 2**32

    return random


def normal(random: Callable[[], float]) -> float:
    """One number from the normal distribution of mean 0 and standard deviation 1 (Box and Muller, 1958)."""
    return math.sqrt(-2 * math.log(1 - random())) * math.cos(2 * math.pi * random())


def make_points(shape: str, *, count: int, noise: float, seed: int) -> list[tuple[float, float, int]]:
    """Points of two classes in turn: (x1, x2, class), the same ones as `makePoints` in core.js gives.

    Args:
        shape: `"moons"`, `"XOR"` or `"spirals"`.
        count: how many.
        noise: standard deviation of what moves each coordinate.
        seed: decides all of it.
    """
    random = make_random(seed)
    points = []
    for label in (i % 2 for i in range(count)):
        x1, x2 = _place(shape, random, label)
        points.append((x1 + noise * normal(random), x2 + noise * normal(random), label))
    return points


def _place(shape: str, random: Callable[[], float], label: int) -> tuple[float, float]:
    if shape == "moons":
        angle = math.pi * random()
        place = math.cos(angle), math.sin(angle)
        return (1 - place[0], 0.5 - place[1]) if label else place
    if shape == "XOR":
        left = -1.0 if random() < 0.5 else 1.0
        return left, -left if label else left
    radius = 0.15 + 1.35 * random()
    angle = 5.5 * radius + math.pi * label
    return radius * math.cos(angle), radius * math.sin(angle)


def _points_along_a_curve() -> dict[str, list[float]]:
    """Fifty-one points along x + 2 sin x, off by normal noise of standard deviation 1."""
    random = make_random(1)
    x = [round(0.4 * i, 1) for i in range(51)]
    return {"x": x, "y": [round(value + 2 * math.sin(value) + normal(random), 4) for value in x]}


# The pictures: what a playground shows before anything was moved, as SVG of 100 by 100 units.


def _svg(alt: str, *parts: str) -> str:
    return SVG.substitute(alt=html.escape(alt), parts="".join(parts))


def _marks(points: list[tuple[float, float, int]], ends: Sequence[tuple[float, float]] | None = None) -> str:
    """Points of two classes, circles of class 0 and triangles of class 1; the axes end where the points do."""
    ends = ends or [(min(values), max(values)) for values in list(zip(*points, strict=True))[:2]]
    marks = []
    for *place, label in points:
        x, y = (4 + 92 * (value - low) / (high - low) for value, (low, high) in zip(place, ends, strict=True))
        marks.append((TRIANGLE if label else CIRCLE).substitute(x=f"{x:.1f}", y=f"{100 - y:.1f}"))
    return "".join(marks)


def _draw_neuron(start: dict[str, Any]) -> str:
    w1, w2, b = (start[name] for name in ("w1", "w2", "b"))
    ends = [(x1, -(w1 * x1 + b) / w2) for x1 in (0, 1)] if w2 else [(-b / w1, x2) for x2 in (0, 1)] if w1 else []
    line = " ".join(f"{4 + 92 * x1:.1f},{96 - 92 * x2:.1f}" for x1, x2 in ends)
    marks = _marks(list(MORNINGS), ends=((0, 1), (0, 1)))
    return _svg(PLAYGROUNDS["neuron"].alt, POLYLINE.substitute(places=line), marks)


def _draw_descent(start: dict[str, Any]) -> str:
    rings = "".join(RING.substitute(radius=radius) for radius in (8, 17, 26, 35, 44))
    return _svg(PLAYGROUNDS["descent"].alt, rings, STAR, CIRCLE_OF_A_STEP)


def _draw_mlp(start: dict[str, Any]) -> str:
    shape = start["data"]
    return _svg(PLAYGROUNDS["mlp"].alt, _marks(make_points(shape, count=200, noise=NOISE[shape], seed=1)))


def _draw_overfitting(start: dict[str, Any]) -> str:
    options = {"count": start["points"], "noise": NOISE_WHEN_OVERFITTING, "seed": start["seed"]}
    return _svg(PLAYGROUNDS["overfitting"].alt, _marks(make_points("moons", **options)))


PLAYGROUNDS = {
    "neuron": Playground(
        title="A neuron with two inputs",
        alt="Fourteen mornings in the plane of clouds and chance of rain, and the line on which the neuron's sum is 0.",
        start={
            "X": [value for *inputs, _ in MORNINGS for value in inputs],
            "y": [label for *_, label in MORNINGS],
            **{"w1": 2.0, "w2": 4.0, "b": -1.0},
        },
        picture=_draw_neuron,
    ),
    "descent": Playground(
        title="Descent on the loss of a line",
        alt="Rings of equal loss around a star, the lowest point, and the place where the descent begins.",
        start={**_points_along_a_curve(), "w": 0.0, "b": 0.0, "rate": 0.1, "inputs": "standardised"},
        picture=_draw_descent,
    ),
    "mlp": Playground(
        title="A network, and what its hidden units draw",
        alt="Two hundred points of two classes in the plane, before the training.",
        start={"data": "moons", "layers": 2, "units": 4, "activation": "tanh", "rate": 0.3, "seed": 1},
        picture=_draw_mlp,
    ),
    "overfitting": Playground(
        title="Overfitting, and some remedies",
        alt="The training points: two half moons with so much noise that they run into each other.",
        start={"points": 40, "decay": 0.0, "dropout": 0.0, "early": False, "seed": 1},
        picture=_draw_overfitting,
    ),
}

# What stands outside of the picture reads well where a page leaves pictures and scripts out.
PAGE = Template("""\
<section class="$css_class" aria-label="Playground: $title" data-start="$start" data-lm-suppress-shortcuts="true">
<style>
$style</style>
<p class="title">$title</p>
<div class="still">
$picture<p>$alt $how_to</p>
</div>
<script>
(script => {
"use strict";
$script
window.HiddenLayersPlayground = {train, makePoints, makeNetwork, makeRandom};
begin(script, $name);
})(document.currentScript);
</script>
</section>
""")
SVG = Template("""\
<svg viewBox="0 0 100 100" role="img" aria-label="$alt">
<rect x="0.3" y="0.3" width="99.4" height="99.4" style="fill:none;stroke:var(--line);stroke-width:0.4"/>
$parts</svg>
""")
CIRCLE = Template('<circle cx="$x" cy="$y" r="1.1" style="fill:var(--zero)"/>\n')
TRIANGLE = Template('<path d="M$x ${y}m0-1.5l1.3 2.2h-2.6z" style="fill:var(--one)"/>\n')
POLYLINE = Template('<polyline points="$places" style="fill:none;stroke:var(--ink);stroke-width:0.7"/>\n')
RING = Template('<circle cx="50" cy="50" r="$radius" style="fill:none;stroke:var(--line);stroke-width:0.4"/>\n')
STAR = '<path d="M50 46l1.2 2.8 3 .2-2.3 2 .7 3-2.6-1.6-2.6 1.6.7-3-2.3-2 3-.2z" style="fill:var(--truth)"/>\n'
CIRCLE_OF_A_STEP = '<circle cx="29.8" cy="86.1" r="2" style="fill:var(--parameter)"/>\n'
