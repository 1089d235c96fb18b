"""Adjusted contrasts. Authorities: statsmodels on the same data, a planted Simpson's paradox."""

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.inference.adjusted import adjusted_contrast, disagreement, within_groups
from analysis.inference.result import Interval, unknown


def _simpson(n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Within each platform micro engages 0.7 times as much; micro lives where everything engages four times as much."""
    g = np.random.default_rng(7)
    platform = np.where(g.random(n) < 0.5, "tiktok", "instagram")
    micro = g.random(n) < np.where(platform == "tiktok", 0.85, 0.15)
    values = np.exp(g.normal(0, 0.5, n)) * np.where(platform == "tiktok", 4.0, 1.0) * np.where(micro, 0.7, 1.0)
    return values, np.where(micro, "micro", "mega"), platform


def test_simpsons_paradox_is_found_and_said() -> None:
    values, tier, platform = _simpson()
    found = adjusted_contrast(values, tier, first="micro", second="mega", categorical={"platform": platform})
    assert found.raw.low > 1
    assert found.adjusted.high < 1
    assert found.adjusted.low < 0.7 < found.adjusted.high
    assert found.covariates == ("platform",)
    assert "Simpson" in found.warning


def test_adjusted_ratio_is_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api")
    values, tier, platform = _simpson()
    x = np.column_stack([tier == "micro", np.ones(len(tier)), platform == "tiktok"]).astype(float)
    theirs = sm.OLS(np.log(values), x).fit(cov_type="HC3", use_t=True)
    ours = adjusted_contrast(values, tier, first="micro", second="mega", categorical={"platform": platform}).adjusted
    assert ours.estimate == pytest.approx(np.exp(theirs.params[0]))
    assert (ours.low, ours.high) == pytest.approx(tuple(np.exp(theirs.conf_int()[0])))


def test_zeros_are_kept_by_a_poisson_model() -> None:
    values, tier, platform = _simpson()
    values[::17] = 0.0
    found = adjusted_contrast(values, tier, first="micro", second="mega", categorical={"platform": platform})
    assert found.adjusted.known
    assert found.adjusted.method.startswith("Poisson")
    # without covariates the Poisson ratio is the ratio of means
    means = values[tier == "micro"].mean() / values[tier == "mega"].mean()
    assert found.raw.estimate == pytest.approx(means)


def test_size_is_adjusted_for_only_where_the_groups_overlap() -> None:
    g = np.random.default_rng(2)
    tier = np.repeat(["micro", "mega"], 50)
    apart = np.where(tier == "micro", 5e3, 5e6) * np.exp(g.normal(0, 0.2, 100))
    values = g.lognormal(size=100)
    found = adjusted_contrast(values, tier, first="micro", second="mega", followers=apart)
    assert found.covariates == ()
    assert "same size" in found.adjusted.note
    kind = np.tile(["paid", "ambassador"], 50)
    assert adjusted_contrast(values, kind, first="paid", second="ambassador", followers=apart).covariates == (
        "log followers",
    )


def test_a_platform_that_is_the_tier_drops_out() -> None:
    g = np.random.default_rng(3)
    tier = np.repeat(["micro", "mega"], 20)
    found = adjusted_contrast(
        g.lognormal(size=40), tier, first="micro", second="mega", categorical={"platform": np.char.add("on ", tier)}
    )
    assert found.adjusted.estimate == pytest.approx(found.raw.estimate)


def test_the_robust_version_is_huber_regression_and_no_viral_creator_moves_it() -> None:
    """Authority: statsmodels RLM with Huber's norm; the scale is its own, so that the two agree to a few percent."""
    import statsmodels.api as sm

    g = np.random.default_rng(5)
    tier = np.array(["micro"] * 100 + ["mega"] * 100)
    values = np.where(tier == "micro", 3.0, 1.0) * np.exp(g.normal(0, 0.5, 200))
    viral = values.copy()
    viral[:3] *= 5_000
    found = adjusted_contrast(viral, tier, first="micro", second="mega", robust=True).raw
    fit = sm.RLM(np.log(viral), np.column_stack([tier == "micro", np.ones(200)]), sm.robust.norms.HuberT()).fit()
    assert found.estimate == pytest.approx(np.exp(fit.params[0]), rel=0.02)
    assert found.low < 3 < found.high
    calm = adjusted_contrast(values, tier, first="micro", second="mega", robust=True).raw
    assert found.estimate == pytest.approx(calm.estimate, rel=0.1)
    assert adjusted_contrast(viral, tier, first="micro", second="mega").raw.estimate > 1.2 * calm.estimate


def test_the_robust_version_keeps_zeros_and_needs_one_value_above() -> None:
    g = np.random.default_rng(6)
    tier = np.array(["micro"] * 60 + ["mega"] * 60)
    values = np.where(tier == "micro", 2.0, 1.0) * np.exp(g.normal(0, 0.3, 120))
    values[::12] = 0.0
    found = adjusted_contrast(values, tier, first="micro", second="mega", robust=True).raw
    assert found.n == 120
    assert found.low < 2 < found.high
    nothing = adjusted_contrast(np.zeros(120), tier, first="micro", second="mega", robust=True).raw
    assert nothing.note == "every value is zero."


def test_disagreement_in_words() -> None:
    up, none, down = (Interval(1, *limits, 50, "given") for limits in ((1.1, 2), (0.8, 1.3), (0.4, 0.9)))
    assert disagreement(up, none) == "The difference is not established once like is compared with like."
    assert disagreement(none, down) == "The difference shows only once like is compared with like."
    assert disagreement(up, up) == ""
    assert disagreement(up, unknown(1.0, 3, "given", 0.95, "too few")) == ""
    assert "turns round" in disagreement(up, down)


def test_few_creators_have_a_reason() -> None:
    found = adjusted_contrast([1, 2, 3], ["a", "a", "b"], first="a", second="b")
    assert found.raw.note == "a group has 1 creator; 8 are needed to adjust."
    assert not found.adjusted.known


def test_within_each_platform() -> None:
    values, tier, platform = _simpson()
    found = within_groups(values, tier, platform, first="micro", second="mega")
    assert sorted(found) == ["instagram", "tiktok"]
    assert all(one.high < 1.1 for one in found.values())


def test_lengths_must_agree() -> None:
    with pytest.raises(ParameterError, match="lengths differ"):
        adjusted_contrast([1, 2], ["a"], first="a", second="b")
