"""How fast images are deformed: whole batches by helpers.augment against torchvision, image by image.

Both sides rotate, stretch, slant and shift by amounts of the same size, then bend elastically with the same spread,
and both look pixels up bilinearly. They run in one process, in turns, so a slow moment of the machine hits both.
torchvision takes whole batches, too, but then draws one set of amounts for all images of the batch.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms import v2

from helpers.augment import distort

BATCH_SIZES = (128, 512)
ROUNDS = 7
ONE_BY_ONE = 64  # images that torchvision gets per round: it takes about as long as a batch takes here
DEGREES, SCALE, SHIFT, SHEAR, STRENGTH, SMOOTHNESS = 10.0, 0.1, 2.0, 8.0, 1.0, 4.0


def torchvision_transforms() -> Callable[[Tensor], Tensor]:
    """RandomAffine and ElasticTransform with the amounts of this file, for one image (1, 28, 28).

    ElasticTransform blurs uniform noise from [-1, 1] with a Gaussian of width σ, which leaves a standard deviation of
    1 / (√3 · 2 √π σ), and multiplies it by alpha.
    """
    alpha = STRENGTH * math.sqrt(3) * 2 * math.sqrt(math.pi) * SMOOTHNESS
    affine = v2.RandomAffine(
        DEGREES,
        translate=(SHIFT / 28, SHIFT / 28),
        scale=(1 - SCALE, 1 + SCALE),
        shear=SHEAR,
        interpolation=v2.InterpolationMode.BILINEAR,
    )
    return v2.Compose([affine, v2.ElasticTransform(alpha=alpha, sigma=SMOOTHNESS)])


def deform_batch(images: Tensor, generator: torch.Generator) -> Tensor:
    """The same by the course's helper, (N, 28, 28) at once."""
    amounts = {"degrees": DEGREES, "scale": SCALE, "shift": SHIFT, "shear": SHEAR}
    return distort(images, **amounts, strength=STRENGTH, smoothness=SMOOTHNESS, generator=generator)


def measure_augmentation(images: Tensor, *, rounds: int = ROUNDS) -> list[dict]:
    """Median speeds and their ratio, per batch size.

    Args:
        images: float, (N, 28, 28), from 0 to 1, N at least the largest batch.
        rounds: how often both sides run, in turns.

    Returns:
        A row per batch size: `batch_size`, `torchvision` and `helpers` (images per second), `ratio` (median over the
        rounds, each against the same round), `lowest` (the smallest of them).
    """
    one_by_one, generator = torchvision_transforms(), torch.Generator().manual_seed(1)
    rows = []
    for size in BATCH_SIZES:
        batch = images[:size]
        few = batch[:ONE_BY_ONE].unsqueeze(1)  # (64, 1, 28, 28)
        slow, fast = [], []
        for turn in range(rounds + 1):  # the first warms up
            slow.append(len(few) / seconds(lambda few=few: [one_by_one(image) for image in few]))
            fast.append(size / seconds(lambda batch=batch: deform_batch(batch, generator)))
            if turn == 0:
                slow.clear(), fast.clear()
        ratios = [after / before for before, after in zip(slow, fast, strict=True)]
        row = {"batch_size": size, "torchvision": statistics.median(slow), "helpers": statistics.median(fast)}
        rows.append(row | {"ratio": statistics.median(ratios), "lowest": min(ratios)})
    return rows


def seconds(run: Callable[[], object]) -> float:
    """Of one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
