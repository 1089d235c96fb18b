"""Accounts that are listed for one success: found from the numbers, not from where the list comes from.

A list of the most viewed posts holds small accounts only when they went viral, which makes small accounts look like
magic. Two signs give it away: more engagements than followers, or views far above followers while engagement hardly
grows with size.
"""

import math

import pandas as pd

from analysis.findings.compare import by_tier
from analysis.findings.growth import slope_of
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS
from analysis.inference import Interval

__all__ = ["sizes_of_success"]

#: Engagements per follower and post (or views, below) from which an account is listed for a success, not for a size.
VIRAL_RATE, VIRAL_VIEWS = 1.0, 2.0


def sizes_of_success(study: Study) -> tuple[pd.DataFrame, Interval, bool]:
    """Return one row per measured tier with ``viral`` true where it is listed for a success.

    Returns
    -------
    tuple
        The table (medians over creators of followers, views and engagements a post, engagement and views per
        follower), the growth of engagements with followers, and whether that growth is flat (surely below 0.5).
    """
    table = by_tier(study, DENOMINATORS["followers"])
    table = table[(table["measured"] > 0) & table["tier"].isin(study.order)].reset_index(drop=True)
    table["followers_median"], table["views"], table["engagements"] = (
        [_median_of(study, tier, column) for tier in table["tier"]]
        for column in ("followers", "views_per_post", "engagements_per_post")
    )
    table["views_per_follower"] = table["views"] / table["followers_median"]
    slope = slope_of(study, study.measured(DENOMINATORS["followers"]), "engagements_per_post")
    flat = bool(slope.known and slope.high < 0.5)
    table["viral"] = (table["median"] > VIRAL_RATE) | ((table["views_per_follower"] > VIRAL_VIEWS) & flat)
    return table, slope, flat


def _median_of(study: Study, tier: str, column: str) -> float:
    accounts = study.accounts
    values = accounts.loc[accounts["tier"] == tier, column].dropna() if column in accounts else pd.Series(dtype=float)
    return float(values.median()) if len(values) else math.nan
