"""Ranks. Authorities: Brunner and Munzel (2000), the effsize package for R, scipy, statsmodels."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.inference.ranks import brunner_munzel, cliffs_delta, holm, kruskal_wallis

# Pain scores after laparoscopic surgery, Brunner and Munzel (2000), section 5.
TREATMENT_Y = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
TREATMENT_N = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]


def test_brunner_munzel_reproduces_the_published_example() -> None:
    # published: estimate 0.788961, 95% limits 0.5952169 and 0.9827052, p = 0.005786
    one = brunner_munzel(TREATMENT_N, TREATMENT_Y)
    assert (one.estimate, one.low, one.high) == pytest.approx((0.788961, 0.5952169, 0.9827052), abs=1e-6)
    assert one.p_value == pytest.approx(0.005786, abs=1e-6)


def test_brunner_munzel_p_value_is_scipys() -> None:
    g = np.random.default_rng(1)
    a, b = np.round(g.lognormal(size=30), 1), np.round(g.lognormal(0.3, 2.0, size=50), 1)
    assert brunner_munzel(a, b).p_value == pytest.approx(stats.brunnermunzel(a, b).pvalue)


def test_groups_without_overlap_have_a_binomial_limit() -> None:
    # ten against ten, always above: 0.025 ** (1 / 10)
    one = brunner_munzel(range(10, 20), range(10))
    assert (one.estimate, one.high) == (1.0, 1.0)
    assert one.low == pytest.approx(0.025**0.1)
    assert "do not overlap" in one.note
    assert cliffs_delta(range(10), range(10, 20)).high == pytest.approx(1 - 2 * 0.025**0.1)


def test_cliffs_delta_reproduces_effsizes_example() -> None:
    # effsize::cliff.delta documentation: -0.25, 95% limits -0.7265846 and 0.3890062
    one = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    assert (one.estimate, one.low, one.high) == pytest.approx((-0.25, -0.7265846, 0.3890062), abs=1e-6)


def test_cliffs_delta_is_twice_the_probability_less_one() -> None:
    g = np.random.default_rng(2)
    a, b = g.integers(0, 6, 40), g.integers(1, 8, 25)
    assert cliffs_delta(a, b).estimate == pytest.approx(2 * brunner_munzel(a, b).estimate - 1)
    assert cliffs_delta(a, b).estimate == pytest.approx(np.sign(a[:, None] - b[None, :]).mean())


@pytest.mark.parametrize("test", [brunner_munzel, cliffs_delta])
def test_degenerate_groups_have_a_reason(test) -> None:  # type: ignore[no-untyped-def]
    assert test([1], [2, 3, 4, 5, 6]).note == "a group has 1 creator; 5 are needed."
    assert not test([], []).known
    tied = test([1.0] * 10, [1.0] * 12)
    assert "nan" not in str(tied)


def test_kruskal_wallis_is_scipys() -> None:
    g = np.random.default_rng(3)
    groups = [np.round(g.normal(m, 1, n), 1) for m, n in ((0, 12), (0.4, 20), (1, 9))]
    theirs = stats.kruskal(*groups)
    ours = kruskal_wallis(groups)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_kruskal_wallis_without_groups_has_a_reason() -> None:
    assert kruskal_wallis([[1, 2], []]).note == "fewer than two groups have values."
    assert kruskal_wallis([[3, 3], [3]]).p_value is None


def test_holm_is_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(4).uniform(size=9) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_holm_does_not_count_what_was_not_tested() -> None:
    adjusted = holm([0.01, math.nan, 0.04])
    assert adjusted[[0, 2]].tolist() == [0.02, 0.04]
    assert math.isnan(adjusted[1])
    assert holm([]).tolist() == []
    with pytest.raises(ParameterError, match="between 0 and 1"):
        holm([1.2])
