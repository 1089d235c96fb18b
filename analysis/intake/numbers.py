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

from analysis.intake.evidence import Evidence
from analysis.intake.locales import Locale, Seen, decide, rule_in_words
from analysis.intake.looked import Learnt, Looked, Parts, Plan, counts_bins, fill, full, joined, regrouped
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS, currency_in
from analysis.intake.plain import plainer
from analysis.intake.rates import Rates, divided
from analysis.intake.recipes import MOST_SHAPES, Shapes, b_is_bin, read_by_shape
from analysis.intake.shapes import tidy
from analysis.intake.told import NOTHING, Told

__all__ = ["MISSING_MARKERS", "NumberColumn", "Parsed", "Plan", "is_missing", "parse_column", "read_whole"]

NumberKind = Literal["count", "average", "rate", "money"]

#: Cells read at once in a long column.
PIECE = 500_000


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
    taken: dict[str, str] = field(default_factory=dict)


def is_missing(cells: pl.Series) -> pl.Series:
    """Return which cells are null, blank or a missing marker (``N/A``, ``-``, ``#VALOR!``, ``hidden``).

    Examples
    --------
    >>> is_missing(pl.Series(["N/A", "0", None, "#VALOR!", "auf Anfrage"])).to_list()
    [True, False, True, True, False]
    """
    may_be = ~cells.str.contains("[1-9]") | cells.str.contains("#", literal=True)
    if not may_be.any():  # as in most columns of numbers and of names with numbers
        return cells.is_null()
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
    column, read = read_whole(series, kind, header, implied)
    codes = read.codes if len(read.named) > 1 else None
    return replace(column.said(), values=read.values, unparsed=read.unparsed, currencies=codes)


def read_whole(
    cells: pl.Series, kind: str, header: str, implied: pl.Series | None = None, told: Told = NOTHING
) -> tuple["NumberColumn", "Read"]:
    """Return a whole column as numbers, and the column that says how it was read."""
    column = NumberColumn(kind, header, told)
    read = column.read(cells, None, implied)
    plain, said = plainer(cells, read.unparsed) if cells.dtype == pl.String else (None, "")
    if plain is None:
        return column, read
    column, read = read_whole(plain, kind, header, implied, told)
    column.notes += f"; {said}"
    return column, read


@dataclass(frozen=True)
class Read:
    """A block as numbers: values, what could not be read, and the ISO code of each row where cells carry several."""

    values: pl.Series
    unparsed: pl.Series
    codes: pl.Series | None
    named: tuple[str, ...]


class NumberColumn:
    """A column of numbers that comes in blocks: evidence is gathered from all, each is read by a plan.

    The plan of a whole column is settled from all its cells. A block may be read by a plan made of fewer; it stands
    when the plan of the whole turns out to be the same.

    Examples
    --------
    >>> column = NumberColumn("count", "")
    >>> column.read(pl.Series(["1.234", "5.678"]), None).values.to_list()
    [1234.0, 5678.0]
    >>> plan = column.plan()
    >>> column.read(pl.Series(["1.5", "2.5", "3.25"]), plan).values.to_list(), column.plan() == plan
    ([1.5, 2.5, 3.25], False)
    """

    def __init__(self, kind: str, header: str, told: Told = NOTHING) -> None:
        self.kind, self.header, self.told = kind, header, told
        self.evidence = Evidence(kind)
        self.rates = Rates(header, told.rate) if kind == "rate" else None
        self.notes = ""

    def read(self, cells: pl.Series, plan: Plan | None, implied: pl.Series | None = None) -> Read:
        """Return the next block as numbers, by a plan, or by the one that everything up to this block comes to."""
        if cells.dtype != pl.String:
            return self._typed(cells, plan, implied)
        pieces = [cells.slice(start, PIECE) for start in range(0, len(cells), PIECE)] or [cells]
        looked = [self.evidence.look(piece) for piece in pieces]
        settled = plan or self._settle()
        parts = [self._apply(piece, settled) for piece in looked]
        values = pl.concat([part[0] for part in parts], rechunk=True)
        unparsed = pl.concat([part[1] for part in parts], rechunk=True)
        signed, codes = joined([part[2] for part in parts]), joined([part[3] for part in parts])
        values = self._united(values, signed, implied, plan)
        return Read(values.alias(cells.name), unparsed, codes, settled.named)

    def _united(
        self, values: pl.Series, signed: pl.Series | None, implied: pl.Series | None, plan: Plan | None
    ) -> pl.Series:
        if self.rates is None:
            return values
        self.rates.look(values, signed, implied)
        divide = self.rates.settle().divide if plan is None else plan.divide
        return divided(values, signed) if divide else values

    def _typed(self, cells: pl.Series, plan: Plan | None, implied: pl.Series | None) -> Read:
        """Take a column of numbers as it is."""
        numeric = cells.cast(pl.Float64, strict=False)
        fine = numeric.is_finite().fill_null(False)
        values = self._united(pl.select(pl.when(fine).then(numeric)).to_series(), None, implied, plan)
        return Read(values.alias(cells.name), ~fine & cells.is_not_null(), None, ())

    # what all blocks come to --------------------------------------------------------------------------------------

    def _settle(self) -> Plan:
        _, shapes, shared, locale = self._decided()
        named: set[str] = set()
        if self.kind == "money":
            named = {shape.currency for shape in shapes.values() if shape.currency}
        return Plan(locale.bare, locale.suffixed, shared, b_is_bin(shapes), tuple(sorted(named)))

    def _decided(self) -> tuple[Seen, Shapes, frozenset[str], Locale]:
        said = self.evidence.said()
        seen = said.seen.copy()
        kept, shared = said.tally.settle(seen, self.evidence.others)
        sign = self.told.decimal
        locale = Locale(sign, sign, f"decimal {sign}, as the map says", False) if sign else None
        return seen, self.evidence.met | kept, shared, locale or decide(seen, self.kind, said.ungrouped)

    def plan(self) -> Plan:
        """Return how every cell is to be read, as everything looked at so far has it."""
        settled = self._settle()
        return settled if self.rates is None else replace(settled, divide=self.rates.settle().divide)

    @property
    def endless(self) -> bool:
        """Whether the cells are written in more ways than are kept: prose, not numbers."""
        return len(self.evidence.shapes) > MOST_SHAPES

    def said(self) -> Parsed:
        """Return what was decided for the column, and why; without values."""
        seen, shapes, _, locale = self._decided()
        rule, why, ambiguous = rule_in_words(seen, locale, shapes), locale.why, locale.ambiguous
        percent, currency = False, None
        taken = {"decimal": locale.bare} if ambiguous else {}
        if self.rates is not None:
            unit = self.rates.settle()
            taken |= {"rate": "percent" if unit.divide else "fraction"} if unit.ambiguous else {}
            percent, ambiguous = unit.percent, ambiguous or unit.ambiguous
            rule, why = f"{rule}; {unit.rule}", "; ".join(part for part in (why, unit.evidence) if part)
        if self.kind == "money":
            named, stated = list(self._settle().named), currency_in(self.header)
            if named == ["USD"] and stated:  # a bare $ under a header that names another dollar
                named = [stated]
            if self.told.currency and len(named) < 2:
                named = [self.told.currency]
            currency = named[0] if len(named) == 1 else stated if not named else None
            if len(named) > 1:
                rule = f"{rule}; several currencies: {', '.join(named)}"
            elif currency:
                rule = f"{rule}; {currency}"
        rule += self.notes
        nothing = pl.Series([], dtype=pl.Float64)
        markers = dict(sorted(self.evidence.said().markers.items(), key=lambda met: (-met[1], met[0])))
        return Parsed(
            nothing, nothing.cast(pl.Boolean), rule, why, currency, percent, bool(ambiguous), markers, taken=taken
        )

    # a block, read ------------------------------------------------------------------------------------------------

    def _apply(self, looked: Looked, plan: Plan) -> Parts:
        """Return values, what is unread, which cells had a percent sign, and the currency of each."""
        height, rate, several = looked.height, self.kind == "rate", len(plan.named) > 1
        locale = Locale(plan.bare, plan.suffixed, "", False)
        values = None if looked.values is None else regrouped(looked.values, looked.weak, plan)
        for family, mask, grouped in looked.members:
            values = fill(values, looked.cells, mask, family, locale, 3 if counts_bins(family, plan) else None, grouped)
        unparsed = full(pl.Boolean, height)
        signed, codes = unparsed if rate else None, full(pl.String, height) if several else None
        few = looked.few
        if few is not None:
            read = few.known.read(plan, self._once)
            spread = read["value"].gather(few.codes)
            if few.at is not None:
                spread = (full(pl.Float64, height) if values is None else values).scatter(few.at, spread)
            values = spread
            unparsed = few.rows(read["unparsed"], height)
            signed = few.rows(read["percent"], height) if rate else None
            codes = few.rows(read["currency"], height) if several else None
        for family, mask, _ in looked.members:
            if signed is not None and family.shape.percent:
                signed = signed | mask
            if codes is not None and family.shape.currency:
                codes = codes.scatter(mask.arg_true(), family.shape.currency)
        return full(pl.Float64, height) if values is None else values, unparsed, signed, codes

    def _once(self, learnt: Learnt, plan: Plan) -> pl.DataFrame:
        """Return what distinct cells become: value, unparsed, percent, currency."""
        shapes = self.evidence.shapes.within(learnt.shapes, plan.shared)
        read = read_by_shape(learnt.table, shapes, Locale(plan.bare, plan.suffixed, "", False), plan.bins)
        values, height = regrouped(learnt.values.clone(), learnt.doubtful, plan), len(learnt.values)
        rest = [full(read[name].dtype, height).scatter(learnt.unread, read[name]) for name in read.columns[1:]]
        read_all = [values.scatter(learnt.unread, read["value"]), *rest]
        return pl.DataFrame(dict(zip(read.columns, read_all, strict=True)))
