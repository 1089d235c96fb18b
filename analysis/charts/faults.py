"""What a reader would trip over in a drawn chart, found by measuring it.

Every text is measured as it is drawn: none may leave the sheet, none may touch another, none may hold a number that
only a program writes (``e+07``, ``nan``) or a sign that the font lacks. Tests run this over every chart with hostile
tables, and a report may run it over its own figures.
"""

import re
from itertools import combinations
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis.charts.style import house_style
from analysis.charts.words import drawable

__all__ = ["faults"]

#: Points of a dot by which two boxes may touch: a text's box is wider than its ink.
SLACK = 0.75

_PROGRAM_WORDS = re.compile(r"\bnan\b|\bNaT\b|\bNone\b|\binf\b|\d[eE][+-]?\d|\d\.0{3,}(?!\d)|\$\\|mathdefault")


def faults(ax: Axes) -> list[str]:
    """Return a sentence for each fault of the chart of ``ax``; an empty list is a clean chart.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.charts import rows_used
    >>> faults(rows_used(pd.DataFrame({"label": ["used", "repeated"], "rows": [90, 10], "of": [100, 100]})))
    []
    """
    figure = ax.figure if isinstance(ax.figure, Figure) else ax.figure.figure
    with house_style():
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        boxes = [(text, text.get_window_extent(renderer)) for text in _texts(figure)]
    sheet, found = figure.bbox, []
    for text, box in boxes:
        words = text.get_text()
        if (
            box.x0 < sheet.x0 - SLACK
            or box.y0 < sheet.y0 - SLACK
            or box.x1 > sheet.x1 + SLACK
            or box.y1 > sheet.y1 + SLACK
        ):
            found.append(f"{words!r} leaves the sheet")
        if _PROGRAM_WORDS.search(words):
            found.append(f"{words!r} is not for readers")
        if " ".join(drawable(words.replace("\n", " ")).split()) != " ".join(words.split()):
            found.append(f"{words!r} has signs that the font lacks")
    for (one, a), (other, b) in combinations(boxes, 2):
        if _touch(a, b):
            found.append(f"{one.get_text()!r} touches {other.get_text()!r}")
    return found


def _touch(a: Bbox, b: Bbox) -> bool:
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    up = min(a.y1, b.y1) - max(a.y0, b.y0)
    # the box of a line holds room for accents above and tails below: a sixth of it is no ink
    return bool(across > SLACK and up > max(SLACK, min(a.height, b.height) / 6))


def _texts(figure: Figure) -> list[Text]:
    """Return the texts that are drawn."""
    hidden = {
        id(t)
        for axes in figure.axes
        if not axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for t in axis.findobj(Text)
    }
    shown = []
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            shown.append(text)
    return shown
