"""What a question about creators asks of single posts: small tables, made of them once.

An account is named in many ways (an id here, a handle there), so posts are brought to the accounts of the study by the
same keys by which these were summed, and never by a column that happens to have the same name.
"""

from typing import TYPE_CHECKING

import polars as pl

from analysis.findings.summed import TALLIES
from analysis.measures import keys, summary
from analysis.measures.prepared import prepared
from analysis.schema import ENGAGEMENT_PARTS

if TYPE_CHECKING:
    from analysis.findings.study import Study

__all__ = ["columns_known", "columns_of", "days", "kinds", "posts_of_accounts", "rules"]


def columns_known(study: "Study") -> pl.DataFrame:
    """Return each column of the posts and in how many rows it is known; first, under an empty name, all rows."""
    known = columns_of(study.posts)
    return pl.DataFrame({"column": list(known), "known": list(known.values())})


def columns_of(frame: pl.DataFrame | None) -> dict[str, int]:
    """Return column → rows in which it is known; under an empty name, all rows. Empty without a frame.

    Examples
    --------
    >>> columns_of(pl.DataFrame({"likes": [1, None]}))
    {'': 2, 'likes': 1}
    """
    if frame is None:
        return {}
    return {"": frame.height, **{name: int(frame[name].count()) for name in frame.columns}}


def days(study: "Study") -> pl.DataFrame:
    """Return the first and the last moment of the posts, in one row."""
    posts = study.posts
    assert posts is not None
    return posts.select(pl.col("published_at").min().alias("first"), pl.col("published_at").max().alias("last"))


def rules(study: "Study") -> pl.DataFrame:
    """Return what was decided when the tables were brought to one row an account, a sentence a row."""
    said = summary.accounts_rules(study.creators, study.pointed, study.placements, tallies=study.kept.get(TALLIES))
    return pl.DataFrame({"rule": said}, schema={"rule": pl.String})


def kinds(study: "Study") -> int:
    """Return how many kinds of post there are: sponsored, not sponsored, not known; 0 where nothing tells them."""
    if "sponsored" not in study.post_columns:
        return 0
    return study.once("kinds", _kinds).height


def _kinds(study: "Study") -> pl.DataFrame:
    assert study.posts is not None
    return study.posts.select(pl.col("sponsored").cast(pl.Boolean).alias("kind").unique().sort())


def posts_of_accounts(
    creators: pl.DataFrame | None, posts: pl.DataFrame, placements: pl.DataFrame | None
) -> pl.DataFrame | None:
    """Return the posts with ``account``, ``_engaged`` and ``_log`` (of one more); None where nothing names an account.

    Engagements are the sum of the parts that a post has; a post whose likes are missing has none that are known.

    Examples
    --------
    >>> posts = pl.DataFrame({"handle": ["a", "b"], "likes": [9, None], "comments": [1, 1]})
    >>> posts_of_accounts(None, posts, None)["_engaged"].to_list()
    [10.0, None]
    """
    identity = [name for name in ("creator_id", "handle", "name", "platform") if name in posts.columns]
    if not keys.names_accounts(identity):
        return None
    owners = posts.select(identity).unique(maintain_order=True).with_row_index("post_id")
    owners = owners.with_columns(pl.col("post_id").cast(pl.String))
    ready = prepared(creators, owners, placements)
    found: pl.DataFrame = ready.locate(ready.tables["posts"]).select("post_id", "account").collect().to_native()
    owners = owners.join(found, on="post_id").drop("post_id")
    parts = [name for name in ENGAGEMENT_PARTS if name in posts.columns]
    total = pl.sum_horizontal([pl.col(name).cast(pl.Float64) for name in parts]) if parts else pl.lit(None, pl.Float64)
    some = pl.col("likes").is_not_null() if "likes" in parts else pl.any_horizontal(pl.col(parts).is_not_null())
    engaged = pl.when(some & (total >= 0)).then(total) if parts else total
    rows = posts.join(owners, on=identity, nulls_equal=True, how="inner").filter(pl.col("account").is_not_null())
    return rows.with_columns(engaged.alias("_engaged"), engaged.log1p().alias("_log"))
