"""Real exports and campaign folders, read by hand, give the totals that others computed.

The files are not part of the repository; where they are absent these tests skip. Headers are renamed here by hand,
because understanding them is the intake's work.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.measures.summary import accounts, groups


@pytest.fixture(scope="module")
def tiktok(visible: Path) -> pd.DataFrame:
    """HypeAuditor's TikTok list of September 2022, its numeric columns; one row an account, by its rank."""
    raw = pd.read_csv(visible / "hypeauditor-2022" / "social media influencers - Tiktok sep 2022.csv")
    columns = {
        "S.no": "creator_id",
        "Tiktoker name": "handle",
        "Subscribers.1": "followers",
        "Views avg..1": "avg_views",
        "Likes avg..1": "avg_likes",
        "Comments avg..1": "avg_comments",
        "Shares avg..1": "avg_shares",
    }
    return raw[list(columns)].rename(columns=columns)


@pytest.mark.parametrize(
    ("measure", "medians", "pooled"),
    [
        ("engagement_rate_by_followers", ["3693%", "62.4%", "6.16%"], ["3491%", "60.8%", "4.38%"]),
        ("engagement_rate_by_views", ["16.1%", "13.1%", "13.3%"], ["13.8%", "12.1%", "12.6%"]),
    ],
)
def test_the_denominator_decides_on_tiktok_in_september_2022(tiktok, measure, medians, pooled) -> None:
    """Authority: computed independently from the file's numeric columns, n = 5 / 193 / 802."""
    table = groups(accounts(tiktok), measure).set_index("tier").loc[["micro", "macro", "mega"]]
    assert table["creators"].tolist() == table["measured"].tolist() == [5, 193, 802]
    for column, expected in (("median", medians), ("pooled", pooled)):
        shown = [f"{value:.{places}%}" for value, places in zip(table[column], _places(expected), strict=True)]
        assert shown == expected
    assert table["flagged"].tolist() == [True, False, False]


def test_entries_of_one_list_under_one_handle_stay_as_listed(tiktok) -> None:
    """Authority: the file repeats four handles among its 1,000 rows, two of them with other figures and no date."""
    by_handle = tiktok.drop(columns="creator_id")
    table = groups(accounts(by_handle), "engagement_rate_by_followers")
    assert table["creators"].sum() == 1000


def _places(shown: list[str]) -> list[int]:
    return [len(text.rstrip("%").partition(".")[2]) for text in shown]


@pytest.mark.parametrize(
    ("folder", "orders"), [("healthkart-500", "tracking_data.csv"), ("healthkart-20", "tracking.csv")]
)
@pytest.mark.parametrize(("scheme", "totals"), [("article", "A"), ("five-tier", "B")])
def test_a_campaign_folder_gives_the_stated_totals_in_both_schemes(visible, folder, orders, scheme, totals) -> None:
    """Authority: folders.json beside the exports: payouts once a creator, engagements of posts, attributed revenue."""
    source = visible.parent / "folders.json"
    if not source.is_file():
        pytest.skip("the totals of the campaign folders are not here")
    gold = json.loads(source.read_text())[folder]
    identity = {"ID": "creator_id", "id": "creator_id", "influencer_id": "creator_id", "follower_count": "followers"}

    def read(name: str, **renamed: str) -> pd.DataFrame:
        return pd.read_csv(visible / folder / name).rename(columns=identity | renamed)

    payouts = read("payouts.csv", total_payout="cost")[["creator_id", "cost"]]
    tracked = read(orders, orders="conversions", campaign="campaign_id")
    placements = pd.concat([tracked[["creator_id", "campaign_id", "conversions", "revenue"]], payouts])
    table = accounts(read("influencers.csv"), read("posts.csv"), placements, scheme=scheme)

    assert len(table) == gold["totals"]["creators"]
    assert table["posts"].sum() == gold["totals"]["posts"]
    for column in ("cost", "engagements", "revenue"):
        assert table[column].sum() == pytest.approx(gold["totals"][column], rel=1e-12)
    cost_per_engagement = groups(table, "cost_per_engagement").set_index("tier")
    roi = groups(table, "roi").set_index("tier")
    for tier, expected in gold["by_tier"][totals].items():
        assert cost_per_engagement.loc[tier, "creators"] == expected["creators"]
        assert cost_per_engagement.loc[tier, "numerator"] == pytest.approx(expected["cost"])
        assert cost_per_engagement.loc[tier, "denominator"] == pytest.approx(expected["engagements"])
        assert cost_per_engagement.loc[tier, "pooled"] == pytest.approx(expected["cost_per_engagement"])
        assert roi.loc[tier, "pooled"] == pytest.approx(expected["roi"])
    shown = set(gold["by_tier"][totals])
    assert (cost_per_engagement.drop(index=list(shown))["creators"] == 0).all()
