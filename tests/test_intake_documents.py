"""JSON documents as APIs, scrapers and data frames write them. The expected rows are read off each document by hand."""

import json

import pytest

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.documents import read_json
from analysis.intake.records import flatten, metric_list, snake


def read(document, name="x.json"):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_json(data, name)


def rows(document):
    (table,) = read(document)
    return table.frame.to_dicts()


def test_counts_as_text_inside_statistics():
    found = rows(
        {"kind": "list", "pageInfo": {"totalResults": 9}, "items": [{"id": "a", "statistics": {"viewCount": "7"}}]}
    )
    assert found == [{"id": "a", "statistics.viewCount": "7"}]


def test_long_ids_and_decimals_keep_their_text():
    found = rows(b'[{"id": 123456789012345678901234, "likes": 5, "rate": 0.10}, {"id": 2, "likes": 6, "rate": 1E3}]')
    assert [row["id"] for row in found] == ["123456789012345678901234", "2"]
    assert [row["rate"] for row in found] == ["0.10", "1E3"]


def test_absent_is_missing_and_not_zero():
    found = rows([{"id": "1", "likes": 5}, {"id": "2", "comments": 0}])
    assert found == [{"id": "1", "likes": "5", "comments": None}, {"id": "2", "likes": None, "comments": "0"}]


def test_records_are_those_with_id_and_metrics_not_the_longest_list():
    document = {"hashtags": [{"tag": "x", "count": 1}] * 9, "data": {"media": [{"id": "1", "like_count": 4}]}}
    assert rows(document) == [{"id": "1", "like_count": "4"}]


def test_edges_and_nodes_with_counts_under_edges():
    node = {"id": "1", "edge_liked_by": {"count": 5}, "owner": {"id": "7"}}
    timeline = {
        "count": 50,
        "page_info": {"has_next_page": True},
        "edges": [{"node": node}, {"node": {**node, "id": "2"}}],
    }
    user = {"id": "7", "username": "bob", "edge_followed_by": {"count": 900}, "timeline": timeline}
    first, second = rows({"data": {"user": user}, "status": "ok"})
    assert (first["id"], first["edge_liked_by.count"], second["id"]) == ("1", "5", "2")
    assert first["data.user.username"] == "bob"
    assert first["data.user.edge_followed_by.count"] == "900"


def test_the_account_read_hands_down_not_the_account_that_asked():
    media = {"data": [{"id": "1", "like_count": 4}]}
    document = {
        "business_discovery": {"username": "bob", "followers_count": 64, "media": media, "id": "22"},
        "id": "99",
    }
    (row,) = rows(document)
    assert row["business_discovery.id"] == "22"
    assert row["business_discovery.followers_count"] == "64"
    assert "99" not in row.values()


def test_a_profile_beside_its_posts():
    document = {
        "profile": {"username": "bob", "followers": 530},
        "posts": [{"shortcode": "a", "likes": 47, "views": None}],
    }
    assert rows(document) == [
        {"shortcode": "a", "likes": "47", "views": None, "profile.username": "bob", "profile.followers": "530"}
    ]


def test_currency_and_handle_come_down_through_several_levels():
    document = {
        "account": {"handle": "bob", "followers": "12K", "currency": "EUR"},
        "months": [
            {"month": "01", "posts": [{"post_id": "1", "likes": 5}]},
            {"month": "02", "posts": [{"post_id": "2", "likes": 7}]},
        ],
    }
    found = rows(document)
    assert [row["post_id"] for row in found] == ["1", "2"]
    assert {row["account.currency"] for row in found} == {"EUR"}


def test_one_account_as_one_object():
    wrapped = {"userInfo": {"user": {"id": "1", "uniqueId": "bob"}, "stats": {"followerCount": 10}}, "statusCode": 0}
    assert rows(wrapped) == [{"user.id": "1", "user.uniqueId": "bob", "stats.followerCount": "10"}]
    nested = {"business_discovery": {"id": "2", "username": "bob", "followers_count": 3}, "id": "99"}
    assert rows(nested) == [{"id": "2", "username": "bob", "followers_count": "3"}]


def test_accounts_with_posts_inside_are_two_tables():
    posts = [{"id": "1", "likesCount": 4, "commentsCount": 1}]
    accounts = [{"username": name, "followersCount": 10, "latestPosts": posts} for name in ("bob", "amy")]
    creators, media = read(accounts)
    assert creators.frame["username"].to_list() == ["bob", "amy"]
    assert media.part == "latestPosts"
    assert media.frame["parent.username"].to_list() == ["bob", "amy"]


def test_comments_are_not_posts():
    document = {"data": [{"id": "1", "like_count": 4, "comments": {"data": [{"id": "c", "like_count": 1}] * 3}}] * 2}
    assert [row["id"] for row in rows(document)] == ["1", "1"]
    assert rows({"id": "1", "like_count": 4, "comments": {"data": [{"id": "c", "like_count": 1}]}}) == [
        {"id": "1", "like_count": "4"}
    ]


@pytest.mark.parametrize("key", ["latest_comments", "topReplies", "preview_comments"])
def test_comments_by_any_name_are_not_a_second_table(key):
    account = {"handle": "ann", "posts": [{"post_id": "p1", "likes": 5, key: [{"comment_id": "c", "likes": 1}] * 9}]}
    tables = read([account, {**account, "handle": "bo"}])
    assert [table.frame["post_id"].to_list() for table in tables] == [["p1", "p1"]]


def test_the_text_of_a_page_is_its_text_and_its_counts_are_counts():
    def video(key, views):
        return {"item": {"videoId": key, "title": {"runs": [{"text": "A "}, {"text": "b"}]}, "viewCountText": views}}

    videos = [video("v1", {"simpleText": "1,204 views"}), video("v2", {"runs": [{"text": "7"}, {"text": " views"}]})]
    found = rows({"tabs": [{"title": "Home"}, {"title": "Videos", "content": {"grid": {"contents": videos}}}]})
    assert [(row["videoId"], row["title"], row["viewCountText"]) for row in found] == [
        ("v1", "A b", "1,204 views"),
        ("v2", "A b", "7 views"),
    ]


def test_users_that_ride_along_are_put_beside_the_posts_they_wrote():
    document = {
        "data": [{"id": "1", "author_id": "9", "public_metrics": {"like_count": 5}}],
        "includes": {"users": [{"id": "9", "username": "bob", "public_metrics": {"followers_count": 100}}]},
    }
    (row,) = rows(document)
    assert row["author.username"] == "bob"
    assert row["author.public_metrics.followers_count"] == "100"


def test_two_kinds_of_records_are_two_tables():
    tables = read({"users": [{"id": "1", "followers": 5}] * 2, "posts": [{"id": "p", "user_id": "1", "likes": 4}] * 3})
    assert sorted((table.part, table.frame.height) for table in tables) == [("posts", 3), ("users", 2)]


@pytest.mark.parametrize(
    "document",
    [
        {"101": {"name": "a", "followers": 10}, "102": {"name": "b", "followers": 20}},
        {"0": {"name": "a", "followers": 10}, "1": {"name": "b", "followers": 20}},
        {"name": {"0": "a", "1": "b"}, "followers": {"0": 10, "1": 20}},
        {"name": ["a", "b"], "followers": [10, 20]},
        {"columns": ["name", "followers"], "index": [0, 1], "data": [["a", 10], ["b", 20]]},
        {"columnHeaders": [{"name": "name"}, {"name": "followers"}], "rows": [["a", 10], ["b", 20]]},
        {"values": [["name", "followers"], ["a", 10], ["b", 20]]},
        [["name", "followers"], ["a", 10], ["b", 20]],
        b'{"name": "a", "followers": 10}\n{"name": "b", "followers": 20}\n',
        b'{\n "name": "a",\n "followers": 10\n}\n{\n "name": "b",\n "followers": 20\n}',
        b'# exported by a tool\n{"name": "a", "followers": 10}\n{"name": "b", "followers": 20}\n',
        b'var data = [{"name": "a", "followers": 10}, {"name": "b", "followers": 20}];',
        '\ufeff[{"name": "a", "followers": 10}, {"name": "b", "followers": 20}]'.encode("utf-16"),
    ],
)  # fmt: skip
def test_one_table_in_many_orients(document):
    found = [(row["name"], row["followers"]) for row in rows(document)]
    assert found == [("a", "10"), ("b", "20")]


def test_the_key_is_the_id_when_the_record_has_none():
    assert [
        row["id"] for row in rows({"bob": {"followers": 10, "likes": 3}, "amy": {"followers": 11, "likes": 3}})
    ] == ["bob", "amy"]


def test_a_first_line_that_is_no_record_is_set_aside_with_its_line():
    (table,) = read(b'{"exported": "2024", "version": 2}\n{"id": "1", "likes": 5}\n{"id": "2", "likes": 6}\n')
    assert table.frame["id"].to_list() == ["1", "2"]
    assert table.lines.to_list() == [2, 3]
    assert [(line, reason) for line, reason, _ in table.rejected] == [
        (1, "not a record: it shares no field with the others")
    ]


def test_wrappers_around_each_record_say_nothing():
    listing = {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"id": i, "ups": 5}} for i in "ab"]}}
    assert rows(listing) == [{"id": "a", "ups": "5"}, {"id": "b", "ups": "5"}]
    assert rows([{"tweet": {"id_str": "1", "favorite_count": "5"}}] * 2)[0] == {"id_str": "1", "favorite_count": "5"}


def test_a_campaign_hands_down_its_id_and_currency():
    document = {
        "campaign": {"id": "C", "currency": "EUR", "budget": 9},
        "deliverables": [{"post_id": "1", "likes": 5}] * 2,
    }
    assert rows(document)[0] == {"post_id": "1", "likes": "5", "campaign.id": "C", "campaign.currency": "EUR"}


def test_items_that_are_no_objects_are_set_aside():
    (table,) = read([{"id": "1", "likes": 5}, "oops", None, {"id": "2", "likes": 6}])
    assert table.lines.to_list() == [1, 4]
    assert [line for line, _, _ in table.rejected] == [2, 3]


def test_metric_lists():
    insight = [
        {"name": n, "period": "lifetime", "values": [{"value": v}], "id": f"55/insights/{n}"}
        for n, v in (("reach", 5), ("saved", 0))
    ]
    assert rows({"data": insight}) == [{"id": "55", "reach": "5", "saved": "0"}]
    inside = {"data": [{"id": "1", "like_count": 4, "insights": {"data": insight}}]}
    assert rows(inside) == [{"id": "1", "like_count": "4", "insights.reach": "5", "insights.saved": "0"}]
    assert metric_list([{"type": "LIKE", "count": 3}, {"type": "share", "count": 1}]) == {"LIKE": 3, "share": 1}


@pytest.mark.parametrize("period", ["day", "week", "days_28"])
def test_totals_of_an_account_over_a_period_are_refused(period):
    values = [{"value": 8, "end_time": "2024-01-01"}, {"value": 9, "end_time": "2024-01-02"}]
    document = {"data": [{"name": "reach", "period": period, "values": values, "id": f"1/insights/reach/{period}"}]}
    with pytest.raises(UnusableDataError, match="totals of one account"):
        read(document)


@pytest.mark.parametrize(
    "document", [b"", b"   ", b"{}", b"[]", b'{"a": 1}', b'{"kpis": {"spend": 5}, "by": [{"category": "x", "roi": 2}]}']
)
def test_nothing_usable_is_said(document):
    with pytest.raises(UnusableDataError, match=r"x\.json"):
        read(document)


@pytest.mark.parametrize(
    "document", [b"not json", b'{"id": "1", "likes": 5', b"[" * 200_000, b'{"a":' * 200_000 + b"1"]
)
def test_broken_or_bottomless_documents_are_refused(document):
    with pytest.raises(SourceError, match=r"x\.json"):
        read(document)


def test_helpers():
    assert snake("edge_media_preview_like.count") == "edge_media_preview_like_count"
    assert flatten({"a": {"b": [1, 2]}, "c": [{"x": 1}]}) == {}
    assert flatten({"a": {"b": ["1", "2"]}}) == {"a.b": "1, 2"}


def test_every_real_document_is_read_or_refused(visible):
    read_anything = 0
    for path in sorted(visible.rglob("*.json*")):
        try:
            tables = read_json(path.read_bytes(), path.name)
        except UnusableDataError:
            continue
        read_anything += sum(table.frame.height > 0 for table in tables)
    assert read_anything >= 20


def test_half_a_surrogate_pair_is_no_character():
    document = (
        rb'[{"username": "a\ud800b", "followers_count": 5}, {"username": "\ud83d\ude00 \\ud800", "followers_count": 6}]'
    )
    frame = read_json(document, "x.json")[0].frame
    assert frame["username"].to_list() == ["a\ufffdb", "\U0001f600 \\ud800"]


def test_json_lines_by_blocks_are_json_lines_read_whole(tmp_path, monkeypatch):
    """Blocks of three lines: a late field, a broken line and line numbers are those of the whole file."""
    from analysis.intake import json_lines

    records = [{"id": str(k), "username": "bob", "like_count": k} for k in range(20)]
    records[17]["comments_count"] = 3
    lines = [json.dumps(record) for record in records]
    lines.insert(8, "not json")
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(json_lines, "BLOCK", 120)
    (blocks,) = json_lines.read_json_lines(tmp_path / "a.jsonl", "a.jsonl")
    (whole,) = read_json((tmp_path / "a.jsonl").read_bytes(), "a.jsonl")
    assert blocks.frame.equals(whole.frame)
    assert blocks.lines.to_list() == whole.lines.to_list()
    assert blocks.headers == whole.headers


@pytest.mark.parametrize("layout", [None, 2])
def test_a_list_of_records_by_blocks_is_the_list_read_whole(tmp_path, monkeypatch, layout):
    """Blocks of a few records: a late field, an odd item, half a surrogate pair and the lines are those of the whole."""
    from analysis.intake import json_lines

    records = [{"id": str(k), "username": "bob", "like_count": k, "caption": "é, ] [ {"} for k in range(40)]
    records[33]["comments_count"] = 3
    records.insert(9, "no record")
    text = json.dumps(records, indent=layout, ensure_ascii=False).replace('"bob"', '"b\\ud83d\\ude00\\ud800"')
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(json_lines, "BLOCK", 300)
    (blocks,) = json_lines.read_record_list(tmp_path / "a.json", "a.json")
    (whole,) = read_json((tmp_path / "a.json").read_bytes(), "a.json")
    assert blocks.frame.equals(whole.frame)
    assert blocks.lines.to_list() == whole.lines.to_list()
    assert blocks.headers == whole.headers
    assert [line for line, _, _ in blocks.rejected] == [line for line, _, _ in whole.rejected] == [10]


def test_a_broken_list_of_records_names_the_record(tmp_path):
    from analysis.errors import SourceError
    from analysis.intake import json_lines

    (tmp_path / "a.json").write_text('[{"id": 1, "likes": 2}, {"id": 2, "likes": }]')
    with pytest.raises(SourceError, match="record 2 is not JSON"):
        json_lines.read_record_list(tmp_path / "a.json", "a.json")
