"""Digits that are not from MNIST, drawn on sheets of paper, and the way back to MNIST's form.

For whoever writes a notebook that asks how a network reads images from outside: `draw_digit` writes, `like_mnist`
prepares. Imports nothing else of `helpers`; Pillow only where a digit is drawn.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

Point = tuple[float, float]

# One or two strokes of the pen per digit, each a row of points in a box of 100 by 100: (right, down).
STROKES: tuple[tuple[tuple[Point, ...], ...], ...] = (
    (((45, 0), (5, 20), (0, 70), (30, 100), (75, 95), (95, 55), (80, 10), (40, 2)),),
    (((35, 22), (55, 0), (50, 100)),),
    (((5, 28), (30, 0), (80, 5), (85, 40), (40, 75), (5, 98), (50, 95), (98, 97)),),
    (((8, 8), (60, 0), (85, 22), (35, 45), (85, 55), (90, 90), (40, 102), (2, 88)),),
    (((40, 0), (5, 60), (98, 56)), ((72, 30), (66, 100))),
    (((22, 4), (12, 46), (60, 38), (95, 65), (70, 98), (4, 95)), ((22, 3), (90, 0))),
    (((75, 0), (20, 35), (2, 75), (40, 102), (85, 85), (75, 55), (30, 58), (8, 80)),),
    (((2, 5), (92, 2), (55, 50), (35, 100)),),
    (((85, 12), (45, 0), (12, 20), (50, 48), (88, 75), (50, 102), (8, 80), (45, 48), (88, 22), (80, 8)),),
    (((85, 20), (50, 0), (10, 22), (35, 50), (80, 35), (88, 15), (80, 60), (60, 100)),),
)
SHEET = 280  # pixels along each side
SHADOW = 0.2  # a grey this near to the paper's is paper


def draw_digit(
    digit: int,
    *,
    height: float = 190,
    left: float = 70,
    top: float = 45,
    pen: int = 20,
    paper: int = 225,
    ink: int = 60,
) -> Tensor:
    """A digit drawn with a round pen on a sheet of paper, as a photo would show it.

    Args:
        digit: 0 to 9.
        height: of the digit, in pixels; its width is at most three quarters of it.
        left: from the left edge of the sheet to the digit's box, in pixels.
        top: from the upper edge, in pixels.
        pen: width of the line, in pixels.
        paper: grey of the paper, from 0, black, to 255, white.
        ink: grey of the pen.

    Returns:
        uint8, shape (280, 280).

    Raises:
        ValueError: no such digit.

    Example:
        >>> sheet = draw_digit(7)
        >>> sheet.shape, sheet.dtype, sheet.max().item()
        (torch.Size([280, 280]), torch.uint8, 225)
    """
    if digit not in range(len(STROKES)):
        raise ValueError(f"digit must be 0 to {len(STROKES) - 1}, got {digit}")
    import numpy as np
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (SHEET, SHEET), color=paper)
    draw = ImageDraw.Draw(sheet)
    for stroke in STROKES[digit]:
        line = [(left + 0.0075 * height * x, top + 0.01 * height * y) for x, y in _round_off(stroke)]
        draw.line(line, fill=ink, width=pen, joint="curve")
        for x, y in (line[0], line[-1]):  # the tip of the pen is round
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=ink)
    return torch.from_numpy(np.array(sheet))


def _round_off(points: tuple[Point, ...], times: int = 3) -> list[Point]:
    """Cut off the corners of a stroke, as a hand does (Chaikin's algorithm)."""
    line = list(points)
    for _ in range(times):
        cuts = []
        for (a, b), (c, d) in pairwise(line):
            cuts += [(w * a + (1 - w) * c, w * b + (1 - w) * d) for w in (0.75, 0.25)]
        line = [line[0], *cuts, line[-1]]
    return line


def like_mnist(sheet: Tensor) -> Tensor:
    """A grey image in MNIST's form: light on black, its longer side 20 pixels, its centre of mass in the middle.

    Args:
        sheet: a digit on even paper, the pen darker or lighter than it; uint8, shape (height, width).

    Returns:
        Floats from 0 to 1, shape (28, 28).

    Raises:
        ValueError: there is nothing on the sheet, or it has another shape.

    Example:
        >>> image = like_mnist(draw_digit(7, height=90, left=15, top=20, pen=9))
        >>> image.shape, image.max().item() <= 1
        (torch.Size([28, 28]), True)

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition,
        1998, section III.A.
    """
    ink = _ink_of(sheet)
    rows, columns = ink.any(dim=1).nonzero(), ink.any(dim=0).nonzero()
    box = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (max(1, round(20 * side / max(box.shape))) for side in box.shape)
    small = F.interpolate(box[None, None], size=(height, width), mode="bilinear", antialias=True)[0, 0].clamp(max=1)
    down = (small.sum(dim=1) @ torch.arange(float(height)) / small.sum()).item()
    right = (small.sum(dim=0) @ torch.arange(float(width)) / small.sum()).item()
    top = min(max(round(14 - down), 0), 28 - height)
    left = min(max(round(14 - right), 0), 28 - width)
    return F.pad(small, (left, 28 - width - left, top, 28 - height - top))


def _ink_of(sheet: Tensor) -> Tensor:
    """How far each pixel is from the paper's grey, from 0 to 1; the paper's grey is the median along the rim."""
    if sheet.ndim != 2:
        raise ValueError(f"wanted a grey image (height, width), got {tuple(sheet.shape)}")
    grey = sheet / 255
    rim = torch.cat([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = ((grey - rim.median()).abs() - SHADOW).clamp(min=0)
    if ink.max() == 0:
        raise ValueError("there is no ink on this sheet: all of it is as grey as its rim")
    return ink / ink.max()
