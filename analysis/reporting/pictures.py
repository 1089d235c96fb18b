"""A chart inside a page: the same picture in half the bytes.

A report is one file that a person sends, so its weight matters; and its charts stay vectors, because a page is also
printed. A plotting library spells out every point from the origin, every letter with a long name and a
transformation. Here points are told from the point before, names are short, and the picture enters the page as text
rather than as base64. Nothing is redrawn: positions keep two decimals of a point.

A picture is embedded as an image, never as markup of the page: nothing inside it can run, and no name in it can meet
a name of the page.
"""

import base64
import io
import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from analysis.reporting.story import DrawingRecord

__all__ = ["data_address", "embedded", "plot_alone", "points", "size", "small_svg"]

#: A picture heavier than this as a vector (thousands of marks) is embedded as a bitmap when that is lighter, in bytes.
HEAVY = 110_000

#: Colours of an embedded bitmap; a chart uses a dozen, the rest smooth its edges.
COLOURS = 64

#: Letters are stored on a grid of 2,048 units with a scale of 1/64; every sixteenth line of it is kept.
GRID = 16

#: Path data longer than this, in characters, outlines a word; a tenth of a point is enough for its curves.
WORD = 700

#: What may not stand in an address as it is.
_SPECIAL = re.compile(r"""[%#&"\n\r\t]|[^\x00-\x7F]""")

_LETTER = re.compile(r'(<path id="[^"]*" d=")([-MLQCZz\d\s]*)" transform="scale\(0\.015625\)"/>')
_BESIDE = re.compile(r'(<use [^>]*?)transform="translate\((-?[\d.]+)[ ,]0\)"')
_INSIDE = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+")
_SHEET_WORDS = re.compile(r'<g id="sheet-\w+-\d+">.*?</g>\s*</g>', re.DOTALL)
_DEFINED = re.compile(r"<defs>.*?</defs>", re.DOTALL)
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@lru_cache(maxsize=64)
def embedded(drawing: DrawingRecord) -> Markup:
    """Return the drawing as a data address: the vector, or the bitmap when the vector is heavy and it is not."""
    svg = small_svg(drawing.svg) if drawing.svg else ""
    if svg and not (len(svg) > HEAVY and drawing.png):
        return data_address(svg)
    png = _few_colours(drawing.png)
    if svg and len(png) * 4 / 3 > len(svg):
        return data_address(svg)
    return Markup("data:image/png;base64,") + base64.b64encode(png).decode("ascii")


def data_address(svg: str) -> Markup:
    """Return an SVG as the value of a double-quoted attribute.

    The name of the SVG standard looks like a web address; its slashes are written so that nobody takes it for one.

    Examples
    --------
    >>> data_address('<svg id="a" f="#x & é"/>')
    Markup("data:image/svg+xml,<svg id='a' f='%23x %26 %C3%A9'/>")
    """
    quoted = _SPECIAL.sub(_escaped, svg.replace("'", "&apos;").replace('"', "'"))
    return Markup("data:image/svg+xml," + quoted.replace("//", "%2F%2F"))


def _escaped(special: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in special[0].encode("utf-8"))


def size(svg: str) -> tuple[int, int] | None:
    """Return width and height in CSS pixels, so that the page does not jump while it loads; None when unknown.

    Examples
    --------
    >>> size('<svg viewBox="0 0 72 36">')
    (96, 48)
    """
    found = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg[:2000])
    return (round(float(found[1]) / 0.75), round(float(found[2]) / 0.75)) if found else None


def points(svg: str) -> str:
    """Return width and height in points, as the picture counts its places; empty when unknown.

    Examples
    --------
    >>> points('<svg viewBox="0 0 72 36.5">')
    '72 36.5'
    """
    found = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg[:2000])
    return f"{found[1]} {found[2]}" if found else ""


def plot_alone(svg: str) -> str:
    """Return a chart without its title, subtitle and source, for a page that writes them; empty where it cannot.

    A chart says in its opening tag how many points these words take above and below, and names them.

    Examples
    --------
    >>> words = '<g id="sheet-title-0"><g><defs><path id="A"/></defs><use href="#A"/></g></g>'
    >>> plot_alone(f'<svg data-sheet="30 12" width="72pt" height="100pt" viewBox="0 0 72 100">{words}<g/></svg>')
    '<svg width="72pt" height="58.00pt" viewBox="0 30 72 58.00"><defs><path id="A"/></defs><g/></svg>'
    >>> plot_alone('<svg viewBox="0 0 72 36">')
    ''
    """
    told = re.search(r' data-sheet="([\d.]+) ([\d.]+)"', svg[:2000])
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg[:2000])
    if told is None or box is None:
        return ""
    high = float(box[2]) - float(told[1]) - float(told[2])
    svg = svg.replace(told[0], "", 1).replace(box[0], f'viewBox="0 {told[1]} {box[1]} {high:.2f}"', 1)
    svg = re.sub(r' height="[\d.]+pt"', f' height="{high:.2f}pt"', svg, count=1)
    return _SHEET_WORDS.sub(lambda found: "".join(_DEFINED.findall(found[0])), svg)


def small_svg(svg: str) -> str:
    """Return the same picture, told in fewer characters.

    Examples
    --------
    >>> small_svg('<svg><path id="long" d="M 10 10 L 20 10.50 L 20 20 z" style="fill: none; stroke: red"/></svg>')
    '<svg><path d="m10 10l10 .5 0 9.5z" style="fill:none;stroke:red"/></svg>'
    """
    svg = re.sub(r"\s*\n\s*", " ", svg) if "\n" in svg else svg
    svg = re.sub(r"<title>.*?</title>", "", svg, flags=re.DOTALL)
    for told in ("role", "aria-label"):  # apart, so that each begins with letters that are quickly found
        svg = re.sub(rf' {told}="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = re.sub(r"></(?:use|path|rect)>", "/>", svg)
    svg = svg.replace("> <", "><")
    svg = _LETTER.sub(lambda found: found[1] + _coarse(found[2]), svg)
    svg = _told_once(svg)
    svg = re.sub(r' d="([^"]*)"', lambda found: f' d="{(_relative if "." in found[1] else _letter)(found[1])}"', svg)
    svg = re.sub(r'style="[^"]*', lambda found: _tight(found[0]), svg)
    svg = _BESIDE.sub(lambda found: f'{found[1]}x="{round(float(found[2]))}"', svg)
    svg = _INSIDE.sub(_light_bitmap, svg)
    return _short_names(svg)


@lru_cache(maxsize=1024)
def _tight(style: str) -> str:
    """Return a style without the spaces in it; a chart has a dozen, each many times."""
    return re.sub(r"\s*([:;])\s*", r"\1", style)


@lru_cache(maxsize=1024)
def _coarse(outline: str) -> str:
    """Return a letter drawn on a grid of 1/128 of its size instead of 1/2048: finer than any screen or printer."""
    path = re.sub(r"-?\d+", lambda found: str(round(int(found[0]) / GRID)), outline)
    return f'{path}" transform="scale({GRID / 64:g})"/>'


@lru_cache(maxsize=1024)
def _letter(path: str) -> str:
    """Return the path of a letter, told from point to point; every chart has the same ones."""
    return _relative(path)


def _told_once(svg: str) -> str:
    """Name an outline that is drawn twice (a word's halo, then the word), and draw it by its name."""
    outlines = re.findall(r'<path d="([^"]{200,})"', svg)
    twice = {path: f"again{place}" for place, path in enumerate(dict.fromkeys(outlines)) if outlines.count(path) > 1}
    named = "".join(f'<path id="{name}" d="{path}"/>' for path, name in twice.items())
    svg = re.sub(
        r'<path d="([^"]{200,})"',
        lambda found: f'<use href="#{twice[found[1]]}"' if found[1] in twice else found[0],
        svg,
    )
    return svg.replace(">", f"><defs>{named}</defs>", 1) if named else svg


def _short_names(svg: str) -> str:
    """Drop names nothing refers to, and shorten the others."""
    used = dict.fromkeys(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    short = {name: _name(place) for place, name in enumerate(used)}
    svg = re.sub(r' id="([^"]*)"', lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda found: found[1] + short[found[2]], svg)


def _name(place: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return (_name(place // 26 - 1) if place >= 26 else "") + letters[place % 26]


def _relative(path: str) -> str:
    """Return path data told from point to point; data with commands beyond M, L, Q, C and Z stays as it is."""
    tokens = _TOKEN.findall(path)
    if not all(token in "MLQCZz" or not token.isalpha() for token in tokens):
        return path
    places = 0 if "." not in path else 1 if len(path) > WORD else 2
    told: list[str] = []
    here, start, last = (0.0, 0.0), (0.0, 0.0), ""
    for command, points in _commands(tokens):
        if command == "Z":
            here, last = start, "z"
            told.append("z")
            continue
        steps: list[str] = []
        for x, y in points:
            steps += [_number(x - here[0], places), _number(y - here[1], places)]
        # the next step starts where the rounded one ended, so that errors do not add up
        here = (here[0] + float(steps[-2]), here[1] + float(steps[-1]))
        if command == "M":
            start = here
        letter = command.lower()
        told.append(_joined(steps, "" if letter == last and letter != "m" else letter, told[-1] if told else ""))
        last = letter
    return "".join(told)


def _commands(tokens: list[str]) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    command, place = "", 0
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place].upper()
            place += 1
        if command == "Z":
            yield "Z", []
            continue
        count = 2 * _PAIRS[command]
        numbers = [float(token) for token in tokens[place : place + count]]
        yield command, list(zip(numbers[::2], numbers[1::2], strict=True))
        place += count
        command = "L" if command == "M" else command  # more pairs after a move are lines


def _number(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"0", "-0"}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _joined(steps: list[str], letter: str, before: str) -> str:
    """Return steps with the fewest separators that keep them apart."""
    text = letter
    for step in steps:
        previous = text or before
        apart = not previous[-1:].isdigit() and previous[-1:] != "."
        if apart or step.startswith("-"):
            text += step
        else:
            text += " " + step
    return text


def _light_bitmap(inside: re.Match[str]) -> str:
    """Return a bitmap that lies inside a vector (a cloud of marks) with a palette, when that is lighter."""
    light = base64.b64encode(_few_colours(base64.b64decode(inside[0]))).decode("ascii")
    return light if len(light) < len(inside[0]) else inside[0]


def _few_colours(png: bytes) -> bytes:
    """Return a bitmap with a palette: a third of the bytes, the same to the eye; what is clear stays clear."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        clear = "A" in picture.getbands() and picture.getchannel("A").getextrema() != (255, 255)
        method = Image.Quantize.FASTOCTREE if clear else Image.Quantize.MEDIANCUT
        full = picture.convert("RGBA" if clear else "RGB")
        stream = io.BytesIO()
        few = full.quantize(256 if clear else COLOURS, method=method, dither=Image.Dither.NONE)
        few.save(stream, "PNG", optimize=True)
    return stream.getvalue()
