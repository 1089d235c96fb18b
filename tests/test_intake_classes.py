"""Classes of export nobody has shown us: each small table is what one kind of tool writes, with invented values.

The expected grain and columns are those a careful analyst gives by hand; sums are hand arithmetic.
"""

import json
from pathlib import Path

import pytest

from analysis import intake
from analysis.errors import UnusableDataError
from analysis.intake.headers import read_header


def _read(folder: Path, text: str, name: str = "export.csv") -> tuple[str, dict[str, str], intake.Tables]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    tables = intake.read(path)
    entry = next(entry for entry in tables.audit["files"] if not entry.get("refused"))
    return entry["grain"], {column: header for header, column in entry["columns"].items()}, tables


CASES = {
    "discovery tool": (
        ("Username,Fullname,Followers,Engagement rate,Avg. likes,Location (country),Audience: top country,Fake followers %\n"
        "lena,Lena K,12000,0.031,340,Spain,Mexico,12%\nmax,Max P,88000,0.012,900,Brazil,Portugal,9%\n"),
        "creators",
        {"handle": "Username", "name": "Fullname", "followers": "Followers", "engagement_rate": "Engagement rate",
         "avg_likes": "Avg. likes", "country": "Location (country)"},
    ),
    "profiles under one prefix": (
        ("authorMeta/id,authorMeta/name,authorMeta/nickName,authorMeta/fans,authorMeta/heart,authorMeta/video\n"
        "6601,lena,Lena K,12000,9900000,210\n6602,max,Max P,88000,7700000,90\n"),
        "creators",
        {"creator_id": "authorMeta/id", "handle": "authorMeta/name", "name": "authorMeta/nickName",
         "followers": "authorMeta/fans", "post_count": "authorMeta/video"},
    ),
    "price list whose channel is a network": (
        ("Nr.;Creator;Kanal;Follower;Preis pro Post (netto);Preis pro Story\n"
        "1;Lena Koch;Instagram;1.031.570;2.374 €;253 €\n2;Max Power;TikTok;86.320;1.382 €;139 €\n"),
        "creators",
        {"name": "Creator", "platform": "Kanal", "followers": "Follower", "fee": "Preis pro Post (netto)"},
    ),
    "list in Polish": (
        "Nazwa profilu,Obserwujący,Średnia liczba polubień,Cena za post\nlena,12000,340,900\nmax,88000,900,1500\n",
        "creators",
        {"handle": "Nazwa profilu", "followers": "Obserwujący", "avg_likes": "Średnia liczba polubień",
         "fee": "Cena za post"},
    ),
    "list in Chinese": (
        "达人昵称,粉丝数,平均点赞数,互动率,报价\n莉娜,12000,340,3.1%,900\n马克,88000,900,1.2%,1500\n",
        "creators",
        {"name": "达人昵称", "followers": "粉丝数", "avg_likes": "平均点赞数", "engagement_rate": "互动率",
         "fee": "报价"},
    ),
    "column named after the network": (
        "Instagram,Followers\n@lena,12K\n@max,88K\n", "creators", {"handle": "Instagram", "followers": "Followers"},
    ),
    "business tool in Portuguese": (
        ("Identificação do post,Identificação da conta,Nome de usuário da conta,Nome da conta,Horário de publicação,"
        "Visualizações,Curtidas,Seguimentos,Salvamentos\n"
        "17841,5001,lena,Lena K,05/03/2024 09:30,2000,310,4,12\n17842,5001,lena,Lena K,05/19/2024 10:30,4000,420,2,9\n"),
        "posts",
        {"post_id": "Identificação do post", "creator_id": "Identificação da conta",
         "handle": "Nome de usuário da conta", "published_at": "Horário de publicação", "views": "Visualizações",
         "likes": "Curtidas", "saves": "Salvamentos"},
    ),
    "posts in Vietnamese": (
        ("Link bài đăng,Tên kênh,Ngày đăng,Lượt xem,Lượt thích,Lưu\n"
        "https://a.example/p/1,Lena,13/05/2024,2000,310,12\nhttps://a.example/p/2,Lena,19/05/2024,4000,420,9\n"),
        "posts",
        {"handle": "Tên kênh", "published_at": "Ngày đăng", "views": "Lượt xem", "likes": "Lượt thích", "saves": "Lưu"},
    ),
    "posts that count installs": (
        ("Tweet id,Tweet text,time,impressions,engagements,retweets,replies,likes,app installs\n"
        "171,a,2024-05-03 10:00,2000,90,5,6,70,0\n172,b,2024-05-04 10:00,3000,95,4,7,80,0\n"),
        "posts",
        {"post_id": "Tweet id", "published_at": "time", "impressions": "impressions", "shares": "retweets",
         "comments": "replies", "likes": "likes"},
    ),
    "payments to creators": (
        "Creator,Invoice #,Amount,Currency,Paid On\nLena K,1001,250.50,EUR,2024-05-03\nMax P,1002,80,EUR,2024-05-04\n",
        "placements",
        {"handle": "Creator", "cost": "Amount", "currency": "Currency", "date": "Paid On"},
    ),
    "orders by partner": (
        "Publisher ID,Publisher Name,Clicks,Number of Sales,Net sales\n77,Lena K,900,12,800.5\n78,Max P,400,3,99.5\n",
        "placements",
        {"creator_id": "Publisher ID", "handle": "Publisher Name", "clicks": "Clicks",
         "conversions": "Number of Sales", "revenue": "Net sales"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_class_of_export(case: str, tmp_path: Path) -> None:
    text, grain, columns = CASES[case]
    got, mapping, _ = _read(tmp_path, text)
    assert (got, mapping) == (grain, columns)


REFUSED = {
    "hashtags": "Hashtag,Posts,Views\n#food,9000,800000\n#fit,7000,500000\n#fyp,5000,900000\n",
    "kinds of post": "Content type,Views,Watch time (hours),Likes\nVideos,9000,20.5,300\nShorts,8000,3.5,200\n",
    "tiers": "Tier,Followers range,Avg ER,Price per post\nNano,1K-10K,4%,$90\nMicro,10K-100K,2%,$300\n",
    "cities": "City,Followers\nBerlin,900\nMadrid,700\nRome,300\n",
    "sources": "Traffic-Quelle,Aufrufe,Wiedergabezeit (Stunden)\nExtern,900,3.5\nYouTube-Suche,400,2.5\n",
    "sessions with revenue": "Session source / medium,Sessions,Total revenue\ngoogle / organic,900,80\nig / bio,400,20\n",
    "customers": "ID,Education,Income,Response\n5524,PhD,58138,1\n2174,Basic,46344,0\n4141,PhD,71613,0\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_creator_no_post_and_no_placement_is_refused(case: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(REFUSED[case], encoding="utf-8")
    with pytest.raises(UnusableDataError):
        intake.read(path)


def test_a_unit_in_the_header_is_applied(tmp_path: Path) -> None:
    text = "Username,Followers (millions)[1],Country\n@lena,45.7,Spain\n@max,12.25,Brazil\n"
    _, _, tables = _read(tmp_path, text)
    assert tables.creators is not None
    assert tables.creators["followers"].sum() == 57_950_000


def test_a_unit_that_the_values_contradict_is_not_applied(tmp_path: Path) -> None:
    _, _, tables = _read(tmp_path, "Username,Followers (k)\n@lena,4500000\n@max,1200000\n")
    assert tables.creators is not None
    assert tables.creators["followers"].sum() == 5_700_000


def test_a_totals_row_that_says_of_what_is_no_row(tmp_path: Path) -> None:
    text = "Campaign name,Cost,Impressions\nSpring,100.5,9000\nSummer,50.5,4000\nTotal of 2 results,151,13000\n"
    _, _, tables = _read(tmp_path, text)
    assert tables.placements is not None
    assert tables.placements["cost"].sum() == 151.0
    assert tables.audit["rows_rejected"] == 1


def test_insights_inside_a_post_are_its_figures(tmp_path: Path) -> None:
    def one(number: int) -> dict[str, object]:
        metrics = [
            {"name": name, "period": "lifetime", "values": [{"value": number * 100}]} for name in ("reach", "saved")
        ]
        return {
            "id": f"17{number}",
            "timestamp": "2024-05-03T10:00:00+0000",
            "like_count": 9,
            "insights": {"data": metrics},
        }

    _, mapping, tables = _read(tmp_path, json.dumps({"data": [one(1), one(2), one(3)]}), "media.json")
    assert tables.posts is not None
    assert tables.posts["reach"].sum() == 600
    assert mapping["saves"] == "insights.saved"


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("metrics.likes_avg.value", "avg_likes"), ("totalShareStatistics.likeCount", "likes"),
        ("quoted_status.like_count", None), ("music.play_count", None), ("latestComments/0/likesCount", None),
        ("brand.followers", None), ("# of sales", "conversions"), ("Satış Adedi", "conversions"), ("Sales", "revenue"),
    ],
)  # fmt: skip
def test_what_a_header_says(header: str, concept: str | None) -> None:
    found = [meaning.concept for meaning in read_header(header) if not meaning.doubts]
    assert (found[0] if found else None) == concept


def test_reach_and_reactions_of_accounts_without_followers_are_a_posts(tmp_path):
    text = "Influencer;Reach;Likes;Comments;Shares\nana;9000;410;30;4\nbo;800;52;6;1\ncy;12000;900;70;9\n"
    path = tmp_path / "results.csv"
    path.write_text(text, encoding="utf-8")
    tables = intake.read(path)
    assert tables.audit["files"][0]["grain"] == "posts"
    assert tables.posts["reach"].sum() == 21_800  # 9000 + 800 + 12000
