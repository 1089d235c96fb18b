"""A JSON document becomes tables: find the records, whatever they are wrapped in.

Platform APIs, scrapers and data frames all write JSON, and none writes a table. The records sit at ``items``, at
``business_discovery.media.data``, at ``data.user.timeline.edges[].node``, under their own ids, or are the document
itself; beside them lie paging marks, hashtags, comments and thumbnails, often in longer lists. So every list (and
every object that is a list in disguise) is a candidate, and the records are those that carry an identifier and
metrics, not those that are many. What stands above them (whose posts these are, how many followers, which currency)
is handed down, from the nearest object that describes an account; the outer id of an API answer is often the account
that asked, not the one that was read.

Numbers keep the text the document had, so that long ids lose no digit.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.apart import header_and_rows
from analysis.intake.locate import SAMPLE, cell, find_tables
from analysis.intake.notation import parse_json
from analysis.intake.records import metric_list, text
from analysis.intake.tables import RawTable, raw_table

__all__ = ["read_document", "read_json"]


def read_json(data: bytes, name: str) -> list[RawTable]:
    """Read a JSON or JSON Lines document: bytes → one raw table for each list of records, cells as text.

    Parameters
    ----------
    data : bytes
        The document, in UTF-8 or with a byte order mark.
    name : str
        The file's name, for messages.

    Returns
    -------
    list of RawTable
        The records first; further lists only when they are records of another kind.

    Raises
    ------
    SourceError
        The bytes are not JSON, or nest too deep.
    UnusableDataError
        There are no records in it, or they are known to be of no use (account totals of a period).

    Examples
    --------
    >>> document = b'{"items": [{"id": "a", "statistics": {"viewCount": "7"}}], "etag": "x"}'
    >>> read_json(document, "videos.json")[0].frame.to_dicts()
    [{'id': 'a', 'statistics.viewCount': '7'}]
    """
    root, lines, notes = parse_json(data, name)
    return read_document(root, name, lines, notes)


def read_document(root: Any, name: str, lines: list[int] | None = None, notes: Sequence[str] = ()) -> list[RawTable]:
    """Return the raw tables of a parsed document; ``lines`` are those of its items, where each had one of its own.

    Examples
    --------
    >>> read_document([{"id": "a", "likes": "7"}, {"id": "b", "likes": "9"}], "x.json")[0].frame["likes"].to_list()
    ['7', '9']
    """
    notes = list(notes)
    table = _tabular(root, name)
    if table is not None:
        return [_with_notes(table, notes)]
    try:
        insights = _insights(root, name)
        return [insights] if insights is not None else find_tables(root, lines, name, notes)
    except RecursionError as error:
        raise SourceError(f"{name} nests too deep to be a table of creators, posts or placements.") from error


# Documents that are tables already ------------------------------------------------------------------------------


def _tabular(root: Any, name: str) -> RawTable | None:
    """Return the table of a document that a data frame or a spreadsheet API wrote, or None."""
    if isinstance(root, dict):
        headers = root.get("columns") or root.get("columnHeaders") or root.get("header") or root.get("fields")
        rows = root.get("data") or root.get("rows") or root.get("values")
        if isinstance(headers, list) and isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
            names = [
                h if isinstance(h, str) else text(h.get("name")) or "" if isinstance(h, dict) else "" for h in headers
            ]
            return _from_rows(names, rows, name, "columns and rows apart (split orient)")
        values = root.get("values")
        if isinstance(values, list) and len(values) > 1 and all(isinstance(row, list) for row in values):
            return _from_rows(
                [text(h) or "" for h in values[0]], values[1:], name, "rows as lists, the first is the header", 2
            )
        apart = header_and_rows(root)
        if apart is not None:
            return _from_rows(*apart, name, "a list of names and a list of rows")
        return _column_wise(root, name)
    if isinstance(root, list) and len(root) > 1 and all(isinstance(row, list) for row in root):
        first = root[0]
        if first and all(isinstance(h, str) and not h.replace(".", "").isdigit() for h in first):
            return _from_rows(first, root[1:], name, "rows as lists, the first is the header", 2)
    return None


def _from_rows(headers: list[str], rows: list[list[Any]], name: str, note: str, first_line: int = 1) -> RawTable:
    width = len(headers)
    columns: list[list[str | None]] = [[cell(row[k]) if k < len(row) else None for row in rows] for k in range(width)]
    return raw_table(name, headers, columns, first_line=first_line, notes=[note])


def _column_wise(root: dict[str, Any], name: str) -> RawTable | None:
    """Read ``{column: {row: value}}`` (what pandas writes unasked) and ``{column: [values]}``."""
    values = list(root.values())
    if len(values) < 2:
        return None
    if all(isinstance(v, list) for v in values) and len({len(v) for v in values}) == 1 and values[0]:
        if all(not isinstance(item, (dict, list)) for v in values for item in v[:SAMPLE]):
            return raw_table(name, list(root), [[cell(c) for c in v] for v in values], notes=["one list a column"])
        return None
    if not all(isinstance(v, dict) and v for v in values):
        return None
    keys = list(values[0])
    counted = keys[: len(keys)] == [str(k) for k in range(len(keys))] or all(key.isdigit() for key in keys)
    same = all(v.keys() == values[0].keys() for v in values)
    plain = all(not isinstance(item, (dict, list)) for v in values for item in list(v.values())[:SAMPLE])
    if not (counted and same and plain) or all(key.isdigit() for key in root):
        return None
    return raw_table(name, list(root), [[cell(v[k]) for k in keys] for v in values], notes=["one object a column"])


def _insights(root: Any, name: str) -> RawTable | None:
    """Read a document of one metric a record: one post's insights are one row; an account's are refused."""
    items = root.get("data") if isinstance(root, dict) else root
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        return None
    if not all(isinstance(i.get("name"), str) and ({"values", "total_value", "value"} & i.keys()) for i in items):
        return None
    posts: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        posts.setdefault(str(item.get("id") or "").split("/")[0], []).append(item)
    pivoted = {owner: metric_list(parts) for owner, parts in posts.items()}
    period = sorted({str(item.get("period")) for item in items})
    if None in pivoted.values() or period not in (["lifetime"], ["None"]):
        raise UnusableDataError(
            f"{name}: totals of one account over a period ({', '.join(period)}), neither posts nor accounts with "
            "followers. Export the posts, or the profile."
        )
    headers = ["id", *dict.fromkeys(metric for metrics in pivoted.values() for metric in metrics or {})]
    columns = [
        [owner or None if h == "id" else text((metrics or {}).get(h)) for owner, metrics in pivoted.items()]
        for h in headers
    ]
    if not any(pivoted):
        headers, columns = headers[1:], columns[1:]
    return raw_table(
        name, headers, columns, notes=[f"one metric a record: {len(items)} records are {len(pivoted)} posts"]
    )


def _with_notes(table: RawTable, notes: list[str]) -> RawTable:
    return dataclasses.replace(table, notes=[*notes, *table.notes])
