"""Like with like on planted data: a difference that the platform makes, and one that stays."""

import numpy as np
import polars as pl
import pytest

from analysis.findings import Study, engagement, study_of
from analysis.findings.alike import same_size
from analysis.intake import Tables


def study(frame: pl.DataFrame) -> Study:
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    return study_of(Tables(frame, None, None, rejected, {"files": []}))


def creators(micro_lift: float, tiktok_lift: float, *, micro_on_tiktok: float, seed: int = 4) -> pl.DataFrame:
    """Return 200 micro and 200 mega creators; the rate is 2% times the planted lifts, scattered by half a log."""
    rng = np.random.default_rng(seed)
    micro = np.arange(400) < 200
    tiktok = rng.random(400) < np.where(micro, micro_on_tiktok, 1 - micro_on_tiktok)
    followers = np.where(micro, 5_000, 3_000_000)
    rate = 0.02 * np.where(micro, micro_lift, 1) * np.where(tiktok, tiktok_lift, 1) * np.exp(rng.normal(0, 0.5, 400))
    return pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(400)],
            "platform": np.where(tiktok, "tiktok", "instagram"),
            "followers": followers,
            "avg_likes": followers * rate,
        }
    )


def test_a_difference_that_the_platform_makes_turns_round() -> None:
    """Simpson, planted: micro is 0.6 times mega on either platform, and lives where rates are six times as high."""
    one = study(creators(0.6, 6.0, micro_on_tiktok=0.85))
    found = engagement.rate_alike(one)
    raw, held = found.table.iloc[0], found.table.iloc[1]
    assert raw["low"] > 1
    assert held["low"] < 0.6 < held["high"] < 1
    assert (found.verdict, raw["direction"], held["direction"]) == ("contradicted", "higher", "lower")
    assert "turns round" in found.title
    assert "(Simpson)" in engagement.rate_by_tier(one).caution
    assert "(Simpson)" in engagement.denominator(one).caution or engagement.denominator(one).verdict == "not testable"


def test_a_difference_of_size_stays_and_warns_nobody() -> None:
    one = study(creators(3.0, 2.0, micro_on_tiktok=0.5))
    found = engagement.rate_alike(one)
    assert found.verdict == "supported"
    assert found.table.iloc[1]["low"] < 3 < found.table.iloc[1]["high"]
    assert list(found.table["reading"]) == ["as they are", "same platform", "on Instagram", "on TikTok"]
    assert "like" not in engagement.rate_by_tier(one).caution


def test_one_platform_and_no_category_leaves_nothing_to_hold_the_same() -> None:
    found = engagement.rate_alike(study(creators(3.0, 1.0, micro_on_tiktok=0.5).with_columns(platform=pl.lit("x"))))
    assert found.verdict == "not testable"
    assert "one platform" in found.sentence


def test_at_the_same_size_ambassadors_lose_the_lead_that_being_small_gave_them() -> None:
    """Planted: engagements are followers to the power of 0.7 for both kinds, and ambassadors are smaller."""
    rng = np.random.default_rng(9)
    kind = np.array(["ambassador"] * 150 + ["paid"] * 150)
    followers = 10 ** np.where(kind == "paid", rng.uniform(4, 6, 300), rng.uniform(3.5, 5.5, 300))
    frame = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(300)],
            "platform": ["tiktok", "instagram"] * 150,
            "relationship": kind,
            "followers": followers.round().astype(int),
            "avg_likes": followers**0.7 * np.exp(rng.normal(0, 0.4, 300)),
        }
    )
    one = study(frame)
    rate = one.accounts["engagement_rate_by_followers_num"] / one.accounts["engagement_rate_by_followers_den"]
    found = same_size(one, rate, one.accounts, "ambassador", "paid")
    assert found.raw.low > 1.2
    assert found.adjusted.estimate == pytest.approx(1.0, abs=0.12)
    assert found.adjusted.low < 1 < found.adjusted.high
    assert found.warning == "The difference is not established once like is compared with like."
    assert found.warning in engagement.ambassadors(one).sentence
