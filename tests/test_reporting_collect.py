"""Executed notebooks become a story; nothing but display data is read."""

import base64

import pytest
from nbformat import v4, write

from analysis.errors import NotebookRunError
from analysis.reporting.collect import DRAWING_JSON, FINDING_JSON, collect, still_svg
from analysis.reporting.story import DrawingRecord, FindingRecord

TABLE = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1], [None]]}


def found(name="cost", **data):
    base = {"id": name, "question": "Q?", "title": "T 1", "sentence": "S 1.", "n": {}, "table": TABLE}
    return v4.new_output("display_data", {FINDING_JSON: {**base, **data}, "text/plain": "x"})


def drawn(name="cost", svg='<?xml version="1.0"?><svg viewBox="0 0 72 36"><g/></svg>', **data):
    about = {"finding": "cost", "name": name, "alt": "A chart with 1 line", **data}
    return v4.new_output(
        "display_data",
        {DRAWING_JSON: about, "image/svg+xml": svg, "image/png": base64.b64encode(b"png").decode(), "text/plain": "x"},
    )


@pytest.fixture
def told(tmp_path):
    def told(*cells, name="02-cost"):
        notebook = v4.new_notebook()
        for cell in cells:
            made = v4.new_markdown_cell(cell) if isinstance(cell, str) else v4.new_code_cell("secret()", outputs=cell)
            notebook.cells.append(made)
        path = tmp_path / f"{name}.ipynb"
        write(notebook, path)
        return path

    return told


def test_headings_prose_findings_and_drawings_in_order(told):
    story = collect(
        [
            told(
                "# Which one *pays*?\n\nIt opens `here`,\nand [goes](http://x.y) on.",
                [v4.new_output("stream", text="noise")],
                "## What does it cost?\n\n- one\n- **two**",
                [found(), drawn()],
                "## Empty?",
            )
        ]
    )
    (chapter,) = story.chapters
    assert (chapter.name, chapter.title) == ("02-cost", "Which one pays?")
    assert chapter.prose == ("It opens here, and goes on.",)
    (section,) = chapter.sections
    assert (section.question, section.prose) == ("What does it cost?", ("one", "two"))
    assert [type(item) for item in section.items] == [FindingRecord, DrawingRecord]
    assert section.items[0].rows == ((1,), (None,))
    assert section.items[1].svg == '<svg viewBox="0 0 72 36"><g/></svg>'
    assert section.items[1].png == b"png"


def test_a_finding_above_the_first_question_is_told_under_the_title(told):
    story = collect([told("# Which one pays?", [found()], "## Other?", [found("b")])])
    assert [s.question for s in story.chapters[0].sections] == ["Which one pays?", "Other?"]


def test_code_printed_text_and_stray_tables_are_left_out(told):
    html = v4.new_output("execute_result", {"text/html": "<table>stray</table>"}, execution_count=1)
    story = collect([told("# T?", [html, v4.new_output("stream", text="noise"), found()])])
    assert "stray" not in repr(story)
    assert "noise" not in repr(story)
    assert "secret" not in repr(story)


def test_a_finding_shown_twice_is_told_once(told):
    assert len(collect([told("# T?", [found()], [found()])]).findings) == 1


def test_two_findings_of_one_name_are_refused(told):
    with pytest.raises(NotebookRunError, match=r"two findings are called 'cost' \(02-cost, 03\) and differ"):
        collect([told("# T?", [found()]), told("# T?", [found(title="U 2")], name="03")])


def test_drawings_of_one_name_are_numbered(told):
    assert [d.name for d in collect([told("# T?", [drawn(), drawn(), drawn("../../x")])]).drawings] == [
        "cost",
        "cost-2",
        "x",
    ]


@pytest.mark.parametrize("lacking", ["id", "title", "sentence"])
def test_a_finding_must_say_something(told, lacking):
    with pytest.raises(NotebookRunError, match=f"02-cost displays a finding without {lacking}"):
        collect([told("# T?", [found(**{lacking: ""})])])


def test_a_ragged_table_is_refused(told):
    with pytest.raises(NotebookRunError, match="rows of another length"):
        collect([told("# T?", [found(table={**TABLE, "rows": [[1, 2]]})])])


def test_a_drawing_must_have_its_alternative_text(told):
    with pytest.raises(NotebookRunError, match="alternative text"):
        collect([told("# T?", [drawn(alt="")])])


def test_hostile_characters_do_not_pass(told):
    (record,) = collect(
        [told("# T?\u202e", [found(title="a\x00b\u202ec 1", table={**TABLE, "rows": [["x\x07"], [2]]})])]
    ).findings
    assert record.title == "abc 1"
    assert record.rows[0] == ("x",)


def test_a_narrow_layout_is_kept_when_it_is_still(told):
    story = collect([told("# T?", [drawn(narrow="<svg/>"), drawn(narrow="<svg><script/></svg>")])])
    assert [drawing.narrow for drawing in story.drawings] == ["<svg/>", ""]


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>alert(1)</script></svg>",
        '<svg onload="x()"/>',
        '<svg><image href="http://x.y/a.png"/></svg>',
        "<svg><use xlink:href='https://x.y/#a'/></svg>",
        "<svg><style>@import 'x'</style></svg>",
        '<svg><rect style="fill:url(http://x.y)"/></svg>',
        "<svg><foreignObject/></svg>",
        '<svg><a href="javascript:x()"/></svg>',
    ],
)
def test_a_picture_that_could_act_is_not_used(svg):
    assert still_svg(svg) == ""


def test_a_picture_keeps_its_own_references():
    inside = '<use xlink:href="#a"/><image href="data:image/png;base64,xx"/><g clip-path="url(#p)" mask="url(\'#q\')"/>'
    svg = f'<svg><defs><path id="a"/></defs>{inside}</svg>'
    dressed = '<!DOCTYPE svg PUBLIC "-//W3C" "http://www.w3.org/x.dtd"><!-- name --><metadata>x</metadata>' + svg
    assert still_svg(dressed) == svg


def test_who_lies_where_is_read_when_every_row_has_its_place(told):
    columns = [{"name": "handle", "header": "creator", "kind": "text"}]
    marks = {"columns": columns, "rows": [["a\u202eb"], ["c"]], "wide": [[1, 2], [3, 4]], "narrow": []}
    story = collect([told("# T?", [drawn(marks=marks), drawn("other", marks={**marks, "wide": [[1, 2]]})])])
    first, second = story.drawings
    assert first.marks.rows == (("ab",), ("c",))
    assert first.marks.wide == ((1.0, 2.0), (3.0, 4.0))
    assert first.marks.phone == ()
    assert second.marks is None
