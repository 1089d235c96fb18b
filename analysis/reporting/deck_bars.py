"""Bars from one line to either side, as a slide draws them itself: what each assumption does to the result.

The bars lie on a bar chart with two series, the result at the low and at the high end of each assumption, whose axis
crosses at the result as things stand. Whoever edits a number in the chart's sheet sees the bar follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reporting.deck_axes import lay_axis
from analysis.reporting.deck_frames import Box, Look, chart_frame, label_code, plain_chart, replace_workbook
from analysis.reporting.deck_package import colour
from analysis.reporting.workbook_formats import clean, number_code

__all__ = ["Swing", "add_swings"]

#: Names of the two series, and the room between bars as a share of their height.
LOW, HIGH, GAP = "at its low end", "at its high end", 60


@dataclass(frozen=True, slots=True)
class Swing:
    """One assumption and the result at either of its ends."""

    label: str
    low: float
    high: float


def add_swings(
    slide: Any,
    box: Box,
    swings: Sequence[Swing],
    look: Look,
    *,
    base: float,
    name: str,
    alt: str,
    kind: str,
    currency: str | None = None,
) -> Any:
    """Add a chart with one bar to either side per assumption, the first on top; return its frame.

    Parameters
    ----------
    swings : sequence of Swing
        The assumptions, the one that moves the result most first.
    base : float
        The result as things stand, from which every bar starts.
    kind, currency : str
        What the result is.
    """
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    rows = list(reversed(swings))  # a bar chart counts its rows from its foot
    labels = [clean(row.label) for row in rows]
    told = [(LOW, [row.low for row in rows], look.ramp[0]), (HIGH, [row.high for row in rows], look.ramp[2])]
    library: Any = chart_data
    data = library.CategoryChartData()
    data.categories = labels
    for words, values, _ in told:
        data.add_series(words, values)
    frame = chart_frame(slide, box, XL_CHART_TYPE.BAR_CLUSTERED, data, alt, name)
    chart = frame.chart
    plain_chart(chart, look, "")
    plot = chart.plots[0]
    plot.overlap, plot.gap_width = 100, GAP
    for series, (_, values, fill) in zip(plot.series, told, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour(fill)
        series.invert_if_negative = False
        for place, value in enumerate(values):
            label_code(series.points[place], number_code(value, kind, currency), "outEnd")
    spread = [base, *(end for row in rows for end in (row.low, row.high))]
    lay_axis(chart.value_axis, spread, kind, currency, False)
    chart.value_axis.crosses_at = base
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = colour("1F2933")
    chart.category_axis.format.line.width = Pt(1.25)
    replace_workbook(chart, [("", labels), *((words, values) for words, values, _ in told)])
    return frame
