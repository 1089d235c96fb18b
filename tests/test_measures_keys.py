"""Which rows belong to one account."""

import narwhals as nw
import polars as pl
import pytest

from analysis.measures.keys import account_rules, account_text, directory, keyed, located, names_accounts, shared_key


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ([["creator_id", "handle"], ["creator_id"]], "creator_id"),
        ([["creator_id", "handle"], ["handle", "likes"], ["campaign_id", "cost"]], "handle"),
        ([["name", "followers"]], "name"),
        ([["name"], ["handle"]], None),
        ([["cost"]], None),
    ],
)
def test_the_key_is_the_first_that_all_tables_with_accounts_share(columns, key) -> None:
    assert shared_key(columns) == key


def test_a_campaign_names_no_account() -> None:
    assert not names_accounts(["campaign_id", "post_id", "platform"])


def test_handles_lose_case_and_at_ids_do_not() -> None:
    frame = nw.from_native(pl.LazyFrame({"creator_id": ["UCaB", None], "handle": ["@@Ana", "@BEN"]}))
    assert keyed(frame, None).collect()["_id"].to_list() == ["UCaB", "ben"]
    assert keyed(frame, "handle").collect()["_id"].to_list() == ["ana", "ben"]


def _creators(**columns: list) -> nw.LazyFrame:
    table = keyed(nw.from_native(pl.LazyFrame(columns)), None)
    return table.with_columns(account_text(with_platform=True).alias("account"))


def _found(facts: dict[str, list], creators: nw.LazyFrame, *, by_id: bool) -> list[str | None]:
    rows = keyed(nw.from_native(pl.LazyFrame(facts)).with_row_index("row", order_by=list(facts)), None)
    placed = located(rows, directory(creators), by_id=by_id, with_platform=True)
    return placed.sort("row").collect()["account"].to_list()


def test_a_fact_without_platform_goes_to_the_only_account_of_its_id() -> None:
    creators = _creators(creator_id=["1", "2", "2"], platform=["instagram", "tiktok", "youtube"])
    assert _found({"creator_id": ["1", "2", "3"]}, creators, by_id=True) == ["instagram:1", "2", "3"]


def test_by_id_the_only_account_wins_over_another_platform_by_handle_it_does_not() -> None:
    ids = _creators(creator_id=["1"], platform=["instagram"])
    assert _found({"creator_id": ["1"], "platform": ["tiktok"]}, ids, by_id=True) == ["instagram:1"]
    handles = _creators(handle=["ana"], platform=["instagram"])
    assert _found({"handle": ["Ana"], "platform": ["tiktok"]}, handles, by_id=False) == ["tiktok:ana"]
    assert _found({"handle": ["@ANA"], "platform": ["Instagram"]}, handles, by_id=False) == ["instagram:ana"]


def test_rules_are_sentences() -> None:
    both = account_rules({"creators": ["handle", "platform"], "posts": ["handle"]})
    assert both[0] == "An account is told by its handle (without case or @)."
    assert "name no platform" in both[1]
    assert "share no identifying column" in account_rules({"creators": ["name"], "posts": ["handle"]})[0]
    assert "every row of creators is one account" in account_rules({"creators": ["followers"]})[0]
