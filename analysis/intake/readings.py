"""What reading a column comes to, and what the readers of all kinds of columns have in common."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from analysis.intake.told import NOTHING, Told

__all__ = ["ColumnReader", "Reading", "none_of"]


@dataclass(frozen=True)
class Reading:
    """A column as read: values, which cells could not be read, the rule, and constants met on the way.

    Where it could be read in another way, ``taken`` holds the reading that was taken, in the words of a map.
    """

    values: pl.Series
    unparsed: pl.Series
    rule: str = ""
    warnings: tuple[str, ...] = ()
    ambiguous: bool = False
    derived: dict[str, pl.Series] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    @property
    def unread(self) -> int:
        """Cells that hold something that could not be read."""
        return int(self.unparsed.sum())


class ColumnReader:
    """A column that comes in blocks: each is read by a plan, and the plan of the whole is known at the end.

    A column whose cells say by themselves what they are has no plan.
    """

    def __init__(self, kind: str, name: str, header: str, told: Told = NOTHING) -> None:
        self.kind, self.name, self.header, self.told = kind, name, header, told
        self.unread = self.held = 0

    def read(self, cells: pl.Series, plan: Any = None, implied: pl.Series | None = None) -> Reading:
        """Return the next block as canonical values; without a plan, by what all blocks up to this one come to."""
        reading = self._read(cells, plan, implied)
        self.unread += reading.unread
        self.held += len(cells) - cells.null_count()
        return reading

    def _read(self, cells: pl.Series, plan: Any, implied: pl.Series | None) -> Reading:
        raise NotImplementedError

    def plan(self) -> Any:
        """Return how every cell is to be read, as all blocks together have it."""
        return None

    def currencies(self) -> tuple[str, ...]:
        """Return the ISO codes that header and cells name."""
        return ()

    @property
    def streams(self) -> bool:
        """Whether blocks can be read one after another; otherwise the column is read whole."""
        return True

    def said(self) -> Reading:
        """Return what was decided for the whole column; without values."""
        nothing = pl.Series([], dtype=pl.Boolean)
        return Reading(nothing, nothing)


def none_of(cells: pl.Series) -> pl.Series:
    """Return a mask over cells that marks none of them."""
    return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
