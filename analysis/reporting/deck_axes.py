"""The value axis of a native chart: where it ends, its steps, and the words beside them.

A program that opens a slide lays an axis out round its values and forgets the intervals, so the ends are set here. A
linear scale holds zero; a logarithmic one has decades. The words have as few decimals as tell the steps apart.
"""

import math
from collections.abc import Sequence
from typing import Any

from analysis.reporting.deck_package import colour, element
from analysis.reporting.workbook_formats import is_number, number_code

__all__ = ["GRID", "LABEL", "MUTED", "lay_axis"]

#: Steps of a linear scale, about.
STEPS = 6

#: Size of the words in a chart, in points.
LABEL = 12

#: Lines that are seen and not read, and words that recede.
GRID, MUTED = "E4E8EC", "5F6B7A"


def lay_axis(axis: Any, values: Sequence[float], kind: str, currency: str | None, log: bool) -> None:
    """Lay out a value axis: round ends that hold every value, few faint lines, words of one unit."""
    from pptx.enum.chart import XL_TICK_MARK
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    axis.has_major_gridlines, axis.has_minor_gridlines = True, False
    axis.major_gridlines.format.line.color.rgb = colour(GRID)
    axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.fill.background()
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.font.size = Pt(LABEL)
    axis.tick_labels.font.color.rgb = colour(MUTED)
    known = [value for value in values if is_number(value)]
    if log and known and min(known) > 0:
        axis.minimum_scale = 10.0 ** math.floor(math.log10(min(known)) + 1e-9)
        axis.maximum_scale = 10.0 ** math.ceil(math.log10(max(known)) - 1e-9)
        if axis.minimum_scale == axis.maximum_scale:
            axis.maximum_scale *= 10
        scaling = axis._element.find(qn("c:scaling"))
        scaling.insert(0, element("c:logBase", val=10))
        step = axis.minimum_scale
    else:
        low, high = min([0.0, *known]), max([0.0, *known]) or 1.0
        step = _step((high - low) / STEPS)
        axis.minimum_scale, axis.maximum_scale = math.floor(low / step) * step, math.ceil(high / step) * step
        axis.major_unit = step
    axis.tick_labels.number_format = _ticks(step, kind, currency, log)
    axis.tick_labels.number_format_is_linked = False


def _step(least: float) -> float:
    """Return the smallest round step that is no smaller.

    Examples
    --------
    >>> _step(0.023), _step(3.1), _step(0.9)
    (0.05, 5.0, 1.0)
    """
    size = 10.0 ** math.floor(math.log10(least) + 1e-9)
    return next(float(f"{n * size:.6g}") for n in (1, 2, 5, 10) if n * size >= least * (1 - 1e-9))


def _ticks(step: float, kind: str, currency: str | None, log: bool) -> str:
    """Return the format code of an axis: as few decimals as tell its steps apart."""
    if kind == "short":
        return '[>=1000000]#,##0,,"M";[>=1000]#,##0,"K";General'
    shown = step * (100 if kind == "percent" else 1)
    places = max(0, math.ceil(-math.log10(shown) - 1e-9)) if shown else 0
    digits = "General" if log else "#,##0" + ("." + "0" * places if places else "")
    if kind == "percent":
        return "0.##%" if log else digits + "%"
    if kind == "ratio":
        return digits + '"×"'
    return number_code(1000.0, "money", currency).replace("#,##0", digits) if kind == "money" else digits
