"""Dates as people write them, taken apart: years first, numbers, months by name, months alone, numbers that count.

Each family knows one way of writing and reads what the families before it left. What a cell says does not depend on
other cells, but for the order of day and month (:mod:`analysis.intake.orders`). Every rule met has its place among all
that there are, so that what is said of a long column does not depend on how it was cut into blocks.
"""

from dataclasses import dataclass, field

import polars as pl

from analysis.intake.calendars import CLOCK, UNITS, clock, iso_times, named_month, since, spelled
from analysis.intake.orders import ORDERS, Orders
from analysis.intake.shapes import tidy

__all__ = ["ISO_PLACE", "ISO_RULE", "ORDERED", "Written", "take_apart", "unit_place"]

_UTC = pl.Datetime("us", "UTC")

#: What is said of ISO dates beside others, and where it stands among all rules: before them.
ISO_RULE, ISO_PLACE = "year-month-day", (0, 1)

_GAP = r"[\s,./-]{0,3}(?:de |del |of |d'|di )?\s*"
_WORD = r"(?P<name>\p{L}{3,})\.?"


@dataclass
class Written:
    """Distinct cells on their way to times.

    Attributes
    ----------
    table : polars.DataFrame
        ``text`` as read, ``rows`` that hold it, ``cell`` as it is taken apart.
    orders : Orders
        What numeric dates say of their order, those of earlier blocks included.
    plan : str or None
        The order by which they are read; None for the one they come to.
    values : polars.Series
        The times.
    rules : dict of str to (int, int)
        What was met, and where it stands among all that may be: family, and rule of the family.
    iso, numbers, moved, yearless : int
        Rows in an ISO format, counted since some day, read in the other order, without a year.
    """

    table: pl.DataFrame
    orders: Orders
    plan: str | None
    values: pl.Series = field(init=False)
    rules: dict[str, tuple[int, int]] = field(default_factory=dict)
    iso: int = 0
    numbers: int = 0
    moved: int = 0
    yearless: int = 0
    _place: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.values = pl.repeat(None, self.table.height, dtype=_UTC, eager=True)

    def matching(self, pattern: str) -> pl.DataFrame:
        """Return the cells that are still unread and match, taken apart by the pattern's named groups."""
        pattern = pattern.replace(r"\d", "[0-9]")
        part = self.unread()
        part = part.filter(part["cell"].str.contains(pattern))
        return part.with_columns(pl.col("cell").str.extract_groups(pattern).struct.unnest())

    def unread(self) -> pl.DataFrame:
        """Return the cells no family has read yet, and where they stand."""
        if not self.values.null_count():
            return self.table.with_columns(at=pl.lit(0, dtype=pl.UInt32)).clear()
        at = self.values.is_null().arg_true().alias("at")
        return self.table[at].with_columns(at)

    def settle(self, part: pl.DataFrame, year: pl.Expr, month: pl.Expr, day: pl.Expr, rule: str) -> int:
        """Put the dates of a part in place; return how many rows they are."""
        self._place = self._place[0], self._place[1] + 1
        if part.is_empty():
            return 0
        time = clock() if "hour" in part.columns else pl.duration(microseconds=0)
        digits = year.cast(pl.String)
        long = year.cast(pl.Int64, strict=False)
        short = pl.when(long > self._last_short_year()).then(long + 1900).otherwise(long + 2000)
        full = pl.when(digits.str.len_chars() <= 2).then(short).otherwise(long)
        stamp = pl.format("{}-{}-{}", full, month.cast(pl.Int64, strict=False), day.cast(pl.Int64, strict=False))
        when = stamp.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us").dt.replace_time_zone("UTC") + time
        sane = full.is_between(1900, 2200)
        done = part.select("at", "rows", value=pl.when(sane).then(when)).drop_nulls("value")
        self.values = self.values.scatter(done["at"], done["value"])
        rows = int(done["rows"].sum())
        if rows:
            self.say(rule, self._place)
        return rows

    def _last_short_year(self) -> int:
        today = self.orders.today
        return 69 if today is None else (today.year + 1) % 100

    def say(self, rule: str, place: tuple[int, int]) -> None:
        """Note a rule by which cells were read."""
        self.rules[rule] = min(place, self.rules.get(rule, place))

    def family(self, place: int) -> None:
        """Begin with the next family."""
        self._place = place, 0


def take_apart(table: pl.DataFrame, orders: Orders, plan: str | None) -> Written:
    """Read distinct cells: a frame of ``text`` and ``rows`` → their times, and what was met.

    Examples
    --------
    >>> done = take_apart(pl.DataFrame({"text": ["5 May 2024", "soon"], "rows": [3, 1]}), Orders(""), None)
    >>> done.values.dt.day().to_list(), list(done.rules)
    ([5, None], ["day, month's name, year"])
    """
    written = Written(table.with_columns(cell=spelled(tidy(table["text"]))), orders, plan)
    bare = written.table["cell"].str.contains(r"^[0-9]{5,}(?:\.[0-9]+)?$").all()
    for place, family in enumerate(_FAMILIES):
        if not bare or family in (_compact, _numbered):
            written.family(place)
            family(written)
    return written


def _iso(written: Written) -> None:
    """Read what an ISO format reads."""
    times = iso_times(written.table["text"])
    met = times.is_not_null()
    written.values = times
    written.iso += int(written.table["rows"].filter(met).sum())
    if met.any():
        written.say(ISO_RULE, ISO_PLACE)


def _years_first(written: Written) -> None:
    """Read 2024-01-05, 2024/1/5 10:11, 2024. 1. 5., 2024年1月5日."""
    pattern = r"^(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<d>\d{1,2})\.?" + CLOCK
    part = written.matching(pattern)
    written.settle(part, pl.col("y"), pl.col("m"), pl.col("d"), ISO_RULE)
    written.settle(written.matching(pattern), pl.col("y"), pl.col("d"), pl.col("m"), "year-day-month")  # 2024-17-04


def _numbers_first(written: Written) -> None:
    """Read 17/04/2024, 4/17/24 3:05 PM, 17.04.24, 17.14.11 in the one order that fits the column."""
    pattern = r"^(?P<a>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<b>\d{1,2})\s?[-/.]\s?(?P<c>\d{4}|\d{2})" + CLOCK
    part = written.matching(pattern)
    if part.is_empty():
        return
    numbers = part.select(
        pl.col("a", "b", "c").cast(pl.Int64, strict=False), "mark", "rows", half=pl.col("after").is_not_null()
    )
    orders = written.orders = written.orders.plus(numbers)
    chosen = written.plan or orders.decide()[0]
    month, day, year = ORDERS[chosen]
    written.settle(part, pl.col(year), pl.col(month), pl.col(day), chosen)
    left = written.matching(pattern)  # cells that are no date in the column's order, and are in the other
    other = ORDERS["day-month-year" if chosen == "month-day-year" else "month-day-year"]
    written.moved += written.settle(
        left, pl.col("c"), pl.col(other[0]), pl.col(other[1]), f"{chosen}, else day and month swapped"
    )


def _months_by_name(written: Written) -> None:
    """Read 5 Jan 2024, January 5th, 2024 3:05 PM, 05-Jan-24, 5 de enero de 2024, Wed Oct 10 20:19:24 +0000 2018."""
    if not written.table["cell"].str.contains(r"\p{L}{3}").any():
        return
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th|º|ª|er|\.)?"
    weekday = r"(?:\p{L}{2,}\.?[,\s]+)?"
    timed = CLOCK.removesuffix("$")
    families: list[tuple[str, str]] = [
        (rf"^{weekday}{day}{_GAP}{_WORD}{_GAP}'?(?P<y>\d{{4}}|\d{{2}})" + CLOCK, "day, month's name, year"),
        (
            rf"^{weekday}{_WORD}[\s,./-]{{0,3}}{day}[\s,./-]{{1,3}}'?(?P<y>\d{{4}}|\d{{2}})" + CLOCK,
            "month's name, day, year",
        ),
        (rf"^(?P<y>\d{{4}}){_GAP}{_WORD}{_GAP}{day}" + CLOCK, "year, month's name, day"),
        (rf"^{weekday}{_WORD}\s+{day}{timed}\s+(?P<y>\d{{4}})$", "month's name, day, clock, year"),
    ]
    for pattern, rule in families:
        part = written.matching(pattern)
        written.settle(part, pl.col("y"), named_month(), pl.col("d"), rule)
    for pattern in (rf"^{_WORD}{_GAP}'?(?P<y>\d{{4}})$", rf"^(?P<y>\d{{4}}){_GAP}{_WORD}$"):
        written.settle(written.matching(pattern), pl.col("y"), named_month(), pl.lit(1), "a month is its first day")
    for pattern in (rf"^{weekday}{day}{_GAP}{_WORD}" + CLOCK, rf"^{weekday}{_WORD}[\s,./-]{{0,3}}{day}" + CLOCK):
        part = written.matching(pattern).filter(named_month().is_not_null())
        written.yearless += int(part["rows"].sum())


def _months_alone(written: Written) -> None:
    """Read 2024-02, 02/2024 and 2024; count 07-16, which names no year."""
    rule = "a month is its first day"
    written.settle(written.matching(r"^(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})$"), pl.col("y"), pl.col("m"), pl.lit(1), rule)
    written.settle(written.matching(r"^(?P<m>\d{1,2})[-/.](?P<y>\d{4})$"), pl.col("y"), pl.col("m"), pl.lit(1), rule)
    years = written.matching(r"^(?P<y>(?:19|20)\d{2})$")
    written.settle(years, pl.col("y"), pl.lit(1), pl.lit(1), "a year is its first day")
    short = written.matching(r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})\.?" + CLOCK)
    written.yearless += int(short["rows"].sum())


def _compact(written: Written) -> None:
    """Read 20240105 and 20240105103000."""
    timed = r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?z?$"
    part = written.matching(r"^(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)" + timed)
    if not part.is_empty():
        empty = [pl.lit(None, dtype=pl.String).alias(name) for name in ("before", "after", "fraction", "zone")]
        written.settle(part.with_columns(empty), pl.col("y"), pl.col("m"), pl.col("d"), "compact dates")


def _numbered(written: Written) -> None:
    """Read seconds, milliseconds, microseconds since 1970, and the day numbers of spreadsheets."""
    part = written.matching(r"^\d{5,19}(?:\.\d+)?$|^\d\.\d+e\+?\d{1,2}$")
    times, rules = since(part["cell"].cast(pl.Float64, strict=False))
    written.values = written.values.scatter(part["at"], times)
    written.numbers += int(part["rows"].filter(times.is_not_null()).sum())
    for rule in rules:
        written.say(rule, unit_place(rule))


def unit_place(unit: str) -> tuple[int, int]:
    """Return where the rule of a unit that numbers count stands among all rules."""
    return len(_FAMILIES), list(UNITS).index(unit)


_FAMILIES = (_iso, _years_first, _numbers_first, _months_by_name, _months_alone, _compact, _numbered)

#: Where the rule of numeric dates stands among all rules.
ORDERED = _FAMILIES.index(_numbers_first), 1
