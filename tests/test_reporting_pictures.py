"""Charts inside a page: the same picture, lighter."""

import base64
import io
import re
from urllib.parse import unquote

import pytest

from analysis.reporting.pictures import HEAVY, data_address, embedded, size, small_svg
from analysis.reporting.story import DrawingRecord


def points(path):
    """Return the points of path data, absolute or relative, as an independent reader sees them."""
    x = y = sx = sy = 0.0
    seen, command = [], ""
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+", path)
    place = 0
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        if command in "zZ":
            x, y = sx, sy
            continue
        here = (x, y)
        for _ in range({"M": 1, "L": 1, "Q": 2, "C": 3}[command.upper()]):
            a, b = float(tokens[place]), float(tokens[place + 1])
            place += 2
            x, y = (here[0] + a, here[1] + b) if command.islower() else (a, b)
            seen.append((x, y))
        if command in "Mm":
            sx, sy = x, y
    return seen


def a_path(svg):
    return re.search(r'd="([^"]*)"', svg)[1]


@pytest.mark.parametrize(
    ("path", "apart"),
    [
        ("M 10.25 20.5 L 30 40.755 L 30.005 41 z M 0 0 L 1 1 z", 0.0151),
        ("M 2034 4250 Q 1547 4250 1301 3770 Q 1056 3291 1056 2328 z", 0),
        ("M -0.5 0.5 C -1 -2 3 4 5 6 L 0.001 -0.004 L 100000.5 0.25", 0.0151),
        ("M 1 1 " + "L 0.333 0.333 L 0.666 0.999 " * 500, 0.0751),
    ],
)
def test_points_stay_where_they_are(path, apart):
    # two decimals of a point are kept, one in the outline of a word; errors do not add up along the path
    small = a_path(small_svg(f'<svg><path d="{path}"/></svg>'))
    assert len(small) < len(path)
    for (x, y), (u, v) in zip(points(path), points(small), strict=True):
        assert abs(x - u) <= apart
        assert abs(y - v) <= apart


def test_letters_lie_on_a_coarser_grid():
    letter = '<path id="a" d="M 4653 2053 L 8 -24" transform="scale(0.015625)"/><use href="#a"/>'
    assert small_svg(f"<svg>{letter}</svg>") == (
        '<svg><path id="a" d="m291 128l-291-130" transform="scale(0.25)"/><use href="#a"/></svg>'
    )


def test_a_word_drawn_twice_is_told_once():
    word = "M 0 0 " + "L 1 2 " * 60
    svg = f'<svg><path d="{word}" style="stroke: #fff"/><path d="{word}" style="fill: #000" clip-path="url(#c)"/></svg>'
    small = small_svg(svg)
    assert small.count("m0 0") == 1
    assert '<use href="#a" style="stroke:#fff"/><use href="#a" style="fill:#000" clip-path="url(#b)"/>' in small


def test_marks_inside_a_vector_get_a_palette_and_stay_clear():
    from PIL import Image

    cloud = Image.effect_noise((200, 200), 90).convert("RGBA")
    cloud.putalpha(Image.linear_gradient("L").resize((200, 200)))
    stream = io.BytesIO()
    cloud.save(stream, "PNG")
    inside = base64.b64encode(stream.getvalue()).decode()
    small = small_svg(f'<svg><image href="data:image/png;base64,{inside}"/></svg>')
    assert len(small) < len(inside) * 0.7
    told = base64.b64decode(re.search(r"base64,([^\"]+)", small)[1])
    alpha = Image.open(io.BytesIO(told)).convert("RGBA").getchannel("A")
    assert alpha.getpixel((5, 2)) < 20 < 230 < alpha.getpixel((5, 198))


@pytest.mark.parametrize("path", ["M 0 0 A 5 5 0 0 1 1 1", "M 0 0 H 5"])
def test_other_path_commands_are_left_alone(path):
    assert a_path(small_svg(f'<svg><path d="{path}"/></svg>')) == path


def test_names_are_short_and_still_meet_their_references():
    letter = '<path id="DejaVuSans-41" d="M 0 0"/>'
    text = '<use xlink:href="#DejaVuSans-41" transform="translate(63.62 0)"/>'
    cut = '<g clip-path="url(#p1)"/><clipPath id="p1"/>'
    links = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'<svg {links}><defs>{letter}</defs><g id="figure_1">{text}{cut}</g></svg>'
    assert small_svg(svg) == (
        '<svg><defs><path id="a" d="m0 0"/></defs><g><use href="#a" x="64"/><g clip-path="url(#b)"/>'
        '<clipPath id="b"/></g></svg>'
    )


def test_a_data_address_reads_back_and_holds_nothing_that_ends_an_attribute():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" a="50%" b="#é&amp;\'x\'">\n</svg>'
    address = str(data_address(svg))
    assert not set('"#&\n') & set(address)
    assert "http://" not in address
    assert unquote(address).removeprefix("data:image/svg+xml,") == svg.replace("'", "&apos;").replace('"', "'")


def bitmap():
    from PIL import Image

    stream = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(stream, "PNG")
    return stream.getvalue()


def test_a_light_vector_stays_a_vector():
    assert embedded(DrawingRecord("a", "a", "alt", "<svg/>", bitmap())).startswith("data:image/svg+xml,<svg")


def test_a_heavy_vector_gives_way_to_a_lighter_bitmap_and_never_to_a_heavier():
    heavy = "<svg>" + "<g/>" * HEAVY + "</svg>"
    address = embedded(DrawingRecord("a", "a", "alt", heavy, bitmap()))
    assert address.startswith("data:image/png;base64,")
    assert base64.b64decode(address.partition(",")[2]).startswith(b"\x89PNG")
    assert embedded(DrawingRecord("a", "a", "alt", heavy, b"")).startswith("data:image/svg+xml")


def test_only_a_bitmap_is_embedded_as_one():
    assert embedded(DrawingRecord("a", "a", "alt", "", bitmap())).startswith("data:image/png")


def test_size_in_css_pixels():
    assert size('<svg width="518.4pt" viewBox="0 0 518.4 281.25">') == (691, 375)
    assert size("<svg>") is None
