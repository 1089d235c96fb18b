"""Pooled ratios with their intervals: total cost over total engagements, total engagements over total followers.

A pooled ratio is what the money did; a mean of ratios is something else. Creators whose denominator is zero stay in
the sums. The unit of the interval is the creator, so posts are summed by creator first. How the draws behind the
limits are made, and why the textbook ones are too narrow, is told in `analysis.inference.pooled`.

A return on investment may be negative: revenue minus cost. It is taken as revenue over cost, less one.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.inference.pooled import FEWEST_CREATORS, pooled_log_draws
from analysis.inference.result import (
    Floats,
    Interval,
    check_confidence,
    clean_pairs,
    clean_values,
    clustered_values,
    say,
    unknown,
)

__all__ = ["PooledDraws", "creator_ratios", "largest_share", "mean_interval", "pooled_draws", "ratio_interval"]

TOO_WIDE = "the limits would lie more than a factor of 1,000 apart, which says nothing; read the median."
METHOD = "log-normal fiducial and studentised bootstrap draws over creators, averaged"
#: Share of the numerator or denominator held by one creator above which the note warns.
DOMINANT_SHARE = 0.5
#: Limits further apart than this factor say nothing and are withheld.
WIDEST_FACTOR = 1000.0
#: Standard deviation of the logs beyond which coverage was not simulated.
WIDEST_LOG_SPREAD = 3.0


@dataclass(frozen=True, slots=True)
class PooledDraws:
    """A pooled ratio, draws of what it could have been (None when there are none, and ``note`` says why).

    ``shift`` is 1 for a return on investment (draws + shift is positive) and 0 elsewhere.
    """

    estimate: float
    draws: Floats | None
    n: int
    note: str
    shift: float = 0.0


def ratio_interval(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return sum(numerator) / sum(denominator) with its interval; rows in, one Interval out.

    Parameters
    ----------
    numerator, denominator
        One value per row; rows where either is missing or infinite are dropped. Zeros count.
    cluster
        The creator of each row, when rows are posts or placements. Without it each row is a creator.
    confidence, seed
        Coverage, and the seed of the draws: the same input gives the same limits.

    Returns
    -------
    Interval
        ``n`` counts creators. Without limits below five creators, when a denominator or all numerators are zero.

    Raises
    ------
    ParameterError
        If the lengths differ or ``confidence`` is not between 0 and 1.

    Examples
    --------
    >>> cost, engagements = [100, 100, 50], [10, 1000, 0]
    >>> round(ratio_interval(cost, engagements).estimate, 4)
    0.2475
    >>> interval = ratio_interval([30, 45, 20, 60, 25, 38], [1000, 1400, 800, 1900, 700, 1500])
    >>> interval.low < interval.estimate < interval.high
    True
    """
    check_confidence(confidence)
    top, bottom, note = clean_pairs(numerator, denominator, cluster)
    pooled = pooled_draws(top, bottom, np.random.default_rng(seed), note=note)
    if pooled.draws is None:
        return unknown(pooled.estimate, pooled.n, METHOD, confidence, pooled.note)
    low, high = np.quantile(pooled.draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    if high + pooled.shift > WIDEST_FACTOR * (low + pooled.shift):
        return unknown(pooled.estimate, pooled.n, METHOD, confidence, say(TOO_WIDE, pooled.note))
    low, high = min(low, pooled.estimate), max(high, pooled.estimate)  # creators all alike: the allowance is one-sided
    return Interval(pooled.estimate, low, high, pooled.n, METHOD, confidence, pooled.note)


def mean_interval(
    values: ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95, seed: int = 0
) -> Interval:
    """Return the mean per row with its interval, creators (clusters) as the unit; the unit of the input.

    Examples
    --------
    >>> mean_interval([2, 4, 6, 8, 10]).estimate
    6.0
    """
    return ratio_interval(values, np.ones(np.size(values)), cluster=cluster, confidence=confidence, seed=seed)


def creator_ratios(numerator: ArrayLike, denominator: ArrayLike, *, cluster: ArrayLike | None = None) -> Floats:
    """Return each creator's own ratio, undefined ones (zero denominator) dropped: what medians are taken over.

    Examples
    --------
    >>> creator_ratios([1, 1, 3], [10, 10, 0], cluster=["a", "a", "b"])
    array([0.1])
    """
    top, bottom, _ = clean_pairs(numerator, denominator, cluster)
    some = bottom > 0
    ratios: Floats = top[some] / bottom[some]
    return ratios


def largest_share(values: ArrayLike, *, cluster: ArrayLike | None = None) -> float:
    """Return the share of a group's total held by its largest creator; NaN when the total is not positive.

    Examples
    --------
    >>> largest_share([80, 10, 10])
    0.8
    """
    kept = clean_values(values)[0] if cluster is None else clustered_values(values, cluster)
    total = float(kept.sum())
    return float(kept.max()) / total if total > 0 else math.nan


def pooled_draws(
    top: Floats, bottom: Floats, generator: np.random.Generator, *, note: str = "", allowance: bool = True
) -> PooledDraws:
    """Return the pooled ratio of sums per creator and its draws, or the reason why there are none."""
    n = len(top)
    total = float(bottom.sum())
    if n == 0:
        return PooledDraws(math.nan, None, 0, say("no creator has both parts known.", note))
    if (bottom < 0).any():
        return PooledDraws(math.nan, None, n, say("a denominator is negative.", note))
    if not total > 0:
        return PooledDraws(math.nan, None, n, say("every denominator is zero.", note))
    estimate = float(top.sum()) / total
    shift = 0.0
    if (top < 0).any():
        if (top + bottom < 0).any():
            reason = "a creator's loss exceeds its cost, and no interval of a pooled figure is known to hold there."
            return PooledDraws(estimate, None, n, say(reason, note))
        top, shift = top + bottom, 1.0
    both = int(((top > 0) & (bottom > 0)).sum())
    if not top.any():
        reason = "every numerator is zero; a count's upper limit comes from its exposure."
        return PooledDraws(estimate, None, n, say(reason, note))
    if both < FEWEST_CREATORS:
        who = "1 creator has" if both == 1 else f"{both} creators have"
        reason = f"{who} both parts above zero; {FEWEST_CREATORS} are needed for an interval of a pooled figure."
        return PooledDraws(estimate, None, n, say(reason, note))
    draws = np.exp(pooled_log_draws(top, bottom, generator, allowance=allowance)) - shift
    return PooledDraws(estimate, draws, n, say(note, _warning(top, bottom)), shift)


def _warning(top: Floats, bottom: Floats) -> str:
    share = max(largest_share(top), largest_share(bottom))
    if share > DOMINANT_SHARE:
        return f"One creator holds {share:.0%} of a total; the median over creators is the safer figure."
    both = (top > 0) & (bottom > 0)
    if float(np.std(np.log(top[both] / bottom[both]))) > WIDEST_LOG_SPREAD:
        return "Creators differ more than the method was tested for; the median over creators is the safer figure."
    return ""
