"""The sheet around a plot: title, subtitle, notes, source, and the room between them.

Everything is laid out in points before it is drawn. The sheet is a figure of our own, or, when the caller brings
Axes, the box those Axes stood in: the plot shrinks inside it and nothing leaves it. The title is a sentence of at
most two lines, bold and left; the subtitle says what is measured; the source stands at the foot.
"""

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Transform

from analysis.charts.canvas import Sheet
from analysis.charts.style import BODY, GRID, INK, MUTED, PAPER, SMALL, TITLE, WIDE
from analysis.charts.words import LEADING, drawable, wrap

__all__ = ["CUT", "SHEET", "Frame", "SheetTexts", "bare", "nothing", "open_frame", "sheet_width", "to_points", "write"]

#: Points between the sheet's edge and what is on it.
EDGE = 8.0

#: How the names of the sheet's own words begin in an SVG, and where a figure keeps the points that they take at its
#: head and at its foot: a page that writes them itself takes the plot alone.
SHEET, CUT = "sheet-", "sheet_cut"

#: Widths from which a title has two lines; a phone gives it more.
TWO_LINES_FROM = 6.0 * 72


class SheetTexts(TypedDict):
    """The texts of a sheet, and its width in inches where the figure is ours."""

    title: str
    subtitle: str
    source: str
    width: float


@dataclass(frozen=True, slots=True)
class Frame:
    """One sheet: its Axes, and the boxes of the sheet and of the plot in points of the whole figure."""

    figure: Figure | SubFigure
    ax: Axes
    sheet: tuple[float, float, float, float]
    plot: tuple[float, float, float, float]
    owned: bool

    def text(self, x: float, y: float, text: str, **style: Any) -> Annotation:
        """Write at ``x, y`` points from the plot's lower left corner."""
        fraction = (x / self.plot[2], y / self.plot[3])
        return write(self.ax, text, fraction, coords=self.ax.transAxes, **style)

    def split(self, count: int, *, gap: float, stacked: bool) -> list[Axes]:
        """Return ``count`` Axes that share the plot's box, side by side or stacked, ``gap`` points apart."""
        left, bottom, width, height = self.plot
        panels = []
        for i in range(count):
            if stacked:
                each = (height - gap * (count - 1)) / count
                box = (left, bottom + (count - 1 - i) * (each + gap), width, each)
            else:
                each = (width - gap * (count - 1)) / count
                box = (left + i * (each + gap), bottom, each, height)
            panels.append(self.figure.add_axes(_fractions(self.figure, box)))
        if self.owned:
            self.ax.remove()
        else:
            self.ax.set_axis_off()
        for panel in panels:
            bare(panel)
        return panels


def sheet_width(ax: Axes | None, width: float) -> float:
    """Return the width in points of the sheet that :func:`open_frame` will lay out."""
    if ax is None:
        return max(width, 2.8) * 72
    return float(ax.get_position().width * _points(ax.figure)[0])


def _points(figure: Figure | SubFigure) -> tuple[float, float]:
    box = figure.bbox
    return box.width * 72 / figure.dpi, box.height * 72 / figure.dpi


def _fractions(figure: Figure | SubFigure, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    width, height = _points(figure)
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def bare(ax: Axes) -> None:
    """Take the box off: no spines but a faint base line, no ticks."""
    ax.set_facecolor(PAPER)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(GRID)
    ax.tick_params(length=0, which="both")
    ax.set_axisbelow(True)


def write(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    *,
    offset: tuple[float, float] = (0.0, 0.0),
    coords: str | Transform = "data",
    size: float = BODY,
    color: str = INK,
    weight: str = "normal",
    ha: str = "left",
    va: str = "center",
    halo: bool = False,
    plate: bool = False,
    zorder: float = 6.0,
    **more: Any,
) -> Annotation:
    """Write a drawable text at a place, ``offset`` points away.

    ``halo`` puts a white edge round its letters, where it lies over points; ``plate`` puts a white box behind them,
    where it lies over lines alone, which makes a much smaller file.

    One line is centred on its small letters, so that ``mega`` and ``micro`` stand on one line.
    """
    if va == "center" and "\n" not in text:
        va, offset = "baseline", (offset[0], offset[1] - size * 0.34)
    note = ax.annotate(
        "\n".join(drawable(line) for line in text.split("\n")),
        at,
        xytext=offset,
        xycoords=coords,
        textcoords="offset points",
        fontsize=size,
        fontfamily="DejaVu Sans",
        fontweight=weight,
        color=color,
        ha=ha,
        va=va,
        linespacing=LEADING,
        annotation_clip=False,
        parse_math=False,
        zorder=zorder,
        **more,
    )
    if halo:
        note.set_path_effects([withStroke(linewidth=2.5, foreground=PAPER)])
    if plate:
        note.set_bbox({"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none"})
    return note


def _title(text: str, width: float) -> tuple[list[str], float]:
    """Return the title's lines and size: smaller before cut, on a phone more lines before smaller."""
    allowed = 2 if width >= TWO_LINES_FROM else 4
    biggest = TITLE if width >= TWO_LINES_FROM else TITLE - 1.5
    size = biggest
    while size > biggest - 2.5:
        if len(wrap(text, width, size, "bold")) <= allowed:
            break
        size -= 0.5
    return wrap(text, width, size, "bold", lines=allowed), size


def open_frame(
    ax: Axes | None,
    *,
    title: str,
    subtitle: str,
    source: str,
    notes: tuple[str, ...] = (),
    width: float = WIDE,
    height: float,
    left: float,
    right: float,
    top: float = 0.0,
    bottom: float = 18.0,
) -> Frame:
    """Return the sheet with its texts written and its Axes in place.

    Parameters
    ----------
    ax : Axes or None
        Axes whose box becomes the sheet; None makes a figure.
    title, subtitle, source : str
        The texts of the sheet; an empty one takes no room.
    notes : tuple of str
        Sentences above the source: what is not drawn and why.
    width : float
        Inches of a figure of our own.
    height : float
        Points of the plot in a figure of our own; in Axes of the caller it takes what is left.
    left, right, top, bottom : float
        Points round the plot for the words that stand outside it.
    """
    if ax is not None:
        owner: Figure | SubFigure = ax.figure
        box, (figure_width, figure_height) = ax.get_position(), _points(owner)
    across = sheet_width(ax, width)
    inner = max(across - 2 * EDGE, 60.0)
    title, subtitle, source = drawable(title), drawable(subtitle), drawable(source)
    head, title_size = _title(title, inner) if title else ([], TITLE)
    under = wrap(subtitle, inner, BODY, balance=0.8) if subtitle else []
    told, last = (
        [line for note in texts if note for line in wrap(drawable(note), inner, SMALL, balance=0.8)]
        for texts in (notes, (source,))
    )
    foot = [*told, *last]
    above = EDGE
    above += len(head) * title_size * LEADING + (4 if head else 0)
    above += len(under) * BODY * LEADING + (4 if under else 0) + (8 if head or under else 0)
    below = EDGE + len(foot) * SMALL * LEADING + (8 if foot else 0)
    if ax is None:
        sheet_height = above + top + height + bottom + below
        figure = Figure(figsize=(across / 72, sheet_height / 72), dpi=100)
        Sheet(figure)
        owner, origin = figure, (0.0, 0.0)
    else:
        sheet_height = box.height * figure_height
        origin = (box.x0 * figure_width, box.y0 * figure_height)
    plot = (
        origin[0] + left,
        origin[1] + below + bottom,
        max(across - left - right, 20.0),
        max(sheet_height - above - below - top - bottom, 20.0),
    )
    fractions = _fractions(owner, plot)
    owned = ax is None
    if ax is None:
        ax = owner.add_axes(fractions)
    else:
        ax.set_position(fractions)
    bare(ax)
    _letter(owner, (*origin, across, sheet_height), head, title_size, under, foot, source=len(last))
    if owned:
        setattr(owner, CUT, (above, len(last) * SMALL * LEADING + (0 if told else 8)))
    return Frame(owner, ax, (*origin, across, sheet_height), plot, owned)


def _letter(
    figure: Figure | SubFigure,
    sheet: tuple[float, float, float, float],
    head: list[str],
    title_size: float,
    under: list[str],
    foot: list[str],
    *,
    source: int,
) -> None:
    x, bottom, _, height = sheet
    total = _points(figure)
    common: dict[str, Any] = {"ha": "left", "fontfamily": "DejaVu Sans", "parse_math": False}

    def put(part: str, top: float, lines: list[str], size: float, **style: Any) -> None:
        for i, line in enumerate(lines):
            left, base = (x + EDGE) / total[0], (top - size * (LEADING * i + 1)) / total[1]
            figure.text(left, base, line, va="baseline", fontsize=size, gid=f"{part}-{i}", **common, **style)

    y = bottom + height - EDGE
    put(f"{SHEET}title", y, head, title_size, fontweight="bold", color=INK)
    y -= len(head) * title_size * LEADING + (4 if head else 0)
    put(f"{SHEET}subtitle", y, under, BODY, color=MUTED)
    y, notes = bottom + EDGE + len(foot) * SMALL * LEADING, len(foot) - source
    put("note", y, foot[:notes], SMALL, color=MUTED)
    put(f"{SHEET}source", y - notes * SMALL * LEADING, foot[notes:], SMALL, color=MUTED)


def nothing(ax: Axes | None, sentence: str, **texts: Unpack[SheetTexts]) -> Axes:
    """Return a sheet with a framed sentence where a chart would have nothing to draw."""
    frame = open_frame(ax, **texts, height=150, left=EDGE, right=EDGE, bottom=EDGE)
    ax = frame.ax
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, fc="#F7F8F9", ec=GRID, lw=1, clip_on=False))
    lines = wrap(drawable(sentence), frame.plot[2] * 0.8, BODY + 1)
    write(ax, "\n".join(lines), (0.5, 0.5), coords=ax.transAxes, size=BODY + 1, color=MUTED, ha="center")
    return ax


def to_points(ax: Axes, x: float, y: float) -> tuple[float, float]:
    """Return a place in data as points of the figure."""
    place = np.asarray(ax.transData.transform((x, y))) * 72 / ax.figure.dpi
    return float(place[0]), float(place[1])
