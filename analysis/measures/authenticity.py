"""Signals that an account is unlike its peers: ratios that are worth a look, and proof of nothing.

Many comments beside few likes, an account that follows more than follow it, followers that jump between two posts:
each has innocent reasons (a contest, a follow-back habit, one viral post, a press day) and is at times bought. So the
measures here say what is seen. How unusual that is among accounts of the same kind is for inference to say, and nobody
is called fake.

Traps: a ratio over zero is missing and never infinite; a jump is told from dated follower counts only, never from the
order of rows; a count that falls and comes back (a correction by the platform) is a jump like any other and must be
looked at.
"""

from typing import Any

import narwhals as nw

from analysis.errors import ColumnError
from analysis.measures.rows import divided, per_row

__all__ = ["comment_to_like", "following_to_followers", "growth_jumps"]


def comment_to_like(comments: Any, likes: Any) -> Any:
    """Return comments / likes of each row: a fraction; missing where there are no likes.

    Examples
    --------
    >>> comment_to_like(30, 1_000)
    0.03
    """
    return per_row("comment_to_like", divided, comments, likes)


def following_to_followers(following: Any, followers: Any) -> Any:
    """Return following / followers of each row: above 1 the account follows more than follow it; missing without any.

    Examples
    --------
    >>> following_to_followers(4_500, 3_000)
    1.5
    """
    return per_row("following_to_followers", divided, following, followers)


def growth_jumps(posts: Any, *, by: str = "account", time: str = "published_at", followers: str = "followers") -> Any:
    """Return the largest growth from one dated follower count to the next: posts in, a row an account out.

    Parameters
    ----------
    posts
        A row a post, pandas, polars, duckdb or lazy; rows without account, date or followers above zero are left out.
    by, time, followers
        The columns of the account, the time of the post and the followers at that time.

    Returns
    -------
    frame
        ``by``, ``growth_jump`` (the factor, 1.5 is half as many again), ``counts`` (dated counts used). Accounts with
        fewer than two dated counts are not there. Two counts at one time are one: their mean.

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> import polars as pl
    >>> posts = pl.DataFrame({"account": ["a", "a", "a"], "published_at": [1, 3, 2], "followers": [100, 300, 150]})
    >>> growth_jumps(posts).rows()
    [('a', 2.0, 3)]
    """
    frame = nw.from_native(posts)
    lazy = isinstance(frame, nw.LazyFrame)
    names = frame.collect_schema().names()
    missing = [name for name in (by, time, followers) if name not in names]
    if missing:
        raise ColumnError(missing, names, "growth between posts")
    count = nw.col(followers).cast(nw.Float64)
    known = (
        frame.lazy()
        .select(nw.col(by), nw.col(time), nw.when(count.is_finite() & (count > 0)).then(count).alias("_count"))
        .filter(~nw.col(by).is_null() & ~nw.col(time).is_null() & ~nw.col("_count").is_null())
        .group_by(by, time)
        .agg(nw.col("_count").mean())
    )
    stepped = known.with_columns(nw.col("_count").shift(1).over(by, order_by=time).alias("_before"))
    found = (
        stepped.with_columns((nw.col("_count") / nw.col("_before")).alias("_factor"))
        .group_by(by)
        .agg(nw.col("_factor").max().alias("growth_jump"), nw.len().alias("counts"))
        .filter(nw.col("counts") > 1)
        .sort(by)
    )
    return found.to_native() if lazy else found.collect(backend=frame.implementation).to_native()
