"""Every chart against tables that break charts: what a reader would trip over is measured, not looked at."""

import subprocess
import sys
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.charts.faults import faults
from analysis.errors import ColumnError

LONG = "Ünïcode $100 name_with_underscores of more than sixty characters in all"
NAMES = [
    LONG,
    "=LINK($x$)",
    "카리나 karina",
    "🚀🔥",
    "محمد صلاح",
    "a\x00b\u202ec\ud800",
    "x" * 5000,
    "",
    None,
    "_$_ ^2",
]
THREE = {"micro": 1e3, "macro": 1e4, "mega": 1e6}
NINE = {f"{LONG} {i}": 10.0**i for i in range(9)}
CLOSE = {"nano": 1e4, "micro": 2e4, "mid": 4e4, "macro": 8e4, "mega": 1.6e5}
TITLE = "Macro creators engage 62.4% of followers and mega ones 6.16%, ten times as much in 2022"
SHEETS = {
    "plain": {
        "title": TITLE,
        "subtitle": "Median rate by tier, TikTok, September 2022",
        "source": "Source: one export.",
    },
    "hostile": {
        "title": "W" * 200 + f" $1 and $2 {LONG}",
        "subtitle": f"{LONG} {LONG}",
        "source": "y" * 300 + " 삼성 🚀 $5",
    },
}


def creators(n: int, floors: dict[str, float] = THREE, spread: float = 2.0) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    followers = np.exp(rng.normal(10, spread, n))
    engagements = followers**0.8 * np.exp(rng.normal(-2, 1, n))
    labels = ["under 1k", *floors]
    return pd.DataFrame(
        {
            "handle": pd.Series([NAMES[i % len(NAMES)] for i in range(n)], dtype=object),
            "followers": followers,
            "engagements_per_post": engagements,
            "tier": pd.cut(followers, [0, *floors.values(), np.inf], right=False, labels=labels).astype(object),
            "fee": followers * 0.02,
            "rate": engagements / followers,
        }
    )


def with_holes() -> pd.DataFrame:
    table = creators(300)
    table.loc[::3, ["followers", "tier"]] = None
    table.loc[::4, ["engagements_per_post", "rate"]] = 0
    table.loc[5, "engagements_per_post"] = np.inf
    return table


def all_missing() -> pd.DataFrame:
    table = creators(30)
    table[["followers", "engagements_per_post", "fee", "rate"]] = np.nan
    return table.assign(tier=None)


CASES: dict[str, tuple[pd.DataFrame, dict[str, float]]] = {
    "one creator": (creators(1), THREE),
    "all equal": (creators(1).loc[[0] * 40].reset_index(drop=True), THREE),
    "nine tiers of sixty letters": (creators(300, NINE, spread=4), NINE),
    "tiers close together": (creators(200, CLOSE), CLOSE),
    "all missing": (all_missing(), THREE),
    "no rows": (creators(3).iloc[:0], THREE),
    "holes, zeros, infinity": (with_holes(), THREE),
    "beyond nine orders": (creators(200, spread=6), THREE),
    "tiny": (creators(40).assign(rate=lambda t: t["rate"] * 1e-12, fee=lambda t: t["fee"] * 1e-9), THREE),
    "below zero": (creators(40).assign(rate=lambda t: -1e9 * t["rate"]), THREE),
    "dense": (creators(6000), THREE),
}


def by_tier(table: pd.DataFrame) -> pd.DataFrame:
    groups = table.groupby("tier")["rate"]
    return groups.agg(value="median", low="min", high="max", measured="count").reset_index()


def reach(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    return charts.engagement_against_reach(table, floors=floors, **sheet)


def price(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    return charts.price_against_rule(table, floors=floors, currency="VND", **sheet)


def distribution(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    options = {"order": list(floors), "ranges": dict.fromkeys(floors, "1K–10K"), "reference": (0.05, LONG)}
    return charts.distribution_by_tier(table, value="rate", **options, **sheet)


def one_panel(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    options = {"order": list(floors), "ranges": dict.fromkeys(floors, "1K–10K"), "reference": (0.02, LONG)}
    return charts.measure_by_tier(by_tier(table), value="value", kind="money", currency="USD", **options, **sheet)


def panels(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    rows = by_tier(table)
    other = rows.assign(panel=LONG, value=rows["value"] * 1e6, measured=rows["measured"] + 1)
    whole = pd.concat([rows.assign(panel="per follower"), other, rows.assign(panel="third", value=-rows["value"])])
    return charts.measure_by_tier(whole, value="value", panel="panel", order=list(floors), log=True, **sheet)


def published(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    rows = by_tier(table).rename(columns={"measured": "n"})
    parts = [rows.assign(ours=True, source="")]
    for i, name in enumerate(NAMES[:6]):
        named = pd.Series([name] * len(rows), index=rows.index, dtype=object)
        parts.append(rows.assign(ours=False, source=named, value=rows["value"] * (i + 1) / 3))
    parts.append(pd.concat([parts[-1].head(1)] * 12))
    return charts.beside_published(pd.concat(parts), order=list(floors), **sheet)


def forest(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    rows = by_tier(table).rename(columns={"tier": "measure", "value": "estimate", "measured": "n_a"})
    return charts.micro_against_mega(rows.assign(n_b=rows["n_a"] * 1e5), a=LONG, **sheet)


def ledger(table: pd.DataFrame, floors: dict[str, float], **sheet: object) -> Axes:
    names = list(dict.fromkeys(table["handle"].tolist()))
    counts = pd.DataFrame({"label": pd.Series(names, dtype=object), "rows": [10**i for i in range(len(names))]})
    return charts.rows_used(counts.assign(of=10**10, used=[i % 2 == 0 for i in range(len(names))]), **sheet)


DRAW: list[Callable[..., Axes]] = [reach, price, distribution, one_panel, panels, published, forest, ledger]


@pytest.mark.parametrize("draw", DRAW, ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("case", CASES)
def test_nothing_leaves_the_sheet_overlaps_or_reads_like_a_program(case: str, draw: Callable[..., Axes]) -> None:
    table, floors = CASES[case]
    before = table.copy(deep=True)
    sheet = "hostile" if len(case) % 2 else "plain"
    for width in (charts.WIDE, charts.NARROW):
        ax = draw(table, floors, width=width, **SHEETS[sheet])
        assert faults(ax) == []
    pd.testing.assert_frame_equal(table, before)  # no argument is changed


@pytest.mark.slow
@pytest.mark.parametrize("draw", DRAW, ids=lambda draw: draw.__name__)
def test_the_same_with_the_other_sheet(draw: Callable[..., Axes]) -> None:
    for case, (table, floors) in CASES.items():
        sheet = "plain" if len(case) % 2 else "hostile"
        for width in (charts.WIDE, charts.NARROW):
            assert faults(draw(table, floors, width=width, **SHEETS[sheet])) == [], case


@pytest.mark.parametrize("draw", DRAW, ids=lambda draw: draw.__name__)
def test_the_same_call_gives_the_same_bytes_under_any_settings(draw: Callable[..., Axes]) -> None:
    def drawn() -> list[bytes]:
        ax = draw(creators(60), THREE, **SHEETS["plain"])
        return [charts.picture(ax, "svg", alt="60 creators"), charts.picture(ax, "png")]

    first = drawn()
    loud = {"font.size": 30, "text.color": "red", "figure.dpi": 30, "axes.grid": True, "axes.facecolor": "k"}
    with mpl.rc_context(loud):
        second = drawn()
        assert mpl.rcParams["font.size"] == 30  # and the settings of the notebook stay
    assert first == second


@pytest.mark.parametrize("draw", DRAW, ids=lambda draw: draw.__name__)
def test_axes_of_the_caller_keep_their_neighbours_clear(draw: Callable[..., Axes]) -> None:
    figure = Figure(figsize=(16, 7))
    left, right = figure.subplots(1, 2)
    box = left.get_position()
    assert draw(creators(60), THREE, ax=left, **SHEETS["plain"]) is left
    figure.canvas.draw()
    slack = 1 / figure.dpi
    for text in figure.findobj(mpl.text.Text):
        if text.get_text() and text.get_visible() and text.axes is not right:
            extent = text.get_window_extent().transformed(figure.transFigure.inverted())
            assert extent.x1 <= box.x1 + slack, text.get_text()
            assert extent.x0 >= box.x0 - slack, text.get_text()


@pytest.mark.parametrize("draw", DRAW[:6], ids=lambda draw: draw.__name__)
def test_an_absent_column_is_named(draw: Callable[..., Axes]) -> None:
    with pytest.raises((ColumnError, KeyError), match=r"tier|rate|followers"):
        draw(creators(5)[["handle"]], THREE)


def test_a_million_creators_are_a_density_in_a_small_file() -> None:
    rng = np.random.default_rng(3)
    followers = np.exp(rng.normal(10, 2, 1_000_000))
    tier = np.select([followers < 1e4, followers < 1e6], ["micro", "macro"], "mega")
    table = pd.DataFrame({"followers": followers, "engagements_per_post": followers**0.8, "tier": tier})
    ax = charts.engagement_against_reach(table, floors=THREE, **SHEETS["plain"])
    assert faults(ax) == []
    assert sum(len(c.get_offsets()) for c in ax.collections if c.get_rasterized()) <= 3_000 + 64 * 40 * 2 + 200
    assert len(charts.picture(ax, "svg", alt="1,000,000 creators")) < 700_000  # the million as marks would be 70 MB


def test_importing_the_charts_takes_neither_seaborn_nor_pyplot() -> None:
    code = "import sys, analysis.charts; print({'seaborn', 'matplotlib.pyplot', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
