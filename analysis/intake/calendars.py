"""Clocks, calendars and their words: what single date cells are made of, and the formats that need no thinking.

A block of one ISO format, of numeric dates all written alike, or of numbers counted since 1970 is read at the speed of
a cast. Everything else goes through :mod:`analysis.intake.dates`, which takes cells apart with
what is kept here: a pattern for the time of day with its zone, month names in the locales of CLDR, the spellings of
Korean, Japanese, Chinese and Vietnamese dates.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

import polars as pl

__all__ = [
    "CLOCK", "UNITS", "as_utc", "clock", "in_iso", "in_orders", "iso_times", "named_month", "since", "spelled",
]  # fmt: skip

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


#: What numbers count → the least, the limit, and how many microseconds since 1970 one stands for.
UNITS: dict[str, tuple[float, float, Callable[[pl.Series], pl.Series]]] = {
    "seconds since 1970": (1e8, 1e10, lambda n: n * 1e6),
    "milliseconds since 1970": (1e11, 1e13, lambda n: n * 1e3),
    "microseconds since 1970": (1e14, 1e16, lambda n: n),
    "nanoseconds since 1970": (1e17, 1e19, lambda n: n / 1e3),
    "days as spreadsheets count them": (20_000, 80_000, lambda n: (n - 25_569) * 86_400e6),
}


#: A date of three numbers, the year last, and a plain time of day.
_NUMERIC = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}[-/.][0-9]{4}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( [AaPp][Mm])?)?$")


def as_utc(series: pl.Series) -> pl.Series:
    """Return dates or times as UTC: a zone is converted, a time without one is taken as UTC."""
    times = series.cast(pl.Datetime("us", getattr(series.dtype, "time_zone", None)))
    aware = getattr(series.dtype, "time_zone", None) is not None
    return times.dt.convert_time_zone("UTC") if aware else times.dt.replace_time_zone("UTC")


def in_iso(cells: pl.Series) -> pl.Series | None:
    """Return cells as UTC times when one ISO format reads every one that is not null.

    Examples
    --------
    >>> in_iso(pl.Series(["2024-01-05", None])).dt.year().to_list(), in_iso(pl.Series(["05/01/2024"]))
    ([2024, None], None)
    """
    sample = cells.drop_nulls().head(200)
    for form in _EXACT if len(sample) else ():
        if not sample.str.to_datetime(form, strict=False, time_unit="us").null_count():
            times = cells.str.to_datetime(form, strict=False, time_unit="us")
            if times.null_count() == cells.null_count() and _sane(times).all():
                return as_utc(times)
    return None


def iso_times(cells: pl.Series) -> pl.Series:
    """Return cells as UTC times where an ISO format reads them, null elsewhere.

    Examples
    --------
    >>> iso_times(pl.Series(["2024-01-05", "2024-01-05T10:00:00Z", "5 May"])).dt.day().to_list()
    [5, 5, None]
    """
    every = [as_utc(cells.str.to_datetime(form, strict=False, time_unit="us")) for form in _EXACT]
    times = pl.select(pl.coalesce(every)).to_series()
    return pl.select(pl.when(_sane(times)).then(times)).to_series()


def in_orders(cells: pl.Series, orders: Sequence[str]) -> tuple[dict[str, pl.Series], str, bool] | None:
    """Read numeric dates, all written alike: those of the orders that read every cell, the mark, whether am or pm.

    Examples
    --------
    >>> found = in_orders(pl.Series(["1/13/2024 3:05 PM"]), ["day-month-year", "month-day-year"])
    >>> list(found[0]), found[1:]
    (['month-day-year'], ('/', True))
    """
    first = next(iter(cells.drop_nulls().head(1)), "")
    found = _NUMERIC.match(first)
    if found is None:
        return None
    mark, timed, seconds, half = found.groups()
    pattern = rf"^[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{4}}"
    behind = ""
    if timed:
        pattern += " [0-9]{1,2}:[0-9]{2}" + (":[0-9]{2}" if seconds else "") + (" [AaPp][Mm]" if half else "")
        behind = (" %I:%M" if half else " %H:%M") + (":%S" if seconds else "") + (" %p" if half else "")
    if not cells.str.contains(pattern + "$").fill_null(True).all():
        return None
    fits = {}
    for order in orders:
        parts = {"day": "%d", "month": "%m", "year": "%Y"}
        form = mark.join(parts[part] for part in order.split("-")) + behind
        times = cells.str.to_datetime(form, strict=False, time_unit="us")
        if times.null_count() == cells.null_count() and _sane(times).all():
            fits[order] = as_utc(times)
    return (fits, mark, half is not None) if fits else None


def _sane(times: pl.Series) -> pl.Series:
    """Return which times are of the years of the calendar we live in, or missing."""
    return times.dt.year().is_between(1900, 2200).fill_null(True)


def since(number: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return the times that numbers count to, each in the unit its size tells, and the units met."""
    stamps = pl.repeat(None, len(number), dtype=pl.Int64, eager=True)
    rules = []
    for rule, (low, high, micro) in UNITS.items():
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
    if plain.str.contains(r"th(?:áng|g)").any():
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
