"""Which tests stay together when several processes share the work.

The cells of a notebook run in one kernel, in order; the browser tests share one JupyterLab. All others go one by one.
(The loadgroup mode of pytest-xdist 3.8 is meant for this, and has no effect under pytest 9.2.)
"""

from __future__ import annotations

import pytest

TOGETHER = ("tests/browser/", "tests/gates/test_plugin.py")


def group_of(nodeid: str) -> str:
    """The group of a test: its notebook, one of `TOGETHER`, or the test alone."""
    file = nodeid.split("::")[0]
    if file.endswith(".ipynb"):
        return file
    return next((prefix for prefix in TOGETHER if file.startswith(prefix)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Hand out whole groups, the largest first."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return GroupScheduling(config, log)
