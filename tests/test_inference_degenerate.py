"""Whatever comes in, a defined answer comes out. Authority: the promise that no sentence ever holds a NaN."""

import contextlib
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import inference
from analysis.errors import ParameterError
from analysis.inference.result import Interval

VALUES = st.lists(
    st.sampled_from([0.0, 0.0, 1.0, 1.0, 2.0, 3.5, 1e-300, 1e12, 1e300, -1.0, math.nan, math.inf, -math.inf]),
    max_size=14,
)
ONE: dict[str, Callable[[list[float]], Interval]] = {
    "median_interval": inference.median_interval,
    "quantile_interval": lambda a: inference.quantile_interval(a, 0.9),
    "mean_interval": inference.mean_interval,
}
TWO: dict[str, Callable[[list[float], list[float]], Interval]] = {
    "ratio_interval": inference.ratio_interval,
    "rate_interval": inference.rate_interval,
    "cost_per_event_interval": inference.cost_per_event_interval,
    "theil_sen": inference.theil_sen,
    "rate_slope": inference.rate_slope,
    "elasticity": lambda a, b: inference.elasticity(a, b).slope,
    "count elasticity": lambda a, b: inference.elasticity(a, b).count,
    "median_contrast": inference.median_contrast,
    "median difference": lambda a, b: inference.median_contrast(a, b, kind="difference"),
    "brunner_munzel": inference.brunner_munzel,
    "cliffs_delta": inference.cliffs_delta,
    "contrast": lambda a, b: inference.contrast(a, b, b, a),
}


def _defined(one: Interval) -> None:
    text = str(one)
    assert "nan" not in text.lower()
    if not one.known:
        assert one.note
    else:
        assert one.low <= one.estimate <= one.high
    assert one.p_value is None or 0 <= one.p_value <= 1
    verdict = str(inference.verdict(one))
    assert "nan" not in verdict.lower()


@pytest.mark.parametrize("name", ONE)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(values=VALUES)
def test_one_group(name: str, values: list[float]) -> None:
    _defined(ONE[name](values))


@pytest.mark.parametrize("name", TWO)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(a=VALUES, b=VALUES, equal=st.booleans())
def test_two_groups(name: str, a: list[float], b: list[float], equal: bool) -> None:
    size = min(len(a), len(b))
    pair = (a, b) if not equal and name.startswith("median") else (a[:size], b[:size])
    if name in {"rate_interval", "cost_per_event_interval"} and any(x < 0 for x in (*a, *b)):
        with contextlib.suppress(ParameterError):  # a negative count is refused in words
            _defined(TWO[name](*pair))
        return
    _defined(TWO[name](*pair))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(a=VALUES)
def test_scores_and_signals(a: list[float]) -> None:
    who = np.arange(len(a)) // 2
    scores = inference.creator_scores(a, a[::-1], who)
    assert scores.note or np.isfinite(scores.multiple).all()
    inference.how_unusual(a, size=a[::-1])
    inference.adjusted_contrast(a, who % 2, first="0", second="1", followers=a[::-1])
    inference.kruskal_wallis([a, a[::-1]])
