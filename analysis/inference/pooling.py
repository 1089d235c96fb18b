"""A creator with three posts is not the best creator: scores for size, shrunken by what is known.

What a creator's posts bring is compared with what creators of the same followers and platform bring. A creator's own
multiple of that is then drawn towards 1 by as much as few posts deserve: chance makes the extremes of any ranking. The
score has an interval and reads as a probability: better than peers of the same size, 93 in 100. It replaces weighted
scores with invented weights.

References
----------
Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. *JASA* 70, 311-319.
Searle, S. R., Casella, G. and McCulloch, C. E. (1992). *Variance Components*, section 3.6. Wiley.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError
from analysis.inference.regression import huber
from analysis.inference.result import Floats, as_numbers, check_confidence, on_log_axes

__all__ = ["Levels", "Scores", "Unusual", "creator_levels", "creator_scores", "how_unusual", "level_scores"]

#: Creators needed for an expectation at a size.
FEWEST_CREATORS = 8


@dataclass(frozen=True, slots=True)
class Scores:
    """One entry per creator, in sorted order of the labels; ``note`` says why when there are none.

    Attributes
    ----------
    creator, posts
        The label and the number of posts used.
    expected
        Engagements of a usual post at that size and platform.
    own
        The creator's own multiple of it (geometric mean over posts), as seen.
    multiple, low, high
        The multiple after shrinking, and its interval.
    better
        Probability that the creator is above peers of the same size.
    weight
        How much of the creator's own record is believed, 0 to 1.
    """

    creator: NDArray[np.str_]
    posts: NDArray[np.intp]
    expected: Floats
    own: Floats
    multiple: Floats
    low: Floats
    high: Floats
    better: Floats
    weight: Floats
    slope: float
    confidence: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """What scores need of a creator's posts, one entry per creator in sorted order of the labels.

    Attributes
    ----------
    creator, posts
        The label and the number of posts used.
    mean, squares
        The mean of log(max(engagements, 1/2)), and the sum of squared differences from it.
    size
        The mean of log(followers).
    """

    creator: NDArray[Any]
    posts: NDArray[np.intp]
    mean: Floats
    size: Floats
    squares: Floats


def creator_scores(
    engagements: ArrayLike,
    followers: ArrayLike,
    creator: ArrayLike,
    *,
    platform: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Scores:
    """Return partially pooled scores; one row per post in, one entry per creator out.

    Notes
    -----
    log(max(engagements, 1/2)) of a post = expected(log followers, platform) + creator + post. The expectation is a
    Huber line through creators' means; the variances between creators and between posts of one creator come from the
    analysis of variance; weight = between / (between + within / posts).

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> generator = np.random.default_rng(1)
    >>> who = np.repeat(np.arange(30), 5)
    >>> followers = np.repeat(10 ** generator.uniform(3, 6, 30), 5)
    >>> posts = 0.1 * followers * np.exp(generator.normal(size=150))
    >>> scores = creator_scores(posts, followers, who)
    >>> bool(np.all(np.abs(np.log(scores.multiple)) <= np.abs(np.log(scores.own)) + 1e-12))
    True
    """
    y, f, labels = as_numbers(engagements), as_numbers(followers), np.asarray(creator).ravel()
    where = None if platform is None else np.array([str(label) for label in np.asarray(platform).ravel()])
    if not len(y) == len(f) == len(labels) == (len(y) if where is None else len(where)):
        raise ParameterError("engagements, followers, creator and platform hold one value per post; lengths differ.")
    rows = on_log_axes(y, f)
    names = np.array([str(label) for label in labels[rows]], dtype=str)
    levels = creator_levels(y[rows], f[rows], names)
    if where is not None:
        where = where[rows][np.unique(names, return_index=True)[1]]
    return level_scores(levels, platform=where, confidence=confidence)


def creator_levels(engagements: ArrayLike, followers: ArrayLike, creator: ArrayLike) -> Levels:
    """Return what the scores need of posts, one entry per creator: one row per post in, sums out.

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> levels = creator_levels([1, 1, 4], [10, 10, 20], ["b", "b", "a"])
    >>> levels.creator.tolist(), levels.posts.tolist()
    (['a', 'b'], [1, 2])
    """
    y, f, labels = as_numbers(engagements), as_numbers(followers), np.asarray(creator).ravel()
    if not len(y) == len(f) == len(labels):
        raise ParameterError("engagements, followers and creator hold one value per post; lengths differ.")
    rows = on_log_axes(y, f)
    y, f = y[rows], f[rows]
    names, codes = np.unique(labels[rows], return_inverse=True)
    k, n = len(names), np.bincount(codes, minlength=len(names))
    logs = np.log(np.maximum(y, 0.5))
    mean = np.bincount(codes, weights=logs, minlength=k) / n
    size = np.bincount(codes, weights=np.log(f), minlength=k) / n
    squares: Floats = np.bincount(codes, weights=(logs - mean[codes]) ** 2, minlength=k).astype(np.float64)
    return Levels(names, n, mean, size, squares)


def level_scores(levels: Levels, *, platform: ArrayLike | None = None, confidence: float = 0.95) -> Scores:
    """Return :func:`creator_scores` from what :func:`creator_levels` gives; ``platform`` has one label per creator."""
    from scipy.special import ndtr, ndtri

    check_confidence(confidence)
    names, n, mean, size = levels.creator, levels.posts, levels.mean, levels.size
    k, total = len(names), int(n.sum())
    if k < FEWEST_CREATORS or total == k:
        why = (
            f"{k} creators with posts and followers; {FEWEST_CREATORS} are needed."
            if k < FEWEST_CREATORS
            else "every creator has one post, so that luck cannot be told from merit."
        )
        return _nothing(names, n, confidence, why)
    columns = [size - size.mean() if np.ptp(size) > 1e-9 else np.zeros(k), np.ones(k)]
    if platform is not None:
        where = np.array([str(label) for label in np.asarray(platform).ravel()])
        columns.extend((where == level).astype(np.float64) for level in np.unique(where)[1:])
    x = np.column_stack([column for column in columns if np.any(column)])
    fit = huber(mean, x)
    if fit is None:
        return _nothing(names, n, confidence, "the expectation at a size could not be fitted.")
    line = x @ fit.coefficients
    deviation = mean - line
    within = float(levels.squares.sum()) / max(total - k, 1)
    between = _between(deviation, n, within, x.shape[1])
    error = within / n
    weight = between / (between + error) if between > 0 else np.zeros(k)
    centre = weight * deviation
    spread = np.sqrt(np.maximum(weight * error, 0.0))
    reach = float(ndtri((1 + confidence) / 2)) * spread
    better = np.where(spread > 0, ndtr(centre / np.where(spread > 0, spread, 1.0)), 0.5)
    note = "" if between > 0 else "creators of one size do not differ by more than chance."
    slope = float(fit.coefficients[0]) if np.any(columns[0]) else math.nan
    return Scores(
        names,
        n,
        np.exp(line),
        np.exp(deviation),
        np.exp(centre),
        np.exp(centre - reach),
        np.exp(centre + reach),
        np.asarray(better, dtype=np.float64),
        np.asarray(weight, dtype=np.float64),
        slope,
        confidence,
        note,
    )


@dataclass(frozen=True, slots=True)
class Unusual:
    """How far each value lies from what is usual; NaN where it is not known, and ``note`` says why when nowhere.

    ``distance`` is in robust standard deviations, signed; ``share`` is the share of peers further out on that side;
    ``expected`` is what is usual there, in the unit of the values.
    It is a reason to look, never a finding about a person.
    """

    distance: Floats
    share: Floats
    expected: Floats
    note: str = ""


def how_unusual(values: ArrayLike, *, size: ArrayLike | None = None, events: ArrayLike | None = None) -> Unusual:
    """Return how unusual each positive value is among peers, on the log scale, at its size when ``size`` is given.

    Parameters
    ----------
    events
        How many events each value counts (comments, for comments per like), where they are few: then the luck of a
        count widens the spread, and 2 where 8 were expected is no longer far.

    Notes
    -----
    For comment-to-like ratios, following-to-follower ratios, engagements at a size, growth factors. distance =
    (log value - expected) / (1.4826 median absolute deviation). With ``events``, 1 / distance^2 = 1 / d^2 + 1 / z^2, d
    being that distance and z that of the count from the one expected, 2 (sqrt(k + 3/8) - sqrt(m + 3/8)) (Anscombe,
    F. J. (1948). *Biometrika* 35, 246-254).

    Examples
    --------
    >>> result = how_unusual([1, 1.1, 0.9, 1.05, 0.95, 1.2, 0.85, 1.0, 40])
    >>> bool(result.distance[-1] > 10), float(result.share[-1])
    (True, 0.0)
    """
    y = as_numbers(values)
    s = np.ones(len(y)) if size is None else as_numbers(size)
    if len(s) != len(y):
        raise ParameterError("values and size hold one value per creator each; lengths differ.")
    distance, share, expected = (np.full(len(y), math.nan) for _ in range(3))
    rows = np.isfinite(y) & np.isfinite(s) & (y > 0) & (s > 0)
    n = int(rows.sum())
    if n < FEWEST_CREATORS:
        return Unusual(
            distance,
            share,
            expected,
            f"{n} creators have the figure; {FEWEST_CREATORS} are needed to say what is usual.",
        )
    logs, sizes = np.log(y[rows]), np.log(s[rows])
    fit = None
    if np.ptp(sizes) > 1e-9:
        x = np.column_stack([sizes - sizes.mean(), np.ones(n)])
        fit = huber(logs, x)
    residual = logs - (x @ fit.coefficients if fit is not None else 0.0)
    residual = residual - np.median(residual)
    expected[rows] = np.exp(logs - residual)
    scale = 1.4826 * float(np.median(np.abs(residual)))
    if scale < 1e-12:
        return Unusual(distance, share, expected, "more than half of the creators have the same figure.")
    distance[rows] = residual / scale
    if events is not None:
        counted = as_numbers(events)
        if len(counted) != len(y):
            raise ParameterError("events holds one count per value; lengths differ.")
        distance[rows] = _with_luck(distance[rows], counted[rows], np.exp(-residual))
    ordered = np.sort(residual)
    above = n - np.searchsorted(ordered, residual, "right")
    below = np.searchsorted(ordered, residual, "left")
    share[rows] = np.where(residual >= 0, above, below) / n
    return Unusual(distance, share, expected)


def _with_luck(distance: Floats, events: Floats, expected: Floats) -> Floats:
    """Return distances with the luck of a count in them; ``expected`` is the count expected over the one seen."""
    luck = 2 * (np.sqrt(events + 0.375) - np.sqrt(events * expected + 0.375))
    both = np.hypot(distance, luck)
    # 1 / d^2 + 1 / z^2 = (d^2 + z^2) / (d z)^2
    return np.where(both > 0, np.abs(distance * luck) / np.where(both > 0, both, 1.0), 0.0) * np.sign(distance)


def _between(deviation: Floats, n: NDArray[np.intp], within: float, fitted: int) -> float:
    """Return the variance between creators: unweighted, corrected for posts, and never negative."""
    observed = float(deviation @ deviation) / max(len(deviation) - fitted, 1)
    return max(0.0, observed - within * float(np.mean(1 / n)))


def _nothing(names: NDArray[np.str_], n: NDArray[np.intp], confidence: float, why: str) -> Scores:
    blank = np.full(len(names), math.nan)
    return Scores(names, n, blank, blank, blank, blank, blank, blank, blank, math.nan, confidence, why)
