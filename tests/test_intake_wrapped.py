"""Records are found whatever they are wrapped in. The expected tables are the records themselves, or read off by hand."""

import json
import random

import pytest

from analysis.intake.apart import header_and_rows
from analysis.intake.documents import read_json


def read(document):
    return read_json(json.dumps(document, ensure_ascii=False).encode(), "x.json")


def rows(document):
    (table,) = read(document)
    return table.frame.to_dicts()


POSTS = [
    {"post_id": f"p{k}", "handle": f"ann{k % 2}", "likes": str(10 + k), "comments": str(k), "views": str(900 + k)}
    for k in range(5)
]
ACCOUNTS = [
    {"handle": f"bo{k}", "followers": str(1000 + k), "following": str(k), "posts": str(40 + k)} for k in range(4)
]


def wrapped(records, dice):
    """Put records under 1 to 6 objects, beside what answers hold: paging, requests, tags, thumbnails, empty lists."""
    aside = [
        ("paging", {"cursors": {"before": "a", "after": "b"}, "count": 9}),
        ("meta", {"took": 3, "total": {"value": 99, "relation": "eq"}}),
        ("request", {"id": "r1", "params": {"limit": 50}}),
        ("tags", [{"name": "x", "count": k} for k in range(30)]),
        ("thumbnails", [{"url": "h", "width": k, "height": k} for k in range(20)]),
        ("errors", []),
        ("status", "ok"),
        ("next", None),
    ]
    kind = dice.randrange(4)
    if kind == 1:
        records = [{"node": record, "cursor": "c"} for record in records]
    elif kind == 2:
        records = [{"type": "item", "data": record} for record in records]
    elif kind == 3:
        records = {str(number): record for number, record in enumerate(records)}
    document = records
    for _ in range(dice.randint(1, 6)):
        beside = dice.sample(aside, dice.randint(0, 4))
        place = dice.randint(0, len(beside))
        key = dice.choice(["data", "result", "items", "response", "payload", "edges", "list", "content", "hits"])
        document = dict([*beside[:place], (key, document), *beside[place:]])
    return document


@pytest.mark.parametrize("records", [POSTS, ACCOUNTS], ids=["posts", "accounts"])
@pytest.mark.parametrize("seed", range(60))
def test_records_under_any_wrappers_are_the_records(records, seed):
    document = wrapped(records, random.Random(seed))
    found = [{key: row[key] for key in records[0]} for row in rows(document)]
    assert found == records


@pytest.mark.parametrize("seed", range(20))
def test_the_account_above_posts_comes_down_from_any_height(seed):
    dice = random.Random(seed)
    bare = [{key: value for key, value in post.items() if key != "handle"} for post in POSTS]
    account = {"id": "7", "username": "ann", "followers_count": "5120", "currency": "EUR", "media": wrapped(bare, dice)}
    found = rows(wrapped([account], dice) if seed % 2 else {"data": {"user": account}})
    assert [row["post_id"] for row in found] == [post["post_id"] for post in POSTS]
    for ending in ("username", "followers_count", "currency"):
        (path,) = [path for path in found[0] if path.endswith(ending)]
        assert {row[path] for row in found} == {account[ending]}


def test_lists_under_the_names_of_accounts_are_one_table_that_names_them():
    posts = [{"shortcode": "s1", "likes": 5}, {"shortcode": "s2", "likes": 6}]
    found = rows({"nasa": posts, "natgeo": [{"shortcode": "s3", "likes": 7}]})
    assert [(row["parent.handle"], row["shortcode"]) for row in found] == [
        ("nasa", "s1"), ("nasa", "s2"), ("natgeo", "s3"),
    ]  # fmt: skip


def test_lists_under_words_are_no_accounts():
    posts = [{"shortcode": "s1", "likes": 5}, {"shortcode": "s2", "likes": 6}]
    tables = read({"top_posts": posts, "recent_posts": [{"shortcode": "s3", "likes": 7}]})
    assert [table.frame.columns for table in tables] == [["shortcode", "likes"]] * 2


def test_records_that_name_their_account_need_no_key():
    posts = [{"shortcode": "s1", "likes": 5, "username": "ann"}]
    found = rows({"spring24": posts, "autumn24": [{"shortcode": "s2", "likes": 6, "username": "bo"}]})
    assert [list(row) for row in found] == [["shortcode", "likes", "username"]] * 2


def test_the_person_whose_accounts_are_listed_is_named_beside_each():
    person = {"name": "Ann Lee", "country": "FR", "tiktoks": [], "instagrams": [{"username": "ann", "followers": 9}]}
    found = rows({"data": [person, {**person, "name": "Bo", "instagrams": [{"username": "bo", "followers": 7}]}]})
    assert [(row["username"], row["data.name"], row["data.country"]) for row in found] == [
        ("ann", "Ann Lee", "FR"), ("bo", "Bo", "FR"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        {"influencers": [{"usuario": "ann", "seguidores": 9}, {"usuario": "bo", "seguidores": 7}]},
        {"rows": [{"계정": "ann", "팔로워수": 9}, {"계정": "bo", "팔로워수": 7}], "tags": [{"name": "x"}] * 9},
        [{"username": "ann", "followercount": 9}, {"username": "bo", "followercount": 7}],
    ],
    ids=["es", "ko", "lower case"],
)
def test_fields_of_any_language_make_a_record(document):
    assert [list(row.values()) for row in rows(document)] == [["ann", "9"], ["bo", "7"]]


CELLS = [["ann", "9"], ["bo", "7"]]


@pytest.mark.parametrize(
    "document",
    [
        {"schema": {"fields": [{"name": "handle"}, {"name": "followers"}]},
         "rows": [{"f": [{"v": cell} for cell in row]} for row in CELLS], "totalRows": "2"},
        {"data": {"cols": [{"name": "handle"}, {"name": "followers"}], "rows": CELLS, "native_form": {"query": "x"}}},
        {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": [{"Name": "handle"}, {"Name": "followers"}]},
                       "Rows": [{"Data": [{"VarCharValue": cell} for cell in row]}
                                for row in [["handle", "followers"], *CELLS]]}},
        {"manifest": {"schema": {"columns": [{"name": "handle"}, {"name": "followers"}]}},
         "result": {"chunk_index": 0, "data_array": CELLS}},
    ],
    ids=["BigQuery", "Metabase", "Athena", "Databricks"],
)  # fmt: skip
def test_a_header_apart_from_its_rows(document):
    assert rows(document) == [{"handle": "ann", "followers": "9"}, {"handle": "bo", "followers": "7"}]


def test_no_header_is_taken_where_two_would_fit():
    assert header_and_rows({"a": ["id", "likes"], "b": ["id", "views"], "rows": [["1", "2"]]}) is None


def test_pairs_of_numbers_beside_records_are_no_table():
    posts = [{"id": "a", "likes": 5}, {"id": "b", "likes": 7}]
    document = {"items": posts, "bounds": [[13.4, 52.5], [13.5, 52.6]], "tags": ["food", "home"]}
    assert [row["id"] for row in rows(document)] == ["a", "b"]


def test_a_value_under_the_name_of_its_type():
    def page(handle, followers):
        return {
            "id": handle[::-1],
            "properties": {
                "Handle": {"id": "a", "type": "rich_text", "rich_text": [{"plain_text": "@"}, {"plain_text": handle}]},
                "Followers": {"id": "b", "type": "number", "number": followers},
                "Platform": {"id": "c", "type": "select", "select": {"id": "q", "name": "TikTok", "color": "red"}},
                "Niche": {"id": "d", "type": "multi_select", "multi_select": [{"name": "Food"}, {"name": "Home"}]},
            },
        }

    first = rows({"object": "list", "results": [page("ann", 9), page("bo", 7)]})[0]
    assert (first["Handle"], first["Followers"], first["Platform"]) == ("@ann", "9", "TikTok")
    assert first["Niche"] == "Food, Home"


def test_what_an_answer_includes_stands_beside_the_records_that_name_it():
    post = {"id": "1", "attributes": {"like-count": 5}, "relationships": {"creator": {"data": {"id": "c1"}}}}
    creator = {"type": "creators", "id": "c1", "attributes": {"username": "ann", "follower-count": 9}}
    other = {**post, "id": "2", "attributes": {"like-count": 6}}
    found = rows({"data": [post, other], "included": [creator, {**creator, "id": "c2"}]})
    (path,) = [path for path in found[0] if path.endswith("username")]
    assert [row[path] for row in found] == ["ann", "ann"]


def test_records_of_several_kinds_in_one_list_are_tables_of_their_own():
    accounts = [{"model": "crm.account", "pk": k, "fields": {"handle": f"a{k}", "followers": 9}} for k in (1, 2)]
    posts = [{"model": "crm.post", "pk": k, "fields": {"account": 1, "likes": 5, "views": 7}} for k in (1, 2, 3)]
    tables = read([*accounts, *posts])
    assert [(table.part, table.frame.height) for table in tables] == [("crm.account", 2), ("crm.post", 3)]
    assert not any("likes" in header for header in tables[0].headers)


def test_kinds_that_share_their_fields_are_one_table():
    posts = [{"id": k, "type": "Video" if k % 2 else "Image", "likes": 5, "comments": k} for k in range(6)]
    assert len(rows(posts)) == 6


def test_values_under_the_names_of_their_types():
    union = {"username": {"string": "ann"}, "likes": {"long": 7}, "views": None}
    assert rows([union, {**union, "views": {"int": 9}}])[1] == {"username": "ann", "likes": "7", "views": "9"}
    fields = {"handle": {"stringValue": "ann"}, "followers": {"integerValue": "9"}}
    stored = {"documents": [{"name": "d/1", "fields": fields}, {"name": "d/2", "fields": fields}]}
    assert [list(row.values()) for row in rows(stored)] == [["d/1", "ann", "9"], ["d/2", "ann", "9"]]


def test_the_ranges_of_a_sheet_begin_with_their_header():
    values = [["Handle", "Followers"], *CELLS]
    document = {"spreadsheetId": "x", "valueRanges": [{"range": "A1:B3", "majorDimension": "ROWS", "values": values}]}
    assert rows(document) == [{"Handle": "ann", "Followers": "9"}, {"Handle": "bo", "Followers": "7"}]
