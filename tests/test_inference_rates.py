"""Rare events. Authorities: Garwood (1936), the rule of three, scipy.stats.binomtest, hand arithmetic."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.inference.rates import cost_per_event_interval, proportion_interval, rate_interval


@pytest.mark.parametrize(
    ("events", "low", "high"),
    # Garwood's table, as in Ulm (1990), Am. J. Epidemiol. 131, 373-375
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (20, 12.217, 30.888)],
)
def test_exact_limits_are_garwoods(events: int, low: float, high: float) -> None:
    interval = rate_interval(events, 1)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-3)


def test_zero_events_bound_the_cost_from_below_only() -> None:
    # 1,000 spent, none sold: at least 1000 / 3.689 a sale
    interval = cost_per_event_interval(1000, 0)
    assert interval.low == pytest.approx(1000 / 3.68888, rel=1e-5)
    assert math.isinf(interval.high)
    assert "nothing bounds it from above" in interval.note
    assert interval.known


def test_cost_per_event_turns_the_rate_over() -> None:
    rate, cost = rate_interval(12, 600), cost_per_event_interval(600, 12)
    assert (cost.low, cost.estimate, cost.high) == pytest.approx((1 / rate.high, 50.0, 1 / rate.low))


def test_creators_that_differ_widen_the_limits() -> None:
    clicks = np.full(20, 100)
    even, uneven = np.full(20, 5), np.array([100] + [0] * 19)
    a, b = rate_interval(even, clicks), rate_interval(uneven, clicks)
    assert a.estimate == b.estimate
    assert b.high - b.low > 3 * (a.high - a.low)
    assert "differ more than chance" in b.note


def test_poisson_events_keep_their_coverage() -> None:
    g = np.random.default_rng(1)
    held = 0
    for _ in range(500):
        clicks = g.integers(50, 400, 30)
        interval = rate_interval(g.poisson(0.004 * clicks), clicks)
        held += interval.low <= 0.004 <= interval.high
    assert held / 500 > 0.93


def test_degenerate_rates_have_a_reason() -> None:
    assert rate_interval([], []).note == "the exposure is zero or not known."
    assert rate_interval(0, 0).note == "the exposure is zero or not known."
    assert not cost_per_event_interval(None, 3).known
    with pytest.raises(ParameterError, match="neither is negative"):
        rate_interval(-1, 10)


@pytest.mark.parametrize(("k", "n"), [(0, 20), (3, 20), (20, 20), (57, 200)])
def test_proportion_limits_are_scipys_exact_ones(k: int, n: int) -> None:
    theirs = stats.binomtest(k, n).proportion_ci(method="exact")
    ours = proportion_interval(k, n)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_proportion_of_nothing_has_a_reason() -> None:
    assert not proportion_interval(0, 0).known
    with pytest.raises(ParameterError, match="between 0 and trials"):
        proportion_interval(3, 2)
