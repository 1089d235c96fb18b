"""New exports go into a store: each file once, all of a call or nothing of it.

A file is known by its bytes: ingested a second time (under any name, with the same map) it changes nothing. A call
that names a folder takes the files that are new. Rows go to one Parquet file per table, platform and month. Creators
whose removal was asked for are left out, and counted.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from analysis.digest import of_file
from analysis.errors import SourceError
from analysis.hostile import plain, safe_filename
from analysis.intake.maps import Given
from analysis.intake.store.book import NOTES, SCRATCH, Book, Entry, Input, Part, opened, save, write_part
from analysis.intake.store.removed import GONE, known_by, names_in, without_forgotten
from analysis.intake.tables import Tables
from analysis.publish import write_whole

__all__ = ["Ingested", "ingest"]

#: The time of a table's rows, by which they are laid out in months.
_MOMENT = {"posts": "published_at", "placements": "date"}

#: How a platform or month that the rows do not give is written in a folder's name.
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ingested:
    """What an ingest did: rows added by table, the files that were known already, and the rows left out."""

    added: dict[str, int]
    files: int
    known: tuple[str, ...]
    rejected: int
    removed: int

    def sentence(self) -> str:
        """Return what was done, for a person."""
        if not self.files:
            return f"Nothing new: {_files(len(self.known))} already in the store."
        rows = ", ".join(f"{count:,} {table}" for table, count in self.added.items()) or "no row"
        parts = [f"{rows} added from {_files(self.files)}; {self.rejected:,} rows set aside."]
        if self.known:
            parts.append(f"{_files(len(self.known))} already in the store.")
        if self.removed:
            parts.append(f"{self.removed:,} rows of removed creators left out.")
        return " ".join(parts)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def ingest(
    paths: Sequence[str | Path],
    store: str | Path,
    *,
    mapping: Given | str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Ingested:
    """Add files to a store; made where there is none.

    Parameters
    ----------
    paths : sequence of path or address
        As :func:`analysis.intake.read` takes them.
    store : path
        The store's folder.
    mapping : mapping or path, optional
        What a person says of columns, as :func:`analysis.intake.read` takes it.
    progress : callable, optional
        Called with the name of each file before it is read.

    Returns
    -------
    Ingested
        The rows added; when the files or the same rows are there already, none, and the store is as it was.

    Raises
    ------
    SourceError, UnusableDataError
        If the files cannot be read or used; the store is as it was.
    OutputError
        If the store is being written by another run or cannot be written.
    """
    from analysis.intake.maps import load_map
    from analysis.intake.read import read

    folder = Path(store).absolute()
    said = sorted((header, told.plain()) for header, told in load_map(mapping).items())
    decided = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    with opened(folder, make=True) as book:
        known = book.known(decided)
        inputs, fresh, old = _inputs(paths, known)
        if not fresh:
            return Ingested({}, 0, old, 0, 0)
        with _only(fresh, anything_known=bool(old), inside=folder) as wanted:
            tables = read(wanted, mapping=mapping, progress=progress)
        tables, removed = without_forgotten(tables, book)
        marked = known_by(book)
        inputs = tuple(replace(i, name=GONE) if any(map(marked, names_in(i.name))) else i for i in inputs)
        entry = _written(folder, book, tables, inputs, decided)
        if any(entry.content == earlier.content and entry.mapping == earlier.mapping for earlier in book.entries):
            old += tuple(item.name for item in inputs)
            earlier = next(e for e in book.entries if entry.content == e.content and entry.mapping == e.mapping)
            book = _also_known(book, earlier, inputs)  # the same rows in other bytes: remember the bytes
            save(folder, book)
            return Ingested({}, 0, old, 0, removed)
        save(folder, replace(book, entries=(*book.entries, entry)))
    added = {name: frame.height for name, frame in tables.present().items()}
    return Ingested(added, max(len(inputs), 1), old, int(tables.audit["rows_rejected"]), removed)


def _also_known(book: Book, earlier: Entry, inputs: Sequence[Input]) -> Book:
    grown = replace(earlier, inputs=(*earlier.inputs, *inputs))
    return replace(book, entries=tuple(grown if entry is earlier else entry for entry in book.entries))


# what is new -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fresh:
    """A file or address to read: where it is, and its place in the folder that was given."""

    path: str | Path
    root: Path | None = None


def _inputs(paths: Sequence[str | Path], known: set[str]) -> tuple[tuple[Input, ...], list[_Fresh], tuple[str, ...]]:
    """Return the new files as inputs and as things to read, and the names of those known already."""
    inputs: list[Input] = []
    fresh: list[_Fresh] = []
    old: list[str] = []
    met = set(known)
    for given in paths:
        path = Path(given)
        files: list[tuple[Path, Path | None]]
        if path.is_dir():
            files = [(part, path) for part in sorted(path.rglob("*")) if part.is_file() and not _hidden(part, path)]
        elif path.is_file():
            files = [(path, None)]
        elif "://" in str(given) or "::" in str(
            given
        ):  # a database may have changed: it is read, and its rows compared
            fresh.append(_Fresh(given))
            continue
        else:
            raise SourceError(f"{given}: no such file or folder.")
        for file, root in files:
            name = file.relative_to(root).as_posix() if root else file.name
            digest = of_file(file)
            if digest in met:
                old.append(plain(name))
                continue
            met.add(digest)
            inputs.append(Input(plain(name), digest))
            fresh.append(_Fresh(file, root))
    return tuple(inputs), fresh, tuple(old)


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


class _only:  # noqa: N801 - reads as a with statement
    """Give the intake the new files alone, a folder's still in their folder, so that they are read as ever."""

    def __init__(self, fresh: Sequence[_Fresh], *, anything_known: bool, inside: Path) -> None:
        self.fresh, self.partly, self.inside = fresh, anything_known, inside
        self.scratch: str | None = None

    def __enter__(self) -> list[str | Path]:
        roots = list(dict.fromkeys(item.root for item in self.fresh if item.root))
        single = [item.path for item in self.fresh if item.root is None]
        if not self.partly:
            return [*roots, *single]
        if roots:
            self.scratch = tempfile.mkdtemp(prefix=SCRATCH, dir=self.inside)  # there is a book, so there is a folder
        folders = [Path(str(self.scratch)) / f"{number}" / root.absolute().name for number, root in enumerate(roots)]
        for item in self.fresh:
            if item.root:
                place = folders[roots.index(item.root)] / Path(item.path).relative_to(item.root)
                place.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.link(item.path, place)
                except OSError:
                    shutil.copy2(item.path, place)
        return [*folders, *single]

    def __exit__(self, *_: object) -> None:
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)


# what is written ---------------------------------------------------------------------------------------------------


def _written(folder: Path, book: Book, tables: Tables, inputs: Sequence[Input], mapping: str) -> Entry:
    """Write the parts of an ingest and its notes; return its entry, which the book does not hold yet."""
    number = max((entry.number for entry in book.entries), default=0) + 1
    parts: list[Part] = []
    content = hashlib.sha256()
    for table, frame in tables.present().items():
        for platform, month, rows in _partitions(table, frame):
            place = f"platform={safe_filename(platform or _UNKNOWN)}/month={month or _UNKNOWN}"
            file = f"{table}/{place}/{number:06}.parquet"
            write_part(folder, file, rows)
            content.update(f"{table}\x1f{platform}\x1f{month}\x1f{of_file(folder / file)}".encode())
            parts.append(Part(table, platform, month, rows.height, file))
    notes = f"{NOTES}/{number:06}"
    write_part(folder, f"{notes}/rejected.parquet", tables.rejected)
    audit = json.dumps(tables.audit, ensure_ascii=False, indent=1, default=str)
    write_whole(folder / notes / "audit.json", audit + "\n")
    return Entry(number, tuple(inputs), mapping, content.hexdigest(), tuple(parts), notes)


def _partitions(table: str, frame: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield (platform, month, rows) in a stable order; the rows keep theirs."""
    moment = _MOMENT.get(table, "")
    month = pl.col(moment).dt.strftime("%Y-%m") if moment in frame.columns else pl.lit(None, pl.String)
    platform = pl.col("platform") if "platform" in frame.columns else pl.lit(None, pl.String)
    split = frame.with_columns(platform.fill_null("").alias("_p"), month.fill_null("").alias("_m"))
    groups = split.partition_by("_p", "_m", maintain_order=True, as_dict=True)
    for (name, when), rows in sorted(groups.items(), key=lambda pair: tuple(map(str, pair[0]))):
        yield str(name), str(when), rows.drop("_p", "_m")
