"""A column that repeats itself is understood once per distinct cell.

Ten million rates hold a few hundred distinct texts, ten million networks three. Such a column is reduced to its
distinct cells and, for each row, the place of its cell among them; the thinking is done on the few, and what comes of
it is spread over the rows. Polars builds such a dictionary faster than it groups or joins.
"""

from dataclasses import dataclass

import polars as pl

__all__ = ["Distinct", "distinct", "repeats_itself"]

#: Cells looked at to see whether a column repeats itself.
SAMPLE = 20_000


@dataclass(frozen=True)
class Distinct:
    """The distinct cells of a column in order of appearance, and which of them each row holds (null for none)."""

    cells: pl.Series
    codes: pl.Series

    def rows(self) -> pl.Series:
        """Return how many rows hold each distinct cell."""
        counted = self.codes.drop_nulls().rename("code").value_counts(name="rows")
        none = pl.repeat(0, len(self.cells), dtype=pl.UInt32, eager=True)
        return none.scatter(counted["code"], counted["rows"].cast(pl.UInt32)).alias("rows")

    def first(self) -> pl.Series:
        """Return the row in which each distinct cell is met first.

        Examples
        --------
        >>> distinct(pl.Series(["b", None, "b", "a"])).first().to_list()
        [0, 3]
        """
        highest = self.codes.cast(pl.Int64).fill_null(-1).cum_max()
        return (highest > highest.shift(1, fill_value=-1)).arg_true()

    def spread(self, values: pl.Series) -> pl.Series:
        """Return what the distinct cells became, for each row.

        Examples
        --------
        >>> found = distinct(pl.Series(["b", "a", None, "b"]))
        >>> found.cells.to_list(), found.rows().to_list(), found.spread(found.cells.str.to_uppercase()).to_list()
        (['b', 'a'], [2, 1], ['B', 'A', None, 'B'])
        """
        return values.gather(self.codes)


def distinct(cells: pl.Series) -> Distinct:
    """Return a text column as its distinct cells and their places."""
    held = cells.cast(pl.Categorical(pl.Categories.random()))  # numbers its categories in order of appearance
    codes = held.to_physical()
    many = 0 if codes.null_count() == len(codes) else int(codes.max()) + 1  # type: ignore[arg-type]
    names = pl.int_range(many, dtype=pl.UInt32, eager=True).cat.to(held.dtype).cast(pl.String)
    return Distinct(names.alias(cells.name), codes)


def repeats_itself(cells: pl.Series) -> bool:
    """Return whether a column has clearly fewer distinct cells than rows, judged from cells spread over it.

    Examples
    --------
    >>> repeats_itself(pl.Series(["a", "b"] * 5)), repeats_itself(pl.Series(["a", "b"]))
    (True, False)
    """
    held = cells.gather_every(max(1, len(cells) // SAMPLE)).head(SAMPLE)
    return 2 * held.n_unique() <= len(held)
