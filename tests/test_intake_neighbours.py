"""What a column means because of the columns beside it. Tables are invented; what is expected is a careful reader's."""

import pytest

from analysis.intake.headers import read_header
from analysis.intake.recognise import recognise
from analysis.intake.tables import raw_table


def understood(text: str):
    """Return grain, canonical column → header, and everything said, of a small CSV."""
    header, *rows = [line.split(",") for line in text.strip().splitlines()]
    raw = raw_table("t.csv", header, [list(column) for column in zip(*rows, strict=True)])
    done = recognise(raw)
    return done.grain, {name: header[at[0]] for name, at in done.columns.items()}, " ".join(done.rules + done.warnings)


def test_favourites_beside_likes_are_saves():
    _, columns, said = understood(
        "id,username,create_time,like_count,favorites_count\n71001,a,1735700000,90,8\n71002,a,1735800000,70,9\n"
    )
    assert columns["likes"] == "like_count"
    assert columns["saves"] == "favorites_count"
    assert "read as saves" in said


def test_favourites_alone_are_likes():
    _, columns, _ = understood("id,author,created_at,favorite_count\n71001,a,2025-01-02,90\n71002,b,2025-01-03,70\n")
    assert columns["likes"] == "favorite_count"


def test_single_words_beside_full_names_are_handles():
    grain, columns, _ = understood(
        "profileName,fullName,followersCount\nlena.k,Lena K,12000\nmax_p,Max P,88000\nzoe.d,Zoe D,5100\n"
    )
    assert grain == "creators"
    assert (columns["handle"], columns["name"]) == ("profileName", "fullName")


@pytest.mark.parametrize(("cells", "place"), [("lena.k max_p zoe.d", "handle"), ("660101 660202 660303", "creator_id")])
def test_an_id_of_a_network_is_a_handle_when_its_cells_are_words(cells, place):
    rows = "".join(f"{cell},{followers}\n" for cell, followers in zip(cells.split(), (9000, 80, 500), strict=True))
    assert understood(f"TikTok ID,Followers\n{rows}")[1][place] == "TikTok ID"


def test_a_deal_costs_its_amount():
    _, columns, said = understood(
        "deal_id,influencer_username,brand_name,amount_usd\nD1,lena,Glow,900\nD2,max,Glow,400\n"
    )
    assert columns["cost"] == "amount_usd"
    assert "table of deals" in said


def test_a_page_with_likes_near_its_followers_has_no_average_of_likes():
    grain, columns, _ = understood(
        "pageName,pageId,creation_date,likes,followers\nlena,71001,2019-01-02,8900,9000\nmax,71002,2018-05-03,79000,80000\n"
    )
    assert grain == "creators"
    assert "avg_likes" not in columns


def test_a_location_whose_cells_are_countries_is_the_country():
    assert understood("Handle,Followers,Location\na,12000,Spain\nb,88000,Brasil\n")[1]["country"] == "Location"
    assert "country" not in understood("Handle,Followers,Location\na,12000,Madrid\nb,88000,Rio\n")[1]


def test_visits_beside_orders_are_clicks():
    _, columns, _ = understood("Affiliate,Visits,Orders,Revenue\na,900,12,480.50\nb,400,3,99.90\n")
    assert columns["clicks"] == "Visits"
    assert "views" not in columns


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Creator,Cost,Sales\na,900,$480.50\nb,400,$99.90\n", "revenue"),  # a currency
        ("Creator,Cost,Sales,Orders\na,900,480,12\nb,400,99,3\n", "revenue"),  # orders beside it
        ("Creator,Cost,Sales,Revenue\na,900,12,480.50\nb,400,3,99.90\n", "conversions"),  # their money beside it
        ("Creator,Cost,Clicks,Sales\na,900,700,12\nb,400,310,3\n", None),  # neither: it stays out
    ],
)
def test_sales_are_money_or_orders_or_undecided(text, place):
    _, columns, said = understood(text)
    assert [name for name, header in columns.items() if header == "Sales"] == ([place] if place else [])
    assert place or ("revenue" in said and "conversions" in said)


def test_a_total_value_beside_orders_is_revenue():
    assert (
        understood("Creator,Cost,Orders,Total Value\na,900,12,480.50\nb,400,3,99.90\n")[1]["revenue"] == "Total Value"
    )
    assert "revenue" not in understood("Creator,Followers,Total Value\na,9000,480.50\nb,4000,99.90\n")[1]


def test_a_commission_is_a_cost_and_its_rate_is_none():
    grain, columns, _ = understood(
        "Affiliate,Order Date,Order Value,Commission Rate,Commission\na,2025-01-02,480.50,10%,48.05\n"
        "b,2025-01-03,99.90,12%,11.99\n"
    )
    assert grain == "placements"
    assert columns["cost"] == "Commission"
    _, columns, _ = understood("Affiliate,Orders,Sales Amount,Commission\na,12,480.50,10%\nb,3,99.90,12%\n")
    assert "cost" not in columns


def test_a_month_an_hour_or_a_year_is_no_moment():
    _, columns, said = understood("Post ID,Post Month,Post Hour,Likes,Comments\n71001,3,18,90,4\n71002,11,9,70,2\n")
    assert "published_at" not in columns
    assert "no moments" in said


def test_quotes_beside_likes_are_posts_and_no_price():
    grain, columns, _ = understood(
        "id,username,timestamp,views,likes,replies,reposts,quotes\n71001,a,2025-01-02,900,90,4,2,1\n"
        "71002,a,2025-01-03,800,70,2,1,0\n"
    )
    assert grain == "posts"
    assert columns["shares"] == "reposts"


def test_the_number_of_an_order_is_no_name():
    _, columns, _ = understood("Name,Total,Subtotal,Created at\n#1001,90.50,80.50,2025-01-02\n#1002,70,60,2025-01-03\n")
    assert "handle" not in columns
    assert columns["revenue"] == "Total"


def test_posts_beside_the_audience_of_their_authors_are_posts():
    grain, columns, _ = understood(
        "title,id,url,viewCount,date,likes,channelName,numberOfSubscribers,duration,commentsCount\n"
        "Pasta,aB1,https://x.y/1,900,2025-01-02,90,Lena,12000,0:40,4\nRice,aB2,https://x.y/2,800,2025-01-03,70,Max,88000,0:50,2\n"
    )
    assert grain == "posts"
    assert columns["post_id"] == "id"
    assert columns["followers"] == "numberOfSubscribers"


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("basic.follower_count", "followers"),
        ("basic.id", "id"),
        ("posted_ts", "published_at"),
        ("country_cd", "country"),
        ("creator_sk", "creator_id"),
        ("Instagram Post Count", "post_count"),
        ("Influencer:in", "name"),
        ("Créateur·rice", "name"),
        ("Abonné·e·s", "followers"),
        ("@Instagram", "handle"),
        ("Rate (1x Reel)", "fee"),
        ("Vid views", "views"),
    ],
)
def test_wrappers_abbreviations_and_words_for_all(header, concept):
    best = next(meaning for meaning in read_header(header) if not meaning.doubts)
    assert best.concept == concept
