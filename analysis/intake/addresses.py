"""Where a database is, and what is asked of it.

An address is what SQLAlchemy takes, and after two colons a table or one SELECT: ``sqlite:///shop.db::orders``,
``postgresql://host/base::SELECT * FROM payouts``. Only SELECT is taken, and a missing file is refused rather than
created.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import SourceError

if TYPE_CHECKING:
    from sqlalchemy import URL

__all__ = ["is_database", "is_query", "label_of", "located", "split_address"]

_ADDRESS = re.compile(
    r"^(?P<url>[a-z][a-z0-9]*(?:\+[a-z0-9_]+)?://(?:\[[^\]]*\]|:(?!:)|[^:\[\]])*)(?:::(?P<what>.*))?$", re.S | re.I
)
#: What is no SELECT and no name of a table, which may have blanks: ``Monthly report``.
_STATEMENT = re.compile(
    r"(?is)\s*(?:alter|analyze|attach|begin|call|checkpoint|comment|commit|copy|create|delete|detach|do|drop|exec|execute|"
    r"explain|export|grant|import|insert|install|load|lock|merge|pragma|reindex|rename|replace|reset|revoke|rollback|"
    r"set|truncate|update|use|vacuum)\s+\S"
)
_DUCKDB_MARK = b"DUCK"
_SQLITE_MARK = b"SQLite format 3\x00"


def split_address(text: str) -> tuple[str, str] | None:
    """Return (address, table or query) of a database address or ``file.db::table``; None for a plain path.

    Examples
    --------
    >>> split_address("sqlite:///shop.db::SELECT a::int FROM t")
    ('sqlite:///shop.db', 'SELECT a::int FROM t')
    >>> split_address("data/influencers.csv") is None
    True
    """
    match = _ADDRESS.match(text.strip())
    if match and "://" in text:
        return match["url"], (match["what"] or "").strip()
    path, mark, what = text.partition("::")
    if mark and Path(path).is_file():
        return path, what.strip()
    return None


def is_database(head: bytes) -> bool:
    """Return whether a file's first bytes are those of SQLite or DuckDB."""
    return head.startswith(_SQLITE_MARK) or head[8:12] == _DUCKDB_MARK


def located(address: str, what: str, label: str) -> "str | URL | Path":
    """Return what to open: an address for SQLAlchemy, or the path of a DuckDB file; only one SELECT may be asked of it.

    Raises
    ------
    SourceError
        If the file does not exist or is no database, or the query is no SELECT.
    """
    if _STATEMENT.match(what):
        raise SourceError(f"{label}: only SELECT is read, not {what.split()[0].upper()}.")
    if re.search(r";\s*\S", what):
        raise SourceError(f"{label}: one statement at a time; remove what follows the semicolon.")
    file = _file_of(address)
    if file is None:
        return address
    if not file.is_file():
        raise SourceError(f"{label}: no such database file.")
    with file.open("rb") as handle:
        head = handle.read(16)
    if head[8:12] == _DUCKDB_MARK:
        return file
    if not head.startswith(_SQLITE_MARK):
        raise SourceError(f"{label} is neither a SQLite nor a DuckDB file.")
    return _sqlite_url(file)


def label_of(address: str) -> str:
    """Return the database's own name: no host, no user, no path."""
    tail = re.sub(r"[?#].*$", "", address).rstrip("/")
    return re.split(r"[/\\@]", tail)[-1] or "database"


def _file_of(address: str) -> Path | None:
    """Return the file an address points to, for databases that are files."""
    match = re.match(r"(?:sqlite|duckdb)(?:\+\w+)?:///?(?P<path>[^?]*)", address, re.I)
    if match:
        if match["path"] in {"", ":memory:"}:
            raise SourceError("a database in memory holds no table yet; name its file.")
        return Path(match["path"])
    return None if "://" in address else Path(address)


def _sqlite_url(file: Path) -> "URL":
    from sqlalchemy import URL

    return URL.create("sqlite", database=f"file:{file.resolve().as_posix()}", query={"mode": "ro", "uri": "true"})


def is_query(what: str) -> bool:
    """Return whether a SELECT is asked, and not a table."""
    return bool(re.match(r"\s*(?:select|with|values)\b", what, re.I))
