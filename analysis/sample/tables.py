"""The draws as canonical tables, before any dirt: headers from the schema, missing cells where a source has none.

The creators' averages are what a tool would report: means over the account's posts in the sample, of the cells that
are known, with the engagement rate per follower from likes and comments alone.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.sample.accounts import Accounts
from analysis.sample.activity import Activity
from analysis.sample.deliverables import START, Deliverables
from analysis.sample.plan import CATEGORIES, PLATFORMS, Plan
from analysis.sample.returns import Returns
from analysis.schema import CREATORS, ENGAGEMENT_PARTS, PLACEMENTS, POSTS, RELATIONSHIPS, Table

__all__ = ["creators_table", "placements_table", "posts_table"]

Floats = NDArray[np.float64]
_AVERAGED = ["likes", "comments", "shares", "views", "reach"]


def _labels(codes: NDArray[np.int64], labels: tuple[str, ...]) -> pl.Series:
    return pl.Series(np.array(labels)[codes])


def _counts(values: NDArray[np.generic], missing: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(values.astype(np.int64)).set(pl.Series(missing), None)


def _money(values: Floats) -> pl.Series:
    return pl.Series(values).fill_nan(None)


def _in_order(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.select([name for name in table.names if name in frame.columns])


def _post_ids(count: int) -> NDArray[np.str_]:
    return np.char.add("p", np.char.zfill(np.arange(1, count + 1).astype(str), 7))


def _when(second: NDArray[np.int64], pattern: str) -> pl.Series:
    return pl.Series((START + second.astype("timedelta64[s]")).astype("datetime64[ms]")).dt.strftime(pattern)


def posts_table(accounts: Accounts, activity: Activity, plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """Return one row per post: likes hidden here and there, saves never on YouTube, no views on photos."""
    account, count = activity.account, len(activity.account)
    platform = accounts.platform[account]
    nothing = np.zeros(count, dtype=bool)
    own = activity.placement < 0
    private = own & (rng.random(count) < plan.private_insights_share)
    missing = {
        "likes": rng.random(count) < plan.hidden_likes_share,
        "comments": nothing,
        "shares": nothing,
        "saves": platform == PLATFORMS.index("youtube"),
    }
    photo = (platform == PLATFORMS.index("instagram")) & (rng.random(count) < plan.photo_share)
    parts = {
        name: _counts(activity.parts[:, position], missing[name]) for position, name in enumerate(ENGAGEMENT_PARTS)
    }
    frame = pl.DataFrame(
        {
            "post_id": _post_ids(count),
            "creator_id": np.array(accounts.creator_id)[account],
            "handle": np.array(accounts.handle)[account],
            "platform": _labels(platform, PLATFORMS),
            "published_at": _when(activity.second, "%Y-%m-%dT%H:%M:%SZ"),
            **parts,
            "views": _counts(activity.views, photo),
            "reach": _counts(activity.reach, private),
            "impressions": _counts(activity.impressions, private),
            "followers": _counts(activity.followers, rng.random(count) < plan.unknown_followers_then_share),
            "sponsored": activity.sponsored,
        }
    )
    return _in_order(frame, POSTS)


def creators_table(accounts: Accounts, posts: pl.DataFrame, plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """Return one row per account, at the end of the observed year."""
    count = len(accounts)
    averages = posts.group_by("creator_id").agg(
        *[
            pl.col(name).mean().round(1).alias(f"avg_{name}")
            for name in ("likes", "comments", "shares", "views", "reach")
        ]
    )
    paid = accounts.relationship == RELATIONSHIPS.index("paid")
    fee = np.where(paid & (rng.random(count) >= plan.unquoted_share), accounts.fee, np.nan)
    frame = pl.DataFrame(
        {
            "creator_id": accounts.creator_id,
            "handle": accounts.handle,
            "name": accounts.name,
            "platform": _labels(accounts.platform, PLATFORMS),
            "followers": accounts.followers,
            "following": accounts.following,
            "post_count": accounts.post_count,
            "country": accounts.country,
            "category": _labels(accounts.category, CATEGORIES),
            "fee": _money(fee),
            "currency": ["USD"] * count,
            "relationship": _labels(accounts.relationship, RELATIONSHIPS),
        }
    ).join(averages, on="creator_id", how="left", maintain_order="left")
    rate = ((pl.col("avg_likes") + pl.col("avg_comments")) / pl.col("followers")).round(5)
    return _in_order(frame.with_columns(rate.alias("engagement_rate")), CREATORS)


def placements_table(
    accounts: Accounts, deliverables: Deliverables, activity: Activity, returns: Returns
) -> pl.DataFrame:
    """Return one row per placement; where no post appeared, its cells are missing and its outcomes zero."""
    account, count = deliverables.account, len(deliverables.account)
    platform = accounts.platform[account]
    post, absent = returns.post, returns.post < 0
    no_saves = absent | (platform == PLATFORMS.index("youtube"))
    parts = {
        name: _counts(activity.parts[post, position], no_saves if name == "saves" else absent)
        for position, name in enumerate(ENGAGEMENT_PARTS)
    }
    ids = pl.Series(_post_ids(len(activity.account))[post]).set(pl.Series(absent), None)
    frame = pl.DataFrame(
        {
            "campaign_id": pl.Series(deliverables.campaign + 1)
            .cast(pl.String)
            .str.zfill(2)
            .str.replace("^", "campaign-"),
            "creator_id": np.array(accounts.creator_id)[account],
            "handle": np.array(accounts.handle)[account],
            "post_id": ids,
            "platform": _labels(platform, PLATFORMS),
            "date": _when(deliverables.second, "%Y-%m-%d"),
            "cost": _money(returns.cost),
            "product_cost": returns.product_cost,
            "currency": ["USD"] * count,
            **parts,
            "views": _counts(activity.views[post], absent),
            "reach": _counts(activity.reach[post], absent),
            "impressions": _counts(activity.impressions[post], absent),
            "clicks": returns.clicks,
            "conversions": returns.conversions,
            "revenue": returns.revenue,
            "followers": _counts(activity.followers[post], absent),
            "relationship": _labels(accounts.relationship[account], RELATIONSHIPS),
        }
    )
    return _in_order(frame, PLACEMENTS)
