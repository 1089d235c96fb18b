"""Rows set aside, as a table: where they stood, why, and what was in them.

The raw cells are JSON text, one list a row, so that a row of any width fits one column and can be read back exactly.
A cell that a spreadsheet would run as a formula is guarded by an apostrophe. A file may hold a million copies, so the
text is made for all rows at once.
"""

import json
from collections.abc import Sequence

import polars as pl

from analysis.hostile import FORMULA_STARTS, guard_formula
from analysis.intake.tables import RawTable

__all__ = ["REJECTED", "as_json", "rejections", "removal"]

#: Columns of ``rejected.csv``.
REJECTED = {"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String, "raw": pl.String}

#: What JSON writes otherwise than it is: quotation mark, backslash, control characters.
_ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in ('"', "\\", *map(chr, range(32)))}

#: Apostrophes, then what starts a formula.
_FORMULA = f"^'*[{''.join(FORMULA_STARTS).replace('-', '')}-]"


def removal(where: pl.Series, reason: str) -> pl.DataFrame:
    """Return the rows under a mask as positions (``at``), with one reason."""
    return pl.DataFrame({"at": where.arg_true()}).with_columns(reason=pl.lit(reason))


def rejections(raw: RawTable, removed: pl.DataFrame, *, with_reader: bool = True) -> pl.DataFrame:
    """Return rows of a raw table, given by position (``at``) and ``reason``, as rejected rows in order of lines.

    Parameters
    ----------
    raw : RawTable
        The table as read.
    removed : polars.DataFrame
        ``at`` and ``reason``.
    with_reader : bool
        Whether the rows that its reader set aside are among them.
    """
    at = removed["at"]
    done = pl.DataFrame(
        {"line": raw.lines.gather(at), "reason": removed["reason"], "raw": as_json(raw.frame[at])}, strict=False
    )
    if with_reader and raw.rejected:
        lines, reasons, cells = zip(*raw.rejected, strict=True)
        read = {"line": lines, "reason": reasons, "raw": [_json(row) for row in cells]}
        done = pl.concat([pl.DataFrame(read, schema=done.schema), done])
    done = done.sort("line", "reason", "raw").with_columns(file=pl.lit(raw.name), part=pl.lit(raw.part))
    return done.select(pl.col(name).cast(dtype) for name, dtype in REJECTED.items())


def as_json(frame: pl.DataFrame) -> pl.Series:
    """Return each row of text cells as JSON, every cell guarded against formulas.

    Examples
    --------
    >>> as_json(pl.DataFrame({"a": ["=1", 'say "hi"'], "b": [None, "x"]})).to_list()
    ['["\\'=1", null]', '["say \\\\"hi\\\\"", "x"]']
    """
    if not frame.height:
        return pl.Series("raw", [], dtype=pl.String)
    cells = []
    for name in frame.columns:
        cell = pl.col(name)
        guarded = pl.when(cell.str.contains(_FORMULA)).then("'" + cell).otherwise(cell)
        escaped = guarded.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
        cells.append((pl.lit('"') + escaped + '"').fill_null("null"))
    return frame.select(("[" + pl.concat_str(cells, separator=", ") + "]").alias("raw")).to_series()


def _json(cells: Sequence[str | None]) -> str:
    return json.dumps([None if cell is None else guard_formula(cell) for cell in cells], ensure_ascii=False)
