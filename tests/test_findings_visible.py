"""On real exports: the figures that were computed independently, file by file."""

from pathlib import Path

import pytest

from analysis.findings import Study, audit, engagement, open_study, records, tier_table

#: Beside the file: median and pooled rate in percent by followers and by views, of micro, macro and mega. Computed
#: apart from this package from the numeric columns of the file, (likes + comments + shares), every row once.
SEPTEMBER = "social media influencers - Tiktok sep 2022.csv"
MEDIANS = {"followers": (3693, 62.4, 6.16), "views": (16.1, 13.1, 13.3)}
POOLED = {"followers": (3491, 60.8, 4.38), "views": (13.8, 12.1, 12.6)}


@pytest.fixture(scope="module")
def september(visible: Path) -> Study:
    return open_study(visible / "hypeauditor-2022" / SEPTEMBER)


@pytest.mark.parametrize("denominator", ["followers", "views"])
def test_rates_are_those_computed_apart(september: Study, denominator: str) -> None:
    """Equal to the three digits in which the figures were given."""
    rows = {row["tier"]: row for row in records(tier_table(september, denominator=denominator))}
    for place, tier in enumerate(("micro", "macro", "mega")):
        assert 100 * rows[tier]["engagement_rate_median"] == pytest.approx(MEDIANS[denominator][place], rel=0.005)
        assert 100 * rows[tier]["engagement_rate"] == pytest.approx(POOLED[denominator][place], rel=0.005)
    assert [rows[tier]["creators"] for tier in ("micro", "macro", "mega")] == [5, 193, 802]
    assert rows["micro"]["flagged"]


def test_the_reader_sees_that_the_denominator_decides(september: Study) -> None:
    found = engagement.denominator(september)
    assert found.title.startswith("The denominator decides: macro is 10.1× mega per follower")
    assert found.title.endswith("no clear difference per view")
    assert found.role == "headline"
    listed = engagement.survivorship(september)
    assert listed.verdict == "supported"
    assert "3,693%" in listed.title


def test_every_export_opens_and_answers(visible: Path) -> None:
    for path in sorted((visible / "hypeauditor-2022").glob("*.csv")):
        study = open_study(path)
        assert len(study.accounts) > 900
        assert audit.what_is_here(study).table.iloc[-1]["read"] >= 1000
        assert engagement.against_followers(study).verdict is not None


def test_a_folder_of_tables_meets_in_its_accounts(visible: Path) -> None:
    """500 creators, their posts, payouts and orders lie in four files of a folder."""
    study = open_study(visible / "healthkart-500")
    row = {row["tier"]: row for row in records(tier_table(study))}["macro"]
    assert row["creators"] == 500
    assert row["posts"] == 10_000
    assert row["cost"] == pytest.approx(351_303, rel=0.001)
