"""The planted truth beside the tables: parameters, expected pooled ratios by tier, counts of dirt.

An expectation here is taken over everything random in a placement (creator effect, viral luck, counting, prices,
orders) given who was booked and which gifts were answered. A tier's expected cost per engagement is therefore a
ratio of two expected sums, over the placements whose post appeared; the product lost on unanswered gifts is in the
return on investment, because it was spent. Tiers follow the follower counts as written in ``creators.csv``, so an
account without one has no tier and is in no tier's truth.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.sample.accounts import Accounts, tier_index
from analysis.sample.activity import Activity, expected_engagements
from analysis.sample.deliverables import Deliverables
from analysis.sample.overlap import deduplicated_reach
from analysis.sample.plan import PLATFORMS, TIERS, Plan
from analysis.sample.returns import Expected, Returns

__all__ = ["planted_truth", "written_tiers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SUFFIX = {"K": 1e3, "M": 1e6}


def written_tiers(followers: pl.Series) -> Ints:
    """Return the position in ``TIERS`` of each follower count as written, and -1 where it cannot be read.

    Examples
    --------
    >>> written_tiers(pl.Series(["950", "10.0K", "#N/A", None])).tolist()
    [0, 2, -1, -1]
    """
    tiers = np.full(len(followers), -1)
    for row, text in enumerate(followers.to_list()):
        if text and text[-1] in _SUFFIX:
            tiers[row] = tier_index(np.array([round(float(text[:-1]) * _SUFFIX[text[-1]])]))[0]
        elif text and text.isdecimal():
            tiers[row] = tier_index(np.array([int(text)]))[0]
    return tiers


def _rounded(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _expected_share(accounts: Accounts, by_tier: dict[str, float]) -> float | None:
    return _rounded(float(np.array([by_tier[label] for label in TIERS])[accounts.tier].mean()))


def _by_tier(tier: Ints, numerator: Floats, denominator: Floats) -> dict[str, float | None]:
    ratios = {}
    for code, label in enumerate(TIERS):
        total = float(denominator[tier == code].sum())
        ratios[label] = _rounded(float(numerator[tier == code].sum()) / total) if total else None
    return ratios


def _money_truth(tier: Ints, cost: Floats, engagements: Floats, revenue: Floats, there: Floats) -> dict[str, Any]:
    return {
        "cost_per_engagement": _by_tier(tier, cost * there, engagements * there),
        "roi": _by_tier(tier, revenue - cost, cost),
        "roas": _by_tier(tier, revenue, cost),
    }


def _overlap(accounts: Accounts, deliverables: Deliverables, activity: Activity, returns: Returns, plan: Plan) -> Any:
    account = deliverables.account
    pool = accounts.platform[account]
    campaigns = {}
    for code in np.unique(deliverables.campaign):
        rows = (deliverables.campaign == code) & (returns.post >= 0)
        reach = activity.reach[returns.post[rows]]
        together = deduplicated_reach(reach, pool[rows], size=plan.audience_pool)
        campaigns[f"campaign-{code + 1:02d}"] = {
            "reach_summed": int(reach.sum()),
            "reach_deduplicated": round(together),
        }
    return {
        "audience_pool": plan.audience_pool,
        "pools": "one per platform; accounts of different platforms share nobody",
        "shared_by_two": "reach_1 * reach_2 / audience_pool",
        "campaigns": campaigns,
    }


def planted_truth(
    *,
    seed: int,
    plan: Plan,
    accounts: Accounts,
    deliverables: Deliverables,
    activity: Activity,
    returns: Returns,
    expected: Expected,
    account_tier: Ints,
    dirt: dict[str, Any],
) -> dict[str, Any]:
    """Return the truth as plain JSON values; tiers are those of the ``article`` scheme."""
    tier = account_tier[deliverables.account]
    there = (returns.post >= 0).astype(float)
    spent = np.nan_to_num(returns.cost) + returns.product_cost
    engaged = np.where(returns.post >= 0, activity.engagements[returns.post], 0).astype(float)
    mean = expected_engagements(
        activity.account,
        activity.followers.astype(float),
        sponsored=activity.sponsored,
        for_brand=activity.placement >= 0,
        accounts=accounts,
        plan=plan,
    )
    return {
        "about": "Synthetic. The parameters from which the tables beside this file were drawn.",
        "seed": seed,
        "currency": "USD",
        "scheme": "article",
        "elasticity": plan.elasticity,
        "reach_elasticity": plan.reach_elasticity,
        "engagement_rate_at_10k_followers": plan.rate_at_10k,
        "creator_sigma": plan.creator_sigma,
        "negative_binomial_shape": plan.shape,
        "engagement_rate_by_followers": _by_tier(
            account_tier[activity.account], mean, activity.followers.astype(float)
        ),
        **_money_truth(tier, expected.cost, expected.engagements, expected.revenue, there),
        "in_this_sample": _money_truth(tier, spent, engaged, returns.revenue, there),
        "ambassador_share": _expected_share(accounts, plan.ambassador_share_by_tier),
        "ambassador_share_by_tier": plan.ambassador_share_by_tier,
        "gifted_share": _expected_share(accounts, plan.gifted_share_by_tier),
        "gifted_share_by_tier": plan.gifted_share_by_tier,
        "ambassador_engagement_lift": plan.ambassador_lift,
        "sponsored_penalty": plan.sponsored_penalty,
        "gift_post_rate": plan.gift_post_rate,
        "viral_share": plan.viral_share,
        "viral_factor": plan.viral_factor,
        "hidden_likes_share": plan.hidden_likes_share,
        "fee": {
            "median_per_1000_followers": plan.fee_per_1000,
            "log_sigma": plan.fee_sigma,
            "discount_from_followers": plan.discount_from,
            "discount_exponent": plan.discount_exponent,
        },
        "product_cost": plan.product_cost,
        "clicks_per_engagement": plan.clicks_per_engagement,
        "conversions_per_click": {
            "at_10k_followers": plan.conversion_at_10k,
            "exponent": plan.conversion_exponent,
        },
        "order_value": plan.order_value,
        "followers_growth_per_month": plan.growth_mean,
        "overlap": _overlap(accounts, deliverables, activity, returns, plan),
        "creators_by_tier": {label: int((account_tier == code).sum()) for code, label in enumerate(TIERS)},
        "platforms": list(PLATFORMS),
        "dirt": dirt,
    }
