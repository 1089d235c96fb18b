"""Row measures take Series, expressions or numbers, and never give infinity."""

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from analysis.errors import ParameterError, ValueRangeError
from analysis.measures.cost import cost_per_engagement

COST, COUNT = [100, 100, 50, 10], [10, 1_000, 0, None]
EXPECTED = [10.0, 0.1, None, None]  # authority: hand division; nothing by zero


def test_pandas_in_pandas_out_on_the_same_index_and_nothing_is_changed() -> None:
    frame = pd.DataFrame({"cost": COST, "engagements": COUNT}, index=[7, 8, 9, 10])
    before = frame.copy()
    value = cost_per_engagement(frame["cost"], frame["engagements"])
    assert value.name == "cost_per_engagement"
    assert value.index.tolist() == [7, 8, 9, 10]
    assert value.dropna().tolist() == [10.0, 0.1]
    pd.testing.assert_frame_equal(frame, before)


def test_pandas_series_are_aligned_as_pandas_does() -> None:
    value = cost_per_engagement(pd.Series([10, 20], index=["a", "b"]), pd.Series([4, 5], index=["b", "a"]))
    assert value.to_dict() == {"a": 2.0, "b": 5.0}


def test_nullable_pandas_integers_keep_their_gaps() -> None:
    value = cost_per_engagement(pd.Series([10, None], dtype="Int64"), pd.Series([4, 5], dtype="Int64"))
    assert value.isna().tolist() == [False, True]


def test_polars_series_and_expressions_agree() -> None:
    frame = pl.DataFrame({"cost": COST, "engagements": COUNT})
    assert cost_per_engagement(frame["cost"], frame["engagements"]).to_list() == EXPECTED
    by_polars = frame.lazy().select(cost_per_engagement(pl.col("cost"), pl.col("engagements"))).collect()
    by_narwhals = nw.from_native(frame.lazy()).select(cost_per_engagement(nw.col("cost"), nw.col("engagements")))
    assert by_polars["cost_per_engagement"].to_list() == EXPECTED
    assert by_narwhals.to_native().collect()["cost_per_engagement"].to_list() == EXPECTED


def test_a_number_stands_for_every_row_and_numbers_alone_give_a_number() -> None:
    assert cost_per_engagement(100, pd.Series([10, 0])).dropna().tolist() == [10.0]
    assert cost_per_engagement(100, 8) == 12.5
    assert cost_per_engagement(100, 0) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1.0, 0.0])
def test_nothing_is_divided_by_nan_infinity_negatives_or_zero(bad: float) -> None:
    assert cost_per_engagement(pl.Series([1.0]), pl.Series([bad])).to_list() == [None]
    assert cost_per_engagement(pd.Series([1.0]), pd.Series([bad])).isna().all()


def test_text_lists_and_mixed_libraries_are_refused() -> None:
    with pytest.raises(ValueRangeError, match="holds text"):
        cost_per_engagement(pd.Series(["$1"]), pd.Series([1]))
    with pytest.raises(ParameterError, match="takes pandas or polars Series"):
        cost_per_engagement([1, 2], [3, 4])
    with pytest.raises(ParameterError, match="one library"):
        cost_per_engagement(pd.Series([1]), pl.Series([1]))
