"""Posts of a database are summed where they lie, or stream past. Authority: the tiers of the same rows in Parquet."""

import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner
from support.servers import postgresql

from analysis import findings
from analysis.cli import cli
from analysis.errors import ColumnError, ParameterError, SourceError, ValueRangeError
from analysis.intake import Canonical, open_database, warehouse

POSTS = pl.DataFrame(
    {
        "post_id": [f"p{i}" for i in range(2_000)],
        "creator_id": [f"c{i % 120}" for i in range(2_000)],
        "platform": ["tiktok" if i % 120 < 40 else "instagram" for i in range(2_000)],
        "published_at": [f"2026-0{1 + i % 9}-1{i % 10} 08:00:00" for i in range(2_000)],
        "likes": [None if i % 13 == 0 else (i * 7) % 991 for i in range(2_000)],
        "comments": [i % 17 for i in range(2_000)],
        "followers": [900 * (1 + (i % 120)) for i in range(2_000)],
        "sponsored": [i % 5 == 0 for i in range(2_000)],
        "caption": ["nothing of ours"] * 2_000,
    }
)
PAID = pl.DataFrame({"post_id": ["p1", "p2", "p9"], "creator_id": ["c1", "c2", "c9"], "cost": [40.0, 60.0, 10.0]})


def sqlite_file(folder: Path) -> Path:
    with sqlite3.connect(folder / "shop.sqlite") as base:
        for name, table in (("posts", POSTS), ("placements", PAID)):
            base.execute(f"create table {name} ({', '.join(table.columns)})")
            base.executemany(f"insert into {name} values ({', '.join('?' * table.width)})", table.rows())
        base.execute("create table orders (amount)")
    base.close()
    return folder / "shop.sqlite"


def duckdb_file(folder: Path) -> Path:
    with duckdb.connect(str(folder / "shop.duckdb")) as base:
        for name, table in (("posts", POSTS), ("placements", PAID)):
            base.register("given", table.to_arrow())
            base.execute(f"create table {name} as select * from given")
            base.unregister("given")
    return folder / "shop.duckdb"


def tiers(path: str | Path, engine: str) -> list[dict]:
    return findings.records(findings.tier_table(findings.open_study(path, engine=engine), by=("tier", "platform")))


@pytest.fixture
def expected(tmp_path: Path) -> list[dict]:
    folder = tmp_path / "parquet"
    folder.mkdir()
    POSTS.write_parquet(folder / "posts.parquet")
    PAID.write_parquet(folder / "placements.parquet")
    return tiers(folder, "polars")


@pytest.mark.parametrize("make", [sqlite_file, duckdb_file])
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_database_gives_the_tiers_of_its_rows(tmp_path: Path, expected: list[dict], make, engine: str, monkeypatch):
    monkeypatch.setattr(warehouse, "_BATCH", 300)  # seven batches
    found = tiers(make(tmp_path), engine)
    for row, other in zip(found, expected, strict=True):
        assert row == {name: pytest.approx(v, rel=1e-9) if isinstance(v, float) else v for name, v in other.items()}


def test_no_post_leaves_a_duckdb_file(tmp_path: Path) -> None:
    """Authority: the relation is the only thing there is, and its sums are a row an account."""
    opened = open_database(duckdb_file(tmp_path), "duckdb")
    assert isinstance(opened, Canonical)
    assert (opened.files, opened.parts, opened.held) == ((), (), None)
    assert opened.relation is not None
    plan = findings.summed.sums_of(opened, "duckdb")
    assert plan.tallies.height == 120
    assert plan.pointed["post_id"].sort().to_list() == ["p1", "p2", "p9"]
    assert opened.known("likes") == POSTS["likes"].count()


@pytest.mark.parametrize("what", ["posts", "select creator_id, platform, likes, followers from posts where likes > 10"])
@pytest.mark.parametrize("make", [sqlite_file, duckdb_file])
def test_a_table_or_a_query_is_named(tmp_path: Path, make, what: str) -> None:
    study = findings.open_study(f"{make(tmp_path)}::{what}", engine="duckdb")
    kept = POSTS if what == "posts" else POSTS.filter(pl.col("likes") > 10)
    assert study.accounts["posts"].sum() == kept.height
    assert study.accounts["engagements"].sum() == pytest.approx(
        (kept["likes"] + (kept["comments"] if what == "posts" else 0)).sum()
    )


def test_only_what_is_canonical_is_read(tmp_path: Path) -> None:
    opened = open_database(sqlite_file(tmp_path), "polars")
    assert opened is not None
    assert "caption" not in pl.read_parquet(opened.files[0]).columns
    assert pl.read_parquet(opened.files[0]).schema["published_at"] == pl.Datetime("us", "UTC")
    scratch = opened.files[0].parent
    del opened
    assert not scratch.exists()


def test_what_cannot_be_taken_as_it_is_is_refused(tmp_path: Path) -> None:
    base = sqlite_file(tmp_path)
    with pytest.raises(ColumnError, match="posts of shop"):
        findings.open_study(f"{base}::orders", engine="polars")
    with sqlite3.connect(base) as changed:
        changed.execute("update posts set likes = '1,2K' where post_id = 'p3'")
    changed.close()
    with pytest.raises(ValueRangeError, match="leave --engine out"):
        findings.open_study(base, engine="polars")
    with sqlite3.connect(base) as changed:
        changed.execute("drop table posts")
    changed.close()
    with pytest.raises(SourceError, match="no table called posts"):
        findings.open_study(base, engine="duckdb")
    with pytest.raises(SourceError, match="only SELECT"):
        findings.open_study(f"{base}::drop table orders", engine="duckdb")
    with pytest.raises(ParameterError, match="no engine"):
        findings.open_study(base, engine="polar")


@pytest.fixture(scope="module")
def warehouse_address():
    """Return the address of a PostgreSQL that holds the posts and deliverables, with a type of its own for each."""
    psycopg = pytest.importorskip("psycopg")
    types = {"post_id": "varchar(40)", "published_at": "timestamp", "likes": "bigint", "comments": "int"}
    types |= {"followers": "bigint", "sponsored": "boolean", "cost": "numeric(10,2)"}
    with postgresql() as address:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as base:
            for name, table in (("posts", POSTS), ("placements", PAID)):
                columns = ", ".join(f"{column} {types.get(column, 'text')}" for column in table.columns)
                base.execute(f"create table {name} ({columns})")
                with base.cursor().copy(f"copy {name} from stdin") as copied:
                    for row in table.rows():
                        copied.write_row(row)
            base.execute("create table orders (amount int)")
        yield address


ENGINES = ["polars", "duckdb", pytest.param("local[1]", marks=pytest.mark.slow)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ENGINES)
def test_tiers_of_a_postgresql_are_those_of_its_rows(
    warehouse_address: str, expected: list[dict], engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "_BATCH", 300)  # seven batches
    if engine == "local[1]":
        sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'creator-roi[spark]'")
        if shutil.which("java") is None:
            pytest.skip("Spark needs Java 17, and no java is on the path")
    try:
        call = ["tiers", warehouse_address, "--engine", engine, "--by", "tier", "--by", "platform", "--json"]
        done = CliRunner().invoke(cli, call, catch_exceptions=False)
    finally:
        session = sql.SparkSession.getActiveSession() if engine == "local[1]" else None
        if session is not None:
            session.stop()
    assert done.exit_code == 0, done.output
    for row, other in zip(json.loads(done.stdout), expected, strict=True):
        assert row == {name: pytest.approx(v, rel=1e-9) if isinstance(v, float) else v for name, v in other.items()}


def test_a_select_of_a_postgresql_is_summed_and_what_it_lacks_is_said(warehouse_address: str) -> None:
    asked = "select creator_id, platform, likes, followers from posts where likes > 10"
    study = findings.open_study(f"{warehouse_address}::{asked}", engine="duckdb")
    assert study.accounts["posts"].sum() == POSTS.filter(pl.col("likes") > 10).height
    with pytest.raises(ColumnError, match="posts of postgres"):
        findings.open_study(f"{warehouse_address}::orders", engine="duckdb")
    with pytest.raises(SourceError, match="only SELECT"):
        findings.open_study(f"{warehouse_address}::drop table orders", engine="duckdb")
