"""The same answer in every library, and whatever the order of rows; lazy stays lazy."""

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis.measures.summary import accounts, accounts_rules, groups, unattributed
from analysis.measures.tallies import merged, pointed_at, tally

Tables = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Three tables with gaps everywhere: hidden likes, unknown followers, orphans, gifts, posts pointed at."""
    rng = np.random.default_rng(2020)
    creators, posts, paid = 60, 900, 150

    def gaps(values: Any, share: float) -> list[Any]:
        return [None if hole else value for value, hole in zip(values, rng.random(len(values)) < share, strict=True)]

    followers = np.exp(rng.normal(10, 2.5, creators)).astype(int)
    platform = np.array(["instagram", "tiktok"])[np.arange(creators) % 2]
    who = rng.integers(0, creators + 5, posts)
    whom = rng.integers(0, creators, paid)
    listed = pl.DataFrame(
        {
            "handle": [f"@H{i}" for i in range(creators)],
            "platform": platform,
            "followers": gaps(followers, 0.1),
            "category": gaps(["food", "travel", "food"] * (creators // 3), 0.2),
            "avg_likes": gaps(rng.gamma(2, 50, creators), 0.3),
            "fee": gaps(rng.gamma(2, 100, creators), 0.5),
        }
    )
    published = pl.DataFrame(
        {
            "post_id": [f"p{i}" for i in range(posts)],
            "handle": [f"h{i}" for i in who],
            "platform": [str(platform[i % creators]) for i in who],
            "likes": gaps(rng.poisson(200, posts), 0.1),
            "comments": gaps(rng.poisson(10, posts), 0.1),
            "views": gaps(rng.poisson(3_000, posts), 0.2),
            "reach": gaps(rng.poisson(2_000, posts), 0.2),
            "followers": gaps(followers[who % creators], 0.3),
        }
    )
    deals = pl.DataFrame(
        {
            "handle": gaps([f"h{i}" for i in whom], 0.05),
            "post_id": gaps([f"p{i}" for i in rng.integers(0, posts, paid)], 0.4),
            "cost": gaps(rng.gamma(2, 100, paid), 0.1),
            "product_cost": gaps(rng.gamma(2, 10, paid), 0.5),
            "relationship": gaps(["paid", "ambassador", "gifted"] * (paid // 3), 0.1),
            "clicks": gaps(rng.poisson(20, paid), 0.1),
            "conversions": gaps(rng.poisson(1, paid), 0.1),
            "revenue": gaps(rng.gamma(2, 80, paid), 0.1),
            "impressions": gaps(rng.poisson(5_000, paid), 0.1),
        }
    )
    return listed, published, deals


def _comparable(table: Any) -> pd.DataFrame:
    table = table.collect() if isinstance(table, pl.LazyFrame) else table
    frame = table.to_pandas() if isinstance(table, pl.DataFrame) else table
    frame = frame.df() if isinstance(frame, duckdb.DuckDBPyRelation) else frame
    return frame.astype({name: "object" for name in frame.columns if frame[name].dtype.kind not in "fiub"}).replace(
        {None: np.nan}
    )


def _same(left: Any, right: Any) -> None:
    a, b = _comparable(left), _comparable(right)
    pd.testing.assert_frame_equal(a, b, check_dtype=False, rtol=1e-12, atol=1e-12)


@pytest.fixture(params=["pandas", "lazy polars", "duckdb"])
def convert(request: pytest.FixtureRequest) -> Iterator[Callable[[pl.DataFrame], Any]]:
    if request.param != "duckdb":
        yield pl.DataFrame.to_pandas if request.param == "pandas" else pl.DataFrame.lazy
        return
    with duckdb.connect() as connection:
        yield lambda frame: connection.from_arrow(frame.to_arrow())


def test_every_library_gives_the_same_accounts_of_its_own_kind(tables: Tables, convert: Callable) -> None:
    given = [convert(table) for table in tables]
    found = accounts(*given)
    assert type(found) is type(given[0])
    _same(found, accounts(*tables))


@pytest.mark.parametrize(
    ("measure", "by"),
    [
        ("engagement_rate_by_followers", ("tier",)),
        ("cost_per_engagement", ("platform", "tier")),
        ("roi", ("category",)),
    ],
)
def test_every_library_gives_the_same_groups(tables: Tables, convert: Callable, measure: str, by: tuple) -> None:
    expected = groups(accounts(*tables), measure, by=by)
    _same(groups(accounts(*(convert(table) for table in tables)), measure, by=by), expected)
    assert expected["measured"].sum() > 10


def test_every_library_counts_the_unattributed_alike(tables: Tables, convert: Callable) -> None:
    _same(unattributed(*(convert(table) for table in tables)), unattributed(*tables))
    assert unattributed(*tables)["rows"][0] > 0


def test_shuffled_rows_give_the_same_answer(tables: Tables) -> None:
    shuffled = tuple(table.sample(fraction=1.0, shuffle=True, seed=1) for table in tables)
    _same(accounts(*shuffled), accounts(*tables))
    assert accounts_rules(*shuffled) == accounts_rules(*tables)


def test_pooled_and_median_equal_plain_pandas(tables: Tables) -> None:
    """Authority: the sums and quantiles of pandas on the account table."""
    table = accounts(*tables).to_pandas()
    table = table[table["cost_per_engagement_num"].notna()]
    expected = table.groupby("tier")[["cost_per_engagement_num", "cost_per_engagement_den"]].sum()
    own = (table["cost_per_engagement_num"] / table["cost_per_engagement_den"]).replace(np.inf, np.nan)
    found = groups(accounts(*tables), "cost_per_engagement").to_pandas().set_index("tier")
    for tier, sums in expected.iterrows():
        assert found.loc[tier, "pooled"] == pytest.approx(sums.iloc[0] / sums.iloc[1], rel=1e-12)
        assert found.loc[tier, "median"] == pytest.approx(own[table["tier"] == tier].median(), rel=1e-12)


def test_lazy_tables_are_not_read_until_asked(tables: Tables) -> None:
    """Authority: a scan of a file that is gone fails on reading, not on planning."""
    read = []

    def spied(frame: pl.DataFrame) -> pl.LazyFrame:
        def note(part: pl.DataFrame) -> pl.DataFrame:
            read.append(1)
            return part

        return frame.lazy().map_batches(note, schema=frame.schema)

    plan = groups(accounts(*(spied(table) for table in tables), scheme="mediakix"), "roi", scheme="mediakix")
    assert read == []
    plan.collect()
    assert read


def test_tallies_of_parts_measure_the_same_accounts(tables: Tables, convert: Callable) -> None:
    """Authority: the accounts of all posts at once; each part is tallied alone and no post is read again."""
    creators, posts, placements = tables
    parts = [convert(posts[start : start + 250]) for start in range(0, posts.height, 250)]
    whole = merged([tally(part) for part in parts])
    few = pointed_at(convert(posts), convert(placements))
    found = accounts(convert(creators), few, convert(placements), tallies=whole)
    _same(found, accounts(*tables))
    alone = accounts(convert(creators), tallies=whole)
    _same(alone, accounts(creators, posts))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A local Spark, started once for the tests that need it."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'creator-roi[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and no java is on the path")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1"}
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield session
        finally:
            session.stop()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_accounts_and_groups(tables: Tables, spark: Any) -> None:
    given = [
        spark.createDataFrame(table.to_pandas().astype("object").where(table.to_pandas().notna(), None))
        for table in tables
    ]
    found = accounts(*given)
    _same(found.toPandas().sort_values("account", ignore_index=True), accounts(*tables))
    pooled = groups(found, "roi").toPandas()
    _same(pooled, groups(accounts(*tables), "roi"))


def _steps(frame: Any) -> list[tuple[int, str]]:
    """Return the operators of Spark's physical plan, each with its depth; the scan of a table is the deepest."""
    shown = frame._jdf.queryExecution().executedPlan().toString()
    lines = [re.match(r"([ :|+-]*)(\w+)", line) for line in shown.splitlines()]
    named = [(len(match[1]), line) for match, line in zip(lines, shown.splitlines(), strict=True) if match]
    return [(depth, line.strip(" :|+-")) for depth, line in named]


def _above(steps: list[tuple[int, str]], place: int) -> list[str]:
    """Return the operators that the rows of step ``place`` pass, in their order."""
    depth, passed = steps[place][0], []
    for other, step in reversed(steps[:place]):
        if other < depth:
            depth = other
            passed.append(step)
    return passed


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_shuffles_posts_once_by_creator_and_only_what_each_task_has_summed(
    tables: Tables, spark: Any, tmp_path: Any
) -> None:
    """Authority: Spark's own physical plan and its list of jobs."""
    for name, table in zip(("creators", "posts"), tables, strict=False):
        table.write_parquet(tmp_path / f"{name}.parquet")
    listed, posts = (spark.read.parquet(str(tmp_path / f"{name}.parquet")) for name in ("creators", "posts"))
    spark.sparkContext.setJobGroup("planning", "")
    found = {"alone": accounts(posts=posts), "with creators": accounts(listed, posts), "tally": tally(posts)}
    assert (
        list(spark.sparkContext.statusTracker().getJobIdsForGroup("planning")) == []
    )  # nothing ran, so none collected
    spark.sparkContext.setJobGroup("running", "")
    for name, frame in found.items():
        steps = _steps(frame)
        scans = [place for place, (_, step) in enumerate(steps) if re.match(r"FileScan parquet \[.*\blikes#", step)]
        assert len(scans) == 1, f"{name}: posts are read once"
        passed = _above(steps, scans[0])
        kinds = [
            step.split("(")[0].split(" ")[0] for step in passed if re.match(r"\w*Aggregate|Exchange|\w*Join", step)
        ]
        assert kinds[:3] == ["HashAggregate", "Exchange", "HashAggregate"], f"{name}: {kinds}"
        shuffles = [step for step in passed if step.startswith("Exchange")]
        by_creator = [
            step for step in shuffles if re.match(r"Exchange hashpartitioning\(handle#\d+, platform#\d+", step)
        ]
        assert by_creator == shuffles[:1], f"{name}: {shuffles}"
        whole = "\n".join(step for _, step in steps)
        assert not re.search(r"Python|Pandas|Arrow|CartesianProduct", whole), name
    _same(found["alone"].toPandas().sort_values("account", ignore_index=True), accounts(posts=tables[1]))
