"""Tallies add up. Authority: hand arithmetic on a few posts."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError, ParameterError
from analysis.measures.tallies import merged, pointed_at, tally

POSTS = pl.DataFrame(
    {
        "creator_id": ["1", "1", " 1 ", "2", None],
        "likes": [10, None, 5, 7, 100],
        "comments": [1, 2, None, 0, 1],
        "views": [100, 50, None, 70, 10],
        "followers": [1000, 1000, 1100, None, 5],
    }
)


def by_id(table: pl.DataFrame) -> dict[str | None, dict[str, float]]:
    assert table["creator_id"].n_unique() == table.height
    return {row["creator_id"]: row for row in table.rows(named=True)}


def test_sums_are_over_the_posts_where_both_sides_are_known():
    rows = by_id(merged([tally(POSTS)]))
    # creator 1: engagements 11, missing (likes hidden), 5; views of the posts with engagements: 100
    assert rows["1"]["posts"] == 3
    assert (rows["1"]["engagements"], rows["1"]["engagements_n"]) == (16, 2)
    assert (rows["1"]["engagement_rate_by_views_num"], rows["1"]["engagement_rate_by_views_den"]) == (11, 100)
    assert rows["1"]["engagement_rate_by_followers_own_den"] == 2100
    assert rows["1"]["followers"] == 1100
    # creator 2: no followers at post time, so the engagements wait for the account's
    assert rows["2"]["engagement_rate_by_followers_own_n"] == 0
    assert (rows["2"]["engagement_rate_by_followers_rest_num"], rows["2"]["engagement_rate_by_followers_rest_n"]) == (
        7,
        1,
    )
    assert rows["2"]["reach_n"] == 0
    # a post that names nobody is counted, under nobody
    assert rows[None]["posts"] == 1


def test_parts_add_up_to_the_whole_whatever_they_know():
    first, second = POSTS[:2].drop("views"), POSTS[2:].with_columns(handle=pl.lit("x")).drop("handle")
    rows = by_id(merged([tally(first), tally(second)]))
    assert (rows["1"]["engagements"], rows["1"]["posts"]) == (16, 3)
    assert rows["1"]["engagement_rate_by_views_n"] == 0  # the views of the first part are unknown, the second's too
    assert rows["2"]["engagement_rate_by_views_den"] == 70


def test_a_part_that_names_by_handle_meets_one_that_names_by_both():
    one = pd.DataFrame({"handle": ["ana"], "likes": [1]})
    other = pd.DataFrame({"handle": ["ana"], "platform": ["tiktok"], "likes": [2]})
    both = merged([tally(one), tally(other)])
    assert sorted(both["engagements"]) == [1, 2]  # a platform that one does not state keeps them apart


def test_what_cannot_be_tallied_is_refused():
    with pytest.raises(ParameterError, match="at least one"):
        merged([])
    with pytest.raises(ParameterError, match="convert them to one library"):
        merged([tally(POSTS), tally(POSTS.to_pandas())])
    with pytest.raises(ColumnError):
        tally(pl.DataFrame({"colour": ["red"]}))


def test_posts_pointed_at():
    paid = pl.DataFrame({"post_id": ["b", None], "cost": [1.0, 2.0]})
    posts = pl.DataFrame({"post_id": ["a", "b", "b"], "likes": [1, 2, 3]})
    assert pointed_at(posts, paid)["likes"].to_list() == [2, 3]
    assert pointed_at(posts.drop("post_id"), paid) is None
