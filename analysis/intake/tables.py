"""The two shapes that pass through the intake: a raw table of text, and the canonical tables.

A :class:`RawTable` is what a reader hands over: one table as the file had it, every cell still text, nothing judged.
Headers are kept apart from the frame's column names because real files repeat headers (a text column and its
numeric twin) and leave them blank. Line numbers travel along, so that a rejected row can be found in the file.

:class:`Tables` is what the intake gives back: at most three canonical tables, the rows set aside, and the audit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

__all__ = ["Block", "CleanTable", "Hold", "RawTable", "Streamed", "Tables", "held", "raw_table", "unique_names"]


#: What takes a piece of a table that is being read, and returns it from where it keeps it.
Hold = Callable[[pl.DataFrame], pl.DataFrame]


def held(piece: pl.DataFrame) -> pl.DataFrame:
    """Keep a piece of a table where it is: in memory."""
    return piece


@dataclass(frozen=True)
class RawTable:
    """One table as read: text cells, original headers, source lines.

    Attributes
    ----------
    name : str
        The file's name, as a person would say it.
    part : str
        Where in the file: a sheet, a JSON path, a database table; empty when the file is one table.
    frame : polars.DataFrame
        All columns String, names unique, parallel to ``headers``; a missing cell is null.
    headers : list of str
        The headers as the file has them, duplicates and newlines included.
    lines : polars.Series
        The source line (or record number) of each row, 1-based.
    notes : list of str
        What the reader did: encoding, separator, rows skipped, and why.
    hidden : bool
        Whether the part is hidden in its file (a hidden sheet).
    rejected : list of (line, reason, cells)
        Rows the reader itself set aside: a repeated header, a totals row, a line with too many cells.
    unfolded_from : int or None
        Source rows, where one row of the source became several (a person's accounts on several platforms).
    profiles : dict or None
        What the columns look like (:class:`analysis.intake.values.Profile`), where the frame is only a sample of them.
    """

    name: str
    part: str
    frame: pl.DataFrame
    headers: list[str]
    lines: pl.Series
    notes: list[str] = field(default_factory=list)
    hidden: bool = False
    rejected: list[tuple[int, str, list[str | None]]] = field(default_factory=list)
    unfolded_from: int | None = None
    profiles: dict[str, Any] | None = None

    @property
    def label(self) -> str:
        """File and part, as audits and messages name this table."""
        return f"{self.name} › {self.part}" if self.part else self.name

    @property
    def rows_read(self) -> int:
        """Rows of the file this table accounts for."""
        rows = self.frame.height if self.unfolded_from is None else self.unfolded_from
        return rows + len(self.rejected)

    @property
    def bare(self) -> "RawTable":
        """The table without its rows."""
        return replace(self, frame=self.frame.clear(), lines=self.lines.clear(), rejected=[])

    def blocks(self, size: int) -> Iterator[tuple["RawTable", bool]]:
        """Yield the rows in blocks of about ``size`` bytes, with no promise that they are ASCII."""
        rows = max(1, size * self.frame.height // max(1, int(self.frame.estimated_size())))
        for start in range(0, self.frame.height, rows):
            frame, lines = self.frame.slice(start, rows), self.lines.slice(start, rows)
            yield replace(self, frame=frame, lines=lines, rejected=[] if start else self.rejected), False


@dataclass(frozen=True)
class CleanTable:
    """One raw table after recognition and cleaning; what joins work on.

    Attributes
    ----------
    raw : RawTable
        The table as read.
    grain : str
        ``creators``, ``posts`` or ``placements``.
    frame : polars.DataFrame
        The kept rows, canonical columns only.
    extra : polars.DataFrame
        The kept rows' other columns, text as read, row for row parallel to ``frame``: keys that joins may need
        (``campaign_creator_id``, ``account_id``, ``status``).
    mapping : dict of str to str
        Header to canonical column.
    rejected : polars.DataFrame
        ``file``, ``part``, ``line``, ``reason``, ``raw``.
    audit : dict
        This table's entry under ``files`` of the audit.
    positions : polars.Series or None
        Where the kept rows stand in ``raw.frame``; None when every row was kept.
    """

    raw: RawTable
    grain: str
    frame: pl.DataFrame
    extra: pl.DataFrame
    mapping: dict[str, str]
    rejected: pl.DataFrame
    audit: dict[str, Any]
    positions: pl.Series | None = None


@dataclass(frozen=True)
class Block:
    """Kept rows of a block as canonical columns; the block as read, and which of its rows they are (None for all)."""

    frame: pl.DataFrame
    raw: RawTable
    keep: pl.Series | None


@dataclass(frozen=True)
class Streamed:
    """What became of a file.

    Attributes
    ----------
    grain : str
        What its rows are.
    entry : dict
        Its entry in the audit.
    warnings : list of str
        What contradicts itself.
    rejected : polars.DataFrame
        The rows set aside.
    raw : RawTable
        Name and headers, without rows.
    unused : list of str
        Columns that became none of ours.
    """

    grain: str
    entry: dict[str, Any]
    warnings: list[str]
    rejected: pl.DataFrame
    raw: RawTable
    unused: list[str]


@dataclass(frozen=True)
class Tables:
    """Canonical tables of one call, the rows set aside, and the audit.

    Attributes
    ----------
    creators, posts, placements : polars.DataFrame or None
        Canonical columns only, those the data holds, in canonical order.
    rejected : polars.DataFrame
        ``file``, ``part``, ``line``, ``reason``, ``raw`` (the cells as JSON text).
    audit : dict
        What was read, understood, set aside and why; written as ``audit.json``.
    """

    creators: pl.DataFrame | None
    posts: pl.DataFrame | None
    placements: pl.DataFrame | None
    rejected: pl.DataFrame
    audit: dict[str, Any]

    def present(self) -> dict[str, pl.DataFrame]:
        """Return the tables that exist, by name, in canonical order."""
        pairs = (("creators", self.creators), ("posts", self.posts), ("placements", self.placements))
        return {name: frame for name, frame in pairs if frame is not None}


def raw_table(
    name: str,
    headers: list[str],
    columns: list[list[str | None]],
    *,
    part: str = "",
    first_line: int = 1,
    notes: list[str] | None = None,
) -> RawTable:
    """Return a :class:`RawTable` of text columns, naming its frame's columns uniquely.

    Examples
    --------
    >>> raw_table("a.csv", ["Likes", "Likes"], [["1K"], ["1000"]]).frame.columns
    ['Likes', 'Likes__2']
    """
    names = unique_names(headers)
    frame = pl.DataFrame(
        {key: pl.Series(key, values, dtype=pl.String) for key, values in zip(names, columns, strict=True)}
    )
    lines = pl.int_range(first_line, first_line + frame.height, eager=True).alias("line")
    return RawTable(name, part, frame, list(headers), lines, list(notes or []))


def unique_names(headers: list[str]) -> list[str]:
    """Return one unique, non-empty name per header; later duplicates gain ``__2``, ``__3``, ...

    Examples
    --------
    >>> unique_names(["a", "a", ""])
    ['a', 'a__2', 'column_3']
    """
    taken: set[str] = set()
    names: list[str] = []
    for position, header in enumerate(headers, start=1):
        base = header.strip() or f"column_{position}"
        name, copy = base, 1
        while name in taken:
            copy += 1
            name = f"{base}__{copy}"
        taken.add(name)
        names.append(name)
    return names
