"""Documents in the cells of a table: a column of objects becomes a column for each of their fields.

Databases keep JSON in columns, and a data frame of an API's answers writes its nested objects as text:
``public_metrics`` holds ``{"like_count": 7, ...}``, or what Python prints of it. Such a column says as much as the
document it came from and is read as that document is, under dotted names. A column of which one cell is no document
stays as it is.
"""

import json
from dataclasses import replace
from typing import Any

import polars as pl

from analysis.intake.records import Flat, flatten
from analysis.intake.rewriting import as_json
from analysis.intake.tables import RawTable, unique_names

__all__ = ["opened"]

#: Rows looked at to tell a column of documents.
SAMPLE = 200

#: Fields of one column; documents that invent a field each are no table.
MOST_FIELDS = 200


def opened(raw: RawTable) -> RawTable:
    """Return a table with its columns of documents opened; any other table as it is.

    Examples
    --------
    >>> from analysis.intake.tables import raw_table
    >>> found = opened(raw_table("t.csv", ["id", "metrics"], [["a"], ['{"likes": 7, "by": {"ads": 2}}']]))
    >>> found.frame.to_dicts()
    [{'id': 'a', 'metrics.likes': '7', 'metrics.by.ads': '2'}]
    """
    documents = {
        position: found
        for position, name in enumerate(raw.frame.columns)
        if _looks_it(raw.frame.get_column(name)) and (found := _read(raw.frame.get_column(name), raw.headers[position]))
    }
    if not documents:
        return raw
    headers: list[str] = []
    columns: list[pl.Series] = []
    for position, name in enumerate(raw.frame.columns):
        flats = documents.get(position)
        if flats is None:
            headers.append(raw.headers[position])
            columns.append(raw.frame.get_column(name))
            continue
        for path in dict.fromkeys(path for flat in flats for path in flat):
            headers.append(path)
            columns.append(pl.Series(path, [flat.get(path) for flat in flats], dtype=pl.String))
    said = ", ".join(raw.headers[position] for position in documents)
    frame = pl.DataFrame([column.alias(name) for column, name in zip(columns, unique_names(headers), strict=True)])
    return replace(raw, frame=frame, headers=headers, notes=[*raw.notes, f"documents in cells opened: {said}"])


def _looks_it(cells: pl.Series) -> bool:
    """Whether the first cells of a column all begin and end as objects, or lists of them, do."""
    first = cells.head(SAMPLE).drop_nulls().str.strip_chars()
    first = first.filter(first != "")
    return len(first) > 0 and bool(first.str.contains(r"(?s)^(?:\{.+\}|\[\s*\{.+\}\s*\])$").all())


def _read(cells: pl.Series, header: str) -> list[Flat] | None:
    """Return the fields of each cell; None when a cell is no document, or when they say nothing."""
    known: dict[str, Flat] = {}
    flats: list[Flat] = []
    for cell in cells:
        if cell is None or not cell.strip():
            flats.append({})
            continue
        if cell not in known:
            document = _parsed(cell)
            if document is None:
                return None
            known[cell] = flatten({header.strip(): document})
        flats.append(known[cell])
    fields = {path for flat in known.values() for path in flat}
    return flats if 0 < len(fields) <= MOST_FIELDS else None


def _parsed(cell: str) -> Any:
    """Return the object or list a cell holds, numbers as their text; None when it holds neither."""
    for write in (str, as_json):
        try:
            found = json.loads(write(cell), parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, (dict, list)) else None
    return None
