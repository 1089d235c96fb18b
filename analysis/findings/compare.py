"""Tiers beside each other: what each group's figure is, how sure, and which differences are clear.

Two figures describe a group, and they answer two questions. The pooled figure (sum over sum) is what the money or the
audience as a whole did, and a few large creators decide it. The median over creators is what a typical creator does,
and its interval is exact whatever the shape. Both are always given, each under its name.

A difference is called clear only when the interval of the ratio excludes 1 after Holm's correction for every
comparison made in the same finding. An interval that lies wholly within the ratios that make no practical difference
says "no meaningful difference", even where it excludes 1: that is known, and is not "we cannot tell". Holm's step-down
needs no p-values: a comparison is decided at level a exactly when its interval at confidence 1 - a decides it, so the
widest intervals are asked first and the level is relaxed after each decision. A group under the minimum is shown and
never compared.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.study import UNKNOWN_TIER, Study
from analysis.formats import FormatKind
from analysis.inference import Interval
from analysis.measures import summary
from analysis.measures.tiers import Scheme

__all__ = [
    "Contrast",
    "Direction",
    "Statistic",
    "Verdict",
    "both_ways",
    "by_tier",
    "contrast_tiers",
    "decide",
    "enough",
    "holm",
    "interval_words",
    "members",
    "pair",
    "sides",
    "two_tiers",
    "verdict",
]

#: What of a group is compared: the typical creator, or the group as one.
Statistic = Literal["median", "pooled"]

#: What intervals say of a claim.
Verdict = Literal["supported", "contradicted", "inconclusive", "not testable"]


#: Where the first group stands: clearly on one side, known to make no practical difference, or none of these.
Direction = Literal["higher", "lower", "same", "none"]


@dataclass(frozen=True)
class Contrast:
    """One group against another: the ratio of their figures, and whether it is clear (or the same) after correction."""

    first: str
    second: str
    interval: Interval
    n_first: int
    n_second: int
    clear: bool = False
    comparisons: int = 1
    same: bool = False

    @property
    def direction(self) -> Direction:
        """Whether the first group is clearly higher, clearly lower, known to be the same, or none of these."""
        if not self.clear:
            return "same" if self.same else "none"
        return "higher" if self.interval.estimate > 1 else "lower"

    @property
    def why(self) -> str:
        """Why there are no limits, as the end of a sentence; empty where there are."""
        if self.interval.known:
            return ""
        reason = self.interval.note.split(". ")[0].rstrip(".") or "these creators cannot tell"
        for ordinal, name in (("First", self.first), ("Second", self.second)):
            reason = reason.replace(f"{ordinal} group: ", f"with {name}, ")
        return reason[:1].lower() + reason[1:]

    @property
    def words(self) -> str:
        """The ratio with its interval, in words, or with the reason why there is none."""
        if math.isnan(self.interval.estimate):
            return "no ratio can be told"
        said = f"{formats.number(self.interval.estimate)} times"
        if not self.interval.known:
            return f"{said}, with no interval that could be trusted: {self.why}"
        return f"{said} ({self.limits})"

    @property
    def limits(self) -> str:
        """The limits of the ratio, as a note beside it."""
        return interval_words(self.interval.low, self.interval.high, self.interval.confidence)

    @property
    def above_one(self) -> "Contrast":
        """The same contrast, told from the side that makes its ratio at least 1."""
        if not 0 < self.interval.estimate < 1:
            return self
        turned = replace(
            self.interval,
            estimate=1 / self.interval.estimate,
            low=1 / self.interval.high,
            high=1 / self.interval.low if self.interval.low else math.inf,
        )
        return replace(
            self, first=self.second, second=self.first, interval=turned, n_first=self.n_second, n_second=self.n_first
        )


def interval_words(
    low: float, high: float, confidence: float, kind: FormatKind = "number", currency: str | None = None
) -> str:
    """Return two limits as a note beside their figure.

    Examples
    --------
    >>> interval_words(0.289, 0.747, 0.95), interval_words(math.nan, math.nan, 0.95)
    ('95% interval 0.289 to 0.747', 'no interval that could be trusted')
    """
    if math.isnan(low) and math.isnan(high):
        return "no interval that could be trusted"
    return f"{formats.percent(confidence)} interval {formats.interval(low, high, kind, currency)}"


def by_tier(
    study: Study, measure: str, *, accounts: pd.DataFrame | None = None, scheme: Scheme | None = None
) -> pd.DataFrame:
    """Return one row per tier with pooled figure, median over creators and both intervals.

    Empty tiers stay, with 0 creators; creators without a follower count are a row of their own when there are any.

    Returns
    -------
    pandas.DataFrame
        What :func:`analysis.measures.summary.groups` returns, and pooled_low, pooled_high, pooled_note (why there are
        no limits), median_low, median_high and largest_share (of the numerator, held by its largest creator).
    """
    if accounts is None and scheme is None:
        if measure not in study.memory:
            study.memory[measure] = by_tier(study, measure, accounts=study.accounts)
        return study.memory[measure].copy()
    accounts = study.accounts if accounts is None else accounts
    table: pd.DataFrame = summary.groups(accounts, measure, minimum=study.minimum, scheme=scheme or study.scheme)
    limits = pd.DataFrame([_limits(study, measure, members(accounts, tier)) for tier in table["tier"]])
    return pd.concat([table.reset_index(drop=True), limits], axis=1)


def _limits(study: Study, measure: str, group: pd.DataFrame) -> dict[str, float | str]:
    top, bottom = sides(measure, group)
    pooled = inference.ratio_interval(top, bottom, confidence=study.confidence, seed=study.seed)
    middle = inference.median_interval(top[bottom > 0] / bottom[bottom > 0], confidence=study.confidence)
    return {
        "pooled_low": pooled.low,
        "pooled_high": pooled.high,
        "pooled_note": "" if pooled.known else pooled.note.split(". ")[0].rstrip("."),
        "median_low": middle.low,
        "median_high": middle.high,
        "largest_share": float(top.max() / top.sum()) if len(top) and top.min() >= 0 and top.sum() > 0 else math.nan,
    }


def sides(measure: str, accounts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return numerator and denominator of the accounts that have both; a denominator of 0 stays, for the sums."""
    pairs = accounts[[f"{measure}_num", f"{measure}_den"]].dropna()
    return pairs.iloc[:, 0].to_numpy(float), pairs.iloc[:, 1].to_numpy(float)


def members(accounts: pd.DataFrame, tier: str) -> pd.DataFrame:
    """Return the accounts of one tier, or those whose followers are unknown."""
    return accounts[accounts["tier"].isna() if tier == UNKNOWN_TIER else accounts["tier"] == tier]


def enough(table: pd.DataFrame) -> list[str]:
    """Return the tiers of a :func:`by_tier` table that have enough measured creators to be ranked."""
    ranked = table[~table["flagged"].astype(bool) & (table["tier"] != UNKNOWN_TIER)]
    return list(ranked["tier"])


def pair(ranked: Sequence[str], *, below: str | None = None) -> tuple[str, str] | None:
    """Return the two tiers to set against each other: micro and mega, or the largest there is; without micro the ends.

    The claims (:func:`analysis.findings.claims.parts.two_tiers`) choose alike. What lies below the scheme's
    first floor is no tier of its own, and stands in only when fewer than two are left.

    Examples
    --------
    >>> pair(["nano", "micro", "mega"]), pair(["under 1k", "small", "large"], below="under 1k"), pair(["mega"])
    (('micro', 'mega'), ('small', 'large'), None)
    >>> pair(["nano", "micro", "influencer", "trailblazer"])
    ('micro', 'trailblazer')
    """
    larger = list(ranked)[list(ranked).index("micro") + 1 :] if "micro" in ranked else []
    if larger:
        return ("micro", "mega" if "mega" in larger else larger[-1])
    named = [tier for tier in ranked if tier != below]
    chosen = named if len(named) > 1 else list(ranked)
    return (chosen[0], chosen[-1]) if len(chosen) > 1 else None


def contrast_tiers(
    study: Study,
    measure: str,
    first: str,
    second: str,
    *,
    statistic: Statistic = "median",
    accounts: pd.DataFrame | None = None,
) -> Callable[[float], Contrast]:
    """Return a function of confidence that gives the ratio of two tiers' figures with its interval."""
    accounts = study.accounts if accounts is None else accounts
    known = [sides(measure, members(accounts, tier)) for tier in (first, second)]
    (a_top, a_bottom), (b_top, b_bottom) = known
    a_own, b_own = (top[bottom > 0] / bottom[bottom > 0] for top, bottom in ((a_top, a_bottom), (b_top, b_bottom)))

    def at(confidence: float) -> Contrast:
        if statistic == "median":
            found = inference.median_contrast(a_own, b_own, confidence=confidence, seed=study.seed)
        else:
            found = inference.contrast(a_top, a_bottom, b_top, b_bottom, confidence=confidence, seed=study.seed)
        return Contrast(first, second, found, len(a_own), len(b_own))

    return at


def holm(
    asked: Sequence[Callable[[float], Contrast]], confidence: float, region: tuple[float, float] | None = None
) -> list[Contrast]:
    """Return each contrast at ``confidence``, marked clear or the same as it stands after Holm's correction.

    Notes
    -----
    With r comparisons left, each is asked at confidence 1 - (1 - confidence) / r; those whose interval lies within
    ``region`` are the same, those that exclude 1 otherwise are clear; both leave, and the rest are asked again with
    the smaller r, until none leaves.
    """
    shown = [ask(confidence) for ask in asked]
    left = [place for place, contrast in enumerate(shown) if contrast.interval.known]
    decided: dict[int, Direction] = {}
    while left:
        level = 1 - (1 - confidence) / len(left)
        found = {place: decide(asked[place](level).interval, region) for place in left}
        gone = {place: way for place, way in found.items() if way != "none"}
        decided |= gone
        left = [place for place in left if place not in gone]
        if not gone:
            break
    return [
        replace(
            contrast,
            clear=decided.get(place) in ("higher", "lower"),
            same=decided.get(place) == "same",
            comparisons=len(asked),
        )
        for place, contrast in enumerate(shown)
    ]


def decide(interval: Interval, region: tuple[float, float] | None = None) -> Direction:
    """Return what the interval of a ratio says alone: within the region it is the same, else on which side of 1.

    Examples
    --------
    >>> decide(Interval(0.99, 0.98, 0.995, 900, "example"), (0.9, 1.11))
    'same'
    >>> decide(Interval(0.8, 0.7, 0.95, 90, "example"), (0.9, 1.11))
    'lower'
    """
    if not interval.known:
        return "none"
    if region and region[0] <= interval.low and interval.high <= region[1]:
        return "same"
    return "higher" if interval.low > 1 else "lower" if interval.high < 1 else "none"


def verdict(contrast: Contrast | None, claimed: Literal["higher", "lower"]) -> Verdict:
    """Return what a contrast says of the claim that its first group is ``claimed``; being the same contradicts it."""
    if contrast is None or not contrast.interval.known:
        return "not testable"
    if contrast.direction == "none":
        return "inconclusive"
    return "supported" if contrast.direction == claimed else "contradicted"


def two_tiers(study: Study, measure: str, accounts: pd.DataFrame) -> tuple[tuple[str, str] | None, pd.DataFrame]:
    """Return the two tiers to compare (micro and mega where both have enough, else the ends), and the groups."""
    groups = by_tier(study, measure, accounts=None if accounts is study.accounts else accounts)
    return pair(enough(groups), below=study.scheme.below), groups


def both_ways(
    study: Study, measure: str, accounts: pd.DataFrame, two: tuple[str, str], groups: pd.DataFrame
) -> tuple[Contrast, Contrast]:
    """Return the contrast of two tiers pooled and of typical creators, each corrected for all tiers compared.

    The pooled one is clear only when the typical creators point the same way, and the same only when these do not
    differ clearly.
    """
    ranked = enough(groups)
    pairs = [(tier, two[1]) for tier in ranked if tier != two[1]]
    place = pairs.index(two)
    pooled, typical = (
        holm(
            [contrast_tiers(study, measure, *each, statistic=how, accounts=accounts) for each in pairs],
            study.confidence,
            study.region,
        )[place]
        for how in ("pooled", "median")
    )
    agree = (pooled.interval.estimate > 1) == (typical.interval.estimate > 1)
    return replace(pooled, clear=pooled.clear and agree, same=pooled.same and not typical.clear), typical
