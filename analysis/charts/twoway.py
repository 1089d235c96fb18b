"""Where micro pays and where mega does, over two things nobody knows exactly: handling cost and overlap.

The plane is cut by the line at which both bring the same for the same money. The client's own point stands on it with
the range of what it may be, so that a reader sees at once whether the answer is safe or hangs on those two figures.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, to_points, write
from analysis.charts.labels import Taken, put_label
from analysis.charts.rows import lighter
from analysis.charts.scales import Kind, log_room, put_scale, tick_text
from analysis.charts.style import ACCENT, INK, MUTED, PAPER, RAMP, SMALL, WIDE, in_house_style
from analysis.charts.tables import Array, needs, numbers
from analysis.charts.words import drawable, fit, measure

__all__ = ["break_even_map"]


@in_house_style
def break_even_map(
    table: pd.DataFrame,
    *,
    x: str = "handling",
    y: str = "overlap",
    value: str = "advantage",
    point: Mapping[str, float] | None = None,
    micro: str = "micro",
    mega: str = "mega",
    x_label: str = "Handling cost per creator",
    y_label: str = "Audience that two creators share",
    x_kind: Kind = "money",
    y_kind: Kind = "percent",
    currency: str | None = None,
    point_label: str = "your figures",
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw the two-way picture: two regions, the line between them, and a point with its range.

    Parameters
    ----------
    table : DataFrame
        A full grid, one row per pair of ``x`` and ``y``, with ``value``: what micro brings over what mega brings for
        the same money. Above 1 micro pays.
    x, y, value : str
        Columns of ``table``.
    point : mapping, optional
        The client's own figures: ``x`` and ``y``, and where known ``x_low``, ``x_high``, ``y_low`` and ``y_high``.
    micro, mega : str
        What the two sides are called.
    x_label, y_label, x_kind, y_kind, currency
        What the axes say and how.
    point_label : str
        What the point is called.
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
    >>> pairs = [(h, o, (1000 + h) / (50 + h) / 6 * (1 - 2 * o)) for h in range(0, 300, 20) for o in (0, 0.1, 0.2)]
    >>> grid = pd.DataFrame(pairs, columns=["handling", "overlap", "advantage"])
    >>> ax = break_even_map(grid, point={"x": 40, "y": 0.05}, micro="nano", mega="macro", currency="USD")
    >>> sorted(t.get_text() for t in ax.texts if "pays" in t.get_text())
    ['macro pays', 'nano pays']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (x, y, value), "the two-way picture of the break-even")
    xs, ys, plane = _plane(table, x, y, value)
    if len(xs) < 2 or len(ys) < 2 or not np.isfinite(plane).any():
        return nothing(
            ax, "The two sides cannot be compared over a range, so there is no picture to draw.", **sheet_texts
        )
    sheet = sheet_width(ax, width)
    low, high = float(ys[0]), float(ys[-1])
    ticks = max(
        log_room(max(high / 1e3, 1e-9), max(high, 1e-6), kind=y_kind, currency=None, length=200.0),
        *(measure(drawable(tick_text(float(end), y_kind)), SMALL)[0] for end in (low, high, high / 4)),
    )
    left, right = min(ticks + 20, sheet * 0.3), 20.0
    frame = open_frame(ax, **sheet_texts, height=250, left=left, right=right, top=20, bottom=36)
    ax = frame.ax
    across, up = frame.plot[2], frame.plot[3]
    room = (left - 4, right - 4)
    put_scale(ax, "x", float(xs[0]), float(xs[-1]), log=False, kind=x_kind, currency=currency, length=across,
              overhang=room, grid=False)  # fmt: skip
    put_scale(ax, "y", low, high, log=False, kind=y_kind, length=up, grid=False)
    bounded = np.clip(np.where(np.isfinite(plane), np.log(np.maximum(plane, 1e-9)), 0.0), -20, 20)
    if bounded.min() < 0 < bounded.max():
        ax.contourf(
            xs, ys, bounded, levels=[-21, 0, 21], colors=[lighter(RAMP[2], 0.78), lighter(RAMP[0], 0.72)], zorder=0
        )
        ax.contour(xs, ys, bounded, levels=[0], colors=[INK], linewidths=1.6, zorder=2)
    else:
        side = lighter(RAMP[0], 0.72) if bounded.max() > 0 else lighter(RAMP[2], 0.78)
        ax.axvspan(float(xs[0]), float(xs[-1]), color=side, lw=0, zorder=0)
    frame.text(0, up + 8, fit(drawable(y_label), across + right - 8, SMALL), size=SMALL, color=MUTED, va="baseline")
    said = fit(drawable(x_label), across, SMALL)
    frame.text(across, -30, said, size=SMALL, color=MUTED, ha="right", va="baseline")
    box = (*to_points(ax, float(xs[0]), low), *to_points(ax, float(xs[-1]), high))
    taken = Taken(inside=(box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2))
    ends = (float(xs[0]), float(xs[-1])), (low, high)
    at = None if point is None else _cross(ax, point, taken, *ends)
    for name, region in ((micro, bounded > 0), (mega, bounded < 0)):
        words = fit(drawable(f"{name} pays"), across * 0.6, SMALL + 2, "bold")
        _name_region(ax, taken, xs, ys, region, words)
    if at is not None:
        words = fit(drawable(point_label), across * 0.6, SMALL, "bold")
        put_label(ax, taken, *at, words, size=SMALL, weight="bold", color=ACCENT)
    return ax


def _plane(table: pd.DataFrame, x: str, y: str, value: str) -> tuple[Array, Array, Array]:
    """Return the two axes and the plane over them; a pair that is not there is NaN."""
    a, b, v = (numbers(table, column) for column in (x, y, value))
    whole = np.isfinite(a) & np.isfinite(b)
    xs, i = np.unique(a[whole], return_inverse=True)
    ys, j = np.unique(b[whole], return_inverse=True)
    plane = np.full((len(ys), len(xs)), np.nan)
    plane[j, i] = v[whole]
    return xs, ys, plane


def _depth(region: np.ndarray) -> np.ndarray:
    """Return for each cell of a region how many steps it is from what is not in it, and 0 outside."""
    depth, inside = np.zeros(region.shape), np.pad(region, 1)
    while inside.any():
        depth += inside[1:-1, 1:-1]
        core = inside.copy()
        for axis in (0, 1):
            for step in (1, -1):
                core &= np.roll(inside, step, axis)
        inside = core
    return depth


def _name_region(ax: Axes, taken: Taken, xs: Array, ys: Array, region: np.ndarray, words: str) -> None:
    """Write a region's name inside it, as far from its edge as a free place allows."""
    depth = _depth(region)
    width, height = measure(words, SMALL + 2, "bold")
    cells = np.argsort(-depth, axis=None, kind="stable")[: int((depth > 0).sum())]
    for whole in (True, False):  # a strip may be too narrow to hold its name
        for cell in cells[:: max(1, len(cells) // 400)]:
            row, column = np.unravel_index(int(cell), depth.shape)
            x, y = to_points(ax, float(xs[column]), float(ys[row]))
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if taken.free(box, gap=4) and (not whole or _holds(ax, xs, ys, region, box)):
                taken.add(box)
                at = (float(xs[column]), float(ys[row]))
                write(ax, words, at, size=SMALL + 2, weight="bold", ha="center", halo=True)
                return


def _holds(ax: Axes, xs: Array, ys: Array, region: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    """Return whether the corners of a box lie in a region."""
    to_data = ax.transData.inverted()
    for corner in ((box[0], box[1]), (box[0], box[3]), (box[2], box[1]), (box[2], box[3])):
        x, y = to_data.transform(np.array(corner) * ax.figure.dpi / 72)
        if not region[int(np.abs(ys - y).argmin()), int(np.abs(xs - x).argmin())]:
            return False
    return True


def _cross(
    ax: Axes, point: Mapping[str, float], taken: Taken, across: tuple[float, float], up: tuple[float, float]
) -> tuple[float, float] | None:
    """Draw the point with its ranges, and return its place; None where it is not on the picture."""
    px, py = (float(point.get(name, np.nan)) for name in ("x", "y"))
    if not (np.isfinite(px) and np.isfinite(py) and across[0] <= px <= across[1] and up[0] <= py <= up[1]):
        return None
    for lows, ends, flat in ((("x_low", "x_high"), across, True), (("y_low", "y_high"), up, False)):
        low, high = (float(np.clip(point.get(name, np.nan), *ends)) for name in lows)
        if np.isfinite(low) and np.isfinite(high) and low < high:
            xs, ys = ([low, high], [py, py]) if flat else ([px, px], [low, high])
            ax.plot(xs, ys, color=ACCENT, lw=2.4, solid_capstyle="butt", zorder=4, clip_on=False)
            taken.line(to_points(ax, xs[0], ys[0]), to_points(ax, xs[1], ys[1]))
    ax.scatter([px], [py], s=46, facecolor=ACCENT, edgecolor=PAPER, linewidth=1.2, zorder=5, clip_on=False)
    taken.mark(ax, px, py)
    return px, py
