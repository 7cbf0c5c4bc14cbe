"""Numbers that a notebook reports: a plain line for the reader, and the value itself for the tests.

For whoever writes a notebook.
"""

from __future__ import annotations

import math
import sys
from typing import TypeVar

import numpy as np

from helpers.data.provenance import stand_ins_in_use

MIME_TYPE = "application/vnd.hidden-layers.record+json"

Number = TypeVar("Number", int, float)


def record(name: str, value: Number, *, digits: int = 4) -> Number:
    """Show a number and keep it where the tests can read it.

    In a notebook the output carries the value twice: as text, and as `{"name": ..., "value": ...}` under `MIME_TYPE`.
    JSON knows neither NaN nor infinity: they are kept as the strings "nan", "inf" and "-inf". The text is marked if the
    process has loaded stand-in data, so that nobody takes the number for a result on the real data.

    Args:
        name: what it is, as an identifier: `"test_accuracy"`. Each name is recorded once in a notebook.
        value: the number, with its unit in the name where it has one.
        digits: how many decimals the text shows (trailing zeros are dropped); the recorded value is not rounded.

    Returns:
        The value, unchanged.

    Raises:
        TypeError: the value is no int or float of Python's, which is what the tests can read.

    Example:
        >>> share = record("share_of_ones", 0.11236666)  # doctest: +ELLIPSIS
        share_of_ones = 0.1124...
    """
    if not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be an int or a float, got {type(value).__name__}: use value.item()")
    # Adding 0 turns -0.0, which a small negative number rounds to, into 0.0.
    shown = str(value) if isinstance(value, int) else np.format_float_positional(round(value, digits) + 0.0, trim="-")
    text = f"{name} = {shown}" + (" (offline stand-in)" if stand_ins_in_use() else "")
    if _in_notebook():
        from IPython.display import display

        entry = {"name": name, "value": value if math.isfinite(value) else str(value)}
        display({"text/plain": text, MIME_TYPE: entry}, raw=True)
    else:
        print(text)
    return value


def _in_notebook() -> bool:
    """Whether IPython runs this; to ask does not load it."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
