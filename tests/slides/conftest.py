"""The browser of tests/browser, and the notebooks that become decks."""

import pytest

from tests.browser.conftest import browser  # noqa: F401  # a fixture
from tools.slides.export import numbered_notebooks

NOTEBOOKS = numbered_notebooks()
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem.split("-")[0])
