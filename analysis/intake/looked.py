"""A block of number cells, sorted by how its cells are read: plain numbers, large families, and the few that are left.

What cells say is asked of each block once; reading it takes a plan that holds for the whole column. The pieces of both
are kept here, and :mod:`analysis.intake.numbers` puts them together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from analysis.intake.distinct import Lexicon
from analysis.intake.families import Family
from analysis.intake.locales import Locale, Seen

__all__ = [
    "Few", "Known", "Learnt", "Looked", "Member", "Parts", "Plan", "Weak", "castable", "count_dots", "counts_bins",
    "fill", "full", "joined", "regrouped", "weak_dots", "whole_numbers",
]  # fmt: skip

#: Cells looked at before a column is tried as whole numbers.
PEEK = 1_000


_PLAIN_GROUPS = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"


@dataclass(frozen=True)
class Plan:
    """How the cells of a column are read, whatever block they stand in.

    Attributes
    ----------
    bare, suffixed : str
        The decimal sign of plain and of suffixed numbers.
    shared : frozenset of str
        Unknown text beside numbers that is ignored.
    bins : bool
        Whether B is a thousand.
    named : tuple of str
        The currencies that cells carry.
    divide : bool
        Whether rates without a percent sign are divided by 100.
    """

    bare: str
    suffixed: str
    shared: frozenset[str]
    bins: bool
    named: tuple[str, ...]
    divide: bool = False


#: Values, what is unread, which cells had a percent sign, the currency of each.
Parts = tuple[pl.Series, pl.Series, pl.Series | None, pl.Series | None]


Member = tuple[Family, pl.Series, bool]  # a family, a mask of its rows, whether thousands may be parted


@dataclass(frozen=True)
class Weak:
    """Plain numbers whose dot could be a thousands sign: where they stand, and the cells."""

    at: pl.Series
    cells: pl.Series


@dataclass(frozen=True)
class Learnt:
    """Distinct cells that one block was the first to show: plain numbers read, the others in a table by shape."""

    values: pl.Series
    dotted: pl.Series  # where plain numbers with a dot stand among the cells
    plain: pl.Series  # those cells
    weak: pl.Series  # which of them could have a thousands sign
    table: pl.DataFrame
    shapes: pl.DataFrame  # those of the table, with the rows of that block
    unread: pl.Series  # where the cells of the table stand among the distinct ones
    first: pl.Series  # the row in which each cell is met first

    @property
    def doubtful(self) -> Weak | None:
        """The plain numbers whose dot could be a thousands sign."""
        return Weak(self.dotted.filter(self.weak), self.plain.filter(self.weak)) if self.weak.any() else None


class Known:
    """The distinct cells of a column that were met so far: what each is, and how many rows hold it."""

    def __init__(self) -> None:
        self.lexicon = Lexicon()
        self.learnt: list[Learnt] = []
        self.rows = pl.Series("rows", [], dtype=pl.Int64)
        self._read: tuple[Plan, list[pl.DataFrame]] | None = None

    def count(self, places: pl.Series, rows: pl.Series) -> None:
        """Take in how many rows of a block hold which cells."""
        new = pl.repeat(0, self.lexicon.size - len(self.rows), dtype=pl.Int64, eager=True)
        every = pl.concat([self.rows, new.alias("rows")], rechunk=True)
        self.rows = every.scatter(places, every.gather(places) + rows.cast(pl.Int64))

    def parts(self) -> Iterator[tuple[Learnt, pl.Series]]:
        """Yield what was learnt of each block, and how many rows hold its cells."""
        start = 0
        for learnt in self.learnt:
            yield learnt, self.rows.slice(start, len(learnt.values))
            start += len(learnt.values)

    def read(self, plan: Plan, how: Callable[[Learnt, Plan], pl.DataFrame]) -> pl.DataFrame:
        """Return what every cell becomes by a plan; ``how`` reads those that this plan was not asked for before."""
        done = self._read[1] if self._read is not None and self._read[0] == plan else []
        covered = sum(part.height for part in done)
        start = 0
        for learnt in self.learnt:
            if start >= covered:
                done.append(how(learnt, plan))
            start += len(learnt.values)
        self._read = plan, [pl.concat(done, rechunk=True)] if len(done) > 1 else done
        return self._read[1][0]


@dataclass(frozen=True)
class Few:
    """Rows of a block whose cells are read once for each distinct one."""

    known: Known
    codes: pl.Series
    at: pl.Series | None  # where the rows stand; None when they are the whole block

    def rows(self, read: pl.Series, height: int) -> pl.Series:
        """Return what the distinct cells became, over the rows of the block."""
        if read.dtype == pl.Boolean and not read.any():
            return full(pl.Boolean, height)
        rows = read.gather(self.codes)
        rows = rows if self.at is None else full(read.dtype, height).scatter(self.at, rows)
        return rows.fill_null(False) if rows.dtype == pl.Boolean else rows


@dataclass(frozen=True)
class Looked:
    """A block that was looked at, sorted by how its cells are read."""

    height: int
    values: pl.Series | None = None  # of cells that are plain numbers
    weak: Weak | None = None
    members: list[Member] = field(default_factory=list)
    few: Few | None = None
    cells: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))


def joined(parts: list[pl.Series | None]) -> pl.Series | None:
    """Return pieces as one; None where they are not known."""
    known = [part for part in parts if part is not None]
    return pl.concat(known, rechunk=True) if known else None


def castable(cells: pl.Series) -> float:
    """Return the share of cells, of a sample, that are plain numbers."""
    sample = cells.gather_every(max(1, len(cells) // PEEK))
    return len(sample.cast(pl.Float64, strict=False).drop_nulls()) / max(len(sample), 1)


def whole_numbers(cells: pl.Series) -> pl.Series | None:
    """Return cells as numbers when every one that holds something is a whole number and nothing else."""
    head = cells.head(PEEK)
    if head.cast(pl.Int64, strict=False).null_count() > head.null_count():
        return None
    whole = cells.cast(pl.Int64, strict=False)
    return whole.cast(pl.Float64) if whole.null_count() == cells.null_count() else None


def weak_dots(plain: pl.Series) -> pl.Series:
    """Return which plain numbers with a dot could have a thousands sign."""
    return plain.str.contains(_PLAIN_GROUPS)


def count_dots(
    plain: pl.Series, weak: pl.Series, rows: pl.Series | None, first: Callable[[], pl.Series], seen: Seen
) -> None:
    """Count what the dots of plain numbers prove.

    ``rows`` is how many rows hold each of the numbers (one, where it is not given), ``first`` tells the first of them.
    """
    if plain.is_empty():
        return
    for name, mask in (("dot", ~weak), ("weak .", weak), ("round .", weak & plain.str.ends_with("0"))):
        if mask.any():
            at = int(mask.arg_max() or 0)
            many = int(mask.sum() if rows is None else rows.filter(mask).sum())
            seen.add(name, many, str(plain[at]), int(first()[at]))


def regrouped(values: pl.Series, weak: Weak | None, plan: Plan) -> pl.Series:
    """Read plain numbers again whose dot is a thousands sign after all."""
    if weak is None or plan.bare != "comma":
        return values
    return values.scatter(weak.at, weak.cells.str.replace_all(".", "", literal=True).cast(pl.Float64, strict=False))


def counts_bins(family: Family, plan: Plan) -> bool:
    """Return whether the suffix of a family is a thousand: Turkish bin."""
    return family.shape.suffix == "b" and plan.bins


def fill(
    values: pl.Series | None,
    cells: pl.Series,
    mask: pl.Series,
    family: Family,
    locale: Locale,
    power: int | None,
    grouped: bool,
) -> pl.Series:
    """Read the cells of a family into the column, which may hold nothing yet."""
    power = family.shape.power if power is None else power
    if 2 * int(mask.sum()) > len(mask):
        number = family.read(cells, locale, power, grouped)
        return pl.select(pl.when(mask).then(number).otherwise(values)).to_series()
    values = full(pl.Float64, len(mask)) if values is None else values
    return values.scatter(mask.arg_true(), family.read(cells.filter(mask), locale, power, grouped))


def full(dtype: pl.DataType | type[pl.DataType], height: int) -> pl.Series:
    """Return a series of falses or nulls."""
    return pl.repeat(False if dtype == pl.Boolean else None, height, dtype=dtype, eager=True)
