"""Reach: how many accounts saw a post, and how often.

Reach counts accounts, impressions count showings, views count plays; followers are neither. Potential reach, which
adds up followers, is not reach, and two creators' reach cannot be added either: the people they share count twice.
"""

from typing import Any

from analysis.measures.rows import divided, per_row

__all__ = ["frequency", "reach_rate"]


def reach_rate(reach: Any, followers: Any) -> Any:
    """Return reach / followers of each row, as a fraction; above 1 where a post travels beyond the audience.

    Missing where there are no followers.

    Examples
    --------
    >>> round(reach_rate(31_152, 152_840), 3)
    0.204
    """
    return per_row("reach_rate", divided, reach, followers)


def frequency(impressions: Any, reach: Any) -> Any:
    """Return impressions / reach of each row: how often an account that saw the post saw it; missing without reach.

    Examples
    --------
    >>> frequency(3_000, 2_000)
    1.5
    """
    return per_row("frequency", divided, impressions, reach)
