"""The claims on the sample, whose planted truth lies beside it in ``truth.json``; and how long they take."""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis import findings
from analysis.findings.claims.run import Result, results
from analysis.sample import make_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[findings.Study, dict[str, Any]]:
    folder: Path = make_sample(tmp_path_factory.mktemp("sample"))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return findings.open_study([folder]), truth


def limits(result: Result, part: str) -> tuple[float, float]:
    names = [one.name for one in result.test.parts]
    interval = result.judged.intervals[names.index(part)]
    return interval.low, interval.high


def test_what_was_planted_is_found(sample: tuple[findings.Study, dict[str, Any]]) -> None:
    study, truth = sample
    found = results(study)
    planted = {
        ("reach-grows-with-size", "growth"): truth["reach_elasticity"],
        ("ambassador-engagement-higher", "rate"): truth["ambassador_engagement_lift"],
        ("sponsorship-crowding", "lift"): 1 - truth["sponsored_penalty"],
        ("micro-engagement-cheaper", "cost"): truth["cost_per_engagement"]["micro"]
        / truth["cost_per_engagement"]["mega"],
        ("micro-roi-higher", "return"): truth["roas"]["micro"] / truth["roas"]["mega"],
    }
    for (id, part), value in planted.items():
        low, high = limits(found[id], part)
        assert low <= value <= high, (id, value, low, high)
    # the platforms have elasticities of their own; one slope for all lies among them
    low, high = limits(found["micro-engagement-higher"], "growth")
    assert min(truth["elasticity"].values()) < low < high < max(truth["elasticity"].values())


def test_verdicts_follow_the_planted_market(sample: tuple[findings.Study, dict[str, Any]]) -> None:
    table = findings.claims(sample[0]).table.set_index("id")
    for id in ("micro-engagement-higher", "reach-grows-with-size", "rate-rule", "ambassador-cost-lower"):
        assert table.loc[id, "verdict"] == "supported", id
    assert table.loc["audience-focused", "verdict"] == "not testable"
    assert "contradicted" not in set(table["verdict"])
