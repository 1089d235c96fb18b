"""Exports that change between ingests: edges of months, blanks, new columns, currencies. Authority: hand counts."""

import shutil
import warnings
from pathlib import Path

import polars as pl
import pytest

from analysis import findings, intake
from analysis.intake.store import ingest

DATED = "post_id,creator_id,platform,published_at,likes,comments,followers\n"


def stored(folder: Path, *exports: str) -> Path:
    """Ingest texts one after another, each a file of its own."""
    for number, text in enumerate(exports):
        path = folder / f"export_{number}.csv"
        path.write_text(text)
        ingest([path], folder / "store")
    return folder / "store"


def listed(store: Path) -> list[tuple[str, int]]:
    posts = intake.read(store).posts
    assert posts is not None
    return sorted(posts.select("post_id", "likes").rows())


def test_a_post_at_the_edge_of_a_month_is_one_post(tmp_path: Path) -> None:
    """The night of 31 January in New York is February in UTC: first the day alone is known, then the clock's zone.

    A post of the same id in the middle of another month is no matter of zones: ids are a platform's own, and stay two.
    """
    store = stored(
        tmp_path,
        DATED + "p1,c1,instagram,2026-01-31,10,1,1000\np2,c2,instagram,2026-01-15,20,1,2000\n",
        DATED + "p1,c1,instagram,2026-01-31T23:30:00-05:00,12,1,1000\np2,c2,instagram,2026-02-15T08:00:00Z,21,1,2000\n",
    )
    assert listed(store) == [("p1", 12), ("p2", 20), ("p2", 21)]
    audit = intake.read(store).audit
    assert (audit["rows_read"], audit["rows_kept"], audit["rows_rejected"]) == (4, 3, 1)
    months = {path.parent.name for path in store.glob("posts/*/*/*.parquet")}
    assert months == {"month=2026-01", "month=2026-02"}


def test_a_year_has_an_edge_too_and_the_later_ingest_stands_whichever_side_it_is_on(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        DATED + "p1,c1,tiktok,2026-01-01T01:00:00Z,10,1,1000\np2,c1,tiktok,2026-01-10T01:00:00Z,1,1,1000\n",
        DATED + "p1,c1,tiktok,2025-12-31,12,1,1000\np3,c1,tiktok,2025-12-10,2,1,1000\n",
    )
    assert listed(store) == [("p1", 12), ("p2", 1), ("p3", 2)]


def test_a_month_that_comes_late_is_added(tmp_path: Path) -> None:
    months = [
        DATED + f"p{m},c1,instagram,2026-0{m}-15,{m},1,1000\nq{m},c2,instagram,2026-0{m}-16,{m},1,2000\n"
        for m in (3, 1, 2)
    ]
    store = stored(tmp_path, *months)
    assert listed(store) == [(f"{letter}{m}", m) for letter in "pq" for m in (1, 2, 3)]


@pytest.mark.parametrize("missing", ["published_at", "platform"])
@pytest.mark.parametrize("first", [True, False])
def test_an_export_without_days_or_platforms_lists_the_same_posts(tmp_path: Path, missing: str, *, first: bool) -> None:
    whole = DATED + "p1,c1,instagram,2026-01-31,12,1,1000\np3,c2,instagram,2026-03-05,30,1,2000\n"
    rows = [line.split(",") for line in whole.replace("p3", "p2").replace(",12,", ",10,").splitlines()]
    place = rows[0].index(missing)
    lacking = "\n".join(",".join(cell for n, cell in enumerate(row) if n != place) for row in rows) + "\n"
    store = stored(tmp_path, *((lacking, whole) if first else (whole, lacking)))
    assert listed(store) == [("p1", 12 if first else 10), ("p2", 30), ("p3", 30)]


def test_an_id_without_its_platform_is_the_same_post_only_if_it_is_the_same_creators(tmp_path: Path) -> None:
    store = stored(
        tmp_path,
        DATED.replace("platform,", "") + "7,c1,2026-01-05,10,1,1000\n8,c2,2026-01-05,11,1,1000\n",
        DATED + "7,c9,instagram,2026-01-05,99,1,1000\n8,c2,instagram,2026-01-05,22,1,1000\n",
    )
    assert listed(store) == [("7", 10), ("7", 99), ("8", 22)]


DRIFTING = (
    DATED + "p1,c1,instagram,2026-01-05,10,1,1000\np2,c2,instagram,2026-01-06,20,1,2000\n",
    DATED.replace("followers", "followers,views,reach")
    + "p3,c1,instagram,2026-02-05,10.5,1,1000,500,\np4,c2,instagram,2026-02-06,1.2K,1,2000,700,\n",
    DATED.replace("followers", "views,followers")
    + "p5,c1,instagram,2026-03-05,7,1,,1000\np1,c1,instagram,2026-01-05,99,1,800,1000\n",
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["auto", "polars", "duckdb", pytest.param("local[1]", marks=pytest.mark.slow)])
def test_columns_that_come_and_go_and_change_their_kind(tmp_path: Path, engine: str) -> None:
    """Views come in February and shift in March, likes have decimals once, a column of reach holds nothing.

    c1: likes 99 (the later listing) + 10 (half a like does not exist) + 7, a comment each; c2: 20 + 1,200 + 2.
    """
    store = stored(tmp_path, *DRIFTING)
    if engine == "local[1]":
        sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'creator-roi[spark]'")
        if shutil.which("java") is None:
            pytest.skip("Spark needs Java 17, and no java is on the path")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            accounts = findings.open_study(store, engine=engine).accounts.set_index("creator_id")
    finally:
        session = sql.SparkSession.getActiveSession() if engine == "local[1]" else None
        if session is not None:
            session.stop()
    assert accounts["posts"].to_dict() == {"c1": 3, "c2": 2}
    assert accounts["engagements"].to_dict() == {"c1": 119, "c2": 1222}
    assert accounts["views_per_post"].to_dict() == {"c1": 650, "c2": 700}
    assert accounts["reach_per_post"].isna().all()


def test_two_currencies_are_never_added(tmp_path: Path) -> None:
    paid = "campaign_id,creator_id,platform,date,cost,currency,likes\n"
    store = stored(
        tmp_path,
        paid + "x,c1,instagram,2026-01-05,100,EUR,5\nx,c2,instagram,2026-01-05,50,EUR,5\n",
        paid + "y,c1,instagram,2026-02-05,100,USD,5\ny,c2,instagram,2026-02-05,70,USD,5\n",
    )
    both = findings.open_study(store)
    assert both.currency is None
    assert both.accounts["cost"].isna().all()
    assert any("EUR" in note and "USD" in note for note in both.notes)
    for code, total in (("EUR", 150), ("USD", 170)):
        assert findings.open_study(store, currency=code).accounts["cost"].sum() == total
    assert pl.read_parquet(next(store.glob("placements/*/month=2026-02/*.parquet")))["currency"].unique().to_list() == [
        "USD"
    ]
