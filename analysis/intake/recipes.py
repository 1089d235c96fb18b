"""Distinct cells are read by the recipe of their shape: where the number stands, and what its marks mean.

Cells become shapes (:mod:`analysis.intake.shapes`), shapes are taken apart and say what their separators prove, the
column's locale is decided from that, and each shape becomes a recipe: cut from here to there, drop these signs, times
ten to that. A column of a million cells has a few dozen shapes, so thinking costs nothing and cutting is all.
"""

import polars as pl

from analysis.intake.locales import Locale, Seen, pattern
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS, TEN_THOUSANDS
from analysis.intake.shapes import Shape, read_shape, tidy

__all__ = ["MOST_SHAPES", "ShapeTally", "Shapes", "b_is_bin", "count_markers", "read_by_shape", "table_of"]

#: A shape, and whether its number starts with the digit 0 → what it can mean.
Shapes = dict[tuple[str, bool], Shape]

#: Unknown text beside a number is ignored when at least this share of the column's numbers carries the same text.
SHARED_TEXT = 0.5

_DIGITS = list("012345678")

#: Shapes looked at, most frequent first; a column with more is prose, and its rarer cells count as unread.
MOST_SHAPES = 20_000


def table_of(cells: pl.Series) -> pl.DataFrame:
    """Return one row per distinct cell: tidied, absent, shape, zero.

    Examples
    --------
    >>> table_of(pl.Series(["1.5K", "n/a"]))["shape"].to_list()
    ['9.9K', None]
    """
    tidied = tidy(cells).alias("tidied")
    wordy = (~tidied.str.contains("[1-9]")).arg_true()
    absent = pl.repeat(False, len(tidied), dtype=pl.Boolean, eager=True)
    if len(wordy):
        words = tidied.gather(wordy).str.to_lowercase()
        absent = absent.scatter(wordy, words.is_in(list(MISSING_MARKERS)) | words.str.contains(ERROR_MARKER))
    return pl.select(
        tidied=tidied,
        absent=absent,
        shape=pl.when(~absent).then(tidied.str.replace_many(_DIGITS, ["9"] * len(_DIGITS))),
        zero=tidied.str.contains(r"(?:^|[^0-9.,])0+[.,][0-9]{3}(?:$|[^0-9.,])"),
    )


def count_markers(table: pl.DataFrame, rows: pl.Series, markers: dict[str, int]) -> None:
    """Add the missing markers of a table (:func:`table_of`) to those that were met; ``rows`` hold each of its cells.

    Examples
    --------
    >>> met = {"n/a": 1}
    >>> count_markers(table_of(pl.Series(["1.5K", "n/a"])), pl.Series([3, 2]), met)
    >>> met
    {'n/a': 3}
    """
    if not table["absent"].any():
        return
    for tidied, times in zip(table["tidied"].filter(table["absent"]), rows.filter(table["absent"]), strict=True):
        if tidied:
            markers[tidied] = markers.get(tidied, 0) + times


class ShapeTally:
    """The shapes met in the blocks of a column: rows, and the first cell of each.

    Shapes that hold no number, or a mark that this kind of column cannot hold, are dropped at once; what stands beside
    a number is judged when all blocks were met.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._known: dict[tuple[str, bool], Shape | None] = {}
        self._met: dict[tuple[str, bool], tuple[int, int, str]] = {}  # rows, first row, first cell

    def __len__(self) -> int:
        return len(self._known)

    def copy(self) -> "ShapeTally":
        """Return a tally that can be added to without changing this; what shapes are, both know."""
        other = ShapeTally(self.kind)
        other._known, other._met = self._known, dict(self._met)
        return other

    def meet(self, table: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
        """Take apart the shapes of a table (:func:`table_of`), where they are too many the most frequent ones.

        Returned is a row for each: shape, zero, the rows of its cells, the first of them, and what stands in it.
        """
        grouped = self.grouped(table, rows)
        for shape, zero in grouped.select("shape", "zero").iter_rows():
            self._shape(shape, zero)
        return grouped

    def add(self, grouped: pl.DataFrame, first: pl.Series) -> None:
        """Count shapes (:meth:`meet`) and their rows; ``first`` is in which row each cell of the table is met first.

        Tables come in the order of their rows.
        """
        for shape, zero, many, cell, example in grouped.iter_rows():
            if self._known.get((shape, zero)) is None:
                continue
            before, *earliest = self._met.get((shape, zero), (0, int(first[cell]), example))
            self._met[shape, zero] = (before + many, *earliest)

    def grouped(self, table: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
        """Return the shapes of a table, as :meth:`meet` does."""
        return (
            table.lazy()
            .with_columns(rows=rows)
            .with_row_index("cell")
            .filter(~pl.col("absent"))
            .group_by("shape", "zero")
            .agg(pl.col("rows").sum(), pl.col("cell").first(), pl.col("tidied").first())
            .sort("rows", "shape", "zero", descending=[True, False, False])
            .head(MOST_SHAPES)
            .collect()
        )

    def _shape(self, text: str, zero: bool) -> Shape | None:
        if (text, zero) not in self._known:
            read = read_shape(text, zero=zero)
            refused = read is None or (read.percent and self.kind != "rate") or (read.money and self.kind != "money")
            self._known[text, zero] = None if refused else read
        return self._known[text, zero]

    def settle(self, seen: Seen, others: int) -> tuple[Shapes, frozenset[str]]:
        """Return the shapes that are read and the text beside numbers that is ignored; adds the evidence to ``seen``.

        ``others`` numbers are known beside these; text that stands beside most numbers is measured against them too.
        """
        found = [(key, self._known[key], *met) for key, met in self._met.items()]
        beside: dict[str, int] = {}
        for _, read, rows, _, _ in found:
            if read is not None and read.junk:
                beside[pattern(read.junk)] = beside.get(pattern(read.junk), 0) + rows
        numbers = others + sum(rows for _, _, rows, _, _ in found)
        shared = frozenset(text for text, rows in beside.items() if rows >= max(3, SHARED_TEXT * numbers))
        kept: Shapes = {}
        for key, read, rows, first, example in found:
            if read is None or (read.junk and pattern(read.junk) not in shared):
                continue
            kept[key] = read
            evidence = read.reading.proves or (f"weak {read.reading.weak}" if read.reading.weak else "")
            if evidence == "weak ," and read.suffix in TEN_THOUSANDS:
                evidence = "dot"  # where one counts in ten thousands a comma parts thousands
            if evidence:
                seen.add(f"{evidence} suffix" if read.suffix else evidence, rows, example, first)
        return kept, shared

    def within(self, grouped: pl.DataFrame, shared: frozenset[str]) -> Shapes:
        """Return those of some shapes (:meth:`meet`) that are read when this text beside numbers is ignored."""
        kept: Shapes = {}
        for key in grouped.select("shape", "zero").iter_rows():
            read = self._known.get(key)
            if read is not None and (not read.junk or pattern(read.junk) in shared):
                kept[key] = read
        return kept


def b_is_bin(shapes: Shapes) -> bool:
    """Return whether B is a thousand: Turkish bin, beside Mn."""
    suffixes = {shape.suffix for shape in shapes.values()}
    return "mn" in suffixes and "k" not in suffixes


def read_by_shape(table: pl.DataFrame, shapes: Shapes, locale: Locale, bins: bool) -> pl.DataFrame:
    """Read each distinct cell of :func:`table_of` by the recipe of its shape: value, unparsed, percent, currency."""
    recipes = _recipes(shapes, locale, bins)
    joined = table.join(recipes, on=["shape", "zero"], how="left", maintain_order="left").with_row_index("at")
    value = pl.repeat(None, joined.height, dtype=pl.Float64, eager=True)
    signs = {sign for shape in shapes.values() for sign in shape.reading.separators}
    for (mark, power), part in joined.filter(pl.col("mark").is_not_null()).group_by("mark", "power"):
        core = part.select(pl.col("tidied").str.slice(pl.col("start"), pl.col("length")))["tidied"]
        for sign in sorted(signs - {str(mark)}):
            core = core.str.replace_all(sign, "", literal=True)
        core = core.str.replace(",", ".", literal=True) if mark == "," else core
        number = _shifted(core, int(power))
        value = value.scatter(
            part["at"], pl.select(pl.when(part["negative"]).then(-number).otherwise(number)).to_series()
        )
    return joined.select(
        value=pl.when(value.is_finite()).then(value),
        unparsed=~pl.col("absent") & ~value.is_finite().fill_null(False),
        percent=pl.col("percent").fill_null(False),
        currency="currency",
    )


def _recipes(shapes: Shapes, locale: Locale, bins: bool) -> pl.DataFrame:
    """Return one row per shape: where its number stands and how it is read; B is a thousand where ``bins``."""
    rows = [
        {
            "shape": text,
            "zero": zero,
            "start": shape.start,
            "length": shape.length,
            "mark": locale.mark(shape),
            "power": 3 if bins and shape.suffix == "b" else shape.power,
            "negative": shape.negative,
            "percent": shape.percent,
            "currency": shape.currency,
        }
        for (text, zero), shape in shapes.items()
    ]
    types = {
        "shape": pl.String, "zero": pl.Boolean, "start": pl.Int64, "length": pl.Int64, "mark": pl.String,
        "power": pl.Int64, "negative": pl.Boolean, "percent": pl.Boolean, "currency": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=types)


def _shifted(digits: pl.Series, power: int) -> pl.Series:
    """Return digits as numbers, times ten to a power: ``1.1`` and 6 is the text 1.1e6, exact where 1.1 * 1e6 is not."""
    if not power:
        return digits.cast(pl.Float64, strict=False)
    scientific = digits.str.contains("[eE]")
    plain = pl.select(pl.format("{}e{}", digits, pl.lit(power))).to_series().cast(pl.Float64, strict=False)
    if not scientific.any():
        return plain
    scaled = digits.cast(pl.Float64, strict=False) * 10.0**power
    return pl.select(pl.when(scientific).then(scaled).otherwise(plain)).to_series()
