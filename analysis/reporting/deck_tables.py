"""A table on a slide: as large as it fits, thin rules, figures at the right."""

from collections.abc import Sequence
from typing import Any

from analysis import formats
from analysis.hostile import plain
from analysis.reporting.deck_layout import Page
from analysis.reporting.deck_package import colour, element
from analysis.reporting.deck_slide import Table
from analysis.reporting.deck_text import LEADING, width, wrap
from analysis.reporting.workbook_formats import clean

__all__ = ["lay_table"]

#: Rows of a table on a slide, its header not counted: with it they are twelve.
ROWS = 11

#: Sizes of a table's words, largest first.
CELLS = (14, 12)


def lay_table(page: Page, table: Table) -> float:
    """Draw a table as large as it fits and return its foot in inches.

    Rows are left out before words become too small, and a line below says so.
    """
    from pptx.util import Inches

    size, widths, rows = _laid_out(page, table)
    left_out = len(table.rows) - len(rows)
    heights = [_row_height(page, cells, widths, size, table.headers) for cells in [table.headers, *rows]]
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
    properties.set("descr", clean(f"Table of {len(table.rows)} rows: {', '.join(table.headers)}")[:250])
    if left_out > 0:
        where = f"sheet {table.more[:31]} of tables.xlsx" if table.more else "the report"
        more = f"and {formats.count(left_out)} more row{'' if left_out == 1 else 's'}: {where}"
        top = page.top + sum(heights) + 0.08
        page.words(page.LEFT, top, page.WIDTH, 0.24, more, sizes=(12,), colour=page.MUTED, lines=1)
    return float(page.top + sum(heights) + (0.36 if left_out > 0 else 0.0))


def _laid_out(page: Page, table: Table) -> tuple[float, list[float], list[tuple[str, ...]]]:
    """Return size, column widths and the rows that fit."""
    rows = [tuple(_short(cell) for cell in row) for row in table.rows[:ROWS]]
    whole = len(table.rows) <= ROWS
    for size in CELLS:
        widths = _column_widths(page, table, rows, size)
        room = page.room - (0.0 if whole else 0.3)
        if sum(_row_height(page, cells, widths, size, table.headers) for cells in [table.headers, *rows]) <= room:
            return size, widths, rows
    while len(rows) > 1:
        rows = rows[:-1]
        high = sum(_row_height(page, cells, widths, size, table.headers) for cells in [table.headers, *rows])
        if high <= page.room - 0.3:
            break
    return size, widths, rows


def _short(cell: str) -> str:
    return plain(clean(cell), 160)


#: Room round the words of a cell, in inches.
PAD = 0.08


def _column_widths(page: Page, table: Table, rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """Return widths that give each column what it asks for where there is room, long texts what is left."""
    asked = []
    for place, header in enumerate(table.headers):
        longest = max([_wide(page, row[place], size) for row in rows] or [0.0])
        word = max([_wide(page, part, size, bold=True) for part in header.split()] or [0.0])
        half = _wide(page, header, size, bold=True) / 2 + 0.1
        asked.append(max(longest, word, half) + 2 * PAD + 0.06)
    total = sum(asked)
    if total <= page.WIDTH:
        spare = page.WIDTH - total
        return [each + spare * each / total for each in asked]
    fair = page.WIDTH / len(asked)
    narrow = [each for each in asked if each <= fair]
    rest = page.WIDTH - sum(narrow)
    wanted = sum(each for each in asked if each > fair)
    return [each if each <= fair else each * rest / wanted for each in asked]


def _wide(page: Page, text: str, size: float, *, bold: bool = False) -> float:
    return width(text, size, bold=bold, own_font=page.theme.font is not None) / 72


def _row_height(
    page: Page, cells: Sequence[str], widths: Sequence[float], size: float, head: Sequence[str] = ()
) -> float:
    own = page.theme.font is not None
    lines = [
        len(wrap(clean(cell), (across - 2 * PAD) * 72, size, bold=cells is head, own_font=own)) or 1
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
