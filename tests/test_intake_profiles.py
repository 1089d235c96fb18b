"""Rosters that only say where creators are found, and codebooks that number their columns. All rows are invented."""

import json

from analysis import intake
from analysis.intake.profiles import listed
from analysis.intake.recognise import recognise
from analysis.intake.tables import raw_table
from analysis.intake.values import profile_of

ROSTER = [
    ["Ana Lopes", "https://www.youtube.com/@analopes", "https://www.twitch.tv/analopes", "Variado"],
    ["Rui Maia", "https://www.youtube.com/@ruimaia ", None, "Minecraft"],
    ["Tia Bela", "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa", "https://www.twitch.tv/tiabela/", "LOL"],
]


def _table(headers, rows):
    return raw_table("invented.csv", headers, [list(column) for column in zip(*rows, strict=True)])


def _listed(*others):
    cells = ("https://www.youtube.com/@ana", "https://www.youtube.com/c/rui"), others
    table = _table(["youtube", "other"], [list(row) for row in zip(*cells, strict=True)])
    return listed(profile_of(table, name) for name in table.frame.columns)


def test_a_list_of_creators_and_their_profiles_is_a_table_of_creators():
    found = recognise(_table(["nome_influencer", "link_youtube", "link_twitch", "nome_jogo"], ROSTER))
    assert found.grain == "creators"
    assert found.columns["name"] == [0]
    named = [[f"@{row[0]}".replace(" ", ""), *row] for row in ROSTER]
    assert recognise(_table(["handle", "name", "youtube", "twitch", "focus"], named)).grain == "creators"


def test_one_column_of_profiles_may_be_a_list_of_followers():
    rows = [[f"user{n}", f"User {n}", f"https://www.instagram.com/user{n}/"] for n in range(5)]
    assert recognise(_table(["username", "full_name", "profile_url"], rows)).grain is None


def test_an_address_of_a_post_is_no_profile():
    assert _listed("https://www.instagram.com/ana.b/?hl=en", "instagram.com/rui") == {"profiles"}
    assert _listed("https://www.instagram.com/p/DUabc/", "https://www.instagram.com/reel/DVabc/") == {"url"}
    assert _listed("https://www.tiktok.com/@ana/video/7203375632661695749", "https://x.com/ana/status/17203375632") == {
        "url"
    }
    assert _listed("https://www.youtube.com/@ana", "https://www.youtube.com/@rui") == set()


def test_the_running_codes_of_a_codebook_are_no_part_of_its_headers():
    headers = ["V1_coder", "V2a_topic", "M1_video_id", "M2_create_time", "M3_like_count", "M4_view_count"]
    rows = [
        [str(n % 2), "news", str(7203375632661695700 + n), f"2026-02-{n:02d} 15:36:28", f"{n}8.0", f"{n}80.0"]
        for n in range(1, 9)
    ]
    found = recognise(_table(headers, rows))
    assert found.grain == "posts"
    assert (found.columns["post_id"], found.columns["likes"], found.columns["views"]) == ([2], [4], [5])


def test_windows_before_the_name_of_a_figure_are_no_codes():
    headers = ["handle", "followers", "7d_views", "30d_views", "90d_views", "7d_likes", "30d_likes"]
    rows = [[f"ana{n}", f"{n}0000", "1", "2", "3", "4", "5"] for n in range(1, 6)]
    assert "views" not in recognise(_table(headers, rows)).columns


def test_addresses_of_posts_tell_posts_from_days(tmp_path):
    """One post a day, known by its address: rows are posts, not days of an account."""
    posts = [
        {"Date": f"2024-05-0{k} 10:00:00", "Link": f"https://www.tiktok.com/@ann/video/73{k}0000000000000", "Likes": str(k)}
        for k in range(1, 7)
    ]  # fmt: skip
    (tmp_path / "data.json").write_text(json.dumps({"Video": {"Videos": {"VideoList": posts}}}))
    tables = intake.read(tmp_path / "data.json")
    assert tables.posts["likes"].to_list() == [1, 2, 3, 4, 5, 6]


def test_a_handle_on_a_network_nobody_listed(tmp_path):
    rows = [
        {"creator": {"id": k, "xyz_handle": f"ann{k}"}, "clicks": k, "orders": k, "net_sales": 9.5 * k} for k in (1, 2)
    ]
    (tmp_path / "sales.json").write_text(json.dumps(rows))
    assert intake.read(tmp_path / "sales.json").placements["handle"].to_list() == ["ann1", "ann2"]


def test_the_handle_of_a_product_is_its_address_in_a_shop(tmp_path):
    rows = [
        {"product_handle": f"serum-{k}", "creator_id": f"c{k}", "orders": k, "net_sales": 9.5 * k} for k in (1, 2, 3)
    ]
    (tmp_path / "sales.json").write_text(json.dumps(rows))
    assert "handle" not in intake.read(tmp_path / "sales.json").placements.columns
