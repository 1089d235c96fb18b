"""Every creator of every tier: the shape behind a median.

A median hides that a few creators carry a tier. Each row shows the creators as points, their density above, the
middle half as a bar and the median as a dot. A tier with too few creators has no density: it would invent a shape.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.rows import above_mark, axis_kind, lighter, n_room, n_words, reference_line, row_names, set_rows
from analysis.charts.scales import Kind, limits, put_scale, value_text, wants_log
from analysis.charts.style import INK, MUTED, PAPER, SMALL, UNKNOWN, WIDE, in_house_style, is_residual, tier_palette
from analysis.charts.tables import (
    MINIMUM,
    OVERLAY,
    Array,
    counted,
    needs,
    numbers,
    overlay,
    quartiles,
    tier_order,
    tiers_of,
)
from analysis.charts.words import column_words

__all__ = ["distribution_by_tier"]

#: Points of height of a row.
ROW = 58.0


@in_house_style
def distribution_by_tier(
    table: pd.DataFrame,
    *,
    value: str,
    tier: str = "tier",
    order: Sequence[str] | None = None,
    kind: Kind = "percent",
    currency: str | None = None,
    log: bool | None = None,
    value_label: str = "",
    reference: tuple[float, str] | None = None,
    ranges: Mapping[str, str] | None = None,
    minimum: int = MINIMUM,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    seed: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw the distribution of a measure over creators, per tier: points, density, middle half, median, n.

    Parameters
    ----------
    table : DataFrame
        One row per creator: ``tier`` and ``value``. Rows with a missing value are counted and left out.
    value, tier : str
        Columns of ``table``.
    order : sequence of str, optional
        Tiers from small to large.
    kind : {"percent", "money", "ratio", "short", "count", "number"}
        How values are said; ``currency`` goes with money.
    log : bool, optional
        Force a logarithmic or a linear scale; the span of the middle ninety percent decides when left out.
    value_label : str
        Words of the axis; the column's name as words when left out.
    reference, ranges, minimum
        As in :func:`~analysis.charts.intervals.measure_by_tier`.
    title, subtitle, source, width, seed, ax
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
    >>> rates = pd.DataFrame({"tier": ["micro"] * 3 + ["mega"], "rate": [0.02, 0.03, 0.05, 0.01]})
    >>> ax = distribution_by_tier(rates, value="rate", kind="percent")
    >>> [t.get_text() for t in ax.texts if t.get_text().startswith("n =")]
    ['n = 3', 'n = 1']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (tier, value), "the chart of a distribution by tier")
    values, of = numbers(table, value), tiers_of(table, tier)
    known = np.isfinite(values)
    value_label = value_label or column_words(value)
    counts = {t: int((known & (of == t)).sum()) for t in tier_order(table, tier, order)}
    tiers = [t for t in counts if counts[t] or not (is_residual(t) or t == UNKNOWN)]
    if not known.any():
        return nothing(ax, f"No creator has a known {value_label}, so there is nothing to draw.", **sheet_texts)
    positive = values[known & (values > 0)]
    if log is None:
        share = positive.size / known.sum()
        log = bool((values[known] >= 0).all() and share > 0.5 and wants_log(np.quantile(positive, (0.02, 0.98))))
    log = log and bool(positive.size) and bool((values[known] >= 0).all())
    drawn = known & (values > 0) if log else known
    lost, zeros = int((~known).sum()), int((known & ~drawn).sum())
    parts = [f"{counted(zeros, 'creator')} at zero (in the medians)"] if zeros else []
    parts += [f"{counted(lost, 'creator')} with no value"] if lost else []
    extra = [reference[0]] if reference and np.isfinite(reference[0]) and (reference[0] > 0 or not log) else []
    low, high = limits(values[drawn], extra, log=log, pad=0.03, zero=not log and bool((values[known] >= 0).all()))
    sheet = sheet_width(ax, width)
    rows = row_names(tiers, [(ranges or {}).get(t, "") for t in tiers], sheet)
    room = n_room(list(counts.values()))
    left, right = rows.width + 20, room + 20
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=(f"Not drawn: {' and '.join(parts)}.",) if parts else (),
        height=ROW * len(tiers),
        left=left,
        right=right,
        top=18 if reference else 6,
        bottom=34,
    )
    ax = frame.ax
    length = frame.plot[2]
    put_scale(
        ax,
        "x",
        low,
        high,
        log=log,
        kind=axis_kind(kind),
        currency=currency,
        length=length,
        overhang=(left - 4, right - 4),
    )
    set_rows(ax, rows)
    write(ax, value_label, (0, 0), offset=(0, -26), coords=ax.transAxes, size=SMALL, color=MUTED)
    if reference and extra:
        reference_line(ax, reference[0], reference[1], length=length)
    palette = tier_palette(tiers)
    sampled = np.zeros(len(values), dtype=bool)
    rows_drawn = np.flatnonzero(drawn)
    sampled[rows_drawn[overlay(of[rows_drawn], most=OVERLAY, seed=seed)]] = True
    rng = np.random.default_rng(seed)
    for i, t in enumerate(tiers):
        mine, few = known & (of == t), counts[t] < minimum
        side = ax.get_yaxis_transform()
        n_words(ax, -i, counts[t], few=few)
        if not mine.any():
            write(ax, "no creators", (0, -i), offset=(4, 0), coords=side, size=SMALL, color=MUTED, plate=True)
            continue
        _row(ax, -i, values[mine], values[mine & sampled], palette[t], log=log, few=few, rng=rng)
        middle = float(np.median(values[mine]))
        if not log or middle > 0:
            above_mark(ax, middle, -i - 0.2, value_text(middle, kind, currency), length=length, lift=7, plate=few)
        else:
            write(
                ax,
                f"median {value_text(middle, kind, currency)}",
                (0, -i),
                offset=(4, 0),
                coords=side,
                size=SMALL,
                weight="bold",
                plate=True,
            )
    return ax


def _row(
    ax: Axes, row: float, values: Array, sample: Array, colour: str, *, log: bool, few: bool, rng: np.random.Generator
) -> None:
    """Draw one tier: density above the line, median and middle half on it, points below."""
    if sample.size:
        jitter = rng.uniform(-0.41, -0.27, sample.size) if sample.size > 1 else np.array([-0.33])
        ax.scatter(
            sample,
            row + jitter,
            s=14 if few else 7,
            facecolor="none" if few else colour,
            edgecolor=colour if few else "none",
            linewidth=1.0 if few else 0,
            alpha=0.9 if few else 0.35,
            rasterized=bool(sample.size > 300),
            zorder=2,
        )
    shown = values[values > 0] if log else values
    if not few and shown.size and np.ptp(shown) > 0:
        grid, height = _density(np.log10(shown) if log else shown, *(np.log10(ax.get_xlim()) if log else ax.get_xlim()))
        grid = 10**grid if log else grid
        ax.fill_between(grid, row - 0.2, row - 0.2 + height * 0.62, color=lighter(colour, 0.7), lw=0, zorder=1)
    low, middle, high = quartiles(values)
    base = row - 0.2
    if log:
        if middle <= 0:
            return
        low = max(low, ax.get_xlim()[0])
    if values.size > 1:
        ax.plot([low, high], [base, base], color=INK, lw=2.6, solid_capstyle="round", zorder=3)
    ax.scatter(
        [middle],
        [base],
        s=48,
        facecolor=PAPER if few else INK,
        edgecolor=INK if few else PAPER,
        linewidth=1.5,
        zorder=4,
        clip_on=False,
    )


def _density(values: Array, low: float, high: float) -> tuple[Array, Array]:
    """Return a grid and a Gaussian density over it, its peak at 1 (Silverman's bandwidth, on 256 bins)."""
    edges = np.linspace(low, high, 257)
    counts = np.histogram(values, edges)[0].astype(float)
    spread = min(float(np.std(values)), float(np.subtract(*np.quantile(values, (0.75, 0.25)))) / 1.349 or np.inf)
    band = max(0.9 * spread * values.size**-0.2, (high - low) / 250)
    centres = (edges[1:] + edges[:-1]) / 2
    kernel = np.exp(-0.5 * (np.arange(-256, 257) * (edges[1] - edges[0]) / band) ** 2)
    smooth = np.convolve(counts, kernel)[256 : 256 + counts.size]
    return centres, smooth / smooth.max()
