"""Answers of platforms, scrapers and networks: each small document is invented; what it must become is read off it."""

import json

import pytest

from analysis import intake
from analysis.errors import UnusableDataError
from analysis.intake.headers import read_header
from analysis.intake.records import has_audience, metric_list


def _read(folder, document, name="answer.json"):
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    tables = intake.read(path)
    entry = next(entry for entry in tables.audit["files"] if not entry.get("refused"))
    return entry["grain"], {column: header for header, column in entry["columns"].items()}, tables


def test_accounts_listed_beside_posts_give_their_handle_without_any_metric(tmp_path):
    document = {
        "data": [{"id": "1900000000000000001", "author_id": "77", "created_at": "2025-01-02T10:00:00.000Z"}] * 1
        + [{"id": "1900000000000000002", "author_id": "78", "created_at": "2025-01-03T10:00:00.000Z"}],
        "includes": {"users": [{"id": "77", "username": "ana"}, {"id": "78", "username": "bo"}]},
    }
    grain, _, tables = _read(tmp_path, document)
    assert grain == "posts"
    assert tables.posts["handle"].to_list() == ["ana", "bo"]


def test_a_place_in_the_answer_is_no_number_of_orders(tmp_path):
    rows = [
        {"id": f"vid{k}abc", "title": f"Soup {k} for {k + 2}", "order": k, "viewCount": 900 + k, "likes": 40 + k,
         "commentsCount": 3, "url": f"https://www.youtube.com/watch?v=vid{k}abc", "date": f"2025-02-0{k + 1}T08:00:00.000Z", "duration": "00:02:11",
         "channelName": "Ana Cooks", "channelTotalVideos": 310, "numberOfSubscribers": 5200}
        for k in range(4)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, rows)
    assert grain == "posts"
    assert (got["views"], got["followers"]) == ("viewCount", "numberOfSubscribers")
    assert tables.posts["views"].sum() == 900 + 901 + 902 + 903


def test_the_networks_own_account_has_a_handle(tmp_path):
    rows = [{"id": f"18{k:015}", "username": "instagram", "like_count": 9 + k, "caption": "x y"} for k in range(3)]
    _, got, _ = _read(tmp_path, rows)
    assert got["handle"] == "username"


def test_insights_of_a_post_with_figures_that_are_no_metric():
    listed = [
        {"name": "post_impressions", "period": "lifetime", "values": [{"value": "900"}]},
        {"name": "post_clicks", "period": "lifetime", "values": [{"value": "4"}]},
        {"name": "post_engaged_users", "period": "lifetime", "values": [{"value": "31"}]},
        {"name": "post_reactions_by_type_total", "period": "lifetime", "values": [{"value": {"like": "5"}}]},
    ]
    assert metric_list(listed) == {"post_impressions": "900", "post_clicks": "4", "post_engaged_users": "31"}
    assert metric_list([{"name": "Food", "value": "0.7"}, {"name": "Travel", "value": "0.2"}]) is None


def test_a_wrapper_with_something_beside_its_record_is_a_wrapper(tmp_path):
    def post(k):
        return {"uri": f"at://did:plc:q{k}/post/3k{k}", "likeCount": 5 + k, "author": {"did": f"did:plc:q{k}"}}

    feed = [{"post": post(k)} for k in range(3)] + [{"post": post(3), "reason": {"kind": "repost"}}]
    grain, _, tables = _read(tmp_path, {"feed": feed, "cursor": "c"})
    assert grain == "posts"
    assert tables.posts["likes"].to_list() == [5, 6, 7, 8]


def test_accounts_like_the_one_read_are_not_the_answer(tmp_path):
    document = {
        "id": "r1",
        "profile": {"platform_username": "ana.cooks", "full_name": "Ana", "follower_count": 80080, "average_likes": 1500,
                    "engagement_rate": 0.02,
                    "lookalikes": [{"platform_username": f"o{k}", "follower_count": 9000 + k} for k in range(5)]},
    }  # fmt: skip
    grain, got, tables = _read(tmp_path, document)
    assert grain == "creators"
    assert tables.creators["followers"].to_list() == [80080]
    assert got["handle"] == "platform_username"


def test_averages_of_an_account_are_no_reactions_to_a_post():
    assert has_audience({"userId": "1", "profile.followers": "900", "avgLikes": "20"})


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("saleAmount.amount", "revenue"),
        ("saleAmount.currency", "currency"),
        ("user.name", "name"),
        ("user_name", "handle"),
    ],
)
def test_fields_of_a_path(header, concept):
    assert next(m.concept for m in read_header(header) if not m.doubts) == concept


@pytest.mark.parametrize("header", ["customer.orders_count", "customer.total_spent", "billing_address.name"])
def test_what_a_customer_did_is_not_the_orders(header):
    assert not [m for m in read_header(header) if not m.doubts and m.ours]


def test_resource_names_say_what_they_name(tmp_path):
    rows = [
        {"share": f"urn:li:share:69000000000000000{k}", "organizationalEntity": "urn:li:organization:41",
         "totalShareStatistics": {"likeCount": 10 + k, "commentCount": 2, "impressionCount": 900}}
        for k in range(3)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, {"elements": rows, "paging": {"count": 3}})
    assert grain == "posts"
    assert (got["post_id"], got["creator_id"]) == ("share", "organizationalEntity")
    assert tables.posts["likes"].sum() == 33


def test_an_amount_beside_a_payout_is_the_sale(tmp_path):
    actions = [
        {"Id": f"10.20.{k}", "CampaignId": "10", "MediaPartnerId": str(100 + k % 2), "Amount": f"{40 + k}.50",
         "Payout": f"{4 + k}.05", "Currency": "USD", "EventDate": f"2025-03-0{k + 1}T10:00:00-05:00"}
        for k in range(4)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, {"@total": "4", "Actions": actions})
    assert grain == "placements"
    assert (got["revenue"], got["cost"]) == ("Amount", "Payout")
    assert tables.placements["revenue"].sum() == pytest.approx(168.0)  # 40.5 + 41.5 + 42.5 + 43.5


def test_codes_of_an_order_are_its_campaign(tmp_path):
    orders = [
        {"id": 5000 + k, "created_at": f"2025-03-0{k + 1}T10:00:00-04:00", "currency": "EUR", "total_price": f"{20 + k}.00",
         "subtotal_price": "18.00", "total_tax": "1.00", "discount_codes": [{"code": "ANA10", "amount": "2.00"}],
         "customer": {"id": 9, "orders_count": 3, "total_spent": "99.00"}}
        for k in range(3)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, {"orders": orders})
    assert grain == "placements"
    assert tables.placements["campaign_id"].to_list() == ["ANA10"] * 3
    assert "conversions" not in got
    assert "cost" not in got


def test_a_pages_title_beside_the_word_of_its_address(tmp_path):
    rows = [
        {"pageId": f"10000{k}", "pageName": name, "title": title, "followers": 900 + k, "followings": 4}
        for k, (name, title) in enumerate([("anacooks", "Ana Cooks"), ("bo.tv", "Bo on TV"), ("cy_fit", "Cy Fit Club")])
    ]
    _, got, _ = _read(tmp_path, rows)
    assert (got["handle"], got["name"]) == ("pageName", "title")


def test_totals_by_hour_are_no_posts(tmp_path):
    hours = [
        {"start": f"2025-03-01T0{k}:00:00.000Z", "end": f"2025-03-01T0{k + 1}:00:00.000Z", "tweet_count": 9}
        for k in range(6)
    ]
    with pytest.raises(UnusableDataError):
        _read(tmp_path, {"data": hours})


def test_types_of_a_database_are_no_path(tmp_path):
    rows = [
        {"_id": {"$oid": f"5f{k:022}"}, "videoId": f"74{k:017}", "creator": {"username": f"ana{k}"},
         "stats": {"likes": {"$numberInt": str(10 + k)}, "views": {"$numberLong": "900"}},
         "publishedAt": {"$date": f"2025-03-0{k + 1}T10:00:00Z"}}
        for k in range(3)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, "\n".join(map(json.dumps, rows)))
    assert grain == "posts"
    assert (got["views"], got["published_at"]) == ("stats.views", "publishedAt")
    assert tables.posts["likes"].sum() == 33  # 10 + 11 + 12


def test_the_object_that_holds_all_metrics_is_the_record(tmp_path):
    cards = [
        {"card_type": 9, "scheme": "h", "mblog": {"id": f"50{k:014}", "created_at": f"2025-03-0{k + 1} 10:00:00",
         "text": "a b", "user": {"id": 77, "screen_name": "ana", "followers_count": "1.2万"},
         "reposts_count": k, "comments_count": 2, "attitudes_count": 10 + k}}
        for k in range(3)
    ]  # fmt: skip
    grain, got, tables = _read(tmp_path, {"ok": 1, "data": {"cards": cards}})
    assert grain == "posts"
    assert (got["post_id"], got["creator_id"], got["likes"]) == ("id", "user.id", "attitudes_count")
    assert tables.posts["followers"].to_list() == [12000.0] * 3


def test_the_identifier_beside_a_handle_is_the_accounts(tmp_path):
    media = [{"id": f"178{k:014}", "like_count": 4 + k, "caption": "soup"} for k in range(3)]
    document = {
        "business_discovery": {"id": "1784", "username": "ana", "followers_count": 64, "media": {"data": media}},
        "id": "99",
    }
    _, got, tables = _read(tmp_path, document)
    assert tables.posts["creator_id"].to_list() == ["1784"] * 3
    assert got["post_id"] == "id"


def test_an_identifier_that_begins_with_at_is_a_handle(tmp_path):
    entries = [{"id": f"abcdefghi{k}Z", "title": f"t {k}", "view_count": 90 + k, "channel": None} for k in range(3)]
    document = {"id": "@ana", "channel_id": "UC" + "a" * 22, "channel_follower_count": 900, "entries": entries}
    _, _, tables = _read(tmp_path, document)
    assert tables.posts["handle"].to_list() == ["@ana"] * 3 or tables.posts["handle"].to_list() == ["ana"] * 3
    assert tables.posts["creator_id"].to_list() == ["UC" + "a" * 22] * 3


def test_the_account_that_asked_is_none_of_the_accounts(tmp_path):
    rows = [
        {"id": f"p{k}", "user": {"id": "u1"}, "username": f"ana{k}", "reputation": {"follower_count": 900 + k}}
        for k in range(4)
    ]
    grain, got, tables = _read(tmp_path, {"data": rows})
    assert grain == "creators"
    assert got["creator_id"] == "id"
    assert tables.creators.height == 4


def test_what_else_an_account_lists_is_not_the_account(tmp_path):
    document = {"id": 12, "slug": "ana", "followersCount": 512, "user": {"id": 3, "username": "Ana", "instagram": "ana_ig"},
                "recent_categories": [{"id": 15, "name": "Chat", "slug": "chat", "viewers": 12345}]}  # fmt: skip
    grain, got, tables = _read(tmp_path, document)
    assert grain == "creators"
    assert (got["handle"], tables.creators["followers"].to_list()) == ("user.username", [512])


def test_a_share_of_one_is_no_price(tmp_path):
    rows = [{"id": 5 + k, "owner_id": -7, "date": 1735689600 + 86400 * k, "text": "a b", "short_text_rate": 0.8,
             "likes": {"count": 10 + k}, "views": {"count": 900}} for k in range(3)]  # fmt: skip
    grain, got, _ = _read(tmp_path, {"response": {"count": 3, "items": rows}})
    assert grain == "posts"
    assert "fee" not in got


def test_days_of_each_video_are_no_videos(tmp_path):
    lines = ["Date,Content,Video title,Views"]
    lines += [f"2024-03-{day:02},{key},Soup,{day}" for key in ("abcDEF1234x", "zyxDEF1234a") for day in range(1, 9)]
    with pytest.raises(UnusableDataError, match="daily series by post"):
        _read(tmp_path, "\n".join(lines), name="chart.csv")


def test_accounts_with_their_posts_inside_are_accounts(tmp_path):
    profiles = [
        {"id": f"9{k}", "username": f"ana{k}", "followersCount": 900 + k, "postsCount": 3,
         "latestPosts": [{"id": f"31{k}{p:016}", "shortCode": f"C{k}{p}abcdefgh", "likesCount": 10 + p,
                          "timestamp": f"2025-03-0{p + 1}T10:00:00.000Z"} for p in range(3)]}
        for k in range(2)
    ]  # fmt: skip
    _, _, tables = _read(tmp_path, profiles)
    assert (tables.creators.height, tables.posts.height) == (2, 6)
    assert tables.posts["likes"].sum() == 66  # 2 x (10 + 11 + 12)
    assert tables.audit["grain"] == "creators"


def test_followers_by_network_are_accounts_of_their_own(tmp_path):
    people = [
        {"id": f"p{k}", "name": f"Ana {k}", "base": {"followers": {"instagram": 900 + k, "tiktok": 50 + k}}}
        for k in range(3)
    ]
    _, _, tables = _read(tmp_path, {"version": 1, "influencers": people})
    assert tables.creators.height == 6
    assert tables.creators["followers"].sum() == 2703 + 153  # 900 + 901 + 902, 50 + 51 + 52


def test_tweets_count_before_media(tmp_path):
    users = [
        {"id": f"7{k}", "username": f"ana{k}",
         "public_metrics": {"followers_count": 90 + k, "tweet_count": 400, "media_count": 12}}
        for k in range(3)
    ]  # fmt: skip
    _, got, _ = _read(tmp_path, {"data": users})
    assert got["post_count"] == "public_metrics.tweet_count"


def test_the_last_post_of_an_account_is_not_its_row(tmp_path):
    users = [
        {"id": 900 + k, "screen_name": f"ana{k}", "followers_count": 90 + k, "friends_count": 5, "statuses_count": 400,
         "favourites_count": 7000, "created_at": "Wed May 23 06:01:13 +0000 2007",
         "status": {"id": 10**17 + k, "text": "a b", "favorite_count": 3, "retweet_count": 1}}
        for k in range(4)
    ]  # fmt: skip
    grain, got, _ = _read(tmp_path, users)
    assert grain == "creators"
    assert (got["creator_id"], got["post_count"]) == ("id", "statuses_count")
    assert not {"avg_likes", "likes"} & set(got)


def test_an_abbreviation_repeats_the_words_before_it():
    assert read_header("Publisher ID (PID)")[0].concept == "creator_id"
    assert read_header("Sale Amount (CAD)")[0].concept == "revenue"


def test_comments_with_an_address_are_refused(tmp_path):
    rows = [{"postUrl": "https://x/p/1", "commentUrl": f"https://x/c/{k}", "id": f"18{k:015}", "text": "so good",
             "ownerUsername": f"ana{k}", "timestamp": "2025-03-01T10:00:00.000Z", "repliesCount": 0, "likesCount": k}
            for k in range(5)]  # fmt: skip
    with pytest.raises(UnusableDataError, match="comments under posts"):
        _read(tmp_path, rows)


def test_the_one_object_may_lie_deep_and_beside_its_comments(tmp_path):
    comments = {"count": 44, "edges": [{"node": {"id": "1", "text": "so good", "edge_liked_by": {"count": 3}}}]}
    media = {
        "id": "3100000000000000017", "shortcode": "Cabcdefghij", "video_view_count": 900,
        "edge_media_to_parent_comment": comments, "edge_media_preview_like": {"count": 91, "edges": []},
        "taken_at_timestamp": 1700000000, "owner": {"id": "17", "username": "ana", "edge_followed_by": {"count": 512}},
    }  # fmt: skip
    document = {"__SCOPE__": {"web.app": {"language": "en"}, "web.detail": {"itemInfo": {"media": media}}}}
    grain, _, tables = _read(tmp_path, document)
    assert grain == "posts"
    row = tables.posts.row(0, named=True)
    assert (row["likes"], row["comments"], row["views"], row["handle"], row["followers"]) == (91, 44, 900, "ana", 512)
