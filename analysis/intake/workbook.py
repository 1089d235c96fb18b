"""Workbooks and Parquet files become raw tables.

A sheet is read as rows of text and then treated like a delimited text: titles above the header, totals below, several
sheets each a table of their own. Merged header cells (a group over its columns) are joined with the row below them.
Hidden sheets are read like the others and said to be hidden. Parquet keeps its own types until they are text, so
that one path of recognition serves all formats.
"""

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.extents import MAX_CELLS, refuse_spread
from analysis.intake.headers import read_header
from analysis.intake.layouts import blocks_of, filled_down
from analysis.intake.platforms import platform_named
from analysis.intake.rows import MAX_COLUMNS, find_header, table_from_rows, words
from analysis.intake.tables import Hold, RawTable, held, unique_names

__all__ = ["read_parquet", "read_workbook"]

#: Rows of a Parquet file that become text at once.
ROWS = 100_000

#: Groups that say nothing of the columns under them that the columns do not say themselves.
_NEUTRAL = re.compile(
    r"(?i)(?:\W|creators?|influencers?|talents?|accounts?|profiles?|info(?:rmation)?|general|basics?|details?|content|"
    r"posts?|campaigns?|performance|results?|metrics?|kpis?|stats|statistics|engagement|delivery|deliverables?|money|"
    r"costs?|financials?|finance|commercials?|payment|sales|return|and|&|data|daten|leistung|ergebnisse|kosten|"
    r"organic|paid|resultados|datos|dados|r[eé]sultats|donn[eé]es|数据|达人|费用|결과|실적)+"
)
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")


def read_workbook(name: str, *, data: bytes | None = None, path: Path | None = None) -> list[RawTable]:
    """Return one raw table for each sheet that holds one.

    Raises
    ------
    SourceError
        If the workbook is damaged or protected by a password.
    """
    import python_calamine

    refuse_spread(name, io.BytesIO(data) if data is not None else path)
    try:
        source: Any = io.BytesIO(data) if data is not None else str(path)
        book = python_calamine.CalamineWorkbook.from_object(source)
    except python_calamine.PasswordError as error:
        raise SourceError(f"{name} is protected by a password; save a copy without one.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be opened as a workbook ({error}); it may be damaged.") from error
    tables = []
    for meta in book.sheets_metadata:
        if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = meta.visible is not python_calamine.SheetVisibleEnum.Visible
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except python_calamine.CalamineError as error:
            raise SourceError(f"{name}: sheet {meta.name!r} cannot be read ({error}).") from error
        if sheet.width > MAX_COLUMNS or sheet.width * sheet.height > MAX_CELLS:
            raise UnusableDataError(
                f"{name}: sheet {meta.name!r} claims {sheet.width:,} columns and {sheet.height:,} rows; "
                "copy the table itself into a new workbook."
            )
        tables += _sheet(name, meta.name, sheet, hidden, single=len(book.sheet_names) == 1)
    return tables


def _sheet(name: str, sheet_name: str, sheet: Any, hidden: bool, *, single: bool) -> list[RawTable]:
    first_row = (sheet.start or (0, 0))[0]
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    lines = list(range(first_row + 1, first_row + 1 + len(rows)))
    notes = [f"sheet {sheet_name!r}" + (" (hidden)" if hidden else "")] if hidden or not single else []
    repeated = _fill_merged(rows, sheet, first_row)
    if repeated:
        notes.append(f"{repeated:,} cells merged over several rows are repeated on each; amounts and counts stand once")
    rows, lines, joined = _join_merged(rows, lines, sheet, first_row)
    if joined:
        notes.append("two header rows were joined")
    tables = []
    for block in blocks_of(rows, lines):
        below = filled_down(block.rows)
        if below:
            block.notes.append(f"{below:,} rows are those of the name that stands once above them")
        part = " › ".join(filter(None, ["" if single else sheet_name, block.part]))
        table = table_from_rows(name, block.rows, block.lines, part=part, notes=[*notes, *block.notes], hidden=hidden)
        if table is not None:
            tables.append(table)
    return tables


def _fill_merged(rows: list[list[str]], sheet: Any, first_row: int) -> int:
    """Repeat what is merged over several rows on each of them, where it names something; return how many cells.

    An amount or a count that spans several rows is the sum of them: it stands once, on the first.
    """
    first_column = (sheet.start or (0, 0))[1]
    header = find_header(rows)
    if header is None:
        return 0
    repeated = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        row, column = top - first_row, left - first_column
        if bottom == top or right != left or row <= header or not 0 <= column < len(rows[row]):
            continue
        cell = rows[row][column].strip()
        spoken = rows[header][column] if column < len(rows[header]) else ""
        audience = any(meaning.exact and meaning.concept == "followers" for meaning in read_header(spoken))
        if not cell or (not words([cell]) and "://" not in cell and not audience and not _DAY.match(cell)):
            continue
        for below in rows[row + 1 : bottom - first_row + 1]:
            if column < len(below) and not below[column].strip():
                below[column] = rows[row][column]
                repeated += 1
    return repeated


def _join_merged(
    rows: list[list[str]], lines: list[int], sheet: Any, first_row: int
) -> tuple[list[list[str]], list[int], bool]:
    """Join a header whose cells span columns with the row below it."""
    first_column = (sheet.start or (0, 0))[1]
    spans = [
        (top - first_row, left - first_column, right - first_column)
        for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])
        if right > left and bottom == top and 0 <= top - first_row < 20
    ]
    tops = sorted({top for top, _, _ in spans})
    for top in tops:
        groups = [span for span in spans if span[0] == top]
        last = top
        while last + 1 in tops:  # groups of groups
            last += 1
        covered = sum(right - left + 1 for _, left, right in groups)
        below = rows[last + 1] if last + 1 < len(rows) else []
        whole = any(right - left + 1 >= max(2, len(rows[top]) - 1) for _, left, right in groups) and len(groups) == 1
        whole = whole and (last == top or sum(bool(cell) for cell in rows[top]) == 1)
        if whole or covered < 2 or sum(bool(cell) for cell in below) < max(2, covered // 2):
            continue
        levels = [_spread(rows[level], [span for span in spans if span[0] == level]) for level in range(top, last + 1)]
        header = _named_under(levels, _padded(below, len(levels[0])))
        return [*rows[:top], header, *rows[last + 2 :]], [*lines[:top], lines[last + 1], *lines[last + 2 :]], True
    return rows, lines, False


def _spread(row: list[str], spans: list[tuple[int, int, int]]) -> list[str]:
    """Return a header row with what is merged over several columns in each of them."""
    cells = list(row)
    for _, left, right in spans:
        for column in range(left + 1, min(right + 1, len(cells))):
            cells[column] = cells[left]
    return cells


def _named_under(levels: list[list[str]], below: list[str]) -> list[str]:
    """Return the names of columns under their groups; a group that says nothing is left out where they stay apart."""
    columns = [
        ([level[i].strip() for level in levels if i < len(level) and level[i].strip()], down.strip())
        for i, down in enumerate(below)
    ]
    columns = [([up for up in ups if platform_named(up)] or ups, down) for ups, down in columns]  # the network tells
    short = [
        " ".join([*(up for up in ups if not (down and _NEUTRAL.fullmatch(up))), *([down] if down else [])])
        for ups, down in columns
    ]
    lowered = [name.casefold() for name in short]
    whole = [" ".join([*ups, *([down] if down else [])]) for ups, down in columns]
    return [name if lowered.count(name.casefold()) == 1 else full for name, full in zip(short, whole, strict=True)]


def _padded(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))][:width]


def _text(cell: Any) -> str:
    """Return a cell as the text a CSV would hold."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time(0) else cell.date().isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return str(cell)


def read_parquet(
    name: str, *, data: bytes | None = None, path: Path | None = None, hold: Hold = held
) -> list[RawTable]:
    """Return the table of a Parquet file, all columns as text; nested columns are opened one level at a time.

    Raises
    ------
    SourceError
        If the file is damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    source: Any = io.BytesIO(data) if data is not None else str(path)
    try:  # pyarrow and its full check turn damaged bytes into errors, where polars' own reader panics
        file = parquet.ParquetFile(source)
        pieces = []
        for batch in file.iter_batches(ROWS) if file.metadata.num_rows else file.read().to_batches(ROWS) or [None]:
            table = file.read() if batch is None else pa.Table.from_batches([batch])
            table = table.replace_schema_metadata(None)
            table.validate(full=True)
            str(table.schema)  # names and time zones are text
            frame = pl.from_arrow(table)
            assert isinstance(frame, pl.DataFrame)
            piece = table_from_frame(name, frame)
            pieces.append(hold(piece.frame))
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        OSError,
        ValueError,
        NotImplementedError,
        MemoryError,
    ) as error:
        raise SourceError(f"{name} cannot be read as Parquet ({_first_line(error)}); it may be damaged.") from error
    frame = pl.concat(pieces)
    lines = pl.int_range(1, frame.height + 1, eager=True).alias("line")
    return [replace(piece, frame=frame, lines=lines)]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def table_from_frame(name: str, frame: pl.DataFrame, *, part: str = "", notes: list[str] | None = None) -> RawTable:
    """Return any polars frame as a raw table of text: typed columns become the text a CSV would hold."""
    while any(isinstance(dtype, pl.Struct) for dtype in frame.dtypes):
        name_of = next(column for column, dtype in frame.schema.items() if isinstance(dtype, pl.Struct))
        inner = frame.get_column(name_of).struct.unnest()
        inner = inner.rename({column: f"{name_of}.{column}" for column in inner.columns})
        clash = set(inner.columns) & set(frame.columns)
        frame = frame.drop(name_of).hstack(inner.drop(list(clash)))
    headers = frame.columns
    columns = []
    for key, (header, dtype) in zip(unique_names(headers), frame.schema.items(), strict=True):
        column = frame.get_column(header)
        if isinstance(dtype, pl.List | pl.Array):
            column = column.cast(pl.List(pl.String), strict=False).list.join(", ")
        elif dtype == pl.Binary:
            column = column.cast(pl.String, strict=False)
        elif isinstance(dtype, pl.Datetime):
            column = column.dt.to_string("iso")
        elif dtype != pl.String:
            column = column.cast(pl.String, strict=False)
        columns.append(column.alias(key))
    text = pl.DataFrame(columns)
    text = text.with_columns(pl.all().str.strip_chars().replace("", None)) if text.width else text
    lines = pl.int_range(1, text.height + 1, eager=True).alias("line")
    return RawTable(name, part, text, list(headers), lines, list(notes or []))
