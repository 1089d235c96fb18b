"""Delimited text becomes raw tables.

Two readers give the same table. Small files go through the standard library's ``csv``, which forgives nearly
everything and knows the line of every row; large UTF-8 files go straight from disk through polars, all columns as
text, never held twice. What is decided first, from the head of the file and for both: the separator (the one that
splits most lines into the same number of cells), the header row (blank lines, titles, comment lines and ``sep=``
above it are skipped and said), and whether one file holds several tables.

Rows that are not data are set aside here with their line and reason: the header repeated, a totals row, a footer.
"""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import polars as pl

from analysis.errors import UnusableDataError
from analysis.intake.headers import looks_like_header
from analysis.intake.tables import RawTable, unique_names
from analysis.intake.text import decode

__all__ = ["read_delimited", "table_from_rows"]

#: Files larger than this go through polars when they are plain UTF-8.
LARGE_BYTES = 6_000_000

#: Bytes of the head from which separator and header are decided.
HEAD_BYTES = 200_000

#: A longer line than this is no table of ours.
MAX_LINE = 20_000_000

#: More columns than this is no table of ours.
MAX_COLUMNS = 5_000

#: Room for cells beyond the header's width, so that a ragged line is seen and not cut.
SPARE = 16

SEPARATORS = (",", ";", "\t", "|")

_TOTAL_WORDS = frozenset(
    [
        "total",
        "totals",
        "totale",
        "totales",
        "totaal",
        "gesamt",
        "gesamtsumme",
        "summe",
        "insgesamt",
        "total\xa0général",
        "toplam",
        "suma",
        "tổng",
        "합계",
        "총계",
        "jumlah",
        "合計",
        "grand\xa0total",
        "subtotal",
        "sum",
        "ukupno",
        "razem",
        "итого",
    ]
)

#: "Total of 12 results", "Total: Campaigns", "Gesamt (12)".
_TOTAL_OF = re.compile(r"(?i)(?:grand )?(?:totals?|gesamt|totale|toplam)\s*(?:of \d+\b|for |:\s*\w|\(|[-–—] )")


def read_delimited(name: str, *, data: bytes | None = None, path: Path | None = None) -> list[RawTable]:
    """Return the tables of a delimited text, given as bytes or as a file.

    Raises
    ------
    UnusableDataError
        If there is no table in it: empty, one endless line, binary.
    """
    if path is not None and path.stat().st_size > LARGE_BYTES:
        large = _read_large(name, path)
        if large is not None:
            return [large]
    content = data if data is not None else path.read_bytes() if path is not None else b""
    text, encoding = decode(content)
    del content, data
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    return _read_text(name, text, notes)


def _read_text(name: str, text: str, notes: list[str]) -> list[RawTable]:
    if not text.strip():
        raise UnusableDataError(f"{name} is empty.")
    if "\x00" in text:
        if text.count("\x00") > len(text) // 100:
            raise UnusableDataError(f"{name} is not a text table (it holds NUL bytes).")
        text, notes = text.replace("\x00", ""), [*notes, "NUL characters dropped"]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if text.count("\r") > 2 * text.count("\n"):
            text, notes = text.replace("\n", " ").replace("\r", "\n"), [*notes, "lines end in carriage returns"]
        text = text.replace("\r", " ")
    if max((len(line) for line in text[: HEAD_BYTES * 4].split("\n")), default=0) > MAX_LINE or (
        len(text) > MAX_LINE and "\n" not in text[:MAX_LINE]
    ):
        raise UnusableDataError(f"{name} has a line of more than {MAX_LINE:,} characters; it is not a table.")
    skip = 0
    declared = re.match(r"[\"']?sep=(.)[\"']?[^\n]{0,3}\n", text)
    if declared:
        separator, skip = declared.group(1), 1
        notes = [*notes, f"the file declares its separator: {_spell(separator)}"]
        text = text[declared.end() :]
    else:
        separator = find_separator(text[:HEAD_BYTES])
    rows, lines, more = _rows(text, separator)
    notes = notes + more
    if separator != "," and not declared:
        notes = [*notes, f"separated by {_spell(separator)}"]
    return [
        table
        for part, (block, block_lines) in enumerate(_blocks(rows, [line + skip for line in lines]))
        if (table := table_from_rows(name, block, block_lines, part=f"table {part + 1}" if part else "", notes=notes))
    ]


def _spell(separator: str) -> str:
    return {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}.get(separator, repr(separator))


def find_separator(head: str) -> str:
    """Return the separator that splits most lines of ``head`` into the same number (two or more) of cells.

    Examples
    --------
    >>> find_separator("a;b\\n1,5;2\\n3,5;4\\n")
    ';'
    """
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)][:-1] or [
            len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)
        ]
        common = Counter(width for width in widths if width > 1).most_common(1)
        if not common:
            continue
        width, times = common[0]
        score = times / len(widths) * (1 + 0.02 * min(width, 20))
        if score > best_score * 1.05:
            best, best_score = separator, score
    return best


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[int], list[str]]:
    """Return the rows of ``text``, the line each starts on, and notes.

    A quotation mark that is never closed makes a forgiving reader swallow the lines after it. Where rows of uneven
    width hint at that, the text is read line by line too, and the reading with more even rows is taken.
    """
    csv.field_size_limit(MAX_LINE)
    rows, lines, start = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        rows.append(row)
        lines.append(start)
        start = reader.line_num + 1
    quotes = text.count('"')
    if not quotes or (quotes % 2 == 0 and not _uneven(rows)):
        return rows, lines, []
    single = [next(csv.reader([line], delimiter=separator), []) for line in text.split("\n")]
    chance = 2 * sum("\n" in cell for row in rows for cell in row) if quotes % 2 == 0 else 0
    if _even(single) <= _even(rows) + chance:  # either end of a cell over two lines may have the usual width by chance
        return rows, lines, []
    note = "a quotation mark is never closed: each line was read by itself"
    return single, list(range(1, len(single) + 1)), [note]


def _usual_width(rows: list[list[str]]) -> int:
    return max(
        Counter(len(row) for row in rows if row).most_common(), key=lambda pair: (pair[1], pair[0]), default=(0, 0)
    )[0]


def _even(rows: list[list[str]]) -> int:
    """How many rows that hold something have the usual width (of several cells)."""
    width = _usual_width(rows)
    return sum(len(row) == width and any(row) for row in rows) if width > 1 else 0


def _uneven(rows: list[list[str]]) -> bool:
    """Whether a quoted cell may have swallowed a line: rows of another width, or cells over many lines."""
    width = _usual_width(rows)
    return any((row and len(row) != width) or any(cell.count("\n") > 50 for cell in row) for row in rows)


def _blocks(rows: list[list[str]], lines: list[int]) -> list[tuple[list[list[str]], list[int]]]:
    """Split a file that holds several tables: a blank line, perhaps a title, then a row that reads as a header."""
    starts = [0]
    seen_data = 0
    known: list[list[str]] = []
    for index, row in enumerate(rows):
        if any(cell.strip() for cell in row):
            seen_data += 1
            if len(known) < 40:
                known.append([cell.strip() for cell in row])
            continue
        ahead = [i for i in range(index + 1, min(index + 6, len(rows))) if any(cell.strip() for cell in rows[i])]
        if seen_data >= 2 and any(
            _filled(rows[i]) >= 2
            and looks_like_header(rows[i])
            and [cell.strip() for cell in rows[i]] not in known
            and any(_filled(row) >= 2 and not looks_like_header(row) for row in rows[i + 1 : i + 3])
            for i in ahead[:3]
        ):
            starts.append(index + 1)
            seen_data = 0
    pieces = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        if any(any(cell.strip() for cell in row) for row in rows[start:end]):
            pieces.append((rows[start:end], lines[start:end]))
    return pieces


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def find_header(rows: list[list[str]]) -> int | None:
    """Return the position of the header among the first rows, or None when the first row is already data.

    A header is the first row that fills (nearly) the table's usual width, holds words rather than numbers, and is
    recognised; failing that, the first such row of words.
    """
    head = [(i, row) for i, row in enumerate(rows[:60]) if _filled(row)]
    if not head:
        return None
    usual = Counter(_filled(row) for _, row in head[-40:]).most_common(1)[0][0]
    width = max(len(row) for _, row in head)
    wordy = [i for i, row in head[:30] if _filled(row) >= min(2, width) and _words(row)]
    known = [i for i in wordy if looks_like_header(rows[i])]
    for i in known:
        if _filled(rows[i]) >= min(usual, 3) * 0.5:
            return i
    for i in wordy:
        if _filled(rows[i]) >= max(1, usual * 0.6):
            return i
    return None


_NUMBERISH = re.compile(r"^[\W_]*\d[\d.,:/\s%-]*[kmb]?\W*$", re.IGNORECASE)


def _words(row: list[str]) -> bool:
    """Whether a row holds words only: no cell is a number, an address or a long text."""
    cells = [cell.strip() for cell in row if cell.strip()]
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
        filled = [row for row in rows if _filled(row)]
        if not filled:
            return None
        width = max(len(row) for row in rows)
        headers, body, body_lines = [""] * width, rows, lines
        notes.append("no header row was found")
    else:
        above = [row for row in rows[:position] if _filled(row)]
        if above:
            notes.append(f"{len(above)} title or comment line(s) above the header")
        headers = list(rows[position])
        if position and rows[position - 1]:
            grouped = _grouped(rows[position - 1], headers)
            if grouped != headers:
                headers, notes = grouped, [*notes, "the line of groups above the header was joined to it"]
        while (
            len(headers) > 1
            and not headers[-1].strip()
            and all(len(r) < len(headers) or not r[len(headers) - 1].strip() for r in rows[position + 1 :])
        ):
            headers.pop()
        body, body_lines = rows[position + 1 :], lines[position + 1 :]
        if headers and headers[0].lstrip().startswith("#") and len(headers[0].strip()) > 1:
            headers[0] = headers[0].lstrip()[1:].strip()
    width = len(headers)
    if width > MAX_COLUMNS:
        raise UnusableDataError(f"{name} has {width:,} columns; a table of creators has fewer than {MAX_COLUMNS:,}.")
    if len(body) > 1 and _describes(body[0], body[1:6]):
        notes.append(f"line {body_lines[0]} describes the columns; it is no row")
        body, body_lines = body[1:], body_lines[1:]
    while body and not _filled(body[-1]):
        body, body_lines = body[:-1], body_lines[:-1]
    kept, kept_lines, rejected = [], [], []
    plain_headers = [header.strip().casefold() for header in headers]
    for row, line in zip(body, body_lines, strict=True):
        if not row:
            continue
        reason = _not_data(row, plain_headers, width)
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


def _not_data(row: list[str], headers: list[str], width: int) -> str:
    """Return why a row is not data, or an empty string."""
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    if not filled:
        return "empty row"
    if len(row) > width and any(cells[width:]):
        return f"{len(row)} cells where the header has {width}"
    if len(filled) > 1 and [cell.casefold() for cell in cells[:width]] == headers[: len(cells)]:
        return "the header repeated"
    if width >= 2 and (
        filled[0].casefold().rstrip(":").replace(" ", "\xa0") in _TOTAL_WORDS or _TOTAL_OF.match(filled[0])
    ):
        return "a totals row"
    if width >= 4 and len(filled) == 1 and cells[0] and len(cells[0].split()) >= 3:
        return "a note, not a row"
    return ""


def _read_large(name: str, path: Path) -> RawTable | None:
    """Read a large plain UTF-8 file through polars, or return None to leave it to the forgiving reader."""
    with path.open("rb") as handle:
        head_bytes = handle.read(HEAD_BYTES)
        if b"\n" not in head_bytes or head_bytes[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head_bytes:
            return None
        handle.seek(0)
        newlines = 0
        while block := handle.read(1 << 22):
            newlines += block.count(b"\n")
    head = head_bytes[: head_bytes.rfind(b"\n")].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if "\r" in head or re.match(r"[\"']?sep=", head):
        return None
    separator = find_separator(head)
    rows, lines = _head_rows(head, separator)
    position = find_header(rows)
    if position is None or [] in rows[position + 1 :]:  # a blank line may part two tables
        return None
    headers = rows[position]
    if len(headers) > MAX_COLUMNS:
        raise UnusableDataError(f"{name} has {len(headers):,} columns; a table of creators has fewer.")
    names = unique_names(headers)
    first = lines[position + 1] if position + 1 < len(lines) else lines[position] + 1
    spare = [f"__spare_{i}" for i in range(SPARE)]
    try:
        try:  # every spare column costs memory, and few files have a line that is too long
            frame = _scanned(path, names, separator, first, ragged=False)
            spare = []
        except pl.exceptions.PolarsError:
            frame = _scanned(path, [*names, *spare], separator, first, ragged=True)
    except pl.exceptions.PolarsError:  # not UTF-8, or quotation marks that are never closed
        return None
    return _set_aside(name, frame, names, spare, headers, first, newlines, position, separator)


def _scanned(path: Path, names: list[str], separator: str, first: int, *, ragged: bool) -> pl.DataFrame:
    """Read the lines from ``first`` on as text; a longer line is cut when ``ragged``, else an error."""
    return pl.read_csv(
        path,
        has_header=False,
        separator=separator,
        skip_lines=first - 1,
        schema=dict.fromkeys(names, pl.String),
        missing_columns="insert",
        truncate_ragged_lines=ragged,
        glob=False,
    )


def _head_rows(head: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the whole rows of a head that may end inside one, and the line each starts on."""
    rows, lines, start = [], [], 1
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    for row in reader:
        rows.append(row)
        lines.append(start)
        start = reader.line_num + 1
    return rows[:-1], lines[:-1]


def _set_aside(
    name: str,
    frame: pl.DataFrame,
    names: list[str],
    spare: list[str],
    headers: list[str],
    first: int,
    newlines: int,
    position: int,
    separator: str,
) -> RawTable:
    """Number the lines of a large frame and set aside the rows that are not data."""
    lines = pl.int_range(first, first + frame.height, eager=True).alias("line")
    if newlines > frame.height + first:
        inside = frame.select(
            pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
        ).to_series()
        lines = (inside.cum_sum() - inside + lines).alias("line")
    first_cell = pl.col(names[0]).str.strip_chars(" :").str.to_lowercase()
    alone = pl.all_horizontal(pl.col(names[1:]).is_null()) if len(names) > 1 else pl.lit(False)
    ragged = pl.any_horizontal(pl.col(spare).is_not_null()) if spare else pl.lit(False)
    told = first_cell.is_in([headers[0].strip(" :").lower(), *(word.replace("\xa0", " ") for word in _TOTAL_WORDS)])
    suspect = frame.select((alone | ragged | told.fill_null(False)).alias("suspect")).to_series()
    rejected: list[tuple[int, str, list[str | None]]] = []
    keep = ~suspect
    plain_headers = [header.strip().casefold() for header in headers]
    if suspect.any():
        back: list[int] = []
        for index in suspect.arg_true().to_list():
            row = [cell or "" for cell in frame.row(index)]
            while len(row) > len(names) and not row[-1]:
                row.pop()
            reason = _not_data(row, plain_headers, len(names))
            if reason:
                rejected.append((int(lines[index]), reason, [cell or None for cell in row]))
            else:
                back.append(index)
        if back:
            keep = keep.scatter(back, True)
    notes = ["read as a large file"]
    if separator != ",":
        notes.append(f"separated by {_spell(separator)}")
    if position:
        notes.append(f"{position} title or comment line(s) above the header")
    kept = frame.select(names)
    if rejected:
        kept, lines = kept.filter(keep), lines.filter(keep)
    return RawTable(name, "", kept, headers, lines, notes, False, rejected)
