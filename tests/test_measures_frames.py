"""Any library's table becomes a lazy canonical one, or is refused with the reason."""

import duckdb
import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError, CurrencyError, ParameterError, ValueRangeError
from analysis.measures.frames import canonical, same_library
from analysis.schema import CREATORS, PLACEMENTS, POSTS


def test_only_canonical_columns_survive_and_nan_and_infinity_do_not() -> None:
    frame = pl.DataFrame(
        {"likes": [1.0, float("nan"), float("inf")], "handle": [" @Ana ", "", None], "note": [1, 2, 3]}
    )
    table = canonical(frame, POSTS).collect()
    assert set(table.columns) == {"handle", "likes"}
    assert table["likes"].to_list() == [1.0, None, None]
    assert table["handle"].to_list() == ["@Ana", None, None]


def test_whole_number_ids_that_pandas_made_floats_become_ids_again() -> None:
    """Authority: pandas turns 12 beside a missing cell into 12.0."""
    table = canonical(pd.DataFrame({"creator_id": [12, None], "cost": [1, 2]}), PLACEMENTS).collect()
    assert table["creator_id"].to_list()[0] == "12"
    assert table["creator_id"].is_null().to_list() == [False, True]


def test_a_negative_follower_count_is_refused_when_eager_and_missing_when_lazy() -> None:
    frame = pl.DataFrame({"handle": ["a", "b"], "followers": [-1, 5]})
    with pytest.raises(ValueRangeError, match="1 of 2 are not: -1 in row 0"):
        canonical(frame, CREATORS)
    assert canonical(frame.lazy(), CREATORS).collect()["followers"].to_list() == [None, 5]


def test_text_for_numbers_and_several_currencies_are_refused() -> None:
    with pytest.raises(ValueRangeError, match=r"posts\.likes holds text"):
        canonical(pl.LazyFrame({"handle": ["a"], "likes": ["1.2K"]}), POSTS)
    with pytest.raises(CurrencyError, match="placements mixes EUR, USD"):
        canonical(pd.DataFrame({"cost": [1, 2], "currency": ["USD", "EUR"]}), PLACEMENTS)


def test_a_table_without_any_canonical_column_is_refused() -> None:
    with pytest.raises(ColumnError, match="the table has foo"):
        canonical(pd.DataFrame({"foo": [1]}), CREATORS)


def test_tables_of_several_libraries_are_refused() -> None:
    with pytest.raises(ParameterError, match="one library"):
        same_library([pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})])
    with pytest.raises(ParameterError, match="lazy polars and polars"):
        same_library([pl.LazyFrame({"a": [1]}), pl.DataFrame({"a": [1]})])
    with pytest.raises(ParameterError, match="not list"):
        same_library([[1, 2]])
    with pytest.raises(ParameterError, match="at least one"):
        same_library([None, None])


def test_a_duckdb_relation_stays_one() -> None:
    with duckdb.connect() as connection:
        relation = connection.sql("select 'a' as handle, 5 as likes")
        assert isinstance(canonical(relation, POSTS).to_native(), duckdb.DuckDBPyRelation)
