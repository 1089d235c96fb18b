"""A table gains measures: tiers, engagement, reach, cost, value, and their summary by creator and group.

Written once in narwhals: the same call takes pandas, polars, duckdb and Spark, and what is lazy stays lazy::

    from analysis import measures

    accounts = measures.accounts(creators, posts, placements, scheme="article")
    measures.groups(accounts, "cost_per_engagement")
    measures.cost_per_engagement(frame["cost"], frame["engagements"])

Names load when they are first used, so that the package itself stays quick to import.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "authenticity": ("comment_to_like", "following_to_followers", "growth_jumps"),
    "benchmarks": ("published", "published_metrics"),
    "cost": (
        "cost_per_acquisition",
        "cost_per_click",
        "cost_per_engagement",
        "cost_per_mille",
        "cost_per_thousand_followers",
        "cost_per_thousand_reached",
        "cost_per_view",
        "fair_price_ratio",
        "rate_card",
        "rate_card_names",
        "rate_card_price",
    ),
    "engagement": (
        "engagement_rate_by_followers",
        "engagement_rate_by_impressions",
        "engagement_rate_by_reach",
        "engagement_rate_by_views",
        "engagements",
    ),
    "exposure": ("effective_number", "side_by_side"),
    "reach": ("frequency", "reach_rate"),
    "registry": ("MEASURES", "Measure", "glossary"),
    "summary": ("accounts", "accounts_rules", "groups", "unattributed"),
    "tallies": ("merged", "pointed_at", "tally"),
    "tiers": ("Scheme", "assign_tier", "load_scheme", "scheme_names", "tier_order", "tier_ranges", "with_tier"),
    "value": ("emv", "emv_range", "roas", "roi"),
}

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, *_HOMES])


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return import_module(f"{__name__}.{name}")
    if name in _HOME_OF:
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
