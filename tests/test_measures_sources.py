"""What each table says of an account: sums with counts, over rows where both sides are known."""

import pandas as pd
import pytest

from analysis.measures.prepared import prepared
from analysis.measures.sources import creator_rows, deliverable_sums


@pytest.mark.parametrize(
    ("relationship", "cost", "product", "expected"),
    [
        ("paid", 100.0, 20.0, 120.0),
        (None, 100.0, None, 100.0),
        ("ambassador", None, 20.0, 20.0),
        ("gifted", None, 20.0, 20.0),
        ("ambassador", 50.0, 20.0, 70.0),
        ("paid", None, 20.0, None),
        (None, None, 20.0, None),
        ("ambassador", None, None, None),
    ],
)
def test_cost_is_money_plus_product_and_product_alone_for_who_works_for_it(
    relationship, cost, product, expected
) -> None:
    """Authority: rule 4 of the design; a paid deliverable whose fee is unknown has no known cost."""
    paid = pd.DataFrame(
        {
            "handle": ["ana", "ben"],
            "relationship": [relationship, "paid"],
            "cost": [cost, 1.0],
            "product_cost": [product, 1.0],
        }
    )
    rows = prepared(None, None, paid).deliverables().collect().rows(named=True)
    found = next(row["cost"] for row in rows if row["_id"] == "ana")
    assert (None if pd.isna(found) else found) == expected


def test_a_table_of_product_alone_costs_the_product() -> None:
    sent = pd.DataFrame({"handle": ["ana"], "product_cost": [30.0]})
    assert prepared(None, None, sent).deliverables().collect()["cost"].to_list() == [30.0]


def test_the_relationship_of_creators_serves_where_the_deliverable_has_none() -> None:
    creators = pd.DataFrame({"handle": ["ana"], "relationship": ["ambassador"]})
    sent = pd.DataFrame({"handle": ["ana", "ben"], "cost": [None, 1.0], "product_cost": [30.0, None]})
    costs = prepared(creators, None, sent).deliverables().collect()
    assert sorted(costs["cost"].to_list()) == [1.0, 30.0]


def test_several_rows_of_one_post_are_one_deliverable_and_take_the_post_once() -> None:
    """Authority: hand count; a fee row and two order rows point at one post of 500 likes."""
    posts = pd.DataFrame({"post_id": ["p"], "handle": ["ana"], "likes": [500]})
    paid = pd.DataFrame({"post_id": ["p"] * 3, "cost": [100.0, None, None], "revenue": [None, 30.0, 20.0]})
    tables = prepared(None, posts, paid)
    row = deliverable_sums(tables.deliverables()).collect().rows(named=True)[0]
    assert row["account"] == "ana"
    assert (row["deal_cost"], row["deal_revenue"], row["deal_engagements"]) == (100, 50, 500)
    assert (row["deal_roi_num"], row["deal_roi_den"], row["deal_roi_n"]) == (-50, 100, 1)


def test_rows_of_one_account_merge_to_the_largest_and_nameless_rows_stay() -> None:
    creators = pd.DataFrame({"handle": ["@Ana", "ana", None, None], "followers": [10, 30, 5, 5]})
    tables = prepared(creators, None, None)
    merged = creator_rows(tables.creators, merge=True).collect()
    assert sorted(merged["followers"].to_list()) == [5, 5, 30]
