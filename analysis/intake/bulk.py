"""A large plain file goes straight from disk through polars: all cells as text, held once.

What is decided first, from the head of the file, is what the forgiving reader (:mod:`analysis.intake.delimited`)
decides from all of it: separator and header. Lines keep their numbers though quoted cells may span several. Rows that
may not be data (a total, the header again, a line too long, a note) are few; they are found by patterns over whole
columns and judged one by one, as in a small file. What is not plain (another encoding, a quotation mark that is never
closed, a blank line that may part two tables) is left to the forgiving reader.
"""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import polars as pl

from analysis.intake.rows import TOTAL_WORDS, find_header, not_data, refuse_width, words
from analysis.intake.tables import RawTable, unique_names

__all__ = ["HEAD_BYTES", "find_separator", "read_bulk", "spell"]

#: Bytes of the head from which separator and header are decided.
HEAD_BYTES = 200_000

#: Room for cells beyond the header's width, so that a ragged line is seen and not cut.
SPARE = 16

SEPARATORS = (",", ";", "\t", "|")

#: How much less a separator counts under which the first row of the usual width is no header.
NO_HEADER = 0.8

#: How a totals row may begin; the few rows that match are looked at closely.
_TOTAL = "(?:grand )?(?:totals?|gesamt|totale|toplam)(?:[^a-z].*)?"


def spell(separator: str) -> str:
    """Return the name of a separator."""
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
        rows = [row for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)]
        rows = rows[:-1] or rows  # the head may end inside the last one
        common = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        if not common:
            continue
        width, times = common[0]
        score = times / len(rows) * (1 + 0.02 * min(width, 20))
        if not words(next(row for row in rows if len(row) == width)):  # a decimal comma parts all rows but the header
            score *= NO_HEADER
        if score > best_score * 1.05:
            best, best_score = separator, score
    return best


def read_bulk(name: str, path: Path) -> RawTable | None:
    """Return the table of a large plain UTF-8 file, or None where only the forgiving reader can tell.

    Raises
    ------
    UnusableDataError
        If it has more columns than any table of creators.
    """
    with path.open("rb") as handle:
        head_bytes = handle.read(HEAD_BYTES)
        if b"\n" not in head_bytes or head_bytes[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head_bytes:
            return None
        newlines, quotes, block = 0, False, head_bytes
        while block:
            newlines += block.count(b"\n")
            quotes = quotes or b'"' in block
            block = handle.read(1 << 20)
    head = head_bytes[: head_bytes.rfind(b"\n")].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if "\r" in head or re.match(r"[\"']?sep=", head):
        return None
    separator = find_separator(head)
    rows, lines = _head_rows(head, separator)
    position = find_header(rows)
    if position is None or [] in rows[position + 1 :]:  # a blank line may part two tables
        return None
    headers = rows[position]
    refuse_width(name, len(headers))
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
    numbers = pl.int_range(first, first + frame.height, eager=True).alias("line")
    if quotes and newlines > frame.height + first:
        inside = frame.select(
            pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
        ).to_series()
        numbers = (inside.cum_sum() - inside + numbers).alias("line")
    notes = ["read as a large file"]
    if separator != ",":
        notes.append(f"separated by {spell(separator)}")
    if position:
        notes.append(f"{position} title or comment line(s) above the header")
    return _set_aside(RawTable(name, "", frame, headers, numbers, notes), names, spare)


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


def _set_aside(raw: RawTable, names: list[str], spare: list[str]) -> RawTable:
    """Return a table without its spare columns and without the rows that are not data."""
    frame, width = raw.frame, len(names)
    alone = pl.all_horizontal(pl.col(names[1:]).is_null()) if width > 1 else pl.lit(False)
    ragged = pl.any_horizontal(pl.col(spare).is_not_null()) if spare else pl.lit(False)
    suspect = frame.select((alone | ragged).alias("suspect")).to_series() | _told(frame.select(names), raw.headers)
    plain_headers = [header.strip().casefold() for header in raw.headers]
    rejected: list[tuple[int, str, list[str | None]]] = []
    kept = ~suspect
    back: list[int] = []
    for index in suspect.arg_true().to_list():
        row = [cell or "" for cell in frame.row(index)]
        while len(row) > width and not row[-1]:
            row.pop()
        reason = not_data(row, plain_headers, width)
        if reason:
            rejected.append((int(raw.lines[index]), reason, [cell or None for cell in row]))
        else:
            back.append(index)
    frame, lines = frame.select(names), raw.lines
    if rejected:
        kept = kept.scatter(back, True)
        frame, lines = frame.filter(kept), lines.filter(kept)
    return RawTable(raw.name, "", frame, raw.headers, lines, raw.notes, False, rejected)


def _told(frame: pl.DataFrame, headers: list[str]) -> pl.Series:
    """Return which rows begin as a total or as the header does."""
    first = frame.get_column(frame.columns[0])
    if first.null_count():  # a row may begin further right
        first = frame.select(pl.coalesce(pl.all())).to_series()
    opening = next((header.strip(" :").lower() for header in headers if header.strip(" :")), "total")
    told = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted({*TOTAL_WORDS, opening}))
    return first.str.contains(rf"(?is)^\s*(?:(?:{told})[\s:]*|{_TOTAL})$").fill_null(False)
