"""What the committed table of coverages promises. Authority: the simulation in ``benchmarks/coverage.py``."""

import csv
from pathlib import Path

import pytest

TABLE = Path(__file__).resolve().parent.parent / "benchmarks" / "coverage.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_setting_rests_on_two_thousand_data_sets(rows: list[dict[str, str]]) -> None:
    # a data set of rare conversions may hold none at all; those few are not counted
    assert min(int(row["simulations"]) for row in rows) >= 1990


def test_our_intervals_hold_what_they_say(rows: list[dict[str, str]]) -> None:
    ours = [row for row in rows if row["ours"] == "yes" and not row["quantity"].startswith("false claims")]
    outside = [
        (row["shape"], row["n"], row["method"], row["coverage"])
        for row in ours
        if not 0.925 <= float(row["coverage"]) <= 0.985
    ]
    assert len(ours) > 50
    assert outside == []


def test_textbook_intervals_do_not(rows: list[dict[str, str]]) -> None:
    heavy = [row for row in rows if row["quantity"] == "pooled ratio" and row["shape"].endswith("1.5, 1% viral")]
    assert len(heavy) > 30
    assert max(float(row["coverage"]) for row in heavy if row["ours"] == "no") < 0.91


def test_no_difference_no_claim(rows: list[dict[str, str]]) -> None:
    claims = [row for row in rows if row["quantity"].startswith("false claims")]
    assert len(claims) == 4
    assert min(float(row["coverage"]) for row in claims) >= 0.95 - 2 * 0.005  # two Monte-Carlo standard errors
