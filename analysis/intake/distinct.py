"""A column that repeats itself is understood once per distinct cell.

Ten million rates hold a few hundred distinct texts, ten million networks three. Such a column is reduced to its
distinct cells and, for each row, the place of its cell among them; the thinking is done on the few, and what comes of
it is spread over the rows. Polars builds such a dictionary faster than it groups or joins. Of a column that comes in
blocks the dictionary is kept: what a cell is was thought about in the block that showed it first.
"""

import sys

import polars as pl

__all__ = ["Lexicon", "numpy_at_hand", "repeats_itself", "rows_of"]

#: Cells looked at to see whether a column repeats itself.
SAMPLE = 20_000


class Lexicon:
    """The distinct cells of a column that comes in blocks; a cell keeps the place it was given when it was met first.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> for block in (["b", None, "a"], ["a", "c", "b"]):
    ...     codes, new = lexicon.look_up(pl.Series(block))
    ...     print(codes.to_list(), new.to_list())
    [0, None, 1] ['b', 'a']
    [1, 2, 0] ['c']
    """

    def __init__(self) -> None:
        self.size = 0
        self._dtype = pl.Categorical(pl.Categories.random())  # numbers its categories in order of appearance
        self._alive = pl.Series([], dtype=self._dtype)  # they are forgotten with the last column that has them

    def look_up(self, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Return the places of cells (null for none), and the cells that were not met before, in order."""
        codes = cells.cast(self._dtype).to_physical()
        before = self.size
        if codes.null_count() < len(codes):
            self.size = max(before, int(codes.max()) + 1)  # type: ignore[arg-type]
        new = pl.int_range(before, self.size, dtype=pl.UInt32, eager=True).cat.to(self._dtype).cast(pl.String)
        return codes, new.alias(cells.name)


def rows_of(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the places that rows hold, and how many rows hold each.

    Examples
    --------
    >>> places, rows = rows_of(pl.Series([0, None, 2, 0], dtype=pl.UInt32))
    >>> dict(sorted(zip(places, rows)))
    {0: 2, 2: 1}
    """
    held = codes.drop_nulls()
    if numpy_at_hand():
        import numpy as np

        counts = np.bincount(held.to_numpy())
        places = np.flatnonzero(counts)
        return pl.Series(places, dtype=pl.UInt32), pl.Series(counts[places])
    counted = held.rename("code").value_counts(name="rows")
    return counted["code"], counted["rows"]


def numpy_at_hand() -> bool:
    """Return whether numpy is loaded: it sorts and counts faster than polars, and is not worth loading for that."""
    return "numpy" in sys.modules


def repeats_itself(cells: pl.Series) -> bool:
    """Return whether a column has clearly fewer distinct cells than rows, judged from cells spread over it.

    Examples
    --------
    >>> repeats_itself(pl.Series(["a", "b"] * 5)), repeats_itself(pl.Series(["a", "b"]))
    (True, False)
    """
    held = cells.gather_every(max(1, len(cells) // SAMPLE)).head(SAMPLE)
    return 2 * held.n_unique() <= len(held)
