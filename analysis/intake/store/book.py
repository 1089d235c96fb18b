"""The book of a store: which files count, and since which ingest.

A store is a folder of Parquet files that nobody changes, and one small book, ``store.json``, that lists those which
count. Adding means: write new files beside the old, make them durable, then replace the book in one step. So a
killed run leaves the store exactly as it was: files the book does not name are nothing, and the next run sweeps them
away. One run writes at a time; a second is refused while the first lives.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import OutputError, SourceError
from analysis.publish import lock_folder, write_whole

__all__ = ["Book", "Entry", "Input", "Part", "is_store", "open_book", "opened", "save", "sweep", "write_part"]

BOOK = "store.json"

#: Version of the book's layout; a store of another version is refused, never half understood.
LAYOUT = 1

#: Folder of the rejected rows and audits, beside those of the three tables.
NOTES = "ingests"

#: How a folder begins in which an ingest keeps links to the files it reads, while it does.
SCRATCH = ".ingest-"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: rows of one table, platform and month (empty where the rows do not say)."""

    table: str
    platform: str
    month: str
    rows: int
    file: str


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was ingested: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One ingest: what came in, under which map, and the parts it became."""

    number: int
    inputs: tuple[Input, ...]
    mapping: str
    content: str
    parts: tuple[Part, ...]
    notes: str

    @property
    def rows(self) -> int:
        """Rows of its parts."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True)
class Book:
    """Everything the store holds, and the salted marks of creators who asked to be removed."""

    salt: str
    entries: tuple[Entry, ...] = ()
    forgotten: tuple[str, ...] = ()
    revision: int = 0
    layout: int = field(default=LAYOUT)

    def mark(self, platform: str | None, key: str) -> str:
        """Return the mark of an identifier: nobody can read from it who it was, everybody can recognise it."""
        text = f"{self.salt}\x1f{platform or ''}\x1f{key}"
        return hashlib.sha256(text.encode()).hexdigest()

    def known(self, mapping: str) -> set[str]:
        """Return the hashes of the files that were ingested under this map."""
        return {item.sha256 for entry in self.entries if entry.mapping == mapping for item in entry.inputs}


def is_store(folder: str | Path) -> bool:
    """Whether a folder is a store."""
    return (Path(folder) / BOOK).is_file()


def open_book(folder: Path) -> Book:
    """Read the book of a store.

    Raises
    ------
    SourceError
        If there is none, or it cannot be understood.
    """
    try:
        data = json.loads((folder / BOOK).read_text(encoding="utf-8"))
        if data["layout"] != LAYOUT:
            raise SourceError(f"{folder} is a store of layout {data['layout']}; this version reads layout {LAYOUT}.")
        entries = tuple(_entry(item) for item in data["entries"])
        return Book(data["salt"], entries, tuple(data["forgotten"]), int(data["revision"]))
    except FileNotFoundError as error:
        raise SourceError(f"{folder} is no store: it has no {BOOK}. Make one with `creator-roi ingest`.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"the book of the store {folder} cannot be read ({error}); restore {BOOK}.") from error


def _entry(item: dict[str, Any]) -> Entry:
    inputs = tuple(Input(**given) for given in item["inputs"])
    return Entry(**{**item, "inputs": inputs, "parts": tuple(Part(**part) for part in item["parts"])})


@contextlib.contextmanager
def opened(folder: Path, *, make: bool = False) -> Iterator[Book]:
    """Hold a store for writing, swept of what a killed run left; with ``make``, a new one where there is none.

    Raises
    ------
    OutputError
        If another run writes to it, or the folder holds something else.
    SourceError
        If there is no store and none is to be made.
    """
    folder = folder.absolute()
    if not make:
        open_book(folder)
    elif folder.exists() and not is_store(folder) and any(not _ours(path) for path in folder.iterdir()):
        raise OutputError(f"{folder} holds other files. Name an empty or a new folder for the store.")
    with lock_folder(folder):
        book = open_book(folder) if is_store(folder) else Book(secrets.token_hex(16))
        if folder.is_dir():
            sweep(folder, book)
        yield book


def _ours(path: Path) -> bool:
    """Whether a path in a folder without a book may be what a killed first ingest left."""
    return path.name in {"creators", "posts", "placements", NOTES} or path.name.startswith((f".{BOOK}-", SCRATCH))


def save(folder: Path, book: Book) -> Book:
    """Replace the book in one step; from here on the store holds what it says."""
    book = replace(book, revision=book.revision + 1)
    text = json.dumps(asdict(book), ensure_ascii=False, indent=1) + "\n"
    write_whole(folder / BOOK, text)
    return book


def sweep(folder: Path, book: Book) -> int:
    """Remove files that the book does not name; return how many."""
    named = {part.file for entry in book.entries for part in entry.parts} | {entry.notes for entry in book.entries}
    swept = 0
    for path in folder.iterdir():  # a book half written, links to what was being read
        if path.name.startswith((f".{BOOK}-", SCRATCH)):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
            swept += 1
    for table in ("creators", "posts", "placements", NOTES):
        for path in sorted((folder / table).rglob("*"), reverse=True):
            inside = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.rmdir()  # only when empty
            elif inside not in named and not any(inside.startswith(f"{name}/") for name in named):
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def write_part(folder: Path, file: str, frame: pl.DataFrame) -> None:
    """Write one Parquet file and make it durable; it counts for nothing until the book names it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = folder / file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            frame.write_parquet(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(f"cannot write to the store {folder}: {error.strerror or error}.") from error
