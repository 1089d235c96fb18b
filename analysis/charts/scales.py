"""Scales that a person reads: limits, ticks and their words.

Creator data spans nine orders of magnitude, so most axes are logarithmic, and their ticks read ``10K`` or ``3%``,
never ``10⁴``. A degenerate range (one value, all equal) widens to a readable one. Ticks are placed here, once, with
their words, so nothing is left to a formatter that runs later under other settings.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator

from analysis import formats
from analysis.charts.style import GRID, MUTED, SMALL
from analysis.charts.words import drawable, measure

__all__ = ["Kind", "limits", "log_room", "put_scale", "tick_text", "value_text", "wants_log"]

#: How a value on an axis is said.
Kind = Literal["percent", "money", "ratio", "short", "count", "number"]

#: Smallest figure that is written out; below it a reader is told that it is less.
LEAST = 1e-6

#: Points between the words of two ticks.
TICK_GAP = 7.0


def value_text(value: float, kind: Kind, currency: str | None = None) -> str:
    """Return a value beside its mark.

    Examples
    --------
    >>> value_text(0.0312, "percent"), value_text(0.1234, "money", "USD"), value_text(220_111, "short")
    ('3.12%', '$0.123', '220K')
    >>> value_text(2e-12, "percent")
    '<0.000001%'
    """
    least = LEAST / (100 if kind == "percent" else 1)
    if 0 < abs(value) < least:
        end = math.copysign(least, value)
        return ("<" if value > 0 else ">") + value_text(end, kind, currency)
    if kind == "percent" and abs(value) >= 1e3:
        return formats.as_percent(formats.short(value * 100))
    if kind == "money" and abs(value) >= 1e6:
        return _amount(value, formats.short(abs(value)), currency)
    if kind in {"ratio", "number", "count"} and abs(value) >= 1e6:
        return formats.short(value) + ("×" if kind == "ratio" else "")
    return formats.show(value, kind, currency)


def _amount(value: float, digits: str, currency: str | None) -> str:
    sign = "-" if value < 0 else ""
    return sign + formats.money(0, currency).replace("0", digits, 1)


def tick_text(value: float, kind: Kind, currency: str | None = None) -> str:
    """Return a value at a tick: round, short, no trailing zeros.

    Examples
    --------
    >>> tick_text(0.1, "percent"), tick_text(0.5, "money", "USD"), tick_text(25_000, "money", "EUR")
    ('10%', '$0.50', '€25K')
    >>> tick_text(1_000_000, "short"), tick_text(0.5, "ratio")
    ('1M', '0.5×')
    """
    value = float(f"{value:.6g}")
    if kind == "money":
        digits = formats.short(abs(value))
        if len(digits) > 1 and digits[-1].isdigit() and not digits[-2].isdigit():  # one decimal, whatever its mark
            digits += "0"
        return _amount(value, digits, currency)
    if kind == "percent":
        return formats.as_percent(formats.short(value * 100)) if abs(value) >= 1e2 else formats.percent(value)
    if kind == "ratio":
        return formats.short(value) + "×"
    return formats.short(value)


def wants_log(*groups: Sequence[float] | np.ndarray, span: float = 20.0) -> bool:
    """Return whether the values are all positive and span more than ``span`` times.

    Examples
    --------
    >>> wants_log([1, 5]), wants_log([1, 500]), wants_log([-1, 500])
    (False, True, False)
    """
    values = _finite(*groups)
    return bool(values.size and values.min() > 0 and values.max() / values.min() > span)


def _finite(*groups: Sequence[float] | np.ndarray) -> np.ndarray:
    values = np.concatenate([np.asarray(group, dtype=float).ravel() for group in groups] or [np.empty(0)])
    return np.asarray(values[np.isfinite(values)], dtype=float)


def limits(
    *groups: Sequence[float] | np.ndarray, log: bool, pad: float = 0.06, zero: bool = False
) -> tuple[float, float]:
    """Return limits that hold every value with a margin of ``pad`` of the span; readable when all are equal.

    Examples
    --------
    >>> limits([10, 1000], log=True, pad=0)
    (10.0, 1000.0)
    >>> limits([], log=False)
    (0.0, 1.0)
    >>> limits([5, 5], log=False, zero=True)
    (0.0, 5.3)
    """
    values = _finite(*groups)
    if log:
        values = values[values > 0]
        if not values.size:
            return 1.0, 10.0
        low, high = float(np.log10(values.min())), float(np.log10(values.max()))
        if high - low < 0.3:
            low, high = (low + high) / 2 - 0.3, (low + high) / 2 + 0.3
        margin = (high - low) * pad
        return float(10 ** max(low - margin, -300)), float(10 ** min(high + margin, 300))
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-300):
        half = abs(high) / 2 or 0.5
        return low - half, high + half
    margin = (high - low) * pad
    return (low if zero and low == 0 else low - margin), (high if zero and high == 0 else high + margin)


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    first, last = math.log10(low), math.log10(high)
    decades = range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
    if len(decades) >= 3:
        stride = max(1, math.ceil(len(decades) / most))
        starts = (0, *range(1, stride))  # through 1 where that shows as many as any other start
        return max(([10.0**d for d in decades if d % stride == start] for start in starts), key=len)
    for steps in ((1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        ticks = [s * 10.0**d for d in range(math.floor(first) - 1, math.ceil(last) + 1) for s in steps]
        ticks = [t for t in ticks if low * (1 - 1e-9) <= t <= high * (1 + 1e-9)]
        if 3 <= len(ticks) <= most:
            return ticks
    return [t for t in _linear_ticks(low, high, most) if t > 0]


def _linear_ticks(low: float, high: float, most: int) -> list[float]:
    ticks = MaxNLocator(nbins=max(2, most), steps=[1, 2, 5, 10]).tick_values(low, high)
    slack = (high - low) * 1e-9
    return [float(t) for t in ticks if low - slack <= t <= high + slack]


def _most(axis: str, length: float) -> int:
    return max(2, min(7, int(length / (36 if axis == "x" else 28))))


def log_room(low: float, high: float, *, kind: Kind, currency: str | None = None, length: float) -> float:
    """Return the points that the widest words of an upright log axis take.

    Examples
    --------
    >>> log_room(1, 1e6, kind="short", length=200) < log_room(1, 1e6, kind="money", currency="VND", length=200)
    True
    """
    words = (drawable(tick_text(tick, kind, currency)) for tick in _log_ticks(low, high, _most("y", length)))
    return max((measure(word, SMALL)[0] for word in words), default=0.0)


def put_scale(
    ax: Axes,
    axis: Literal["x", "y"],
    low: float,
    high: float,
    *,
    log: bool,
    kind: Kind,
    currency: str | None = None,
    length: float,
    overhang: tuple[float, float] = (1e9, 1e9),
    grid: bool = True,
    size: float = SMALL,
) -> None:
    """Set one axis: scale, limits, gridlines, and ticks whose words fit ``length`` points.

    ``overhang`` is the room in points before and after the axis; a word that would pass it is left out.
    """
    the_axis = ax.xaxis if axis == "x" else ax.yaxis
    (ax.set_xscale if axis == "x" else ax.set_yscale)("log" if log else "linear")
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low, high)

    def place(value: float) -> float:
        if log:
            return (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low)) * length
        return (value - low) / (high - low) * length

    most = _most(axis, length)
    while True:
        ticks = _log_ticks(low, high, most) if log else _linear_ticks(low, high, most)
        words = [drawable(tick_text(t, kind, currency)) for t in ticks]
        if axis == "y" or most <= 2:
            break
        ends = [(place(t), measure(w, size)[0] / 2) for t, w in zip(ticks, words, strict=True)]
        if all(b[0] - b[1] - a[0] - a[1] >= TICK_GAP for a, b in itertools.pairwise(ends)):
            break
        most -= 1
    if axis == "x":
        last = -1e9
        for i, (t, word) in enumerate(zip(ticks, words, strict=True)):
            middle, half = place(t), measure(word, size)[0] / 2
            outside = middle - half < -overhang[0] or middle + half > length + overhang[1]
            if outside or middle - half < last + TICK_GAP / 2:
                words[i] = ""
            else:
                last = middle + half
    the_axis.set_major_locator(FixedLocator(ticks))
    the_axis.set_minor_locator(NullLocator())
    the_axis.set_minor_formatter(NullFormatter())
    the_axis.set_ticks(ticks, words, fontsize=size, color=MUTED, family="DejaVu Sans", parse_math=False)
    the_axis.set_tick_params(length=0, pad=4)
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low, high)
    if grid:
        the_axis.grid(True, color=GRID, linewidth=0.8)
    else:
        the_axis.grid(False)
