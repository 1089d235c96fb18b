"""Sheets as people lay them out. What is expected is what a person reads from the rows written here."""

import datetime as dt

import openpyxl
import pytest

from analysis.intake.layouts import blocks_of
from analysis.intake.read import read


@pytest.fixture
def book(tmp_path):
    """Return a function that saves sheets (name → rows, merged ranges, state) as a workbook and reads it."""

    def save(merged=(), hidden=(), **sheets):
        wb = openpyxl.Workbook()
        wb.remove(wb.active)
        for name, rows in sheets.items():
            ws = wb.create_sheet(name)
            for row in rows:
                ws.append(row)
            for cells in merged:
                ws.merge_cells(cells)
            if name in hidden:
                ws.sheet_state = "hidden"
        wb.save(tmp_path / "book.xlsx")
        return read(tmp_path / "book.xlsx")

    return save


def notes(done):
    return " ".join(rule for entry in done.audit["files"] for rule in entry["rules"])


def test_creators_in_columns_are_turned(book):
    done = book(
        Compare=[
            ["Creator comparison"],
            [],
            ["Handle", "@ana", "@ben", "@cho"],
            ["Followers", 5000, 900, 70000],
            ["Avg. likes", 100, 20, 900],
            ["Price per post (€)", 50, 10, 400],
        ]
    )
    assert done.creators["followers"].to_list() == [5000, 900, 70000]
    assert done.creators["fee"].to_list() == [50, 10, 400]
    assert "the sheet was turned" in notes(done)


def test_figures_by_month_are_no_creators_in_columns():
    sheet = [
        ["Metric", "Jan", "Feb", "Mar"],
        ["Followers", "1", "2", "3"],
        ["Likes", "4", "5", "6"],
        ["Reach", "7", "8", "9"],
    ]
    assert blocks_of(sheet, [1, 2, 3, 4])[0].rows == sheet


def test_tables_one_above_the_other_are_read_apart(book):
    done = book(
        Plan=[
            ["1. Creators"], ["Handle", "Platform", "Followers"], ["ana", "Instagram", 5000], ["ben", "Instagram", 900], [],
            ["2. Results"], ["Handle", "Date", "Likes", "Comments", "Cost"],
            ["ana", dt.date(2024, 1, 1), 10, 1, 100], ["ben", dt.date(2024, 1, 2), 20, 2, 200],
        ]
    )  # fmt: skip
    assert done.creators["followers"].sum() == 5900
    assert (done.placements["cost"].sum(), done.placements["likes"].sum()) == (300, 30)


def test_tables_side_by_side_are_read_apart(book):
    done = book(
        Plan=[
            ["Creator", "Followers", "Fee", None, "Month", "Posts", "Spend"],
            ["ana", 5000, 50, None, "2024-01", 3, 900],
            ["ben", 900, 10, None, "2024-02", 4, 800],
            ["cho", 70000, 400, None, None, None, None],
        ]
    )
    assert done.creators["fee"].sum() == 460
    assert done.placements is None


def test_an_empty_column_between_groups_of_one_table_cuts_nothing():
    sheet = [
        ["Creator", "Followers", "", "Post link", "Likes"],
        ["ana", "5000", "", "https://a.example/1", "10"],
        ["ben", "900", "", "", ""],
    ]
    assert len(blocks_of(sheet, [1, 2, 3])) == 1


def test_a_name_merged_over_her_posts_stands_on_each_and_her_fee_once(book):
    done = book(
        merged=["A2:A3", "B2:B3", "C2:C3"],
        Posts=[
            ["Creator", "Followers", "Fee", "Post", "Date", "Views", "Likes"],
            ["ana", 5000, 100, "https://www.tiktok.com/@ana/video/7300000000000000001", dt.date(2024, 1, 1), 900, 10],
            [None, None, None, "https://www.tiktok.com/@ana/video/7300000000000000002", dt.date(2024, 1, 2), 800, 20],
            ["ben", 900, 40, "https://www.tiktok.com/@ben/video/7300000000000000003", dt.date(2024, 1, 3), 700, 30],
        ],
    )
    assert done.placements["handle"].to_list() == ["ana", "ana", "ben"]
    assert done.placements["followers"].to_list() == [5000, 5000, 900]
    assert done.placements["cost"].sum() == 140


def test_a_group_that_says_nothing_leaves_its_columns_their_names(book):
    done = book(
        merged=["A1:B1", "C1:E1", "F1:G1"],
        KPI=[
            ["Creator", None, "Performance", None, None, "Money", None],
            ["Handle", "Followers", "Views", "Likes", "Comments", "Fee", "Sales (USD)"],
            ["ana", 5000, 900, 10, 1, 100, 70],
            ["ben", 900, 800, 20, 2, 200, 80],
        ],
    )
    assert (done.placements["cost"].sum(), done.placements["revenue"].sum()) == (300, 150)
    assert done.placements["views"].sum() == 1700


def test_names_of_groups_and_their_subtotals_are_no_rows(book):
    done = book(
        Fees=[
            ["Creator", "Followers", "Likes", "Comments", "Fee"],
            ["INSTAGRAM"], ["ana", 5000, 10, 1, 100], ["ben", 900, 20, 2, 200], ["Subtotal Instagram", 5900, 30, 3, 300],
            ["TIKTOK"], ["cho", 70, 40, 4, 400], ["dan", 80, 50, 5, 500], ["Total TikTok", 150, 90, 9, 900],
            ["Grand total", 6050, 120, 12, 1200],
        ]
    )  # fmt: skip
    assert sorted(done.rejected["reason"].to_list()) == [
        "a totals row", "a totals row", "a totals row", "the name of a group, not a row", "the name of a group, not a row",
    ]  # fmt: skip
    assert done.creators["followers"].sum() == 6050


def test_a_creator_called_total_stays(book):
    done = book(
        Fees=[["Creator", "Followers", "Fee"], ["ana", 5000, 100], ["ben", 900, 200], ["Total Fitness", 70, 400]]
    )
    assert done.creators.height == 3


def test_a_sheet_named_after_a_network_says_where_its_accounts_are(book):
    rows = [["Username", "Followers", "Country"], ["ana", 5000, "DE"], ["ben", 900, "DE"]]
    done = book(Instagram=rows, TikTok=[rows[0], ["ana", 70, "DE"], ["ben", 80, "DE"]])
    assert sorted(done.creators.select("handle", "platform", "followers").rows()) == [
        ("ana", "instagram", 5000), ("ana", "tiktok", 70), ("ben", "instagram", 900), ("ben", "tiktok", 80),
    ]  # fmt: skip


def test_a_hidden_listing_does_not_replace_the_visible_one(book):
    rows = [["Handle", "Followers", "Country"], ["ana", 5000, "DE"], ["ben", 900, "DE"]]
    done = book(
        hidden=["Version 1"], **{"Version 2": rows, "Version 1": [rows[0], ["ana", 70, "DE"], ["ben", 80, "DE"]]}
    )
    assert done.creators["followers"].sum() == 5900


POSTED = [
    ["Influencer", "Platform", "Posted", "Views", "Likes", "Fee"],
    ["ana", "TikTok", dt.date(2024, 1, 1), 900, 10, 100],
    [None, None, dt.date(2024, 1, 2), 800, 20, None],
    [None, None, dt.date(2024, 1, 3), 700, 30, None],
    ["ben", "TikTok", dt.date(2024, 1, 4), 600, 40, 200],
    [None, None, dt.date(2024, 1, 5), 500, 50, None],
]


def test_a_name_that_stands_once_above_her_posts_is_theirs(book):
    done = book(Posts=POSTED)
    assert done.placements["handle"].to_list() == ["ana", "ana", "ana", "ben", "ben"]
    assert done.placements["cost"].sum() == 300


def test_where_names_repeat_a_row_without_one_is_nobodys(book):
    rows = [
        *POSTED[:5],
        ["ana", "TikTok", dt.date(2024, 1, 5), 500, 50, 300],
        [None, None, dt.date(2024, 1, 6), 400, 60, None],
    ]
    assert book(Posts=rows).placements["handle"].null_count() == 3


def test_groups_of_groups_name_their_columns(book):
    done = book(
        merged=["A1:A3", "B1:E1", "B2:C2", "D2:E2"],
        Shortlist=[
            ["Influencer", "Audience", None, None, None],
            [None, "Instagram", None, "TikTok", None],
            [None, "Followers", "ER %", "Followers", "ER %"],
            ["Ana", 5000, 3.1, 900, 4.2],
            ["Ben", 50000, 2.5, 800, 5.5],
        ],
    )
    assert sorted(done.creators["followers"].to_list()) == [800, 900, 5000, 50000]
    assert set(done.creators["platform"].to_list()) == {"instagram", "tiktok"}


def test_a_sheet_of_the_year_sums_up_the_sheets_of_its_months(book):
    head = ["Creator", "Code", "Orders", "Revenue", "Commission paid"]
    done = book(
        April=[head, ["ana", "A", 1, 10, 1], ["ben", "B", 2, 20, 2]],
        May=[head, ["ana", "A", 3, 30, 3], ["ben", "B", 4, 40, 4]],
        YTD=[["Creator", "Orders", "Revenue", "Commission paid"], ["ana", 4, 40, 4], ["ben", 6, 60, 6]],
    )
    assert (done.placements["revenue"].sum(), done.placements["cost"].sum()) == (100, 10)


def test_the_title_above_a_header_repeated_is_no_row(book):
    head = ["Handle", "Live date", "Impressions", "Likes", "Paid"]
    done = book(
        Drops=[
            ["Spring drop"], head, ["@ana", dt.date(2024, 1, 1), 900, 10, 100], ["@ben", dt.date(2024, 1, 2), 800, 20, 200], [],
            ["Summer drop"], head, ["@cho", dt.date(2024, 1, 3), 700, 30, 400],
        ]
    )  # fmt: skip
    assert done.placements["handle"].to_list() == ["ana", "ben", "cho"]


def test_a_corner_left_blank_above_handles_is_theirs(book):
    done = book(Rates=[[None, "Followers", "Rate (USD)"], ["@ana", 5000, 100], ["@ben", 900, 40]])
    assert done.creators["handle"].to_list() == ["ana", "ben"]


def test_a_row_of_averages_is_no_creator(book):
    rows = [
        ["Username", "Likes", "Comments", "Followers"],
        ["ana", 10, 1, 5000],
        ["ben", 20, 3, 900],
        ["Average", 15, 2, 2950],
    ]
    done = book(Posts=rows)
    assert done.audit["rows_kept"] == 2
    assert done.rejected["reason"].to_list() == ["a row of averages"]


def test_a_creator_called_average_stays(book):
    rows = [
        ["Username", "Likes", "Comments", "Followers"],
        ["ana", 10, 1, 5000],
        ["ben", 20, 3, 900],
        ["Average.Joe", 70, 9, 80],
    ]
    assert book(Posts=rows).audit["rows_kept"] == 3


def test_the_name_of_a_section_after_an_empty_row_is_no_creator(book):
    done = book(
        Roster=[
            [None, "Handle", "Followers", "Avg likes"], [None, "@ana", 5000, 10], [None, "@ben", 900, 20], [],
            [None, "FOOD"], [None, "@cho", 70, 30],
        ]
    )  # fmt: skip
    assert done.creators["handle"].to_list() == ["ana", "ben", "cho"]


def test_sums_by_network_are_counted_once(book):
    done = book(
        Summary=[["Platform", "Views", "Spend"], ["Instagram", 1200, 300], ["TikTok", 700, 400]],
        Raw=[
            ["Creator", "Platform", "Date", "Views", "Spend"],
            ["ana", "Instagram", dt.date(2024, 1, 1), 500, 100],
            ["ben", "Instagram", dt.date(2024, 1, 2), 700, 200],
            ["cho", "TikTok", dt.date(2024, 1, 3), 700, 400],
        ],
    )
    assert (done.placements["cost"].sum(), done.placements["views"].sum()) == (700, 1900)


def test_what_was_planned_is_no_cost_and_organic_stays_apart_from_paid(book):
    done = book(
        merged=["A1:A2", "B1:C1", "D1:E1"],
        Budget=[
            ["Influencer", "Budget", None, "Results", None],
            [None, "Planned", "Actual", "Engagements", "Impressions"],
            ["ana", 900, 100, 10, 500],
            ["ben", 800, 200, 20, 600],
        ],
    )
    assert done.placements["cost"].sum() == 300
    done = book(
        merged=["A1:A2", "B1:C1", "D1:F1"],
        Reach=[
            ["Creator", "Organic", None, "Paid", None, None],
            [None, "Reach", "Likes", "Reach", "Likes", "Spend"],
            ["ana", 500, 10, 9000, 90, 100],
            ["ben", 600, 20, 8000, 80, 200],
        ],
    )
    assert done.placements["cost"].sum() == 300
    assert "reach" not in done.placements.columns or done.placements["reach"].sum() in {1100, 17000}  # one, never both
