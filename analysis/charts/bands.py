"""Tier bands over an axis of followers, with each tier's name and n above.

The names stand in a strip over the plot, where no point can lie under them. Names that would touch go from one line
each to two, and then to further rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.charts.frame import Frame
from analysis.charts.scales import value_text
from analysis.charts.style import BODY, INK, MUTED, SMALL, UNKNOWN, is_residual
from analysis.charts.words import LEADING, drawable, fit, measure

__all__ = ["Band", "Strip", "bands", "draw_bands", "lay_strip"]

#: A tier and the edges between which the axis crosses it.
Band = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Strip:
    """The height in points of the strip over the plot, and its texts with their places and styles."""

    height: float
    words: tuple[tuple[str, float, float, dict[str, Any]], ...]


def bands(floors: Mapping[str, float], tiers: Sequence[str], low: float, high: float) -> list[Band]:
    """Return the tiers that an axis from ``low`` to ``high`` crosses, below the first floor included.

    Examples
    --------
    >>> bands({"micro": 1e3, "mega": 1e6}, ["under 1k", "micro", "mega"], 500, 1e5)
    [('under 1k', 500, 1000.0), ('micro', 1000.0, 100000.0)]
    """
    under = [tier for tier in tiers if is_residual(tier) and tier != UNKNOWN]
    starts = [(0.0, under[0])] if under else []
    starts += sorted(((float(floor), str(tier)) for tier, floor in floors.items()), key=lambda pair: pair[0])
    ends = [start for start, _ in starts[1:]] + [np.inf]
    crossed = [(tier, max(start, low), min(end, high)) for (start, tier), end in zip(starts, ends, strict=True)]
    return [band for band in crossed if band[1] < band[2]]


def lay_strip(
    crossed: Sequence[Band],
    counts: Mapping[str, int],
    span: tuple[float, float],
    *,
    left: float,
    length: float,
    sheet: float,
) -> Strip:
    """Lay out names and n over a plot that starts ``left`` points into a sheet and is ``length`` points long."""
    first, last = np.log10(span[0]), np.log10(span[1])
    middles = [left + float(((np.log10(a) + np.log10(b)) / 2 - first) / (last - first)) * length for _, a, b in crossed]
    names = [fit(drawable(tier), sheet * 0.35, BODY, "bold") for tier, *_ in crossed]
    ns = [f"n = {value_text(counts.get(tier, 0), 'count')}" for tier, *_ in crossed]
    name_widths = [measure(name, BODY, "bold")[0] for name in names]
    n_widths = [measure(n, SMALL)[0] for n in ns]
    rows = _rows([a + 5 + b for a, b in zip(name_widths, n_widths, strict=True)], middles, sheet)
    stacked = max((row for _, row in rows), default=0) > 0
    if stacked:
        rows = _rows([max(a, b) for a, b in zip(name_widths, n_widths, strict=True)], middles, sheet)
    line = BODY * LEADING
    pitch = line * (2 if stacked else 1) + 3
    words: list[tuple[str, float, float, dict[str, Any]]] = []
    for i, (start, row) in enumerate(rows):
        base = 6 + row * pitch
        bold: dict[str, Any] = {"size": BODY, "weight": "bold", "color": INK}
        faint: dict[str, Any] = {"size": SMALL, "color": MUTED}
        if stacked:
            middle = start + max(name_widths[i], n_widths[i]) / 2 - left
            words.append((names[i], middle, base + line * 1.5, {**bold, "ha": "center"}))
            words.append((ns[i], middle, base + line * 0.5, {**faint, "ha": "center"}))
        else:
            words.append((names[i], start - left, base + line / 2, bold))
            words.append((ns[i], start - left + name_widths[i] + 5, base + line / 2, faint))
    return Strip(6 + (max((row for _, row in rows), default=0) + 1) * pitch, tuple(words))


def _rows(widths: Sequence[float], middles: Sequence[float], sheet: float) -> list[tuple[float, int]]:
    """Return each text's start and row: the lowest row in which it touches nothing."""
    laid: list[tuple[float, int]] = []
    rows: list[list[tuple[float, float]]] = []
    for width, middle in zip(widths, middles, strict=True):
        start = max(min(middle - width / 2, sheet - 8 - width), 8.0)
        free = (i for i, row in enumerate(rows) if all(start > b + 8 or start + width < a - 8 for a, b in row))
        row = next(free, len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((start, start + width))
        laid.append((start, row))
    return laid


def draw_bands(frame: Frame, crossed: Sequence[Band], strip: Strip, palette: Mapping[str, str]) -> None:
    """Tint the bands, draw their colours along the top of the plot, and write the strip."""
    ax = frame.ax
    for tier, low, high in crossed:
        ax.axvspan(low, high, color=palette.get(tier, INK), alpha=0.055, lw=0, zorder=0)
        ax.plot(
            [low, high],
            [1, 1],
            transform=ax.get_xaxis_transform(),
            color=palette.get(tier, INK),
            lw=3,
            clip_on=False,
            solid_capstyle="butt",
            zorder=4,
        )
    for text, x, y, style in strip.words:
        frame.text(x, frame.plot[3] + y, text, **style)
