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
from analysis.charts.scales import Kind, limits, value_text
from analysis.charts.style import ACCENT, BODY, INK, MUTED, PAPER, SMALL
from analysis.charts.tables import Array
from analysis.charts.words import drawable, fit, measure, wrap

__all__ = [
    "RowNames",
    "above_mark",
    "axis_kind",
    "interval_limits",
    "interval_mark",
    "lighter",
    "n_room",
    "n_words",
    "reference_line",
    "row_names",
    "set_rows",
]

#: Widest share of the sheet that names may take.
NAME_SHARE = 0.34

#: Size in points of a row's name and of the words below it, and from one line of them to the next.
NAME, BELOW = BODY + 0.5, SMALL - 0.6
LINE = 12.5

#: Points of a row at least, and round the lines of its name.
ROW_LEAST, ROW_PAD = 32.0, 7.0


@dataclass(frozen=True, slots=True)
class RowNames:
    """The lines at the left of each row, each with its size and colour, and the room they take."""

    lines: tuple[tuple[tuple[str, float, str], ...], ...]
    width: float

    @property
    def height(self) -> float:
        """Points that one row takes: two lines at the right of it, and those of the tallest name."""
        return max([ROW_LEAST, *(len(lines) * LINE + ROW_PAD for lines in self.lines)])


def row_names(
    names: Sequence[str], below: Sequence[str], sheet: float, *, share: float = NAME_SHARE, most: int = 1
) -> RowNames:
    """Return the names and the words below them, at most ``most`` lines each, within their share of the sheet."""
    room = sheet * share
    lines = []
    for name, under in zip(names, below, strict=True):
        own = (
            [fit(drawable(name) or "unnamed", room, NAME)]
            if most == 1
            else wrap(drawable(name) or "unnamed", room, NAME, lines=most)
        )
        rest = wrap(drawable(under), room, BELOW, lines=most) if under else []
        lines.append((*((text, NAME, INK) for text in own), *((text, BELOW, MUTED) for text in rest)))
    return RowNames(tuple(lines), max((measure(text, size)[0] for row in lines for text, size, _ in row), default=0.0))


def set_rows(ax: Axes, rows: RowNames, *, named: bool = True) -> None:
    """Give ``ax`` one unit of height per row, the first at the top, and write the names at its left."""
    ax.set_ylim(-len(rows.lines) + 0.5, 0.5)
    ax.set_yticks([])
    for i, lines in enumerate(rows.lines if named else ()):
        top = (len(lines) - 1) / 2
        for j, (text, size, color) in enumerate(lines):
            at = (top - j) * LINE
            write(
                ax, text, (0, -i), offset=(-10, at), coords=ax.get_yaxis_transform(), size=size, color=color, ha="right"
            )


def n_room(counts: Sequence[int]) -> float:
    """Return the points that the widest n, or ``too few``, takes."""
    return max(measure(text, SMALL)[0] for text in ("too few", *(f"n = {value_text(n, 'count')}" for n in counts)))


def n_words(ax: Axes, row: float, n: int, *, few: bool) -> None:
    """Write n at the right of a row, and that it is too few where it is."""
    two = few and n > 0
    side = ax.get_yaxis_transform()
    write(
        ax,
        f"n = {value_text(n, 'count')}",
        (1, row),
        offset=(12, 6 if two else 0),
        coords=side,
        size=SMALL,
        color=MUTED,
    )
    if two:
        write(ax, "too few", (1, row), offset=(12, -6), coords=side, size=SMALL, color=MUTED)


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

    def scaled(numbers: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log10(np.where(numbers > 0, numbers, np.nan)) if log else numbers, dtype=float)

    inner, low, high = scaled(np.concatenate([values, extra])), scaled(lows), scaled(highs)
    inner, outer, widths = (part[np.isfinite(part)] for part in (inner, np.concatenate([low, high]), high - low))
    if inner.size:
        usual = float(np.quantile(widths, 0.5, method="lower")) if widths.size else 0.0
        reach = 3 * max(float(np.ptp(inner)), usual, 0.5 if log else 0.0) or abs(float(inner[0])) or 1.0
        outer = np.clip(outer, inner.min() - reach, inner.max() + reach)
    every = np.concatenate([inner, outer])
    every = 10**every if log else every
    return limits(every, log=log, pad=0.08, zero=not log and bool((every >= 0).all()))


def interval_mark(
    ax: Axes, row: float, value: float, low: float, high: float, colour: str, *, hollow: bool, size: float = 34.0
) -> None:
    """Draw one estimate with its interval; an end that passes the scale becomes an arrow."""
    left, right = ax.get_xlim()
    if np.isfinite(low) and np.isfinite(high) and low <= high and low <= right and high >= left:
        ax.plot(
            [max(low, left), min(high, right)],
            [row, row],
            color=lighter(colour),
            lw=3.0 if hollow else 9.0,
            solid_capstyle="butt",
            zorder=2,
        )
        for passes, edge, marker in ((low < left, left, "<"), (high > right, right, ">")):
            if passes:
                ax.plot([edge], [row], marker=marker, color=colour, markersize=6, clip_on=False, zorder=3, lw=0)
    fill = PAPER if hollow else colour
    ax.scatter(
        [value],
        [row],
        s=size,
        facecolor=fill,
        edgecolor=colour,
        linewidth=1.8 if hollow else 1.0,
        zorder=4,
        clip_on=False,
    )


def above_mark(
    ax: Axes,
    x: float,
    row: float,
    text: str,
    *,
    length: float,
    lift: float = 9.0,
    slack: tuple[float, float] = (0.0, 0.0),
    plate: bool = True,
) -> None:
    """Write a value above its mark, moved inwards at the ends of a plot that is ``length`` points wide.

    ``slack`` is how far it may reach beyond the plot before and after.
    """
    place = float(ax.transAxes.inverted().transform(ax.transData.transform((x, row)))[0])
    at = float(np.clip(place, 0, 1)) * length
    half = measure(text, NAME, "bold")[0] / 2
    shift = max(half - slack[0] - at, 0.0) or min(length + slack[1] - half - at, 0.0)
    write(
        ax,
        text,
        (at / length, row),
        offset=(shift, lift + 2),
        coords=ax.get_yaxis_transform(),
        size=NAME,
        weight="bold",
        ha="center",
        va="baseline",
        plate=plate,
    )


def reference_line(ax: Axes, value: float, label: str, *, length: float) -> None:
    """Draw a dashed line at ``value`` with its label over the plot, moved inwards at the ends."""
    low, high = ax.get_xlim()
    if not low <= value <= high:
        return
    ax.axvline(value, color=ACCENT, lw=1.3, ls=(0, (4, 2)), zorder=1.5)
    label = fit(drawable(label), length, SMALL, "bold")
    half = measure(label, SMALL, "bold")[0] / 2
    at = float(ax.transAxes.inverted().transform(ax.transData.transform((value, 0)))[0]) * length
    shift = max(half - at, 0.0) or min(length - half - at, 0.0)
    write(
        ax,
        label,
        (at / length, 1),
        offset=(shift, 5),
        coords=ax.transAxes,
        weight="bold",
        ha="center",
        va="baseline",
        size=SMALL,
        color=ACCENT,
    )


def axis_kind(kind: Kind) -> Kind:
    """Return the kind of an axis of ``kind``: counts are short there."""
    return "short" if kind == "count" else kind
