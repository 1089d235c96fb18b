"""What fields of one object, and the list they stand in, say of each other: invented documents, read off by hand."""

import base64
import json

import pytest

from analysis import intake
from analysis.errors import UnusableDataError
from analysis.intake.headers import read_header


def _read(folder, document, name="answer.json"):
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    tables = intake.read(path)
    entry = next(entry for entry in tables.audit["files"] if not entry.get("refused"))
    return entry["grain"], {column: header for header, column in entry["columns"].items()}, tables


def test_ties_between_accounts_are_neither_accounts_nor_posts(tmp_path):
    items = [
        {
            "kind": "network#subscription",
            "id": f"sub{k}Xy8Qz3",
            "snippet": {"publishedAt": f"2024-05-0{k}T10:00:00Z", "title": f"Channel {k}", "channelId": "UCasker"},
        }
        for k in (1, 2, 3)
    ]
    with pytest.raises(UnusableDataError, match="ties accounts to each other"):
        _read(tmp_path, {"items": items})


def test_an_item_has_its_own_identifier_and_not_that_of_its_recording(tmp_path):
    items = [
        {"id": f"73{k}00000000000011", "createTime": 1_700_000_000 + k, "video": {"id": f"v0{k}a9Qx77Lm", "height": 9},
         "author": {"uniqueId": "ana"}, "stats": {"diggCount": k, "playCount": 9 * k}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    assert _read(tmp_path, {"itemList": items})[1]["post_id"] == "id"


def test_what_stands_around_a_video_does_not_replace_its_identifier(tmp_path):
    items = [
        {"id": f"rel{k}Qx77LmTT", "video": {"id": f"v0{k}a9Qx77Lm", "title": f"Soup {k}", "views": 9 * k, "likes": k}}
        for k in (1, 2, 3)
    ]
    posts = _read(tmp_path, {"items": items})[2].posts
    assert posts["post_id"].to_list() == ["v01a9Qx77Lm", "v02a9Qx77Lm", "v03a9Qx77Lm"]


def test_the_name_beside_the_identifier_of_a_post_is_no_handle(tmp_path):
    photos = {
        f"16637084159118{k}": {"id": f"16637084159118{k}", "name": f"Ana at the lake {k}",
                               "created_time": f"2024-06-0{k}T05:07:38+0000", "likes": {"summary": {"total_count": k}}}
        for k in (1, 2, 3)
    }  # fmt: skip
    got = _read(tmp_path, photos)[1]
    assert got["post_id"] == "id"
    assert "handle" not in got


def test_insights_of_an_album_are_those_of_a_post(tmp_path):
    figures = {"carousel_album_impressions": 1513, "carousel_album_reach": 1180, "saved": 5}
    parts = [
        {"id": f"178/insights/{name}/lifetime", "name": name, "period": "lifetime", "values": [{"value": value}]}
        for name, value in figures.items()
    ]
    _, got, tables = _read(tmp_path, {"data": parts})
    assert (got["impressions"], got["reach"]) == ("carousel_album_impressions", "carousel_album_reach")
    assert tables.posts["reach"].to_list() == [1180]


def test_a_script_that_holds_records_is_read_and_another_is_not(tmp_path):
    tweets = [{"tweet": {"id_str": f"190000000000000000{k}", "favorite_count": str(k), "retweet_count": "1",
                         "created_at": f"Mon Mar 04 10:22:1{k} +0000 2024", "full_text": "soup"}} for k in range(3)]  # fmt: skip
    (tmp_path / "tweets.js").write_text("window.YTD.tweets.part0 = " + json.dumps(tweets))
    (tmp_path / "app.js").write_text("function go() { return [1, 2]; }")
    tables = intake.read(tmp_path)
    assert tables.posts["likes"].to_list() == [0, 1, 2]
    refused = {entry["file"]: entry.get("refused") for entry in tables.audit["files"]}
    assert refused["app.js"] == "a program, not a table"


def test_a_list_of_people_says_whose_its_identifiers_are(tmp_path):
    rows = [
        {"id": 800 + k, "name": f"Ana Berg {k}", "ref_code": f"ANA{k}", "number_of_orders": k, "total_sales": f"{k}.50"}
        for k in (1, 2, 3)
    ]
    grain, got, tables = _read(tmp_path, {"affiliates": rows})
    assert (grain, got["creator_id"], got["handle"]) == ("placements", "affiliates.id", "affiliates.name")
    assert tables.placements["creator_id"].to_list() == ["801", "802", "803"]


def test_what_a_creator_cost_and_sold_as_amounts_with_their_currency(tmp_path):
    rows = [
        {"creator": {"username": f"ana{k}", "followers": 900 * k}, "cost": {"value": 100 * k, "currency": "EUR"},
         "shop_sales": 10.5 * k, "reach": 50 * k}
        for k in (1, 2, 3)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, {"data": rows})
    assert (grain, got["cost"], got["revenue"]) == ("placements", "cost.value", "shop_sales")
    assert tables.placements["cost"].sum() == 600
    assert set(tables.placements["currency"]) == {"EUR"}


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("commentsSummary.aggregatedTotalComments", "comments"),
        ("likesSummary.totalLikes", "likes"),
        ("photo.viewCount", "views"),
        ("fee.value", "fee"),
        ("order.price.value", None),
        ("comment.likeCount", None),
    ],
)
def test_a_field_is_read_by_its_path(header, concept):
    best = next((m for m in read_header(header) if not m.doubts and m.ours), None)
    assert (best.concept if best else None) == concept


def test_views_of_photos_are_a_part_of_views():
    assert read_header("Photo views")[0].concept == "part_of"


def test_users_found_by_a_search_have_an_identifier_under_their_information(tmp_path):
    users = [
        {"user_info": {"uid": f"766463870517715047{k}", "unique_id": f"ana{k}", "nickname": f"Ana {k}",
                       "follower_count": 900 * k, "total_favorited": 77 * k, "room_id": 0}, "position": None}
        for k in (1, 2, 3)
    ]  # fmt: skip
    grain, got, _ = _read(tmp_path, {"type": 1, "user_list": users, "has_more": 1})
    assert (grain, got["creator_id"], got["followers"]) == ("creators", "uid", "follower_count")
    assert "avg_likes" not in got


def test_how_many_users_there_are_is_no_handle(tmp_path):
    room = {"user": {"id": "68559527244811806", "uniqueId": "ana.live"}, "stats": {"followerCount": 700},
            "liveRoom": {"liveRoomStats": {"userCount": 772}}}  # fmt: skip
    assert _read(tmp_path, {"data": room})[1]["handle"] == "user.uniqueId"


def test_playlists_are_no_accounts(tmp_path):
    lists = [
        {"id": f"76811715375758241{k}", "name": f"Songs {k}", "videoCount": k,
         "creator": {"id": "107955", "uniqueId": "ana", "nickname": "Ana"}}
        for k in (11, 12, 13)
    ]  # fmt: skip
    with pytest.raises(UnusableDataError):
        _read(tmp_path, {"playList": lists})


def test_the_number_of_an_account_may_stand_beside_the_object_of_its_figures(tmp_path):
    user = {
        "__typename": "User", "id": base64.b64encode(b"User:2244994945").decode(), "rest_id": "2244994945",
        "legacy": {"screen_name": "ana", "name": "Ana Berg", "followers_count": 900, "friends_count": 7,
                   "statuses_count": 70, "favourites_count": 12},
        "professional": {"rest_id": "1516891231749517312", "category": []},
    }  # fmt: skip
    accounts = _read(tmp_path, {"data": {"user": {"result": user}}})[2].creators
    assert accounts.select("creator_id", "handle", "followers", "following", "post_count").rows() == [
        ("2244994945", "ana", 900, 7, 70)
    ]


def test_entries_of_a_timeline_are_taken_out_of_all_their_wrappers(tmp_path):
    def entry(k):
        user = {
            "__typename": "User", "rest_id": f"22449949{k}", "core": {"name": f"Ana {k}", "screen_name": f"ana{k}"},
            "legacy": {"followers_count": 100 * k, "friends_count": k, "media_count": 3, "statuses_count": 50 * k},
        }  # fmt: skip
        item = {"itemType": "User", "__typename": "U", "user_results": {"result": user}, "userDisplayType": "User"}
        return {"entryId": f"user-{k}", "sortIndex": str(k), "content": {"entryType": "Item", "itemContent": item}}

    entries = [entry(k) for k in (11, 12, 13, 14)]
    entries.append({"entryId": "cursor-1", "sortIndex": "1", "content": {"entryType": "Cursor", "value": "x"}})
    _, got, tables = _read(tmp_path, {"data": {"user": {"timeline": {"instructions": [{"entries": entries}]}}}})
    assert (got["handle"], got["name"], got["post_count"]) == (
        "core.screen_name",
        "core.name",
        "legacy.statuses_count",
    )
    assert tables.creators["creator_id"].drop_nulls().to_list() == [f"22449949{k}" for k in (11, 12, 13, 14)]


def test_posts_of_an_activity_stream_name_whom_they_are_attributed_to(tmp_path):
    posts = [
        {"type": "Video", "id": f"https://a.b/p/C9Qx77Lm0{k}/", "published": f"2024-05-0{k}T10:00:00Z", "likeCount": k,
         "attributedTo": {"type": "Person", "id": "https://a.b/ana/", "preferredUsername": "ana", "name": "Ana"}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    grain, got, _ = _read(tmp_path, {"type": "OrderedCollectionPage", "orderedItems": posts})
    assert (grain, got["handle"]) == ("posts", "attributedTo.preferredUsername")


def test_what_is_kept_under_its_day_is_a_daily_series(tmp_path):
    days = {f"2024-05-{k:02d}": {"followers": 5000 + k, "reach": 90 + k, "profile_views": k} for k in range(1, 21)}
    with pytest.raises(UnusableDataError, match="daily series"):
        _read(tmp_path, days)


def test_posts_kept_under_their_codes_are_posts_and_not_their_account(tmp_path):
    posts = {f"C9Qx77Lm0{k}T": {"date": f"2024-05-0{k}T10:00:00Z", "likes": k, "comments": 1} for k in (1, 2, 3)}
    grain, got, tables = _read(tmp_path, {"username": "ana", "followers": 5123, "posts": posts})
    assert (grain, got["post_id"]) == ("posts", "id")
    assert tables.posts["post_id"].to_list() == list(posts)
    assert set(tables.posts["followers"]) == {5123}


def test_figures_kept_under_words_are_no_records(tmp_path):
    posts = [
        {"id": f"77_90000{k}", "date": f"2024-05-0{k} 10:00:00", "account": {"handle": "ana", "subscriberCount": 900},
         "statistics": {"actual": {"likeCount": k, "shareCount": 1}, "expected": {"likeCount": 2, "shareCount": 2}}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    assert _read(tmp_path, {"result": {"posts": posts}})[2].posts["post_id"].to_list() == [p["id"] for p in posts]


def test_a_day_of_the_week_gives_way_to_a_moment(tmp_path):
    updates = [
        {"id": f"4f0c0a06ab{k}", "day": "Saturday 26th", "sent_at": 1_700_000_000 + k, "text": "soup today",
         "statistics": {"favorites": k, "retweets": 1}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    assert _read(tmp_path, {"updates": updates})[1]["published_at"] == "sent_at"


def test_a_guid_identifies_a_post(tmp_path):
    posts = [
        {"guid": f"IG:17999900{k}", "created_time": f"2024-05-0{k}T10:00:00Z", "text": "soup", "metrics": {"likes": k}}
        for k in (1, 2, 3)
    ]
    assert _read(tmp_path, {"data": posts})[1]["post_id"] == "guid"


def test_boards_and_playlists_belong_to_accounts_and_are_none(tmp_path):
    items = [
        {"id": f"54900000000000{k}", "name": f"Board {k}", "owner": {"username": "ann"}, "pin_count": 9 + k, "follower_count": 90 + k}
        for k in (1, 2, 3)
    ]  # fmt: skip
    with pytest.raises(UnusableDataError, match="belongs to an account"):
        _read(tmp_path, {"items": items})


def test_what_an_account_sends_live_does_not_make_it_a_post(tmp_path):
    data = [
        {"broadcaster_user_id": 4400 + k, "slug": slug, "stream_title": f"Late night {k}", "category": {"name": "Chess"},
         "stream": {"viewer_count": 70 + k, "start_time": f"2024-05-0{k}T10:00:00Z", "is_live": True}}
        for k, slug in ((1, "annplays"), (2, "bogames"), (3, "cyclive"))
    ]  # fmt: skip
    grain, columns, _ = _read(tmp_path, {"data": data})
    assert (grain, columns["creator_id"], columns["handle"]) == ("creators", "broadcaster_user_id", "slug")
    assert not {"views", "avg_views", "name"} & columns.keys()


def test_the_name_behind_an_at_is_the_handle(tmp_path):
    videos = [
        {"id": f"v{k}Xa9Qx77L{k}", "uploader": "Ann Cooks", "uploader_id": "@anncooks", "view_count": 90 + k, "like_count": k}
        for k in (1, 2, 3)
    ]  # fmt: skip
    assert _read(tmp_path, videos)[1]["handle"] == "uploader_id"


def test_the_price_of_goods_that_a_creator_sold_is_no_fee(tmp_path):
    orders = [
        {"order_id": f"57600000000000{k}", "sku_id": f"17290{k}", "creator_username": f"ann{k}", "quantity": k,
         "price": {"amount": f"{k}9.90", "currency": "USD"}, "create_time": 1_700_000_000 + k}
        for k in (1, 2, 3)
    ]  # fmt: skip
    grain, columns, _ = _read(tmp_path, {"data": {"orders": orders}})
    assert grain == "placements"
    assert not {"cost", "fee"} & columns.keys()


@pytest.mark.parametrize(("amount", "found"), [("49.90", True), ("4990", False)], ids=["dollars", "cents perhaps"])
def test_the_amount_of_a_customer_whom_an_affiliate_brought(tmp_path, amount, found):
    sales = [
        {"id": k, "created_at": f"2024-05-0{k}T10:00:00Z", "amount": amount, "customer": {"id": f"c{k}"},
         "affiliate": {"id": f"ann{k}", "firstname": "Ann"}, "program": {"title": "Spring"}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    if found:
        grain, columns, _ = _read(tmp_path, sales)
        assert (grain, columns["revenue"]) == ("placements", "amount")
    else:
        assert "revenue" not in _read(tmp_path, sales)[1]


def test_a_second_number_that_no_account_has_does_not_make_it_a_post(tmp_path):
    account = {"uid": "104889977221", "short_id": "0", "unique_id": "ann88", "nickname": "Ann", "follower_count": 5120,
               "following_count": 7, "aweme_count": 21, "total_favorited": 99012}  # fmt: skip
    grain, columns, _ = _read(tmp_path, {"status_code": 0, "user": account})
    assert (grain, columns["handle"], columns["post_count"]) == ("creators", "unique_id", "aweme_count")
    assert not {"likes", "avg_likes", "post_id"} & columns.keys()


def test_invoices_of_customers_are_refused_and_sales_of_partners_are_not(tmp_path):
    bills = [
        {"id": f"in_{k}aQ9x7Lm2{k}", "amount_due": 90 + k, "amount_paid": 90 + k, "customer": f"cus_{k}", "created": 1_700_000_000 + k}
        for k in (1, 2, 3)
    ]  # fmt: skip
    with pytest.raises(UnusableDataError, match="invoices or payments of customers"):
        _read(tmp_path, {"data": bills})
    brought = [{**bill, "revenue": bill["amount_due"], "affiliate_id": f"ann{bill['amount_due']}"} for bill in bills]
    assert _read(tmp_path, {"data": brought})[0] == "placements"


def test_days_of_an_account_and_its_audience_are_refused(tmp_path):
    days = [
        {"period_from": 1_714_500_000 + 86_400 * k, "activity": {"likes": k, "subscribed": k}, "reach": {"reach": 90 + k}}
        for k in range(1, 9)
    ]  # fmt: skip
    with pytest.raises(UnusableDataError, match="each row is a day"):
        _read(tmp_path, {"response": days})
    audience = {"gender": [{"code": "MALE", "weight": 0.31}, {"code": "FEMALE", "weight": 0.69}]}
    with pytest.raises(UnusableDataError, match="no list of accounts"):
        _read(tmp_path, {"username": "ann", "audience": audience})


def test_who_watches_an_account_live_is_no_average_of_its_posts(tmp_path):
    channel = {"id": 668, "user_id": 676, "slug": "annplays", "followersCount": 8123, "user": {"id": 676, "username": "Ann"},
               "livestream": {"id": 1, "session_title": "hi", "viewer_count": 90, "is_live": True}}  # fmt: skip
    grain, columns, _ = _read(tmp_path, channel)
    assert (grain, columns["followers"]) == ("creators", "followersCount")
    assert not {"views", "avg_views"} & columns.keys()


def test_the_total_of_an_order_with_a_code_is_what_it_sold(tmp_path):
    orders = [
        {"node": {"id": f"gid://shop/Order/{k}", "createdAt": f"2024-05-0{k}T10:00:00Z", "discountCode": f"ANN{k % 2}",
                  "customer": {"id": f"c{k}"},
                  "totalPriceSet": {"shopMoney": {"amount": f"{k}9.90", "currencyCode": "EUR"}}}}
        for k in (1, 2, 3)
    ]  # fmt: skip
    grain, columns, tables = _read(tmp_path, {"data": {"orders": {"edges": orders}}})
    assert (grain, columns["campaign_id"]) == ("placements", "discountCode")
    assert tables.placements["revenue"].to_list() == [19.90, 29.90, 39.90]
    assert tables.placements["currency"].to_list() == ["EUR"] * 3
