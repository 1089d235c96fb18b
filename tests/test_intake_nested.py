"""Nested values in the cells of tables and databases are read as the documents they are: rows invented, read by hand."""

import json
import sqlite3

import pytest

from analysis import intake
from analysis.intake.databases import read_database
from analysis.intake.opened import opened
from analysis.intake.tables import raw_table

POSTS = [
    (f"p{k}xQ7a9{k}", {"username": f"ann{k}", "followers": 1000 + k}, {"likes": 10 + k, "views": 900 + k})
    for k in (1, 2, 3)
]
COLUMNS = {
    "post_id": "post_id", "author.username": "handle", "author.followers": "followers",
    "metrics.likes": "likes", "metrics.views": "views",
}  # fmt: skip


def columns(tables):
    (entry,) = tables.audit["files"]
    return entry["grain"], entry["columns"]


@pytest.fixture
def base(tmp_path):
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute('CREATE TABLE "Monthly posts" (post_id TEXT, author JSON, metrics JSON)')
        rows = [(key, json.dumps(author), json.dumps(metrics)) for key, author, metrics in POSTS]
        connection.executemany('INSERT INTO "Monthly posts" VALUES (?, ?, ?)', rows)
        connection.execute('CREATE VIEW top AS SELECT * FROM "Monthly posts"')
    connection.close()
    return file


@pytest.mark.parametrize("what", ["", "::Monthly posts", "::top", '::SELECT * FROM "Monthly posts"'])
def test_columns_of_json_in_sqlite(base, what):
    tables = intake.read(f"sqlite:///{base}{what}")
    assert columns(tables) == ("posts", COLUMNS)
    assert tables.posts["likes"].to_list() == [11, 12, 13]


def test_a_view_is_not_read_beside_the_tables_whose_rows_it_repeats(base):
    assert [table.part for table in read_database(str(base))] == ["Monthly posts"]


def test_structs_and_lists_of_duckdb(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            "CREATE TABLE raw.posts AS SELECT 'p' || i || 'xQ7a9' || i AS post_id, {'username': 'ann' || i, 'followers': 1000 + i} "
            "AS author, {'likes': 10 + i, 'views': 900 + i} AS metrics, ['a', 'b'] AS tags FROM range(1, 4) t(i)"
        )
    tables = intake.read(f"duckdb:///{file}::raw.posts")
    assert columns(tables) == ("posts", COLUMNS)
    assert tables.posts["followers"].to_list() == [1001, 1002, 1003]


@pytest.mark.parametrize("write", [json.dumps, str], ids=["JSON", "Python"])
def test_columns_of_objects_in_a_delimited_file(tmp_path, write):
    lines = ["post_id;author;metrics", *(f"{key};{write(author)};{write(metrics)}" for key, author, metrics in POSTS)]
    (tmp_path / "posts.csv").write_text("\n".join(lines))
    tables = intake.read(tmp_path / "posts.csv")
    assert columns(tables) == ("posts", COLUMNS)
    assert tables.posts["views"].to_list() == [901, 902, 903]


def test_a_column_with_one_cell_that_is_no_document_stays_as_it_is():
    raw = raw_table("t.csv", ["id", "note"], [["a", "b"], ['{"likes": 7}', "{not this} and {that}"]])
    assert opened(raw) is raw


def test_absent_cells_and_absent_fields_are_missing():
    raw = raw_table("t.csv", ["id", "m"], [["a", "b", "c"], ['{"likes": 7}', None, '{"views": 1.50, "likes": null}']])
    assert opened(raw).frame.rows() == [("a", "7", None), ("b", None, None), ("c", None, "1.50")]


def test_a_list_of_one_metric_an_entry_is_opened():
    cell = json.dumps([{"name": "reach", "values": [{"value": 5}]}, {"name": "saved", "values": [{"value": 2}]}])
    found = opened(raw_table("t.csv", ["id", "insights"], [["a"], [cell]]))
    assert found.frame.to_dicts() == [{"id": "a", "insights.reach": "5", "insights.saved": "2"}]
