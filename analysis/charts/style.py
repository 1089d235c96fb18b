"""The house style: every colour, size and stroke of every chart, in one place.

Colour says one thing only, the tier, and never says it alone: a tier also has its place and its name beside it.
Three tiers are one ramp from light to dark, which survives colour-blindness and a grey printer; four or more are
steps of grey with one accent, because nobody tells nine hues apart. Text keeps a contrast of 4.5:1 against white and
marks 3:1. Nothing here touches matplotlib's global settings: a chart is drawn inside :func:`house_style`, whatever
the notebook has set.

The accent and the ramp are those of the pack in which the notebook runs (:mod:`analysis.look`), the house's own where
it has none. They are taken once, when this module loads: one process draws one report.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl

from analysis.look import current, mix

__all__ = [
    "ACCENT",
    "FAINT",
    "GRID",
    "INK",
    "MUTED",
    "NARROW",
    "PAPER",
    "RAMP",
    "RC",
    "UNKNOWN",
    "WIDE",
    "house_style",
    "in_house_style",
    "is_residual",
    "tier_palette",
]

#: Text and the marks that carry the answer; 14.8:1 on white.
INK = "#1F2933"
#: Secondary text; 5.4:1 on white.
MUTED = "#5F6B7A"
#: The one accent; the house's has 5.2:1 on white, a client's own at least 4.5:1.
ACCENT = current().accent
#: Gridlines and frames: seen, not read.
GRID = "#E4E8EC"
#: Marks that recede but must be seen; 3.1:1 on white.
FAINT = "#8A94A0"
#: The page.
PAPER = "#FFFFFF"
#: Three tiers, small to large.
RAMP = current().ramp
#: The darkest of the greys of four tiers and more; the lightest is ``FAINT``.
DARK_GREY = "#2B343E"

#: The row of creators whose followers are missing; it is no tier and sorts last.
UNKNOWN = "followers unknown"

#: Widths of a chart in inches: a report's column or a slide, and a phone.
WIDE, NARROW = 7.2, 3.6

#: Sizes in points. On a 7.2 inch chart in a 912 pixel column 9 points read as 16 pixels.
TITLE, BODY, SMALL = 13.0, 9.5, 8.6

#: What differs from matplotlib's own defaults while a chart is drawn or saved.
RC: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",  # a text is as wide in a PNG as in an SVG, and as measured
    "axes.edgecolor": GRID,
    "axes.facecolor": PAPER,
    "axes.axisbelow": True,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "creator-roi",
    "svg.fonttype": "path",
}

#: Settings that are no matter of style and stay as the notebook has them, as with matplotlib's own styles.
NO_STYLE = frozenset(
    {"backend", "backend_fallback", "date.epoch", "docstring.hardcopy", "figure.max_open_warning"}
    | {"figure.raise_window", "interactive", "savefig.directory", "timezone", "tk.window_focus", "toolbar"}
    | {"webagg.address", "webagg.open_in_browser", "webagg.port", "webagg.port_retries"}
)

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw or save inside: matplotlib's defaults and ours, then whatever was set before.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with house_style():
    ...     mpl.rcParams["svg.hashsalt"]
    'creator-roi'
    """
    with mpl.rc_context():
        settings: Any = mpl.rcParams
        dict.update(settings, _settings())
        yield


@cache
def _settings() -> dict[str, Any]:
    """Return matplotlib's defaults and ours, checked once: a report enters the house style some hundred times."""
    sources: tuple[Any, Any] = (mpl.rcParamsDefault, mpl.RcParams(RC))
    return {name: value for source in sources for name, value in dict.items(source) if name not in NO_STYLE}


def in_house_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Return ``draw`` made to run inside :func:`house_style`."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        with house_style():
            return draw(*args, **kwargs)

    return styled


def is_residual(tier: str) -> bool:
    """Return whether a row is no tier of the scheme: below its first floor, or with followers unknown.

    Examples
    --------
    >>> is_residual("under 1k"), is_residual("micro")
    (True, False)
    """
    return tier == UNKNOWN or tier.startswith("under ")


def tier_palette(order: Sequence[str], *, accent: str | None = None) -> dict[str, str]:
    """Return tier → colour.

    Parameters
    ----------
    order : sequence of str
        The tiers from small to large. ``under …`` and ``followers unknown`` are no tiers and stay grey.
    accent : str, optional
        With four tiers or more, the one that bears the accent; ``micro`` where there is one, else the smallest.

    Returns
    -------
    dict
        Colours as ``#RRGGBB``, in the given order.

    Examples
    --------
    >>> tier_palette(["under 1k", "micro", "macro", "mega"])
    {'under 1k': '#8A94A0', 'micro': '#4B93C8', 'macro': '#1F5A91', 'mega': '#0B2A4A'}
    >>> tier_palette(["nano", "micro", "mid", "macro", "mega"])["micro"]
    '#C2410C'
    """
    tiers = [tier for tier in dict.fromkeys(order) if not is_residual(tier)]
    if len(tiers) <= len(RAMP):
        steps = {1: RAMP[1:2], 2: (RAMP[0], RAMP[2])}.get(len(tiers), RAMP)
        colours = dict(zip(tiers, steps, strict=False))
    else:
        if accent not in tiers:
            accent = next((tier for tier in tiers if tier.casefold() == "micro"), tiers[0])
        greys = [tier for tier in tiers if tier != accent]
        colours = {tier: mix(FAINT, DARK_GREY, i / (len(greys) - 1)) for i, tier in enumerate(greys)}
        colours[accent] = ACCENT
    return {tier: colours.get(tier, FAINT) for tier in dict.fromkeys(order)}
