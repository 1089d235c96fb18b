"""One question, one number: what two notebooks say of the same thing is the same, and right by hand or by statsmodels."""

import numpy as np
import polars as pl
import pytest
import statsmodels.formula.api as smf

from analysis.findings import Study, cost, engagement, plan, study_of
from analysis.findings.claims.findings import claim
from analysis.findings.claims.run import results
from analysis.intake import Tables

REJECTED = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})


def study(creators: pl.DataFrame | None = None, placements: pl.DataFrame | None = None) -> Study:
    rows = sum(frame.height for frame in (creators, placements) if frame is not None)
    audit = {"rows_read": rows, "rows_kept": rows, "files": [{"file": "list.csv", "rows_read": rows}]}
    return study_of(Tables(creators, None, placements, REJECTED, audit))


@pytest.fixture(scope="module")
def unpaid() -> Study:
    """25 creators at $20 per 1,000 followers, and 30 who charged nothing."""
    followers = [10_000 + 100 * i for i in range(55)]
    charged = [0.02 * f if i < 25 else 0.0 for i, f in enumerate(followers)]
    return study(
        placements=pl.DataFrame(
            {"handle": [f"h{i}" for i in range(55)], "followers": followers, "cost": charged, "currency": "USD"}
        )
    )


def test_a_price_of_nothing_is_not_what_creators_charge(unpaid: Study) -> None:
    """Authority: by hand, all 25 who charged anything charged 20; the 30 others charged nothing and are counted."""
    found = cost.price_rule(unpaid)
    assert found.n["creators"] == 25
    assert found.table["median"].iloc[0] == pytest.approx(20.0)
    assert "30 creators at a price of 0 left out" in found.caution


def test_both_notebooks_give_one_price(unpaid: Study) -> None:
    told, claimed = cost.price_rule(unpaid).table.iloc[0], claim(unpaid, "rate-rule").table.iloc[0]
    assert (told["median"], told["low"], told["high"]) == (claimed["estimate"], claimed["low"], claimed["high"])


@pytest.fixture(scope="module")
def scattered() -> pl.DataFrame:
    """Four platforms of 15 creators each: none large enough alone, each at a level of its own."""
    rng = np.random.default_rng(3)
    platform = np.repeat(["instagram", "tiktok", "youtube", "x"], 15)
    followers = np.exp(rng.normal(np.repeat([9.0, 10.0, 11.0, 12.0], 15), 0.8)).round()
    views = followers**0.6 * np.exp(np.repeat([2.0, 1.0, 0.0, -1.0], 15) + rng.normal(0, 0.3, 60))
    return pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(60)],
            "platform": platform,
            "followers": followers.astype(int),
            "avg_likes": views * 0.05,
            "avg_views": views,
        }
    )


def test_growth_holds_each_platform_at_its_level_however_few_it_has(scattered: pl.DataFrame) -> None:
    """Authority: statsmodels, ordinary least squares of the logs with a level a platform."""
    frame = scattered.to_pandas().assign(x=lambda t: np.log(t["followers"]), y=lambda t: np.log(t["avg_views"]))
    slope = smf.ols("y ~ x + C(platform)", frame).fit().params["x"]
    mine = study(scattered)
    found = engagement.eyes(mine)
    assert found.table["elasticity"].iloc[0] == pytest.approx(slope)
    claimed = results(mine)["reach-grows-with-size"].test.parts[0].ask(0.95)
    assert claimed.estimate == pytest.approx(slope)
    assert found.table["group"].iloc[0] == "all platforms, each at its own level"


def test_the_sign_of_a_viral_list_rests_on_the_growth_that_is_told(scattered: pl.DataFrame) -> None:
    from analysis.findings.viral import sizes_of_success

    mine = study(scattered)
    assert sizes_of_success(mine)[1].estimate == engagement.against_followers(mine).table["elasticity"].iloc[0]


def test_growth_below_the_minimum_has_no_verdict(scattered: pl.DataFrame) -> None:
    """Authority: the minimum of 20 creators, below which nothing is ranked."""
    found = engagement.against_followers(study(scattered[::4]))
    assert found.verdict == "inconclusive"
    assert found.title.startswith("15 creators: too few to tell")
    assert "A verdict takes 20 creators." in found.sentence


def test_no_growth_is_not_called_barely_growing() -> None:
    """Authority: by construction; engagements do not depend on followers, so that the interval holds no growth."""
    rng = np.random.default_rng(9)
    frame = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(80)],
            "platform": "tiktok",
            "followers": (10 ** rng.uniform(4, 6, 80)).astype(int),
            "avg_likes": np.exp(rng.normal(6, 0.4, 80)),
        }
    )
    assert engagement.against_followers(study(frame)).title.startswith("No clear growth of engagements with followers")


# plans -----------------------------------------------------------------------------------------------------------------


def listed(small: float) -> Study:
    """25 small and 25 large creators at the same engagements; the small ones are seen ``small`` times per follower."""
    rng = np.random.default_rng(4)
    followers = np.r_[rng.uniform(2_000, 9_000, 25), rng.uniform(2e6, 9e6, 25)].round()
    likes = np.where(followers < 1e4, small * followers, 20_000.0) * np.exp(rng.normal(0, 0.2, 50))
    handles = [f"h{i}" for i in range(50)]
    frame = {"handle": handles, "platform": "tiktok", "followers": followers.astype(int), "avg_likes": likes}
    return study(pl.DataFrame({**frame, "fee": followers * 0.001, "currency": "USD"}))


def test_a_plan_books_nobody_whom_the_report_calls_listed_for_a_success() -> None:
    """Authority: the report's own advice, not to book such a size on these rates."""
    mine = listed(small=5.0)
    assert "Do not book micro" in engagement.survivorship(mine).action
    found = plan.propose(mine, budget=200_000)
    assert "micro" not in set(found.candidates["tier"])
    assert (found.left_out["reason"].str.contains("went viral")).sum() == 25
    assert "25 creators could not" in plan.left_out(found).title


def test_ordinary_small_accounts_stay_in_a_plan() -> None:
    found = plan.propose(listed(small=0.05), budget=200_000)
    assert set(found.candidates["tier"]) == {"micro", "mega"}


def test_a_side_of_a_break_even_has_the_minimum_of_creators() -> None:
    """Authority: rule 9 of the numbers; 5 small creators are no side."""
    frame = listed(small=0.05).tables.creators
    assert frame is not None
    found = plan.break_even(plan.propose(study(frame[20:]), budget=200_000))
    assert found.verdict == "not testable"
    assert "Fewer than two tiers have the 20 creators" in found.sentence


def test_a_budget_below_every_price_says_what_would_do() -> None:
    """Authority: the cheapest of the candidates, by hand."""
    found = plan.propose(listed(small=0.05), budget=1)
    told = plan.recommendation(found)
    assert f"{found.candidates['cost'].min():,.0f}" in told.sentence
    assert "A budget of" in told.sentence
    assert plan.left_out(found).title == "All 50 creators could be considered"


def test_the_same_list_twice_is_no_comparison() -> None:
    """Authority: two creators and money for both: every rule of thumb books the two."""
    frame = listed(small=0.05).tables.creators
    assert frame is not None
    found = plan.propose(study(frame[:2]), budget=200_000, objective="engagements")
    assert "books the same 2 creators" in plan.compared(found).sentence
    assert "$0" not in plan.compared(found).title


# money -----------------------------------------------------------------------------------------------------------------


def _likes(followers: int) -> int:
    return int((0.06 if followers < 10_000 else 0.02) * followers * (1 + followers % 7 / 10)) + 1


@pytest.fixture(scope="module")
def campaign() -> Study:
    """30 micro and 30 mega creators with 40 posts each, of which 2 were paid for; a third of them brings no order."""
    rng = np.random.default_rng(12)
    followers = np.r_[rng.uniform(2_000, 9_000, 30), rng.uniform(2e6, 9e6, 30)].round().astype(int)
    who = [f"h{i}" for i in range(60)]
    posts = pl.DataFrame(
        {
            "post_id": [f"p{k}" for k in range(2_400)],
            "handle": [name for name in who for _ in range(40)],
            "platform": "instagram",
            "followers": [int(f) for f in followers for _ in range(40)],
            "likes": [_likes(f) for f in followers for _ in range(40)],
        }
    )
    paid = pl.DataFrame(
        {
            "handle": [name for name in who for _ in range(2)],
            "platform": "instagram",
            "cost": [0.02 * f for f in followers for _ in range(2)],
            "currency": "USD",
            "likes": [_likes(f) for f in followers for _ in range(2)],
            "conversions": [0 if i % 3 == 0 else 1 + i for i in range(60) for _ in range(2)],
        }
    )
    audit = {"rows_read": 2_520, "rows_kept": 2_520, "files": [{"file": "list.csv", "rows_read": 2_520}]}
    return study_of(Tables(None, posts, paid, REJECTED, audit))


def test_behind_a_price_stand_the_posts_that_were_paid_for(campaign: Study) -> None:
    """Authority: by hand, 30 creators with 2 paid posts each in either tier, 40 posts of which most cost nothing."""
    found = cost.cost_per_engagement(campaign)
    assert found.n == {"creators": 60, "posts": 120}
    assert found.table.set_index("tier")["paid_posts"].loc[["micro", "mega"]].tolist() == [60, 60]
    assert "posts" not in [column.column for column in found.shown]
    assert cost.cost_in_schemes(campaign).n["posts"] == 120
    assert claim(campaign, "micro-engagement-cheaper").n["posts"] == 120
    assert claim(campaign, "micro-engagement-higher").n["posts"] == 2_400


def test_creators_without_an_order_are_counted_where_their_cost_is(campaign: Study) -> None:
    """Authority: by hand, every third of 60 creators."""
    assert "No orders from 20 creators: their cost is in the pooled figure" in cost.other_prices(campaign).caution
    told = cost.break_even(campaign, conversions_per_engagement=0.01)
    assert "20 creators brought no order; their cost is in the sum." in told.caution


def test_a_claim_says_of_every_scheme_what_its_row_shows(campaign: Study) -> None:
    """A verdict beside one of two estimates says so where that estimate alone says another."""
    rows = claim(campaign, "micro-engagement-higher").table
    for _, row in rows[rows["reading"].str.startswith("scheme ") & rows["low"].notna()].iterrows():
        alone = "supported" if row["low"] > 1 else "contradicted" if row["high"] < 1 else "inconclusive"
        assert row["verdict"] == alone or f"({alone} by this estimate alone)" in row["verdict"]


def test_where_nothing_was_paid_nothing_has_to_come_back() -> None:
    """Authority: by hand; a return on a cost of zero has no value."""
    creators = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(50)],
            "followers": [5_000] * 25 + [2_000_000] * 25,
            "cost": 0.0,
            "likes": [100 + i for i in range(50)],
        }
    )
    mine = study(placements=creators)
    for found in (
        cost.modelled_return(mine, order_value=40.0, conversions_per_engagement=0.01),
        cost.break_even(mine, conversions_per_engagement=0.01),
    ):
        assert found.verdict == "not testable"
        assert "every cost of 50 creators is zero" in found.title
        assert "n/a" not in found.sentence


def test_two_notebooks_cut_the_same_two_tiers_under_every_scheme(campaign: Study) -> None:
    """The schemes of the third notebook and those of the claims compare the same creators, so they count alike."""
    told = cost.cost_in_schemes(campaign).table.set_index("scheme")
    claimed = claim(campaign, "micro-engagement-cheaper").table
    for _, row in claimed[claimed["reading"].str.startswith("scheme ") & claimed["n_a"].notna()].iterrows():
        mine = told.loc[row["reading"].removeprefix("scheme ")]
        assert (mine["n_first"], mine["n_second"]) == (row["n_a"], row["n_b"])
        assert mine["ratio"] == pytest.approx(row["estimate"])


def test_amounts_in_two_currencies_are_no_want_of_amounts(campaign: Study) -> None:
    paid = campaign.tables.placements
    assert paid is not None
    half = paid.with_columns(currency=pl.Series(["USD", "EUR"] * (paid.height // 2)))
    mine = study_of(Tables(None, campaign.tables.posts, half, REJECTED, campaign.tables.audit))
    for found in (cost.answer(mine), cost.returns(mine)):
        assert found.verdict == "not testable"
        assert "Amounts are in several currencies: " in found.sentence
        assert "chosen with `--currency`, would answer this" in found.sentence
        assert found.title.endswith("in one currency")


def test_a_count_of_followers_beyond_mankind_is_not_planned_with() -> None:
    """Authority: the United Nations; there are some 8.2 billion people."""
    frame = listed(small=0.05).tables.creators
    assert frame is not None
    top = frame.with_columns(followers=pl.when(pl.col("handle") == "h49").then(10**12).otherwise("followers"))
    found = plan.propose(study(top), budget=200_000)
    assert "h49" not in set(found.candidates["handle"])
    assert found.left_out["reason"].str.contains("more followers than there are people").sum() == 1


def test_a_scheme_that_has_micro_compares_micro() -> None:
    """Authority: the claim's own choice of two tiers; creatoriq has a micro and no mega, and a nano below both."""
    rng = np.random.default_rng(6)
    sizes = [(200, 900), (2_000, 9_000), (20_000, 90_000), (2e6, 9e6)]
    followers = np.concatenate([rng.uniform(low, high, 25) for low, high in sizes]).astype(int)
    frame = {"handle": [f"h{i}" for i in range(100)], "followers": followers, "likes": followers // 50 + 1}
    mine = study(placements=pl.DataFrame({**frame, "cost": followers * 0.01, "currency": "USD"}))
    told = cost.cost_in_schemes(mine).table.set_index("scheme").loc["creatoriq"]
    assert told["pair"] == "micro against trailblazer"
    claimed = claim(mine, "micro-engagement-cheaper").table.set_index("reading").loc["scheme creatoriq"]
    assert told["ratio"] == pytest.approx(claimed["estimate"])


def test_deliverables_that_nobody_paid_yet_are_said_where_they_make_a_price_low() -> None:
    """Authority: by hand, 15 of 45 deliverables at a cost of 0 with results of their own."""
    followers = [2_000_000 + 100 * i for i in range(45)]
    frame = {"handle": [f"h{i}" for i in range(45)], "followers": followers, "likes": [1_000] * 45, "revenue": 9.0}
    paid = [0.0 if i % 3 == 0 else 50.0 for i in range(45)]
    mine = study(placements=pl.DataFrame({**frame, "cost": paid, "currency": "USD"}))
    for found in (cost.cost_per_engagement(mine), cost.returns(mine)):
        assert "15 of 45 deliverables stand at a cost of 0" in found.caution
    gifted = study(placements=pl.DataFrame({**frame, "cost": paid, "currency": "USD", "relationship": "gifted"}))
    assert "stand at a cost of 0" not in cost.cost_per_engagement(gifted).caution
