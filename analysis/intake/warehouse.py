"""Canonical posts in a database: summed there where its engine can, else read column by column in a stream.

A warehouse that keeps posts under canonical names needs no cell cleaned; named with an engine (``tiers
shop.duckdb::posts --engine duckdb``), its rows are taken as they are. In a DuckDB file the sums are a query of DuckDB
itself, and no post leaves it. Any other database, and any other engine, gets the canonical columns alone, some ten
thousand rows at a time, into a scratch file that the engine then reads: memory stays small, and the database does no
more than a SELECT. The address names a table or one SELECT of posts; without it, creators, posts and placements are
the tables of these names.
"""

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import ColumnError, SourceError, ValueRangeError
from analysis.intake import addresses, databases
from analysis.intake.canonical import Canonical, check_engine
from analysis.intake.rejections import REJECTED
from analysis.intake.tables import Tables
from analysis.schema import TABLES

__all__ = ["open_database"]

#: Rows fetched at a time.
_BATCH = 50_000

_NUMBERS = {"count", "average", "rate", "money"}


class _Scratch:
    """A folder that lives as long as this."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="creator-roi-posts-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@dataclass(frozen=True)
class _Rows:
    """The result of a query: its headers, what fetches its next rows, and what ends it."""

    headers: list[str]
    fetch: Callable[[int], Sequence[Any]]
    close: Callable[[], object]


def open_database(address: str | Path, engine: str) -> Canonical | None:
    """Open canonical tables of a database for an engine; None where the address is not one of a database.

    Parameters
    ----------
    address : str or path
        What :func:`analysis.intake.addresses.split_address` takes, or a SQLite or DuckDB file.
    engine : str
        ``duckdb`` sums the posts of a DuckDB file inside it.

    Raises
    ------
    SourceError
        If the database cannot be read, or holds no posts under canonical names.
    ColumnError, ValueRangeError
        If a table has no canonical column, or text for numbers.
    """
    split = addresses.split_address(str(address))
    path = Path(address)
    if split is None and path.is_file():
        with path.open("rb") as handle:
            split = (str(path), "") if addresses.is_database(handle.read(16)) else None
    if split is None:
        return None
    inside = check_engine(engine) == "duckdb"
    place, what = split
    label = addresses.label_of(place)
    where = addresses.located(place, what, label)
    if isinstance(where, Path):
        return _duckdb(where, what, label, inside=inside)
    with databases.connected(where, label) as connection:

        def rows(query: Any) -> _Rows:
            result = connection.execution_options(stream_results=True).execute(query)
            headers = [str(key) for key in result.keys()]  # noqa: SIM118 - a result, not a mapping
            return _Rows(headers, result.fetchmany, result.close)

        def narrowed(query: Any, names: list[str]) -> Any:
            import sqlalchemy as sa

            if isinstance(query, sa.TextClause):
                return query  # whoever wrote a SELECT says what is wanted
            return sa.select(*(sa.column(name) for name in names)).select_from(query.get_final_froms()[0])

        return _streamed(databases.queries_of(connection, what, label), rows, narrowed, label, named=bool(what))


def _duckdb(file: Path, what: str, label: str, *, inside: bool) -> Canonical:
    base = databases.duckdb_base(file, label)
    with databases.duckdb_errors(label):
        queries = databases.duckdb_queries(base, what, label)

        def rows(query: str) -> _Rows:
            result = base.cursor().execute(query)
            return _Rows([str(column[0]) for column in result.description or ()], result.fetchmany, result.close)

        def narrowed(query: str, names: list[str]) -> str:
            listed = ", ".join('"{}"'.format(name.replace('"', '""')) for name in names)
            return f"SELECT {listed} FROM ({query})"

        if not inside:
            with base:
                return _streamed(queries, rows, narrowed, label, named=bool(what))
        wanted = _wanted(queries, label, named=bool(what))
        posts = base.sql(wanted.pop("posts"))
        _canonical_of(posts.columns, "posts", label)
        small = {name: pl.concat(_pieces(rows(query), name, label)) for name, query in wanted.items()}
        total = base.cursor().execute(f"SELECT count(*) FROM ({posts.sql_query()})").fetchone()
        return Canonical(_tables(small, {"posts": int(total[0]) if total else 0}, label), relation=posts, base=base)


def _streamed(
    queries: dict[str, Any],
    rows: Callable[[Any], _Rows],
    narrowed: Callable[[Any, list[str]], Any],
    label: str,
    *,
    named: bool,
) -> Canonical:
    """Read the canonical columns of the tables: small ones into memory, posts into a scratch file."""
    wanted = _wanted(queries, label, named=named)
    scratch = _Scratch()
    files, counted = [], 0
    small: dict[str, pl.DataFrame] = {}
    for name, query in wanted.items():
        seen = rows(query)
        seen.close()  # before the next is asked: a server keeps a cursor for each
        pieces = _pieces(rows(narrowed(query, _canonical_of(seen.headers, name, label))), name, label)
        if name != "posts":
            small[name] = pl.concat(pieces)
            continue
        for number, piece in enumerate(pieces):
            files.append(scratch.folder / f"posts-{number:06}.parquet")
            piece.write_parquet(files[-1], compression="lz4")
            counted += piece.height
    return Canonical(_tables(small, {"posts": counted}, label), tuple(files), base=scratch)


def _wanted(queries: dict[str, Any], label: str, *, named: bool) -> dict[str, Any]:
    """Return what reads each canonical table, by its name."""
    if named:
        return {"posts": next(iter(queries.values()))}
    found = {name: query for name, query in queries.items() if name in TABLES}
    if "posts" not in found:
        raise SourceError(
            f"{label} has no table called posts; name the one that holds them: address::table, or address::SELECT ..."
        )
    return found


def _canonical_of(headers: Sequence[str], table: str, label: str) -> list[str]:
    """Return the canonical columns among those of a table."""
    names = [name for name in TABLES[table].names if name in headers]
    if not names:
        raise ColumnError(TABLES[table].names[:3], list(headers), f"{table} of {label}")
    return names


def _pieces(result: _Rows, table: str, label: str) -> Iterator[pl.DataFrame]:
    """Yield the rows of a result as canonical tables, some at a time; the first one even without a row."""
    headers = result.headers
    with contextlib.closing(result):
        while (rows := result.fetch(_BATCH)) or headers:
            cells: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(headers)
            named = zip(headers, cells, strict=True)
            yield pl.DataFrame([_column(table, name, values, label) for name, values in named if name in TABLES[table]])
            if not rows or len(rows) < _BATCH:
                return


def _column(table: str, name: str, values: Sequence[Any], label: str) -> pl.Series:
    """Return the cells of a canonical column by its kind."""
    kind = TABLES[table][name].kind
    if kind in _NUMBERS:
        try:
            return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)
        except (TypeError, ValueError) as error:
            raise ValueRangeError(
                f"{label}: {table}.{name} holds text, not numbers; leave --engine out, and its cells are cleaned."
            ) from error
    texts = pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)
    if kind == "flag":
        return texts.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    if kind == "time":
        return (
            texts.str.slice(0, 19).str.replace("T", " ").str.to_datetime(strict=False, time_unit="us", time_zone="UTC")
        )
    return texts


_FLAGS = {"true": True, "1": True, "1.0": True, "t": True, "false": False, "0": False, "0.0": False, "f": False}


def _tables(small: dict[str, pl.DataFrame], counted: dict[str, int], label: str) -> Tables:
    rows = {**{name: frame.height for name, frame in small.items()}, **counted}
    total = sum(rows.values())
    audit = {
        "grain": "posts" if not small else None,
        "rows_read": total,
        "rows_kept": total,
        "rows_rejected": 0,
        "duplicates_removed": 0,
        "files": [{"file": label, "part": name, "rows_read": n, "rows_kept": n} for name, n in rows.items()],
        "rules": ["Canonical tables of a database were taken as they are: no cell was cleaned."],
        "warnings": [],
    }
    return Tables(small.get("creators"), None, small.get("placements"), pl.DataFrame(schema=REJECTED), audit)
