"""Texts that hold more, or less orderly, than one table under one header: each invented, read by hand."""

import pytest

from analysis import intake


def _read(folder, text):
    path = folder / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    return intake.read(path)


@pytest.mark.parametrize(
    "header",
    [
        "Handle,Name,Followers,Country,Authentic engagement\n,Engagement avg",
        "Handle,Name,Followers\n,Country,Authentic engagement,Engagement avg",
        "Handle,Name,Followers,Country\n,Authentic\nengagement,Engagement avg",
    ],
)
def test_a_header_broken_over_lines_without_quotes_is_joined(tmp_path, header):
    rows = "ana.b,Ana B,48.5M,Spain,383.1K,637K\nbo,Bo,12.7M,Italy,478K,542.3K\ncy,Cy,18.8M,Chile,310.8K,377.9K\n"
    tables = _read(tmp_path, f"{header}\n{rows}")
    assert tables.creators["followers"].to_list() == [48_500_000, 12_700_000, 18_800_000]
    assert any("broken over" in rule for rule in tables.audit["files"][0]["rules"])
    assert tables.audit["rows_read"] == tables.audit["rows_kept"] == 3


def test_short_rows_above_a_header_are_no_part_of_it(tmp_path):
    tables = _read(tmp_path, "Influencer list,May\nHandle,Name,Followers\nana,Ana B,9000\nbo,Bo C,700\ncy,Cy D,80\n")
    assert tables.creators["followers"].to_list() == [9000, 700, 80]


def test_two_tables_side_by_side_are_two_tables(tmp_path):
    text = (
        "Handle,Followers,ER,,Post ID,Likes,Comments,Views\n@ana,12000,2.6%,,P1,300,12,5100\n@bo,98000,4.2%,,P2,4000,90,88000\n"
        "@cy,45000,2.0%,,P3,880,21,20100\n,,,,P4,290,9,4800\n"
    )
    tables = _read(tmp_path, text)
    assert tables.creators["followers"].sum() == 155_000  # 12,000 + 98,000 + 45,000
    assert "avg_likes" not in tables.creators.columns or tables.creators["avg_likes"].null_count() == 3
    assert tables.posts["likes"].sum() == 5_470  # 300 + 4,000 + 880 + 290


def test_an_empty_column_between_groups_of_one_table_cuts_nothing(tmp_path):
    text = "Handle,Followers,,Avg Likes,Avg Views\n@ana,12000,,300,5100\n@bo,98000,,4000,88000\n@cy,45000,,880,20100\n"
    tables = _read(tmp_path, text)
    assert (tables.creators["avg_likes"].sum(), tables.posts) == (5_180, None)  # 300 + 4,000 + 880


def test_a_line_of_groups_above_the_header_is_not_the_header(tmp_path):
    text = (
        "Influencer,,Post,Engagement,,Investment,Results,\nName,Followers,Date,Reach,Likes,Fee,Orders,Sales\n"
        "Ana B,9000,2025-03-01,4100,300,250,12,480.50\nBo C,700,2025-03-02,410,30,50,2,80.00\n"
        "Cy D,80000,2025-03-03,31000,2100,900,60,2400.00\n"
    )
    tables = _read(tmp_path, text)
    assert tables.placements["reach"].to_list() == [4100, 410, 31000]
    assert tables.placements["revenue"].sum() == pytest.approx(2960.50)  # 480.50 + 80 + 2,400


def test_a_header_with_gaps_above_rows_of_words_stays_the_header(tmp_path):
    text = "Creator,Platform,,Country,Category\nAna B,Instagram,x,Spain,Food\nBo C,TikTok,x,Italy,Travel\nCy D,YouTube,x,Chile,Food\n"
    assert _read(tmp_path, text).creators["name"].to_list() == ["Ana B", "Bo C", "Cy D"]
