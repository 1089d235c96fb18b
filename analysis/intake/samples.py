"""What a table read block by block leaves behind for recognition: a sample of its rows, and counts of all of them.

Recognition looks at the first rows and at some spread over the rest, at how many cells are filled, and at how many
are different. All of that is gathered while blocks pass by; which rows are in the sample depends on the length of the
table alone, so that a table read in blocks is recognised as one read whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import polars as pl

from analysis.intake.spread import DistinctCount, Spread
from analysis.intake.tables import RawTable
from analysis.intake.values import REST, SAMPLE, Profile, Summary

__all__ = ["Sampler"]

#: First cells kept of each column, to see whether it counts its rows.
FIRST = 200


class Sampler:
    """Gathers what recognition looks at.

    Parameters
    ----------
    first : polars.DataFrame
        The first block; it is not gathered yet.
    """

    def __init__(self, first: pl.DataFrame) -> None:
        self._profiles = {name: Profile(first.get_column(name)) for name in first.columns}
        self._rows = 0
        self._head: list[pl.DataFrame] = []
        self._rest = Spread(REST)
        self._filled = dict.fromkeys(first.columns, 0)
        self._first = {name: list[str]() for name in first.columns}
        self._counts: dict[str, DistinctCount] = {}
        self._missed: set[str] = set()

    def profiles(self) -> dict[str, Profile]:
        """Return what the columns look like, as far as is known."""
        return self._profiles

    def asked(self) -> frozenset[str]:
        """Return the columns of which recognition asked how many cells are different."""
        return frozenset(name for name, profile in self._profiles.items() if "distinct" in profile.__dict__)

    def complete(self) -> bool:
        """Return whether all columns were counted that recognition asked for."""
        return not self._missed

    def count(self, names: Iterable[str]) -> None:
        """Count the different cells of these columns in the blocks to come."""
        self._counts = {name: DistinctCount() for name in names}

    def add(self, block: pl.DataFrame) -> None:
        """Gather the next block."""
        if self._rows < SAMPLE:
            self._head.append(_apart(block.head(SAMPLE - self._rows)))
        self._rest.add(block.slice(max(0, SAMPLE - self._rows)), _apart)
        self._rows += block.height
        for name in block.columns:
            cells = block.get_column(name)
            self._filled[name] += len(cells) - cells.null_count()
            if len(self._first[name]) < FIRST:
                self._first[name] += cells.drop_nulls().head(FIRST - len(self._first[name])).to_list()
        for name, count in self._counts.items():
            count.add(block.get_column(name))

    def table(self, bare: RawTable) -> RawTable:
        """Return the sample as a table that knows what the whole looks like, given the whole without its rows."""
        sample = pl.concat([*self._head, self._rest.frame()])
        self._profiles = {
            name: Profile(
                sample.get_column(name),
                Summary(
                    self._rows,
                    self._filled[name],
                    pl.Series(self._first[name], dtype=pl.String),
                    self._distinct(name),
                ),
            )
            for name in sample.columns
        }
        lines = pl.int_range(sample.height, eager=True).alias("line")
        return replace(bare, frame=sample, lines=lines, notes=[], profiles=dict(self._profiles))

    def _distinct(self, name: str) -> Callable[[], int]:
        def estimate() -> int:
            if name not in self._counts:
                self._missed.add(name)
                return 0
            return self._counts[name].estimate()

        return estimate


def _apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a few rows that share no memory with the block they come from."""
    return pl.DataFrame({name: rows.get_column(name).to_list() for name in rows.columns}, schema=rows.schema)
