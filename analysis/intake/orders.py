"""Day or month first: what the numeric dates of a column prove, counted, and the order they come to.

``03/04/2024`` proves nothing, ``17/04/2024`` proves that the day stands first. So the cells that fit each order are
counted, block by block where a column is long; the counts, and which days and months occur, are all that the decision
needs. Where both orders fit every cell, the header may say which it is (``dd.mm.yyyy``), then which part takes the
fewer values, then dots, am and pm, hyphens; the column is then called ambiguous.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

import polars as pl

__all__ = ["ORDERS", "WHOLE_YEARS", "Orders"]

#: Two-digit years of the networks' age: from 04 to this, when no date says what today is.
LAST_SHORT_YEAR = 39

#: Order → where month, day and year stand among the three numbers; the last two need years of two digits.
ORDERS = {
    "day-month-year": ("b", "a", "c"),
    "month-day-year": ("a", "b", "c"),
    "year-month-day": ("b", "c", "a"),
    "year-day-month": ("c", "b", "a"),
}

#: Orders of dates whose year has four digits.
WHOLE_YEARS = ("day-month-year", "month-day-year")


@dataclass
class Orders:
    """What the numeric dates of a column say of their order; the counts of blocks add up.

    Examples
    --------
    >>> orders = Orders("Posted")
    >>> for b in (4, 17):
    ...     cell = {"a": [3], "b": [b], "c": [2024], "mark": ["/"], "half": [False], "rows": [1]}
    ...     orders = orders.plus(pl.DataFrame(cell))
    >>> orders.decide()
    ('month-day-year', '2 of 2 cells are dates in this order, 1 in the other', False)
    """

    header: str
    today: date | None = None
    told: str = ""
    rows: int = 0
    short: bool = False
    dated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    undated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WHOLE_YEARS, 0))
    first: set[int] = field(default_factory=set)
    second: set[int] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    half: bool = False

    def plus(self, part: pl.DataFrame) -> "Orders":
        """Return these and what more cells say.

        Parameters
        ----------
        part : polars.DataFrame
            ``a``, ``b``, ``c`` (whole numbers; a year of two digits is below a hundred), ``mark``, ``half`` (whether am
            or pm follows), ``rows``.
        """
        if part.is_empty():
            return self
        new = deepcopy(self)
        new.rows += int(part["rows"].sum())
        new.short |= bool((part["c"] < 100).any())
        last = LAST_SHORT_YEAR if self.today is None else self.today.year % 100 + 1
        for name, order in ORDERS.items():
            month, day, year = (part[column] for column in order)
            fits = month.is_between(1, 12) & day.is_between(1, 31)
            if name in new.undated:
                new.undated[name] += int(part["rows"].filter(fits).sum())
            fits &= year.is_between(4, last) | (year > 100)
            new.dated[name] += int(part["rows"].filter(fits).sum())
        new.first.update(part["a"].unique().to_list())
        new.second.update(part["b"].unique().to_list())
        new.marks.update(part["mark"].unique().to_list())
        new.half |= bool(part["half"].any())
        return new

    def decide(self) -> tuple[str, str, bool]:
        """Return the order, on what grounds, and whether it could be another."""
        if self.told:
            return self.told, "as the map says", False
        scores = self.dated if self.short else self.undated
        best = max(scores.values())
        possible = [name for name, score in scores.items() if score == best]
        if len(possible) > 1:
            return self._settle(possible)
        worst = min(scores[name] for name in WHOLE_YEARS)
        why = f"{best:,} of {self.rows:,} cells are dates in this order, {worst:,} in the other"
        return possible[0], why, self.rows > best and worst > 0

    def _settle(self, possible: list[str]) -> tuple[str, str, bool]:
        """Choose between orders that fit every cell: the header, the part that varies less, the dots, the clock."""
        hint = _order_in(self.header)
        if hint in possible:
            return hint, "the header says so", False
        if not set(WHOLE_YEARS) <= set(possible):
            return possible[0], "the first order that fits every cell", True
        first, second = len(self.first), len(self.second)
        if max(first, second) >= 3 * min(first, second):
            chosen = "day-month-year" if first > second else "month-day-year"
            return chosen, f"the first number takes {first} values and the second {second}, and days vary more", True
        if self.marks == {"."}:
            return "day-month-year", "dotted dates are written day first", True
        if self.half:
            return "month-day-year", "the clock has am and pm", True
        if self.marks == {"-"}:
            return "day-month-year", "no cell settles the order; dates with hyphens are read day first", True
        return "month-day-year", "no cell settles the order; dates with slashes are read month first", True


def _order_in(header: str) -> str:
    """Return the order that a header spells out (``dd.mm.yyyy``, ``TT.MM.JJJJ``, ``mm/dd/yy``), or ''."""
    lowered = header.lower()
    for first, second, name in (("dtjg", "ma", "day-month-year"), ("ma", "dtjg", "month-day-year")):
        if re.search(rf"(?<![a-z])([{first}])\1?[-/. ]([{second}])\2{{0,2}}[-/. ]([yja])\3{{1,3}}(?![a-z])", lowered):
            return name
    return ""
