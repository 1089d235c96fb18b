"""Folders of small tables joined into three. Every expected total is hand arithmetic on the rows written here."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake.clean import clean_table
from analysis.intake.contradictions import contradictions
from analysis.intake.joins import join_tables
from analysis.intake.links import Web, make_sheet
from analysis.intake.recognise import recognise
from analysis.intake.snapshots import month_in
from analysis.intake.tables import raw_table


def joined(platform="", **files):
    """Write each file as CSV text, understand it, and join them all."""
    tables, refused = [], []
    for name, text in files.items():
        header, *lines = [line.strip().split(",") for line in text.strip().splitlines()]
        columns = [[row[k].strip() or None for row in lines] for k in range(len(header))]
        raw = raw_table(f"{name}.csv", [h.strip() for h in header], columns)
        found = recognise(raw)
        if found.grain is None:
            refused.append(raw)
        else:
            tables.append(clean_table(raw, found, platform=platform))
    return join_tables(tables, refused)


def total(frame, column):
    return None if column not in frame.columns else frame[column].sum()


def said(done, words):
    return any(words in text for text in [*done.rules, *done.warnings])


INFLUENCERS = """
influencer_id,name,platform,followers
1,Ana,Instagram,5000
2,Ben,Instagram,50000
3,Cho,YouTube,2000000
"""


def test_payouts_per_creator_are_not_multiplied_by_posts_or_orders():
    done = joined(
        influencers=INFLUENCERS,
        posts="post_id,influencer_id,date,likes,comments,reach\na,1,2024-01-01,10,1,100\nb,1,2024-01-02,20,2,200\nc,2,2024-01-03,30,3,300",
        tracking="source,influencer_id,date,orders,revenue\nx,1,2024-01-05,1,50\nx,1,2024-01-06,2,60\ny,2,2024-01-06,1,40\nads,,2024-01-06,9,900",
        payouts="influencer_id,rate,orders,total_payout\n1,10,7,100\n2,10,8,200\n3,10,9,300",
    )
    assert (total(done.placements, "cost"), total(done.placements, "revenue")) == (600, 150)
    assert total(done.placements, "conversions") == 4  # of the tracking log; the payout sheet's 24 are not added
    assert total(done.posts, "likes") == 60
    assert [(aside.label, aside.rows) for aside in done.set_aside] == [("tracking.csv", [3])]
    assert said(done, "organic rows are kept apart")
    assert said(done, "1 of 3 accounts have no posts")


DEALS = "deal_id,creator_id,deal_date,platform,deal_value_usd\nA,1,2024-03-01,Instagram,100\nB,2,2024-04-01,TikTok,300"


def test_a_deal_that_meets_its_results_keeps_its_date_and_platform():
    done = joined(
        creators="creator_id,creator_name,subscribers\n1,Ana,5000\n2,Ben,50000",
        deals=DEALS,
        performance="deal_id,views,likes,comments,revenue_usd\nA,1000,10,1,150\nB,2000,20,2,200",
    )
    rows = done.placements.sort("campaign_id")
    assert (total(rows, "cost"), total(rows, "revenue"), rows.height) == (400, 350, 2)
    assert rows["date"].dt.date().cast(pl.String).to_list() == ["2024-03-01", "2024-04-01"]
    assert rows["platform"].to_list() == ["instagram", "tiktok"]


def test_costs_and_results_in_two_moneys_are_not_put_in_one_row():
    done = joined(
        creators="creator_id,creator_name,subscribers\n1,Ana,5000\n2,Ben,50000",
        deals=DEALS,
        performance="deal_id,views,likes,comments,revenue_eur\nA,1000,10,1,150\nB,2000,20,2,200",
    )
    rows = done.placements
    assert {(row["cost"], row["revenue"], row["currency"]) for row in rows.iter_rows(named=True)} == {
        (100, None, "USD"), (300, None, "USD"), (None, 150, "EUR"), (None, 200, "EUR"),
    }  # fmt: skip
    assert sorted(rows["creator_id"].to_list()) == ["1", "1", "2", "2"]
    assert said(done, "USD against EUR")


def test_several_payments_and_several_results_of_a_campaign_stay_ledgers():
    done = joined(
        influencers=INFLUENCERS,
        campaigns="campaign_id,influencer_id,campaign_start_date,campaign_budget\nA,1,2024-01-01,999\nB,2,2024-01-01,999",
        payments="payment_id,campaign_id,payment_date,payment_status,amount_paid\np1,A,2024-02-01,Success,10\np2,A,2024-02-02,Success,20\n"
        "p3,A,2024-02-02,Failed,40\np4,B,2024-02-02,Pending,80\np5,B,2024-02-02,,160",
        performance="performance_id,campaign_id,date,impressions,clicks,likes,comments,revenue_generated\n"
        "r1,A,2024-01-05,100,10,5,1,70\nr2,A,2024-01-06,100,10,5,1,70\nr3,B,2024-01-06,100,10,5,1,\n",
    )
    paid = done.placements.group_by("creator_id").agg(pl.col("cost").sum(), pl.col("revenue").sum()).sort("creator_id")
    assert paid.rows() == [("1", 30, 140), ("2", 0, 0)]
    assert said(done, "not counted: 1 failed, 1 pending, 1 blank, 280.00 in all") or said(done, "280.00 in all")
    assert said(done, "campaign_id → campaigns.csv → influencer_id")


STAR = {
    "creators": "creator_id,creator_name,niche\n1,Ana,Food\n2,Ben,Tech",
    "creator_accounts": "account_id,creator_id,platform_id,followers\n1,1,1,5000\n2,1,2,70000\n3,2,1,9000\n4,2,2,900",
    "platforms": "platform_id,platform_name\n1,Instagram\n2,YouTube",
    "campaign_creators": "campaign_creator_id,campaign_id,creator_id,agreed_fee\n1,7,1,500\n2,7,2,700\n3,8,2,900",
    "payments": "payment_id,campaign_creator_id,amount_paid\n1,1,300\n2,2,600\n3,3,0",
    "content_posts": "post_id,campaign_creator_id,account_id,impressions,likes,comments,clicks,revenue_generated\n"
    "1,1,1,1000,10,1,5,100\n2,1,2,1000,20,2,5,100\n3,2,3,1000,30,3,5,100\n4,3,4,1000,40,4,5,100",
}


def test_a_deliverables_cost_is_split_over_its_posts_and_stays_what_was_paid():
    done = joined(**STAR)
    by_post = done.placements.sort("post_id").select("post_id", "creator_id", "campaign_id", "cost").rows()
    assert by_post == [("1", "1", "7", 150), ("2", "2", "7", 150), ("3", "3", "7", 600), ("4", "4", "8", 0)]
    assert said(done, "cost is payments.csv (900.00, money paid)")
    accounts = done.creators.select("creator_id", "name", "platform", "followers", "category").rows()
    assert accounts[1] == ("2", "Ana", "youtube", 70000, "Food")  # the account, not the person with that number


def test_deals_and_their_performance_become_one_row():
    done = joined(
        creators="creator_id,creator_name,subscribers\nC1,Ana,5000\nC2,Ben,900",
        brand_deals="deal_id,creator_id,brand,campaign_month,deal_value_usd\nD1,C1,X,2024-01,100\nD2,C2,X,2024-02,50\nD3,C2,Y,2024-02,25",
        deal_performance="deal_id,views,likes,comments,conversions,revenue_usd\nD2,10,2,1,1,5\nD1,20,4,1,1,7\nD3,30,4,1,1,8",
    )
    rows = done.placements.sort("campaign_id").select("campaign_id", "creator_id", "cost", "revenue").rows()
    assert rows == [("D1", "C1", 100, 7), ("D2", "C2", 50, 5), ("D3", "C2", 25, 8)]


def test_running_numbers_are_not_keys():
    done = joined(
        influencers=INFLUENCERS,
        posts="post_id,platform,post_date,likes,comments,views\n1,TikTok,2024-01-01,1,2,3\n2,TikTok,2024-01-01,1,2,3\n3,TikTok,2024-01-01,1,2,3",
        campaigns="campaign_id,campaign_name,platform,impressions,clicks,ad_spend,revenue,campaign_date\n1,a,TikTok,10,2,5,6,2024-01-01\n"
        "2,b,TikTok,10,2,5,6,2024-01-01\n3,c,TikTok,10,2,5,6,2024-01-01",
    )
    assert "creator_id" not in done.posts.columns
    assert "creator_id" not in done.placements.columns
    assert said(done, "share no key")


def test_without_any_cost_each_budget_counts_once_and_is_called_assumed():
    done = joined(
        influencers=INFLUENCERS,
        campaigns="campaign_id,brand,start_date,end_date,budget\n1,X,2024-01-01,2024-02-01,100\n2,Y,2024-01-01,2024-02-01,200",
        revenue="conversion_id,campaign_id,revenue_generated\n1,1,30\n2,1,40\n3,2,50",
        performance="performance_id,campaign_id,influencer_id,views,likes,comments,clicks\n1,1,1,100,5,1,1\n2,1,2,100,5,1,1\n3,2,3,100,5,1,1\n4,2,1,100,5,1,1",
    )
    assert (total(done.placements, "cost"), total(done.placements, "revenue"), total(done.placements, "likes")) == (
        300,
        120,
        20,
    )
    assert said(done, "assumed: no file says what was paid")
    assert done.placements.filter(pl.col("cost").is_not_null())["creator_id"].null_count() == 2


def test_cost_in_one_file_and_revenue_in_another_do_not_multiply():
    done = joined(
        spend="campaign_id,influencer_id,cost\nA,1,10\nA,2,20\nB,1,30",
        sales="campaign_id,influencer_id,date,clicks,revenue\nA,1,2024-01-01,1,5\nA,1,2024-01-02,1,6\nB,1,2024-01-02,1,7\nA,2,2024-01-02,1,8",
    )
    by = done.placements.group_by("creator_id").agg(pl.col("cost").sum(), pl.col("revenue").sum()).sort("creator_id")
    assert by.rows() == [("1", 40, 18), ("2", 20, 8)]


def test_pieces_of_one_table_and_the_latest_listing():
    done = joined(
        platform="tiktok",
        top_2022_09="handle,followers,avg_likes\nana,100,10\nben,200,20",
        top_2022_08="handle,followers,avg_likes\nana,90,9\ncho,300,30",
    )
    assert dict(done.creators.select("handle", "followers").rows()) == {"ana": 100, "ben": 200, "cho": 300}
    assert [(aside.label, aside.rows) for aside in done.set_aside] == [("top_2022_08.csv", [0])]
    assert said(done, "by the month in the file's name")


def test_further_columns_about_the_same_accounts_are_put_beside():
    done = joined(
        profiles="handle,followers,country\nana,100,DE\nben,200,FR\ncho,300,ES",
        stats="handle,followers,avg_likes,avg_comments\nben,200,20,2\nana,100,10,1\ndee,400,40,4",
    )
    found = {row["handle"]: (row["country"], row["avg_likes"]) for row in done.creators.to_dicts()}
    assert found == {"ana": ("DE", 10), "ben": ("FR", 20), "cho": ("ES", None), "dee": (None, 40)}


def test_one_table_passes_unchanged():
    done = joined(influencers=INFLUENCERS)
    assert done.creators.height == 3
    assert (done.posts, done.placements, done.set_aside, done.rules) == (None, None, [], [])


def test_a_key_that_leads_to_several_accounts_leads_to_none():
    facts = raw_table("f.csv", ["campaign_id"], [["A", "B"]])
    link = raw_table("l.csv", ["campaign_id", "creator_id"], [["A", "A", "B"], ["1", "2", "3"]])
    link_sheet, fact = make_sheet(link), make_sheet(facts)
    link_sheet.roles = {"creator_id": "creator_id"}
    account, _ = Web([link_sheet, fact]).account_of(fact, None, None)
    assert account.to_list() == [None, "3"]


def test_contradictions_are_counted():
    posts = pl.DataFrame(
        {
            "creator_id": ["1", "1"],
            "platform": ["tiktok", "youtube"],
            "likes": [5, 50],
            "reach": [10, 10],
            "views": [9, 60],
        }
    )
    creators = pl.DataFrame(
        {"creator_id": ["1"], "platform": ["tiktok"], "followers": [100], "avg_likes": [10.0], "engagement_rate": [0.9]}
    )
    assert contradictions(creators, posts, None) == [
        "posts: engagements exceed reach in 1 of 2 rows",
        "posts: 1 of 2 rows name another platform than their account is listed on",
        "creators: the reported engagement rate is not (likes) / followers in 1 of 1 rows",
    ]


def test_a_tier_label_that_contradicts_the_followers_is_counted():
    done = joined(
        influencers="handle,followers,avg_likes,tier\nana,5000000,9,Micro\nben,20000,8,micro\ncho,2000000,7,Mega"
    )
    assert said(done, "'tier' contradicts the followers in 1 of 3 rows")


def test_months_in_file_names():
    assert month_in("export 2023-07.csv") == 2023 * 12 + 7
    assert month_in("tiktok - Sep 2022.csv") == 2022 * 12 + 9
    assert month_in("12345678.csv") == 0


@pytest.mark.parametrize(
    ("folder", "cost", "revenue", "engagements"),
    [  # totals worked out by hand for each folder of the real data, see its notes
        ("healthkart-500", 351303.22, 3882437.34, None),
        ("healthkart-20", 509031, 63452, None),
        ("sponsorship-star", 5013053.8, 298317251.03, 8179623),
        ("dirty-agency", 66105587, 607927983, 30223040),
        ("youtube-deals", 6665591.34, 18683755.75, 7427283),
        ("nano-campaign-mit", 157900, None, 759007),
        ("sql-case-60", 215863.09, 793467.17, 2272306),
    ],
)
def test_real_folders_keep_their_totals(visible, folder, cost, revenue, engagements):
    from analysis.intake.readers import read_tables

    tables, refused = [], []
    for path in sorted((visible / folder).glob("*.csv")):
        for raw in read_tables(path.name, path=path):
            found = recognise(raw)
            (refused if found.grain is None else tables).append(raw if found.grain is None else clean_table(raw, found))
    done = join_tables(tables, refused)
    assert total(done.placements, "cost") == pytest.approx(cost)
    if revenue is not None:
        assert total(done.placements, "revenue") == pytest.approx(revenue)
    if engagements is not None:
        parts = [name for name in ("likes", "comments", "shares", "saves") if name in done.placements.columns]
        assert sum(total(done.placements, name) for name in parts) == engagements


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 500)), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 500)), min_size=1, max_size=25),
    st.booleans(),
)
def test_no_join_multiplies_a_cost_or_a_revenue(payments, results, linked):
    """Payments and results share campaigns in every cardinality; the sums stay those of the files."""
    link = "campaign_id,influencer_id,start_date\n" + "\n".join(f"K{k},{k % 3 + 1},2024-01-01" for k in range(6))
    files = {
        "influencers": INFLUENCERS,
        "payments": "payment_id,campaign_id,amount_paid\n"
        + "\n".join(f"p{i},K{k},{n}" for i, (k, n) in enumerate(payments)),
        "results": "row_no,campaign_id,clicks,impressions,revenue\n"
        + "\n".join(f"{i},K{k},5,50,{n}" for i, (k, n) in enumerate(results)),
    }
    done = joined(**files, **({"campaigns": link} if linked else {}))
    assert total(done.placements, "cost") == pytest.approx(sum(n for _, n in payments))
    assert total(done.placements, "revenue") == pytest.approx(sum(n for _, n in results))
