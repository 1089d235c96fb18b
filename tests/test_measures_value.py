"""ROI, ROAS and earned media value are three things."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ParameterError
from analysis.measures import value
from analysis.measures.value import emv, emv_convention, emv_convention_names, emv_range, roas, roi


def test_roi_and_roas_of_the_same_money_differ_by_one() -> None:
    """Authority: rule 8 of the design, by hand: 300 on 100 is 200 % ROI and a ROAS of 3."""
    assert roi(300, 100) == 2
    assert roas(300, 100) == 3
    assert roi(pd.Series([0, 100, 5]), pd.Series([100, 100, 0])).tolist()[:2] == [-1, 0]
    assert roi(5, 0) is None


def test_revenue_of_the_published_field_study() -> None:
    """Authority: HBR Sep 2024 on Beichert et al.: $1,000 on $50 (nano), $6,000 on $1,000 (macro)."""
    assert roas(pl.Series([1_000, 6_000]), pl.Series([50, 1_000])).to_list() == [20, 6]


def test_emv_by_one_convention_is_the_sum_of_counts_times_prices() -> None:
    """Authority: Aspire's published prices, by hand: 1,000 x 0.15 + 20 x 1 + 50,000 x 0.05."""
    assert emv(convention="aspire-instagram", likes=1_000, comments=20, views=50_000) == pytest.approx(2_670)
    parts = {"likes": pl.Series([10, None]), "comments": pl.Series([None, None], dtype=pl.Int64)}
    assert emv(convention="aspire-instagram", **parts).to_list() == [1.5, None]


def test_emv_is_a_range_over_conventions_never_one_number() -> None:
    """Authority: rule 8 of the design; Influencer Hero's CPM of $15 to $20 on 10,000 impressions, Aspire's 0.003."""
    low, high = emv_range(platform="instagram", impressions=pd.Series([10_000, None]))
    assert low.tolist()[0] == pytest.approx(30)
    assert high.tolist()[0] == pytest.approx(200)
    assert low.isna().tolist() == high.isna().tolist() == [False, True]


def test_emv_range_takes_expressions() -> None:
    low, high = emv_range(platform="tiktok", likes=pl.col("likes"), views=pl.col("views"))
    found = pl.LazyFrame({"likes": [100], "views": [1_000]}).select(low, high).collect()
    assert found.row(0) == pytest.approx((35.0, 35.0))


def test_conventions_name_their_source_and_only_known_parts() -> None:
    for name in emv_convention_names():
        rule = emv_convention(name)
        assert {"platform", "currency", "source", "url"} <= set(rule)
        assert set(rule["per_unit"]) <= set(value.EMV_PARTS)
    assert "aspire-tiktok" not in emv_convention_names("instagram")


def test_unknown_conventions_and_parts_are_refused() -> None:
    with pytest.raises(ParameterError, match="did you mean 'aspire-tiktok'"):
        emv(convention="aspire-tikto", likes=1)
    with pytest.raises(ParameterError, match="did you mean 'likes'"):
        emv_range(like=1)
    with pytest.raises(ParameterError, match="give at least one"):
        emv(convention="aspire-tiktok", clicks=1)
    with pytest.raises(ParameterError, match="no published EMV convention prices saves on youtube"):
        emv_range(platform="youtube", saves=1)


def test_no_name_in_the_room_calls_media_value_a_return() -> None:
    assert not any("roi" in name and "emv" in name for name in value.__all__)
