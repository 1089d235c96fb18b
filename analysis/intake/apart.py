"""A table in a document whose header stands apart from its rows.

Query engines and report APIs answer with a list of names and a list of rows: ``schema.fields`` and ``rows[].f[].v``,
``ResultSetMetadata.ColumnInfo`` and ``Rows[].Data[].VarCharValue``, ``cols`` and ``rows``, each under objects of its
own. Which keys they use differs from tool to tool; that a list of n names and rows of n cells belong together does
not. A header is made of known names, and is taken only when exactly one list of them has the width of the rows, or when
it is the first row.
"""

from collections.abc import Iterator
from typing import Any

from analysis.intake.headers import looks_like_header

__all__ = ["header_and_rows"]

#: Nesting followed in search of rows and of their header.
DEEPEST = 6

#: Objects of a list that may each hold a table: the ranges of a sheet, the results of a query.
FEW = 5

#: Rows looked at to tell a list of rows.
SAMPLE = 40

#: Names of the widest header.
WIDEST = 2_000

#: What an object in a header may call the name of its column.
_NAMES = ("name", "Name", "displayName", "display_name", "label", "Label", "title", "field", "fieldName", "columnName")


def header_and_rows(root: Any) -> tuple[list[str], list[list[Any]]] | None:
    """Return the names and the rows of a document that holds them apart, or None.

    Examples
    --------
    >>> fields = [{"name": "id"}, {"name": "likes"}]
    >>> header_and_rows({"schema": {"fields": fields}, "rows": [{"f": [{"v": "a"}, {"v": "7"}]}]})
    (['id', 'likes'], [['a', '7']])
    >>> header_and_rows({"rows": [["a", "7"]]}) is None
    True
    """
    if not isinstance(root, dict):
        return None
    lists = list(_lists(root, 0))
    grids = [rows for items in lists if (rows := _rows(items)) and _heads(rows[0])]
    if len(grids) == 1:
        return [str(cell) for cell in grids[0][0]], grids[0][1:]
    tables = [rows for items in lists if (rows := _rows(items))]
    headers = [names for items in lists if (names := _names(items))]
    for rows in sorted(tables, key=len, reverse=True):
        fitting = [names for names in headers if len(names) == len(rows[0])]
        if len(fitting) == 1:
            names = fitting[0]
            return names, rows[1:] if [str(cell) for cell in rows[0]] == names else rows
    return None


def _heads(row: list[Any]) -> bool:
    """Whether a row is a header: known words, most of them, and no number."""
    texts = [cell for cell in row if isinstance(cell, str)]
    return len(texts) == len(row) and looks_like_header(texts) and not any(cell.isdigit() for cell in texts)


def _lists(node: Any, depth: int) -> Iterator[list[Any]]:
    """Yield the lists under the objects of a document, and under the few objects of a short list."""
    for value in node.values() if depth < DEEPEST else ():
        if isinstance(value, list) and value:
            yield value
            if len(value) <= FEW and all(isinstance(item, dict) for item in value):
                for item in value:
                    yield from _lists(item, depth + 1)
        elif isinstance(value, dict):
            yield from _lists(value, depth + 1)


def _rows(items: list[Any]) -> list[list[Any]] | None:
    """Return the cells of a list of rows of one width, each cell a value or an object around one; else None."""
    if any(_cells(item) is None for item in items[:SAMPLE]):
        return None
    found = [_cells(item) for item in items]
    rows = [row for row in found if row is not None]
    if len(rows) < len(found) or not rows or len(rows[0]) < 2 or len({len(row) for row in rows[:SAMPLE]}) > 1:
        return None
    return rows


def _cells(item: Any) -> list[Any] | None:
    """Return the cells of a row: a list, or the one list in an object."""
    if isinstance(item, dict) and len(item) == 1:
        (item,) = item.values()
    if not isinstance(item, list) or not item:
        return None
    cells = [_value(cell) for cell in item]
    return None if any(isinstance(cell, (dict, list)) for cell in cells) else cells


def _value(cell: Any) -> Any:
    if isinstance(cell, dict) and len(cell) == 1:
        (inner,) = cell.values()
        return inner
    return None if cell == {} else cell


def _names(items: list[Any]) -> list[str] | None:
    """Return the names of a list that may be a header: texts, or objects with a name each; known, all different."""
    if len(items) > WIDEST:
        return None
    if all(isinstance(item, str) for item in items):
        names = items
    elif all(isinstance(item, dict) for item in items):
        key = next((key for key in _NAMES if all(isinstance(item.get(key), str) for item in items)), "")
        names = [item[key] for item in items] if key else []
    else:
        return None
    plain = [name for name in names if name and not name.replace(".", "").isdigit()]
    different = len(names) > 1 and len(plain) == len(names) == len(set(names))
    return names if different and looks_like_header(names) else None
