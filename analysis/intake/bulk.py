"""A large plain file goes straight from disk through polars: all cells as text, held once.

What is decided first, from the head of the file, is what the forgiving reader (:mod:`analysis.intake.delimited`)
decides from all of it: separator and header. Lines keep their numbers though quoted cells may span several. Rows that
may not be data (a total, the header again, a line too long, a note) are few; they are found by patterns over whole
columns and judged one by one, as in a small file. What is not plain (another encoding, a quotation mark that is never
closed, a blank line that may part two tables) is left to the forgiving reader.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from analysis.intake.rows import TOTAL_WORDS, find_header, not_data, refuse_width, words
from analysis.intake.tables import RawTable, unique_names

__all__ = ["HEAD_BYTES", "Layout", "NotPlainError", "find_separator", "lay_out", "read_bulk", "spell"]

#: Bytes of the head from which separator and header are decided.
HEAD_BYTES = 200_000

#: Room for cells beyond the header's width, so that a ragged line is seen and not cut.
SPARE = 16

#: Blocks from which it is worth loading numpy to count with.
NUMPY_BLOCKS = 4

SEPARATORS = (",", ";", "\t", "|")

#: How much less a separator counts under which the first row of the usual width is no header.
NO_HEADER = 0.8

#: Share of lines that a separator splits alike when it splits all but a few odd ones.
WHOLE = 0.95

#: How a totals row may begin; the few rows that match are looked at closely.
_TOTAL = "(?:grand )?(?:totals?|gesamt|totale|toplam)(?:[^a-z].*)?"


def spell(separator: str) -> str:
    """Return the name of a separator."""
    return {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}.get(separator, repr(separator))


def find_separator(head: str) -> str:
    """Return the separator that splits most lines of ``head`` into the same number (two or more) of cells.

    One that splits the first line as it does all others goes before one that does not: two decimal commas in every row
    split the rows, and not the header.

    Examples
    --------
    >>> find_separator("a;b\\n1,5;2\\n3,5;4\\n"), find_separator("a;b;c;d\\n@m;1,5K;2,5;x\\n@n;2,5K;3,5;y\\n")
    (';', ';')
    """
    best, best_score, best_whole = ",", 0.0, False
    for separator in SEPARATORS:
        if separator not in head:
            continue
        rows = [row for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)]
        rows = rows[:-1] or rows  # the head may end inside the last one
        common = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        if not common:
            continue
        width, times = common[0]
        score = times / len(rows) * (1 + 0.02 * min(width, 20))
        if not words(next(row for row in rows if len(row) == width)):  # a decimal comma parts all rows but the header
            score *= NO_HEADER
        whole = len(rows[0]) == width and times >= WHOLE * len(rows)
        if (whole, score) > (best_whole, best_score * 1.05):
            best, best_score, best_whole = separator, score, whole
    return best


@dataclass(frozen=True)
class Layout:
    """A large plain file, laid out: where its rows begin and what parts their cells.

    Attributes
    ----------
    name : str
        The file's name.
    path : pathlib.Path
        Where it lies.
    separator : str
        What parts the cells.
    headers : list of str
        The header as the file has it.
    first, start : int
        The line and the byte at which the rows begin.
    notes : list of str
        What was decided.
    """

    name: str
    path: Path
    separator: str
    headers: list[str]
    first: int
    start: int
    notes: list[str]

    @property
    def names(self) -> list[str]:
        """The columns of the frame."""
        return unique_names(self.headers)

    @property
    def bare(self) -> RawTable:
        """The table without its rows."""
        frame = pl.DataFrame(schema=dict.fromkeys(self.names, pl.String))
        return RawTable(self.name, "", frame, self.headers, pl.Series("line", [], pl.Int64), self.notes)

    def blocks(self, size: int) -> Iterator[tuple[RawTable, bool]]:
        """Yield the rows in blocks of about ``size`` bytes, each as :func:`read_bulk` reads all, and whether ASCII.

        Raises
        ------
        NotPlainError
            If only the whole file can tell how it is to be read.
        """
        line, count = self.first, _counter(self.path.stat().st_size, size)
        for block in _cut(self, size, count):
            found = _frame(self, block)
            if found is None:
                raise NotPlainError
            frame, spare = found
            newlines = count(block, b"\n") + (not block.endswith(b"\n"))
            inside = newlines > frame.height
            if inside and (b'"' not in block or _STRAY.search(block)):  # a quotation mark that opens nothing
                raise NotPlainError
            raw = RawTable(self.name, "", frame, self.headers, _lines(frame, line, inside), [])
            yield _set_aside(raw, self.names, spare), block.isascii()
            line += newlines


def lay_out(name: str, path: Path) -> Layout | None:
    """Return the layout of a large plain UTF-8 file, or None where only the forgiving reader can tell.

    Raises
    ------
    UnusableDataError
        If it has more columns than any table of creators.
    """
    with path.open("rb") as handle:
        head_bytes = handle.read(HEAD_BYTES)
    if b"\n" not in head_bytes or head_bytes[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head_bytes:
        return None
    head = head_bytes[: head_bytes.rfind(b"\n") + 1].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if "\r" in head or re.match(r"[\"']?sep=", head):
        return None
    separator = find_separator(head)
    rows, lines = _head_rows(head, separator)
    position = find_header(rows)
    if position is None or [] in rows[position + 1 :]:  # a blank line may part two tables
        return None
    headers = rows[position]
    refuse_width(name, len(headers))
    first = lines[position + 1] if position + 1 < len(lines) else lines[position] + 1
    start = 0
    for _ in range(first - 1):
        start = head_bytes.index(b"\n", start) + 1
    notes = ["read as a large file"]
    if separator != ",":
        notes.append(f"separated by {spell(separator)}")
    if position:
        notes.append(f"{position} title or comment line(s) above the header")
    return Layout(name, path, separator, headers, first, start, notes)


def read_bulk(name: str, path: Path) -> RawTable | None:
    """Return the table of a large plain UTF-8 file, or None where only the forgiving reader can tell.

    Raises
    ------
    UnusableDataError
        If it has more columns than any table of creators.
    """
    layout = lay_out(name, path)
    if layout is None:
        return None
    newlines, quotes, last = 0, False, b"\n"
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            newlines += block.count(b"\n")
            quotes, last = quotes or b'"' in block, block[-1:]
    first = layout.first
    found = _frame(layout, path, skip=first - 1)
    if found is None:
        return None
    frame, spare = found
    inside = quotes and newlines + (last != b"\n") > frame.height + first - 1
    raw = RawTable(name, "", frame, layout.headers, _lines(frame, first, inside), layout.notes)
    return _set_aside(raw, layout.names, spare)


def _frame(layout: Layout, source: Path | bytes, *, skip: int = 0) -> tuple[pl.DataFrame, list[str]] | None:
    """Return the cells of a source as text, with the names of columns for cells beyond the header's width."""
    spare = [f"__spare_{i}" for i in range(SPARE)]
    try:
        try:  # every spare column costs memory, and few files have a line that is too long
            return _scanned(source, layout.names, layout.separator, skip, ragged=False), []
        except pl.exceptions.PolarsError:
            return _scanned(source, [*layout.names, *spare], layout.separator, skip, ragged=True), spare
    except pl.exceptions.PolarsError:  # not UTF-8, or quotation marks that are never closed
        return None


def _lines(frame: pl.DataFrame, first: int, inside: bool) -> pl.Series:
    """Return the line on which each row begins; ``inside`` says that cells may span lines."""
    numbers = pl.int_range(first, first + frame.height, eager=True).alias("line")
    if not inside:
        return numbers
    within = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))).to_series()
    return (within.cum_sum() - within + numbers).alias("line")


def _counter(whole: int, size: int) -> Callable[[bytes, bytes], int]:
    """Return what counts a sign in a block: numpy, ten times as fast, where the blocks are worth loading it."""
    if whole < NUMPY_BLOCKS * size:
        return bytes.count
    import numpy as np

    def count(block: bytes, sign: bytes) -> int:
        signs = np.frombuffer(block, np.uint8)
        parts = (signs[start : start + _WINDOW] for start in range(0, len(signs), _WINDOW))
        return sum(int(np.count_nonzero(part == sign[0])) for part in parts)

    return count


def _cut(layout: Layout, size: int, count: Callable[[bytes, bytes], int]) -> Iterator[bytes]:
    """Yield the bytes of a file from its first row on, cut where a line ends and no quotation mark is open."""
    with layout.path.open("rb") as handle:
        whole = handle.seek(0, 2)
        start = layout.start
        while start < whole:
            end = _row_end(handle, start, min(start + size, whole), whole)
            handle.seek(start)
            block = handle.read(end - start)
            while b'"' in block and count(block, b'"') % 2:  # the cut is inside a cell
                if end >= whole or end - start > 4 * size:
                    raise NotPlainError
                end = _row_end(handle, end, end + _WINDOW, whole)
                handle.seek(start)
                block = handle.read(end - start)
            if block[:_WINDOW].strip(b"\r\n") or block.strip(b"\r\n"):
                yield block
            start = end


def _row_end(handle: BinaryIO, start: int, near: int, whole: int) -> int:
    """Return where the last line ends that ends before ``near``, or the first one behind it."""
    if near >= whole:
        return whole
    back = max(start, near - _WINDOW)
    handle.seek(back)
    found = handle.read(near - back).rfind(b"\n")
    if found >= 0:
        return back + found + 1
    handle.seek(near)
    line = handle.readline(MAX_ROW)
    if len(line) >= MAX_ROW:
        raise NotPlainError
    return near + len(line)


#: Bytes looked at to find a line's end, and the longest line that is looked for.
_WINDOW = 2**16
MAX_ROW = 2**24


class NotPlainError(Exception):
    """Blocks do not tell how a file is to be read; the whole file may."""


#: A quotation mark inside a cell that does not begin with one.
_STRAY = re.compile(rb'[^,;\t|\n\r"]"[^,;\t|\n\r"]')


def _scanned(source: Path | bytes, names: list[str], separator: str, skip: int, *, ragged: bool) -> pl.DataFrame:
    """Read all lines but some as text; a longer line is cut when ``ragged``, else an error."""
    return pl.read_csv(
        source,
        has_header=False,
        separator=separator,
        skip_lines=skip,
        schema=dict.fromkeys(names, pl.String),
        missing_columns="insert",
        truncate_ragged_lines=ragged,
        glob=False,
    )


def _head_rows(head: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the whole rows of a head that may end inside one, and the line each starts on."""
    rows, lines, start = [], [], 1
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    for row in reader:
        rows.append(row)
        lines.append(start)
        start = reader.line_num + 1
    return rows[:-1], lines[:-1]


def _set_aside(raw: RawTable, names: list[str], spare: list[str]) -> RawTable:
    """Return a table without its spare columns and without the rows that are not data."""
    frame, width = raw.frame, len(names)
    alone = pl.all_horizontal(pl.col(names[1:]).is_null()) if width > 1 else pl.lit(False)
    ragged = pl.any_horizontal(pl.col(spare).is_not_null()) if spare else pl.lit(False)
    suspect = frame.select((alone | ragged).alias("suspect")).to_series() | _told(frame.select(names), raw.headers)
    plain_headers = [header.strip().casefold() for header in raw.headers]
    rejected: list[tuple[int, str, list[str | None]]] = []
    kept = ~suspect
    back: list[int] = []
    for index in suspect.arg_true().to_list():
        row = [cell or "" for cell in frame.row(index)]
        while len(row) > width and not row[-1]:
            row.pop()
        reason = not_data(row, plain_headers, width)
        if reason:
            rejected.append((int(raw.lines[index]), reason, [cell or None for cell in row]))
        else:
            back.append(index)
    frame, lines = frame.select(names), raw.lines
    if rejected:
        kept = kept.scatter(back, True)
        frame, lines = frame.filter(kept), lines.filter(kept)
    return RawTable(raw.name, "", frame, raw.headers, lines, raw.notes, False, rejected)


def _told(frame: pl.DataFrame, headers: list[str]) -> pl.Series:
    """Return which rows begin as a total or as the header does."""
    first = frame.get_column(frame.columns[0])
    if first.null_count():  # a row may begin further right
        first = frame.select(pl.coalesce(pl.all())).to_series()
    opening = next((header.strip(" :").lower() for header in headers if header.strip(" :")), "total")
    told = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted({*TOTAL_WORDS, opening}))
    return first.str.contains(rf"(?is)^\s*(?:(?:{told})[\s:]*|{_TOTAL})$").fill_null(False)
