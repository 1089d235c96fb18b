"""The findings recover what was planted in the synthetic sample."""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.findings import Study, cost, engagement, open_study
from analysis.sample import make_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, dict[str, Any]]:
    folder = make_sample(tmp_path_factory.mktemp("sample"))
    tables = [folder / f"{name}.csv" for name in ("creators", "posts", "placements")]
    return open_study(tables), json.loads(Path(folder, "truth.json").read_text(encoding="utf-8"))


def test_elasticity_of_each_platform(planted: tuple[Study, dict[str, Any]]) -> None:
    study, truth = planted
    table = engagement.against_followers(study).table.set_index("group")
    for name, platform in (("Instagram", "instagram"), ("TikTok", "tiktok"), ("YouTube", "youtube")):
        assert table.loc[name, "elasticity"] == pytest.approx(truth["elasticity"][platform], abs=0.04)


def test_sponsored_penalty(planted: tuple[Study, dict[str, Any]]) -> None:
    study, truth = planted
    whole = engagement.sponsored(study).table.iloc[0]
    assert whole["low"] <= 1 - truth["sponsored_penalty"] <= whole["high"]


def test_cost_of_an_engagement_and_return_by_tier(planted: tuple[Study, dict[str, Any]]) -> None:
    """Against the truth of this draw; missing cells leave a few placements out, so within five in a hundred."""
    study, truth = planted
    here = truth["in_this_sample"]
    price = cost.cost_per_engagement(study).table.set_index("tier")["pooled"]
    back = cost.returns(study).table.set_index("tier")["pooled"]
    for tier in ("micro", "macro", "mega"):
        assert price[tier] == pytest.approx(here["cost_per_engagement"][tier], rel=0.05)
        assert back[tier] == pytest.approx(here["roas"][tier], rel=0.05)


def test_ambassadors_lift_lies_in_the_intervals(planted: tuple[Study, dict[str, Any]]) -> None:
    study, truth = planted
    table = engagement.ambassadors(study).table.dropna(subset="ratio")
    # planted at equal size: the row of everybody as they are mixes sizes, and is there to be compared with
    table = table[table["tier"] != "all, as they are"]
    assert len(table) >= 3
    assert (table["low"] <= truth["ambassador_engagement_lift"]).all()
    assert (truth["ambassador_engagement_lift"] <= table["high"]).all()


def test_the_answer_is_a_headline_with_an_action(planted: tuple[Study, dict[str, Any]]) -> None:
    found = cost.answer(planted[0])
    assert found.role == "headline"
    assert found.action
    assert found.evidence == "measured"
    assert found.n["creators"] > 500  # type: ignore[operator]
