"""Tests run in the reference environment, and notebooks are tests too."""

import sys

import pytest

from tools.reference import enter_reference_environment

enter_reference_environment()

pytest_plugins = ("pytester", "tests.counts", "tests.proven", "tests.worlds", "tests.gates.plugin", "tests.scheduling")


@pytest.fixture(autouse=True)
def denormal_numbers() -> None:
    """A number below 1e-38 is one, whichever test has called `set_seed`, which takes it as zero in its process."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)
