"""A person's word on the columns of a table decides what its rows are, where the two do not go together.

A map that takes a header for a post's likes says that the rows are posts, whatever they look like. A column that no
table of the rows' kind has is not dropped in silence: it is named.
"""

from collections.abc import Sequence

from analysis.intake.grain import Verdict
from analysis.intake.targets import Candidate, said
from analysis.schema import TABLES

__all__ = ["grain_told", "homeless"]

#: Columns that not every table has and no other stands for: figures, and what identifies posts and campaigns.
_TELLING = frozenset(
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.kind in {"count", "average", "rate", "money"} or column.name in {"post_id", "campaign_id"}
)


def grain_told(verdict: Verdict, columns: Sequence[Candidate]) -> Verdict:
    """Return the grain that has a place for every column a person named; the one decided, where it has or none does.

    Parameters
    ----------
    verdict : Verdict
        What the rows are by the columns' own evidence.
    columns : sequence of Candidate
        The table's columns; those that a person named have a reading of order -1.
    """
    named = {column.best.concept for column in columns if _named(column) and column.best} & _TELLING
    if verdict.grain is None or not named or named <= {*TABLES[verdict.grain].names}:
        return verdict
    paid = any(column.best and column.best.concept in {"cost", "revenue", "campaign_id"} for column in columns)
    order = ("placements", "posts", "creators") if paid else ("posts", "placements", "creators")
    homes = [grain for grain in order if named <= {*TABLES[grain].names}]
    return Verdict(homes[0], "the map names columns that only such rows have") if homes else verdict


def homeless(columns: Sequence[Candidate], unmapped: Sequence[int], grain: str) -> list[str]:
    """Return a warning for each column that a person named and the table has no place for."""
    return [
        f"{said(column.header)} is {column.best.concept} in the map, which a table of {grain} has no place for; it "
        "stays out. Change the map, or give it only with the files it is meant for"
        for column in columns
        if column.index in unmapped and _named(column) and column.best is not None
    ]


def _named(column: Candidate) -> bool:
    return column.best is not None and column.best.order < 0
