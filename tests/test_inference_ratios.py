"""Pooled ratios. Authorities: hand arithmetic, planted log-normal truths, invariances any ratio must have."""

import math

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.inference.pooled import LogShape, pooled_log_draws
from analysis.inference.ratios import creator_ratios, largest_share, mean_interval, ratio_interval


def _planted(n: int, sigma: float = 1.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(seed)
    size = g.lognormal(sigma=0.8, size=n)
    return size * g.lognormal(sigma=sigma, size=n), size


def test_pooled_is_not_the_mean_of_ratios() -> None:
    # 250 / 1010: costs 100, 100, 50 over engagements 10, 1000, 0.
    assert ratio_interval([100, 100, 50], [10, 1000, 0]).estimate == pytest.approx(250 / 1010)


def test_posts_are_summed_by_creator() -> None:
    top, bottom = _planted(30)
    rows = ratio_interval(np.repeat(top / 2, 2), np.repeat(bottom / 2, 2), cluster=np.repeat(np.arange(30), 2))
    whole = ratio_interval(top, bottom)
    assert rows.n == 30
    assert (rows.low, rows.high) == pytest.approx((whole.low, whole.high))


def test_the_same_seed_gives_the_same_limits_and_units_scale_them() -> None:
    top, bottom = _planted(40)
    once, again, cents = (ratio_interval(x, bottom, seed=7) for x in (top, top, 100 * top))
    assert once == again
    assert (cents.low, cents.high) == pytest.approx((100 * once.low, 100 * once.high))


def test_turning_the_ratio_over_turns_the_limits_over() -> None:
    top, bottom = _planted(60)
    there, back = ratio_interval(top, bottom), ratio_interval(bottom, top)
    assert back.low == pytest.approx(1 / there.high, rel=0.05)
    assert back.high == pytest.approx(1 / there.low, rel=0.05)


def test_many_creators_agree_with_the_delta_method() -> None:
    # at 50,000 creators with light tails the delta method is right
    g = np.random.default_rng(3)
    bottom = g.lognormal(sigma=0.5, size=50_000)
    top = bottom * g.gamma(4.0, size=50_000)
    ratio = top.sum() / bottom.sum()
    error = math.sqrt(((top - ratio * bottom) ** 2).sum()) / bottom.sum()
    interval = ratio_interval(top, bottom)
    assert interval.low == pytest.approx(ratio - 1.96 * error, abs=0.2 * error)
    assert interval.high == pytest.approx(ratio + 1.96 * error, abs=0.3 * error)


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 200])
def test_coverage_on_a_heavy_tail_with_viral_creators(n: int) -> None:
    # truth exp(1.5 ** 2 / 2) * (1 + 0.01 * 19); 300 data sets, so +-3 Monte-Carlo standard errors around 0.95
    g = np.random.default_rng(n)
    truth, held, given = math.exp(1.125) * 1.19, 0, 0
    for seed in range(300):
        size = g.lognormal(sigma=0.8, size=n)
        viral = np.where(g.random(n) < 0.01, 20.0, 1.0)
        interval = ratio_interval(size * g.lognormal(sigma=1.5, size=n) * viral, size, seed=seed)
        given += interval.known
        held += interval.low <= truth <= interval.high
    assert given > 270
    assert 0.91 <= held / given <= 0.99


def test_zeros_stay_in_the_sums_and_widen() -> None:
    top, bottom = _planted(60)
    some = np.where(np.arange(60) % 3 == 0, 0.0, top)
    interval = ratio_interval(some, bottom)
    assert interval.known
    assert interval.low < some.sum() / bottom.sum() < interval.high


def test_return_on_investment_is_revenue_over_cost_less_one() -> None:
    revenue, cost = _planted(40)
    roas, roi = ratio_interval(revenue, cost), ratio_interval(revenue - cost, cost)
    assert (roi.low, roi.estimate, roi.high) == pytest.approx((roas.low - 1, roas.estimate - 1, roas.high - 1))


@pytest.mark.parametrize(
    ("top", "bottom", "reason"),
    [
        ([], [], "no creator has both parts known."),
        ([None, 1], [1, None], "no creator has both parts known."),
        ([1, 2], [0, 0], "every denominator is zero."),
        ([1, 2], [1, -1], "a denominator is negative."),
        ([0] * 30, [1] * 30, "every numerator is zero; a count's upper limit comes from its exposure."),
        ([5], [10], "1 creator has both parts above zero; 5 are needed for an interval of a pooled figure."),
        (
            [-5, 1, 1],
            [1, 1, 1],
            "a creator's loss exceeds its cost, and no interval of a pooled figure is known to hold there.",
        ),
    ],
)
def test_degenerate_input_has_a_reason(top: list[float], bottom: list[float], reason: str) -> None:
    interval = ratio_interval(top, bottom)
    assert not interval.known
    assert interval.note == reason
    assert "nan" not in str(interval)


def test_constant_ratios_keep_a_finite_interval() -> None:
    interval = ratio_interval([2.0] * 30, [1.0] * 30)
    assert interval.estimate == 2.0
    assert interval.low <= 2.0 <= interval.high < 4.0


def test_infinite_rows_are_set_aside_and_said() -> None:
    top, bottom = _planted(30)
    top[0] = math.inf
    assert ratio_interval(top, bottom).note.startswith("1 infinite value was set aside.")


def test_limits_that_say_nothing_are_withheld() -> None:
    top, bottom = _planted(8, sigma=5.0)
    interval = ratio_interval(top, bottom)
    assert not interval.known
    assert "factor of 1,000" in interval.note


def test_a_dominant_creator_is_named_in_the_note() -> None:
    top, bottom = np.full(60, 1.0), np.full(60, 1.0)
    top[:30] = 1.3
    top[0] = 200.0
    assert "holds 7" in ratio_interval(top, bottom).note  # 200 of 200 + 29 * 1.3 + 30 = 267.7 -> 75%


def test_lengths_must_agree() -> None:
    with pytest.raises(ParameterError, match="2 values and denominator 1"):
        ratio_interval([1, 2], [1])
    with pytest.raises(ParameterError, match="each row needs its creator"):
        ratio_interval([1, 2], [1, 2], cluster=["a"])


def test_arguments_are_not_changed() -> None:
    top, bottom = _planted(30)
    before = top.copy(), bottom.copy()
    ratio_interval(top, bottom)
    assert (top == before[0]).all()
    assert (bottom == before[1]).all()


def test_mean_interval_holds_the_mean() -> None:
    values = np.random.default_rng(5).gamma(3.0, size=80)
    interval = mean_interval(values)
    assert interval.estimate == pytest.approx(values.mean())
    assert interval.low < values.mean() < interval.high


def test_creator_ratios_and_largest_share() -> None:
    assert creator_ratios([1, 2, 3], [10, 10, 0]).tolist() == [0.1, 0.2]
    assert largest_share([30, 50, 20], cluster=["a", "b", "a"]) == 0.5
    assert math.isnan(largest_share([0, 0]))


def test_a_lighter_tail_refuses_the_log_normal_view() -> None:
    # logs of gamma(1) are skewed to the left: 200 creators show it
    g = np.random.default_rng(1)
    bottom = g.lognormal(size=200)
    shape = LogShape.of(bottom * g.gamma(1.0, size=200), bottom)
    assert shape.skew < -3
    assert shape.side == 1


def test_draws_centre_on_the_pooled_ratio() -> None:
    top, bottom = _planted(400, sigma=0.5)
    draws = pooled_log_draws(top, bottom, np.random.default_rng(0), allowance=False)
    assert np.median(draws) == pytest.approx(math.log(top.sum() / bottom.sum()), abs=0.03)
