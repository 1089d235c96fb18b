"""Long JSON Lines files, a block of lines at a time.

A parsed document takes ten times the memory of its text. One record a line needs no more than a few lines at once:
each block becomes flat text columns before the next is read, and the blocks are put under each other. A record that
names a new field adds a column; earlier rows lack it. Where a file is short, or is one document, it is read whole.
"""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl

from analysis.errors import UnusableDataError
from analysis.intake.documents import read_json
from analysis.intake.locate import MOST_COLUMNS
from analysis.intake.tables import RawTable

__all__ = ["LONGEST_RECORD", "is_json_lines", "read_json_lines"]

#: Bytes of lines parsed at once.
BLOCK = 8 * 2**20

#: The longest line: one record of more bytes than this is no account, post or placement.
LONGEST_RECORD = 32 * 2**20


def is_json_lines(head: bytes) -> bool:
    """Return whether a text opens with two JSON objects on lines of their own.

    Examples
    --------
    >>> is_json_lines(b'{"id": 1}\\n{"id": 2}\\n'), is_json_lines(b'[\\n{"id": 1},\\n'), is_json_lines(b'{"id": 1}')
    (True, False, False)
    """
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:-1] if line.strip()][:2]
    return len(lines) == 2 and all(_object(line) for line in lines)


def _object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_json_lines(path: Path, name: str) -> list[RawTable]:
    """Read a file of one JSON object a line in bounded memory: path → one raw table for each kind of record.

    Raises
    ------
    SourceError
        The lines are not JSON.
    UnusableDataError
        A line is longer than :data:`LONGEST_RECORD`, or there are no records.
    """
    parts: dict[str, list[RawTable]] = {}
    with path.open("rb") as handle:
        for first, block in _blocks(handle, name):
            for table in read_json(block, name):
                moved = dataclasses.replace(
                    table,
                    lines=table.lines + (first - 1),
                    rejected=[(line + first - 1, reason, cells) for line, reason, cells in table.rejected],
                )
                parts.setdefault(table.part, []).append(moved)
    return [_under_each_other(tables) for tables in parts.values()]


def _blocks(handle: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines, each with the number of its first line."""
    block: list[bytes] = []
    size, first, number = 0, 1, 0
    while line := handle.readline(LONGEST_RECORD + 1):
        number += 1
        if len(line) > LONGEST_RECORD:
            raise UnusableDataError(
                f"{name}: line {number:,} is longer than {LONGEST_RECORD // 2**20} MB; no record of a creator, post "
                "or placement is."
            )
        block.append(line)
        size += len(line)
        if size >= BLOCK:
            yield first, b"".join(block)
            block, size, first = [], 0, number + 1
    if any(line.strip() for line in block):
        yield first, b"".join(block)


def _under_each_other(tables: list[RawTable]) -> RawTable:
    """Return blocks of one kind of record as one table."""
    headers: dict[str, str] = {}
    for table in tables:
        for key, header in zip(table.frame.columns, table.headers, strict=True):
            headers.setdefault(key, header)
    kept = dict(list(headers.items())[:MOST_COLUMNS])
    frame = pl.concat([table.frame for table in tables], how="diagonal").select(list(kept))
    rows = sum(table.frame.height for table in tables)
    notes = [f"JSON Lines read in {len(tables):,} blocks: {rows:,} records"]
    if len(headers) > len(kept):
        notes.append(f"{len(headers) - len(kept):,} of {len(headers):,} fields left out")
    return dataclasses.replace(
        tables[0],
        frame=frame,
        headers=list(kept.values()),
        lines=pl.concat([table.lines for table in tables]),
        notes=notes,
        rejected=[row for table in tables for row in table.rejected],
    )
