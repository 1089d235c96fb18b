"""The given tables, made ready once."""

import pandas as pd

from analysis.measures.prepared import prepared

CREATORS = pd.DataFrame({"handle": ["ana"], "platform": ["instagram"], "followers": [5_000]})


def test_metrics_of_deals_are_those_of_their_columns_or_of_posts_they_point_at() -> None:
    costs = pd.DataFrame({"handle": ["ana"], "cost": [10]})
    posts = pd.DataFrame({"handle": ["ana"], "post_id": ["1"], "likes": [1]})
    assert prepared(None, posts, costs).metrics_of_deals() == frozenset()
    own = costs.assign(comments=[1], views=[5])
    assert prepared(None, posts, own).metrics_of_deals() == {"engagements", "views"}
    pointing = prepared(None, posts, costs.assign(post_id=["1"]))
    assert pointing.shares_posts
    assert pointing.metrics_of_deals() == {"engagements", "views", "reach", "impressions"}


def test_platform_is_in_the_key_when_creators_or_all_the_others_have_it() -> None:
    posts = pd.DataFrame({"handle": ["ana"], "platform": ["instagram"], "likes": [1]})
    costs = pd.DataFrame({"handle": ["ana"], "cost": [10]})
    assert prepared(CREATORS, None, costs).with_platform
    assert prepared(None, posts, None).with_platform
    assert not prepared(None, posts, costs).with_platform
    assert not prepared(CREATORS.drop(columns="platform"), posts, None).with_platform


def test_entries_of_a_list_on_its_own_stay_apart_unless_an_id_or_a_second_table_joins_them() -> None:
    named = pd.DataFrame({"name": ["Ana", "Ana"], "followers": [1, 2]})
    handled = pd.DataFrame({"handle": ["ana", "ana"], "followers": [1, 2]})
    costs = pd.DataFrame({"handle": ["ana"], "cost": [10]})
    assert not prepared(named, None, None).merges
    assert not prepared(handled, None, None).merges
    assert prepared(handled, None, costs).merges
    assert prepared(CREATORS.assign(creator_id="1"), None, None).merges
