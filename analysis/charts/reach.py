"""Engagement against reach, creator by creator.

Engagement has no scale of its own: seen against followers, both in powers of ten, a steady engagement rate is a
straight diagonal, and a cloud flatter than the diagonals is a rate that falls with size. Each tier has its median and
middle half, the ranked ones linked, and three creators are named because a reader looks for names. Zeros have no
place on a log axis: they are in the medians, and the sheet says how many they are.
"""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.bands import bands, draw_bands, lay_strip
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, to_points, write
from analysis.charts.labels import Taken, put_label
from analysis.charts.marks import remember
from analysis.charts.points import draw_cloud
from analysis.charts.scales import limits, log_room, tick_text, value_text
from analysis.charts.style import (
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
from analysis.charts.tables import (
    MINIMUM,
    Array,
    TextArray,
    counted,
    needs,
    numbers,
    quartiles,
    texts,
    tier_order,
    tiers_of,
)
from analysis.charts.words import column_words, drawable, measure

__all__ = ["engagement_against_reach", "span_with_floors"]


@in_house_style
def engagement_against_reach(
    table: pd.DataFrame,
    *,
    floors: Mapping[str, float],
    order: Sequence[str] | None = None,
    x: str = "followers",
    y: str = "engagements_per_post",
    tier: str = "tier",
    name: str = "handle",
    x_label: str = "",
    y_label: str = "",
    minimum: int = MINIMUM,
    guides: bool = True,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    seed: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw engagement against reach on log axes: tier bands, a median and middle half per tier, three names.

    Parameters
    ----------
    table : DataFrame
        One row per creator: ``x`` (followers), ``y`` (engagements of a post), ``tier``, and ``name`` where known.
    floors : mapping
        Tier → smallest follower count: where the bands begin.
    order : sequence of str, optional
        Tiers from small to large; the order of ``floors`` when left out.
    x, y, tier, name : str
        Columns of ``table``; ``name`` may be absent.
    x_label, y_label : str
        Words of the axes; the columns' names as words when left out.
    minimum : int
        A tier with fewer creators is drawn hollow.
    guides : bool
        Whether to draw faint diagonals on which engagement is a constant share of followers.
    title, subtitle, source : str
        Texts of the sheet.
    width : float
        Inches; ``charts.NARROW`` for a phone.
    seed : int
        Of the sample of points drawn over a density.
    ax : Axes, optional
        Where to draw; its box becomes the sheet. A figure is made when left out.

    Returns
    -------
    Axes

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> creators = pd.DataFrame({
    ...     "handle": ["a", "b", "c"], "tier": ["micro", "macro", "mega"],
    ...     "followers": [4e3, 2e5, 3e6], "engagements_per_post": [400, 9_000, 60_000]})
    >>> ax = engagement_against_reach(creators, floors={"micro": 1e3, "macro": 1e4, "mega": 1e6})
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (x, y, tier), "the chart of engagement against reach")
    across, up, of = numbers(table, x), numbers(table, y), tiers_of(table, tier)
    known = (across > 0) & (up >= 0)
    drawn = known & (up > 0)
    tiers = tier_order(table, tier, order if order is not None else list(floors))
    counts = {t: int((known & (of == t)).sum()) for t in tiers}
    x_label, y_label = x_label or column_words(x), y_label or column_words(y)
    if not drawn.any():
        return nothing(ax, f"No creator has both {x_label} and {y_label} above zero.", **sheet_texts)

    xs = span_with_floors(across[drawn], floors)
    ys = limits(up[drawn], log=True, pad=0.07)
    sheet = sheet_width(ax, width)
    height = min(max(sheet * 0.55, 190), 270)
    left, right = log_room(*ys, kind="short", length=height) + 14, 14.0
    crossed = bands(floors, tiers, *xs)
    strip = lay_strip(crossed, counts, xs, left=left, length=sheet - left - right, sheet=sheet)
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=_notes(known, up, counts, {t for t, *_ in crossed}, y_label),
        height=height,
        left=left,
        right=right,
        top=14 + strip.height,
        bottom=32,
    )
    ax = frame.ax
    palette = tier_palette(tiers)
    few = frozenset(t for t in tiers if counts[t] < minimum)
    draw_cloud(frame, across[drawn], up[drawn], of[drawn], xs=xs, ys=ys, palette=palette, hollow=few, seed=seed)
    remember(ax, np.flatnonzero(drawn), across[drawn], up[drawn])
    draw_bands(frame, crossed, strip, palette)
    frame.text(0, -25, x_label, size=SMALL, color=MUTED)
    frame.text(8 - left, frame.plot[3] + strip.height + 7, y_label, size=SMALL, color=MUTED)
    x0, y0, plot_width, plot_height = frame.plot
    taken = Taken((x0 + 2, y0 + 2, x0 + plot_width - 2, y0 + plot_height - 5))
    _medians(ax, taken, across, up, known, of, [t for t in tiers if t != UNKNOWN], few)
    for i in np.flatnonzero(drawn & np.isin(of, list(few))):  # a ring alone in its tier must not seem to bear a name
        taken.mark(ax, across[i], up[i], 3)
    _names(ax, taken, texts(table, name) if name in table.columns else None, across, up, drawn)
    if guides:
        _guides(ax, taken, xs, ys)
    return ax


def span_with_floors(values: Array, floors: Mapping[str, float]) -> tuple[float, float]:
    """Return limits that hold the values and show a band just outside them, so that an empty tier is seen to be empty.

    Examples
    --------
    >>> span_with_floors(np.array([2e3, 5e5]), {"micro": 1e3, "macro": 1e4, "mega": 1e6})
    (1000.0, 3000000.0)
    """
    low, high = limits(values, log=True, pad=0.04)
    for floor in sorted(float(f) for f in floors.values() if f > 0):
        if low / 12 <= floor < low:
            low = floor
        if floor / 8 <= high <= floor * 1.5:
            high = floor * 3
    return low, high


def _notes(known: np.ndarray, up: Array, counts: Mapping[str, int], shown: set[str], y_label: str) -> tuple[str, ...]:
    notes = []
    zeros, missing = int((known & (up == 0)).sum()), int((~known).sum())
    parts = [f"{counted(zeros, 'creator')} with zero {y_label} (in the medians)"] if zeros else []
    parts += [f"{counted(missing, 'creator')} with a value missing"] if missing else []
    if parts:
        notes.append(f"Not drawn: {' and '.join(parts)}.")
    empty = [t for t, count in counts.items() if not count and t not in shown and not is_residual(t)]
    if empty:
        notes.append(f"No creators in: {', '.join(empty)}.")
    return tuple(notes)


def _medians(
    ax: Axes,
    taken: Taken,
    across: Array,
    up: Array,
    known: np.ndarray,
    of: TextArray,
    tiers: Sequence[str],
    few: frozenset[str],
) -> None:
    """Draw each tier's median and middle half, link the ranked ones, and write the medians beside them."""
    found = []
    for t in tiers:
        mine = known & (of == t)
        if mine.any():
            low, middle, high = quartiles(up[mine])
            if middle > 0:
                found.append(
                    (t, float(np.median(across[mine])), max(low, ax.get_ylim()[0]), middle, high, int(mine.sum()))
                )
    ranked = [(x, middle) for t, x, _, middle, *_ in found if t not in few]
    if len(ranked) > 1:
        xs, ys = zip(*ranked, strict=True)
        ax.plot(xs, ys, color=PAPER, lw=3.2, zorder=3)
        ax.plot(xs, ys, color=INK, lw=1.1, zorder=3.1)
        for start, end in itertools.pairwise(ranked):
            taken.line(to_points(ax, *start), to_points(ax, *end))
    for t, x, low, middle, high, n in found:
        if n > 1:
            ax.plot([x, x], [low, high], color=PAPER, lw=6, solid_capstyle="round", zorder=3.2)
            ax.plot([x, x], [low, high], color=INK, lw=2.4, solid_capstyle="round", zorder=3.3)
        fill, edge = (PAPER, INK) if t in few else (INK, PAPER)
        ax.scatter([x], [middle], s=52, facecolor=fill, edgecolor=edge, linewidth=1.6, zorder=4)
        taken.mark(ax, x, middle, 5)
        px, bottom = to_points(ax, x, low)
        taken.add((px - 2, bottom, px + 2, to_points(ax, x, high)[1]))
    for _, x, _, middle, *_ in found:
        put_label(ax, taken, x, middle, value_text(middle, "short"), size=BODY + 0.5, weight="bold")


def _names(ax: Axes, taken: Taken, names: TextArray | None, across: Array, up: Array, drawn: np.ndarray) -> None:
    """Name the creators with most engagement, with most followers, and with most engagement per follower."""
    if names is None:
        return
    rows = np.flatnonzero(drawn)
    chosen: dict[int, str] = {}
    for score in (up[rows], across[rows], up[rows] / across[rows]):
        for i in rows[np.argsort(-score, kind="stable")[:10]]:
            text = drawable(names[i], 26)
            if text and int(i) not in chosen:
                chosen[int(i)] = text
                break
    for i in chosen:
        taken.mark(ax, across[i], up[i], 3)
        ax.scatter([across[i]], [up[i]], s=24, facecolor="none", edgecolor=INK, linewidth=1.0, zorder=3)
    for i, text in chosen.items():
        put_label(ax, taken, across[i], up[i], text, size=SMALL, color=MUTED, across=False)


def _guides(ax: Axes, taken: Taken, xs: tuple[float, float], ys: tuple[float, float]) -> None:
    """Draw up to four diagonals of a constant rate, each named where it leaves the plot."""
    powers = list(range(int(np.ceil(np.log10(ys[0] / xs[1]))), int(np.floor(np.log10(ys[1] / xs[0]))) + 1))
    middle = (np.log10(ys[0] * ys[1]) - np.log10(xs[0] * xs[1])) / 2
    for power in sorted(sorted(powers, key=lambda p: abs(p - middle))[:4], reverse=True):
        rate = 10.0**power
        x0, x1 = max(xs[0], ys[0] / rate), min(xs[1], ys[1] / rate)
        if x0 >= x1:
            continue
        ax.plot([x0, x1], [x0 * rate, x1 * rate], color=FAINT, lw=0.7, ls=(0, (1, 3)), zorder=1.5)
        word = f"{tick_text(rate, 'percent')} of followers"
        width, height = measure(word, SMALL - 1)
        for share in (0.03, 0.97, 0.1, 0.9, 0.2, 0.8):
            x = float(10 ** (np.log10(x0) + share * (np.log10(x1) - np.log10(x0))))
            px, py = to_points(ax, x, x * rate)
            way = 1 if share < 0.5 else -1
            start = px + 4 if way > 0 else px - 4 - width
            box = (start, py - height / 2, start + width, py + height / 2)
            if taken.free(box):
                taken.add(box)
                write(
                    ax,
                    word,
                    (x, x * rate),
                    offset=(4 * way, 0),
                    size=SMALL - 1,
                    color=MUTED,
                    ha="left" if way > 0 else "right",
                    halo=True,
                )
                break
