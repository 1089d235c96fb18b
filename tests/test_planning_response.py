"""What booking a creator brings, and the campaigns drawn from it."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError, CurrencyError, ParameterError
from analysis.planning.assumptions import load
from analysis.planning.draws import OUTCOMES, draws
from analysis.planning.response import candidates, repeats, spend_response


def accounts(**columns: list[object]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    made: dict[str, object] = {"account": [f"a{i:02d}" for i in range(count)], "followers": [10_000.0] * count}
    return pd.DataFrame({**made, **columns})


def measured(count: int = 40, posts: int = 12, *, seed: int = 4) -> tuple[pd.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return a small market with history: engagement 0.05 F, one click in five, one order in ten, 30 an order."""
    g = np.random.default_rng(seed)
    size = np.round(10 ** g.uniform(3.5, 5.5, count))
    who = np.repeat(np.arange(count), posts)
    engaged = np.round(0.05 * size[who] * np.exp(g.normal(0, 0.5, len(who))))
    ids = [f"p{i}" for i in range(len(who))]
    table = accounts(
        account=[f"x:{i}" for i in range(count)],
        creator_id=[str(i) for i in range(count)],
        platform=["x"] * count,
        followers=list(size),
        fee=list(np.round(size / 40)),
    )
    shown = pl.DataFrame(
        {
            "post_id": ids,
            "creator_id": [str(i) for i in who],
            "platform": "x",
            "likes": engaged,
            "reach": engaged * 8,
            "followers": size[who],
            "sponsored": [i % 3 == 0 for i in range(len(who))],
        }
    )
    booked = shown.filter(pl.int_range(pl.len()) % posts == 0)
    clicks = g.poisson(booked["likes"].to_numpy() * 0.2)
    orders = g.binomial(clicks, 0.1)
    deals = booked.select("post_id", "creator_id", "platform").with_columns(
        cost=pl.Series(np.round(size / 40)),
        product_cost=pl.lit(20.0),
        clicks=pl.Series(clicks),
        conversions=pl.Series(orders),
        revenue=pl.Series(g.gamma(4.0 * np.maximum(orders, 1e-9), 30 / 4.0)),
    )
    return table, shown, deals


def test_nothing_measured_is_published_rates_times_the_sponsored_penalty() -> None:
    """Authority: 10,000 followers x 2 % x (1 - 0.16); clicks, orders and money by the assumed chain."""
    table, left_out = candidates(accounts(fee=[250.0]))
    row = table.iloc[0]
    assert row["engagements"] == pytest.approx(10_000 * 0.02 * 0.84, rel=1e-6)
    assert row["reach"] == pytest.approx(2_000, rel=1e-6)
    assert row["clicks"] == pytest.approx(row["engagements"] * 0.05)
    assert row["revenue"] == pytest.approx(row["engagements"] * 0.05 * 0.0148 * 82.38)
    assert row["profit"] == pytest.approx(0.5 * row["revenue"] - 350)
    assert {row[f"{o}_evidence"] for o in OUTCOMES} == {"assumed"}
    assert left_out.empty


def test_a_record_is_measured_and_moves_the_expectation() -> None:
    """Authority: half the rate is planted for one creator; the others bring 5 % of followers."""
    table, posts, deals = measured()
    posts = posts.with_columns(
        pl.when(pl.col("creator_id") == "3").then(pl.col("likes") / 2).otherwise("likes").alias("likes")
    )
    found, _ = candidates(table, posts, deals)
    found = found.set_index("account")
    usual = 0.05 * found["followers"] * math.exp(0.5**2 / 2)
    ratio = found["engagements"] / usual
    assert ratio.drop("x:3").median() == pytest.approx(1, abs=0.1)
    assert ratio["x:3"] == ratio.min()
    assert found["engagements_evidence"].unique().tolist() == ["measured"]
    assert (found["revenue"] / found["engagements"]).median() == pytest.approx(0.2 * 0.1 * 30, rel=0.15)
    assert found.loc["x:3", "reason"].startswith("12 posts seen")
    assert found["cost"].iloc[0] == found["fee"].iloc[0] + 20


def test_rows_are_sorted_and_the_input_is_left_alone() -> None:
    """Authority: house rules; shuffled rows give the same table."""
    table, posts, deals = measured(12, 6)
    before = table.copy()
    one, _ = candidates(table, posts, deals)
    other, _ = candidates(table.sample(frac=1, random_state=1), posts.sample(fraction=1, shuffle=True, seed=2), deals)
    pd.testing.assert_frame_equal(table, before)
    assert one["account"].is_monotonic_increasing
    pd.testing.assert_series_equal(one["engagements"], other["engagements"])


def test_who_cannot_be_booked_is_named() -> None:
    """Authority: no size and no posts; a negative fee; no price in this currency."""
    table = accounts(followers=[None, 1e4, 1e4, 1e4], fee=[10.0, -1.0, None, 40.0], currency=["EUR"] * 4)
    stated = load(product_cost=0, shipping_cost=0, handling_cost=0, order_value=60)
    found, left_out = candidates(table, assumptions=stated)
    assert found["account"].tolist() == ["a03"]
    assert left_out["account"].tolist() == ["a00", "a01", "a02"]
    assert left_out["reason"].tolist()[:2] == ["neither followers nor posts are known", "the fee is negative"]
    assert "USD, not EUR" in left_out["reason"].iloc[2]


def test_nobody_at_all_is_an_empty_table() -> None:
    """Authority: an empty list is no error."""
    found, left_out = candidates(accounts(followers=[None], fee=[None]))
    assert len(found) == 0
    assert "engagements_low" in found.columns
    assert len(left_out) == 1


def test_one_candidate_is_enough() -> None:
    """Authority: the table of one is the row of one among many, common draws included."""
    one, _ = candidates(accounts(fee=[250.0]))
    two, _ = candidates(accounts(fee=[250.0, 99.0]))
    pd.testing.assert_frame_equal(one, two.head(1))


def test_every_assumed_amount_in_another_currency_is_named_at_once() -> None:
    """Authority: amounts in two currencies are never multiplied either: an assumed order is worth dollars."""
    table = accounts(fee=[10.0], currency=["EUR"])
    everything = "product_cost, shipping_cost, handling_cost, order_value in USD; state them in EUR"
    with pytest.raises(CurrencyError, match=everything):
        candidates(table)
    with pytest.raises(CurrencyError, match="assumed order_value in USD; state it in EUR"):
        candidates(table, assumptions=load(product_cost=1, shipping_cost=1, handling_cost=1))


def test_orders_without_clicks_are_counted_on_engagements() -> None:
    """Authority: the planted chain, one click in five and one order in ten: one order in fifty engagements."""
    table, posts, deals = measured(count=120)
    blind = deals.drop("clicks")
    found, _ = candidates(table, posts, blind)
    assert found.attrs["model"].orders_from == "engagements"
    per = found["conversions"].sum() / found["engagements"].sum()
    assert per == pytest.approx(0.02, rel=0.15)
    assert set(found["conversions_evidence"]) <= {"measured", "modelled"}
    assert set(found["clicks_evidence"]) == {"assumed"}
    assert candidates(table, posts, deals)[0].attrs["model"].orders_from == "clicks"
    drawn = draws(found, load(), size=4_000)
    assert drawn.conversions.mean() == pytest.approx(found["conversions"].mean(), rel=0.1)


def test_mixed_currencies_are_refused() -> None:
    """Authority: amounts in two currencies are never added."""
    with pytest.raises(CurrencyError, match="EUR, USD"):
        candidates(accounts(fee=[1.0, 2.0], currency=["USD", "EUR"]))
    with pytest.raises(ColumnError, match="account"):
        candidates(pd.DataFrame({"followers": [1.0]}))


def test_an_ambassador_posts_as_often_as_assumed_or_as_seen() -> None:
    """Authority: 0.4 assumed; (18 + 1/2) / 31 where 18 of 30 gifts were answered."""
    table = accounts(fee=[None], relationship=["ambassador"], creator_id=["1"])
    found, _ = candidates(table)
    assert found["post_rate"].iloc[0] == 0.4
    assert found["fee"].iloc[0] == 0
    assert "40% chance that it posts (assumed)" in found["reason"].iloc[0]
    deals = pl.DataFrame(
        {
            "creator_id": ["1"] * 30,
            "product_cost": [50.0] * 30,
            "likes": [100.0] * 18 + [None] * 12,
            "relationship": ["ambassador"] * 30,
        }
    )
    found, _ = candidates(table, placements=deals)
    assert found["post_rate"].iloc[0] == pytest.approx(18.5 / 31)
    assert found["cost"].iloc[0] == 50


def test_draws_have_the_expected_means_and_the_luck_of_the_name() -> None:
    """Authority: the mean column; an account has the same draws whoever is drawn beside it."""
    table, posts, deals = measured()
    stated = load(margin=(0.5, 0.5, 0.5))
    found, _ = candidates(table, posts, deals, assumptions=stated)
    many = draws(found, stated, size=4_000, seed=7)
    for outcome in (*OUTCOMES, "cost"):
        assert getattr(many, outcome).mean() == pytest.approx(found[outcome].mean(), rel=0.03), outcome
        assert many.likely[outcome].mean() == pytest.approx(found[outcome].mean(), rel=0.03), outcome
    few = draws(found.iloc[[5, 2]], stated, size=4_000, seed=7)
    assert (few.engagements[:, 0] == many.engagements[:, 5]).all()
    assert (few.revenue[:, 1] == many.revenue[:, 2]).all()
    assert many.profit[0, 0] == pytest.approx(0.5 * many.revenue[0, 0] - many.cost[0, 0])
    assert many.total("reach", ["x:0", "x:1"]).shape == (4_000,)
    low, high = np.quantile(many.engagements[:, 0], [0.025, 0.975])
    assert found["engagements_low"].iloc[0] == pytest.approx(low, rel=0.25)
    assert found["engagements_high"].iloc[0] == pytest.approx(high, rel=0.25)


def test_what_is_assumed_for_all_moves_all_together() -> None:
    """Authority: a shared factor leaves creators correlated; their own luck does not."""
    found, _ = candidates(accounts(fee=[10.0, 20.0, 30.0]))
    drawn = draws(found, load(), size=4_000, seed=1)
    assert np.corrcoef(np.log(drawn.likely["clicks"]).T)[0, 1] > 0.5
    assert set(drawn.factors) >= {"clicks_rate", "engagements_rate", "margin", "order_value"}
    assert np.mean(drawn.factors["clicks_rate"]) == pytest.approx(1, abs=0.05)


def test_draws_say_what_is_wrong() -> None:
    """Authority: the messages."""
    found, _ = candidates(accounts(fee=[10.0]))
    with pytest.raises(ParameterError, match="1 or more"):
        draws(found, load(), size=0)
    with pytest.raises(ColumnError):
        draws(found[["account"]], load())
    bare = found.copy()
    bare.attrs = {}
    with pytest.raises(ParameterError, match=r"response\.candidates"):
        draws(bare, load())
    drawn = draws(found, load(), size=10)
    with pytest.raises(ParameterError, match="unknown outcome"):
        drawn.total("likes", [0])
    with pytest.raises(ParameterError, match="not among the 1"):
        drawn.total("reach", ["b"])


def test_spend_and_repeats_diminish() -> None:
    """Authority: 2^0.46 = 1.3755; 1 + 0.7 + 0.49 = 2.19."""
    assert spend_response(2, 0.46) == pytest.approx(1.37554, abs=1e-5)
    assert spend_response([1, 4], 0.5).tolist() == [1, 2]
    assert repeats(3, 0.7) == 2.19
    assert repeats(0, 0.3) == 0
    with pytest.raises(ParameterError):
        spend_response(2, 1.5)
    with pytest.raises(ParameterError):
        repeats(-1, 0.3)


def test_averages_alone_are_enough() -> None:
    """Authority: a list with average engagements: its own figure, drawn to the line, less the assumed penalty."""
    size = np.geomspace(1e3, 1e6, 30)
    table = accounts(followers=list(size), fee=list(size / 40), engagements_per_post=list(0.04 * size))
    found, _ = candidates(table)
    expected = found["engagements"] / (0.04 * found["followers"] * 0.84)
    assert expected.median() == pytest.approx(1, abs=0.05)
    assert set(found["engagements_evidence"]) == {"measured"}
    assert found["reason"].str.startswith("its reported average").all()


def test_posts_without_followers_are_a_record_too() -> None:
    """Authority: the geometric mean of 90 and 160 is 120, less the assumed penalty, times the assumed smear."""
    table = accounts(account=["x:1"], creator_id=["1"], followers=[None], fee=[50.0])
    posts = pl.DataFrame({"creator_id": ["1", "1"], "likes": [90.0, 160.0]})
    found, left_out = candidates(table, posts)
    assert left_out.empty
    row = found.iloc[0]
    assert math.exp(row["engagements_centre"]) == pytest.approx(120 * 0.84)
    assert row["engagements_own_sd"] == pytest.approx(0.8 / math.sqrt(2))
    assert (row["engagements_evidence"], row["reason"]) == ("measured", "2 posts seen, its size unknown; fee quoted")
    _, left_out = candidates(table.drop(columns=["fee"]), posts)
    assert left_out["reason"].tolist() == ["no fee is quoted, and without followers none can be estimated"]


def test_a_table_without_any_engagement_is_read() -> None:
    """Authority: views alone say nothing of engagements; the published rate stands in, and is labelled."""
    table = accounts(account=["x:1"], creator_id=["1"], fee=[50.0])
    found, _ = candidates(table, pl.DataFrame({"creator_id": ["1", "1"], "views": [90, 160]}))
    assert found["engagements_evidence"].tolist() == ["assumed"]
