"""Both sides of every ratio: which sums are divided by which.

A ratio may only divide what was seen together, so for every measure the numerator and the denominator are summed
over exactly the rows where both are known. Sums travel with their counts, because a sum of nothing is missing and
not zero.
"""

from collections.abc import Iterable, Mapping

import narwhals as nw

from analysis.measures.frames import missing
from analysis.schema import ENGAGEMENT_PARTS

__all__ = [
    "AMOUNTS",
    "AUDIENCE",
    "COST_PAIRS",
    "DEAL_SUMS",
    "METRICS",
    "NAMING",
    "OUTCOMES",
    "POST_SUMS",
    "PRICE",
    "RATE_PAIRS",
    "parts_total",
]

#: Rates on what a post got: measure → numerator, denominator. Followers may be the account's own.
RATE_PAIRS = {
    "engagement_rate_by_reach": ("engagements", "reach"),
    "engagement_rate_by_impressions": ("engagements", "impressions"),
    "engagement_rate_by_views": ("engagements", "views"),
}

#: Rates on the audience: measure → numerator; the denominator is followers.
AUDIENCE = {"engagement_rate_by_followers": "engagements", "reach_rate": "reach"}

#: Measures on deliverables: measure → numerator, denominator, divisor of the denominator.
COST_PAIRS = {
    "cost_per_engagement": ("cost", "engagements", 1.0),
    "cost_per_mille": ("cost", "impressions", 1_000.0),
    "cost_per_thousand_reached": ("cost", "reach", 1_000.0),
    "cost_per_view": ("cost", "views", 1.0),
    "cost_per_click": ("cost", "clicks", 1.0),
    "cost_per_acquisition": ("cost", "conversions", 1.0),
    "conversion_rate_by_clicks": ("conversions", "clicks", 1.0),
    "conversion_rate_by_engagements": ("conversions", "engagements", 1.0),
    "roi": ("revenue", "cost", 1.0),
    "roas": ("revenue", "cost", 1.0),
}

#: The price of an audience: money paid without product, over followers in thousands.
PRICE = "cost_per_thousand_followers"

#: How a post names its account; a tally is kept for each way.
NAMING = ("creator_id", "handle", "name", "platform", "relationship")

#: What a post or a deliverable got, in the order of the tables.
METRICS = ("engagements", "views", "reach", "impressions")

#: What a deliverable brought, and all that is counted on one.
OUTCOMES = ("clicks", "conversions", "revenue")
AMOUNTS = ("cost", *OUTCOMES)


def _sides(measures: Iterable[str]) -> list[str]:
    return [f"{measure}_{part}" for measure in measures for part in ("num", "den", "n")]


def _audience_sides(measures: Iterable[str]) -> list[str]:
    parts = ("own_num", "own_den", "own_n", "rest_num", "rest_n")
    return [f"{measure}_{part}" for measure in measures for part in parts]


def _with_counts(columns: Iterable[str]) -> list[str]:
    return [name for column in columns for name in (column, f"{column}_n")]


_ENGAGEMENT = (*_with_counts(METRICS), *_sides(RATE_PAIRS), *_audience_sides(AUDIENCE))

#: The sums that posts and deliverables come to, before their prefix.
POST_SUMS = ("posts", *_ENGAGEMENT)
DEAL_SUMS = (*_ENGAGEMENT, *_audience_sides([PRICE]), *_sides(COST_PAIRS), *_with_counts(AMOUNTS))


def parts_total(names: Mapping[str, str]) -> nw.Expr:
    """Return the engagements of a row from its parts; ``names`` maps a part to the column that holds it.

    A missing part is skipped when another is present. Likes are the exception: where the table has likes and the
    row's are missing they are hidden, and a total without them would read as a post nobody liked; it is missing.
    """
    likes = nw.col(names["likes"]) if "likes" in names else None
    others = [nw.col(names[part]) for part in ENGAGEMENT_PARTS if part in names and part != "likes"]
    if likes is not None:  # what is added to nothing is nothing
        for column in others:
            likes = likes + column.fill_null(0)
        return likes
    if not others:
        return missing()
    known = others[0].is_null()
    for column in others[1:]:
        known = known & column.is_null()
    return nw.when(~known).then(nw.sum_horizontal(*others))
