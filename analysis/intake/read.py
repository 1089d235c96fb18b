"""Files in, canonical tables out: the one call that the rest of the house uses.

Every path becomes raw tables, every raw table is recognised and cleaned by itself, and tables of one grain are put
under each other. A folder written by :func:`write` is read back as it is, with its audit: cleaning twice is cleaning
once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.audit import combine, refused_entry
from analysis.intake.clean import REJECTED, clean_table
from analysis.intake.readers import read_tables
from analysis.intake.recognise import recognise
from analysis.intake.tables import CleanTable, RawTable, Tables
from analysis.schema import TABLES

__all__ = ["read", "write"]

Progress = Callable[[str], None]

_PLATFORMS = {
    "instagram": "instagram", "insta": "instagram", "tiktok": "tiktok", "tik": "tiktok", "youtube": "youtube",
    "twitch": "twitch", "facebook": "facebook", "twitter": "twitter", "snapchat": "snapchat", "pinterest": "pinterest",
    "linkedin": "linkedin", "reddit": "reddit",
}  # fmt: skip

#: Files of a folder that are never data.
_SKIPPED = {".md", ".txt", ".py", ".ipynb", ".html", ".yml", ".yaml", ".toml", ".pdf", ".png", ".jpg", ".svg", ".zip~"}


def read(
    paths: str | Path | Sequence[str | Path],
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Tables:
    """Read any number of files and folders into canonical tables.

    Parameters
    ----------
    paths : path or sequence of paths
        Files (CSV, TSV, XLSX, JSON, JSON Lines, Parquet, gzip, zip), folders of them, database addresses.
    mapping : mapping of str to str, optional
        Header → canonical column, decided by a person; an empty value keeps a column out.
    progress : callable, optional
        Called with the name of each file before it is read.

    Returns
    -------
    Tables
        ``creators``, ``posts``, ``placements`` where the data holds them, the rejected rows, the audit.

    Raises
    ------
    SourceError
        If a path does not exist or cannot be read.
    UnusableDataError
        If nothing in the paths is a table of accounts, posts or placements; each is named with its reason.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    if not listed:
        raise SourceError("no file was given. Name a file or a folder.")
    if len(listed) == 1 and (Path(listed[0]) / "audit.json").is_file():
        return _read_back(Path(listed[0]))
    entries: list[dict[str, Any]] = []
    cleaned: list[CleanTable] = []
    for path in _files(listed):
        if progress:
            progress(path.name)
        try:
            raws = read_tables(path.name, path=path)
        except UnusableDataError as error:
            entries.append(refused_entry(path.name, str(error)))
            continue
        if not raws:
            entries.append(refused_entry(path.name, "no table in it"))
        for raw in raws:
            entry, table = _one(raw, mapping, path)
            entries.append(entry)
            if table is not None:
                cleaned.append(table)
    if not cleaned:
        raise UnusableDataError(_nothing(entries))
    return _assemble(entries, cleaned)


def _one(raw: RawTable, mapping: Mapping[str, str] | None, path: Path) -> tuple[dict[str, Any], CleanTable | None]:
    recognised = recognise(raw, mapping=mapping)
    if recognised.grain is None:
        return refused_entry(raw.name, recognised.why, raw=raw), None
    if raw.frame.height == 0:
        return refused_entry(raw.name, "a header and no row", raw=raw), None
    table = clean_table(raw, recognised, platform=_platform(path))
    return table.audit, table


def _platform(path: Path) -> str:
    """Return the one platform that a file's name (or its folder's) names, or an empty string."""
    import re

    for text in (path.stem, path.parent.name):
        words = set(re.findall(r"[a-z]+", text.casefold()))
        found = {name for word, name in _PLATFORMS.items() if word in words}
        if len(found) == 1:
            return found.pop()
        if found:
            return ""
    return ""


def _files(listed: Sequence[str | Path]) -> list[Path]:
    files: list[Path] = []
    for item in listed:
        path = Path(item)
        if path.is_dir():
            inside = sorted(
                file
                for file in path.rglob("*")
                if file.is_file() and not file.name.startswith(".") and file.suffix.lower() not in _SKIPPED
            )
            if not inside:
                raise UnusableDataError(f"{path}: no readable file in this folder.")
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise SourceError(f"{item}: no such file or folder.")
    return files


def _nothing(entries: Sequence[dict[str, Any]]) -> str:
    lines = [
        f"{entry['file']}{' › ' + entry['part'] if entry['part'] else ''}: {entry['refused']}" for entry in entries[:20]
    ]
    more = f"\n... and {len(entries) - 20} more" if len(entries) > 20 else ""
    hint = "\nNeeded: a table of accounts (followers), posts (likes, views) or paid placements (cost, revenue)."
    return "Nothing here can be used.\n" + "\n".join(lines) + more + hint


def _assemble(entries: list[dict[str, Any]], cleaned: list[CleanTable]) -> Tables:
    audit = combine(entries, cleaned)
    frames: dict[str, pl.DataFrame | None] = dict.fromkeys(TABLES)
    for grain, table in TABLES.items():
        parts = [item.frame for item in cleaned if item.grain == grain]
        if parts:
            stacked = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
            frames[grain] = stacked.select([name for name in table.names if name in stacked.columns])
    rejected = pl.concat([item.rejected for item in cleaned]) if cleaned else pl.DataFrame(schema=REJECTED)
    return Tables(frames["creators"], frames["posts"], frames["placements"], rejected, audit)


def write(tables: Tables, out: Path) -> None:
    """Write the tables as Parquet, the rejected rows as CSV and the audit as JSON into ``out``; whole or not at all.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    from analysis.publish import staging_folder

    with staging_folder(Path(out)) as folder:
        for name, frame in tables.present().items():
            frame.write_parquet(folder / f"{name}.parquet")
        tables.rejected.write_csv(folder / "rejected.csv")
        (folder / "audit.json").write_text(
            json.dumps(tables.audit, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
        )


def _read_back(folder: Path) -> Tables:
    """Read a folder that :func:`write` made."""
    try:
        audit = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
        frames = {
            name: pl.read_parquet(folder / f"{name}.parquet") if (folder / f"{name}.parquet").is_file() else None
            for name in TABLES
        }
        rejected = pl.read_csv(folder / "rejected.csv", schema=REJECTED)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{folder} looks like cleaned tables and cannot be read ({error}); clean the data again.") from error  # fmt: skip
    return Tables(frames["creators"], frames["posts"], frames["placements"], rejected, audit)
