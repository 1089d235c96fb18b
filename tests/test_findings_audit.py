"""The audit findings add up, name what was not understood, and keep hostile names harmless."""

from pathlib import Path
from typing import Any

import polars as pl

from analysis.findings import Study, audit, study_of
from analysis.findings.claims.run import results
from analysis.intake import Tables

EVIL = "<script>alert(1)</script>"


def study(**options: Any) -> Study:
    creators = pl.DataFrame(
        {
            "handle": ["a", "b", EVIL, "d"],
            "platform": ["tiktok"] * 4,
            "followers": [5_000, None, 2_000_000, 20_000],
            "avg_likes": [100.0, 5.0, 9.0, 8.0],
        }
    )
    rejected = pl.DataFrame(
        {
            "file": ["in/list.csv", "in/list.csv", "in/list.csv"],
            "part": ["", "", ""],
            "line": [7, 9, 3],
            "reason": ["an exact copy of an earlier row", "an exact copy of an earlier row", EVIL],
            "raw": ["[]", "[]", "[]"],
        }
    )
    files = [
        {
            "file": "in/list.csv", "part": "", "grain": "creators", "rows_read": 7, "rows_kept": 4, "rows_rejected": 3,
            "duplicates_removed": 2, "columns": {"Name": "handle", "Fans": "followers", "avg": "avg_likes"},
            "unmapped": [EVIL], "unparsed": {"Fans": {"column": "followers", "count": 2, "examples": ["?", EVIL]}},
            "rules": ["avg_likes from 'avg': plain numbers"], "warnings": ["'Fans' could also be following"],
        },
        {"file": "notes.txt", "part": "", "grain": None, "refused": "a text, not a table", "rows_read": 0},
    ]  # fmt: skip
    counts = {"rows_read": 7, "rows_kept": 4, "rows_rejected": 3, "duplicates_removed": 2}
    return study_of(
        Tables(creators, None, None, rejected, {**counts, "files": files, "rules": [], "warnings": []}), **options
    )


def test_rows_read_are_rows_used_and_set_aside() -> None:
    found = audit.what_is_here(study())
    whole = found.table[found.table["file"] == "all files"].iloc[0]
    assert whole["read"] == whole["used"] + whole["aside"] == 7
    assert "1 file could not be used: notes.txt" in found.sentence
    assert "in/" not in str(found)


def test_reasons_add_up_and_name_the_first_line() -> None:
    found = audit.set_aside(study())
    assert found.title == "3 of 7 rows are set aside"
    assert found.table["rows"].sum() == 3
    assert found.table.iloc[0]["first"] == "list.csv, line 7"


def test_columns_are_told_in_words() -> None:
    found = audit.columns_understood(study())
    assert found.title == "3 of 4 columns are understood"
    assert list(found.table["meaning"])[1:] == ["handle", "followers", "average likes", "not used"]
    notes = audit.reading_notes(study())
    assert notes.title.startswith("1 reading in doubt")
    assert any("average likes from" in note for note in notes.table["note"])
    assert not any("avg_likes" in note for note in notes.table["note"])


def test_unreadable_cells_are_counted() -> None:
    found = audit.unreadable_cells(study())
    assert found.title == "2 cells could not be read"
    assert "never as zero" in found.sentence


def test_every_tier_is_listed_and_the_unknown_ones_too() -> None:
    found = audit.tiers_here(study(minimum=2))
    assert dict(zip(found.table["tier"], found.table["creators"], strict=True)) == {
        "under 1k": 0, "micro": 1, "macro": 1, "mega": 1, "followers unknown": 1,
    }  # fmt: skip
    assert "Empty: under 1k" in found.caution


def test_a_tier_depends_on_who_draws_the_line() -> None:
    """By hand: 5,000 is nano, 20,000 micro, 2 million mega in five-tier: 2 of 3 change."""
    found = audit.schemes_disagree(study())
    row = found.table[found.table["scheme"] == "five-tier"].iloc[0]
    assert (row["changed"], row["of"]) == (2, 3)


def test_what_can_be_answered_counts_three_kinds() -> None:
    found = audit.answers(study())
    assert set(found.table["evidence"].iloc[:-1]) <= {"measured", "modelled", "not at all"}
    assert found.title.startswith(f"{(found.table['evidence'] == 'measured').sum()} of 9 questions")


def test_each_question_names_a_notebook_that_exists() -> None:
    asked = set(audit.answers(study()).table["notebook"]) - {""}
    there = {path.stem for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}
    assert asked == {"02-engagement-and-reach", "03-cost-and-roi", "04-budget-plan"} <= there


def test_a_claim_said_to_be_testable_is_tested_and_the_others_give_the_reason_of_its_verdict() -> None:
    sizes = [2_000] * 25 + [50_000] * 25
    creators = pl.DataFrame(
        {
            "handle": [f"h{i}" for i in range(50)],
            "followers": sizes,
            "avg_likes": [40.0 + i for i in range(25)] + [900.0 + 3 * i for i in range(25)],
        }
    )
    opened = study_of(Tables(creators, None, None, study().tables.rejected, study().audit))
    found = audit.claims_here(opened)
    verdicts = {name: result.judged for name, result in results(opened).items()}
    assert list(found.table["id"]) == list(verdicts)
    told = found.table.set_index("id")
    assert told.loc["micro-engagement-higher", "testable"]
    assert told.loc["micro-engagement-higher", "creators"] == 50
    for name, judged in verdicts.items():
        assert told.loc[name, "testable"] == (judged.verdict != "not testable")
        if judged.verdict == "not testable":
            assert told.loc[name, "reason"] == judged.reason.rstrip(".") != ""
    assert found.title == f"{int(told['testable'].sum())} of the article's 12 claims can be tested on this data"


def test_completeness_is_a_share_of_the_rows() -> None:
    found = audit.completeness(study())
    row = found.table[found.table["column"] == "followers"].iloc[0]
    assert (row["known"], row["of"], row["share"]) == (3, 4, 0.75)


def test_hostile_text_stays_dead_in_every_finding() -> None:
    opened = study()
    for name in audit.__all__:
        html = getattr(audit, name)(opened).to_html()
        assert "<script" not in html
