"""Tables on paper: no column leaves the page, no word is cut, and nothing is said in every row that can be said once.

A column asks for the room that its words need. Where a table has more columns than fit, it is continued below itself
with its first column repeated. A column that says the same in every row is no column: it stands below the caption,
once, and the others have its room.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from analysis import formats
from analysis.hostile import plain
from analysis.reporting.letters import LONG_WORD, advance, pieces
from analysis.reporting.story import FindingRecord, anchor

__all__ = ["CELL_LIMIT", "ROWS_SHOWN", "SIDEWAYS", "UPRIGHT", "broken", "listing", "table_of", "upright"]

#: Rows of a table on paper; the rest is in the table's CSV file, and the page says so.
ROWS_SHOWN = 25

#: Longest text of one table cell on paper and on a page, in characters; the CSV file has all of it.
CELL_LIMIT = 160

#: Widths of the text block in points: upright and sideways A4 between its margins.
UPRIGHT, SIDEWAYS = 510.0, 756.0

#: Size of type, and points between columns.
SIZE, GUTTER = 8.0, 7.0

#: A column of text is at least so many points wide when it has more to say, and asks for at most the other; figures ask
#: for at most so many points on account of their head.
TEXT_LEAST, TEXT_MOST, HEAD = 62.0, 300.0, 72.0

#: From so many rows on, what every row says is said once; the first two columns name the row and stay.
SAID_ONCE, NAMES = 3, 1


def table_of(finding: FindingRecord, room: float) -> dict[str, Any]:
    """Return a finding's table for the page: its caption, its parts, what is said once, and where the rest is."""
    rows = [finding.cells(row) for row in finding.rows[:ROWS_SHOWN]]
    count = len(finding.rows)
    rest = (
        f"The first {formats.count(ROWS_SHOWN)} of {formats.count(count)} rows; all are in "
        f"tables/{anchor(finding.id)}.csv."
        if count > ROWS_SHOWN
        else ""
    )
    heads, text = [column.header for column in finding.columns], [column.text for column in finding.columns]
    return {**listing(finding.text("subtitle"), heads, text, rows, room), "rest": rest}


def upright(finding: FindingRecord) -> bool:
    """Return whether a finding's table needs no page turned sideways: it is no wider, and its words wrap little."""
    rows = [finding.cells(row) for row in finding.rows[:ROWS_SHOWN]]
    heads, text = [column.header for column in finding.columns], [column.text for column in finding.columns]
    kept, _ = _said_once(heads, rows)
    widths = [_width(heads[i], [plain(row[i], CELL_LIMIT) for row in rows], text[i]) for i in kept]
    least, asked = sum(low for low, _ in widths), sum(high for _, high in widths)
    return least <= UPRIGHT and asked <= UPRIGHT * 1.25


def listing(
    caption: str, heads: Sequence[str], text: Sequence[bool], rows: Sequence[Sequence[str]], room: float
) -> dict[str, Any]:
    """Return a table whose columns fit the room, continued in further parts where they do not."""
    cells = [[plain(cell, CELL_LIMIT) for cell in row] for row in rows]
    taken, once = _said_once(heads, cells)
    widths = [_width(heads[i], [row[i] for row in cells], text[i]) for i in range(len(heads))]
    parts: list[list[int]] = []
    while taken:
        # the first column names the row, so every part begins with it
        part = [] if not parts else [parts[0][0]]
        while taken and (len(part) < 2 or sum(widths[i][0] for i in [*part, taken[0]]) <= room):
            part.append(taken.pop(0))
        parts.append(part)
    return {
        "caption": caption,
        "once": once,
        "rest": "",
        "parts": [
            {
                "heads": [heads[i] for i in part],
                "text": [text[i] for i in part],
                "widths": _shared([widths[i] for i in part], room),
                "rows": [[row[i] for i in part] for row in cells],
            }
            for part in parts
        ],
    }


def _said_once(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[int], str]:
    """Return the columns that differ from row to row, and in words what the others say in every row.

    Examples
    --------
    >>> _said_once(["tier", "measure", "n"], [["micro", "rate", "1"], ["macro", "rate", "2"], ["mega", "rate", "3"]])
    ([0, 2], 'In every row: measure rate.')
    """
    every = list(range(len(heads)))
    if len(rows) < SAID_ONCE:
        return every, ""
    same = [i for i in every[NAMES:] if len({row[i] for row in rows}) == 1]
    told = [f"{' '.join(heads[i].split())} {rows[0][i]}" for i in same if rows[0][i].strip()]
    return [i for i in every if i not in same], f"In every row: {'; '.join(told)}." if told else ""


def _shared(widths: Sequence[tuple[float, float]], room: float) -> list[float]:
    """Return widths between the least and the asked ones that fill the room as far as they are asked for.

    Examples
    --------
    >>> _shared([(10, 10), (20, 60), (20, 40)], 80), _shared([(10, 10), (20, 30)], 80), _shared([(50, 50)], 40)
    ([10.0, 40.0, 30.0], [10.0, 30.0], [40.0])
    """
    least, asked = sum(low for low, _ in widths), sum(high for _, high in widths)
    if least > room:  # a single column wider than the page: its words are broken
        return [round(low * room / least, 1) for low, _ in widths]
    share = min(1.0, (room - least) / (asked - least)) if asked > least else 0.0
    return [round(low + (high - low) * share, 1) for low, high in widths]


def _width(head: str, cells: Sequence[str], text: bool) -> tuple[float, float]:
    """Return the least width of a column in points, and the one it asks for."""
    heads = [_points(word, bold=True) for word in head.split()]
    longest = max(map(_points, cells), default=0.0)
    if not text:
        least = max([*heads, longest])
        return least + GUTTER, max(least, min(sum(heads), HEAD)) + GUTTER
    words = [_points(_unbroken(word)) for cell in cells for word in cell.split()]
    heads = [_points(_unbroken(word), bold=True) for word in head.split()]
    least = max([*heads, *words, min(longest, TEXT_LEAST)])
    return least + GUTTER, max(least, min(longest, TEXT_MOST)) + GUTTER


@cache
def _points(text: str, *, bold: bool = False) -> float:
    """Return the width of a line of a table in points."""
    return SIZE * advance(text, bold=bold) + 0.5


def _unbroken(word: str) -> str:
    """Return the longest piece of a word that stays on one line."""
    return word if len(word) < LONG_WORD else max(pieces(word), key=len)


def broken(text: str) -> str:
    """Return ``text`` with places to break in words that are longer than a column."""
    if max(map(len, text.split()), default=0) < LONG_WORD:
        return text
    words = ("\u200b".join(pieces(word)) if len(word) >= LONG_WORD else word for word in text.split(" "))
    return " ".join(words)
