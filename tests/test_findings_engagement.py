"""The engagement findings say what the data was made to say, and no more."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from analysis.findings import Study, engagement, study_of
from analysis.intake import Tables

REJECTED = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})


def study(creators: pl.DataFrame | None = None, posts: pl.DataFrame | None = None, **options: Any) -> Study:
    frames = [frame for frame in (creators, posts) if frame is not None]
    rows = sum(frame.height for frame in frames)
    audit = {"rows_read": rows, "rows_kept": rows, "files": [{"file": "list.csv", "rows_read": rows}]}
    return study_of(Tables(creators, posts, None, REJECTED, audit), **options)


def accounts(per_tier: int, *, by_followers: float, by_views: float, few_micro: int | None = None) -> pl.DataFrame:
    """Return micro and mega accounts; ``by_*`` is how many times mega's rate micro's is, by each denominator."""
    rng = np.random.default_rng(7)
    small = few_micro if few_micro is not None else per_tier
    followers = np.r_[rng.uniform(2_000, 9_000, small), rng.uniform(2e6, 9e6, per_tier)].round()
    micro = np.arange(len(followers)) < small
    noise = np.exp(rng.normal(0, 0.4, len(followers)))
    likes = followers * 0.02 * np.where(micro, by_followers, 1.0) * noise
    views = likes / (0.10 * np.where(micro, by_views, 1.0) * np.exp(rng.normal(0, 0.3, len(followers))))
    return pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(len(followers))],
            "platform": "tiktok",
            "followers": followers.astype(int),
            "avg_likes": likes,
            "avg_views": views,
        }
    )


def test_the_denominator_decides_when_the_rankings_disagree() -> None:
    found = engagement.denominator(study(accounts(120, by_followers=6, by_views=1)))
    assert found.verdict == "supported"
    assert found.title.startswith("The denominator decides: micro is ")
    assert "no clear difference per view" in found.title
    assert "per view" in found.action
    assert found.role == "headline"


def test_it_does_not_when_they_agree() -> None:
    found = engagement.denominator(study(accounts(120, by_followers=4, by_views=2)))
    assert found.verdict == "supported"
    assert found.title.startswith("Micro engages more by every denominator")
    other = engagement.denominator(study(accounts(120, by_followers=1 / 4, by_views=1 / 2)))
    assert other.verdict == "contradicted"
    assert other.title.startswith("Mega engages more by every denominator")


def test_no_difference_is_never_a_win() -> None:
    found = engagement.denominator(study(accounts(120, by_followers=1, by_views=1)))
    assert found.verdict == "inconclusive"
    assert "No clear difference" in found.title
    rate = engagement.rate_by_tier(study(accounts(120, by_followers=1, by_views=1)))
    assert rate.verdict == "inconclusive"
    assert "No clear difference" in rate.title
    schemes = engagement.rate_in_schemes(study(accounts(120, by_followers=1, by_views=1)))
    assert " in 0 of " in schemes.title


def test_a_group_under_the_minimum_never_wins() -> None:
    found = engagement.rate_by_tier(study(accounts(120, by_followers=50, by_views=1, few_micro=5)))
    assert found.verdict is None
    assert "micro (5)" in found.caution
    assert (
        engagement.denominator(study(accounts(120, by_followers=50, by_views=1, few_micro=5))).verdict == "not testable"
    )


def test_one_denominator_cannot_decide() -> None:
    found = engagement.denominator(study(accounts(50, by_followers=2, by_views=1).drop("avg_views")))
    assert found.verdict == "not testable"
    assert "nly followers" in found.sentence


def test_small_accounts_listed_for_a_success_are_called_so() -> None:
    """Micro accounts with 40 engagements a follower, as in a list of the most viewed posts."""
    found = engagement.survivorship(study(accounts(100, by_followers=2_000, by_views=1)))
    assert found.verdict == "supported"
    assert "went viral" in found.title
    assert "cannot tell how an ordinary micro account does" in found.sentence


def test_ordinary_small_accounts_are_not() -> None:
    found = engagement.survivorship(study(accounts(100, by_followers=2, by_views=1)))
    assert found.verdict is None
    assert "No sign" in found.title


@pytest.mark.parametrize(
    ("power", "verdict", "said"),
    [(0.7, "supported", "more slowly"), (1.0, "contradicted", "keep pace"), (1.4, "contradicted", "faster")],
)
def test_growth_is_tested_against_one(power: float, verdict: str, said: str) -> None:
    rng = np.random.default_rng(5)
    followers = 10 ** rng.uniform(3, 7, 300)
    frame = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(300)],
            "platform": "tiktok",
            "followers": followers.astype(int),
            "avg_likes": followers**power * np.exp(rng.normal(0, 0.4, 300)),
        }
    )
    found = engagement.against_followers(study(frame))
    assert found.verdict == verdict
    assert said in found.sentence
    assert "associated" in found.sentence
    slope = found.table.iloc[0]
    assert slope["low"] < power < slope["high"]
    assert len(found.points) == 300  # type: ignore[arg-type]


def posts(penalty: float) -> pl.DataFrame:
    rng = np.random.default_rng(11)
    level = np.exp(rng.normal(6, 1, 60))
    rows = [
        (f"p{i}-{k}", f"h{i}", round(level[i] * np.exp(rng.normal(0, 0.5)) * (penalty if k < 8 else 1)), k < 8)
        for i in range(60)
        for k in range(24)
    ]
    return pl.DataFrame(rows, schema=["post_id", "handle", "likes", "sponsored"], orient="row").with_columns(
        platform=pl.lit("instagram"), followers=pl.lit(50_000)
    )


def test_sponsored_posts_are_set_against_the_same_creators_own() -> None:
    found = engagement.sponsored(study(posts=posts(0.7)))
    assert found.verdict == "supported"
    assert found.table.iloc[0]["low"] < 0.7 < found.table.iloc[0]["high"]
    assert found.n == {"creators": 60, "posts": 60 * 24}
    alike = engagement.sponsored(study(posts=posts(1.0)))
    assert alike.verdict == "contradicted"
    assert "no meaningful difference" in alike.title
    assert "too small to matter" in alike.sentence


def test_spread_says_whether_the_creator_or_the_size_matters_more() -> None:
    found = engagement.spread(study(accounts(120, by_followers=1, by_views=1)))
    assert "whom to book matters more" in found.sentence
    assert found.points is not None
    assert set(found.points.columns) == {"tier", "value"}


def test_published_figures_are_shown_one_by_one_with_their_disagreement() -> None:
    found = engagement.beside_published(study(accounts(120, by_followers=2, by_views=1)))
    assert found.table["source"].nunique() > 1
    assert "recalled" not in set(found.table.get("evidence", []))
    assert "differ by a factor" in found.sentence
    assert found.verdict is None
