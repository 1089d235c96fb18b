"""The locale of a column of numbers: which sign is the decimal one, decided from all cells together.

Each shape of a cell proves a sign, or leaves it open (``1.234``). What most cells prove holds for the column, and the
cells that prove the other are read as they stand and counted. Where no cell proves anything, the kind of the column
decides: a count is whole, an amount has no third decimal, a rate is small. What is left is called ambiguous.
"""

import re
from dataclasses import dataclass, field

from analysis.intake.shapes import Shape

__all__ = ["Locale", "Seen", "decide", "pattern", "rule_in_words"]

#: So many averages with three digits after a dot, and none with fewer, are thousands: decimals would drop last zeros.
MANY = 30


@dataclass
class Seen:
    """Evidence about the decimal sign: rows that prove it, rows that leave it open, one example each.

    Numbers with a suffix are kept apart: ``1.5jt`` beside ``250.000`` is everyday Indonesian, so a suffixed number
    proves nothing about a bare one when the bare ones prove otherwise.
    """

    rows: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, rows: int, example: str, at: int) -> None:
        """Count rows for ``dot``, ``comma``, ``weak .``, ``weak ,``, or the same followed by `` suffix``.

        The example is the first such cell of the column: ``at`` is its row.
        """
        self.rows[name] = self.rows.get(name, 0) + rows
        if at < self.first.get(name, at + 1):
            self.first[name], self.examples[name] = at, example

    def copy(self) -> "Seen":
        """Return evidence that can be added to without changing this."""
        return Seen(dict(self.rows), dict(self.examples), dict(self.first))

    def __getitem__(self, name: str) -> int:
        return self.rows.get(name, 0)


@dataclass(frozen=True)
class Locale:
    """The decimal sign ('dot' or 'comma') of bare and of suffixed numbers, and the grounds."""

    bare: str
    suffixed: str
    why: str
    ambiguous: bool

    def mark(self, shape: Shape) -> str:
        """Return the decimal sign of one shape: '.', ',' or '' when its separators are thousands signs."""
        if shape.reading.decimal is not None:
            return shape.reading.decimal
        sign = shape.reading.weak or ""
        own = "dot" if sign == "." else "comma"
        return sign if own == (self.suffixed if shape.suffix else self.bare) else ""


def decide(seen: Seen, kind: str, ungrouped: int) -> Locale:
    """Decide the decimal sign of the column, of which ``ungrouped`` cells are thousands and more without a sign."""
    bare = _majority(seen, "")
    suffixed = _majority(seen, " suffix")
    if bare is not None:
        sign, why, conflict = bare
        doubtful = conflict and bool(seen["weak ."] + seen["weak ,"])
        return Locale(sign, suffixed[0] if suffixed else sign, why, doubtful)
    if not seen["weak ."] + seen["weak ,"]:
        if suffixed is None:
            sign = "comma" if seen["weak , suffix"] > seen["weak . suffix"] else "dot"
            open_rows = seen["weak . suffix"] + seen["weak , suffix"]
            why = (
                "a suffixed number is short, so its separator is read as the decimal sign"
                if open_rows
                else ("no cell has a separator in doubt")
            )
            return Locale(sign, sign, why, bool(open_rows))
        return Locale(suffixed[0], suffixed[0], suffixed[1], suffixed[2])
    sign, why, doubtful = _by_kind(seen, kind, ungrouped, suffixed[0] if suffixed else None)
    if suffixed is not None:
        why = f"{suffixed[1]}; {why}"
    return Locale(sign, suffixed[0] if suffixed else sign, why, doubtful)


def _majority(seen: Seen, which: str) -> tuple[str, str, bool] | None:
    """Return the decimal sign most cells prove, why, and whether some prove the other; None without proof."""
    dot, comma = seen[f"dot{which}"], seen[f"comma{which}"]
    if not dot and not comma:
        return None
    winner, loser = ("dot", "comma") if dot >= comma else ("comma", "dot")
    why = f"decimal {winner}: proved by {_cells(max(dot, comma))}, e.g. {seen.examples[winner + which]!r}"
    if dot and comma:
        why += f"; {_cells(min(dot, comma))} prove the other, e.g. {seen.examples[loser + which]!r}, read as they stand"
    return winner, why, bool(dot and comma)


def _by_kind(seen: Seen, kind: str, ungrouped: int, suffixed: str | None) -> tuple[str, str, bool]:
    """Decide bare numbers that all leave the sign open (1.234 or 1,234) by what the column holds."""
    sign = "." if seen["weak ."] >= seen["weak ,"] else ","
    example = repr(seen.examples[f"weak {sign}"])
    as_thousands, as_decimal = ("comma", "dot") if sign == "." else ("dot", "comma")
    both = bool(seen["weak ."] and seen["weak ,"])
    if ungrouped and sign == "." and kind != "rate":
        return (
            as_decimal,
            f"{_cells(ungrouped)} of a thousand and more have no separator, so {example} has decimals",
            True,
        )
    if kind == "count":
        return (
            as_thousands,
            f"a count is whole, so {example} has a thousands sign",
            both or as_thousands != (suffixed or as_thousands),
        )
    if kind == "money":
        return as_thousands, f"an amount has no third decimal, so {example} has a thousands sign", both or sign == "."
    if kind == "rate":
        return as_decimal, f"a rate is small, so {example} has decimals", both
    if suffixed is not None:
        return suffixed, f"{example} follows the suffixed numbers", both
    if sign == "." and not both and (seen["round ."] or seen["weak ."] >= MANY):
        why = f"every cell with a dot has three digits after it ({_cells(seen['weak .'])}), as thousands are written"
        return as_thousands, f"{why}: {example}", True
    if sign == ".":
        return as_decimal, f"nothing settles {example}; a dot is read as the decimal sign", True
    return as_thousands, f"nothing settles {example}; a comma is read as the thousands sign", True


def _cells(rows: int) -> str:
    return f"{rows:,} cell" if rows == 1 else f"{rows:,} cells"


def rule_in_words(seen: Seen, locale: Locale, shapes: dict[tuple[str, bool], Shape]) -> str:
    """Say in words how the cells were read."""
    decimals: set[str] = set()
    thousands: set[str] = set()
    for shape in shapes.values():
        mark = locale.mark(shape)
        decimals.add(mark)
        thousands.update(shape.reading.separators.replace(mark, "") if mark else shape.reading.separators)
    if seen["dot"] or seen["weak ."]:  # plain numbers with a dot are not among the shapes
        (decimals if locale.bare == "dot" else thousands).add(".")
    names = {".": "dot", ",": "comma", " ": "space", "'": "apostrophe", "_": "underscore"}
    parts = [f"decimal {names[mark]}" for mark in (".", ",") if mark in decimals]
    parts += [f"{names[mark]} thousands" for mark in names if mark in thousands]
    suffixes = sorted({shape.suffix for shape in shapes.values() if shape.suffix})
    if suffixes:
        parts.append(f"suffixes {'/'.join(suffixes)}")
    junk = sorted({pattern(shape.junk).replace("\N{BULLET}", "") for shape in shapes.values() if shape.junk})
    if junk:
        parts.append(f"text beside the number ignored: {', '.join(junk[:3])!r}")
    return ", ".join(parts) or "plain numbers"


def pattern(junk: str) -> str:
    """Return unknown text with its numbers, and whatever stands in brackets, made alike."""
    return re.sub(r"[-+±▲▼↑↓]?\s?9+(?:[.,]9+)?", "9", re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "()", junk.casefold()))
