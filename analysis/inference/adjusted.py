"""The same contrast with like compared to like: within platform, within category, at the same size.

A raw contrast between tiers may be made by the platforms the tiers live on (Simpson's paradox). The adjusted one
compares creators of the same platform and category, and of the same followers where both groups have such creators.
Tiers are cut from followers, so for tiers there usually are none, and the adjustment for size is refused rather than
extrapolated. Both are ratios of geometric means, by least squares on logs; with zeros in the values they are ratios of
means by Poisson regression. The robust version speaks of typical creators: Huber regression on logs, which no viral
creator moves, with zeros as the smallest value seen. Where raw and adjusted disagree, that is said.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError
from analysis.inference.contrasts import Kind, median_contrast
from analysis.inference.regression import Fit, huber, least_squares, poisson
from analysis.inference.result import Floats, Interval, as_numbers, check_confidence, unknown

__all__ = ["Adjusted", "adjusted_contrast", "disagreement", "within_groups"]

#: Creators needed in each group for an adjusted contrast.
FEWEST_CREATORS = 8


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The raw and the adjusted ratio, what was adjusted for, and a sentence where the two disagree (else empty)."""

    raw: Interval
    adjusted: Interval
    covariates: tuple[str, ...]
    warning: str


def adjusted_contrast(
    values: ArrayLike,
    group: ArrayLike,
    *,
    first: str,
    second: str,
    followers: ArrayLike | None = None,
    categorical: Mapping[str, ArrayLike] | None = None,
    cluster: ArrayLike | None = None,
    robust: bool = False,
    confidence: float = 0.95,
) -> Adjusted:
    """Return group ``first`` over group ``second``, raw and adjusted; one row per creator (or per post, with cluster).

    Parameters
    ----------
    values
        The figure compared, not negative.
    group
        A label per row; rows of other groups are left out.
    followers
        Adjusts for their logarithm, where the two groups overlap in size.
    categorical
        Name to labels, such as ``{"platform": ..., "category": ...}``; a missing label is a level of its own.
    robust
        Compare typical creators, by Huber regression on logs.

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> values = [2.0, 2.2, 1.8, 2.1, 1.9, 2.3, 2.0, 2.4, 1.0, 1.1, 0.9, 1.05, 0.95, 1.15, 1.0, 1.2]
    >>> result = adjusted_contrast(values, ["a"] * 8 + ["b"] * 8, first="a", second="b")
    >>> round(result.raw.estimate, 2)
    2.0
    """
    check_confidence(confidence)
    y, labels = as_numbers(values), _texts(group)
    sizes = None if followers is None else as_numbers(followers)
    extra = {name: _texts(column) for name, column in (categorical or {}).items()}
    creators = None if cluster is None else _texts(cluster)
    if any(len(c) != len(y) for c in (labels, sizes, creators, *extra.values()) if c is not None):
        raise ParameterError(
            "values, group, followers, categorical and cluster hold one value per row; lengths differ."
        )
    rows = np.isfinite(y) & (y >= 0) & np.isin(labels, [first, second])
    if sizes is not None:
        rows &= np.isfinite(sizes) & (sizes > 0)
    y, is_first = y[rows], (labels[rows] == first).astype(np.float64)
    creators = None if creators is None else creators[rows]
    counted = [_count(side, creators) for side in (is_first == 1, is_first == 0)]
    method = "least squares on logs" if (y > 0).all() else "Poisson regression"
    if robust:
        method = "Huber regression on logs"
        if not (y > 0).any():
            none = unknown(math.nan, sum(counted), method, confidence, "every value is zero.")
            return Adjusted(none, none, (), "")
        y = np.maximum(y, y[y > 0].min())
    if min(counted) < FEWEST_CREATORS:
        fewest = f"{min(counted)} creator{'' if min(counted) == 1 else 's'}"
        short = f"a group has {fewest}; {FEWEST_CREATORS} are needed to adjust."
        none = unknown(math.nan, sum(counted), method, confidence, short)
        return Adjusted(none, none, (), "")
    columns, used, note = _covariates(is_first, None if sizes is None else sizes[rows], extra, rows)
    base = np.column_stack([is_first, np.ones(len(y))])
    raw = _ratio(_fit(y, base, creators, robust), confidence, method)
    if not used:
        return Adjusted(raw, raw.with_note(note), (), "")
    adjusted = _ratio(_fit(y, np.column_stack([base, *columns]), creators, robust), confidence, method).with_note(note)
    return Adjusted(raw, adjusted, used, disagreement(raw, adjusted))


def disagreement(raw: Interval, adjusted: Interval, *, null: float = 1.0) -> str:
    """Return a sentence when adjusting changes the answer, and an empty string when it does not.

    Examples
    --------
    >>> disagreement(Interval(2, 1.5, 2.6, 90, "raw"), Interval(0.7, 0.5, 0.9, 90, "adjusted"))
    'The comparison turns round once like is compared with like (Simpson): read the adjusted figure.'
    """
    if not (raw.known and adjusted.known):
        return ""
    sides = [(-1 if one.high < null else 1 if one.low > null else 0) for one in (raw, adjusted)]
    if sides[0] * sides[1] < 0:
        return "The comparison turns round once like is compared with like (Simpson): read the adjusted figure."
    if sides[0] and not sides[1]:
        return "The difference is not established once like is compared with like."
    if sides[1] and not sides[0]:
        return "The difference shows only once like is compared with like."
    return ""


def within_groups(
    values: ArrayLike,
    group: ArrayLike,
    stratum: ArrayLike,
    *,
    first: str,
    second: str,
    kind: Kind = "ratio",
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return the contrast of medians within each stratum (platform, category), by name.

    Examples
    --------
    >>> within = within_groups([1, 2], ["a", "b"], ["tiktok", "tiktok"], first="a", second="b")
    >>> within["tiktok"].known
    False
    """
    y, labels, strata = as_numbers(values), _texts(group), _texts(stratum)
    return {
        name: median_contrast(
            y[(strata == name) & (labels == first)],
            y[(strata == name) & (labels == second)],
            kind=kind,
            confidence=confidence,
            seed=seed,
        )
        for name in sorted(set(strata.tolist()))
    }


def _covariates(
    is_first: Floats, sizes: Floats | None, extra: Mapping[str, NDArray[Any]], rows: NDArray[np.bool_]
) -> tuple[list[Floats], tuple[str, ...], str]:
    columns: list[Floats] = []
    used: list[str] = []
    note = ""
    for name, all_labels in extra.items():
        labels = all_labels[rows]
        levels = np.unique(labels)
        if len(levels) > 1:
            columns.extend((labels == level).astype(np.float64) for level in levels[1:])
            used.append(name)
    if sizes is not None:
        logs = np.log(sizes)
        a, b = logs[is_first == 1], logs[is_first == 0]
        low, high = max(a.min(), b.min()), min(a.max(), b.max())
        shared = min(int(((s >= low) & (s <= high)).sum()) for s in (a, b))
        if shared >= FEWEST_CREATORS:
            columns.append(logs - logs.mean())
            used.append("log followers")
        else:
            note = "The groups hold too few creators of the same size to adjust for followers."
    return columns, tuple(used), note


def _fit(y: Floats, x: Floats, cluster: NDArray[Any] | None, robust: bool) -> Fit | None:
    x = x[:, _independent(x)]
    if robust:
        return huber(np.log(y), x, cluster=cluster)
    return least_squares(np.log(y), x, cluster=cluster) if (y > 0).all() else poisson(y, x, cluster=cluster)


def _independent(x: Floats) -> list[int]:
    """Return the columns that add something to those before them (the group and the constant come first)."""
    kept: list[int] = []
    for column in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, column]]) > len(kept):
            kept.append(column)
    return kept


def _ratio(fit: Fit | None, confidence: float, method: str) -> Interval:
    if fit is None:
        return unknown(math.nan, 0, method, confidence, "the model could not be fitted.")
    log = fit.interval(np.eye(len(fit.coefficients))[0], confidence)
    low, middle, high = (math.exp(max(-300.0, min(300.0, v))) for v in (log.low, log.estimate, log.high))
    return replace(log, estimate=middle, low=low, high=high)


def _count(side: NDArray[np.bool_], creators: NDArray[Any] | None) -> int:
    return int(side.sum()) if creators is None else len(np.unique(creators[side]))


def _texts(labels: ArrayLike) -> NDArray[Any]:
    return np.array([str(label) for label in np.asarray(labels).ravel()], dtype=str)
