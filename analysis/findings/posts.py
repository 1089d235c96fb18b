"""Posts that know whose they are: what a question about creators asks of single posts.

An account is named in many ways (an id here, a handle there), so posts are brought to the accounts of the study by the
same keys by which these were summed, and never by a column that happens to have the same name.
"""

import polars as pl

from analysis.measures import keys
from analysis.measures.prepared import prepared
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["posts_of_accounts"]


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
