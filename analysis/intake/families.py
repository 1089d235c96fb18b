"""Most cells of a long column are written in one of very few ways, and those few are read without shapes.

A family is what stands before the number, what stands behind it, and how its digits are parted: ``$ 18,616.48`` and
``$ 2.50`` are of one family, ``744.5K`` and ``9.1K`` of another. Families are met in a sample, where each cell is
taken apart by its shape (:mod:`analysis.intake.shapes`); all cells of a family share what the shape says about
everything but the digits. Membership is then one pattern over the column, and reading is a few cuts and a cast.

A family must never read a cell otherwise than its shape would: patterns are narrow, and what fits none of them (a
group of two digits, a leading zero, a sign, another script) is left to the shapes.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from analysis.intake.locales import Locale, Seen
from analysis.intake.marks import TEN_THOUSANDS
from analysis.intake.shapes import Reading, Shape, read_shape, tidy

__all__ = ["MOST_FAMILIES", "WORTH", "Family", "families"]

#: A family is worth a pass over the column when at least this share of its cells belongs to it.
WORTH = 0.02

#: Most families that a column is searched for.
MOST_FAMILIES = 6

#: Cells of the sample in which families are met.
SAMPLE = 4_000

#: How the digits may be parted; each name says what the pattern proves about the decimal sign.
_STYLES = {
    "plain": "[0-9]+",
    "dot": r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\.(?:[0-9]{1,2}|[0-9]{4,})",
    "comma": r"(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),(?:[0-9]{1,2}|[0-9]{4,})",
    "weak ,": "[1-9][0-9]{0,2}(?:,[0-9]{3})+",
    "weak .": r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+",
}

#: Bytes of the shortest number with two thousands signs, 1,234,567.
_SEVERAL = 9


@dataclass(frozen=True)
class Family:
    """Cells that differ in their digits alone.

    Attributes
    ----------
    before, after : str
        The text on either side of the number.
    style : str
        How the digits are parted: ``plain``, ``dot`` or ``comma`` (a decimal sign the digits prove), ``weak ,`` or
        ``weak .`` (groups of three that could be decimals when there is one of them).
    shape : Shape
        One of its shapes: power, suffix, percent sign and currency hold for all.
    shapes : dict
        Its shapes in the sample, for the rule in words; those of plain numbers go without saying.
    """

    before: str
    after: str
    style: str
    shape: Shape
    shapes: dict[tuple[str, bool], Shape]

    @property
    def pattern(self) -> str:
        """The regular expression of the whole cell."""
        return f"^{_escaped(self.before)}(?:{_STYLES[self.style]}){_escaped(self.after)}$"

    @property
    def marked(self) -> bool:
        """Whether no plain number is of this family: its digits are in groups, or text stands beside them."""
        return self.style in {"weak ,", "comma"} or bool(set(self.before + self.after) - set("+-._eE "))

    @property
    def sign(self) -> str:
        """The thousands sign beside a decimal sign that the digits prove; empty for other styles."""
        return {"dot": ",", "comma": "."}.get(self.style, "")

    @property
    def grouped_shape(self) -> tuple[str, bool] | None:
        """The shape of a member that has a thousands sign beside its decimal sign; None where there is no such."""
        if not self.sign:
            return None
        return f"{self.before}9{self.sign}999{'.' if self.sign == ',' else ','}9{self.after}", False

    def grouped(self) -> Shape:
        """Return what :attr:`grouped_shape` says."""
        return replace(
            self.shape,
            reading=Reading(",." if self.sign == "," else ".,", self.shape.reading.decimal, self.style, None, 1),
        )

    def testify(self, cells: pl.Series, mask: pl.Series, seen: Seen, start: int) -> None:
        """Count what the cells of this family, those under a mask, prove; the first row of the block is ``start``."""
        if self.style == "plain":
            return
        suffix = " suffix" if self.shape.suffix else ""
        if self.style in {"dot", "comma"}:
            at = int(mask.arg_max() or 0)
            seen.add(self.style + suffix, int(mask.sum()), str(cells[at]).strip(), start + at)
            return
        several = self._several(cells).fill_null(False)
        other = "dot" if self.style == "weak ," else "comma"
        single = other if self.style == "weak ," and self.shape.suffix in TEN_THOUSANDS else self.style
        for name, which in ((other, mask & several), (single, mask & ~several)):
            if which.any():
                at = int(which.arg_max() or 0)
                seen.add(name + suffix, int(which.sum()), str(cells[at]).strip(), start + at)

    def read(self, cells: pl.Series, locale: Locale, power: int, grouped: bool = True) -> pl.Series:
        """Return cells of this family as numbers; for other cells the result means nothing.

        ``grouped`` is whether any of them has a thousands sign beside its decimal sign.
        """
        digits = cells
        if self.before:
            digits = digits.str.slice(len(self.before))
        if self.after:
            digits = digits.str.strip_suffix(self.after)
        if self.style in {"dot", "comma"}:
            digits = digits.str.replace_all(self.sign, "", literal=True) if grouped else digits
            digits = digits.str.replace(",", ".", literal=True) if self.style == "comma" else digits
        elif self.style != "plain":
            sign = self.style[-1]
            bare = digits.str.replace_all(sign, "", literal=True)
            if locale.mark(replace(self.shape, reading=Reading(sign, None, None, sign, 3))):  # a decimal sign after all
                pointed = digits if sign == "." else digits.str.replace(",", ".", literal=True)
                bare = pl.select(pl.when(self._several(cells)).then(bare).otherwise(pointed)).to_series()
            digits = bare
        if power:
            digits = digits + f"e{power}"
        return digits.cast(pl.Float64, strict=False)

    def _several(self, cells: pl.Series) -> pl.Series:
        """Which cells have more than one thousands sign: the longer ones."""
        beside = len(self.before.encode()) + len(self.after.encode())
        return cells.str.len_bytes() >= _SEVERAL + beside


def _escaped(text: str) -> str:
    """Return text as a pattern of itself, in the dialect of the engine that polars uses."""
    return "".join(re.escape(sign) if sign.isascii() else sign for sign in text)


def families(cells: pl.Series, kind: str) -> list[Family]:
    """Return the families that many cells of a long column belong to, the largest first.

    Parameters
    ----------
    cells : polars.Series
        Text cells.
    kind : str
        What the column holds: percent signs count in a rate only, currency marks in money only.

    Examples
    --------
    >>> [family.pattern for family in families(pl.Series(["$ 1,250.00", "$ 2.50", "n/a"]), "money")]
    ['^\\\\$\\\\ (?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\\\\.(?:[0-9]{1,2}|[0-9]{4,}))$']
    """
    sample = cells.gather_every(max(1, (len(cells) - cells.null_count()) // SAMPLE)).drop_nulls()
    sample = sample.gather_every(max(1, len(sample) // SAMPLE)).head(SAMPLE)
    sample = sample.filter((tidy(sample) == sample) & sample.str.contains("[0-9]"))
    met = sample.str.replace_many(list("012345678"), ["9"] * 9).alias("text").value_counts(name="rows")
    rows: Counter[tuple[str, str, str]] = Counter()
    any_of: dict[tuple[str, str, str], Shape] = {}
    held: dict[tuple[str, str, str], dict[tuple[str, bool], Shape]] = {}
    for text, times in met.sort("text").iter_rows():
        shape = read_shape(text)
        if shape is None or shape.junk or shape.negative:
            continue
        if (shape.percent and kind != "rate") or (shape.money and kind != "money"):
            continue
        before, core = text[: shape.start], text[shape.start : shape.start + shape.length]
        after = text[shape.start + shape.length :]
        style = next((name for name, pattern in _STYLES.items() if re.fullmatch(pattern, core)), None)
        if style is None or "9" in before + after:
            continue
        key = before, after, style
        rows[key] += times
        any_of[key] = shape
        shapes = held.setdefault(key, {})
        if not re.fullmatch(r"9+(?:\.9+)?", text):
            shapes[text, False] = shape
    worth = [key for key, times in rows.most_common(MOST_FAMILIES) if times >= max(2, WORTH * len(sample))]
    return [Family(*key, any_of[key], held[key]) for key in worth]
