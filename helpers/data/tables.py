"""Tables for regression: `load_table`. For notebooks, and for whoever adds a table.

California's house prices, or, where they cannot be had, an offline stand-in that says what it is. `sources` says where
is looked, in which order: the same as for images. Imports `files`, `sources`, `formats`, `standins` and `provenance`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.data.files import DatasetSpec, FileSpec, leave_packed
from helpers.data.formats import CALIFORNIA_ARCHIVE, CALIFORNIA_COPY, Table, decode_california, unpack_joblib_array
from helpers.data.provenance import Sourced
from helpers.data.sources import load
from helpers.data.standins import STAND_INS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class TableData(Sourced):
    """A table of examples, and where it came from.

    Attributes:
        name: as given to `load_table`: "california-housing".
        title: as people write it.
        source: "COURSE_DATA", "cache", "download" or "offline stand-in".
        features: one row per example, one column per feature, float64.
        target: what is to be predicted, float64, one number per example; its name is the column's.
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


# The checksum that scikit-learn's fetcher holds the download to.
_ARCHIVE = FileSpec(
    CALIFORNIA_ARCHIVE,
    "sha256:aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
    archive=CALIFORNIA_ARCHIVE,
    unpack=leave_packed,
)

# What scikit-learn's fetcher leaves in its data_home: a pickle, so it is never unpickled. The checksum is that of the
# numbers in it, 9 columns of 20,640, and so the same for each version of joblib and of zlib.
_COPY = FileSpec(
    CALIFORNIA_COPY,
    "sha256:5a6e1850914c2dc94eba36c5f025d01a90c49c13269281ea222a3c38a957ab60",
    archive=CALIFORNIA_COPY,
    size=9 * 20_640 * 8,
    unpack=unpack_joblib_array,
)

TABLES: dict[str, DatasetSpec[Table]] = {
    "california-housing": DatasetSpec(
        name="california-housing",
        title="California housing",
        folders=("california_housing",),
        files=lambda: (_ARCHIVE,),
        copies=(_COPY,),
        # scikit-learn's address, and that of the collection which it took the archive from
        mirrors=lambda: (
            "https://ndownloader.figshare.com/files/5976036",
            "https://www.dcc.fc.up.pt/~ltorgo/Regression/",
        ),
        decode=decode_california,
        licence="none stated",
        citation="Pace and Barry (1997), Sparse spatial autoregressions, Statistics & Probability Letters 33(3)",
    ),
}


def load_table(name: str, *, verbose: bool = True) -> TableData:
    """Load a table: the real one from wherever it can be had, else the offline stand-in.

    Args:
        name: "california-housing": 20,640 census block groups of 1990, 8 features. Its stand-in has the same columns
            and 2,000 rows made up by a program.
        verbose: print a line that says what was found, and show downloads. A stand-in always says so.

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
    if name not in TABLES:
        raise ValueError(f"unknown table {name!r}: there is {', '.join(map(repr, TABLES))}")
    spec = TABLES[name]
    loaded = load(spec, STAND_INS[name], progress=verbose)
    data = TableData(spec.name, spec.title, loaded.source, *loaded.content, loaded.licence, loaded.citation)
    if verbose or data.is_stand_in:
        counts = f"{len(data.features):,} rows, {data.features.shape[1]} features"
        print(f"{data.title}: {counts}, from: {loaded.origin}")
    return data
