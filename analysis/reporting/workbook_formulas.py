"""Which cells of a table are ratios of two others, so that a workbook can show how they came about.

A ratio cell becomes a live formula over its sums. Nothing is guessed: a formula is written only where it gives the
very number that the finding holds, to nine digits; elsewhere the number stands alone. So a table in which a price is
per thousand, or a return is less one, has the formula that fits it, and a median never gets one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.reporting.story import Column, FindingRecord
from analysis.reporting.workbook_formats import is_number

__all__ = ["Sheet", "formula", "sheet_of"]

#: Columns that may hold a ratio of sums, by name; a column that names its own sums needs no place here.
RATIOS = ("pooled", "roi", "order", "share")

#: Pairs of columns that a ratio may be made of.
PAIRS = (
    ("numerator", "denominator"),
    ("known", "of"),
    ("changed", "of"),
    ("creators", "of"),
    ("rows", "of"),
    ("cells", "of"),
)

#: How a ratio may be made of its sums: the formula, and what it gives.
FORMS: tuple[tuple[str, Callable[[float, float], float]], ...] = (
    ("={n}/{d}", lambda n, d: n / d),
    ("=1000*{n}/{d}", lambda n, d: 1000 * n / d),
    ("={n}/{d}-1", lambda n, d: n / d - 1),
    ("=({n}-{d})/{d}", lambda n, d: (n - d) / d),
)

#: How near a formula's result must be to the number it stands for, as a share of it.
NEAR = 1e-9


class Sheet:
    """A finding's table as a sheet holds it: its columns, then the sums behind its ratios."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], own: Mapping[str, Any]) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]
        self.places = {column.name: place for place, column in reversed(list(enumerate(self.columns)))}
        self._own = own

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """Return the places of the columns that the ratios of a column may be made of."""
        told = self._own.get(name)
        named = [(told.get("numerator"), told.get("denominator"))] if isinstance(told, Mapping) else []
        pairs = [*named, *(PAIRS if name in RATIOS else ())]
        return [(self.places[a], self.places[b]) for a, b in pairs if a in self.places and b in self.places]


def sheet_of(finding: FindingRecord) -> Sheet:
    """Return a finding's table with the sums behind its ratios after its own columns."""
    table = finding.data.get("table") or {}
    sums = table.get("sums") or {}
    columns, rows = list(finding.columns), [list(row) for row in finding.rows]
    more = sums.get("rows") or []
    if len(more) == len(rows) and sums.get("columns"):
        columns += [Column(c["name"], c.get("header") or c["name"], c.get("kind") or "number") for c in sums["columns"]]
        rows = [row + list(extra) for row, extra in zip(rows, more, strict=True)]
    own = {c["name"]: c["formula"] for c in table.get("columns", []) if c.get("formula")}
    return Sheet(columns, rows, own)


def formula(sheet: Sheet, row: int, place: int, names: Sequence[str]) -> str | None:
    """Return the formula of one cell, or None where no form gives its number.

    Parameters
    ----------
    sheet : Sheet
        The table.
    row, place : int
        Which cell, from 0.
    names : sequence of str
        The address of each cell of this row, such as ``D7``.

    Examples
    --------
    >>> columns = [Column("numerator", "cost", "money"), Column("denominator", "engagements", "count"),
    ...            Column("pooled", "cost per engagement", "money")]
    >>> formula(Sheet(columns, [[250.0, 1010, 250.0 / 1010]], {}), 0, 2, ["A2", "B2", "C2"])
    '=A2/B2'
    >>> formula(Sheet(columns, [[250.0, 1010, 5.05]], {}), 0, 2, ["A2", "B2", "C2"]) is None
    True
    """
    value = sheet.rows[row][place]
    if not is_number(value):
        return None
    for top, bottom in sheet.pairs(sheet.columns[place].name):
        n, d = sheet.rows[row][top], sheet.rows[row][bottom]
        if place in (top, bottom) or not is_number(n) or not is_number(d) or d == 0:
            continue
        for form, result in FORMS:
            if abs(result(n, d) - value) <= NEAR * max(abs(value), NEAR):
                return form.format(n=names[top], d=names[bottom])
    return None
