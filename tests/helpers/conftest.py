"""Figures without a screen, one thread as in the reference environment, and no test's settings in the next test."""

from collections.abc import Iterator

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch

matplotlib.use("Agg")
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def untouched_process() -> Iterator[None]:
    """Undo what `set_seed` sets for the whole process (Hypothesis needs denormal numbers), and close figures."""
    torch.set_flush_denormal(False)
    yield
    torch.set_flush_denormal(False)
    plt.close("all")
