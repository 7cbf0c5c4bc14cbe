"""The notebooks that become decks."""

import pytest

from tools.slides.export import numbered_notebooks

NOTEBOOKS = numbered_notebooks()
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem.split("-")[0])
