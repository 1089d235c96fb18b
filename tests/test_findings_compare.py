"""Holm's correction by intervals, the pair that is compared, and groups as the measures room sums them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import norm

from analysis.findings import study_of
from analysis.findings.compare import Contrast, by_tier, decide, holm, pair, verdict
from analysis.inference import Interval
from analysis.intake import Tables
from analysis.measures import summary


def normal(z: float) -> Callable[[float], Contrast]:
    """Return a contrast on the log scale whose two-sided p-value is that of ``z``: its interval is normal theory."""

    def at(confidence: float) -> Contrast:
        reach = norm.ppf((1 + confidence) / 2)
        low, high = np.exp(z - reach), np.exp(z + reach)
        return Contrast("a", "b", Interval(float(np.exp(z)), float(low), float(high), 50, "normal", confidence), 25, 25)

    return at


@pytest.mark.parametrize("seed", range(20))
def test_stepping_down_through_intervals_is_holm(seed: int) -> None:
    """Authority: statsmodels multipletests(method='holm') on the p-values of the same statistics."""
    from statsmodels.stats.multitest import multipletests

    z = np.random.default_rng(seed).normal(0, 2.2, 5)
    reject = multipletests(2 * norm.sf(np.abs(z)), alpha=0.05, method="holm")[0]
    found = holm([normal(value) for value in z], 0.95)
    assert [contrast.clear for contrast in found] == list(reject)
    assert {contrast.comparisons for contrast in found} == {5}


def fixed(low: float, high: float) -> Callable[[float], Contrast]:
    """Return a contrast whose log interval widens with confidence around a fixed middle."""

    def at(confidence: float) -> Contrast:
        middle, reach = (
            np.log(low * high) / 2,
            np.log(high / low) / 2 * norm.ppf((1 + confidence) / 2) / norm.ppf(0.975),
        )
        limits = np.exp([middle, middle - reach, middle + reach])
        return Contrast("a", "b", Interval(*map(float, limits), 900, "normal", confidence), 450, 450)

    return at


REGION = (0.9, 1 / 0.9)


@pytest.mark.parametrize(
    ("low", "high", "way", "claimed_higher"),
    [
        (0.995, 0.999, "same", "contradicted"),  # excludes 1 and says that the difference does not matter
        (0.95, 1.05, "same", "contradicted"),
        (0.80, 0.97, "lower", "contradicted"),
        (1.05, 1.40, "higher", "supported"),
        (0.80, 1.30, "none", "inconclusive"),  # we cannot tell
    ],
)
def test_no_meaningful_difference_is_not_we_cannot_tell(low: float, high: float, way: str, claimed_higher: str) -> None:
    found = holm([fixed(low, high)], 0.95, REGION)[0]
    assert (found.direction, decide(found.interval, REGION)) == (way, way)
    assert verdict(found, "higher") == claimed_higher


def test_the_correction_counts_for_no_meaningful_difference_too() -> None:
    """Alone 0.905 to 1.095 lies within the region; asked beside nine others at 99.5% it does not."""
    assert holm([fixed(0.905, 1.095)], 0.95, REGION)[0].same
    many = holm([fixed(0.905, 1.095), *[fixed(0.5, 2.0)] * 9], 0.95, REGION)
    assert [one.direction for one in many] == ["none"] * 10


def test_without_an_interval_nothing_is_clear() -> None:
    nothing = Interval(2.0, float("nan"), float("nan"), 3, "none", 0.95, "too few")
    contrast = holm([lambda confidence: Contrast("a", "b", nothing, 3, 3)], 0.95)[0]
    assert (contrast.clear, contrast.direction, verdict(contrast, "higher")) == (False, "none", "not testable")


@pytest.mark.parametrize(
    ("ranked", "below", "expected"),
    [
        (["under 1k", "micro", "macro", "mega"], "under 1k", ("micro", "mega")),
        (["macro", "mega"], "under 1k", ("macro", "mega")),
        (["under 1k", "micro"], "under 1k", ("under 1k", "micro")),
        (["q1", "q2", "q3"], None, ("q1", "q3")),
        (["mega"], "under 1k", None),
        ([], None, None),
    ],
)
def test_the_pair(ranked: list[str], below: str | None, expected: tuple[str, str] | None) -> None:
    assert pair(ranked, below=below) == expected


def test_groups_are_those_of_the_measures_room_and_the_estimates_agree() -> None:
    rng = np.random.default_rng(3)
    creators = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(60)],
            "followers": (10 ** rng.uniform(3, 7, 60)).astype(int),
            "avg_likes": rng.uniform(0, 9, 60),
        }
    )
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    study = study_of(Tables(creators, None, None, rejected, {"files": []}))
    measure = "engagement_rate_by_followers"
    table = by_tier(study, measure)
    sums = summary.groups(study.accounts, measure)
    pd.testing.assert_frame_equal(table[list(sums.columns)], sums)
    inside = table.dropna(subset="pooled_low")
    assert (inside["pooled_low"] <= inside["pooled"]).all()
    assert (inside["pooled"] <= inside["pooled_high"]).all()


def test_a_ratio_below_one_is_told_from_the_other_side() -> None:
    # by hand: 1/0.4 = 2.5, and the limits 0.25 and 0.8 become 1.25 and 4
    below = Contrast("micro", "mega", Interval(0.4, 0.25, 0.8, 30, "by hand", 0.95), 20, 10)
    told = below.above_one
    assert (told.first, told.second, told.n_first, told.n_second) == ("mega", "micro", 10, 20)
    assert (told.interval.estimate, told.interval.low, told.interval.high) == (2.5, 1.25, 4.0)
    assert told.limits == "95% interval 1.25 to 4"
    assert told.above_one is told


def test_a_ratio_of_nothing_is_told_as_it_is() -> None:
    none = Contrast("micro", "mega", Interval(float("nan"), float("nan"), float("nan"), 3, "", 0.95), 1, 2)
    assert none.above_one is none
    assert none.limits == "no interval that could be trusted"
    zero = Contrast("micro", "mega", Interval(0.0, 0.0, 0.5, 30, "by hand", 0.95), 20, 10)
    assert zero.above_one is zero  # nothing is infinitely many times as much
    half_open = Contrast("micro", "mega", Interval(0.5, 0.0, 0.8, 30, "by hand", 0.95), 20, 10).above_one
    assert half_open.interval.high == float("inf")
