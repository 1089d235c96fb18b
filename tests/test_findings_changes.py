"""What changed between two reports. Authority: the changes that the test writes."""

import pandas as pd

from analysis.findings.changes import Report, changes

COLUMNS = [
    {"name": "tier", "header": "tier", "kind": "text"},
    {"name": "pooled", "header": "cost per engagement", "kind": "money"},
    {"name": "pooled_low", "header": "from", "kind": "money"},
    {"name": "pooled_high", "header": "to", "kind": "money"},
    {"name": "remark", "header": "remark", "kind": "text"},
]


def finding(verdict="supported", rows=(("micro", 0.5, 0.4, 0.6, ""), ("mega", 1.0, 0.9, 1.1, "few")), id="cost"):
    return {
        "id": id,
        "question": "What does it cost?",
        "title": "It costs 1",
        "verdict": verdict,
        "currency": "USD",
        "table": {"columns": COLUMNS, "rows": [list(row) for row in rows]},
    }


def report(*findings, period="2026-08", accounts=(("a", "micro"), ("b", "mega"), ("c", "micro"))):
    return Report(period, list(findings), pd.DataFrame(accounts, columns=["account", "tier"]))


def test_nothing_changed():
    answers, figures, creators = changes(report(finding()), report(finding(), period="2026-09"))
    assert answers.title == "None of 1 answer changed since 2026-08"
    assert figures.title == "0 of 2 figures left the interval of 2026-08"
    assert creators.title == "0 creators came, 0 went, 0 changed tier"
    assert all(part.table.empty for part in (answers, figures, creators))


def test_a_turned_answer_a_new_one_and_one_that_is_gone():
    before = report(finding(), finding(id="gone", verdict="contradicted"))
    now = report(finding(verdict="inconclusive"), finding(id="new"), finding(id="plain", verdict=None))
    table = changes(before, now)[0].table
    assert table[["then", "now"]].to_numpy().tolist() == [
        ["supported", "inconclusive"],
        ["not asked", "supported"],
        ["contradicted", "not asked"],
    ]


def test_a_figure_has_moved_only_outside_its_interval():
    """micro 0.5 -> 0.59 stays within 0.4 to 0.6; mega 1.0 -> 1.2 leaves 0.9 to 1.1; a changed remark changes no row."""
    later = finding(rows=(("micro", 0.59, 0.5, 0.7, "new"), ("mega", 1.2, 1.0, 1.4, "")))
    figures = changes(report(finding()), report(later))[1]
    assert figures.title == "1 of 2 figures left the interval of 2026-08"
    row = figures.table.iloc[0]
    assert (row["which"], row["then"], row["range"], row["now"], row["moved"]) == (
        "mega, cost per engagement",
        "$1.00",
        "$0.900 to $1.10",
        "$1.20",
        "up",
    )


def test_missing_figures_and_ragged_tables_are_not_compared():
    later = finding(rows=(("micro", None, None, None, ""),))
    assert changes(report(finding()), report(later))[1].title.startswith("0 of 0 figures")
    twice = finding(rows=(("micro", 1, 0, 2, ""), ("micro", 3, 2, 4, "")))
    assert changes(report(twice), report(twice))[1].title.startswith("0 of 0 figures")
    assert changes(report({"id": "x", "verdict": "supported"}), report(finding()))[1].table.empty


def test_the_column_before_low_and_high_is_theirs():
    columns = [
        {"name": "pair", "header": "pair", "kind": "text"},
        {"name": "ratio", "header": "ratio", "kind": "ratio"},
        {"name": "low", "header": "from", "kind": "ratio"},
        {"name": "high", "header": "to", "kind": "ratio"},
    ]
    then = {**finding(), "table": {"columns": columns, "rows": [["a to b", 2.0, 1.5, 2.5]]}}
    now = {**finding(), "table": {"columns": columns, "rows": [["a to b", 1.2, 1.0, 1.4]]}}
    table = changes(report(then), report(now))[1].table
    assert table["moved"].to_list() == ["down"]
    assert table["now"].to_list() == ["1.2×"]


def test_creators_who_came_went_and_grew():
    now = report(finding(), accounts=(("a", "macro"), ("c", "micro"), ("d", None), (None, "micro")))
    creators = changes(report(finding()), now)[2]
    assert creators.table[["creator", "change", "then", "now"]].to_numpy().tolist() == [
        ["a", "changed tier", "micro", "macro"],
        ["d", "came", "", "followers unknown"],
        ["b", "went", "mega", ""],
    ]
    assert creators.title == "1 creator came, 1 went, 1 changed tier"
    assert creators.n["creators"] == 2
