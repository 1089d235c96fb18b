"""Engagement: four rates with four names."""

import pandas as pd
import polars as pl
import pytest

from analysis.measures import engagement
from analysis.measures.engagement import (
    engagement_rate_by_followers,
    engagement_rate_by_impressions,
    engagement_rate_by_reach,
    engagement_rate_by_views,
    engagements,
)


def test_one_post_reads_15_28_percent_by_reach_and_3_11_by_followers() -> None:
    """Authority: rule 6 of the design; 31.2K reach, 152.8K followers."""
    post = pd.DataFrame({"engagements": [4_760], "reach": [31_152], "followers": [152_840]})
    assert f"{engagement_rate_by_reach(post['engagements'], post['reach'])[0]:.2%}" == "15.28%"
    assert f"{engagement_rate_by_followers(post['engagements'], post['followers'])[0]:.2%}" == "3.11%"


def test_there_is_no_rate_without_a_denominator_in_its_name() -> None:
    rates = [name for name in engagement.__all__ if "rate" in name]
    assert all("_by_" in name for name in rates)


def test_a_missing_part_is_skipped_and_a_row_of_nothing_is_missing() -> None:
    """Authority: hand sums."""
    likes, comments = pl.Series([10, None, None, 0]), pl.Series([1, 2, None, 0])
    assert engagements(likes, comments).to_list() == [11, 2, None, 0]
    assert engagements(likes, comments, saves=pl.Series([5, 5, 5, 5])).to_list() == [16, 7, 5, 5]


def test_hidden_likes_can_make_the_total_missing() -> None:
    hidden = engagements(pl.Series([10, None]), pl.Series([1, 2]), likes_needed=True)
    assert hidden.to_list() == [11, None]


@pytest.mark.parametrize("rate", [engagement_rate_by_impressions, engagement_rate_by_views])
def test_a_rate_is_a_fraction_and_missing_over_nothing(rate) -> None:
    assert rate(pl.Series([5, 5]), pl.Series([100, 0])).to_list() == [0.05, None]
