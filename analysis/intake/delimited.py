"""Delimited text becomes raw tables.

Two readers give the same table. Small files go through the standard library's ``csv``, which forgives nearly
everything and knows the line of every row; large UTF-8 files go straight from disk through polars
(:mod:`analysis.intake.bulk`). What is decided first is the separator (the one that splits most lines into the same
number of cells), the header row (blank lines, titles, comment lines and ``sep=`` above it are skipped and said), and
whether one file holds several tables.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from analysis.errors import UnusableDataError
from analysis.intake.bulk import HEAD_BYTES, find_separator, read_bulk, spell
from analysis.intake.headers import looks_like_header
from analysis.intake.layouts import Block, blocks_of
from analysis.intake.rows import filled, table_from_rows
from analysis.intake.tables import RawTable
from analysis.intake.text import decode, rewrite
from analysis.publish import scratch_folder

__all__ = ["read_delimited"]

#: Files larger than this go through polars when they are plain UTF-8.
LARGE_BYTES = 6_000_000

#: What the forgiving reader takes, in bytes: it holds a file many times over.
MOST_FORGIVEN = 512 * 2**20

#: A longer line than this is no table of ours.
MAX_LINE = 20_000_000

#: Longer texts are written by programs, which put one table under one header; shorter ones may be sheets of people.
MOST_ROWS_LAID_OUT = 5_000


def read_delimited(name: str, *, data: bytes | None = None, path: Path | None = None) -> list[RawTable]:
    """Return the tables of a delimited text, given as bytes or as a file.

    Raises
    ------
    UnusableDataError
        If there is no table in it: empty, one endless line, binary.
    """
    large = path if path is not None and path.stat().st_size > LARGE_BYTES else None
    if large is not None and (table := read_bulk(name, large) or _rewritten(name, large)) is not None:
        return [table]
    content = data if data is not None else path.read_bytes() if path is not None else b""
    size = len(content)
    text, encoding = decode(content)
    del content, data
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    if size > MOST_FORGIVEN:
        raise UnusableDataError(
            f"{name} holds {size // 2**20:,} MB and is not one plain table: it has no header, several tables, or "
            "quotation marks that are never closed. Split it, or save it again as CSV in UTF-8."
        )
    return _read_text(name, text, notes)


def _rewritten(name: str, path: Path) -> RawTable | None:
    """Read a large file as a large UTF-8 file, where it is plain but for its encoding."""
    with scratch_folder("plain") as folder:
        plain = folder / "plain.csv"
        said = rewrite(path, plain)
        table = read_bulk(name, plain) if said else None
    return replace(table, notes=[f"read as {said}", *table.notes]) if table is not None else None


def _read_text(name: str, text: str, notes: list[str]) -> list[RawTable]:
    if not text.strip():
        raise UnusableDataError(f"{name} is empty.")
    if "\x00" in text:
        if text.count("\x00") > len(text) // 100:
            raise UnusableDataError(f"{name} is not a text table (it holds NUL bytes).")
        text, notes = text.replace("\x00", ""), [*notes, "NUL characters dropped"]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if text.count("\r") > 2 * text.count("\n"):
            text, notes = text.replace("\n", " ").replace("\r", "\n"), [*notes, "lines end in carriage returns"]
        text = text.replace("\r", " ")
    if max((len(line) for line in text[: HEAD_BYTES * 4].split("\n")), default=0) > MAX_LINE or (
        len(text) > MAX_LINE and "\n" not in text[:MAX_LINE]
    ):
        raise UnusableDataError(f"{name} has a line of more than {MAX_LINE:,} characters; it is not a table.")
    skip = 0
    declared = re.match(r"[\"']?sep=(.)[\"']?[^\n]{0,3}\n", text)
    if declared:
        separator, skip = declared.group(1), 1
        notes = [*notes, f"the file declares its separator: {spell(separator)}"]
        text = text[declared.end() :]
    else:
        separator = find_separator(text[:HEAD_BYTES])
    rows, lines, more = _rows(text, separator)
    rows, lines, broken = _whole_header(rows, lines)
    notes = notes + more + broken
    if separator != "," and not declared:
        notes = [*notes, f"separated by {spell(separator)}"]
    tables = []
    for number, (block, block_lines) in enumerate(_blocks(rows, [line + skip for line in lines]), start=1):
        title = f"table {number}" if number > 1 else ""
        cut = blocks_of(block, block_lines) if len(block) <= MOST_ROWS_LAID_OUT else [Block(block, block_lines)]
        for piece in cut:
            part = " ".join(filter(None, [title, piece.part]))
            table = table_from_rows(name, piece.rows, piece.lines, part=part, notes=[*notes, *piece.notes])
            tables += [table] if table else []
    return tables


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[int], list[str]]:
    """Return the rows of ``text``, the line each starts on, and notes.

    A quotation mark that is never closed makes a forgiving reader swallow the lines after it. Where rows of uneven
    width hint at that, the text is read line by line too, and the reading with more even rows is taken.
    """
    csv.field_size_limit(MAX_LINE)
    rows, lines, start = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        rows.append(row)
        lines.append(start)
        start = reader.line_num + 1
    quotes = text.count('"')
    if not quotes or (quotes % 2 == 0 and not _uneven(rows)):
        return rows, lines, []
    single = [next(csv.reader([line], delimiter=separator), []) for line in text.split("\n")]
    chance = 2 * sum("\n" in cell for row in rows for cell in row) if quotes % 2 == 0 else 0
    if _even(single) <= _even(rows) + chance:  # either end of a cell over two lines may have the usual width by chance
        return rows, lines, []
    note = "a quotation mark is never closed: each line was read by itself"
    return single, list(range(1, len(single) + 1)), [note]


def _whole_header(rows: list[list[str]], lines: list[int]) -> tuple[list[list[str]], list[int], list[str]]:
    """Join a header that a line break inside a cell without quotation marks broke over two or three lines."""
    width = _usual_width(rows[:200])
    first = next((i for i, row in enumerate(rows) if any(row)), None)
    if first is None or len(rows[first]) >= width:
        return rows, lines, []
    header, below = rows[first], first + 1
    while below < min(first + 3, len(rows) - 1) and len(header) < width and rows[below]:
        header = [*header[:-1], f"{header[-1]} {rows[below][0]}".strip(), *rows[below][1:]]
        below += 1
    said = [cell for cell in header if cell.strip()]
    apart = looks_like_header(rows[first]) and looks_like_header(header) and len(rows[below]) == width
    if len(header) != width or not apart or any(cell[:1].isdigit() for cell in said):
        return rows, lines, []
    note = f"the header is broken over {below - first} lines: they were joined"
    return [*rows[:first], header, *rows[below:]], [*lines[: first + 1], *lines[below:]], [note]


def _usual_width(rows: list[list[str]]) -> int:
    return max(
        Counter(len(row) for row in rows if row).most_common(), key=lambda pair: (pair[1], pair[0]), default=(0, 0)
    )[0]


def _even(rows: list[list[str]]) -> int:
    """How many rows that hold something have the usual width (of several cells)."""
    width = _usual_width(rows)
    return sum(len(row) == width and any(row) for row in rows) if width > 1 else 0


def _uneven(rows: list[list[str]]) -> bool:
    """Whether a quoted cell may have swallowed a line: rows of another width, or cells over many lines."""
    width = _usual_width(rows)
    return any((row and len(row) != width) or any(cell.count("\n") > 50 for cell in row) for row in rows)


def _blocks(rows: list[list[str]], lines: list[int]) -> list[tuple[list[list[str]], list[int]]]:
    """Split a file that holds several tables: a blank line, perhaps a title, then a row that reads as a header."""
    starts = [0]
    seen_data = 0
    known: list[list[str]] = []
    for index, row in enumerate(rows):
        if any(cell.strip() for cell in row):
            seen_data += filled(row) >= 2  # lines of one cell are titles, and no table of their own
            if len(known) < 40:
                known.append([cell.strip() for cell in row])
            continue
        ahead = [i for i in range(index + 1, min(index + 6, len(rows))) if any(cell.strip() for cell in rows[i])]
        if seen_data >= 2 and any(
            filled(rows[i]) >= 2
            and looks_like_header(rows[i])
            and [cell.strip() for cell in rows[i]] not in known
            and any(filled(row) >= 2 and not looks_like_header(row) for row in rows[i + 1 : i + 3])
            for i in ahead[:3]
        ):
            starts.append(index + 1)
            seen_data = 0
    pieces = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        if any(any(cell.strip() for cell in row) for row in rows[start:end]):
            pieces.append((rows[start:end], lines[start:end]))
    return pieces
