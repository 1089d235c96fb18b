"""The planted numbers are found again in the written files, with statistics that share no code with the generator.

A tolerance is a number of standard errors of the statistic used (four: with some thirty checks on two seeds, a
right generator fails here less than once in two hundred seeds). Errors are clustered by creator throughout.
"""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.sample import make_sample

TIERS = ["under 1k", "micro", "macro", "mega"]
PARTS = ["likes", "comments", "shares", "saves"]
ERRORS = 4


@pytest.fixture(scope="module", params=[2020, 7])
def folder(request, tmp_path_factory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample"), seed=request.param)


@pytest.fixture(scope="module")
def truth(folder) -> dict:
    return json.loads((folder / "truth.json").read_text())


@pytest.fixture(scope="module")
def creators(folder) -> pl.DataFrame:
    """Return the accounts with readable followers; suffixes are read here by a rule of this test's own."""
    text = pl.col("followers").str
    number = text.extract(r"^([\d.]+)[KM]?$").cast(pl.Float64, strict=False)
    factor = pl.when(text.ends_with("K")).then(1e3).when(text.ends_with("M")).then(1e6).otherwise(1)
    frame = pl.read_csv(folder / "creators.csv", infer_schema_length=0).unique(maintain_order=True)
    size = pl.col("size")
    tier = (
        pl.when(size >= 1_000_000).then(pl.lit("mega"))
        .when(size >= 10_000).then(pl.lit("macro"))
        .when(size >= 1_000).then(pl.lit("micro"))
        .when(size.is_not_null()).then(pl.lit("under 1k"))
    )  # fmt: skip
    return frame.with_columns(size=(number * factor).round()).with_columns(tier=tier)


@pytest.fixture(scope="module")
def posts(folder) -> pl.DataFrame:
    return pl.read_csv(folder / "posts.csv").unique(maintain_order=True)


@pytest.fixture(scope="module")
def placements(folder, creators) -> pl.DataFrame:
    frame = pl.read_csv(folder / "placements.csv").unique(maintain_order=True)
    frame = frame.join(creators.select("creator_id", "tier", "category"), on="creator_id", how="left")
    appeared = pl.col("post_id").is_not_null()
    return frame.with_columns(
        engaged=pl.sum_horizontal(PARTS), spent=pl.col("cost").fill_null(0) + pl.col("product_cost"), appeared=appeared
    )


def near(value: float, planted: float, error: float) -> None:
    assert abs(value - planted) < ERRORS * error, f"{value:.4f} against {planted:.4f}, standard error {error:.4f}"


def share(hits: pl.Series, planted: float) -> None:
    near(float(hits.mean()), planted, (planted * (1 - planted) / len(hits)) ** 0.5)


def slopes(y, columns, groups) -> tuple[np.ndarray, np.ndarray]:
    """Return least-squares slopes and their cluster-robust errors."""
    import statsmodels.api as sm

    _, codes = np.unique(groups, return_inverse=True)
    design = sm.add_constant(np.column_stack([np.asarray(column, dtype=float) for column in columns]))
    fit = sm.OLS(np.asarray(y, dtype=float), design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    return fit.params[1:], fit.bse[1:]


def log_ratio(frame: pl.DataFrame, numerator: str, denominator: str) -> tuple[float, float]:
    """Return the log of a pooled ratio and its delta-method error over creators."""
    per = frame.group_by("creator_id").agg(pl.col(numerator, denominator).sum())
    top, bottom = per[numerator].to_numpy().astype(float), per[denominator].to_numpy().astype(float)
    residual = top / top.sum() - bottom / bottom.sum()
    return float(np.log(top.sum() / bottom.sum())), float(np.sqrt((residual**2).sum() * len(per) / (len(per) - 1)))


def own_posts(posts: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("likes").is_not_null() & (pl.col("followers") >= 1_000)
    frame = posts.filter(known & ~pl.col("sponsored")).with_columns(engaged=pl.sum_horizontal(PARTS))
    return frame.filter(pl.col("engaged") > 0)


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube"])
def test_elasticity_of_engagement(posts, truth, platform):
    frame = own_posts(posts).filter(pl.col("platform") == platform)
    slope, error = slopes(np.log(frame["engaged"]), [np.log(frame["followers"])], frame["creator_id"])
    near(slope[0], truth["elasticity"][platform], error[0])
    assert error[0] < 0.02


def test_elasticity_of_reach(posts, truth):
    frame = posts.filter(pl.col("reach").is_not_null() & pl.col("followers").is_not_null())
    slope, error = slopes(np.log(frame["reach"]), [np.log(frame["followers"])], frame["creator_id"])
    near(slope[0], truth["reach_elasticity"], error[0])


def test_engagement_rate_by_tier(posts, creators, truth):
    frame = posts.join(creators.select("creator_id", "tier"), on="creator_id")
    frame = frame.filter(pl.col("likes").is_not_null() & pl.col("followers").is_not_null())
    frame = frame.with_columns(engaged=pl.sum_horizontal(PARTS))
    for tier in TIERS:
        rate, error = log_ratio(frame.filter(pl.col("tier") == tier), "engaged", "followers")
        near(rate, np.log(truth["engagement_rate_by_followers"][tier]), error)


def test_sponsored_penalty_within_creators(posts, placements, truth):
    frame = posts.join(placements.select("post_id"), on="post_id", how="anti")
    frame = frame.filter(pl.col("likes").is_not_null() & (pl.col("followers") >= 1_000))
    frame = frame.with_columns(y=pl.sum_horizontal(PARTS).clip(1).log(), x=pl.col("sponsored").cast(pl.Float64))
    frame = frame.with_columns(pl.col("y", "x") - pl.col("y", "x").mean().over("creator_id"))
    slope, error = slopes(frame["y"].to_numpy(), [frame["x"].to_numpy()], frame["creator_id"])
    near(slope[0], np.log(1 - truth["sponsored_penalty"]), error[0])
    assert slope[0] < -2 * error[0]


def test_ambassadors_engage_more_at_the_same_size(placements, truth):
    frame = placements.filter(pl.col("appeared") & (pl.col("engaged") > 0) & (pl.col("followers") >= 1_000))
    columns = [
        (frame["relationship"] == "ambassador").cast(pl.Float64),
        np.log(frame["followers"]),
        (frame["platform"] == "tiktok").cast(pl.Float64),
        (frame["platform"] == "youtube").cast(pl.Float64),
    ]
    slope, error = slopes(np.log(frame["engaged"]), columns, frame["creator_id"])
    near(slope[0], np.log(truth["ambassador_engagement_lift"]), error[0])


@pytest.mark.parametrize("tier", TIERS)
def test_cost_per_engagement_by_tier(placements, truth, tier):
    frame = placements.filter((pl.col("tier") == tier) & pl.col("appeared"))
    ratio, error = log_ratio(frame, "spent", "engaged")
    near(ratio, np.log(truth["cost_per_engagement"][tier]), error)
    # what happened, to the digits written
    assert np.exp(ratio) == pytest.approx(truth["in_this_sample"]["cost_per_engagement"][tier], rel=1e-5)


@pytest.mark.parametrize("tier", TIERS)
def test_roi_by_tier(placements, truth, tier):
    frame = placements.filter(pl.col("tier") == tier)
    ratio, error = log_ratio(frame, "revenue", "spent")
    near(ratio, np.log(truth["roas"][tier]), error)
    assert truth["roi"][tier] == pytest.approx(truth["roas"][tier] - 1, abs=1e-5)
    assert np.exp(ratio) - 1 == pytest.approx(truth["in_this_sample"]["roi"][tier], abs=1e-5)


def test_relationships_by_tier(creators, truth):
    for label in ("ambassador", "gifted"):
        for tier in TIERS:
            members = creators.filter(pl.col("tier") == tier)["relationship"] == label
            planted = truth[f"{label}_share_by_tier"][tier]
            near(float(members.mean()), planted, (planted * (1 - planted) / len(members)) ** 0.5)
        share(creators["relationship"] == label, truth[f"{label}_share"])


def test_gifts_answered_with_a_post(placements, truth):
    gifts = placements.filter(pl.col("relationship") == "gifted")
    share(gifts["appeared"], truth["gift_post_rate"])
    assert (~placements["appeared"]).sum() == truth["dirt"]["gifts_without_post"] > 0


def test_viral_share_and_factor(posts, truth):
    """A post is viral where its reach is above its account's median by more than the root of the factor."""
    frame = posts.filter(pl.col("reach").is_not_null())
    frame = frame.with_columns(
        over=pl.col("reach") / pl.col("reach").median().over("creator_id"), n=pl.len().over("creator_id")
    )
    over = frame.filter((pl.col("n") >= 10) & (pl.col("reach") < 1_000_000))["over"]
    threshold = truth["viral_factor"] ** 0.5
    near(float((over > threshold).mean()), truth["viral_share"], (truth["viral_share"] / len(over)) ** 0.5 * 1.5)
    assert over.filter(over > threshold).mean() == pytest.approx(truth["viral_factor"], rel=0.15)


def test_hidden_likes_share(posts, truth):
    share(posts["likes"].is_null(), truth["hidden_likes_share"])


def test_fees_follow_the_rule_and_its_discount(creators, truth):
    frame = creators.with_columns(fee=pl.col("fee").cast(pl.Float64, strict=False)).filter(
        pl.col("fee").is_not_null() & pl.col("size").is_not_null()
    )
    fee, small = truth["fee"], frame.filter(pl.col("size").is_between(1_000, 100_000))
    rate = np.log(small["fee"] / small["size"] * 1_000)
    near(float(rate.mean()), np.log(fee["median_per_1000_followers"]), float(rate.std()) / len(rate) ** 0.5)
    assert float(rate.std()) == pytest.approx(fee["log_sigma"], rel=0.1)
    large = frame.filter(pl.col("size") > fee["discount_from_followers"])
    slope, error = slopes(np.log(large["fee"]), [np.log(large["size"])], large["creator_id"])
    near(slope[0], 1 - fee["discount_exponent"], error[0])


def test_clicks_orders_and_their_value(placements, truth):
    import statsmodels.api as sm

    clicks, error = log_ratio(placements.filter(pl.col("appeared")), "clicks", "engaged")
    near(clicks, np.log(truth["clicks_per_engagement"]), error)
    order, error = log_ratio(placements, "revenue", "conversions")
    near(order, np.log(truth["order_value"]), error)
    frame = placements.filter(pl.col("clicks") > 0)
    size = np.log(frame["followers"] / 10_000).to_numpy()
    fit = sm.GLM(
        frame["conversions"].to_numpy(), sm.add_constant(size),
        family=sm.families.Poisson(), offset=np.log(frame["clicks"].to_numpy()),
    ).fit(cov_type="HC1")  # fmt: skip
    planted = truth["conversions_per_click"]
    near(fit.params[0], np.log(planted["at_10k_followers"]), fit.bse[0])
    near(fit.params[1], planted["exponent"], fit.bse[1])


def test_accounts_grow(posts, truth):
    frame = posts.filter(pl.col("followers") >= 10_000).with_columns(
        months=pl.col("published_at").str.to_datetime(time_zone="UTC").dt.epoch("s") / (365 * 86_400 / 12),
        size=pl.col("followers").log(),
    )
    frame = frame.with_columns(pl.col("months", "size") - pl.col("months", "size").mean().over("creator_id"))
    per = frame.group_by("creator_id").agg(
        growth=(pl.col("months") * pl.col("size")).sum() / (pl.col("months") ** 2).sum(), n=pl.len()
    )
    growth = per.filter(pl.col("n") >= 5)["growth"]
    near(float(growth.mean()), truth["followers_growth_per_month"], float(growth.std()) / len(growth) ** 0.5)


def test_overlap_of_each_campaign(placements, truth):
    """The formula, written out by platform: people missed by everyone are the product of the shares missed."""
    overlap = truth["overlap"]
    pool = overlap["audience_pool"]
    reached = placements.filter(pl.col("appeared")).with_columns(miss=1 - pl.col("reach") / pool)
    table = reached.group_by("campaign_id", "platform").agg(pl.col("miss").product(), pl.col("reach").sum())
    table = table.group_by("campaign_id").agg(
        together=(pool * (1 - pl.col("miss"))).sum(), summed=pl.col("reach").sum()
    )
    assert table.height == len(overlap["campaigns"])
    for campaign, together, summed in table.iter_rows():
        planted = overlap["campaigns"][campaign]
        assert planted["reach_summed"] == summed
        assert planted["reach_deduplicated"] == pytest.approx(together, abs=1)
    lost = 1 - table["together"].sum() / table["summed"].sum()
    assert 0.03 < lost < 0.30


def test_tiers_are_well_filled(creators, truth):
    counts = dict(creators["tier"].drop_nulls().value_counts().iter_rows())
    assert counts == truth["creators_by_tier"]
    assert counts["mega"] >= 60
    assert counts["micro"] >= 400
    assert counts["macro"] >= 400
    assert counts["under 1k"] >= 40


def test_the_story(placements, truth):
    """Micro is cheaper and returns more than mega beyond doubt; between macro and mega the shipped seed is unclear."""

    def gap(top: str, bottom: str, frame: pl.DataFrame, a: str, b: str) -> tuple[float, float]:
        first, e1 = log_ratio(frame.filter(pl.col("tier") == a), top, bottom)
        second, e2 = log_ratio(frame.filter(pl.col("tier") == b), top, bottom)
        return first - second, float(np.hypot(e1, e2))

    there = placements.filter(pl.col("appeared"))
    cheaper, error = gap("spent", "engaged", there, "micro", "mega")
    assert cheaper < -2.5 * error
    returns, error = gap("revenue", "spent", placements, "micro", "mega")
    assert returns > 2.5 * error
    if truth["seed"] == 2020:
        for frame, top, bottom in [(there, "spent", "engaged"), (placements, "revenue", "spent")]:
            unclear, error = gap(top, bottom, frame, "macro", "mega")
            assert abs(unclear) < 1.96 * error
