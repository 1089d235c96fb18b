"""Which assumption moves the result: a bar from what it is at the assumption's low end to what it is at its high end.

Every bar starts at the same line, the result with each assumption where it stands, and the longest is on top: the one
to nail down first. What the assumption is at either end is written there, so that a reader can judge whether the range
is a reasonable one, which is what the chart hangs on.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import formats
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.intervals import SIDE_BY_SIDE
from analysis.charts.rows import NAME, row_names, set_rows
from analysis.charts.scales import Kind, put_scale, value_text
from analysis.charts.style import ACCENT, FAINT, INK, MUTED, RAMP, SMALL, WIDE, in_house_style
from analysis.charts.tables import Array, counted, needs, numbers, texts
from analysis.charts.words import column_words, drawable, fit, measure

__all__ = ["drivers"]

#: Assumptions that are drawn; the rest move the result less.
MOST = 12


@in_house_style
def drivers(
    table: pd.DataFrame,
    *,
    label: str = "name",
    at_low: str = "at_low",
    at_high: str = "at_high",
    base: str = "base",
    low: str = "low",
    high: str = "high",
    kind: Kind = "money",
    currency: str | None = None,
    most: int = MOST,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far the result moves over the range of each assumption, the widest on top.

    Parameters
    ----------
    table : DataFrame
        One row per assumption: its name, the result at its low and at its high end, the result as things stand
        (``base``), and where known the ends themselves, as numbers or words.
    label, at_low, at_high, base, low, high : str
        Columns of ``table``; the last two may be absent.
    kind : {"money", "short", "count", "number", "percent", "ratio"}
        How the result is said; ``currency`` goes with money.
    most : int
        Rows that are drawn.
    title, subtitle, source, width, ax
        As in :func:`~analysis.charts.reach.engagement_against_reach`.

    Returns
    -------
    Axes

    Raises
    ------
    ColumnError
        If a column is absent.

    Examples
    --------
    >>> swings = pd.DataFrame({"name": ["margin", "handling_cost"], "at_low": [1000, 6000], "at_high": [9000, 3000],
    ...                        "base": [5000, 5000], "low": ["30%", "$0"], "high": ["70%", "$140"]})
    >>> ax = drivers(swings, currency="USD")
    >>> [t.get_text() for t in ax.texts if "to" in t.get_text().split()]
    ['$1,000 to $9,000', '$3,000 to $6,000']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (label, at_low, at_high, base), "the chart of what moves the result")
    first, last, start = (numbers(table, column) for column in (at_low, at_high, base))
    known = np.flatnonzero(np.isfinite(first) & np.isfinite(last) & np.isfinite(start))
    if not len(known):
        return nothing(ax, "No assumption's effect is known, so there is nothing to draw.", **sheet_texts)
    order = known[np.argsort(-np.abs(last - first)[known], kind="stable")]
    notes = ["Light: the result at the assumption's low end; dark: at its high end."]
    if len(order) > most:
        notes.append(f"{counted(len(order) - most, 'further assumption')} that move the result less are not drawn.")
        order = order[:most]
    first, last, middle = first[order], last[order], float(start[order[0]])
    sheet = sheet_width(ax, width)
    wide = sheet >= SIDE_BY_SIDE
    names = [column_words(str(name)) for name in texts(table, label, "unnamed")[order]]
    rows = row_names(names, [""] * len(names), sheet, share=0.32, most=1 if wide else 2)
    span_said = [_range(a, b, kind, currency) for a, b in zip(first, last, strict=True)]
    room = max(measure(text, SMALL)[0] for text in span_said) if wide else 0.0
    left, right = rows.width + 20, room + (26 if wide else 12)
    ends = [_ends(table, column, order) for column in (low, high)]
    plot = max(sheet - left - right, 40.0)
    ends = [[fit(drawable(text), plot * 0.22, SMALL) for text in side] for side in ends]
    lead, trail = _room(first, last, ends)
    frame = open_frame(
        ax, **sheet_texts, notes=tuple(notes), height=30.0 * len(order), left=left, right=right, top=20, bottom=20
    )
    ax, length = frame.ax, frame.plot[2]
    begin, finish = _limits(np.concatenate([first, last, [middle]]), lead, trail, length)
    shown: Kind = "short" if kind == "count" else kind
    put_scale(
        ax, "x", begin, finish, log=False, kind=shown, currency=currency, length=length, overhang=(left - 4, right - 4)
    )
    set_rows(ax, rows)
    ax.axvline(middle, color=INK, lw=1.2, zorder=3)
    if begin < 0 < finish and middle:
        ax.axvline(0, color=FAINT, lw=1, ls=(0, (4, 2)), zorder=1.5)
    _stands(ax, f"as things stand: {value_text(middle, kind, currency)}", middle, length, left, right)
    for i, (a, b) in enumerate(zip(first, last, strict=True)):
        crosses = min(a, b) < 0 < max(a, b)
        for end, colour in ((a, RAMP[0]), (b, RAMP[2])):
            ax.barh(-i, end - middle, left=middle, height=0.5, color=colour, zorder=2)
        _label_ends(ax, -i, (a, ends[0][i]), (b, ends[1][i]))
        if wide:
            at = ax.get_yaxis_transform()
            color, weight = (ACCENT, "bold") if crosses else (MUTED, "normal")
            write(ax, span_said[i], (1, -i), offset=(14, 0), coords=at, size=SMALL, color=color, weight=weight)
    return ax


def _range(a: float, b: float, kind: Kind, currency: str | None) -> str:
    return f"{value_text(min(a, b), kind, currency)} to {value_text(max(a, b), kind, currency)}"


def _ends(table: pd.DataFrame, column: str, order: np.ndarray) -> list[str]:
    """Return what the assumption is at an end, in words; nothing where the table does not say."""
    if column not in table.columns:
        return [""] * len(order)
    values = [table[column].iloc[i] for i in order]
    return [
        value if isinstance(value, str) else "" if pd.isna(value) else formats.number(float(value)) for value in values
    ]


def _room(first: Array, last: Array, ends: list[list[str]]) -> tuple[float, float]:
    """Return the points that the words before the leftmost ends and after the rightmost take."""
    lead, trail = [0.0], [0.0]
    for a, b, low, high in zip(first, last, *ends, strict=True):
        before, after = (low, high) if a <= b else (high, low)
        lead.append(measure(before, SMALL)[0] if before else 0.0)
        trail.append(measure(after, SMALL)[0] if after else 0.0)
    return max(lead) + 12, max(trail) + 12


def _limits(values: Array, lead: float, trail: float, length: float) -> tuple[float, float]:
    """Return limits that leave ``lead`` and ``trail`` points round the values on an axis of ``length`` points."""
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-300):
        half = abs(high) / 2 or 0.5
        low, high = low - half, high + half
    per_point = (high - low) / max(length - lead - trail, length * 0.3)
    return low - lead * per_point, high + trail * per_point


def _label_ends(ax: Axes, row: float, low: tuple[float, str], high: tuple[float, str]) -> None:
    left, right = (low, high) if low[0] <= high[0] else (high, low)
    if left[1]:
        write(ax, left[1], (left[0], row), offset=(-5, 0), size=SMALL, color=MUTED, ha="right", plate=True)
    if right[1]:
        write(ax, right[1], (right[0], row), offset=(5, 0), size=SMALL, color=MUTED, plate=True)


def _stands(ax: Axes, text: str, value: float, length: float, left: float, right: float) -> None:
    """Write over the line at the result as things stand, moved inwards at the ends."""
    text = fit(drawable(text), length + left + right - 16, NAME, "bold")
    half = measure(text, NAME, "bold")[0] / 2
    at = float(ax.transAxes.inverted().transform(ax.transData.transform((value, 0)))[0]) * length
    shift = max(half - at - left + 8, 0.0) or min(length + right - 8 - half - at, 0.0)
    write(
        ax, text, (at / length, 1), offset=(shift, 6), coords=ax.transAxes, size=NAME, weight="bold", ha="center",
        va="baseline",
    )  # fmt: skip
