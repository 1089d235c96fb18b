"""How findings stand on paper, so that pages are full and a chart stays with its sentence.

A finding with a chart across the page fills two thirds of it, and the next does not fit. The same chart as it is laid
out for a phone is half as wide and has room for its words beside it; two findings without charts stand side by side.
Of all ways to lay out a chapter in reading order, the one is taken that needs the least paper. Heights are estimated
here from the number of letters; the typesetter measures, and nothing is cut where an estimate is off by a line.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reporting.letters import advance

__all__ = [
    "ACROSS",
    "BESIDE",
    "PAGE",
    "PAIR",
    "SPLIT",
    "Unit",
    "arranged",
    "chart_high",
    "heading_high",
    "summary_high",
    "table_high",
    "words_high",
]

#: Points of text down a page; the width of the page, and of one of two columns.
PAGE, ACROSS, BESIDE = 734.0, 510.0, 246.0

#: Sizes of type; in ems the height of its capitals, and from one line to the next in text and in a table.
BODY, SMALL = 10.0, 8.0
CAPITAL, LEADING, CLOSE = 0.73, 1.39, 1.23

#: Points between two bands, below a question, a paragraph, a sentence, round a remark and a chart.
GAP, ASKED, PARAGRAPH, SENTENCE, REMARK, CHART = 19.0, 10.0, 10.0, 9.0, 13.0, 9.0

#: How much wider a badge makes the first line, in letters; how much narrower a remark is; the pads of a table's cell.
BADGE, INDENT, PAD = 14, 12.0, 6.0

#: How much a column that stays empty beside a longer one counts, against paper; and creators drawn small.
EMPTY, SMALL_CREATORS = 0.25, 150.0

#: Ways of laying out that are followed at a time.
KEPT = 48

#: How findings may stand: one across the page, one with its chart beside its words, two side by side.
ALONE, SPLIT, PAIR = "across", "split", "pair"


@dataclass(frozen=True, slots=True)
class Unit:
    """One finding as it may stand: its height across the page, with its chart beside it, and in half the width.

    A height is None where it cannot stand so. ``breakable`` is a finding with a table, ``creators`` one whose chart
    loses most when it is small.
    """

    across: float
    split: float | None = None
    half: float | None = None
    breakable: bool = False
    creators: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """Some findings laid out: paper taken, how far down the page they reach, and how each stands."""

    paper: float
    used: float
    bands: tuple[str, ...]

    def placed(self, height: float, band: str, *, breakable: bool = False, extra: float = 0.0) -> "_Way":
        bands = (*self.bands, band)
        if breakable:
            return _Way(self.paper + height + extra, (self.used + height) % PAGE, bands)
        if self.used + height > PAGE:
            return _Way(self.paper + PAGE - self.used + height + extra, min(height, PAGE), bands)
        return _Way(self.paper + height + extra, self.used + height, bands)


def arranged(units: Sequence[Unit], used: float = 0.0, lead: float = 0.0) -> tuple[list[str], float]:
    """Return how the findings stand, band by band in reading order, and how far down a page the last one ends.

    ``used`` is how far down a page they begin, ``lead`` how high the words are that must stand with the first.

    Examples
    --------
    >>> chart, words = Unit(500, 340), Unit(200, half=300)
    >>> arranged([chart, chart, words]), arranged([words, words])
    ((['split', 'split', 'across'], 200.0), (['pair'], 300.0))
    """
    ways: list[list[_Way]] = [[_Way(0.0, used, ())], *([] for _ in units)]
    for place, unit in enumerate(units):
        above = lead if place == 0 else 0.0
        following = units[place + 1] if place + 1 < len(units) else None
        for way in sorted(ways[place], key=lambda way: way.paper)[:KEPT]:
            ways[place + 1].append(way.placed(unit.across + above, ALONE, breakable=unit.breakable))
            if unit.split is not None and unit.split <= PAGE:
                ways[place + 1].append(way.placed(unit.split + above, SPLIT, extra=SMALL_CREATORS * unit.creators))
            if following is not None and unit.half is not None and following.half is not None:
                high = max(unit.half, following.half)
                ways[place + 2].append(way.placed(high + above, PAIR, extra=EMPTY * abs(unit.half - following.half)))
    best = min(ways[-1], key=lambda way: way.paper + (PAGE - way.used) % PAGE)
    return list(best.bands), float(best.used)


def summary_high(groups: Sequence[dict[str, Any]]) -> float:
    """Return the height of the summary of all findings, with the two titles above it."""
    high = 78.0
    for group in groups:
        width = ACROSS - 77 if group["judged"] else BESIDE - 3
        tall = [
            _high(one["title"], width, bold=True, below=6.0) + _high(one["under"], width, size=SMALL, below=0.0)
            for one in group["findings"]
        ]
        high += GAP + ASKED + CAPITAL * BODY
        high += sum(each + 8.0 for each in tall) if group["judged"] else sum(max(pair) + 10.0 for pair in _pairs(tall))
    return high


def _pairs(values: Sequence[float]) -> list[Sequence[float]]:
    return [values[place : place + 2] for place in range(0, len(values), 2)]


def heading_high(told: dict[str, Any], width: float) -> float:
    """Return the height of the question, with the room above it."""
    return GAP + _high(told["heading"], width, bold=True, below=ASKED)


def words_high(told: dict[str, Any], width: float) -> float:
    """Return the height of all words below the question."""
    block = told["block"]
    high = sum(_high(words, width, below=PARAGRAPH) for words in told["prose"])
    high += _high(block["question"], width, size=SMALL, below=7.0)
    title = _lines(block["title"], width, BODY, bold=True)
    high += title * LEADING * BODY
    high += _high(("m" * BADGE if block["verdict"] else "") + block["sentence"], width, below=SENTENCE)
    for words in (block["caution"], block["action"]):
        high += _high(f"What to {words}", width - INDENT, below=REMARK) if words else 0.0
    return float(high + _high(block["source"], width, size=SMALL, below=6.0))


def chart_high(told: dict[str, Any], chart: float, width: float) -> float:
    """Return the height of a chart with the line above it that says what it measures."""
    return chart + _high(told["block"]["measure"], width, size=SMALL, below=CHART)


def table_high(table: dict[str, Any]) -> float:
    """Return the height of a table with its caption, in all its parts."""
    high = _high(table["caption"], ACROSS, size=SMALL, bold=True, below=18.0)
    high += _high(table["once"], ACROSS, size=SMALL, below=6.0) + _high(table["rest"], ACROSS, size=SMALL, below=9.0)
    for part in table["parts"]:
        rows = [[(text, True) for text in part["heads"]], *([(text, False) for text in row] for row in part["rows"])]
        for row in rows:
            lines = max(
                _lines(text, room - PAD, SMALL, bold=bold)
                for (text, bold), room in zip(row, part["widths"], strict=True)
            )
            high += 4.0 + SMALL * (CAPITAL + (max(lines, 1) - 1) * CLOSE)
        high += 8.5
    return high


def _high(text: str, width: float, *, size: float = BODY, bold: bool = False, below: float = 0.0) -> float:
    """Return the height of a paragraph and of the room below it; nothing for no text."""
    lines = _lines(text, width, size, bold=bold)
    return size * (CAPITAL + (lines - 1) * LEADING) + below if lines else 0.0


def _lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a text takes."""
    room, lines, used = width / size, 0, math.inf
    space = advance(" ")
    for word in text.split():
        wide = advance(word, bold=bold)
        if used + space + wide > room:
            lines, used = lines + max(1, math.ceil(wide / room)), wide % room if wide > room else wide
        else:
            used += space + wide
    return lines
