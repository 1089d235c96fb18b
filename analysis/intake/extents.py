"""How far the cells of a workbook's sheets reach, before a reader of workbooks allots the rectangle around them.

That reader takes the whole rectangle at once, and a failed allotment ends the process; so a sheet with one cell in
each far corner is a bomb of a few hundred bytes. The three packed formats say where their cells are in three ways:
``.xlsx`` names each cell (``XFD1048576``), ``.xlsb`` holds numbered rows with numbered columns, ``.ods`` counts on
from the cell before and may say that a cell or row is repeated a million times. Each is read as a stream, a chunk at
a time, and only places are kept.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO

from analysis.errors import UnusableDataError
from analysis.intake.rows import MAX_COLUMNS

__all__ = ["FEWEST_FILLED", "MAX_CELLS", "SPARSE_CELLS", "refuse_spread"]

#: Cells of one sheet beyond which it is refused: a workbook that claims more is damaged or hostile.
MAX_CELLS = 80_000_000

#: A sheet that spans more cells than SPARSE_CELLS holds at least this share of them, or it is refused.
SPARSE_CELLS = 4_000_000
FEWEST_FILLED = 0.01

_CHUNK = 4 * 2**20
_FILLED = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["'][^>]*(?<!/)>\s*<(?!/)""")

#: Tags of an OpenDocument sheet that move the place; attributes that say how far, and that a cell holds something.
_PLACED = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_REPEATED = re.compile(rb"""number-(?:columns|rows)-repeated\s*=\s*["'](\d{1,9})""")
_HOLDS = re.compile(rb"value-type\s*=|formula\s*=")

#: Records of a binary sheet: a row's head, and the cells that hold something (blank cells are record 1).
_ROW_HEAD = 0
_BINARY_CELLS = frozenset(range(2, 12))

#: How a workbook of before 2007 begins; records of its cells (one of them holds several), and columns it can have.
_OLD_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD_CELL = re.compile(
    rb"(?s)\xfd\x00\x0a\x00.{6}|\x7e\x02\x0a\x00.{6}|\x03\x02\x0e\x00.{6}|\x04\x02.\x00.{6}|\x06\x00.\x00.{6}|\xbd\x00..(?=.{6})"
)
_OLD_SEVERAL = 0xBD
_OLD_COLUMNS = 256


@dataclass
class _Extent:
    """Columns and rows that filled cells span, and how many are written down."""

    width: int = 0
    height: int = 0
    filled: int = 0
    columns: set[bytes] = field(default_factory=set)

    @property
    def spread(self) -> bool:
        cells = self.width * self.height
        thin = cells > SPARSE_CELLS and self.filled < FEWEST_FILLED * cells
        return self.width > MAX_COLUMNS or cells > MAX_CELLS or thin


def refuse_spread(name: str, source: BytesIO | Path | None) -> None:
    """Refuse a workbook whose cells lie so far apart that the rectangle around them does not fit into memory.

    Raises
    ------
    UnusableDataError
        If a sheet spans too many columns, too many cells, or a large area that is nearly empty.
    """
    assert source is not None
    try:
        with zipfile.ZipFile(source) as archive:
            for member in archive.namelist():
                for extent in _extents(archive, member):
                    _refuse(name, extent)
    except zipfile.BadZipFile:
        _refuse_old(name, source)
    except (zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return  # damaged: the reader will say so


def _refuse(name: str, extent: _Extent) -> None:
    if extent.spread:
        raise UnusableDataError(
            f"{name}: a sheet has {extent.filled:,} cells spread over {extent.width:,} columns and "
            f"{extent.height:,} rows; copy the table itself into a new workbook."
        )


def _refuse_old(name: str, source: BytesIO | Path) -> None:
    """Refuse a spread workbook of before 2007 (``.xls``), whose cells are records of a row, a column and a value.

    The records are looked for without following the file's sectors, and all sheets together: a chance likeness or a
    second sheet makes the rectangle larger only where it is nearly empty anyway.
    """
    data = source.read_bytes() if isinstance(source, Path) else source.getvalue()
    if not data.startswith(_OLD_MARK):
        return
    extent = _Extent()
    for match in _OLD_CELL.finditer(data):
        size, row, column = struct.unpack_from("<HHH", data, match.start() + 2)
        several = data[match.start()] == _OLD_SEVERAL
        cells = (size - 6) // 6 if several and size % 6 == 0 else int(not several)
        if 0 < cells <= _OLD_COLUMNS - column:
            extent.width, extent.height = max(extent.width, column + cells), max(extent.height, row + 1)
            extent.filled += cells
    _refuse(name, extent)


def _extents(archive: zipfile.ZipFile, member: str) -> Iterator[_Extent]:
    """Yield the extent of each sheet that a member of a workbook holds."""
    if member == "content.xml":
        with archive.open(member) as part:
            yield from _open_document(part)
    elif member.startswith("xl/") and member.endswith(".xml") and "sharedStrings" not in member:
        with archive.open(member) as part:
            yield _named_cells(part)
    elif member.startswith("xl/worksheets/") and member.endswith(".bin"):
        with archive.open(member) as part:
            yield _binary(part)


def _named_cells(part: IO[bytes]) -> _Extent:
    """Return the extent of a sheet whose XML names the place of every cell."""
    extent = _Extent()
    tail = b""
    while chunk := part.read(_CHUNK):
        chunk = tail + chunk
        cut = chunk.rfind(b"<c") if len(chunk) > len(tail) + 1 else 0
        cut = cut if cut > 0 and len(chunk) - cut < 2**16 else len(chunk)
        _count(extent, _FILLED.findall(chunk, 0, cut))
        tail = chunk[cut:]
    _count(extent, _FILLED.findall(tail))
    extent.width = max(map(_column, extent.columns), default=0)
    return extent


def _count(extent: _Extent, cells: list[tuple[bytes, bytes]]) -> None:
    extent.columns.update(letters for letters, _ in cells)
    extent.height = max([extent.height, *(int(number) for _, number in cells)])
    extent.filled += len(cells)


def _column(letters: bytes) -> int:
    """Return the position of a column: A is 1, AA is 27."""
    position = 0
    for letter in letters.upper():
        position = position * 26 + letter - 64
    return position


def _open_document(part: IO[bytes]) -> Iterator[_Extent]:
    """Yield the extent of each sheet of an OpenDocument: cells and rows count on, repeats count as many."""
    extent, row, column, last, repeat = _Extent(), 0, 0, 0, 1
    for closing, tag, attributes in _tags(part):
        count = _repeats(attributes)
        if tag == b"table":
            if closing:
                yield extent
            extent, row = _Extent(), 0
        elif tag == b"table-row":
            if not closing:
                column, last, repeat = 0, 0, count
            if closing or attributes.endswith(b"/"):
                row += repeat
                extent.height = row if last else extent.height
                extent.width = max(extent.width, last)
        elif not closing:
            column += count
            if _HOLDS.search(attributes):
                last = column
                extent.filled += 1


def _repeats(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1]) if found else 1


def _tags(part: IO[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    tail = b""
    while chunk := part.read(_CHUNK):
        chunk = tail + chunk
        cut = chunk.rfind(b"<")
        cut = cut if cut > 0 and len(chunk) - cut < 2**16 else len(chunk)
        yield from _PLACED.findall(chunk, 0, cut)
        tail = chunk[cut:]
    yield from _PLACED.findall(tail)


def _binary(part: IO[bytes]) -> _Extent:
    """Return the extent of a binary sheet: records of a type, a length and, for cells, the column first."""
    extent, row = _Extent(), 0
    data, at = b"", 0
    while True:
        if len(data) - at < 2**16 and (more := part.read(_CHUNK)):
            data, at = data[at:] + more, 0
        if at >= len(data):
            return extent
        kind, at = _varint(data, at, 2)
        size, at = _varint(data, at, 4)
        if kind == _ROW_HEAD and size >= 4:
            row = int.from_bytes(data[at : at + 4], "little") + 1
        elif kind in _BINARY_CELLS and size >= 4:
            extent.width = max(extent.width, int.from_bytes(data[at : at + 4], "little") + 1)
            extent.height = max(extent.height, row)
            extent.filled += 1
        at += size
        while at > len(data) and (more := part.read(_CHUNK)):  # a record longer than what was read
            at, data = at - len(data), more


def _varint(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, the lowest first, and where it ends."""
    value = 0
    for place in range(most):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return value, at
