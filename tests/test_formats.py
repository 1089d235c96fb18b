"""Figures as a reader meets them; expected texts are rounded by hand."""

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999, "999"),
        (999.5, "1K"),
        (1_234, "1.23K"),
        (999_499, "999K"),
        (999_500, "1M"),
        (-41_900_000, "-41.9M"),
        (1e-9, "0.000000001"),
    ],
)
def test_short_changes_suffix_where_rounding_does(value: float, text: str) -> None:
    assert formats.short(value) == text


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("kind", ["text", "count", "short", "percent", "money", "number", "ratio", "date"])
def test_missing_is_said_in_words(missing: object, kind: formats.FormatKind) -> None:
    assert formats.show(missing, kind) == "n/a"


@pytest.mark.parametrize("kind", ["count", "short", "percent", "money", "number", "ratio"])
@given(value=st.floats(allow_nan=False))
def test_no_exponent_and_no_nan_ever(kind: formats.FormatKind, value: float) -> None:
    text = formats.show(value, kind, "USD")
    assert "e" not in text.lower()
    assert "nan" not in text


@given(value=st.floats(1e-3, 1e12))
def test_three_significant_digits_are_kept(value: float) -> None:
    shown = float(formats.number(value).replace(",", ""))
    assert math.isclose(shown, value, rel_tol=0.005)


def test_dates_of_every_library() -> None:
    assert formats.show(pd.Timestamp("2026-03-01"), "date") == "2026-03-01"
    assert formats.show(pl.Series(["2026-03-01"]).str.to_date()[0], "date") == "2026-03-01"


def test_cents_do_not_vanish() -> None:
    assert formats.money(9.996, "EUR") == "€10.00"
    assert formats.money(0.9999, "EUR") == "€1.00"
    assert formats.money(99.996, "EUR") == "€100"
    assert formats.money(0.05, "EUR") == "€0.0500"
    assert formats.money(-0.0, "EUR") == "€0"
