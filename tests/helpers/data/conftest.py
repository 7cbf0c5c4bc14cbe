"""What the tests of the loaders share: a cache of their own, and nothing of the user's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.data import provenance, sources


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def clean_world(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Nothing of the user's settings, and nothing of an earlier test, reaches a test."""
    for name in ("COURSE_DATA", "COURSE_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(cache))
    monkeypatch.setenv("CI", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(sources, "_failed_downloads", {})
    monkeypatch.setattr(sources, "_temporary_caches", [])
    monkeypatch.setattr(provenance, "_stand_ins_loaded", set())
