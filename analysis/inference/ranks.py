"""Does a random creator of one group beat a random creator of the other?

The probability of superiority needs no shape, no logarithm and no outlier rule, and reads as a sentence: "a micro
creator picked at random out-engages a mega creator picked at random 64 times in 100". Brunner and Munzel give it an
interval that allows unequal spreads; Cliff's delta is the same number on a scale from -1 to 1 (2p - 1), with an
interval that cannot leave that scale. Kruskal-Wallis asks about all tiers at once, and Holm pays for every comparison.

References
----------
Brunner, E. and Munzel, U. (2000). The nonparametric Behrens-Fisher problem. *Biometrical Journal* 42, 17-25.
Cliff, N. (1996). *Ordinal Methods for Behavioral Data Analysis*. Erlbaum.
Feng, D. and Cliff, N. (2004). Monte Carlo evaluation of ordinal d with improved confidence interval.
*Journal of Modern Applied Statistical Methods* 3, 322-332.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scand. J. Statist.* 6, 65-70.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import ParameterError
from analysis.inference.result import Floats, Interval, as_numbers, check_confidence, clean_values, say, unknown

__all__ = ["GroupTest", "brunner_munzel", "cliffs_delta", "holm", "kruskal_wallis"]

#: Fewer values than this in a group and the variance of the probability is not known.
FEWEST = 5


def brunner_munzel(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return P(a > b) + P(a = b) / 2 with the Brunner-Munzel interval; one value per creator in, a probability out.

    Returns
    -------
    Interval
        ``p_value`` is two-sided, against 1/2. When the groups do not overlap at all, the limit comes from the
        binomial of the smaller group, and the note says so.

    Examples
    --------
    >>> low = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
    >>> high = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    >>> interval = brunner_munzel(high, low)
    >>> round(interval.estimate, 3), round(interval.low, 4), round(interval.high, 4)
    (0.789, 0.5952, 0.9827)
    """
    from scipy.special import stdtr, stdtrit

    check_confidence(confidence)
    method = "Brunner-Munzel"
    x, y, note = _two(a, b)
    n = len(x) + len(y)
    short = _too_few(x, y)
    estimate = _superiority(x, y)[0].mean() if len(x) and len(y) else math.nan
    if short:
        return unknown(estimate, n, method, confidence, say(short, note))
    over_y, over_x = _superiority(x, y)
    sx, sy = float(np.var(over_y, ddof=1)) / len(x), float(np.var(over_x, ddof=1)) / len(y)
    if sx + sy < 1e-15:
        return _no_overlap(float(estimate), x, y, method, confidence, note)
    freedom = (sx + sy) ** 2 / (sx**2 / (len(x) - 1) + sy**2 / (len(y) - 1))
    error = math.sqrt(sx + sy)
    reach = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    p_value = float(2 * stdtr(freedom, -abs(estimate - 0.5) / error))
    low, high = max(0.0, float(estimate) - reach), min(1.0, float(estimate) + reach)
    return Interval(float(estimate), low, high, n, method, confidence, note, p_value)


def cliffs_delta(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return P(a > b) - P(a < b) with the asymmetric interval of Feng and Cliff; -1 to 1.

    Examples
    --------
    >>> interval = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    >>> round(interval.estimate, 2)
    -0.25
    """
    from scipy.special import stdtr, stdtrit

    check_confidence(confidence)
    method = "Cliff's delta, asymmetric interval"
    x, y, note = _two(a, b)
    n1, n2 = len(x), len(y)
    if not (n1 and n2):
        return unknown(math.nan, n1 + n2, method, confidence, say("a group has no known value.", note))
    over_y, over_x = _superiority(x, y)
    rows, columns = 2 * over_y - 1, 2 * over_x - 1
    d = float(rows.mean())
    short = _too_few(x, y)
    if short:
        return unknown(d, n1 + n2, method, confidence, say(short, note))
    squares = 1.0 - _ties(x, y) / (n1 * n2)
    between_rows, between_columns = float(np.sum((rows - d) ** 2)), float(np.sum((columns - d) ** 2))
    inner = n1 * n2 * (squares - d * d)
    variance = (n2**2 * between_rows + n1**2 * between_columns - inner) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    variance = max(variance, (1 - d * d) / (n1 * n2 - 1))
    if variance < 1e-15:
        p = _no_overlap((d + 1) / 2, x, y, method, confidence, note)
        return Interval(d, 2 * p.low - 1, 2 * p.high - 1, p.n, method, confidence, p.note, p.p_value)
    freedom = n1 + n2 - 2
    t = float(stdtrit(freedom, (1 + confidence) / 2))
    root = t * math.sqrt(variance) * math.sqrt((1 - d * d) ** 2 + t * t * variance)
    scale = 1 - d * d + t * t * variance
    p_value = float(2 * stdtr(freedom, -abs(d) / math.sqrt(variance)))
    low, high = (d - d**3 - root) / scale, (d - d**3 + root) / scale
    return Interval(d, max(-1.0, low), min(1.0, high), n1 + n2, method, confidence, note, p_value)


@dataclass(frozen=True, slots=True)
class GroupTest:
    """Kruskal-Wallis over several groups; ``p_value`` is None when ``note`` says why there is no test."""

    statistic: float
    p_value: float | None
    groups: int
    n: int
    note: str = ""


def kruskal_wallis(groups: Sequence[ArrayLike]) -> GroupTest:
    """Return the Kruskal-Wallis test that all groups come from one distribution; groups without values are left out.

    Examples
    --------
    >>> kruskal_wallis([[1, 2, 3], [4, 5, 6]]).p_value < 0.05
    True
    >>> kruskal_wallis([[1, 1], [1, 1]]).note
    'all values are the same.'
    """
    from scipy.special import chdtrc

    kept = [values for values in (clean_values(group)[0] for group in groups) if len(values)]
    n = sum(len(values) for values in kept)
    if len(kept) < 2:
        return GroupTest(math.nan, None, len(kept), n, "fewer than two groups have values.")
    ranks, ties = _ranks(np.concatenate(kept))
    if ties >= n**3 - n:
        return GroupTest(math.nan, None, len(kept), n, "all values are the same.")
    edges = np.cumsum([0, *(len(values) for values in kept)])
    sums = np.array([ranks[a:b].sum() ** 2 / (b - a) for a, b in pairwise(edges)])
    statistic = (12 / (n * (n + 1)) * float(sums.sum()) - 3 * (n + 1)) / (1 - ties / (n**3 - n))
    return GroupTest(statistic, float(chdtrc(len(kept) - 1, statistic)), len(kept), n)


def holm(p_values: ArrayLike) -> Floats:
    """Return Holm's adjusted p-values, in the order given; NaN (not tested) stays NaN and is not counted.

    Raises
    ------
    ParameterError
        If a p-value lies outside 0 to 1.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p = as_numbers(p_values)
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ParameterError("a p-value lies between 0 and 1.")
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    p[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return p


def _two(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats, str]:
    (x, x_note), (y, y_note) = clean_values(a), clean_values(b)
    return x, y, say(x_note, y_note)


def _too_few(x: Floats, y: Floats) -> str:
    fewest = min(len(x), len(y))
    if fewest >= FEWEST:
        return ""
    return f"a group has {fewest} creator{'' if fewest == 1 else 's'}; {FEWEST} are needed."


def _superiority(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return, for each x, the share of y it beats (ties half), and for each y the share of x that beat it."""
    ordered_x, ordered_y = np.sort(x), np.sort(y)
    over_y = (np.searchsorted(ordered_y, x, "left") + np.searchsorted(ordered_y, x, "right")) / (2 * len(y))
    under = (np.searchsorted(ordered_x, y, "left") + np.searchsorted(ordered_x, y, "right")) / (2 * len(x))
    return over_y, 1 - under


def _ties(x: Floats, y: Floats) -> int:
    ordered = np.sort(y)
    return int((np.searchsorted(ordered, x, "right") - np.searchsorted(ordered, x, "left")).sum())


def _ranks(values: Floats) -> tuple[Floats, float]:
    """Return mid-ranks, and the sum of t^3 - t over ties."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse], float(np.sum(counts.astype(np.float64) ** 3 - counts))


def _no_overlap(p: float, x: Floats, y: Floats, method: str, confidence: float, note: str) -> Interval:
    n, fewest = len(x) + len(y), min(len(x), len(y))
    if 0 < p < 1:
        return unknown(p, n, method, confidence, say("the values do not vary.", note))
    bound = ((1 - confidence) / 2) ** (1 / fewest)
    low, high = (bound, 1.0) if p == 1 else (0.0, 1 - bound)
    why = f"The groups do not overlap; the limit is the binomial one of the smaller group ({fewest} creators)."
    return Interval(p, low, high, n, method, confidence, say(why, note), min(1.0, 2 * 0.5**fewest))
