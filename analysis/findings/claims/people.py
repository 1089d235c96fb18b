"""The claims about people and posts: ambassadors, niches, and accounts crowded with sponsored posts.

Ambassador is a relationship and not a size, so ambassadors are compared with paid creators at the same followers and
platform, and only over the range of followers where both kinds have creators; a larger share of small accounts among
ambassadors then proves nothing. Sponsored posts are compared with the same creator's own, on logarithms, so that who
the creator is drops out and a viral own post does not count against every sponsored one.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.claims.catalogue import Claim
from analysis.findings.claims.ground import Floats, Ground
from analysis.findings.claims.parts import Part, Trial, median_part, members_of, not_possible, two_tiers
from analysis.inference import Interval
from analysis.inference.adjusted import adjusted_contrast

__all__ = [
    "ambassador_cost_lower",
    "ambassador_engagement_higher",
    "audience_focused",
    "mean_log_ratio",
    "sponsorship_crowding",
]

_KINDS = ("ambassador", "paid")


def ambassador_engagement_higher(claim: Claim, ground: Ground) -> Trial:
    """Test the engagement rate of ambassadors against paid creators of the same size."""
    brand = _kinds(ground, "brand_rate", positive=False)
    own = "posts for the brand"
    if (
        not isinstance(brand, str)
        and min(brand["relationship"].value_counts().reindex(_KINDS).fillna(0)) >= ground.minimum
    ):
        return _same_size("rate", ground, brand, "brand_rate", {"posts": own})
    everything = _kinds(ground, "engagement_rate_by_followers", positive=False)
    if isinstance(everything, str):
        return not_possible(everything)
    return _same_size("rate", ground, everything, "engagement_rate_by_followers", {"posts": "all their posts"})


def ambassador_cost_lower(claim: Claim, ground: Ground) -> Trial:
    """Test the cost of an engagement of ambassadors against paid creators of the same size."""
    if ground.basis != "paid":
        return not_possible("no deliverable here has both a cost and engagements")
    used = _kinds(ground, "cost_per_engagement", positive=True)
    if isinstance(used, str):
        return not_possible(used)
    return _same_size("cost", ground, used, "cost_per_engagement", {})


def audience_focused(claim: Claim, ground: Ground) -> Trial:
    """Test whether two posts of a micro creator share a category more often; needs a category for every post."""
    accounts = ground.accounts
    used = accounts[accounts["pair_share"].notna()]
    if used.empty:
        labels = int(accounts["category"].notna().sum()) if "category" in accounts else 0
        one = f"; {formats.count(labels)} accounts have one label each, which cannot show how many topics they keep to"
        return not_possible(f"no post here says its category{one if labels else ''}")
    pair = two_tiers(ground, used, "a category on two posts or more")
    if isinstance(pair, str):
        return not_possible(pair, used)
    shares = used.assign(pair_share_num=used["pair_share"], pair_share_den=1.0)
    return Trial((median_part("focus", ground, "pair_share", pair, shares),), used)


def sponsorship_crowding(claim: Claim, ground: Ground) -> Trial:
    """Test the share of sponsored posts by tier, and sponsored against own posts within each creator."""
    used = ground.accounts[ground.accounts["marked_posts"] > 0]
    if used.empty or not 0 < used["sponsored_posts"].sum() < used["marked_posts"].sum():
        return not_possible("no posts here are told apart as sponsored or the creator's own", used)
    pair = two_tiers(ground, used, "marked posts")
    if isinstance(pair, str):
        return not_possible(pair, used)
    small, large = (members_of(used, tier) for tier in pair)
    sides: list[Floats] = [
        group[column].to_numpy(float) for group in (large, small) for column in ("sponsored_posts", "marked_posts")
    ]
    shares = Part(
        "share",
        lambda confidence: ground.once(inference.contrast, *sides, confidence=confidence, seed=ground.seed),
        sizes=(len(small), len(large)),
        groups=pair,
        values=tuple(float(g["sponsored_posts"].sum() / g["marked_posts"].sum()) for g in (small, large)),
    )
    lifts = used["sponsored_lift"].dropna().to_numpy(float)
    lift = Part(
        "lift",
        lambda confidence: mean_log_ratio(lifts, confidence=confidence),
        sizes=(len(lifts),),
        groups=("creators",),
    )
    return Trial((shares, lift), used)


def mean_log_ratio(logs: Floats, *, confidence: float = 0.95) -> Interval:
    """Return exp of the mean of log ratios, one per creator, with Student's t limits.

    Examples
    --------
    >>> found = mean_log_ratio(np.log([0.8, 0.9, 0.7, 0.8, 0.85, 0.75]))
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.797, 0.726, 0.875)
    """
    from scipy.special import stdtrit

    method = "mean of log ratios over creators, Student's t"
    n = len(logs)
    if n < 2:
        return Interval(
            math.nan, math.nan, math.nan, n, method, confidence, "too few creators have both kinds of post."
        )
    centre = float(logs.mean())
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * float(logs.std(ddof=1)) / math.sqrt(n)
    low, middle, high = (math.exp(min(value, 300.0)) for value in (centre - reach, centre, centre + reach))
    return Interval(middle, low, high, n, method, confidence)


def _kinds(ground: Ground, measure: str, *, positive: bool) -> pd.DataFrame | str:
    """Return ambassadors and paid creators with the measure and followers, or why there are none."""
    accounts = ground.accounts
    known = accounts[accounts["relationship"].isin(_KINDS)]
    there = set(known["relationship"])
    if there != set(_KINDS):
        missing = [name for name in _KINDS if name not in there]
        return f"no creator here is known to be {'an ambassador' if 'ambassador' in missing else 'paid'}"
    usable = known[f"{measure}_num"].notna() & (known[f"{measure}_den"] > 0) & (known["followers"] > 0)
    usable &= known[f"{measure}_num"] > 0 if positive else known[f"{measure}_num"] >= 0
    if not usable.any():
        return "no ambassador or paid creator here has the figures that the comparison needs"
    return known[usable]


def _same_size(name: str, ground: Ground, used: pd.DataFrame, measure: str, facts: dict[str, str]) -> Trial:
    """Return the test at the same size, over the followers that both kinds have."""
    sizes = [used.loc[used["relationship"] == kind, "followers"] for kind in _KINDS]
    if min(len(group) for group in sizes) == 0:
        ambassadors, paid = (formats.count(len(group)) for group in sizes)
        return not_possible(f"{ambassadors} ambassadors and {paid} paid creators have the figures", used)
    low, high = max(group.min() for group in sizes), min(group.max() for group in sizes)
    used = used[used["followers"].between(low, high)]
    if ground.by == "tier":
        used = used[used["tier"].notna()]
    counts = tuple(int((used["relationship"] == kind).sum()) for kind in _KINDS)
    if min(counts) < ground.minimum:
        few, many = formats.count(counts[0]), formats.count(counts[1])
        said = f"{few} ambassadors and {many} paid creators of the same sizes have the figures"
        return not_possible(f"{said}; {ground.minimum} of each are needed", used)
    values = (used[f"{measure}_num"] / used[f"{measure}_den"]).to_numpy(float)
    alike: dict[str, Any] = {"platform": used["platform"].astype(str).to_numpy()}
    followers = used["followers"].to_numpy(float)
    if ground.by == "tier":
        alike["tier"] = used["tier"].astype(str).to_numpy()
    if not (values > 0).any():
        return not_possible("every creator here has zero engagements", used)
    if ground.by == "followers" and float(np.ptp(np.log(followers))) > 1e-9:
        sized: Floats | None = followers
    else:
        sized = None

    def ask(confidence: float) -> Interval:
        return adjusted_contrast(
            values,
            used["relationship"].to_numpy(),
            first=_KINDS[0],
            second=_KINDS[1],
            followers=sized,
            categorical=alike,
            confidence=confidence,
        ).adjusted

    return Trial((Part(name, ask, sizes=counts, groups=("ambassadors", "paid")),), used, facts=facts)
