"""Every piece of planted dirt is in the files, as often as the truth says, and nowhere else."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.sample import make_sample
from analysis.sample.dirt import Dirt, repeat_rows, suffixed


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def dirt(folder) -> dict:
    return json.loads((folder / "truth.json").read_text())["dirt"]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_repeated_rows(folder, dirt):
    repeated = {}
    for name in ("creators", "posts", "placements"):
        counts = Counter((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        repeated[name] = sum(count - 1 for count in counts.values())
        assert max(counts.values()) == 2
    assert repeated == dirt["duplicate_rows"] == {"creators": 5, "posts": 4, "placements": 3}


def test_unreadable_and_missing_cells(folder, dirt):
    found: dict[str, Counter] = {}
    for row in rows(folder, "creators"):
        for column in ("followers", "avg_likes", "fee"):
            text = row[column]
            if text and not text.rstrip("KM").replace(".", "").isdecimal():
                found.setdefault(f"creators.{column}", Counter())[text] += 1
    assert found == dirt["unreadable_cells"]
    assert sum(row["followers"] == "" for row in rows(folder, "creators")) == dirt["missing_followers"] == 15


def test_shortened_followers_are_a_minority(folder, dirt):
    shortened = [row["followers"] for row in rows(folder, "creators") if row["followers"].endswith(("K", "M"))]
    assert len(shortened) == dirt["suffixed_followers"]
    assert 0.05 < len(shortened) / 2_005 < 0.20
    assert {text[-1] for text in shortened} == {"K", "M"}


def test_orphans(folder, dirt):
    known = {row["creator_id"] for row in rows(folder, "creators")}
    posts = rows(folder, "posts")
    assert sum(row["creator_id"] not in known for row in posts) == dirt["orphan_posts"] == 2
    published = {row["post_id"] for row in posts} | {""}
    assert sum(row["post_id"] not in published for row in rows(folder, "placements")) == dirt["orphan_placements"] == 1


@pytest.mark.parametrize(("value", "text"), [(1_000, "1.0K"), (9_949, "9.9K"), (999_949, "999.9K"), (999_950, "1.0M")])
def test_suffixed(value, text):
    assert suffixed(value) == text  # by hand


def test_a_touched_row_is_never_repeated():
    frame = pl.DataFrame({"a": range(100)})
    touched = np.ones(100, dtype=bool)
    touched[40:80] = False
    table, count = repeat_rows(Dirt(frame, {}, touched), 5, np.random.default_rng(0))
    twice = table["a"].value_counts().filter(pl.col("count") == 2)["a"]
    assert count == len(twice) == 2  # at most one candidate in twenty
    assert twice.is_between(40, 79).all()
    assert table.unique(maintain_order=True)["a"].to_list() == list(range(100))
