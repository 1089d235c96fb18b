"""Cleaning: twins, duplicates, kinds of cells, units, and the account of every row. Expected values are by hand."""

import json

import polars as pl
import pytest

from analysis.intake.accounting import DUPLICATE
from analysis.intake.clean import clean_table
from analysis.intake.columns import read_column
from analysis.intake.delimited import read_delimited
from analysis.intake.recognise import recognise
from analysis.intake.wide import unfold


def clean(text, name="t.csv", **options):
    raw = unfold(read_delimited(name, data=text.encode())[0])
    return clean_table(raw, recognise(raw), **options)


def test_twin_columns_are_checked_and_the_complete_one_wins():
    table = clean("Handle,Followers,Followers\na,1.2K,1234\nb,3M,3000000\nc,,777\n")
    assert table.frame["followers"].to_list() == [1234, 3_000_000, 777]
    assert any("twin" in rule for rule in table.audit["rules"])


def test_columns_that_disagree_are_rivals_and_named():
    table = clean("Handle,Followers,Subscribers\na,1000,5\nb,2000,9\nc,3000,2\n")
    assert table.frame["followers"].to_list() == [1000, 2000, 3000]
    assert any("could also be followers" in warning for warning in table.audit["warnings"])


def test_spreadsheet_errors_and_markers_are_missing_never_zero():
    table = clean("Handle,Followers,Avg likes\na,1000,#VALOR!\nb,2000,N/A\nc,-,0\n")
    assert table.frame["avg_likes"].to_list() == [None, None, 0.0]
    assert table.frame["followers"].to_list() == [1000, 2000, None]
    assert table.audit["unparsed"] == {
        "Avg likes": {"column": "avg_likes", "count": 1, "examples": ["#VALOR!"], "lines": [2]}
    }


def test_a_cell_that_cannot_be_read_is_counted_and_listed():
    table = clean("Handle;Followers;Preis pro Post\na;1.000;€ 50,00\nb;2.000;auf Anfrage\nc;3.000;€ 70,50\n")
    assert table.frame["fee"].to_list() == [50.0, None, 70.5]
    assert table.frame["currency"].to_list() == ["EUR"] * 3
    assert table.audit["unparsed"] == {
        "Preis pro Post": {"column": "fee", "count": 1, "examples": ["auf Anfrage"], "lines": [3]}
    }


def test_exact_copies_are_set_aside_when_something_identifies_a_row():
    table = clean("Handle,Followers\na,1000\na,1000\nb,2000\na,1000\n")
    assert table.frame["handle"].to_list() == ["a", "b"]
    assert table.rejected["line"].to_list() == [3, 5]
    assert set(table.rejected["reason"]) == {DUPLICATE}
    assert table.audit["duplicates_removed"] == 2


def test_equal_rows_stay_when_nothing_identifies_a_row():
    table = clean("userFollowerCount,userFollowingCount,userMediaCount\n0,5,0\n0,5,0\n3,7,1\n")
    assert table.frame.height == 3
    assert any("stay" in warning for warning in table.audit["warnings"])


def test_rows_read_is_kept_plus_rejected():
    table = clean("Handle,Followers\na,1000\n,\nHandle,Followers\nTotal,1000\nb,2,3\nc,5\nc,5\n")
    audit = table.audit
    assert (audit["rows_read"], audit["rows_kept"], audit["rows_rejected"]) == (7, 2, 5)
    assert table.frame.height == 2


def test_rejected_cells_are_guarded_against_formulas():
    table = clean("Handle,Followers\n=cmd(),5\n=cmd(),5\n")
    assert json.loads(table.rejected["raw"][0]) == ["'=cmd()", "5"]


def test_one_locale_for_a_file():
    # only the averages leave the dot open; followers and price of the same file prove the comma
    table = clean("Konto;Abonnenten;Ø Likes;Preis\na;1.200.000;1.234;5,50\nb;2.300.100;987;7,25\nc;900;2.345;1,00\n")
    assert table.frame["avg_likes"].to_list() == [1234.0, 987.0, 2345.0]


def test_likes_of_accounts_are_averages_or_stay_out():
    average = clean("Handle,Followers,Likes\na,100000,900\nb,200000,1500\nc,50000,800\n")
    lifetime = clean("Handle,Followers,Likes\na,100000,9000000\nb,200000,15000000\nc,50000,800000\n")
    assert average.frame["avg_likes"].to_list() == [900.0, 1500.0, 800.0]
    assert "avg_likes" not in lifetime.frame.columns
    assert any("lifetime" in warning for warning in lifetime.audit["warnings"])


def test_percent_of_rates_is_settled_by_the_files_own_figures():
    # (450 + 50) / 10,000 = 5 %, (90 + 10) / 5,000 = 2 %
    table = clean("Handle,Followers,Avg likes,Avg comments,ER\na,10000,450,50,5\nb,5000,90,10,2\nc,8000,80,0,1\n")
    assert table.frame["engagement_rate"].to_list() == pytest.approx([0.05, 0.02, 0.01])


def test_a_roster_of_platforms_is_unfolded():
    table = clean("Name,Instagram,Followers,YouTube,Subscribers\nMara,@m,1K,@my,9K\nJon,,,@j,2K\nNo,,,,\n")
    rows = table.frame.select("name", "handle", "platform", "followers").rows()
    assert rows == [("Mara", "m", "instagram", 1000), ("Mara", "my", "youtube", 9000), ("Jon", "j", "youtube", 2000)]
    assert (table.audit["rows_read"], table.audit["rows_kept"], table.audit["rows_rejected"]) == (3, 2, 1)


def test_snapshots_of_one_account_leave_the_latest():
    table = clean("Date,Handle,Followers\n2024-01-01,a,10\n2024-01-01,b,20\n2024-02-01,a,15\n2024-02-01,b,22\n")
    assert table.frame.select("handle", "followers").rows() == [("a", 15), ("b", 22)]
    assert table.rejected["line"].to_list() == [2, 3]


def test_repeats_without_a_date_stay_and_are_reported():
    table = clean("Rank,Handle,Followers\n1,a,10\n2,b,20\n3,a,15\n")
    assert table.frame.height == 3
    assert any("more than once" in warning for warning in table.audit["warnings"])


def test_platform_of_the_file_name_where_the_table_says_none():
    table = clean("Handle,Followers\na,1\nb,2\n", platform="tiktok")
    assert table.frame["platform"].to_list() == ["tiktok", "tiktok"]


@pytest.mark.parametrize(
    ("kind", "name", "cells", "expected"),
    [
        ("id", "post_id", ["17987654321098765", "nan", "#NAME?"], ["17987654321098765", None, None]),
        ("id", "creator_id", ["12.0", "13.0"], ["12", "13"]),
        ("id", "handle", ["@a", "https://www.tiktok.com/@b.c?x=1", "d"], ["a", "b.c", "d"]),
        ("text", "platform", ["Instagram", "IG", "TikTok"], ["instagram", "instagram", "tiktok"]),
        ("text", "currency", ["eur", None], ["EUR", None]),
        ("count", "likes", ["1.2K", "-5", "hidden"], [1200, None, None]),
        ("money", "revenue", ["(1,234.50)", "$20"], [-1234.5, 20.0]),
        ("flag", "sponsored", ["Yes", "no", "1", "maybe"], [True, False, True, None]),
        ("choice", "relationship", ["Gifted", "Brand Ambassador", "Paid partnership", "?"], ["gifted", "ambassador", "paid", None]),
    ],
)  # fmt: skip
def test_kinds_of_cells(kind, name, cells, expected):
    assert (
        read_column(pl.Series(cells, dtype=pl.String), kind=kind, name=name, header=name).values.to_list() == expected
    )


def test_identifiers_cut_by_a_spreadsheet_are_reported():
    reading = read_column(pl.Series(["1.79877E+16", "1.7E+16"]), kind="id", name="post_id", header="Post ID")
    assert "scientific" in reading.warnings[0]


def test_the_twin_with_fewer_round_values_is_taken():
    data = b"handle,followers,followers\nbob,185.5K,185465\namy,20.7K,20679\n"
    (raw,) = read_delimited("a.csv", data=data)
    assert clean_table(raw, recognise(raw)).frame["followers"].to_list() == [185465, 20679]


@pytest.mark.parametrize(
    ("header", "cells", "expected", "currency"),
    [
        ("단가(만원)", ["150", "1,800"], [1_500_000.0, 18_000_000.0], "KRW"),
        ("단가(만원)", ["150만", "20만"], [1_500_000.0, 200_000.0], "KRW"),  # the cells say it themselves
        ("단가(만원)", ["1,500,000", "900,000"], [1_500_000.0, 900_000.0], "KRW"),  # 15 billion won is no price
        ("단가(천원)", ["500"], [500_000.0], "KRW"),
        ("費用（万円）", ["12.5", "3"], [125_000.0, 30_000.0], "JPY"),
        ("报价(万元)", ["1.5", "0.8"], [15_000.0, 8_000.0], "CNY"),
        ("예산(억원)", ["1.5"], [150_000_000.0], "KRW"),
        ("매출(백만원)", ["3"], [3_000_000.0], "KRW"),
    ],
)
def test_money_in_the_unit_its_header_names(header, cells, expected, currency):
    """Ten thousand won a unit of 만원: hand arithmetic."""
    reading = read_column(pl.Series(cells), kind="money", name="fee", header=header)
    assert reading.values.to_list() == expected
    assert reading.derived["currency"][0] == currency


def test_a_doubt_that_another_column_settles_is_none():
    table = clean('Username,Followers,Avg. likes\na,"1,204,001","1,090"\nb,"48,210","9,400"\n')
    assert table.frame["avg_likes"].to_list() == [1090.0, 9400.0]
    assert table.audit["warnings"] == []
    assert table.audit["in_doubt"] == {}
    assert any("other columns of the file prove the decimal sign" in rule for rule in table.audit["rules"])
    alone = clean('Username,Avg. likes\na,"1,090"\nb,"9,400"\n')
    assert alone.audit["in_doubt"] == {"Avg. likes": {"column": "avg_likes", "decimal": "dot"}}


def test_lines_of_one_cell_are_titles_though_a_blank_line_follows(tmp_path):
    from analysis.intake import read

    path = tmp_path / "wrapup.csv"
    path.write_text("Campaign wrap-up;;\nAs of: 12.09.2024;;\n;;\nHandle;Likes;Cost\n@a;10;100\n@b;20;50\n")
    tables = read(path)
    assert [entry["part"] for entry in tables.audit["files"]] == [""]
    assert tables.placements["cost"].sum() == 150
