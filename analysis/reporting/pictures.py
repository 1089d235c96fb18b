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

from markupsafe import Markup

from analysis.reporting.story import DrawingRecord

__all__ = ["data_address", "embedded", "size", "small_svg"]

#: A picture heavier than this as a vector (thousands of marks) is embedded as a bitmap when that is lighter, in bytes.
HEAVY = 110_000

#: Colours of an embedded bitmap; a chart uses a dozen, the rest smooth its edges.
COLOURS = 64

_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


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
    quoted = "".join(_escaped(character) for character in svg.replace("'", "&apos;").replace('"', "'"))
    return Markup("data:image/svg+xml," + quoted.replace("//", "%2F%2F"))


def _escaped(character: str) -> str:
    if character in '%#&"\n\r\t' or not character.isascii():
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))
    return character


def size(svg: str) -> tuple[int, int] | None:
    """Return width and height in CSS pixels, so that the page does not jump while it loads; None when unknown.

    Examples
    --------
    >>> size('<svg viewBox="0 0 72 36">')
    (96, 48)
    """
    found = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg[:2000])
    return (round(float(found[1]) / 0.75), round(float(found[2]) / 0.75)) if found else None


def small_svg(svg: str) -> str:
    """Return the same picture, told in fewer characters.

    Examples
    --------
    >>> small_svg('<svg><path id="long" d="M 10 10 L 20 10.50 L 20 20 z" style="fill: none; stroke: red"/></svg>')
    '<svg><path d="m10 10l10 .5 0 9.5z" style="fill:none;stroke:red"/></svg>'
    """
    svg = re.sub(r"<title>.*?</title>|\s(?:role|aria-label)=\"[^\"]*\"", "", svg, flags=re.DOTALL)
    svg = svg.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = re.sub(r"></(?:use|path|rect)>", "/>", svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><")
    svg = re.sub(r'(?<= d=")[^"]*', lambda found: _relative(found[0]), svg)
    svg = re.sub(r'(?<=style=")[^"]*', lambda found: re.sub(r"\s*([:;])\s*", r"\1", found[0]), svg)
    svg = re.sub(r'(<use [^>]*?)transform="translate\((-?[\d.]+)[ ,]0\)"', r'\1x="\2"', svg)
    return _short_names(svg)


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
    places = 2 if "." in path else 0
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


def _few_colours(png: bytes) -> bytes:
    """Return a bitmap with a palette: a third of the bytes, the same to the eye."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        flat.save(stream, "PNG", optimize=True)
    return stream.getvalue()
