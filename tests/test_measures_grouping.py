"""Groups: pooled sums, creators' own ratios beside them, nothing dropped for being empty or small."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError, ParameterError, SchemeError
from analysis.measures.grouping import GROUP_COLUMNS, groups
from analysis.measures.summary import accounts

CPE = "cost_per_engagement"


def _paid(**columns: list) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return accounts(placements=pd.DataFrame({"handle": [f"h{i}" for i in range(size)], **columns}))


def _tier(table: pd.DataFrame, tier: str) -> pd.Series:
    return table.set_index("tier").loc[tier]


def test_costs_100_100_50_over_10_1000_0_engagements_pool_to_0_2475() -> None:
    """Authority: rules 1 and 2 of the design: 250 / 1,010; the zero row counts in the sums and is counted."""
    table = groups(_paid(cost=[100, 100, 50], likes=[10, 1_000, 0], followers=[5_000] * 3), CPE)
    micro = _tier(table, "micro")
    assert micro["pooled"] == pytest.approx(250 / 1_010)
    assert round(micro["pooled"], 4) == 0.2475
    assert (micro["numerator"], micro["denominator"]) == (250, 1_010)
    assert (micro["creators"], micro["measured"], micro["zero_denominator"], micro["missing"]) == (3, 2, 1, 0)
    assert micro["median"] == pytest.approx((10 + 0.1) / 2)


def test_empty_tiers_stay_visible_in_the_order_of_the_scheme() -> None:
    """Authority: rule 3 of the design."""
    table = groups(_paid(cost=[1], likes=[1], followers=[5_000]), CPE)
    assert table["tier"].tolist() == ["under 1k", "micro", "macro", "mega"]
    assert table["creators"].tolist() == [0, 1, 0, 0]
    assert table["pooled"].isna().tolist() == [True, False, True, True]
    assert list(table.columns) == ["tier", *GROUP_COLUMNS]


def test_missing_followers_are_a_row_of_their_own_at_the_end() -> None:
    """Authority: rule 3 of the design."""
    table = groups(_paid(cost=[1, 3], likes=[1, 1], followers=[5_000, None]), CPE)
    assert table["tier"].tolist()[-1] == "followers unknown"
    assert _tier(table, "followers unknown")["pooled"] == 3


def test_groups_below_the_minimum_are_shown_and_flagged() -> None:
    """Authority: rule 9 of the design."""
    paid = _paid(cost=[1] * 22, likes=[1] * 20 + [0, None], followers=[5_000] * 22)
    assert not _tier(groups(paid, CPE), "micro")["flagged"]
    assert _tier(groups(paid, CPE, minimum=21), "micro")["flagged"]
    assert _tier(groups(paid, CPE), "macro")["flagged"]
    assert _tier(groups(paid, CPE), "micro")["missing"] == 1


def test_quartiles_are_linear_over_creators_own_ratios() -> None:
    """Authority: numpy's default quantile of 1, 2, 3, 4."""
    micro = _tier(groups(_paid(cost=[1, 2, 3, 4], likes=[1] * 4, followers=[5_000] * 4), CPE), "micro")
    assert (micro["q25"], micro["median"], micro["q75"]) == (1.75, 2.5, 3.25)


def test_ambassadors_cross_every_tier() -> None:
    """Authority: rule 4 of the design: a relationship, not a size."""
    paid = _paid(
        cost=[10, 10, None],
        product_cost=[None, None, 5],
        likes=[10, 10, 10],
        followers=[5_000, 50_000, 50_000],
        relationship=["ambassador", "paid", "ambassador"],
    )
    table = groups(paid, CPE, by=["relationship", "tier"]).set_index(["relationship", "tier"])
    assert table.loc[("ambassador", "micro"), "pooled"] == 1
    assert table.loc[("ambassador", "macro"), "pooled"] == 0.5
    assert table.loc[("paid", "micro"), "creators"] == 0
    assert len(table) == 8


def test_other_columns_group_without_tiers_and_their_gaps_are_unknown() -> None:
    creators = pd.DataFrame(
        {"handle": ["a", "b"], "followers": [10, 20], "category": ["food", None], "avg_likes": [1, 2]}
    )
    table = groups(accounts(creators), "engagement_rate_by_followers", by=["category"])
    assert table["category"].tolist() == ["food", "unknown"]
    assert table["posts"].isna().all()


def test_the_scheme_travels_with_the_accounts_or_must_be_given() -> None:
    posts = pd.DataFrame({"handle": ["a"], "likes": [1], "followers": [5_000]})
    assert groups(accounts(posts=posts, scheme="lefty"), "reach_rate")["tier"].tolist()[1] == "nano"
    own = {"small": 100, "large": 1_000}
    with pytest.raises(SchemeError, match="made with 'custom'; pass scheme="):
        groups(accounts(posts=posts, scheme=own), "reach_rate")
    assert groups(accounts(posts=posts, scheme=own), "reach_rate", scheme=own)["tier"].tolist()[-1] == "large"
    with pytest.raises(SchemeError, match="tiers nano are not of this scheme"):
        groups(accounts(posts=posts, scheme="lefty"), "reach_rate", scheme="article")


def test_tiers_may_have_become_a_categorical_on_the_way() -> None:
    table = _paid(cost=[1, 3], likes=[1, 1], followers=[5_000, None])
    categorical = table.astype({"tier": "category"})
    pd.testing.assert_frame_equal(groups(categorical, CPE), groups(table, CPE))


def test_lazy_in_lazy_out() -> None:
    posts = pl.LazyFrame({"handle": ["a"], "likes": [1], "followers": [5_000]})
    table = groups(accounts(posts=posts), "engagement_rate_by_followers")
    assert isinstance(table, pl.LazyFrame)
    assert table.collect()["creators"].to_list() == [0, 1, 0, 0]


def test_unknown_measures_and_columns_are_refused() -> None:
    table = _paid(cost=[1], likes=[1])
    with pytest.raises(ParameterError, match="did you mean 'roas'"):
        groups(table, "roass")
    with pytest.raises(ColumnError, match="did you mean 'country'"):
        groups(table, "roi", by=["contry"])


def test_accounts_are_not_changed_and_may_be_filtered_to_nothing() -> None:
    table = _paid(cost=[1], likes=[1], followers=[5_000])
    before = table.copy()
    empty = groups(table[table["cost"] > 5], CPE, scheme="article")
    pd.testing.assert_frame_equal(table, before)
    assert empty["creators"].tolist() == [0, 0, 0, 0]
    assert empty["flagged"].all()
