"""Deformed copies of images, a whole batch at a time: `affine`, `elastic`, and both in one go, `distort`.

For the student who wants to see how a thousand images are bent by one call. Each function makes a *sampling grid*: for
every pixel of every new image, the place in the old image that it takes its value from. `grid_sample` then looks the
values up, between pixels as the weighted mean of the four around. Labels need no change: image i stays at place i.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def affine(
    images: Tensor,
    *,
    degrees: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    shear: float = 0.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Rotate, stretch, slant and shift each image by amounts of its own, drawn uniformly.

    Args:
        images: float, (N, side, side) or (N, side · side), background 0: normalise afterwards, not before.
        degrees: the rotation is drawn from [-degrees, degrees].
        scale: width and height, each for itself, are divided by a factor from [1 - scale, 1 + scale]; below 1.
        shift: pixels; the shifts down and to the right are drawn from [-shift, shift]. Background comes in.
        shear: degrees; the slant of upright strokes is drawn from [-shear, shear]; below 90.
        generator: source of the random numbers, by default that of the images' device.

    Returns:
        New images of the same shape, dtype and device, in the same order. The input is left as it was.

    Raises:
        TypeError: the images are no floats.
        ValueError: a shape that is no batch of square images, or an amount out of its range.

    Example:
        >>> image = torch.zeros(1, 5, 5)
        >>> image[0, 2, 2] = 1
        >>> affine(image, shift=1, generator=torch.Generator().manual_seed(1))[0].round(decimals=2)
        tensor([[0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
                [0.0000, 0.0000, 0.0400, 0.5600, 0.0000],
                [0.0000, 0.0000, 0.0200, 0.3800, 0.0000],
                [0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
                [0.0000, 0.0000, 0.0000, 0.0000, 0.0000]])
    """
    return distort(images, degrees=degrees, scale=scale, shift=shift, shear=shear, generator=generator)


def elastic(
    images: Tensor, *, strength: float, smoothness: float = 4.0, generator: torch.Generator | None = None
) -> Tensor:
    """Bend each image as if it were printed on rubber: every pixel moves a little, neighbours nearly alike.

    The displacements are a coarse grid of uniform random numbers, spread over the pixels by Gaussian bells of width
    `smoothness`: what blurring a full field of noise gives, for far fewer random numbers.

    Args:
        images: float, (N, side, side) or (N, side · side), background 0.
        strength: pixels; standard deviation of each pixel's displacement, down and to the right.
        smoothness: pixels; width (standard deviation) of the bells. Small: ripples; large: the image moves as a whole.
        generator: source of the random numbers, by default that of the images' device.

    Returns:
        New images of the same shape, dtype and device, in the same order. The input is left as it was.

    Raises:
        TypeError: the images are no floats.
        ValueError: a shape that is no batch of square images, or an amount out of its range.

    Example:
        >>> images = torch.rand(3, 784)
        >>> bent = elastic(images, strength=1.0, generator=torch.Generator().manual_seed(1))
        >>> bent.shape, torch.equal(bent, images)
        (torch.Size([3, 784]), False)

    Source:
        P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks applied to visual document
        analysis", 2003: uniform noise, blurred by a Gaussian of 4 pixels.
    """
    return distort(images, strength=strength, smoothness=smoothness, generator=generator)


def distort(
    images: Tensor,
    *,
    degrees: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    shear: float = 0.0,
    strength: float = 0.0,
    smoothness: float = 4.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """`affine` and `elastic` in one lookup: half the work of one after the other, and the image is blurred only once.

    Args:
        images: float, (N, side, side) or (N, side · side), background 0.
        degrees: rotation, as in `affine`.
        scale: stretch, as in `affine`.
        shift: pixels, as in `affine`.
        shear: degrees, as in `affine`.
        strength: pixels, as in `elastic`.
        smoothness: pixels, as in `elastic`.
        generator: source of the random numbers, by default that of the images' device.

    Returns:
        New images of the same shape, dtype and device, in the same order. The input is left as it was.

    Raises:
        TypeError: the images are no floats.
        ValueError: a shape that is no batch of square images, or an amount out of its range.

    Example:
        >>> images = torch.rand(3, 28, 28)
        >>> torch.equal(distort(images), images)  # nothing asked for, nothing changed
        True
    """
    square = _as_squares(images)
    _check_amounts(degrees, scale, shift, shear, strength, smoothness)
    moves = []  # each (N, 2, side, side): by how much a pixel's source lies to the right and below
    if any((degrees, scale, shift, shear)):
        moves.append(_affine_moves(square, degrees, scale, shift, shear, generator))
    if strength:
        moves.append(_elastic_moves(square, strength, smoothness, generator))
    if not moves or not len(images):
        return images.clone()
    grid = (_places(square) + sum(moves)).permute(0, 2, 3, 1)  # (N, side, side, 2)
    bent = F.grid_sample(square.unsqueeze(1), grid, mode="bilinear", padding_mode="zeros", align_corners=True)
    return bent.reshape(images.shape)


def _as_squares(images: Tensor) -> Tensor:
    """(N, side · side) -> (N, side, side); what is square already stays."""
    if not images.is_floating_point():
        raise TypeError(f"images must be floats, got {images.dtype}: use images.float() / 255")
    side = math.isqrt(images.shape[-1]) if images.ndim == 2 else images.shape[-1]
    if images.ndim not in (2, 3) or side * side != math.prod(images.shape[1:]) or side < 2:
        raise ValueError(f"images must be (N, side, side) or (N, side * side), got {tuple(images.shape)}")
    return images.reshape(len(images), side, side)


def _check_amounts(
    degrees: float, scale: float, shift: float, shear: float, strength: float, smoothness: float
) -> None:
    for name, amount in {"degrees": degrees, "shift": shift, "strength": strength}.items():
        if not 0 <= amount < math.inf:
            raise ValueError(f"{name} must be 0 or more, got {amount}")
    if not 0 <= scale < 1:
        raise ValueError(f"scale must be in [0, 1), got {scale}: 0.1 stretches and shrinks by up to a tenth")
    if not 0 <= shear < 90:
        raise ValueError(f"shear must be in [0, 90) degrees, got {shear}")
    if not 0.5 <= smoothness < math.inf:
        raise ValueError(f"smoothness must be half a pixel or more, got {smoothness}")


def _uniform(square: Tensor, shape: tuple[int, ...], generator: torch.Generator | None) -> Tensor:
    """Random numbers in [-1, 1), (N, *shape), on the images' device; drawn where the generator lives."""
    device = generator.device if generator is not None else square.device
    drawn = torch.rand(len(square), *shape, generator=generator, device=device, dtype=square.dtype)
    return drawn.mul_(2).sub_(1).to(square.device)


def _places(square: Tensor) -> Tensor:
    """Where each pixel lies, (2, side, side): x, then y, from -1 at the centres of the first pixels to 1."""
    line = torch.linspace(-1, 1, square.shape[-1], device=square.device, dtype=square.dtype)
    return torch.stack(torch.meshgrid(line, line, indexing="xy"))


def _affine_moves(
    square: Tensor, degrees: float, scale: float, shift: float, shear: float, generator: torch.Generator | None
) -> Tensor:
    """One matrix per image, rotation times shear times stretch, less the identity; and the shift in a third column."""
    draws = _uniform(square, (6,), generator).unbind(1)
    turn, slant = math.radians(degrees) * draws[0], torch.tan(math.radians(shear) * draws[1])
    width, height = 1 + scale * draws[2], 1 + scale * draws[3]
    right, down = (_pixel(square) * shift * draw for draw in draws[4:])
    cos, sin = turn.cos(), turn.sin()
    x_row = torch.stack([cos * width - 1, (cos * slant - sin) * height, right], dim=1)
    y_row = torch.stack([sin * width, (sin * slant + cos) * height - 1, down], dim=1)
    matrices = torch.stack([x_row, y_row], dim=1)  # (N, 2, 3)
    places = F.pad(_places(square), (0, 0, 0, 0, 0, 1), value=1.0).flatten(1)  # (3, side * side): x, y, 1
    return (matrices.reshape(-1, 3) @ places).reshape(len(square), 2, *square.shape[1:])


def _elastic_moves(square: Tensor, strength: float, smoothness: float, generator: torch.Generator | None) -> Tensor:
    """Random numbers at the knots of a coarse grid, (N, 2, knots, knots), spread to (N, 2, side, side)."""
    bells = _bells(square, smoothness)  # (side, knots)
    knots = _uniform(square, (2, bells.shape[1], bells.shape[1]), generator)
    spread = math.sqrt(3) * strength * _pixel(square)  # a uniform number in [-1, 1) has a standard deviation of 1/√3
    return (spread * bells) @ (knots @ bells.T)


def _bells(square: Tensor, smoothness: float) -> Tensor:
    """Weights (side, knots) of Gaussian bells, one bell's width apart and reaching beyond both edges.

    The squares of each row add up to 1: so a pixel's displacement has the same spread everywhere as a knot's.
    """
    side = square.shape[-1]
    reach = math.ceil((side - 1) / 2 / smoothness) + 1
    knots = (side - 1) / 2 + smoothness * torch.arange(-reach, reach + 1, device=square.device, dtype=square.dtype)
    pixels = torch.arange(side, device=square.device, dtype=square.dtype)
    bells = torch.exp(-0.5 * ((pixels[:, None] - knots) / smoothness) ** 2)
    return bells / bells.norm(dim=1, keepdim=True)


def _pixel(square: Tensor) -> float:
    """One pixel in the grid's unit, which is half the distance between the first and the last pixel."""
    return 2 / (square.shape[-1] - 1)
