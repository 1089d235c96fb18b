"""A removal request: every trace of a creator leaves the store, and the store says what it removed.

Whoever asks is found by handle, id or name in any table, and by each of these through the others: a handle in the
list of creators leads to the id under which the posts are kept. Rows of theirs go, rejected rows that mention them
lose their cells, and so do examples in the audits: what was counted stays counted, and tells nothing. The files that
held them are written anew without them and the old ones deleted.
What stays is a salted mark, by which a later file that lists them again is left out. Reports made before are not
part of the store, and are not changed.
"""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from analysis.errors import ParameterError
from analysis.intake.store.book import Book, Entry, Part, opened, save, sweep, write_part
from analysis.intake.store.removed import (
    GONE,
    IDENTIFIERS,
    REASON,
    WORDS,
    blank_rows,
    cells_of,
    names_in,
    normal,
    unsaid,
    without_cells,
    without_names,
)
from analysis.publish import write_whole

__all__ = ["Forgotten", "forget"]


@dataclass(frozen=True)
class Forgotten:
    """What a removal took out: rows by table, rejected rows emptied of their cells, and files written anew."""

    rows: dict[str, int]
    rejected: int
    files: int

    def sentence(self) -> str:
        """Return what was removed, for a person."""
        if not self.files:
            return "Nothing of this creator is in the store; later files that list them are left out."
        rows = ", ".join(f"{count:,} {table}" for table, count in self.rows.items() if count) or "no row"
        return (
            f"Removed: {rows}, the cells of {self.rejected:,} rejected rows; {self.files:,} files written anew, "
            "the old deleted. Later files that list this creator are left out. Reports made before still hold them."
        )


def forget(who: str, store: str | Path, *, platform: str | None = None) -> Forgotten:
    """Remove a creator from a store, and keep them out.

    Parameters
    ----------
    who : str
        Handle (with or without @), id or name, as any table has it; case does not matter.
    store : path
        The store's folder.
    platform : str, optional
        Only the account on this platform; every platform when not given.

    Returns
    -------
    Forgotten
        What was removed.

    Raises
    ------
    ParameterError
        If ``who`` is empty.
    SourceError, OutputError
        If there is no store, or it cannot be written; it is as it was.
    """
    key = normal(who)
    if not key:
        raise ParameterError("whom to remove is empty. Give a handle, an id or a name.")
    folder = Path(store).absolute()
    network = platform.strip().casefold() if platform else None
    with opened(folder) as book:
        keys = _identifiers(folder, book, key, network)
        entries, rows, rejected, files = [], dict.fromkeys(("creators", "posts", "placements"), 0), 0, 0
        for entry in book.entries:
            without, gone, dropped, written = _without(folder, entry, keys, network, book.revision + 1)
            entries.append(without)
            rejected, files = rejected + dropped, files + written
            for table, count in gone.items():
                rows[table] += count
        marks = {book.mark(network, identifier) for identifier in keys}
        book = replace(book, entries=tuple(entries), forgotten=tuple(sorted({*book.forgotten, *marks})))
        sweep(folder, save(folder, book))
    return Forgotten(rows, rejected, files)


def _identifiers(folder: Path, book: Book, key: str, network: str | None) -> set[str]:
    """Return every id and handle of the person, found from the one given; a display name is nobody's alone."""
    keys, seen = {key}, -1
    frames = []
    for part in (part for entry in book.entries for part in entry.parts if _on(part, network)):
        names = [name for name in IDENTIFIERS if name in pl.read_parquet_schema(folder / part.file)]
        if len(names) > 1:
            frames.append(pl.read_parquet(folder / part.file, columns=names).unique())
    while seen != len(keys):
        seen = len(keys)
        for frame in frames:
            hit = frame.filter(_of(frame, keys, also_name=seen == 1))
            for name in ("creator_id", "handle"):
                if name in hit.columns:
                    keys |= {normal(value) for value in hit[name].drop_nulls().unique()}
    return keys


def _on(part: Part, network: str | None) -> bool:
    return network is None or part.platform in {network, ""}


def _of(frame: pl.DataFrame, keys: set[str], *, also_name: bool = True) -> pl.Series:
    """Return which rows carry one of the identifiers."""
    found = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for name in IDENTIFIERS:
        if name in frame.columns and (also_name or name != "name"):
            text = frame[name].cast(pl.String)
            hit = [value for value in text.drop_nulls().unique() if normal(value) in keys]
            found = found | text.is_in(hit).fill_null(False)
    return found


def _without(
    folder: Path, entry: Entry, keys: set[str], network: str | None, revision: int
) -> tuple[Entry, dict[str, int], int, int]:
    """Write the parts of an ingest that hold the person anew; return its new entry and what went."""
    gone: dict[str, int] = {}
    parts: list[Part] = []
    written = 0
    for part in entry.parts:
        frame = pl.read_parquet(folder / part.file) if _on(part, network) else None
        theirs = None if frame is None else _of(frame, keys)
        if frame is None or theirs is None or not theirs.any():
            parts.append(part)
            continue
        kept = frame.filter(~theirs)
        gone[part.table] = gone.get(part.table, 0) + frame.height - kept.height
        written += 1
        if kept.height:
            file = str(Path(part.file).with_name(f"{entry.number:06}-{revision}.parquet").as_posix())
            write_part(folder, file, kept)
            parts.append(replace(part, rows=kept.height, file=file))
    rejected = pl.read_parquet(folder / entry.notes / "rejected.parquet")
    mentioned = pl.Series([bool(cells_of(raw) & keys) for raw in rejected["raw"]], dtype=pl.Boolean)
    audit = json.loads((folder / entry.notes / "audit.json").read_text(encoding="utf-8"))
    files = {*(item.name for item in entry.inputs), *rejected["file"].drop_nulls().unique()}
    called = {name for name in files if names_in(name) & keys}
    named = (keys | {name.casefold() for name in called}) - WORDS
    clean = unsaid(audit, lambda text: _says(text, named))
    inputs = tuple(replace(item, name=GONE if item.name in called else item.name) for item in entry.inputs)
    if not gone and not mentioned.any() and clean == audit and inputs == entry.inputs:
        return entry, gone, 0, written
    rejected = without_names(rejected, called)
    dropped = int(mentioned.sum())
    removed = sum(gone.values())
    clean["rows_kept"] -= removed  # counted still, so that kept and rejected add up; listed no more
    clean["rows_rejected"] += removed
    if removed or dropped:
        clean["rules"] = [*clean["rules"], f"{removed + dropped:,} rows are listed nowhere: {REASON}"]
    notes = f"{Path(entry.notes).parent.as_posix()}/{entry.number:06}-{revision}"
    write_part(folder, f"{notes}/rejected.parquet", pl.concat([without_cells(rejected, mentioned), blank_rows(gone)]))
    write_whole(folder / notes / "audit.json", json.dumps(clean, ensure_ascii=False, indent=1) + "\n")
    return replace(entry, inputs=inputs, parts=tuple(parts), notes=notes), gone, dropped, written + 1


def _says(text: str, keys: set[str]) -> bool:
    """Whether a text of an audit names the person, or a file that is called after them."""
    return any(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text.casefold()) for key in keys)
