"""Clocks, calendars and their words: what single date cells are made of, and the formats that need no thinking.

A column of one ISO format, of one numeric format whose other order fails, or of numbers counted since 1970 is read
whole, at the speed of a cast. Everything else goes through :mod:`analysis.intake.dates`, which takes cells apart with
what is kept here: a pattern for the time of day with its zone, month names in the locales of CLDR, the spellings of
Korean, Japanese, Chinese and Vietnamese dates.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import polars as pl

__all__ = ["CLOCK", "as_utc", "clock", "exact_form", "exactly", "in_form", "named_month", "since", "spelled"]

#: Formats tried whole before anything is taken apart; a zone makes the value aware.
_EXACT = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z")

#: A time of day behind a date: hours to fractions, am or pm on either side, a zone.
CLOCK = (
    r"(?:[t,;\s]*(?:um|at|à|a las|lúc|às|的)?\s*(?P<before>am|pm)?\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*(?:uhr|h)?\s*(?P<after>[ap]\.?\s?m\.?)?"
    r"\s*(?P<zone>z|[a-z]{3,4}|(?:utc|gmt)?\s*[+-]\d{1,2}:?(?:\d{2})?(?:\s*utc)?)?(?:\s*\([^)]*\))?)?$"
)

#: Hours east of UTC of the zone names that occur in exports.
_ZONES = {
    "z": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "bst": 1.0, "cet": 1.0, "mez": 1.0, "cest": 2.0, "mesz": 2.0,
    "eet": 2.0, "eest": 3.0, "msk": 3.0, "ist": 5.5, "wib": 7.0, "ict": 7.0, "sgt": 8.0, "pht": 8.0, "hkt": 8.0,
    "kst": 9.0, "jst": 9.0, "brt": -3.0, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0,
    "pst": -8.0, "pdt": -7.0,
}  # fmt: skip

#: Locales whose month names are known, from CLDR.
_LOCALES = "en es pt fr de it nl tr pl id vi ru uk cs sv da nb fi hu ro el ar hi th"


def as_utc(series: pl.Series) -> pl.Series:
    """Return dates or times as UTC: a zone is converted, a time without one is taken as UTC."""
    times = series.cast(pl.Datetime("us", getattr(series.dtype, "time_zone", None)))
    aware = getattr(series.dtype, "time_zone", None) is not None
    return times.dt.convert_time_zone("UTC") if aware else times.dt.replace_time_zone("UTC")


def exact_form(cells: pl.Series) -> str | None:
    """Return the ISO format that reads the first cells and then all cells that are not null.

    Examples
    --------
    >>> exact_form(pl.Series(["2024-01-05", None])), exact_form(pl.Series(["05/01/2024"]))
    ('%Y-%m-%d', None)
    """
    sample = cells.drop_nulls().head(200)
    fitting = [
        form
        for form in _EXACT
        if len(sample) and not sample.str.to_datetime(form, strict=False, time_unit="us").null_count()
    ]
    return next((form for form in fitting if in_form(cells, form) is not None), None)


def in_form(cells: pl.Series, form: str) -> pl.Series | None:
    """Return cells as UTC times when a format reads every one that is not null."""
    times = cells.str.to_datetime(form, strict=False, time_unit="us")
    return as_utc(times) if times.null_count() == cells.null_count() and _sane(times) else None


def exactly(cells: pl.Series) -> tuple[pl.Series, str, str] | None:
    """Return times, rule and evidence when one format, and no other order of it, reads every cell that is not null.

    Examples
    --------
    >>> exactly(pl.Series(["13/01/2024", "02/01/2024"]))[1]
    'day-month-year'
    """
    held = cells.drop_nulls()
    sample = held.head(200)
    if sample.is_empty():
        return None
    for pattern in _EXACT:
        if not sample.str.to_datetime(pattern, strict=False, time_unit="us").null_count():
            times = cells.str.to_datetime(pattern, strict=False, time_unit="us")
            if times.null_count() == cells.null_count() and _sane(times):
                return as_utc(times), "ISO dates", "every cell is an ISO date"
    if sample.str.contains(r"^(?:[0-9]{5}|[0-9]{9,19})(?:\.[0-9]+)?$").all():
        counted, rules = since(cells.cast(pl.Float64, strict=False))
        whole = counted.null_count() == cells.null_count()
        return (counted, ", ".join(rules), f"all {len(held):,} cells are such numbers") if whole else None
    return _one_order(cells, str(sample[0]), len(held))


def _one_order(cells: pl.Series, example: str, held: int) -> tuple[pl.Series, str, str] | None:
    """Read numeric dates when day-month or month-day fails on some cell and the other on none."""
    found = re.match(r"\d{1,2}([-/.])\d{1,2}[-/.]\d{4}( \d{1,2}:\d{2})?(:\d{2})?$", example)
    if found is None:
        return None
    behind = "" if not found.group(2) else " %H:%M:%S" if found.group(3) else " %H:%M"
    fits = {}
    for name, order in (("day-month-year", "%d{0}%m{0}%Y"), ("month-day-year", "%m{0}%d{0}%Y")):
        times = cells.str.to_datetime(order.format(found.group(1)) + behind, strict=False, time_unit="us")
        if times.null_count() == cells.null_count() and _sane(times):
            fits[name] = times
    if len(fits) != 1:
        return None
    ((name, times),) = fits.items()
    return as_utc(times), name, f"all {held:,} cells are dates in this order, and not in the other"


def _sane(times: pl.Series) -> bool:
    """Whether all years are those of the calendar we live in."""
    return bool(times.dt.year().drop_nulls().is_between(1900, 2200).all())


def since(number: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return the times that numbers count to, each in the unit its size tells, and the units met."""
    units: list[tuple[str, float, float, Callable[[pl.Series], pl.Series]]] = [
        ("seconds since 1970", 1e8, 1e10, lambda n: n * 1e6),
        ("milliseconds since 1970", 1e11, 1e13, lambda n: n * 1e3),
        ("microseconds since 1970", 1e14, 1e16, lambda n: n),
        ("nanoseconds since 1970", 1e17, 1e19, lambda n: n / 1e3),
        ("days as spreadsheets count them", 20_000, 80_000, lambda n: (n - 25_569) * 86_400e6),
    ]
    stamps = pl.repeat(None, len(number), dtype=pl.Int64, eager=True)
    rules = []
    for rule, low, high, micro in units:
        inside = ((number >= low) & (number < high)).fill_null(False)
        if inside.any():
            stamps = stamps.scatter(inside.arg_true(), micro(number.filter(inside)).round(0).cast(pl.Int64))
            rules.append(rule)
    return stamps.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"), rules


def spelled(cells: pl.Series) -> pl.Series:
    """Return cells in lower case with the words of other calendars' spelling turned into separators."""
    plain = cells.str.to_lowercase()
    if (plain.str.len_bytes() != plain.str.len_chars()).any():
        plain = plain.str.replace_all(r"\s*[年년月월]\s*", "-").str.replace_all(r"\s*[日일号號]\s*", " ")
        plain = plain.str.replace_many(
            ["오전", "上午", "午前", "오후", "下午", "午後"], ["am", "am", "am", "pm", "pm", "pm"]
        )
        plain = plain.str.replace_all(r"(\d{1,2})\s*(?:tháng|thg\.?)\s*(\d{1,2})[,\s]+(?:năm\s*)?(\d{4})", "$3-$2-$1")
    plain = plain.str.replace(r"^\p{L}{2,}\.?,\s+(\d)", "$1")  # a weekday and its comma
    return plain.str.strip_chars(" -")


def clock() -> pl.Expr:
    """Return the time of day of a taken-apart cell, less its zone, as a duration."""
    hour = pl.col("hour").cast(pl.Int64, strict=False).fill_null(0)
    half = pl.coalesce(pl.col("before"), pl.col("after")).str.slice(0, 1)
    hour = (
        pl.when((half == "p") & (hour < 12)).then(hour + 12).when((half == "a") & (hour == 12)).then(0).otherwise(hour)
    )
    minute = pl.col("minute").cast(pl.Int64, strict=False).fill_null(0)
    second = pl.col("second").cast(pl.Int64, strict=False).fill_null(0)
    micro = pl.col("fraction").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64, strict=False).fill_null(0)
    zone = pl.col("zone").str.replace(r"^(?:utc|gmt)\s*([+-])", "$1")
    named = zone.replace_strict(_ZONES, default=None, return_dtype=pl.Float64).fill_null(0.0)
    shown = zone.str.extract(r"^([+-])", 1)
    hours = zone.str.extract(r"^[+-](\d{1,2})", 1).cast(pl.Int64, strict=False)
    minutes = zone.str.extract(r"^[+-]\d{1,2}:?(\d{2})(?:\s*utc)?$", 1).cast(pl.Int64, strict=False).fill_null(0)
    east = pl.when(shown == "-").then(-(hours * 60 + minutes)).otherwise(hours * 60 + minutes)
    east = pl.coalesce(east, (named * 60).cast(pl.Int64))
    fine = (hour < 24) & (minute < 60) & (second < 61)
    total = ((hour * 60 + minute - east) * 60 + second) * 1_000_000 + micro
    return pl.when(fine).then(pl.duration(microseconds=total))


@cache
def _month_names() -> dict[str, int]:
    """Return the months' names and abbreviations in the locales of :data:`_LOCALES`, accents optional."""
    from babel.dates import get_month_names

    names = {"sept": 9, "mrz": 3, "juli": 7, "juni": 6}
    for locale in _LOCALES.split():
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    word = name.lower().strip(". ")
                    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
                    for spelling in (word, plain):
                        if spelling.isalpha() and len(spelling) > 2:
                            names.setdefault(spelling, number)
    return names


def named_month() -> pl.Expr:
    """Return the month's number of the ``name`` a cell was taken apart into; null for other words."""
    return pl.col("name").replace_strict(_month_names(), default=None, return_dtype=pl.Int64)
