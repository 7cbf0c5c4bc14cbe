"""Curves that grow while a network trains: a drawing that the page shows again and again, and the picture that is kept.

The drawing is HTML around a small SVG, made anew several times a second, so that nothing but text is put together. Its
words lie outside of the SVG: in a narrow page the curve shrinks, the words do not. The picture is one of Matplotlib's,
for a page that does not trust a stored notebook shows PNG, and no SVG.

For whoever writes a notebook, below `live`. Imports `_widgets`, and `plotting` for the course's style.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Template

from matplotlib import colors
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import helpers.plotting  # noqa: F401  (applies the style of the course's figures)
from helpers._widgets import send
from helpers.data.provenance import STAND_IN_SOURCE, stand_ins_in_use

CSS_CLASS = "hidden-layers-live"
MOST_POINTS = 300  # of a curve in the page, which is about as many pixels wide
MARGIN = 0.05  # above the highest and below the lowest value, as a share of the height
# Of the curves in turn: colour, and how the line is drawn in Matplotlib and in SVG, to be told apart without colour.
LINES = (("C0", "-", "none"), ("C1", "--", "7 4"), ("C2", ":", "1 5"), ("C3", "-.", "8 4 1 4"))

Point = tuple[float, float]


@dataclass
class Curves:
    """What is measured once per epoch, by name; every list has one entry per finished epoch.

    Attributes:
        quantity: name of the vertical axis, with its unit.
        title: above the curves; empty for none.
        values: by name of the curve.
        total: how many epochs there will be; None if nobody knows.
    """

    quantity: str
    title: str = ""
    values: dict[str, list[float]] = field(default_factory=dict)
    total: int | None = None

    @property
    def epochs(self) -> int:
        """How many epochs are finished."""
        return max(map(len, self.values.values()), default=0)

    @property
    def last(self) -> int:
        """Right end of the horizontal axis; at least 2, as an axis needs a length."""
        return max(self.total or 0, self.epochs, 2)

    @property
    def heading(self) -> str:
        """The title, with the mark of data that are stand-ins."""
        return f"{self.title}{_note()}".strip()

    def in_words(self) -> str:
        """The last values in one line, such as `loss, epoch 7 of 30: training 0.31, validation 0.35`."""
        if not self.epochs:
            return f"{self.quantity}: no epoch is finished yet{_note()}"
        of = f" of {self.total}" if self.total else ""
        last = ", ".join(f"{name} {_number(values[-1])}" for name, values in self.values.items())
        return f"{self.quantity}, epoch {self.epochs}{of}: {last}{_note()}"

    def described(self) -> str:
        """What the curves show, for a reader who cannot see them: where each begins and ends, and its lowest place."""
        parts = [_course_of(name, values) for name, values in self.values.items()]
        title = f"{self.heading}: " if self.heading else ""
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        return f"{title}{self.quantity} over {epochs}. {'; '.join(parts)}."


def _note() -> str:
    return f" ({STAND_IN_SOURCE})" if stand_ins_in_use() else ""


def _number(value: float) -> str:
    return f"{value:.4g}"


def _course_of(name: str, values: Sequence[float]) -> str:
    """One curve in words."""
    if len(values) == 1:
        return f"{name} is {_number(values[0])}"
    text = f"{name} goes from {_number(values[0])} to {_number(values[-1])}"
    finite = [value for value in values if math.isfinite(value)]
    if not finite or values[-1] == min(finite):
        return text
    return f"{text}, lowest {_number(min(finite))} in epoch {values.index(min(finite)) + 1}"


def picture(curves: Curves) -> tuple[str, float]:
    """The curves as a PNG image in base64, as notebooks keep it, and its dots per inch.

    The figure is none of pyplot's: those belong to the cell that runs, and a click in the page may be handled, in a
    thread of its own, at the same time.
    """
    from IPython.core.pylabtools import print_figure

    figure = Figure(figsize=(5.6, 3.4))
    ax = figure.subplots()
    for number, (name, values) in enumerate(curves.values.items()):
        color, style, _ = LINES[number % len(LINES)]
        marker = "o" if len(values) == 1 else ""  # a line of one point is not seen
        ax.plot(range(1, len(values) + 1), values, style, color=color, marker=marker, label=name)
    ax.set(xlabel="epoch", ylabel=curves.quantity, title=curves.heading)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.legend()
    return base64.b64encode(print_figure(figure, "png")).decode(), figure.dpi


def page(curves: Curves, attributes: str) -> str:
    """The curves with a button that stops the training.

    Args:
        curves: what to begin with.
        attributes: what connects the page with the kernel.
    """
    return PAGE.substitute(
        css_class=CSS_CLASS,
        style=STYLE,
        attributes=attributes,
        send=send("'stop'", urgent=True),
        drawing=drawing(curves),
    )


def drawing(curves: Curves) -> str:
    """The part of the page that changes: axes, curves, and the last values."""
    low, high = _range_of(curves)
    places = {
        name: [((epoch - 1) / (curves.last - 1), (value - low) / (high - low)) for epoch, value in _thinned(values)]
        for name, values in curves.values.items()
    }
    lines = [_line(points, number) for number, points in enumerate(places.values())]
    keys = [KEY.substitute(line=_sample(i), name=html.escape(name), value=_number(curves.values[name][-1]))
            for i, name in enumerate(places)]  # fmt: skip
    return DRAWING.substitute(
        title=html.escape(curves.heading),
        quantity=html.escape(curves.quantity),
        described=html.escape(curves.described()),
        ticks=_ticks(curves, low, high),
        lines="".join(lines),
        epoch=f"epoch {curves.epochs}" + (f" of {curves.total}" if curves.total else ""),
        keys="".join(keys),
    )


def _range_of(curves: Curves) -> Point:
    """Lower and upper end of the vertical axis: all finite values, and a margin."""
    finite = [value for values in curves.values.values() for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    margin = MARGIN * (high - low) or 0.5 * abs(high) or 0.5  # all values alike: any height will do
    return low - margin, high + margin


def _thinned(values: Sequence[float]) -> list[tuple[int, float]]:
    """Epoch and value of evenly spread points, the last one among them; at most about `MOST_POINTS`."""
    step = math.ceil(len(values) / MOST_POINTS) or 1
    kept = {*range(0, len(values), step), len(values) - 1} if values else set()
    return [(index + 1, values[index]) for index in sorted(kept)]


def _line(points: Sequence[Point], number: int) -> str:
    """SVG of one curve, with a dot at its end; a value that is no number leaves a gap."""
    steps, pen = [], "M"
    for x, y in points:
        if math.isfinite(y):
            steps.append(f"{pen}{100 * x:.2f} {100 * (1 - y):.2f}")
        pen = "L" if math.isfinite(y) else "M"
    if not steps:
        return ""
    end = f"M{steps[-1][1:]}h0"
    color = colors.to_hex(LINES[number % len(LINES)][0])
    dashes = LINES[number % len(LINES)][2]
    return LINE.substitute(path="".join(steps), color=color, dashes=dashes) + DOT.substitute(path=end, color=color)


def _sample(number: int) -> str:
    """SVG of a short piece of line, for the key."""
    color, _, dashes = LINES[number % len(LINES)]
    return LINE.substitute(path="M2 5H32", color=colors.to_hex(color), dashes=dashes)


def _ticks(curves: Curves, low: float, high: float) -> str:
    """Numbers beside both axes."""
    across = MaxNLocator(nbins=6, integer=True).tick_values(1, curves.last)
    up = MaxNLocator(nbins=5).tick_values(low, high)
    marks = [("x", "left", (tick - 1) / (curves.last - 1), tick) for tick in across if 1 <= tick <= curves.last]
    marks += [("y", "bottom", (tick - low) / (high - low), tick) for tick in up if low <= tick <= high]
    return "".join(TICK.substitute(axis=a, side=s, place=f"{100 * p:.2f}", value=_number(t)) for a, s, p, t in marks)


STYLE = Template("""\
<style>
.$css_class { max-width: 42em; color: var(--jp-content-font-color1, inherit); }
.$css_class p { margin: 0.3em 0; }
.$css_class .title { text-align: center; min-height: 1.4em; }
.$css_class .plot { position: relative; height: 17em; margin: 0.8em 1em 3.2em 4em;
 border: solid var(--jp-content-font-color2, #8888); border-width: 0 0 1px 1px; }
.$css_class .plot > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.$css_class path { fill: none; stroke-width: 2px; stroke-linecap: round; stroke-linejoin: round;
 vector-effect: non-scaling-stroke; }
.$css_class path.dot { stroke-width: 7px; }
.$css_class .plot span { position: absolute; font-size: 0.9em; line-height: 1; }
.$css_class .tick.x { top: calc(100% + 0.5em); transform: translateX(-50%); }
.$css_class .tick.y { right: calc(100% + 0.5em); transform: translateY(50%); }
.$css_class .name.x { top: calc(100% + 1.9em); left: 50%; transform: translateX(-50%); }
.$css_class .name.y { bottom: calc(100% + 0.4em); left: -3.6em; }
.$css_class .keys { display: flex; flex-wrap: wrap; gap: 0.2em 1.4em; font-variant-numeric: tabular-nums; }
.$css_class .keys svg { width: 34px; height: 10px; vertical-align: middle; }
.$css_class button { font: inherit; color: inherit; background: transparent; padding: 0.3em 1em; margin-right: 0.6em;
 border: 1px solid var(--jp-border-color1, #8888); border-radius: 4px; cursor: pointer; }
.$css_class button:hover { background: var(--jp-layout-color2, #8882); }
.$css_class button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 2px; }
</style>
""").substitute(css_class=CSS_CLASS)

ASK = "Stop ends the training after this epoch; what was learned is kept."
ASKED = "Stopping after this epoch."
NOT_HEARD = "Nobody hears this button: interrupt the kernel (■ in the toolbar) instead. What was learned is kept."
# JupyterLab keeps its shortcuts away from the button, so that Enter and the space bar press it; Escape goes back to the
# cell.
PAGE = Template(
    """\
<section class="$css_class" aria-label="Training" $attributes data-lm-suppress-shortcuts="true"
 onkeydown="event.stopPropagation(); if (event.key === 'Escape') this.closest('.jp-Cell')?.focus();"
 onclick="if (!event.target.closest('button')) return;
  const question = this;
  question.querySelector('[role=status]').textContent = $send ? 'NOT HEARD' : 'ASKED';">
$style<div class="drawing">$drawing</div>
<p><button type="button">Stop</button><span role="status" aria-live="polite">ASK</span></p>
</section>
""".replace("NOT HEARD", NOT_HEARD)
    .replace("ASKED", ASKED)
    .replace("ASK", ASK)
)
DRAWING = Template("""\
<p class="title">$title</p>
<div class="plot" role="img" aria-label="$described">
<span class="name y">$quantity</span>$ticks
<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">$lines</svg>
<span class="name x">epoch</span></div>
<p class="keys"><span>$epoch</span>$keys</p>
""")
LINE = Template('<path d="$path" stroke="$color" stroke-dasharray="$dashes"/>')
DOT = Template('<path class="dot" d="$path" stroke="$color"/>')
TICK = Template('<span class="tick $axis" style="$side: $place%">$value</span>')
KEY = Template('<span><svg viewBox="0 0 34 10" aria-hidden="true">$line</svg> $name $value</span>')
