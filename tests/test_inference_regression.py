"""Regressions. Authorities: statsmodels on the same data, the leave-one-creator-out jackknife by brute force."""

import numpy as np
import pytest

from analysis.inference.regression import huber, least_squares, negative_binomial, poisson

sm = pytest.importorskip("statsmodels.api")


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    g = np.random.default_rng(1)
    x = np.column_stack([g.normal(size=300), np.ones(300)])
    y = x @ [0.5, 1.0] + g.standard_t(3, 300) * (1 + abs(x[:, 0]))
    counts = g.negative_binomial(0.7, 0.7 / (0.7 + np.exp(x @ [0.5, 2.0]))).astype(float)
    return y, x, g.integers(0, 40, 300), counts


def test_least_squares_and_hc3_are_statsmodels(data) -> None:  # type: ignore[no-untyped-def]
    y, x, _, _ = data
    theirs = sm.OLS(y, x).fit(cov_type="HC3")
    ours = least_squares(y, x)
    assert ours.coefficients == pytest.approx(theirs.params)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse)


def test_clustered_errors_are_the_jackknife_over_creators(data) -> None:  # type: ignore[no-untyped-def]
    y, x, who, _ = data
    ours = least_squares(y, x, cluster=who)
    labels = np.unique(who)
    left = np.array([least_squares(y[who != one], x[who != one]).coefficients for one in labels]) - ours.coefficients
    assert ours.covariance == pytest.approx((len(labels) - 1) / len(labels) * left.T @ left)
    assert (ours.n, ours.freedom) == (len(labels), len(labels) - 1)
    plain = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": who})
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(plain.bse, rel=0.08)


def test_huber_is_statsmodels(data) -> None:  # type: ignore[no-untyped-def]
    y, x, _, _ = data
    theirs = sm.RLM(y, x, M=sm.robust.norms.HuberT()).fit()
    assert huber(y, x).coefficients == pytest.approx(theirs.params, abs=1e-3)


def test_poisson_is_statsmodels(data) -> None:  # type: ignore[no-untyped-def]
    _, x, who, counts = data
    theirs = sm.GLM(counts, x, family=sm.families.Poisson()).fit(cov_type="cluster", cov_kwds={"groups": who})
    ours = poisson(counts, x, cluster=who)
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse, rel=0.1)


def test_negative_binomial_is_statsmodels(data) -> None:  # type: ignore[no-untyped-def]
    _, x, _, counts = data
    theirs = sm.NegativeBinomial(counts, x).fit(disp=0)
    assert negative_binomial(counts, x).coefficients == pytest.approx(theirs.params[:2], abs=1e-3)


def test_offset_is_an_exposure(data) -> None:  # type: ignore[no-untyped-def]
    _, x, _, counts = data
    exposure = np.linspace(0.0, 2.0, len(counts))
    theirs = sm.GLM(counts, x, family=sm.families.Poisson(), offset=exposure).fit()
    assert poisson(counts, x, offset=exposure).coefficients == pytest.approx(theirs.params, abs=1e-6)


@pytest.mark.parametrize("fit", [least_squares, huber, poisson, negative_binomial])
def test_what_cannot_be_fitted_is_none(fit) -> None:  # type: ignore[no-untyped-def]
    same = np.ones((10, 2))
    assert fit(np.arange(10.0), same) is None
    assert fit(np.arange(2.0), np.array([[1.0, 0.0], [1.0, 1.0]])) is None


def test_a_perfect_line_has_a_point_for_an_interval() -> None:
    x = np.column_stack([np.arange(12.0), np.ones(12)])
    one = least_squares(x @ [2.0, 1.0], x).interval([1, 0])
    assert (one.low, one.high) == pytest.approx((2.0, 2.0))
