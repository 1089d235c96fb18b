"""Headers that mean what the tool that wrote the table means: tables invented, what each becomes decided by hand."""

import pytest

from analysis import intake
from analysis.errors import UnusableDataError


def _read(folder, text):
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    tables = intake.read(path)
    entry = tables.audit["files"][0]
    return entry["grain"], {column: header for header, column in entry["columns"].items()}, tables


def test_the_media_of_a_list_of_actions_are_partners(tmp_path):
    text = (
        "Action Id,Action Tracker,Media,Media Id,Sale Amount,Payout,Action Date\n"
        "11.2.1,Online Sale,Ana Blog,7001,80.50,8.05,2025-03-01\n11.2.2,Online Sale,Bo TV,7002,40.00,4.00,2025-03-02\n"
        "11.2.3,Online Sale,Ana Blog,7001,20.00,2.00,2025-03-02\n"
    )
    grain, got, tables = _read(tmp_path, text)
    assert grain == "placements"
    assert (got["handle"], got["creator_id"], got["cost"]) == ("Media", "Media Id", "Payout")
    assert tables.placements["revenue"].sum() == pytest.approx(140.50)  # 80.50 + 40 + 20


def test_a_media_id_beside_likes_is_a_posts(tmp_path):
    text = (
        "Media Id,Username,Likes,Comments,Taken At\n"
        "17900001112223334,ana.bakes,310,12,2025-03-01\n17900001112223335,bo.runs,120,4,2025-03-02\n"
    )
    grain, got, _ = _read(tmp_path, text)
    assert (grain, got["post_id"]) == ("posts", "Media Id")


def test_the_amount_of_a_transaction_beside_its_commission_is_the_sale(tmp_path):
    text = (
        "Trans ID,Trans Date,Trans Amount,Commission\n"
        "9001,2025-03-01,80.00,8.00\n9002,2025-03-02,50.00,5.00\n9003,2025-03-02,20.00,2.00\n"
    )
    _, got, tables = _read(tmp_path, text)
    assert (got["revenue"], got["cost"]) == ("Trans Amount", "Commission")
    assert tables.placements["revenue"].sum() == pytest.approx(150.0)  # 80 + 50 + 20


@pytest.mark.parametrize("month", ["Ay", "Mes", "Monat", "Месяц", "月份", "Bulan"])
def test_the_months_of_ones_own_accounts_are_no_creators(tmp_path, month):
    rows = "".join(
        f"2025-0{m},{network},{9000 + 40 * m},{12 + m},{300 + m},{20 + m}\n"
        for m in range(1, 6)
        for network in ("Instagram", "Facebook")
    )
    with pytest.raises(UnusableDataError, match="series"):
        _read(tmp_path, f"{month},Platform,Followers,Posts,Likes,Comments\n" + rows)


def test_networks_are_known_by_their_names_in_other_scripts(tmp_path):
    text = (
        "캠페인명,인플루언서,채널,업로드일,조회수,집행비\n여름,민지,인스타그램,2025.03.01,9100,500000\n"
        "여름,서준,유튜브,2025.03.02,8000,700000\n여름,하은,틱톡,2025.03.03,7000,300000\n"
    )
    _, got, tables = _read(tmp_path, text)
    assert (got["handle"], got["platform"]) == ("인플루언서", "채널")
    assert tables.placements["platform"].to_list() == ["instagram", "youtube", "tiktok"]


@pytest.mark.parametrize("paid", ["paidAt", "paid_at", "Paid at"])
def test_amounts_paid_out_to_affiliates_are_what_they_cost(tmp_path, paid):
    text = f"id,affiliate,amount,currency,{paid}\npo_1,Ana,80.50,EUR,2025-03-01\npo_2,Bo,19.50,EUR,2025-03-02\n"
    grain, got, tables = _read(tmp_path, text)
    assert (grain, got["cost"], got["handle"]) == ("placements", "amount", "affiliate")
    assert tables.placements["cost"].sum() == pytest.approx(100.0)  # 80.50 + 19.50


def test_a_table_by_tier_is_refused(tmp_path):
    text = "Tier,Creators,Avg ER,Total spend\nNano,37,5.9%,$3400\nMicro,28,1.6%,$4250\nMacro,7,3.1%,$6600\n"
    with pytest.raises(UnusableDataError, match="table by tier"):
        _read(tmp_path, text)


def test_creators_listed_with_their_tier_are_no_table_by_tier(tmp_path):
    text = "Name,Tier,Followers,Fee\nAna B,Nano,3700,90\nBo C,Micro,28000,400\nCy D,Macro,700000,6600\n"
    assert _read(tmp_path, text)[0] == "creators"


def test_a_price_beside_the_parts_of_an_order_is_the_customers(tmp_path):
    text = (
        "Order ID,Purchase Time,Item Name,Price,Qty,Purchase Value,Affiliate Username,Order Commission\n"
        "77001,2025-03-01 10:00:00,Serum,20.00,2,40.00,ana.b,4.00\n77002,2025-03-02 11:00:00,Cream,9.00,1,9.00,bo,0.90\n"
    )
    _, got, tables = _read(tmp_path, text)
    assert (got["revenue"], got["cost"], got["date"]) == ("Purchase Value", "Order Commission", "Purchase Time")
    assert tables.placements["cost"].sum() == pytest.approx(4.90)  # 4.00 + 0.90


def test_an_order_with_a_price_and_no_commission_costs_nothing_known(tmp_path):
    text = (
        "Order ID,Date,Item Name,Price,Quantity,Total,Discount Code\n77001,2025-03-01,Serum,20.00,2,40.00,ANA10\n"
        "77002,2025-03-02,Cream,9.00,1,9.00,BO10\n77003,2025-03-04,Cream,9.00,1,9.00,ANA10\n"
    )
    assert "cost" not in _read(tmp_path, text)[1]


@pytest.mark.parametrize("moment", ["date", "采集时间", "Fecha de extracción", "集計日"])
def test_moments_of_one_account_are_no_creators_even_where_days_repeat(tmp_path, moment):
    rows = "".join(
        f"2025-03-0{day} {hour}:00:00,{9000 + day},{40 + hour}\n" for day in range(1, 5) for hour in (10, 18)
    )
    with pytest.raises(UnusableDataError, match="series"):
        _read(tmp_path, f"{moment},followers,views\n" + rows)


def test_posts_of_days_that_differ_are_posts_by_their_kind(tmp_path):
    rows = "".join(
        f"2025-03-{day:02d},{'Reel' if day % 2 else 'Feed'},{90 + day},{day},{2 * day}\n" for day in range(1, 16)
    )
    assert _read(tmp_path, "Date,Format,Likes,Comments,Saves\n" + rows)[0] == "posts"
