r"""Posts and what they got: engagements, reach, impressions, views.

The expected engagements of post :math:`p` by account :math:`i` on a platform are

.. math:: m_p = r_{10k}\,10^4 (F_{ip} / 10^4)^{\beta}\; e^{u_i}\; v_p\; (1 - s)^{[\text{sponsored}]}

with followers :math:`F_{ip}` at post time, elasticity :math:`\beta`, a creator effect :math:`e^{u_i}` and a viral
factor :math:`v_p`; the count itself is negative binomial around it. Reach is a power of followers with an exponent
of its own, so engagement per follower falls faster with size than engagement per account reached. An ambassador's
post for the brand is a sponsored one, times the ambassador's lift.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sample.accounts import Accounts, mean_one
from analysis.sample.deliverables import DAYS, Deliverables
from analysis.sample.plan import PLATFORMS, Plan
from analysis.schema import RELATIONSHIPS

__all__ = ["PARTS", "Activity", "draw_activity", "expected_engagements"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: How engagements split into likes, comments, shares and saves; YouTube has no saves.
PARTS = np.array([[0.90, 0.05, 0.02, 0.03], [0.86, 0.03, 0.06, 0.05], [0.90, 0.07, 0.03, 0.00]])
_SECONDS_PER_MONTH = DAYS * 86_400 / 12


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry per post, in order of time. ``placement`` is the deliverable it answers, or -1."""

    account: Ints
    placement: Ints
    second: Ints
    followers: Ints
    sponsored: Flags
    viral: Flags
    parts: Ints
    reach: Ints
    impressions: Ints
    views: Ints

    @property
    def engagements(self) -> Ints:
        """The sum of the parts."""
        return np.asarray(self.parts.sum(axis=1), dtype=np.int64)


def expected_engagements(
    account: Ints, followers: Floats, *, sponsored: Flags, for_brand: Flags, accounts: Accounts, plan: Plan
) -> Floats:
    """Return expected engagements per post, integrated over creator effects, viral luck and counting noise."""
    platform = accounts.platform[account]
    slope = np.array([plan.elasticity[name] for name in PLATFORMS])[platform]
    level = np.array([plan.rate_at_10k[name] for name in PLATFORMS])[platform] * 10_000
    ambassador = for_brand & (accounts.relationship[account] == RELATIONSHIPS.index("ambassador"))
    paid = 1 - plan.sponsored_penalty
    appeal = np.where(ambassador, paid * plan.ambassador_lift, np.where(sponsored, paid, 1.0))
    luck = 1 + plan.viral_share * (plan.viral_factor - 1)
    return np.asarray(level * (followers / 10_000) ** slope * appeal * luck)


def _negative_binomial(mean: Floats, shape: float, rng: np.random.Generator) -> Ints:
    return rng.poisson(rng.gamma(shape, mean / shape)).astype(np.int64)


def draw_activity(
    count: int, accounts: Accounts, deliverables: Deliverables, plan: Plan, rng: np.random.Generator
) -> Activity:
    """Return ``count`` posts: one for every deliverable that appeared, the rest the accounts' own."""
    answered = np.flatnonzero(deliverables.appeared)
    rest = count - len(answered)
    busy = rng.gamma(2.0, 1.0, len(accounts))
    own = np.repeat(np.arange(len(accounts)), rng.multinomial(rest, busy / busy.sum()))
    account = np.concatenate([deliverables.account[answered], own])
    second = np.concatenate([deliverables.second[answered], rng.integers(0, DAYS * 86_400, rest)])
    placement = np.concatenate([answered, np.full(rest, -1)])
    order = np.argsort(second, kind="stable")
    account, second, placement = account[order], second[order], placement[order]

    months_before_end = (DAYS * 86_400 - second) / _SECONDS_PER_MONTH
    followers = np.rint(accounts.followers[account] * np.exp(-accounts.growth[account] * months_before_end))
    crowding = plan.sponsored_share_at_1k + plan.sponsored_share_slope * np.log10(followers / 1_000)
    sponsored = (placement >= 0) | (rng.random(count) < np.clip(crowding, 0.02, 0.25))
    viral = rng.random(count) < plan.viral_share
    factor = np.where(viral, plan.viral_factor * mean_one(rng, plan.viral_sigma, count), 1.0)
    luck = factor / (1 + plan.viral_share * (plan.viral_factor - 1))

    sigma, sigma_reach = plan.creator_sigma, plan.creator_sigma * plan.creator_reach_share
    effect = accounts.effect[account]
    mean = expected_engagements(
        account, followers, sponsored=sponsored, for_brand=placement >= 0, accounts=accounts, plan=plan
    )
    engagements = _negative_binomial(mean * luck * np.exp(sigma * effect - sigma**2 / 2), plan.shape, rng)
    reach_mean = plan.reach_at_10k * 10_000 * (followers / 10_000) ** plan.reach_elasticity
    reach = reach_mean * factor * np.exp(sigma_reach * effect - sigma_reach**2 / 2)
    reach = np.rint(np.minimum(reach * mean_one(rng, plan.reach_sigma, count), 0.9 * plan.audience_pool)) + 1
    impressions = np.rint(reach * (1.05 + rng.gamma(2.0, 0.15, count)))
    views = np.rint(impressions * rng.uniform(0.75, 0.98, count))
    return Activity(
        account=account,
        placement=placement,
        second=second,
        followers=followers.astype(np.int64),
        sponsored=sponsored,
        viral=viral,
        parts=rng.multinomial(engagements, PARTS[accounts.platform[account]]),
        reach=reach.astype(np.int64),
        impressions=impressions.astype(np.int64),
        views=views.astype(np.int64),
    )
