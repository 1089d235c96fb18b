"""What a plan learns from a study's posts: their sums by account and kind, and the luck of single ones.

Where the posts are many, both were made when these were looked at, once for all notebooks; else they are made here.
"""

from collections.abc import Iterable

import polars as pl

from analysis.findings.study import Study
from analysis.planning import record, response
from analysis.planning.effects import sponsored_effects
from analysis.planning.history import DEALS, KNOWN, deals_of, observed, own_posts, standing_in
from analysis.planning.record import Record

__all__ = ["CELLS", "LUCK", "Seen", "record_of"]

#: Names under which a study keeps them.
CELLS, LUCK = "cells", "luck"


def record_of(study: Study) -> Record:
    """Return what was seen of the accounts of a study."""
    accounts = response.in_order(study.accounts)
    if not study.has_posts:
        return record.recorded(observed(accounts, None, study.placements))
    if CELLS not in study.kept or LUCK not in study.kept:
        found = record.recorded(observed(accounts, study.posts, study.placements))
        study.kept.update({CELLS: found.cells, LUCK: found.luck})
    deals = deals_of(accounts, study.pointed, study.placements).select(list(DEALS))
    return Record(study.kept[CELLS], study.kept[LUCK], deals.sort(list(DEALS)))


class Seen:
    """The record of posts that come a block at a time, whole accounts in each.

    First every block is shown (:meth:`rows`), and what it returns is kept by the caller; when all were shown,
    :meth:`tables` takes these once more, because the luck of a post is told from what all of them have in common.
    """

    def __init__(self, study: Study) -> None:
        self.accounts, self.placements = response.in_order(study.accounts), study.placements
        self.deals = deals_of(self.accounts, study.pointed, study.placements)
        self.cells: list[pl.DataFrame] = []
        self.listed: list[pl.Series] = [pl.Series("account", [], dtype=pl.String)]
        self.posts = 0

    def rows(self, posts: pl.DataFrame) -> pl.DataFrame:
        """Return the posts of a block as the planner sees them."""
        rows = own_posts(self.accounts, posts, self.placements, self.deals)
        self.listed.append(rows["account"].unique())
        rows = rows.filter(KNOWN)
        self.cells.append(record.cells_of(rows))
        self.posts += rows.height
        return rows

    def tables(self, blocks: Iterable[pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the tables to keep; ``blocks`` gives what :meth:`rows` returned."""
        rest = standing_in(self.deals, pl.concat(self.listed)).filter(KNOWN)
        cells = record.added([*self.cells, record.cells_of(rest)])
        engaged, reached = (sponsored_effects(cells, outcome) for outcome in record.OUTCOMES)
        every = (record.residuals_of(rows, engaged, reached) for part in (blocks, [rest]) for rows in part)
        return {CELLS: cells, LUCK: record.few_of(every, self.posts + rest.height)}
