"""Scores against peers and unusual accounts, on planted data."""

import numpy as np
import polars as pl

from analysis.findings import Study, engagement, study_of
from analysis.intake import Tables


def study(creators: pl.DataFrame | None, posts: pl.DataFrame | None = None) -> Study:
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    return study_of(Tables(creators, posts, None, rejected, {"files": []}))


def history(lifts: dict[str, float], counts: dict[str, int], *, ordinary: int = 60) -> pl.DataFrame:
    """Return posts of ordinary creators (own level sd 0.2, posts sd 0.6, 20 posts) and of planted ones."""
    rng = np.random.default_rng(8)
    names = [*(f"h{i:02d}" for i in range(ordinary)), *lifts]
    rows = []
    for name in names:
        followers = float(10 ** rng.uniform(4, 5.5))
        level = np.log(lifts[name]) if name in lifts else rng.normal(0, 0.2)
        for k in range(counts.get(name, 20)):
            likes = 0.5 * followers**0.8 * np.exp(level + rng.normal(0, 0.6))
            rows.append((f"{name}-{k}", name, "tiktok", round(followers), round(likes)))
    return pl.DataFrame(rows, schema=["post_id", "handle", "platform", "followers", "likes"], orient="row")


def test_a_long_record_stands_first_and_a_short_one_is_drawn_to_its_peers() -> None:
    found = engagement.above_peers(study(None, history({"long": 2.5, "short": 4.0}, {"long": 60, "short": 1})))
    table = found.table.set_index("name")
    assert found.table["name"].iloc[0] == "long"
    assert table.loc["long", "low"] > 1.5
    assert table.loc["long", "low"] < 2.5 < table.loc["long", "high"]
    assert table.loc["short", "own"] > 2
    assert abs(np.log(table.loc["short", "multiple"])) < 0.5 * np.log(table.loc["short", "own"])
    assert table.loc["short", "weight"] < 0.5 < table.loc["long", "weight"]
    assert len(found.table) == 62
    assert found.page == 10
    assert found.to_json()["table"]["page"] == 10
    assert "and 52 more rows" in str(found)
    assert found.table["better"].max() <= 0.999


def test_without_more_than_one_post_luck_cannot_be_told_from_merit() -> None:
    found = engagement.above_peers(study(None, history({}, {f"h{i:02d}": 1 for i in range(60)})))
    assert found.verdict == "not testable"
    assert "luck cannot be told from merit" in found.sentence


def accounts(n: int = 80) -> pl.DataFrame:
    rng = np.random.default_rng(2)
    followers = (10 ** rng.uniform(4, 6, n)).round().astype(int)
    likes = 0.05 * followers * np.exp(rng.normal(0, 0.3, n))
    comments = 0.03 * likes * np.exp(rng.normal(0, 0.3, n))
    comments[0] *= 30
    likes[1] /= 30
    comments[1] /= 30
    following = 500 * np.exp(rng.normal(0, 0.3, n))
    following[0] *= 40
    return pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(n)],
            "platform": "instagram",
            "followers": followers,
            "following": following.round().astype(int),
            "avg_likes": likes,
            "avg_comments": comments,
        }
    )


def test_planted_accounts_stand_out_with_their_evidence_and_nobody_is_called_fake() -> None:
    found = engagement.unusual_accounts(study(accounts()))
    assert set(found.table["name"]) == {"h0", "h1"}
    assert found.table["name"].iloc[0] == "h0"  # two signals before one
    h0 = found.table[found.table["name"] == "h0"]
    assert set(h0["signal"]) == {"comments per like", "follows per follower"}
    assert (found.table["distance"].abs() > 3.5).all()
    assert found.table.loc[found.table["name"] == "h1", "distance"].iloc[0] < 0
    words = " ".join([found.title, found.sentence, found.caution, found.action])
    assert "fake" not in words
    assert "h0 and h1" in found.action  # it stands alone on page one
    assert "1 on more than one" in found.sentence


def test_a_jump_of_followers_between_dated_posts_is_seen() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for i in range(40):
        size = float(10 ** rng.uniform(4, 5))
        for day in range(10):
            size *= 1 + abs(rng.normal(0.01, 0.005)) + (1.0 if (i, day) == (7, 5) else 0.0)
            rows.append((f"h{i}", "x", f"2026-03-{day + 1:02d}", round(size), round(size * 0.03)))
    posts = pl.DataFrame(rows, schema=["handle", "platform", "published_at", "followers", "likes"], orient="row")
    posts = posts.with_columns(pl.col("published_at").str.to_datetime(time_zone="UTC"))
    found = engagement.unusual_accounts(study(None, posts))
    jump = found.table[found.table["signal"].str.startswith("followers, one post")]
    assert list(jump["name"]) == ["h7"]
    assert found.action.startswith("Before booking h7,")
    assert jump["value"].iloc[0] > 1.9


def test_accounts_that_are_all_alike_are_no_news() -> None:
    quiet = engagement.unusual_accounts(study(accounts().slice(2)))
    assert len(quiet.table) == 0
    assert quiet.title == "0 of 78 accounts are unlike their peers"
    assert quiet.action == ""
