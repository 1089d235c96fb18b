"""What posts come down to for a plan says what the posts say. Authority: numpy, statsmodels and hand arithmetic."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis.inference.regression import least_squares
from analysis.planning import record
from analysis.planning.draws import OUTCOMES
from analysis.planning.effects import Effects, sponsored_effects
from analysis.planning.history import History, deals_of, observed, own_posts, standing_in
from analysis.planning.record import Record, added, cells_of, few_of, recorded, residuals_of
from analysis.planning.response import candidates

NOTHING = Effects((), np.empty(0), np.empty((0, 0)))


def shown(creators: int = 60, seed: int = 3) -> pl.DataFrame:
    """Return posts as ``History.posts``: own, sponsored and ambassadors', some without reach or followers."""
    g = np.random.default_rng(seed)
    who = np.repeat(np.arange(creators), g.integers(1, 30, creators))
    sponsored, brand = g.random(len(who)) < 0.3, g.random(len(who)) < 0.1
    size = np.exp(g.normal(9, 1, creators))[who]
    engaged = np.round(0.03 * size * np.exp(g.normal(0, 0.7, len(who)) - 0.2 * sponsored))
    return pl.DataFrame(
        {
            "account": [f"a{i:02d}" for i in who],
            "engagements": engaged,
            "reach": pl.Series(np.where(g.random(len(who)) < 0.2, np.nan, engaged * 8 + 1), nan_to_null=True),
            "followers": pl.Series(np.where(who % 7 == 0, np.nan, size), nan_to_null=True),
            "sponsored": sponsored | brand,
            "brand": brand,
            "relationship": pl.Series(np.where(who % 3 == 0, "ambassador", "paid")),
        }
    )


def test_sums_are_those_of_the_logs() -> None:
    """Authority: numpy on the posts of one account and kind."""
    posts = shown()
    mine = posts.filter((pl.col("account") == "a05") & ~pl.col("sponsored"))
    found = cells_of(posts).filter((pl.col("account") == "a05") & ~pl.col("sponsored")).row(0, named=True)
    for outcome in ("engagements", "reach"):
        logs = np.log(np.maximum(mine[outcome].drop_nulls().to_numpy(), 0.5))
        assert found[f"{outcome}_posts"] == len(logs)
        assert found[f"{outcome}_log"] == pytest.approx(logs.sum(), rel=1e-10)
        assert found[f"{outcome}_squares"] == pytest.approx((logs**2).sum(), rel=1e-9)
    assert found["engagements_size"] == pytest.approx(np.log(mine["followers"].to_numpy()).sum(), rel=1e-10)
    unsized = cells_of(posts).filter(pl.col("account") == "a07").select(pl.col("engagements_posts").sum()).item()
    assert unsized == 0
    assert cells_of(posts)["engagements_other_posts"].sum() == posts["followers"].null_count()


def test_an_effect_from_sums_is_the_regression_on_posts() -> None:
    """Authority: least squares on the posts themselves, less their account's means, clustered by account."""
    posts = shown(200)
    ambassador = pl.col("brand") & (pl.col("relationship") == "ambassador")
    rows = posts.filter(pl.col("followers") > 0).select(
        "account",
        pl.col("engagements").clip(0.5).log().alias("y"),
        pl.col("sponsored").cast(pl.Float64).alias("s"),
        ambassador.cast(pl.Float64).alias("a"),
    )
    rows = rows.with_columns(pl.col(name) - pl.col(name).mean().over("account") for name in "ysa")
    x = rows.select("s", "a").to_numpy()
    expected = least_squares(rows["y"].to_numpy(), x, cluster=rows["account"].to_numpy())
    found = sponsored_effects(cells_of(posts), "engagements")
    assert expected is not None
    assert found.names == ("sponsored", "ambassador")
    assert found.posts == rows.height
    assert found.values == pytest.approx(expected.coefficients, rel=1e-9)
    assert found.covariance == pytest.approx(expected.covariance, rel=1e-8)


def test_an_effect_agrees_with_statsmodels() -> None:
    """Authority: statsmodels OLS with a dummy for each creator; one flag, the same coefficient (Frisch and Waugh)."""
    import statsmodels.formula.api as smf

    posts = shown(80).with_columns(relationship=pl.lit("paid"))
    rows = posts.filter(pl.col("followers") > 0).with_columns(y=pl.col("engagements").clip(0.5).log())
    fit = smf.ols("y ~ s + C(account)", rows.with_columns(s=pl.col("sponsored").cast(pl.Float64)).to_pandas()).fit()
    assert sponsored_effects(cells_of(posts), "engagements").of("sponsored") == pytest.approx(fit.params["s"], rel=1e-8)


@pytest.mark.parametrize("parts", [2, 7])
def test_cells_of_parts_add_up_to_those_of_all(parts: int) -> None:
    """Authority: the sums of all posts at once; a part may hold some posts of an account."""
    posts = shown()
    whole, found = cells_of(posts), added(cells_of(posts[part::parts]) for part in range(parts))
    assert found.drop([n for n, kind in found.schema.items() if kind == pl.Float64]).equals(
        whole.drop([n for n, kind in whole.schema.items() if kind == pl.Float64])
    )
    for name in [n for n, kind in whole.schema.items() if kind == pl.Float64]:
        assert found[name].to_numpy() == pytest.approx(whole[name].to_numpy(), rel=1e-12)


def test_shuffled_posts_give_the_same_bytes() -> None:
    """Authority: the order of rows says nothing."""
    posts = shown()
    one, other = (recorded(History(rows, rows)) for rows in (posts, posts.sample(fraction=1, shuffle=True, seed=8)))
    assert one.cells.equals(other.cells)
    assert one.luck.equals(other.luck)


def test_residuals_are_lengthened_gaps_from_the_mean() -> None:
    """Authority: five posts with logs 0, 0, 0, 0 and 5: mean 1, gaps -1 and 4, each times sqrt(5 / 4)."""
    posts = shown(1)[:0]
    five = pl.DataFrame({"account": ["a"] * 5, "engagements": [1.0] * 4 + [float(np.exp(5))]})
    five = five.with_columns(
        reach=pl.lit(None, pl.Float64), followers=10.0, sponsored=False, brand=False, relationship=pl.lit("paid")
    )
    found = residuals_of(pl.concat([posts, five], how="diagonal_relaxed"), NOTHING, NOTHING)
    assert sorted(found["engagements"]) == pytest.approx(np.sqrt(5 / 4) * np.array([-1, -1, -1, -1, 4]))
    assert found["reach"].null_count() == 5
    assert residuals_of(five[:4], NOTHING, NOTHING).height == 0  # four posts are too few to show their luck


def test_many_residuals_keep_their_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Authority: mean and spread of exp(residual) over all; stated error 0.03 % at sixteen million, more of fewer."""
    g = np.random.default_rng(5)
    drawn = g.normal(0, 0.6, (400_000, 2))
    every = pl.DataFrame(drawn, schema=record.LUCK)
    few = few_of(iter([every[:100_000], every[100_000:]]), every.height)
    assert few.height == record.MOST_RESIDUALS
    mean = np.exp(drawn[:, 0]).mean()
    assert few["engagements"].exp().mean() == pytest.approx(mean, rel=2e-3)
    monkeypatch.setattr(record, "MOST_ORDERED", 100_000)
    thin = few_of(iter([every[:100_000], every[100_000:]]), every.height)
    assert thin.height == record.MOST_RESIDUALS
    # a quarter is drawn: sd of exp(residual) over sqrt(100,000) is 0.2 %, and four of these
    assert thin["engagements"].exp().mean() == pytest.approx(mean, rel=8e-3)
    shuffled = few_of(iter([every.sample(fraction=1, shuffle=True, seed=1)]), every.height)
    assert shuffled.equals(thin)  # who is drawn does not depend on the order


def client(seed: int = 6) -> tuple[pd.DataFrame, pl.DataFrame, pl.DataFrame]:
    g = np.random.default_rng(seed)
    count, each = 90, 14
    size = np.round(10 ** g.uniform(3.5, 6, count))
    who = np.repeat(np.arange(count), each)
    engaged = np.round(0.05 * size[who] * np.exp(g.normal(0, 0.5, len(who))))
    posts = pl.DataFrame(
        {
            "post_id": [f"p{i}" for i in range(len(who))],
            "creator_id": [str(i) for i in who],
            "platform": np.where(who % 2, "x", "y"),
            "likes": engaged,
            "reach": pl.Series(np.where(who % 5 == 0, np.nan, engaged * 8), nan_to_null=True),
            "followers": pl.Series(np.where(who % 11 == 0, np.nan, size[who]), nan_to_null=True),
            "sponsored": pl.Series([i % 3 == 0 for i in range(len(who))]),
        }
    )
    accounts = pd.DataFrame(
        {
            "account": [f"{'x' if i % 2 else 'y'}:{i}" for i in range(count)],
            "creator_id": [str(i) for i in range(count)],
            "platform": np.where(np.arange(count) % 2, "x", "y"),
            "followers": size,
            "fee": np.round(size / 40),
            "relationship": np.where(np.arange(count) % 4, "paid", "ambassador"),
        }
    )
    booked = posts.filter(pl.int_range(pl.len()) % each == 0)
    deals = booked.select("post_id", "creator_id", "platform").with_columns(
        cost=pl.Series(np.round(size / 40)), clicks=pl.Series(g.poisson(20, count)), relationship=pl.lit("paid")
    )
    alone = pl.DataFrame({"creator_id": ["89"], "platform": ["x"], "cost": [9.0], "likes": [40]})
    return accounts, posts.filter(pl.col("creator_id") != "89"), pl.concat([deals, alone], how="diagonal_relaxed")


@pytest.mark.parametrize("blocks", [1, 4])
def test_candidates_from_sums_are_those_from_posts(blocks: int) -> None:
    """Authority: the same call on the posts; the sums were made block by block, whole accounts in each."""
    accounts, posts, paid = client()
    pointed = posts.join(paid.select("post_id").drop_nulls(), on="post_id", how="semi")
    deals = deals_of(accounts, pointed, paid)
    turn = posts["creator_id"].cast(pl.Int64) % blocks
    seen = [own_posts(accounts, posts.filter(turn == block), paid, deals) for block in range(blocks)]
    listed = pl.concat([part["account"] for part in seen])
    seen.append(standing_in(deals, listed))
    cells = added(cells_of(part) for part in seen)
    effects = [sponsored_effects(cells, outcome) for outcome in record.OUTCOMES]
    luck = few_of((residuals_of(part, *effects) for part in seen), posts.height)
    one, left = candidates(accounts, record=Record(cells, luck, deals.drop("post_id")))
    other, left_too = candidates(accounts, posts, paid)
    pd.testing.assert_frame_equal(left, left_too)
    names = [*OUTCOMES, "profit", *(f"{o}_{side}" for o in OUTCOMES for side in ("log_sd", "low", "high"))]
    for name in names:
        assert one[name].to_numpy() == pytest.approx(other[name].to_numpy(), rel=1e-9), name
    assert one["reason"].tolist() == other["reason"].tolist()
    assert (observed(accounts, posts, paid).posts["account"] == "x:89").sum() == 1  # the deliverable stands in
