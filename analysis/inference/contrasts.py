"""Two groups of creators compared: how many times as much, or how much more."""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import ParameterError
from analysis.inference.order import bootstrap_medians
from analysis.inference.ratios import bootstrap_ratios
from analysis.inference.result import Floats, Interval, check_confidence, clean_pairs, clean_values, say, unknown

__all__ = ["contrast", "median_contrast"]

Kind = Literal["ratio", "difference"]


def contrast(
    a_num: ArrayLike,
    a_den: ArrayLike,
    b_num: ArrayLike,
    b_den: ArrayLike,
    *,
    kind: Kind = "ratio",
    a_cluster: ArrayLike | None = None,
    b_cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return the pooled ratio of group a over (or minus) that of group b, with its interval.

    Examples
    --------
    >>> contrast([2, 4], [10, 20], [1, 1], [10, 10]).estimate
    2.0
    """
    check_confidence(confidence)
    method = "percentile bootstrap over creators"
    a_top, a_bottom, a_note = clean_pairs(a_num, a_den, a_cluster)
    b_top, b_bottom, b_note = clean_pairs(b_num, b_den, b_cluster)
    note = say(a_note, b_note)
    n = len(a_top) + len(b_top)
    if not (a_bottom.sum() > 0 and b_bottom.sum() > 0):
        return unknown(math.nan, n, method, confidence, say("a group has no denominator.", note))
    estimate = _combine(np.array([a_top.sum() / a_bottom.sum()]), np.array([b_top.sum() / b_bottom.sum()]), kind)[0]
    generator = np.random.default_rng(seed)
    if min(len(a_top), len(b_top)) < 2:
        return unknown(estimate, n, method, confidence, say("a group of one creator has no interval.", note))
    draws = _combine(
        bootstrap_ratios(a_top, a_bottom, 4000, generator), bootstrap_ratios(b_top, b_bottom, 4000, generator), kind
    )
    return _percentile(estimate, draws, n, method, confidence, note)


def median_contrast(
    a: ArrayLike, b: ArrayLike, *, kind: Kind = "ratio", confidence: float = 0.95, seed: int = 0
) -> Interval:
    """Return the median of a over (or minus) the median of b, with a bootstrap interval.

    Examples
    --------
    >>> median_contrast([2, 4, 6], [1, 2, 3]).estimate
    2.0
    """
    check_confidence(confidence)
    method = "bootstrap of medians by exact order-statistic draws"
    a_kept, a_note = clean_values(a)
    b_kept, b_note = clean_values(b)
    note = say(a_note, b_note)
    n = len(a_kept) + len(b_kept)
    if not (len(a_kept) and len(b_kept)):
        return unknown(math.nan, n, method, confidence, say("a group has no known value.", note))
    estimate = _combine(np.array([np.median(a_kept)]), np.array([np.median(b_kept)]), kind)[0]
    if min(len(a_kept), len(b_kept)) < 6:
        return unknown(estimate, n, method, confidence, say("a group has fewer than 6 creators.", note))
    generator = np.random.default_rng(seed)
    draws = _combine(
        bootstrap_medians(np.sort(a_kept), 10_000, generator),
        bootstrap_medians(np.sort(b_kept), 10_000, generator),
        kind,
    )
    return _percentile(estimate, draws, n, method, confidence, note)


def _combine(a: Floats, b: Floats, kind: Kind) -> Floats:
    if kind == "difference":
        return a - b
    if kind != "ratio":
        raise ParameterError(f"kind is 'ratio' or 'difference'; got {kind!r}.")
    quotient: Floats = np.divide(a, b, out=np.full(len(a), math.nan), where=b > 0)
    return quotient


def _percentile(estimate: float, draws: Floats, n: int, method: str, confidence: float, note: str) -> Interval:
    if math.isnan(estimate):
        return unknown(math.nan, n, method, confidence, "the second group's figure is zero, so a ratio does not exist.")
    finite = draws[np.isfinite(draws)]
    if len(finite) < 0.99 * len(draws):
        return unknown(estimate, n, method, confidence, "too many resamples of the second group are zero.")
    low, high = np.quantile(finite, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(estimate), float(low), float(high), n, method, confidence, note)
