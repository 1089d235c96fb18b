"""Files in, canonical tables out: the one call that the rest of the house uses.

Every path becomes raw tables, every raw table is recognised and cleaned by itself, and tables of one grain are put
under each other. A folder written by :func:`write`, or a store, is read back as it is, with its audit: cleaning twice
is cleaning once. What a large file that goes by in blocks never needs is loaded when something else is read.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.hostile import guard_formula, unguard_formula
from analysis.intake.audit import combine, refused_entry
from analysis.intake.clean import clean_table, set_aside
from analysis.intake.large import (
    in_memory,
    is_large,
    is_text,
    read_pieces,
    stream_alone,
    stream_source,
    stream_table,
    tables_of,
    to_parquet,
)
from analysis.intake.maps import Given, HeaderMap, load_map
from analysis.intake.mojibake import repair
from analysis.intake.platforms import platform_named
from analysis.intake.readers import read_tables
from analysis.intake.recognise import recognise
from analysis.intake.rejections import REJECTED
from analysis.intake.sources import Source, open_paths
from analysis.intake.tables import CleanTable, RawTable, Tables
from analysis.intake.waiting import Waiting
from analysis.intake.wide import unfold
from analysis.schema import TABLES

__all__ = ["clean", "read", "read_back", "write", "write_tables"]

Progress = Callable[[str], None]


def read(
    paths: str | Path | Sequence[str | Path],
    *,
    mapping: Given | str | Path | None = None,
    progress: Progress | None = None,
) -> Tables:
    """Read any number of files and folders into canonical tables.

    Parameters
    ----------
    paths : path or sequence of paths
        Files (CSV, TSV, XLSX, JSON, JSON Lines, Parquet, gzip, zip), folders of them, database addresses.
    mapping : mapping of str to str or mapping, or path of a YAML file, optional
        Header → canonical column, decided by a person; an empty value keeps a column out. A mapping of ``column`` and
        ``decimal``, ``rate``, ``dates`` or ``currency`` says how its cells are read.
    progress : callable, optional
        Called with the name of each file before it is read.

    Returns
    -------
    Tables
        ``creators``, ``posts``, ``placements`` where the data holds them, the rejected rows, the audit.

    Raises
    ------
    SourceError
        If a path that was named does not exist, is damaged or harmful, or cannot be read.
    UnusableDataError
        If nothing in the paths is a table of accounts, posts or placements; each is named with its reason.

    Notes
    -----
    A damaged file stops the call when a person named it, and never when it was found in a folder or archive: there it
    is refused by name and reason in the audit, and the rest goes on. A sound file that holds nothing of ours (a
    picture, a daily series, an empty sheet) is refused and the rest goes on, wherever it comes from.
    """
    from analysis.intake.store import is_store, read_store

    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    if not listed:
        raise SourceError("no file was given. Name a file or a folder.")
    wanted = load_map(mapping)
    if len(listed) == 1 and (Path(listed[0]) / "audit.json").is_file():
        return read_back(Path(listed[0]))
    if len(listed) == 1 and is_store(listed[0]):
        return read_store(listed[0])
    streamed = stream_alone(listed, in_memory, mapping=wanted, progress=progress)
    if streamed is not None:
        return tables_of(*streamed)
    return _read_whole(listed, wanted, progress)


def _read_whole(listed: Sequence[str | Path], wanted: HeaderMap, progress: Progress | None) -> Tables:
    """Read files one after another, and join their tables when the last one is read."""
    from analysis.intake.bookings import booked

    entries: list[dict[str, Any]] = []
    cleaned: list[CleanTable] = []
    refused: list[RawTable] = []
    with Waiting() as waiting:
        for source in open_paths(listed):
            if progress and not source.refused:
                progress(source.name)
            for entry, table in _source(source, wanted, waiting, tried=is_large(listed)):
                entries.append(entry)
                if isinstance(table, CleanTable):
                    cleaned.append(table)
                elif table is not None:
                    refused.append(table)
    if not cleaned:
        raise UnusableDataError(_nothing(entries))
    for raw, table in booked(refused, cleaned, wanted):
        at = next(i for i, entry in enumerate(entries) if (entry["file"], entry["part"]) == (raw.name, raw.part))
        entries[at] = table.audit
        refused = [other for other in refused if other is not raw]
        cleaned = [*(other for other in cleaned if other.raw is not raw), table]
    return _assemble(entries, cleaned, refused)


def _source(
    source: Source, wanted: HeaderMap, waiting: Waiting, *, tried: bool
) -> Iterator[tuple[dict[str, Any], CleanTable | RawTable | None]]:
    """Yield the audit entry of each table of a source, and the table: cleaned when it is one of ours.

    A damaged file that a person named is an error: they count on it. One that was found in a folder or archive is
    refused, and listed. A whole file that holds nothing of ours is refused and listed wherever it comes from.
    """
    if source.refused and source.named and source.damaged:
        raise SourceError(f"{source.name}: {source.refused}.")
    if source.refused:
        yield refused_entry(source.name, source.refused), None
        return
    text = is_text(source)
    try:
        streamed = stream_source(source, waiting.keep, wanted) if text and not tried else None
        if streamed is not None:
            yield streamed[0].entry, waiting.table(*streamed)
            return
        if source.tables is not None:
            raws = source.tables(hold=waiting.hold)
        else:
            raw = read_pieces(source, waiting.hold) if text else None
            raws = [raw] if raw is not None else read_tables(source.name, path=source.path, hold=waiting.hold)
    except UnusableDataError as error:
        yield refused_entry(source.name, str(error).removeprefix(f"{source.name}: ")), None
        return
    except (SourceError, OSError) as error:
        failed = error if isinstance(error, SourceError) else SourceError(_unreadable(source.name, error))
        if source.named:
            raise failed from error
        yield refused_entry(source.name, str(failed)), None
        return
    if not raws:
        yield refused_entry(source.name, "no table in it"), None
    for table in raws:
        doubts: list[str] = []
        raw = unfold(repair(table, doubts))
        if raw.frame.height == 0:
            yield refused_entry(raw.name, "a header and no row of data", raw=raw), None
            continue
        platform = platform_named(raw.part) or platform_named(source.name)
        if raw is table and not text:
            streamed = stream_table(raw, waiting.keep, wanted, platform)
            if streamed is not None:
                yield streamed[0].entry, waiting.table(*streamed)
                continue
        recognised = recognise(raw, mapping=wanted)
        recognised.warnings.extend(doubts)
        if recognised.grain is None or not recognised.columns:
            why = "no column could be read" if recognised.grain else recognised.why
            yield refused_entry(raw.name, why, raw=raw), waiting.put_by(raw)
        else:
            cleaned = clean_table(raw, recognised, platform=platform)
            yield cleaned.audit, waiting.put_by(cleaned)


def _unreadable(name: str, error: OSError) -> str:
    return f"cannot read {name}: {error.strerror or error}."


def _nothing(entries: Sequence[dict[str, Any]]) -> str:
    lines = [
        f"{entry['file']}{' › ' + entry['part'] if entry['part'] else ''}: {entry['refused']}" for entry in entries[:20]
    ]
    more = f"\n... and {len(entries) - 20} more" if len(entries) > 20 else ""
    hint = "\nNeeded: a table of accounts (followers), posts (likes, views) or paid placements (cost, revenue)."
    return "Nothing here can be used.\n" + "\n".join(lines) + more + hint


def _assemble(entries: list[dict[str, Any]], cleaned: list[CleanTable], refused: list[RawTable]) -> Tables:
    """Join the cleaned tables, account for the rows that joining sets aside, and add it all up."""
    from analysis.intake.joins import join_tables

    joined = join_tables(cleaned, refused)
    rejected = [table.rejected for table in cleaned]
    tables = {table.raw.label: table for table in cleaned}
    for aside in joined.set_aside:
        table = tables[aside.label]
        rows = set_aside(table, aside.rows, aside.reason)
        rejected.append(rows)
        table.audit["rows_kept"] -= rows.height
        table.audit["rows_rejected"] += rows.height
    audit = combine(entries, cleaned)
    audit["rules"], audit["warnings"] = joined.rules, joined.warnings
    return Tables(joined.creators, joined.posts, joined.placements, pl.concat(rejected), audit)


class _NotStreamedError(Exception):
    """The file has to be read whole."""


def clean(
    paths: str | Path | Sequence[str | Path],
    out: Path,
    *,
    mapping: Given | str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read files as :func:`read` does, write them as :func:`write` does, and return the audit.

    The rows of one large plain file go to disk as they come; they are never held at once.

    Raises
    ------
    SourceError, UnusableDataError
        As :func:`read` does.
    OutputError
        As :func:`write` does.
    """
    from analysis.publish import staging_folder

    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    wanted = load_map(mapping)
    if is_large(listed):
        try:
            with staging_folder(Path(out)) as folder:
                done = stream_alone(listed, to_parquet(folder), mapping=wanted, progress=progress)
                if done is None:
                    raise _NotStreamedError
                tables = tables_of(done[0], None)
                write_tables(tables, folder)
                return tables.audit
        except _NotStreamedError:
            tables = _read_whole(listed, wanted, progress)
    else:
        tables = read(listed, mapping=mapping, progress=progress)
    write(tables, out)
    return tables.audit


def write(tables: Tables, out: Path) -> None:
    """Write the tables as Parquet, the rejected rows as CSV and the audit as JSON into ``out``; whole or not at all.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    from analysis.publish import staging_folder

    with staging_folder(Path(out)) as folder:
        write_tables(tables, folder)


def write_tables(tables: Tables, folder: Path) -> None:
    """Write the files of :func:`write` into a folder that is there."""
    for name, frame in tables.present().items():
        frame.write_parquet(folder / f"{name}.parquet", compression_level=1)
    tables.rejected.with_columns(_texts(tables.rejected, guard_formula)).write_csv(folder / "rejected.csv")
    (folder / "audit.json").write_text(
        json.dumps(tables.audit, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
    )


def _texts(rejected: pl.DataFrame, change: Callable[[str], str]) -> list[pl.Series]:
    """Return the columns that name files and parts, changed: a file may be called ``=1+1.csv``."""
    columns = [rejected.get_column(name) for name in ("file", "part")]
    return [column.replace({text: change(text) for text in column.unique().to_list()}) for column in columns]


def read_back(folder: Path, *, leave: str = "") -> Tables:
    """Read a folder that :func:`write` made, without the table that is to be left where it is."""
    try:
        audit = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
        frames = {
            name: pl.read_parquet(folder / f"{name}.parquet")
            if name != leave and (folder / f"{name}.parquet").is_file()
            else None
            for name in TABLES
        }
        rejected = pl.read_csv(folder / "rejected.csv", schema=REJECTED)
        rejected = rejected.with_columns(_texts(rejected, unguard_formula))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(
            f"{folder} looks like cleaned tables and cannot be read ({error}); clean the data again."
        ) from error
    return Tables(frames["creators"], frames["posts"], frames["placements"], rejected, audit)
