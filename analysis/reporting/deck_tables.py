"""A table on a slide: as large as it fits, thin rules, figures at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis import formats
from analysis.hostile import plain
from analysis.reporting.deck_layout import Page
from analysis.reporting.deck_package import colour, element
from analysis.reporting.deck_slide import Table
from analysis.reporting.deck_text import LEADING, width, wrap
from analysis.reporting.workbook_formats import clean

__all__ = ["Laid", "laid_out", "lay_table"]

#: Rows of a table on a slide, its header not counted: with it they are twelve.
ROWS = 11

#: Room for the line that says how many rows were left out, in inches.
REST = 0.3

#: Sizes of a table's words, largest first: those of the body and of labels, so that a slide has four sizes.
CELLS = (16, 12)


def lay_table(page: Page, table: Table) -> float:
    """Draw a table as large as it fits and return its foot in inches.

    Rows are left out before words become too small, and a line below says so.
    """
    from pptx.util import Inches

    laid = laid_out(table, across=page.WIDTH, high=page.room, own_font=page.theme.font is not None)
    size, widths, heights, rows = laid.size, laid.widths, laid.heights, laid.rows
    left_out = table.count - len(rows)
    frame = page.slide.shapes.add_table(
        len(rows) + 1,
        len(table.headers),
        Inches(page.LEFT),
        Inches(page.top),
        Inches(sum(widths)),
        Inches(sum(heights)),
    )
    grid = frame.table
    _bare(grid)
    for place, across in enumerate(widths):
        grid.columns[place].width = Inches(across)
    for line, cells in enumerate([table.headers, *rows]):
        grid.rows[line].height = Inches(heights[line])
        for place, text in enumerate(cells):
            _cell_words(page, grid.cell(line, place), text, size, head=line == 0, left=table.left[place])
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", clean(f"Table of {table.count} rows: {', '.join(table.headers)}")[:250])
    if left_out > 0:
        where = f"sheet {table.more[:31]} of tables.xlsx" if table.more else "the report"
        more = f"and {formats.count(left_out)} more row{'' if left_out == 1 else 's'}: {where}"
        top = page.top + sum(heights) + 0.08
        page.words(page.LEFT, top, page.WIDTH, 0.24, more, sizes=(12,), colour=page.MUTED, lines=1)
    return float(page.top + sum(heights) + (0.36 if left_out > 0 else 0.0))


@dataclass(frozen=True)
class Laid:
    """A table that fits: the size of its words in points, its column widths in inches, the rows there is room for."""

    size: float
    widths: list[float]
    heights: list[float]
    rows: list[tuple[str, ...]]


def laid_out(
    table: Table, *, across: float, high: float, sizes: Sequence[float] = CELLS, own_font: bool = False
) -> Laid:
    """Return a table as it fits a box of ``across`` by ``high`` inches: smaller words first, then fewer rows."""
    rows = [tuple(_short(cell) for cell in row) for row in table.rows[:ROWS]]
    for size in sizes:
        widths = _column_widths(table, rows, across, size, own_font)
        heights = [_row_height(cells, widths, size, own_font, table.headers) for cells in [table.headers, *rows]]
        if sum(heights) <= high - (0.0 if table.count <= ROWS else REST):
            return Laid(size, widths, heights, rows)
    while len(rows) > 1 and sum(heights) > high - REST:
        rows = rows[:-1]
        widths = _column_widths(table, rows, across, size, own_font)
        heights = [_row_height(cells, widths, size, own_font, table.headers) for cells in [table.headers, *rows]]
    return Laid(size, widths, heights, rows)


def _short(cell: str) -> str:
    return plain(clean(cell), 160)


#: Room round the words of a cell, in inches.
PAD = 0.08


def _column_widths(
    table: Table, rows: Sequence[Sequence[str]], across: float, size: float, own_font: bool
) -> list[float]:
    """Return widths that give each column what it asks for where there is room, long texts what is left."""

    def wide(text: str, *, bold: bool = False) -> float:
        return width(text, size, bold=bold, own_font=own_font) / 72

    asked = []
    for place, header in enumerate(table.headers):
        longest = max([wide(row[place]) for row in rows] or [0.0])
        word = max([wide(part, bold=True) for part in header.split()] or [0.0])
        asked.append(max(longest, word, wide(header, bold=True) / 2 + 0.1) + 2 * PAD + 0.06)
    total = sum(asked)
    if total <= across:
        return [each + (across - total) * each / total for each in asked]
    fair = across / len(asked)
    rest = across - sum(each for each in asked if each <= fair)
    wanted = sum(each for each in asked if each > fair)
    return [each if each <= fair else each * rest / wanted for each in asked]


def _row_height(
    cells: Sequence[str], widths: Sequence[float], size: float, own_font: bool, head: Sequence[str]
) -> float:
    lines = [
        len(wrap(clean(cell), (across - 2 * PAD) * 72, size, bold=cells is head, own_font=own_font)) or 1
        for cell, across in zip(cells, widths, strict=True)
    ]
    return max(lines) * size * LEADING / 72 + 2 * 0.045


def _cell_words(page: Page, cell: Any, text: str, size: float, *, head: bool, left: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches, Pt

    cell.margin_left = cell.margin_right = Inches(PAD)
    cell.margin_top = cell.margin_bottom = Inches(0.045)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT if left else PP_ALIGN.RIGHT
    run = paragraph.add_run()
    run.text = clean(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), head, page.font
    run.font.color.rgb = colour(page.MUTED if head else page.INK)
    cell.fill.background()
    _underline(cell, "8A94A0" if head else "E4E8EC", 12700 if head else 6350)


def _underline(cell: Any, line: str, width_: int) -> None:
    """Rule a cell at its foot and nowhere else."""
    properties = cell._tc.get_or_add_tcPr()
    for place, name in enumerate(("a:lnL", "a:lnR", "a:lnT")):
        properties.insert(place, element(name, "<a:noFill/>", w=0))
    foot = element("a:lnB", f'<a:solidFill><a:srgbClr val="{line}"/></a:solidFill>', w=width_)
    properties.insert(3, foot)


def _bare(grid: Any) -> None:
    """Take the template's banding off."""
    from pptx.oxml.ns import qn

    properties = grid._tbl.tblPr
    for name in ("bandRow", "bandCol", "firstCol"):
        properties.set(name, "0")
    properties.set("firstRow", "1")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
