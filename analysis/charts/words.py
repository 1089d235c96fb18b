"""Text that a chart can draw: safe, measured, wrapped.

A creator's name may hold dollar signs (mathematics to matplotlib), emoji, scripts that the font lacks, control
characters, 5,000 letters. Every string passes :func:`drawable` before it is drawn, and its size is known beforehand
from the font, so that nothing is clipped or overlaps. A run of letters that DejaVu Sans lacks becomes the name of its
script in brackets, such as ``[Hangul]``; any other sign that it lacks, an emoji for instance, is dropped.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.textpath import text_to_path

from analysis.charts.typeset import face_of, sizeless_room
from analysis.hostile import plain
from analysis.look import JOINTS

__all__ = ["Size", "column_words", "drawable", "fit", "measure", "wrap"]

#: Width and height in points.
Size = tuple[float, float]

#: Height of a line against the size of its letters.
LEADING = 1.25


@cache
def _glyphs() -> frozenset[int]:
    """Return the code points that both the plain and the bold face draw."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    plain_face, bold_face = (
        set(get_font(folder / name).get_charmap()) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    )
    return frozenset(plain_face & bold_face)


def _script(letter: str) -> str:
    word = unicodedata.name(letter, "other script").split()[0]
    return f"[{word if word == 'CJK' else word.capitalize()}]"


def drawable(text: object, limit: int | None = None) -> str:
    r"""Return ``text`` as DejaVu Sans can draw it; at most ``limit`` characters, the last of them an ellipsis.

    Examples
    --------
    >>> drawable("카리나 karina"), drawable("caf\x00é 🚀"), drawable("x" * 9, limit=4)
    ('[Hangul] karina', 'café', 'xxx…')
    >>> drawable("🚀🚀")
    ''
    """
    glyphs, out = _glyphs(), []
    for letter in unicodedata.normalize("NFC", plain(str(text))):
        category = unicodedata.category(letter)
        if category in {"Cf", "Co", "Cn", "Cs"} or 0xFE00 <= ord(letter) <= 0xFE0F:
            continue
        if ord(letter) in glyphs:
            out.append(letter)
        elif category.startswith("L"):
            name = _script(letter)
            if not out or out[-1] != name:
                out.append(name)
    return plain("".join(out), limit)


@lru_cache(maxsize=4096)
def measure(text: str, size: float, weight: str = "normal") -> Size:
    """Return the width and height in points of one line or several.

    Examples
    --------
    >>> wide, narrow = measure("micro", 10)[0], measure("i", 10)[0]
    >>> wide > narrow
    True
    """
    lines = text.split("\n")
    width = max(_full_width(line, weight) for line in lines) * (size / text_to_path.FONT_SCALE)
    return width * 1.01 + 0.5, len(lines) * size * LEADING


def _full_width(line: str, weight: str) -> float:
    """Return the width of a line at the size in which fonts are measured; all other sizes are in proportion.

    A space keeps nothing nearer or further, so a line is as wide as its words and spaces: words recur, lines do not.
    """
    words = line.split(" ")
    if any(map(unicodedata.combining, line)):  # such a letter may stand on the space before it
        return _word_width(line, weight)
    return sum(_word_width(word, weight) for word in words) + (len(words) - 1) * _word_width(" ", weight)


@lru_cache(maxsize=16384)
def _word_width(word: str, weight: str) -> float:
    return sizeless_room(word, face_of(_font(weight)))[0] if word else 0.0


@cache
def _font(weight: str) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=text_to_path.FONT_SCALE, weight=weight)


def fit(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Return ``text`` on one line of ``width`` points, cut with an ellipsis where it is longer.

    Examples
    --------
    >>> fit("a very long name indeed", 60, 10)
    'a very lo…'
    """
    if measure(text, size, weight)[0] <= width:
        return text
    short, long = 0, len(text)
    while short < long:
        middle = (short + long + 1) // 2
        if measure(text[:middle].rstrip() + "…", size, weight)[0] <= width:
            short = middle
        else:
            long = middle - 1
    return text[:short].rstrip() + "…"


def wrap(
    text: str, width: float, size: float, weight: str = "normal", *, lines: int = 12, balance: float = 0.5
) -> list[str]:
    """Return the lines of ``text`` at ``width`` points; what does not fit ``lines`` ends in an ellipsis.

    Lines are made even, as narrow as their number allows and at least ``balance`` of the width.

    Examples
    --------
    >>> wrap("one two three four", 60, 10)
    ['one two', 'three four']
    """
    # a no-break space keeps a number and its sign together; a dot between parts ends a line and never begins one
    parts = text.replace(" · ", "\u00a0· ").split(" ")
    words = [piece for word in parts if word for piece in _pieces(word, width, size, weight)]
    if not words:
        return []
    rows = _greedy(words, width, size, weight)
    if len(rows) > lines:
        kept, rest = rows[: lines - 1], " ".join(rows[lines - 1 :])
        return [*kept, fit(rest, width, size, weight)]
    # as narrow as the same number of lines allows
    narrow, wide = width * balance, width
    for _ in range(6):
        middle = (narrow + wide) / 2
        tried = _greedy(words, middle, size, weight)
        if len(tried) <= len(rows) and all(measure(row, size, weight)[0] <= middle for row in tried):
            rows, wide = tried, middle
        else:
            narrow = middle
    return rows


def _greedy(words: list[str], width: float, size: float, weight: str) -> list[str]:
    rows = [words[0]]
    for word in words[1:]:
        if measure(f"{rows[-1]} {word}", size, weight)[0] <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    """Cut a word that is wider than the line: after what joins its parts, else where the line is full."""
    pieces = []
    while measure(word, size, weight)[0] > width and len(word) > 1:
        full = max(1, len(fit(word, width, size, weight)) - 1)
        joint = max(word.rfind(sign, 0, full) for sign in JOINTS) + 1
        cut = joint if joint > full / 2 else full
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def column_words(column: str) -> str:
    """Return a column's name as words, for an axis that was given no label of its own.

    Examples
    --------
    >>> column_words("engagements_per_post")
    'engagements per post'
    """
    return drawable(column.replace("_", " "))
