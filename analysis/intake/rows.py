"""Rows of text cells become a raw table: where the header is, and which rows below it are not data.

Whatever a file was (delimited text, a sheet), its rows come here as lists of cells with the line each starts on. The
header is the first row that fills most of the usual width with words; titles above it are skipped and said. Rows that
are not data are set aside here with their line and reason: the header repeated, a totals row, a footer.
"""

import re
from collections import Counter
from itertools import pairwise

import polars as pl

from analysis.errors import UnusableDataError
from analysis.intake.headers import looks_like_header
from analysis.intake.platforms import platform_named
from analysis.intake.tables import RawTable, unique_names

__all__ = [
    "MAX_COLUMNS",
    "TOTAL_WORDS",
    "filled",
    "find_header",
    "not_data",
    "refuse_width",
    "table_from_rows",
    "words",
]

#: More columns than this is no table of ours.
MAX_COLUMNS = 5_000

#: What the first cell of a totals row says, in lower case.
TOTAL_WORDS = frozenset(
    word
    for line in """
    total|totals|totale|totales|totaal|gesamt|gesamtsumme|summe|insgesamt|total général|toplam|suma|tổng|합계|총계
    jumlah|合計|合计|总计|總計|小计|小計|grand total|subtotal|sum|ukupno|razem|итого|subtotale|sous-total|zwischensumme
    ara toplam|промежуточный итог|suma częściowa|tussentotaal|소계
    """.splitlines()
    for word in line.strip().split("|")
    if word
)

#: More rows than this that speak of a total do not end groups; a total is looked for in so many rows above it.
MOST_TOTALS = 200
MOST_SUMMED = 2_000

#: "Total of 12 results", "Total: Campaigns", "Gesamt (12)".
#: A cell of a line drawn under the header or above the totals.
_RULE = re.compile(r"^([=\-_~*+–—─═])\1{2,}$")
#: A label with a word for a total in it; whether it is one, the figures say.
_TOTAL_IN = re.compile(r"(?i)\b(?:sub)?totale?s?\b|\bsumme\b|gesamt|\bsuma\b|toplam|合计|合計|小计|小計|总计|합계|итог")
_MEAN = re.compile(
    r"(?i)\W*(?:avg|average|averages|mean|durchschnitt|mittelwert|ø|promedio|m[eé]dia|moyenne|gemiddelde?|[sś]rednia|"
    r"ortalama|平均|평균|среднее|rata-rata|trung b[iì]nh)\b"
)
_TOTAL_OF = re.compile(r"(?i)(?:grand )?(?:totals?|gesamt|totale|toplam)\s*(?:of \d+\b|for |:\s*\w|\(|[-–—] )")


def filled(row: list[str]) -> int:
    """Return how many cells of a row hold something."""
    return sum(bool(cell.strip()) for cell in row)


def refuse_width(name: str, width: int) -> None:
    """Refuse a table that has more columns than any table of creators.

    Raises
    ------
    UnusableDataError
        If it is wider than :data:`MAX_COLUMNS`.
    """
    if width > MAX_COLUMNS:
        raise UnusableDataError(f"{name} has {width:,} columns; a table of creators has fewer than {MAX_COLUMNS:,}.")


def find_header(rows: list[list[str]]) -> int | None:
    """Return the position of the header among the first rows, or None when the first row is already data.

    A header is the first row that fills (nearly) the table's usual width, holds words rather than numbers, and is
    recognised; failing that, the first such row of words.
    """
    head = [(i, row) for i, row in enumerate(rows[:60]) if filled(row)]
    if not head:
        return None
    usual = Counter(filled(row) for _, row in head[-40:]).most_common(1)[0][0]
    width = max(len(row) for _, row in head)
    wordy = [i for i, row in head[:30] if filled(row) >= min(2, width) and words(row)]
    known = [i for i in wordy if looks_like_header(rows[i])]
    for i in known:
        if filled(rows[i]) >= min(usual, 3) * 0.5:
            groups = i + 1 in known and filled(rows[i]) < 0.8 * filled(rows[i + 1]) >= 0.6 * usual
            return i + 1 if groups and not all(words(row) for row in rows[i + 2 : i + 5]) else i
    for i in wordy:
        if filled(rows[i]) >= max(1, usual * 0.6):
            return i
    return None


_NUMBERISH = re.compile(r"^[\W_]*\d[\d.,:/\s%-]*[kmb]?\W*$", re.IGNORECASE)
#: Numbers that name a column: an age group or a year.
_LABEL = re.compile(r"^(?:\d{1,2}\s?[-–]\s?\d{1,2}|\d{2}\s?\+|(?:19|20)\d\d)$")


def words(row: list[str]) -> bool:
    """Return whether a row holds words only: no cell is a number, an address or a long text.

    Age groups and years may stand among them where the others are known headers.

    Examples
    --------
    >>> words(["Influencer", "Likes", "18-24", "55+"]), words(["anna", "Berlin", "2021", "55+"])
    (True, False)
    """
    cells = [cell.strip() for cell in row if cell.strip()]
    plain = [cell for cell in cells if not _LABEL.match(cell)]
    if len(plain) < len(cells):
        if 2 * len(plain) < len(cells) or not looks_like_header(plain):
            return False
        cells = plain
    return not any(_NUMBERISH.match(cell) or len(cell) > 200 or "://" in cell for cell in cells) and len(
        set(cells)
    ) >= max(1, len(cells) * 0.5)


def table_from_rows(
    name: str,
    rows: list[list[str]],
    lines: list[int],
    *,
    part: str = "",
    notes: list[str] | None = None,
    hidden: bool = False,
) -> RawTable | None:
    """Return the table that a list of text rows holds, or None when they are blank.

    Blank lines (no cell at all) are no rows. Rows of empty cells, a repeated header, totals and footers are set
    aside with their line and reason.
    """
    notes = list(notes or [])
    position = find_header(rows)
    if position is None:
        if not any(filled(row) for row in rows):
            return None
        width = max(len(row) for row in rows)
        headers, body, body_lines = [""] * width, rows, lines
        notes.append("no header row was found")
    else:
        above = [row for row in rows[:position] if filled(row)]
        if above:
            notes.append(f"{len(above)} title or comment line(s) above the header")
        headers = list(rows[position])
        if position and rows[position - 1]:
            grouped = _grouped(rows[position - 1], headers)
            if grouped != headers:
                headers, notes = grouped, [*notes, "the line of groups above the header was joined to it"]
        reach = max((_reach(row) for row in rows[position + 1 :] if any(row)), default=0)
        while len(headers) > max(1, reach) and not headers[-1].strip():
            headers.pop()
        body, body_lines = rows[position + 1 :], lines[position + 1 :]
        if headers and headers[0].lstrip().startswith("#") and len(headers[0].strip()) > 1:
            headers[0] = headers[0].lstrip()[1:].strip()
    width = len(headers)
    refuse_width(name, width)
    if len(body) > 1 and _describes(body[0], body[1:6]):
        notes.append(f"line {body_lines[0]} describes the columns; it is no row")
        body, body_lines = body[1:], body_lines[1:]
    while body and not filled(body[-1]):
        body, body_lines = body[:-1], body_lines[:-1]
    kept: list[list[str]] = []
    kept_lines, rejected = [], []
    groups = group_labels(body, headers)
    totals = {id(row) for row in body if row and (_TOTAL_IN.search(_label(row)) or _MEAN.match(_label(row)))}
    totals = totals if len(totals) <= MOST_TOTALS else set()  # a word in most rows is a name
    plain_headers = [header.strip().casefold() for header in headers]
    for row, line in zip(body, body_lines, strict=True):
        if not row:
            continue
        reason = not_data(row, plain_headers, width) or groups.get(id(row), "")
        reason = reason or (sums_up(row, kept[-MOST_SUMMED:]) if id(row) in totals else "")
        if reason:
            rejected.append((line, reason, [cell or None for cell in row]))
        else:
            kept.append(row)
            kept_lines.append(line)
    names = unique_names(headers)
    columns = {
        key: pl.Series(key, [row[i] or None if i < len(row) else None for row in kept], dtype=pl.String)
        for i, key in enumerate(names)
    }
    return RawTable(
        name,
        part,
        pl.DataFrame(columns),
        headers,
        pl.Series("line", kept_lines, dtype=pl.Int64),
        notes,
        hidden,
        rejected,
    )


def _reach(row: list[str]) -> int:
    """Return how far a row is filled: the number of its last cell that holds something."""
    return next((i for i in range(len(row), 0, -1) if row[i - 1].strip()), 0)


def _grouped(above: list[str], headers: list[str]) -> list[str]:
    """Join a line of group names (a platform over its columns) to a header whose names repeat."""
    groups = [cell.strip() for cell in above][: len(headers)]
    names = [header.strip().casefold() for header in headers if header.strip()]
    if sum(bool(group) for group in groups) < 2 or len(set(names)) == len(names) or len(set(filter(None, groups))) < 2:
        return headers
    joined, current = [], ""
    for position, header in enumerate(headers):
        current = groups[position] if position < len(groups) and groups[position] else current
        repeats = names.count(header.strip().casefold()) > 1
        joined.append(f"{current} {header}".strip() if repeats and current else header)
    return joined


def _describes(row: list[str], following: list[list[str]]) -> bool:
    """Whether a row explains the columns: sentences where the rows after it have numbers."""
    wordy = [i for i, cell in enumerate(row) if len(cell) > 30 and " " in cell.strip()]
    return len(wordy) >= 3 and all(
        sum(1 for i in wordy if i < len(other) and _NUMBERISH.match(other[i].strip())) >= 2 for other in following
    )


def group_labels(rows: list[list[str]], headers: list[str]) -> dict[int, str]:
    """Return the rows (by identity) that only name the group under them.

    A network does, what a subtotal below names, and what stands alone after an empty row or above the header repeated.
    """
    plain = [header.strip().casefold() for header in headers]
    again = {
        id(row)
        for row, below in pairwise(rows)
        if filled(row) == 1 and filled(below) > 1 and [cell.strip().casefold() for cell in below] == plain[: len(below)]
    }
    labels = {id(row): _label(row).strip() for row in rows if len(row) > 2 and filled(row) == 1}
    if not labels:
        return {}
    again |= {
        id(row)
        for above, row, below in zip(rows, rows[1:], rows[2:], strict=False)
        if filled(row) == 1 and filled(above) == 0 and filled(below) > 1
    }
    totals = " | ".join(_label(row).casefold() for row in rows if filled(row) > 1 and _TOTAL_IN.search(_label(row)))
    return {
        row: "the name of a group, not a row"
        for row, label in labels.items()
        if row in again or platform_named(label) or label.casefold() in totals
    }


def sums_up(row: list[str], above: list[list[str]]) -> str:
    """Return why a row that calls itself a total or an average is one: the figures of the rows above it come to it."""
    if len(above) < 2:
        return ""
    figures = {i: value for i, cell in enumerate(row) if (value := _figure(cell)) is not None}
    columns = {i: [_figure(other[i]) or 0.0 if i < len(other) else 0.0 for other in above] for i in figures}
    if _MEAN.match(_label(row)):
        means = [abs(sum(columns[i]) / len(above) - value) <= 0.01 * abs(value) + 0.01 for i, value in figures.items()]
        return "a row of averages" if sum(means) >= 2 and 2 * sum(means) >= len(means) else ""
    sums = dict.fromkeys(figures, 0.0)
    for back in range(1, len(above) + 1):
        for i in figures:
            sums[i] += columns[i][-back]
        agree = sum(abs(sums[i] - value) <= 1e-6 * abs(value) + 0.01 for i, value in figures.items() if value)
        if back > 1 and agree >= 2 and 2 * agree >= len(figures):
            return "a totals row"
    return ""


def _label(row: list[str]) -> str:
    return next((cell for cell in row if cell.strip()), "")


def _figure(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "")) if cell.strip() else None
    except ValueError:
        return None


def not_data(row: list[str], headers: list[str], width: int) -> str:
    """Return why a row is not data, or an empty string."""
    cells = [cell.strip() for cell in row]
    held = [cell for cell in cells if cell]
    if not held:
        return "empty row"
    if len(row) > width and any(cells[width:]):
        return f"{len(row)} cells where the header has {width}"
    if len(held) > 1 and all(_RULE.match(cell) for cell in held):
        return "a ruled line"
    if len(held) > 1 and [cell.casefold() for cell in cells[:width]] == headers[: len(cells)]:
        return "the header repeated"
    if width >= 2 and (held[0].casefold().rstrip(":").replace("\xa0", " ") in TOTAL_WORDS or _TOTAL_OF.match(held[0])):
        return "a totals row"
    if width >= 4 and len(held) == 1 and cells[0] and len(cells[0].split()) >= 3:
        return "a note, not a row"
    return ""
