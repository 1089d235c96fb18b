"""Where each creator's mark lies on a drawn chart, for a page that tells who is under the pointer.

A picture is dead: nobody can ask it who a point is. So a chart of one mark a creator remembers which row of its table
lies where, in points from the upper left corner of the sheet, as an SVG counts. A page shows at most
:data:`MARKS_LIMIT` of them, those with the most followers: it is sent by mail.
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analysis.charts.tables import Array

__all__ = ["MARKS_LIMIT", "marks", "remember"]

#: Marks that a page can tell apart and carry.
MARKS_LIMIT = 3000

_KEPT = "creator_marks"


def remember(ax: Axes, rows: "np.ndarray[Any, Any]", across: Array, up: Array) -> None:
    """Note on ``ax`` that these rows of its table are drawn at these places."""
    setattr(ax, _KEPT, (rows, across, up))


def marks(ax: Axes) -> list[tuple[int, float, float]]:
    """Return (row of the table, x, y) of each mark in points, most followers first; nothing for other charts.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.charts import engagement_against_reach
    >>> two = pd.DataFrame({"tier": ["a", "a"], "followers": [4e3, 9e3], "engagements_per_post": [9, 3]})
    >>> (row, x, y), (other, left, lower) = marks(engagement_against_reach(two, floors={"a": 1e3}))
    >>> row, other, x > left, y > lower
    (1, 0, True, True)
    """
    kept = getattr(ax, _KEPT, None)
    if kept is None:
        return []
    rows, across, up = kept
    order = np.lexsort((rows, -across))[:MARKS_LIMIT]
    figure = ax.figure
    height = figure.bbox.height * 72 / figure.dpi
    places = np.asarray(ax.transData.transform(np.column_stack([across[order], up[order]]))) * 72 / figure.dpi
    return [
        (int(row), round(float(x), 1), round(float(height - y), 1))
        for row, (x, y) in zip(rows[order], places, strict=True)
    ]
