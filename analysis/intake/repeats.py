"""Accounts that one file lists again and again: a tracker writes a line an account a day.

Such lines are snapshots, not accounts. Where a column says when each line was taken and the same account comes with
several dates, the latest line stands and the earlier ones are set aside, counted and written out. Without such a
column nothing is set aside: an account listed twice with different figures may be two accounts of one name, and the
repeats are only reported.
"""

import re
from collections.abc import Callable

import polars as pl

from analysis.intake.distinct import numpy_at_hand
from analysis.intake.tables import RawTable

__all__ = [
    "SNAPSHOT",
    "copies",
    "earlier_snapshots",
    "listed_again",
    "may_be_snapshots",
    "recurring",
    "recurring_hashes",
    "repeated",
]

SNAPSHOT = "an earlier snapshot; the same account is listed again at a later date"

#: Headers that say when a line was taken, not when an account or a post began.
_TAKEN = re.compile(
    r"(?i)snapshot|scrap|crawl|collect|fetch|retriev|extract|as[ _]of|record(?:ed)?[ _]?(?:at|on|date)|observ|captur|"
    r"report(?:ing)?[ _]date|^\s*(?:date|day|month|week|fecha|data|datum|tarih|날짜|tanggal|日付)\s*$"
)


def earlier_snapshots(
    raw: RawTable, frame: pl.DataFrame, rules: list[str], warnings: list[str], among: pl.Series | None = None
) -> pl.Series:
    """Return which rows are earlier snapshots of an account; says so in ``rules`` or ``warnings``.

    Parameters
    ----------
    raw : RawTable
        The table as read, row for row parallel to ``frame``.
    frame : polars.DataFrame
        The canonical columns of creators.
    rules, warnings : list of str
        Added to.
    among : polars.Series, optional
        The rows whose account may be listed again, where that is known.
    """
    none = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    key = next((name for name in ("creator_id", "handle", "name") if name in frame.columns), None)
    if key is None or not frame.height:
        return none
    keys = frame.select([name for name in ("platform", key) if name in frame.columns])
    repeats = repeated(keys, among) & frame.get_column(key).is_not_null()
    if not repeats.any():
        return none
    accounts = keys.filter(repeats).n_unique()
    taken = _taken(raw)
    if taken is None:
        warnings.append(listed_again(accounts, key))
        return none
    header, moments = taken
    latest = keys.with_columns(moment=moments).with_columns(last=pl.col("moment").max().over(keys.columns))
    earlier = (repeats & (latest["moment"] < latest["last"]).fill_null(False)).rename("")
    if earlier.any():
        rules.append(
            f"{int(earlier.sum()):,} earlier snapshots of {accounts:,} accounts set aside: the latest {header!r} stands"
        )
    return earlier


def listed_again(accounts: int, key: str) -> str:
    """Return the warning that accounts are listed more than once, and nobody knows when."""
    return f"{accounts:,} accounts ({key}) are listed more than once and no column says when; every row stays"


def may_be_snapshots(headers: list[str]) -> bool:
    """Return whether a header says when a line was taken.

    Examples
    --------
    >>> may_be_snapshots(["Handle", "Snapshot date"]), may_be_snapshots(["Handle", "Published"])
    (True, False)
    """
    return any(_TAKEN.search(header) for header in headers)


def recurring(values: pl.Series) -> pl.Series:
    """Return which rows may have an equal: their hash occurs again. Few others do, and no equal is missed.

    Examples
    --------
    >>> recurring(pl.Series(["x", "y", "x", None])).to_list()
    [True, False, True, False]
    """
    return recurring_hashes(values.hash())


def repeated(frame: pl.DataFrame, among: pl.Series | None = None) -> pl.Series:
    """Return which rows have an equal in the frame; ``among`` marks the rows that may, where that is known.

    Examples
    --------
    >>> repeated(pl.DataFrame({"a": ["x", "y", "x", None]})).to_list()
    [True, False, True, False]
    """
    return _judged(frame, among, lambda suspects: suspects.is_duplicated())


def copies(frame: pl.DataFrame, among: pl.Series | None = None) -> pl.Series:
    """Return which rows equal an earlier row in every cell; ``among`` marks the rows that may, where that is known.

    Examples
    --------
    >>> copies(pl.DataFrame({"a": ["x", "y", "x", None], "b": ["1", "1", "1", None]})).to_list()
    [False, False, True, False]
    """
    return _judged(frame, among, lambda suspects: ~suspects.to_struct().is_first_distinct())


def recurring_hashes(hashes: pl.Series) -> pl.Series:
    """Return which hashes occur more than once; sorting numbers is quicker than counting them."""
    again = _recurring_in_order(hashes)
    if again.is_empty():
        return pl.repeat(False, len(hashes), dtype=pl.Boolean, eager=True)
    return hashes.is_in(again.implode())


def _recurring_in_order(hashes: pl.Series) -> pl.Series:
    """Return the hashes that occur more than once, each once; by numpy, which sorts three times as fast, if loaded."""
    if numpy_at_hand():
        import numpy as np

        rows = np.sort(hashes.to_numpy())
        return pl.Series(np.unique(rows[1:][rows[1:] == rows[:-1]]), dtype=hashes.dtype)
    ordered = hashes.sort()
    return ordered.filter((ordered == ordered.shift(1)).fill_null(False)).unique()


def _judged(frame: pl.DataFrame, among: pl.Series | None, judge: Callable[[pl.DataFrame], pl.Series]) -> pl.Series:
    """Judge, cell by cell, the rows whose hash occurs again; all others have no equal."""
    none = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    if among is not None and 2 * int(among.sum()) < frame.height:
        return none.scatter(among.arg_true(), _judged(frame.filter(among), None, judge))
    suspects = recurring_hashes(frame.hash_rows()) if frame.width else none
    return none.scatter(suspects.arg_true(), judge(frame.filter(suspects))) if suspects.any() else none


def _taken(raw: RawTable) -> tuple[str, pl.Series] | None:
    """Return the header and moments of the column that says when a line was taken."""
    from analysis.intake.dates import parse_column

    for header, name in zip(raw.headers, raw.frame.columns, strict=True):
        if _TAKEN.search(header):
            moments = parse_column(raw.frame.get_column(name), header=header).values
            if moments.null_count() < 0.1 * len(moments) and moments.n_unique() > 1:
                return " ".join(header.split()), moments
    return None
