"""What the two clouds draw; medians and counts by hand."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from analysis.charts import engagement_against_reach, price_against_rule
from analysis.charts.faults import faults

FLOORS = {"micro": 1e3, "macro": 1e4, "mega": 1e6}


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def creators() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "handle": ["ann", "bob", "cyd", "dee", "eve"],
            "followers": [2_000, 4_000, 5_000, 300_000, 20_000_000],
            "engagements_per_post": [100, 300, 200, 9_000, 50_000],
            "tier": ["micro", "micro", "micro", "macro", "mega"],
        }
    )


def test_each_tier_shows_its_median_and_n() -> None:
    shown = words(engagement_against_reach(creators(), floors=FLOORS))
    for expected in ("200", "9K", "50K", "n = 3", "n = 1", "micro", "macro", "mega", "followers"):
        assert expected in shown


def test_most_engagement_most_followers_and_most_of_one_per_the_other_are_named() -> None:
    # eve has most engagement and most followers, so dee is next in followers; bob has 300 / 4,000, the highest rate
    shown = words(engagement_against_reach(creators(), floors=FLOORS))
    assert {"eve", "dee", "bob"} <= set(shown)
    assert "ann" not in shown


def test_zeros_are_in_the_median_and_are_said() -> None:
    table = creators()
    table.loc[[1, 2], "engagements_per_post"] = 0
    table.loc[3, "followers"] = np.nan
    ax = engagement_against_reach(table, floors=FLOORS, source="Source: here.")
    foot = " ".join(text.get_text() for text in ax.figure.texts)
    assert "Not drawn: 2 creators with zero engagements per post (in the medians) and 1 creator with a value" in foot
    assert "100" not in words(ax)  # the median of 100, 0, 0 is 0, which has no place here


def test_an_empty_tier_is_listed() -> None:
    ax = engagement_against_reach(creators().iloc[:3], floors=FLOORS)
    everything = words(ax) + [text.get_text() for text in ax.figure.texts]
    assert "n = 0" in everything  # macro begins at the edge and keeps its band
    assert "No creators in: mega." in everything


def test_a_tier_under_the_minimum_is_hollow() -> None:
    table = pd.concat([creators().iloc[[0]]] * 30 + [creators().iloc[[4]]])
    ax = engagement_against_reach(table, floors=FLOORS, minimum=20)
    faces = {tuple(c.get_edgecolor()[0]) if not len(c.get_facecolor()) else "filled" for c in ax.collections}
    assert "filled" in faces
    assert len(faces) > 1


def test_a_reader_may_do_without_guides_and_names() -> None:
    ax = engagement_against_reach(creators().drop(columns="handle"), floors=FLOORS, guides=False)
    assert not any("of followers" in word for word in words(ax))
    assert faults(ax) == []


def test_prices_above_and_below_the_rule_are_counted() -> None:
    # at $25 per 1,000 followers: 50, 100 and 125; the fees are 60 (above), 100 (on the line) and 30 (below)
    quotes = pd.DataFrame({"followers": [2_000, 4_000, 5_000, 9], "fee": [60, 100, 30, None]})
    ax = price_against_rule(quotes, currency="USD")
    shown = words(ax)
    assert "1 above the line" in shown
    assert "1 below the line" in shown
    assert "$25 per 1,000 followers" in shown
    assert any("Not drawn: 1 creator without fee or followers." in text.get_text() for text in ax.figure.texts)


@pytest.mark.parametrize(("rule", "where"), [(1e-6, "below"), (1e9, "above")])
def test_a_rule_outside_the_plot_is_said(rule: float, where: str) -> None:
    quotes = pd.DataFrame({"followers": [2_000, 4_000], "fee": [60, 100]})
    assert any(f"{where} every price here" in word for word in words(price_against_rule(quotes, rule=rule)))


def test_no_fee_is_a_sentence() -> None:
    ax = price_against_rule(pd.DataFrame({"followers": [1_000.0], "fee": [np.nan]}))
    assert ax.texts[0].get_text().replace("\n", " ").startswith("No creator has both a fee and followers")


def test_price_with_floors_has_bands_and_n() -> None:
    table = creators().assign(fee=100.0)
    shown = words(price_against_rule(table, floors=FLOORS))
    assert "n = 3" in shown
    assert "mega" in shown


def test_real_exports_draw_clean(visible: object) -> None:
    from pathlib import Path

    path = Path(str(visible)) / "hypeauditor-2022" / "social media influencers - Tiktok sep 2022.csv"
    raw = pd.read_csv(path)
    raw.columns = [name.strip() for name in raw.columns]
    table = pd.DataFrame({"handle": raw["Tiktoker name"], "followers": raw["Subscribers.1"]})
    table["engagements_per_post"] = raw[["Likes avg..1", "Comments avg..1", "Shares avg..1"]].sum(axis=1)
    table["tier"] = np.select([table["followers"] < 1e4, table["followers"] < 1e6], ["micro", "macro"], "mega")
    ax = engagement_against_reach(table, floors=FLOORS)
    assert faults(ax) == []
    # n of the three tiers as the brief of this data states them: 5, 193, 802
    assert {"n = 5", "n = 193", "n = 802"} <= set(words(ax))
