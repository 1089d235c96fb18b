"""One elasticity a group, and what they have in common: slopes drawn towards each other by what they share.

References
----------
Paule, R. C. and Mandel, J. (1982). Consensus values and weighting factors. *J. Res. Nat. Bur. Stand.* 87, 377-385.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.inference.elasticity import slope_of, too_few, usable
from analysis.inference.regression import least_squares
from analysis.inference.result import Floats, Interval, check_confidence, unknown

__all__ = ["PooledSlopes", "partially_pooled", "slopes_by_group"]


@dataclass(frozen=True, slots=True)
class PooledSlopes:
    """Slopes per group as fitted, the same shrunken towards each other, their common value, and how far they differ.

    ``between`` is the standard deviation of true slopes between groups (0: they may all be one).
    """

    fitted: Mapping[str, Interval]
    shrunken: Mapping[str, Interval]
    common: Interval
    between: float


def slopes_by_group(
    response: ArrayLike,
    followers: ArrayLike,
    group: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PooledSlopes:
    """Return the least-squares elasticity of each group (platform), and the partially pooled ones."""
    check_confidence(confidence)
    y, f, creators, groups = usable(response, followers, cluster, group)
    fitted: dict[str, Interval] = {}
    labels = np.array([str(label) for label in groups]) if groups is not None else np.empty(0, dtype=str)
    for label in sorted(set(labels.tolist())):
        rows = (labels == label) & (y > 0)
        inside = None if creators is None else creators[rows]
        n = int(rows.sum()) if inside is None else len(np.unique(inside))
        sizes = np.log(f[rows])
        short = too_few(n, sizes)
        if short:
            fitted[label] = unknown(math.nan, n, "slope of logs", confidence, short)
            continue
        x = np.column_stack([sizes, np.ones(len(sizes))])
        fitted[label] = slope_of(least_squares(np.log(y[rows]), x, cluster=inside), confidence)
    return partially_pooled(fitted, confidence=confidence)


def partially_pooled(fitted: Mapping[str, Interval], *, confidence: float = 0.95) -> PooledSlopes:
    """Return estimates shrunken towards their common value by how little each is known.

    Notes
    -----
    Random effects with the Paule-Mandel variance between groups and the Hartung-Knapp interval of the common value
    (never narrower than the fixed-effect one); a group's own value is the precision-weighted mean of its estimate and
    the common value.
    """
    from scipy.special import ndtri, stdtrit

    z = float(ndtri((1 + confidence) / 2))
    known = {label: one for label, one in fitted.items() if one.known and one.high > one.low}
    method = "partially pooled (Paule-Mandel, Hartung-Knapp)"
    total = sum(one.n for one in known.values())
    if len(known) < 2:
        only = next(iter(known.values()), None)
        note = "only one group has a slope of its own, so that nothing is pooled."
        common = only.with_note(note) if only else unknown(math.nan, total, method, confidence, "no group has a slope.")
        return PooledSlopes(fitted, dict(fitted), common, 0.0)
    b = np.array([one.estimate for one in known.values()])
    v = np.array([((one.high - one.low) / (2 * z)) ** 2 for one in known.values()])
    tau2 = _between(b, v)
    w = 1 / (v + tau2)
    mean = float(w @ b / w.sum())
    k = len(b)
    stretch = max(1.0, float(w @ (b - mean) ** 2) / (k - 1))
    error = math.sqrt(stretch / float(w.sum()))
    reach = float(stdtrit(k - 1, (1 + confidence) / 2)) * error
    note = f"{k} groups are few, so that the common value is known only roughly." if k < 5 else ""
    common = Interval(mean, mean - reach, mean + reach, total, method, confidence, note)
    shrunken = dict(fitted)
    for (label, one), own in zip(known.items(), v, strict=True):
        share = tau2 / (tau2 + own)
        centre = share * one.estimate + (1 - share) * mean
        half = z * math.sqrt(share * own + (1 - share) ** 2 * error**2)
        shrunken[label] = Interval(centre, centre - half, centre + half, one.n, method, confidence)
    return PooledSlopes(fitted, shrunken, common, math.sqrt(tau2))


def _between(b: Floats, v: Floats) -> float:
    """Return the Paule-Mandel variance between groups: the one at which the weighted spread equals k - 1."""

    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(w @ (b - w @ b / w.sum()) ** 2) - (len(b) - 1)

    if excess(0.0) <= 0:
        return 0.0
    high = float(np.var(b)) + float(v.max())
    while excess(high) > 0:
        high *= 2
    low = 0.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2
