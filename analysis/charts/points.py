"""A cloud of creators on two log axes.

Up to 5,000 creators are points. Above that a cloud is a blot: it becomes a density (shade = log of the count) with a
seeded sample of points over it, in which a rare tier keeps its points. Both are rasterised, so that a million
creators make a file as small as a thousand do.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from analysis.charts.frame import Frame
from analysis.charts.scales import Kind, put_scale
from analysis.charts.tables import DENSE_FROM, Array, TextArray, overlay

__all__ = ["draw_cloud"]

_DENSITY = LinearSegmentedColormap.from_list("density", ["#EDF0F3", "#AEB8C2", "#66727F"])


def draw_cloud(
    frame: Frame,
    across: Array,
    up: Array,
    of: TextArray,
    *,
    xs: tuple[float, float],
    ys: tuple[float, float],
    palette: Mapping[str, str],
    hollow: frozenset[str] = frozenset(),
    kind: Kind = "short",
    currency: str | None = None,
    seed: int = 0,
) -> None:
    """Draw the points or their density, and set both axes; tiers in ``hollow`` are rings."""
    ax = frame.ax
    dense = across.size > DENSE_FROM
    if dense:
        extent = (np.log10(xs[0]), np.log10(xs[1]), np.log10(ys[0]), np.log10(ys[1]))
        cells = (64, 40) if frame.plot[2] > 300 else (40, 30)
        ax.hexbin(
            across,
            up,
            xscale="log",
            yscale="log",
            extent=extent,
            gridsize=cells,
            bins="log",
            mincnt=1,
            cmap=_DENSITY,
            linewidths=0.1,
            rasterized=True,
            zorder=1,
        )
        rows = overlay(of, seed=seed)
        across, up, of = across[rows], up[rows], of[rows]
    left = frame.plot[0] - frame.sheet[0]
    right = frame.sheet[2] - left - frame.plot[2]
    put_scale(ax, "x", *xs, log=True, kind="short", length=frame.plot[2], overhang=(left - 4, right - 4), grid=False)
    put_scale(ax, "y", *ys, log=True, kind=kind, currency=currency, length=frame.plot[3])
    _scatter(ax, across, up, of, palette, hollow, dense=dense)


def _scatter(
    ax: Axes,
    across: Array,
    up: Array,
    of: TextArray,
    palette: Mapping[str, str],
    hollow: frozenset[str],
    *,
    dense: bool,
) -> None:
    size = 4.0 if dense else (12.0 if across.size > 400 else 20.0)
    for tier, colour in palette.items():
        mine = of == tier
        if not mine.any():
            continue
        ring = tier in hollow
        ax.scatter(
            across[mine],
            up[mine],
            s=22.0 if ring else size,
            facecolor="none" if ring else colour,
            edgecolor=colour if ring else "none",
            linewidth=1.2 if ring else 0,
            alpha=0.9 if ring else (0.3 if dense else 0.45),
            rasterized=across.size > 1000,
            zorder=2,
        )
