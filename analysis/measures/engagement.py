"""Engagement: what people did with a post, and the four rates that are made of it.

The rates differ by what they divide by, and the denominator often decides who wins. By followers it asks how large
the audience is that did not react; by reach, how many of those who saw the post did. The same post can read 15.28 %
by reach and 3.11 % by followers. There is therefore no plain ``engagement_rate`` here: the denominator is in the name.
"""

from types import ModuleType
from typing import Any

from analysis.measures.rows import divided, finite, per_row

__all__ = [
    "engagement_rate_by_followers",
    "engagement_rate_by_impressions",
    "engagement_rate_by_reach",
    "engagement_rate_by_views",
    "engagements",
]


def engagements(likes: Any, comments: Any, shares: Any = None, saves: Any = None, *, likes_needed: bool = False) -> Any:
    """Return likes + comments + shares + saves of each post; counts in, count out.

    Parameters
    ----------
    likes, comments, shares, saves : Series, expression or number
        A part that the platform does not have may be left out.
    likes_needed : bool
        Whether a post without a like count has no total. ``summary.accounts`` sets it, because hidden likes would
        otherwise read as a post that nobody liked.

    Returns
    -------
    Series or expression
        A missing part is skipped when another is present; a row without any part is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> engagements(pd.Series([10, None, None]), pd.Series([2, 3, None])).tolist()
    [12.0, 3.0, nan]
    >>> engagements(pd.Series([10, None]), pd.Series([2, 3]), likes_needed=True).tolist()
    [12.0, nan]
    """
    parts = [part for part in (likes, comments, shares, saves) if part is not None]

    def total(ops: ModuleType, *columns: Any) -> Any:
        known = [finite(ops, column) for column in columns]
        some = ~known[0].is_null()
        for column in known[1:]:
            some = some | ~column.is_null()
        if likes_needed:
            some = ~known[0].is_null()
        return ops.when(some).then(ops.sum_horizontal(*known))

    return per_row("engagements", total, *parts)


def engagement_rate_by_followers(engagements: Any, followers: Any) -> Any:
    """Return engagements / followers of each row, as a fraction; missing where there are no followers.

    Followers are those at the time of the post where known.

    Examples
    --------
    >>> round(engagement_rate_by_followers(4_760, 152_840), 4)
    0.0311
    """
    return per_row("engagement_rate_by_followers", divided, engagements, followers)


def engagement_rate_by_reach(engagements: Any, reach: Any) -> Any:
    """Return engagements / reach of each row, as a fraction; missing where nobody was reached.

    Examples
    --------
    >>> round(engagement_rate_by_reach(4_760, 31_152), 4)
    0.1528
    """
    return per_row("engagement_rate_by_reach", divided, engagements, reach)


def engagement_rate_by_impressions(engagements: Any, impressions: Any) -> Any:
    """Return engagements / impressions of each row, as a fraction; missing where nothing was shown.

    Examples
    --------
    >>> engagement_rate_by_impressions(50, 1_000)
    0.05
    """
    return per_row("engagement_rate_by_impressions", divided, engagements, impressions)


def engagement_rate_by_views(engagements: Any, views: Any) -> Any:
    """Return engagements / views of each row, as a fraction; missing where there are no views.

    Examples
    --------
    >>> engagement_rate_by_views(130, 1_000)
    0.13
    """
    return per_row("engagement_rate_by_views", divided, engagements, views)
