"""How engagement grows with followers: the slope of logs, against 1.

A rate per follower shares its denominator with the horizontal axis, so that it falls with size by construction as soon
as engagement grows slower than followers. The honest question is the elasticity: followers ten times as many bring how
many times the engagements? An elasticity of 1 means the rate does not depend on size; 0.8 means 6.3 times. Four answers
stand beside each other because each has its own weakness: least squares drops zeros, Theil-Sen and Huber resist viral
posts, the negative binomial keeps zeros, the quadratic may turn.

It is an association across creators. Published causal work on impressions finds a far smaller elasticity (0.10) than
such cross-sections do (0.8 to 0.9): buying followers does not move a creator along this line.

References
----------
Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis. *Indag. Math.* 12, 85-91.
Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. *JASA* 63, 1379-1389.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError
from analysis.inference.regression import Fit, huber, least_squares, negative_binomial
from analysis.inference.result import Floats, Interval, as_numbers, check_confidence, on_log_axes, say, unknown
from analysis.inference.shape import Turn, quadratic_turn

__all__ = [
    "Elasticity",
    "elasticity",
    "log_slope",
    "rate_slope",
    "slope_of",
    "tenfold",
    "theil_sen",
    "too_few",
    "usable",
]

#: Fewer creators than this and no slope is fitted.
FEWEST_CREATORS = 8
#: What the count model cannot do, said wherever it is shown.
COUNT_LIMIT = (
    "On heavy-tailed engagement this 95% interval holds the truth 80 to 90% of the time; no verdict rests on it."
)
#: Above this many points, Theil-Sen takes a random sample of them: pairs grow with the square.
MOST_FOR_PAIRS = 1000


@dataclass(frozen=True, slots=True)
class Elasticity:
    """The slope four ways; ``p_value`` of each is against an elasticity of 1.

    Attributes
    ----------
    slope, theil_sen, huber, count
        Least squares, Theil-Sen, Huber, negative binomial.
    turn
        The quadratic in log10 followers, with the Lind-Mehlum test; None when it cannot be fitted.
    tenfold
        What ten times the followers bring, as a multiple: 10 ** slope.
    rows, zeros
        Rows used, and how many of them had no engagement (kept by the count model only).
    """

    slope: Interval
    theil_sen: Interval
    huber: Interval
    count: Interval
    turn: Turn | None
    tenfold: Interval
    rows: int
    zeros: int


#: A slope nearer to 0 than this is what is left of arithmetic, not growth: it is 0.
NOISE = 1e-12


def elasticity(
    response: ArrayLike,
    followers: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    group: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Elasticity:
    """Return the elasticity of ``response`` (engagements, views, reach, impressions) on ``followers``.

    Parameters
    ----------
    response, followers
        One value per row; rows with a missing value, or without followers, are left out.
    cluster
        The creator of each row, when rows are posts.
    group
        A label, such as the platform, whose level is allowed to differ (one slope, several intercepts).

    Examples
    --------
    >>> followers = [10.0**k for k in (3, 3.3, 3.6, 4, 4.3, 4.6, 5, 5.3, 5.6, 6)]
    >>> engagements = [0.5 * f**0.8 for f in followers]
    >>> result = elasticity(engagements, followers)
    >>> round(result.slope.estimate, 3), round(result.tenfold.estimate, 2)
    (0.8, 6.31)
    """
    check_confidence(confidence)
    y, f, creators, groups = usable(response, followers, cluster, group)
    zeros = int((y == 0).sum())
    some = y > 0
    logs, sizes = np.log(y[some]), np.log(f[some])
    inside = None if creators is None else creators[some]
    n = len(sizes) if inside is None else len(np.unique(inside))
    short = too_few(n, sizes)
    if short:
        none = unknown(math.nan, n, "slope of logs", confidence, short)
        return Elasticity(none, none, none, none, None, none, len(y), zeros)
    levels = _dummies(groups[some]) if groups is not None else np.ones((len(sizes), 1))
    x = np.column_stack([sizes, levels])
    x_all = np.column_stack([np.log(f), _dummies(groups) if groups is not None else np.ones((len(f), 1))])
    slope = slope_of(least_squares(logs, x, cluster=inside), confidence)
    pick = np.linalg.lstsq(levels, np.column_stack([logs, sizes]), rcond=None)[0]
    within = np.column_stack([logs, sizes]) - levels @ pick
    return Elasticity(
        slope,
        replace(theil_sen(within[:, 0], within[:, 1], confidence=confidence, seed=seed), n=n),
        slope_of(huber(logs, x, cluster=inside), confidence),
        slope_of(negative_binomial(y, x_all, cluster=creators), confidence).with_note(COUNT_LIMIT),
        quadratic_turn(within[:, 0] / math.log(10), sizes / math.log(10), cluster=inside, confidence=confidence),
        tenfold(slope),
        len(y),
        zeros,
    )


def log_slope(
    response: ArrayLike,
    followers: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    group: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Return the least-squares slope of :func:`elasticity` alone: its p-value is against 1, zeros are left out.

    Examples
    --------
    >>> followers = [10.0**k for k in range(1, 13)]
    >>> round(log_slope([f**0.8 for f in followers], followers).estimate, 6)
    0.8
    """
    check_confidence(confidence)
    y, f, creators, groups = usable(response, followers, cluster, group)
    some = y > 0
    logs, sizes = np.log(y[some]), np.log(f[some])
    inside = None if creators is None else creators[some]
    n = len(sizes) if inside is None else len(np.unique(inside))
    short = too_few(n, sizes)
    if short:
        return unknown(math.nan, n, "slope of logs", confidence, short)
    levels = _dummies(groups[some]) if groups is not None else np.ones((len(sizes), 1))
    return slope_of(least_squares(logs, np.column_stack([sizes, levels]), cluster=inside), confidence)


def tenfold(slope: Interval) -> Interval:
    """Return what ten times the followers bring: 10 ** elasticity, limits included (null value 10).

    Examples
    --------
    >>> round(tenfold(Interval(0.8, 0.7, 0.9, 50, "example")).estimate, 1)
    6.3
    """
    if not slope.known:
        return slope
    low, middle, high = (10.0 ** max(-300.0, min(300.0, v)) for v in (slope.low, slope.estimate, slope.high))
    return replace(slope, estimate=middle, low=low, high=high)


def rate_slope(rates: ArrayLike, followers: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return the slope of log rate on log followers, for a published table of few rows (null value 0).

    The slope of a rate per follower is the elasticity less one. Least squares, with the classical interval: a table's
    rows are averages, not creators.

    Examples
    --------
    >>> round(rate_slope([8.0, 4.0, 2.0], [1e3, 1e4, 1e5]).estimate, 3)
    -0.301
    """
    from scipy.special import stdtrit

    method = "least squares on a table's rows"
    rows = np.column_stack([as_numbers(rates), as_numbers(followers)])
    rows = rows[np.isfinite(rows).all(axis=1) & (rows > 0).all(axis=1)]
    n = len(rows)
    if n < 3 or float(np.ptp(rows[:, 1])) == 0:
        return unknown(math.nan, n, method, confidence, "three rows of different size are needed for a slope.")
    y, x = np.log(rows).T
    spread = float(np.sum((x - x.mean()) ** 2))
    slope = float(np.sum((x - x.mean()) * y)) / spread
    residual = y - y.mean() - slope * (x - x.mean())
    reach = float(stdtrit(n - 2, (1 + confidence) / 2)) * math.sqrt(float(residual @ residual) / (n - 2) / spread)
    return Interval(slope, slope - reach, slope + reach, n, method, confidence)


def theil_sen(y: ArrayLike, x: ArrayLike, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Return the median of all pairwise slopes with Sen's interval; the p-value is against a slope of 1.

    Notes
    -----
    The limits are order statistics of the slopes, at N/2 -+ z sd / 2 with sd the standard deviation of Kendall's S.
    Above `MOST_FOR_PAIRS` points a random sample of them is used. Rows are taken as independent.

    Examples
    --------
    >>> theil_sen([2, 4, 6, 8, 10, 12, 14, 16], [1, 2, 3, 4, 5, 6, 7, 8]).estimate
    2.0
    """
    from scipy.special import ndtr, ndtri

    method = "Theil-Sen, Sen's interval"
    rows = np.column_stack([as_numbers(y), as_numbers(x)])
    rows = rows[np.isfinite(rows).all(axis=1)]
    note = ""
    if len(rows) > MOST_FOR_PAIRS:
        note = f"From {MOST_FOR_PAIRS:,} of {len(rows):,} points, drawn at random."
        rows = rows[np.random.default_rng(seed).choice(len(rows), MOST_FOR_PAIRS, replace=False)]
    n = len(rows)
    first, second = np.triu_indices(n, 1)
    run = rows[second, 1] - rows[first, 1]
    moved = np.abs(run) > 1e-12
    slopes = (rows[second, 0] - rows[first, 0])[moved] / run[moved]
    if n < FEWEST_CREATORS or not len(slopes):
        return unknown(math.nan, n, method, confidence, say("too few points of different size for a slope.", note))
    slopes.sort()
    ties = np.unique(rows[:, 1], return_counts=True)[1].astype(np.float64)
    spread = math.sqrt(max(n * (n - 1) * (2 * n + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5))), 0.0) / 18)
    reach = float(ndtri((1 + confidence) / 2)) * spread
    count = len(slopes)
    low = slopes[max(round((count - reach) / 2) - 1, 0)]
    high = slopes[min(round((count + reach) / 2), count - 1)]
    score = 2 * (float(np.mean(slopes > 1)) + float(np.mean(slopes >= 1))) / 2 - 1
    p_value = float(2 * ndtr(-abs(score * count) / spread)) if spread > 0 else 1.0
    return Interval(float(np.median(slopes)), float(low), float(high), n, method, confidence, note, p_value)


def slope_of(fit: Fit | None, confidence: float) -> Interval:
    """Return the slope of a fit with its interval, or why there is none."""
    if fit is None:
        return unknown(math.nan, 0, "slope of logs", confidence, "the model could not be fitted.")
    found = fit.interval(np.eye(len(fit.coefficients))[0], confidence, null=1.0)
    low, middle, high = (0.0 if abs(v) < NOISE else v for v in (found.low, found.estimate, found.high))
    return replace(found, estimate=middle, low=low, high=high)


def too_few(n: int, sizes: Floats) -> str:
    """Return why no slope is fitted, or nothing."""
    if n < FEWEST_CREATORS:
        return f"{n} creator{'' if n == 1 else 's'} with engagement and followers; {FEWEST_CREATORS} are needed."
    return "" if float(np.ptp(sizes)) > 1e-9 else "all creators have the same number of followers."


def usable(
    response: ArrayLike, followers: ArrayLike, cluster: ArrayLike | None, group: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[Any] | None, NDArray[Any] | None]:
    """Return what can be on logarithmic axes: engagements, followers, creators and groups of the rows that have all."""
    y, f = as_numbers(response), as_numbers(followers)
    extra = [None if labels is None else np.asarray(labels).ravel() for labels in (cluster, group)]
    if len(y) != len(f) or any(labels is not None and len(labels) != len(y) for labels in extra):
        raise ParameterError("response, followers, cluster and group hold one value per row each; lengths differ.")
    rows = on_log_axes(y, f)
    creators, groups = (None if labels is None else labels[rows] for labels in extra)
    return y[rows], f[rows], creators, groups


def _dummies(labels: NDArray[Any]) -> Floats:
    texts = np.array([str(label) for label in labels])
    columns: Floats = (texts[:, None] == np.unique(texts)[None, :]).astype(np.float64)
    return columns
