"""Colours are checked by WCAG's contrast formula and by the simulation of colour-blindness of Viénot et al. (1999)."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

from analysis.charts import style
from analysis.charts.style import house_style, tier_palette


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast_with_white(colour: str) -> float:
    return 1.05 / (float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05)


@pytest.mark.parametrize(("colour", "least"), [(style.INK, 14.7), (style.MUTED, 5.3), (style.ACCENT, 5.1)])
def test_text_has_the_contrast_that_is_stated(colour: str, least: float) -> None:
    assert contrast_with_white(colour) >= least


@pytest.mark.parametrize("tiers", [1, 2, 3, 4, 5, 9])
def test_every_mark_stands_out_from_the_page_and_from_its_neighbour(tiers: int) -> None:
    colours = list(tier_palette([f"t{i}" for i in range(tiers)]).values())
    assert all(contrast_with_white(colour) >= 3.0 for colour in colours)
    assert len(set(colours)) == tiers


def test_three_tiers_are_the_ramp_small_to_large() -> None:
    assert tier_palette(["micro", "macro", "mega"]) == {"micro": "#4B93C8", "macro": "#1F5A91", "mega": "#0B2A4A"}


def test_the_ramp_survives_red_green_blindness() -> None:
    # the ramp runs from light to dark, and lightness is what such an eye keeps: luminance at least halves at each step
    steps = [float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in style.RAMP]
    assert all(a > 2 * b for a, b in pairwise(steps))


def test_five_tiers_are_greys_and_one_accent() -> None:
    palette = tier_palette(["nano", "micro", "mid", "macro", "mega"])
    assert [tier for tier, colour in palette.items() if colour == style.ACCENT] == ["micro"]
    for tier, colour in palette.items():
        parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert tier == "micro" or max(parts) - min(parts) <= 24


def test_the_accent_can_be_another_tier_and_a_stranger_is_not_one() -> None:
    order = ["nano", "micro", "mid", "mega"]
    assert tier_palette(order, accent="mega")["mega"] == style.ACCENT
    assert tier_palette(order, accent="giga")["micro"] == style.ACCENT
    assert tier_palette(["a", "b", "c", "d"])["a"] == style.ACCENT


def test_what_is_no_tier_takes_no_colour_of_the_ramp() -> None:
    palette = tier_palette(["under 1k", "micro", "macro", "mega", "followers unknown"])
    assert palette["under 1k"] == palette["followers unknown"] == style.FAINT
    assert palette["micro"] == style.RAMP[0]


def test_the_style_ends_with_the_block_even_after_an_error() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(RuntimeError), house_style():
        raise RuntimeError
    assert dict(mpl.rcParams) == before


def test_a_chart_of_a_pack_is_drawn_in_the_colours_and_numbers_of_the_pack(tmp_path) -> None:
    import subprocess
    import sys

    from analysis.look import FILE, Look

    (tmp_path / "notebooks").mkdir()
    (tmp_path / "theme").mkdir()
    (tmp_path / FILE).write_text(Look("#7A1FA2", "#006400", "de").to_json(), encoding="utf-8")
    source = (
        "from analysis import formats\nfrom analysis.charts import style\n"
        "print(style.ACCENT, style.RAMP[2], formats.count(1234))"
    )
    run = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path / "notebooks", capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["#7A1FA2", Look(second="#006400").ramp[2], "1.234"]
