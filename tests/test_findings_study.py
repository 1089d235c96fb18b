"""Opening a study settles platform, currency, scheme and limits once, and refuses what cannot be meant."""

from typing import Any

import polars as pl
import pytest

from analysis.errors import CurrencyError, ParameterError, SourceError
from analysis.findings import open_study, study_of
from analysis.intake import Tables


def tables(**frames: pl.DataFrame) -> Tables:
    files = [{"file": "folder/a.csv", "rows_read": 6}]
    audit: dict[str, Any] = {"rows_read": 6, "rows_kept": 6, "rows_rejected": 0, "files": files}
    given = {name: frames.get(name) for name in ("creators", "posts", "placements")}
    empty = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    return Tables(**given, rejected=empty, audit=audit)


CREATORS = pl.DataFrame(
    {
        "handle": ["a", "b", "c", "d"],
        "platform": ["tiktok", "tiktok", "youtube", "tiktok"],
        "followers": [5_000, 50_000, 2_000_000, 900],
        "avg_likes": [100.0, 500.0, 1000.0, 90.0],
        "fee": [100.0, 200.0, 300.0, 50.0],
        "currency": ["EUR", "USD", "USD", None],
    }
)
PAID = pl.DataFrame({"handle": ["a", "c"], "cost": [10.0, 20.0], "currency": ["USD", "USD"], "likes": [5, 6]})


def test_one_platform_keeps_its_rows_and_those_of_tables_that_name_none() -> None:
    study = study_of(tables(creators=CREATORS, placements=PAID), platform="YouTube", currency="USD")
    assert list(study.accounts["handle"]) == ["c"]
    assert study.placements is not None
    assert study.placements["handle"].to_list() == ["c"]
    assert study.platform_words == "YouTube"


def test_a_misspelt_platform_is_refused_with_the_near_one() -> None:
    with pytest.raises(ParameterError, match=r"did you mean 'tiktok'.*tiktok, youtube"):
        study_of(tables(creators=CREATORS), platform="ticktok")


def test_amounts_in_two_currencies_are_never_added() -> None:
    study = study_of(tables(creators=CREATORS))
    assert study.accounts["fee"].isna().all()
    assert study.currency is None
    assert "USD (2 rows), EUR (1 rows)" in study.notes[0]


def test_the_chosen_currency_keeps_its_rows_and_says_so() -> None:
    study = study_of(tables(creators=CREATORS), currency="usd")
    assert study.currency == "USD"
    assert study.accounts["fee"].notna().sum() == 2
    assert "Only those in USD" in study.notes[0]


def test_a_currency_that_is_not_there_is_refused() -> None:
    with pytest.raises(CurrencyError, match="USD, EUR"):
        study_of(tables(creators=CREATORS), currency="GBP")


def test_one_currency_needs_no_word() -> None:
    study = study_of(tables(placements=PAID))
    assert (study.currency, study.notes) == ("USD", ())


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"seed": True}, {"confidence": 95}, {"confidence": 0.2}, {"minimum": 1}, {"minimum": 2.5}]
)
def test_limits_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        study_of(tables(creators=CREATORS), **wrong)


def test_limits_are_checked_before_anything_is_read() -> None:
    with pytest.raises(ParameterError, match="minimum"):
        open_study("nowhere.csv", minimum=0)
    with pytest.raises(SourceError):
        open_study("nowhere.csv")


def test_shuffled_rows_give_the_same_accounts() -> None:
    straight = study_of(tables(creators=CREATORS), currency="USD").accounts
    shuffled = study_of(tables(creators=CREATORS.reverse()), currency="USD").accounts
    assert straight.equals(shuffled)


def test_the_source_names_files_without_folders() -> None:
    line = study_of(tables(creators=CREATORS), currency="USD").source("measured", 3)
    assert line == "Source: a.csv. 6 of 6 rows used; 3 of 4 creators. Measured."


def test_a_study_is_not_changed_by_looking_at_it() -> None:
    from analysis.findings import engagement

    study = study_of(tables(creators=CREATORS), currency="USD", minimum=2)
    before = study.accounts.copy()
    engagement.rate_by_tier(study)
    engagement.rate_in_schemes(study)
    assert study.accounts.equals(before)
