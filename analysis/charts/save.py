"""A drawn chart becomes a file: the same bytes for the same chart, on any day.

matplotlib writes the date and random ids into an SVG, and reads its own settings when a figure is saved rather than
when it is drawn. So a chart is saved here: fixed ids, no date, no address of anybody, and its alternative text inside.
"""

import io
import re
from functools import lru_cache, partial
from html import escape
from os import PathLike
from typing import IO, Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts.canvas import on_sheet
from analysis.charts.frame import CUT, SHEET
from analysis.charts.style import house_style
from analysis.errors import ParameterError
from analysis.hostile import plain

__all__ = ["picture", "save"]

#: Dots per inch of a PNG and of what is rasterised inside an SVG.
DPI = 160

_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def picture(ax: Axes, format: Literal["svg", "png"] = "svg", *, alt: str = "", dpi: int = DPI) -> bytes:
    """Return the chart of ``ax`` as the bytes of an SVG or a PNG.

    Parameters
    ----------
    ax : Axes
        Any Axes of the chart.
    format : {"svg", "png"}
        An SVG has no prologue, so it may stand in a page as it is.
    alt : str
        Alternative text; an SVG carries it as its title and is announced as an image.
    dpi : int
        Dots per inch.

    Returns
    -------
    bytes

    Raises
    ------
    ParameterError
        If the format is neither.

    Examples
    --------
    >>> from analysis.charts import rows_used
    >>> import pandas as pd
    >>> ax = rows_used(pd.DataFrame({"label": ["used"], "rows": [3]}))
    >>> picture(ax, "png")[1:4], picture(ax, "svg", alt="3 rows used")[:4]
    (b'PNG', b'<svg')
    """
    if format not in {"svg", "png"}:
        raise ParameterError(f"format is 'svg' or 'png', not {format!r}.")
    figure = ax.figure if isinstance(ax.figure, Figure) else ax.figure.figure
    options: dict[str, Any] = {"metadata": {"Software": None}}
    if format == "svg":
        tidy = partial(_tidy, alt=plain(alt), cut=getattr(figure, CUT, None))
        options = {"metadata": _METADATA, "tidy": tidy, "shorten": _short}
    buffer = io.BytesIO()
    with house_style(), on_sheet(figure):
        figure.savefig(buffer, format=format, dpi=dpi, **options)
    return buffer.getvalue()


def _short_numbers(found: re.Match[str]) -> str:
    """Return coordinates to a hundredth of a point, which nobody sees."""
    return re.sub(r"(\.\d\d)\d+", r"\1", found.group(0)).replace("\n", " ")


@lru_cache(maxsize=20_000)
def _short(svg: str) -> str:
    """Return a part of an SVG without needless digits."""
    return re.sub(r"(?: (?:d|x|y|width|height)=\"|translate\()[^\"(]+", _short_numbers, svg)


#: One mark of a cloud as matplotlib writes it: a group of its own with the style of all the others.
_MARK = re.compile(r'<g clip-path="([^"]+)"><use ([^>]*?) style="([^"]*)"/></g>')


def _gathered(svg: str) -> str:
    """Return the SVG with marks that follow one another in one clip and style gathered under one group."""
    parts: list[str] = []
    end, last = 0, ("", "")
    for mark in _MARK.finditer(svg):
        same = mark.start() == end and (mark[1], mark[3]) == last
        if not same:
            parts.append("</g>" if any(last) else "")
            parts.append(svg[end : mark.start()])
            parts.append(f'<g clip-path="{mark[1]}" style="{mark[3]}">')
        parts.append(f"<use {mark[2]}/>")
        end, last = mark.end(), (mark[1], mark[3])
    parts.append("</g>" if any(last) else "")
    return "".join(parts) + svg[end:]


def _tidy(svg: str, alt: str, cut: tuple[float, float] | None) -> str:
    """Return the SVG without prologue, comments, unused ids and needless digits, with its alternative text.

    The words of the sheet keep their ids, and the opening tag says how many points they take above and below.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", svg)
    svg = _gathered(_short.__wrapped__(svg))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"', lambda m: m.group(0) if m.group(1) in used or m.group(1).startswith(SHEET) else "", svg
    )
    if cut is not None:
        svg = svg.replace("<svg", f'<svg data-sheet="{cut[0]:.2f} {cut[1]:.2f}"', 1)
    if alt:
        head, body = svg.split(">", 1)
        svg = f'{head} role="img" aria-label="{escape(alt, quote=True)}"><title>{escape(alt)}</title>{body}'
    return svg


def save(
    ax: Axes,
    target: str | PathLike[str] | IO[bytes],
    *,
    format: Literal["svg", "png"] | None = None,
    alt: str = "",
    dpi: int = DPI,
) -> None:
    """Write the chart of ``ax`` to a path or a buffer; the format is the path's ending when left out.

    Examples
    --------
    >>> from analysis.charts import rows_used
    >>> import pandas as pd
    >>> out = io.BytesIO()
    >>> save(rows_used(pd.DataFrame({"label": ["used"], "rows": [3]})), out, format="png")
    >>> out.tell() > 0
    True
    """
    from pathlib import Path

    if isinstance(target, (str, PathLike)):
        path = Path(target)
        ending: str = format or path.suffix.lstrip(".").lower()
        path.write_bytes(picture(ax, ending, alt=alt, dpi=dpi))  # type: ignore[arg-type]
    else:
        target.write(picture(ax, format or "svg", alt=alt, dpi=dpi))
