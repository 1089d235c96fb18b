"""Turns and Fieller. Authorities: published output of the authors' `utest` for Stata, the definition of the limits."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.inference.shape import fieller_interval, lind_mehlum, quadratic_turn


def _from_end_slopes(
    low: float, high: float, slope_low: float, slope_high: float, error_low: float, error_high: float, covariance: float
) -> tuple[float, float, np.ndarray]:
    """Return the quadratic's coefficients and covariance behind the slopes that `utest` prints for the two ends."""
    to_coefficients = np.linalg.inv(np.array([[1.0, 2 * low], [1.0, 2 * high]]))
    ends = np.array([[error_low**2, covariance], [covariance, error_high**2]])
    linear, square = to_coefficients @ np.array([slope_low, slope_high])
    return linear, square, to_coefficients @ ends @ to_coefficients.T


def test_published_u_shape_that_is_not_established() -> None:
    # utest output, https://m.pinggu.org/bbs/thread-4667505-1-1.html: extreme point .0188902, slopes -13.54852 (t
    # -1.0813, p .1397904) at -156.6146 and 44.90505 (t 1.081918, p .1396531) at 519.1631; overall t 1.08, p .14
    linear, square, covariance = _from_end_slopes(
        -156.6146, 519.1631, -13.54852, 44.90505, 13.54852 / 1.0813, 44.90505 / 1.081918, 0.0
    )
    turn = lind_mehlum(linear, square, covariance, low=-156.6146, high=519.1631, freedom=10_000, n=10_003)
    assert turn.shape == "falls then rises"
    assert turn.point.estimate == pytest.approx(0.0188902, abs=2e-3)
    assert turn.p_value == pytest.approx(0.1397904, abs=1e-4)
    assert not turn.point.known


def test_published_inverse_u_shape_with_its_fieller_interval() -> None:
    # utest output in a public tutorial: slopes 3.092651 (t 87.91404) at 1.076234 and -3.118511 (t -88.62811) at
    # 8.922791; 95% Fieller interval of the extreme point [4.9615547; 5.0047879]. The output omits the covariance of
    # the two slopes: it is the one at which the lower limit fits, and the upper limit is then the test.
    def turn(correlation: float):  # type: ignore[no-untyped-def]
        errors = 3.092651 / 87.91404, 3.118511 / 88.62811
        linear, square, covariance = _from_end_slopes(
            1.076234, 8.922791, 3.092651, -3.118511, *errors, correlation * errors[0] * errors[1]
        )
        return lind_mehlum(linear, square, covariance, low=1.076234, high=8.922791, freedom=1e6, n=1000)

    low, high = -0.999, 0.999
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if turn(middle).point.low > 4.9615547 else (low, middle)
    if turn(low).point.low != pytest.approx(4.9615547, abs=1e-6):  # the limit falls as the correlation rises
        low, high = -0.999, 0.999
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if turn(middle).point.low > 4.9615547 else (middle, high)
    found = turn(low)
    assert found.point.low == pytest.approx(4.9615547, abs=1e-6)
    assert found.point.high == pytest.approx(5.0047879, abs=1e-4)
    assert found.shape == "rises then falls"
    assert found.p_value < 1e-12


def test_fiellers_limits_are_where_the_difference_is_just_significant() -> None:
    # the definition: at a limit r, (a - r b) / se(a - r b) is the t quantile
    interval = fieller_interval(10.0, 5.0, 1.0, 0.25, 0.2, freedom=12, n=14)
    for r in (interval.low, interval.high):
        t = (10 - r * 5) / math.sqrt(1 - 2 * r * 0.2 + r * r * 0.25)
        assert abs(t) == pytest.approx(stats.t.ppf(0.975, 12))


def test_fieller_is_open_when_the_denominator_may_be_zero() -> None:
    interval = fieller_interval(10.0, 1.0, 1.0, 1.0, 0.0, freedom=30, n=32)
    assert not interval.known
    assert "bounded on neither side" in interval.note
    assert fieller_interval(1.0, 0.0, 1.0, 1.0, 0.0, freedom=30, n=32).note == "the denominator is zero."


def test_a_planted_turning_point_is_recovered() -> None:
    g = np.random.default_rng(1)
    x = g.uniform(3, 7, 400)
    turn = quadratic_turn(-0.5 * (x - 5) ** 2 + g.normal(size=400), x)
    assert turn.shape == "rises then falls"
    assert turn.p_value < 0.01
    assert turn.point.low < 5 < turn.point.high


def test_a_curve_that_only_flattens_has_no_turn() -> None:
    x = np.linspace(1, 3, 50)
    turn = quadratic_turn(x - 0.1 * x**2, x)
    assert (turn.shape, turn.p_value) == ("no turn", None)


def test_no_fit_is_none() -> None:
    assert quadratic_turn(np.array([]), np.array([])) is None
    assert quadratic_turn(np.ones(5), np.ones(5)) is None
