"""What plans would bring, each with its spread: the bar holds nine campaigns in ten, the dot is the one in the middle.

Plans stand in the order given, the recommended one first and alone in the accent. Where a plan may lose, the line at
zero is drawn, because a bar that crosses it says more than any average. Below a plan's name stands what it takes: how
many creators somebody must look after, and the money.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import formats
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, write
from analysis.charts.intervals import ARROW_NOTE, SIDE_BY_SIDE
from analysis.charts.rows import NAME, above_mark, interval_limits, interval_mark, row_names, set_rows
from analysis.charts.scales import Kind, put_scale, value_text
from analysis.charts.style import ACCENT, FAINT, INK, MUTED, SMALL, WIDE, in_house_style
from analysis.charts.tables import Array, counted, needs, numbers, texts
from analysis.charts.words import measure

__all__ = ["plan_comparison"]


@in_house_style
def plan_comparison(
    table: pd.DataFrame,
    *,
    plan: str = "plan",
    low: str = "p5",
    value: str = "p50",
    high: str = "p95",
    creators: str = "creators",
    cost: str = "cost",
    loss: str = "loss",
    kind: Kind = "money",
    currency: str | None = None,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw the outcome of each plan over drawn campaigns, from its 5th to its 95th percentile, one row per plan.

    Parameters
    ----------
    table : DataFrame
        One row per plan, the recommended one first: its name, the 5th, 50th and 95th percentile of the outcome, and
        where known ``creators``, ``cost`` and ``loss``, the probability of losing money.
    plan, low, value, high, creators, cost, loss : str
        Columns of ``table``; the last three may be absent.
    kind : {"money", "short", "count", "number", "percent", "ratio"}
        How the outcome is said; ``currency`` goes with money.
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
    >>> plans = pd.DataFrame({"plan": ["the plan", "all mega"], "p5": [900, -2000], "p50": [4000, 1000],
    ...                       "p95": [9000, 8000], "creators": [14, 1], "cost": [9800, 9900], "loss": [0.02, 0.31]})
    >>> ax = plan_comparison(plans, currency="USD")
    >>> [t.get_text().replace("\\xa0", " ") for t in ax.texts if "creator" in t.get_text()]
    ['14 creators · $9,800', '1 creator · $9,900']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (plan, low, value, high), "the chart of plans")
    v, lo, hi = (numbers(table, column) for column in (value, low, high))
    if not np.isfinite(v).any():
        return nothing(ax, "No plan's outcome is known, so there is nothing to compare.", **sheet_texts)
    sheet = sheet_width(ax, width)
    wide = sheet >= SIDE_BY_SIDE
    below = _takes(table, creators, cost, currency)
    rows = row_names(list(texts(table, plan, "unnamed")), below, sheet, share=0.36, most=1 if wide else 2)
    losses = numbers(table, loss) if loss in table.columns else np.full(len(v), np.nan)
    said = [_said(*row, kind, currency) for row in zip(v, lo, hi, losses, strict=True)]
    room = max(max(measure(big, NAME, "bold")[0], measure(small, SMALL)[0]) for big, small in said) if wide else 0.0
    left, right = rows.width + 20, room + (24 if wide else 12)
    span = interval_limits(v, lo, hi, log=False, extra=[0.0])
    cut = bool((lo[np.isfinite(v)] < span[0]).any() or (hi[np.isfinite(v)] > span[1]).any())
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=(ARROW_NOTE,) if cut else (),
        height=rows.height * len(v),
        left=left,
        right=right,
        top=6,
        bottom=20,
    )
    ax, length = frame.ax, frame.plot[2]
    shown: Kind = "short" if kind == "count" else kind
    put_scale(ax, "x", *span, log=False, kind=shown, currency=currency, length=length, overhang=(left - 4, right - 4))
    set_rows(ax, rows)
    if span[0] < 0 < span[1]:
        ax.axvline(0, color=INK, lw=1.2, zorder=1.5)
    side = ax.get_yaxis_transform()
    for i, (big, small) in enumerate(said):
        if np.isfinite(v[i]):
            interval_mark(ax, -i, v[i], lo[i], hi[i], FAINT if i else ACCENT, hollow=False)
        if wide:
            write(ax, big, (1, -i), offset=(14, 6.5), coords=side, size=NAME, weight="normal" if i else "bold")
            write(ax, small, (1, -i), offset=(14, -6.5), coords=side, size=SMALL, color=MUTED)
        elif np.isfinite(v[i]):
            above_mark(ax, v[i], -i, big, length=length, slack=(0, right - 8), lift=7)
        else:
            write(ax, big, (0, -i), offset=(5, 0), coords=side, size=SMALL, color=MUTED, plate=True)
    return ax


def _takes(table: pd.DataFrame, creators: str, cost: str, currency: str | None) -> list[str]:
    absent: Array = np.full(len(table), np.nan)
    people, money = (numbers(table, column) if column in table.columns else absent for column in (creators, cost))
    lines = []
    for n, spent in zip(people, money, strict=True):
        parts = [counted(int(n), "creator")] if np.isfinite(n) else []
        parts += [value_text(float(spent), "money", currency)] if np.isfinite(spent) else []
        lines.append(" · ".join(parts))
    return lines


def _said(v: float, lo: float, hi: float, loss: float, kind: Kind, currency: str | None) -> tuple[str, str]:
    if not np.isfinite(v):
        return "not known", "no draws"
    small = "no interval"
    if np.isfinite(lo) and np.isfinite(hi):
        small = f"{value_text(lo, kind, currency)} to {value_text(hi, kind, currency)}"
    if np.isfinite(loss):
        small += f", loss {formats.percent(round(float(loss), 3))}"
    return value_text(v, kind, currency), small
