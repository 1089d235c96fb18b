"""Published figures: facts with sources, recalled ones never shown, the dictionary kept true."""

import csv

import pytest

from analysis.errors import ParameterError
from analysis.measures.benchmarks import published, published_metrics
from analysis.reference import reference_dir


def test_recalled_rows_are_in_the_file_and_never_shown() -> None:
    with (reference_dir() / "published_benchmarks.csv").open(encoding="utf-8") as file:
        recalled = [row for row in csv.DictReader(file) if row["evidence"] == "recalled"]
    assert recalled
    shown = published("")
    assert not set(shown["source"]) & {row["source_title"] for row in recalled}


def test_percent_becomes_a_fraction_and_money_stays() -> None:
    """Authority: the file; HypeAuditor 2018 median 6.45 % for 1k to 5k, Untapper's CPM of $10 to $25."""
    rookie = published("engagement_rate_by_followers_median", "instagram", lower=1_000, upper=5_000)
    assert rookie["low"].tolist() == pytest.approx([0.0645])
    micro = published("cpm", "instagram").query("tier == 'micro'").iloc[0]
    assert (micro["low"], micro["high"]) == (10, 25)


def test_a_tier_takes_only_rows_that_lie_within_it() -> None:
    rows = published("price_per_post", "instagram", lower=10_000, upper=1_000_000)
    assert (rows["follower_lower"] >= 10_000).all()
    assert (rows["follower_upper"] <= 1_000_000).all()
    mega = published("price_per_post", "instagram", lower=1_000_000)
    assert (mega["follower_lower"] >= 1_000_000).all()
    assert len(mega) > 0


def test_platform_keeps_what_speaks_of_all_platforms() -> None:
    assert set(published("price_per_post", "tiktok")["platform"]) == {"tiktok", "all"}


def test_every_shown_row_has_a_source_and_a_page() -> None:
    shown = published("")
    assert shown["source"].notna().all()
    assert shown["source_url"].str.startswith("http").all()
    assert set(published_metrics()) == set(shown["metric"])


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ParameterError, match="nothing published starts with 'engagment"):
        published("engagment_rate")


def test_the_dictionary_names_every_column_of_the_file() -> None:
    header = (reference_dir() / "published_benchmarks.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    text = (reference_dir() / "README.md").read_text(encoding="utf-8")
    section = text.split("## `published_benchmarks.csv`")[1]
    assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == header


def test_the_result_is_a_copy() -> None:
    rows = published("cpm")
    rows["low"] = 0
    assert (published("cpm")["low"] > 0).all()
