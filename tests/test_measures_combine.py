"""One account, several witnesses: which table is believed for what."""

import narwhals as nw
import pandas as pd

from analysis.measures.combine import meet
from analysis.measures.summary import accounts

RATE = "engagement_rate_by_followers"


def _row(table: pd.DataFrame, account: str) -> pd.Series:
    return table.set_index("account").loc[account]


def test_accounts_of_both_tables_meet_once_and_nameless_ones_never() -> None:
    left = nw.from_native(pd.DataFrame({"account": ["a", None, "b"], "x": [1, 2, 3]})).lazy()
    right = nw.from_native(pd.DataFrame({"account": ["b", "c"], "y": [4, 5]})).lazy()
    met = meet(left, right).collect().to_native()
    assert len(met) == 4
    assert met.set_index("account").loc["b", ["x", "y"]].tolist() == [3, 4]


def test_observed_posts_come_before_paid_posts_before_averages() -> None:
    creators = pd.DataFrame({"handle": ["a", "b", "c"], "followers": [100] * 3, "avg_likes": [1] * 3})
    paid = pd.DataFrame({"handle": ["a", "b"], "likes": [20, 30], "cost": [5, 5]})
    posts = pd.DataFrame({"handle": ["a", "a"], "likes": [7, 9]})
    table = accounts(creators, posts, paid)
    assert table.set_index("account")["basis"].to_dict() == {"a": "posts", "b": "placements", "c": "averages"}
    assert table["engagements_per_post"].tolist() == [8, 30, 1]
    assert table[f"{RATE}_num"].tolist() == [16, 30, 1]
    assert table[f"{RATE}_den"].tolist() == [200, 100, 100]
    assert table["posts"].tolist()[:2] == [2, 1]
    assert pd.isna(table["posts"][2])


def test_followers_are_those_at_post_time_where_known_else_the_accounts() -> None:
    """Authority: rule 5 of the design, by hand: 100 + 200 of their own time, 1,000 for the post that knows none."""
    creators = pd.DataFrame({"handle": ["a"], "followers": [1_000]})
    posts = pd.DataFrame({"handle": ["a"] * 3, "likes": [10, 20, 30], "followers": [100, 200, None]})
    row = _row(accounts(creators, posts), "a")
    assert (row[f"{RATE}_num"], row[f"{RATE}_den"]) == (60, 1_300)
    assert (row["followers"], row["tier"]) == (1_000, "micro")


def test_where_the_account_has_no_followers_only_posts_that_know_theirs_count() -> None:
    creators = pd.DataFrame({"handle": ["a", "b"], "category": ["x", "y"]})
    posts = pd.DataFrame({"handle": ["b"], "likes": [5]})
    row = _row(accounts(creators, posts), "b")
    assert pd.isna(row[f"{RATE}_num"])
    assert pd.isna(row[f"{RATE}_den"])


def test_a_ratio_sums_its_sides_over_rows_where_both_are_known() -> None:
    """Authority: hand sums; the 70 without engagements and the 999 without cost are in neither."""
    paid = pd.DataFrame({"handle": ["a"] * 3, "cost": [100, 70, None], "likes": [10, None, 999]})
    row = _row(accounts(placements=paid), "a")
    assert (row["cost_per_engagement_num"], row["cost_per_engagement_den"]) == (100, 10)
    assert row["cost"] == 170


def test_cpm_divides_by_thousands_of_impressions_never_followers() -> None:
    """Authority: rule 7 of the design; $500 over 40,000 impressions is $12.50."""
    paid = pd.DataFrame({"handle": ["a"], "cost": [500], "impressions": [40_000], "reach": [20_000], "followers": [10]})
    row = _row(accounts(placements=paid), "a")
    assert row["cost_per_mille_num"] / row["cost_per_mille_den"] == 12.5
    assert row["cost_per_thousand_reached_num"] / row["cost_per_thousand_reached_den"] == 25
    followers_only = _row(accounts(placements=paid.drop(columns=["impressions", "reach"])), "a")
    assert pd.isna(followers_only["cost_per_mille_den"])


def test_roi_is_gain_over_cost_and_includes_product() -> None:
    """Authority: rule 8 of the design; 300 revenue on 80 paid and 20 of product is 200 % ROI, ROAS 3."""
    paid = pd.DataFrame({"handle": ["a"], "cost": [80], "product_cost": [20], "revenue": [300]})
    row = _row(accounts(placements=paid), "a")
    assert (row["roi_num"], row["roi_den"], row["roas_num"], row["roas_den"]) == (200, 100, 300, 100)


def test_the_price_of_an_audience_is_money_paid_else_the_quoted_fee() -> None:
    """Authority: hand; $250 paid on 10,000 is $25 a thousand, product left out; a quote where nothing was paid."""
    creators = pd.DataFrame({"handle": ["a", "b"], "followers": [10_000, 2_000], "fee": [999, 20]})
    paid = pd.DataFrame({"handle": ["a"], "cost": [250], "product_cost": [50]})
    table = accounts(creators, None, paid)
    price = table["cost_per_thousand_followers_num"] / table["cost_per_thousand_followers_den"]
    assert price.tolist() == [25, 10]
    assert table["cost"].tolist()[0] == 300


def test_a_fee_is_counted_once_however_many_posts_it_joins_to() -> None:
    """Authority: hand; one payout of 100 beside three posts and two order rows."""
    posts = pd.DataFrame({"creator_id": [1, 1, 1], "likes": [10, 20, 30]})
    payout = pd.DataFrame({"creator_id": [1, 1, 1], "cost": [100, None, None], "revenue": [None, 60, 90]})
    row = _row(accounts(None, posts, payout), "1")
    assert (row["cost"], row["engagements"], row["revenue"]) == (100, 60, 150)
    assert (row["cost_per_engagement_num"], row["cost_per_engagement_den"]) == (100, 60)
    assert (row["roi_num"], row["roi_den"]) == (50, 100)


def test_in_a_ledger_who_was_paid_and_sold_nothing_counts_with_zero_revenue() -> None:
    """Authority: the folder totals of real ledgers: cost stays, revenue is zero, never the other way round."""
    ledger = pd.DataFrame({"creator_id": [1, 2, 1, 3], "cost": [100, 40, None, None], "revenue": [None, None, 300, 70]})
    table = accounts(placements=ledger).set_index("account")
    assert table["roi_num"].tolist()[:2] == [200, -40]
    assert table["roi_den"].tolist()[:2] == [100, 40]
    assert pd.isna(table.loc["3", "roi_den"])


def test_in_a_table_of_whole_rows_a_missing_revenue_stays_missing() -> None:
    paid = pd.DataFrame({"creator_id": [1, 2], "cost": [100, 40], "revenue": [300, None]})
    table = accounts(placements=paid).set_index("account")
    assert pd.isna(table.loc["2", "roi_num"])
    assert pd.isna(table.loc["2", "roi_den"])


def test_paid_without_any_post_counts_with_zero_engagements_where_posts_are_the_witness() -> None:
    posts = pd.DataFrame({"creator_id": [1], "likes": [10]})
    paid = pd.DataFrame({"creator_id": [1, 2], "cost": [100, 40]})
    table = accounts(None, posts, paid).set_index("account")
    assert table["cost_per_engagement_den"].tolist() == [10, 0]
    assert table["cost_per_engagement_num"].tolist() == [100, 40]
