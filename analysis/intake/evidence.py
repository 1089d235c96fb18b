"""What the cells of a column of numbers say, gathered block by block.

A block is sorted by how its cells are read (:mod:`analysis.intake.looked`), and on the way its evidence is counted:
what separators prove and which cell proved it first, the missing markers met, the ways in which numbers are written.
What the evidence of all blocks comes to is decided in :mod:`analysis.intake.numbers`.

Speed: most blocks look like those before them. The large families of earlier blocks are looked for first, and where no
plain number can be of them only the cells that are left are tried as plain numbers.
"""

import polars as pl

from analysis.intake.distinct import Distinct, distinct, repeats_itself
from analysis.intake.families import MOST_FAMILIES, WORTH, Family, families
from analysis.intake.locales import Seen
from analysis.intake.looked import Few, Looked, Member, Weak, castable, full, look_at_dots, whole_numbers
from analysis.intake.recipes import Shapes, ShapeTally, table_of

__all__ = ["Evidence"]

#: A column of at most this many cells is always read once per distinct cell.
SHORT = 20_000


class Evidence:
    """What the blocks of a column say; ``kind`` is what the column holds.

    Attributes
    ----------
    seen : Seen
        What separators prove, from cells that are not in the tally.
    markers : dict
        Missing markers and how often they were met.
    tally : ShapeTally
        The shapes of cells that are read one by one.
    met : dict
        The shapes of the families.
    ungrouped : int
        Plain numbers of a thousand and more without a separator.
    others : int
        Cells of families.

    Examples
    --------
    >>> evidence = Evidence("count")
    >>> evidence.look(pl.Series(["1.5K", "n/a", "1.234.567"])).height, evidence.markers
    (3, {'n/a': 1})
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.seen, self.markers = Seen(), dict[str, int]()
        self.tally, self.met = ShapeTally(kind), Shapes()
        self.rows = self.ungrouped = self.others = 0
        self.families: list[Family] = []
        self.repeated = False

    def look(self, cells: pl.Series) -> Looked:
        """Take in the next cells; return them sorted."""
        start, self.rows = self.rows, self.rows + len(cells)
        whole = whole_numbers(cells)
        if whole is not None:
            self.ungrouped += _thousands(whole)
            return Looked(len(cells), whole)
        if len(cells) <= SHORT or self.repeated or repeats_itself(cells):
            once = distinct(cells)
            self.repeated = 2 * len(once.cells) <= len(cells) > SHORT
            return Looked(len(cells), few=self._few(once, None, start))
        left, values, weak = cells.is_not_null(), None, None
        known = [family for family in self.families if family.marked]
        members = self._members(known, cells, left, start)
        left = _without(left, members)
        if int(left.sum()) > WORTH * len(cells):  # fewer are read once per distinct cell
            if castable(cells) >= WORTH:
                values = _plain(cells, left)
                left = left & values.is_null()
                self.ungrouped += _thousands(values)
                weak = self._dots(cells, values, start)
            others = self._others(cells, left, start)
            left = _without(left, others)
            members += others
        at = left.arg_true()
        few = self._few(distinct(cells.gather(at)), at, start) if len(at) else None
        return Looked(len(cells), values, weak, members, few, cells)

    def _dots(self, cells: pl.Series, values: pl.Series, start: int) -> Weak | None:
        at = values.is_not_null().arg_true()
        plain = cells.gather(at)
        dotted = plain.str.contains(".", literal=True)
        at, plain = at.filter(dotted), plain.filter(dotted)
        weak = look_at_dots(plain, None, lambda: at + start, self.seen)
        return None if weak is None else Weak(at.filter(weak), plain.filter(weak))

    def _members(self, known: list[Family], cells: pl.Series, left: pl.Series, start: int) -> list[Member]:
        """Return those families that cells of the block belong to, with masks of their rows."""
        members: list[Member] = []
        for family in known:
            mask = cells.str.contains(family.pattern).fill_null(False) & left
            if mask.any():
                left = left & ~mask
                members.append((family, mask, self._testify(family, cells, mask, start)))
        return members

    def _others(self, cells: pl.Series, left: pl.Series, start: int) -> list[Member]:
        """Return the families that plain numbers could be of, and those that this block is the first to show."""
        members = self._members([family for family in self.families if not family.marked], cells, left, start)
        left = _without(left, members)
        tried = len(self.families)
        if int(left.sum()) > WORTH * len(cells) and tried < 2 * MOST_FAMILIES:
            known = {family.pattern for family in self.families}
            self.families += [f for f in families(cells.filter(left), self.kind) if f.pattern not in known]
            members += self._members(self.families[tried:], cells, left, start)
        return members

    def _testify(self, family: Family, cells: pl.Series, mask: pl.Series, start: int) -> bool:
        """Take in what a family says; return whether any of its cells has a thousands sign."""
        family.testify(cells, mask, self.seen, start)
        self.others += int(mask.sum())
        self.met.update(family.shapes)
        shape = family.grouped_shape
        if shape is None:
            return True
        if shape not in self.met and cells.filter(mask).str.contains(family.sign, literal=True).any():
            self.met[shape] = family.grouped()
        return shape in self.met

    def _few(self, once: Distinct, at: pl.Series | None, start: int) -> Few:
        """Look at distinct cells, each standing for some rows."""
        cells, rows = once.cells, once.rows()
        numeric = cells.cast(pl.Float64, strict=False)
        fine = numeric.is_finite().fill_null(False)
        values = pl.select(pl.when(fine).then(numeric)).to_series()

        def first() -> pl.Series:
            met = once.first() if at is None else at.gather(once.first())
            return met.cast(pl.Int64) + start

        dotted = (fine & cells.str.contains(".", literal=True)).arg_true()
        plain = cells.gather(dotted)
        weak = look_at_dots(plain, rows.gather(dotted), lambda: first().gather(dotted), self.seen)
        self.ungrouped += int(rows.filter((values.abs() >= 1000).fill_null(False)).sum())
        table = table_of(cells.filter(~fine), rows.filter(~fine), self.markers)
        self.tally.add(table, lambda: first().filter(~fine))
        doubtful = None if weak is None else Weak(dotted.filter(weak), plain.filter(weak))
        return Few(once, at, values, doubtful, table, (~fine).arg_true())


def _without(left: pl.Series, members: list[Member]) -> pl.Series:
    """Return which rows are left when those of the members are taken."""
    for _, mask, _ in members:
        left = left & ~mask
    return left


def _plain(cells: pl.Series, among: pl.Series) -> pl.Series:
    """Return the plain numbers among some rows of a column; null for every other row."""
    few = 2 * int(among.sum()) < len(among)
    at = among.arg_true() if few else None
    numeric = (cells if at is None else cells.gather(at)).cast(pl.Float64, strict=False)
    fine = numeric.is_finite() if at is not None else numeric.is_finite() & among
    values = pl.select(pl.when(fine).then(numeric)).to_series()
    return values if at is None else full(pl.Float64, len(cells)).scatter(at, values)


def _thousands(values: pl.Series) -> int:
    """Return how many numbers are a thousand or more."""
    return int((values.abs() >= 1000).sum())
