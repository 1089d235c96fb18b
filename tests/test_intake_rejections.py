"""Rows set aside. The authority for their text is the standard library's JSON, of cells guarded one by one."""

import json

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.hostile import guard_formula
from analysis.intake.rejections import as_json, rejections, removal
from analysis.intake.tables import RawTable, raw_table

cells = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
hostile = st.sampled_from(
    ["=1+1", "''-2", "\t@x", 'a"b\\c', "line\nbreak\r", "\x00\x1f\x7f", "'", "\u202e é 한 👩‍👩‍👧"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(cells | hostile, cells | hostile), max_size=6))
def test_the_text_of_a_row_is_json_of_guarded_cells(rows):
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    expected = [
        json.dumps([None if cell is None else guard_formula(cell) for cell in row], ensure_ascii=False) for row in rows
    ]
    assert as_json(frame).to_list() == expected


def test_rows_of_the_reader_and_of_the_cleaning_stand_in_order_of_their_lines():
    raw = raw_table("a.csv", ["handle", "likes"], [["x", "y", "x"], ["1", "2", "1"]], first_line=2)
    raw = RawTable(
        raw.name, "p", raw.frame, raw.headers, raw.lines, rejected=[(5, "a totals row", ["Total", None, "4"])]
    )
    copy = removal(pl.Series([False, False, True]), "a copy")
    done = rejections(raw, copy)
    assert done.rows() == [
        ("a.csv", "p", 4, "a copy", '["x", "1"]'),
        ("a.csv", "p", 5, "a totals row", '["Total", null, "4"]'),
    ]
    assert rejections(raw, copy, with_reader=False).height == 1
    assert rejections(raw, copy.clear(), with_reader=False).schema == done.schema
