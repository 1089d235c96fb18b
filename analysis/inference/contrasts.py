"""Two groups of creators compared: how many times as much, or how much more.

Two questions hide in "does micro beat mega". The pooled contrast asks what the money did in each group and a few
creators decide it; the contrast of medians asks about the usual creator, and its interval holds whatever the tail.
Verdicts rest on the second where the first has no honest interval.

References
----------
Efron, B. (1987). Better bootstrap confidence intervals. *JASA* 82, 171-185.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import ParameterError
from analysis.inference.order import bootstrap_quantiles, left_out_quantiles
from analysis.inference.ratios import METHOD, TOO_WIDE, WIDEST_FACTOR, pooled_draws
from analysis.inference.result import Floats, Interval, check_confidence, clean_pairs, clean_values, say, unknown

__all__ = ["Kind", "contrast", "median_contrast", "quantile_contrast"]

Kind = Literal["ratio", "difference"]

#: Creators needed on either side of a quantile: with fewer than six in all, no interval of a median reaches 95%.
FEWEST_BESIDE = 3
_MEDIANS = "BCa bootstrap of medians over creators, from exact order-statistic draws"


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
    """Return the pooled ratio of group a over (or minus) that of group b; rows in, one Interval out.

    Parameters
    ----------
    a_num, a_den, b_num, b_den
        Numerators and denominators, such as cost and engagements, of the two groups.
    kind
        ``'ratio'`` (null value 1) or ``'difference'`` (null value 0; the one for figures that may be negative).
    a_cluster, b_cluster
        The creator of each row, when rows are posts.

    Returns
    -------
    Interval
        ``p_value`` is two-sided, against equal ratios. ``n`` counts the creators of both groups.

    Examples
    --------
    >>> contrast([2, 4], [10, 20], [1, 1], [10, 10]).estimate
    2.0
    """
    check_confidence(confidence)
    _check_kind(kind)
    generator = np.random.default_rng(seed)
    a_top, a_bottom, a_note = clean_pairs(a_num, a_den, a_cluster)
    b_top, b_bottom, b_note = clean_pairs(b_num, b_den, b_cluster)
    a = pooled_draws(a_top, a_bottom, generator, note=a_note, allowance=False)
    b = pooled_draws(b_top, b_bottom, generator, note=b_note, allowance=False)
    n = a.n + b.n
    note = say(a.note and f"First group: {a.note}", b.note and f"Second group: {b.note}")
    estimate = _combine_one(a.estimate, b.estimate, kind)
    if a.draws is None or b.draws is None:
        return unknown(estimate, n, METHOD, confidence, note)
    if kind == "ratio" and (min(a.draws.min(), b.draws.min()) <= 0 or math.isnan(estimate)):
        return unknown(estimate, n, METHOD, confidence, say(_NO_RATIO, note))
    draws = a.draws / b.draws if kind == "ratio" else a.draws - b.draws
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(draws, tails)
    parts = [draws] if kind == "ratio" else [group.draws + group.shift for group in (a, b) if group.draws is not None]
    if any(_too_wide(part, tails) for part in parts):
        return unknown(estimate, n, METHOD, confidence, say(TOO_WIDE, note))
    p_value = _two_sided(float(np.mean(draws < _null(kind))), float(np.mean(draws > _null(kind))), len(draws))
    return Interval(estimate, min(low, estimate), max(high, estimate), n, METHOD, confidence, note, p_value)


def median_contrast(
    a: ArrayLike,
    b: ArrayLike,
    *,
    kind: Kind = "ratio",
    confidence: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Interval:
    """Return the median of a over (or minus) the median of b, with its BCa interval; one value per creator in.

    Notes
    -----
    The bootstrap medians are drawn from the Beta distribution of the order statistic, and the jackknife behind the
    acceleration has two or three distinct values a group: the cost is that of sorting.

    Returns
    -------
    Interval
        Without limits below six creators in a group, and for a ratio when the second median may be zero.

    Examples
    --------
    >>> median_contrast([2, 4, 6], [1, 2, 3]).estimate
    2.0
    >>> interval = median_contrast(range(20, 40), range(10, 30))
    >>> interval.low < interval.estimate < interval.high
    True
    """
    return quantile_contrast(a, b, 0.5, kind=kind, confidence=confidence, resamples=resamples, seed=seed)


def quantile_contrast(
    a: ArrayLike,
    b: ArrayLike,
    q: float,
    *,
    kind: Kind = "ratio",
    confidence: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Interval:
    """Return the quantile ``q`` of a over (or minus) that of b, with its BCa interval; one value per creator in.

    Examples
    --------
    >>> quantile_contrast(range(20, 60), range(40), 0.25, kind="difference").estimate
    20.0
    """
    check_confidence(confidence)
    _check_kind(kind)
    if not 0 < q < 1:
        raise ParameterError(f"a quantile lies between 0 and 1 (such as 0.5); got {q!r}.")
    method = _MEDIANS if q == 0.5 else _MEDIANS.replace("medians", f"{q:g} quantiles")
    (x, x_note), (y, y_note) = clean_values(a), clean_values(b)
    note, n = say(x_note, y_note), len(x) + len(y)
    if not (len(x) and len(y)):
        return unknown(math.nan, n, method, confidence, say("a group has no known value.", note))
    x.sort()
    y.sort()
    middle = float(np.quantile(x, q)), float(np.quantile(y, q))
    estimate = _combine_one(*middle, kind)
    fewest, needed = min(len(x), len(y)), math.ceil(FEWEST_BESIDE / min(q, 1 - q) - 1e-9)
    if fewest < needed:
        few = f"a group has {fewest} creator{'s' if fewest > 1 else ''}; {needed} are needed."
        return unknown(estimate, n, method, confidence, say(few, note))
    generator = np.random.default_rng(seed)
    x_draws = bootstrap_quantiles(x, q, resamples, generator)
    y_draws = bootstrap_quantiles(y, q, resamples, generator)
    if kind == "ratio" and (min(x[0], y[0]) < 0 or y_draws.min() <= 0 or math.isnan(estimate)):
        return unknown(estimate, n, method, confidence, say(_NO_RATIO, note))
    (x_left, x_count), (y_left, y_count) = left_out_quantiles(x, q), left_out_quantiles(y, q)
    if kind == "ratio":
        draws = x_draws / y_draws
        jackknife = [(x_left / middle[1], x_count), (middle[0] / np.where(y_left > 0, y_left, middle[1]), y_count)]
    else:
        draws = x_draws - y_draws
        jackknife = [(x_left - middle[1], x_count), (middle[0] - y_left, y_count)]
    bca = Bca.of(draws, estimate, jackknife)
    low, high = bca.limits(draws, confidence)
    return Interval(estimate, low, high, n, method, confidence, note, bca.p_value(draws, _null(kind)))


@dataclass(frozen=True, slots=True)
class Bca:
    """Bias correction and acceleration of a bootstrap."""

    bias: float
    acceleration: float

    @classmethod
    def of(cls, draws: Floats, estimate: float, jackknife: list[tuple[Floats, Floats]]) -> "Bca":
        """Return them from the draws and, per group, the distinct leave-one-out estimates with their counts."""
        from scipy.special import ndtri

        below = (np.count_nonzero(draws < estimate) + np.count_nonzero(draws <= estimate)) / (2 * len(draws))
        cubes = squares = 0.0
        for values, counts in jackknife:
            n = counts.sum()
            influence = (n - 1) * (values @ counts / n - values)
            cubes += float(counts @ influence**3) / n**3
            squares += float(counts @ influence**2) / n**2
        tiny = 1 / (2 * len(draws))
        return cls(float(ndtri(min(max(below, tiny), 1 - tiny))), cubes / squares**1.5 / 6 if squares > 0 else 0.0)

    def limits(self, draws: Floats, confidence: float) -> tuple[float, float]:
        """Return the two limits."""
        from scipy.special import ndtr, ndtri

        z = self.bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
        low, high = np.quantile(draws, ndtr(self.bias + z / (1 - self.acceleration * z)))
        return float(low), float(high)

    def p_value(self, draws: Floats, null: float) -> float:
        """Return the two-sided level at which a limit of the interval meets ``null``."""
        from scipy.special import ndtr, ndtri

        tiny = 1 / (len(draws) + 1)
        below = (np.count_nonzero(draws < null) + np.count_nonzero(draws <= null)) / (2 * len(draws))
        if draws.min() == draws.max() == null:
            return 1.0
        z = float(ndtri(min(max(below, tiny), 1 - tiny))) - self.bias
        return float(2 * ndtr(-abs(z / (1 + self.acceleration * z) - self.bias)))


_NO_RATIO = "a figure is zero or negative, so that a ratio says nothing; take the difference."


def _check_kind(kind: str) -> None:
    if kind not in ("ratio", "difference"):
        raise ParameterError(f"kind is 'ratio' or 'difference'; got {kind!r}.")


def _null(kind: Kind) -> float:
    return 1.0 if kind == "ratio" else 0.0


def _combine_one(a: float, b: float, kind: Kind) -> float:
    if kind == "difference":
        return a - b
    return a / b if b > 0 else math.nan


def _too_wide(draws: Floats, tails: list[float]) -> bool:
    low, high = np.quantile(draws, tails)
    return bool(high > WIDEST_FACTOR * low)


def _two_sided(below: float, above: float, draws: int) -> float:
    return min(1.0, 2 * max(min(below, above), 1 / (draws + 1))) if below + above > 0 else 1.0
