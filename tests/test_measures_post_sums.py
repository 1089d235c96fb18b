"""Posts become sums: over the posts where both sides are known, the same in any order of rows."""

from fractions import Fraction

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from analysis.measures.frames import canonical
from analysis.measures.post_sums import per_account, post_sums, post_tallies, whole_tallies
from analysis.measures.prepared import prepared
from analysis.measures.sides import NAMING, POST_SUMS
from analysis.measures.summary import accounts
from analysis.schema import TABLES


def test_posts_sum_followers_of_their_own_time_apart_from_those_that_know_none() -> None:
    posts = pd.DataFrame({"handle": "ana", "likes": [10, 20, 30, None], "followers": [100, 200, None, 400]})
    tables = prepared(None, posts, None)
    assert tables.tallies is not None
    row = post_sums(tables.tallies, tables.locate).collect().rows(named=True)[0]
    rate = "post_engagement_rate_by_followers_"
    assert (row[rate + "own_num"], row[rate + "own_den"]) == (30, 300)
    assert (row[rate + "rest_num"], row[rate + "rest_n"]) == (30, 1)
    assert (row["post_posts"], row["post_engagements_n"], row["post_followers"]) == (4, 3, 400)


def test_only_what_can_be_known_is_summed_and_what_has_decimals_is_named() -> None:
    """Authority: hand count of the columns."""
    posts = pl.LazyFrame({"handle": ["ana"], "likes": [10], "comments": [1], "views": [70.5], "followers": [1_000]})
    tallies, whole = post_tallies(canonical(posts, TABLES["posts"], texts=False))
    names = set(tallies.collect_schema().names())
    assert not {name for name in names if name.startswith(("reach", "impressions"))}
    followers = {f"engagement_rate_by_followers_{part}" for part in ("own_num", "own_den", "rest_num", "rest_n")}
    assert whole == {"engagements", "engagement_rate_by_views_num", *followers}
    every = whole_tallies(tallies).collect()
    assert set(every.columns) == {"handle", "followers", *POST_SUMS}
    assert every["reach_rate_own_n"].to_list() == [0.0]


def test_posts_that_name_nobody_are_counted_under_nobody_and_belong_to_no_account() -> None:
    posts = pl.LazyFrame({"handle": ["ana", None, "  ", "ana"], "likes": [1, 2, 4, 8]})
    tables = prepared(None, posts, None)
    assert tables.tallies is not None
    assert tables.tallies.collect()["posts"].sum() == 4
    found = post_sums(tables.tallies, tables.locate, tables.whole).collect()
    assert found["account"].to_list() == ["ana"]
    assert found["post_engagements"].to_list() == [9]
    nameless = canonical(posts.drop("handle").with_columns(views=5), TABLES["posts"], texts=False)
    alone = post_tallies(nameless)[0].collect()
    assert alone["creator_id"].to_list() == [None]
    assert alone["posts"].to_list() == [4]
    assert not set(alone.columns) & (set(NAMING) - {"creator_id"})


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64])
def test_the_order_of_posts_changes_no_byte(engine: str, kind: type[pl.DataType]) -> None:
    """Authority: Python's whole numbers; an account is written in seven ways, so that its sums meet in both steps."""
    names = [f"{' ' * (i % 7)}c{i % 3}" for i in range(4_000)]
    rows = [(name, 10**9 + i, 10**7 + i) for i, name in enumerate(names)]
    posts = pl.DataFrame(rows, schema={"creator_id": pl.String, "views": kind, "likes": kind}, orient="row")
    theirs = [i for i, name in enumerate(names) if name.endswith("c1")]
    likes, views = sum(10**7 + i for i in theirs), sum(10**9 + i for i in theirs)
    for seed in range(5):
        table = posts.sample(fraction=1, shuffle=True, seed=seed)
        with duckdb.connect() as base:
            given = table.lazy() if engine == "polars" else base.from_arrow(table.to_arrow())
            found = accounts(posts=given)
            rows_found: pl.DataFrame = found.collect() if isinstance(found, pl.LazyFrame) else found.pl()
        assert rows_found["account"].to_list() == ["c0", "c1", "c2"]
        assert rows_found["engagement_rate_by_views_num"][1] == likes
        assert rows_found["engagement_rate_by_views_den"][1] == views


def test_the_order_of_amounts_changes_no_byte() -> None:
    """Authority: thirds, tenths and large amounts add up to the same number whoever is added first."""
    amounts = pl.DataFrame({"account": "a", "cost": [0.1 * i + 1 / 3 + 10.0 ** (i % 9) for i in range(4_000)]})
    shuffled = (amounts.sample(fraction=1, shuffle=True, seed=seed).lazy() for seed in range(10))
    found = [
        per_account(nw.from_native(rows), ["cost"], [], "deal_").collect()["deal_cost"].to_list() for rows in shuffled
    ]
    assert all(one == found[0] for one in found)
    assert found[0] == [pytest.approx(float(sum(map(Fraction, amounts["cost"]))), rel=1e-12)]


def test_sums_with_decimals_and_without_are_those_of_plain_addition() -> None:
    """Authority: hand arithmetic."""
    rows = nw.from_native(
        pl.LazyFrame({"account": ["a", "a", "b"], "cost": [0.25, 1e9 + 0.5, None], "cost_n": [1.0, 1.0, 0.0]})
    )
    found = per_account(rows, ["cost", "cost_n"], [], "deal_").collect().sort("account")
    assert found["deal_cost"].to_list() == [1e9 + 0.75, 0.0]
    assert found["deal_cost_n"].to_list() == [2.0, 0.0]
    assert per_account(rows, ["cost_n"], [], "deal_").collect()["deal_cost_n"].sum() == 2.0
