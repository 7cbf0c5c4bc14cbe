"""Tests run in the reference environment, and notebooks are tests too."""

from tools.reference import enter_reference_environment

enter_reference_environment()

pytest_plugins = ("pytester", "tests.counts", "tests.worlds", "tests.gates.plugin", "tests.scheduling")
