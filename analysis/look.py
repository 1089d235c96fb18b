"""How everything we make looks: two colours of the client's, one language of numbers.

Charts are drawn inside a notebook, pages outside of it, and both must look alike on the day and a year later. So the
look is a small file in the pack, ``theme/look.json`` beside the notebooks' folder: whoever draws or writes there
reads it, and a notebook run again by hand gives the same picture. Where there is none, the house's own look holds.

A colour that cannot be read is worse than a colour that is not the client's. Contrast is that of WCAG 2: 4.5:1 for
text, 3:1 for marks. Charts do not take a client's second colour as it is: they take its hue, at three lightnesses
that stay apart for colour-blind readers and on a grey printer.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

__all__ = [
    "ACCENT",
    "FILE",
    "JOINTS",
    "MARK_CONTRAST",
    "SECOND",
    "TEXT_CONTRAST",
    "Look",
    "contrast",
    "current",
    "mix",
    "using",
]

#: The file of a pack that holds its look.
FILE = "theme/look.json"

#: Smallest contrast of text and of marks against white (WCAG 2, AA).
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0

#: The house's own colours: 5.2:1 and 14.9:1 on white; a theme replaces them.
ACCENT, SECOND = "#C2410C", "#0B2A4A"

#: After these signs a name too long for its line is broken, on a page and in a chart.
JOINTS = "_./-"

_WHITE, _BLACK = "#FFFFFF", "#000000"

#: The house's own three tiers, small to large; 3.5, 7.3 and 14.9:1 on white.
_RAMP = ("#4B93C8", "#1F5A91", SECOND)

#: Contrasts of the three steps that are made from another colour.
_STEPS = (3.3, 6.8, 14.0)


@dataclass(frozen=True, slots=True)
class Look:
    """Two colours and the language of number formats.

    Attributes
    ----------
    accent : str
        The one accent, ``#RRGGBB``; it is text too.
    second : str
        The colour whose hue the tiers take.
    locale : str
        Whose decimal and thousands marks are written, such as ``en``, ``de`` or ``pt_BR``. Words stay English.
    """

    accent: str = ACCENT
    second: str = SECOND
    locale: str = "en"

    @property
    def ramp(self) -> tuple[str, str, str]:
        """Three steps of the second colour from light to dark: marks on white, and white text on the darkest.

        Examples
        --------
        >>> Look().ramp
        ('#4B93C8', '#1F5A91', '#0B2A4A')
        >>> [round(contrast(step), 1) for step in Look(second="#7A1FA2").ramp]
        [3.3, 6.8, 14.0]
        """
        return _RAMP if self.second.upper() == SECOND else _ramp(self.second)

    def to_json(self) -> str:
        """Return the content of ``look.json``."""
        return json.dumps(asdict(self), indent=2) + "\n"


def _light(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB`` (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, against: str = _WHITE) -> float:
    """Return the contrast of two colours, from 1 (none) to 21.

    Examples
    --------
    >>> round(contrast("#C2410C"), 1), contrast("#FFFFFF"), contrast("#000000")
    (5.2, 1.0, 21.0)
    """
    low, high = sorted((_light(colour), _light(against)))
    return (high + 0.05) / (low + 0.05)


def mix(light: str, dark: str, share: float) -> str:
    """Return the colour that lies ``share`` of the way from one to the other.

    Examples
    --------
    >>> mix("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    parts = [(int(light[i : i + 2], 16), int(dark[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in parts)


@cache
def _ramp(colour: str) -> tuple[str, str, str]:
    light, middle, dark = (_at_contrast(colour, wanted) for wanted in _STEPS)
    return light, middle, dark


def _at_contrast(colour: str, wanted: float) -> str:
    """Return the colour mixed with white or black until it has the contrast wanted, to a 256th of the way."""
    end = _BLACK if contrast(colour) < wanted else _WHITE
    steps = [mix(colour, end, i / 256) for i in range(257)]
    return min(steps, key=lambda step: (abs(contrast(step) - wanted), step))


_CURRENT: ContextVar[Look | None] = ContextVar("look", default=None)


def current() -> Look:
    """Return the look that holds here: the one set by :func:`using`, else the pack's, else the house's."""
    return _CURRENT.get() or _of_pack()


@contextmanager
def using(look: Look) -> Iterator[None]:
    """Write and draw in ``look`` inside the block.

    Examples
    --------
    >>> with using(Look(locale="de")):
    ...     current().locale
    'de'
    """
    token = _CURRENT.set(look)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@cache
def _of_pack() -> Look:
    """Return the look of the pack whose notebooks folder this process works in; the house's where there is none."""
    folder = Path.cwd()
    if folder.name != "notebooks":
        return Look()
    try:
        content = json.loads((folder.parent / FILE).read_text(encoding="utf-8"))
        told = Look(**content)
    except (OSError, ValueError, TypeError):
        return Look()
    fine = all(re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) for colour in (told.accent, told.second))
    return told if fine and re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z]{2,4}){0,2}", told.locale) else Look()
