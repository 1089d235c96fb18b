"""A measure and how sure it is: one interval per tier, or one ratio of two tiers per measure.

An estimate is a dot and its interval a bar, so that a reader sees at once which tiers are apart. A tier with too few
creators is drawn hollow and thin, and is not ranked; an empty one keeps its row and says so. Where the same measure
is shown on several denominators, each has its own panel and its own scale, because they are different measures.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import formats
from analysis.charts.frame import open_frame, say, write
from analysis.charts.rows import above_mark, axis_kind, interval_limits, lighter, reference_line, row_names, set_rows
from analysis.charts.scales import Kind, limits, put_scale, value_text, wants_log
from analysis.charts.style import (
    ACCENT,
    BODY,
    FAINT,
    INK,
    MUTED,
    PAPER,
    SMALL,
    UNKNOWN,
    WIDE,
    in_house_style,
    is_residual,
    tier_palette,
)
from analysis.charts.tables import MINIMUM, Array, needs, numbers, texts, tier_order, tiers_of
from analysis.charts.words import drawable, fit, measure

__all__ = ["measure_by_tier", "micro_against_mega"]

#: Points of height of a row.
ROW = 44.0

#: Inches under which panels stand one above the other.
SIDE_BY_SIDE = 5.0


@in_house_style
def measure_by_tier(
    table: pd.DataFrame,
    *,
    value: str,
    low: str = "low",
    high: str = "high",
    n: str = "measured",
    tier: str = "tier",
    flagged: str = "flagged",
    panel: str | None = None,
    kind: Kind = "percent",
    currency: str | None = None,
    log: bool | None = None,
    reference: tuple[float, str] | None = None,
    order: Sequence[str] | None = None,
    ranges: Mapping[str, str] | None = None,
    minimum: int = MINIMUM,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw a measure with its interval per tier, n at the right; one panel per value of ``panel``.

    Parameters
    ----------
    table : DataFrame
        One row per tier (and panel): ``tier``, the estimate ``value``, its limits ``low`` and ``high``, ``n``
        creators, and ``flagged`` where a tier is too small to rank. Limits may be missing.
    value, low, high, n, tier, flagged, panel : str
        Columns of ``table``. Where ``flagged`` is absent, n under ``minimum`` decides.
    kind : {"percent", "money", "ratio", "short", "count", "number"}
        How values are said; ``currency`` goes with money.
    log : bool, optional
        Force a logarithmic or a linear scale; when left out each panel decides by its span.
    reference : (float, str), optional
        A value to compare with and its name: a dashed line.
    order : sequence of str, optional
        Tiers from small to large; as they come in ``table`` when left out.
    ranges : mapping, optional
        Tier → what it spans, written below its name.
    minimum : int
        Creators under which a tier is hollow.
    title, subtitle, source, width, ax
        As in :func:`~analysis.charts.cloud.engagement_against_reach`. With several panels and an ``ax`` of yours,
        that ``ax`` is switched off and the panels stand in its place.

    Returns
    -------
    Axes
        The (first) panel, or your ``ax``.

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> rates = pd.DataFrame({
    ...     "tier": ["micro", "macro", "mega"], "rate": [0.161, 0.131, 0.133], "low": [0.08, 0.12, 0.13],
    ...     "high": [0.21, 0.14, 0.14], "measured": [5, 193, 802], "flagged": [True, False, False]})
    >>> ax = measure_by_tier(rates, value="rate", kind="percent")
    >>> [t.get_text() for t in ax.texts if t.get_text().startswith("n =")]
    ['n = 5', 'n = 193', 'n = 802']
    """
    needs(table, (tier, value, n, *([panel] if panel else [])), "the chart of a measure by tier")
    data = pd.DataFrame(
        {
            "tier": tiers_of(table, tier),
            "panel": texts(table, panel) if panel else "",
            "value": numbers(table, value),
            "low": numbers(table, low) if low in table.columns else np.nan,
            "high": numbers(table, high) if high in table.columns else np.nan,
            "n": np.nan_to_num(numbers(table, n)),
        }
    )
    if flagged in table.columns:
        data["few"] = [bool(f) if not pd.isna(f) else True for f in table[flagged].tolist()]
    else:
        data["few"] = data["n"] < minimum
    data = data.drop_duplicates(["tier", "panel"])
    filled = set(data.loc[data["n"] > 0, "tier"])
    tiers = [t for t in tier_order(table, tier, order) if t in filled or not (is_residual(t) or t == UNKNOWN)]
    names = list(dict.fromkeys(data["panel"]))
    texts_of_sheet = {"title": title, "subtitle": subtitle, "source": source, "width": width, "ax": ax}
    if not tiers or not np.isfinite(data["value"]).any():
        frame = open_frame(**texts_of_sheet, height=150, left=8, right=8, bottom=8)
        return say(frame, "No tier has a creator for whom this measure is known, so there is nothing to draw.")
    sheet = width * 72 if ax is None else ax.get_position().width * ax.figure.bbox.width * 72 / ax.figure.dpi
    stacked = sheet < SIDE_BY_SIDE * 72
    rows = row_names(tiers, [(ranges or {}).get(t, "") for t in tiers], sheet)
    grid = {(p, t): row for p, t, row in zip(data["panel"], data["tier"], data.itertuples(index=False), strict=True)}
    counts = {p: [int(grid[p, t].n) if (p, t) in grid else 0 for t in tiers] for p in names}
    same = all(counts[p] == counts[names[0]] for p in names)
    n_room = max(
        max(measure(f"n = {value_text(c, 'count')}", SMALL)[0] for per in counts.values() for c in per),
        measure("too few", SMALL)[0],
    )
    left, right = rows.width + 8 + 12, n_room + 12 + 8
    heading = (16 if names != [""] else 0) + (14 if reference else 0) + 6
    each = ROW * len(tiers)
    gap = (heading + 26.0) if stacked else (22.0 if same else n_room + 26)
    clipped = False
    scales = []
    for p in names:
        mine = data[data["panel"] == p]
        v, lo, hi = (mine[c].to_numpy(dtype=float) for c in ("value", "low", "high"))
        extra = [reference[0]] if reference and np.isfinite(reference[0]) else []
        as_log = wants_log(v, extra) if log is None else log
        as_log = as_log and bool((v[np.isfinite(v)] > 0).all())
        span = interval_limits(v, lo, hi, log=as_log, extra=extra)
        clipped = clipped or bool((lo < span[0]).any() or (hi > span[1]).any())
        scales.append((as_log, span))
    frame = open_frame(
        **texts_of_sheet,
        notes=("An arrow marks an interval that runs past the scale.",) if clipped else (),
        height=each * len(names) + gap * (len(names) - 1) if stacked else each,
        left=left,
        right=right,
        top=heading,
        bottom=20,
    )
    panels = [frame.ax] if len(names) == 1 else frame.split(len(names), gap=gap, stacked=stacked)
    length = frame.plot[2] if stacked else (frame.plot[2] - gap * (len(names) - 1)) / len(names)
    palette = tier_palette(tiers)
    for i, (p, the_panel, (as_log, span)) in enumerate(zip(names, panels, scales, strict=True)):
        first, last = stacked or i == 0, i == len(names) - 1
        overhang = (left - 4 if first else gap / 2 - 4, right - 4 if stacked or last else gap / 2 - 4)
        put_scale(
            the_panel, "x", *span, log=as_log, kind=axis_kind(kind), currency=currency, length=length, overhang=overhang
        )
        set_rows(the_panel, rows, left=first)
        if p:
            label = fit(drawable(p), length, BODY + 1, "bold")
            write(
                the_panel,
                label,
                (0, 1),
                offset=(0, heading - 16),
                coords=the_panel.transAxes,
                size=BODY + 1,
                weight="bold",
                va="bottom",
            )
        if reference and np.isfinite(reference[0]):
            reference_line(the_panel, reference[0], reference[1], length=length)
        for r, t in enumerate(tiers):
            row = grid.get((p, t))
            n_here = counts[p][r]
            few = bool(row.few) if row is not None else True
            if row is None or not np.isfinite(row.value) or n_here == 0:
                words = "no creators" if n_here == 0 else "not known"
                write(
                    the_panel,
                    words,
                    (0, -r),
                    offset=(4, 0),
                    coords=the_panel.get_yaxis_transform(),
                    size=SMALL,
                    color=MUTED,
                    halo=True,
                )
            else:
                _interval(the_panel, -r, row.value, row.low, row.high, palette[t], hollow=few)
                above_mark(the_panel, row.value, -r, value_text(row.value, kind, currency), length=length)
            if stacked or last or not same:
                few = few and n_here > 0
                write(
                    the_panel,
                    f"n = {value_text(n_here, 'count')}",
                    (1, -r),
                    offset=(12, 6 if few else 0),
                    coords=the_panel.get_yaxis_transform(),
                    size=SMALL,
                    color=MUTED,
                )
                if few:
                    write(
                        the_panel,
                        "too few",
                        (1, -r),
                        offset=(12, -6),
                        coords=the_panel.get_yaxis_transform(),
                        size=SMALL,
                        color=MUTED,
                    )
    return panels[0] if ax is None else ax


def _interval(
    ax: Axes, row: float, value: float, low: float, high: float, colour: str, *, hollow: bool, size: float = 70.0
) -> None:
    """Draw one estimate with its interval; an end that passes the scale becomes an arrow."""
    left, right = ax.get_xlim()
    if np.isfinite(low) and np.isfinite(high) and high >= low:
        start, end = max(low, left), min(high, right)
        if end >= left and start <= right:
            ax.plot(
                [start, end],
                [row, row],
                color=lighter(colour),
                lw=3.0 if hollow else 7.0,
                solid_capstyle="butt" if (low < left or high > right) else "round",
                zorder=2,
            )
        for passes, edge, marker in ((low < left, left, "<"), (high > right, right, ">")):
            if passes:
                ax.plot([edge], [row], marker=marker, color=colour, markersize=6, clip_on=False, zorder=3, lw=0)
    ax.scatter(
        [value],
        [row],
        s=size,
        facecolor=PAPER if hollow else colour,
        edgecolor=colour,
        linewidth=1.8,
        zorder=4,
        clip_on=False,
    )


@in_house_style
def micro_against_mega(
    table: pd.DataFrame,
    *,
    measure_column: str = "measure",
    value: str = "estimate",
    low: str = "low",
    high: str = "high",
    n_a: str = "n_a",
    n_b: str = "n_b",
    a: str = "micro",
    b: str = "mega",
    minimum: int = MINIMUM,
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
        One row per measure: its name in words, the ratio a / b as ``value``, ``low`` and ``high``, and the creators
        behind each side, ``n_a`` and ``n_b``.
    measure_column, value, low, high, n_a, n_b : str
        Columns of ``table``.
    a, b : str
        Names of the two sides; a ratio above 1 is higher with ``a``.
    minimum : int
        Creators on either side under which a row is hollow.
    title, subtitle, source, width, ax
        As in :func:`~analysis.charts.cloud.engagement_against_reach`.

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
    >>> [t.get_text() for t in ax.texts if "×" in t.get_text()]
    ['0.4×', '0.3× to 0.5×']
    """
    needs(table, (measure_column, value, low, high), "the chart of ratios")
    names = texts(table, measure_column)
    v, lo, hi = (numbers(table, column) for column in (value, low, high))
    sides = [
        numbers(table, column) if column in table.columns else np.full(len(table), np.nan) for column in (n_a, n_b)
    ]
    texts_of_sheet = {"title": title, "subtitle": subtitle, "source": source, "width": width, "ax": ax}
    usable = np.isfinite(v) & (v > 0)
    if not usable.any():
        frame = open_frame(**texts_of_sheet, height=150, left=8, right=8, bottom=8)
        return say(frame, f"No measure is known for both {a} and {b}, so there is nothing to compare.")
    sheet = width * 72 if ax is None else ax.get_position().width * ax.figure.bbox.width * 72 / ax.figure.dpi
    wide = sheet >= SIDE_BY_SIDE * 72
    below = [_sides(x, y, a, b) for x, y in zip(*sides, strict=True)]
    rows = row_names(names, below, sheet, share=0.36)
    said = [_ratio_words(x, y, z) for x, y, z in zip(v, lo, hi, strict=True)]
    room = (
        max(max(measure(big, BODY + 0.5, "bold")[0], measure(small, SMALL)[0]) for big, small in said) if wide else 4.0
    )
    left, right = rows.width + 20, room + 20
    span = interval_limits(v, lo, hi, log=True, extra=[1.0])
    clipped = bool((lo < span[0]).any() or (hi > span[1]).any())
    frame = open_frame(
        **texts_of_sheet,
        notes=("An arrow marks an interval that runs past the scale.",) if clipped else (),
        height=(ROW - 6) * len(names),
        left=left,
        right=right,
        top=18,
        bottom=20,
    )
    ax = frame.ax
    length = frame.plot[2]
    put_scale(ax, "x", *span, log=True, kind="ratio", length=length, overhang=(left - 4, right - 4))
    set_rows(ax, rows)
    ax.axvline(1, color=INK, lw=1.2, zorder=1.5)
    at = float(ax.transAxes.inverted().transform(ax.transData.transform((1, 0)))[0]) * length
    for text, ha, way in ((f"← higher with {b}", "right", -1), (f"higher with {a} →", "left", 1)):
        space = at + left - 8 if way < 0 else length - at + right - 8
        write(
            ax,
            fit(drawable(text), space - 8, SMALL),
            (at / length, 1),
            offset=(8 * way, 9),
            coords=ax.transAxes,
            size=SMALL,
            color=MUTED,
            ha=ha,
        )
    for i in range(len(names)):
        big, small = said[i]
        few = any(side[i] < minimum for side in sides)
        apart = np.isfinite(lo[i]) and np.isfinite(hi[i]) and (lo[i] > 1 or hi[i] < 1) and not few
        if usable[i]:
            _interval(ax, -i, v[i], lo[i], hi[i], ACCENT if apart else FAINT, hollow=few)
        if wide:
            side = ax.get_yaxis_transform()
            write(
                ax, big, (1, -i), offset=(14, 6.5), coords=side, size=BODY + 0.5, weight="bold" if apart else "normal"
            )
            write(ax, small, (1, -i), offset=(14, -6), coords=side, size=SMALL, color=MUTED)
        elif usable[i]:
            above_mark(ax, v[i], -i, big, length=length, slack=(0, right - 8), lift=7)
        else:
            write(ax, big, (0, -i), offset=(4, 0), coords=ax.get_yaxis_transform(), size=SMALL, color=MUTED)
    return ax


def _sides(n_a: float, n_b: float, a: str, b: str) -> str:
    if not (np.isfinite(n_a) and np.isfinite(n_b)):
        return ""
    return f"{formats.count(n_a)} {a}, {formats.count(n_b)} {b}"


def _ratio_words(value: float, low: float, high: float) -> tuple[str, str]:
    if not np.isfinite(value):
        return "not known", ""
    limits_known = np.isfinite(low) and np.isfinite(high)
    small = f"{value_text(low, 'ratio')} to {value_text(high, 'ratio')}" if limits_known else "no interval"
    return value_text(value, "ratio"), small
