"""Pooled ratios: total cost over total engagements, total engagements over total followers.

A pooled ratio is what the money did, and a few creators decide it. Zero denominators stay in the sums.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from analysis.inference.result import Floats, Interval, check_confidence, clean_pairs, say, unknown

__all__ = ["bootstrap_ratios", "ratio_interval"]


def ratio_interval(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return sum(numerator) / sum(denominator) with its interval, creators (clusters) as the unit.

    Examples
    --------
    >>> round(ratio_interval([100, 100, 50], [10, 1000, 0]).estimate, 4)
    0.2475
    """
    check_confidence(confidence)
    method = "percentile bootstrap over creators"
    top, bottom, note = clean_pairs(numerator, denominator, cluster)
    n = len(top)
    if n == 0 or not bottom.sum() > 0:
        return unknown(math.nan, n, method, confidence, say("the denominator is zero or not known.", note))
    estimate = float(top.sum() / bottom.sum())
    if n < 2:
        return unknown(estimate, n, method, confidence, say("one creator alone has no interval.", note))
    draws = bootstrap_ratios(top, bottom, 4000, np.random.default_rng(seed))
    low, high = np.quantile(draws[np.isfinite(draws)], [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(estimate, float(low), float(high), n, method, confidence, note)


def bootstrap_ratios(top: Floats, bottom: Floats, resamples: int, generator: np.random.Generator) -> Floats:
    """Return ``resamples`` pooled ratios over creators drawn with replacement; infinite without denominator."""
    n = len(top)
    step = max(1, 2_000_000 // n)
    parts = []
    for start in range(0, resamples, step):
        picks = generator.integers(0, n, (min(step, resamples - start), n))
        sums = bottom[picks].sum(axis=1)
        parts.append(np.divide(top[picks].sum(axis=1), sums, out=np.full(len(sums), math.inf), where=sums > 0))
    return np.concatenate(parts)
