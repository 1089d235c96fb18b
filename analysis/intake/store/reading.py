"""A store is read as one study: what several ingests list, the latest ingest decides.

A creator listed again by a later ingest, on the same platform, is a later snapshot: the later row stands. A post that
comes again (same platform, same id) is the same post with later figures, and so is a deliverable of one campaign,
account and post. Rows that no id tells apart are the same only if every cell is equal and they name an account and a
day. What a later ingest replaces is set aside, counted, and written out with its reason; within one ingest nothing
is touched, for the intake has settled that already. A partition that one ingest alone wrote is read as it lies.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.clean import REJECTED
from analysis.intake.store.book import Book, Entry, Part, open_book
from analysis.intake.tables import Tables
from analysis.schema import TABLES

__all__ = ["open_store", "read_store"]

#: Columns of which the first that the table has tells one row from another, beside its platform; else every cell.
_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "creators": (("creator_id",), ("handle",), ("name",)),
    "posts": (("post_id",),),
    "placements": (("campaign_id", "creator_id", "post_id"), ("campaign_id", "handle", "post_id")),
}

#: Without an id, equal rows are one row only where they say whose they are and when.
_WHEN = {"posts": "published_at", "placements": "date"}

LATER = "an earlier listing; a later ingest lists it again"


def read_store(folder: str | Path) -> Tables:
    """Return everything a store holds as canonical tables.

    Parameters
    ----------
    folder : path
        A folder that :func:`~analysis.intake.store.ingest.ingest` made.

    Returns
    -------
    Tables
        With the audit of all ingests added up, and the rows that later ingests replaced among the rejected.

    Raises
    ------
    SourceError
        If it is no store or a file of it is damaged.
    UnusableDataError
        If it is empty.
    """
    return _read(Path(folder), leave="")[0]


def open_store(folder: str | Path) -> tuple[Tables, list[Path]]:
    """Return a store as :func:`read_store`, with the posts that nothing replaces left in their files; these beside it.

    ``posts`` of the tables are those of partitions that several ingests wrote, settled; the files hold all others.

    Raises
    ------
    SourceError, UnusableDataError
        As :func:`read_store`.
    """
    return _read(Path(folder), leave="posts")


def _read(folder: Path, *, leave: str) -> tuple[Tables, list[Path]]:
    book = open_book(folder)
    if not any(entry.parts for entry in book.entries):
        raise UnusableDataError(f"the store {folder} is empty. Add files with `creator-roi ingest PATH --store`.")
    try:
        frames, replaced, left = _frames(folder, book, leave)
        notes = [_notes(folder, entry) for entry in book.entries]
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"a file of the store {folder} cannot be read ({error}); restore the store.") from error
    rejected = pl.concat([rows for rows, _ in notes] + [_set_aside(table, rows) for table, rows in replaced])
    counted = dict.fromkeys(TABLES, 0)
    for table, rows in replaced:
        counted[table] += rows.height
    audit = _audit([audit for _, audit in notes], counted)
    return Tables(frames.get("creators"), frames.get("posts"), frames.get("placements"), rejected, audit), left


def _frames(
    folder: Path, book: Book, leave: str
) -> tuple[dict[str, pl.DataFrame], list[tuple[str, pl.DataFrame]], list[Path]]:
    """Return each table, the rows of each that a later ingest replaces, and the files of ``leave`` left unread."""
    left: list[Path] = []
    frames: dict[str, pl.DataFrame] = {}
    replaced: list[tuple[str, pl.DataFrame]] = []
    for table in TABLES:
        pieces: list[pl.DataFrame] = []
        for parts in _partitions(book, table):
            if table == leave and len(parts) == 1:
                left.append(folder / parts[0].file)
                continue
            stays, gone = _latest(table, [pl.read_parquet(folder / part.file) for part in parts])
            pieces.extend(stays)
            replaced.extend((table, rows) for rows in gone if rows.height)
        if pieces:
            whole = pl.concat(pieces, how="diagonal_relaxed", rechunk=False)
            frames[table] = whole.select([name for name in TABLES[table].names if name in whole.columns])
    return frames, replaced, left


def _partitions(book: Book, table: str) -> Iterator[list[Part]]:
    """Yield the parts of each partition, oldest ingest first; a post never changes its month, an account has none."""
    found: dict[tuple[str, str], list[Part]] = {}
    for entry in book.entries:
        for part in entry.parts:
            if part.table == table:
                found.setdefault((part.platform, part.month), []).append(part)
    for key in sorted(found):
        yield found[key]


def _latest(table: str, frames: list[pl.DataFrame]) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    """Return the rows of each ingest that stand, and those that a later one replaces."""
    stays, gone = [frames[-1]], []
    for position in range(len(frames) - 2, -1, -1):
        rows = frames[position]
        again = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
        for later in frames[position + 1 :]:
            again = again | _listed(table, rows, later)
        stays.append(rows.filter(~again))
        gone.append(rows.filter(again))
    return stays[::-1], gone[::-1]


def _listed(table: str, rows: pl.DataFrame, later: pl.DataFrame) -> pl.Series:
    """Return which rows the later table lists again."""
    for key in _KEYS[table]:
        if all(name in rows.columns and name in later.columns for name in key):
            by_id = _within(rows, later, list(key), complete=True)
            return by_id if table == "creators" else by_id | _equal(table, rows, later, without=key[-1])
    return _equal(table, rows, later, without="")


def _equal(table: str, rows: pl.DataFrame, later: pl.DataFrame, *, without: str) -> pl.Series:
    """Return which rows without an id are equal to a later one in every cell, and say whose and when."""
    telling = [name for name in ("creator_id", "handle") if name in rows.columns]
    when = _WHEN.get(table, "")
    if when not in rows.columns or not telling or set(rows.columns) != set(later.columns):
        return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    named = rows.select(pl.any_horizontal(pl.col(telling).is_not_null()) & pl.col(when).is_not_null()).to_series()
    if without and without in rows.columns:
        named = named & rows[without].is_null()
    return named & _within(rows, later, rows.columns, complete=False)


def _within(rows: pl.DataFrame, later: pl.DataFrame, columns: list[str], *, complete: bool) -> pl.Series:
    """Return which rows have their like in ``later`` by these columns; with ``complete``, none of them missing."""
    left = rows.select(columns).with_row_index("_row")
    if complete:
        left = left.drop_nulls(columns)
    met = left.join(later.select(columns).unique(), on=columns, how="semi", nulls_equal=not complete)
    return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True).scatter(met["_row"], True)


# the account -------------------------------------------------------------------------------------------------------


def _notes(folder: Path, entry: Entry) -> tuple[pl.DataFrame, dict[str, Any]]:
    rejected = pl.read_parquet(folder / entry.notes / "rejected.parquet").cast(REJECTED)  # type: ignore[arg-type]
    audit = json.loads((folder / entry.notes / "audit.json").read_text(encoding="utf-8"))
    return rejected, audit


def _set_aside(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return replaced rows in the shape of rejected ones; their cells are those of the canonical table."""
    raw = rows.select(pl.struct(pl.all().cast(pl.String)).struct.json_encode()).to_series()
    return pl.DataFrame(
        {
            "file": pl.repeat("store", rows.height, dtype=pl.String, eager=True),
            "part": pl.repeat(table, rows.height, dtype=pl.String, eager=True),
            "line": pl.repeat(None, rows.height, dtype=pl.Int64, eager=True),
            "reason": pl.repeat(LATER, rows.height, dtype=pl.String, eager=True),
            "raw": raw,
        },
        schema=REJECTED,
    )


def _audit(audits: list[dict[str, Any]], replaced: dict[str, int]) -> dict[str, Any]:
    """Add up the audits of all ingests; rows that a later one replaced move from kept to rejected."""
    counts = ("rows_read", "rows_kept", "rows_rejected", "duplicates_removed")
    total = {name: sum(int(audit[name]) for audit in audits) for name in counts}
    gone = sum(replaced.values())
    total["rows_kept"] -= gone
    total["rows_rejected"] += gone
    grains = {audit["grain"] for audit in audits}
    rules = [
        f"{count:,} earlier rows of {table} set aside: a later ingest lists them again"
        for table, count in replaced.items()
        if count
    ]
    return {
        "grain": grains.pop() if len(grains) == 1 else None,
        **total,
        "files": [entry for audit in audits for entry in audit["files"]],
        "rules": list(dict.fromkeys([*(rule for audit in audits for rule in audit["rules"]), *rules])),
        "warnings": list(dict.fromkeys(warning for audit in audits for warning in audit["warnings"])),
    }
