"""Cost measures and published rate cards."""

import inspect

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ParameterError
from analysis.measures import cost
from analysis.measures.cost import (
    cost_per_acquisition,
    cost_per_click,
    cost_per_engagement,
    cost_per_mille,
    cost_per_thousand_followers,
    cost_per_thousand_reached,
    cost_per_view,
    fair_price_ratio,
    rate_card,
    rate_card_names,
    rate_card_price,
)


def test_cost_per_engagement_of_a_row_without_engagements_is_missing_not_zero() -> None:
    """Authority: rules 1 and 2 of the design; pooled 250 / 1,010 = 0.2475, the mean of ratios is 5.05."""
    paid = pd.DataFrame({"cost": [100, 100, 50], "engagements": [10, 1_000, 0]})
    each = cost_per_engagement(paid["cost"], paid["engagements"])
    assert each.isna().tolist() == [False, False, True]
    assert each.mean() == pytest.approx(5.05)
    assert paid["cost"].sum() / paid["engagements"].sum() == pytest.approx(0.2475, abs=5e-5)


def test_a_thousand_is_a_thousand_of_what_the_name_says() -> None:
    """Authority: hand division."""
    assert cost_per_mille(500, 40_000) == 12.5
    assert cost_per_thousand_reached(500, 20_000) == 25
    assert cost_per_thousand_followers(250, 10_000) == 25
    assert cost_per_view(500, 10_000) == 0.05
    assert cost_per_click(500, 250) == 2
    assert cost_per_acquisition(500, 0) is None


def test_cpm_takes_impressions_and_has_no_way_to_take_followers() -> None:
    """Authority: rule 7 of the design."""
    assert list(inspect.signature(cost_per_mille).parameters) == ["cost", "impressions"]


def test_the_rule_of_25_dollars_per_thousand_followers() -> None:
    """Authority: the rate the 2020 article states; 40,000 followers are $1,000."""
    assert rate_card_price(pd.Series([40_000, 1_000, None])).tolist()[:2] == [1_000, 25]
    assert fair_price_ratio(pd.Series([500]), pd.Series([40_000])).tolist() == [0.5]


def test_a_card_of_points_meets_them_and_runs_straight_between() -> None:
    """Authority: the 2021 Instagram table, $100 to $500 from 10k to 50k; midway by hand, ends by price per follower."""
    sizes = pl.Series([1_000, 10_000, 30_000, 50_000, 500, 2_000_000])
    assert rate_card_price(sizes, "imh-instagram-2021").to_list() == pytest.approx([10, 100, 300, 500, 5, 20_000])


@pytest.mark.parametrize("card", rate_card_names())
def test_every_card_names_platform_currency_and_source_and_prices_rise(card: str) -> None:
    rule = rate_card(card)
    assert {"platform", "currency", "source"} <= set(rule)
    prices = rate_card_price(pl.Series([500, 5_000, 50_000, 500_000, 5_000_000]), card).to_list()
    assert prices == sorted(prices)
    assert prices[0] > 0


def test_an_unknown_card_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match="did you mean 'article-25'"):
        rate_card_price(1_000, "article-52")


def test_everything_public_is_listed() -> None:
    assert all(hasattr(cost, name) for name in cost.__all__)
