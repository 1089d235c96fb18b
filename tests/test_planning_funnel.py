"""Rates from engagements to money."""

import numpy as np
import polars as pl
import pytest

from analysis.planning.assumptions import load
from analysis.planning.funnel import money_per_order, step, uncertainty

ASSUMED = load()
PEOPLE = pl.DataFrame({"account": [f"a{i}" for i in range(200)], "followers": np.geomspace(1e3, 1e7, 200)})


def deals(slope: float = 0.0, *, spread: float = 0.0, between: float = 0.0, rate: float = 0.2) -> pl.DataFrame:
    g = np.random.default_rng(3)
    who = np.repeat(np.arange(200), 4)
    size = PEOPLE["followers"].to_numpy()[who]
    own = g.gamma(1 / between, between, 200)[who] if between else 1.0
    noise = g.gamma(1 / spread, spread, len(who)) if spread else 1.0
    engaged = np.round(0.05 * size)
    clicks = g.poisson(engaged * rate * (size / 1e5) ** slope * own * noise)
    return pl.DataFrame(
        {
            "account": [f"a{i}" for i in who],
            "followers": size,
            "engagements": engaged,
            "clicks": clicks.astype(float),
            "conversions": np.full(len(who), np.nan),
            "revenue": np.full(len(who), np.nan),
        }
    ).with_columns(pl.col("conversions", "revenue").fill_nan(None))


def test_a_rate_is_found_with_its_size_exponent_and_spread() -> None:
    """Authority: the planted rate 0.2 at 100,000 followers, exponent -0.1 and relative variance 0.15."""
    found = step("clicks", PEOPLE, deals(-0.1, spread=0.15), "clicks", "engagements", ASSUMED["clicks_per_engagement"])
    size = PEOPLE["followers"].to_numpy()
    at = int(np.abs(np.log(size / 1e5)).argmin())
    assert found.rate[at] == pytest.approx(0.2, rel=0.06)
    assert np.log(found.rate[-1] / found.rate[0]) / np.log(size[-1] / size[0]) == pytest.approx(-0.1, abs=0.03)
    assert found.spread == pytest.approx(0.15, abs=0.04)
    assert set(found.evidence) == {"measured"}
    assert 0 < found.shared_sd < 0.05


def test_creators_differ_when_they_do() -> None:
    """Authority: planted relative variance 0.3 between creators and 0.1 between their deliverables."""
    found = step("clicks", PEOPLE, deals(spread=0.1, between=0.3), "clicks", "engagements", ASSUMED["post_rate"])
    assert found.rate.std() / found.rate.mean() == pytest.approx(np.sqrt(0.3), rel=0.25)
    assert found.spread == pytest.approx(0.1, abs=0.05)


def test_nothing_seen_leaves_the_assumption_and_its_doubt() -> None:
    """Authority: the assumption's own value and range."""
    found = step("clicks", PEOPLE, deals().clear(), "clicks", "engagements", ASSUMED["clicks_per_engagement"])
    assert found.rate == pytest.approx(0.05)
    assert found.shared_sd == pytest.approx(uncertainty(ASSUMED["clicks_per_engagement"]))
    assert set(found.evidence) == {"assumed"}


def test_zero_events_are_an_observation() -> None:
    """Authority: the gamma posterior by hand: prior events 1 / sd^2 = k, rate = k / (k / 0.05 + exposure)."""
    rows = deals(rate=0.0).head(3).with_columns(pl.lit(1_000.0).alias("engagements"))
    found = step("clicks", PEOPLE, rows, "clicks", "engagements", ASSUMED["clicks_per_engagement"])
    assert found.rate.max() < 0.05
    assert found.evidence[0] == "assumed"


def test_the_range_of_an_assumption_is_a_95_percent_range() -> None:
    """Authority: exp(3.92 sd) = high / low."""
    assert np.exp(3.919927969 * uncertainty(ASSUMED["reach_rate"])) == pytest.approx(0.4 / 0.05)
    assert uncertainty(load(margin=(0.5, 0.5, 0.5))["margin"]) == 0
    assert uncertainty(ASSUMED["handling_cost"]) == pytest.approx(np.log(140 / 4) / 3.919927969)


def test_money_per_order_by_hand() -> None:
    """Authority: 600 of revenue over 40 orders is 15; single orders scatter as planted (cv 0.5)."""
    g = np.random.default_rng(5)
    orders = g.integers(1, 40, 400)
    revenue = g.gamma(4 * orders, 15 / 4)
    rows = pl.DataFrame({"conversions": orders.astype(float), "revenue": revenue})
    found = money_per_order(rows, ASSUMED["order_value"])
    assert found.mean == pytest.approx(revenue.sum() / orders.sum())
    assert found.variation == pytest.approx(0.5, abs=0.05)
    assert found.error == pytest.approx(0.5 / np.sqrt(orders.sum()), rel=0.2)
    assert found.evidence == "measured"
    assert money_per_order(rows.head(1), ASSUMED["order_value"]).mean == ASSUMED.order_value
