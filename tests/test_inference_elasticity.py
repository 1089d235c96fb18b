"""Elasticity. Authorities: scipy.stats.theilslopes, planted slopes, published tables, hand arithmetic."""

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.inference.elasticity import (
    elasticity,
    log_slope,
    rate_slope,
    tenfold,
    theil_sen,
)
from analysis.inference.group_slopes import partially_pooled, slopes_by_group
from analysis.inference.result import Interval


def _planted(n: int = 400, slope: float = 0.8, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(seed)
    followers = 10 ** g.uniform(3, 7, n)
    return np.round(followers**slope * np.exp(g.normal(size=n)) * (g.random(n) > 0.03)), followers


def test_the_planted_elasticity_is_recovered_four_ways() -> None:
    found = elasticity(*_planted())
    for one in (found.slope, found.theil_sen, found.huber, found.count):
        assert one.low < 0.8 < one.high
        assert one.p_value < 1e-6  # against 1
    assert found.rows == 400
    assert found.zeros > 0
    assert found.count.n == found.slope.n + found.zeros


def test_the_slope_alone_is_the_slope() -> None:
    """Authority: statsmodels OLS with cov_type HC3 and t limits on the same logarithms."""
    import statsmodels.api as sm

    y, f = _planted()
    alone = log_slope(y, f)
    assert alone == elasticity(y, f).slope
    fit = sm.OLS(np.log(y[y > 0]), sm.add_constant(np.log(f[y > 0]))).fit(cov_type="HC3", use_t=True)
    assert [alone.low, alone.high] == pytest.approx(list(fit.conf_int()[1]), rel=1e-9)
    few = log_slope(y[:5], f[:5])
    assert few.note
    assert not few.known


def test_tenfold_says_what_the_slope_means() -> None:
    # 10 ** 0.8 = 6.31: ten times the followers bring 6.3 times the engagements
    assert tenfold(Interval(0.8, 0.8, 0.8, 9, "given")).estimate == pytest.approx(6.3096, abs=1e-4)


def test_theil_sen_is_scipys() -> None:
    g = np.random.default_rng(2)
    x, y = np.round(g.normal(size=60), 1), g.normal(size=60)
    theirs = stats.theilslopes(y, x)
    ours = theil_sen(y, x)
    assert (ours.estimate, ours.low, ours.high) == pytest.approx((theirs.slope, theirs.low_slope, theirs.high_slope))


def test_a_large_sample_is_drawn_with_its_seed_and_said() -> None:
    y, x = _planted(3000)
    one, again = theil_sen(np.log(y + 1), np.log(x), seed=3), theil_sen(np.log(y + 1), np.log(x), seed=3)
    assert one == again
    assert one.note == "From 1,000 of 3,000 points, drawn at random."


def test_posts_of_one_creator_do_not_count_as_many() -> None:
    y, f = _planted(60)
    who = np.arange(60)
    once = elasticity(y, f, cluster=who).slope
    often = elasticity(np.repeat(y, 10), np.repeat(f, 10), cluster=np.repeat(who, 10)).slope
    assert often.n == once.n
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.03)


def test_platform_levels_do_not_bend_the_slope() -> None:
    # Simpson: within each platform 0.8, platforms of larger creators engage less
    y, f = _planted(600)
    platform = np.where(f > 1e5, "large", "small")
    y = np.where(platform == "large", y / 30, y)
    assert elasticity(y, f).slope.high < 0.6
    within = elasticity(y, f, group=platform).slope
    assert within.low < 0.8 < within.high


@pytest.mark.parametrize(
    ("response", "followers", "reason"),
    [
        ([1.0] * 3, [10.0, 20.0, 30.0], "3 creators with engagement and followers; 8 are needed."),
        ([0.0] * 20, list(range(1, 21)), "0 creators with engagement and followers; 8 are needed."),
        ([1.0] * 20, [100.0] * 20, "all creators have the same number of followers."),
        ([], [], "0 creators with engagement and followers; 8 are needed."),
    ],
)
def test_degenerate_data_has_a_reason(response: list[float], followers: list[float], reason: str) -> None:
    found = elasticity(response, followers)
    assert found.slope.note == reason
    assert found.turn is None


def test_constant_engagement_has_a_slope_of_zero() -> None:
    found = elasticity([5.0] * 20, np.geomspace(1e3, 1e6, 20))
    assert found.slope.estimate == pytest.approx(0.0, abs=1e-9)


def test_slopes_are_drawn_together_by_how_little_they_are_known() -> None:
    g = np.random.default_rng(4)
    f, y, label = [], [], []
    for name, slope, n in (("a", 0.7, 300), ("b", 0.9, 300), ("c", 1.4, 12), ("d", 0.8, 300)):
        size = 10 ** g.uniform(3, 6, n)
        f.append(size)
        y.append(size**slope * np.exp(g.normal(size=n)))
        label += [name] * n
    pooled = slopes_by_group(np.concatenate(y), np.concatenate(f), label)
    mean = pooled.common.estimate
    moved = {name: abs(pooled.shrunken[name].estimate - pooled.fitted[name].estimate) for name in "abcd"}
    assert moved["c"] == max(moved.values())
    assert abs(pooled.shrunken["c"].estimate - mean) < abs(pooled.fitted["c"].estimate - mean)
    assert pooled.between > 0


def test_partial_pooling_by_hand() -> None:
    # equal precision, spread less than expected by chance (1 / 2 < 1): variance between groups 0, common = mean
    z = 1.959963984540054
    fitted = {k: Interval(v, v - z, v + z, 10, "given") for k, v in (("a", 0.0), ("b", 1.0))}
    pooled = partially_pooled(fitted)
    assert pooled.between == 0
    assert pooled.common.estimate == pytest.approx(0.5)


def test_one_platform_alone_is_not_pooled() -> None:
    pooled = slopes_by_group(*_planted(50), ["tiktok"] * 50)
    assert pooled.common.note.startswith("only one group")
    assert slopes_by_group([], [], []).common.note == "no group has a slope."


@pytest.mark.parametrize(
    ("rates", "followers", "slope"),
    # published rates by tier at the geometric middle of the tier (an open tier: one decade)
    [
        ([8.0, 4.0, 2.37, 1.66], [10**2.5, 10**3.5, 10**4.5, 10**6.5], -0.17),  # Markerly 2016, likes
        ([4.8, 2.4, 1.8, 1.5, 1.2], [3162, 31623, 223607, 707107, 3162278], -0.20),  # Instagram 2025
        ([3.2, 2.1, 1.5, 1.2, 0.9], [3162, 31623, 223607, 707107, 3162278], -0.18),  # YouTube 2025
        ([10.3, 8.1, 6.3, 5.5, 4.9], [3162, 31623, 223607, 707107, 3162278], -0.11),  # TikTok 2025
        ([4.26, 2.28, 1.62, 1.55, 1.54], [2236, 10000, 44721, 316228, 3162278], -0.13),  # HypeAuditor 2018
    ],
)
def test_published_tables_have_their_known_slopes(rates: list[float], followers: list[float], slope: float) -> None:
    assert rate_slope(rates, followers).estimate == pytest.approx(slope, abs=0.01)


def test_lengths_must_agree() -> None:
    with pytest.raises(ParameterError, match="lengths differ"):
        elasticity([1, 2], [1])


def test_a_response_that_never_changes_has_a_slope_of_nothing() -> None:
    """Authority: by hand; the rounding of sums is no growth, and is not printed as one."""
    found = log_slope([100.0] * 30, [1_000.0 * 1.37**k for k in range(30)])
    assert (found.estimate, found.low, found.high) == (0.0, 0.0, 0.0)
