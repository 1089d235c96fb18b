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

__all__ = ["Verdict", "decide_percent"]

#: A middle value above this is read as percent when the header does not say fraction: half of all creators above
#: 20 % engagement is rarer than a column in percent whose middle is 0.2 %.
MIDDLE = 0.2

#: Between these a middle value without other evidence is called ambiguous.
DOUBTFUL = (0.1, 0.6)

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
    signs = int(signed.sum()) if signed is not None else 0
    bare = values if signed is None else values.filter(~signed)
    bare = bare.drop_nulls().drop_nans()
    if not len(bare):
        return Verdict(
            values,
            signs > 0,
            "percent sign" if signs else "no values",
            f"{signs:,} cells have a percent sign" if signs else "",
        )
    if signs:
        if signs >= len(bare) or float(bare.abs().max() or 0) > 1:  # type: ignore[arg-type]
            return _divided(values, signed, "percent", f"{signs:,} cells have a percent sign, {len(bare):,} do not")
        return Verdict(
            values,
            True,
            "percent sign; bare numbers are fractions",
            f"{len(bare):,} cells without a sign lie below 1",
            True,
        )
    settled = _by_implied(values, implied)
    if settled is not None:
        factor, evidence = settled
        return (
            _divided(values, None, "percent", evidence)
            if factor == 100
            else Verdict(values, False, "fraction", evidence)
        )
    magnitude = bare.abs()
    middle, largest = float(magnitude.filter(magnitude > 0).median() or 0.0), float(magnitude.max() or 0.0)  # type: ignore[arg-type]
    says_percent, says_fraction = bool(_PERCENT.search(header)), bool(_FRACTION.search(header))
    size = f"the middle value is {middle:.3g}, the largest {largest:.3g}"
    if largest <= 1:
        if says_percent and middle > MIDDLE:
            return _divided(values, None, "percent", f"the header says percent and {size}", True)
        if says_percent:
            return Verdict(values, False, "fraction, although the header says percent", size, True)
        return Verdict(values, False, "fraction", size, middle > DOUBTFUL[1] and not says_fraction)
    if says_percent and middle > MIDDLE / 10:
        return _divided(values, None, "percent", f"the header says percent and {size}")
    if says_fraction or middle <= MIDDLE:
        return Verdict(values, False, "fraction", size, not says_fraction and (says_percent or middle > DOUBTFUL[0]))
    return _divided(values, None, "percent", size, middle < DOUBTFUL[1])


def _by_implied(values: pl.Series, implied: pl.Series | None) -> tuple[int, str] | None:
    """Return 100 or 1 when the file's own numbers say which, with the evidence."""
    if implied is None:
        return None
    ratio = pl.DataFrame({"r": values / implied})["r"].drop_nulls()
    ratio = ratio.filter(ratio.is_finite() & (ratio > 0))
    if len(ratio) < 1:
        return None
    typical = float(ratio.median())  # type: ignore[arg-type]
    for factor in (100, 1):
        if abs(math.log(typical / factor)) < math.log(2.5):
            return factor, f"values are {typical:.3g} times the rate that {len(ratio):,} rows' own counts give"
    return None


def _divided(values: pl.Series, signed: pl.Series | None, rule: str, evidence: str, ambiguous: bool = False) -> Verdict:
    if signed is None:
        return Verdict(values / 100, True, f"{rule}, divided by 100", evidence, ambiguous)
    mixed = pl.select(pl.when(signed).then(values).otherwise(values / 100)).to_series().alias(values.name)
    return Verdict(mixed, True, f"{rule}, divided by 100", evidence, ambiguous)
