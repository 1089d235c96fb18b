"""The Interval and its input, and that importing the room is cheap. Authority: the contract in the docstrings."""

import math
import subprocess
import sys

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.inference.result import Interval, as_numbers, check_confidence, clean_pairs, cluster_codes, unknown


def test_an_interval_is_plain_numbers() -> None:
    one = Interval(np.float64(1), np.float32(0.5), 2, 9, "given")
    assert type(one.low) is float
    assert repr(one).startswith("Interval(estimate=1.0, low=0.5, high=2.0, n=9")


def test_words_hold_no_nan() -> None:
    assert str(unknown(math.nan, 0, "any", 0.95, "no value is known.")) == "not known: no value is known."
    assert str(unknown(2.0, 3, "any", 0.95, "too few")) == "2 (no interval: too few; n = 3)"


def test_excludes_needs_known_limits() -> None:
    assert Interval(2, 1.5, 3, 9, "given").excludes(1)
    assert not Interval(2, 1.5, 3, 9, "given").excludes(1.5)
    assert not unknown(2.0, 3, "any", 0.95, "too few").excludes(1)


def test_missing_in_every_spelling_becomes_nan() -> None:
    import pandas as pd

    for column in ([1, None, 3], pd.Series([1, pd.NA, 3], dtype="Int64"), pd.Series([1.0, np.nan, 3.0])):
        assert np.isnan(as_numbers(column)).tolist() == [False, True, False]


def test_pairs_need_both_parts_and_keep_zeros() -> None:
    top, bottom, note = clean_pairs([1, None, 3, 0], [10, 20, None, 5])
    assert (top.tolist(), bottom.tolist(), note) == ([1, 0], [10, 5], "")


def test_mixed_labels_are_codes() -> None:
    assert cluster_codes(np.array(["b", 1, "b", None], dtype=object)).tolist() == [2, 0, 2, 1]


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ParameterError, match=r"such as 0\.95"):
        check_confidence(confidence)


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = ("scipy", "statsmodels", "pandas", "polars")
    code = f"import sys, analysis.inference; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
