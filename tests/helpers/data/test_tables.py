"""The table of house prices: the real one, verified and never unpickled, or one that says that it is not."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import pickle
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from helpers.data import provenance, sources
from helpers.data.formats import CALIFORNIA_ARCHIVE, CALIFORNIA_COPY, unpack_joblib_array
from helpers.data.tables import TABLES, load_table
from tests.helpers.data.mirror import Mirror

FOLDER = "california_housing"
REAL = Path(os.environ.get("COURSE_DATA") or "nowhere") / FOLDER / CALIFORNIA_COPY
needs_real_file = pytest.mark.skipif(not REAL.is_file(), reason="the real file is not in COURSE_DATA")

pytestmark = pytest.mark.usefixtures("clean_world")

# As in the archive: longitude, latitude, age, rooms, bedrooms, population, households, income, value.
ROWS = np.array(
    [
        [-122.23, 37.88, 41, 880, 129, 322, 126, 8.3252, 452_600],
        [-122.22, 37.86, 21, 7_099, 1_106, 2_401, 1_138, 8.3014, 358_500],
        [-122.24, 37.85, 52, 1_467, 190, 496, 177, 7.2574, 352_100],
    ]
)
SCIKIT_LEARN_ORDER = [8, 7, 2, 3, 4, 5, 6, 1, 0]


def make_archive(rows: np.ndarray = ROWS) -> bytes:
    """The published archive, with other rows."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        text = "".join(",".join(f"{number:f}" for number in row) + "\n" for row in rows).encode()
        member = tarfile.TarInfo("CaliforniaHousing/cal_housing.data")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return stream.getvalue()


def make_copy(path: Path, rows: np.ndarray = ROWS) -> None:
    """What scikit-learn's fetcher leaves in its data_home, in its very words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(rows[:, SCIKIT_LEARN_ORDER], path, compress=6)


ARCHIVE = make_archive()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    mirror = Mirror({})
    mirror.packed = {CALIFORNIA_ARCHIVE: ARCHIVE, "5976036": ARCHIVE}
    yield mirror
    mirror.close()


@pytest.fixture(autouse=True)
def small_table(monkeypatch: pytest.MonkeyPatch, mirror: Mirror) -> None:
    """Three rows under the name of California housing, with their own checksums, on a mirror of their own."""
    real = TABLES["california-housing"]
    archive = dataclasses.replace(real.files()[0], checksum=f"sha256:{hashlib.sha256(ARCHIVE).hexdigest()}")
    numbers = ROWS[:, SCIKIT_LEARN_ORDER].tobytes(order="F")
    copy = dataclasses.replace(
        real.copies[0], checksum=f"sha256:{hashlib.sha256(numbers).hexdigest()}", size=len(numbers)
    )
    small = dataclasses.replace(
        real, files=lambda: (archive,), copies=(copy,), mirrors=lambda: (f"{mirror.url}files/5976036",)
    )
    monkeypatch.setitem(TABLES, "california-housing", small)


@pytest.fixture
def course_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the table in COURSE_DATA."""
    folder = tmp_path / "data" / FOLDER
    folder.mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(folder.parent))
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- the real table ----------------------------------------------------------------------------------------------


def test_table_has_values_per_household_and_the_price_in_100000_dollars() -> None:
    data = load_table("california-housing")
    assert (data.source, data.note, data.unit, data.target.name) == ("download", "", "$100,000", "MedHouseVal")
    assert data.target.tolist() == [4.526, 3.585, 3.521]
    assert data.features.iloc[0].to_dict() == {
        "MedInc": 8.3252,
        "HouseAge": 41,
        "AveRooms": 880 / 126,
        "AveBedrms": 129 / 126,
        "Population": 322,
        "AveOccup": 322 / 126,
        "Latitude": 37.88,
        "Longitude": -122.23,
    }
    assert not provenance.stand_ins_in_use()


def scikit_learns_table(data_home: Path) -> tuple[pd.DataFrame, pd.Series]:
    from sklearn.datasets import fetch_california_housing

    bunch = fetch_california_housing(data_home=data_home, download_if_missing=False, as_frame=True)
    return bunch.data, bunch.target


def assert_same_bits(data, features: pd.DataFrame, target: pd.Series) -> None:
    pd.testing.assert_frame_equal(data.features, features, check_exact=True)
    pd.testing.assert_series_equal(data.target, target, check_exact=True)
    assert data.features.to_numpy().strides == features.to_numpy().strides  # sums depend on the order in memory


@pytest.mark.parametrize("form", [CALIFORNIA_ARCHIVE, CALIFORNIA_COPY])
def test_archive_and_copy_give_what_scikit_learn_gives_bit_for_bit(
    course_data: Path, tmp_path: Path, form: str
) -> None:
    make_copy(tmp_path / "home" / CALIFORNIA_COPY)
    if form == CALIFORNIA_ARCHIVE:
        (course_data / form).write_bytes(ARCHIVE)
    else:
        make_copy(course_data / form)
    data = load_table("california-housing")
    assert data.source == "COURSE_DATA"
    assert_same_bits(data, *scikit_learns_table(tmp_path / "home"))


@needs_real_file
def test_real_table_is_what_scikit_learn_gives_bit_for_bit(
    course_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    for home in (course_data, tmp_path / "home"):
        home.mkdir(exist_ok=True)
        shutil.copy(REAL, home)
    monkeypatch.setenv("COURSE_DATA", str(course_data.parent))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    course_data.chmod(0o500)
    data = load_table("california-housing")
    assert (data.source, data.features.shape, data.target.max()) == ("COURSE_DATA", (20_640, 8), 5.00001)
    assert_same_bits(data, *scikit_learns_table(tmp_path / "home"))
    assert [path.name for path in course_data.iterdir()] == [CALIFORNIA_COPY]


def test_address_and_checksum_are_those_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.datasets._california_housing import ARCHIVE as PUBLISHED

    monkeypatch.undo()
    spec = TABLES["california-housing"]
    (archive,) = spec.files()
    assert (archive.name, archive.checksum) == (PUBLISHED.filename, f"sha256:{PUBLISHED.checksum}")
    assert spec.mirrors()[0] == PUBLISHED.url
    assert spec.copies[0].size == 20_640 * 9 * 8


# --- sources: the same as for images -----------------------------------------------------------------------------


def test_sources_are_tried_in_the_documented_order(course_data: Path, mirror: Mirror, monkeypatch) -> None:
    found = [load_table("california-housing").source for _ in range(2)]
    make_copy(course_data / CALIFORNIA_COPY)
    found.append(load_table("california-housing").source)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    found.append(load_table("california-housing").source)
    assert found == ["download", "cache", "COURSE_DATA", "offline stand-in"]
    assert mirror.hits == ["5976036"]


def test_cache_keeps_the_archive_as_it_was_published(cache: Path) -> None:
    load_table("california-housing")
    assert files_in(cache / FOLDER) == {CALIFORNIA_ARCHIVE: ARCHIVE}


def test_copy_of_an_earlier_release_in_the_cache_is_used(cache: Path, mirror: Mirror) -> None:
    make_copy(cache / FOLDER / CALIFORNIA_COPY)
    assert load_table("california-housing").source == "cache"
    assert mirror.hits == []


def test_mirror_that_is_a_folder_is_asked_for_the_archive(mirror: Mirror, monkeypatch) -> None:
    spec = dataclasses.replace(TABLES["california-housing"], mirrors=lambda: (f"{mirror.url}Regression/",))
    monkeypatch.setitem(TABLES, "california-housing", spec)
    assert load_table("california-housing").source == "download"
    assert mirror.hits == [CALIFORNIA_ARCHIVE]


def test_unwritable_cache_is_worked_around_and_said_so(monkeypatch, tmp_path: Path, mirror: Mirror) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file/cache"))
    with pytest.warns(UserWarning, match=r"the cache .* cannot be used \(.+\)"):
        assert load_table("california-housing").source == "download"
    assert load_table("california-housing").source == "cache"
    assert mirror.hits == ["5976036"]


def test_failed_download_leaves_nothing_in_the_cache_and_is_not_tried_again(cache: Path, mirror: Mirror) -> None:
    mirror.answer = mirror.send_login_page
    for _ in range(2):
        assert load_table("california-housing").is_stand_in
    assert mirror.hits == ["5976036"]
    assert files_in(cache / FOLDER) == {}


def test_download_runs_under_the_lock(monkeypatch) -> None:
    locked = []
    lock = sources._locked
    monkeypatch.setattr(sources, "_locked", lambda path, title: locked.append((path.name, title)) or lock(path, title))
    load_table("california-housing")
    assert locked == [("california-housing.lock", "California housing")]


# --- files that are not what they should be ----------------------------------------------------------------------


class Bomb:
    """A pickle that writes a file when it is read."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.target),)


def crafted(kind: str, target: Path) -> bytes:
    """A file that runs code when joblib loads it; one of them carries numbers of the right length."""
    bomb = pickle.dumps(Bomb(target))
    return {
        "compressed": zlib.compress(bomb),
        "plain": bomb,
        "padded": zlib.compress(bomb + ROWS.tobytes() + b"."),
    }[kind]


@pytest.mark.parametrize("kind", ["compressed", "plain", "padded"])
@pytest.mark.parametrize("place", ["COURSE_DATA", "cache"])
def test_crafted_copy_is_refused_by_name_and_runs_nothing(
    course_data: Path, cache: Path, tmp_path: Path, kind: str, place: str
) -> None:
    path = (course_data if place == "COURSE_DATA" else cache / FOLDER) / CALIFORNIA_COPY
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(crafted(kind, tmp_path / "exploded"))
    with pytest.warns(UserWarning, match=rf"{CALIFORNIA_COPY} is .*(stays as it is|set aside as)"):
        assert load_table("california-housing").source == "download"
    assert not (tmp_path / "exploded").exists()
    assert path.exists() is (place == "COURSE_DATA")


@pytest.mark.parametrize("kind", ["compressed", "plain", "padded"])
def test_crafted_copy_would_run_if_it_were_loaded(tmp_path: Path, kind: str) -> None:
    (tmp_path / CALIFORNIA_COPY).write_bytes(crafted(kind, tmp_path / "exploded"))
    joblib.load(tmp_path / CALIFORNIA_COPY)
    assert (tmp_path / "exploded").exists()


@pytest.mark.parametrize("cut", [0, 1, 40, len(ARCHIVE) - 1])
def test_archive_cut_short_is_named_and_left_alone(course_data: Path, cut: int) -> None:
    (course_data / CALIFORNIA_ARCHIVE).write_bytes(ARCHIVE[:cut])
    with pytest.warns(UserWarning, match=rf"{CALIFORNIA_ARCHIVE} is not the file .* It is in COURSE_DATA"):
        assert load_table("california-housing").source == "download"
    assert (course_data / CALIFORNIA_ARCHIVE).read_bytes() == ARCHIVE[:cut]


def test_bad_archive_in_the_cache_is_set_aside_and_fetched_again(cache: Path) -> None:
    load_table("california-housing")
    (cache / FOLDER / CALIFORNIA_ARCHIVE).write_bytes(b"bad")
    with pytest.warns(UserWarning, match=rf"set aside as {CALIFORNIA_ARCHIVE}\.corrupt"):
        assert load_table("california-housing").source == "download"
    assert files_in(cache / FOLDER) == {CALIFORNIA_ARCHIVE: ARCHIVE, f"{CALIFORNIA_ARCHIVE}.corrupt": b"bad"}


def test_bad_copy_does_no_harm_where_the_archive_is_good(course_data: Path, recwarn) -> None:
    (course_data / CALIFORNIA_ARCHIVE).write_bytes(ARCHIVE)
    (course_data / CALIFORNIA_COPY).write_bytes(b"bad")
    assert load_table("california-housing").source == "COURSE_DATA"
    assert not recwarn.list


def test_copy_that_unpacks_to_gigabytes_is_not_unpacked_to_its_end() -> None:
    assert len(unpack_joblib_array(io.BytesIO(zlib.compress(bytes(1 << 24))), 1_001)) == 1_000


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_numbers_are_found_whatever_the_pickle_protocol(tmp_path: Path, protocol: int) -> None:
    numbers = ROWS[:, SCIKIT_LEARN_ORDER]
    joblib.dump(numbers, tmp_path / "copy", compress=3, protocol=protocol)
    with (tmp_path / "copy").open("rb") as stream:
        assert unpack_joblib_array(stream, numbers.nbytes + 1) == numbers.tobytes(order="F")


# --- the stand-in ------------------------------------------------------------------------------------------------


def test_without_network_the_stand_in_says_what_it_is_and_why(mirror: Mirror, capsys) -> None:
    mirror.packed.clear()
    data = load_table("california-housing", verbose=False)
    line = capsys.readouterr().out
    assert data.is_stand_in
    assert data.note == " (offline stand-in)"
    assert provenance.stand_ins_in_use()
    assert line.count("\n") == 1
    for part in (
        "offline stand-in (block groups made up by a program)",
        f"because no mirror gave {CALIFORNIA_ARCHIVE} (127.0.0.1: it answered 404",
        f"put {CALIFORNIA_ARCHIVE} from {mirror.url}files/5976036 into its sub-folder {FOLDER}",
        "COURSE_DATA",
    ):
        assert part in line


def test_stand_in_has_the_columns_units_and_ceiling_of_the_original(monkeypatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    data, again = load_table("california-housing"), load_table("california-housing")
    assert list(data.features) == [
        "MedInc",
        "HouseAge",
        "AveRooms",
        "AveBedrms",
        "Population",
        "AveOccup",
        "Latitude",
        "Longitude",
    ]
    assert data.features.shape == (2_000, 8)
    assert (data.target.shape, data.target.name, data.unit) == ((2_000,), "MedHouseVal", "$100,000")
    assert set(map(str, data.features.dtypes)) == {"float64"}
    assert data.target.max() == 5.00001
    assert data.features.notna().all(axis=None)
    assert data.features.equals(again.features)
    assert data.target.equals(again.target)


def test_stand_in_can_be_forbidden(monkeypatch, mirror: Mirror) -> None:
    mirror.packed.clear()
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    with pytest.raises(RuntimeError, match=r"cannot be had: no mirror gave .* Or by hand: .* 0 forbids"):
        load_table("california-housing")
    assert not provenance.stand_ins_in_use()


def test_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown table 'boston': there is 'california-housing'"):
        load_table("boston")
