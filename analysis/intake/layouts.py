"""How people lay a sheet out: creators in columns, two tables side by side, one above the other.

A sheet is rows of text. What is read from it is one table or several, each with its header above its rows; here the
sheet is cut and turned until that holds. A cut needs proof: a table of its own has its own header, and, beside
another, its own rows. An empty column between groups of one table cuts nothing, and neither does a block that merely
ends early under its neighbours: its rows belong to theirs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from analysis.intake.headers import looks_like_header, read_header
from analysis.intake.rows import filled, find_header, words

__all__ = ["Block", "blocks_of", "filled_down"]

#: What only a header of accounts says; a sheet is turned only where a line of it does.
_WHO = frozenset({"handle", "name", "creator_id"})

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$")


@dataclass(frozen=True)
class Block:
    """One table of a sheet: its rows, the line of each, what it is called in the sheet, what was done to find it."""

    rows: list[list[str]]
    lines: list[int]
    part: str = ""
    notes: list[str] = field(default_factory=list)


def blocks_of(rows: list[list[str]], lines: list[int]) -> list[Block]:
    """Return the tables that a sheet holds, one or several.

    Examples
    --------
    >>> sheet = [["Handle", "@ana", "@ben"], ["Followers", "5000", "900"], ["Avg. likes", "100", "20"]]
    >>> blocks_of(sheet, [1, 2, 3])[0].rows
    [['Handle', 'Followers', 'Avg. likes'], ['@ana', '5000', '100'], ['@ben', '900', '20']]
    """
    sheet = Block(rows, lines)
    turned = _turned(sheet)
    if turned is not None:
        return [turned]
    return [block for piece in _above(sheet) for block in _beside(piece)]


def _concepts(cell: str) -> set[str]:
    return {meaning.concept for meaning in read_header(cell.strip()) if meaning.exact} if cell.strip() else set()


def filled_down(rows: list[list[str]]) -> int:
    """Repeat in place the name that stands once above the rows it is for; return how many rows gained it.

    That is so where no name comes twice, a quarter of the rows have none, and they are otherwise as full as the rest.
    """
    header = find_header(rows)
    if header is None:
        return 0
    first = next((i for i, cell in enumerate(rows[header]) if cell.strip()), None)
    body = [row for row in rows[header + 1 :] if filled(row) > 2]
    if first is None or len(body) < 4 or not _concepts(rows[header][first]) & _WHO:
        return 0
    names = [row[first].strip() if first < len(row) else "" for row in body]
    held = [name for name in names if name]
    blank = len(names) - len(held)
    if not names[0] or len(held) < 2 or len(set(held)) < len(held) or 4 * blank < len(names):
        return 0
    usual = sorted(filled(row) for row, name in zip(body, names, strict=True) if name)[len(held) // 2]
    beside = first + 1
    columns = [first]
    while beside < len(rows[header]) and all(
        bool(row[beside].strip() if beside < len(row) else "") == bool(name)
        for row, name in zip(body, names, strict=True)
    ):
        columns.append(beside)
        beside += 1
    if any(filled(row) + len(columns) + 2 < usual for row, name in zip(body, names, strict=True) if not name):
        return 0
    above = body[0]
    for row, name in zip(body, names, strict=True):
        if name:
            above = row
            continue
        for column in columns:
            if column < min(len(row), len(above)) and words([above[column]]):
                row[column] = above[column]
    return blank


def _turned(sheet: Block) -> Block | None:
    """Return a sheet whose first column is the header, turned; None where its header is a row."""
    rows = [(line, row) for line, row in zip(sheet.lines, sheet.rows, strict=True) if filled(row) > 1]
    if not 3 <= len(rows) <= 60:
        return None
    first = min(next(i for i, cell in enumerate(row) if cell.strip()) for _, row in rows)
    labels = [row[first].strip() for _, row in rows]
    values = [[cell.strip() for cell in row[first + 1 :]] for _, row in rows]
    width = max(map(len, values))
    wide = sum(sum(bool(cell) for cell in row) >= 2 for row in values)
    if width < 2 or wide < 3 or len(set(filter(None, labels))) < len(rows) - 1 or not looks_like_header(labels):
        return None
    if any(looks_like_header(row) for _, row in rows[:3]) or not words(labels):
        return None
    who = [row for label, row in zip(labels, values, strict=True) if _concepts(label) & _WHO]
    if not any(len({cell for cell in row if cell}) >= 2 and words([c for c in row if c]) for row in who):
        return None
    table = [labels, *([row[i] if i < len(row) else "" for row in values] for i in range(width))]
    kept = [row for row in table if filled(row)]
    note = "creators stand in columns: the sheet was turned, and a line is a column of it"
    return Block(kept, [sheet.lines[0], *range(first + 2, first + 2 + len(kept) - 1)], "", [note])


def _above(sheet: Block) -> list[Block]:
    """Cut a sheet where, below an empty line or a line of one cell, another header begins."""
    header = find_header(sheet.rows)
    if header is None:
        return [sheet]
    cuts: list[int] = []
    current = _names(sheet.rows[header])
    for i in range(header + 2, len(sheet.rows) - 1):
        row = sheet.rows[i]
        if filled(row) < 2 or filled(sheet.rows[i - 1]) > 1 or not words(row) or _names(row) == current:
            continue
        below = sheet.rows[i + 1]
        if filled(below) < 2 or words(below) or not looks_like_header(row):
            continue
        start = i
        while start > header + 1 and filled(sheet.rows[start - 1]) <= 1:
            start -= 1
        cuts.append(start)
        current = _names(row)
    edges = [0, *cuts, len(sheet.rows)]
    if not cuts:
        return [sheet]
    pieces = []
    for number, (start, end) in enumerate(pairwise(edges), start=1):
        title = next((row for row in sheet.rows[start:end] if filled(row) == 1), None)
        name = next(cell.strip() for cell in title if cell.strip()) if title else f"table {number}"
        note = f"{len(edges) - 1} tables stand one above the other; this is number {number}"
        pieces.append(Block(sheet.rows[start:end], sheet.lines[start:end], name, [note]))
    return pieces


def _names(row: Sequence[str]) -> frozenset[str]:
    return frozenset(cell.strip().casefold() for cell in row if cell.strip())


def _beside(sheet: Block) -> list[Block]:
    """Cut a sheet at empty columns, where each side has a header and rows of its own."""
    header = find_header(sheet.rows)
    width = max(map(len, sheet.rows), default=0)
    if header is None or width > 200:
        return [sheet]
    body = sheet.rows[header:]
    used = [any(i < len(row) and row[i].strip() for row in body) for i in range(width)]
    spans: list[tuple[int, int]] = []
    for i, here in enumerate(used):
        if here and (i == 0 or not used[i - 1]):
            spans.append((i, i + 1))
        elif here:
            spans[-1] = (spans[-1][0], i + 1)
    if len(spans) < 2 or any(end - start < 2 for start, end in spans):
        return [sheet]
    parts = [[[*row[start:end]] for row in body] for start, end in spans]
    heights = [_height(part) for part in parts]
    if not all(heights) or not all(filled(part[0]) == len(part[0]) and words(part[0]) for part in parts):
        return [sheet]
    names = [_names(part[0]) for part in parts]
    longest = max(heights)
    alone = [height < longest and _numbers_its_rows(part, height) for part, height in zip(parts, heights, strict=True)]
    same = [any(a == b for j, b in enumerate(names) if j != i) for i, a in enumerate(names)]
    if not all(a or s or h == longest for a, s, h in zip(alone, same, heights, strict=True)):
        return [sheet]
    if heights.count(longest) > 1 and not all(same):
        return [sheet]
    out = []
    for number, (start, end) in enumerate(spans, start=1):
        rows = [[*row[start:end]] for row in sheet.rows]
        note = f"{len(spans)} tables stand side by side; this is number {number}"
        part = f"columns {_letters(start)} to {_letters(end - 1)}" if number > 1 else ""
        kept = [(row, line) for row, line in zip(rows, sheet.lines, strict=True) if filled(row)]
        out.append(
            replace(sheet, rows=[row for row, _ in kept], lines=[line for _, line in kept],
                    part=" ".join(filter(None, [sheet.part, part])), notes=[*sheet.notes, note])
        )  # fmt: skip
    return out


def _height(part: list[list[str]]) -> int:
    """Return how many rows below the header a block fills without a gap; 0 where it has gaps."""
    full = [bool(filled(row)) for row in part[1:]]
    last = max((i for i, here in enumerate(full) if here), default=-1)
    return last + 1 if all(full[: last + 1]) else 0


def _numbers_its_rows(part: list[list[str]], height: int) -> bool:
    """Whether the first column of a block tells its rows apart by itself: words or months, no links and no days."""
    cells = [row[0].strip() for row in part[1 : height + 1]]
    plain = not any("://" in cell or _DATE.match(cell) for cell in cells)
    return plain and all(cells) and len(set(cells)) == len(cells) and height > 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
