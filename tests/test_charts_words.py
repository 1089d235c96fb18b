"""The authority for a width is matplotlib's own renderer."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.charts.style import house_style
from analysis.charts.words import column_words, drawable, fit, measure, wrap


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("text", ["micro", "WWWWW", "n = 1,234", "3,693%", "ill, will", "محمد", "Ünïcode $100"])
def test_a_measured_text_is_as_wide_as_it_is_drawn(text: str, weight: str) -> None:
    with house_style():
        figure = Figure(dpi=72)
        canvas = FigureCanvasAgg(figure)
        drawn = figure.text(0, 0, text, fontsize=10, fontweight=weight, parse_math=False)
        width = drawn.get_window_extent(canvas.get_renderer()).width
    assert width <= measure(text, 10, weight)[0] + 0.5
    assert measure(text, 10, weight)[0] <= width * 1.03 + 2


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain", "plain"),
        ("$100 to $200", "$100 to $200"),
        ("카리나", "[Hangul]"),
        ("山田 太郎", "[CJK] [CJK]"),
        ("👨‍👩‍👧 family", "family"),
        ("🚀", ""),
        ("a\x00\x07b\u202ec\ud800", "abc"),
        ("two\nlines", "two lines"),
        ("e\u0301", "é"),  # composed
    ],
)
def test_what_the_font_lacks_is_named_or_dropped(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_five_thousand_letters_are_cut() -> None:
    assert drawable("x" * 5000, limit=20) == "x" * 19 + "…"


def test_fit_keeps_a_text_that_fits_and_never_passes_the_width() -> None:
    assert fit("micro", 100, 10) == "micro"
    for width in (5, 20, 50):
        assert measure(fit("macro-influencers", width, 10), 10)[0] <= max(width, measure("…", 10)[0])


@pytest.mark.parametrize("balance", [0.5, 0.8])
def test_wrapped_lines_fit_and_lose_no_word(balance: float) -> None:
    text = "Engagement barely grows with followers here, because small accounts are listed only when they go viral"
    lines = wrap(text, 300, 13, "bold", balance=balance)
    assert " ".join(lines) == text
    assert all(measure(line, 13, "bold")[0] <= 300 for line in lines)


def test_a_word_wider_than_the_line_is_cut_into_pieces() -> None:
    lines = wrap("x" * 200, 100, 10, lines=40)
    assert "".join(lines) == "x" * 200
    assert all(measure(line, 10)[0] <= 100 for line in lines)


def test_a_long_name_is_cut_after_what_joins_its_parts() -> None:
    lines = wrap("tidal_paddle_1417, 26 posts", measure("tidal_paddle_14", 10)[0], 10)
    assert lines == ["tidal_paddle_", "1417, 26 posts"]  # never inside the number
    assert wrap("a_" + "x" * 30, measure("x" * 20, 10)[0], 10)[0].startswith("a_x")  # a stub is no line of its own


def test_what_does_not_fit_the_lines_ends_in_an_ellipsis() -> None:
    lines = wrap("one two three four five six seven eight nine ten", 60, 10, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_no_text_has_no_lines() -> None:
    assert wrap("", 100, 10) == []


def test_a_column_reads_as_words() -> None:
    assert column_words("cost_per_engagement") == "cost per engagement"
