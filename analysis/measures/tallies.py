"""A billion posts become one row per creator where they lie, once, and the rows add up.

A tally is all that is ever needed of posts to measure accounts: how many there are, and for every metric and every
rate the sums over the posts where both sides are known, with their counts. Pooled ratios, their cluster-robust
variance (the cluster is the creator, so the creators' sums are what it is made of), medians over creators, and the
slope of engagement on followers all follow from it exactly; nothing is approximated. Tallies of January and of
February added up are the tally of both, so that a new day costs reading one day.

Two things a tally cannot give: figures over single posts (the median post, the share of the most viral one), and what
one post got. Where deliverables point at posts by ``post_id``, those few posts go along (:func:`pointed_at`).
"""

from collections.abc import Iterable
from typing import Any

import narwhals as nw

from analysis.errors import ParameterError
from analysis.measures.frames import Lazy, canonical, clean_texts, missing, same_library
from analysis.measures.post_sums import post_tallies, whole_tallies
from analysis.measures.sides import NAMING, POST_SUMS
from analysis.schema import TABLES

__all__ = ["merged", "pointed_at", "tally"]


def tally(posts: Any) -> Any:
    """Return posts summed by how they name their account.

    Parameters
    ----------
    posts : frame
        Canonical posts: a pandas or polars frame, a LazyFrame, a duckdb relation, a Spark frame. Not changed.

    Returns
    -------
    frame
        The library of the input; lazy when the input is. The columns that name an account (``creator_id``,
        ``handle``, ``name``, ``platform``, ``relationship``, as far as the posts have them), ``posts``, sums and
        counts, and ``followers``, the most at any post.

    Raises
    ------
    ColumnError, ValueRangeError
        As :func:`analysis.measures.accounts`.

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"handle": ["ana", "ana", "ben"], "likes": [10, 20, 5], "followers": [100, 110, 50]})
    >>> tally(posts)[["handle", "posts", "engagements", "followers"]].sort_values("handle")
      handle  posts  engagements  followers
    0    ana    2.0         30.0      110.0
    1    ben    1.0          5.0       50.0
    """
    finish = same_library([posts])
    return finish(_tally(posts))


def _tally(posts: Any) -> Lazy:
    tallies, _ = post_tallies(canonical(posts, TABLES["posts"], texts=False))
    return clean_texts(whole_tallies(tallies), NAMING)


def merged(tallies: Iterable[Any]) -> Any:
    """Return the tally of all posts from tallies of parts of them.

    Parameters
    ----------
    tallies : iterable of frame
        What :func:`tally` returned, of one library; each post in one of them.

    Returns
    -------
    frame
        As :func:`tally` of all posts together.

    Raises
    ------
    ParameterError
        If there is none, or they belong to different libraries.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.DataFrame({"handle": ["ana"], "likes": [10]})
    >>> merged([tally(day), tally(day)])[["handle", "posts", "engagements"]]
      handle  posts  engagements
    0    ana    2.0         20.0
    """
    given = list(tallies)
    if not given:
        raise ParameterError("give at least one tally.")
    finish = same_library(given)
    parts: list[Lazy] = [nw.from_native(part).lazy() for part in given]
    naming = [name for name in NAMING if any(name in part.collect_schema().names() for part in parts)]
    numbers = [*POST_SUMS, "followers"]
    whole = nw.concat([_named(part, naming).select(*naming, *numbers) for part in parts], how="vertical")
    sums = [nw.col(name).sum().alias(name) for name in POST_SUMS]
    return finish(whole.group_by(naming).agg(*sums, nw.col("followers").max().alias("followers")))


def _named(part: Lazy, naming: list[str]) -> Lazy:
    names = part.collect_schema().names()
    absent = [missing(nw.String).alias(name) for name in naming if name not in names]
    return part.with_columns(*absent) if absent else part


def pointed_at(posts: Any, placements: Any) -> Any:
    """Return the posts that deliverables point at by ``post_id``; None where the tables share no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"post_id": ["1", "2"], "likes": [10, 20]})
    >>> pointed_at(posts, pd.DataFrame({"post_id": ["2"], "cost": [50.0]}))
      post_id  likes
    0       2     20
    """
    finish = same_library([posts, placements])
    every, paid = nw.from_native(posts).lazy(), nw.from_native(placements).lazy()
    if not all("post_id" in frame.collect_schema().names() for frame in (every, paid)):
        return None
    asked = paid.filter(~nw.col("post_id").is_null()).select("post_id").unique()
    return finish(every.join(asked, on="post_id", how="semi"))
