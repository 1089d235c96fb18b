"""What was decided, in sentences."""

import pandas as pd
import polars as pl

from analysis.measures.rules import accounts_rules


def _said(*tables, **named) -> str:
    rules = accounts_rules(*tables, **named)
    assert all(rule.endswith(".") for rule in rules)
    return " ".join(rules)


def test_cost_set_against_all_posts_is_said() -> None:
    posts = pd.DataFrame({"handle": ["a"], "likes": [1], "comments": [1]})
    paid = pd.DataFrame({"handle": ["a"], "cost": [1]})
    said = _said(None, posts, paid)
    assert "set against all of its posts" in said
    assert "Engagements of posts are likes + comments. A row whose likes are missing has no total." in said


def test_the_link_by_post_is_said() -> None:
    posts = pd.DataFrame({"handle": ["a"], "post_id": ["p"], "likes": [1]})
    paid = pd.DataFrame({"post_id": ["p"], "cost": [1], "product_cost": [2]})
    said = _said(None, posts, paid)
    assert "takes from its post, by post_id" in said
    assert "Cost is money paid plus product" in said


def test_counts_of_merged_and_unattributed_rows_and_ledgers_are_said_for_eager_tables() -> None:
    creators = pd.DataFrame({"handle": ["a", "A"], "followers": [1, 2], "avg_likes": [3, 4]})
    paid = pd.DataFrame({"handle": ["a", "a", None], "cost": [1, None, 5], "revenue": [None, 7, None]})
    said = _said(creators, None, paid)
    assert "1 row of creators repeats an account" in said
    assert "1 of 3 deliverables names no account" in said
    assert "Costs and revenue lie on rows of their own" in said
    assert "counts as one average post" in said


def test_unlisted_accounts_and_loose_posts_are_counted() -> None:
    creators = pd.DataFrame({"handle": ["a"], "followers": [1]})
    posts = pd.DataFrame({"handle": ["a", "b", "c", None], "likes": [1, 1, 1, 1]})
    paid = pd.DataFrame({"handle": ["c", "a"], "cost": [1, 1]})
    said = _said(creators, posts, paid)
    assert "2 accounts are not among creators" in said
    assert "1 post names no account and is in no group." in said


def test_lazy_tables_are_not_looked_into() -> None:
    said = _said(placements=pl.LazyFrame({"handle": [None, "a"], "cost": [1, 2], "followers": [3, 4]}))
    assert "names no account" not in said
    assert "at the time of the post" in said
