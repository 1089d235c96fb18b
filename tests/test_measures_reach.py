"""Reach and frequency."""

import polars as pl

from analysis.measures.reach import frequency, reach_rate


def test_reach_rate_may_exceed_one_and_is_missing_without_followers() -> None:
    """Authority: hand division."""
    assert reach_rate(pl.Series([500, 3_000, 10]), pl.Series([1_000, 1_000, 0])).to_list() == [0.5, 3.0, None]


def test_frequency_is_impressions_over_reach() -> None:
    assert frequency(pl.Series([3_000, 5]), pl.Series([2_000, 0])).to_list() == [1.5, None]
