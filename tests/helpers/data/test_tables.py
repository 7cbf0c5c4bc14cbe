"""The table of house prices: the real one, or one that says that it is not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from helpers.data import provenance, tables
from helpers.data.tables import CACHED_FILE, FOLDER, load_table

REAL = Path(os.environ.get("COURSE_DATA") or "nowhere") / FOLDER / CACHED_FILE
needs_real_file = pytest.mark.skipif(not REAL.is_file(), reason="the real file is not in COURSE_DATA")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test here downloads, and none sees the user's cache."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("sklearn.datasets._california_housing._fetch_remote", refuse)
    monkeypatch.setattr(provenance, "_stand_ins_loaded", set())
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)


@pytest.fixture
def course_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the table in COURSE_DATA."""
    folder = tmp_path / "data" / FOLDER
    folder.mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(folder.parent))
    return folder


def test_without_network_the_stand_in_says_what_it_is_and_why(capsys: pytest.CaptureFixture) -> None:
    data = load_table("california-housing", verbose=False)
    line = capsys.readouterr().out
    assert data.is_stand_in
    assert data.note == " (offline stand-in)"
    assert provenance.stand_ins_in_use()
    assert "offline stand-in (scikit-learn's diabetes table)" in line
    assert "no network" in line
    assert "COURSE_DATA" in line


def test_stand_in_has_features_and_target_of_one_length() -> None:
    data = load_table("california-housing")
    assert data.features.shape == (442, 10)
    assert data.target.shape == (442,)
    assert set(map(str, data.features.dtypes)) == {"float64"}


def test_stand_in_can_be_asked_for_and_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert load_table("california-housing").is_stand_in
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    with pytest.raises(RuntimeError, match=r"cannot be had: .*no network.* Or by hand"):
        load_table("california-housing")


def test_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="there is 'california-housing'"):
        load_table("boston")


def test_file_that_is_no_table_is_named_with_its_place(course_data: Path, capsys: pytest.CaptureFixture) -> None:
    (course_data / CACHED_FILE).write_bytes(b"half a file")
    assert load_table("california-housing").is_stand_in
    assert f"{CACHED_FILE} cannot be read" in (line := capsys.readouterr().out)
    assert "in COURSE_DATA" in line


def test_failed_download_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    load_table("california-housing")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


@needs_real_file
def test_real_table_is_read_and_its_folder_left_alone(course_data: Path) -> None:
    shutil.copy(REAL, course_data)
    course_data.chmod(0o500)
    data = load_table("california-housing")
    assert (data.source, data.note, data.unit) == ("COURSE_DATA", "", "$100,000")
    assert data.features.shape == (20_640, 8)
    assert data.target.name == "MedHouseVal"
    assert data.target.max() == pytest.approx(5.00001)
    assert [path.name for path in course_data.iterdir()] == [CACHED_FILE]
    assert not provenance.stand_ins_in_use()


@needs_real_file
def test_cache_is_used_where_course_data_has_nothing(course_data: Path, tmp_path: Path) -> None:
    (tmp_path / "cache" / FOLDER).mkdir(parents=True)
    shutil.copy(REAL, tmp_path / "cache" / FOLDER)
    assert load_table("california-housing").source == "cache"


@needs_real_file
def test_download_is_moved_into_the_cache_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(data_home: Path, *, download: bool):
        if download:
            shutil.copy(REAL, data_home)
        return read(data_home, download=False)

    read = tables._fetch
    monkeypatch.setattr(tables, "_fetch", fetch)
    assert load_table("california-housing").source == "download"
    assert [path.name for path in (tmp_path / "cache" / FOLDER).iterdir()] == [CACHED_FILE]
    assert load_table("california-housing").source == "cache"
