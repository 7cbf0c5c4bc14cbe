"""Where data came from, and whether a stand-in took their place. For whoever shows or reports a result.

Imports nothing else of `helpers`, so that drawing a line or recording a number loads no loader.
"""

from __future__ import annotations

STAND_IN_SOURCE = "offline stand-in"

_stand_ins_loaded: set[str] = set()


class Sourced:
    """Data that know where they came from: their `source` says it."""

    source: str

    @property
    def is_stand_in(self) -> bool:
        """Whether these are other data than the title says."""
        return self.source == STAND_IN_SOURCE

    @property
    def note(self) -> str:
        """Empty for real data, else " (offline stand-in)": append it to each result that you print or plot."""
        return f" ({STAND_IN_SOURCE})" if self.is_stand_in else ""


def stand_ins_in_use() -> bool:
    """Whether this process has loaded a stand-in; results and figures then carry a mark.

    Example:
        >>> stand_ins_in_use() in (True, False)
        True
    """
    return bool(_stand_ins_loaded)


def mark_stand_in(name: str) -> None:
    """Note that a stand-in was loaded; from here on `stand_ins_in_use` is true."""
    _stand_ins_loaded.add(name)
