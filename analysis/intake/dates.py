"""A column of date cells becomes UTC times: the order of day and month is decided for the column.

``03/04/2024`` is a day in March or in April; ``17/04/2024`` further down settles it for all rows. Where no row does,
the header may (``dd.mm.yyyy``), then the dots of European dates, then which part takes the fewer values; the column
is then called ambiguous. Localised headers over US dates exist, so the language of the header is no evidence.

A date without a year (a list exported on 28 February says "July 16") is not guessed: it is missing, counted and
named in the rule. Times with a zone become UTC; times without one are taken as UTC. A month is its first day.
"""

import re
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from analysis.intake.calendars import CLOCK, as_utc, clock, exactly, in_form, named_month, since, spelled
from analysis.intake.numbers import is_missing
from analysis.intake.shapes import tidy

__all__ = ["ParsedDates", "absent", "parse_column", "read_exactly"]

_UTC = pl.Datetime("us", "UTC")

_GAP = r"[\s,./-]{0,3}(?:de |del |of |d'|di )?\s*"
_WORD = r"(?P<name>\p{L}{3,})\.?"

#: Two-digit years of the networks' age: from 04 to this, when no date says what today is.
LAST_SHORT_YEAR = 39


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
    none = pl.repeat(False, len(series), dtype=pl.Boolean, eager=True)
    if series.dtype == pl.Date or isinstance(series.dtype, pl.Datetime):
        return ParsedDates(as_utc(series), none, "dates", "the column holds dates")
    cells = series.cast(pl.String)
    gone = absent(cells)
    met = cells.filter(gone & cells.is_not_null()).str.strip_chars().value_counts(sort=True)
    markers = {text: rows for text, rows in met.iter_rows() if text}
    held = pl.select(pl.when(~gone).then(cells)).to_series()
    exact = exactly(held)
    if exact is not None:
        return ParsedDates(exact[0].alias(series.name), none, exact[1], exact[2], markers=markers)
    table = pl.DataFrame({"text": held.drop_nulls()}).group_by("text", maintain_order=True).agg(rows=pl.len())
    reading = _Reading(table.with_columns(cell=spelled(tidy(table["text"]))), header, today)
    bare = reading.table["cell"].str.contains(r"^[0-9]{5,}(?:\.[0-9]+)?$").all()
    worded = (_years_first, _numbers_first, _months_by_name, _months_alone)
    for family in (*(() if bare else worded), _compact, _counted):
        family(reading)
    read = reading.table.select("text", value=reading.values)
    spread = pl.DataFrame({"text": cells}).join(read, on="text", how="left", maintain_order="left")["value"]
    rule = ", ".join(reading.rules) or "no dates"
    if reading.yearless:
        rule += f"; {reading.yearless:,} cells name no year and are left missing"
    return ParsedDates(
        spread.alias(series.name), ~gone & spread.is_null(), rule, "; ".join(reading.evidence), reading.ambiguous,
        markers, reading.yearless,
    )  # fmt: skip


def absent(cells: pl.Series) -> pl.Series:
    """Return which cells say that there is no date."""
    return is_missing(cells) | cells.str.contains(r"^0000[-/]00[-/]00").fill_null(False)


def read_exactly(cells: pl.Series, form: str) -> pl.Series | None:
    """Return cells as UTC times when a format reads every one that is not missing.

    Examples
    --------
    >>> read_exactly(pl.Series(["2024-01-05", "N/A"]), "%Y-%m-%d").dt.year().to_list()
    [2024, None]
    """
    times = in_form(cells, form)
    return times if times is not None else in_form(pl.select(pl.when(~absent(cells)).then(cells)).to_series(), form)


@dataclass
class _Reading:
    """Distinct cells on their way to times."""

    table: pl.DataFrame  # text, rows, cell
    header: str
    today: date | None
    values: pl.Series = field(init=False)
    rules: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    ambiguous: bool = False
    yearless: int = 0

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
        if rows and rule not in self.rules:
            self.rules.append(rule)
        return rows

    def _last_short_year(self) -> int:
        return 69 if self.today is None else (self.today.year + 1) % 100


def _years_first(reading: _Reading) -> None:
    """Read 2024-01-05, 2024/1/5 10:11, 2024. 1. 5., 2024年1月5日."""
    pattern = r"^(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<d>\d{1,2})\.?" + CLOCK
    part = reading.matching(pattern)
    reading.settle(part, pl.col("y"), pl.col("m"), pl.col("d"), "year-month-day")
    reading.settle(reading.matching(pattern), pl.col("y"), pl.col("d"), pl.col("m"), "year-day-month")  # 2024-17-04


def _numbers_first(reading: _Reading) -> None:
    """Read 17/04/2024, 4/17/24 3:05 PM, 17.04.24, 17.14.11 in the one order that fits the column."""
    pattern = r"^(?P<a>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<b>\d{1,2})\s?[-/.]\s?(?P<c>\d{4}|\d{2})" + CLOCK
    part = reading.matching(pattern)
    if part.is_empty():
        return
    short = bool((part["c"].str.len_chars() <= 2).any())
    orders = {"day-month-year": ("b", "a", "c"), "month-day-year": ("a", "b", "c")}  # where month, day, year stand
    if short:
        orders |= {"year-month-day": ("b", "c", "a"), "year-day-month": ("c", "b", "a")}
    numbers = part.select(pl.col("a", "b", "c").cast(pl.Int64, strict=False), "rows")
    last = LAST_SHORT_YEAR if reading.today is None else reading.today.year % 100 + 1

    def fitting(order: tuple[str, str, str]) -> int:
        month, day, year = (numbers[name] for name in order)
        fits = (month <= 12) & (month >= 1) & (day <= 31) & (day >= 1)
        if short:
            fits &= ((year <= last) & (year >= 4)) | (year > 100)
        return int(numbers["rows"].filter(fits).sum())

    rows = int(numbers["rows"].sum())
    scores = {name: fitting(order) for name, order in orders.items()}
    best = max(scores.values())
    possible = [name for name, score in scores.items() if score == best]
    chosen, why, ambiguous = (possible[0], "", False) if len(possible) == 1 else _settle_order(possible, part, reading)
    worst = min(scores["day-month-year"], scores["month-day-year"])
    if len(possible) == 1:
        why = f"{best:,} of {rows:,} cells are dates in this order, {worst:,} in the other"
        ambiguous = rows - best > 0 and worst > 0 and best < rows
    month, day, year = orders[chosen]
    reading.settle(part, pl.col(year), pl.col(month), pl.col(day), chosen)
    left = reading.matching(pattern)  # cells that are no date in the column's order, and are in the other
    other = orders["day-month-year" if chosen == "month-day-year" else "month-day-year"]
    moved = reading.settle(
        left, pl.col("c"), pl.col(other[0]), pl.col(other[1]), f"{chosen}, else day and month swapped"
    )
    if moved:
        why += f"; {moved:,} cells are dates only the other way round and are read so"
    reading.evidence.append(f"{chosen}: {why}")
    reading.ambiguous |= ambiguous or bool(moved)


def _settle_order(possible: list[str], part: pl.DataFrame, reading: _Reading) -> tuple[str, str, bool]:
    """Choose between orders that fit every cell: the header, the clock, the dots, the part that varies less."""
    hint = _order_in(reading.header)
    if hint in possible:
        return hint, "the header says so", False
    both = [name for name in ("day-month-year", "month-day-year") if name in possible]
    if len(both) < 2:
        return possible[0], "the first order that fits every cell", True
    first, second = part["a"].n_unique(), part["b"].n_unique()
    if max(first, second) >= 3 * min(first, second):
        chosen = "day-month-year" if first > second else "month-day-year"
        return chosen, f"the first number takes {first} values and the second {second}, and days vary more", True
    if (part["mark"] == ".").all():
        return "day-month-year", "dotted dates are written day first", True
    if part["after"].is_not_null().any():
        return "month-day-year", "the clock has am and pm", True
    if (part["mark"] == "-").all():
        return "day-month-year", "no cell settles the order; dates with hyphens are read day first", True
    return "month-day-year", "no cell settles the order; dates with slashes are read month first", True


def _order_in(header: str) -> str:
    """Return the order that a header spells out (``dd.mm.yyyy``, ``TT.MM.JJJJ``, ``mm/dd/yy``), or ''."""
    lowered = header.lower()
    for first, second, name in (("dtjg", "ma", "day-month-year"), ("ma", "dtjg", "month-day-year")):
        if re.search(rf"(?<![a-z])([{first}])\1?[-/. ]([{second}])\2{{0,2}}[-/. ]([yja])\3{{1,3}}(?![a-z])", lowered):
            return name
    return ""


def _months_by_name(reading: _Reading) -> None:
    """Read 5 Jan 2024, January 5th, 2024 3:05 PM, 05-Jan-24, 5 de enero de 2024, Wed Oct 10 20:19:24 +0000 2018."""
    if not reading.table["cell"].str.contains(r"\p{L}{3}").any():
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
        part = reading.matching(pattern)
        reading.settle(part, pl.col("y"), named_month(), pl.col("d"), rule)
    for pattern in (rf"^{_WORD}{_GAP}'?(?P<y>\d{{4}})$", rf"^(?P<y>\d{{4}}){_GAP}{_WORD}$"):
        reading.settle(reading.matching(pattern), pl.col("y"), named_month(), pl.lit(1), "a month is its first day")
    for pattern in (rf"^{weekday}{day}{_GAP}{_WORD}" + CLOCK, rf"^{weekday}{_WORD}[\s,./-]{{0,3}}{day}" + CLOCK):
        part = reading.matching(pattern).filter(named_month().is_not_null())
        reading.yearless += int(part["rows"].sum())


def _months_alone(reading: _Reading) -> None:
    """Read 2024-02, 02/2024 and 2024; count 07-16, which names no year."""
    rule = "a month is its first day"
    reading.settle(reading.matching(r"^(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})$"), pl.col("y"), pl.col("m"), pl.lit(1), rule)
    reading.settle(reading.matching(r"^(?P<m>\d{1,2})[-/.](?P<y>\d{4})$"), pl.col("y"), pl.col("m"), pl.lit(1), rule)
    years = reading.matching(r"^(?P<y>(?:19|20)\d{2})$")
    reading.settle(years, pl.col("y"), pl.lit(1), pl.lit(1), "a year is its first day")
    short = reading.matching(r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})\.?" + CLOCK)
    reading.yearless += int(short["rows"].sum())


def _compact(reading: _Reading) -> None:
    """Read 20240105 and 20240105103000."""
    timed = r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?z?$"
    part = reading.matching(r"^(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)" + timed)
    if not part.is_empty():
        empty = [pl.lit(None, dtype=pl.String).alias(name) for name in ("before", "after", "fraction", "zone")]
        reading.settle(part.with_columns(empty), pl.col("y"), pl.col("m"), pl.col("d"), "compact dates")


def _counted(reading: _Reading) -> None:
    """Read seconds, milliseconds, microseconds since 1970, and the day numbers of spreadsheets."""
    part = reading.matching(r"^\d{5,19}(?:\.\d+)?$|^\d\.\d+e\+?\d{1,2}$")
    times, rules = since(part["cell"].cast(pl.Float64, strict=False))
    reading.values = reading.values.scatter(part["at"], times)
    reading.rules += rules
