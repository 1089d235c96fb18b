"""Accounts: one row each, every measure's two sides, from any of the three tables."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ParameterError, ValueRangeError
from analysis.measures.registry import MEASURES
from analysis.measures.summary import ACCOUNT_COLUMNS, accounts, unattributed

SIDES = [f"{measure}_{part}" for measure in MEASURES for part in ("num", "den")]


@pytest.mark.parametrize(
    "table",
    [
        {"creators": pd.DataFrame({"handle": ["a", "b"], "followers": [1, 2]})},
        {"posts": pd.DataFrame({"handle": ["a", "b", "a"], "likes": [1, 2, 3]})},
        {"placements": pd.DataFrame({"handle": ["a", "b"], "cost": [1.0, 2.0]})},
    ],
)
def test_any_one_table_is_enough_and_every_column_is_always_there(table) -> None:
    found = accounts(**table)
    assert list(found.columns) == [*ACCOUNT_COLUMNS, *SIDES]
    assert found["account"].tolist() == ["a", "b"]


def test_one_row_an_account_with_who_it_is() -> None:
    creators = pd.DataFrame(
        {
            "creator_id": [7],
            "handle": ["@Ana"],
            "name": ["Ana"],
            "platform": ["Instagram"],
            "followers": [12_000],
            "country": ["PT"],
            "category": ["food"],
            "relationship": ["ambassador"],
            "fee": [300],
            "engagement_rate": [0.02],
        }
    )
    row = accounts(creators).iloc[0]
    assert row["account"] == "instagram:7"
    assert (row["handle"], row["name"], row["platform"], row["country"]) == ("@Ana", "Ana", "Instagram", "PT")
    assert (row["tier"], row["scheme"], row["fee"], row["engagement_rate_reported"]) == ("macro", "article", 300, 0.02)


def test_one_handle_on_two_platforms_is_two_accounts() -> None:
    creators = pd.DataFrame({"handle": ["ana", "ana"], "platform": ["tiktok", "instagram"], "followers": [1, 2]})
    posts = pd.DataFrame({"handle": ["ANA", "@ana"], "platform": ["tiktok", "tiktok"], "likes": [3, 5]})
    table = accounts(creators, posts)
    assert table["account"].tolist() == ["instagram:ana", "tiktok:ana"]
    assert table["engagements"].tolist()[1] == 8
    assert pd.isna(table["engagements"][0])


def test_deliverables_without_platform_still_find_their_creator() -> None:
    creators = pd.DataFrame({"creator_id": [1, 2], "platform": ["tiktok", "instagram"], "followers": [5_000, 50_000]})
    paid = pd.DataFrame({"creator_id": [1.0, 2.0, None], "cost": [10, 20, 30], "clicks": [1, 1, 1]})
    table = accounts(creators, None, paid)
    assert table["account"].tolist() == ["instagram:2", "tiktok:1"]
    assert table["cost"].tolist() == [20, 10]


def test_posts_of_unlisted_creators_are_accounts_without_tier() -> None:
    creators = pd.DataFrame({"handle": ["a"], "followers": [5_000]})
    posts = pd.DataFrame({"handle": ["a", "z"], "likes": [1, 1]})
    table = accounts(creators, posts).set_index("account")
    assert pd.isna(table.loc["z", "tier"])
    assert table.loc["z", "engagements"] == 1


def test_creators_without_any_identifier_are_an_account_each() -> None:
    table = accounts(pd.DataFrame({"followers": [5_000, 5_000, 20_000], "avg_likes": [1, 2, 3]}))
    assert table["account"].isna().all()
    assert sorted(table["tier"]) == ["macro", "micro", "micro"]


def test_averages_stand_for_one_post_and_posts_are_unknown() -> None:
    creators = pd.DataFrame(
        {"handle": ["a"], "followers": [1_000], "avg_likes": [50], "avg_comments": [10], "avg_views": [600]}
    )
    row = accounts(creators).iloc[0]
    assert (row["engagements"], row["engagements_per_post"], row["views_per_post"]) == (60, 60, 600)
    assert row["engagement_rate_by_views_num"] / row["engagement_rate_by_views_den"] == 0.1
    assert pd.isna(row["posts"])


def test_a_given_total_of_engagements_stands_before_its_parts() -> None:
    paid = pd.DataFrame({"handle": ["a", "b"], "likes": [5, 5], "engagements": [9, None], "cost": [1, 1]})
    assert accounts(placements=paid)["engagements"].tolist() == [9, 5]


def test_totals_of_deliverables_that_name_nobody_stand_apart() -> None:
    paid = pd.DataFrame({"handle": ["a", None, ""], "cost": [10, 20, 5], "revenue": [None, 7, None]})
    assert accounts(placements=paid)["cost"].tolist() == [10]
    apart = unattributed(placements=paid).iloc[0]
    assert (apart["rows"], apart["cost"], apart["revenue"]) == (2, 25, 7)
    assert pd.isna(apart["clicks"])
    assert unattributed(creators=pd.DataFrame({"handle": ["a"]}))["rows"].tolist() == [0]


def test_campaigns_alone_give_no_account() -> None:
    campaigns = pd.DataFrame({"campaign_id": ["x", "y"], "cost": [10, 20]})
    assert len(accounts(placements=campaigns)) == 0
    assert unattributed(placements=campaigns)["cost"].tolist() == [30]


def test_a_deliverable_that_points_at_a_post_belongs_to_its_author() -> None:
    posts = pd.DataFrame({"post_id": ["p", "q"], "handle": ["a", "b"], "likes": [100, 7]})
    paid = pd.DataFrame({"post_id": ["p", "r"], "cost": [50, 9]})
    table = accounts(None, posts, paid).set_index("account")
    assert table.loc["a", "cost_per_engagement_num"] / table.loc["a", "cost_per_engagement_den"] == 0.5
    assert unattributed(None, posts, paid)["cost"].tolist() == [9]


def test_the_quantile_scheme_is_made_from_the_accounts() -> None:
    posts = pl.LazyFrame({"handle": [f"h{i:02}" for i in range(10)], "likes": [1] * 10, "followers": range(10, 20)})
    table = accounts(posts=posts, scheme="quantile")
    assert isinstance(table, pl.LazyFrame)
    assert table.collect()["tier"].value_counts()["count"].to_list() == [2] * 5


def test_nothing_is_changed_and_nothing_given_is_refused() -> None:
    creators = pd.DataFrame({"handle": ["@A"], "followers": [5]})
    before = creators.copy()
    accounts(creators)
    pd.testing.assert_frame_equal(creators, before)
    with pytest.raises(ParameterError, match="at least one"):
        accounts()
    with pytest.raises(ValueRangeError, match="-5 in row 0"):
        accounts(pd.DataFrame({"handle": ["a"], "followers": [-5]}))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_of_no_rows_give_a_table_of_no_rows(library: str) -> None:
    empty = pl.DataFrame(
        {"handle": [], "likes": [], "followers": []}, schema={"handle": str, "likes": int, "followers": int}
    )
    table = accounts(posts=empty.to_pandas() if library == "pandas" else empty)
    assert len(table) == 0
    assert list(table.columns) == [*ACCOUNT_COLUMNS, *SIDES]


def test_all_missing_columns_of_any_type_are_just_missing() -> None:
    nothing = pl.DataFrame({"handle": ["a"], "likes": [None], "followers": [None], "reach": [None]})
    row = accounts(posts=nothing).row(0, named=True)
    assert row["engagements"] is None
    assert row["tier"] is None
    assert accounts(posts=nothing.to_pandas())["engagements"].isna().all()


def test_rows_in_any_order_give_the_same_bytes() -> None:
    """Authority: 0.1 + 0.2 + 0.3 is 0.6 in decimals, and another double in another order of adding."""
    deals = pl.DataFrame(
        {"creator_id": ["1"] * 3, "post_id": ["a", "b", "c"], "cost": [0.1, 0.2, 0.3], "likes": [1, 2, 3]}
    )
    summed = [accounts(placements=deals[order])["cost"].item() for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0])]
    assert summed == [0.6, 0.6, 0.6]
