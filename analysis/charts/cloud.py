"""Creators as points on two log axes: engagement against reach, price against a rule.

Engagement has no scale of its own: seen against followers, both in powers of ten, a steady engagement rate is a
straight diagonal, and a cloud flatter than the diagonals is a rate that falls with size. Up to 5,000 creators are
points; above that a cloud is a blot, so it becomes a density (shade = log of the count) with a seeded sample of
points over it, in which a rare tier keeps its points. Zeros have no place on a log axis: they are counted and said.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from analysis.charts.frame import Frame, open_frame, say, to_points, write
from analysis.charts.labels import Taken, put_label
from analysis.charts.scales import limits, put_scale, tick_text, value_text
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
from analysis.charts.tables import (
    DENSE_FROM,
    MINIMUM,
    Array,
    counted,
    needs,
    numbers,
    overlay,
    quartiles,
    texts,
    tier_order,
    tiers_of,
)
from analysis.charts.words import LEADING, column_words, drawable, fit, measure

__all__ = ["engagement_against_reach", "price_against_rule"]

_DENSITY = LinearSegmentedColormap.from_list("density", ["#EDF0F3", "#AEB8C2", "#66727F"])


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
        Tier → smallest follower count, small to large: where the bands begin.
    order : sequence of str, optional
        Tiers from small to large; the floors' own order when left out.
    x, y, tier, name : str
        Columns of ``table``.
    x_label, y_label : str
        Words of the axes; the columns' names as words when left out.
    minimum : int
        A tier with fewer creators is drawn hollow.
    guides : bool
        Whether to draw faint diagonals of a constant rate.
    title, subtitle, source : str
        Texts of the sheet.
    width : float
        Inches; ``charts.NARROW`` for a phone.
    seed : int
        Of the sample of points drawn over a density.
    ax : Axes, optional
        Where to draw; its box becomes the sheet.

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
    needs(table, (x, y, tier), "the chart of engagement against reach")
    across, up, of = numbers(table, x), numbers(table, y), tiers_of(table, tier)
    known = (across > 0) & (up >= 0)
    drawn = known & (up > 0)
    tiers = tier_order(table, tier, order if order is not None else list(floors))
    counts = {t: int((known & (of == t)).sum()) for t in tiers}
    palette = tier_palette(tiers)
    x_label, y_label = x_label or column_words(x), y_label or column_words(y)
    texts_of_sheet = {"title": title, "subtitle": subtitle, "source": source, "width": width, "ax": ax}
    left, right = 46.0, 14.0
    if not drawn.any():
        frame = open_frame(**texts_of_sheet, height=150, left=8, right=8, top=0, bottom=8)
        return say(frame, f"No creator has both {x_label} and {y_label} above zero, so there is nothing to draw.")

    edges = [float(f) for f in floors.values() if f > 0]
    x_low, x_high = limits(across[drawn], log=True, pad=0.04)
    for edge in edges:  # a band just outside is shown, so that an empty tier is seen to be empty
        if x_low / 12 <= edge < x_low:
            x_low = edge
        if x_high <= edge * 1.5 <= x_high * 8:
            x_high = edge * 3
    y_low, y_high = limits(up[drawn], log=True, pad=0.07)

    bands = _bands(floors, tiers, x_low, x_high)
    sheet_width = width * 72 if ax is None else ax.get_position().width * ax.figure.bbox.width * 72 / ax.figure.dpi
    rows, strip = _strip(bands, counts, (x_low, x_high), left, sheet_width - left - right, sheet_width)
    shown = {t for t, *_ in bands}
    notes = _notes(known, up, tiers, counts, shown, y_label)
    frame = open_frame(
        **texts_of_sheet, notes=notes, height=min(width * 40, 270), left=left, right=right, top=16 + rows, bottom=34
    )
    ax = frame.ax
    _axes(frame, (x_low, x_high), (y_low, y_high), right=right)
    frame.text(0, -24, x_label, size=SMALL, color=MUTED, va="center")
    frame.text(-left + 8, frame.plot[3] + rows + 10, y_label, size=SMALL, color=MUTED)
    for t, low, high in bands:
        ax.axvspan(low, high, color=palette[t], alpha=0.055, lw=0, zorder=0)
        ax.plot(
            [low, high],
            [1, 1],
            transform=ax.get_xaxis_transform(),
            color=palette[t],
            lw=3,
            clip_on=False,
            solid_capstyle="butt",
            zorder=4,
        )
    for text, place, style in strip:
        frame.text(place[0] - left, frame.plot[3] + place[1], text, **style)

    taken = Taken(
        (frame.plot[0] + 2, frame.plot[1] + 2, frame.plot[0] + frame.plot[2] - 2, frame.plot[1] + frame.plot[3] - 5)
    )
    _points(ax, across[drawn], up[drawn], of[drawn], palette, counts, minimum, seed)
    _medians(ax, taken, across, up, of, known, [t for t in tiers if t != UNKNOWN], counts, minimum)
    _names(ax, taken, table, name, across, up, drawn, most=3)
    if guides:
        _guides(ax, taken, (x_low, x_high), (y_low, y_high))
    return ax


def _bands(
    floors: Mapping[str, float], tiers: Sequence[str], low: float, high: float
) -> list[tuple[str, float, float]]:
    """Return the tiers that the axis crosses with their edges, the residual ``under …`` included."""
    edges = sorted((max(float(f), low / 10), t) for t, f in floors.items())
    under = [t for t in tiers if is_residual(t) and t != UNKNOWN]
    starts = ([(0.0, under[0])] if under else []) + edges
    bands = []
    for i, (start, t) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else np.inf
        if max(start, low) < min(end, high):
            bands.append((t, max(start, low), min(end, high)))
    return bands


def _strip(
    bands: Sequence[tuple[str, float, float]],
    counts: Mapping[str, int],
    span: tuple[float, float],
    left: float,
    length: float,
    sheet_width: float,
) -> tuple[float, list[tuple[str, tuple[float, float], dict[str, object]]]]:
    """Lay out the names and n above the bands; return the strip's height and its texts with their places."""

    def place(value: float) -> float:
        low, high = np.log10(span[0]), np.log10(span[1])
        return left + float((np.log10(value) - low) / (high - low)) * length

    size, line = BODY, BODY * LEADING
    names = {t: fit(drawable(t), sheet_width * 0.35, size, "bold") for t, *_ in bands}
    ns = {t: f"n = {value_text(counts.get(t, 0), 'count')}" for t, *_ in bands}
    for stacked in (False, True):
        rows: list[list[tuple[float, float]]] = []
        laid = []
        for t, low, high in bands:
            name_width, n_width = measure(names[t], size, "bold")[0], measure(ns[t], SMALL)[0]
            total = max(name_width, n_width) if stacked else name_width + 5 + n_width
            middle = (place(low) + place(high)) / 2
            start = min(max(middle - total / 2, 8.0), sheet_width - 8 - total)
            row = next(
                (i for i, taken in enumerate(rows) if all(start > b + 9 or start + total < a - 9 for a, b in taken)),
                len(rows),
            )
            if row == len(rows):
                rows.append([])
            rows[row].append((start, start + total))
            laid.append((t, start, name_width, total, row))
        if len(rows) <= 1 or stacked:
            break
    height = line * (2 if stacked else 1)
    strip: list[tuple[str, tuple[float, float], dict[str, object]]] = []
    for t, start, name_width, total, row in laid:
        base = 6 + row * (height + 3)
        bold = {"size": size, "weight": "bold", "va": "center"}
        faint = {"size": SMALL, "color": MUTED, "va": "center"}
        if stacked:
            strip.append((names[t], (start + total / 2, base + line * 1.5), {**bold, "ha": "center"}))
            strip.append((ns[t], (start + total / 2, base + line * 0.5), {**faint, "ha": "center"}))
        else:
            strip.append((names[t], (start, base + line / 2), bold))
            strip.append((ns[t], (start + name_width + 5, base + line / 2), faint))
    return 6 + len(rows) * (height + 3), strip


def _notes(
    known: np.ndarray, up: Array, tiers: Sequence[str], counts: Mapping[str, int], shown: set[str], y_label: str
) -> tuple[str, ...]:
    notes = []
    zeros, missing = int((known & (up == 0)).sum()), int((~known).sum())
    if zeros or missing:
        parts = [f"{counted(zeros, 'creator')} with zero {y_label}"] if zeros else []
        parts += [f"{counted(missing, 'creator')} with a value missing"] if missing else []
        notes.append(f"Not drawn: {' and '.join(parts)}.")
    empty = [t for t in tiers if counts[t] == 0 and t not in shown and t != UNKNOWN and not is_residual(t)]
    if empty:
        notes.append(f"No creators in: {', '.join(empty)}.")
    return tuple(notes)


def _axes(
    frame: Frame,
    xs: tuple[float, float],
    ys: tuple[float, float],
    *,
    right: float,
    currency: str | None = None,
    y_kind: str = "short",
) -> None:
    left = frame.plot[0] - frame.sheet[0]
    put_scale(
        frame.ax, "x", *xs, log=True, kind="short", length=frame.plot[2], overhang=(left - 4, right - 4), grid=False
    )
    put_scale(frame.ax, "y", *ys, log=True, kind=y_kind, currency=currency, length=frame.plot[3])  # type: ignore[arg-type]


def _points(
    ax: Axes,
    across: Array,
    up: Array,
    of: np.ndarray,
    palette: Mapping[str, str],
    counts: Mapping[str, int],
    minimum: int,
    seed: int,
) -> None:
    dense = len(across) > DENSE_FROM
    if dense:
        ax.hexbin(
            across,
            up,
            xscale="log",
            yscale="log",
            gridsize=(64, 40),
            bins="log",
            mincnt=1,
            cmap=_DENSITY,
            linewidths=0.1,
            rasterized=True,
            zorder=1,
        )
        rows = overlay(of, seed=seed)
        across, up, of = across[rows], up[rows], of[rows]
    for t, colour in palette.items():
        mine = of == t
        if not mine.any():
            continue
        few = counts[t] < minimum
        size = 5.0 if dense else (12.0 if len(across) > 400 else 20.0)
        ax.scatter(
            across[mine],
            up[mine],
            s=22.0 if few else size,
            facecolor="none" if few else colour,
            edgecolor=colour if few else "none",
            linewidth=1.2 if few else 0,
            alpha=0.9 if few else (0.35 if dense else 0.45),
            rasterized=bool(len(across) > 1000),
            zorder=2,
        )


def _medians(
    ax: Axes,
    taken: Taken,
    across: Array,
    up: Array,
    of: np.ndarray,
    known: np.ndarray,
    tiers: Sequence[str],
    counts: Mapping[str, int],
    minimum: int,
) -> None:
    """Draw each tier's median and middle half, link the ranked ones, and write the medians beside them."""
    found = []
    for t in tiers:
        mine = known & (of == t)
        if not mine.any():
            continue
        low, middle, high = quartiles(up[mine])
        if middle > 0:
            found.append((t, float(np.median(across[mine])), max(low, ax.get_ylim()[0]), middle, high))
    ranked = [(x, middle) for t, x, _, middle, _ in found if counts[t] >= minimum]
    if len(ranked) > 1:
        xs, ys = zip(*ranked, strict=True)
        ax.plot(xs, ys, color=PAPER, lw=3.2, zorder=3)
        ax.plot(xs, ys, color=INK, lw=1.1, zorder=3.1)
    for t, x, low, middle, high in found:
        few = counts[t] < minimum
        if counts[t] > 1:
            ax.plot([x, x], [low, high], color=PAPER, lw=6, solid_capstyle="round", zorder=3.2)
            ax.plot([x, x], [low, high], color=INK, lw=2.4, solid_capstyle="round", zorder=3.3)
        ax.scatter(
            [x],
            [middle],
            s=52,
            facecolor=PAPER if few else INK,
            edgecolor=INK if few else PAPER,
            linewidth=1.6,
            zorder=4,
        )
        px, py = to_points(ax, x, middle)
        taken.add((px - 5, py - 5, px + 5, py + 5))
        taken.add((px - 2, to_points(ax, x, low)[1], px + 2, to_points(ax, x, high)[1]))
    for _, x, _, middle, _ in found:
        put_label(ax, taken, x, middle, value_text(middle, "short"), size=BODY + 0.5, weight="bold", leader=True)


def _names(
    ax: Axes, taken: Taken, table: pd.DataFrame, name: str, across: Array, up: Array, drawn: np.ndarray, *, most: int
) -> None:
    """Name the creator with the most engagement, the one with most reach, and the one with most of the first per second."""
    if name not in table.columns:
        return
    names = [drawable(text, 26) for text in texts(table, name)]
    rows = np.flatnonzero(drawn)
    chosen: list[int] = []
    for measure_of in (up[rows], across[rows], up[rows] / across[rows]):
        for i in rows[np.argsort(-measure_of, kind="stable")][:10]:
            if names[i] and int(i) not in chosen:
                chosen.append(int(i))
                break
    for i in chosen[:most]:
        taken.mark(ax, across[i], up[i], 3)
    for i in chosen[:most]:
        put_label(ax, taken, across[i], up[i], names[i], size=SMALL, color=MUTED)


def _guides(ax: Axes, taken: Taken, xs: tuple[float, float], ys: tuple[float, float]) -> None:
    """Draw faint diagonals on which engagement is a constant share of followers, each named at its end."""
    first, last = np.log10(ys[0] / xs[1]), np.log10(ys[1] / xs[0])
    powers = [p for p in range(int(np.ceil(first)), int(np.floor(last)) + 1)]
    if len(powers) > 4:
        middle = (np.log10(ys[0] * ys[1]) - np.log10(xs[0] * xs[1])) / 2
        powers = sorted(sorted(powers, key=lambda p: abs(p - middle))[:4])
    for power in powers:
        rate = 10.0**power
        x0, x1 = max(xs[0], ys[0] / rate), min(xs[1], ys[1] / rate)
        if x0 >= x1:
            continue
        ax.plot([x0, x1], [x0 * rate, x1 * rate], color=FAINT, lw=0.7, ls=(0, (1, 3)), zorder=1.5)
        word = f"{tick_text(rate, 'percent')} of followers"
        width, height = measure(word, SMALL - 1)
        for share in (0.97, 0.03, 0.9, 0.1, 0.8):
            x = 10 ** (np.log10(x0) + share * (np.log10(x1) - np.log10(x0)))
            px, py = to_points(ax, x, x * rate)
            box = (px - width - 3, py - height / 2, px - 3, py + height / 2)
            if share < 0.5:
                box = (px + 3, py - height / 2, px + 3 + width, py + height / 2)
            if taken.free(box):
                taken.add(box)
                write(
                    ax,
                    word,
                    (x, x * rate),
                    offset=(3, 0) if share < 0.5 else (-3, 0),
                    size=SMALL - 1,
                    color=MUTED,
                    ha="left" if share < 0.5 else "right",
                    halo=True,
                )
                break


@in_house_style
def price_against_rule(
    table: pd.DataFrame,
    *,
    x: str = "followers",
    y: str = "fee",
    rule: float = 25.0,
    tier: str = "tier",
    name: str = "handle",
    order: Sequence[str] | None = None,
    currency: str | None = None,
    rule_label: str = "",
    x_label: str = "",
    y_label: str = "",
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    seed: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw each creator's price against followers on log axes, and the line of a price per 1,000 followers.

    Parameters
    ----------
    table : DataFrame
        One row per quote: ``x`` (followers), ``y`` (fee), and ``tier`` and ``name`` where known.
    x, y, tier, name : str
        Columns of ``table``; ``tier`` and ``name`` may be absent.
    rule : float
        Price per 1,000 followers of the line.
    order : sequence of str, optional
        Tiers from small to large.
    currency : str, optional
        ISO code of the prices.
    rule_label, x_label, y_label : str
        Words of the line and the axes, made from the numbers when left out.
    title, subtitle, source, width, seed, ax
        As in :func:`engagement_against_reach`.

    Returns
    -------
    Axes

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> quotes = pd.DataFrame({"followers": [5e3, 8e4], "fee": [100, 2_500], "tier": ["micro", "macro"]})
    >>> ax = price_against_rule(quotes, currency="USD")
    >>> [t.get_text() for t in ax.texts if "per 1,000" in t.get_text()]
    ['$25 per 1,000 followers']
    """
    needs(table, (x, y), "the chart of price against a rule")
    across, up = numbers(table, x), numbers(table, y)
    drawn = (across > 0) & (up > 0)
    x_label, y_label = x_label or column_words(x), y_label or column_words(y)
    texts_of_sheet = {"title": title, "subtitle": subtitle, "source": source, "width": width, "ax": ax}
    if not drawn.any():
        frame = open_frame(**texts_of_sheet, height=150, left=8, right=8, top=0, bottom=8)
        return say(frame, f"No creator has both a {y_label} and {x_label}, so there is nothing to draw.")
    of = tiers_of(table, tier) if tier in table.columns else np.full(len(table), UNKNOWN, dtype=object)
    tiers = tier_order(table, tier, order) if tier in table.columns else [UNKNOWN]
    palette = tier_palette(tiers)
    counts = {t: int((drawn & (of == t)).sum()) for t in tiers}
    zero = int(((across > 0) & (up == 0)).sum())
    lost = int((~drawn).sum()) - zero
    parts = [f"{counted(zero, 'creator')} with a {y_label} of zero"] if zero else []
    parts += [f"{counted(lost, 'creator')} without {y_label} or {x_label}"] if lost else []
    notes = (f"Not drawn: {' and '.join(parts)}.",) if parts else ()
    xs = limits(across[drawn], log=True)
    ys = limits(up[drawn], log=True, pad=0.1)
    left, right = 52.0, 14.0
    frame = open_frame(
        **texts_of_sheet, notes=notes, height=min(width * 38, 255), left=left, right=right, top=18, bottom=34
    )
    ax = frame.ax
    _axes(frame, xs, ys, right=right, currency=currency, y_kind="money")
    frame.text(0, -24, x_label, size=SMALL, color=MUTED)
    frame.text(-left + 8, frame.plot[3] + 11, y_label, size=SMALL, color=MUTED)
    taken = Taken(
        (frame.plot[0] + 2, frame.plot[1] + 2, frame.plot[0] + frame.plot[2] - 2, frame.plot[1] + frame.plot[3] - 2)
    )
    _points(ax, across[drawn], up[drawn], of[drawn], palette, counts, 0, seed)
    line = np.array(xs) * rule / 1000
    ax.plot(xs, line, color=ACCENT, lw=1.8, zorder=3)
    word = rule_label or f"{tick_text(rule, 'money', currency)} per 1,000 followers"
    _on_line(ax, taken, xs, ys, rule / 1000, word)
    above = int((up[drawn] > across[drawn] * rule / 1000).sum())
    below = int((up[drawn] < across[drawn] * rule / 1000).sum())
    frame.text(
        6, frame.plot[3] - 10, f"above the line: {value_text(above, 'count')}", size=BODY, weight="bold", halo=True
    )
    frame.text(
        frame.plot[2] - 6,
        10,
        f"below the line: {value_text(below, 'count')}",
        size=BODY,
        weight="bold",
        ha="right",
        halo=True,
    )
    return ax


def _on_line(ax: Axes, taken: Taken, xs: tuple[float, float], ys: tuple[float, float], slope: float, word: str) -> None:
    """Write the rule's name beside its line, where it crosses the plot."""
    x0, x1 = max(xs[0], ys[0] / slope), min(xs[1], ys[1] / slope)
    if x0 >= x1:
        where = "below" if slope * xs[1] < ys[0] else "above"
        write(
            ax,
            f"{word}: {where} every price here",
            (0.5, 0.04 if where == "below" else 0.96),
            coords=ax.transAxes,
            size=SMALL,
            color=ACCENT,
            weight="bold",
            ha="center",
            halo=True,
        )
        return
    width, height = measure(word, SMALL, "bold")
    for share in (0.85, 0.7, 0.55, 0.4, 0.25, 0.1):
        x = 10 ** (np.log10(x0) + share * (np.log10(x1) - np.log10(x0)))
        px, py = to_points(ax, x, x * slope)
        for ha, offset in (("right", (-8, 8)), ("left", (8, -8))):
            edge = px + offset[0] - (width if ha == "right" else 0)
            box = (edge, py + offset[1] - height / 2, edge + width, py + offset[1] + height / 2)
            if taken.free(box):
                taken.add(box)
                write(
                    ax, word, (x, x * slope), offset=offset, size=SMALL, color=ACCENT, weight="bold", ha=ha, halo=True
                )
                return
