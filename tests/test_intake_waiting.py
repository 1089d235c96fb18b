"""Several large files in one call: streamed, waiting on disk, joined. The authority is the reading of them whole."""

import contextlib
import gzip
import json
import random
import sqlite3

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analysis import intake
from analysis.errors import OutputError, UnusableDataError
from analysis.intake import bulk, databases, delimited, json_lines, large, readers, streams, waiting, workbook


@pytest.fixture
def ways(monkeypatch):
    """Lower every threshold, so that small files go the way of large ones; say which went in blocks."""
    met = []

    def counted(source, *args, **kwargs):
        done = streams.stream(source, *args, **kwargs)
        met.append((source.bare.name if source is not None else "", done is not None))
        return done

    monkeypatch.setattr(delimited, "LARGE_BYTES", 100)
    monkeypatch.setattr(large, "LARGE", 100)
    monkeypatch.setattr(waiting, "HELD", 0)
    monkeypatch.setattr(streams, "BLOCK", 700)
    monkeypatch.setattr(bulk, "_WINDOW", 64)
    monkeypatch.setattr(large, "stream", counted)
    return met


def both(paths):
    """Read a call in blocks with its tables on disk, and whole in memory; both must be the same."""
    blocks = intake.read(paths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "LARGE", 10**9)
        patch.setattr(waiting, "HELD", 10**9)
        whole = intake.read(paths)
    assert list(blocks.present()) == list(whole.present())
    for name, frame in blocks.present().items():
        assert_frame_equal(frame, whole.present()[name], check_exact=True)
    assert_frame_equal(blocks.rejected, whole.rejected)
    assert json.dumps(blocks.audit, default=str) == json.dumps(whole.audit, default=str)
    assert whole.audit["rows_read"] == whole.audit["rows_kept"] + whole.audit["rows_rejected"]
    return blocks


def write(folder, name, header, lines):
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def creators(rows, *, lead="@maker_"):
    return [f"{lead}{i},{1000 + 37 * i},beauty,instagram" for i in range(rows)]


def posts(rows, *, first=0, accounts=40, seed=1):
    draw = random.Random(seed)
    return [
        f'p{i},maker_{draw.randrange(accounts)},{1 + i % 28:02d}/0{1 + i % 9}/2026,"look {i}, again",{i * 3},{i * 90}'
        for i in range(first, first + rows)
    ]


ACCOUNTS, POSTS = "username,followers,category,platform", "post_id,username,posted,caption,likes,views"


def test_creators_and_their_posts(tmp_path, ways):
    write(tmp_path, "creators.csv", ACCOUNTS, creators(40))
    write(tmp_path, "posts.csv", POSTS, [*posts(200), *posts(3)])
    tables = both(tmp_path)
    assert ways[:2] == [("creators.csv", True), ("posts.csv", True)]
    assert (tables.creators.height, tables.posts.height) == (40, 200)
    assert tables.audit["duplicates_removed"] == 3  # the first three once more
    assert tables.posts["likes"].sum() == sum(i * 3 for i in range(200))


def test_months_of_posts_that_overlap(tmp_path, ways):
    """Posts 90 to 99 are in both months: the later month stands, ten earlier rows are set aside with their cells."""
    write(tmp_path, "posts_2026-01.csv", POSTS, posts(100))
    write(tmp_path, "posts_2026-02.csv", POSTS, posts(100, first=90, seed=2))
    tables = both(tmp_path)
    assert all(in_blocks for _, in_blocks in ways)
    assert tables.posts.height == 190
    earlier = tables.rejected.filter(pl.col("reason").str.contains("earlier listing"))
    assert earlier["line"].to_list() == list(range(92, 102))  # a header, and lines count from one
    assert json.loads(earlier["raw"][0])[0] == "p90"


def test_rows_that_joining_sets_aside_have_their_cells_and_lines(tmp_path, ways):
    write(tmp_path, "influencers.csv", "id,username,followers", [f"{i},maker_{i},{9000 + i}" for i in range(1, 60)])
    lines = [f"s{i},{i % 59 + 1 if i % 4 else ''},{i % 7},{i}.50" for i in range(120)]
    lines[50:50] = [",,,"]  # a row that cleaning sets aside before
    write(tmp_path, "tracking.csv", "sale_id,influencer_id,orders,revenue", lines)
    tables = both(tmp_path)
    organic = tables.rejected.filter(pl.col("reason").str.contains("organic"))
    assert organic.height == 30
    assert [json.loads(raw)[0] for raw in organic["raw"]][:2] == ["s0", "s4"]


def test_what_is_read_whole_waits_too(tmp_path, ways):
    """A column beside its twin, a row a person, a lookup: none of them streams, all of them wait on disk."""
    write(
        tmp_path,
        "people.csv",
        "Name,Instagram followers,TikTok followers",
        [f"Mara {i},{i + 5}000,{i + 7}500" for i in range(40)],
    )
    write(tmp_path, "posts.csv", POSTS + ",likes", [f"{line},{i * 3}" for i, line in enumerate(posts(80))])
    write(tmp_path, "platforms.csv", "platform_id,platform_name", ["1,instagram", "2,tiktok"] * 9)
    tables = both(tmp_path)
    assert not any(in_blocks for _, in_blocks in ways)
    assert tables.creators.height == 80


def test_packed_files_and_files_named_one_by_one(tmp_path, ways):
    write(tmp_path, "creators.csv", ACCOUNTS, creators(40))
    (tmp_path / "posts.csv.gz").write_bytes(gzip.compress(("\n".join([POSTS, *posts(150)]) + "\n").encode()))
    tables = both([tmp_path / "creators.csv", tmp_path / "posts.csv.gz"])
    assert {name for name, in_blocks in ways if in_blocks} == {"creators.csv", "posts.csv.gz"}
    assert tables.posts.height == 150


def records(rows):
    """Draw posts as an API gives them; a field that only late records have, and one that is nested."""
    draw = random.Random(5)
    for i in range(rows):
        late = {"shares": i * 2} if i > rows // 2 else {}
        counts = {"like_count": i * 3, "view_count": str(i * 90)}
        yield {
            "id": f"p{i}",
            "username": f"maker_{draw.randrange(30)}",
            "taken": f"{1 + i % 28:02d}/04/2026",
            **late,
        } | {"stats": counts}


@pytest.mark.parametrize("listed", [False, True])
def test_records_of_a_long_document(tmp_path, ways, monkeypatch, listed):
    monkeypatch.setattr(json_lines, "BLOCK", 900)
    monkeypatch.setattr(readers, "LARGE_LINES", 100)
    lines = [json.dumps(record) for record in records(150)]
    text = "[\n" + ",\n".join(lines) + "\n]" if listed else "\n".join(lines)
    (tmp_path / "posts.json").write_text(text, encoding="utf-8")
    tables = both(tmp_path / "posts.json")
    assert ("posts.json", True) in ways
    assert tables.posts["shares"].sum() == sum(i * 2 for i in range(76, 150))
    assert tables.posts["views"].sum() == sum(i * 90 for i in range(150))


def test_parquet_in_pieces(tmp_path, ways, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 17)
    frame = pl.DataFrame(list(records(150)), infer_schema_length=None).with_columns(
        tags=pl.lit(["a", "b"], pl.List(pl.String)), on=pl.date(2026, 4, 1)
    )
    frame.write_parquet(tmp_path / "posts.parquet")
    tables = both(tmp_path / "posts.parquet")
    assert ("posts.parquet", True) in ways
    assert tables.posts["likes"].sum() == sum(i * 3 for i in range(150))


def test_parquet_without_rows_is_a_header(tmp_path, ways):
    pl.DataFrame(schema={"post_id": pl.String, "likes": pl.Int64}).write_parquet(tmp_path / "posts.parquet")
    with pytest.raises(UnusableDataError, match="a header and no row of data"):
        intake.read(tmp_path / "posts.parquet")


def test_a_table_of_a_database(tmp_path, ways, monkeypatch):
    monkeypatch.setattr(databases, "_BATCH", 13)
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as base:
        base.execute("CREATE TABLE posts (post_id TEXT, username TEXT, posted TEXT, likes INT, views INT)")
        rows = [(f"p{i}", f"maker_{i % 30}", f"{1 + i % 28}.04.2026", i * 3, i * 90) for i in range(150)]
        base.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?)", rows)
        base.commit()
    tables = both(tmp_path / "shop.db")
    assert ("shop.db", True) in ways
    assert tables.posts["likes"].sum() == sum(i * 3 for i in range(150))
    assert tables.posts["published_at"].dt.month().unique().to_list() == [4]


def test_a_large_file_that_is_refused_stops_nobody(tmp_path, ways):
    """More columns than any table of creators has: refused by name, and the rest goes on."""
    write(tmp_path, "creators.csv", ACCOUNTS, creators(40))
    write(tmp_path, "wide.csv", ",".join(f"c{i}" for i in range(20_000)), ["1," * 19_999 + "1"] * 2)
    tables = both(tmp_path)
    refused = {entry["file"]: entry["refused"] for entry in tables.audit["files"] if "refused" in entry}
    assert list(refused) == ["wide.csv"]
    assert "columns" in refused["wide.csv"]
    assert tables.creators.height == 40


@pytest.mark.parametrize("streams_too", [True, False])
def test_a_full_disk_is_said(tmp_path, ways, monkeypatch, streams_too):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    write(tmp_path, "creators.csv", ACCOUNTS, creators(40))
    write(tmp_path, "posts.csv", POSTS, posts(80))
    if not streams_too:
        monkeypatch.setattr(large, "LARGE", 10**9)
    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    monkeypatch.setattr(pl.LazyFrame, "sink_ipc", full)
    with pytest.raises(OutputError, match="No space left on device"):
        intake.read(tmp_path)


def test_nothing_is_left_beside(tmp_path, ways, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    (tmp_path / "in").mkdir()
    write(tmp_path / "in", "creators.csv", ACCOUNTS, creators(40))
    write(tmp_path / "in", "posts.csv", POSTS, posts(150))
    tables = intake.read(tmp_path / "in")
    assert not list((tmp_path / "scratch").glob("creator-roi-*"))
    assert tables.posts["likes"].sum() == sum(
        i * 3 for i in range(150)
    )  # seen through a file that has no name any more


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_any_folder_in_any_blocks(tmp_path_factory, seed):
    """Whatever accounts, posts and payments hold, wherever blocks are cut: the same tables and the same account."""
    draw = random.Random(seed)
    folder = tmp_path_factory.mktemp("folder")
    names = [f"maker_{draw.randint(0, 60)}" for _ in range(50)]
    forms = draw.choice([("2026-0{m}-1{d}", "2026-0{m}-1{d} 10:00"), ("{d}/0{m}/2026",), ("1{d}.0{m}.2026", "soon")])
    shown = ["12", "1.5K", "1,234", "N/A", "", "-"]

    def day():
        return draw.choice(forms).format(m=draw.randint(1, 9), d=draw.randint(1, 9))

    write(
        folder, "creators.csv", ACCOUNTS, [f'{n},"{draw.choice(shown)}",beauty,instagram' for n in dict.fromkeys(names)]
    )
    for month in range(draw.randint(1, 3)):
        lines = [
            f'p{draw.randint(0, 150)},{draw.choice(names)},{day()},"a, b","{draw.choice(shown)}",{draw.randint(5, 9**6)}'
            for _ in range(draw.randint(5, 60))
        ]
        write(folder, f"posts_2026-0{month + 1}.csv", POSTS, lines)
    if draw.random() < 0.6:
        lines = [f"c{i % 5},{draw.choice([*names, ''])},{draw.randint(5, 900)},{day()}" for i in range(40)]
        write(folder, "payments.csv", "campaign_id,username,amount_paid,paid_on", lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "LARGE_BYTES", 100)
        patch.setattr(large, "LARGE", 100)
        patch.setattr(waiting, "HELD", draw.choice([0, 5000]))
        patch.setattr(streams, "BLOCK", draw.randint(60, 900))
        patch.setattr(bulk, "_WINDOW", 64)
        both(folder)
