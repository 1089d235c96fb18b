"""The plan stands on the project's own facts, and its pieces do what they say."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.reference import read_yaml, reference_dir
from analysis.sample import make_sample
from analysis.sample.accounts import draw_accounts, list_price, mean_one, tier_index
from analysis.sample.overlap import deduplicated_reach
from analysis.sample.plan import PLATFORMS, TIER_FLOORS, TIERS, Plan


def test_tiers_are_those_of_the_article_scheme():
    if not (reference_dir() / "tiers" / "article.yml").is_file():
        pytest.skip("the tier schemes are not written yet")
    scheme = read_yaml("tiers/article.yml")
    assert [scheme["below"], *scheme["floors"]] == list(TIERS)
    assert list(scheme["floors"].values()) == list(TIER_FLOORS)


def test_every_tier_and_platform_has_every_parameter():
    plan = Plan()
    for name in ("ambassador_share_by_tier", "gifted_share_by_tier", "placement_share_by_tier", "roster_share_by_tier"):
        assert tuple(getattr(plan, name)) == TIERS
    for name in ("platform_share", "elasticity", "rate_at_10k"):
        assert tuple(getattr(plan, name)) == PLATFORMS
    assert sum(plan.platform_share.values()) == pytest.approx(1)
    assert sum(plan.placement_share_by_tier.values()) == pytest.approx(1)


def test_ambassadors_are_mostly_small_and_in_every_tier():
    shares = list(Plan().ambassador_share_by_tier.values())
    assert shares == sorted(shares, reverse=True)
    assert min(shares) > 0
    accounts = draw_accounts(2_000, Plan(), np.random.default_rng(3))
    assert set(accounts.tier[accounts.relationship == 1]) == {0, 1, 2, 3}


def test_a_floor_belongs_to_its_own_tier():
    assert tier_index(np.array([0, 9_999, 10_000, 10_001])).tolist() == [0, 1, 2, 2]


def test_price_by_hand():
    # 50,000 at $25 per thousand; 1,000,000 is ten times the discount's start, so 25,000 / 10**0.2
    assert list_price(np.array([50_000, 1_000_000]), Plan()).tolist() == pytest.approx([1_250, 25_000 / 10**0.2])


def test_mean_one_has_mean_one():
    draws = mean_one(np.random.default_rng(0), 0.5, 200_000)
    assert draws.mean() == pytest.approx(1, abs=4 * draws.std() / 200_000**0.5)


def test_deduplicated_reach_against_people_drawn_one_by_one():
    rng, size, reach = np.random.default_rng(0), 20_000, np.array([4_000, 9_000, 300])
    together = []
    for _ in range(200):
        seen = np.zeros(size, dtype=bool)
        for people in reach:
            seen[rng.choice(size, people, replace=False)] = True
        together.append(seen.sum())
    error = np.std(together) / len(together) ** 0.5
    assert deduplicated_reach(reach, np.zeros(3, dtype=np.int64), size=size) == pytest.approx(
        np.mean(together), abs=4 * error
    )


def test_nobody_reached_is_nobody():
    assert deduplicated_reach(np.array([], dtype=np.int64), np.array([], dtype=np.int64), size=100) == 0


def test_the_readme_states_the_truth(tmp_path):
    """The table of expected and drawn figures in the sample's README is the one of its default seed."""
    truth = json.loads((make_sample(tmp_path) / "truth.json").read_text())
    readme = (Path(__file__).parent.parent / "data" / "sample" / "README.md").read_text(encoding="utf-8")
    here = truth["in_this_sample"]
    for tier in TIERS:
        cells = [
            tier,
            f"{truth['creators_by_tier'][tier]:,}",
            f"{truth['engagement_rate_by_followers'][tier]:.2%}",
            f"${truth['cost_per_engagement'][tier]:.3f}",
            f"${here['cost_per_engagement'][tier]:.3f}",
            f"{truth['roi'][tier]:.0%}".replace("-", "−"),
            f"{here['roi'][tier]:.0%}".replace("-", "−"),
        ]
        assert f"| {' | '.join(cells)} |" in readme
