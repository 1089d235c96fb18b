"""One column of text becomes one canonical column.

The kind decides: identifiers and texts stay text (an identifier above 2^53 keeps every digit), counts are whole
numbers, rates are fractions, moments are UTC. What cannot be read is missing, never zero, and is pointed out.
"""

import re
from typing import Any

import polars as pl

from analysis.intake.dates import DateColumn
from analysis.intake.marks import ERROR_MARKER
from analysis.intake.numbers import NumberColumn, read_whole
from analysis.intake.plain import plainer
from analysis.intake.readings import ColumnReader, Reading
from analysis.intake.texts import ChoiceReader, TextReader
from analysis.intake.told import NOTHING, Told

__all__ = ["open_column", "read_column"]

#: Units a header may name: how many, what they are called, the largest cell to believe it for, how headers write them.
_UNITS = (
    (10_000_000, "ten millions", 1e4, re.compile("천만|千万")),
    (
        1_000_000,
        "millions",
        1e5,
        re.compile(
            r"(?i)\bmillions?\b|\bmillones\b|\bmilh[oõ]es\b|\bmillionen\b|\bmio\b|\bmln\b|"
            r"[ _]mn?$|\(mn?\)|\bin mn?\b|백만|百万"
        ),
    ),
    (100_000_000, "hundred millions", 1e3, re.compile(r"[(（][亿億억]|억\s?원|[亿億]\s?[円元]")),
    (
        1_000,
        "thousands",
        1e6,
        re.compile(
            r"(?i)\bthousands?\b|\btausend\b|\(k\)|[ _]k$|\bin k\b|['’(]000s?\b|\ben miles\b|\(miles\)|"
            r"천\s?[명원]|[(（][千천]|千\s?[円元]"
        ),
    ),
    (10_000, "ten thousands", 1e5, re.compile(r"[(（][万萬만]|만\s?[명원]|[万萬]\s?[円元]")),
)


def read_column(
    cells: pl.Series, *, kind: str, name: str, header: str, implied: pl.Series | None = None, told: Told = NOTHING
) -> Reading:
    """Read text cells as a canonical column: text → the dtype of ``kind``, null where missing or unread.

    Examples
    --------
    >>> read_column(pl.Series(["13.6M", "N/A"]), kind="count", name="followers", header="Followers").values.to_list()
    [13600000, None]
    >>> read_column(pl.Series(["@a", "nan"]), kind="id", name="handle", header="User").values.to_list()
    ['a', None]
    """
    reader = open_column(kind, name, header, told)
    read, said = reader.read(cells, None, implied), reader.said()
    derived = read.derived or {key: value.new_from_index(0, len(cells)) for key, value in said.derived.items()}
    return Reading(read.values, read.unparsed, said.rule, said.warnings, said.ambiguous, derived, said.taken)


def open_column(kind: str, name: str, header: str, told: Told = NOTHING) -> ColumnReader:
    """Return the reader of a column that comes in blocks; what a person says of it is not decided from its cells."""
    if kind in {"count", "average", "rate", "money"}:
        return _NumberReader(kind, name, header, told)
    if kind == "time":
        return _MomentReader(kind, name, header, told)
    if kind in {"flag", "choice"}:
        return ChoiceReader(kind, name, header)
    return TextReader(kind, name, header)


class _NumberReader(ColumnReader):
    """Numbers, with the unit that the header names and without what cannot be below zero."""

    def __init__(self, kind: str, name: str, header: str, told: Told = NOTHING) -> None:
        super().__init__(kind, name, header, told)
        self.column = NumberColumn(kind, header, told)
        self.negative = 0
        self.rewritten = False
        self.largest: float | None = None
        self.suffixed = False
        counted = kind in {"count", "average", "money"}
        words = header.replace("_", " ")
        self.named = next((entry for entry in _UNITS if counted and entry[3].search(words)), None)

    def _read(self, cells: pl.Series, plan: Any, implied: pl.Series | None) -> Reading:
        if plan is None:
            self.column, read = read_whole(cells, self.kind, self.header, implied, self.told)
        else:
            read = self.column.read(cells, plan[0], implied)
            self.rewritten |= plainer(cells, read.unparsed)[0] is not None
        # a broken formula held a number once: it is missing like a marker, and listed like a cell that cannot be read
        values, unparsed = read.values, read.unparsed
        if cells.filter(values.is_null() & cells.is_not_null()).str.contains("#", literal=True).any():
            unparsed = unparsed | cells.str.strip_chars().str.contains(ERROR_MARKER).fill_null(False)
        if self.named is not None:
            largest = values.abs().max()
            if isinstance(largest, int | float):
                self.largest = max(float(largest), self.largest or 0.0)
            self.suffixed |= bool(cells.str.contains(r"\d\s?(?:[kKmMbB]\b|[천만억千万億萬亿])").any())
        unit = self._unit()[0] if plan is None else plan[1]
        values = values * unit if unit > 1 else values
        least = values.min()
        if self.name != "revenue" and isinstance(least, int | float) and least < 0:
            negative = (values < 0).fill_null(False)
            self.negative += int(negative.sum())
            unparsed = unparsed | negative
            values = pl.select(pl.when(~negative).then(values)).to_series()
        if self.kind == "count":
            largest = values.max()
            if isinstance(largest, int | float) and largest >= 9e18:
                huge = (values >= 9e18).fill_null(False)
                unparsed, values = unparsed | huge, pl.select(pl.when(~huge).then(values)).to_series()
            values = values.round(0).cast(pl.Int64)
        derived = {"currency": read.codes.alias("currency")} if read.codes is not None and len(read.named) > 1 else {}
        return Reading(values, unparsed, derived=derived)

    def plan(self) -> Any:
        return self.column.plan(), self._unit()[0]

    @property
    def streams(self) -> bool:
        sound = not self.column.notes and not self.rewritten and not self.column.endless
        return sound and 2 * self.unread < max(self.held, 1)

    def currencies(self) -> tuple[str, ...]:
        named, said = self.column.plan().named, self.column.said().currency
        return named if len(named) > 1 else (said,) if said else ()

    def _unit(self) -> tuple[int, str]:
        """Return what a header says one unit is (``Followers (millions)``), when the values are small enough for it."""
        if self.named is None or self.largest is None or self.suffixed:
            return 1, ""
        unit, word, most, _ = self.named
        if self.largest <= most:
            return unit, f"in {word}, as the header says"
        return 1, f"not in {word}, whatever the header says: the largest value is {self.largest:,.0f}"

    def said(self) -> Reading:
        parsed = self.column.said()
        warnings: list[str] = []
        if self.negative:
            warnings.append(f"{self.negative:,} negative cells are missing: {self.name} cannot be below zero")
        if parsed.ambiguous:
            warnings.append(f"could be read in another way: {parsed.rule} ({parsed.evidence})")
        rule = parsed.rule if not parsed.evidence else f"{parsed.rule} ({parsed.evidence})"
        if parsed.markers:
            said = ", ".join(f"{marker!r} {count:,}" for marker, count in list(parsed.markers.items())[:6])
            rule = f"{rule}; missing markers: {said}"
        if parsed.rule == "plain numbers" and not parsed.markers:
            rule = ""
        rule = "; ".join(part for part in (rule, self._unit()[1]) if part)
        derived: dict[str, pl.Series] = {}
        if len(self.column.plan().named) > 1:
            warnings.append("several currencies in one column: amounts are not comparable as they stand")
        elif parsed.currency:
            derived["currency"] = pl.Series("currency", [parsed.currency], dtype=pl.String)
        nothing = pl.Series([], dtype=pl.Boolean)
        return Reading(nothing, nothing, rule, tuple(warnings), parsed.ambiguous, derived, parsed.taken)


class _MomentReader(ColumnReader):
    """Dates: what a cell says by itself, and the order of day and month for the whole column."""

    def __init__(self, kind: str, name: str, header: str, told: Told = NOTHING) -> None:
        super().__init__(kind, name, header, told)
        self.column = DateColumn(header, told=told.dates)

    def _read(self, cells: pl.Series, plan: Any, implied: pl.Series | None) -> Reading:
        return Reading(*self.column.read(cells, plan))

    def plan(self) -> Any:
        return self.column.plan()

    def said(self) -> Reading:
        nothing, parsed = pl.Series([], dtype=pl.Boolean), self.column.said()
        rule = parsed.rule if not parsed.evidence else f"{parsed.rule} ({parsed.evidence})"
        warnings = (f"could be read in another way: {rule}",) if parsed.ambiguous else ()
        taken = {"dates": self.column.plan()} if parsed.ambiguous and self.column.plan() and not self.told.dates else {}
        return Reading(nothing, nothing, rule, warnings, taken=taken)
