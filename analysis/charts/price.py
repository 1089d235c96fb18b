"""Price against a rule of thumb: what creators ask, and the line of so much per 1,000 followers.

The line carries the accent, because it is what everything is compared with. How many quotes lie above it and how
many below is written where they lie. A quote is not money paid, and the sheet's subtitle should say which it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.bands import Strip, bands, draw_bands, lay_strip
from analysis.charts.frame import SheetTexts, nothing, open_frame, sheet_width, to_points, write
from analysis.charts.labels import Taken
from analysis.charts.points import draw_cloud
from analysis.charts.reach import span_with_floors
from analysis.charts.scales import limits, log_room, tick_text, value_text
from analysis.charts.style import ACCENT, BODY, MUTED, RAMP, SMALL, UNKNOWN, WIDE, in_house_style, tier_palette
from analysis.charts.tables import MINIMUM, counted, needs, numbers, tier_order, tiers_of
from analysis.charts.words import column_words, drawable, fit, measure

__all__ = ["price_against_rule"]


@in_house_style
def price_against_rule(
    table: pd.DataFrame,
    *,
    x: str = "followers",
    y: str = "fee",
    rule: float = 25.0,
    floors: Mapping[str, float] | None = None,
    tier: str = "tier",
    order: Sequence[str] | None = None,
    currency: str | None = None,
    rule_label: str = "",
    x_label: str = "",
    y_label: str = "",
    minimum: int = MINIMUM,
    title: str = "",
    subtitle: str = "",
    source: str = "",
    width: float = WIDE,
    seed: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw each creator's price against followers on log axes, and the line of a price per 1,000 followers.

    Parameters
    ----------
    table : DataFrame
        One row per quote: ``x`` (followers), ``y`` (fee), and ``tier`` where bands are wanted.
    x, y, tier : str
        Columns of ``table``.
    rule : float
        Price per 1,000 followers of the line.
    floors : mapping, optional
        Tier → smallest follower count: draws the tier bands with n; without it all points have one colour.
    order : sequence of str, optional
        Tiers from small to large.
    currency : str, optional
        ISO code of the prices.
    rule_label, x_label, y_label : str
        Words of the line and the axes, made from the numbers and columns when left out.
    minimum, title, subtitle, source, width, seed, ax
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
    >>> quotes = pd.DataFrame({"followers": [5e3, 8e4], "fee": [100, 2_500]})
    >>> ax = price_against_rule(quotes, currency="USD")
    >>> [t.get_text() for t in ax.texts if "per 1,000" in t.get_text()]
    ['$25 per 1,000 followers']
    """
    sheet_texts = SheetTexts(title=title, subtitle=subtitle, source=source, width=width)
    needs(table, (x, y, *([tier] if floors else [])), "the chart of price against a rule")
    across, up = numbers(table, x), numbers(table, y)
    drawn = (across > 0) & (up > 0)
    x_label, y_label = x_label or column_words(x), y_label or column_words(y)
    if not drawn.any():
        return nothing(
            ax, f"No creator has both a {y_label} and {x_label}, so there is nothing to draw.", **sheet_texts
        )
    zero = int(((across > 0) & (up == 0)).sum())
    lost = int((~drawn).sum()) - zero
    parts = [f"{counted(zero, 'creator')} with a {y_label} of zero"] if zero else []
    parts += [f"{counted(lost, 'creator')} without {y_label} or {x_label}"] if lost else []
    xs = span_with_floors(across[drawn], floors) if floors else limits(across[drawn], log=True)
    ys = limits(up[drawn], log=True, pad=0.1)
    sheet = sheet_width(ax, width)
    height = min(max(sheet * 0.53, 180), 255)
    left, right = log_room(*ys, kind="money", currency=currency, length=height) + 14, 14.0
    of, palette, few = np.full(len(table), UNKNOWN, dtype=object), {UNKNOWN: RAMP[1]}, frozenset[str]()
    crossed, strip = [], Strip(0.0, ())
    if floors:
        of, tiers = tiers_of(table, tier), tier_order(table, tier, order if order is not None else list(floors))
        counts = {t: int((drawn & (of == t)).sum()) for t in tiers}
        palette, few = tier_palette(tiers), frozenset(t for t in tiers if counts[t] < minimum)
        crossed = bands(floors, tiers, *xs)
        strip = lay_strip(crossed, counts, xs, left=left, length=sheet - left - right, sheet=sheet)
    frame = open_frame(
        ax,
        **sheet_texts,
        notes=(f"Not drawn: {' and '.join(parts)}.",) if parts else (),
        height=height,
        left=left,
        right=right,
        top=16 + strip.height,
        bottom=32,
    )
    ax = frame.ax
    draw_cloud(
        frame,
        across[drawn],
        up[drawn],
        of[drawn],
        xs=xs,
        ys=ys,
        palette=palette,
        hollow=few,
        kind="money",
        currency=currency,
        seed=seed,
    )
    draw_bands(frame, crossed, strip, palette)
    frame.text(0, -25, x_label, size=SMALL, color=MUTED)
    frame.text(8 - left, frame.plot[3] + strip.height + 8, y_label, size=SMALL, color=MUTED)
    slope = rule / 1000
    ax.plot(xs, [xs[0] * slope, xs[1] * slope], color=ACCENT, lw=1.8, zorder=3)
    above, below = (int(side[drawn].sum()) for side in (up > across * slope, up < across * slope))
    upper, lower = f"{value_text(above, 'count')} above the line", f"{value_text(below, 'count')} below the line"
    x0, y0, plot_width, plot_height = frame.plot
    taken = Taken((x0 + 2, y0 + 2, x0 + plot_width - 2, y0 + plot_height - 5))
    tall = BODY * 1.3
    taken.add((x0, y0 + plot_height - 8 - tall, x0 + 6 + measure(upper, BODY, "bold")[0], y0 + plot_height))
    taken.add((x0 + plot_width - 6 - measure(lower, BODY, "bold")[0], y0, x0 + plot_width, y0 + 8 + tall))
    frame.text(6, plot_height - 13, upper, size=BODY, weight="bold", halo=True)
    frame.text(plot_width - 6, 11, lower, size=BODY, weight="bold", ha="right", halo=True)
    _name_line(
        ax,
        taken,
        xs,
        ys,
        slope,
        rule_label or f"{tick_text(rule, 'money', currency)} per 1,000 followers",
        plot_width - 8,
    )
    return ax


def _name_line(
    ax: Axes, taken: Taken, xs: tuple[float, float], ys: tuple[float, float], slope: float, word: str, room: float
) -> None:
    """Write the rule's name beside its line, or say where the line is when it does not cross the plot."""
    style: dict[str, Any] = {"size": SMALL, "color": ACCENT, "weight": "bold", "halo": True}
    x0, x1 = max(xs[0], ys[0] / slope), min(xs[1], ys[1] / slope)
    if x0 >= x1:
        under = slope * xs[1] < ys[0]
        text = fit(drawable(f"{word}: {'below' if under else 'above'} every price here"), room, SMALL, "bold")
        write(
            ax,
            text,
            (0.5, 0.0 if under else 1.0),
            coords=ax.transAxes,
            offset=(0, 30 if under else -32),
            ha="center",
            **style,
        )
        return
    word = fit(drawable(word), room, SMALL, "bold")
    width, height = measure(word, SMALL, "bold")
    for share in (0.88, 0.75, 0.6, 0.45, 0.3, 0.15):
        x = float(10 ** (np.log10(x0) + share * (np.log10(x1) - np.log10(x0))))
        px, py = to_points(ax, x, x * slope)
        for ha, offset in (("right", (-8, 10)), ("left", (8, -10))):
            start = px + offset[0] - (width if ha == "right" else 0)
            box = (start, py + offset[1] - height / 2, start + width, py + offset[1] + height / 2)
            if taken.free(box):
                write(ax, word, (x, x * slope), offset=offset, ha=ha, **style)
                return
