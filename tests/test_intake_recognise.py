"""Recognition on the classes of export that analysts meet.

The tables are made up in ``data/intake_classes.yml``: headers as exports have them, values by kind, and by hand what a
row is and which header means what.
"""

import random
from pathlib import Path

import polars as pl
import pytest
import yaml

from analysis.intake.delimited import read_delimited
from analysis.intake.headers import read_header
from analysis.intake.recognise import recognise
from analysis.intake.values import Profile
from analysis.intake.words import fold

CLASSES = yaml.safe_load((Path(__file__).parent / "data" / "intake_classes.yml").read_text(encoding="utf-8"))

_NAMES = ["Mara", "Jon", "Ilse", "Rui", "Chen", "Asha", "Omar", "Lena", "Tomas", "Yuki", "Vera", "Noel", "Ines", "Paul"]
_KINDS = {
    "rank": lambda r, i: str(i + 1),
    "handle": lambda r, i: f"{r.choice(_NAMES).lower()}.{i}_{r.choice(['x', 'official', 'tv'])}",
    "at": lambda r, i: f"@{r.choice(_NAMES).lower()}{i}",
    "name": lambda r, i: f"{r.choice(_NAMES)} {r.choice(_NAMES)}{'' if i % 3 else ' ' + str(i)}",
    "repeat": lambda r, i: f"{_NAMES[i % 4].lower()}_{i % 4}",
    "cat": lambda r, i: r.choice(["Beauty", "Gaming", "Food & Drink", "Travel"]),
    "country": lambda r, i: r.choice(["India", "Brazil", "Spain", "United States"]),
    "city": lambda r, i: r.choice(["Pune", "Lyon", "Porto"]),
    "platform": lambda r, i: r.choice(["Instagram", "TikTok", "YouTube"]),
    "fol": lambda r, i: f"{r.uniform(1, 90):.1f}{r.choice('KM')}",
    "folint": lambda r, i: str(r.randint(2_000, 4_000_000)),
    "mill": lambda r, i: f"{r.uniform(50, 400):.1f}",
    "cnt": lambda r, i: str(r.randint(10, 90_000)),
    "small": lambda r, i: str(r.randint(0, 60)),
    "big": lambda r, i: str(r.randint(300_000_000, 90_000_000_000)),
    "short": lambda r, i: f"{r.uniform(1, 90):.1f}K",
    "pct": lambda r, i: f"{r.uniform(0.2, 9):.2f}%",
    "pctnum": lambda r, i: f"{r.uniform(0.8, 9):.2f}",
    "frac": lambda r, i: f"{r.uniform(0.002, 0.09):.4f}",
    "url": lambda r, i: f"https://www.instagram.com/p/C{i}xYz{r.randint(100, 999)}/",
    "date": lambda r, i: f"2024-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    "day": lambda r, i: f"2024-03-{i % 28 + 1:02d}",
    "usdate": lambda r, i: f"{r.randint(1, 12):02d}/{r.randint(13, 28)}/2024 10:0{r.randint(0, 9)}",
    "epoch": lambda r, i: str(1_700_000_000 + r.randint(0, 9_000_000)),
    "lifetime": lambda r, i: "Lifetime",
    "title": lambda r, i: f"How {r.choice(_NAMES)} makes tea, part {i}",
    "id11": lambda r, i: "".join(r.choice("abcdefgXYZ0123456789_-") for _ in range(10)) + str(i % 10),
    "bigid": lambda r, i: str(17_900_000_000_000_000 + r.randint(0, 10**12)),
    "key": lambda r, i: f"K{i:03d}",
    "few": lambda r, i: f"K{i % 5}",
    "int5": lambda r, i: str(i % 5 + 1),
    "uc": lambda r, i: f"UC{r.randint(10**20, 10**21)}a",
    "money": lambda r, i: f"{r.uniform(50, 9000):.2f}",
    "eur": lambda r, i: f"{r.randint(1, 9)}.{r.randint(100, 999)},{r.randint(10, 99)} €",
    "camp": lambda r, i: r.choice(["Spring Launch", "Black Friday", "Summer"]),
    "bool": lambda r, i: r.choice(["True", "False"]),
    "text": lambda r, i: f"so good {i} #tea",
    "empty": lambda r, i: "",
    "dur": lambda r, i: f"0:0{r.randint(1, 9)}:{r.randint(10, 59)}",
    "format": lambda r, i: r.choice(["Reel", "Story", "Feed"]),
    "status": lambda r, i: r.choice(["Live", "Done"]),
}


def made(columns, rows=30):
    """Return the table of a class, with values made by kind."""
    source = random.Random(7)
    lines = [";".join(f'"{column[0]}"' for column in columns)]
    lines += [";".join(_KINDS[column[1]](source, row) for column in columns) for row in range(rows)]
    return read_delimited("made.csv", data="\n".join(lines).encode())[0]


@pytest.mark.parametrize("name", CLASSES["recognised"])
def test_class_of_export(name):
    case = CLASSES["recognised"][name]
    raw = made(case["columns"])
    found = recognise(raw)
    assert found.grain == case["grain"], found.why
    got = {raw.headers[indexes[0]]: canonical for canonical, indexes in found.columns.items()}
    assert got == {column[0]: column[2] for column in case["columns"] if len(column) > 2}


@pytest.mark.parametrize("name", CLASSES["refused"])
def test_refused_by_name(name):
    case = CLASSES["refused"][name]
    found = recognise(made(case["columns"], rows=20))
    assert found.grain is None
    assert case["reason"] in found.why


def test_a_map_decides_and_serves_every_file_of_a_client():
    posts = made([["Ref", "key"], ["Fans then", "folint"], ["Herzen", "cnt"], ["date", "date"], ["note", "text"]])
    mapping = {"ref": "post_id", "Herzen": "likes", "Fans then": "followers", "date": "date", "note": ""}
    found = recognise(posts, mapping=mapping)
    assert found.grain == "posts"
    assert {name: posts.headers[indexes[0]] for name, indexes in found.columns.items()} == {
        "post_id": "Ref", "likes": "Herzen", "followers": "Fans then", "published_at": "date",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("\nFollowers", "followers"),
        ("likeCount", "likes"),
        ("LIKES_COUNT", "likes"),
        ("Follower's count", "followers"),
        ("Nº de seguidores", "followers"),
        ("Abon\u00adnenten", "followers"),
        ("statistics.viewCount", "views"),
        ("public_metrics.retweet_count", "shares"),
        ("like.summary.total_count", "likes"),
        ("Views (Avg.)", "avg_views"),
        ("평균 좋아요 수", "avg_likes"),
        ("フォロワー数", "followers"),
        ("Engagment Rate", "engagement_rate"),
        ("Follwers", "followers"),
    ],
)
def test_one_header(header, concept):
    best = read_header(header)[0]
    assert (best.concept, best.doubts) == (concept, ())


@pytest.mark.parametrize(
    "header",
    ["Like Rate (%)", "Audience Country", "Followers growth", "Total views rank", "Potential reach", "New followers",
     "Comment length", "CPM", "Estimated revenue (USD)", "Fake followers", "Profile visits", "Video duration", "Budget",
     "Likes given", "Dislikes", "brand_id", "is_verified", "Updated at", "Views last 30 days", "Unemployment rate"],
)  # fmt: skip
def test_what_is_not_ours_is_not_taken(header):
    assert not [m for m in read_header(header) if m.ours and not m.doubts]


def test_fold_is_blind_to_case_accents_and_plural():
    assert fold("Número de SEGUIDOR") == fold("numero_de_seguidor") == ("numero", "de", "seguidor")
    assert fold("Likes") == fold("LIKE") == fold("like")


def test_profile_of_a_rank_a_date_and_an_identifier():
    assert Profile(pl.Series(["1", "2", "3", "4"])).counts_up
    assert not Profile(pl.Series(["1", "2", "4"])).counts_up
    assert Profile(pl.Series(["2024-01-02", "03/04/2024", "Jul 3, 2024", "1700000000"])).date_share == 1.0
    assert Profile(pl.Series(["6521.22", "1.234,50", "12", "3.4M"])).date_share == 0.0
    assert Profile(pl.Series(["dQw4w9WgXcQ", "a-b_C4567890"])).id_like
    assert not Profile(pl.Series(["see you", "there"])).id_like
