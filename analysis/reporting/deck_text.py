"""How wide a text is on a slide, before anybody draws it.

A deck has no engine that lays it out: a text box that is too small simply overflows on the projector. So every text
is measured first, in the widths of Helvetica (which Arial and its free equals share; they come with the plotting
library), wrapped as a presentation program wraps, made smaller to the smallest size its kind allows, and only then
cut, at a sentence or a word. Signs that the table of widths lacks are taken wide rather than narrow, so that a name
in Korean or Arabic or made of emoji fits too.
"""

import importlib.util
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.hostile import plain

__all__ = ["LEADING", "Fitted", "fit", "sentences", "width", "wrap"]

#: Distance of two lines, as a multiple of the size.
LEADING = 1.2

#: How much wider than measured a text is taken to be: kerning and rounding differ between programs.
MARGIN = 1.04

#: How much more where the client's own font is set, whose widths nobody knows here.
OTHER_FONT = 1.12

#: Widths in ems of what the table lacks: wide signs (Chinese, Korean, emoji), and any other script.
WIDE, OTHER = 1.25, 0.8

_STEMS = {False: "Helvetica", True: "Helvetica-Bold"}
_NAMED = {"’": "quoteright", "‘": "quoteleft", "“": "quotedblleft", "”": "quotedblright", "…": "ellipsis"}
_NAMED |= {"–": "endash", "—": "emdash", "·": "periodcentered", "×": "multiply", "€": "Euro", "−": "minus"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that fits its box: its words, its lines, and the size in points at which it does."""

    text: str
    lines: tuple[str, ...]
    size: float
    cut: bool = False

    @property
    def height(self) -> float:
        """Its height in points."""
        return len(self.lines) * self.size * LEADING


@cache
def _widths(bold: bool) -> dict[str, float]:
    """Return sign → width in ems, from the font metrics that the plotting library brings."""
    found = importlib.util.find_spec("matplotlib")
    places = list(found.submodule_search_locations or []) if found else []
    file = Path(places[0], "mpl-data", "fonts", "pdfcorefonts", f"{_STEMS[bold]}.afm") if places else None
    named = {name: sign for sign, name in _NAMED.items()}
    widths: dict[str, float] = {}
    for line in file.read_text("latin-1").splitlines() if file and file.is_file() else []:
        if line.startswith("C "):
            parts = dict(part.split(None, 1) for part in line.split(";") if len(part.split(None, 1)) == 2)
            code, name, em = int(parts["C"]), parts["N"].strip(), float(parts["WX"]) / 1000
            if name in named:
                widths[named[name]] = em
            elif 32 <= code < 127:
                widths[chr(code)] = em
    widths["'"], widths["`"] = widths.get("'", 0.28), 0.34
    return widths


def _em(sign: str, widths: dict[str, float]) -> float:
    known = widths.get(sign)
    if known is not None:
        return known
    if unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF" or ord(sign) >= 0x1F000:
        return WIDE
    base = unicodedata.normalize("NFD", sign)[0]
    return widths.get(base, OTHER)


def width(text: str, size: float, *, bold: bool = False, own_font: bool = False) -> float:
    """Return the width of one line in points.

    Examples
    --------
    >>> round(width("micro", 10) / MARGIN, 2)  # 0.833 + 0.222 + 0.5 + 0.333 + 0.556 ems
    24.44
    """
    widths = _widths(bold)
    return sum(_em(sign, widths) for sign in text) * size * MARGIN * (OTHER_FONT if own_font else 1.0)


def wrap(text: str, room: float, size: float, *, bold: bool = False, own_font: bool = False) -> list[str]:
    """Return the lines of a text in a box ``room`` points wide; a word that is wider than the box is broken."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, room, size, bold, own_font):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold=bold, own_font=own_font) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(text: str, room: float, size: float, bold: bool, own_font: bool) -> Iterator[str]:
    for word in text.split():
        while width(word, size, bold=bold, own_font=own_font) > room and len(word) > 1:
            upto = 1
            while upto < len(word) and width(word[: upto + 1], size, bold=bold, own_font=own_font) <= room:
                upto += 1
            yield word[:upto]
            word = word[upto:]
        yield word


def fit(
    text: str,
    *,
    across: float,
    high: float,
    sizes: Sequence[float],
    bold: bool = False,
    own_font: bool = False,
    lines: int | None = None,
) -> Fitted:
    """Return the text at the largest of ``sizes`` at which it fits; at the smallest one, cut, where none does.

    Parameters
    ----------
    text : str
        The text; hostile signs are taken out.
    across, high : float
        The box, in points.
    sizes : sequence of float
        Allowed sizes, largest first.
    lines : int, optional
        Most lines.

    Examples
    --------
    >>> fit("An engagement costs less", across=400, high=40, sizes=(28, 24)).size
    28
    >>> fit("An engagement costs less with micro", across=100, high=30, sizes=(12,)).text
    'An engagement costs less with…'
    """
    told = plain(text)
    for size in sizes:
        allowed = max(1, int(high / (size * LEADING) + 1e-6))
        allowed = min(allowed, lines) if lines else allowed
        made = wrap(told, across, size, bold=bold, own_font=own_font)
        if len(made) <= allowed:
            return Fitted(told, tuple(made), size)
    whole = sentences(told)
    for last in range(len(whole) - 1, 0, -1):  # whole sentences are better than a cut one
        kept = " ".join(whole[:last])
        made = wrap(kept, across, size, bold=bold, own_font=own_font)
        if len(made) <= allowed:
            return Fitted(kept, tuple(made), size, cut=True)
    low, high_ = 0, len(told)
    while low < high_:  # the longest beginning that fits with its ellipsis
        middle = (low + high_ + 1) // 2
        fits = len(wrap(_ended(told[:middle]), across, size, bold=bold, own_font=own_font)) <= allowed
        low, high_ = (middle, high_) if fits else (low, middle - 1)
    kept = _ended(told[:low])
    return Fitted(kept, tuple(wrap(kept, across, size, bold=bold, own_font=own_font)), size, cut=True)


def _ended(text: str) -> str:
    """Return the beginning of a text with an ellipsis, at a word's end where one is near."""
    word = text.rfind(" ")
    kept = text[:word] if len(text) - word <= 12 and word > 0 else text
    return kept.rstrip(" ,;:.(") + "…"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    Examples
    --------
    >>> sentences("It costs $0.5 a post. Mind this.")
    ['It costs $0.5 a post.', 'Mind this.']
    """
    made, start = [], 0
    for place, sign in enumerate(text):
        ends = sign in ".!?" and text[place + 1 : place + 2] == " " and text[place + 2 : place + 3].isupper()
        if ends:
            made.append(text[start : place + 1])
            start = place + 2
    return [*made, text[start:]] if text[start:] else made
