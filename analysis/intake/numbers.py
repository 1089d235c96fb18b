"""A column of number cells becomes numbers: the locale is decided for the column, from all its cells.

``1.234`` alone is a thousand or one and a bit; beside ``18.000.000`` it is a thousand, beside ``13.6M`` the dot is a
decimal sign. So every cell first says what its separators prove (see :mod:`analysis.intake.shapes`), the column is
decided by what the most cells prove, and only then are cells read. Where nothing proves anything the kind of the
column decides (a count is whole; money has no third decimal), and the column is reported as ambiguous.

Rules that never bend: a cell that cannot be read is missing and counted, never zero; a missing marker is missing and
is not an error; whether a rate is written in percent is decided for the column from its header and its values
together (a header "Like Rate (%)" over fractions exists), and said.

Speed: a column that repeats itself is read once per distinct cell; plain numbers are cast; of a long column the large
families (:mod:`analysis.intake.families`) are read by their pattern, and the rest by its shapes
(:mod:`analysis.intake.recipes`), where the thinking happens once per shape.
"""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from analysis.intake.distinct import Distinct, distinct, repeats_itself
from analysis.intake.families import Family, families
from analysis.intake.locales import Locale, Seen, decide, rule_in_words
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS, currency_in
from analysis.intake.rates import decide_percent
from analysis.intake.recipes import Shapes, b_is_bin, read_by_shape, table_of, take_apart
from analysis.intake.shapes import tidy

__all__ = ["MISSING_MARKERS", "Parsed", "is_missing", "parse_column"]

NumberKind = Literal["count", "average", "rate", "money"]

#: A column of at most this many cells is always read once per distinct cell.
SHORT = 20_000

#: Cells looked at before a column is tried as whole numbers.
PEEK = 1_000

#: Cells read at once in a long column.
PIECE = 1_000_000

#: Why plain numbers are read as they stand, and that this is not ambiguous.
_SURE = ("no cell has a separator in doubt", False)

_PLAIN_GROUPS = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"


@dataclass(frozen=True)
class Parsed:
    """A column as numbers, with what was decided and why.

    Attributes
    ----------
    values : polars.Series
        Float64; null where the cell is missing or unread. Rates are fractions.
    unparsed : polars.Series
        Boolean: the cell held something that could not be read.
    rule, evidence : str
        What was decided for the column, and on what grounds.
    currency : str or None
        ISO code when the cells or the header carry exactly one.
    percent : bool
        Whether values were divided by 100.
    ambiguous : bool
        Whether the column could be read in another way; ``rule`` names the reading taken.
    markers : dict
        Missing markers met, with their counts (``{"N/A": 12}``).
    currencies : polars.Series or None
        The ISO code of each cell, when cells of one column carry several.
    """

    values: pl.Series
    unparsed: pl.Series
    rule: str
    evidence: str
    currency: str | None = None
    percent: bool = False
    ambiguous: bool = False
    markers: dict[str, int] = field(default_factory=dict)
    currencies: pl.Series | None = None


def is_missing(cells: pl.Series) -> pl.Series:
    """Return which cells are null, blank or a missing marker (``N/A``, ``-``, ``#VALOR!``, ``hidden``).

    Examples
    --------
    >>> is_missing(pl.Series(["N/A", "0", None, "#VALOR!", "auf Anfrage"])).to_list()
    [True, False, True, True, False]
    """
    lowered = tidy(cells).str.to_lowercase()
    return cells.is_null() | lowered.is_in(list(MISSING_MARKERS)) | lowered.str.contains(ERROR_MARKER)


def parse_column(series: pl.Series, *, kind: NumberKind, header: str = "", implied: pl.Series | None = None) -> Parsed:
    """Read a text column as numbers: a column of text → Float64, one unit, null where missing or unread.

    Parameters
    ----------
    series : polars.Series
        Text cells (numeric series pass through).
    kind : {'count', 'average', 'rate', 'money'}
        What the column holds. Percent signs are read in rates only, currency marks in money only.
    header : str
        The column's header: names units (``%``, ``EUR``).
    implied : polars.Series, optional
        The same rate computed from other columns (likes / followers), which settles percent against fraction.

    Returns
    -------
    Parsed

    Examples
    --------
    >>> parse_column(pl.Series(["1.234", "18.000.000 VND", "auf Anfrage"]), kind="money").values.to_list()
    [1234.0, 18000000.0, None]
    >>> parse_column(pl.Series(["13.6M", "5,2K", "N/A", "-"]), kind="count").values.to_list()
    [13600000.0, 5200.0, None, None]
    >>> parse_column(pl.Series(["9,03%", "0,5%"]), kind="rate").values.to_list()
    [0.0903, 0.005]
    """
    if series.dtype == pl.Boolean or not (series.dtype == pl.String or series.dtype.is_numeric()):
        series = series.cast(pl.String)
    if series.dtype != pl.String:
        return _typed(series, kind, header, implied)
    whole = _whole_numbers(series)
    if whole is not None:
        return _finish(_Column(whole, _full(pl.Boolean, len(whole))), kind, header, implied, "plain numbers", *_SURE)
    once = distinct(series) if len(series) <= SHORT or repeats_itself(series) else None
    cells, rows = (series, None) if once is None else (once.cells, once.rows())
    column, rule, locale = _read(cells, rows, once, kind)
    if once is not None:
        column = column.spread(once)
    column.values = column.values.alias(series.name)
    return _finish(column, kind, header, implied, rule, locale.why, locale.ambiguous)


@dataclass
class _Column:
    """The column while it is being read."""

    values: pl.Series
    unparsed: pl.Series
    markers: dict[str, int] = field(default_factory=dict)
    signed: pl.Series | None = None  # rows with a percent sign, already divided
    named: list[str] = field(default_factory=list)  # ISO codes that cells carry
    codes: pl.Series | None = None  # ISO code per row, where there are several

    def spread(self, once: Distinct) -> "_Column":
        """Return what was read once per distinct cell, for each row."""
        signed = None if self.signed is None else once.spread(self.signed).fill_null(False)
        codes = None if self.codes is None else once.spread(self.codes)
        unparsed = once.spread(self.unparsed).fill_null(False)
        return _Column(once.spread(self.values), unparsed, self.markers, signed, self.named, codes)


def _typed(series: pl.Series, kind: str, header: str, implied: pl.Series | None) -> Parsed:
    """Take a column of numbers as it is."""
    numeric = series.cast(pl.Float64, strict=False)
    fine = numeric.is_finite().fill_null(False)
    values = pl.select(pl.when(fine).then(numeric)).to_series().alias(series.name)
    return _finish(_Column(values, ~fine & series.is_not_null()), kind, header, implied, "plain numbers", "", False)


def _read(cells: pl.Series, rows: pl.Series | None, once: Distinct | None, kind: str) -> tuple[_Column, str, Locale]:
    """Read cells, each standing for a number of rows: what they became, the rule in words, the locale."""
    seen = Seen()
    numeric = cells.cast(pl.Float64, strict=False)
    fine = numeric.is_finite().fill_null(False)
    column = _Column(pl.select(pl.when(fine).then(numeric)).to_series(), _full(pl.Boolean, len(cells)))
    dotted = _look_at_dots(cells, rows, fine, seen)
    rest = cells.is_not_null() & ~fine
    where = rest.arg_true()
    found = _sort_out(cells.filter(rest), None if rows is None else rows.filter(rest), kind, seen)
    table = table_of(found.left.cells, found.rows, column.markers)
    shapes = {**found.shapes, **take_apart(table, kind, seen, found.others)}
    locale = decide(seen, kind, column.values if once is None else once.spread(column.values))
    if dotted is not None and locale.bare == "comma":
        again = cells.gather(dotted).str.replace_all(".", "", literal=True).cast(pl.Float64, strict=False)
        column.values = column.values.scatter(dotted, again)
    _fill(column, where, found, table, shapes, locale, kind)
    return column, rule_in_words(seen, locale, shapes), locale


def _whole_numbers(cells: pl.Series) -> pl.Series | None:
    """Return cells as numbers when every one that holds something is a whole number and nothing else."""
    head = cells.head(PEEK)
    if head.cast(pl.Int64, strict=False).null_count() > head.null_count():
        return None
    whole = cells.cast(pl.Int64, strict=False)
    return whole.cast(pl.Float64) if whole.null_count() == cells.null_count() else None


def _look_at_dots(cells: pl.Series, rows: pl.Series | None, fine: pl.Series, seen: Seen) -> pl.Series | None:
    """Count what the dots of plain numbers prove; return where a dot could be a thousands sign."""
    where, plain = fine.arg_true(), cells.filter(fine)
    dots = plain.str.contains(".", literal=True)
    if not dots.any():
        return None
    where, plain = where.filter(dots), plain.filter(dots)
    counts = pl.repeat(1, len(plain), dtype=pl.UInt32, eager=True) if rows is None else rows.gather(where)
    weak = plain.str.contains(_PLAIN_GROUPS)
    for name, mask in (("dot", ~weak), ("weak .", weak)):
        if mask.any():
            seen.add(name, int(counts.filter(mask).sum()), str(plain.filter(mask)[0]))
    return where.filter(weak) if weak.any() else None


@dataclass
class _Found:
    """The cells that are no plain numbers: those of large families, and what is left to be read by its shapes."""

    cells: pl.Series
    members: list[tuple[Family, pl.Series]]  # each with a mask over the cells
    at: pl.Series | None  # where the cells that are left stand; None when all are left, each distinct
    left: Distinct
    rows: pl.Series  # for how many rows each distinct cell that is left stands

    @property
    def others(self) -> int:
        """Cells that belong to a family."""
        return sum(int(mask.sum()) for _, mask in self.members)

    @property
    def shapes(self) -> Shapes:
        """The families' shapes, as far as the sample shows them."""
        return {key: shape for family, _ in self.members for key, shape in family.shapes.items()}

    def spread(self, values: pl.Series) -> pl.Series:
        """Return what the distinct cells that are left became, for each cell."""
        if self.at is None:
            return values
        none = _full(values.dtype, len(self.cells))
        return none.scatter(self.at, self.left.spread(values))


def _sort_out(cells: pl.Series, rows: pl.Series | None, kind: str, seen: Seen) -> _Found:
    """Part the cells of a column into families and the rest; distinct cells are all rest."""
    if rows is not None:
        return _Found(cells, [], None, Distinct(cells, rows), rows)
    members: list[tuple[Family, pl.Series]] = []
    left = pl.repeat(True, len(cells), dtype=pl.Boolean, eager=True)
    for family in families(cells, kind):
        mask = cells.str.contains(family.pattern)
        if not mask.any():
            continue
        family.testify(cells if mask.all() else cells.filter(mask), seen)
        members.append((family, mask))
        left = left & ~mask
        if not left.any():
            break
    at = left.arg_true()
    rest = distinct(cells.gather(at))
    return _Found(cells, members, at, rest, rest.rows())


def _fill(
    column: _Column,
    where: pl.Series,
    found: _Found,
    table: pl.DataFrame,
    shapes: Shapes,
    locale: Locale,
    kind: str,
) -> None:
    """Put what the shapes and the families say into the column."""
    read = read_by_shape(table, shapes, locale)
    value, unparsed = found.spread(read["value"]), found.spread(read["unparsed"])
    bins = b_is_bin(shapes)
    for family, mask in found.members:
        power = 3 if bins and family.shape.suffix == "b" else family.shape.power
        value = _among(found.cells, mask, value, family, locale, power)
    known = value.is_not_null()
    column.values = column.values.scatter(where.filter(known), value.filter(known))
    column.unparsed = column.unparsed.scatter(where, unparsed)
    if kind == "rate":
        signed = found.spread(read["percent"])
        for family, mask in found.members:
            signed = signed | mask if family.shape.percent else signed
        column.signed = _full(pl.Boolean, len(column.values)).scatter(where, signed)
    if kind == "money":
        column.named = sorted({shape.currency for shape in shapes.values() if shape.currency})
    if len(column.named) > 1:
        codes = found.spread(read["currency"])
        for family, mask in found.members:
            codes = codes.scatter(mask.arg_true(), family.shape.currency) if family.shape.currency else codes
        column.codes = _full(pl.String, len(column.values)).scatter(where, codes)


def _among(
    cells: pl.Series, mask: pl.Series, values: pl.Series, family: Family, locale: Locale, power: int
) -> pl.Series:
    """Return values with the cells of a family read, piece by piece: what is held at once stays small."""
    pieces = []
    for start in range(0, len(cells), PIECE):
        part, here, held = cells.slice(start, PIECE), mask.slice(start, PIECE), values.slice(start, PIECE)
        if 2 * int(here.sum()) > len(here):
            number = family.read(part, locale, power)
            pieces.append(pl.select(pl.when(here).then(number).otherwise(held)).to_series())
        else:
            pieces.append(held.scatter(here.arg_true(), family.read(part.filter(here), locale, power)))
    return pl.concat(pieces, rechunk=True) if pieces else values


def _full(dtype: pl.DataType | type[pl.DataType], height: int) -> pl.Series:
    """Return a series of falses or nulls."""
    return pl.repeat(False if dtype == pl.Boolean else None, height, dtype=dtype, eager=True)


def _finish(
    column: _Column, kind: str, header: str, implied: pl.Series | None, rule: str, why: str, ambiguous: bool
) -> Parsed:
    """Settle units: percent or fraction, and which currency."""
    percent, currency, currencies = False, None, None
    if kind == "rate":
        verdict = decide_percent(column.values, header=header, signed=column.signed, implied=implied)
        column.values, percent = verdict.values, verdict.percent
        rule, why = f"{rule}; {verdict.rule}", "; ".join(part for part in (why, verdict.evidence) if part)
        ambiguous |= verdict.ambiguous
    if kind == "money":
        named = column.named
        stated = currency_in(header)
        if named == ["USD"] and stated:  # a bare $ under a header that names another dollar
            named = [stated]
        currency = named[0] if len(named) == 1 else stated if not named else None
        if len(named) > 1:
            currencies, rule = column.codes, f"{rule}; several currencies: {', '.join(named)}"
        elif currency:
            rule = f"{rule}; {currency}"
    return Parsed(
        column.values, column.unparsed, rule, why, currency, percent, bool(ambiguous), column.markers, currencies
    )
