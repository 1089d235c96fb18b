"""The charts by tier: what is written beside each mark, and what a small, empty or odd tier looks like."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text

from analysis.charts import beside_published, distribution_by_tier, measure_by_tier, micro_against_mega, rows_used
from analysis.charts.style import ACCENT, FAINT, MUTED


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def foot(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.figure.texts)


def rates(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "tier": ["micro", "macro", "mega"],
            "value": [0.161, 0.131, 0.133],
            "low": [0.08, 0.12, 0.13],
            "high": [0.21, 0.14, 0.14],
            "measured": [5, 193, 802],
            "flagged": [True, False, False],
        }
    )
    return table.assign(**changes)


def dots(ax: Axes) -> list[tuple[str, str]]:
    found = [c for c in ax.collections if isinstance(c, PathCollection)]
    return [(to_hex(c.get_facecolor()[0]), to_hex(c.get_edgecolor()[0])) for c in found]


def test_a_measure_stands_beside_its_n_small_tiers_first() -> None:
    ax = measure_by_tier(rates(), value="value")
    assert words(ax)[:3] == ["micro", "macro", "mega"]
    assert [word for word in words(ax) if "%" in word] == ["16.1%", "13.1%", "13.3%"]
    assert [word for word in words(ax) if word.startswith("n =")] == ["n = 5", "n = 193", "n = 802"]


def test_a_flagged_tier_is_hollow_and_says_so() -> None:
    ax = measure_by_tier(rates(), value="value")
    assert [face == "#ffffff" for face, _ in dots(ax)] == [True, False, False]
    assert words(ax).count("too few") == 1


def test_without_flags_the_minimum_decides() -> None:
    ax = measure_by_tier(rates().drop(columns="flagged"), value="value", minimum=200)
    assert [face == "#ffffff" for face, _ in dots(ax)] == [True, True, False]


def test_an_empty_tier_keeps_its_row() -> None:
    ax = measure_by_tier(rates(value=[np.nan, 0.1, 0.2], measured=[0, 30, 40]), value="value")
    assert "no creators" in words(ax)
    assert "n = 0" in words(ax)


def test_a_tier_that_the_table_lacks_keeps_its_row_too() -> None:
    ax = measure_by_tier(rates().iloc[1:], value="value", order=["micro", "macro", "mega"])
    assert "no creators" in words(ax)


def test_rows_that_are_no_tier_are_drawn_only_when_filled() -> None:
    extra = pd.DataFrame({"tier": ["under 1k", None], "value": [np.nan, 0.2], "measured": [0, 9]})
    ax = measure_by_tier(pd.concat([rates(), extra]), value="value")
    assert "followers unknown" in words(ax)
    assert "under 1k" not in words(ax)


def test_each_panel_has_its_own_scale_and_n_once_when_it_is_the_same() -> None:
    both = pd.concat([rates(panel="per follower", value=[36.9, 0.62, 0.06]), rates(panel="per view")])
    ax = measure_by_tier(both, value="value", panel="panel")
    first, second = ax.figure.axes
    assert first.get_xscale() == "log"
    assert second.get_xscale() == "linear"
    assert not any(word.startswith("n =") for word in words(first))
    assert sum(word.startswith("n =") for word in words(second)) == 3


def test_on_a_phone_the_panels_stand_one_above_the_other() -> None:
    both = pd.concat([rates(panel="per follower"), rates(panel="per view")])
    first, second = measure_by_tier(both, value="value", panel="panel", width=3.6).figure.axes
    assert first.get_position().y0 > second.get_position().y1


def test_an_interval_past_the_scale_is_an_arrow_with_a_note() -> None:
    ax = measure_by_tier(rates(high=[1e9, 0.14, 0.14]), value="value", log=False)
    assert "An arrow marks an interval that runs past the scale." in foot(ax)
    assert any(line.get_marker() == ">" for line in ax.lines)


def test_an_infinite_or_missing_limit_draws_no_bar() -> None:
    ax = measure_by_tier(rates(low=[np.nan] * 3, high=[np.inf] * 3), value="value")
    assert [line for line in ax.lines if line.get_linewidth() > 2] == []


def test_no_estimate_at_all_is_a_sentence() -> None:
    assert "nothing to draw" in words(measure_by_tier(rates(value=[np.nan] * 3), value="value"))[0].replace("\n", " ")


def test_a_ratio_bears_the_accent_only_when_its_interval_is_clear_of_one() -> None:
    table = pd.DataFrame(
        {
            "measure": ["clear", "crosses", "few"],
            "estimate": [0.4, 1.2, 3.0],
            "low": [0.3, 0.8, 2.0],
            "high": [0.5, 1.6, 4.0],
            "n_a": [288, 288, 5],
            "n_b": [21, 21, 21],
        }
    )
    ax = micro_against_mega(table)
    assert [edge.upper() for _, edge in dots(ax)] == [ACCENT, FAINT, FAINT]
    assert [face == "#ffffff" for face, _ in dots(ax)] == [False, False, True]
    assert {"0.4×", "0.3 to 0.5", "288 micro, 21 mega", "← higher with mega", "higher with micro →"} <= set(words(ax))


def test_an_interval_clear_of_one_that_did_not_survive_the_correction_stays_grey() -> None:
    table = pd.DataFrame(
        {
            "measure": ["clear", "lost to Holm", "the same"],
            "estimate": [0.4, 1.2, 1.0],
            "low": [0.3, 1.02, 0.96],
            "high": [0.5, 1.6, 1.04],
            "direction": ["lower", "none", "same"],
        }
    )
    ax = micro_against_mega(table, region=(0.9, 1 / 0.9))
    assert [edge.upper() for _, edge in dots(ax)] == [ACCENT, FAINT, MUTED]
    assert "0.96 to 1.04, the same" in words(ax)
    assert any("make no practical difference" in text.get_text() for text in ax.figure.findobj(Text))
    # without a column that says what each comparison comes to, the interval and the region decide
    alone = micro_against_mega(table.drop(columns="direction"), region=(0.9, 1 / 0.9))
    assert [edge.upper() for _, edge in dots(alone)] == [ACCENT, ACCENT, MUTED]


@pytest.mark.parametrize("value", [np.nan, 0.0, -1.0, np.inf])
def test_a_ratio_that_is_none_keeps_its_row(value: float) -> None:
    table = pd.DataFrame({"measure": ["a", "b"], "estimate": [2.0, value], "low": [1.0, np.nan], "high": [3.0, np.nan]})
    assert "b" in words(micro_against_mega(table))


def test_a_distribution_shows_the_median_of_known_values() -> None:
    table = pd.DataFrame({"tier": ["micro"] * 5 + ["mega"], "rate": [0.01, 0.02, 0.03, np.nan, 0.0, 0.04]})
    ax = distribution_by_tier(table, value="rate", log=True)
    # median of 0.01, 0.02, 0.03, 0 is 0.015
    assert {"1.5%", "4%", "n = 4", "n = 1"} <= set(words(ax))
    assert "Not drawn: 1 creator at zero (in the medians) and 1 creator with no value." in foot(ax)


def test_a_tier_with_too_few_has_no_density() -> None:
    table = pd.DataFrame({"tier": ["micro"] * 40 + ["mega"] * 3, "rate": np.linspace(0.01, 0.05, 43)})
    shapes = distribution_by_tier(table, value="rate").collections
    assert sum(type(shape).__name__ in {"PolyCollection", "FillBetweenPolyCollection"} for shape in shapes) == 1


def test_each_published_value_stands_under_its_own_name() -> None:
    table = pd.DataFrame(
        {
            "tier": ["micro"] * 3,
            "ours": [True, False, False],
            "source": ["", "Later 2021", "Early 2018"],
            "value": [0.05, 0.06, 0.02],
            "low": [0.04, None, None],
            "high": [0.06, None, None],
            "n": [120, None, None],
        }
    )
    shown = words(beside_published(table, order=["micro", "mega"], client="Acme"))
    assert [w for w in shown if w in {"Acme, n = 120", "Early 2018", "Later 2021"}] == [
        "Acme, n = 120",
        "Early 2018",
        "Later 2021",
    ]  # small to large, not by the alphabet
    assert "nothing published" in shown  # mega
    assert "not measured" in shown


def test_many_published_values_are_one_row_with_their_range() -> None:
    values = [i / 100 for i in range(1, 13)]
    table = pd.DataFrame({"tier": "micro", "ours": False, "source": [f"s{i}" for i in range(12)], "value": values})
    shown = words(beside_published(table))
    assert "12 published values" in shown
    assert "1% to 12%" in shown


def test_bars_of_rows_start_at_zero_and_say_their_share() -> None:
    ledger = pd.DataFrame({"label": ["used", "repeated"], "rows": [90, 10], "of": [100, 100], "used": [True, False]})
    ax = rows_used(ledger)
    assert ax.get_xlim()[0] == 0
    assert all(bar.get_x() == 0 for bar in ax.patches)
    assert {"90 · 90%", "10 · 10%"} <= set(words(ax))


def test_bars_beyond_what_a_page_holds_are_counted() -> None:
    ax = rows_used(pd.DataFrame({"label": [str(i) for i in range(30)], "rows": range(30)}))
    assert "6 further bars not drawn" in foot(ax)
