"""Numbers that carry a note, or are written in parts, become plain ones before they are read again.

A ranking site prints ``105.4M (=)`` or ``95,210 ▲12``: the number and what changed. Korean, Japanese and Chinese write
large numbers in parts, ``80억2345만`` (eighty hundred-millions and so many ten-thousands), with commas that are always
thousands. Both are tried only on a column in which cells could not be read, and only where a pattern of the column
says so: one cell with a bracket proves nothing.
"""

import polars as pl

__all__ = ["plainer"]

#: Such notes are a pattern of the column when at least this share of its cells carry one.
NOTED_SHARE = 0.8

#: Cells looked at before a whole column is rewritten.
PEEK = 1_000

#: A number and the note that a site prints after it: ``105.4M (=)``, ``1.2k(2135)``, ``95,210 ▲12``.
_NOTED = (
    r"^\s*([^\s()\[\]]*\d[\d.,]*\s?[A-Za-z%]{0,4}?)\s*[^\x00-\x7F]?\s*"
    r"(?:[(\[][^()\[\]]{0,30}[)\]]|[▲▼△▽↑↓⬆⬇]\s*[+-]?[\d.,]*\s?[A-Za-z%]{0,4})\s*$"
)
#: A number with its unit and, right behind it, a change in percent: ``3.67亿51%``, ``1.2M +3.4%``.
_CHANGED = r"^\s*(\d[\d.,]*\s?[KkMmBb千천만萬万억億亿])\s*[+−-]?\s?\d[\d.,]*\s?%\s*$"
#: Hundred millions, ten thousands, thousands and the rest, with the counted thing after them.
_PARTS = (
    r"^(?:([0-9.]+)[억億亿])?(?:([0-9.]+)[만萬万])?(?:([0-9.]+)[천千])?([0-9]+)?"
    r"((?:[명회개건편원人回次本件円元]|조회|달러)?)$"
)
_SEVERAL = "[억億亿].*[만萬万]|[만萬万].*[천千]|[억億亿만萬万][\\d,]*\\d"


def plainer(cells: pl.Series, unparsed: pl.Series) -> tuple[pl.Series | None, str]:
    """Return the cells as plainer numbers and what was done, or None: a column of text → a column of text.

    Examples
    --------
    >>> plainer(pl.Series(["10.5M (=)", "9.1M (+2)"]), pl.Series([True, True]))[0].to_list()
    ['10.5M', '9.1M']
    >>> plainer(pl.Series(["80억2345만", "5,000만"]), pl.Series([True, False]))[0].to_list()
    ['8023450000', '50000000']
    """
    if not unparsed.any():
        return None, ""
    if 2 * int(unparsed.sum()) >= len(cells) - cells.null_count():
        noted = _without_notes(cells)
        if noted is not None:
            return noted, "the note after each number is left out"
    return _summed(cells, unparsed), "numbers written in parts are summed"


def _without_notes(cells: pl.Series) -> pl.Series | None:
    held = cells.drop_nulls().head(PEEK)
    for pattern in (_NOTED, _CHANGED):
        if float(held.str.contains(pattern).mean() or 0.0) >= NOTED_SHARE:  # type: ignore[arg-type]
            noted = cells.str.extract(pattern)
            return pl.select(pl.when(noted.is_not_null()).then(noted).otherwise(cells)).to_series().alias(cells.name)
    return None


def _summed(cells: pl.Series, unparsed: pl.Series) -> pl.Series | None:
    if not cells.filter(unparsed).head(PEEK).str.contains(_SEVERAL).any():
        return None
    bare = cells.str.replace_all(r"[\s,]", "").str.extract_groups(_PARTS)
    fields = [bare.struct.field(str(place)) for place in range(1, 6)]
    parts = [field.cast(pl.Float64, strict=False) for field in fields[:4]]
    total = sum((part.fill_null(0.0) * power for part, power in zip(parts, (1e8, 1e4, 1e3, 1.0), strict=True)), 0.0)
    large = parts[0].is_not_null() | parts[1].is_not_null() | parts[2].is_not_null()
    if not large.any():
        return None  # cells as they were would be read again and again
    number = pl.select(pl.lit(total).round(0).cast(pl.Int64).cast(pl.String) + fields[4].fill_null("")).to_series()
    return pl.select(pl.when(large).then(number).otherwise(cells)).to_series().alias(cells.name)
