"""Percent or fraction: one decision for a column of rates, from its header and its values together.

``3.1`` under "Engagement rate" is 3.1 %, ``0.031`` is the same thing, and a header "Like Rate (%)" over fractions
exists. What settles it, strongest first: a percent sign in the cells; the same rate computed from the file's own
likes and followers; values above 1 in most rows; the header; the size of the middle value. The decision is for the
column: no row is divided that its neighbour is not. Where the evidence is thin the decision is marked ambiguous.
"""

import math
import re
from dataclasses import dataclass

import polars as pl

from analysis.intake.spread import Spread

#: The grounds of a unit that a person names.
SAID = "as the map says"

__all__ = ["Rates", "Unit", "Verdict", "decide_percent", "divided"]

#: A middle value above this is read as percent when the header does not say fraction: half of all creators above
#: 20 % engagement is rarer than a column in percent whose middle is 0.2 %.
MIDDLE = 0.2

#: Between these a middle value without other evidence is called ambiguous.
DOUBTFUL = (0.1, 0.6)

#: Rows whose middle value is looked at.
SPREAD = 2**18

_PERCENT = re.compile(
    r"%|percent|\bpct\b|_pct|pct_|prozent|porcent|pourcent|percentual|yüzde|persen|phần trăm|퍼센트|％", re.I
)
_FRACTION = re.compile(r"fraction|\bratio\b|_ratio|decimal|anteil\b", re.I)


@dataclass(frozen=True)
class Verdict:
    """Rates as fractions, and how that was decided."""

    values: pl.Series
    percent: bool
    rule: str
    evidence: str
    ambiguous: bool = False


@dataclass(frozen=True)
class Unit:
    """The unit of a column of rates: whether its cells without a percent sign are divided by 100, and why."""

    divide: bool
    percent: bool
    rule: str
    evidence: str
    ambiguous: bool = False


class Rates:
    """What the values of a column of rates say about their unit, gathered block by block.

    Counts and the largest value are those of all rows; middle values are those of rows spread over the column, all of
    them in a column of up to :data:`SPREAD` rows.
    """

    def __init__(self, header: str, told: str = "") -> None:
        self.header, self.told = header, told
        self.signs = self.bare = self.compared = 0
        self.largest = 0.0
        self._spread = Spread(SPREAD)

    def look(self, values: pl.Series, signed: pl.Series | None, implied: pl.Series | None) -> None:
        """Take in the next block: numbers as written, which of them had a percent sign, the rate others imply."""
        if signed is not None and signed.any():
            self.signs += int(signed.sum())
            if not (values.is_not_null() & ~signed).any():  # nothing without a sign: the rows count, and say no more
                self._spread.skip(len(values))
                return
        finite = values.is_finite() & (~signed if signed is not None else pl.lit(True))
        rows = pl.select(value=pl.when(finite).then(values.cast(pl.Float64)))
        self.bare += len(rows) - rows["value"].null_count()
        largest = rows["value"].abs().max()
        self.largest = max(self.largest, float(largest)) if isinstance(largest, int | float) else self.largest
        if implied is not None:
            ratio = rows["value"] / implied
            sound = (ratio.is_finite() & (ratio > 0)).fill_null(False)
            self.compared += int(sound.sum())
            rows = rows.with_columns(ratio=pl.select(pl.when(sound).then(ratio)).to_series())
        self._spread.add(rows)

    def settle(self) -> Unit:
        """Return the unit that everything gathered comes to."""
        signs, bare = self.signs, self.bare
        if self.told:
            percent = self.told == "percent"
            return Unit(percent, percent or signs > 0, "percent, divided by 100" if percent else "fraction", SAID)
        if not bare:
            said = f"{signs:,} cells have a percent sign" if signs else ""
            return Unit(False, signs > 0, "percent sign" if signs else "no values", said)
        if signs:
            if signs >= bare or self.largest > 1:
                return _percent(f"{signs:,} cells have a percent sign, {bare:,} do not")
            said = f"{bare:,} cells without a sign lie below 1"
            return Unit(False, True, "percent sign; bare numbers are fractions", said, True)
        spread = self._spread.frame()
        settled = self._by_implied(spread)
        if settled is not None:
            return settled
        sizes = spread["value"].abs()
        middle, largest = float(sizes.filter(sizes > 0).median() or 0.0), self.largest  # type: ignore[arg-type]
        says_percent, says_fraction = bool(_PERCENT.search(self.header)), bool(_FRACTION.search(self.header))
        size = f"the middle value is {middle:.3g}, the largest {largest:.3g}"
        if largest <= 1:
            if says_percent and middle > MIDDLE:
                return _percent(f"the header says percent and {size}", True)
            if says_percent:
                return Unit(False, False, "fraction, although the header says percent", size, True)
            return Unit(False, False, "fraction", size, middle > DOUBTFUL[1] and not says_fraction)
        if says_percent and middle > MIDDLE / 10:
            return _percent(f"the header says percent and {size}")
        if says_fraction or middle <= MIDDLE:
            doubtful = not says_fraction and (says_percent or middle > DOUBTFUL[0])
            return Unit(False, False, "fraction", size, doubtful)
        return _percent(size, middle < DOUBTFUL[1])

    def _by_implied(self, spread: pl.DataFrame) -> Unit | None:
        """Return the unit when the file's own numbers say which."""
        if not self.compared:
            return None
        typical = spread["ratio"].median()
        if not isinstance(typical, int | float):
            return None
        for factor in (100, 1):
            if abs(math.log(typical / factor)) < math.log(2.5):
                said = f"values are {typical:.3g} times the rate that {self.compared:,} rows' own counts give"
                return _percent(said) if factor == 100 else Unit(False, False, "fraction", said)
        return None


def _percent(evidence: str, ambiguous: bool = False) -> Unit:
    return Unit(True, True, "percent, divided by 100", evidence, ambiguous)


def decide_percent(
    values: pl.Series, *, header: str = "", signed: pl.Series | None = None, implied: pl.Series | None = None
) -> Verdict:
    """Return rates as fractions: numbers as written → fractions.

    Parameters
    ----------
    values : polars.Series
        Numbers; those whose cell has a percent sign are divided by 100 already.
    header : str
        The column's header.
    signed : polars.Series, optional
        Boolean: the cell had a percent sign.
    implied : polars.Series, optional
        The rate computed from other columns, as a fraction.

    Examples
    --------
    >>> decide_percent(pl.Series([3.1, 0.9, 12.0])).percent
    True
    >>> decide_percent(pl.Series([0.031, 0.009, 0.12]), header="Like Rate (%)").percent
    False
    """
    rates = Rates(header)
    rates.look(values, signed, implied)
    unit = rates.settle()
    return Verdict(
        divided(values, signed) if unit.divide else values, unit.percent, unit.rule, unit.evidence, unit.ambiguous
    )


def divided(values: pl.Series, signed: pl.Series | None) -> pl.Series:
    """Return percentages as fractions; cells that had a percent sign are fractions already."""
    if signed is None or not signed.any():
        return values / 100
    return pl.select(pl.when(signed).then(values).otherwise(values / 100)).to_series().alias(values.name)
