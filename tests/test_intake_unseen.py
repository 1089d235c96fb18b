"""Kinds of files met after the classes were written: each tiny table is invented; what it must become is by hand."""

import io
import json
import struct

import polars as pl
import pytest

from analysis import intake
from analysis.errors import UnusableDataError
from analysis.intake.extents import refuse_spread
from analysis.intake.headers import read_header
from analysis.intake.paths import common_path, without_path
from analysis.intake.text import decode


def _read(folder, text, name="export.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    tables = intake.read(path)
    entry = next(entry for entry in tables.audit["files"] if not entry.get("refused"))
    return entry["grain"], {column: header for header, column in entry["columns"].items()}, tables, entry


def test_a_monitors_reach_is_the_authors_audience(tmp_path):
    text = (
        "Date,URL,Influencer,Hit Sentence,Reach,AVE,Sentiment,Likes\n"
        "2024-01-03,https://x.com/a/status/1,ana,so good,90000,12.5,Neutral,30\n"
        "2024-01-04,https://x.com/a/status/2,ben,so bad,1200,2.5,Negative,4\n"
    )
    grain, got, _, entry = _read(tmp_path, text)
    assert grain == "posts"
    assert "reach" not in got
    assert any("potential reach" in warning for warning in entry["warnings"])


def test_reach_without_a_monitors_marks_stays_reach(tmp_path):
    text = "Post ID,Date,Reach,Sentiment,Likes\nabc1,2024-01-03,900,Neutral,30\nabd2,2024-01-04,120,Negative,4\n"
    assert _read(tmp_path, text)[1]["reach"] == "Reach"


def test_mailings_are_refused_by_name(tmp_path):
    text = (
        "Campaign Name,Send Time,Total Recipients,Unique Opens,Unique Clicks,Unsubscribes,Revenue\n"
        "May,2024-05-01,9000,2100,300,12,540.10\nJune,2024-06-01,9100,2000,280,9,410.00\n"
    )
    with pytest.raises(UnusableDataError, match="e-mail tool"):
        _read(tmp_path, text)


def test_affiliate_totals_beside_their_states(tmp_path):
    text = (
        "Publisher ID,Publisher,Clicks,Pending No.,Pending Value,Total No.,Total Value,Total Comm.\n"
        "7001,Ana Blog,900,3,90.00,20,800.50,80.05\n7002,Bo TV,700,2,40.00,11,410.00,41.00\n"
    )
    grain, got, tables, _ = _read(tmp_path, text)
    assert grain == "placements"
    assert (got["conversions"], got["revenue"], got["cost"]) == ("Total No.", "Total Value", "Total Comm.")
    assert tables.placements["revenue"].sum() == pytest.approx(1210.50)  # 800.50 + 410.00


def test_averages_with_three_digits_after_every_dot_are_thousands(tmp_path):
    rows = "".join(f"user_{i};{10 + i}.{100 + i}.000;{2 + i}.380;3.{i}5\n" for i in range(8))
    _, _, tables, entry = _read(tmp_path, "Cuenta;Seguidores;Alcance medio;ER (%)\n" + rows)
    assert tables.creators["avg_reach"].to_list()[:2] == [2380.0, 3380.0]
    assert tables.creators["engagement_rate"][0] == pytest.approx(0.0305)
    assert any("could be read in another way" in warning for warning in entry["warnings"])


def test_a_few_averages_without_round_ones_keep_their_decimals(tmp_path):
    text = "handle,followers,avg_likes\nana,9000,12.345\nben,8000,33.127\n"
    assert _read(tmp_path, text)[2].creators["avg_likes"].to_list() == [12.345, 33.127]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Kullanıcı Adı;Gönderi;Beğeni\nşule;ığdır;5", "cp1254"),
        ("Liczba obserwujących;Wskaźnik zaangażowania\nżółć;3", "cp1250"),
        ("Koszt (zł);Wyświetlenia\n3;4", "cp1250"),
        ("Uživatel;Počet sledujících;Příspěvky\nJiří;3", "cp1250"),
        ("Benutzer;Größe\nMüller;3", "cp1252"),
        ("Usuario;Año\n¿quién?;3", "cp1252"),
        ("Notandi;Færslur\nÞórður Ólafsson á Ísafirði;3", "cp1252"),
        ("Fläche m³;Wert\nä;3", "cp1252"),
    ],
)
def test_code_pages_are_told_apart_by_their_letters(text, page):
    assert decode(text.encode(page))[0] == text


def test_a_surrogate_key_comes_after_the_key(tmp_path):
    text = "creator_sk,creator_id,creator_nm,flwr_cnt\n1,CR-9,Ana K,1200\n2,CR-8,Bo L,900\n"
    assert _read(tmp_path, text)[1]["creator_id"] == "creator_id"


@pytest.mark.parametrize(
    ("header", "concept"),
    [("camp_ref", "campaign_id"), ("post_uid", "post_id"), ("influencer_uuid", "creator_id"), ("clks", "clicks"),
     ("LinkedIn followers", "followers"), ("fields.Post Date", "published_at"), ("Performance Views", "views")],
)  # fmt: skip
def test_abbreviations_groups_and_wrappers_in_headers(header, concept):
    assert next(meaning.concept for meaning in read_header(header) if not meaning.doubts) == concept


def test_the_path_all_fields_share_says_nothing():
    headers = ["entryId", "a.b.rest_id", "a.b.old.likes", "a.b.old.replies", "a.b.old.text", "a.b.old.created_at"]
    assert common_path(headers) == "a.b.old."
    assert without_path("a.b.rest_id", "a.b.old.") == "rest_id"
    assert common_path(["author.stats.followers", "author.stats.likes"]) == ""


def test_an_account_at_the_root_is_handed_down_to_its_posts(tmp_path):
    document = {
        "username": "ana", "followers": 4321,
        "posts": [{"shortcode": f"Cx{i}", "date": f"2024-01-0{i + 1}", "likes": i + 5, "comments": i} for i in range(3)],
    }  # fmt: skip
    _, _, tables, _ = _read(tmp_path, json.dumps(document), "export.json")
    assert tables.posts["handle"].to_list() == ["ana"] * 3
    assert tables.posts["followers"].to_list() == [4321] * 3


def test_a_clips_own_id_stands_before_that_of_its_video(tmp_path):
    clips = [
        {"id": f"AwkwardSalamander{i}", "broadcaster_id": "67", "broadcaster_name": "Ana", "video_id": str(2050 + i),
         "view_count": 10 + i, "created_at": f"2024-01-0{i + 1}T10:00:00Z", "vod_offset": 30}
        for i in range(4)
    ]  # fmt: skip
    _, got, _, _ = _read(tmp_path, json.dumps({"data": clips, "pagination": {}}), "clips.json")
    assert got["post_id"] == "id"


def test_generated_sales_without_a_unit_are_left_open(tmp_path):
    text = "campaignId,influencerId,agreedFee,salesGenerated\n" + "".join(
        f"1{i % 2},{200 + i},{1000 + 7 * i},{20 + i}\n" for i in range(8)
    )
    _, got, _, entry = _read(tmp_path, text)
    assert "revenue" not in got
    assert "conversions" not in got
    assert any("may be money (revenue) or a number of orders" in warning for warning in entry["warnings"])


def test_a_roster_with_a_code_each_is_a_table_of_accounts(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/ambassadors.csv").write_text(
        "Ambassador,Instagram,Followers,Discount Code\nAna K,@ana,1200,A1\nBo L,@bo,9000,B2\n"
    )
    (tmp_path / "a/payments.csv").write_text(
        "Payment date,Ambassador,Amount paid\n2024-01-02,Ana K,100\n2024-01-03,Bo L,50\n"
    )
    tables = intake.read(tmp_path / "a")
    assert tables.creators["followers"].to_list() == [1200, 9000]
    assert tables.placements["cost"].sum() == 150


def test_the_day_a_deal_was_signed_is_its_day_when_no_other_is(tmp_path):
    text = "campaign_id,creator_id,negotiated_fee,signed_on\n1,7,500,2024-01-05\n2,8,700,2024-02-05\n"
    assert _read(tmp_path, text)[1]["date"] == "signed_on"


def test_units_in_snake_case_headers(tmp_path):
    _, _, tables, _ = _read(tmp_path, "profile_name,followers_in_millions\nana,1.5\nben,220.4\n")
    assert tables.creators["followers"].to_list() == [1_500_000, 220_400_000]


def _old_workbook(cells):
    records = b"".join(struct.pack("<HHHHHd", 0x0203, 14, row, column, 15, 1.0) for row, column in cells)
    return io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + records)


def test_old_workbooks_with_far_corners_are_refused_before_they_are_opened():
    with pytest.raises(UnusableDataError, match="spread over 250 columns and 60,000 rows"):
        refuse_spread("far.xls", _old_workbook([(0, 0), (59_999, 249)]))
    refuse_spread("near.xls", _old_workbook([(row, column) for row in range(50) for column in range(5)]))


def test_tables_are_frames_of_the_schema(tmp_path):
    _, _, tables, _ = _read(tmp_path, "profile_name,followers\nana,15\n")
    assert tables.creators.schema["followers"] == pl.Int64


def test_downloads_of_a_podcast_are_no_conversions(tmp_path):
    text = "talent,podcast,downloads,ad_cost,promo_code_redemptions\nAna K,P1,9000,500,12\nBo L,P2,7000,400,9\n"
    _, got, tables, _ = _read(tmp_path, text)
    assert (got["cost"], got["conversions"]) == ("ad_cost", "promo_code_redemptions")
    assert tables.placements["conversions"].sum() == 21


def test_paid_is_an_amount_or_a_mark_as_its_cells_say(tmp_path):
    grain, got, _, _ = _read(tmp_path, "Payee,Paid (EUR),Paid on\nAna K,120.50,2024-01-05\nBo L,80.00,2024-01-06\n")
    assert (grain, got["cost"], got["date"]) == ("placements", "Paid (EUR)", "Paid on")
    text = "Post ID,Username,Posted,Likes,Paid\nabc1x,ana,2024-01-03,30,yes\nabd2y,ben,2024-01-04,4,no\n"
    assert _read(tmp_path, text, "posts.csv")[1]["sponsored"] == "Paid"


def test_posts_on_which_nothing_was_spent_are_posts(tmp_path):
    text = "postId,created.dateTime,likes,comments,spend\nabc1x,2024-01-03T10:00:00,30,2,0\nabd2y,2024-01-04T10:00:00,4,1,0\n"
    grain, got, _, _ = _read(tmp_path, text)
    assert (grain, got["published_at"]) == ("posts", "created.dateTime")


def test_a_note_after_each_number_is_left_out(tmp_path):
    text = (
        "RANK,BRAND,FOLLOWERS,ER\n1,Ana Lux,10.5M (=),2.5% (12)\n2,Bo Wear,9.1M (+1),1.5% (40)\n3,Cy,958 (-1),4% (2)\n"
    )
    grain, got, tables, _ = _read(tmp_path, text)
    assert (grain, got["name"]) == ("creators", "BRAND")
    assert tables.creators["followers"].to_list() == [10_500_000, 9_100_000, 958]
    assert tables.creators["engagement_rate"].sum() == pytest.approx(0.08)  # 2.5 % + 1.5 % + 4 %


def test_a_brand_beside_a_creator_is_not_the_account(tmp_path):
    text = "Influencer,Brand,Followers\nana,Lux,1000\nbo,Wear,2000\n"
    assert _read(tmp_path, text)[1]["name"] == "Influencer"


def test_sizes_of_creators_are_no_names(tmp_path):
    text = "TV,Influencer,Spend,Sales\n16,Mega,6.5,54.7\n13,Micro,9.2,46.6\n41,Nano,15.9,150.1\n"
    _, got, _, _ = _read(tmp_path, text)
    assert "Influencer" not in got.values()


def test_a_word_before_spent_does_not_hide_the_cost(tmp_path):
    text = "campaign_id,c_date,clicks,tyx_spent,orders\n7,2024-01-01,10,99.5,1\n8,2024-01-02,12,50.5,2\n"
    grain, got, tables, _ = _read(tmp_path, text)
    assert (grain, got["cost"]) == ("placements", "tyx_spent")
    assert tables.placements["cost"].sum() == pytest.approx(150.0)  # 99.5 + 50.5
    assert "cost" not in _read(tmp_path, text.replace("tyx_spent", "time_spent"))[1]


def test_the_sector_of_an_account_is_its_category(tmp_path):
    text = "ad,sektor,takipci\nAyşe Su,Moda,12000\nCan Er,Oyun,8000\n"
    assert _read(tmp_path, text)[1]["category"] == "sektor"


def test_texts_with_hashtags_and_a_moment_are_posts_whatever_their_authors_have(tmp_path):
    rows = "".join(
        f"u{i},Rome,hi,2015-01-0{i},9{i},10,3,2024-05-0{i} 10:00:00,text {i} #a,\"['a']\"\n" for i in range(1, 6)
    )
    head = "user_name,user_location,user_description,user_created,user_followers,user_friends,user_favourites,date,text"
    grain, got, _, _ = _read(tmp_path, f"{head},hashtags\n{rows}")
    assert (grain, got["published_at"], got["followers"]) == ("posts", "date", "user_followers")


def test_reposts_are_the_shares_where_answers_are_replies(tmp_path):
    text = "Post id,Date,Impressions,Likes,Shares,Replies,Reposts\n18a1,2024-01-01,90,5,1,2,4\n18b2,2024-01-02,80,6,0,1,3\n"
    assert _read(tmp_path, text)[1]["shares"] == "Reposts"
    assert _read(tmp_path, text.replace("Replies", "Comments"))[1]["shares"] == "Shares"


def test_a_list_of_campaigns_by_name_is_refused(tmp_path):
    text = "Campaign ID,Name,Link,Start Date,End Date\nT26,Spring,https://a.io/1,2025-05-24,2026-05-03\nT27,Anu,https://a.io/2,2025-05-13,2026-03-31\n"
    with pytest.raises(UnusableDataError, match="list of campaigns"):
        _read(tmp_path, text)


def test_the_name_of_a_campaign_is_no_handle(tmp_path):
    text = "campaign_id,name,clicks,spend\nc1,Spring,10,100\nc2,Summer,20,50\n"
    assert "handle" not in _read(tmp_path, text)[1]


def test_a_name_that_ends_beside_a_creator_is_the_campaign(tmp_path):
    text = (
        "id,name,influencer,startDate,endDate,cost,revenue\n"
        "1,Inverno,Ana,2024-01-10,2024-02-10,35,122\n2,Natal,Bia,2024-04-20,2024-05-12,50,210\n"
    )
    _, got, _, _ = _read(tmp_path, text)
    assert (got["campaign_id"], got["handle"], got["date"]) == ("name", "influencer", "startDate")


@pytest.mark.parametrize("header", ["Custo Estimado por Post", "단가(VAT별도)", "Est. Price per Reel", "Tarif estimé"])
def test_an_estimated_price_of_a_post_is_a_price(header):
    assert [m.concept for m in read_header(header) if not m.doubts][:1] == ["fee"]


@pytest.mark.parametrize("header", ["Project", "Proyecto", "Projekt", "Nom du projet"])
def test_a_project_is_a_campaign(header):
    assert read_header(header)[0].concept == "campaign_id"


def test_accounts_met_by_a_post_are_accounts(tmp_path):
    text = "id,screenName,followersCount,friendsCount,lastSeen,tweetId\n71,ana,319,112,1472271687519,7693\n72,bo,275,115,1472270622663,7694\n"
    grain, got, _, _ = _read(tmp_path, text)
    assert (grain, got["handle"], got["followers"]) == ("creators", "screenName", "followersCount")


def test_a_bare_day_of_creation_beside_that_of_the_tweet_is_the_accounts(tmp_path):
    text = "tweet_id,created,tweet_created,text,retweet_count\n91,2012-01-01,2015-10-26,hi,2\n92,2013-02-02,2015-10-27,ho,3\n"
    assert _read(tmp_path, text)[1]["published_at"] == "tweet_created"


def test_a_subtotal_is_revenue_where_orders_have_no_total(tmp_path):
    text = "Conversion ID,Created,Affiliate Name,Order ID,Subtotal,Commission\n8,2024-05-01,Ana,#10,89.90,8.99\n9,2024-05-02,Bo,#11,120,12\n"
    grain, got, tables, _ = _read(tmp_path, text)
    assert (grain, got["revenue"], got["cost"]) == ("placements", "Subtotal", "Commission")
    assert tables.placements["revenue"].sum() == pytest.approx(209.90)  # 89.90 + 120


def test_numbers_written_in_parts_are_summed(tmp_path):
    text = '채널명,구독자수,총 게시글수\n혜원,1020만,"3,120건"\n민수,"1억 2,000만",88건\n하루,3만5천,12건\n'
    _, got, tables, _ = _read(tmp_path, text)
    assert got["post_count"] == "총 게시글수"
    assert tables.creators["followers"].to_list() == [10_200_000, 120_000_000, 35_000]
    assert tables.creators["post_count"].sum() == 3220  # 3120 + 88 + 12


def test_a_comma_before_ten_thousand_parts_thousands(tmp_path):
    text = 'チャンネル名,登録者数,企業案件単価\nはじめ,"1,020万人",300万円\nリュウ,"4,820万人",150万円\n'
    tables = _read(tmp_path, text)[2]
    assert tables.creators["followers"].to_list() == [10_200_000, 48_200_000]
    assert tables.creators["fee"].sum() == 4_500_000  # 300 + 150 ten thousands


@pytest.mark.parametrize("header", ["conversation", "county", "donation", "marker", "special", "interface", "auction"])
def test_words_of_their_own_are_no_misspellings(header):
    assert not any(meaning.ours and not meaning.doubts for meaning in read_header(header))


def test_a_ruled_line_is_no_row(tmp_path):
    text = "Username\tCategory\t#Followers\n======\t======\t======\nana\tbeauty\t1432\nbo\tfood\t2050\n"
    _, _, tables, entry = _read(tmp_path, text, name="accounts.tsv")
    assert tables.creators["followers"].to_list() == [1432, 2050]
    assert (entry["rows_read"], entry["rows_kept"], entry["rows_rejected"]) == (3, 2, 1)


def test_the_price_of_a_post_is_no_number_of_posts(tmp_path):
    text = "id,ig,name,er,post,followers\n1,ana,Ana,0.01,3200000,115000\n2,bo,Bo,0.02,4895000,758000\n"
    assert "post_count" not in _read(tmp_path, text)[1]
    assert _read(tmp_path, text.replace("3200000", "320").replace("4895000", "48"))[1]["post_count"] == "post"
