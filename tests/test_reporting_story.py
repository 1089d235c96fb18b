"""Page one from findings, with and without roles."""

import pytest

from analysis.errors import NotebookRunError
from analysis.reporting.story import Chapter, Column, FindingRecord, Section, Story, anchor, front


def finding(name, **data):
    return FindingRecord(name, f"{name}?", f"{name} 1", f"{name} is 1.", "01", {"id": name, **data})


def story(*findings):
    return Story((Chapter("01", "One", (), (Section("?", (), findings),)),))


def test_without_roles_the_first_supported_finding_answers():
    first = finding("a", verdict="inconclusive", caution="beware a", n={"creators": 3, "posts": 9})
    second = finding("b", verdict="supported", action="do b", n={"creators": 1200, "posts": None}, evidence="measured")
    page = front(story(first, second))
    assert page.headline is second
    assert (page.action, page.caution) == ("do b", "beware a")
    assert [(n.value, n.label, n.note) for n in page.numbers] == [("1,200", "creators behind this answer", "measured")]


def test_without_any_supported_finding_the_first_answers():
    first = finding("a", verdict="inconclusive")
    page = front(story(first, finding("b", verdict="contradicted")))
    assert page.headline is first
    assert (page.action, page.caution, page.numbers) == ("", "", ())


def test_roles_decide_and_the_headline_number_comes_first():
    other = finding("a", verdict="supported", big={"value": "9", "label": "nine"}, action="do a")
    number = finding("b", role="number", big={"value": "$19", "label": "per 1,000"}, n={"creators": 1, "posts": 2})
    lead = finding(
        "c", role="headline", verdict="inconclusive", big={"value": "2.6×", "label": "cheaper", "note": "1 to 3"}
    )
    act = finding("d", role="action", action="do d")
    page = front(story(other, number, lead, act))
    assert page.headline is lead
    assert [n.value for n in page.numbers] == ["2.6×", "$19", "9"]
    assert page.numbers[0].note == "1 to 3 · no clear difference"
    assert page.numbers[1].note == "1 creator, 2 posts"
    assert page.action == "do d"


def test_no_finding_is_no_report():
    with pytest.raises(NotebookRunError, match="no finding"):
        front(story())


def test_cells_are_shown_by_kind_and_missing_is_said():
    record = FindingRecord(
        "a", "", "", "", "01", {"currency": "EUR"},
        (Column("t", "T", "text"), Column("m", "M", "money"), Column("p", "P", "percent"), Column("b", "B", "text")),
    )  # fmt: skip
    assert record.cells(("x", 0.31, None, True)) == ["x", "€0.310", "n/a", "yes"]
    assert record.cells((1234567.0, 1, 0.5, False)) == ["1,234,567", "€1.00", "50%", "no"]


def test_anchor_is_an_id_and_a_file_name():
    assert [anchor(name) for name in ("A b/../c", "é", "02-x")] == ["a-b-c", "finding", "02-x"]
