"""A large plain file goes the way of streams: block by block, its text never held whole.

The canonical rows of a file that is named alone are kept in memory, or go to Parquet as they come and are never held
at all. Those of one file among several wait on disk for the others (:mod:`analysis.intake.waiting`), beside the text
of columns that a join may need.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from analysis.intake.audit import combine
from analysis.intake.bulk import NotPlainError, lay_out
from analysis.intake.maps import HeaderMap
from analysis.intake.platforms import platform_named
from analysis.intake.readers import sniff
from analysis.intake.sources import Source, open_paths
from analysis.intake.streams import BLOCK, stream
from analysis.intake.tables import Block, Hold, RawTable, Streamed, Tables
from analysis.intake.text import rewrite
from analysis.intake.waiting import flowing
from analysis.publish import scratch_folder

__all__ = [
    "audit_of",
    "in_memory",
    "is_large",
    "is_text",
    "stream_alone",
    "stream_source",
    "stream_table",
    "tables_of",
    "to_parquet",
]

#: Bytes of text from which a file is read block by block.
LARGE = 6_000_000

#: Bytes from which a compressed file may hold so much.
PACKED = 500_000

Kept = TypeVar("Kept")


def is_large(paths: Sequence[str | Path]) -> bool:
    """Return whether one file was named, of a size that is worth blocks."""
    try:
        path = Path(paths[0])
        if len(paths) != 1 or not path.is_file() or path.stat().st_size <= min(PACKED, LARGE):
            return False
        with path.open("rb") as handle:
            head = handle.read(4096)
    except (OSError, ValueError):
        return False
    return head.startswith(b"\x1f\x8b") or (path.stat().st_size > LARGE and sniff(head) == "text")


def stream_alone(
    paths: Sequence[str | Path],
    keep: Callable[[str, Iterator[Block]], Kept],
    *,
    mapping: HeaderMap,
    progress: Callable[[str], None] | None = None,
) -> tuple[Streamed, Kept] | None:
    """Clean the one file that was named block by block; None where it has to be read whole, or is refused."""
    if not is_large(paths):
        return None
    with closing(cast(Generator[Source, None, None], open_paths(paths))) as sources:
        source = next(sources, None)
        done = stream_source(source, keep, mapping) if source is not None else None
        if source is not None and done is not None and progress is not None:
            progress(source.name)
        return done


def is_text(source: Source) -> bool:
    """Return whether a source is a file of text, of a size that is worth blocks."""
    try:
        if source.refused or source.path is None or source.path.stat().st_size <= LARGE:
            return False
        with source.path.open("rb") as handle:
            return sniff(handle.read(4096)) == "text"
    except OSError:
        return False


def stream_source(
    source: Source, keep: Callable[[str, Iterator[Block]], Kept], mapping: HeaderMap
) -> tuple[Streamed, Kept] | None:
    """Clean one file block by block; None where it is small, or has to be read whole, or is refused.

    A file in another encoding is written again in UTF-8 first.
    """
    if not is_text(source) or source.path is None:
        return None
    name, platform = source.name, platform_named(source.name)
    done = stream(lay_out(name, source.path), keep, mapping=mapping, platform=platform)
    if done is not None:
        return done
    with scratch_folder("plain") as folder:
        plain = folder / "plain.csv"
        said = rewrite(source.path, plain)
        layout = lay_out(name, plain) if said else None
        if layout is not None:
            layout = replace(layout, notes=[f"read as {said}", *layout.notes])
        return stream(layout, keep, mapping=mapping, platform=platform) if said else None


def read_pieces(source: Source, hold: Hold) -> RawTable | None:
    """Read a large plain file that only the whole of tells, piece by piece; None where blocks do not tell its rows."""
    layout = lay_out(source.name, source.path) if is_text(source) and source.path is not None else None
    try:
        pieces = [replace(raw, frame=hold(raw.frame)) for raw, _ in layout.blocks(BLOCK)] if layout else []
    except NotPlainError:
        return None
    if not pieces or layout is None:
        return None
    frame, lines = pl.concat([raw.frame for raw in pieces]), pl.concat([raw.lines for raw in pieces])
    rejected = [row for raw in pieces for row in raw.rejected]
    return replace(pieces[0], frame=frame, lines=lines, rejected=rejected, notes=layout.notes)


def stream_table(
    raw: RawTable, keep: Callable[[str, Iterator[Block]], Kept], mapping: HeaderMap, platform: str
) -> tuple[Streamed, Kept] | None:
    """Clean a table that was read block by block; None where it is small, or only the whole of it tells."""
    if raw.frame.estimated_size() <= LARGE:
        return None
    return stream(raw, keep, mapping=mapping, platform=platform)


def in_memory(_: str, blocks: Iterator[Block]) -> pl.DataFrame:
    """Keep canonical rows in memory."""
    return pl.concat([block.frame for block in blocks])


def to_parquet(folder: Path) -> Callable[[str, Iterator[Block]], None]:
    """Return what writes canonical rows into a folder as they come."""

    def keep(grain: str, blocks: Iterator[Block]) -> None:
        for left in folder.glob("*.parquet"):  # of a pass that did not stand
            left.unlink()
        rows = flowing(block.frame for block in blocks)
        rows.sink_parquet(folder / f"{grain}.parquet", compression_level=1, statistics=False)  # nobody seeks in it

    return keep


def audit_of(done: Streamed) -> dict[str, Any]:
    """Return the audit of a call that read one file."""
    return {**combine([done.entry], []), "grain": done.grain, "warnings": done.warnings}


def tables_of(done: Streamed, kept: pl.DataFrame | None) -> Tables:
    """Return the tables of a call that read one file; without its rows where they are kept elsewhere."""
    frames = {grain: kept if grain == done.grain else None for grain in ("creators", "posts", "placements")}
    return Tables(**frames, rejected=done.rejected, audit=audit_of(done))
