"""The money findings: what was paid is measured, what was quoted or modelled says so, and a few deals decide nothing."""

import math
import re
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from analysis import formats
from analysis.errors import ParameterError
from analysis.findings import Study, cost, study_of
from analysis.intake import Tables

REJECTED = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})


def study(placements: pl.DataFrame | None = None, creators: pl.DataFrame | None = None, **options: Any) -> Study:
    rows = sum(frame.height for frame in (placements, creators) if frame is not None)
    audit = {"rows_read": rows, "rows_kept": rows, "files": [{"file": "deals.csv", "rows_read": rows}]}
    return study_of(Tables(creators, None, placements, REJECTED, audit), **options)


def deals(*, price: float = 1.0, back: float = 1.0, n: int = 60, currency: str = "USD") -> pl.DataFrame:
    """Return micro and mega deals; an engagement with micro costs ``price`` times, and returns ``back`` times, mega's."""
    rng = np.random.default_rng(2)
    micro = np.arange(2 * n) < n
    followers = np.where(micro, rng.uniform(2_000, 9_000, 2 * n), rng.uniform(2e6, 9e6, 2 * n)).round()
    likes = (followers * 0.02 * np.exp(rng.normal(0, 0.3, 2 * n))).round().clip(1)
    paid = likes * 0.5 * np.where(micro, price, 1) * np.exp(rng.normal(0, 0.2, 2 * n))
    revenue = paid * 1.2 * np.where(micro, back, 1) * np.exp(rng.normal(0, 0.3, 2 * n))
    return pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(2 * n)],
            "platform": "tiktok",
            "followers": followers.astype(int),
            "likes": likes.astype(int),
            "cost": paid,
            "revenue": revenue,
            "currency": currency,
        }
    )


def test_a_clear_return_is_the_answer() -> None:
    found = cost.answer(study(deals(price=0.4, back=2)))
    assert found.verdict == "supported"
    assert found.title.startswith("Micro pays: $1 returned $")
    assert found.role == "headline"
    assert "micro" in found.action
    against = cost.answer(study(deals(price=2, back=0.4)))
    assert against.verdict == "contradicted"
    assert against.title.startswith("Mega pays: ")


def test_cheaper_without_a_clear_return_is_not_paying() -> None:
    found = cost.answer(study(deals(price=0.4, back=1)))
    assert found.verdict == "inconclusive"
    assert "returns show no clear difference" in found.title
    assert "If engagement is the goal" in found.action


def test_no_difference_prefers_nobody() -> None:
    found = cost.answer(study(deals()))
    assert found.verdict == "inconclusive"
    assert found.title.startswith("No clear difference")
    assert "no reason to prefer" in found.action
    price = cost.cost_per_engagement(study(deals()))
    assert price.verdict == "inconclusive"
    assert " in 0 of " in cost.cost_in_schemes(study(deals())).title


@pytest.mark.parametrize(("price", "n"), [(0.4, 60), (1.0, 60), (1.0, 15)])
def test_an_open_return_says_how_large_the_next_test_has_to_be(price: float, n: int) -> None:
    found = cost.answer(study(deals(price=price, n=n), minimum=10))
    row = found.table.set_index("name").loc["roas"]
    told = re.search(
        r"About ([\d,]+) creators in each group would be needed to see a ratio of ([\d.]+)\.", found.action
    )
    assert told is not None, found.action
    # Chow, Shao and Wang (2008), 3.2: the error of log(a/b) shrinks with the root of n; both groups are equal here
    error = math.log(row["high"] / row["low"]) / (2 * norm.ppf(0.975))
    each = n * (error * (norm.ppf(0.975) + norm.ppf(0.8)) / math.log(float(told[2]))) ** 2
    assert float(told[1].replace(",", "")) == pytest.approx(each, rel=0.1, abs=1)
    assert each > n  # what these creators could see already is not asked of more of them


def test_cost_is_pooled_and_measured() -> None:
    data = deals(price=0.4)
    found = cost.cost_per_engagement(study(data))
    micro = data.filter(pl.col("followers") < 10_000)
    row = found.table.set_index("tier").loc["micro"]
    assert row["pooled"] == pytest.approx(micro["cost"].sum() / micro["likes"].sum())
    assert (found.verdict, found.evidence, found.currency) == ("supported", "measured", "USD")
    assert found.big is not None
    by_tier = found.table.set_index("tier")["pooled"]
    dear, cheap = max(by_tier["micro"], by_tier["mega"]), min(by_tier["micro"], by_tier["mega"])
    assert found.big["value"] == formats.ratio(dear / cheap)  # page one tells a ratio from the side above 1
    assert found.big["label"] == "the cost of an engagement, mega against micro"
    assert found.big["note"].startswith("95% interval ")


def test_a_quote_is_not_money_paid() -> None:
    quoted = (
        deals(price=0.4)
        .drop("revenue", "cost", "likes")
        .with_columns(fee=deals(price=0.4)["cost"], avg_likes=deals(price=0.4)["likes"].cast(pl.Float64))
    )
    found = cost.cost_per_engagement(study(creators=quoted))
    assert found.evidence == "modelled"
    assert "is quoted at" in found.title
    assert "no revenue is known" in cost.answer(study(creators=quoted)).sentence


def test_a_rate_card_restates_the_rate_and_concludes_nothing() -> None:
    listed = deals().select("handle", "platform", "followers", avg_likes=pl.col("likes").cast(pl.Float64))
    found = cost.cost_per_engagement(study(creators=listed))
    assert (found.verdict, found.evidence) == (None, "modelled")
    assert "$25 rule" in found.title
    assert cost.answer(study(creators=listed)).verdict == "not testable"
    assert cost.cost_in_schemes(study(creators=listed)).verdict == "not testable"


def test_return_on_investment_is_revenue_less_cost_over_cost() -> None:
    data = deals(back=2)
    found = cost.returns(study(data))
    mega = data.filter(pl.col("followers") > 10_000)
    row = found.table.set_index("tier").loc["mega"]
    assert row["roi"] == pytest.approx((mega["revenue"].sum() - mega["cost"].sum()) / mega["cost"].sum())
    assert found.verdict == "supported"


@pytest.mark.parametrize(("rate", "verdict"), [(25.0, "supported"), (60.0, "contradicted"), (8.0, "contradicted")])
def test_the_rule_of_25_dollars(rate: float, verdict: str) -> None:
    rng = np.random.default_rng(4)
    followers = (10 ** rng.uniform(3.2, 6.8, 200)).astype(int)
    fee = followers / 1000 * rate * np.exp(rng.normal(0, 0.2, 200))
    frame = pl.DataFrame(
        {"handle": [f"h{i}" for i in range(200)], "platform": "tiktok", "followers": followers, "fee": fee}
    )
    found = cost.price_rule(study(creators=frame, currency="USD"))
    assert found.verdict == verdict
    assert found.table.iloc[0]["median"] == pytest.approx(float(np.median(fee / followers * 1000)))
    euro = cost.price_rule(study(creators=frame, currency="EUR"))
    assert euro.verdict == "not testable"
    assert "nothing is converted" in euro.sentence
    unstated = cost.price_rule(study(creators=frame))
    assert "read as US dollars" in unstated.caution


def test_a_modelled_return_follows_from_its_assumptions() -> None:
    """By hand: 0.02 orders an engagement at 30 bring 0.60; at a cost of c an engagement ROI is 0.60 / c - 1."""
    data = deals(price=0.4)
    found = cost.modelled_return(study(data), order_value=30.0, conversions_per_engagement=0.02)
    micro = data.filter(pl.col("followers") < 10_000)
    each = micro["cost"].sum() / micro["likes"].sum()
    assert found.table.set_index("tier").loc["micro", "roi"] == pytest.approx(0.6 / each - 1)
    assert found.evidence == "modelled"
    assert "measured return stands" in found.sentence


def test_break_even_is_cost_per_order_where_orders_are_known() -> None:
    data = deals().with_columns(conversions=(pl.col("likes") / 50).ceil().cast(pl.Int64))
    found = cost.break_even(study(data), conversions_per_engagement=0.02)
    mega = data.filter(pl.col("followers") > 10_000)
    assert found.evidence == "measured"
    assert found.table.set_index("tier").loc["mega", "order"] == pytest.approx(
        mega["cost"].sum() / mega["conversions"].sum()
    )
    assert cost.break_even(study(deals()), conversions_per_engagement=0.02).evidence == "modelled"


@pytest.mark.parametrize(
    "wrong",
    [{"order_value": 0, "conversions_per_engagement": 0.1}, {"order_value": 5, "conversions_per_engagement": 2}],
)
def test_assumptions_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ParameterError):
        cost.modelled_return(study(deals()), **wrong)


def test_media_value_is_a_range_and_never_a_return() -> None:
    """By hand for TikTok: 0.05 a like by the only list that prices likes there."""
    data = deals()
    found = cost.earned_media_value(study(data))
    assert found.table.iloc[0]["worth"] == pytest.approx(0.05 * data["likes"].sum())
    assert found.evidence == "modelled"
    assert "ROI" not in found.title + found.sentence
    both = data.with_columns(impressions=pl.col("likes") * 10)
    assert " to $" in cost.earned_media_value(study(both)).title


def test_one_creators_share_is_told() -> None:
    data = deals(n=30).with_columns(
        likes=pl.when(pl.col("handle") == "h45").then(10**9).otherwise(pl.col("likes")).cast(pl.Int64)
    )
    found = cost.concentration(study(data))
    assert "mega" in found.title
    assert "read the median instead" in found.sentence


def test_ambassadors_are_compared_within_a_size() -> None:
    data = deals(n=80).with_columns(
        relationship=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("ambassador")).otherwise(pl.lit("paid"))
    )
    cheaper = data.with_columns(
        cost=pl.when(pl.col("relationship") == "ambassador").then(pl.col("cost") * 0.3).otherwise(pl.col("cost"))
    )
    found = cost.ambassador_cost(study(cheaper))
    assert found.verdict == "supported"
    assert found.title == "Ambassadors cost less per engagement in 2 of 2 tiers that can be tested"
    assert cost.ambassador_cost(study(data)).verdict == "inconclusive"
    assert cost.ambassador_cost(study(deals())).verdict == "not testable"


def test_without_followers_the_whole_is_told_and_no_size_is_named() -> None:
    found = cost.returns(study(deals().drop("followers")))
    assert "creators of unknown size" in found.title
    assert "no sizes to compare" in found.sentence
