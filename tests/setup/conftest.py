"""What the set-up tests share: the root of the repository and the tools, loaded as modules from their files."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"course_tools_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def bootstrap() -> ModuleType:
    """A fresh copy for each test, so that what one test replaces no other one sees."""
    return load_tool("bootstrap")
