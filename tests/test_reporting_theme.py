import io

import pytest
from PIL import Image

from analysis.errors import ParameterError
from analysis.reporting.theme import KEYS, Theme, default_theme, load_theme

PLAIN_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#123"/></svg>'
)


def written(folder, text, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
    path = folder / "theme.yml"
    path.write_text(text, encoding="utf-8")
    return path


def a_bitmap(kind="PNG", size=(30, 20), **options):
    stream = io.BytesIO()
    Image.new("RGB", size, "#336699").save(stream, kind, **options)
    return stream.getvalue()


def test_no_file_is_the_house_itself():
    assert load_theme(None) == default_theme() == Theme()


def test_every_line_of_a_theme_is_read(tmp_path):
    text = """
    client: Acme GmbH
    logo: logo.svg
    accent: '#7a1fa2'
    second: '#064'
    font: Source Sans 3
    footer: Confidential
    language: de-DE
    """
    theme = load_theme(written(tmp_path, text, logo_svg=PLAIN_SVG))
    assert (theme.client, theme.font, theme.footer, theme.locale) == (
        "Acme GmbH",
        "Source Sans 3",
        "Confidential",
        "de_DE",
    )
    assert (theme.accent, theme.second, theme.logo_type) == ("#7A1FA2", "#006644", "svg")
    assert theme.logo == PLAIN_SVG.encode()
    assert set(KEYS) == {"client", "logo", "accent", "second", "font", "footer", "language"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("acent: '#000000'", "did you mean 'accent'?"),
        ("accent: red", "must be a colour"),
        ("accent: '#FF8800'", "contrast of 2.4:1"),
        ("accent: '#E05A28'", "text in it"),  # 3.8:1: fine for marks, not for text
        ("second: '#FFCC00'", "marks in it"),
        ("font: 'x; } body { display: none'", "font must be the name"),
        ("font: [a, b]", "font must be text"),
        ("language: klingon", "no number formats are known"),
        ("logo: absent.png", "cannot read the logo"),
        ("- a list", "must hold 'name: value' lines"),
    ],
)
def test_a_theme_that_would_harm_a_reader_is_refused_in_one_sentence(tmp_path, text, said):
    with pytest.raises(ParameterError) as refused:
        load_theme(written(tmp_path, text))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_second_colour_may_be_lighter_than_text(tmp_path):
    assert load_theme(written(tmp_path, "second: '#E05A28'")).second == "#E05A28"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        "<foreignObject><body/></foreignObject>",
        '<image href="https://example.org/x.png"/>',
        '<use href="other.svg#a"/>',
        "<style>@import 'x.css';</style>",
        '<rect style="fill:url(http://example.org/x)"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<image href="data:image/svg+xml,&lt;svg onload=x&gt;"/>',
    ],
)
def test_a_logo_that_is_more_than_a_picture_is_refused(tmp_path, inside):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    with pytest.raises(ParameterError, match=r"the logo logo\.svg"):
        load_theme(written(tmp_path, "logo: logo.svg", logo_svg=svg))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        b"<html/>",
        b"GIF89a....",
        b"",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    ],
)
def test_a_logo_that_is_no_picture_is_refused(tmp_path, content):
    with pytest.raises(ParameterError, match="the logo"):
        load_theme(written(tmp_path, "logo: logo.svg", logo_svg=content))


def test_a_photograph_becomes_a_small_png_without_its_notes(tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    jpeg = a_bitmap("JPEG", (3000, 1500), exif=exif)
    assert b"taken at home" in jpeg
    theme = load_theme(written(tmp_path, "logo: logo.jpg", logo_jpg=jpeg))
    with Image.open(io.BytesIO(theme.logo)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 600))
    assert b"taken at home" not in theme.logo
    assert theme.logo_png == theme.logo


def test_a_vector_logo_is_drawn_for_formats_that_take_none(tmp_path):
    theme = load_theme(written(tmp_path, "logo: logo.svg", logo_svg=PLAIN_SVG))
    with Image.open(io.BytesIO(theme.logo_png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (900, 450))


def test_white_text_is_read_on_the_dark_ground():
    from analysis.look import contrast

    assert contrast(Theme(second="#FF6600").dark) > 7


def test_a_pack_keeps_what_its_theme_said(tmp_path):
    text = 'client: "A: \\"B\\" #1"\nlogo: logo.svg\nsecond: "#E05A28"\nlanguage: de\n'
    theme = load_theme(written(tmp_path, text, logo_svg=PLAIN_SVG))
    for name, content in theme.files().items():
        (tmp_path / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / name).write_bytes(content)
    assert load_theme(tmp_path / "pack" / "theme" / "theme.yml") == theme
    assert default_theme().files() == {}


def test_the_example_names_every_line_and_is_the_house_look():
    from analysis.reference import notebooks_dir

    path = notebooks_dir() / "parameters" / "themes" / "example.yml"
    theme = load_theme(path)
    assert (theme.accent, theme.second, theme.locale) == (Theme().accent, Theme().second, "en")
    lines = path.read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").partition(":")[0] for line in lines if ": " in line and line.lstrip("# ")[0].islower()}
    assert set(KEYS) <= named
