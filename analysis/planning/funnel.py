r"""From engagements to clicks, from clicks to orders, from orders to money: rates measured where there is something.

A step is a count over a count: :math:`k \sim \text{Poisson}(d\, r(F)\, c_i\, g)`, with the rate :math:`r` a power of
followers, a creator's own part :math:`c_i` (gamma, mean one), and what differs from one deliverable to the next
(:math:`g`, gamma, mean one). The rate starts from its assumption and moves with what is seen: few events leave it near
the assumption, many make the assumption irrelevant. Creators are partially pooled in the same way.

The trap is to divide by what was not there: rows where both counts are known are used, and nothing else. Zero orders
from forty clicks is an observation.

References
----------
Breslow, N. E. (1984). Extra-Poisson variation in log-linear models. *JRSS C* 33, 38-44.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.inference.regression import poisson
from analysis.planning.assumptions import Assumption

__all__ = ["Step", "Value", "money_per_order", "step", "uncertainty"]

Floats = NDArray[np.float64]

#: Events and creators below which a rate is not let depend on followers.
FEWEST_EVENTS = 100
FEWEST_CREATORS = 20
#: What deliverables differ by (relative variance) where too few are seen to tell: by half, give or take.
USUAL_SPREAD = 0.25


@dataclass(frozen=True, eq=False)
class Step:
    """One rate: per account its expected value and relative own uncertainty; what is shared, and what is luck.

    ``rate`` is log-normal around its mean in common for all (``shared_sd``), turned with size by ``slope_sd`` per
    unit of log followers from ``middle``; ``own_sd`` is the creator's; ``spread`` the relative variance between
    deliverables of one creator.
    """

    name: str
    rate: Floats
    own_sd: Floats
    shared_sd: float
    slope_sd: float
    middle: float
    spread: float
    evidence: NDArray[np.str_]
    events: float
    assumption: str

    def __deepcopy__(self, memo: object) -> "Step":
        return self


@dataclass(frozen=True, slots=True)
class Value:
    """Money per order: mean, relative error of the mean, coefficient of variation of one order, evidence."""

    mean: float
    error: float
    variation: float
    evidence: str


def uncertainty(assumption: Assumption) -> float:
    """Return the log standard deviation that makes low..high a 95 % range; 0 for a range without width.

    Notes
    -----
    log(high / low) / 3.92; a low end of 0 counts as a tenth of the value, because no log range reaches it.

    Examples
    --------
    >>> from analysis.planning.assumptions import load
    >>> round(uncertainty(load()["post_rate"]), 4)
    0.1303
    """
    if assumption.high <= assumption.low or assumption.value <= 0:
        return 0.0
    return math.log(assumption.high / max(assumption.low, assumption.value / 10)) / 3.919927969080108


def step(
    name: str,
    people: pl.DataFrame,
    deals: pl.DataFrame,
    numerator: str,
    denominator: str,
    assumption: Assumption,
) -> Step:
    """Return the rate ``numerator`` / ``denominator`` for every account of ``people``.

    Notes
    -----
    The level has a gamma prior with the assumption's mean and range; seen events count as events over one plus their
    overdispersion. The size exponent is a quasi-Poisson slope, drawn towards 0 by its own error (prior sd 0.1).
    """
    size_known = pl.when(pl.col("followers") > 0).then(pl.col("followers"))
    rows = deals.filter(pl.col(numerator).is_not_null() & (pl.col(denominator) > 0)).select(
        "account",
        pl.col(numerator).alias("k"),
        pl.col(denominator).alias("d"),
        size_known.fill_null(size_known.median()).fill_null(1.0).alias("followers"),
    )
    k, d = rows["k"].to_numpy().astype(float), rows["d"].to_numpy().astype(float)
    size = np.log(rows["followers"].to_numpy().astype(float))
    now = np.log(np.maximum(people["followers"].cast(pl.Float64).fill_null(math.nan).to_numpy(), 1.0))
    middle = float(np.average(size, weights=np.maximum(d, 1e-9))) if len(d) else 0.0
    slope, slope_sd = _slope(k, d, size - middle, rows["account"].to_numpy())
    shape = np.exp(slope * (size - middle))
    spread, between = _variation(k, d * shape, rows["account"].to_numpy())
    prior_sd = max(uncertainty(assumption), 1e-3)
    if assumption.given and not len(k):
        prior_sd = uncertainty(assumption)
    level, error, told = _level(k, d * shape, assumption.value, prior_sd, spread + between)
    own, own_sd, seen = _creators(people, rows["account"].to_numpy(), k, level * d * shape, spread, between)
    evidence = np.where(seen > 0, "measured", "modelled") if told else np.full(people.height, "assumed")
    at = np.where(np.isnan(now), 0.0, now - middle)
    return Step(
        name,
        level * np.exp(slope * at) * own,
        own_sd,
        error,
        slope_sd,
        middle,
        spread,
        evidence.astype("U8"),
        float(k.sum()),
        assumption.name,
    )


def _slope(k: Floats, d: Floats, size: Floats, who: NDArray[np.str_]) -> tuple[float, float]:
    if k.sum() < FEWEST_EVENTS or len(np.unique(who)) < FEWEST_CREATORS or np.ptp(size) < 1e-9:
        return 0.0, 0.0
    fit = poisson(k, np.column_stack([size, np.ones(len(k))]), offset=np.log(d), cluster=who)
    # large accounts carry most events; weigh deliverables more evenly by the spread between them
    spread = max(_solve(k, d * (k.sum() / d.sum())), 1e-3)
    weights = d / (1 + spread * d * k.sum() / d.sum())
    even = poisson(k / d * weights, np.column_stack([size, np.ones(len(k))]), offset=np.log(weights), cluster=who)
    fit = even if even is not None else fit
    if fit is None:
        return 0.0, 0.0
    slope, variance, prior = float(fit.coefficients[0]), float(fit.covariance[0, 0]), 0.1**2
    keep = prior / (prior + variance)
    return keep * slope, math.sqrt(keep * variance)


def _solve(k: Floats, mean: Floats) -> float:
    """Return the relative extra variance s with sum (k - m)^2 / (m + s m^2) = n - 1; 0 when there is none."""
    used = mean > 0
    k, mean = k[used], mean[used]
    if len(k) < 10:
        return USUAL_SPREAD
    square, freedom = (k - mean) ** 2, len(k) - 1

    def excess(s: float) -> float:
        return float((square / (mean + s * mean**2)).sum()) - freedom

    low, high = 0.0, 100.0
    if excess(low) <= 0:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _variation(k: Floats, d: Floats, who: NDArray[np.str_]) -> tuple[float, float]:
    """Return the relative variance between deliverables of one creator, and between creators.

    The second is what deliverables of one creator have in common: the mean product of their relative residuals.
    """
    if not len(k) or k.sum() <= 0:
        return USUAL_SPREAD, 0.0
    mean = d * (k.sum() / d.sum())
    total = _solve(k, mean)
    weight = 1 / (1 / np.maximum(mean, 1e-9) + max(total, 1e-3))
    level = float((weight * k / np.maximum(mean, 1e-9)).sum() / weight.sum())
    residual = k / np.maximum(mean, 1e-9) - level
    codes = np.unique(who, return_inverse=True)[1]
    wr, ww = np.bincount(codes, weights=weight * residual), np.bincount(codes, weights=weight)
    products = wr**2 - np.bincount(codes, weights=(weight * residual) ** 2)
    pairs = ww**2 - np.bincount(codes, weights=weight**2)
    if (np.bincount(codes) > 1).sum() < 10 or pairs.sum() <= 0:
        return total, 0.0
    between = min(max(float(products.sum() / pairs.sum()), 0.0), 0.9 * total)
    return total - between, between


def _level(k: Floats, d: Floats, prior: float, prior_sd: float, spread: float) -> tuple[float, float, bool]:
    """Return the rate, its log standard error, and whether the data (rather than the assumption) decide it."""
    start = prior if prior > 0 else 1e-6
    strength = 1 / max(prior_sd, 1e-3) ** 2  # prior events
    rate = start
    events = 0.0
    for _ in range(20):
        weight = 1 / (1 + spread * rate * d) if len(d) else d
        events, exposure = float((weight * k).sum()), float((weight * d).sum())
        new = (strength + events) / (strength / start + exposure)
        if abs(new - rate) < 1e-9 * rate:
            break
        rate = new
    return rate, 1 / math.sqrt(strength + events), events > strength


def _creators(
    people: pl.DataFrame, who: NDArray[np.str_], k: Floats, mean: Floats, spread: float, between: float
) -> tuple[Floats, Floats, Floats]:
    """Return each account's own part of the rate, its relative uncertainty, and the events' weight seen."""
    count = people.height
    if not len(k):
        return np.ones(count), np.full(count, math.sqrt(between)), np.zeros(count)
    weight = 1 / (1 + spread * mean)
    table = pl.DataFrame({"account": who, "k": weight * k, "m": weight * mean})
    table = table.group_by("account").agg(pl.col("k").sum(), pl.col("m").sum())
    joined = people.select("account").join(table, on="account", how="left", maintain_order="left")
    events, expected = (joined[name].fill_null(0.0).to_numpy() for name in ("k", "m"))
    if between <= 1e-6:
        return np.ones(count), np.zeros(count), expected
    shape = 1 / between
    return (shape + events) / (shape + expected), 1 / np.sqrt(shape + events), expected


def money_per_order(deals: pl.DataFrame, assumption: Assumption) -> Value:
    """Return the mean order in money, how sure that mean is, and how much single orders differ.

    Examples
    --------
    >>> from analysis.planning.assumptions import load
    >>> nothing = pl.DataFrame(schema={"conversions": pl.Float64, "revenue": pl.Float64})
    >>> money_per_order(nothing, load()["order_value"]).evidence
    'assumed'
    """
    rows = deals.filter(pl.col("revenue").is_not_null() & (pl.col("conversions") > 0))
    orders, revenue = rows["conversions"].to_numpy().astype(float), rows["revenue"].to_numpy().astype(float)
    if orders.sum() < 30 or len(orders) < 5:
        return Value(assumption.value, uncertainty(assumption), 0.5, "assumed")
    mean = float(revenue.sum() / orders.sum())
    residual = revenue - mean * orders
    variation = math.sqrt(float((residual**2 / orders).sum()) / (len(orders) - 1)) / abs(mean) if mean else 0.5
    error = math.sqrt(float((residual**2).sum())) / float(revenue.sum()) if mean else 1.0
    return Value(mean, error, variation, "measured")
