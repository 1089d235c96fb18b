"""A chart on a sheet is the chart that matplotlib draws: the authority of every picture here is matplotlib itself."""

import importlib
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis import charts
from analysis.charts.canvas import Sheet, on_sheet, png
from analysis.charts.frame import CUT
from analysis.charts.style import house_style

save = importlib.import_module("analysis.charts.save")

ROWS = pd.DataFrame(
    {"label": ["read & kept <b>", "jä f̈j", "ffi AVA To."], "rows": [1_234, 17, 3], "note": ["", "n = 5", "fi"]}
)
TIERS = pd.DataFrame(
    {
        "tier": ["micro", "macro", "mega"],
        "rate": [0.161, 0.131, 0.133],
        "low": [0.08, 0.12, 0.13],
        "high": [0.21, 0.14, 0.14],
        "measured": [5, 193, 802],
    }
)
WORDS: dict[str, Any] = {
    "title": "Micro engages more — 1.83×",
    "subtitle": "per follower · median",
    "source": "n = 1,000 “creators”",
}


def _charts() -> list[Any]:
    creators = pd.DataFrame(
        {
            "handle": [f"@j{place}" for place in range(60)],
            "followers": np.geomspace(900, 3e6, 60),
            "engagements_per_post": np.geomspace(40, 9e4, 60),
            "tier": ["micro"] * 20 + ["macro"] * 20 + ["mega"] * 20,
        }
    )
    return [
        charts.rows_used(ROWS, **WORDS),
        charts.measure_by_tier(TIERS, value="rate", **WORDS),
        charts.measure_by_tier(TIERS, value="rate", **WORDS, width=charts.NARROW),
        charts.engagement_against_reach(creators, floors={"micro": 1_000, "macro": 1e4, "mega": 1e6}, **WORDS),
    ]


def _plain(figure: Figure, kind: str) -> bytes:
    """Draw with matplotlib's own canvas."""
    FigureCanvasAgg(figure)
    stream = io.BytesIO()
    metadata = save._METADATA if kind == "svg" else {"Software": None}
    with house_style():
        figure.savefig(stream, format=kind, dpi=160, metadata=metadata)
    return stream.getvalue()


def _pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGBA"))


@pytest.mark.parametrize("place", range(4))
def test_a_vector_is_what_matplotlib_writes(place: int) -> None:
    ax = _charts()[place]
    made = charts.picture(ax, "svg", alt="what it shows")
    figure = ax.figure
    plain = save._tidy(_plain(figure, "svg").decode("utf-8"), "what it shows", getattr(figure, CUT, None))
    assert made.decode("utf-8") == plain
    assert "<letters" not in plain


@pytest.mark.parametrize("place", range(4))
def test_a_bitmap_has_the_pixels_that_matplotlib_draws(place: int) -> None:
    ax = _charts()[place]
    made = charts.picture(ax, "png")
    plain = _plain(ax.figure, "png")
    assert np.array_equal(_pixels(made), _pixels(plain))
    assert len(made) < len(plain)


def test_words_that_are_turned_or_mathematical_are_left_to_matplotlib() -> None:
    def figure() -> Figure:
        drawn = Figure(figsize=(3, 2))
        ax = drawn.add_subplot()
        ax.set_ylabel("turned")
        ax.text(0.2, 0.5, "$x^2$")
        ax.text(0.2, 0.2, "30 degrees", rotation=30)
        return drawn

    ours, theirs = figure(), figure()
    streams = []
    for drawn in (ours, theirs):
        stream = io.BytesIO()
        if drawn is ours:
            Sheet(drawn)
        else:
            FigureCanvasAgg(drawn)
        drawn.savefig(stream, format="png", dpi=100, metadata={"Software": None})
        streams.append(stream.getvalue())
    assert np.array_equal(_pixels(streams[0]), _pixels(streams[1]))


def test_a_figure_saved_by_hand_is_whole() -> None:
    figure: Any = charts.rows_used(ROWS, **WORDS).figure
    vector, bitmap = io.BytesIO(), io.BytesIO()
    figure.savefig(vector, format="svg")
    figure.savefig(bitmap, format="png", bbox_inches="tight", metadata={"Author": "Ana"})
    svg = vector.getvalue().decode("utf-8")
    assert svg.startswith("<?xml")
    assert "<letters" not in svg
    assert "#DejaVuSans-" in svg
    with Image.open(bitmap) as picture:
        assert picture.info["Author"] == "Ana"


def test_a_figure_of_another_canvas_gets_it_back() -> None:
    figure = Figure()
    before = FigureCanvasAgg(figure)
    with on_sheet(figure):
        assert isinstance(figure.canvas, Sheet)
    assert figure.canvas is before


def test_a_clear_picture_keeps_its_alpha() -> None:
    pixels = np.zeros((2, 3, 4), dtype=np.uint8)
    pixels[0, 0] = (10, 20, 30, 255)
    made = png(pixels, 72)
    assert np.array_equal(_pixels(made), pixels)
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.info["dpi"] == pytest.approx((72, 72), abs=0.01)
