"""What booking a creator costs in all."""

import math

import numpy as np
import polars as pl
import pytest

from analysis.errors import CurrencyError
from analysis.planning.assumptions import load
from analysis.planning.fees import extras, fees

NO_DEALS = pl.DataFrame(
    schema={"account": pl.String, "relationship": pl.String, "paid": pl.Float64, "product_cost": pl.Float64}
)


def people(**columns: list[object]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    blank: dict[str, list[object]] = {"followers": [10_000.0] * count, "fee": [None] * count}
    made = {"account": [f"a{i}" for i in range(count)], "relationship": ["paid"] * count, **blank, **columns}
    return pl.DataFrame(made, schema_overrides={"fee": pl.Float64, "followers": pl.Float64, "relationship": pl.String})


def test_all_fees_missing_take_the_rate_card_and_say_so() -> None:
    """Authority: $25 per 1,000 followers; 10,000 followers are $250."""
    found = fees(
        people(followers=[10_000.0, 40_000.0]), NO_DEALS, card="article-25", currency="USD", assumptions=load()
    )
    assert found.fee.tolist() == [250, 1_000]
    assert found.evidence.tolist() == ["assumed", "assumed"]
    assert found.log_sd.tolist() == [load().fee_spread] * 2
    assert found.reason[0] == "fee from the rate card article-25"


def test_a_card_in_another_currency_prices_nobody() -> None:
    """Authority: dollars say nothing of rupees."""
    found = fees(people(fee=[None]), NO_DEALS, card="article-25", currency="INR", assumptions=load())
    assert math.isnan(found.fee[0])
    assert "is in USD, not INR" in found.reason[0]


def test_negative_zero_and_unpriceable() -> None:
    """Authority: a negative fee is a mistake, a zero a choice, a missing size unpriceable."""
    table = people(fee=[-5.0, 0.0, None], followers=[1e4, 1e4, None])
    found = fees(table, NO_DEALS, card="article-25", currency=None, assumptions=load())
    assert found.reason[0] == "the fee is negative"
    assert found.fee[1] == 0
    assert "booked for product alone" in found.reason[1]
    assert math.isnan(found.fee[2])
    assert "without followers" in found.reason[2]


def test_ambassadors_work_for_product_unless_they_quote() -> None:
    """Authority: ambassador is a relationship, not a price of zero."""
    table = people(relationship=["ambassador", "gifted", "ambassador"], fee=[None, None, 90.0])
    found = fees(table, NO_DEALS, card="article-25", currency="USD", assumptions=load())
    assert found.fee.tolist() == [0, 0, 90]
    assert found.reason[0] == "works for product"


def test_what_was_paid_before_stands_in_for_a_quote() -> None:
    """Authority: the geometric mean of 100 and 400 is 200; the last prices were negotiated too."""
    deals = pl.DataFrame(
        {"account": ["a0", "a0"], "relationship": ["paid"] * 2, "paid": [100.0, 400.0], "product_cost": [0.0, 0.0]}
    )
    found = fees(people(fee=[None]), deals, card="article-25", currency="USD", assumptions=load())
    assert found.fee[0] == pytest.approx(200)
    assert found.log_sd[0] == pytest.approx(0.1 * math.sqrt(1.5))


def test_enough_quotes_price_the_rest_whatever_the_currency() -> None:
    """Authority: quotes of exactly 2,000 per 1,000 followers; the unquoted one is on that line."""
    size = np.geomspace(1e3, 1e6, 60)
    quotes: list[object] = [float(2 * f) for f in size]
    quotes[30] = None
    found = fees(
        people(followers=list(size), fee=quotes), NO_DEALS, card="article-25", currency="INR", assumptions=load()
    )
    assert found.fee[30] == pytest.approx(2 * size[30], rel=0.01)
    assert found.evidence[30] == "modelled"
    assert found.reason[30] == "fee estimated from 59 others"


def test_extras_are_measured_or_the_sum_of_the_assumptions() -> None:
    """Authority: 50 + 10 + 40 by assumption; the mean of the stated product costs where ten are known."""
    found = extras(
        people(fee=[1.0, 1.0], relationship=["paid", "gifted"]), NO_DEALS, currency="USD", assumptions=load()
    )
    assert found.cost.tolist() == [100, 100]
    stated = pl.DataFrame(
        {
            "account": [f"a{i}" for i in range(12)],
            "relationship": ["gifted"] * 12,
            "paid": [0.0] * 12,
            "product_cost": [20.0, 40.0] * 6,
        }
    )
    table = people(fee=[1.0, 1.0], relationship=["paid", "gifted"])
    found = extras(table, stated, currency="USD", assumptions=load())
    assert found.cost.tolist() == [100, 30]
    assert found.evidence.tolist() == ["assumed", "measured"]
    asked = extras(table, stated, currency="USD", assumptions=load(handling_cost=5))
    assert asked.cost.tolist() == [65, 35]
    assert found.shared["product_cost_gifted"] == pytest.approx(np.std([20, 40] * 6, ddof=1) / math.sqrt(12) / 30)


def test_assumed_dollars_are_not_added_to_euros() -> None:
    """Authority: amounts in two currencies are never added; stated amounts are in the client's own."""
    with pytest.raises(CurrencyError, match="state them in EUR"):
        extras(people(fee=[1.0]), NO_DEALS, currency="EUR", assumptions=load())
    stated = load(product_cost=1, shipping_cost=2, handling_cost=3)
    assert extras(people(fee=[1.0]), NO_DEALS, currency="EUR", assumptions=stated).cost.tolist() == [6]
    one = load({"currency": "EUR", "product_cost": 1})
    with pytest.raises(CurrencyError, match="assumed shipping_cost, handling_cost in USD"):
        extras(people(fee=[1.0]), NO_DEALS, currency="EUR", assumptions=one)
    theirs = load({"currency": "GBP", "product_cost": 1, "shipping_cost": 2, "handling_cost": 3})
    with pytest.raises(CurrencyError, match="the stated product_cost, shipping_cost, handling_cost in GBP"):
        extras(people(fee=[1.0]), NO_DEALS, currency="EUR", assumptions=theirs)
