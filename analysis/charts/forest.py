"""One tier against another, measure by measure: ratios with their intervals and a line at no difference.

A ratio stands on a logarithmic scale, where twice as much and half as much lie equally far from the line. A row bears
the accent where its table says that the difference is clear: an interval that stays clear of the line is not enough,
since a correction for many comparisons may still leave it open. A row that is known to make no practical difference is
drawn in ink and says so; one that is open stays grey, as does one with too few creators on either side. The ratios that
make no practical difference are a band around the line.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import formats
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.intervals import ARROW_NOTE, SIDE_BY_SIDE
from analysis.charts.rows import NAME, above_mark, interval_limits, interval_mark, row_names, set_rows
from analysis.charts.scales import put_scale, value_text
from analysis.charts.style import ACCENT, FAINT, GRID, INK, MUTED, SMALL, WIDE, in_house_style
from analysis.charts.tables import MINIMUM, Array, needs, numbers, texts
from analysis.charts.words import drawable, fit, measure

__all__ = ["micro_against_mega"]

#: Letters below which a side's name is left out rather than cut.
SHORTEST = 5


@in_house_style
def micro_against_mega(
    table: pd.DataFrame,
    *,
    label: str = "measure",
    value: str = "estimate",
    low: str = "low",
    high: str = "high",
    n_a: str = "n_a",
    n_b: str = "n_b",
    a: str = "micro",
    b: str = "mega",
    minimum: int = MINIMUM,
    direction: str = "direction",
    region: tuple[float, float] | None = None,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw ratios of one tier to another with their intervals, one row per measure, and a line at no difference.

    Parameters
    ----------
    table : DataFrame
        One row per measure: its name in words (``label``), the ratio a / b (``value``), its limits ``low`` and
        ``high``, and the creators behind each side, ``n_a`` and ``n_b``, where known.
    label, value, low, high, n_a, n_b : str
        Columns of ``table``.
    a, b : str
        Names of the two sides; a ratio above 1 is higher with ``a``.
    minimum : int
        Creators on either side under which a row is hollow.
    direction : str
        Column of what each comparison comes to: ``higher`` or ``lower`` where it is clear, ``same`` where it is known
        to make no practical difference, ``none`` where it is open. Without it the interval alone decides.
    region : (float, float), optional
        Ratios that make no practical difference, drawn as a band.
    title, subtitle, source, width, ax
        As in :func:`~analysis.charts.reach.engagement_against_reach`.

    Returns
    -------
    Axes

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> ratios = pd.DataFrame({"measure": ["cost per engagement"], "estimate": [0.4], "low": [0.3], "high": [0.5],
    ...                        "n_a": [288], "n_b": [21]})
    >>> ax = micro_against_mega(ratios)
    >>> [t.get_text() for t in ax.texts if t.get_text()[0].isdigit()]
    ['288 micro, 21 mega', '0.4×', '0.3 to 0.5']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (label, value, low, high), "the chart of ratios")
    v, lo, hi = (numbers(table, column) for column in (value, low, high))
    absent = np.full(len(table), np.nan)
    sides = [numbers(table, column) if column in table.columns else absent for column in (n_a, n_b)]
    usable = np.isfinite(v) & (v > 0)
    if not usable.any():
        return nothing(ax, f"No measure is known for both {a} and {b}, so there is nothing to compare.", **sheet_texts)
    sheet = sheet_width(ax, width)
    wide = sheet >= SIDE_BY_SIDE
    below = [_sides(x, y, a, b) for x, y in zip(*sides, strict=True)]
    rows = row_names(list(texts(table, label, "unnamed")), below, sheet, share=0.36, most=1 if wide else 2)
    ways = _ways(table, direction, lo, hi, region)
    said = [_said(*row) for row in zip(v, lo, hi, ways, strict=True)]
    room = max(max(measure(big, NAME, "bold")[0], measure(small, SMALL)[0]) for big, small in said) if wide else 0.0
    left, right = rows.width + 20, room + (24 if wide else 12)
    span = interval_limits(v, lo, hi, log=True, extra=[1.0])
    cut = bool((lo[usable] < span[0]).any() or (hi[usable] > span[1]).any())
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=(*((ARROW_NOTE,) if cut else ()), *_band_note(region, ways)),
        height=rows.height * len(v),
        left=left,
        right=right,
        top=20,
        bottom=20,
    )
    ax, length = frame.ax, frame.plot[2]
    put_scale(ax, "x", *span, log=True, kind="ratio", length=length, overhang=(left - 4, right - 4))
    set_rows(ax, rows)
    if region:
        ax.axvspan(*region, color=GRID, lw=0, zorder=0.4)
    ax.axvline(1, color=INK, lw=1.2, zorder=1.5)
    _directions(ax, a, b, length=length, left=left, right=right)
    side = ax.get_yaxis_transform()
    for i, (big, small) in enumerate(said):
        few = any(count[i] < minimum for count in sides)
        apart = ways[i] in ("higher", "lower") and not few
        if usable[i]:
            color = ACCENT if apart else MUTED if ways[i] == "same" and not few else FAINT
            interval_mark(ax, -i, v[i], lo[i], hi[i], color, hollow=few)
        if wide:
            weight = "bold" if apart else "normal"
            write(ax, big, (1, -i), offset=(14, 6.5 if small else 0), coords=side, size=NAME, weight=weight)
            if small:
                write(ax, small, (1, -i), offset=(14, -6.5), coords=side, size=SMALL, color=MUTED)
        elif usable[i]:
            above_mark(ax, v[i], -i, big, length=length, slack=(0, right - 8), lift=7)
        else:
            write(ax, big, (0, -i), offset=(5, 0), coords=side, size=SMALL, color=MUTED, plate=True)
    return ax


def _directions(ax: Axes, a: str, b: str, *, length: float, left: float, right: float) -> None:
    """Write on either side of the line which tier is higher there, in the longest words that fit."""
    at = float(ax.transAxes.inverted().transform(ax.transData.transform((1, 0)))[0]) * length
    for name, way, room in ((b, -1, at + left - 16), (a, 1, length - at + right - 16)):
        whole = drawable(f"← higher with {name}" if way < 0 else f"higher with {name} →")
        short = drawable(f"← {name}" if way < 0 else f"{name} →")
        text = whole if measure(whole, SMALL)[0] <= room else fit(short, room, SMALL)
        if len(text) < SHORTEST:  # an arrow and a letter say nothing
            continue
        ha = "right" if way < 0 else "left"
        write(ax, text, (at / length, 1), offset=(8 * way, 9), coords=ax.transAxes, size=SMALL, color=MUTED, ha=ha)


def _sides(n_a: float, n_b: float, a: str, b: str) -> str:
    if not (np.isfinite(n_a) and np.isfinite(n_b)):
        return ""
    return f"{formats.count(n_a)} {a}, {formats.count(n_b)} {b}"


def _ways(table: pd.DataFrame, column: str, low: Array, high: Array, region: tuple[float, float] | None) -> list[str]:
    if column in table.columns:
        return list(texts(table, column, "none"))
    inside = (low >= region[0]) & (high <= region[1]) if region else np.zeros(len(low), dtype=bool)
    ways = np.where(inside, "same", np.where(low > 1, "higher", np.where(high < 1, "lower", "none")))
    return [str(way) for way in ways]


def _band_note(region: tuple[float, float] | None, ways: list[str]) -> tuple[str, ...]:
    if not region:
        return ()
    said = f"Band: ratios of {formats.interval(*region)} make no practical difference."
    return (f"{said} A dark grey row lies within it.",) if "same" in ways else (said,)


def _said(value: float, low: float, high: float, way: str) -> tuple[str, str]:
    if not np.isfinite(value):
        return "not known", ""
    known = np.isfinite(low) and np.isfinite(high)
    limits = f"{value_text(low, 'number')} to {value_text(high, 'number')}" if known else "no interval"
    return value_text(value, "ratio"), f"{limits}, the same" if way == "same" else limits
