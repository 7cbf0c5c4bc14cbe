"""Cells of one notebook never run in two kernels, however many processes share the tests."""

import pytest

from tests.scheduling import group_of


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("code-units/4.3/4.3.1-xor.ipynb::Cell 0", "code-units/4.3/4.3.1-xor.ipynb"),
        ("code-units/4.3/4.3.1-xor.ipynb::recorded numbers", "code-units/4.3/4.3.1-xor.ipynb"),
        ("tests/browser/test_jupyterlab.py::test_run", "tests/browser/"),
        ("tests/helpers/test_loaders.py::test_a[x.ipynb::y]", "tests/helpers/test_loaders.py::test_a[x.ipynb::y]"),
    ],
)
def test_tests_that_belong_together_share_a_group(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group
