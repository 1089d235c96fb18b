"""Dates as exports write them. Expected days are read off the cells; epochs against `date -u -d @N`."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake.dates import DateColumn, parse_column


def parsed(cells, header=""):
    return parse_column(pl.Series("x", cells, dtype=pl.String), header=header)


def shown(result):
    return [
        None if value is None else value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") for value in result.values
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-01-05", "2024-1-5", "2024/01/05"], ["2024-01-05"] * 3),
        (["2024-01-05T10:11:12Z", "2024-01-05 10:11"], ["2024-01-05 10:11"] * 2),
        (["2024-01-05T10:11:12+02:00", "2024-01-05T08:11:12.000Z"], ["2024-01-05 08:11"] * 2),
        (["2021-07-09T19:09:52+0000", "2021-07-09 14:09:52 -0500"], ["2021-07-09 19:09"] * 2),
        (["Tue, 10 Oct 2018 20:19:24 GMT", "Wed Oct 10 20:19:24 +0000 2018"], ["2018-10-10 20:19"] * 2),
        (["17/04/2024", "03/04/2024"], ["2024-04-17", "2024-04-03"]),
        (["04/17/2024", "03/04/2024 3:05 PM"], ["2024-04-17", "2024-03-04 15:05"]),
        (["17.04.24 23:59", "03.04.24 00:00"], ["2024-04-17 23:59", "2024-04-03"]),
        (["17.14.11", "18.01.02"], ["2017-11-14", "2018-02-01"]),  # year, day, month
        (["2024-17-04"], ["2024-04-17"]),
        (["Sep 25, 2023", "May 3rd, 2024"], ["2023-09-25", "2024-05-03"]),
        (["Thursday, May 4, 2023", "Friday, May 5, 2023 at 3:05 pm EST"], ["2023-05-04", "2023-05-05 20:05"]),
        (["05-Jan-24", "7-Feb-2024"], ["2024-01-05", "2024-02-07"]),
        (["5 de enero de 2024", "12 de diciembre de 2023"], ["2024-01-05", "2023-12-12"]),
        (["5. März 2024", "12. Dez. 2023 14:05 Uhr"], ["2024-03-05", "2023-12-12 14:05"]),
        (["5 janv. 2024", "12 déc. 2023", "1er août 2023"], ["2024-01-05", "2023-12-12", "2023-08-01"]),
        (["5 Oca 2024", "7 Şub 2024", "8 Ağustos 2023"], ["2024-01-05", "2024-02-07", "2023-08-08"]),
        (["5 Mei 2024", "7 Agustus 2023"], ["2024-05-05", "2023-08-07"]),
        (["5 tháng 1, 2024", "5 thg 12, 2023"], ["2024-01-05", "2023-12-05"]),
        (["2024년 1월 5일", "2024. 1. 5. 오후 3:05", "2024年1月5日"], ["2024-01-05", "2024-01-05 15:05", "2024-01-05"]),
        (["2024-02", "2024/11", "Jan 2024", "02/2023"], ["2024-02-01", "2024-11-01", "2024-01-01", "2023-02-01"]),
        (["1700000000", "1700000060"], ["2023-11-14 22:13", "2023-11-14 22:14"]),
        (["1700000000000"], ["2023-11-14 22:13"]),
        (["1700000000000000"], ["2023-11-14 22:13"]),
        (["45000", "45000.5"], ["2023-03-15", "2023-03-15 12:00"]),  # spreadsheets count from 1899-12-30
        (["20240105", "20240105103000"], ["2024-01-05", "2024-01-05 10:30"]),
        (["٠٥/١٣/٢٠٢٤"], ["2024-05-13"]),
    ],
)
def test_cells_in_the_order_of_their_column(cells, expected):
    result = parsed(cells)
    assert shown(result) == expected
    assert not result.unparsed.any()
    assert result.values.dtype == pl.Datetime("us", "UTC")


def test_no_year_is_missing_and_counted_never_guessed():
    result = parsed(["July 16", "16. Juli", "07-16", "2024-07-16"])
    assert shown(result) == [None, None, None, "2024-07-16"]
    assert result.yearless == 3
    assert result.unparsed.to_list() == [True, True, True, False]
    assert "no year" in result.rule


def test_what_is_no_date_is_missing_and_counted():
    result = parsed(["yesterday", "2 days ago", "foo", "2024-02-30", "31/31/2024", "12:30", "2024-01-05"])
    assert shown(result) == [None] * 6 + ["2024-01-05"]
    assert result.unparsed.sum() == 6


def test_missing_markers_are_not_errors():
    result = parsed(["N/A", "-", "", None, "0000-00-00", "2024-01-05"])
    assert result.unparsed.sum() == 0
    assert result.markers == {"N/A": 1, "-": 1, "0000-00-00": 1}


def test_day_or_month_first():
    assert (shown(parsed(["03/04/2024"], "Posted on (dd/mm/yyyy)")), parsed(["03/04/2024"], "dd.mm.yy").ambiguous) == (
        ["2024-04-03"],
        False,
    )
    assert shown(parsed(["03.04.2024"], "Datum (TT.MM.JJJJ)")) == ["2024-04-03"]
    assert shown(parsed(["03/04/2024"], "Datum")) == ["2024-03-04"]  # a German header over US dates exists
    assert parsed(["03/04/2024"]).ambiguous
    assert shown(parsed(["03.04.2024"])) == ["2024-04-03"]
    varied = parsed([f"{day:02d}/03/2024" for day in range(1, 13)])
    assert shown(varied)[1] == "2024-03-02"
    assert varied.ambiguous


def test_cells_that_fit_the_other_order_only_are_read_so_and_said():
    result = parsed(["17/04/2024", "18/04/2024", "04/19/2024"])
    assert shown(result) == ["2024-04-17", "2024-04-18", "2024-04-19"]
    assert result.ambiguous
    assert "other way round" in result.evidence


def test_dates_pass_and_short_years_follow_today():
    assert shown(parse_column(pl.Series([date(2024, 1, 5), None]))) == ["2024-01-05", None]
    assert shown(parse_column(pl.Series(["17/04/98"]), today=date(2026, 1, 1))) == ["1998-04-17"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), min_size=1, max_size=15),
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%b %d, %Y %H:%M:%S"]
    ),
)
def test_written_times_come_back(times, pattern):
    times = [time.replace(microsecond=0) for time in times]
    result = parsed([time.strftime(pattern) for time in [*times, datetime(2024, 4, 17)]])
    assert result.values.to_list()[:-1] == [time.replace(tzinfo=UTC) for time in times]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=14), max_size=15))
def test_any_text_is_read_or_counted(cells):
    result = parsed(cells)
    assert len(result.values) == len(result.unparsed) == len(cells)
    assert not (result.unparsed & result.values.is_not_null()).any()


FORMS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%y",
    "%m/%d/%Y %I:%M %p", "%d/%m/%Y %H:%M", "%d-%m-%Y", "%b %d, %Y", "%d %B %Y", "%Y-%m", "%Y", "%y.%m.%d", "%m-%d",
    "%Y%m%d", "%a %b %d %H:%M:%S +0000 %Y", "%Y-%d-%m",
)  # fmt: skip
ODD = ("N/A", "", "soon", "0000-00-00", "5 thg 12, 2023", "1700000000000", "45000", "31/31/2024", " 2024-01-05")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(FORMS), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.datetimes(datetime(2019, 1, 1), datetime(2026, 1, 1)), st.integers(0, 40)), min_size=1, max_size=30
    ),
    st.integers(1, 12),
    st.sampled_from(["", "dd/mm/yyyy"]),
)
def test_blocks_come_to_what_the_whole_comes_to(forms, drawn, size, header):
    """The authority is the column read as one block; a second reading goes by the plan that the first came to."""
    cells = pl.Series([ODD[n] if n < len(ODD) else time.strftime(forms[n % len(forms)]) for time, n in drawn])
    whole = parse_column(cells, header=header)
    plan, settled = None, False
    while not settled:  # what one reading came to holds for all cells: a third is never wanted
        column = DateColumn(header)
        used, read = plan, []
        for start in range(0, len(cells), size):
            read.append(column.read(cells.slice(start, size), used)[0])
            used = column.plan() if used is None else used
        settled, plan = used == column.plan(), column.plan()
    assert pl.concat(read).to_list() == whole.values.to_list()
    said = column.said()
    assert (said.rule, said.evidence, said.ambiguous, said.yearless, said.markers) == (
        whole.rule,
        whole.evidence,
        whole.ambiguous,
        whole.yearless,
        whole.markers,
    )


def test_a_whole_block_in_one_format_is_read_as_its_cells_are():
    """What a format reads at once and what is taken apart cell by cell are the same days."""
    for cells in (["13/01/2024", "2/2/2024"], ["1/13/2024 12:05 AM", "1/2/2024 3:05 PM"], ["13.01.2024 23:59:59"]):
        assert parsed(cells).values.to_list() == parsed([*cells, "soon"]).values.to_list()[:-1]
