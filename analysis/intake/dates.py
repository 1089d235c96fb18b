"""A column of date cells becomes UTC times: the order of day and month is decided for the column.

``03/04/2024`` is a day in March or in April; ``17/04/2024`` further down settles it for all rows
(:mod:`analysis.intake.orders`). Everything else a cell says by itself, so a long column is read block by block: the
order is the plan of the whole, and counts of what was met make up what is said of it.

A date without a year (a list exported on 28 February says "July 16") is not guessed: it is missing, counted and
named in the rule. Times with a zone become UTC; times without one are taken as UTC. A month is its first day.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from analysis.intake.calendars import as_utc, in_iso, in_orders, since
from analysis.intake.numbers import is_missing
from analysis.intake.orders import WHOLE_YEARS, Orders
from analysis.intake.written import ISO_PLACE, ISO_RULE, ORDERED, take_apart, unit_place

__all__ = ["DateColumn", "ParsedDates", "parse_column"]


@dataclass(frozen=True)
class ParsedDates:
    """A column as UTC times, with what was decided and why.

    Attributes
    ----------
    values : polars.Series
        Datetime in UTC; null where the cell is missing or unread.
    unparsed : polars.Series
        Boolean: the cell held something that could not be read, a date without a year included.
    rule, evidence : str
        How the cells were read, and on what grounds.
    ambiguous : bool
        Whether day and month could be the other way round.
    markers : dict
        Missing markers met, with counts.
    yearless : int
        Cells that name a day and no year.
    """

    values: pl.Series
    unparsed: pl.Series
    rule: str
    evidence: str
    ambiguous: bool = False
    markers: dict[str, int] = field(default_factory=dict)
    yearless: int = 0


def parse_column(series: pl.Series, *, header: str = "", today: date | None = None) -> ParsedDates:
    """Read a text column as times: a column of text → Datetime('us', 'UTC'), null where missing or unread.

    Parameters
    ----------
    series : polars.Series
        Text cells; dates and times pass through.
    header : str
        The column's header, which may name the order (``dd/mm/yyyy``).
    today : datetime.date, optional
        Two-digit years later than this year belong to the last century; without it, years up to 69 are 20xx.

    Returns
    -------
    ParsedDates

    Examples
    --------
    >>> parse_column(pl.Series(["17/04/2024", "03/04/2024"])).values.dt.to_string("%Y-%m-%d").to_list()
    ['2024-04-17', '2024-04-03']
    >>> parse_column(pl.Series(["2024-02"])).values.dt.to_string("%Y-%m-%d").to_list()
    ['2024-02-01']
    >>> parse_column(pl.Series(["July 16"])).yearless
    1
    """
    if series.dtype == pl.Date or isinstance(series.dtype, pl.Datetime):
        return ParsedDates(as_utc(series), _none(series), "dates", "the column holds dates")
    column = DateColumn(header, today)
    values, unparsed = column.read(series.cast(pl.String))
    return replace(column.said(), values=values.alias(series.name), unparsed=unparsed)


class DateColumn:
    """A column of dates that comes in blocks: each is read by a plan, the order of day and month.

    Examples
    --------
    >>> column = DateColumn("Posted")
    >>> column.read(pl.Series(["03/04/2024"]))[0].dt.month().to_list(), column.plan()
    ([3], 'month-day-year')
    >>> column.read(pl.Series(["17/04/2024"]), "month-day-year")[0].dt.month().to_list(), column.plan()
    ([4], 'day-month-year')
    """

    def __init__(self, header: str = "", today: date | None = None, told: str = "") -> None:
        self.orders = Orders(header, today, told)
        self.markers: Counter[str] = Counter()
        self.rules: dict[str, tuple[int, int]] = {}  # rule → where it stands among all
        self.held = self.iso = self.numbers = self.moved = self.yearless = 0

    def read(self, cells: pl.Series, plan: str | None = None) -> tuple[pl.Series, pl.Series]:
        """Return the next block as UTC times, and which cells could not be read.

        Parameters
        ----------
        cells : polars.Series
            Text.
        plan : str, optional
            The order of day and month; without it, the one that all blocks up to this come to.
        """
        times = in_iso(cells)
        if times is None:
            gone = _absent(cells)
            met = cells.filter(gone & cells.is_not_null()).str.strip_chars().value_counts()
            self.markers.update({text: rows for text, rows in met.iter_rows() if text})
            cells = pl.select(pl.when(~gone).then(cells)).to_series()
            times = in_iso(cells)
        held = len(cells) - cells.null_count()
        self.held += held
        if times is not None:
            self.iso += held
            self.rules |= dict.fromkeys([ISO_RULE] * bool(held), ISO_PLACE)
            return times, _none(cells)
        times = self._counted(cells, held)
        if times is None:
            times = self._ordered(cells, plan)
        if times is None:
            times = self._apart(cells, plan)
        return times, cells.is_not_null() & times.is_null()

    def plan(self) -> str:
        """Return the order of day and month that everything read so far comes to; empty where no cell has one."""
        return self.orders.decide()[0] if self.orders.rows else ""

    def said(self) -> ParsedDates:
        """Return what was decided for the column, and why; without values."""
        nothing = pl.Series([], dtype=pl.Boolean)
        markers = dict(self.markers.most_common())
        if self.held and self.iso == self.held:
            return ParsedDates(nothing, nothing, "ISO dates", "every cell is an ISO date", markers=markers)
        rules = sorted(self.rules, key=lambda rule: self.rules[rule])
        evidence, ambiguous = [], False
        if self.orders.rows:
            chosen, why, ambiguous = self.orders.decide()
            if self.moved:
                why += f"; {self.moved:,} cells are dates only the other way round and are read so"
            evidence.append(f"{chosen}: {why}")
        if self.held and self.numbers == self.held:
            evidence.append(f"all {self.held:,} cells are such numbers")
        rule = ", ".join(rules) or "no dates"
        if self.yearless:
            rule += f"; {self.yearless:,} cells name no year and are left missing"
        return ParsedDates(
            nothing, nothing, rule, "; ".join(evidence), ambiguous or bool(self.moved), markers, self.yearless
        )

    def _counted(self, cells: pl.Series, held: int) -> pl.Series | None:
        """Read a block of numbers counted since 1970, or in days of a spreadsheet."""
        if not held or not cells.str.contains(r"^(?:[0-9]{5}|[0-9]{9,19})(?:\.[0-9]+)?$").fill_null(True).all():
            return None
        times, rules = since(cells.cast(pl.Float64, strict=False))
        if times.null_count() > cells.null_count():
            return None
        self.numbers += held
        self.rules |= {rule: unit_place(rule) for rule in rules}
        return times

    def _ordered(self, cells: pl.Series, plan: str | None) -> pl.Series | None:
        """Read a block of numeric dates that one format reads, in the order of the plan."""
        found = in_orders(cells, [plan] if plan else WHOLE_YEARS)
        if found is None:
            return None
        fits, mark, half = found
        name, times = next(iter(fits.items()))
        numbers = {"day": times.dt.day(), "month": times.dt.month()}
        first, second = name.split("-")[:2]
        part = pl.DataFrame({"a": numbers[first], "b": numbers[second]}).drop_nulls()
        part = part.group_by("a", "b").agg(rows=pl.len())
        orders = self.orders.plus(
            part.select(pl.col("a", "b").cast(pl.Int64), "rows", c=2000, mark=pl.lit(mark), half=half)
        )
        chosen = plan or orders.decide()[0]
        if chosen not in fits:
            return None
        self.orders = orders
        self.rules.setdefault(chosen, ORDERED)
        return fits[chosen]

    def _apart(self, cells: pl.Series, plan: str | None) -> pl.Series:
        """Read a block cell by cell: its distinct cells, taken apart."""
        table = pl.DataFrame({"text": cells.drop_nulls()}).group_by("text", maintain_order=True).agg(rows=pl.len())
        done = take_apart(table, self.orders, plan)
        self.orders = done.orders
        self.iso += done.iso
        self.numbers += done.numbers
        self.moved += done.moved
        self.yearless += done.yearless
        for rule, place in done.rules.items():
            self.rules[rule] = min(place, self.rules.get(rule, place))
        read = done.table.select("text", value=done.values)
        return pl.DataFrame({"text": cells}).join(read, on="text", how="left", maintain_order="left")["value"]


def _none(cells: pl.Series) -> pl.Series:
    return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)


def _absent(cells: pl.Series) -> pl.Series:
    """Return which cells say that there is no date."""
    return is_missing(cells) | cells.str.contains(r"^0000[-/]00[-/]00").fill_null(False)
