"""The course as a new learner meets it, for what looks at the real lab: the browser tests, the README's picture.

A copy of the course with `my-course/` made, and no settings, layouts, trusted notebooks or answers of one's own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("code-units", "exercises", "docs", "tools", "helpers")
JUPYTERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
JUPYTERS += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")


def copy_course(folder: Path) -> None:
    """Copy what a learner's copy and the lab are made of: a clone, without history, tests and what git ignores."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for path in ROOT.glob("*.md"):
        shutil.copy(path, folder)


def start_lab(own: Path) -> subprocess.Popen:
    """Do in an empty folder what a clone and `make lab` do, with no window opened: the process, its lines in `stdout`.

    The first of the two lines that it prints holds the address.
    """
    course = own / "course"
    copy_course(course)
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {name: str(own / name.lower()) for name in JUPYTERS}
    environment["COURSE_PROGRESS"] = str(own / "progress.json")
    subprocess.run([sys.executable, "-m", "tools.my_course"], cwd=course, env=environment, check=True)
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    process = subprocess.Popen(
        [sys.executable, course / "tools" / "lab.py", "--no-browser", "--port=0", *as_root],
        cwd=own,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    return process
