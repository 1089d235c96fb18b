"""Rows spread evenly over a table whose length is not known while it is read.

A large file is read block by block, and nobody knows how long it is until the end. Every row at a multiple of a
stride is kept, and the stride is doubled whenever more are held than wanted: which rows are kept depends on the length
of the table alone, never on how it was cut into blocks. Distinct values are counted in the same spirit: all hashes
below a limit are kept, and the limit is halved whenever they are too many.
"""

from collections.abc import Callable

import polars as pl

__all__ = ["DistinctCount", "Spread", "stride_for"]

#: Hashes that are held; below this many distinct values the count is exact, above it is within one in a hundred.
MOST_HASHES = 65_536


def stride_for(rows: int, most: int) -> int:
    """Return the smallest power of two at whose multiples at most ``most`` of so many rows stand.

    Examples
    --------
    >>> stride_for(10, 10), stride_for(11, 10), stride_for(41, 10)
    (1, 2, 8)
    """
    stride = 1
    while (rows + stride - 1) // stride > most:
        stride *= 2
    return stride


class Spread:
    """Rows spread evenly over a table that comes in blocks; at most ``most`` of them.

    Examples
    --------
    >>> spread = Spread(4)
    >>> for start in (0, 5, 10):
    ...     spread.add(pl.DataFrame({"row": range(start, start + 5)}))
    >>> spread.frame()["row"].to_list()
    [0, 4, 8, 12]
    """

    def __init__(self, most: int) -> None:
        self.most, self.stride, self.rows = most, 1, 0
        self._parts: list[pl.DataFrame] = []

    def add(self, block: pl.DataFrame, keep: Callable[[pl.DataFrame], pl.DataFrame] = pl.DataFrame.clone) -> None:
        """Keep the rows of the next block that stand at multiples of the stride, as ``keep`` returns them."""
        self._widen(block.height)
        stride = self.stride
        self._parts.append(keep(block.gather_every(stride, -self.rows % stride) if stride > 1 else block))
        self.rows += block.height

    def skip(self, rows: int) -> None:
        """Pass over rows that nobody wants to see; they count."""
        self._widen(rows)
        self.rows += rows

    def _widen(self, rows: int) -> None:
        """Keep fewer of the rows before, where so many come to be too many."""
        stride = stride_for(self.rows + rows, self.most)
        if stride > self.stride and self._parts:
            self._parts = [pl.concat(self._parts).gather_every(stride // self.stride)]
        self.stride = stride

    def frame(self) -> pl.DataFrame:
        """Return the rows kept, in their order."""
        return pl.concat(self._parts) if self._parts else pl.DataFrame()


class DistinctCount:
    """How many distinct values a column has, counted block by block in bounded memory.

    Examples
    --------
    >>> count = DistinctCount()
    >>> count.add(pl.Series(["a", "b", None]))
    >>> count.add(pl.Series(["b", "c"]))
    >>> count.estimate()
    3
    """

    def __init__(self) -> None:
        self._power = 0
        self._held = pl.Series([], dtype=pl.UInt64)

    def add(self, cells: pl.Series) -> None:
        """Count the cells of the next block that hold something."""
        hashes = self._low(cells.drop_nulls().hash())
        self._held = pl.concat([self._held, hashes.rename("")]).unique()
        while len(self._held) > MOST_HASHES:
            self._power += 1
            self._held = self._low(self._held)

    def _low(self, hashes: pl.Series) -> pl.Series:
        return hashes.filter(hashes < 2 ** (64 - self._power)) if self._power else hashes

    def estimate(self) -> int:
        """Return the number of distinct values: exact while they are few."""
        return len(self._held) << self._power
