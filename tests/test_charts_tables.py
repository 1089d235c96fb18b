import numpy as np
import pandas as pd
import pytest

from analysis.charts.tables import needs, numbers, overlay, texts, tier_order
from analysis.errors import ColumnError


def test_every_absent_column_is_named_at_once_with_the_nearest() -> None:
    with pytest.raises(ColumnError, match=r"'folowers' \(did you mean 'followers'\?\), 'tier'"):
        needs(pd.DataFrame({"followers": [1]}), ["folowers", "tier"], "the chart")


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "Float64"])
def test_numbers_of_any_dtype_are_floats(dtype: str) -> None:
    assert np.array_equal(
        numbers(pd.DataFrame({"a": pd.Series([1, None], dtype=dtype)}), "a"), [1.0, np.nan], equal_nan=True
    )


def test_words_in_a_column_of_numbers_are_missing() -> None:
    assert np.isnan(numbers(pd.DataFrame({"a": ["#VALOR!"]}), "a")).all()


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_missing_text_is_replaced(dtype: str) -> None:
    assert texts(pd.DataFrame({"a": pd.Series(["x", None, "y"], dtype=dtype)}), "a", "?").tolist() == ["x", "?", "y"]


def test_tiers_keep_the_order_of_their_categories() -> None:
    tier = pd.Categorical(["mega", "micro"], categories=["micro", "macro", "mega"], ordered=True)
    assert tier_order(pd.DataFrame({"tier": tier}), "tier", None) == ["micro", "macro", "mega"]


def test_a_tier_that_the_order_forgot_is_still_drawn() -> None:
    assert tier_order(pd.DataFrame({"tier": ["giga", "micro"]}), "tier", ["micro", "mega"]) == ["micro", "mega", "giga"]


def test_the_overlay_is_seeded_bounded_and_keeps_the_rare() -> None:
    of = np.array(["mega"] * 40 + ["micro"] * 100_000 + ["macro"] * 20_000, dtype=object)
    rows = overlay(of, seed=3)
    assert np.array_equal(rows, overlay(of, seed=3))
    assert not np.array_equal(rows, overlay(of, seed=4))
    assert len(rows) == len(set(rows)) <= 3_000
    assert (of[rows] == "mega").sum() == 40
    # as the square roots of the sizes: sqrt(100000) : sqrt(20000) = 2.236
    assert (of[rows] == "micro").sum() / (of[rows] == "macro").sum() == pytest.approx(np.sqrt(5), rel=0.01)


def test_an_overlay_of_nothing_is_empty() -> None:
    assert overlay(np.array([], dtype=object)).size == 0
