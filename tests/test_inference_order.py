"""Medians and quantiles. Authorities: binomial tables (hand arithmetic), scipy.stats.quantile_test and bootstrap."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.inference.order import bootstrap_quantiles, left_out_quantiles, median_interval, quantile_interval


def test_median_limits_are_the_binomial_ranks() -> None:
    # n = 10: P(B <= 1) = 11/1024 = 0.0107 <= 0.025 < P(B <= 2); ranks 2 and 9.
    interval = median_interval(range(1, 11))
    assert (interval.low, interval.estimate, interval.high, interval.n) == (2.0, 5.5, 9.0, 10)


@pytest.mark.parametrize(("n", "q"), [(20, 0.5), (50, 0.5), (200, 0.5), (60, 0.9), (45, 0.25)])
def test_limits_equal_scipys_quantile_test(n: int, q: float) -> None:
    values = np.random.default_rng(n).lognormal(size=n)
    ours = quantile_interval(values, q)
    assert stats.binom.cdf(np.searchsorted(np.sort(values), ours.low, "left"), n, q) <= 0.025 + 1e-12
    # scipy's two-sided interval is the intersection of its one-sided ones at alpha / 2
    theirs = stats.quantile_test(values, p=q).confidence_interval(confidence_level=0.95)
    assert ours.low == pytest.approx(theirs.low)
    assert ours.high == pytest.approx(theirs.high)


def test_six_values_are_the_fewest_for_a_median() -> None:
    # 2 * 0.5 ** 6 = 0.03125 <= 0.05 < 2 * 0.5 ** 5
    assert median_interval(range(6)).known
    five = median_interval(range(5))
    assert not five.known
    assert five.note == "5 values are too few for a 95% interval of this quantile; 6 are needed."


def test_missing_and_infinite_values_are_set_aside_and_said() -> None:
    interval = median_interval([1, 2, 3, 4, 5, 6, 7, 8, None, math.nan, math.inf])
    assert interval.n == 8
    assert interval.note == "1 infinite value was set aside."


@pytest.mark.parametrize("values", [[], [None], [math.nan, math.nan]])
def test_nothing_known_is_a_reason(values: list[float]) -> None:
    interval = median_interval(values)
    assert str(interval) == "not known: no value is known."


def test_constant_values_give_a_point() -> None:
    interval = median_interval([3.0] * 30)
    assert (interval.low, interval.high) == (3.0, 3.0)


def test_a_quantile_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"such as 0\.5"):
        quantile_interval([1, 2, 3], 1.0)


@pytest.mark.parametrize(("n", "q"), [(7, 0.5), (8, 0.5), (41, 0.5), (60, 0.5), (41, 0.9), (60, 0.25)])
def test_draws_have_the_distribution_of_resampled_quantiles(n: int, q: float) -> None:
    values = np.sort(np.random.default_rng(1).lognormal(size=n))
    drawn = bootstrap_quantiles(values, q, 40_000, np.random.default_rng(2))
    resampled = np.quantile(np.random.default_rng(3).choice(values, (40_000, n)), q, axis=1)
    assert stats.ks_2samp(drawn, resampled).statistic < 0.015


@pytest.mark.parametrize("q", [0.5, 0.25, 0.9])
@pytest.mark.parametrize("n", [3, 10, 11, 30])
def test_left_out_quantiles_are_the_jackknife(n: int, q: float) -> None:
    values = np.sort(np.random.default_rng(n).normal(size=n))
    quantiles, counts = left_out_quantiles(values, q)
    brute = sorted(np.quantile(np.delete(values, i), q) for i in range(n))
    assert sorted(np.repeat(quantiles, counts.astype(int))) == pytest.approx(brute)
