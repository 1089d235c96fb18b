"""What every chart on a slide is made of: its frame, its plain look, its workbook and its marks."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reporting.deck_axes import LABEL
from analysis.reporting.deck_package import colour as rgb
from analysis.reporting.deck_package import element, rezipped
from analysis.reporting.workbook_formats import clean, is_number

__all__ = [
    "Box",
    "INK",
    "Look",
    "SHEET",
    "chart_frame",
    "embedded_workbook",
    "fill",
    "label_code",
    "mark",
    "plain_chart",
    "pt",
    "replace_workbook",
    "stroke",
]


#: Where the sheet of a chart's workbook is.
SHEET = "Sheet1"


INK = "1F2933"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart takes from the theme: three steps from light to dark, the accent, the font."""

    ramp: tuple[str, str, str]
    accent: str
    font: str


def embedded_workbook(columns: Sequence[tuple[str, Sequence[Any]]]) -> bytes:
    """Return the workbook inside a chart: one column a series, text as text, the same bytes each time.

    Examples
    --------
    >>> embedded_workbook([("", ["=1+1"]), ("x", [1.0])])[:2]
    b'PK'
    """
    import xlsxwriter

    from analysis.reporting.workbook import MADE

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet(SHEET)
    for place, (header, cells) in enumerate(columns):
        sheet.write_string(0, place, clean(header))
        for row, cell in enumerate(cells, start=1):
            if is_number(cell):
                sheet.write_number(row, place, cell)
            elif isinstance(cell, str):
                sheet.write_string(row, place, clean(cell))
    book.close()
    return rezipped(stream.getvalue())


def chart_frame(slide: Any, box: Box, kind: Any, data: Any, alt: str, name: str) -> Any:
    """Add a chart to a slide, described; return its frame."""
    from pptx.util import Inches

    frame = slide.shapes.add_chart(kind, Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height), data)
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", clean(alt))
    properties.set("name", f"Chart {clean(name)}"[:100])
    return frame


def pt(size: float) -> Any:
    """Return a size in points as the slide library counts it."""
    from pptx.util import Pt

    return Pt(size)


def fill(target: Any, colour: str) -> None:
    """Give what has a colour this one."""
    target.rgb = rgb(colour)


def stroke(line: Any, colour: str, points: float) -> None:
    """Draw a line in a colour, so many points thick."""
    fill(line.color, colour)
    line.width = pt(points)


def plain_chart(chart: Any, look: Look, title: str) -> None:
    """Take off what the slide library puts on a chart: one font, no legend, a title only where there is one."""
    chart.has_legend = False
    chart.font.size, chart.font.name = pt(LABEL), look.font
    fill(chart.font.color, INK)
    chart.has_title = bool(title)
    if title:
        chart.chart_title.text_frame.text = clean(title)
        font = chart.chart_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = pt(LABEL), True
        chart.chart_title.include_in_layout = False


def mark(marker: Any, colour: str, *, hollow: bool = False, size: int = 11) -> None:
    """Make a point a dot, filled or hollow."""
    from pptx.enum.chart import XL_MARKER_STYLE

    marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, size
    marker.format.fill.solid()
    fill(marker.format.fill.fore_color, "E4E8EC" if hollow else colour)
    if hollow:
        stroke(marker.format.line, colour, 1.75)
    else:
        stroke(marker.format.line, "FFFFFF", 0.5)


def label_code(point: Any, code: str, place: str = "r") -> None:
    """Show the point's own number beside it, under a format code."""
    from pptx.oxml.ns import qn

    labels = point._ser.get_or_add_dLbls()
    label = element(
        "c:dLbl",
        f'<c:idx val="{point._idx}"/><c:numFmt formatCode="" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{LABEL * 100}" b="1"/></a:pPr>'
        f'<a:endParaRPr lang="en-US"/></a:p></c:txPr><c:dLblPos val="{place}"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>',
    )
    label.find(qn("c:numFmt")).set("formatCode", code)
    labels.insert(len(labels.findall(qn("c:dLbl"))), label)
    shown = labels.find(qn("c:showVal"))
    if shown is not None:
        shown.set("val", "0")


def replace_workbook(chart: Any, columns: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Give a chart the workbook that is written here."""
    chart.part.chart_workbook.update_from_xlsx_blob(embedded_workbook(columns))
