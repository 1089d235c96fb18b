"""What was seen of each account."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError
from analysis.planning.history import observed

ACCOUNTS = pd.DataFrame(
    {"account": ["x:1", "x:2"], "creator_id": ["1", "2"], "platform": ["x", "x"], "followers": [1000.0, None]}
)


def test_a_deliverable_that_points_at_a_post_is_that_post() -> None:
    """Authority: two posts in the list, one of them booked: two posts, one of the brand's, one deliverable."""
    posts = pd.DataFrame(
        {
            "post_id": ["a", "b"],
            "creator_id": ["1", "1"],
            "platform": ["x", "x"],
            "likes": [10, 20],
            "reach": [100, None],
            "sponsored": [False, True],
        }
    )
    deals = pd.DataFrame({"post_id": ["b"], "creator_id": ["1"], "platform": ["x"], "cost": [5.0], "clicks": [3]})
    found = observed(ACCOUNTS, posts, deals)
    assert found.flagged
    assert found.posts["brand"].to_list() == [False, True]
    assert found.posts["engagements"].to_list() == [10, 20]
    assert found.posts["followers"].to_list() == [1000, 1000]
    assert found.deals.select("engagements", "clicks", "posted").row(0) == (20, 3, True)


def test_a_booked_post_is_sponsored_even_when_nobody_flagged_it() -> None:
    """Authority: a paid deliverable is a paid post."""
    posts = pd.DataFrame({"post_id": ["a"], "creator_id": ["1"], "platform": ["x"], "likes": [10]})
    deals = pd.DataFrame({"post_id": ["a"], "creator_id": ["1"], "platform": ["x"], "cost": [5.0]})
    found = observed(ACCOUNTS, posts, deals)
    assert not found.flagged
    assert found.posts["sponsored"].to_list() == [True]


def test_deliverables_stand_in_for_posts_where_there_are_none() -> None:
    """Authority: account 1 has posts, account 2 only a deliverable with its own counts."""
    posts = pd.DataFrame({"post_id": ["a"], "creator_id": ["1"], "platform": ["x"], "likes": [10]})
    deals = pd.DataFrame(
        {"creator_id": ["1", "2"], "platform": ["x", "x"], "cost": [5.0, 6.0], "likes": [11, 12], "followers": [9, 8]}
    )
    found = observed(ACCOUNTS, posts, deals).posts.sort("account")
    assert found["engagements"].to_list() == [10, 12]
    assert found["brand"].to_list() == [False, True]
    assert found["followers"].to_list() == [1000, 8]


def test_a_gift_without_a_post_was_not_posted_and_has_no_engagement() -> None:
    """Authority: nothing came of it, and yet it was given."""
    deals = pd.DataFrame(
        {
            "creator_id": ["1", "2"],
            "platform": ["x", "x"],
            "product_cost": [50.0, 50.0],
            "likes": [4, None],
            "relationship": ["gifted", "gifted"],
        }
    )
    found = observed(ACCOUNTS, placements=deals)
    assert found.deals["posted"].to_list() == [True, False]
    assert found.posts.height == 1


def test_where_nothing_says_whether_it_appeared_nobody_is_said_to_be_late() -> None:
    """Authority: costs alone do not say that a post is missing."""
    deals = pd.DataFrame({"creator_id": ["1"], "platform": ["x"], "cost": [5.0]})
    assert observed(ACCOUNTS, placements=deals).deals["posted"].to_list() == [None]


def test_strangers_are_left_out_and_tables_may_be_polars() -> None:
    """Authority: only accounts of the list can be booked."""
    posts = pl.DataFrame({"creator_id": ["1", "9"], "platform": ["x", "x"], "likes": [10, 20]})
    assert observed(ACCOUNTS, posts).posts["account"].to_list() == ["x:1"]
    assert observed(pl.from_pandas(ACCOUNTS), posts).posts.height == 1
    assert observed(ACCOUNTS.drop(columns=["creator_id"]), posts).posts.height == 0
    with pytest.raises(ColumnError, match="account"):
        observed(ACCOUNTS.drop(columns=["account"]), posts)
    assert observed(ACCOUNTS).deals.height == 0
