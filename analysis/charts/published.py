"""A client's tiers beside what others have published.

Published benchmarks disagree, because their denominators, platforms, years and ways of averaging do. So each value is
its own dot under its own source's name, next to the client's interval; no average of them is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.rows import axis_kind, interval_limits, interval_mark
from analysis.charts.scales import Kind, put_scale, value_text, wants_log
from analysis.charts.style import (
    BODY,
    FAINT,
    GRID,
    INK,
    MUTED,
    SMALL,
    WIDE,
    in_house_style,
    is_residual,
    tier_palette,
)
from analysis.charts.tables import MINIMUM, needs, numbers, texts, tier_order, tiers_of
from analysis.charts.words import drawable, fit, measure

__all__ = ["beside_published"]

#: Published values of one tier that have a row each; more are one row of dots with their range.
MOST_ROWS = 8


@in_house_style
def beside_published(
    table: pd.DataFrame,
    *,
    value: str = "value",
    low: str = "low",
    high: str = "high",
    n: str = "n",
    tier: str = "tier",
    ours: str = "ours",
    source_name: str = "source",
    client: str = "this data",
    order: Sequence[str] | None = None,
    ranges: Mapping[str, str] | None = None,
    kind: Kind = "percent",
    currency: str | None = None,
    log: bool | None = None,
    minimum: int = MINIMUM,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw, per tier, the client's interval and below it one dot per published value with its source's name.

    Parameters
    ----------
    table : DataFrame
        One row per value: ``tier``, ``value``, ``ours`` (true for the client's own), ``source_name`` of a published
        one (short: publisher and year), and where known ``low``, ``high`` and ``n`` creators.
    value, low, high, n, tier, ours, source_name : str
        Columns of ``table``; ``low``, ``high`` and ``n`` may be absent. A published range has no ``value`` needed:
        ``low`` and ``high`` alone are drawn as a bar.
    client : str
        What the client's own rows are called.
    order : sequence of str, optional
        Tiers from small to large.
    ranges : mapping, optional
        Tier → what it spans, written beside its name.
    kind : {"percent", "money", "ratio", "short", "count", "number"}
        How values are said; ``currency`` goes with money.
    log : bool, optional
        Force a logarithmic or a linear scale; the span decides when left out.
    minimum : int
        Creators under which the client's own dot is hollow.
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
    >>> values = pd.DataFrame({"tier": ["micro"] * 2, "ours": [True, False], "source": ["", "HypeAuditor 2018"],
    ...                        "value": [0.05, 0.0645], "low": [0.04, None], "high": [0.06, None], "n": [120, None]})
    >>> ax = beside_published(values)
    >>> [t.get_text() for t in ax.texts if "HypeAuditor" in t.get_text()]
    ['HypeAuditor 2018']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (tier, value, ours, source_name), "the chart beside published values")
    data = pd.DataFrame(
        {
            "tier": tiers_of(table, tier),
            "ours": [not pd.isna(flag) and bool(flag) for flag in table[ours].tolist()],
            "name": [drawable(name) or "unnamed source" for name in texts(table, source_name)],
            **{
                part: numbers(table, column) if column in table.columns else np.nan
                for part, column in (("value", value), ("low", low), ("high", high), ("n", n))
            },
        }
    )
    ranged = np.isfinite(data["low"]) & np.isfinite(data["high"])
    data = data[np.isfinite(data["value"]) | (ranged & ~data["ours"])]
    tiers = [t for t in tier_order(table, tier, order) if t in set(data["tier"]) or not is_residual(t)]
    if data.empty:
        return nothing(ax, "There is neither a measured nor a published value to draw here.", **sheet_texts)
    lines = [line for t in tiers for line in _lines(t, data[data["tier"] == t], client, kind, currency)]

    sheet = sheet_width(ax, width)
    total = sum(HEIGHTS[line.what] for line in lines) + 6
    left = min(max(measure(drawable(line.label), SMALL)[0] for line in lines) + 2, sheet * 0.42) + 20
    right = min(max(measure(line.said, *_face(line.what))[0] for line in lines) + 20, sheet * 0.34)
    values, lows, highs = (data[part].to_numpy(dtype=float) for part in ("value", "low", "high"))
    as_log = (wants_log(values, span=30) if log is None else log) and bool((values[np.isfinite(values)] > 0).all())
    theirs = np.concatenate([lows[~data["ours"]], highs[~data["ours"]]])
    span = interval_limits(values, lows, highs, log=as_log, extra=theirs[theirs > 0].tolist())
    frame = open_frame(ax, **sheet_texts, height=total, left=left, right=right, bottom=20)
    ax, length = frame.ax, frame.plot[2]
    overhang = (left - 4, right - 4)
    put_scale(ax, "x", *span, log=as_log, kind=axis_kind(kind), currency=currency, length=length, overhang=overhang)
    ax.set_ylim(0, total)
    ax.set_yticks([])
    palette, side, top = tier_palette(tiers), ax.get_yaxis_transform(), total
    for line in lines:
        at = top - HEIGHTS[line.what] / 2
        if line.what == "tier":
            if top < total:
                ends = [(8 - left) / length, 1 + (right - 8) / length]
                ax.plot(ends, [top - 2] * 2, transform=side, color=GRID, lw=0.8, clip_on=False)
            name = fit(drawable(line.tier), sheet - 16, BODY + 0.5, "bold")
            write(ax, name, (0, at - 2), offset=(8 - left, 0), coords=side, size=BODY + 0.5, weight="bold")
            start = measure(name, BODY + 0.5, "bold")[0] + 14 - left
            if (ranges or {}).get(line.tier) and start + left < sheet - 80:
                write(
                    ax, (ranges or {})[line.tier], (0, at - 2), offset=(start, 0), coords=side, size=SMALL, color=MUTED
                )
        else:
            color = INK if line.what == "own" else MUTED
            size, weight = _face(line.what)
            label, said = fit(drawable(line.label), left - 18, SMALL), fit(line.said, right - 16, size, weight)
            write(ax, label, (0, at), offset=(-10, 0), coords=side, size=SMALL, color=color, ha="right")
            write(ax, said, (1, at), offset=(10, 0), coords=side, size=size, weight=weight, color=color)
            _marks(ax, at, line, palette[line.tier], minimum)
        top -= HEIGHTS[line.what]
    return ax


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the sheet: a tier's name, the client's own interval, one published value, or many."""

    what: Literal["tier", "own", "one", "many", "none"]
    tier: str
    label: str = ""
    said: str = ""
    values: tuple[tuple[float, float, float, float], ...] = ()


#: Points of height of each kind of line.
HEIGHTS = {"tier": 26.0, "own": 22.0, "many": 20.0, "one": 16.0, "none": 16.0}


def _face(what: str) -> tuple[float, str]:
    return (BODY, "bold") if what == "own" else (SMALL, "normal")


def _lines(tier: str, data: pd.DataFrame, client: str, kind: Kind, currency: str | None) -> list[_Line]:
    def parts(rows: pd.DataFrame) -> tuple[tuple[float, float, float, float], ...]:
        columns = (rows[part].to_numpy(dtype=float).tolist() for part in ("value", "low", "high", "n"))
        return tuple(zip(*columns, strict=True))

    def said(low: float, high: float) -> str:
        return f"{value_text(low, kind, currency)} to {value_text(high, kind, currency)}"

    own, theirs = data[data["ours"]].head(1), data[~data["ours"]].sort_values(["value", "name"], kind="stable")
    lines = [_Line("tier", tier)]
    if own.empty:
        lines.append(_Line("own", tier, client, "not measured"))
    for value, low, high, n in parts(own):
        label = f"{client}, n = {value_text(n, 'count')}" if np.isfinite(n) else client
        lines.append(_Line("own", tier, label, value_text(value, kind, currency), ((value, low, high, n),)))
    if theirs.empty:
        lines.append(_Line("none", tier, "nothing published"))
    elif len(theirs) > MOST_ROWS:
        ends = theirs[["value", "low", "high"]].to_numpy(dtype=float)
        words = said(float(np.nanmin(ends)), float(np.nanmax(ends)))
        lines.append(_Line("many", tier, f"{len(theirs)} published values", words, parts(theirs)))
    else:
        for name, one in zip(theirs["name"], parts(theirs), strict=True):
            words = value_text(one[0], kind, currency) if np.isfinite(one[0]) else said(one[1], one[2])
            lines.append(_Line("one", tier, str(name), words, (one,)))
    return lines


def _marks(ax: Axes, at: float, line: _Line, colour: str, minimum: int) -> None:
    for value, low, high, n in line.values:
        if line.what == "own":
            interval_mark(ax, at, value, low, high, colour, hollow=not n >= minimum)
            continue
        if np.isfinite(low) and np.isfinite(high):
            ax.plot([low, high], [at, at], color=FAINT, lw=2, zorder=2)
        if np.isfinite(value):
            ax.plot([value], [at], marker="D", color=FAINT, markersize=4.5, lw=0, zorder=3, clip_on=False)
