"""Text is measured before it is placed: widths of the font, wrapping, smaller before cut (VISUAL 7, 12)."""

import importlib.util
from pathlib import Path

import pytest

from analysis.reporting.deck_text import MARGIN, fit, sentences, width, wrap


def test_widths_are_those_of_helvetica():
    """Adobe's published metrics: H 722, e 556, l 222, v 500, t 278, i 222, c 500, a 556 thousandths of an em."""
    by_hand = (722 + 556 + 222 + 500 + 556 + 278 + 222 + 500 + 556) / 1000
    assert width("Helvetica", 10) / MARGIN == pytest.approx(10 * by_hand)


def test_bold_is_wider_and_another_font_is_taken_wider():
    assert width("micro", 10, bold=True) > width("micro", 10)
    assert width("micro", 10, own_font=True) > width("micro", 10)


@pytest.mark.parametrize("text", ["한국어 이름", "ليلى العربية", "👩\u200d👩\u200d👧🔥", "x" * 500, "漢字" * 100])
def test_every_script_is_wrapped_into_its_box(text):
    lines = wrap(text, 100, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 12) <= 100 for line in lines)


def test_measured_widths_hold_against_a_drawn_font():
    """No line measured in Helvetica is drawn wider in Liberation Sans, which has Arial's widths."""
    fonts = Path("/usr/share/fonts/truetype/liberation")
    if not (fonts / "LiberationSans-Regular.ttf").is_file():
        pytest.skip("Liberation Sans is not installed; apt-get install fonts-liberation")
    from PIL import ImageFont

    for name, bold in (("LiberationSans-Regular.ttf", False), ("LiberationSans-Bold.ttf", True)):
        font = ImageFont.truetype(str(fonts / name), 100)
        for text in ("An engagement costs $0.556 with micro", "3.94× mega – “rates” €1.50 · n = 1,994", "WAVE fluffy"):
            assert font.getlength(text) <= width(text, 100, bold=bold)


def test_smaller_before_cut_and_cut_at_a_sentence():
    text = "It costs less. A second sentence that is longer than the box has room for by far."
    assert fit("short", across=100, high=40, sizes=(28, 24)).size == 28
    told = fit(text, across=200, high=30, sizes=(14, 12))
    assert told.size == 12
    assert told.text == "It costs less."
    assert told.cut
    assert fit("x" * 500, across=100, high=20, sizes=(12,)).text.endswith("…")


def test_a_decimal_point_ends_no_sentence():
    assert sentences("It is $0.5. At 1.5 it pays.") == ["It is $0.5.", "At 1.5 it pays."]


def test_the_metrics_come_with_the_plotting_library():
    places = importlib.util.find_spec("matplotlib").submodule_search_locations
    assert Path(places[0], "mpl-data", "fonts", "pdfcorefonts", "Helvetica.afm").is_file()
