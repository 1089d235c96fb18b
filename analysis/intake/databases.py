"""Tables and queries of a database, read as text like any other file.

What is not named is read whole: every table, or every view where there are no tables, for a view repeats their rows
(see :mod:`analysis.intake.addresses`). DuckDB files are opened with DuckDB itself. Reading never writes: the connection
is read-only where the database can promise it. A database that does not answer is given up after a stated time, and no
message carries a password.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.errors import SourceError
from analysis.intake import patience
from analysis.intake.addresses import is_query, label_of, located
from analysis.intake.tables import Hold, RawTable, held, unique_names

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from analysis.intake.sources import Source

__all__ = [
    "connected",
    "database_source",
    "duckdb_base",
    "duckdb_errors",
    "duckdb_queries",
    "queries_of",
    "read_database",
]

#: Seconds to wait for a connection.
CONNECT_SECONDS = 10

#: Rows fetched at a time, and tables read of one database.
_BATCH = 50_000
MOST_TABLES = 200


def database_source(address: str, what: str, *, name: str = "") -> "Source":
    """Return a source that reads a database when asked."""
    from analysis.intake.sources import Source

    label = name or label_of(address)
    return Source(label, tables=lambda hold=held: read_database(address, what, name=label, hold=hold))


def read_database(address: str, what: str = "", *, name: str = "", hold: Hold = held) -> list[RawTable]:
    """Read tables of a database: an address → one raw table per table (or for the one query), cells as text.

    Parameters
    ----------
    address : str
        A SQLAlchemy address, or the path of a SQLite or DuckDB file.
    what : str
        A table's or view's name, a SELECT, or nothing for every table.

    Raises
    ------
    SourceError
        If the database does not answer, the driver is missing, the table does not exist, or the query is no SELECT.
    """
    label = name or label_of(address)
    place = located(address, what, label)
    if isinstance(place, Path):
        return _read_duckdb(place, what, label, hold)
    return _read_sqlalchemy(place, what, label, hold)


def _read_duckdb(file: Path, what: str, label: str, hold: Hold) -> list[RawTable]:
    base = duckdb_base(file, label)
    with base, patience.patient(base.interrupt, hold, label) as heard, duckdb_errors(label):
        tables = []
        for part, query in duckdb_queries(base, what, label).items():
            result = base.execute(f"SELECT {_as_text(base, query)} FROM ({query})")
            headers = [str(column[0]) for column in result.description or ()]
            tables.append(_gather(headers, result.fetchmany, label, part, heard))
        return tables


def _as_text(base: Any, query: str) -> str:
    """Return what selects every column as text, objects and lists as JSON."""
    described = base.execute(f"DESCRIBE {query}").fetchall()
    nested = [name for name, kind, *_ in described if re.search(r"^(?:STRUCT|MAP|UNION)|\[\d*\]$", kind)]
    if not nested or len({name for name, *_ in described}) < len(described):
        return "CAST(COLUMNS(*) AS VARCHAR)"
    names = ['"' + name.replace('"', '""') + '"' for name, *_ in described]
    return ", ".join(
        f"CAST({f'to_json({quoted})' if name in nested else quoted} AS VARCHAR) AS {quoted}"
        for quoted, (name, *_) in zip(names, described, strict=True)
    )


def duckdb_base(file: Path, label: str) -> Any:
    """Open a DuckDB file, read-only and without a way to other files."""
    import duckdb

    try:
        return duckdb.connect(str(file), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise SourceError(f"{label} cannot be opened: {_first_line(error)}.") from error


@contextmanager
def duckdb_errors(label: str) -> Iterator[None]:
    """Say what DuckDB refuses in a sentence."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise SourceError(f"{label}: {_first_line(error)}.") from error


def duckdb_queries(base: Any, what: str, label: str) -> dict[str, str]:
    """Return what :func:`queries_of` does, for a DuckDB file, as SQL."""
    if is_query(what):
        return {"": what.rstrip("; \n")}
    listed = "SELECT table_schema, table_name, table_type = 'VIEW' FROM information_schema.tables ORDER BY 1, 2"
    rows = base.execute(listed).fetchall()
    known = {f"{schema}.{table}" if schema != "main" else table: (schema, table) for schema, table, _ in rows}
    views = {part for part, (*_, view) in zip(known, rows, strict=True) if view}
    return {
        table: 'SELECT * FROM "{}"."{}"'.format(*(part.replace('"', '""') for part in known[table]))
        for table in _wanted(what, _unrepeated(what, list(known), views), label)
    }


def _read_sqlalchemy(address: "str | URL", what: str, label: str, hold: Hold) -> list[RawTable]:
    with connected(address, label) as connection, patience.patient(_interrupt(connection), hold, label) as heard:
        queries = queries_of(connection, what, label)
        return [_fetch(connection, query, label, part, heard) for part, query in queries.items()]


@contextmanager
def connected(address: "str | URL", label: str) -> "Iterator[Connection]":
    """Connect to a database that SQLAlchemy knows; what goes wrong there is said without its address.

    Raises
    ------
    SourceError
        If the database does not answer, its driver is missing, or a query fails.
    """
    import sqlalchemy as sa

    try:
        url = sa.make_url(address)
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=_arguments(url))
    except sa.exc.NoSuchModuleError as error:
        raise SourceError(f"{label}: {url.drivername} is not a database this installation knows.") from error
    except (sa.exc.ArgumentError, ValueError) as error:
        raise SourceError(f"{label}: not an address of a database ({_first_line(error)}).") from error
    except ModuleNotFoundError as error:
        hint = "pip install 'creator-roi[postgres]'" if "psycopg" in str(error.name) else f"install {error.name}"
        raise SourceError(f"{label}: the driver {error.name} is missing; {hint}.") from error
    try:
        with _connected(engine, label) as connection:
            yield connection
    except sa.exc.SQLAlchemyError as error:
        raise SourceError(f"{label}: {_first_line(getattr(error, 'orig', None) or error)}.") from error
    finally:
        engine.dispose()


def queries_of(connection: "Connection", what: str, label: str) -> dict[str, Any]:
    """Return what reads the query (under no name), the table that is named, or every table, by name."""
    import sqlalchemy as sa

    if is_query(what):
        return {"": sa.text(what.rstrip("; \n").replace(":", r"\:"))}
    inspector = sa.inspect(connection)
    every = sa.select(sa.text("*"))
    known: dict[str, Any] = {}
    views: set[str] = set()
    for schema in _schemas(inspector, what):
        shown = inspector.get_view_names(schema)
        if inspector.dialect.name == "postgresql":
            shown = [*shown, *inspector.get_materialized_view_names(schema)]
        for table in [*inspector.get_table_names(schema), *shown]:
            part = f"{schema}.{table}" if schema else table
            known[part] = every.select_from(sa.table(table, schema=schema))
            views |= {part} if table in shown else set()
    return {part: known[part] for part in _wanted(what, _unrepeated(what, list(known), views), label)}


def _unrepeated(what: str, known: list[str], views: set[str]) -> list[str]:
    """Return what may be read: all when something is named, else no view where there are tables.

    A view shows rows of tables again; read beside them, each of its rows would count twice.
    """
    tables = [part for part in known if part not in views]
    return tables if tables and not what else known


def _schemas(inspector: Any, what: str) -> list[str | None]:
    """Return where to look: the usual schema (None), the one that is named, or in PostgreSQL all but the server's."""
    if what:
        schema = what.rpartition(".")[0]
        return [None, *(name for name in [schema] if name and name in inspector.get_schema_names())]
    if inspector.dialect.name != "postgresql":
        return [None]
    usual = inspector.default_schema_name
    others = (name for name in inspector.get_schema_names() if name != usual)
    return [None, *(name for name in others if name != "information_schema" and not name.startswith("pg_"))]


def _arguments(url: "URL") -> dict[str, Any]:
    """Return what makes a driver give up in time and refuse to write."""
    if url.get_backend_name() == "sqlite":
        return {"timeout": CONNECT_SECONDS, "check_same_thread": False}
    if url.get_backend_name() == "postgresql":
        milliseconds = patience.QUERY_SECONDS * 1000
        return {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={milliseconds} -c default_transaction_read_only=on",
        }
    return {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() in {"mysql", "mariadb"} else {}


@contextmanager
def _connected(engine: Any, label: str) -> "Iterator[Connection]":
    """Connect in a thread that is given up when the database does not answer."""
    outcome: list[Any] = []

    def connect() -> None:
        try:
            outcome.append(engine.connect())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS + 5)
    if not outcome:
        raise SourceError(
            f"{label} does not answer within {CONNECT_SECONDS + 5} seconds; check the address and the network."
        )
    if isinstance(outcome[0], Exception):
        error = getattr(outcome[0], "orig", None) or outcome[0]
        raise SourceError(f"{label} cannot be reached: {_first_line(error)}.") from outcome[0]
    with outcome[0] as connection:
        yield connection


def _interrupt(connection: "Connection") -> Callable[[], None]:
    driver: Any = connection.connection.driver_connection
    stop = getattr(driver, "interrupt", None) or getattr(driver, "cancel", None)
    return stop if callable(stop) else lambda: None


def _wanted(what: str, known: list[str], label: str) -> list[str]:
    """Return the tables to read: the one named, or all."""
    from analysis.errors import nearest

    if what and what not in known:
        same = [table for table in known if table.casefold() == what.casefold()]
        if not same:
            raise SourceError(
                f"{label} has no table {what!r}{nearest(what, known)}; it has {', '.join(known[:10]) or 'none'}."
            )
        what = same[0]
    if not known:
        raise SourceError(f"{label} has no tables.")
    if not what and len(known) > MOST_TABLES:
        raise SourceError(f"{label} has {len(known):,} tables; name one: address::table.")
    return [what] if what else sorted(known)


def _fetch(connection: "Connection", statement: Any, label: str, part: str, hold: Hold) -> RawTable:
    result = connection.execution_options(stream_results=True).execute(statement)
    headers = [str(key) for key in result.keys()]  # noqa: SIM118 - a result, not a mapping
    return _gather(headers, result.fetchmany, label, part, hold)


def _gather(headers: list[str], fetch: Callable[[int], Sequence[Any]], label: str, part: str, hold: Hold) -> RawTable:
    """Read a result batch by batch into columns of text."""
    names = unique_names(headers)
    batches = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
    while rows := fetch(_BATCH):
        columns = [[_text(cell) for cell in column] for column in zip(*rows, strict=True)]
        batches.append(hold(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), orient="col")))
    frame = pl.concat(batches)
    lines = pl.int_range(1, frame.height + 1, eager=True).alias("line")
    return RawTable(label, part, frame, headers, lines, ["read from a database"])


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, (dict, list)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, (bytes, bytearray, memoryview)):
        return bytes(cell).decode("utf-8", errors="replace")
    return str(cell)


def _first_line(error: object) -> str:
    """Return the first line of a driver's message, without addresses and passwords."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    line = re.sub(r"\w+://\S+", "the address", line)
    return re.sub(r"(?i)(password|user)\s*[:=]?\s*\"?[^\s\"]+\"?", r"\1 …", line).rstrip(".")[:200]
