"""The schema is complete, the page made from it is fresh, and every column can be recognised."""

import re

import pytest

from analysis.reference import repository_dir
from analysis.schema import (
    COLUMNS,
    ENGAGEMENT_PARTS,
    PLACEMENTS,
    POSTS,
    RELATIONSHIPS,
    TABLES,
    data_dictionary,
    synonyms,
)

EVERY = [(table, column) for table in TABLES.values() for column in table.columns]
IDS = [f"{table.name}.{column.name}" for table, column in EVERY]


@pytest.mark.parametrize(("table", "column"), EVERY, ids=IDS)
def test_a_column_is_fully_described(table, column):
    assert re.fullmatch(r"[a-z][a-z_]*", column.name)
    assert column.unit
    assert column.meaning.endswith(".")
    assert "|" not in column.meaning + column.rule + column.unit  # it would break the page's table
    assert bool(column.choices) == (column.kind == "choice")
    assert table[column.name] is column


def test_a_name_means_the_same_kind_everywhere():
    kinds: dict[str, set[str]] = {}
    for _, column in EVERY:
        kinds.setdefault(column.name, set()).add(column.kind)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_names_are_unique_and_keys_exist():
    for table in TABLES.values():
        assert len(set(table.names)) == len(table.names)
        assert set(table.key) <= set(table.names)
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_engagement_parts_are_in_both_tables_that_hold_posts():
    assert set(ENGAGEMENT_PARTS) <= set(POSTS.names) & set(PLACEMENTS.names)


def test_an_ambassador_is_a_relationship():
    assert RELATIONSHIPS == ("paid", "ambassador", "gifted")
    assert TABLES["creators"]["relationship"].choices == RELATIONSHIPS


def test_an_unknown_column_is_not_in_a_table():
    assert "folowers" not in POSTS
    with pytest.raises(StopIteration):
        POSTS["folowers"]


def test_every_column_can_be_recognised_in_english():
    assert [name for name in COLUMNS if not synonyms().get(name, {}).get("common")] == []


def test_synonyms_belong_to_columns():
    assert set(synonyms()) <= set(COLUMNS)


def test_the_page_is_the_schema():
    page = (repository_dir() / "data" / "README.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("<!-- dictionary -->")
    written, end, _ = rest.partition("<!-- /dictionary -->")
    assert end, "data/README.md lost its dictionary markers; put them back"
    assert written.strip() == data_dictionary().strip(), "stale: run `python -m analysis.docs`"


def test_the_dictionary_names_every_column_once_a_table():
    sections = data_dictionary().split("### ")[1:]
    assert [section.split(":")[0] for section in sections] == list(TABLES)
    for section, table in zip(sections, TABLES.values(), strict=True):
        assert re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE) == list(table.names)
