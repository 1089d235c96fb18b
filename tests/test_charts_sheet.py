"""The sheet and what stands on it: frame, bands, labels, rows."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis.charts.bands import bands, lay_strip
from analysis.charts.frame import nothing, open_frame
from analysis.charts.labels import Taken, put_label
from analysis.charts.rows import interval_limits
from analysis.charts.style import NARROW, WIDE

NINETY = "Engagement costs €0.12 with micro creators against €0.31 with mega ones, on both platforms"


def lines(figure: Figure, weight: str) -> list[str]:
    return [text.get_text() for text in figure.texts if text.get_fontweight() == weight]


def test_a_title_of_ninety_characters_has_two_lines_and_is_whole() -> None:
    assert len(NINETY) == 90
    figure = open_frame(None, title=NINETY, subtitle="", source="", width=WIDE, height=100, left=9, right=9).figure
    assert len(lines(figure, "bold")) == 2
    assert " ".join(lines(figure, "bold")) == NINETY


def test_on_a_phone_the_same_title_is_still_whole() -> None:
    figure = open_frame(None, title=NINETY, subtitle="", source="", width=NARROW, height=100, left=9, right=9).figure
    assert " ".join(lines(figure, "bold")) == NINETY
    assert figure.get_figwidth() == pytest.approx(NARROW)


def test_texts_that_are_not_given_take_no_room() -> None:
    bare = open_frame(None, title="", subtitle="", source="", width=WIDE, height=100, left=9, right=9)
    full = open_frame(None, title="One.", subtitle="Two.", source="Three.", width=WIDE, height=100, left=9, right=9)
    assert bare.plot[3] == full.plot[3] == 100
    assert bare.sheet[3] < full.sheet[3]


def test_nothing_to_draw_is_a_sentence_in_a_frame() -> None:
    ax = nothing(None, "No creator has both a fee and followers.", title="", subtitle="", source="", width=WIDE)
    assert ax.texts[0].get_text() == "No creator has both a fee and followers."
    assert len(ax.patches) == 1


def test_bands_are_left_closed_and_cover_the_axis() -> None:
    floors = {"micro": 1e3, "macro": 1e4, "mega": 1e6}
    assert bands(floors, list(floors), 2e3, 1e4) == [("micro", 2e3, 1e4)]  # 10,000 is the floor of the next tier
    crossed = bands(floors, ["under 1k", *floors], 100, 1e9)
    assert [tier for tier, *_ in crossed] == ["under 1k", "micro", "macro", "mega"]
    assert all(a[2] == b[1] for a, b in pairwise(crossed))


@pytest.mark.parametrize("tiers", [3, 5, 9])
def test_names_over_the_bands_never_overlap(tiers: int) -> None:
    span = (1.0, 10.0**tiers)
    crossed = [(f"tier number {i}", 10.0**i, 10.0 ** (i + 1)) for i in range(tiers)]
    strip = lay_strip(crossed, {tier: 10**6 for tier, *_ in crossed}, span, left=40, length=200, sheet=260)
    assert len(strip.words) == 2 * tiers
    assert len({(round(x), round(y)) for _, x, y, _ in strip.words}) == 2 * tiers


def test_a_label_finds_a_free_place_or_stays_away() -> None:
    ax = Figure(figsize=(5, 5)).add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    taken = Taken((0, 0, 360, 360))
    placed = [put_label(ax, taken, 0.5, 0.5, f"creator {i}", size=9) for i in range(60)]
    assert placed[0]
    assert not placed[-1]
    for i, a in enumerate(taken.boxes):
        for b in taken.boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_limits_ignore_an_interval_that_would_hide_the_estimates() -> None:
    # estimates 1 and 2, span 1, usual interval 0.2: limits reach three spans beyond, to 5, and 8 % more
    _, high = interval_limits(np.array([1.0, 2.0]), np.array([0.9, 1.9]), np.array([1.1, 1e6]), log=False)
    assert high == pytest.approx(5.4)


def test_limits_of_sensible_intervals_hold_them() -> None:
    low, high = interval_limits(np.array([0.1, 0.3]), np.array([0.05, 0.2]), np.array([0.2, 0.45]), log=True)
    assert low < 0.05
    assert high > 0.45
