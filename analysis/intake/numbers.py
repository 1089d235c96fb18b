"""A column of number cells becomes numbers: the locale is decided for the column, from all its cells.

``1.234`` alone is a thousand or one and a bit; beside ``18.000.000`` it is a thousand, beside ``13.6M`` the dot is a
decimal sign. So every cell first says what its separators prove (see :mod:`analysis.intake.shapes`), the column is
decided by what the most cells prove, and only then are cells read. Where nothing proves anything the kind of the
column decides (a count is whole; money has no third decimal), and the column is reported as ambiguous.

Rules that never bend: a cell that cannot be read is missing and counted, never zero; a missing marker is missing and
is not an error; whether a rate is written in percent is decided for the column from its header and its values
together (a header "Like Rate (%)" over fractions exists), and said.

Speed: cells that are plain numbers are cast; the rest is reduced to unique cells, those to shapes, and the thinking
happens once per shape.
"""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from analysis.intake.locales import Locale, Seen, decide, pattern, rule_in_words
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS, currency_in
from analysis.intake.rates import decide_percent
from analysis.intake.shapes import Shape, read_shape, tidy

__all__ = ["MISSING_MARKERS", "Parsed", "is_missing", "parse_column"]

NumberKind = Literal["count", "average", "rate", "money"]

#: Unknown text beside a number is ignored when at least this share of the column's numbers carries the same text.
SHARED_TEXT = 0.5

#: Cells looked at to see whether a column repeats itself.
SAMPLE = 20_000

#: Shapes looked at, most frequent first; a column with more is prose, and its rarer cells count as unread.
MOST_SHAPES = 20_000

_COMMA_GROUPS = r"^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+$"
_SEVERAL_COMMAS = r",[0-9]{3},"
_PLAIN_GROUPS = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"


@dataclass(frozen=True)
class Parsed:
    """A column as numbers, with what was decided and why.

    Attributes
    ----------
    values : polars.Series
        Float64; null where the cell is missing or unread. Rates are fractions.
    unparsed : polars.Series
        Boolean: the cell held something that could not be read.
    rule, evidence : str
        What was decided for the column, and on what grounds.
    currency : str or None
        ISO code when the cells or the header carry exactly one.
    percent : bool
        Whether values were divided by 100.
    ambiguous : bool
        Whether the column could be read in another way; ``rule`` names the reading taken.
    markers : dict
        Missing markers met, with their counts (``{"N/A": 12}``).
    currencies : polars.Series or None
        The ISO code of each cell, when cells of one column carry several.
    """

    values: pl.Series
    unparsed: pl.Series
    rule: str
    evidence: str
    currency: str | None = None
    percent: bool = False
    ambiguous: bool = False
    markers: dict[str, int] = field(default_factory=dict)
    currencies: pl.Series | None = None


def is_missing(cells: pl.Series) -> pl.Series:
    """Return which cells are null, blank or a missing marker (``N/A``, ``-``, ``#VALOR!``, ``hidden``).

    Examples
    --------
    >>> is_missing(pl.Series(["N/A", "0", None, "#VALOR!", "auf Anfrage"])).to_list()
    [True, False, True, True, False]
    """
    lowered = tidy(cells).str.to_lowercase()
    return cells.is_null() | lowered.is_in(list(MISSING_MARKERS)) | lowered.str.contains(ERROR_MARKER)


def parse_column(series: pl.Series, *, kind: NumberKind, header: str = "", implied: pl.Series | None = None) -> Parsed:
    """Read a text column as numbers: a column of text → Float64, one unit, null where missing or unread.

    Parameters
    ----------
    series : polars.Series
        Text cells (numeric series pass through).
    kind : {'count', 'average', 'rate', 'money'}
        What the column holds. Percent signs are read in rates only, currency marks in money only.
    header : str
        The column's header: names units (``%``, ``EUR``).
    implied : polars.Series, optional
        The same rate computed from other columns (likes / followers), which settles percent against fraction.

    Returns
    -------
    Parsed

    Examples
    --------
    >>> parse_column(pl.Series(["1.234", "18.000.000 VND", "auf Anfrage"]), kind="money").values.to_list()
    [1234.0, 18000000.0, None]
    >>> parse_column(pl.Series(["13.6M", "5,2K", "N/A", "-"]), kind="count").values.to_list()
    [13600000.0, 5200.0, None, None]
    >>> parse_column(pl.Series(["9,03%", "0,5%"]), kind="rate").values.to_list()
    [0.0903, 0.005]
    """
    if series.dtype == pl.Boolean or not (series.dtype == pl.String or series.dtype.is_numeric()):
        series = series.cast(pl.String)
    numeric = series.cast(pl.Float64, strict=False)
    fine = numeric.is_finite().fill_null(False)
    values = pl.select(pl.when(fine).then(numeric)).to_series().alias(series.name)
    if series.dtype != pl.String:
        return _finish(_Column(values, ~fine & series.is_not_null()), kind, header, implied, "plain numbers", "", False)
    rest = series.is_not_null() & ~fine
    seen = Seen()
    dotted = _look_at_dots(series, fine, kind, seen)
    commas = _look_at_commas(series, rest, seen)
    where = (rest if commas is None else rest & ~commas).arg_true()
    cells = series.gather(where)
    column = _Column(values, pl.repeat(False, len(series), dtype=pl.Boolean, eager=True))
    table = _table(cells, column.markers)
    shapes = _shapes(table, kind, seen)
    locale = decide(seen, kind, values)
    if dotted is not None and locale.bare == "comma":
        _reread_dots(series, dotted, column)
    if commas is not None:
        _read_commas(series, commas, locale.bare == "comma", column)
    _read(table, cells, where, shapes, locale, kind, column)
    rule = rule_in_words(seen, locale, shapes)
    if column.comma_groups and column.comma_groups not in rule:
        rule = column.comma_groups if rule == "plain numbers" else f"{rule}, {column.comma_groups}"
    return _finish(column, kind, header, implied, rule, locale.why, locale.ambiguous)


@dataclass
class _Column:
    """The column while it is being read."""

    values: pl.Series
    unparsed: pl.Series
    markers: dict[str, int] = field(default_factory=dict)
    signed: pl.Series | None = None  # rows with a percent sign, already divided
    codes: pl.Series | None = None  # ISO code per row
    comma_groups: str = ""  # how 1,234 was read, where there were too many to look at one by one


def _look_at_dots(series: pl.Series, fine: pl.Series, kind: str, seen: Seen) -> pl.Series | None:
    """Count what the dots of plain numbers prove; return the rows whose dot could be a thousands sign."""
    dots = fine & series.str.contains(".", literal=True).fill_null(False)
    total = int(dots.sum())
    if not total:
        return None
    weak = dots & series.str.contains(_PLAIN_GROUPS).fill_null(False)
    open_rows = int(weak.sum())
    if total > open_rows:
        seen.add("dot", total - open_rows, str(series.filter(dots & ~weak)[0]))
    if not open_rows:
        return None
    seen.add("weak .", open_rows, str(series.filter(weak)[0]))
    return weak


def _look_at_commas(series: pl.Series, rest: pl.Series, seen: Seen) -> pl.Series | None:
    """Count what 1,234 and 1,234,567 prove, in a column that has many of them; return their rows.

    The commonest dialect of all deserves a way without shapes: two passes of a pattern instead of a dozen.
    """
    if int(rest.sum()) <= SAMPLE:
        return None
    commas = rest & series.str.contains(_COMMA_GROUPS).fill_null(False)
    held = series.filter(commas)
    if len(held) <= SAMPLE:
        return None
    several = held.str.contains(_SEVERAL_COMMAS)
    proofs = int(several.sum())
    if proofs:
        seen.add("dot", proofs, str(held.filter(several)[0]))
    if proofs < len(held):
        seen.add("weak ,", len(held) - proofs, str(held.filter(~several)[0]))
    return commas


def _read_commas(series: pl.Series, commas: pl.Series, decimal_comma: bool, column: _Column) -> None:
    where = commas.arg_true()
    held = series.gather(where)
    bare = held.str.replace_all(",", "", literal=True)
    if decimal_comma:
        pointed = held.str.replace(",", ".", literal=True)
        bare = pl.select(pl.when(held.str.contains(_SEVERAL_COMMAS)).then(bare).otherwise(pointed)).to_series()
    column.values = column.values.scatter(where, bare.cast(pl.Float64, strict=False))
    column.comma_groups = "decimal comma" if decimal_comma else "comma thousands"


def _table(cells: pl.Series, markers: dict[str, int]) -> pl.DataFrame:
    """Return one row per distinct cell: text, rows, tidied, absent, shape, zero.

    A column whose cells hardly repeat keeps one row per cell, in order: finding the distinct ones would cost more.
    """
    table = pl.DataFrame({"text": cells})
    sample = cells.head(SAMPLE)
    if len(cells) <= SAMPLE or sample.n_unique() < len(sample) / 2:
        table = table.group_by("text").agg(pl.len().alias("rows"))
    else:
        table = table.with_columns(rows=pl.lit(1, dtype=pl.UInt32))
    table = table.with_columns(tidied=tidy(table["text"]))
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


def _shapes(table: pl.DataFrame, kind: str, seen: Seen) -> dict[tuple[str, bool], Shape]:
    """Take each shape apart, count its evidence, and drop what this kind of column cannot hold."""
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
    numbers = sum(rows for _, rows, _ in found.values())
    shared = {text for text, rows in beside.items() if rows >= max(3, SHARED_TEXT * numbers)}
    kept: dict[tuple[str, bool], Shape] = {}
    for key, (read, rows, example) in found.items():
        if read.junk and pattern(read.junk) not in shared:
            continue
        kept[key] = read
        evidence = read.reading.proves or (f"weak {read.reading.weak}" if read.reading.weak else "")
        if evidence:
            seen.add(f"{evidence} suffix" if read.suffix else evidence, rows, example)
    return kept


def _reread_dots(series: pl.Series, dotted: pl.Series, column: _Column) -> None:
    where = dotted.arg_true()
    again = series.gather(where).str.replace_all(".", "", literal=True).cast(pl.Float64, strict=False)
    column.values = column.values.scatter(where, again)


def _read(
    table: pl.DataFrame,
    cells: pl.Series,
    where: pl.Series,
    shapes: dict[tuple[str, bool], Shape],
    locale: Locale,
    kind: str,
    column: _Column,
) -> None:
    """Read the distinct cells by their shapes, and spread them over the rows."""
    recipe = _recipes(shapes, locale)
    joined = table.join(recipe, on=["shape", "zero"], how="left", maintain_order="left").with_row_index("at")
    value = _full(pl.Float64, joined.height)
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
    read = joined.select(
        "text",
        value=pl.when(value.is_finite()).then(value),
        unparsed=~pl.col("absent") & ~value.is_finite().fill_null(False),
        signed=pl.col("percent").fill_null(False),
        code="currency",
    )
    if table.height != len(cells) or not (table["text"] == cells).all():
        read = pl.DataFrame({"text": cells}).join(read, on="text", how="left", maintain_order="left")
    known = read["value"].is_not_null()
    column.values = column.values.scatter(where.filter(known), read["value"].filter(known))
    column.unparsed = column.unparsed.scatter(where, read["unparsed"])
    if kind == "rate":
        column.signed = _full(pl.Boolean, len(column.values)).scatter(where, read["signed"])
    if kind == "money" and read["code"].is_not_null().any():
        column.codes = _full(pl.String, len(column.values)).scatter(where, read["code"])


def _recipes(shapes: dict[tuple[str, bool], Shape], locale: Locale) -> pl.DataFrame:
    """Return one row per shape: where its number stands and how it is read."""
    suffixes = {shape.suffix for shape in shapes.values()}
    thousand_b = "mn" in suffixes and "k" not in suffixes  # Turkish: B is bin, a thousand, beside Mn
    rows = [
        {
            "shape": text,
            "zero": zero,
            "start": shape.start,
            "length": shape.length,
            "mark": locale.mark(shape),
            "power": 3 if thousand_b and shape.suffix == "b" else shape.power,
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


def _full(dtype: type[pl.DataType], height: int) -> pl.Series:
    """Return a series of falses or nulls."""
    return pl.repeat(False if dtype is pl.Boolean else None, height, dtype=dtype, eager=True)


def _finish(
    column: _Column, kind: str, header: str, implied: pl.Series | None, rule: str, why: str, ambiguous: bool
) -> Parsed:
    """Settle units: percent or fraction, and which currency."""
    percent, currency, currencies = False, None, None
    if kind == "rate":
        verdict = decide_percent(column.values, header=header, signed=column.signed, implied=implied)
        column.values, percent = verdict.values, verdict.percent
        rule, why = f"{rule}; {verdict.rule}", "; ".join(part for part in (why, verdict.evidence) if part)
        ambiguous |= verdict.ambiguous
    if kind == "money":
        named = [] if column.codes is None else column.codes.drop_nulls().unique().sort().to_list()
        stated = currency_in(header)
        if named == ["USD"] and stated:  # a bare $ under a header that names another dollar
            named = [stated]
        currency = named[0] if len(named) == 1 else stated if not named else None
        if len(named) > 1:
            currencies, rule = column.codes, f"{rule}; several currencies: {', '.join(named)}"
        elif currency:
            rule = f"{rule}; {currency}"
    return Parsed(
        column.values, column.unparsed, rule, why, currency, percent, bool(ambiguous), column.markers, currencies
    )
