"""Rows of a file read in blocks that equal a row of another block, known by their hashes.

Of each row its hash stays, and the hash of what it names: sixteen bytes in place of the row. Copies in one block are
compared cell by cell. Copies of a row in another block are found by their hashes when all blocks were read; then the
file is read again knowing them, with other hashes that have to agree.
"""

import polars as pl

from analysis.intake.repeats import copies, recurring_hashes

__all__ = ["Hashed"]


class Hashed:
    """The hashes of all rows of a file, gathered block by block.

    Parameters
    ----------
    key : str, optional
        The canonical column that names an account, where rows are accounts.
    known : polars.Series, optional
        Which rows, of all blocks, earlier readings of the file found to be copies.
    seed : int
        Of the hashes; another in every reading.

    Examples
    --------
    >>> hashed = Hashed()
    >>> for cells in (["a", "b", "b"], ["c", "a"]):
    ...     block = pl.DataFrame({"x": cells})
    ...     hashed.add(block, block, pl.Series([True] * block.height)).to_list()
    [False, False, True]
    [False, False]
    >>> hashed.copies().to_list()
    [False, False, True, False, True]
    """

    def __init__(self, key: str | None = None, known: pl.Series | None = None, seed: int = 0) -> None:
        self.key, self.known, self.seed = key, known, seed
        self.rows = 0
        self._hashes: list[pl.Series] = []
        self._keys: list[pl.Series] = []
        self._alive: list[pl.Series] = []
        self._met: list[pl.Series] = []
        self._again: pl.Series | None = None

    def add(self, raw: pl.DataFrame, frame: pl.DataFrame, alive: pl.Series) -> pl.Series:
        """Take in the next block; return which of its rows are copies, as far as is known.

        Parameters
        ----------
        raw, frame : polars.DataFrame
            The cells as text, and the canonical columns.
        alive : polars.Series
            Which rows hold something.
        """
        hashes = raw.hash_rows(seed=self.seed)
        known = None if self.known is None else self.known.slice(self.rows, raw.height)
        again = copies(raw, recurring_hashes(hashes)) if known is None else known
        self._hashes.append(hashes)
        self._alive.append(alive)
        self._met.append(again)
        self.rows += raw.height
        if self.key is not None:
            keys = [frame.get_column(name) for name in ("platform", self.key) if name in frame.columns]
            key = pl.DataFrame(keys).hash_rows(seed=self.seed)
            held = frame.get_column(self.key).is_not_null()
            self._keys.append(key if held.all() else pl.select(pl.when(held).then(key)).to_series())
        return again

    def copies(self) -> pl.Series | None:
        """Return which rows are copies where the blocks did not know them all; else what they went by, as it is."""
        found, met = self._equals(), pl.concat(self._met)
        if self.known is None:
            return found if (found & ~met).any() else None
        return self.known if (found == met).all() else found & met

    def equal(self) -> int:
        """Return how many rows that hold something equal an earlier one."""
        return int((self._equals() & pl.concat(self._alive)).sum())

    def accounts_again(self) -> int:
        """Return how many accounts are listed more than once."""
        if not self._keys:
            return 0
        keys = pl.concat(self._keys)
        again = keys.filter(self._recurring() & keys.is_not_null())
        return again.filter(again.is_duplicated()).n_unique()

    def _recurring(self) -> pl.Series:
        """Return which rows, of all blocks, name what another names (or nothing), so that they may equal it."""
        if self._again is None:
            every = pl.concat(self._keys or self._hashes)
            again = recurring_hashes(every.drop_nulls()) if every.null_count() else recurring_hashes(every)
            if every.null_count():
                held = every.is_not_null()
                again = (~held).scatter(held.arg_true(), again)
            self._again = again
        return self._again

    def _equals(self) -> pl.Series:
        """Return which rows, of all blocks, have the hash of an earlier one."""
        at = self._recurring().arg_true()
        none = pl.repeat(False, self.rows, dtype=pl.Boolean, eager=True)
        if at.is_empty():
            return none
        later = ~pl.concat(self._hashes).gather(at).is_first_distinct()
        return none.scatter(at.filter(later), True)
