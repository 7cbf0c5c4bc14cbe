"""Offline stand-ins: what takes the place of a data set where it cannot be had.

For whoever adds a data set; `images` and `tables` use them. Images have the shapes, types, class names and about the
difficulty of the original, are made in about two seconds, and are the same on every run. A few base images (real scans
for digits, drawings for the rest) are each shown many times, shifted, turned and sheared. Training and test images come
from different base images, so a test accuracy is honest. A table has the columns and the units of the original.

Nothing here touches the global random state of Python, NumPy or PyTorch. Imports types from `files` and `formats`;
scikit-learn, pandas, and PIL's drawing, only where they are used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
import torch
from numpy.random import Generator as NumpyGenerator
from torch import Generator, Tensor
from torch.nn import functional as F

from helpers.data.files import Data
from helpers.data.formats import ImageArrays, Table

SEED = 28
CHUNK = 2_500  # images warped at once: keeps the sampling grids in the processor's cache
OVERSAMPLING = 3  # drawings are made this many times larger, then averaged down
TEXTURES = 64  # shared by all images, as drawing one for each takes longer than all the rest

Point = tuple[float, float]
Shape = tuple[list[Point], tuple[float, ...]]  # corners in [0, 1], y down; grey level or RGB in [0, 1]


@dataclass(frozen=True)
class StandIn(Generic[Data]):
    """What takes the place of a data set.

    Attributes:
        draw: makes the images and labels, or the table.
        description: a few words on what these data are.
        licence: of these data.
        citation: whom to cite for these data; empty for drawings.
    """

    draw: Callable[[], Data]
    description: str
    licence: str
    citation: str


@dataclass(frozen=True)
class Variation:
    """How much each showing of a base image may differ from it, up and down.

    Attributes:
        degrees: of rotation.
        stretch: relative change of width and, apart from it, of height.
        shear: of rows against each other, in heights.
        shift: in pixels, sideways and up or down.
        mirrored: whether left and right may be swapped.
        contrast: relative change, downwards only.
        texture: relative brightness of neighbouring pixels, standard deviation; black stays black.
    """

    degrees: float
    stretch: float
    shear: float
    shift: float
    mirrored: bool = False
    contrast: float = 0.0
    texture: float = 0.0


# --- many showings of a few base images --------------------------------------------------------------------------


def show_often(
    bases: Tensor, base_labels: Tensor, count: int, variation: Variation, seed: int
) -> tuple[Tensor, Tensor]:
    """Show base images many times, each time a little different.

    Args:
        bases: float32 (n, channels, height, width), in [0, 255].
        base_labels: int64 (n,).
        count: images wanted.
        variation: how much they may differ.
        seed: the same seed gives the same images.

    Returns:
        uint8 (count, height, width), or (count, channels, height, width) if in colour, and int64 (count,).
    """
    generator = torch.Generator().manual_seed(seed)
    picks = torch.randint(len(bases), (count,), generator=generator)
    images = torch.empty(count, *bases.shape[1:], dtype=torch.uint8)
    textures = 1 + variation.texture * torch.randn(TEXTURES, *bases.shape[1:], generator=generator)
    for start in range(0, count, CHUNK):
        chosen = picks[start : start + CHUNK]
        shown = _warp(bases[chosen], variation, generator)
        if variation.contrast:
            shown *= 1 - variation.contrast * torch.rand(len(chosen), 1, 1, 1, generator=generator)
        if variation.texture:
            shown *= textures[torch.randint(TEXTURES, (len(chosen),), generator=generator)]
        images[start : start + CHUNK] = shown.clamp_(0, 255)
    return images.squeeze(1), base_labels[picks]


def _warp(images: Tensor, variation: Variation, generator: Generator) -> Tensor:
    thetas = _random_affine(len(images), images.shape[-1], variation, generator)
    grid = F.affine_grid(thetas, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)


def _random_affine(count: int, size: int, variation: Variation, generator: Generator) -> Tensor:
    """Affine maps (count, 2, 3) from places in the new image to places in the base image, both in [-1, 1]."""
    angle, wider, taller, shear, right, down = torch.rand(6, count, generator=generator) * 2 - 1
    angle = angle * math.radians(variation.degrees)
    wider, taller = 1 + wider * variation.stretch, 1 + taller * variation.stretch
    if variation.mirrored:
        wider = wider * (torch.randint(2, (count,), generator=generator) * 2 - 1)
    shear = shear * variation.shear
    to_unit = 2 * variation.shift / size
    first = torch.stack([wider * angle.cos(), shear - angle.sin(), right * to_unit], dim=1)
    second = torch.stack([angle.sin(), taller * angle.cos(), down * to_unit], dim=1)
    return torch.stack([first, second], dim=1)


# --- digits ------------------------------------------------------------------------------------------------------


def draw_digits() -> ImageArrays:
    """Real handwriting, 1,797 scans of 8×8 pixels that come with scikit-learn, enlarged to look like MNIST.

    Returns:
        60,000 images made of 1,437 scans and 10,000 made of the other 360, 28×28, white on black.
    """
    from sklearn.datasets import load_digits  # here, as most loads need no scikit-learn
    from sklearn.model_selection import train_test_split

    scans, labels = load_digits(return_X_y=True)
    train, test, train_labels, test_labels = train_test_split(
        scans, labels, test_size=360, stratify=labels, random_state=SEED
    )
    variation = Variation(degrees=12, stretch=0.12, shear=0.15, shift=1.5)
    return ImageArrays(
        *show_often(_enlarge(train), torch.from_numpy(train_labels), 60_000, variation, SEED),
        *show_often(_enlarge(test), torch.from_numpy(test_labels), 10_000, variation, SEED + 1),
    )


def _enlarge(scans: np.ndarray) -> Tensor:
    """Bring (n, 64) scans of 0 to 16 to (n, 1, 28, 28) images of 0 to 255, digits in the middle 20×20 as in MNIST."""
    small = torch.from_numpy(scans).float().reshape(-1, 1, 8, 8) / 16
    digits = F.interpolate(small, size=(20, 20), mode="bicubic", align_corners=False)
    strokes = ((digits - 0.4) / 0.4).clamp(0, 1) * 255  # ink or paper, with a thin grey edge between
    return F.pad(strokes, (4, 4, 4, 4))


# --- drawings ----------------------------------------------------------------------------------------------------


def draw_set(
    artists: list[Callable[[NumpyGenerator], list[Shape]]],
    mode: str,
    size: int,
    counts: tuple[int, int],
    bases_per_class: tuple[int, int],
    variation: Variation,
) -> ImageArrays:
    """Draw base images of each class, and show them often.

    Args:
        artists: for each class, what draws one object of it.
        mode: of PIL: "L" for grey, "RGB" for colour.
        size: height and width, pixels.
        counts: training and test images.
        bases_per_class: the same for the base images.
        variation: how much the showings may differ.

    Returns:
        The arrays of both splits.
    """
    splits = []
    for seed, (count, per_class) in enumerate(zip(counts, bases_per_class, strict=True), start=SEED):
        rng = np.random.default_rng(seed)
        labels = torch.arange(len(artists)).repeat(per_class)
        bases = torch.stack([_paint(artists[label](rng), mode, size) for label in labels.tolist()])
        splits += show_often(bases, labels, count, variation, seed)
    return ImageArrays(*splits)


def _paint(shapes: list[Shape], mode: str, size: int) -> Tensor:
    """Paint polygons over each other on black: float32 (channels, size, size), in [0, 255]."""
    from PIL import Image, ImageDraw

    canvas = Image.new(mode, (size * OVERSAMPLING, size * OVERSAMPLING))
    pen = ImageDraw.Draw(canvas)
    for corners, colour in shapes:
        levels = tuple(int(255 * min(max(level, 0.0), 1.0)) for level in colour)
        pen.polygon([(x * canvas.width, y * canvas.height) for x, y in corners], fill=levels)
    pixels = torch.from_numpy(np.array(canvas.reduce(OVERSAMPLING), dtype=np.float32))
    return pixels.reshape(size, size, -1).permute(2, 0, 1)


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _oval(x: float, y: float, width: float, height: float) -> list[Point]:
    turns = [2 * math.pi * corner / 16 for corner in range(16)]
    return [(x + width / 2 * math.cos(turn), y + height / 2 * math.sin(turn)) for turn in turns]


def _line(start: Point, end: Point, width: float) -> list[Point]:
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    across, along = (y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2
    return [(x0 + across, y0 - along), (x1 + across, y1 - along), (x1 - across, y1 + along), (x0 - across, y0 + along)]


def _mirror(corners: list[Point]) -> list[Point]:
    return [(1 - x, y) for x, y in corners]


# --- clothes: the four tops differ in sleeves, length and opening, and overlap in each ---------------------------


def _top(rng: NumpyGenerator, sleeve: float, length: float, hem: float, dip: float) -> list[Shape]:
    """Body and two sleeves. sleeve: 0 for none to 1 for down to the wrist; hem: half its width; dip: of the neck."""
    grey = rng.uniform(0.4, 1.0)
    shoulder, neck, top = rng.uniform(0.2, 0.26), rng.uniform(0.06, 0.1), 0.1
    half = [(0.5, top + dip), (0.5 - neck, top), (0.5 - shoulder, top + 0.06), (0.5 - hem, length), (0.5, length)]
    shapes: list[Shape] = [(half + _mirror(half)[::-1], (grey,))]
    if sleeve > 0:
        wrist = (0.5 - shoulder - 0.06 - rng.uniform(0.04, 0.14), top + 0.12 + 0.62 * sleeve)
        arm = _line((0.5 - shoulder + 0.02, top + 0.1), wrist, rng.uniform(0.09, 0.13))
        shapes += [(arm, (grey * 0.92,)), (_mirror(arm), (grey * 0.92,))]
    return shapes


def _front(rng: NumpyGenerator, shapes: list[Shape], width: float, chance: float) -> list[Shape]:
    """Add a buttoned front to a top, or not."""
    if rng.random() < chance:
        grey = shapes[0][1][0] * rng.choice([0.4, 0.7])
        shapes.append((_box(0.5 - width / 2, 0.16, 0.5 + width / 2, 0.9), (grey,)))
    return shapes


def _t_shirt(rng: NumpyGenerator) -> list[Shape]:
    top = _top(rng, rng.uniform(0, 0.5), rng.uniform(0.72, 0.96), rng.uniform(0.17, 0.25), rng.uniform(0.02, 0.1))
    if rng.random() < 0.4:  # a print
        top.append((_box(0.38, 0.3, 0.62, rng.uniform(0.4, 0.6)), (rng.uniform(0, 1),)))
    return top


def _trouser(rng: NumpyGenerator) -> list[Shape]:
    grey, waist, ankle, gap = (rng.uniform(*limits) for limits in ((0.3, 1), (0.11, 0.17), (0.05, 0.1), (0.02, 0.1)))
    leg = [(0.5, 0.05), (0.5 - waist, 0.05), (0.5 - gap - 2 * ankle + 0.02, 0.95), (0.5 - gap, 0.95), (0.5, 0.35)]
    return [(leg, (grey,)), (_mirror(leg), (grey * 0.95,))]


def _pullover(rng: NumpyGenerator) -> list[Shape]:
    top = _top(rng, rng.uniform(0.55, 1), rng.uniform(0.74, 0.96), rng.uniform(0.17, 0.25), rng.uniform(0.01, 0.06))
    if rng.random() < 0.3:  # a stripe
        y = rng.uniform(0.3, 0.6)
        top.append((_box(0.3, y, 0.7, y + 0.08), (rng.uniform(0, 1),)))
    return _front(rng, top, 0.02, 0.1)


def _dress(rng: NumpyGenerator) -> list[Shape]:
    sleeve = max(0.0, rng.uniform(-0.6, 0.7))
    dress = _top(rng, sleeve, rng.uniform(0.88, 0.98), rng.uniform(0.12, 0.24), rng.uniform(0.02, 0.14))
    corners, grey = dress[0]
    slim = [(0.5 + (x - 0.5) * (0.62 if y < 0.5 else 1.0), y) for x, y in corners]
    arms = [([(x + (0.07 if x < 0.5 else -0.07), y) for x, y in arm], shade) for arm, shade in dress[1:]]
    return [(slim, grey), *arms]


def _coat(rng: NumpyGenerator) -> list[Shape]:
    top = _top(rng, rng.uniform(0.75, 1), rng.uniform(0.82, 0.96), rng.uniform(0.18, 0.27), rng.uniform(0.02, 0.1))
    return _front(rng, top, rng.uniform(0.015, 0.05), 0.7)


def _sandal(rng: NumpyGenerator) -> list[Shape]:
    grey, heel, toe = rng.uniform(0.4, 1), rng.uniform(0.42, 0.66), rng.uniform(0.7, 0.76)
    sole = [(0.05, toe), (0.5, toe - 0.03), (0.94, heel), (0.94, 0.78), (0.86, 0.78), (0.6, 0.76), (0.05, 0.78)]
    shapes: list[Shape] = [(sole, (grey,))]
    for _ in range(rng.integers(2, 5)):  # straps
        x = rng.uniform(0.15, 0.8)
        strap = _line((x, toe - 0.02), (x + rng.uniform(0.05, 0.2), rng.uniform(0.3, 0.5)), rng.uniform(0.03, 0.07))
        shapes.append((strap, (grey * rng.uniform(0.6, 1),)))
    return shapes


def _shirt(rng: NumpyGenerator) -> list[Shape]:
    top = _top(rng, rng.uniform(0.3, 0.9), rng.uniform(0.74, 0.96), rng.uniform(0.17, 0.26), rng.uniform(0.02, 0.1))
    return _front(rng, top, rng.uniform(0.01, 0.03), 0.75)


def _sneaker(rng: NumpyGenerator) -> list[Shape]:
    grey, ankle, toe = rng.uniform(0.4, 1), rng.uniform(0.34, 0.52), rng.uniform(0.55, 0.66)
    upper = [(0.04, toe), (0.3, toe - 0.05), (0.55, ankle), (0.92, ankle - 0.02), (0.95, 0.74), (0.04, 0.74)]
    lace = _line((0.3, toe - 0.03), (0.55, ankle + 0.03), 0.05)
    return [(upper, (grey,)), (_box(0.03, 0.72, 0.96, 0.79), (rng.uniform(0.5, 1),)), (lace, (rng.uniform(0, 1),))]


def _bag(rng: NumpyGenerator) -> list[Shape]:
    grey, half, top = rng.uniform(0.3, 1), rng.uniform(0.3, 0.46), rng.uniform(0.3, 0.5)
    handle, hole = rng.uniform(0.3, 0.6), rng.uniform(0.05, 0.09)
    shapes: list[Shape] = [
        (_oval(0.5, top, handle, 0.5), (grey * 0.8,)),
        (_oval(0.5, top, handle - hole, 0.5 - hole), (0.0,)),
    ]
    body = [(0.5 - half, top), (0.5 + half, top), (0.5 + half * rng.uniform(0.8, 1.1), 0.88)]
    return [*shapes, ([*body, (0.5 - half * rng.uniform(0.8, 1.1), 0.88)], (grey,))]


def _ankle_boot(rng: NumpyGenerator) -> list[Shape]:
    grey, shaft, toe = rng.uniform(0.4, 1), rng.uniform(0.12, 0.46), rng.uniform(0.56, 0.68)
    front = rng.uniform(0.42, 0.56)
    boot = [(0.05, toe), (front - 0.06, toe - 0.08), (front, shaft), (0.92, shaft), (0.94, 0.8), (0.05, 0.8)]
    heel = _box(rng.uniform(0.6, 0.75), 0.76, 0.93, rng.uniform(0.8, 0.9))
    return [(boot, (grey,)), (heel, (grey * 0.8,)), (_box(0.05, 0.75, 0.6, 0.8), (grey * rng.uniform(0.6, 1.2),))]


def draw_clothes() -> ImageArrays:
    """Drawn clothes in the ten classes of Fashion-MNIST: 60,000 and 10,000 images, 28×28, light on black."""
    artists = [_t_shirt, _trouser, _pullover, _dress, _coat, _sandal, _shirt, _sneaker, _bag, _ankle_boot]
    variation = Variation(degrees=6, stretch=0.1, shear=0.06, shift=1.5, contrast=0.4, texture=0.15)
    return draw_set(artists, "L", 28, (60_000, 10_000), (150, 40), variation)


# --- scenes: an object in any colour before a background that tells a little ------------------------------------


def _scene(
    backgrounds: list[tuple[float, float, float]], draw: Callable[[NumpyGenerator], list[list[Point]]]
) -> Callable[[NumpyGenerator], list[Shape]]:
    """Make an artist of a background and an object's parts, light or dark at random: no colour gives a class away."""

    def artist(rng: NumpyGenerator) -> list[Shape]:
        far, near = (np.array(backgrounds[rng.integers(len(backgrounds))]) * rng.uniform(0.5, 1.3) for _ in range(2))
        horizon = rng.uniform(0.4, 0.8)
        colour = np.clip(rng.uniform(0.0, 1.0) + rng.normal(0, 0.15, size=3), 0, 1)
        parts = [(part, tuple(colour * rng.uniform(0.75, 1.1))) for part in draw(rng)]
        return [(_box(0, 0, 1, 1), tuple(far)), (_box(0, horizon, 1, 1), tuple(near)), *parts]

    return artist


def _flyer(rng: NumpyGenerator) -> list[list[Point]]:
    y, thick = rng.uniform(0.4, 0.6), rng.uniform(0.1, 0.16)
    wing = [(0.4, y), (0.6, y), (rng.uniform(0.6, 0.8), y + rng.uniform(0.2, 0.35))]
    tail = [(0.8, y), (0.95, y), (0.95, y - rng.uniform(0.15, 0.25))]
    return [_oval(0.5, y, 0.9, thick), wing, tail]


def _vehicle(rng: NumpyGenerator, cabin: list[Point]) -> list[list[Point]]:
    wheel = rng.uniform(0.16, 0.22)
    body = _box(0.08, 0.52, 0.92, 0.74)
    return [cabin, body, _oval(0.27, 0.75, wheel, wheel), _oval(0.73, 0.75, wheel, wheel)]


def _automobile(rng: NumpyGenerator) -> list[list[Point]]:
    roof = rng.uniform(0.3, 0.4)
    return _vehicle(rng, [(0.22, 0.53), (0.34, roof), (0.66, roof), (0.8, 0.53)])


def _truck(rng: NumpyGenerator) -> list[list[Point]]:
    edge = rng.uniform(0.3, 0.45)
    return [*_vehicle(rng, _box(edge, rng.uniform(0.15, 0.3), 0.92, 0.6)), _box(0.1, 0.35, edge - 0.04, 0.6)]


def _bird(rng: NumpyGenerator) -> list[list[Point]]:
    y, wing = rng.uniform(0.45, 0.6), rng.uniform(0.15, 0.3)
    beak = [(0.2, y - 0.16), (0.08, y - 0.12), (0.2, y - 0.08)]
    up = [(0.4, y), (0.7, y), (0.6, y - wing)]
    return [
        _oval(0.5, y, 0.5, 0.26),
        _oval(0.26, y - 0.12, 0.18, 0.18),
        beak,
        up,
        _line((0.5, y), (0.5, y + 0.3), 0.04),
    ]


def _beast(rng: NumpyGenerator, legs: float, neck: float, head: float) -> list[list[Point]]:
    """Body on four legs, head to the left; legs and neck: their length; head: its width."""
    legs, neck, head = (length * rng.uniform(0.8, 1.2) for length in (legs, neck, head))
    y = 0.84 - legs
    parts = [_oval(0.54, y, 0.56, 0.26), _oval(0.24, y - neck, head, head * 0.8)]
    parts.append(_line((0.32, y), (0.24, y - neck), 0.12))
    return parts + [_line((x, y), (x, 0.88), 0.06) for x in (0.34, 0.44, 0.66, 0.76)]


def _top_edge(part: list[Point]) -> float:
    return min(y for _, y in part)


def _cat(rng: NumpyGenerator) -> list[list[Point]]:
    parts = _beast(rng, 0.22, 0.16, 0.26)
    x, y = 0.24, _top_edge(parts[1])
    ears = [[(x + side, y + 0.06), (x + 2 * side, y - 0.1), (x, y + 0.02)] for side in (-0.06, 0.06)]
    return [*parts, *ears, _line((0.78, 0.6), (0.92, rng.uniform(0.2, 0.5)), 0.05)]


def _deer(rng: NumpyGenerator) -> list[list[Point]]:
    parts = _beast(rng, 0.36, 0.22, 0.15)
    y = _top_edge(parts[1])
    return [*parts, *(_line((0.24, y + 0.02), (0.24 + side, y - rng.uniform(0.1, 0.2)), 0.03) for side in (-0.1, 0.1))]


def _dog(rng: NumpyGenerator) -> list[list[Point]]:
    parts = _beast(rng, 0.27, 0.14, 0.24)
    y = _top_edge(parts[1])
    return [*parts, _oval(0.33, y + 0.12, 0.08, 0.2), _line((0.78, 0.5), (0.92, rng.uniform(0.3, 0.5)), 0.05)]


def _frog(rng: NumpyGenerator) -> list[list[Point]]:
    width, y = rng.uniform(0.5, 0.7), rng.uniform(0.55, 0.66)
    eyes = [_oval(0.5 + side, y - 0.17, 0.13, 0.13) for side in (-0.13, 0.13)]
    thighs = [_oval(0.5 + side * width, y + 0.12, 0.26, 0.18) for side in (-0.5, 0.5)]
    return [_oval(0.5, y, width, 0.36), *eyes, *thighs]


def _horse(rng: NumpyGenerator) -> list[list[Point]]:
    return [*_beast(rng, 0.38, 0.2, 0.22), _line((0.8, 0.46), (0.9, rng.uniform(0.6, 0.75)), 0.08)]


def _ship(rng: NumpyGenerator) -> list[list[Point]]:
    deck, left = rng.uniform(0.5, 0.64), rng.uniform(0.3, 0.45)
    hull = [(0.06, deck), (0.94, deck), (0.82, deck + 0.2), (0.16, deck + 0.2)]
    return [
        hull,
        _box(left, deck - 0.16, left + 0.3, deck),
        _box(left + 0.1, deck - rng.uniform(0.28, 0.4), left + 0.18, deck),
    ]


_SKY, _SEA, _GRASS, _ROAD, _WOOD = (
    (0.55, 0.7, 0.9),
    (0.3, 0.45, 0.6),
    (0.35, 0.5, 0.25),
    (0.5, 0.5, 0.5),
    (0.5, 0.4, 0.3),
)


def draw_scenes() -> ImageArrays:
    """Drawn scenes in the ten classes of CIFAR-10: 50,000 and 10,000 images, 32×32, in colour."""
    artists = [
        _scene([_SKY, _SKY, _ROAD], _flyer),
        _scene([_ROAD, _SKY, _GRASS], _automobile),
        _scene([_SKY, _GRASS, _WOOD], _bird),
        _scene([_WOOD, _ROAD, _GRASS], _cat),
        _scene([_GRASS, _WOOD], _deer),
        _scene([_WOOD, _ROAD, _GRASS], _dog),
        _scene([_GRASS, _WOOD, _SEA], _frog),
        _scene([_GRASS, _SKY, _WOOD], _horse),
        _scene([_SEA, _SKY], _ship),
        _scene([_ROAD, _SKY, _GRASS], _truck),
    ]
    variation = Variation(degrees=10, stretch=0.12, shear=0.1, shift=3.0, mirrored=True, contrast=0.5, texture=0.15)
    return draw_set(artists, "RGB", 32, (50_000, 10_000), (150, 40), variation)


# --- a table of houses -------------------------------------------------------------------------------------------


def draw_houses(num_rows: int = 2_000) -> Table:
    """Block groups that never were, with California's columns and units: 30 towns, each with a price level of its own.

    Income and place move the price, a few blocks are crowded, and prices end at 5.00001: what the notebooks look for
    is there to be found, with other numbers.
    """
    import pandas as pd

    rng = np.random.default_rng(SEED)
    town = rng.integers(30, size=num_rows)
    latitude, longitude = rng.uniform(33, 41, 30)[town], rng.uniform(-123, -116, 30)[town]
    features = {
        "MedInc": rng.lognormal(1.3, 0.45, num_rows),
        "HouseAge": rng.integers(2, 53, num_rows).astype(float),
        "AveRooms": rng.lognormal(1.65, 0.25, num_rows),
        "AveBedrms": rng.lognormal(0.05, 0.1, num_rows),
        "Population": rng.lognormal(7.0, 0.7, num_rows).round(),
        "AveOccup": rng.lognormal(1.05, 0.2, num_rows) * np.where(rng.random(num_rows) < 0.005, 30, 1),
        "Latitude": latitude + rng.normal(0, 0.15, num_rows),
        "Longitude": longitude + rng.normal(0, 0.15, num_rows),
    }
    level = rng.lognormal(-0.9, 0.5, 30)[town]
    price = level * features["MedInc"] ** 0.8 * rng.lognormal(0.3, 0.2, num_rows) + 0.2
    return Table(pd.DataFrame(features), pd.Series(price.clip(0.15, 5.00001), name="MedHouseVal"), "$100,000")


STAND_INS: dict[str, StandIn[Any]] = {
    "mnist": StandIn(
        draw=draw_digits,
        description="scikit-learn's small scans of real digits, enlarged",
        licence="CC BY 4.0",
        citation="Alpaydin, Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning Repository",
    ),
    "fashion-mnist": StandIn(draw_clothes, "drawings made by a program", licence="MIT", citation=""),
    "cifar10": StandIn(draw_scenes, "drawings made by a program", licence="MIT", citation=""),
    "california-housing": StandIn(draw_houses, "block groups made up by a program", licence="MIT", citation=""),
}
