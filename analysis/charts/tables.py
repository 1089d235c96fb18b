"""What a chart reads from its table: numbers as arrays, tiers as text, absent columns as one clear error.

A chart computes nothing that a finding should have computed; it only takes medians and quartiles of the points it
draws, as a box plot does. Missing values and infinities become NaN here and are left undrawn, counted, and said.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats
from analysis.charts.style import UNKNOWN, is_residual
from analysis.errors import ColumnError

__all__ = [
    "MINIMUM",
    "Array",
    "TextArray",
    "counted",
    "floor_text",
    "needs",
    "numbers",
    "overlay",
    "quartiles",
    "texts",
    "tier_order",
    "tiers_of",
]

Array = np.ndarray[Any, np.dtype[np.float64]]
TextArray = np.ndarray[Any, np.dtype[np.object_]]

#: Creators below which a tier is drawn hollow and not ranked; a call may set another.
MINIMUM = 20

#: Points above which a cloud becomes a density with a sample of points over it.
DENSE_FROM = 5_000

#: Points of that sample.
OVERLAY = 3_000


def needs(table: pd.DataFrame, columns: Iterable[str], role: str) -> None:
    """Raise when ``table`` lacks a column.

    Raises
    ------
    ColumnError
        Naming every absent column at once.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ColumnError(missing, map(str, table.columns), role)


def numbers(table: pd.DataFrame, column: str) -> Array:
    """Return a column as floats; what is missing, infinite or no number is NaN.

    Examples
    --------
    >>> numbers(pd.DataFrame({"a": [1, None, float("inf"), 4]}), "a").tolist()
    [1.0, nan, nan, 4.0]
    """
    values: Array = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    values[~np.isfinite(values)] = np.nan
    return values


def texts(table: pd.DataFrame, column: str, missing: str = "") -> TextArray:
    """Return a column as an array of text.

    Examples
    --------
    >>> texts(pd.DataFrame({"a": ["x", None]}), "a", "?").tolist()
    ['x', '?']
    """
    codes, values = pd.factorize(table[column].to_numpy(dtype=object))
    words = np.array([*map(str, values), missing], dtype=object)
    found: TextArray = words[codes]
    return found


def tier_order(table: pd.DataFrame, column: str, order: Sequence[str] | None) -> list[str]:
    """Return the tiers to draw: ``order``, else the categories, else as they come.

    ``under …`` stands first and ``followers unknown`` last.

    Examples
    --------
    >>> tier_order(pd.DataFrame({"tier": ["mega", None, "under 1k"]}), "tier", ["micro", "mega"])
    ['under 1k', 'micro', 'mega', 'followers unknown']
    """
    if order is not None:
        tiers = [str(tier) for tier in order]
    elif isinstance(table[column].dtype, pd.CategoricalDtype):
        tiers = [str(tier) for tier in table[column].cat.categories]
    else:
        tiers = []
    tiers = list(dict.fromkeys([*tiers, *pd.unique(tiers_of(table, column))]))
    return sorted(tiers, key=lambda tier: (tier == UNKNOWN) - (is_residual(tier) and tier != UNKNOWN))


def tiers_of(table: pd.DataFrame, column: str) -> TextArray:
    """Return each row's tier as text; a missing one is ``followers unknown``."""
    return texts(table, column, UNKNOWN)


def quartiles(values: Array) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile of finite values (linear interpolation).

    Examples
    --------
    >>> quartiles(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    (2.0, 3.0, 4.0)
    """
    low, middle, high = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    return low, middle, high


def overlay(groups: TextArray, *, most: int = OVERLAY, seed: int = 0) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return positions of at most ``most`` rows, shared over groups as the square root of their sizes.

    So a rare group stays visible and a large one still looks larger.

    Examples
    --------
    >>> rows = overlay(np.array(["a"] * 90 + ["b"] * 10, dtype=object), most=40)
    >>> len(rows), int((rows >= 90).sum())
    (40, 10)
    """
    rng = np.random.default_rng(seed)
    codes, names = pd.factorize(groups, sort=True)
    sizes = np.bincount(codes, minlength=len(names))
    weights = np.sqrt(sizes)
    left, chosen = most, []
    for rank, i in enumerate(smallest_first := np.argsort(sizes, kind="stable")):
        weight = weights[smallest_first[rank:]].sum()
        share = min(int(sizes[i]), int(left * weights[i] / weight + 1e-9)) if weight else 0
        rows = np.flatnonzero(codes == i)
        chosen.append(rows if share == len(rows) else np.sort(rng.choice(rows, share, replace=False)))
        left -= share
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, dtype=np.intp)


def counted(number: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "creator"), counted(1200, "creator"), counted(0, "creator")
    ('1 creator', '1,200 creators', 'no creators')
    """
    return f"{formats.count(number) if number else 'no'} {noun}{'' if number == 1 else 's'}"


def floor_text(floors: Sequence[float], index: int) -> str:
    """Return what a tier spans, from its floor to the next.

    Examples
    --------
    >>> floor_text([1e3, 1e4, 1e6], 0), floor_text([1e3, 1e4, 1e6], 2)
    ('1K–10K', '1M+')
    """
    low = formats.short(floors[index])
    return f"{low}–{formats.short(floors[index + 1])}" if index + 1 < len(floors) else f"{low}+"
