"""A measure and how sure it is, tier by tier.

An estimate is a dot and its interval a bar, so that a reader sees at once which tiers are apart. A tier with too few
creators is drawn hollow and thin, and is not ranked; an empty one keeps its row and says so. Where the same measure
is shown on several denominators, each has its own panel and its own scale, because they are different measures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.rows import (
    above_mark,
    axis_kind,
    interval_limits,
    interval_mark,
    n_room,
    n_words,
    reference_line,
    row_names,
    set_rows,
)
from analysis.charts.scales import Kind, put_scale, value_text, wants_log
from analysis.charts.style import BODY, MUTED, SMALL, UNKNOWN, WIDE, in_house_style, is_residual, tier_palette
from analysis.charts.tables import MINIMUM, needs, numbers, texts, tier_order, tiers_of
from analysis.charts.words import drawable, fit

__all__ = ["ARROW_NOTE", "SIDE_BY_SIDE", "measure_by_tier"]

#: Points of height of a row.
ROW = 44.0

#: Points of width from which panels stand side by side and words at the right of a row.
SIDE_BY_SIDE = 5.0 * 72

#: What the sheet says where an interval was cut.
ARROW_NOTE = "An arrow marks an interval that runs past the scale."


@dataclass(frozen=True, slots=True)
class _Estimate:
    value: float
    low: float
    high: float
    n: int
    few: bool


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
        As in :func:`~analysis.charts.reach.engagement_against_reach`. With several panels and an ``ax`` of yours,
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
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (tier, value, n, *([panel] if panel else [])), "the chart of a measure by tier")
    estimates = _estimates(table, value, low, high, n, tier, flagged, panel, minimum)
    filled = {t for (_, t), estimate in estimates.items() if estimate.n}
    tiers = [t for t in tier_order(table, tier, order) if t in filled or not (is_residual(t) or t == UNKNOWN)]
    panels = list(dict.fromkeys(p for p, _ in estimates))
    if not any(np.isfinite(estimate.value) for estimate in estimates.values()):
        return nothing(ax, "No tier has a creator for whom this is known, so there is nothing to draw.", **sheet_texts)

    sheet = sheet_width(ax, width)
    stacked = sheet < SIDE_BY_SIDE and len(panels) > 1
    rows = row_names(tiers, [(ranges or {}).get(t, "") for t in tiers], sheet)
    absent = _Estimate(np.nan, np.nan, np.nan, 0, True)
    grid = {p: [estimates.get((p, t), absent) for t in tiers] for p in panels}
    same_n = not stacked and all([e.n for e in grid[p]] == [e.n for e in grid[panels[0]]] for p in panels)
    room = n_room([e.n for per_panel in grid.values() for e in per_panel])
    left, right = rows.width + 20, room + 20
    heading = (18 if panels != [""] else 0) + (14 if reference else 0) + 4
    gap = heading + 28.0 if stacked else (28.0 if same_n else room + 28)
    extra = [reference[0]] if reference and np.isfinite(reference[0]) else []
    scales = {p: _scale(grid[p], log, extra) for p in panels}
    cut = any(e.low < scales[p][1] or e.high > scales[p][2] for p in panels for e in grid[p] if np.isfinite(e.value))
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=(ARROW_NOTE,) if cut else (),
        height=ROW * len(tiers) * (len(panels) if stacked else 1) + gap * (len(panels) - 1) * stacked,
        left=left,
        right=right,
        top=heading,
        bottom=20,
    )
    axes = [frame.ax] if len(panels) == 1 else frame.split(len(panels), gap=gap, stacked=stacked)
    length = frame.plot[2] if stacked else (frame.plot[2] - gap * (len(panels) - 1)) / len(panels)
    palette = tier_palette(tiers)
    for i, (p, the_ax) in enumerate(zip(panels, axes, strict=True)):
        first, last = stacked or i == 0, stacked or i == len(panels) - 1
        as_log, start, end = scales[p]
        overhang = (left - 4 if first else 12, right - 4 if last else gap - 16)
        put_scale(
            the_ax,
            "x",
            start,
            end,
            log=as_log,
            kind=axis_kind(kind),
            currency=currency,
            length=length,
            overhang=overhang,
        )
        set_rows(the_ax, rows, named=first)
        if p:
            place = (0, heading - 14)
            label = fit(drawable(p), length + (8 if last else gap - 8), BODY + 1, "bold")
            write(
                the_ax,
                label,
                (0, 1),
                offset=place,
                coords=the_ax.transAxes,
                size=BODY + 1,
                weight="bold",
                va="baseline",
            )
        if reference and extra:
            reference_line(the_ax, reference[0], reference[1], length=length)
        for r, (t, e) in enumerate(zip(tiers, grid[p], strict=True)):
            if e.n and np.isfinite(e.value):
                interval_mark(the_ax, -r, e.value, e.low, e.high, palette[t], hollow=e.few)
                above_mark(the_ax, e.value, -r, value_text(e.value, kind, currency), length=length)
            else:
                word = "not known" if e.n else "no creators"
                side = the_ax.get_yaxis_transform()
                write(the_ax, word, (0, -r), offset=(5, 0), coords=side, size=SMALL, color=MUTED, plate=True)
            if last or not same_n:
                n_words(the_ax, -r, e.n, few=e.few)
    return axes[0] if ax is None else ax


def _estimates(
    table: pd.DataFrame,
    value: str,
    low: str,
    high: str,
    n: str,
    tier: str,
    flagged: str,
    panel: str | None,
    minimum: int,
) -> dict[tuple[str, str], _Estimate]:
    """Return (panel, tier) → estimate; of rows that repeat one the first counts."""
    absent = np.full(len(table), np.nan)
    values = numbers(table, value)
    lows, highs = (numbers(table, c) if c in table.columns else absent for c in (low, high))
    counts = np.nan_to_num(numbers(table, n)).astype(int)
    few = list(counts < minimum)
    if flagged in table.columns:
        few = [True if pd.isna(flag) else bool(flag) for flag in table[flagged].tolist()]
    names = texts(table, panel) if panel else np.full(len(table), "", dtype=object)
    found: dict[tuple[str, str], _Estimate] = {}
    for i, (p, t) in enumerate(zip(names, tiers_of(table, tier), strict=True)):
        found.setdefault((p, t), _Estimate(values[i], lows[i], highs[i], int(counts[i]), few[i]))
    return found


def _scale(estimates: Sequence[_Estimate], log: bool | None, extra: Sequence[float]) -> tuple[bool, float, float]:
    values, lows, highs = (np.array([getattr(e, part) for e in estimates]) for part in ("value", "low", "high"))
    known = values[np.isfinite(values)]
    as_log = (wants_log(known, extra) if log is None else log) and bool((known > 0).all())
    return as_log, *interval_limits(values, lows, highs, log=as_log, extra=extra)
