"""From the bytes that a browser sends to an image in the form of MNIST's. Every refusal says what was wrong."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from helpers.data.drawings import like_mnist

SIDE = 280  # pixels along each side of a sheet
MOST_BYTES = 500_000  # a sheet with four uncompressed channels has 313,600


class SheetError(ValueError):
    """What was sent is no sheet with a digit on it.

    Attributes:
        status: of the HTTP answer, 4xx.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def decode(body: bytes) -> Tensor:
    """The sheet in a PNG file.

    Args:
        body: the file; 280 by 280 pixels, in grey or colours. What is transparent is white paper.

    Returns:
        uint8, shape (280, 280), 0 is black.

    Raises:
        SheetError: nothing came (400), too much came (413), it is no PNG (415), or of another size (422).
    """
    if not body:
        raise SheetError(400, "no image came: send a PNG file as the body of the request")
    if len(body) > MOST_BYTES:
        raise SheetError(413, f"too much came: at most {MOST_BYTES:,} bytes")
    try:
        with Image.open(BytesIO(body), formats=["PNG"]) as image:
            if image.size != (SIDE, SIDE):  # read from the header, before a pixel is unpacked
                width, height = image.size
                raise SheetError(422, f"wanted {SIDE} by {SIDE} pixels, got {width} by {height}")
            with_alpha = image.convert("RGBA")
    except SheetError:  # a ValueError, too
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise SheetError(415, "what came is no PNG file that can be read") from error
    paper = Image.new("RGBA", with_alpha.size, "white")
    return torch.from_numpy(np.array(Image.alpha_composite(paper, with_alpha).convert("L")))


def prepare(sheet: Tensor) -> Tensor:
    """The digit as MNIST would show it: light on black, its longer side 20 pixels, its centre of mass in the middle.

    A pen that is thin for the size of the digit leaves a pale line: shrinking averages it with the paper. MNIST's lines
    are bright, so the brightest pixel becomes 1.

    Args:
        sheet: uint8, shape (height, width).

    Returns:
        Floats from 0 to 1, shape (28, 28).

    Raises:
        SheetError: nothing is drawn (422).

    Example:
        >>> from helpers.data.drawings import draw_digit
        >>> image = prepare(draw_digit(7, height=60, left=10, top=10, pen=3))
        >>> image.shape, image.max().item()
        (torch.Size([28, 28]), 1.0)
    """
    try:
        image = like_mnist(sheet)
    except ValueError as error:
        raise SheetError(422, "nothing is drawn yet: draw a digit from 0 to 9") from error
    return image / image.max()


def shrink(sheet: Tensor) -> Tensor:
    """The whole sheet at MNIST's size, and nothing else: light on black, (height, width) -> (28, 28).

    What the network would get if nobody cared where the digit stands, and how large it is.
    """
    return F.adaptive_avg_pool2d(1 - sheet[None].float() / 255, 28)[0]
