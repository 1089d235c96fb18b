"""What a placement cost and what came of it: fees paid, product, clicks, orders, revenue.

A paid creator is paid the account's own price, give or take a negotiation; an ambassador and a gifted creator get
product and handling. Clicks follow engagements, orders follow clicks (a little less often for large accounts), and
revenue is the sum of orders. Expected totals are plain products of the planted means, which is what makes the true
cost per engagement and return of a tier computable without simulation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sample.accounts import Accounts, list_price, mean_one
from analysis.sample.activity import Activity, expected_engagements
from analysis.sample.deliverables import Deliverables
from analysis.sample.plan import Plan
from analysis.schema import RELATIONSHIPS

__all__ = ["Expected", "Returns", "draw_returns", "expected_returns"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Returns:
    """One entry per placement; ``post`` is the position of its post, or -1."""

    post: Ints
    cost: Floats
    product_cost: Floats
    clicks: Ints
    conversions: Ints
    revenue: Floats


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected values per placement, given who was booked and which gifts were answered."""

    cost: Floats
    engagements: Floats
    revenue: Floats


def _conversion(followers: Floats, plan: Plan) -> Floats:
    return np.asarray(np.minimum(plan.conversion_at_10k * (followers / 10_000) ** plan.conversion_exponent, 1.0))


def _product(accounts: Accounts, account: Ints, plan: Plan) -> Floats:
    return np.array([plan.product_cost[label] for label in RELATIONSHIPS])[accounts.relationship[account]]


def _posts_of(deliverables: Deliverables, activity: Activity) -> Ints:
    post = np.full(len(deliverables.account), -1)
    answered = np.flatnonzero(activity.placement >= 0)
    post[activity.placement[answered]] = answered
    return post


def draw_returns(
    accounts: Accounts, deliverables: Deliverables, activity: Activity, plan: Plan, rng: np.random.Generator
) -> Returns:
    """Return costs and outcomes; a placement without a post has its cost and zero outcomes."""
    account, count = deliverables.account, len(deliverables.account)
    post = _posts_of(deliverables, activity)
    paid = accounts.relationship[account] == RELATIONSHIPS.index("paid")
    fee = accounts.fee[account] * np.exp(rng.normal(0, plan.negotiation_sigma, count))
    engagements = np.where(post >= 0, activity.engagements[post], 0)
    clicks = rng.poisson(engagements * plan.clicks_per_engagement * mean_one(rng, plan.click_sigma, count))
    clicks = np.minimum(clicks, np.where(post >= 0, activity.impressions[post], 0))
    conversions = rng.binomial(clicks, _conversion(activity.followers[post].astype(float), plan))
    orders = rng.gamma(plan.order_shape * np.maximum(conversions, 1), plan.order_value / plan.order_shape)
    return Returns(
        post=post,
        cost=np.where(paid, np.rint(fee), np.nan),
        product_cost=np.round(_product(accounts, account, plan) * mean_one(rng, plan.product_sigma, count), 2),
        clicks=clicks,
        conversions=conversions,
        revenue=np.round(orders * (conversions > 0), 2),
    )


def expected_returns(accounts: Accounts, deliverables: Deliverables, activity: Activity, plan: Plan) -> Expected:
    """Return expected cost, engagements and revenue per placement, integrated over all that is random in them."""
    account = deliverables.account
    post = _posts_of(deliverables, activity)
    followers = activity.followers[post].astype(float)
    flags = np.ones(len(account), dtype=bool)
    mean = expected_engagements(account, followers, sponsored=flags, for_brand=flags, accounts=accounts, plan=plan)
    engagements = np.where(post >= 0, mean, 0.0)
    paid = accounts.relationship[account] == RELATIONSHIPS.index("paid")
    price = list_price(accounts.followers[account], plan)
    price *= np.exp((plan.fee_sigma**2 + plan.negotiation_sigma**2) / 2)
    return Expected(
        cost=np.where(paid, price, 0.0) + _product(accounts, account, plan),
        engagements=engagements,
        revenue=engagements * plan.clicks_per_engagement * _conversion(followers, plan) * plan.order_value,
    )
