"""How wide a text is and where its letters stand, asked of the font once in a process.

A report is some thirty charts, each drawn as a page's vector, a phone's vector and a bitmap, and half of their time
went into asking the font again and again about the same few words. What is remembered here is what matplotlib would
ask for, to the last digit, so that a chart is the same chart.
"""

# mypy: allow-untyped-calls
# matplotlib's backends ship no types

from functools import lru_cache
from typing import Any

from matplotlib import _path
from matplotlib.backends.backend_svg import _generate_transform
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

__all__ = ["Face", "Room", "face_of", "lines", "room", "shape", "sizeless_room", "stand", "written"]

#: Texts that a process remembers, each at its sizes.
REMEMBERED = 20_000

#: Family, style, variant, weight, stretch and file of a text.
Face = tuple[tuple[str, ...], Any, Any, Any, Any, Any]

#: Width, height and descent of a text.
Room = tuple[float, float, float]

#: The size at which letters are outlined, and its resolution.
_SCALE, _DPI = float(text_to_path.FONT_SCALE), float(text_to_path.DPI)


def face_of(font: FontProperties) -> Face:
    """Return what chooses the face of a text, without its size."""
    return (
        tuple(font.get_family()),
        font.get_style(),
        font.get_variant(),
        font.get_weight(),
        font.get_stretch(),
        font.get_file(),
    )


@lru_cache(maxsize=64)
def _files(face: Face) -> Any:
    """Return the font files of a face, as matplotlib finds them."""
    family, style, variant, weight, stretch, file = face
    asked = FontProperties(
        family=list(family), style=style, variant=variant, weight=weight, stretch=stretch, fname=file
    )
    manager: Any = fontManager
    return manager._find_fonts_by_props(asked)


def _font(face: Face, size: float, dpi: float) -> FT2Font:
    font = get_font(_files(face))
    font.clear()
    font.set_size(size, dpi)
    return font


@lru_cache(maxsize=REMEMBERED)
def room(text: str, face: Face, size: float, dpi: float, flags: LoadFlags = LoadFlags.NO_HINTING) -> Room:
    """Return the room of a text at a size, in pixels."""
    font = _font(face, size, dpi)
    font.set_text(text, 0.0, flags=flags)
    width, height = font.get_width_height()
    return width / 64.0, height / 64.0, font.get_descent() / 64.0


def sizeless_room(text: str, face: Face) -> Room:
    """Return the room of a text at the size in which letters are outlined; at other sizes it is in proportion."""
    return room(text, face, _SCALE, _DPI)


@lru_cache(maxsize=64)
def _line(face: Face) -> tuple[float, float, float, float] | None:
    font: Any = get_font(_files(face))
    for table, up, down, gap in (
        ("OS/2", "sTypoAscender", "sTypoDescender", "sTypoLineGap"),
        ("hhea", "ascent", "descent", "lineGap"),
    ):
        found = font.get_sfnt_table(table)
        if found is not None:
            return found[up], -found[down], found[gap], font.get_sfnt_table("head")["unitsPerEm"]
    return None


def lines(font: FontProperties, dpi: float) -> tuple[float | None, float | None, float | None]:
    """Return ascent, descent and gap of a font's lines in pixels; nothing where the font does not tell."""
    told = _line(face_of(font))
    if told is None:
        return None, None, None
    up, down, gap, em = told
    scale = 1 / em * font.get_size_in_points() * dpi / 72
    return up * scale, down * scale, gap * scale


@lru_cache(maxsize=REMEMBERED)
def stand(text: str, face: Face, size: float, dpi: float, flags: LoadFlags) -> list[tuple[FT2Font, int, float, float]]:
    """Return each letter of a text: its font, its number there, and where it stands, in pixels."""
    font: Any = _font(face, size, dpi)
    return [(item.ft_object, item.glyph_index, item.x, item.y) for item in font._layout(text, flags=flags)]


@lru_cache(maxsize=REMEMBERED)
def written(text: str, face: Face) -> tuple[dict[str, Any], str]:
    """Return the outlines of a text's letters by name, and the SVG elements that put each in its place."""
    font: Any = _font(face, _SCALE, _DPI)
    outlines, uses = {}, []
    for item in font._layout(text, flags=LoadFlags.NO_HINTING):
        name, outline = _letter(item.ft_object, item.glyph_index)
        outlines[name] = outline
        move = _generate_transform([("translate", (item.x, item.y)), ("scale", (1.0,))])
        uses.append(f'<use xlink:href="#{name}"' + (f' transform="{move}"/>' if move else "/>"))
    return outlines, "".join(uses)


_letters: dict[tuple[str, int], tuple[str, Any]] = {}


def _letter(font: Any, number: int) -> tuple[str, Any]:
    """Return the name and the outline of a letter of a font that is set to the size of outlines."""
    key = font.fname, number
    if key not in _letters:
        font.load_glyph(number, flags=LoadFlags.NO_HINTING)
        maker: Any = text_to_path
        _letters[key] = maker._get_glyph_repr(font, number), font.get_path()
    return _letters[key]


_shapes: dict[str, str] = {}


def shape(name: str, outline: Any) -> str:
    """Return the SVG definition of a letter, in the font's own units."""
    if name not in _shapes:
        vertices, codes = outline
        commands = [b"M", b"L", b"Q", b"C", b"z"]
        outlines: Any = _path
        told = outlines.convert_to_string(Path(vertices * 64, codes), None, None, False, None, 6, commands, False)
        drawn = f' d="{told.decode("ascii")}"' if told else ""  # a space
        _shapes[name] = f'<path id="{name}"{drawn} transform="scale(0.015625)"/>'
    return _shapes[name]
