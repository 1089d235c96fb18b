"""The invented accounts: size, platform, relationship, price, growth, and an effect of their own.

An account is drawn once and everything else hangs on it. Sizes are log-normal. Who is an ambassador depends on
size only through a share per tier, so that ambassadors are mostly small and yet cross every tier. The quoted fee
follows the rule of thumb per thousand followers, with spread between accounts and a discount for large ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sample.names import handles_and_names
from analysis.sample.plan import CATEGORIES, COUNTRIES, PLATFORMS, TIER_FLOORS, TIERS, Plan
from analysis.schema import RELATIONSHIPS

__all__ = ["Accounts", "draw_accounts", "mean_one", "tier_index"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Columns of the accounts, one entry each; codes index ``PLATFORMS``, ``CATEGORIES`` and ``RELATIONSHIPS``."""

    creator_id: list[str]
    handle: list[str]
    name: list[str]
    platform: Ints
    category: Ints
    country: NDArray[np.str_]
    followers: Ints
    tier: Ints
    growth: Floats
    effect: Floats
    relationship: Ints
    fee: Floats
    following: Ints
    post_count: Ints

    def __len__(self) -> int:
        return len(self.creator_id)


def tier_index(followers: NDArray[np.generic]) -> Ints:
    """Return the position in ``TIERS`` of each follower count; a floor belongs to its own tier.

    Examples
    --------
    >>> tier_index(np.array([999, 1_000, 10_000, 1_000_000])).tolist()
    [0, 1, 2, 3]
    """
    return np.searchsorted(np.array(TIER_FLOORS), followers, side="right").astype(np.int64)


def mean_one(rng: np.random.Generator, sigma: float, size: int) -> Floats:
    """Return log-normal draws whose expectation is one."""
    return np.exp(rng.normal(-(sigma**2) / 2, sigma, size))


def list_price(followers: Ints, plan: Plan) -> Floats:
    """Return the planted median price of one post in USD: a rate per thousand, discounted for large accounts."""
    discount = np.maximum(followers / plan.discount_from, 1.0) ** -plan.discount_exponent
    return plan.fee_per_1000 * followers / 1_000 * discount


def draw_accounts(count: int, plan: Plan, rng: np.random.Generator) -> Accounts:
    """Return ``count`` accounts."""
    handles, names = handles_and_names(count, rng)
    followers = np.exp(rng.normal(np.log(plan.followers_median), plan.followers_sigma, count))
    followers = np.maximum(np.rint(followers), 50).astype(np.int64)
    tier = tier_index(followers)
    ambassador = np.array([plan.ambassador_share_by_tier[label] for label in TIERS])[tier]
    gifted = np.array([plan.gifted_share_by_tier[label] for label in TIERS])[tier]
    draw = rng.random(count)
    codes = {label: code for code, label in enumerate(RELATIONSHIPS)}
    relationship = np.full(count, codes["paid"])
    relationship[draw < ambassador + gifted] = codes["gifted"]
    relationship[draw < ambassador] = codes["ambassador"]
    price = list_price(followers, plan) * np.exp(rng.normal(0, plan.fee_sigma, count))
    return Accounts(
        creator_id=[f"cr{n:05d}" for n in range(1, count + 1)],
        handle=handles,
        name=names,
        platform=rng.choice(len(PLATFORMS), count, p=[plan.platform_share[name] for name in PLATFORMS]),
        category=rng.integers(0, len(CATEGORIES), count),
        country=rng.choice(list(COUNTRIES), count, p=list(COUNTRIES.values())),
        followers=followers,
        tier=tier,
        growth=rng.normal(plan.growth_mean, plan.growth_sigma, count),
        effect=rng.normal(0, 1, count),
        relationship=relationship,
        fee=np.maximum(np.rint(price), 5.0),
        following=np.rint(np.exp(rng.normal(6.3, 0.7, count))).astype(np.int64),
        post_count=np.rint(np.exp(rng.normal(6.0, 0.8, count))).astype(np.int64) + 30,
    )
