"""A store is read as one study: what several ingests list, the latest ingest decides.

A creator listed again by a later ingest, on the same platform, is a later snapshot: the later row stands. A post that
comes again (same platform, same id) is the same post with later figures, under another month too where a clock's zone
can have moved it (:mod:`analysis.intake.store.moved`), and so is a deliverable of one campaign, account, post and
month. Rows that no id tells apart are the same only if every cell is equal and they name an account and a
day. What a later ingest replaces is set aside, counted, and written out with its reason; within one ingest nothing
is touched, for the intake has settled that already. A partition that one ingest alone wrote is read as it lies.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.clean import REJECTED
from analysis.intake.store.book import Book, Entry, Part, open_book
from analysis.intake.store.moved import listed_elsewhere
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
    tables, whole, parts = _read(Path(folder))
    pieces = [*(pl.scan_parquet(file, glob=False) for file in whole), *parts]
    if not pieces:
        return tables
    try:
        posts = pl.concat(pieces, how="diagonal_relaxed").collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _damaged(Path(folder), error) from error
    return replace(tables, posts=posts.select([name for name in TABLES["posts"].names if name in posts.columns]))


def open_store(folder: str | Path) -> tuple[Tables, list[Path], list[pl.LazyFrame]]:
    """Return a store as :func:`read_store` without its posts, and these beside it, where they lie.

    The files are those of which every row counts; the lazy frames are of files of which a later ingest lists some
    posts again, without these.

    Raises
    ------
    SourceError, UnusableDataError
        As :func:`read_store`.
    """
    return _read(Path(folder))


def _damaged(folder: Path, error: Exception) -> SourceError:
    return SourceError(f"a file of the store {folder} cannot be read ({error}); restore the store.")


def _read(folder: Path) -> tuple[Tables, list[Path], list[pl.LazyFrame]]:
    book = open_book(folder)
    if not any(entry.parts for entry in book.entries):
        raise UnusableDataError(f"the store {folder} is empty. Add files with `creator-roi ingest PATH --store`.")
    try:
        frames, replaced = _frames(folder, book)
        whole, parts, again = _posts(folder, book)
        notes = [_notes(folder, entry) for entry in book.entries]
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, error) from error
    replaced = sorted([*replaced, *again], key=lambda pair: list(TABLES).index(pair[0]))
    rejected = pl.concat([rows for rows, _ in notes] + [_set_aside(table, rows) for table, rows in replaced])
    counted = dict.fromkeys(TABLES, 0)
    for table, rows in replaced:
        counted[table] += rows.height
    audit = _audit([audit for _, audit in notes], counted)
    return Tables(frames.get("creators"), None, frames.get("placements"), rejected, audit), whole, parts


def _frames(folder: Path, book: Book) -> tuple[dict[str, pl.DataFrame], list[tuple[str, pl.DataFrame]]]:
    """Return creators and placements, and the rows of each that a later ingest replaces."""
    frames: dict[str, pl.DataFrame] = {}
    replaced: list[tuple[str, pl.DataFrame]] = []
    for table in ("creators", "placements"):
        pieces: list[pl.DataFrame] = []
        for parts in _partitions(book, table):
            listed = [pl.read_parquet(folder / part.file) for part in parts]
            for rows, again in zip(listed, _listed_again(table, listed), strict=True):
                pieces.append(rows.filter(~again))
                if again.any():
                    replaced.append((table, rows.filter(again)))
        if pieces:
            whole = pl.concat(pieces, how="diagonal_relaxed", rechunk=False)
            frames[table] = whole.select([name for name in TABLES[table].names if name in whole.columns])
    return frames, replaced


def _posts(folder: Path, book: Book) -> tuple[list[Path], list[pl.LazyFrame], list[tuple[str, pl.DataFrame]]]:
    """Return the files of posts that all stand, what stands of the others, and the rows that a later ingest replaces.

    Of a partition that several ingests wrote, the ids are read; all of it only where a post has none. Between
    partitions only posts near their edge are compared.
    """
    whole: list[Path] = []
    standing: list[pl.LazyFrame] = []
    replaced: list[tuple[str, pl.DataFrame]] = []
    every = [(entry.number, part) for entry in book.entries for part in entry.parts if part.table == "posts"]
    elsewhere = listed_elsewhere(folder, every)
    for parts in _partitions(book, "posts"):
        files = [folder / part.file for part in parts]
        here = _listed_again("posts", _telling(files)) if len(files) > 1 else []
        for number, (part, file) in enumerate(zip(parts, files, strict=True)):
            rows_gone = [series.arg_true() for series in here[number : number + 1]]
            rows_gone += [elsewhere[part.file]] if part.file in elsewhere else []
            gone = pl.concat([series.cast(pl.UInt32).alias("_row") for series in rows_gone]) if rows_gone else None
            if gone is None or not gone.len():
                whole.append(file)
                continue
            rows, lost = pl.scan_parquet(file, glob=False).with_row_index("_row"), gone.to_frame().lazy()
            kept = rows.join(lost, on="_row", how="anti", maintain_order="left").drop("_row")
            standing.append(kept)
            again = rows.join(lost, on="_row", how="semi", maintain_order="left").drop("_row")
            replaced.append(("posts", again.collect()))
    return whole, standing, replaced


def _telling(files: list[Path]) -> list[pl.DataFrame]:
    """Return what tells the posts of these files apart: their ids, or every cell where one has none."""
    key = _KEYS["posts"][0][0]
    if all(key in pl.read_parquet_schema(file) for file in files):
        ids = [pl.read_parquet(file, columns=[key]) for file in files]
        if not any(frame[key].null_count() for frame in ids):
            return ids
    return [pl.read_parquet(file) for file in files]


def _partitions(book: Book, table: str) -> Iterator[list[Part]]:
    """Yield the parts of each partition, oldest ingest first."""
    found: dict[tuple[str, str], list[Part]] = {}
    for entry in book.entries:
        for part in entry.parts:
            if part.table == table:
                found.setdefault((part.platform, part.month), []).append(part)
    for key in sorted(found):
        yield found[key]


def _listed_again(table: str, frames: list[pl.DataFrame]) -> list[pl.Series]:
    """Return, for the rows of each ingest, whether a later one lists them again."""
    found = []
    for position, rows in enumerate(frames):
        again = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
        for later in frames[position + 1 :]:
            again = again | _listed(table, rows, later)
        found.append(again)
    return found


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
