"""Authenticity signals: hand arithmetic, on every kind of frame."""

import math

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError
from analysis.measures.authenticity import comment_to_like, following_to_followers, growth_jumps


def test_ratios_are_missing_where_there_is_nothing_to_divide_by() -> None:
    """Authority: hand division."""
    assert comment_to_like(pl.Series([30, 5, None]), pl.Series([1_000, 0, 10])).to_list() == [0.03, None, None]
    found = following_to_followers(pd.Series([10.0, math.inf]), pd.Series([4.0, 4.0]))
    assert found.iloc[0] == 2.5
    assert pd.isna(found.iloc[1])


POSTS = {
    "account": ["a", "a", "a", "b", "b", "c", None],
    "published_at": [3, 1, 2, 1, 1, 1, 1],
    "followers": [300, 100, 200, 50, 70, 9, 9],
}


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy"])
def test_the_largest_growth_is_between_dates_and_not_between_rows(kind: str) -> None:
    """a: 100, 200, 300 in the order of dates, so 2 at most; b has two counts at one time, which are one; c has one."""
    frame = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "lazy": pl.LazyFrame}[kind](POSTS)
    found = growth_jumps(frame)
    rows = found.collect().rows() if kind == "lazy" else found.rows() if kind == "polars" else found.to_numpy().tolist()
    assert [tuple(row) for row in rows] == [("a", 2.0, 3)]


def test_a_frame_without_dates_is_refused_by_name() -> None:
    with pytest.raises(ColumnError, match="published_at"):
        growth_jumps(pl.DataFrame({"account": ["a"], "followers": [1]}))
