"""One column of text becomes one canonical column.

The kind decides: identifiers and texts stay text (an identifier above 2^53 keeps every digit), counts are whole
numbers, rates are fractions, moments are UTC. What cannot be read is missing, never zero, and is pointed out.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from analysis.intake.distinct import distinct, repeats_itself
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS
from analysis.intake.numbers import parse_column

__all__ = ["Reading", "read_column"]

#: Missing markers that no account, post or campaign is called.
_NO_ID = frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        "n/a",
        "na",
        "#n/a",
        "#na",
        "<na>",
        "n.a.",
        "nan",
        "nat",
        "none",
        "null",
        "nil",
        "(null)",
        "undefined",
        "(none)",
        "missing",
        "(not",
        "set)",
        "null%",
        "n/d",
        "s/d",
        "k.a.",
    ]
) | {"not available", "not set"}

_PLATFORMS = {
    "ig": "instagram", "insta": "instagram",
    "tik tok": "tiktok", "tt": "tiktok", "yt": "youtube", "you tube": "youtube", "fb": "facebook",
}  # fmt: skip

_RELATIONS = (
    ("ambassador", r"ambassador|embajador|embaixador|botschafter|ambassadeur|elçi|brand rep"),
    ("gifted", r"gift|barter|seed|product only|free product|regalo|permuta|geschenk|produkt|cadeau|hediye|협찬|trade"),
    ("paid", r"paid|fee|cash|flat|sponsor|pagad|pago|bezahlt|paye|payé|ücret|유료|commission|money|contract"),
)
#: Units a header may name: how many, what they are called, the largest cell to believe it for, how headers write them.
_UNITS = (
    (
        1_000_000,
        "millions",
        1e5,
        re.compile(
            r"(?i)\bmillions?\b|\bmillones\b|\bmilh[oõ]es\b|\bmillionen\b|\bmio\b|\bmln\b|"
            r"[ _]mn?$|\(mn?\)|\bin mn?\b|백만|百万"
        ),
    ),
    (
        1_000,
        "thousands",
        1e6,
        re.compile(
            r"(?i)\bthousands?\b|\btausend\b|\(k\)|[ _]k$|\bin k\b|['’(]000s?\b|\ben miles\b|\(miles\)|천명|[(（]千"
        ),
    ),
    (10_000, "ten thousands", 1e6, re.compile("[(（]万|만명")),
)

_TRUE = r"(?i)^(?:true|yes|y|1|ja|si|sí|oui|evet|sim|예|da|x|✓|sponsored|paid|ad)$"
_FALSE = r"(?i)^(?:false|no|n|0|nein|non|hayır|não|nao|아니요|organic)$"


#: Identifiers that need a second look: cut to scientific notation, or inside an address.
_ODD = r"^(?:\d\.\d+[eE]\+\d+$|https?://|www\.)"


#: A handle as networks write it: nothing to trim, no marker, no number, no address.
_AT = r"^@[A-Za-z_][A-Za-z0-9_.-]*$"
_PEEK = 100


@dataclass(frozen=True)
class Reading:
    """A column as read: values, which cells could not be read, the rule, and constants met on the way."""

    values: pl.Series
    unparsed: pl.Series
    rule: str = ""
    warnings: tuple[str, ...] = ()
    ambiguous: bool = False
    derived: dict[str, pl.Series] = field(default_factory=dict)

    @property
    def unread(self) -> int:
        """Cells that hold something that could not be read."""
        return int(self.unparsed.sum())


def read_column(cells: pl.Series, *, kind: str, name: str, header: str, implied: pl.Series | None = None) -> Reading:
    """Read text cells as a canonical column: text → the dtype of ``kind``, null where missing or unread.

    Examples
    --------
    >>> read_column(pl.Series(["13.6M", "N/A"]), kind="count", name="followers", header="Followers").values.to_list()
    [13600000, None]
    >>> read_column(pl.Series(["@a", "nan"]), kind="id", name="handle", header="User").values.to_list()
    ['a', None]
    """
    if kind in {"count", "average", "rate", "money"}:
        return _number(cells, kind, name, header, implied)
    if kind == "time":
        return _moment(cells, header)
    if kind == "flag":
        return _flag(cells)
    if kind == "choice":
        return _relation(cells)
    if kind != "id" and repeats_itself(cells):
        once = distinct(cells)
        read = _text(once.cells, kind, name)
        return Reading(once.spread(read.values), _none(cells), read.rule, read.warnings)
    return _text(cells, kind, name)


def _unit(header: str, cells: pl.Series, values: pl.Series) -> tuple[int, str]:
    """Return what a header says one unit is (``Followers (millions)``), when the values are small enough for it."""
    header = header.replace("_", " ")
    named = next((entry for entry in _UNITS if entry[3].search(header)), None)
    if named is None:
        return 1, ""
    unit, word, most, _ = named
    largest = values.abs().max()
    if not isinstance(largest, int | float) or cells.str.contains(r"\d\s?[kKmMbB]\b").any():
        return 1, ""
    if largest <= most:
        return unit, f"in {word}, as the header says"
    return 1, f"not in {word}, whatever the header says: the largest value is {largest:,.0f}"


def _number(cells: pl.Series, kind: str, name: str, header: str, implied: pl.Series | None) -> Reading:
    parsed = parse_column(cells, kind=kind, header=header, implied=implied)  # type: ignore[arg-type]
    # a broken formula held a number once: it is missing like a marker, and listed like a cell that cannot be read
    values, unparsed = parsed.values, parsed.unparsed
    if cells.filter(values.is_null()).str.contains("#", literal=True).any():
        unparsed = unparsed | cells.str.strip_chars().str.contains(ERROR_MARKER).fill_null(False)
    warnings: list[str] = []
    unit, unit_rule = _unit(header, cells, values) if kind in {"count", "average", "money"} else (1, "")
    values = values * unit if unit > 1 else values
    negative = (values < 0).fill_null(False)
    if name != "revenue" and negative.any():
        warnings.append(f"{int(negative.sum()):,} negative cells are missing: {name} cannot be below zero")
        unparsed = unparsed | negative
        values = pl.select(pl.when(~negative).then(values)).to_series()
    if kind == "count":
        huge = (values.abs() >= 9e18).fill_null(False)
        if huge.any():
            unparsed, values = unparsed | huge, pl.select(pl.when(~huge).then(values)).to_series()
        values = values.round(0).cast(pl.Int64)
    if parsed.ambiguous:
        warnings.append(f"could be read in another way: {parsed.rule} ({parsed.evidence})")
    rule = parsed.rule if not parsed.evidence else f"{parsed.rule} ({parsed.evidence})"
    if parsed.markers:
        said = ", ".join(f"{marker!r} {count:,}" for marker, count in list(parsed.markers.items())[:6])
        rule = f"{rule}; missing markers: {said}"
    if parsed.rule == "plain numbers" and not parsed.markers:
        rule = ""
    if unit_rule:
        rule = "; ".join(part for part in (rule, unit_rule) if part)
    derived: dict[str, pl.Series] = {}
    if parsed.currencies is not None:
        derived["currency"] = parsed.currencies.alias("currency")
        warnings.append("several currencies in one column: amounts are not comparable as they stand")
    elif parsed.currency:
        derived["currency"] = pl.Series("currency", [parsed.currency], dtype=pl.String).new_from_index(0, len(values))
    return Reading(values, unparsed, rule, tuple(warnings), parsed.ambiguous, derived)


def _moment(cells: pl.Series, header: str) -> Reading:
    from analysis.intake.dates import parse_column as parse_dates

    parsed = parse_dates(cells, header=header)
    rule = parsed.rule if not getattr(parsed, "evidence", "") else f"{parsed.rule} ({parsed.evidence})"
    warnings = (f"could be read in another way: {rule}",) if getattr(parsed, "ambiguous", False) else ()
    return Reading(parsed.values.cast(pl.Datetime("us", "UTC")), parsed.unparsed, rule, warnings)


def _text(cells: pl.Series, kind: str, name: str) -> Reading:
    if name == "handle" and cells.head(_PEEK).str.contains(_AT).all() and cells.str.contains(_AT).all():
        return Reading(cells.str.slice(1), _none(cells))
    trimmed = cells.str.strip_chars()
    markers = _NO_ID if kind == "id" or name == "name" else MISSING_MARKERS
    spelt = {form for marker in markers for form in (marker, marker.upper(), marker.capitalize(), marker.title())}
    missing = trimmed.is_in(["", *spelt])
    hashed = trimmed.str.starts_with("#")
    if hashed.any():
        missing = missing | (hashed & trimmed.str.contains(ERROR_MARKER))
    values = trimmed if not missing.any() else pl.select(pl.when(~missing).then(trimmed)).to_series()
    if kind == "id":
        values = values.str.strip_prefix("@") if name == "handle" else values
        numeric = values.drop_nulls()
        if len(numeric) and numeric.str.ends_with(".0").all() and numeric.str.contains(r"^\d+\.0$").all():
            values = values.str.strip_suffix(".0")
        if not numeric.str.contains(_ODD).any():  # one look at all cells for what hardly ever is
            return Reading(values, _none(cells))
        broken = values.str.contains(r"^\d\.\d+[eE]\+\d+$").fill_null(False)
        if broken.any():
            count = int(broken.sum())
            note = f"{count:,} identifiers were cut to scientific notation by a spreadsheet and lost digits"
            return Reading(values, _none(cells), "", (note,))
    if name == "handle":
        values = _from_address(values)
    if name == "platform":
        values = values.str.to_lowercase().replace(_PLATFORMS)
    if name == "currency":
        values = values.str.to_uppercase()
    return Reading(values, _none(cells))


def _from_address(values: pl.Series) -> pl.Series:
    """Take the handle out of a profile address."""
    address = values.str.contains(r"^(?:https?://|www\.)").fill_null(False)
    if not address.any():
        return values
    handle = values.str.extract(r"^(?:https?://)?[^/]+/(?:@|c/|user/|channel/)?([^/?#]+)")
    return pl.select(pl.when(address & handle.is_not_null()).then(handle).otherwise(values)).to_series()


def _flag(cells: pl.Series) -> Reading:
    trimmed = cells.str.strip_chars()
    yes, no = trimmed.str.contains(_TRUE), trimmed.str.contains(_FALSE)
    values = pl.select(pl.when(yes).then(True).when(no).then(False)).to_series()
    known = yes | no | trimmed.str.to_lowercase().is_in(list(MISSING_MARKERS)) | (trimmed == "")
    return Reading(values, (~known).fill_null(False))


def _relation(cells: pl.Series) -> Reading:
    lowered = cells.str.strip_chars().str.to_lowercase()
    expression: Any = pl.when(pl.lit(False)).then(pl.lit(None, dtype=pl.String))
    for value, pattern in _RELATIONS:
        expression = expression.when(lowered.str.contains(pattern)).then(pl.lit(value))
    values = pl.select(expression.otherwise(None)).to_series()
    unread = values.is_null() & lowered.is_not_null() & ~lowered.is_in([*MISSING_MARKERS, ""]).fill_null(True)
    return Reading(values, unread)


def _none(cells: pl.Series) -> pl.Series:
    return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
