"""What helpers may import, and what importing it may load: the first cell of a notebook is quick."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ROOT / "helpers"
MODULES = sorted(path for path in HELPERS.rglob("*.py"))

# Loaded where they are first used, since they take long to load and many notebooks need none of them.
HEAVY = {
    "IPython",
    "anywidget",
    "filelock",
    "ipywidgets",
    "joblib",
    "networkx",
    "pandas",
    "platformdirs",
    "pooch",
    "psygnal",
    "requests",
    "scipy",
    "seaborn",
    "sklearn",
    "torchvision",
    "tqdm",
}
# By package: which parts of helpers its modules may import; none imports instructor, tests, tools or benchmarks.
MAY_IMPORT = {
    "helpers": {"helpers", "helpers.data.provenance"},
    "helpers.data": {"helpers.data"},
    "helpers.checks": {"helpers.checks"},
    "helpers.judges": {"helpers", "helpers.checks", "helpers.data", "helpers.judges"},
}
OURS = {"helpers", "instructor", "tests", "tools", "benchmarks"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(ROOT).parts)


def imports_of(source: str) -> set[str]:
    """Names of the modules that a source imports, within functions too."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def wrong_directions(package: str, imported: set[str]) -> set[str]:
    """Of the imported modules, our own ones that a module of this package may not import."""
    allowed = MAY_IMPORT[package]
    ours = {name for name in imported if name.split(".")[0] in OURS}
    return {name for name in ours if name not in allowed and name.rpartition(".")[0] not in allowed}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_imports_in_the_allowed_direction(path: Path) -> None:
    assert wrong_directions(package_of(path), imports_of(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("helpers", "import instructor"),
        ("helpers", "def f():\n    from helpers.data.images import load_dataset"),
        ("helpers.data", "from helpers.training import fit"),
        ("helpers.checks", "from tests.gates import bands"),
    ],
)
def test_import_in_a_wrong_direction_would_be_noticed(package: str, source: str) -> None:
    assert wrong_directions(package, imports_of(source)) != set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_says_who_reads_it(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert re.search(r"\b[Ff]or\s+(whoever|the\s+student|students)\b", opening)


def loaded_by(code: str) -> set[str]:
    """Top-level packages that are loaded after a new Python has run the code."""
    report = "\nimport sys\nprint(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code + report]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_all_of_helpers_loads_nothing_heavy() -> None:
    public = [name_of(path) for path in MODULES if not path.stem.startswith("_") or path.stem == "__init__"]
    base = "import torch, matplotlib.pyplot"
    added = loaded_by("\n".join([base, *(f"import {name}" for name in public)])) - loaded_by(base)
    assert "helpers" in added
    assert added & HEAVY == set()


def test_heavy_import_would_be_noticed() -> None:
    assert "pandas" in loaded_by("import pandas") & HEAVY
