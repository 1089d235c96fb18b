"""Who was removed on request stays removed: rows of theirs in later files are left out before anything is kept.

The store remembers a salted mark of each identifier, not the identifier. A mark without a platform holds on every
platform.
"""

import functools
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from analysis.intake.clean import REJECTED
from analysis.intake.store.book import Book
from analysis.intake.tables import Tables
from analysis.schema import COLUMNS, TABLES

__all__ = [
    "GONE",
    "IDENTIFIERS",
    "REASON",
    "WORDS",
    "blank_rows",
    "cells_of",
    "known_by",
    "names_in",
    "normal",
    "unsaid",
    "without_cells",
    "without_forgotten",
    "without_names",
]

#: Columns that name whose a row is.
IDENTIFIERS = ("creator_id", "handle", "name")

#: Words an audit needs; an account that is called so is still removed from every table.
WORDS = frozenset(COLUMNS) | frozenset(TABLES)

#: What stands where a text named them.
GONE = "(removed)"

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
    """Return the texts of a rejected row's cells, and the words of these, as identifiers are compared.

    Words, because an address or a caption names a person too.

    Examples
    --------
    >>> sorted(cells_of('["@Ana", "12", null, "see x.com/bo.b/ on 5"]'))
    ['12', 'ana', 'bo.b', 'see', 'see x.com/bo.b/ on 5', 'x.com']
    """
    try:
        cells = json.loads(raw or "[]")
    except ValueError:
        cells = [raw]
    values = cells.values() if isinstance(cells, dict) else cells if isinstance(cells, list) else [cells]
    texts = {normal(cell) for cell in values if isinstance(cell, str) and cell.strip()}
    return texts | {word for text in texts for word in words_of(text)}


def words_of(text: str) -> set[str]:
    """Return the words of a text that may be somebody's: three signs or more, one of them a letter.

    Examples
    --------
    >>> sorted(words_of("with @ana_b, 2024."))
    ['ana_b', 'with']
    """
    words = (word.strip(".-") for word in re.findall(r"[\w.-]+", text.casefold()))
    return {word for word in words if len(word) > 2 and any(sign.isalpha() for sign in word)}


def without_forgotten(tables: Tables, book: Book) -> tuple[Tables, int]:
    """Return the tables without rows of removed creators, and how many rows that left out.

    They are counted and listed among the rejected, each without its cells: rows still add up, and nothing is told.
    """
    if not book.forgotten:
        return tables, 0
    marked = known_by(book)
    kept = {name: frame.filter(~_marked(frame, book)) for name, frame in tables.present().items()}
    left_out = {name: frame.height - kept[name].height for name, frame in tables.present().items()}
    total = sum(left_out.values())
    audit = unsaid(tables.audit, lambda text: any(map(marked, {normal(text)} | words_of(text) | _called(text))))
    if total:
        audit["rows_kept"] -= total
        audit["rows_rejected"] += total
        audit["rules"] = [*audit["rules"], f"{total:,} rows are listed nowhere: {REASON}"]
    mentioned = pl.Series([any(map(marked, cells_of(raw))) for raw in tables.rejected["raw"]], dtype=pl.Boolean)
    called = [name for name in tables.rejected["file"].unique() if name and any(map(marked, names_in(name)))]
    rejected = pl.concat([without_names(without_cells(tables.rejected, mentioned), called), blank_rows(left_out)])
    return replace(tables, **kept, rejected=rejected, audit=audit), total


def known_by(book: Book) -> Callable[[str], bool]:
    """Return what says of an identifier, a word or a part of a file's name, whether it is of somebody removed."""
    marks = set(book.forgotten)
    platforms = [None, *sorted({part.platform for entry in book.entries for part in entry.parts if part.platform})]

    @functools.cache
    def marked(text: str) -> bool:
        return text not in WORDS and any(book.mark(platform, text) in marks for platform in platforms)

    return marked


def names_in(file: str) -> set[str]:
    """Return whom the name of a file may name: its words, and what underscores join of them.

    Examples
    --------
    >>> {"ana_b", "exports"} <= names_in("exports/posts_ana_b.csv")
    True
    """
    found: set[str] = set()
    for chunk in re.split(r"[^\w.]", file.casefold()):
        for text in {chunk, re.sub(r"\.\w+$", "", chunk)}:
            parts = text.split("_")
            found |= {"_".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    return found - {""} - WORDS


def _called(text: str) -> set[str]:
    """Return whom the names of files in a text may name."""
    return {name for word in re.findall(r"\S+\.\w{2,7}\b", text) for name in names_in(word)}


def unsaid(value: Any, named: Callable[[str], bool]) -> Any:
    """Return a part of an audit without the texts that name the person."""
    if isinstance(value, str):
        return GONE if named(value) else value
    if isinstance(value, list):
        return [unsaid(part, named) for part in value]
    if isinstance(value, dict):
        return {key: unsaid(part, named) for key, part in value.items()}
    return value


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


def without_names(rejected: pl.DataFrame, files: Collection[str]) -> pl.DataFrame:
    """Return the rejected rows, those of these files without the name of their file."""
    theirs = pl.col("file").is_in(list(files))
    return rejected.with_columns(pl.when(theirs).then(pl.lit(GONE)).otherwise(pl.col("file")).alias("file"))


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
