"""Canonical tables opened where they lie: accounts and deliverables in memory, posts left on disk for an engine.

There are a hundred posts to an account, so posts alone outgrow a machine. What was cleaned before (a cleaned folder, a
store, canonical Parquet that a warehouse wrote) needs no second look at its cells: its posts can be summed by an
engine that never holds them. polars streams them and is the engine where none is named; duckdb and Spark are imported
only when asked for, and Spark runs where its master is: ``spark://host:7077``, ``local[*]``, or ``spark`` for what the
session at hand says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import ParameterError, SourceError, nearest
from analysis.intake.read import read_back
from analysis.intake.rejections import REJECTED
from analysis.intake.store import is_store, open_store, read_store
from analysis.intake.tables import Tables
from analysis.schema import TABLES

__all__ = ["ENGINES", "Canonical", "bring", "check_engine", "open_canonical", "small"]

#: What may sum posts; a Spark master names Spark too.
ENGINES = ("auto", "polars", "duckdb", "spark")

_MASTERS = ("spark://", "local", "yarn", "k8s://", "mesos://")


@dataclass(frozen=True)
class Canonical:
    """Cleaned data whose posts stay where they are.

    Attributes
    ----------
    tables : Tables
        Creators, placements, rejected rows and audit; no posts.
    files : tuple of Path
        Parquet files of posts, each post in one of them.
    settled : polars.DataFrame or None
        Posts that had to be read to settle which of several listings stands.
    load : callable
        Reads all posts into memory.
    """

    tables: Tables
    files: tuple[Path, ...]
    settled: pl.DataFrame | None
    load: Callable[[], pl.DataFrame | None]

    @property
    def has_posts(self) -> bool:
        """Whether there is a table of posts."""
        return bool(self.files) or self.settled is not None

    def scans(self, engine: str = "auto") -> list[Any]:
        """Return the posts as lazy frames of an engine: each post is in one of them, and none is read yet.

        Raises
        ------
        ParameterError
            If the engine is unknown or cannot start here.
        """
        parts = [_scan(self.files, check_engine(engine))] if self.files else []
        return parts if self.settled is None else [*parts, self.settled.lazy()]


def open_canonical(path: str | Path, *, plain: bool = False) -> Canonical | None:
    """Open a cleaned folder or a store without reading its posts; None where the path is neither.

    Parameters
    ----------
    path : path
        A folder with an audit, or a store.
    plain : bool
        Also a Parquet file, or a folder of them, that holds canonical columns; its rows are taken as they are.
        ``creators.parquet`` and ``placements.parquet`` in the folder are those tables, all other files are posts.

    Raises
    ------
    SourceError, UnusableDataError
        If it is damaged or empty.
    """
    folder = Path(path)
    if (folder / "audit.json").is_file():
        file = folder / "posts.parquet"
        files = (file,) if file.is_file() else ()
        return Canonical(read_back(folder, leave="posts"), files, None, lambda: _whole(files))
    if is_store(folder):
        tables, left = open_store(folder)
        kept = Tables(tables.creators, None, tables.placements, tables.rejected, tables.audit)
        return Canonical(kept, tuple(left), tables.posts, lambda: read_store(folder).posts)
    return _plain(folder) if plain else None


def _plain(path: Path) -> Canonical | None:
    files = (
        sorted(path.rglob("*.parquet")) if path.is_dir() else [path] * (path.suffix == ".parquet" and path.is_file())
    )
    named = {file.stem: file for file in files if file.parent == path and file.stem in ("creators", "placements")}
    posts = tuple(file for file in files if file not in named.values())
    if not files:
        return None
    try:
        small_tables = {name: pl.read_parquet(file) for name, file in named.items()}
        rows = {file: pl.scan_parquet(file).select(pl.len()).collect().item() for file in files}
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{path} cannot be read as Parquet ({error}).") from error
    total = sum(rows.values())
    audit = {
        "grain": None,
        "rows_read": total,
        "rows_kept": total,
        "rows_rejected": 0,
        "duplicates_removed": 0,
        "files": [{"file": file.name, "rows_read": count, "rows_kept": count} for file, count in rows.items()],
        "rules": ["Canonical Parquet was taken as it is: no cell was cleaned and no repeated row was looked for."],
        "warnings": [],
    }
    tables = Tables(
        small_tables.get("creators"), None, small_tables.get("placements"), pl.DataFrame(schema=REJECTED), audit
    )
    return Canonical(tables, posts, None, lambda: _whole(posts))


def _whole(files: Sequence[Path]) -> pl.DataFrame | None:
    if not files:
        return None
    posts: pl.DataFrame = _scan(files, "polars").collect()
    return posts.select([name for name in TABLES["posts"].names if name in posts.columns])


# engines -----------------------------------------------------------------------------------------------------------


def check_engine(engine: str) -> str:
    """Return the engine that was asked for: polars for ``auto``; a Spark master stays as it is.

    Raises
    ------
    ParameterError
        If there is no such engine.

    Examples
    --------
    >>> check_engine("auto"), check_engine("local[*]")
    ('polars', 'local[*]')
    """
    if engine in ENGINES:
        return "polars" if engine == "auto" else engine
    if engine.startswith(_MASTERS):
        return engine
    raise ParameterError(
        f"there is no engine {engine!r}{nearest(engine, ENGINES)}; choose {', '.join(ENGINES)}, or a Spark master "
        "such as spark://host:7077 or local[*]."
    )


def _scan(files: Sequence[Path], engine: str) -> Any:
    names = [str(file) for file in files]
    if engine == "polars":
        scans = [pl.scan_parquet(name, glob=False) for name in names]
        return scans[0] if len(scans) == 1 else pl.concat(scans, how="diagonal_relaxed")
    if engine == "duckdb":
        import duckdb

        return duckdb.read_parquet(names, union_by_name=True)
    return _spark(engine).read.option("mergeSchema", len(names) > 1).parquet(*names)


def bring(frame: pl.DataFrame, engine: str) -> Any:
    """Return a small polars frame as a lazy frame of an engine."""
    engine = check_engine(engine)
    if engine == "polars":
        return frame.lazy()
    if engine == "duckdb":
        import duckdb

        return duckdb.from_arrow(frame.to_arrow())
    return _spark(engine).createDataFrame(frame.to_arrow())


def small(frame: Any) -> pl.DataFrame:
    """Return a result that is small enough for memory, from any engine, as a polars frame.

    Examples
    --------
    >>> small(pl.LazyFrame({"a": [1]})).shape
    (1, 1)
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect(engine="streaming")
    table = pl.from_arrow(frame.toArrow()) if hasattr(frame, "toArrow") else frame.pl()
    assert isinstance(table, pl.DataFrame)
    return table


def _spark(engine: str) -> Any:
    """Return the session at hand, or a new one at this master."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ParameterError(
            "Spark is not installed here: pip install 'creator-roi[spark]' (it needs Java 17)."
        ) from error
    builder = SparkSession.builder.appName("creator-roi").config("spark.sql.session.timeZone", "UTC")
    try:
        return (builder if engine == "spark" else builder.master(engine)).getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ParameterError(
            f"Spark cannot start at {engine!r} ({reason}); it needs Java 17 and its master."
        ) from error
