"""The tier table against sums done by hand."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analysis.errors import ParameterError
from analysis.findings import records, study_of, tier_table, tier_text, write_csv
from analysis.intake import Tables

PAID = pl.DataFrame(
    {
        "handle": ["a", "b", "c", "d", "e"],
        "platform": ["tiktok", "tiktok", "tiktok", "youtube", "youtube"],
        "followers": [2_000, 4_000, 8_000, 2_000_000, None],
        "cost": [100.0, 100.0, 50.0, 900.0, 10.0],
        "likes": [10, 1000, 0, 3000, 5],
        "revenue": [200.0, 50.0, None, 1800.0, 10.0],
    }
)


def study(**options: Any):  # type: ignore[no-untyped-def]
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    return study_of(Tables(None, None, PAID, rejected, {"rows_read": 5, "rows_kept": 5, "files": []}), **options)


def by_name(table: Any) -> dict[str, dict[str, Any]]:
    return {row["tier"]: row for row in records(table)}


def test_ratios_are_pooled_and_totals_whole() -> None:
    """By hand. micro: cost 250, engagements 1,010: 0.2475; ROI over the two rows with revenue, (250 - 200) / 200;
    rate 1,010 / 14,000. The row without engagement has no cost per engagement of its own and stays in the sum."""
    row = by_name(tier_table(study()))["micro"]
    assert row["cost"] == 250
    assert row["engagements"] == 1010
    assert row["cost_per_engagement"] == pytest.approx(250 / 1010)
    assert row["revenue"] == 250
    assert row["roi"] == pytest.approx(0.25)
    assert row["engagement_rate"] == pytest.approx(1010 / 14_000)
    assert row["engagement_rate_median"] == pytest.approx(0.005)  # 0.5 %, 25 %, 0 %
    assert row["followers_median"] == 4_000
    assert row["flagged"] is True


def test_every_tier_is_there_and_unknown_followers_are_a_row() -> None:
    table = tier_table(study())
    assert list(table["tier"]) == ["under 1k", "micro", "macro", "mega", "followers unknown"]
    rows = by_name(table)
    assert rows["macro"]["creators"] == 0
    assert rows["macro"]["cost_per_engagement"] is None
    assert rows["followers unknown"]["cost_per_engagement"] == pytest.approx(2.0)
    assert rows["followers unknown"]["engagement_rate"] is None
    assert set(table["scheme"]) == {"article"}
    assert set(table["denominator"]) == {"followers"}


def test_split_by_platform() -> None:
    table = tier_table(study(), by=("tier", "platform"))
    mega = table[(table["tier"] == "mega") & (table["platform"] == "youtube")].iloc[0]
    assert mega["cost_per_engagement"] == pytest.approx(0.3)
    assert len(table[table["platform"] == "tiktok"]) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": ("tier", "platfrom")}, "platform"),
        ({"by": ("relationship",)}, "relationship"),
        ({"denominator": "likes"}, "followers"),
    ],
)
def test_what_cannot_be_grouped_or_divided_by_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        tier_table(study(), **options)


def test_records_are_json_and_text_is_for_people() -> None:
    table = tier_table(study())
    json.dumps(records(table), allow_nan=False)
    text = tier_text(study(), table)
    assert "nan" not in text
    assert "engagement rate by followers" in text
    assert "micro *" in text
    assert "_" not in text


def test_csv_is_whole_and_guards_formulas(tmp_path: Path) -> None:
    table = tier_table(study()).assign(tier=lambda t: ["=1+1", *t["tier"].iloc[1:]])
    text = write_csv(table, tmp_path / "tiers.csv").read_text(encoding="utf-8")
    assert "'=1+1" in text
    assert "-" not in text.splitlines()[1].split(",")[3]
