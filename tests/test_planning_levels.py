"""What one brand post of a creator brings, on planted markets."""

import numpy as np
import polars as pl
import pytest

from analysis.planning.effects import Effects, sponsored_effects
from analysis.planning.levels import levels, luck
from analysis.planning.record import cells_of, few_of, residuals_of

NOTHING = Effects((), np.empty(0), np.empty((0, 0)))


def market(creators: int = 200, posts: int = 20, *, penalty: float = 0.2, seed: int = 1) -> tuple[pl.DataFrame, ...]:
    """Return people and posts: engagement 0.1 F^0.8, creators' spread 0.4, posts' 0.6, one in five sponsored."""
    g = np.random.default_rng(seed)
    size = 10 ** g.uniform(3, 6, creators)
    effect = g.normal(0, 0.4, creators)
    who = np.repeat(np.arange(creators), posts)
    sponsored = g.random(len(who)) < 0.2
    log = np.log(0.1) + 0.8 * np.log(size[who]) + effect[who] + g.normal(0, 0.6, len(who))
    log = log + np.log1p(-penalty) * sponsored
    people = pl.DataFrame(
        {
            "account": [f"a{i:03d}" for i in range(creators)],
            "platform": ["x"] * creators,
            "followers": size,
            "relationship": ["paid"] * creators,
            "average": pl.Series([None] * creators, dtype=pl.Float64),
            "truth": np.log(0.1) + 0.8 * np.log(size) + effect,
        }
    )
    rows = pl.DataFrame(
        {
            "account": [f"a{i:03d}" for i in who],
            "engagements": np.exp(log),
            "reach": np.exp(log) * 10,
            "followers": size[who],
            "sponsored": sponsored,
            "brand": False,
            "relationship": pl.Series([None] * len(who), dtype=pl.String),
        }
    )
    return people, rows


def test_the_sponsored_penalty_is_found_within_creators() -> None:
    """Authority: the planted log(0.8)."""
    _, posts = market()
    found = sponsored_effects(cells_of(posts), "engagements")
    error = float(np.sqrt(found.covariance[0, 0]))
    assert found.names == ("sponsored",)
    assert abs(found.of("sponsored") - np.log(0.8)) < 3 * error
    assert found.of("ambassador") == 0
    assert sponsored_effects(cells_of(posts.filter(~pl.col("sponsored"))), "engagements").names == ()


def test_levels_hold_the_planted_truth_as_often_as_they_say() -> None:
    """Authority: 95 % of planted levels within 1.96 own standard deviations, give or take two binomial errors."""
    people, posts = market(400, 10)
    effects = sponsored_effects(cells_of(posts), "engagements")
    found = levels(people, cells_of(posts), "engagements", effects, post_spread=0.6)
    truth = people["truth"].to_numpy() + effects.of("sponsored")
    inside = np.abs(truth - found.centre) <= 1.96 * found.own_sd
    assert 0.925 <= inside.mean() <= 0.975
    assert set(found.evidence) == {"measured"}
    assert (found.posts == 10).all()


def test_thin_histories_shrink_to_their_size_and_unseen_ones_lie_on_the_line() -> None:
    """Authority: weight = between / (between + within / n); the line's slope 0.8 and the spread 0.4 as planted."""
    people, posts = market(400, 10)
    few = posts.with_columns(pl.int_range(pl.len()).over("account").alias("n"))
    few = few.filter(~pl.col("account").is_in(["a000", "a001"]) & ((pl.col("account") != "a002") | (pl.col("n") < 1)))
    found = levels(people, cells_of(few.drop("n")), "engagements", NOTHING, post_spread=0.6)
    assert found.evidence[:2].tolist() == ["modelled", "modelled"]
    assert found.own_sd[0] == pytest.approx(0.4, abs=0.06)
    assert found.own_sd[2] > 1.5 * np.median(found.own_sd[3:])
    size = people["followers"].to_numpy()
    slope = (found.centre[0] - found.centre[1]) / np.log(size[0] / size[1])
    assert slope == pytest.approx(0.8, abs=0.03)


def test_a_platform_nobody_was_seen_on_takes_the_line_of_all_with_more_doubt() -> None:
    """Authority: the same expectation is less sure elsewhere."""
    people, posts = market(60, 5)
    people = people.with_columns(
        pl.when(pl.col("account") == "a000").then(pl.lit("new")).otherwise("platform").alias("platform")
    )
    seen = cells_of(posts.filter(pl.col("account") != "a000"))
    found = levels(people, seen, "engagements", NOTHING, post_spread=0.6)
    assert np.isfinite(found.centre[0])
    assert found.own_sd[0] > 0.5


def test_reported_averages_stand_in_for_posts() -> None:
    """Authority: a mean of log-normal posts exceeds their typical one by exp(s^2 / 2)."""
    people, _ = market(100, 2)
    people = people.with_columns((pl.col("truth").exp() * np.exp(0.6**2 / 2)).alias("average"))
    posts = market()[1].clear()
    found = levels(people, cells_of(posts), "engagements", NOTHING, post_spread=0.6)
    assert set(found.evidence) == {"measured"}
    assert np.abs(found.centre - people["truth"].to_numpy()).mean() < 0.15
    assert (found.posts == 0).all()


def test_nothing_seen_is_nothing_known() -> None:
    """Authority: no posts, no averages."""
    people, posts = market(20, 2)
    assert np.isnan(levels(people, cells_of(posts.clear()), "engagements", NOTHING, post_spread=0.6).centre).all()


def test_luck_has_the_planted_spread_and_smear() -> None:
    """Authority: sd 0.6 planted; the mean of a log-normal's exp is exp(0.18); reach shares the luck."""
    _, posts = market(300, 20)
    found = luck(few_of([residuals_of(posts, NOTHING, NOTHING)], posts.height), post_spread=0.9)
    assert found.measured
    assert found.spread[0] == pytest.approx(np.hypot(0.6, 0.4 * np.log(1 / 0.8)), abs=0.02)
    assert found.smear[0] == pytest.approx(np.exp(0.6**2 / 2), rel=0.03)
    assert np.corrcoef(found.rows.T)[0, 1] > 0.99


def test_without_posts_luck_is_assumed() -> None:
    """Authority: a log-normal of the assumed spread."""
    found = luck(residuals_of(market()[1].clear(), NOTHING, NOTHING), post_spread=0.5)
    assert not found.measured
    assert found.spread[0] == pytest.approx(0.5, rel=0.01)
