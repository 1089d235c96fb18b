"""Power. Authorities: the textbook formula by hand, statsmodels, a simulation with this package's own contrast."""

import math

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.inference.contrasts import median_contrast
from analysis.inference.power import creators_needed, creators_needed_from, detectable_ratio, power_of
from analysis.inference.result import Interval, unknown


def test_the_formula_by_hand() -> None:
    # (1.959964 + 0.841621) ** 2 * 2 * pi / 2 / log(2) ** 2 = 51.32
    assert creators_needed(2.0, 1.0) == 52
    assert creators_needed(0.5, 1.0) == 52
    assert creators_needed(10.0, 0.1) == 6


def test_means_of_logs_are_statsmodels_z_test() -> None:
    power = pytest.importorskip("statsmodels.stats.power")
    # medians cost pi / 2 times the creators that means of logs do
    theirs = power.NormalIndPower().solve_power(effect_size=math.log(1.5), alpha=0.05, power=0.8)
    assert creators_needed(1.5, 1.0) == pytest.approx(theirs * math.pi / 2, abs=1)


def test_needed_detectable_and_power_agree() -> None:
    n = creators_needed(1.4, 0.9)
    assert detectable_ratio(n, n, 0.9) == pytest.approx(1.4, rel=0.01)
    assert power_of(1.4, n, n, 0.9) == pytest.approx(0.8, abs=0.01)


@pytest.mark.slow
def test_the_promised_power_is_had() -> None:
    n, seen = creators_needed(1.6, 1.0), 0
    g = np.random.default_rng(1)
    for seed in range(400):
        a, b = g.lognormal(math.log(1.6), 1.0, n), g.lognormal(0.0, 1.0, n)
        seen += median_contrast(a, b, seed=seed, resamples=2000).low > 1
    assert seen / 400 == pytest.approx(0.8, abs=0.07)


def test_an_interval_teaches_how_many_are_missing() -> None:
    # limits 0.5 to 2 at 100 creators: se = log 4 / 3.92; four times the creators halve it
    one = creators_needed_from(Interval(1.0, 0.5, 2.0, 100, "given"), 1.5)
    two = creators_needed_from(Interval(1.0, 0.5**0.5, 2.0**0.5, 100, "given"), 1.5)
    assert one == pytest.approx(4 * two, abs=4)
    assert creators_needed_from(unknown(1.0, 3, "given", 0.95, "too few"), 1.5) is None
    assert creators_needed_from(Interval(1.0, -0.5, 2.0, 9, "given"), 1.5) is None


def test_impossible_questions_are_refused() -> None:
    for call in (
        lambda: creators_needed(1.0, 1.0),
        lambda: creators_needed(1.5, 0.0),
        lambda: creators_needed(1.5, 1.0, power=1.0),
        lambda: detectable_ratio(0, 5, 1.0),
        lambda: power_of(1.5, 0, 5, 1.0),
    ):
        with pytest.raises(ParameterError):
            call()
