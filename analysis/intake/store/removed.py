"""Who was removed on request stays removed: rows of theirs in later files are left out before anything is kept.

The store remembers a salted mark of each identifier, not the identifier. A mark without a platform holds on every
platform.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from analysis.intake.clean import REJECTED
from analysis.intake.store.book import Book
from analysis.intake.tables import Tables

__all__ = ["IDENTIFIERS", "REASON", "blank_rows", "cells_of", "normal", "without_cells", "without_forgotten"]

#: Columns that name whose a row is.
IDENTIFIERS = ("creator_id", "handle", "name")

REASON = "the creator asked to be removed"


def normal(text: str) -> str:
    """Return an identifier without case and without @.

    Examples
    --------
    >>> normal("@Ana ")
    'ana'
    """
    return text.strip().casefold().removeprefix("@")


def cells_of(raw: str | None) -> set[str]:
    """Return the texts of a rejected row's cells as identifiers are compared.

    Examples
    --------
    >>> sorted(cells_of('["@Ana", "12", null]'))
    ['12', 'ana']
    """
    try:
        cells = json.loads(raw or "[]")
    except ValueError:
        return {normal(raw or "")}
    values = cells.values() if isinstance(cells, dict) else cells if isinstance(cells, list) else [cells]
    return {normal(cell) for cell in values if isinstance(cell, str) and cell.strip()}


def without_forgotten(tables: Tables, book: Book) -> tuple[Tables, int]:
    """Return the tables without rows of removed creators, and how many rows that left out.

    They are counted and listed among the rejected, each without its cells: rows still add up, and nothing is told.
    """
    if not book.forgotten:
        return tables, 0
    kept = {name: frame.filter(~_marked(frame, book)) for name, frame in tables.present().items()}
    left_out = {name: frame.height - kept[name].height for name, frame in tables.present().items()}
    total = sum(left_out.values())
    if not total:
        return tables, 0
    audit = dict(tables.audit)
    audit["rows_kept"] -= total
    audit["rows_rejected"] += total
    audit["rules"] = [*audit["rules"], f"{total:,} rows are listed nowhere: {REASON}"]
    rejected = pl.concat([_unmentioned(tables.rejected, book), blank_rows(left_out)])
    return replace(tables, **kept, rejected=rejected, audit=audit), total


def blank_rows(counts: Mapping[str, int]) -> pl.DataFrame:
    """Return that many rejected rows of each table without their cells."""
    parts = [table for table, count in counts.items() for _ in range(count)]
    nothing = [None] * len(parts)
    return pl.DataFrame(
        {
            "file": ["store"] * len(parts),
            "part": parts,
            "line": nothing,
            "reason": [REASON] * len(parts),
            "raw": ["[]"] * len(parts),
        },
        schema=REJECTED,
    )


def without_cells(rejected: pl.DataFrame, which: pl.Series) -> pl.DataFrame:
    """Return the rejected rows, those that ``which`` names without their cells."""
    return rejected.with_columns(pl.when(which).then(pl.lit("[]")).otherwise(pl.col("raw")).alias("raw"))


def _marked(frame: pl.DataFrame, book: Book) -> pl.Series:
    """Return which rows belong to somebody removed."""
    marks = set(book.forgotten)
    found = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for column in IDENTIFIERS:
        if column not in frame.columns:
            continue
        keys = [column] if "platform" not in frame.columns else ["platform", column]
        distinct = frame.select(keys).unique().drop_nulls(column)
        hit = [
            any(book.mark(platform, normal(row[-1])) in marks for platform in {None, row[0] if len(row) > 1 else None})
            for row in distinct.rows()
        ]
        whose = distinct.filter(pl.Series(hit, dtype=pl.Boolean)) if hit else distinct.clear()
        if whose.height:
            rows = frame.select(keys).with_row_index("_row").join(whose, on=keys, how="semi", nulls_equal=True)
            found = found.scatter(rows["_row"], True)
    return found


def _unmentioned(rejected: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Return the rejected rows, those that hold a removed identifier in any cell without their cells."""
    marks = set(book.forgotten)
    platforms = [None, *sorted({part.platform for entry in book.entries for part in entry.parts if part.platform})]

    def mentions(raw: str | None) -> bool:
        return any(book.mark(platform, cell) in marks for cell in cells_of(raw) for platform in platforms)

    return without_cells(rejected, pl.Series([mentions(raw) for raw in rejected["raw"]], dtype=pl.Boolean))
