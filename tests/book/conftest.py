"""The book, made once for all tests of this folder, as `make book` makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.release import ROOT

REPOSITORY = "ada/hidden-layers"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `html` and `epub`. Any warning of Sphinx fails here."""
    folder = tmp_path_factory.mktemp("book")
    command = [sys.executable, "-m", "tools.book", "--to", str(folder), "--stage", str(folder / "stage")]
    environment = os.environ | {"COURSE_REPOSITORY": REPOSITORY, "SOLUTIONS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


@pytest.fixture(scope="session")
def book(made: Path) -> Path:
    """The folder of the web site."""
    return made / "html"
