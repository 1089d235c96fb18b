"""The workbook: text stays text, ratios live over their sums, numbers read as on the page (promises 8, 14, 16, 17)."""

import io
from xml.etree import ElementTree

import openpyxl
import pytest

from analysis import formats
from analysis.reporting.story import Column
from analysis.reporting.theme import Theme
from analysis.reporting.workbook import HEADER_ROW, sheet_names, write_workbook
from analysis.reporting.workbook_formats import number_code
from analysis.reporting.workbook_formulas import Sheet, formula, sheet_of

HOUSE = Theme()


def written(telling, *items, **about):
    return write_workbook(telling.story(*items), telling.about(**about), HOUSE)


def sheet(package, name, *, values=False):
    return openpyxl.load_workbook(io.BytesIO(package), data_only=values)[name]


def test_the_same_bytes_twice(telling):
    assert written(telling, telling.finding("cpe")) == written(telling, telling.finding("cpe"))


def test_a_sheet_a_finding_and_a_readme_first(telling):
    package = written(telling, telling.finding("cpe"), telling.finding("none", rows=()))
    book = openpyxl.load_workbook(io.BytesIO(package))
    assert book.sheetnames == ["README", "cpe"]
    made = book["cpe"]
    assert made.freeze_panes == f"B{HEADER_ROW + 2}"
    assert made.auto_filter.ref == f"A{HEADER_ROW + 1}:G{HEADER_ROW + 4}"
    assert [cell.value for cell in made[HEADER_ROW + 1]][:3] == ["tier", "creators", "cost"]
    told = [cell.value for row in book["README"].iter_rows() for cell in row if cell.value]
    for part in ("Parameters", "Measures", "That a like is a sale.", "Tiers", "none", "1,180", "seed"):
        assert any(part in str(text) for text in told), part


def test_ratio_cells_are_live_and_hold_their_result(telling):
    package = written(telling, telling.finding("cpe"))
    assert sheet(package, "cpe")["E8"].value == "=C8/D8"
    assert sheet(package, "cpe", values=True)["E8"].value == pytest.approx(
        250 / 1010, rel=1e-15
    )  # hand arithmetic: cost 250, engagements 1010
    assert sheet(package, "cpe")["E10"].value == "n/a"  # no engagements: missing, never zero
    assert sheet(package, "cpe")["E8"].number_format == '"$"#,##0.000'


def test_sums_that_the_page_does_not_show_stand_at_the_right(telling):
    sums = {
        "columns": [{"name": "denominator", "header": "denominator (sum)", "kind": "number"}],
        "rows": [[1010], [1000]],
    }
    columns = (("tier", "tier", "text"), ("numerator", "cost", "money"), ("pooled", "cost per mille", "money"))
    rows = (("micro", 250.0, 250 / 1.01), ("macro", 900.0, 899.0))
    finding = telling.finding("cpm", rows=rows, columns=columns)
    finding.data["table"]["sums"] = sums
    made = sheet(written(telling, finding), "cpm")
    assert made["D7"].value == "denominator (sum)"
    assert made["C8"].value == "=1000*B8/D8"
    assert made["C9"].value == 899.0  # no form gives it: the number stands alone


def test_a_column_may_name_its_own_sums():
    columns = [Column("a", "a", "count"), Column("b", "b", "count"), Column("mine", "mine", "percent")]
    own = {"mine": {"numerator": "a", "denominator": "b"}}
    assert formula(Sheet(columns, [[1, 4, 0.25]], own), 0, 2, ["A1", "B1", "C1"]) == "=A1/B1"
    assert formula(Sheet(columns, [[1, 0, 0.25]], own), 0, 2, ["A1", "B1", "C1"]) is None


def test_return_on_investment_is_revenue_over_cost_less_one():
    columns = [Column(n, n, "money") for n in ("numerator", "denominator", "roi")]
    assert formula(Sheet(columns, [[150.0, 100.0, 0.5]], {}), 0, 2, ["A1", "B1", "C1"]) == "=A1/B1-1"


def test_nothing_from_data_is_a_formula_a_link_or_a_number(telling, parts_of):
    package = write_workbook(telling.hostile(), telling.about(client=telling.NAMES[0]), HOUSE)
    for name, part in parts_of(package).items():
        root = ElementTree.fromstring(part)
        assert not [e for e in root.iter() if e.get("TargetMode") == "External"], name
        for element in root.iter():
            if element.tag.endswith("}hyperlink"):
                assert element.get("location", "").endswith("!A1")
            if element.tag.endswith("}f"):
                assert set(element.text) <= set("=ABCDEFG0123456789/()-1*")
    book = openpyxl.load_workbook(io.BytesIO(package))
    names = [cell.value for cell in book["head"]["A"]][HEADER_ROW + 1 :]
    assert names[0] == telling.NAMES[0]
    assert names[10] == telling.NAMES[10]  # +1+cmd|' /C calc'!A0
    assert all(book["head"].cell(HEADER_ROW + 2 + i, 1).data_type == "s" for i in range(len(names)))


def test_sheet_names_are_allowed_and_unique():
    names = sheet_names(["a/b", "A/B", "x" * 40, "x" * 40, "history", "'q'", "\x00", "README"])
    assert names[:3] == ["a-b", "A-B-2", "x" * 31]
    assert names[3] == "x" * 29 + "-2"
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), None, 1e301, True, 2**70])
def test_values_that_a_cell_cannot_hold(telling, value):
    rows = (("micro", 1, value, 2, value, value, value),)
    made = sheet(written(telling, telling.finding("odd", rows=rows)), "odd")
    assert made["C8"].value in ("n/a", "yes", "1e+301", pytest.approx(2.0**70, rel=1e-15))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("percent", value) for value in (0.0312, 36.93, 0.5)),
        *(("money", value) for value in (0.5561, 61_400.0, 1.5, -3.0, 0.0)),
        *(("short", value) for value in (41_900_000, 950)),
        *(("count", 12_345), ("number", 0.123456), ("ratio", 2.613)),
    ],
)
def test_a_cell_reads_as_the_page_does(kind, value):
    """The code is applied here by hand: literal text, digits with so many decimals, a scale by commas."""
    code = number_code(value, kind, "USD")
    scale = 1000 ** (code.count(",") - code.count("#,##0"))
    bare = code.replace('"', "").replace("#,##0", "0")
    decimals = len(bare.partition(".")[2].rstrip('%×KMBT, "')) if "." in bare else 0
    shown = abs(value) * (100 if "%" in code else 1) / scale
    text = f"{shown:,.{decimals}f}"
    before, after = ("$" if "$" in code else ""), "".join(sign for sign in code if sign in "%×KMBT")
    sign = "-" if value < 0 else ""
    assert f"{sign}{before}{text}{after}" == formats.show(value, kind, "USD")


def test_dates_are_dates(telling):
    columns = (("day", "day", "date"), ("n", "n", "count"))
    made = sheet(
        written(telling, telling.finding("days", rows=(("2026-07-01", 1), ("soon", 2)), columns=columns)), "days"
    )
    assert made["A8"].value.isoformat() == "2026-07-01T00:00:00"
    assert made["A9"].value == "soon"


def test_the_sums_are_only_taken_when_they_fit(telling):
    finding = telling.finding("cpe")
    finding.data["table"]["sums"] = {"columns": [{"name": "x"}], "rows": [[1]]}
    assert len(sheet_of(finding).columns) == 7
