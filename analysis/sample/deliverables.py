"""Which creators the brand worked with, when, and whose gifted post never appeared.

The brand works with part of the market: most mega accounts it can find, many micro ones, fewer in between. Every
placement belongs to a campaign of four weeks. A gifted creator owes nothing, so a planted share of the gifts is
never answered with a post: the product is gone, the tracked link stays empty, and there is no post to join.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sample.accounts import Accounts
from analysis.sample.plan import TIERS, Plan
from analysis.schema import RELATIONSHIPS

__all__ = ["DAYS", "START", "Deliverables", "draw_deliverables"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: First moment and length in days of the observed year (2025-10-01 to 2026-09-30).
START = np.datetime64("2025-10-01T00:00:00", "s")
DAYS = 365


@dataclass(frozen=True, slots=True)
class Deliverables:
    """One entry per placement: account, campaign, moment (seconds after ``START``), whether the post appeared."""

    account: Ints
    campaign: Ints
    second: Ints
    appeared: NDArray[np.bool_]


def draw_deliverables(count: int, accounts: Accounts, plan: Plan, rng: np.random.Generator) -> Deliverables:
    """Return ``count`` deliverables of the brand's campaigns, in order of campaign."""
    roster = rng.random(len(accounts)) < np.array([plan.roster_share_by_tier[label] for label in TIERS])[accounts.tier]
    weight = np.zeros(len(accounts))
    for code, label in enumerate(TIERS):
        members = (accounts.tier == code) & roster
        weight[members] = plan.placement_share_by_tier[label] / max(int(members.sum()), 1)
    if not weight.any():
        weight[:] = 1.0
    campaigns = max(count // 60, 1)
    starts = np.sort(rng.integers(0, DAYS - 28, campaigns))
    campaign = np.sort(rng.integers(0, campaigns, count))
    account = rng.choice(len(accounts), count, p=weight / weight.sum())
    gifted = accounts.relationship[account] == RELATIONSHIPS.index("gifted")
    return Deliverables(
        account=account,
        campaign=campaign,
        second=starts[campaign] * 86_400 + rng.integers(0, 28 * 86_400, count),
        appeared=~gifted | (rng.random(count) < plan.gift_post_rate),
    )
