"""The charts of a plan against tables that break charts, and what they say of tables that do not."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis import charts
from analysis.charts.faults import faults
from analysis.errors import ColumnError

LONG = "Ünïcode $100 name_with_underscores of more than sixty characters in all"
NAMES: list[Any] = [LONG, "all mega", "카리나 karina", "🚀🔥", "a\x00b\u202ec\ud800", "x" * 5000, "", None]
SHEETS: list[dict[str, str]] = [
    {
        "title": "The plan brings $4,200 more than the next best, and loses money in 2 of 100 campaigns",
        "subtitle": "Profit in 4,000 drawn campaigns, USD, bar: nine in ten, dot: the middle one",
        "source": "Source: one export, 1,180 used of 1,312 read. Modelled.",
    },
    {"title": "W" * 200 + f" $1 and $2 {LONG}", "subtitle": f"{LONG} {LONG}", "source": "y" * 300 + " 삼성 🚀 $5"},
]


def texts(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.texts]


def plans(scale: float = 1.0, shift: float = 0.0) -> pd.DataFrame:
    n = len(NAMES)
    middle = (np.arange(n) - 2.0) * 900 * scale + shift
    return pd.DataFrame(
        {
            "plan": pd.Series(NAMES, dtype=object),
            "p5": middle - 2000 * scale,
            "p50": middle,
            "p95": middle + 5000 * scale,
            "creators": [0, 1, 14, 1200, None, 3, 4, 5],
            "cost": [0, 9900, 1e9, np.inf, None, -1, 0.004, 3],
            "loss": [0.0, 1.0, 0.023, None, 0.5, 1e-9, 0.999, 0.1],
        }
    )


PLANS = {
    "usual": plans(),
    "no rows": plans().iloc[:0],
    "one": plans().head(1),
    "all equal": plans().assign(p5=5.0, p50=5.0, p95=5.0),
    "huge": plans(1e12),
    "tiny": plans(1e-9),
    "all above": plans(1, 1e6),
    "all below": plans(1, -1e7),
    "holes": plans().assign(p5=[None, np.inf] * 4, p50=[1.0, None, np.nan, -np.inf, 3, 4, 5, 6]),
    "all missing": plans().assign(p50=np.nan),
    "one tail": plans().assign(p95=[1e9] + [5000.0] * 7),
}
BARE = ["plan", "p5", "p50", "p95"]


@pytest.mark.parametrize("case", PLANS)
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_plans_have_no_faults(case: str, width: float) -> None:
    table = PLANS[case]
    before = table.copy(deep=True)
    for sheet in SHEETS:
        assert faults(charts.plan_comparison(table, currency="VND", width=width, **sheet)) == []
    assert faults(charts.plan_comparison(table[BARE], kind="count", width=width)) == []
    pd.testing.assert_frame_equal(table, before)


def test_a_plan_that_may_lose_has_the_line_at_zero() -> None:
    safe = charts.plan_comparison(plans(1, 1e5).head(2), currency="USD")
    risky = charts.plan_comparison(plans().head(2), currency="USD")
    assert len(risky.lines) == len(safe.lines) + 1
    assert "loss 2.3%" in " ".join(texts(charts.plan_comparison(plans().iloc[[2]], currency="USD")))


def swings(scale: float = 1.0, base: float = 5000.0) -> pd.DataFrame:
    names = ["margin", "handling_cost", "order_value", LONG, "카리나 karina", "", None, "x" * 4000]
    reach = np.array([4000, -1500, 700, 300, -200, 50, 5, 0]) * scale
    return pd.DataFrame(
        {
            "name": pd.Series(names, dtype=object),
            "at_low": base - reach,
            "at_high": base + reach * 0.8,
            "base": base,
            "low": pd.Series(["30%", "$0", 75.0, LONG, None, "", np.nan, -1e9], dtype=object),
            "high": pd.Series(["70%", "$140", 115.0, LONG, None, "", np.nan, 1e9], dtype=object),
        }
    )


SWINGS = {
    "usual": swings(),
    "crosses zero": swings(3.0),
    "no rows": swings().iloc[:0],
    "one": swings().head(1),
    "nothing moves": swings(0.0),
    "nothing at all": swings(0.0, 0.0),
    "huge": swings(1e11),
    "tiny": swings(1e-10, 1e-7),
    "holes": swings().assign(at_low=[np.nan, np.inf, None, 1, 2, 3, 4, 5.0]),
    "all missing": swings().assign(at_high=np.nan),
    "both ends on one side": swings().assign(at_low=6000.0, at_high=[7000.0 + i for i in range(8)]),
    "many": pd.concat([swings().assign(name=[f"assumption {k} {i}" for i in range(8)]) for k in range(5)]),
}


@pytest.mark.parametrize("case", SWINGS)
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_drivers_have_no_faults(case: str, width: float) -> None:
    table = SWINGS[case]
    before = table.copy(deep=True)
    for sheet in SHEETS:
        assert faults(charts.drivers(table, currency="USD", width=width, **sheet)) == []
    bare = table[["name", "at_low", "at_high", "base"]]
    assert faults(charts.drivers(bare, kind="short", width=width)) == []
    pd.testing.assert_frame_equal(table, before)


def test_the_widest_swing_stands_on_top_and_the_rest_are_counted() -> None:
    ax = charts.drivers(swings(), currency="USD")
    names = [t.get_text() for t in ax.texts if t.get_text() in {"margin", "handling cost", "order value"}]
    assert names == ["margin", "handling cost", "order value"]
    ax = charts.drivers(SWINGS["many"], currency="USD")
    assert "28 further assumptions" in " ".join(t.get_text() for t in ax.figure.texts)


def plane(change: str = "") -> pd.DataFrame:
    pairs = []
    for o in np.linspace(0, 0.2, 21):
        for h in np.linspace(0, 300, 31):
            n = (1000 + h) / (50 + h)
            pairs.append((h, o, n / 6 if o == 0 else (1 - (1 - o) ** n) / o / 6))
    table = pd.DataFrame(pairs, columns=["handling", "overlap", "advantage"])
    if change == "micro":
        table["advantage"] += 10
    if change == "mega":
        table["advantage"] /= 100
    if change == "even":
        table["advantage"] = 1.0
    if change == "holes":
        table.loc[::7, "advantage"] = np.nan
        table.loc[3, "advantage"] = np.inf
    if change == "part":
        table = table.drop(index=table.index[::3])
    if change == "missing":
        table["advantage"] = np.nan
    if change == "endless":
        table["advantage"] *= 1e300
    if change == "huge":
        table["handling"] *= 1e10
    return table


POINT = {"x": 60.0, "y": 0.03, "x_low": 10.0, "x_high": 140.0, "y_low": 0.0, "y_high": 0.1}
PLANES = ["", "micro", "mega", "even", "holes", "part", "missing", "endless", "huge"]


@pytest.mark.parametrize("case", PLANES)
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_the_two_way_picture_has_no_faults(case: str, width: float) -> None:
    table = plane(case)
    before = table.copy(deep=True)
    for sheet in SHEETS:
        for point in (
            None,
            POINT,
            {"x": 0.0, "y": 0.2},
            {"x": np.nan, "y": 1},
            {"x": 1e9, "y": 0.1},
            POINT | {"x_low": -5e9},
        ):
            ax = charts.break_even_map(table, point=point, currency="USD", width=width, **sheet)
            assert faults(ax) == []
    ax = charts.break_even_map(table, micro=LONG, mega="x" * 900, point=POINT, point_label=LONG, width=width)
    assert faults(ax) == []
    pd.testing.assert_frame_equal(table, before)


def test_the_regions_bear_their_names_and_the_line_runs_through_140_dollars() -> None:
    # authority: the published field study flips at 140 dollars without overlap
    ax = charts.break_even_map(plane(), point=POINT, micro="nano", mega="macro", currency="USD")
    assert {"nano pays", "macro pays", "your figures"} <= set(texts(ax))
    line = ax.collections[1].get_paths()[0].vertices
    at_zero = line[np.isclose(line[:, 1], 0)]
    assert at_zero[:, 0] == pytest.approx([140], abs=0.5)
    assert "macro pays" not in texts(charts.break_even_map(plane("micro"), micro="nano", mega="macro"))


def test_no_rows_and_absent_columns() -> None:
    assert faults(charts.break_even_map(plane().iloc[:0])) == []
    assert faults(charts.break_even_map(plane().iloc[:1])) == []
    for draw, table in (
        (charts.plan_comparison, plans()),
        (charts.drivers, swings()),
        (charts.break_even_map, plane()),
    ):
        with pytest.raises(ColumnError):
            draw(table.iloc[:, :1])


@pytest.mark.parametrize(
    "draw",
    [
        lambda **more: charts.plan_comparison(plans(), currency="USD", **more),
        lambda **more: charts.drivers(swings(), currency="USD", **more),
        lambda **more: charts.break_even_map(plane(), point=POINT, currency="USD", **more),
    ],
)
def test_the_same_bytes_each_time_and_the_callers_axes_are_kept_to(draw: Any) -> None:
    first, second = (charts.picture(draw(**SHEETS[0]), "svg", alt="8 plans") for _ in range(2))
    assert first == second
    figure = Figure(figsize=(16, 7))
    left, right = figure.subplots(1, 2)
    box = left.get_position()
    assert draw(ax=left, **SHEETS[0]) is left
    figure.canvas.draw()
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible() and text.axes is not right:
            extent = text.get_window_extent().transformed(figure.transFigure.inverted())
            assert extent.x1 <= box.x1 + 0.01, text.get_text()
            assert extent.x0 >= box.x0 - 0.01, text.get_text()
