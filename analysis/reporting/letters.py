"""Letters that a typeset page can show: no name is printed as an empty box.

A browser finds a font for nearly any script; a page that is typeset has the fonts it is given. First come the fonts
that are installed with the package, so that a page looks the same everywhere. Only for letters that they lack is a
font of the system taken. What no font holds is spelled: a letter by its name (a Hangul syllable reads as it sounds),
a Chinese character by its number, and the reader sees a word instead of a box.
"""

import importlib.util
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.look import JOINTS

__all__ = ["LONG_WORD", "Letters", "advance", "letters", "pieces"]

#: The page's own family, that of the charts too, and its faces: they come with the charts' library.
_FAMILY = "DejaVu Sans"
_FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")

#: Letters that are seen through others, or not at all; a font need not hold them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


#: A word this long may be broken, in pieces of at most so many letters; a handle is mostly shorter and stays whole.
LONG_WORD, BREAK = 24, 13

_PARTS = re.compile("[^{0}]*[{0}]+|[^{0}]+".format(re.escape(JOINTS)))


@dataclass(frozen=True)
class Letters:
    """The fonts of a page: their families in order of use, their files, and what they hold."""

    families: tuple[str, ...]
    files: tuple[Path, ...]
    held: frozenset[int]

    def spelled(self, text: str) -> str:
        """Return ``text`` with each letter that no font holds spelled in letters that one does.

        Examples
        --------
        >>> Letters((), (), frozenset(range(32, 127))).spelled("한국 x 漢 🔥 é")
        'han·gug· x [U+6F22] [fire] e'
        """
        out: list[str] = []
        for letter in unicodedata.normalize("NFC", text):
            if ord(letter) in self.held:
                out.append(letter)
            elif unicodedata.category(letter) not in _UNSEEN and not 0xFE00 <= ord(letter) <= 0xFE0F:
                out.append(_spelled(letter, self.held))
        return "".join(out)

    def copied(self, folder: Path) -> Path:
        """Put the font files into ``folder``, where the typesetter looks for them, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            try:
                (folder / file.name).symlink_to(file)
            except OSError:
                shutil.copyfile(file, folder / file.name)
        return folder


def _spelled(letter: str, held: frozenset[int]) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if bare and all(ord(part) in held for part in bare):
        return bare
    name = unicodedata.name(letter, "")
    if name.startswith("HANGUL SYLLABLE "):
        return name.removeprefix("HANGUL SYLLABLE ").lower() + "·"
    if "LETTER " in name and "WITH" not in name:
        return name.rpartition("LETTER ")[2].lower().replace(" ", "-") + "·"
    return f"[U+{ord(letter):04X}]" if not name or "IDEOGRAPH" in name else f"[{name.lower()}]"


def letters(texts: Iterable[str], *, font: str | None = None) -> Letters:
    """Return the fonts for a page that says ``texts``.

    Parameters
    ----------
    texts : iterable of str
        Everything that will be on the page.
    font : str, optional
        A family that a client wants; used when the system has it.

    Raises
    ------
    FileNotFoundError
        If not even the fonts that come with the package are there.
    """
    families: tuple[str, ...] = (_FAMILY,)
    files = _shipped()
    wanted = _faces(font) if font and font not in families else ()
    if font and wanted:
        families, files = (font, *families), (*wanted, *files)
    held = frozenset().union(*(_held(file, 0) for file in files))
    needed = {letter for text in texts for letter in text if ord(letter) not in held}
    lacking = {ord(letter) for letter in needed if unicodedata.category(letter) not in _UNSEEN}
    for family, path, index in _of_system() if lacking else ():
        found = lacking & _held(Path(path), index)
        if found:
            families, files = (*families, family), (*files, Path(path))
            lacking -= found
            held |= found
    return Letters(tuple(dict.fromkeys(families)), tuple(dict.fromkeys(files)), held)


@cache
def _shipped() -> tuple[Path, ...]:
    spec = importlib.util.find_spec("matplotlib")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" if spec and spec.origin else Path()
    files = tuple(folder / face for face in _FACES)
    if not all(file.is_file() for file in files):
        raise FileNotFoundError(f"the fonts of matplotlib are not in {folder}")
    return files


def pieces(word: str) -> list[str]:
    """Return where a long word may be broken: after what joins its parts, else wherever a line would be full.

    Examples
    --------
    >>> pieces("the_quick_brown_fox_jumps_over"), pieces("idle_cedar_0588")
    (['the_quick_', 'brown_fox_', 'jumps_over'], ['idle_cedar_0588'])
    """
    if len(word) < LONG_WORD:
        return [word]
    told = [""]
    for part in _PARTS.findall(word):
        for place in range(0, len(part), BREAK):
            piece = part[place : place + BREAK]
            if len(told[-1]) + len(piece) <= BREAK:
                told[-1] += piece
            else:
                told.append(piece)
    return [piece for piece in told if piece]


def advance(text: str, *, bold: bool = False) -> float:
    """Return the width of a line of text in ems of the page's own family; a letter it lacks counts as a wide one.

    Examples
    --------
    >>> round(advance("mega"), 2), advance("mega", bold=True) > advance("mega")
    (2.84, True)
    """
    known = _advances(_shipped()[1 if bold else 0])
    return sum(known.get(ord(letter), 1.0) for letter in text)


@cache
def _advances(file: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(file, lazy=True) as font:
        em, wide = font["head"].unitsPerEm, font["hmtx"]
        return {letter: wide[name][0] / em for letter, name in (font.getBestCmap() or {}).items()}


@cache
def _installed() -> Sequence[Any]:
    import typst

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts()
    return [font for font in fonts if font.path and "LastResort" not in font.path]


def _faces(family: str) -> tuple[Path, ...]:
    """Return every file of a family of this system: plain, bold, slanted."""
    return tuple(sorted({Path(font.path) for font in _installed() if font.family.casefold() == family.casefold()}))


@cache
def _of_system() -> Sequence[tuple[str, str, int]]:
    """Return (family, file, place in the file) of the plain upright fonts of this system, sans serif first."""
    plain = {
        (font.family, font.path, font.index) for font in _installed() if font.weight == 400 and font.style == "normal"
    }
    return sorted(plain, key=lambda font: ("Noto Sans" not in font[0], "Sans" not in font[0], "Mono" in font[0], font))


@cache
def _held(file: Path, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(file, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, ValueError):
        return frozenset()
