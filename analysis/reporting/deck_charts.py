"""Charts that stay charts on a slide: they can be clicked, restyled and given other numbers.

An interval per row is a dot with an error bar, in tier order, with its n below its name; a comparison of ratios
is the same on a logarithmic scale whose axis lies at no difference; creators are dots on logarithmic axes, at most
some five hundred of them. Each point's label is the number itself under a format code, so that it reads as on the
page and follows when the number is edited. The workbook inside the chart is written here and not by the slide
library, because there a name that begins with ``=`` would become a formula and an address a link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reporting.deck_axes import LABEL, MUTED, lay_axis
from analysis.reporting.deck_frames import (
    SHEET,
    Box,
    Look,
    chart_frame,
    fill,
    label_code,
    mark,
    plain_chart,
    pt,
    replace_workbook,
    stroke,
)
from analysis.reporting.deck_package import element
from analysis.reporting.workbook_formats import clean, is_number, number_code

__all__ = ["Point", "add_intervals", "add_points", "frame_of"]

#: The series that bears the error bars; the dots of another lie on it.
INTERVAL = "interval around"

#: A scale becomes logarithmic from this ratio of its ends.
LOG_FROM = 15.0


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a chart of intervals."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    colour: str
    hollow: bool = False


def add_intervals(
    slide: Any,
    box: Box,
    points: Sequence[Point],
    look: Look,
    *,
    name: str,
    alt: str,
    kind: str,
    currency: str | None = None,
    log: bool | None = None,
    reference: tuple[float, str] | None = None,
    title: str = "",
) -> Any:
    """Add a chart with one dot and interval per row; return its frame.

    Parameters
    ----------
    points : sequence of Point
        The rows, in the order in which they are read.
    kind, currency : str
        What the values are.
    log : bool, optional
        Whether the scale is logarithmic; by the spread of the values when not given.
    reference : (float, str), optional
        A value with a name that the rows are read against; on a logarithmic scale the axis lies there.
    """
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION

    known = [n for p in points for n in (p.value, p.low, p.high) if is_number(n)]
    spread = [n for n in [*known, *([reference[0]] if reference else [])] if n is not None]
    positive = bool(spread) and min(spread) > 0
    scaled = positive and (max(spread) / min(spread) >= LOG_FROM if log is None else log)
    labels = [clean(point.label) for point in points]
    values = [point.value if is_number(point.value) else None for point in points]
    library: Any = chart_data
    data = library.CategoryChartData()
    data.categories = labels
    data.add_series(INTERVAL, values)
    data.add_series(clean(name), values)
    lines = [("", [reference[0]] * len(points))] if reference and not scaled else []
    for label, line in lines:
        data.add_series(clean(reference[1] if reference else label), line)
    frame = chart_frame(slide, box, XL_CHART_TYPE.LINE_MARKERS, data, alt, name)
    chart = frame.chart
    plain_chart(chart, look, title)
    bars, series = chart.plots[0].series[0], chart.plots[0].series[1]
    for each in (bars, series):
        each.format.line.fill.background()
        each.smooth = False
    bars.marker.style = XL_MARKER_STYLE.NONE
    for place, point in enumerate(points):
        mark(series.points[place].marker, point.colour, hollow=point.hollow)
        if values[place] is not None:
            label_code(series.points[place], number_code(point.value or 0.0, kind, currency))
    up = [_gap(point.high, point.value) for point in points]
    down = [_gap(point.value, point.low) for point in points]
    _error_bars(bars, up, down, look)
    if lines and reference:
        _reference(chart.plots[0].series[2], len(points), reference[1], look)
    axis = chart.value_axis
    lay_axis(axis, spread, kind, currency, scaled)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if scaled and reference:
        axis.crosses_at = reference[0]
    told: list[tuple[str, Sequence[Any]]] = [("", labels), (INTERVAL, values), (name, values)]
    told += [(reference[1] if reference else "", line) for _, line in lines]
    replace_workbook(chart, [*told, ("interval up", up), ("interval down", down)])
    return frame


def add_points(
    slide: Any,
    box: Box,
    groups: Sequence[tuple[str, str, Sequence[tuple[float, float]]]],
    look: Look,
    *,
    alt: str,
    name: str,
    labels: tuple[str, str],
    line: tuple[str, Sequence[tuple[float, float]]] | None = None,
    currency: str | None = None,
    kinds: tuple[str, str] = ("short", "short"),
) -> Any:
    """Add a chart of creators on logarithmic axes, one series a tier; return its frame.

    Parameters
    ----------
    groups : sequence of (name, colour, points)
        Tiers in their order; points are pairs above zero.
    labels : (str, str)
        Words of the axes.
    line : (str, points), optional
        A rule drawn through the dots, with its name.
    """
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION

    library: Any = chart_data
    data = library.XyChartData()
    told = [*((clean(n), c, list(p)) for n, c, p in groups), *([(clean(line[0]), "", list(line[1]))] if line else [])]
    for label, _, points in told:
        series = data.add_series(label)
        for x, y in points:
            series.add_data_point(x, y)
    frame = chart_frame(slide, box, XL_CHART_TYPE.XY_SCATTER, data, alt, name)
    chart = frame.chart
    plain_chart(chart, look, "")
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    for place, (_, colour, _points) in enumerate(told):
        series = chart.plots[0].series[place]
        if colour:
            series.format.line.fill.background()
            mark(series.marker, colour, size=6)
        else:
            from pptx.enum.chart import XL_MARKER_STYLE

            series.marker.style = XL_MARKER_STYLE.NONE
            stroke(series.format.line, look.accent, 1.5)
        _point_refs(series, place, told)
    for axis, words, kind, values in (
        (chart.category_axis, labels[0], kinds[0], [x for _, _, p in told for x, _ in p]),
        (chart.value_axis, labels[1], kinds[1], [y for _, _, p in told for _, y in p]),
    ):
        lay_axis(axis, values, kind, currency, True)
        axis.has_title = True
        axis.axis_title.text_frame.text = clean(words)
        run = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        run.size, run.bold = pt(LABEL), False
        fill(run.color, MUTED)
    columns: list[tuple[str, Sequence[Any]]] = []
    for label, _, points in told:
        columns += [(f"{label}: {labels[0]}", [x for x, _ in points]), (label, [y for _, y in points])]
    replace_workbook(chart, columns)
    return frame


# the parts of a chart ----------------------------------------------------------------------------------------------


def _gap(high: float | None, low: float | None) -> float:
    """Return the length of one half of an interval; nothing where an end is unknown."""
    known = is_number(high) and is_number(low)
    return max(float(high) - float(low), 0.0) if known and high is not None and low is not None else 0.0


def _error_bars(series: Any, up: Sequence[float], down: Sequence[float], look: Look) -> None:
    from pptx.oxml.ns import qn

    rows = len(up)
    count = len(series._element.getparent().findall(qn("c:ser")))

    def ends(name: str, values: Sequence[float], place: int) -> str:
        column = chr(ord("A") + place)
        cells = "".join(f'<c:pt idx="{i}"><c:v>{value!r}</c:v></c:pt>' for i, value in enumerate(values))
        return (
            f"<c:{name}><c:numRef><c:f>{SHEET}!${column}$2:${column}${rows + 1}</c:f><c:numCache>"
            f'<c:formatCode>General</c:formatCode><c:ptCount val="{rows}"/>{cells}</c:numCache></c:numRef></c:{name}>'
        )

    bars = element(
        "c:errBars",
        '<c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f"{ends('plus', up, count + 1)}{ends('minus', down, count + 2)}"
        f'<c:spPr><a:ln w="50800" cap="rnd"><a:solidFill><a:srgbClr val="{look.ramp[0].lstrip("#")}">'
        '<a:alpha val="55000"/></a:srgbClr></a:solidFill></a:ln></c:spPr>',
    )
    series._element.find(qn("c:cat")).addprevious(bars)


def _reference(series: Any, count: int, name: str, look: Look) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE

    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    stroke(series.format.line, MUTED, 1.25)
    series.format.line.dash_style = MSO_LINE.DASH
    label = series.points[count - 1].data_label
    label.has_text_frame = True
    label.text_frame.text = clean(name)
    font = label.text_frame.paragraphs[0].runs[0].font
    font.size = pt(LABEL)
    fill(font.color, MUTED)
    label.position = XL_LABEL_POSITION.ABOVE


def _point_refs(series: Any, place: int, told: Sequence[tuple[str, str, Sequence[Any]]]) -> None:
    """Point the series at its columns of our workbook: x and y side by side, one pair a series."""
    from pptx.oxml.ns import qn

    x, y = _letter(2 * place), _letter(2 * place + 1)
    rows = max(len(told[place][2]), 1)
    for tag, letter in (("c:xVal", x), ("c:yVal", y)):
        for reference in series._element.findall(f"{qn(tag)}//{qn('c:f')}"):
            reference.text = f"{SHEET}!${letter}$2:${letter}${rows + 1}"
    for reference in series._element.findall(f"{qn('c:tx')}//{qn('c:f')}"):
        reference.text = f"{SHEET}!${y}$1"


def _letter(place: int) -> str:
    return _letter(place // 26 - 1) + chr(65 + place % 26) if place >= 26 else chr(65 + place)


def frame_of(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a drawing's own table as mappings from column to value."""
    return [dict(zip(spec["columns"], row, strict=True)) for row in spec["rows"]]
