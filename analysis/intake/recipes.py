"""Distinct cells are read by the recipe of their shape: where the number stands, and what its marks mean.

Cells become shapes (:mod:`analysis.intake.shapes`), shapes are taken apart and say what their separators prove, the
column's locale is decided from that, and each shape becomes a recipe: cut from here to there, drop these signs, times
ten to that. A column of a million cells has a few dozen shapes, so thinking costs nothing and cutting is all.
"""

import polars as pl

from analysis.intake.locales import Locale, Seen, pattern
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS
from analysis.intake.shapes import Shape, read_shape, tidy

__all__ = ["Shapes", "b_is_bin", "read_by_shape", "table_of", "take_apart"]

#: A shape, and whether its number starts with the digit 0 → what it can mean.
Shapes = dict[tuple[str, bool], Shape]

#: Unknown text beside a number is ignored when at least this share of the column's numbers carries the same text.
SHARED_TEXT = 0.5

#: Shapes looked at, most frequent first; a column with more is prose, and its rarer cells count as unread.
MOST_SHAPES = 20_000


def table_of(cells: pl.Series, rows: pl.Series, markers: dict[str, int]) -> pl.DataFrame:
    """Return one row per distinct cell: text, rows, tidied, absent, shape, zero; count the missing markers met.

    Examples
    --------
    >>> met = {}
    >>> table_of(pl.Series(["1.5K", "n/a"]), pl.Series([3, 2]), met)["shape"].to_list(), met
    (['9.9K', None], {'n/a': 2})
    """
    table = pl.DataFrame({"text": cells, "rows": rows, "tidied": tidy(cells)})
    wordy = ~table["tidied"].str.contains("[1-9]")
    words = table["tidied"].filter(wordy).str.to_lowercase()
    absent = pl.repeat(False, table.height, dtype=pl.Boolean, eager=True)
    absent = absent.scatter(wordy.arg_true(), words.is_in(list(MISSING_MARKERS)) | words.str.contains(ERROR_MARKER))
    met = table.filter(absent).group_by(pl.col("tidied").str.strip_chars().alias("marker")).agg(pl.col("rows").sum())
    markers.update(
        {text: rows for text, rows in met.sort("rows", "marker", descending=[True, False]).iter_rows() if text}
    )
    return table.with_columns(
        absent=absent,
        shape=pl.when(~absent).then(table["tidied"].str.replace_many(list("012345678"), ["9"] * 9)),
        zero=table["tidied"].str.contains(r"(?:^|[^0-9.,])0+[.,][0-9]{3}(?:$|[^0-9.,])"),
    )


def take_apart(table: pl.DataFrame, kind: str, seen: Seen, others: int) -> Shapes:
    """Take each shape apart, count its evidence, and drop what this kind of column cannot hold.

    ``others`` numbers were read already; text that stands beside most numbers is measured against them too.
    """
    grouped = (
        table.filter(~pl.col("absent"))
        .group_by("shape", "zero")
        .agg(pl.col("rows").sum(), pl.col("tidied").min().alias("example"))
        .sort("rows", "shape", "zero", descending=[True, False, False])
        .head(MOST_SHAPES)
    )
    found: dict[tuple[str, bool], tuple[Shape, int, str]] = {}
    beside: dict[str, int] = {}
    for shape, zero, rows, example in grouped.select("shape", "zero", "rows", "example").iter_rows():
        read = read_shape(shape, zero=zero)
        if read is None or (read.percent and kind != "rate") or (read.money and kind != "money"):
            continue
        found[shape, zero] = (read, rows, example)
        if read.junk:
            beside[pattern(read.junk)] = beside.get(pattern(read.junk), 0) + rows
    numbers = others + sum(rows for _, rows, _ in found.values())
    shared = {text for text, rows in beside.items() if rows >= max(3, SHARED_TEXT * numbers)}
    kept: Shapes = {}
    for key, (read, rows, example) in found.items():
        if read.junk and pattern(read.junk) not in shared:
            continue
        kept[key] = read
        evidence = read.reading.proves or (f"weak {read.reading.weak}" if read.reading.weak else "")
        if evidence:
            seen.add(f"{evidence} suffix" if read.suffix else evidence, rows, example)
    return kept


def b_is_bin(shapes: Shapes) -> bool:
    """Return whether B is a thousand: Turkish bin, beside Mn."""
    suffixes = {shape.suffix for shape in shapes.values()}
    return "mn" in suffixes and "k" not in suffixes


def read_by_shape(table: pl.DataFrame, shapes: Shapes, locale: Locale) -> pl.DataFrame:
    """Read each distinct cell of :func:`table_of` by the recipe of its shape: value, unparsed, percent, currency."""
    recipes = _recipes(shapes, locale)
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


def _recipes(shapes: Shapes, locale: Locale) -> pl.DataFrame:
    """Return one row per shape: where its number stands and how it is read."""
    bins = b_is_bin(shapes)
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
