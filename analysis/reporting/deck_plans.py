"""The charts of a plan on a slide: what each plan would bring, and which doubt moves the result."""

from collections.abc import Mapping
from typing import Any

from analysis.reporting.deck_bars import Swing, add_swings
from analysis.reporting.deck_charts import Point, add_intervals, frame_of
from analysis.reporting.deck_frames import Box
from analysis.reporting.deck_layout import Page
from analysis.reporting.deck_slide import CATEGORIES, Slide, alt, fits_below
from analysis.reporting.workbook_formats import clean, is_number

__all__ = ["in_words", "show_drivers", "show_plans"]


def show_plans(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    """One dot and interval a plan, the recommended one in the accent."""
    parts = spec["encoding"]
    value, low, high = (
        str(parts.get(name, usual)) for name, usual in (("value", "p50"), ("low", "p5"), ("high", "p95"))
    )
    rows = [row for row in frame_of(spec) if is_number(row.get(value))]
    names = [clean(row.get(str(parts.get("plan", "plan")))) for row in rows]
    fits = all(fits_below(name, box.width - 0.9, len(rows)) for name in names)
    if not 2 <= len(rows) <= CATEGORIES or not fits or told.finding is None or told.drawing is None:
        return False
    points = [
        Point(name, row[value], row.get(low), row.get(high), "#8A94A0" if place else page.theme.accent)
        for place, (name, row) in enumerate(zip(names, rows, strict=True))
    ]
    add_intervals(
        page.slide,
        box,
        points,
        page.look,
        name=told.finding.question or "outcome",
        alt=alt(told.finding, told.drawing.alt),
        kind=str(parts.get("kind", "money")),
        currency=parts.get("currency"),
        log=False,
    )
    return True


def show_drivers(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    """One bar to either side an assumption, the longest on top."""
    parts = spec["encoding"]
    label, low, high, base = (str(parts.get(name, name)) for name in ("label", "at_low", "at_high", "base"))
    known = [row for row in frame_of(spec) if all(is_number(row.get(name)) for name in (low, high, base))]
    swings = [Swing(in_words(row.get(label, row.get("name"))), row[low], row[high]) for row in known]
    swings.sort(key=lambda swing: -abs(swing.high - swing.low))
    if not swings or told.finding is None or told.drawing is None:
        return False
    key = 0.28
    how = "light: the result at the doubt’s low end; dark: at its high end; the line is the result as things stand"
    page.words(box.left, box.top, box.width, key - 0.04, how, sizes=(12,), colour=page.MUTED, lines=1)
    add_swings(
        page.slide,
        Box(box.left, box.top + key, box.width, box.height - key),
        swings[:CATEGORIES],
        page.look,
        base=float(known[0][base]),
        name=told.finding.question or "what moves the result",
        alt=alt(told.finding, told.drawing.alt),
        kind=str(parts.get("kind", "money")),
        currency=parts.get("currency"),
    )
    return True


def in_words(text: Any) -> str:
    """Return an assumption's name as words.

    Examples
    --------
    >>> in_words("handling_cost")
    'handling cost'
    """
    return clean(text).replace("_", " ")
