"""What the cells of a column of numbers say, gathered block by block.

A block is sorted by how its cells are read (:mod:`analysis.intake.looked`), and on the way its evidence is counted:
what separators prove and which cell proved it first, the missing markers met, the ways in which numbers are written.
What the evidence of all blocks comes to is decided in :mod:`analysis.intake.numbers`.

Speed: most blocks look like those before them. The large families of earlier blocks are looked for first, and where no
plain number can be of them only the cells that are left are tried as plain numbers. Cells that repeat themselves are
understood in the block that shows them first; of all others only their rows are counted, and what these say is added
up when somebody asks.
"""

from dataclasses import dataclass, field

import polars as pl

from analysis.intake.distinct import repeats_itself, rows_of
from analysis.intake.families import MOST_FAMILIES, WORTH, Family, families
from analysis.intake.locales import Seen
from analysis.intake.looked import (
    Few,
    Known,
    Learnt,
    Looked,
    Member,
    Weak,
    castable,
    count_dots,
    full,
    weak_dots,
    whole_numbers,
)
from analysis.intake.recipes import Shapes, ShapeTally, count_markers, table_of

__all__ = ["Evidence", "Said"]

#: A column of at most this many cells is always read once per distinct cell.
SHORT = 20_000

#: Distinct cells that are remembered from block to block; of more, what they say is added up and they are forgotten.
MOST_KNOWN = 2**16


class Evidence:
    """What the blocks of a column say; ``kind`` is what the column holds.

    Attributes
    ----------
    shapes : ShapeTally
        Knows the shapes of cells that are read one by one.
    met : dict
        The shapes of the families.
    others : int
        Cells of families.

    Examples
    --------
    >>> evidence = Evidence("count")
    >>> evidence.look(pl.Series(["1.5K", "n/a", "1.234.567"])).height, evidence.said().markers
    (3, {'n/a': 1})
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.met = Shapes()
        self.rows = self.others = 0
        self.families: list[Family] = []
        self.repeated = False
        self._said = Said(Seen(), ShapeTally(kind))
        self._known = Known()
        self._asked: tuple[int, Said] | None = None

    @property
    def shapes(self) -> ShapeTally:
        """What the shapes are that were met."""
        return self._said.tally

    def said(self) -> "Said":
        """Return what all cells say that were looked at so far."""
        if self._asked is None or self._asked[0] != self.rows:
            self._asked = self.rows, self._said.copy().add(self._known)
        return self._asked[1]

    def look(self, cells: pl.Series) -> Looked:
        """Take in the next cells; return them sorted."""
        start, self.rows = self.rows, self.rows + len(cells)
        whole = whole_numbers(cells)
        if whole is not None:
            self._said.ungrouped += _thousands(whole)
            return Looked(len(cells), whole)
        if len(cells) <= SHORT or self.repeated or repeats_itself(cells):
            every, different = self._few(cells, None, start)
            self.repeated = 2 * different <= len(cells) > SHORT
            return Looked(len(cells), few=every)
        left, values, weak = cells.is_not_null(), None, None
        known = [family for family in self.families if family.marked]
        members = self._members(known, cells, left, start)
        left = _without(left, members)
        if int(left.sum()) > WORTH * len(cells):  # fewer are read once per distinct cell
            if castable(cells) >= WORTH:
                values = _plain(cells, left)
                left = left & values.is_null()
                self._said.ungrouped += _thousands(values)
                weak = self._dots(cells, values, start)
            others = self._others(cells, left, start)
            left = _without(left, others)
            members += others
        at = left.arg_true()
        few = self._few(cells.gather(at), at, start)[0] if len(at) else None
        return Looked(len(cells), values, weak, members, few, cells)

    def _dots(self, cells: pl.Series, values: pl.Series, start: int) -> Weak | None:
        at = values.is_not_null().arg_true()
        plain = cells.gather(at)
        dotted = plain.str.contains(".", literal=True)
        at, plain = at.filter(dotted), plain.filter(dotted)
        weak = weak_dots(plain)
        count_dots(plain, weak, None, lambda: at + start, self._said.seen)
        return Weak(at.filter(weak), plain.filter(weak)) if weak.any() else None

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
        family.testify(cells, mask, self._said.seen, start)
        self.others += int(mask.sum())
        self.met.update(family.shapes)
        shape = family.grouped_shape
        if shape is None:
            return True
        if shape not in self.met and cells.filter(mask).str.contains(family.sign, literal=True).any():
            self.met[shape] = family.grouped()
        return shape in self.met

    def _few(self, cells: pl.Series, at: pl.Series | None, start: int) -> tuple[Few, int]:
        """Look cells up that are read once for each distinct one; return them, and how many are different."""
        known = self._known
        before = known.lexicon.size
        codes, new = known.lexicon.look_up(cells)
        places, rows = rows_of(codes)
        known.count(places, rows)
        if len(new) or not known.learnt:
            fresh = (codes >= before).arg_true()
            first = fresh.filter(codes.gather(fresh).is_first_distinct())
            first = first if at is None else at.gather(first)
            known.learnt.append(self._learn(new, known.rows.slice(before), first.cast(pl.Int64) + start))
        if known.lexicon.size > MOST_KNOWN:
            self._said.add(known)
            self._known = Known()
        return Few(known, codes, at), len(places)

    def _learn(self, cells: pl.Series, rows: pl.Series, first: pl.Series) -> Learnt:
        """Understand distinct cells that were not met before."""
        numeric = cells.cast(pl.Float64, strict=False)
        fine = numeric.is_finite().fill_null(False)
        values = pl.select(pl.when(fine).then(numeric)).to_series()
        dotted = (fine & cells.str.contains(".", literal=True)).arg_true()
        plain, unread = cells.gather(dotted), (~fine).arg_true()
        table = table_of(cells.gather(unread))
        shapes = self.shapes.meet(table, rows.gather(unread))
        return Learnt(values, dotted, plain, weak_dots(plain), table, shapes, unread, first)


@dataclass
class Said:
    """What cells say: their decimal signs, their shapes, missing markers, and plain numbers of a thousand and more."""

    seen: Seen
    tally: ShapeTally
    markers: dict[str, int] = field(default_factory=dict)
    ungrouped: int = 0

    def copy(self) -> "Said":
        """Return what can be added to without changing this."""
        return Said(self.seen.copy(), self.tally.copy(), dict(self.markers), self.ungrouped)

    def add(self, known: Known) -> "Said":
        """Add what distinct cells say, each for its rows; return this."""
        for learnt, rows in known.parts():
            count_dots(
                learnt.plain,
                learnt.weak,
                rows.gather(learnt.dotted),
                lambda learnt=learnt: learnt.first.gather(learnt.dotted),  # type: ignore[misc]
                self.seen,
            )
            self.ungrouped += int(rows.filter((learnt.values.abs() >= 1000).fill_null(False)).sum())
            held = rows.gather(learnt.unread)
            count_markers(learnt.table, held, self.markers)
            counted = held.filter(~learnt.table["absent"]).sum() == learnt.shapes["rows"].sum()  # no row came since
            shapes = learnt.shapes if counted else self.tally.grouped(learnt.table, held)
            self.tally.add(shapes, learnt.first.gather(learnt.unread))
        return self


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
    return int(((values >= 1000) | (values <= -1000)).sum())
