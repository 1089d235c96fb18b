"""Promise 9: rows read = rows used + rows set aside, by reason, and no pack when they are not."""

import polars as pl
import pytest

from analysis.errors import UnusableDataError
from analysis.intake.tables import Tables
from analysis.reporting.ledger import ledger

ENTRY = {
    "file": "a.csv",
    "part": "",
    "grain": "posts",
    "rows_read": 5,
    "rows_kept": 2,
    "rows_rejected": 3,
    "warnings": ["3 cells unread"],
}


def tables(reasons, *, read=5, kept=2, files=None):
    rejected = pl.DataFrame(
        {"file": ["a"] * len(reasons), "reason": reasons}, schema={"file": pl.String, "reason": pl.String}
    )
    audit = {"rows_read": read, "rows_kept": kept, "rows_rejected": read - kept, "files": files or [ENTRY]}
    return Tables(None, None, None, rejected, audit)


def test_the_equation_by_reason_most_first():
    rows = ledger(tables(["totals row", "duplicate", "duplicate"]))
    assert rows.sentence == "5 rows read = 2 used + 3 set aside (duplicate: 2; totals row: 1)."
    assert (rows.files[0].file, rows.files[0].read, rows.files[0].used, rows.files[0].set_aside) == ("a.csv", 5, 2, 3)
    assert rows.warnings == ("3 cells unread",)
    assert rows.to_json()["set_aside"][0] == {"reason": "duplicate", "rows": 2}


def test_nothing_set_aside():
    assert ledger(tables([], read=2, kept=2)).sentence == "2 rows read = 2 used + 0 set aside."


def test_a_refused_table_is_named_with_its_reason():
    refused = {"file": "b.xlsx", "part": "codes", "grain": None, "refused": "a lookup table"}
    (entry,) = ledger(tables(["x"] * 3, files=[refused])).files
    assert (entry.file, entry.grain, entry.read, entry.refused) == ("b.xlsx › codes", "", 0, "a lookup table")


def test_a_lost_row_stops_the_report():
    with pytest.raises(UnusableDataError, match="do not add up: 5 read, 2 kept, 3 rejected, 2 listed"):
        ledger(tables(["x", "x"]))
