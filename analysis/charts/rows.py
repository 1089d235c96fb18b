"""Rows of names with marks beside them: what the charts by tier share.

Each row has a name at the left (and what it spans below it), its marks on a common scale, and n at the right. Rows
run from small to large as the scheme has them, never by the alphabet. A value is written above its mark and moved
inwards where it would leave the plot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from analysis.charts.frame import write
from analysis.charts.scales import Kind, limits
from analysis.charts.style import ACCENT, BODY, INK, MUTED, SMALL
from analysis.charts.tables import Array
from analysis.charts.words import drawable, fit, measure

__all__ = ["RowNames", "above_mark", "interval_limits", "lighter", "reference_line", "row_names", "set_rows"]

#: Widest share of the sheet that names may take.
NAME_SHARE = 0.34


@dataclass(frozen=True, slots=True)
class RowNames:
    """The words at the left of each row, cut to the room there is, and the room they take."""

    names: tuple[str, ...]
    below: tuple[str, ...]
    width: float


def row_names(names: Sequence[str], below: Sequence[str], sheet: float, *, share: float = NAME_SHARE) -> RowNames:
    """Return the names and the words below them, none wider than its share of the sheet."""
    room = sheet * share
    cut = tuple(fit(drawable(name), room, BODY + 0.5) for name in names)
    under = tuple(fit(drawable(text), room, SMALL - 0.6) for text in below)
    widths = [measure(text, BODY + 0.5)[0] for text in cut] + [measure(text, SMALL - 0.6)[0] for text in under if text]
    return RowNames(cut, under, max(widths, default=0.0))


def set_rows(ax: Axes, rows: RowNames, *, left: bool = True) -> None:
    """Give ``ax`` one unit of height per row, the first at the top, and write the names at its left."""
    count = len(rows.names)
    ax.set_ylim(-count + 0.5, 0.5)
    ax.set_yticks([])
    if not left:
        return
    side = ax.get_yaxis_transform()
    for i, (name, below) in enumerate(zip(rows.names, rows.below, strict=True)):
        lift = 6.0 if below else 0.0
        write(ax, name, (0, -i), offset=(-10, lift), coords=side, size=BODY + 0.5, ha="right")
        if below:
            write(ax, below, (0, -i), offset=(-10, -6.5), coords=side, size=SMALL - 0.6, color=MUTED, ha="right")


def lighter(colour: str, share: float = 0.55) -> str:
    """Return ``colour`` mixed with white.

    Examples
    --------
    >>> lighter("#000000", 0.5)
    '#808080'
    """
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) * share):02X}" for part in parts)


def interval_limits(
    values: Array, lows: Array, highs: Array, *, log: bool, extra: Sequence[float] = ()
) -> tuple[float, float]:
    """Return limits that hold every estimate and every sensible interval.

    An interval that would squeeze the estimates into a corner is cut, and drawn with an arrow: limits reach at most
    three spans of the estimates, or of the middle interval, beyond them.

    Examples
    --------
    >>> low, high = interval_limits(np.array([1.0, 2]), np.array([0.9, 1.8]), np.array([1.1, 1e9]), log=False)
    >>> high < 20
    True
    """
    core = np.concatenate([values, np.asarray(extra, dtype=float)])
    core = core[np.isfinite(core) & ((core > 0) | (not log))]
    ends = np.concatenate([lows, highs])
    ends = ends[np.isfinite(ends) & ((ends > 0) | (not log))]
    if not core.size:
        return limits(ends, log=log, zero=not log and bool((ends >= 0).all()))
    scale = np.log10 if log else (lambda v: v)
    inner, outer = scale(core), scale(ends)
    with np.errstate(divide="ignore", invalid="ignore"):
        widths = scale(np.where(highs > 0, highs, np.nan) if log else highs) - scale(
            np.where(lows > 0, lows, np.nan) if log else lows
        )
    widths = widths[np.isfinite(widths)]
    reach = 3 * max(
        float(np.ptp(inner)),
        float(np.quantile(widths, 0.5, method="lower")) if widths.size else 0.0,
        0.5 if log else 0.0,
    )
    if reach == 0:
        reach = abs(float(inner[0])) or 1.0
    outer = np.clip(outer, inner.min() - reach, inner.max() + reach)
    every = np.concatenate([inner, outer])
    every = 10**every if log else every
    return limits(every, log=log, pad=0.08, zero=not log and bool((every >= 0).all()))


def above_mark(
    ax: Axes,
    x: float,
    row: float,
    text: str,
    *,
    length: float,
    lift: float = 9.0,
    slack: tuple[float, float] = (0.0, 0.0),
    color: str = INK,
    size: float = BODY + 0.5,
) -> None:
    """Write a value above its mark, moved inwards at the ends of a plot that is ``length`` points wide."""
    low, high = ax.get_xlim()
    if ax.get_xscale() == "log":
        at = (np.log10(x) - np.log10(low)) / (np.log10(high) - np.log10(low)) * length
    else:
        at = (x - low) / (high - low) * length
    at = float(np.clip(at, 0, length))
    half = measure(text, size, "bold")[0] / 2
    shift = max(-slack[0] + half - at, 0.0) + min(length + slack[1] - half - at, 0.0)
    write(
        ax,
        text,
        (at / length, row),
        offset=(shift, lift),
        coords=ax.get_yaxis_transform(),
        size=size,
        weight="bold",
        color=color,
        ha="center",
        va="bottom",
        halo=True,
    )


def reference_line(ax: Axes, value: float, label: str, *, length: float, lift: float = 4.0) -> None:
    """Draw a dashed line at ``value`` with its label over the plot, moved inwards at the ends."""
    low, high = ax.get_xlim()
    if not low <= value <= high:
        return
    ax.axvline(value, color=ACCENT, lw=1.3, ls=(0, (4, 2)), zorder=1.5)
    label = fit(drawable(label), length, SMALL, "bold")
    half = measure(label, SMALL, "bold")[0] / 2
    at = float(ax.transAxes.inverted().transform(ax.transData.transform((value, 0)))[0]) * length
    shift = max(half - at, 0.0) + min(length - half - at, 0.0)
    write(
        ax,
        label,
        (at / length, 1),
        offset=(shift, lift),
        coords=ax.transAxes,
        size=SMALL,
        weight="bold",
        color=ACCENT,
        ha="center",
        va="bottom",
    )


def axis_kind(kind: Kind) -> Kind:
    """Return the kind of an axis of ``kind``; counts are short there."""
    return "short" if kind == "count" else kind
