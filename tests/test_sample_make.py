"""The sample's files: same seed same bytes, whole or not at all, canonical, consistent within themselves."""

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.errors import OutputError, ParameterError
from analysis.sample import make, make_sample
from analysis.schema import TABLES

NAMES = ["creators.csv", "placements.csv", "posts.csv", "truth.json"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def frames(folder) -> dict[str, pl.DataFrame]:
    # creators as text: some of its number columns hold words, as exports do
    return {
        name: pl.read_csv(folder / f"{name}.csv", infer_schema_length=0 if name == "creators" else None).unique(
            maintain_order=True
        )
        for name in TABLES
    }


def small(out: Path, **options: int) -> Path:
    return make_sample(out, **{"creators": 60, "posts": 500, "placements": 80, **options})


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    first, again, other = (small(tmp_path / name, seed=seed) for name, seed in [("a", 1), ("b", 1), ("c", 2)])
    assert sorted(contents(first)) == NAMES
    assert contents(first) == contents(again)
    assert all(contents(first)[name] != contents(other)[name] for name in NAMES)


def test_sizes_are_distinct_rows_with_repeats_on_top(frames, folder):
    assert {name: frame.height for name, frame in frames.items()} == {
        "creators": 2_000,
        "posts": 60_000,
        "placements": 1_500,
    }
    files = json.loads((folder / "truth.json").read_text())["files"]
    assert [files[f"{name}.csv"]["rows"] for name in TABLES] == [2_005, 60_004, 1_503]


def test_headers_are_canonical_and_in_order(frames):
    for name, frame in frames.items():
        assert frame.columns == [column for column in TABLES[name].names if column in frame.columns]
        assert set(TABLES[name].key) <= set(frame.columns)


def test_handles_are_invented_words_and_a_number_and_unique(frames):
    handles = frames["creators"]["handle"].to_list()
    assert len(set(handles)) == len(handles)
    assert all(re.fullmatch(r"[a-z]+_[a-z]+_\d{4}", handle) for handle in handles)


def test_exposure_is_consistent(frames):
    for name in ("posts", "placements"):
        frame = frames[name].with_columns(total=pl.sum_horizontal("likes", "comments", "shares", "saves"))
        seen = frame.filter(pl.col("reach").is_not_null())
        assert (seen["reach"] <= seen["impressions"]).all()
        assert ((frame["views"] <= frame["impressions"]) | frame["views"].is_null() | frame["reach"].is_null()).all()
        watched = frame.filter(pl.col("views").is_not_null())
        assert (watched["total"] <= watched["views"]).mean() > 0.98
    placements = frames["placements"]
    assert (placements["conversions"] <= placements["clicks"]).all()
    assert (placements["clicks"] <= placements["impressions"].fill_null(0)).all()


def test_a_placement_repeats_the_numbers_of_its_post(frames):
    joined = frames["placements"].join(frames["posts"], on="post_id", suffix="_post")
    assert joined.height == frames["placements"]["post_id"].is_not_null().sum() - 1  # one post is in no list
    for name in ("creator_id", "comments", "shares", "reach", "impressions", "likes"):
        known = joined.filter(pl.col(f"{name}_post").is_not_null())
        assert (known[name] == known[f"{name}_post"]).all()
    assert joined["sponsored"].all()


def test_a_gift_without_post_has_its_product_cost_and_nothing_else(frames):
    lost = frames["placements"].filter(pl.col("post_id").is_null())
    assert set(lost["relationship"]) == {"gifted"}
    assert lost["cost"].null_count() == lost["likes"].null_count() == lost["reach"].null_count() == lost.height
    assert (lost["product_cost"] > 0).all()
    assert lost["clicks"].sum() == lost["conversions"].sum() == lost["revenue"].sum() == 0


def test_only_paid_creators_are_paid(frames):
    placements = frames["placements"]
    assert (placements["cost"].is_not_null() == (placements["relationship"] == "paid")).all()
    assert set(frames["creators"].filter(pl.col("fee").is_not_null())["relationship"]) == {"paid"}


def test_the_year_is_october_to_september(frames):
    days = frames["posts"]["published_at"]
    assert days.min().startswith("2025-10-01")
    assert days.max().startswith("2026-09-30")
    assert days.is_sorted()


@pytest.mark.parametrize(
    ("options", "word"),
    [({"creators": 0}, "creators"), ({"posts": 10}, "every placement needs a post"), ({"seed": -1}, "seed")],
)
def test_a_bad_size_is_refused_and_nothing_is_written(tmp_path, options, word):
    with pytest.raises(ParameterError, match=word):
        small(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 40, 2), (25, 30, 30)])
def test_the_smallest_samples_are_still_written(tmp_path, sizes):
    creators, posts, placements = sizes
    out = make_sample(tmp_path / "tiny", creators=creators, posts=posts, placements=placements)
    assert sorted(contents(out)) == NAMES
    assert np.isfinite(json.loads((out / "truth.json").read_text())["ambassador_share"])


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_failed_write_changes_nothing(tmp_path, monkeypatch, failing):
    out = small(tmp_path / "out")
    (out / "README.md").write_text("kept")
    before, calls = contents(out), []

    def fail_at(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(make, "write_whole", fail_at)
    with pytest.raises(OutputError, match="No space left"):
        small(out, seed=9)
    assert contents(out) == before
    calls.clear()
    with pytest.raises(OutputError):
        small(tmp_path / "new", seed=9)
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="out"):
        small(tmp_path / "out")


def test_other_files_in_the_folder_stay(tmp_path):
    (tmp_path / "README.md").write_text("kept")
    assert (small(tmp_path) / "README.md").read_text() == "kept"
