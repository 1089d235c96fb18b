"""Contrasts. Authorities: scipy.stats.bootstrap(method='BCa'), hand arithmetic, planted truths."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.inference.contrasts import contrast, median_contrast, quantile_contrast


def _two(n: int = 300, m: int = 250) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(11)
    return g.lognormal(0.3, 1.0, n), g.lognormal(0.0, 1.0, m)


@pytest.mark.parametrize("kind", ["ratio", "difference"])
@pytest.mark.parametrize(("sizes", "q"), [((300, 250), 0.5), ((301, 251), 0.5), ((300, 251), 0.8)])
def test_bca_limits_equal_scipys(kind: str, sizes: tuple[int, int], q: float) -> None:
    a, b = _two(*sizes)

    def statistic(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        x, y = np.quantile(x, q, axis=axis), np.quantile(y, q, axis=axis)
        return x / y if kind == "ratio" else x - y

    theirs = stats.bootstrap(
        (a, b), statistic, n_resamples=10_000, method="BCa", rng=np.random.default_rng(0)
    ).confidence_interval
    ours = [quantile_contrast(a, b, q, kind=kind, seed=seed) for seed in range(10)]
    for end in ("low", "high"):
        ends = np.array([getattr(one, end) for one in ours])
        assert abs(ends.mean() - getattr(theirs, end)) < 4 * ends.std() + 1e-3


def test_the_p_value_agrees_with_the_limits() -> None:
    a, b = _two()
    for shift in (0.8, 1.0, 1.1, 1.2, 1.4):
        one = median_contrast(a, b * shift)
        assert (one.p_value < 0.05) == one.excludes(1.0)


def test_pooled_contrast_of_equal_groups_holds_one() -> None:
    g = np.random.default_rng(2)
    size = g.lognormal(sigma=0.8, size=80)
    likes = size * g.lognormal(sigma=1.0, size=80)
    one = contrast(likes, size, likes, size)
    assert one.estimate == 1.0
    assert one.low < 1 < one.high
    assert one.p_value > 0.5


def test_pooled_contrast_sees_a_fourfold_difference() -> None:
    g = np.random.default_rng(3)
    size = g.lognormal(sigma=0.8, size=(2, 100))
    a, b = size * g.lognormal(sigma=0.7, size=(2, 100)) * np.array([[4.0], [1.0]])
    one = contrast(a, size[0], b, size[1])
    assert one.low > 1
    assert one.p_value < 0.01
    assert one.n == 200


def test_difference_of_returns_may_be_negative() -> None:
    g = np.random.default_rng(4)
    cost = g.lognormal(size=(2, 50))
    revenue = cost * g.lognormal(-0.5, 0.5, size=(2, 50))
    profit = revenue - cost
    difference = contrast(profit[0], cost[0], profit[1], cost[1], kind="difference")
    assert difference.known
    ratio = contrast(profit[0], cost[0], profit[1], cost[1])
    assert not ratio.known
    assert "take the difference" in ratio.note


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ([], [1, 2], "a group has no known value."),
        ([1], [1, 2, 3, 4, 5, 6], "a group has 1 creator; 6 are needed."),
        ([0] * 10, [0] * 10, "a figure is zero or negative, so that a ratio says nothing; take the difference."),
        ([math.inf] * 3, [1.0] * 9, "a group has no known value. 3 infinite values were set aside."),
    ],
)
def test_degenerate_medians_have_a_reason(a: list[float], b: list[float], reason: str) -> None:
    one = median_contrast(a, b)
    assert not one.known
    assert one.note == reason
    assert "nan" not in str(one)


def test_ties_everywhere_give_a_point_and_no_claim() -> None:
    one = median_contrast([2.0] * 20, [2.0] * 30)
    assert (one.low, one.high, one.p_value) == (1.0, 1.0, 1.0)


def test_one_creator_in_a_tier_has_a_reason() -> None:
    one = contrast([5], [10], [1] * 10, [2] * 10)
    assert not one.known
    assert one.note.startswith("First group: 1 creator has both parts above zero")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ParameterError, match="'ratio' or 'difference'"):
        median_contrast([1], [1], kind="odds")  # type: ignore[arg-type]
