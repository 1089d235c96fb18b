"""What is remembered of texts is what matplotlib measures."""

import pytest
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.textpath import text_to_path

from analysis.charts import typeset, words


def _width(text: str, weight: str) -> float:
    """Return a text's width as matplotlib measures it, in one piece."""
    font = FontProperties(family="DejaVu Sans", size=text_to_path.FONT_SCALE, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize(
    "text",
    [
        "micro",
        "AVA To. V, f j",
        "office ffi fl T a",
        "two  spaces",
        " led by one",
        "1,234 × “quoted” — é ü",
        "a ̈b",
        "W .",
    ],
)
def test_a_line_is_as_wide_as_its_words_and_spaces(text: str, weight: str) -> None:
    assert words._full_width(text, weight) == _width(text, weight)


@pytest.mark.parametrize("size", [8.6, 13.0])
def test_room_at_a_size_is_that_of_the_font(size: float) -> None:
    asked = FontProperties(family="DejaVu Sans", size=size)
    font = get_font(fontManager.findfont(asked))
    font.set_size(size, 160)
    font.set_text("Agj 12", 0.0, flags=LoadFlags.NO_HINTING)
    expected = tuple(part / 64 for part in (*font.get_width_height(), font.get_descent()))
    assert typeset.room("Agj 12", typeset.face_of(asked), size, 160) == expected


def test_two_sizes_and_two_weights_are_not_mistaken_for_one_another() -> None:
    plain, bold = (typeset.face_of(FontProperties(family="DejaVu Sans", weight=w)) for w in ("normal", "bold"))
    rooms = {typeset.room("micro", face, size, 100) for face in (plain, bold) for size in (9.5, 13.0)}
    assert len(rooms) == 4
