"""Where a notebook runs: seeds, the device, the versions.

For the student who wants to see what the first cell of a notebook does.
"""

from __future__ import annotations

import os
import platform
import random

import numpy as np
import torch


def set_seed(seed: int) -> None:
    """Make what follows repeatable.

    Seeds Python, NumPy and torch (CPU and every accelerator), and lets the CPU treat denormal numbers as zero: float32
    below 1e-38 and float64 below 2e-308, in all that this process computes from then on, so that `5e-324 > 0` is False.
    They appear in the running means of Adam, never matter to a network, and cost it time.

    Args:
        seed: whole number in [0, 2**32), the range that NumPy accepts.

    Raises:
        ValueError: the seed is out of range.

    Example:
        >>> set_seed(1)
        >>> first = torch.rand(2)
        >>> set_seed(1)
        >>> torch.equal(first, torch.rand(2))
        True
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be a whole number from 0 to 2**32 - 1, got {seed}")
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)


def get_device() -> torch.device:
    """The fastest device at hand: CUDA, then Apple's MPS, then the CPU.

    The environment variable `COURSE_DEVICE` (for example `cpu` or `cuda:1`) overrides the choice.

    Example:
        >>> get_device().type in {"cuda", "mps", "cpu"}
        True
    """
    wanted = os.environ.get("COURSE_DEVICE")
    if wanted:
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def versions() -> str:
    """One line that names what the notebook ran on, for a reader whose numbers differ.

    Example:
        >>> versions().startswith("Python 3.")
        True
    """
    return f"Python {platform.python_version()} · torch {torch.__version__} · NumPy {np.__version__} · {get_device()}"
