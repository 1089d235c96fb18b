"""Canonical tables opened where they lie: accounts and deliverables in memory, posts left on disk for an engine.

There are a hundred posts to an account, so posts alone outgrow a machine. What was cleaned before (a cleaned folder, a
store, canonical Parquet that a warehouse wrote) needs no second look at its cells: its posts can be summed by an
engine that never holds them. polars streams them and is the engine where none is named; duckdb and Spark are imported
only when asked for, and Spark runs where its master is: ``spark://host:7077``, ``local[*]``, or ``spark`` for what the
session at hand says.
"""

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import ParameterError, SourceError, nearest
from analysis.intake.read import read, read_back, write_tables
from analysis.intake.rejections import REJECTED
from analysis.intake.store import is_store, open_store
from analysis.intake.tables import Tables
from analysis.schema import TABLES

__all__ = ["ENGINES", "Canonical", "bring", "check_engine", "open_canonical", "open_or_read", "small"]

#: What may sum posts; a Spark master names Spark too.
ENGINES = ("auto", "polars", "duckdb", "spark")

_MASTERS = ("spark://", "local", "yarn", "k8s://", "mesos://")


@dataclass(frozen=True)
class Canonical:
    """Cleaned data whose posts stay where they are: each lies in one of the files, in one of the parts, or is held.

    Attributes
    ----------
    tables : Tables
        Creators, placements, rejected rows and audit; no posts.
    files : tuple of Path
        Parquet files of posts, all rows of which count.
    parts : tuple of polars.LazyFrame
        Posts of files in which a later file replaces some.
    held : polars.DataFrame or None
        Posts that are in memory, because they were read from something else.
    relation, base
        Posts of a DuckDB file as a relation of that connection, which alone sums them; or, beside files, the scratch
        folder that lives as long as this.
    """

    tables: Tables
    files: tuple[Path, ...] = ()
    parts: tuple[pl.LazyFrame, ...] = ()
    held: pl.DataFrame | None = None
    relation: Any = None
    base: Any = None

    @classmethod
    def of(cls, tables: Tables) -> "Canonical":
        """Return tables that were read as such data; their posts are held."""
        return cls(replace(tables, posts=None), held=tables.posts)

    @property
    def has_posts(self) -> bool:
        """Whether there is a table of posts."""
        return bool(self.files or self.parts) or self.held is not None or self.relation is not None

    def scans(self, engine: str = "auto") -> list[Any]:
        """Return the posts as lazy frames of an engine: each post is in one of them, and none is read yet.

        Raises
        ------
        ParameterError
            If the engine is unknown or cannot start here.
        """
        whole = [_scan(self.files, check_engine(engine))] if self.files else []
        if self.relation is not None:
            whole = [self.relation if check_engine(engine) == "duckdb" else self.relation.pl(lazy=True)]
        return [*whole, *self.parts, *([] if self.held is None else [self.held.lazy()])]

    @property
    def posts(self) -> pl.LazyFrame | None:
        """All posts as one lazy polars frame of canonical columns in their order, or None; what it needs is read."""
        scans = self.scans()
        if not scans:
            return None
        whole: pl.LazyFrame = scans[0] if len(scans) == 1 else pl.concat(scans, how="diagonal_relaxed")
        with _sound():
            present = whole.collect_schema().names()
        return whole.select([name for name in TABLES["posts"].names if name in present])

    def known(self, column: str) -> int:
        """Return in how many posts a column is known; with an empty name, how many posts there are."""
        posts = self.posts
        if posts is None or (column and column not in posts.collect_schema()):
            return 0
        with _sound():
            return int(posts.select(pl.col(column).count() if column else pl.len()).collect(engine="streaming").item())

    def span(self, column: str) -> tuple[Any, ...]:
        """Return the least and the greatest value of a column of posts; nothing where there is none."""
        posts = self.posts
        if posts is None or column not in posts.collect_schema():
            return ()
        ends = posts.select(pl.col(column).min().alias("first"), pl.col(column).max().alias("last"))
        with _sound():
            return ends.collect(engine="streaming").row(0)

    def load(self) -> pl.DataFrame | None:
        """Read all posts into memory."""
        posts = self.posts
        with _sound():
            return self.held if self.held is not None or posts is None else posts.collect()

    def write(self, out: Path) -> "Canonical":
        """Write everything as :func:`analysis.intake.write` does, posts piece by piece, and return what lies there.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        SourceError
            If a file of posts is damaged.
        """
        from analysis.publish import staging_folder

        with staging_folder(Path(out)) as folder:
            write_tables(replace(self.tables, posts=self.held), folder)
            posts = self.posts
            if self.held is None and posts is not None:
                with _sound():
                    self._copy(posts, folder / "posts.parquet")
        file = Path(out) / "posts.parquet"
        return Canonical(replace(self.tables, posts=None), (file,) if self.has_posts else ())

    def _copy(self, posts: pl.LazyFrame, to: Path) -> None:
        columns = posts.collect_schema().names()
        if len(self.files) == 1 and not self.parts and pl.read_parquet_schema(self.files[0]).keys() == set(columns):
            posts.select(pl.len()).collect()  # a damaged file is refused, not copied
            shutil.copyfile(self.files[0], to)
        else:
            posts.sink_parquet(to, compression_level=1, maintain_order=True)


@contextmanager
def _sound() -> Iterator[None]:
    """Say of a damaged file of posts what it is: nothing was read of it before somebody asks."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
            raise
        raise SourceError(
            f"posts look like cleaned tables and cannot be read ({error}); clean the data again."
        ) from error


#: What a disk refuses to whoever writes; a damaged file has other errors.
_OF_THE_DISK = {errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT}


def open_or_read(path: str | Path) -> Canonical:
    """Open a cleaned folder or a store where it lies, and read anything else.

    Raises
    ------
    SourceError, UnusableDataError
        As :func:`analysis.intake.read`.
    """
    opened = open_canonical(path)
    return Canonical.of(read(path)) if opened is None else opened


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
        return Canonical(read_back(folder, leave="posts"), (file,) if file.is_file() else ())
    if is_store(folder):
        tables, files, parts = open_store(folder)
        return Canonical(tables, tuple(files), tuple(parts))
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
    return Canonical(tables, posts)


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


def bring(frame: pl.DataFrame, engine: str, base: Any = None) -> Any:
    """Return a small polars frame as a lazy frame of an engine; ``base`` is a connection of DuckDB, if not its own."""
    engine = check_engine(engine)
    if engine == "polars":
        return frame.lazy()
    if engine == "duckdb":
        import duckdb

        return (duckdb if base is None else base).from_arrow(frame.to_arrow())
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
