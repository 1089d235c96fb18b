"""Whose report it is to look at: the client's name, logo, two colours, font, footer, and how numbers are written.

One theme serves every format. The default is the house's own and needs nothing. A theme that would harm a reader is
refused before anything is made: a colour too faint to read, a logo that is more than a picture, a misspelt line that
would do nothing in silence.
"""

import io
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from analysis.errors import ParameterError, nearest
from analysis.hostile import plain
from analysis.look import ACCENT, FILE, MARK_CONTRAST, SECOND, TEXT_CONTRAST, Look, contrast
from analysis.reporting.parameters import parameters_file

__all__ = ["KEYS", "Theme", "default_theme", "load_theme"]

#: What a theme file may say, and what each line is.
KEYS = {
    "client": "the client's name",
    "logo": "a PNG, JPEG or SVG file beside the theme file",
    "accent": "the one accent, '#RRGGBB', at least 4.5:1 on white because it is text too",
    "second": "the colour of the tiers, '#RRGGBB', at least 3:1 on white",
    "font": "the name of a font that the readers have",
    "footer": "a line at the foot of every page",
    "language": "whose number formats, such as 'en', 'de' or 'pt_BR'; the words stay English",
}

#: Heaviest logo, in bytes; a page carries it, and so does every slide.
LOGO_LIMIT = 300_000

#: Largest side of a logo that is a bitmap, in pixels; a larger one is made smaller.
LOGO_PIXELS = 1200

_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}")
_LENGTHS = {"client": 80, "footer": 160}


@dataclass(frozen=True)
class Theme:
    """A client's look, checked: every colour is readable and the logo is nothing but a picture.

    Attributes
    ----------
    client : str or None
        The name that stands on the report; None leaves the one that was asked for.
    logo : bytes or None
        The picture, ``logo_type`` says of which kind; a JPEG has become a PNG.
    accent, second : str
        ``#RRGGBB``. The accent may be text on white; the second is for marks only (white text goes on ``dark``).
    font : str or None
        Name of a font family, put before the house's own.
    footer : str
        A line for the foot of every page.
    locale : str
        The language of number formats, as Babel names it.
    """

    client: str | None = None
    logo: bytes | None = field(default=None, repr=False)
    logo_type: Literal["png", "svg", ""] = ""
    accent: str = ACCENT
    second: str = SECOND
    font: str | None = None
    footer: str = ""
    locale: str = "en"

    @property
    def look(self) -> Look:
        """What charts and number formats take from it."""
        return Look(self.accent, self.second, self.locale)

    @property
    def ramp(self) -> tuple[str, str, str]:
        """Three tiers, light to dark, in the hue of the second colour."""
        return self.look.ramp

    @property
    def dark(self) -> str:
        """A ground on which white text is read: the darkest of the ramp."""
        return self.look.ramp[2]

    @property
    def logo_png(self) -> bytes | None:
        """The logo as a bitmap, for the formats that take no vectors."""
        if self.logo is None or self.logo_type == "png":
            return self.logo
        return _drawn(self.logo)

    def files(self) -> dict[str, bytes]:
        """Return what a pack keeps of it, so that it can be made again: name below the pack to content.

        The house's own theme needs no file.
        """
        if self == Theme():
            return {}
        said = {
            "client": self.client,
            "logo": f"logo.{self.logo_type}" if self.logo else None,
            "accent": self.accent,
            "second": self.second,
            "font": self.font,
            "footer": self.footer,
            "language": self.locale,
        }
        # JSON is YAML, and quotes whatever a client's name may hold
        lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items() if value)
        kept = {"theme/theme.yml": lines.encode("utf-8"), FILE: self.look.to_json().encode("utf-8")}
        return {**kept, f"theme/logo.{self.logo_type}": self.logo} if self.logo else kept


def default_theme() -> Theme:
    """Return the house's own theme."""
    return Theme()


def load_theme(path: str | Path | None) -> Theme:
    """Return the theme of a YAML file; the house's own when there is none.

    Parameters
    ----------
    path : str or Path or None
        A file of ``name: value`` lines (:data:`KEYS`); the logo's path starts at its folder.

    Raises
    ------
    ParameterError
        One sentence: an unknown line with the nearest name, a colour too faint, a logo that is not a plain picture,
        a language that is not known.
    """
    if path is None:
        return Theme()
    path = Path(path)
    said = {name: value for name, value in parameters_file(path, "--theme").items() if value is not None}
    for name, value in said.items():
        if name not in KEYS:
            raise ParameterError(f"{path}: a theme has no {name!r}{nearest(name, KEYS)}. Known: {', '.join(KEYS)}.")
        if isinstance(value, dict | list | bool) or not str(value).strip():
            raise ParameterError(f"{path}: {name} must be text ({KEYS[name]}); got {value!r}.")
    text = {name: plain(str(value), _LENGTHS.get(name, 500)) for name, value in said.items()}
    house = Theme()
    logo, kind = _logo(path, text["logo"]) if "logo" in text else (None, "")
    return Theme(
        client=text.get("client"),
        logo=logo,
        logo_type=kind,  # type: ignore[arg-type]
        accent=_colour(path, "accent", text.get("accent", house.accent), TEXT_CONTRAST),
        second=_colour(path, "second", text.get("second", house.second), MARK_CONTRAST),
        font=_font(path, text["font"]) if "font" in text else None,
        footer=text.get("footer", ""),
        locale=_locale(path, text.get("language", "en")),
    )


def _colour(path: Path, name: str, text: str, least: float) -> str:
    if not _COLOUR.fullmatch(text):
        raise ParameterError(f"{path}: {name} must be a colour such as '#C2410C', in quotes; got {text!r}.")
    colour = text.upper() if len(text) == 7 else "#" + "".join(2 * digit for digit in text[1:]).upper()
    found = contrast(colour)
    if found < least:
        use = "text" if least == TEXT_CONTRAST else "marks"
        raise ParameterError(
            f"{path}: {name} {colour} has a contrast of {found:.1f}:1 on white and {use} in it would be hard to see; "
            f"give a darker one, of at least {least:g}:1."
        )
    return colour


def _font(path: Path, text: str) -> str:
    if not _FONT.fullmatch(text):
        raise ParameterError(
            f"{path}: font must be the name of a font, of letters, digits, spaces and hyphens; got {text!r}."
        )
    return text


def _locale(path: Path, text: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    try:
        return str(Locale.parse(text.replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise ParameterError(
            f"{path}: no number formats are known for language {text!r}{nearest(text, locale_identifiers())}; "
            f"write one such as 'en', 'de' or 'pt_BR'."
        ) from error


# the logo ----------------------------------------------------------------------------------------------------------


def _logo(path: Path, name: str) -> tuple[bytes, str]:
    place = path.parent / name
    try:
        content = place.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file name"
        raise ParameterError(f"{path}: cannot read the logo {name}: {reason}. Its path starts at the theme.") from error
    if len(content) > LOGO_LIMIT * 10:
        raise ParameterError(f"{path}: the logo {name} has {len(content) / 1e6:.1f} MB; give one of less than 0.3 MB.")
    opening = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    picture, kind = (
        (_svg(path, name, content), "svg") if opening.startswith(b"<") else (_bitmap(path, name, place), "png")
    )
    if len(picture) > LOGO_LIMIT:
        raise ParameterError(f"{path}: the logo {name} has {len(picture) / 1e6:.1f} MB; give one of less than 0.3 MB.")
    return picture, kind


def _bitmap(path: Path, name: str, place: Path) -> bytes:
    """Return the bitmap as a PNG of its own pixels: no camera, no place, no comment travels with it."""
    from PIL import Image

    stream = io.BytesIO()
    try:
        with Image.open(place, formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > 40_000_000:
                raise ParameterError(f"{path}: the logo {name} is {opened.width} by {opened.height} pixels; too large.")
            bare = opened.convert("RGBA")
            bare.thumbnail((LOGO_PIXELS, LOGO_PIXELS))
            clean = Image.new("RGBA", bare.size)
            clean.paste(bare)
            clean.save(stream, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ParameterError(
            f"{path}: the logo {name} is not a PNG, JPEG or SVG picture. Give another file."
        ) from error
    return stream.getvalue()


#: What a still picture is made of; anything else (scripts, links, animations, foreign markup) is no logo's.
_STILL = frozenset(
    {"svg", "g", "defs", "symbol", "use", "switch", "title", "desc", "metadata", "style", "namedview"}
    | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "marker"}
    | {"linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "filter"}
    | {"feGaussianBlur", "feOffset", "feMerge", "feMergeNode", "feColorMatrix", "feBlend", "feFlood", "feComposite"}
)
_ELSEWHERE = re.compile(r"@import|javascript:|expression\(|url\(\s*[\"']?(?!#|data:image/(?:png|jpeg))", re.IGNORECASE)


def _svg(path: Path, name: str, content: bytes) -> bytes:
    """Return the SVG when it is a still picture; refuse it otherwise."""
    from xml.etree import ElementTree

    def refused(why: str) -> ParameterError:
        return ParameterError(f"{path}: the logo {name} {why}. Save it as a plain SVG or as a PNG.")

    try:
        text = content.decode("utf-8-sig")
        if re.search(r"<!(?:DOCTYPE|ENTITY)[^>]*(?:\[|ENTITY)", text, re.IGNORECASE):
            raise refused("declares entities, which a picture does not need")
        text = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--.*?-->", "", text, flags=re.DOTALL).strip()
        root = ElementTree.fromstring(text)
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise refused("is not well-formed SVG") from error
    if _local(root.tag) != "svg":
        raise refused("is not an SVG picture")
    for element in root.iter():
        kind = _local(element.tag)
        if kind not in _STILL:
            raise refused(f"holds <{plain(kind, 40)}>, which is more than a picture")
        if kind == "style" and _ELSEWHERE.search(element.text or ""):
            raise refused("refers to something outside itself")
        for attribute, value in element.attrib.items():
            _still(_local(attribute), value, refused)
    return text.encode("utf-8")


def _still(attribute: str, value: str, refused: Any) -> None:
    if attribute.lower().startswith("on"):
        raise refused(f"holds a script ({plain(attribute, 40)})")
    if attribute in {"href", "src"} and not re.match(r"\s*(?:#|data:image/(?:png|jpeg);base64,)", value):
        raise refused("refers to something outside itself")
    if _ELSEWHERE.search(value):
        raise refused("refers to something outside itself")


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2]


@cache
def _drawn(svg: bytes) -> bytes:
    """Return a vector logo as a bitmap 900 pixels wide, clear where it is clear."""
    import typst

    source = b'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("logo.svg", width: 300pt)\n'
    typeset: Any = typst.compile  # its types do not know of files by name
    drawn = typeset({"main.typ": source, "logo.svg": svg}, format="png", ppi=216.0)
    return bytes(drawn if isinstance(drawn, bytes) else drawn[0])
