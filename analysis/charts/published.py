"""A client's tiers beside what others have published.

Published benchmarks disagree, because their denominators, platforms, years and ways of averaging do. So each value is
its own dot under its own source's name, next to the client's interval; no average of them is drawn.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.frame import open_frame, say, write
from analysis.charts.intervals import _interval
from analysis.charts.rows import axis_kind, interval_limits
from analysis.charts.scales import Kind, put_scale, value_text, wants_log
from analysis.charts.style import (
    BODY,
    FAINT,
    GRID,
    INK,
    MUTED,
    SMALL,
    UNKNOWN,
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
    >>> values = pd.DataFrame({"tier": ["micro"] * 2, "ours": [True, False], "source": ["", "HypeAuditor 2018"],
    ...                        "value": [0.05, 0.0645], "low": [0.04, None], "high": [0.06, None], "n": [120, None]})
    >>> ax = beside_published(values)
    >>> [t.get_text() for t in ax.texts if "HypeAuditor" in t.get_text()]
    ['HypeAuditor 2018']
    """
    needs(table, (tier, value, ours, source_name), "the chart beside published values")
    data = pd.DataFrame(
        {
            "tier": tiers_of(table, tier),
            "ours": [bool(o) if not pd.isna(o) else False for o in table[ours].tolist()],
            "name": texts(table, source_name, "unnamed source"),
            "value": numbers(table, value),
            "low": numbers(table, low) if low in table.columns else np.nan,
            "high": numbers(table, high) if high in table.columns else np.nan,
            "n": numbers(table, n) if n in table.columns else np.nan,
        }
    )
    data = data[np.isfinite(data["value"]) | (np.isfinite(data["low"]) & np.isfinite(data["high"])) | data["ours"]]
    filled = set(data["tier"])
    tiers = [t for t in tier_order(table, tier, order) if t in filled or not (is_residual(t) or t == UNKNOWN)]
    texts_of_sheet = {"title": title, "subtitle": subtitle, "source": source, "width": width, "ax": ax}
    if data.empty or not np.isfinite(data[["value", "low"]].to_numpy(dtype=float)).any():
        frame = open_frame(**texts_of_sheet, height=150, left=8, right=8, bottom=8)
        return say(frame, "There is neither a measured nor a published value to draw here.")
    sheet = width * 72 if ax is None else ax.get_position().width * ax.figure.bbox.width * 72 / ax.figure.dpi

    lines = []  # (kind of line, tier, rows of data)
    for t in tiers:
        mine = data[data["tier"] == t]
        theirs = mine[~mine["ours"]].sort_values(["value", "name"], kind="stable")
        lines.append(("tier", t, mine.iloc[:0]))
        own = mine[mine["ours"]]
        lines.append(("own", t, own.iloc[:1]))
        if len(theirs) > MOST_ROWS:
            lines.append(("many", t, theirs))
        elif theirs.empty:
            lines.append(("none", t, theirs))
        else:
            lines += [("one", t, theirs.iloc[i : i + 1]) for i in range(len(theirs))]
    heights = {"tier": 24.0, "own": 22.0, "many": 20.0, "one": 16.0, "none": 16.0}
    total = sum(heights[what] for what, *_ in lines) + 6
    room = sheet * (0.40 if sheet > 400 else 0.42)
    labels = [_line_label(what, rows, client) for what, _, rows in lines]
    left = min(max(measure(drawable(label), SMALL)[0] for label in labels) + 6, room) + 20
    values = data["value"].to_numpy(dtype=float)
    lows, highs = data["low"].to_numpy(dtype=float), data["high"].to_numpy(dtype=float)
    as_log = (wants_log(values, span=30) if log is None else log) and bool((values[np.isfinite(values)] > 0).all())
    said = [_said(what, rows, kind, currency) for what, _, rows in lines]
    right = (
        max(
            measure(text, BODY if what == "own" else SMALL, "bold" if what == "own" else "normal")[0]
            for (what, *_), text in zip(lines, said, strict=True)
        )
        + 20
    )
    right = min(right, sheet * 0.34)
    extra = [v for v in np.concatenate([lows[~data["ours"]], highs[~data["ours"]]]) if np.isfinite(v) and v > 0]
    span = interval_limits(values, lows, highs, log=as_log, extra=extra)
    frame = open_frame(**texts_of_sheet, height=total, left=left, right=right, top=0, bottom=20)
    ax = frame.ax
    put_scale(
        ax,
        "x",
        *span,
        log=as_log,
        kind=axis_kind(kind),
        currency=currency,
        length=frame.plot[2],
        overhang=(left - 4, right - 4),
    )
    ax.set_ylim(0, total)
    ax.set_yticks([])
    palette = tier_palette(tiers)
    side = ax.get_yaxis_transform()
    y = total
    for (what, t, rows), label, text in zip(lines, labels, said, strict=True):
        y -= heights[what]
        at = y + heights[what] / 2
        if what == "tier":
            if y + heights[what] < total:
                ax.plot(
                    [-(left - 8) / frame.plot[2], 1 + (right - 8) / frame.plot[2]],
                    [at + 9] * 2,
                    transform=side,
                    color=GRID,
                    lw=0.8,
                    clip_on=False,
                )
            span_words = (ranges or {}).get(t, "")
            name = fit(drawable(f"{t}  {span_words}".strip()), sheet - 16, BODY + 0.5, "bold")
            write(ax, name, (0, at - 1), offset=(8 - left, 0), coords=side, size=BODY + 0.5, weight="bold")
            continue
        own = what == "own"
        style = {"size": SMALL, "color": INK if own else MUTED}
        write(ax, fit(drawable(label), left - 20, SMALL), (0, at), offset=(-10, 0), coords=side, ha="right", **style)
        write(
            ax,
            fit(text, right - 16, BODY if own else SMALL, "bold" if own else "normal"),
            (1, at),
            offset=(10, 0),
            coords=side,
            weight="bold" if own else "normal",
            **{**style, "size": BODY if own else SMALL},
        )
        for row in rows.itertuples(index=False):
            if own:
                if np.isfinite(row.value):
                    few = not (np.isfinite(row.n) and row.n >= minimum)
                    _interval(ax, at, row.value, row.low, row.high, palette[t], hollow=few, size=58)
                continue
            if np.isfinite(row.low) and np.isfinite(row.high):
                ax.plot([row.low, row.high], [at, at], color=FAINT, lw=2, zorder=2)
            if np.isfinite(row.value):
                ax.plot([row.value], [at], marker="D", color=FAINT, markersize=4.5, lw=0, zorder=3, clip_on=False)
    return ax


def _line_label(what: str, rows: pd.DataFrame, client: str) -> str:
    if what == "own":
        n = rows["n"].iloc[0] if len(rows) else np.nan
        return client if not np.isfinite(n) else f"{client}, n = {value_text(n, 'count')}"
    if what == "many":
        return f"{len(rows)} published values"
    if what == "none":
        return "nothing published"
    return "" if what == "tier" else str(rows["name"].iloc[0])


def _said(what: str, rows: pd.DataFrame, kind: Kind, currency: str | None) -> str:
    if what in {"tier", "none"}:
        return ""
    if what == "many":
        ends = rows["value"].min(), rows["value"].max()
        return f"{value_text(ends[0], kind, currency)} to {value_text(ends[1], kind, currency)}"
    if rows.empty or not np.isfinite(rows["value"].iloc[0]):
        if what == "one":
            ends = rows["low"].iloc[0], rows["high"].iloc[0]
            return f"{value_text(ends[0], kind, currency)} to {value_text(ends[1], kind, currency)}"
        return "not measured"
    return value_text(rows["value"].iloc[0], kind, currency)
