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

from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from analysis.intake.distinct import Distinct, distinct, repeats_itself
from analysis.intake.families import Family, families
from analysis.intake.locales import Seen, decide, rule_in_words
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
PIECE = 500_000

#: Why plain numbers are read as they stand, and that this is not ambiguous.
_SURE = ("no cell has a separator in doubt", False)

#: A number and the note that a site prints after it: ``105.4M (=)``, ``1.2k(2135)``, ``95,210 ▲12``.
_NOTED = (
    r"^\s*([^\s()\[\]]*\d[\d.,]*\s?[A-Za-z%]{0,4}?)\s*[^\x00-\x7F]?\s*"
    r"(?:[(\[][^()\[\]]{0,30}[)\]]|[▲▼△▽↑↓⬆⬇]\s*[+-]?[\d.,]*\s?[A-Za-z%]{0,4})\s*$"
)
#: Such notes are a pattern of the column when at least this share of its cells carry one.
NOTED_SHARE = 0.8

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
    seen = Seen()
    found = _sort_out(series, kind, seen)
    few = _Few(found, series, kind, seen)
    column = few.column(len(series), found.at)
    for family, mask in found.members:
        _fill(column, series, mask, family, few, kind)
    column.values = column.values.alias(series.name)
    rule = rule_in_words(seen, few.locale, few.shapes)
    bare = _without_notes(series, column.unparsed)
    if bare is not None:
        parsed = parse_column(bare, kind=kind, header=header, implied=implied)
        return replace(parsed, rule=f"{parsed.rule}; the note after each number is left out")
    return _finish(column, kind, header, implied, rule, few.locale.why, few.locale.ambiguous)


def _without_notes(cells: pl.Series, unparsed: pl.Series) -> pl.Series | None:
    """Return cells without the note that follows nearly every number, when there is such a pattern."""
    held = cells.drop_nulls()
    if 2 * int(unparsed.sum()) < len(held) or float(held.head(PEEK).str.contains(_NOTED).mean() or 0.0) < NOTED_SHARE:  # type: ignore[arg-type]
        return None
    noted = cells.str.extract(_NOTED)
    return pl.select(pl.when(noted.is_not_null()).then(noted).otherwise(cells)).to_series().alias(cells.name)


@dataclass
class _Column:
    """The column while it is being read."""

    values: pl.Series
    unparsed: pl.Series
    markers: dict[str, int] = field(default_factory=dict)
    signed: pl.Series | None = None  # rows with a percent sign, already divided
    named: list[str] = field(default_factory=list)  # ISO codes that cells carry
    codes: pl.Series | None = None  # ISO code per row, where there are several


def _typed(series: pl.Series, kind: str, header: str, implied: pl.Series | None) -> Parsed:
    """Take a column of numbers as it is."""
    numeric = series.cast(pl.Float64, strict=False)
    fine = numeric.is_finite().fill_null(False)
    values = pl.select(pl.when(fine).then(numeric)).to_series().alias(series.name)
    return _finish(_Column(values, ~fine & series.is_not_null()), kind, header, implied, "plain numbers", "", False)


def _whole_numbers(cells: pl.Series) -> pl.Series | None:
    """Return cells as numbers when every one that holds something is a whole number and nothing else."""
    head = cells.head(PEEK)
    if head.cast(pl.Int64, strict=False).null_count() > head.null_count():
        return None
    whole = cells.cast(pl.Int64, strict=False)
    return whole.cast(pl.Float64) if whole.null_count() == cells.null_count() else None


_Member = tuple[Family, pl.Series]  # a family, and a mask of its rows


@dataclass(frozen=True)
class _Found:
    """A column sorted into large families and the rest, each distinct cell of which is read once."""

    members: list[_Member]
    at: pl.Series | None  # where the rest stands; None when it is the whole column
    left: Distinct


def _sort_out(series: pl.Series, kind: str, seen: Seen) -> _Found:
    """Part a long column into families and the rest; a short or repetitive one is all rest."""
    if len(series) <= SHORT or repeats_itself(series):
        return _Found([], None, distinct(series))
    members: list[_Member] = []
    left = series.is_not_null()
    for family in families(series, kind):
        mask = series.str.contains(family.pattern).fill_null(False)
        if not mask.any():
            continue
        family.testify(series, mask, seen)
        members.append((family, mask))
        left = left & ~mask
        if not left.any():
            break
    return _Found(members, left.arg_true(), distinct(series.filter(left)))


class _Few:
    """Distinct cells, each standing for some rows, read one by one; the locale of the whole column is decided here."""

    def __init__(self, found: _Found, series: pl.Series, kind: str, seen: Seen) -> None:
        self.once, self.kind, self.markers = found.left, kind, dict[str, int]()
        cells, rows, members = self.once.cells, self.once.rows(), found.members
        numeric = cells.cast(pl.Float64, strict=False)
        fine = numeric.is_finite().fill_null(False)
        self.values = pl.select(pl.when(fine).then(numeric)).to_series()
        weak = _look_at_dots(cells, rows, fine, seen)
        table = table_of(cells.filter(~fine), rows.filter(~fine), self.markers)
        met = {key: shape for family, _ in members for key, shape in family.shapes.items()}
        self.shapes: Shapes = met | take_apart(table, kind, seen, sum(int(mask.sum()) for _, mask in members))
        ungrouped = int(rows.filter((self.values.abs() >= 1000).fill_null(False)).sum())
        if seen["weak ."]:
            ungrouped += sum(family.ungrouped(series.filter(mask)) for family, mask in members)
        self.locale = decide(seen, kind, ungrouped)
        if weak is not None and self.locale.bare == "comma":
            again = cells.gather(weak).str.replace_all(".", "", literal=True).cast(pl.Float64, strict=False)
            self.values = self.values.scatter(weak, again)
        self.read = read_by_shape(table, self.shapes, self.locale)
        self.at = (~fine).arg_true()
        self.values = self.values.scatter(self.at, self.read["value"])

    def column(self, height: int, at: pl.Series | None) -> _Column:
        """Return what the distinct cells became, over the rows where they stand."""
        column = _Column(_over(self.values, self.once, height, at), self._rows("unparsed", height, at), self.markers)
        if self.kind == "rate":
            column.signed = self._rows("percent", height, at)
        if self.kind == "money":
            column.named = sorted({shape.currency for shape in self.shapes.values() if shape.currency})
        if len(column.named) > 1:
            column.codes = self._rows("currency", height, at)
        return column

    def _rows(self, name: str, height: int, at: pl.Series | None) -> pl.Series:
        values = self.read[name]
        cells = _full(values.dtype, len(self.once.cells)).scatter(self.at, values)
        rows = _over(cells, self.once, height, at)
        return rows.fill_null(False) if rows.dtype == pl.Boolean else rows


def _over(cells: pl.Series, once: Distinct, height: int, at: pl.Series | None) -> pl.Series:
    """Return what distinct cells became over the rows of a column, of which ``at`` are theirs."""
    rows = once.spread(cells)
    return rows if at is None else _full(cells.dtype, height).scatter(at, rows)


def _look_at_dots(cells: pl.Series, rows: pl.Series, fine: pl.Series, seen: Seen) -> pl.Series | None:
    """Count what the dots of plain numbers prove; return where a dot could be a thousands sign."""
    where, plain = fine.arg_true(), cells.filter(fine)
    dots = plain.str.contains(".", literal=True)
    if not dots.any():
        return None
    where, plain = where.filter(dots), plain.filter(dots)
    weak = plain.str.contains(_PLAIN_GROUPS)
    for name, mask in (("dot", ~weak), ("weak .", weak)):
        if mask.any():
            seen.add(name, int(rows.gather(where.filter(mask)).sum()), str(plain.filter(mask)[0]))
    rounded = weak & plain.str.ends_with("0")
    if rounded.any():
        seen.add("round .", int(rows.gather(where.filter(rounded)).sum()), str(plain.filter(rounded)[0]))
    return where.filter(weak) if weak.any() else None


def _fill(column: _Column, cells: pl.Series, mask: pl.Series, family: Family, few: _Few, kind: str) -> None:
    """Read the cells of a family into the column, piece by piece: what is held at once stays small."""
    shape, pieces = family.shape, []
    power = 3 if shape.suffix == "b" and b_is_bin(few.shapes) else shape.power
    for start in range(0, len(cells), PIECE):
        part, here, held = (whole.slice(start, PIECE) for whole in (cells, mask, column.values))
        if 2 * int(here.sum()) > len(here):
            number = family.read(part, few.locale, power)
            pieces.append(pl.select(pl.when(here).then(number).otherwise(held)).to_series())
        else:
            pieces.append(held.scatter(here.arg_true(), family.read(part.filter(here), few.locale, power)))
    column.values = pl.concat(pieces, rechunk=True)
    if column.signed is not None and shape.percent:
        column.signed = column.signed | mask
    if column.codes is not None and shape.currency:
        column.codes = column.codes.scatter(mask.arg_true(), shape.currency)


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
