"""Tables for regression: California's house prices, or, where they cannot be had, the offline stand-in.

`load_table` looks in the same places as `helpers.data.load_dataset` and obeys the same variables.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from sklearn.datasets import fetch_california_housing, load_diabetes
from sklearn.utils import Bunch

from helpers.data.files import TIMEOUT, cache_folder
from helpers.data.images import offline_setting
from helpers.data.provenance import STAND_IN_SOURCE, Sourced, mark_stand_in

CACHED_FILE = "cal_housing_py3.pkz"  # as scikit-learn names it in its data_home
FOLDER = "california_housing"  # below COURSE_DATA
SHAPE = (20_640, 9)  # rows; features and target


@dataclass(frozen=True, eq=False)
class TableData(Sourced):
    """A table of examples, and where it came from.

    Attributes:
        name: as given to `load_table`: "california-housing".
        title: as people write it.
        source: "COURSE_DATA", "cache", "download" or "offline stand-in".
        features: one row an example, one column a feature, float64.
        target: what is to be predicted, float64, one number an example; its name is the column's.
        unit: of the target.
        licence: of the data.
        citation: whom to cite.
    """

    name: str
    title: str
    source: str
    features: pd.DataFrame = field(repr=False)
    target: pd.Series = field(repr=False)
    unit: str
    licence: str
    citation: str


def load_table(name: str, *, verbose: bool = True) -> TableData:
    """Load a table: from `COURSE_DATA`, else from the cache, else by scikit-learn's fetcher, else the stand-in.

    Args:
        name: "california-housing": 20,640 census blocks of 1990, 8 features. Its stand-in is scikit-learn's diabetes
            table: 442 patients, 10 features, a real table of another subject.
        verbose: print a line that says what was found. A stand-in always says so.

    Returns:
        Features and target, in memory.

    Raises:
        ValueError: the name is unknown, or COURSE_OFFLINE is neither 0 nor 1.
        RuntimeError: the real data cannot be had, and COURSE_OFFLINE=0 forbids the stand-in.

    Example:
        >>> data = load_table("california-housing")  # doctest: +ELLIPSIS
        California housing...
        >>> len(data.features) == len(data.target)
        True
    """
    if name != "california-housing":
        raise ValueError(f"unknown table {name!r}: there is 'california-housing'")
    offline = offline_setting()
    if offline == "1":
        return _load_stand_in("because COURSE_OFFLINE=1")
    try:
        source, bunch = _find_california()
    except OSError as error:
        if offline == "0":
            raise RuntimeError(f"California housing cannot be had: {error}. {_BY_HAND}") from error
        return _load_stand_in(f"because {error}. {_BY_HAND}")
    data = TableData(
        name=name,
        title="California housing",
        source=source,
        features=bunch.data,
        target=bunch.target,
        unit="$100,000",
        licence="none stated",
        citation="Pace and Barry (1997), Sparse spatial autoregressions, Statistics & Probability Letters 33(3)",
    )
    if verbose:
        print(f"{_summary(data)}, from: {source}. Licence: {data.licence}.")
    return data


_BY_HAND = (
    f"To get the real data, connect to the network and restart Python. Or by hand: put {CACHED_FILE}, which "
    f"scikit-learn's fetch_california_housing leaves in its data_home, into the sub-folder {FOLDER} of a folder, set "
    "COURSE_DATA to the folder, and restart."
)


def _find_california() -> tuple[str, Bunch]:
    """Where the table was found, and the table.

    Raises:
        OSError: it was found nowhere; the message says what was wrong with each place.
    """
    cached = cache_folder() / FOLDER / CACHED_FILE
    places = {"cache": cached}
    if folder := os.environ.get("COURSE_DATA"):
        places = {"COURSE_DATA": Path(folder).expanduser() / FOLDER / CACHED_FILE, **places}
    problems = []
    for source, file in places.items():
        try:
            if file.is_file():
                return source, _read(file)
        except OSError as error:
            problems.append(f"{error} in {source}")
    try:
        return "download", _download(cached)
    except OSError as error:
        raise OSError("; ".join([*problems, f"the download failed ({error})"])) from error


def _read(file: Path) -> Bunch:
    # A copy, since scikit-learn may write into its data_home, and COURSE_DATA is only ever read.
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        return _fetch(Path(folder), download=False)


def _download(cached: Path) -> Bunch:
    """Fetch into a folder of its own, then move: nobody finds half a file in the cache."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as folder:
        bunch = _fetch(Path(folder), download=True)
        (Path(folder) / CACHED_FILE).replace(cached)
    return bunch


def _fetch(data_home: Path, *, download: bool) -> Bunch:
    """What scikit-learn's fetcher finds in its data_home or downloads into it (it checks the download's SHA-256)."""
    try:
        with _time_limit(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # "Retry downloading": the failure itself is reported below
            bunch = fetch_california_housing(
                data_home=data_home, download_if_missing=download, as_frame=True, n_retries=1, delay=0.1
            )
    except OSError:
        raise
    except Exception as error:  # a pickle that is cut short raises whatever it likes
        raise OSError(f"{CACHED_FILE} cannot be read ({type(error).__name__})") from error
    if bunch.frame.shape != SHAPE:
        raise OSError(f"{CACHED_FILE} holds a table of shape {bunch.frame.shape}, expected {SHAPE}")
    return bunch


@contextmanager
def _time_limit() -> Iterator[None]:
    """A dead network must not hang the notebook: scikit-learn sets no time limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _load_stand_in(reason: str) -> TableData:
    bunch = load_diabetes(as_frame=True, scaled=False)
    data = TableData(
        name="california-housing",
        title="California housing",
        source=STAND_IN_SOURCE,
        features=bunch.data.astype(float),
        target=bunch.target.rename("progression"),
        unit="points of disease progression",
        licence="as scikit-learn, which bundles it (BSD 3-Clause)",
        citation="Efron, Hastie, Johnstone, Tibshirani (2004), Least angle regression, Annals of Statistics 32(2)",
    )
    mark_stand_in(data.name)
    print(f"{_summary(data)}, from: {STAND_IN_SOURCE} (scikit-learn's diabetes table), {reason}")
    return data


def _summary(data: TableData) -> str:
    return f"{data.title}: {len(data.features):,} rows, {data.features.shape[1]} features"
