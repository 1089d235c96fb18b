"""Ticks a person reads; the expected words are written by hand."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis.charts.scales import limits, put_scale, tick_text, value_text, wants_log
from analysis.charts.words import measure


def words(low: float, high: float, *, log: bool, kind: str = "short", length: float = 300, **more: object) -> list[str]:
    ax = Figure().add_subplot()
    put_scale(ax, "x", low, high, log=log, kind=kind, length=length, **more)
    assert ax.get_xlim() == (low, high)
    return [tick.get_text() for tick in ax.get_xticklabels()]


def test_decades_read_in_words() -> None:
    assert words(1e3, 2e8, log=True) == ["1K", "10K", "100K", "1M", "10M", "100M"]


def test_a_short_log_axis_has_more_than_decades() -> None:
    assert words(2e4, 6e5, log=True) == ["30K", "100K", "300K"]


def test_a_narrow_log_axis_skips_decades() -> None:
    assert [word for word in words(1e-3, 1e9, log=True, length=150) if word] == ["0.001", "10", "100K", "1B"]


@pytest.mark.parametrize("span", [(0.0, 0.22), (-3.0, 12.0), (1e6, 4e9), (5.0, 5.3), (0.0, 3e-4)])
@pytest.mark.parametrize("kind", ["percent", "money", "ratio", "short"])
@pytest.mark.parametrize("length", [60, 200, 430])
def test_tick_words_never_touch_nor_look_like_a_program(span: tuple[float, float], kind: str, length: float) -> None:
    ax = Figure().add_subplot()
    put_scale(ax, "x", *span, log=False, kind=kind, currency="USD", length=length, overhang=(20, 20))
    ends = []
    for place, tick in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True):
        if tick.get_text():
            middle, half = (place - span[0]) / (span[1] - span[0]) * length, measure(tick.get_text(), 8.6)[0] / 2
            ends.append((middle - half, middle + half))
            assert "e" not in tick.get_text()
    assert ends
    assert all(a[1] < b[0] for a, b in pairwise(ends))
    assert ends[0][0] >= -20
    assert ends[-1][1] <= length + 20


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (0.005, "percent", "0.5%"),
        (25.0, "percent", "2,500%"),
        (1e7, "percent", "1B%"),
        (0.5, "money", "$0.50"),
        (-1500, "money", "-$1.5K"),
        (1e6, "money", "$1M"),
        (0.25, "ratio", "0.25×"),
        (0, "money", "$0"),
        (1e-9, "short", "0.000000001"),
    ],
)
def test_a_tick_is_said_in_few_signs(value: float, kind: str, said: str) -> None:
    assert tick_text(value, kind, "USD") == said


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [(36.93, "percent", "3,693%"), (2.613, "ratio", "2.61×"), (3e9, "ratio", "3B×"), (-1e-12, "ratio", ">-0.000001×")],
)
def test_a_value_beside_a_mark(value: float, kind: str, said: str) -> None:
    assert value_text(value, kind) == said


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("values", [[], [np.nan], [5.0], [5.0] * 9, [0.0], [1e-9, 1e9], [-1.0, np.inf]])
def test_limits_are_finite_and_apart_for_any_values(values: list[float], log: bool) -> None:
    low, high = limits(values, log=log)
    assert np.isfinite([low, high]).all()
    assert low < high
    assert low > 0 or not log


def test_limits_hold_the_values() -> None:
    low, high = limits([3.0, 700.0], log=True)
    assert low < 3 < 700 < high


def test_a_scale_from_zero_starts_at_zero() -> None:
    assert limits([0.1, 0.2], log=False, zero=True)[0] == 0


def test_only_positive_values_that_span_decades_want_a_log_scale() -> None:
    assert wants_log([0.01, 5])
    assert not wants_log([0, 5])
    assert not wants_log([np.nan])
