"""What was read, what was used, and what is filled: bars of rows, from zero.

The same chart shows the row ledger (rows read = rows used + rows set aside, by reason) and how complete columns are.
The pale track behind a bar is the total it is a part of, so that a bar is never read without its whole.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import formats
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.style import BODY, FAINT, GRID, INK, MUTED, RAMP, WIDE, in_house_style
from analysis.charts.tables import counted, needs, numbers, texts
from analysis.charts.words import drawable, fit, measure

__all__ = ["rows_used"]

#: Bars that are drawn; further ones are summed into a last one.
MOST_BARS = 24


@in_house_style
def rows_used(
    table: pd.DataFrame,
    *,
    label: str = "label",
    value: str = "rows",
    of: str = "of",
    used: str = "used",
    noun: str = "row",
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw counts of rows as bars from zero, each against its total.

    Parameters
    ----------
    table : DataFrame
        One row per bar: ``label`` in words, ``value`` rows, and where known ``of``, the total it is a part of, and
        ``used``, false for what is set aside or missing (drawn grey).
    label, value, of, used : str
        Columns of ``table``; ``of`` and ``used`` may be absent.
    noun : str
        What is counted, for the sentence of an empty table.
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
    >>> ledger = pd.DataFrame({"label": ["used", "duplicates"], "rows": [1180, 132], "of": [1312, 1312],
    ...                        "used": [True, False]})
    >>> ax = rows_used(ledger)
    >>> [t.get_text() for t in ax.texts if "%" in t.get_text()]
    ['1,180 · 89.9%', '132 · 10.1%']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (label, value), "the chart of rows used")
    names, counts = texts(table, label), numbers(table, value)
    totals = numbers(table, of) if of in table.columns else np.full(len(table), np.nan)
    keep = (
        [bool(u) if not pd.isna(u) else True for u in table[used].tolist()]
        if used in table.columns
        else [True] * len(names)
    )
    rows = [row for row in zip(names, counts, totals, keep, strict=True) if np.isfinite(row[1]) and row[1] >= 0]
    notes: tuple[str, ...] = ()
    if len(rows) > MOST_BARS:
        notes = (f"{counted(len(rows) - MOST_BARS, 'further bar')} not drawn; the table beside has all.",)
        rows = rows[:MOST_BARS]
    whole = max([max(r[1], r[2] if np.isfinite(r[2]) else 0) for r in rows], default=0.0)
    if not rows or whole <= 0:
        return nothing(ax, f"No {noun} was read, so there is nothing to count.", **sheet_texts)
    sheet = sheet_width(ax, width)
    said = [
        formats.count(count) + (f" · {formats.percent(count / total)}" if np.isfinite(total) and total > 0 else "")
        for _, count, total, _ in rows
    ]
    right = max(measure(text, BODY)[0] for text in said) + 18
    room = min(sheet * 0.42, sheet - right - 18 - 40)
    labels = [fit(drawable(name) or "unnamed", room, BODY) for name, *_ in rows]
    left = max(measure(text, BODY)[0] for text in labels) + 18
    pitch = 24.0 if len(rows) <= 12 else 19.0
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=notes,
        height=pitch * len(rows),
        left=left,
        right=right,
        top=2,
        bottom=4,
    )
    ax = frame.ax
    ax.spines["bottom"].set_visible(False)
    ax.set(xlim=(0, whole), ylim=(-len(rows) + 0.5, 0.5), xticks=[], yticks=[])
    side = ax.get_yaxis_transform()
    for i, (_, count, total, is_used) in enumerate(rows):
        if np.isfinite(total) and total > 0:
            ax.barh(-i, total, height=0.56, color=GRID, zorder=1)
        ax.barh(-i, count, height=0.56, color=RAMP[1] if is_used else FAINT, zorder=2)
        write(ax, labels[i], (0, -i), offset=(-10, 0), coords=side, ha="right", color=INK if is_used else MUTED)
        write(ax, said[i], (1, -i), offset=(10, 0), coords=side, color=INK if is_used else MUTED)
    ax.plot([0, 0], [-len(rows) + 0.5, 0.5], color=FAINT, lw=1, zorder=3)
    return ax
