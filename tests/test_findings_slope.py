"""The slope of logarithms against known slopes and against statsmodels."""

import numpy as np
import pandas as pd
import pytest

from analysis.findings.slope import log_slope


def cloud(slope: float = 0.8, n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x = 10 ** rng.uniform(3, 7, n)
    return pd.DataFrame({"x": x, "y": x**slope * np.exp(rng.normal(0, 0.2 + 0.1 * np.log10(x), n))})


def test_slope_and_robust_error_are_those_of_statsmodels() -> None:
    """Authority: statsmodels OLS with cov_type HC3 and t limits on the same logarithms."""
    import statsmodels.api as sm

    data = cloud()
    fit = sm.OLS(np.log10(data["y"]), sm.add_constant(np.log10(data["x"]))).fit(cov_type="HC3", use_t=True)
    found = log_slope(data["x"], data["y"]).interval
    assert found.estimate == pytest.approx(fit.params.iloc[1], rel=1e-9)
    assert [found.low, found.high] == pytest.approx(list(fit.conf_int().iloc[1]), rel=1e-9)


def test_each_platform_keeps_its_own_level() -> None:
    """Two groups of slope 0.5 whose levels rise with size: without the groups the slope is too steep."""
    x = np.tile(10 ** np.linspace(3, 4, 20), 2)
    group = pd.Series(["a"] * 20 + ["b"] * 20)
    x[20:] *= 100
    y = x**0.5 * np.where(group == "b", 50, 1)
    found = log_slope(pd.Series(x), pd.Series(y), within=group).interval
    assert found.estimate == pytest.approx(0.5)
    assert log_slope(pd.Series(x), pd.Series(y)).interval.estimate > 0.9


def test_zeros_are_left_out_and_counted() -> None:
    data = cloud(n=30)
    data.loc[:4, "y"] = 0
    found = log_slope(data["x"], data["y"])
    assert (found.zeros, found.interval.n) == (5, 25)


@pytest.mark.parametrize("data", [cloud(n=9), pd.DataFrame({"x": [5.0] * 20, "y": range(1, 21)}), cloud(n=30) * np.nan])
def test_too_few_or_all_alike_has_no_slope_and_says_why(data: pd.DataFrame) -> None:
    found = log_slope(data["x"], data["y"]).interval
    assert not found.known
    assert found.note
