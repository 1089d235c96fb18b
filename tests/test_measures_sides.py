"""Both sides of every ratio."""

import narwhals as nw
import pandas as pd

from analysis.measures.registry import MEASURES
from analysis.measures.sides import AUDIENCE, COST_PAIRS, DEAL_SUMS, METRICS, POST_SUMS, PRICE, RATE_PAIRS, parts_total


def _total(**columns: list[int | None]) -> list[float | None]:
    frame = nw.from_native(pd.DataFrame(columns))
    total = frame.select(parts_total({name: name for name in columns}).alias("total"))["total"]
    return [None if pd.isna(value) else value for value in total.to_list()]


def test_hidden_likes_make_the_total_missing_other_gaps_are_skipped() -> None:
    """Authority: the schema, "hidden likes are missing, not zero"."""
    assert _total(likes=[10, None, 3], comments=[1, 2, None]) == [11, None, 3]
    assert _total(comments=[1, None], shares=[None, None]) == [1, None]


def test_every_measure_has_its_sides_and_every_sum_its_count() -> None:
    """Authority: the registry of measures."""
    assert {*RATE_PAIRS, *AUDIENCE, *COST_PAIRS, PRICE} == set(MEASURES)
    for sums in (POST_SUMS, DEAL_SUMS):
        assert len(set(sums)) == len(sums)
        assert {f"{metric}_n" for metric in METRICS} <= set(sums)
        assert all(name.removesuffix("_num") + "_n" in sums for name in sums if name.endswith("_num"))
