"""Importing helpers.data is quick: what reads or fetches a file loads what it needs for that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SLOW = {
    *("pandas", "sklearn", "scipy", "seaborn", "joblib", "pooch", "requests", "filelock", "torchvision"),
    *("tqdm.auto", "tqdm.notebook", "ipywidgets", "IPython", "PIL.ImageDraw"),
}
CODE = """
import json, sys
import helpers.data
print(json.dumps(sorted(sys.modules)))
"""


def test_import_loads_nothing_slow() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "helpers.data.tables" in loaded
    assert SLOW & loaded == set()
