"""Long JSON Lines files and long lists of records, a block of records at a time.

A parsed document takes ten times the memory of its text. One record a line, and one list of records, need no more
than a few records at once: each block becomes flat text columns before the next is read, and the blocks are put under
each other. A record that names a new field adds a column; earlier rows lack it. Where a file is short, or is a
document of another shape, it is read whole.
"""

import codecs
import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.documents import read_document, read_json
from analysis.intake.locate import MOST_COLUMNS
from analysis.intake.notation import has_halves, json_decoder, without_halves
from analysis.intake.tables import Hold, RawTable, held

__all__ = ["LONGEST_RECORD", "is_json_lines", "is_record_list", "read_json_lines", "read_record_list", "too_large"]

#: Bytes of lines parsed at once.
BLOCK = 8 * 2**20

_LIST = re.compile(rb"\s*\[\s*\{")
_BETWEEN, _END = re.compile(r"[\s,]*"), re.compile(r"\]\s*$")

#: The largest document of another shape, which is parsed whole (ten times its size in memory); the most of these.
LARGEST_DOCUMENT = 256 * 2**20
LARGEST_RECORDS = 4 * 2**30

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


def too_large(size: int, head: bytes) -> str:
    """Return why a JSON file of so many bytes is not read, or an empty string.

    Examples
    --------
    >>> too_large(2**20, b'{"id": 1}'), too_large(2**30, b'{"items": [')
    ('', 'a JSON document of 1,024 MB; save it as JSON Lines or CSV')
    """
    if size <= LARGEST_DOCUMENT:
        return ""
    kind = "JSON Lines" if is_json_lines(head) else "a list of records" if is_record_list(head) else ""
    if not kind:
        return f"a JSON document of {size // 2**20:,} MB; save it as JSON Lines or CSV"
    return f"{kind} of {size // 2**20:,} MB; split the file" if size > LARGEST_RECORDS else ""


def read_json_lines(path: Path, name: str, hold: Hold = held) -> list[RawTable]:
    """Read a file of one JSON object a line in bounded memory: path → one raw table for each kind of record.

    Raises
    ------
    SourceError
        The lines are not JSON.
    UnusableDataError
        A line is longer than :data:`LONGEST_RECORD`, or there are no records.
    """
    with path.open("rb") as handle:
        return _put_together(((first, read_json(block, name)) for first, block in _whole(_blocks(handle, name))), hold)


def is_record_list(head: bytes) -> bool:
    """Return whether a text opens with a list of JSON objects.

    Examples
    --------
    >>> is_record_list(b'[\\n  {"id": 1},'), is_record_list(b'{"id": 1}'), is_record_list(b'["a"]')
    (True, False, False)
    """
    return bool(_LIST.match(head.removeprefix(b"\xef\xbb\xbf")))


def read_record_list(path: Path, name: str, hold: Hold = held) -> list[RawTable]:
    """Read a file that is one list of JSON objects in bounded memory: path → one raw table for each kind of record.

    Raises
    ------
    SourceError
        The text is not JSON.
    UnusableDataError
        A record is longer than :data:`LONGEST_RECORD`, or there are no records.
    """
    with path.open("rb") as handle:
        blocks = _whole(_records(handle, name))
        return _put_together(((first, read_document(block, name)) for first, block in blocks), hold)


def _put_together(blocks: Iterator[tuple[int, list[RawTable]]], hold: Hold) -> list[RawTable]:
    """Return the tables of all blocks under each other, with the lines of the file."""
    parts: dict[str, list[RawTable]] = {}
    for first, tables in blocks:
        for table in tables:
            moved = dataclasses.replace(
                table,
                frame=hold(table.frame),
                lines=table.lines + (first - 1),
                rejected=[(line + first - 1, reason, cells) for line, reason, cells in table.rejected],
            )
            parts.setdefault(table.part, []).append(moved)
    return [_under_each_other(tables) for tables in parts.values()]


_Block = TypeVar("_Block", bytes, list[Any])


def _whole(blocks: Iterator[tuple[int, _Block]]) -> Iterator[tuple[int, _Block]]:
    """Yield the blocks, the last together with the one before it when it is small: few records say little."""
    held: tuple[int, _Block] | None = None
    for first, block in blocks:
        if held is not None and len(block) < len(held[1]) // 2:
            held = held[0], held[1] + block
            continue
        if held is not None:
            yield held
        held = first, block
    if held is not None:
        yield held


def _records(handle: IO[bytes], name: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield blocks of the records of a list, each with the number of its first."""
    data = handle.read(BLOCK)
    decoder, decode = codecs.getincrementaldecoder(_encoding(data))(errors="replace"), json_decoder().raw_decode
    text = decoder.decode(data)
    at, first, start = text.index("[") + 1, 1, 0
    block: list[Any] = []
    halves = has_halves(text)
    while match := _BETWEEN.match(text, at):
        at = match.end()
        try:
            record, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            more = decoder.decode(handle.read(BLOCK))
            if not more or len(text) - at > LONGEST_RECORD:
                if _END.match(text, at):
                    break
                raise _broken(name, first + len(block), bool(more), error) from error
            text, at, start = text[at:] + more, 0, start - at
            halves = has_halves(text)
            continue
        block.append(decode(without_halves(text[at:end]))[0] if halves else record)
        at = end
        if at - start >= BLOCK:
            yield first, block
            first, block, start = first + len(block), [], at
    if block:
        yield first, block


def _encoding(data: bytes) -> str:
    """Return UTF-8, or the code page of a text that is none, by its first block (whose last letter may be cut)."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _broken(name: str, record: int, too_long: bool, error: Exception) -> UnusableDataError | SourceError:
    if too_long:
        return UnusableDataError(
            f"{name}: record {record:,} is longer than {LONGEST_RECORD // 2**20} MB; no record of a creator, post or "
            "placement is."
        )
    return SourceError(f"{name}: record {record:,} is not JSON ({error}). Export it again, or save it as CSV.")


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
    notes = [f"records read in {len(tables):,} blocks: {rows:,}"]
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
