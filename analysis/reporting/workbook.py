"""Every table of a report as a workbook: one sheet a finding, and a first sheet that says how to read them.

For whoever wants to go on with the numbers. A cell holds the number itself and shows it as the page does; a ratio is
a live formula over its sums, so that a client can trace it, with its result beside it for programs that do not
calculate. Text from data is text: it is never read as a formula, a link or a number. The same story gives the same
bytes on any day.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from analysis import formats
from analysis.reporting.assemble import About
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.story import FindingRecord, Story
from analysis.reporting.theme import Theme
from analysis.reporting.workbook_formats import clean, is_number, number_code
from analysis.reporting.workbook_formulas import Sheet, formula, sheet_of

__all__ = ["sheet_names", "write_workbook"]

#: Names of sheets: how long they may be, and the one that every workbook begins with.
NAME_LIMIT = 31
FIRST = "README"

#: The day that every workbook was made on, as far as its bytes say.
MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)

#: Narrowest and widest column, in characters.
NARROWEST, WIDEST = 9, 60

#: Row of a sheet's headers, from 0; title, measure, standing, source and caution stand above.
HEADER_ROW = 6

#: Most rows of a table that a sheet may have.
ROW_LIMIT = 1_000_000


def write_workbook(story: Story, about: About, theme: Theme) -> bytes:
    """Return ``tables.xlsx``.

    Parameters
    ----------
    story, about, theme
        What the notebooks say, what stands beside it, and how it looks.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    client = clean(theme.client or about.client)
    title = f"{client}: tables of the creator report"
    book.set_properties({"title": title[:255], "subject": clean(about.when), "created": MADE, "author": "Creator ROI"})
    told = [finding for finding in story.findings if finding.columns and finding.rows]
    names = sheet_names([finding.id for finding in told])
    styles = _Styles(book, theme)
    first = book.add_worksheet(FIRST)
    for name, finding in zip(names, told, strict=True):
        _write_table(book.add_worksheet(name), finding, styles)
    _write_readme(first, client, list(zip(names, told, strict=True)), story, about, styles)
    first.activate()
    book.close()
    return stream.getvalue()


def sheet_names(ids: Sequence[str]) -> list[str]:
    """Return a name for each sheet: allowed, at most 31 characters, no two alike.

    Examples
    --------
    >>> sheet_names(["cost/by:tier", "README", "x" * 40, "x" * 40, "History", ""])[:3]
    ['cost-by-tier', 'README-2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    taken = {FIRST.casefold(), "history"}
    names = []
    for text in ids:
        base = "".join("-" if c in "[]:*?/\\" else c for c in clean(text)).strip("' ") or "table"
        name, copy = base[:NAME_LIMIT].strip("' "), 1
        while name.casefold() in taken:
            copy += 1
            name = base[: NAME_LIMIT - len(str(copy)) - 1].strip("' ") + f"-{copy}"
        taken.add(name.casefold())
        names.append(name)
    return names


class _Styles:
    """The formats of a workbook, made once each."""

    def __init__(self, book: Any, theme: Theme) -> None:
        self._book, self._made = book, {}  # type: ignore[var-annotated]
        self._font = theme.font or "Arial"
        self.dark, self.accent = theme.dark, theme.accent

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": self._font, "font_size": 10, "font_color": "#1F2933", "valign": "top"}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def header(self, *, right: bool) -> Any:
        return self(
            bold=True,
            font_color="#FFFFFF",
            bg_color=self.dark,
            text_wrap=True,
            valign="vcenter",
            align="right" if right else "left",
        )


# one table ---------------------------------------------------------------------------------------------------------


def _write_table(sheet: Any, finding: FindingRecord, styles: _Styles) -> None:
    table = sheet_of(finding)
    currency = finding.text("currency") or None
    muted = styles(font_color="#5F6B7A")
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, clean(finding.title), styles(bold=True, font_size=14))
    sheet.write_string(1, 0, clean(finding.text("subtitle")), muted)
    sheet.write_string(2, 0, clean(" · ".join(filter(None, [finding.verdict, finding.standing]))), muted)
    sheet.write_string(3, 0, clean(finding.text("source")), muted)
    sheet.write_string(4, 0, clean(finding.text("caution")), muted)
    sheet.write_url(5, 0, f"internal:'{FIRST}'!A1", styles(font_color=styles.accent), string="back to README")
    for place, column in enumerate(table.columns):
        sheet.write_string(HEADER_ROW, place, clean(column.header), styles.header(right=not column.text))
        sheet.set_column(place, place, _width(table, place, currency))
    rows = min(len(table.rows), ROW_LIMIT)
    for row in range(rows):
        _write_row(sheet, table, row, currency, styles)
    sheet.set_row(HEADER_ROW, 32)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(rows, 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _write_row(sheet: Any, table: Sheet, row: int, currency: str | None, styles: _Styles) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    line = HEADER_ROW + 1 + row
    names = [xl_rowcol_to_cell(line, place) for place in range(len(table.columns))]
    rule: dict[str, Any] = {"bottom": 1, "bottom_color": "#E4E8EC"}
    for place, column in enumerate(table.columns):
        value = table.rows[row][place]
        day = _day(value) if column.kind == "date" else None
        if day is not None:
            sheet.write_datetime(line, place, day, styles(num_format="yyyy-mm-dd", align="left", **rule))
        elif is_number(value) and abs(value) < 1e300:
            style = styles(num_format=number_code(value, column.kind, currency), align="right", **rule)
            live = formula(table, row, place, names)
            if live is None:
                sheet.write_number(line, place, value, style)
            else:
                sheet.write_formula(line, place, live, style, value)
        elif value is None or isinstance(value, float):
            side = "left" if column.text else "right"
            sheet.write_string(line, place, formats.MISSING, styles(font_color="#5F6B7A", align=side, **rule))
        else:
            told = ("yes" if value else "no") if isinstance(value, bool) else clean(value)
            sheet.write_string(line, place, told, styles(text_wrap=len(told) > WIDEST, **rule))


def _day(value: Any) -> datetime | None:
    try:
        day = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        day = datetime(day.year, day.month, day.day)
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def _width(table: Sheet, place: int, currency: str | None) -> float:
    column = table.columns[place]
    header = max(map(len, clean(column.header).split()), default=0) + 3
    cells = [_shown(row[place], column.kind, currency) for row in table.rows[:1000]]
    half = len(clean(column.header)) / 2 + 2  # a header wraps to two lines
    return min(max(NARROWEST, header, half, *(len(cell) + 2 for cell in cells)), WIDEST)


def _shown(value: Any, kind: str, currency: str | None) -> str:
    if is_number(value) and kind not in {"text", "date"}:
        return formats.show(value, kind, currency)  # type: ignore[arg-type]
    return clean(value if value is not None else formats.MISSING)


# the first sheet ---------------------------------------------------------------------------------------------------


def _write_readme(
    sheet: Any,
    client: str,
    sheets: list[tuple[str, FindingRecord]],
    story: Story,
    about: About,
    styles: _Styles,
) -> None:
    head = styles(bold=True, font_size=12, font_color=styles.accent)
    text, wrapped = styles(), styles(text_wrap=True)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 2, 70)
    sheet.set_column(3, 3, 48)
    line = 0

    def write(*cells: str, style: Any = text) -> None:
        nonlocal line
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, clean(cell), style)
        line += 1

    def section(name: str, *columns: str) -> None:
        nonlocal line
        line += 1
        write(name, style=head)
        if columns:
            write(*columns, style=styles.header(right=False))

    write(f"{client}: the tables of the report", style=styles(bold=True, font_size=16))
    write(about.when, style=styles(font_color="#5F6B7A"))
    section("How to read this workbook")
    for sentence in (
        "Each sheet is the table of one finding; its title is the finding’s sentence.",
        "A ratio that stands beside its sums is a live formula over them: click the cell to trace it.",
        "n/a is a missing value and never zero. Shares and rates are fractions shown as percentages.",
        "Sums named “(sum)” at the right of a sheet are what its ratios divide.",
        EVIDENCE,
        about.ledger.sentence,
    ):
        write(sentence)
    section("Sheets", "sheet", "what it says", "question", "verdict · n · evidence")
    link = styles(font_color=styles.accent, underline=1)
    for name, finding in sheets:
        quoted = name.replace("'", "''")
        sheet.write_url(line, 0, f"internal:'{quoted}'!A1", link, string=name)
        standing = " · ".join(filter(None, [finding.verdict, finding.standing]))
        for place, cell in enumerate((finding.title, finding.question, standing), start=1):
            sheet.write_string(line, place, clean(cell), wrapped)
        line += 1
    empty = [finding for finding in story.findings if not (finding.columns and finding.rows)]
    if empty:
        section("Without a table", "finding", "what it says")
        for finding in empty:
            write(finding.id, finding.sentence, style=wrapped)
    section("Parameters", "parameter", "value")
    told = {"client": client, "period": about.when, "tier scheme": about.scheme, "scheme source": about.scheme_source}
    told |= {"platform": about.platform or "all", **{str(k): str(v) for k, v in about.settings.items()}}
    for name, value in told.items():
        write(name, value, style=wrapped)
    if about.tiers:
        section("Tiers", "tier", "followers")
        for tier in about.tiers:
            write(tier.name, tier.followers)
    section("How the numbers are made")
    for rule in RULES:
        write(rule)
    section("Measures", "measure", "formula", "what it does not prove")
    for term in about.glossary:
        write(term.label, term.formula, term.not_proof, style=wrapped)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
