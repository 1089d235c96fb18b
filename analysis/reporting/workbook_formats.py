"""The number format of an office cell that makes its number read as it reads everywhere else.

A workbook cell and a chart label hold the number itself, so that a client can go on calculating, and a format code
that shows it with the house's one rounding rule: the cell that holds 0.55609 reads ``$0.556``, as the page does. The
code is taken from the words that :mod:`analysis.formats` gives, never from a rule of its own. Marks for decimals and
thousands are the reader's own: the program that opens the file writes them.
"""

import math
import re
from typing import Any

from analysis import formats
from analysis.formats import FormatKind
from analysis.hostile import plain
from analysis.look import Look, using

__all__ = ["TEXT_LIMIT", "clean", "is_number", "number_code"]

#: Longest text of a workbook cell, in characters; the format itself allows no more.
TEXT_LIMIT = 32_000

_THOUSANDS = {"K": ',"K"', "M": ',,"M"', "B": ',,,"B"', "T": ',,,,"T"'}
_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a cell can hold: no flag, no NaN, no infinity.

    Examples
    --------
    >>> is_number(0.5), is_number(True), is_number(float("nan")), is_number("1")
    (True, False, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def clean(text: Any) -> str:
    """Return a text as an office file may hold it: nothing that breaks XML or reverses a line, and not too long."""
    return plain(str(text), TEXT_LIMIT)


def number_code(value: float, kind: str, currency: str | None = None) -> str:
    """Return the format code under which ``value`` reads as :func:`analysis.formats.show` writes it.

    Examples
    --------
    >>> number_code(0.0312, "percent"), number_code(0.55609, "money", "USD"), number_code(12.5, "money", "VND")
    ('0.00%', '"$"#,##0.000', '#,##0.00" VND"')
    >>> number_code(41_900_000, "short"), number_code(2.61, "ratio"), number_code(12345, "count")
    ('#,##0.0,,"M"', '#,##0.00"×"', '#,##0')
    """
    known: FormatKind = kind if kind in {"count", "short", "percent", "money", "ratio"} else "number"  # type: ignore[assignment]
    with using(Look()):  # the code of a format is written one way whatever the reader's language
        text = formats.show(abs(value), known, currency)
    found = _DIGITS.search(text)
    if found is None:
        return "General"
    decimals = len(found[1] or "")
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    before, after = text[: found.start()], text[found.end() :]
    if known == "percent":
        return digits.replace("#,##0.", "0.") + "%"
    if known == "short" and after in _THOUSANDS:
        return digits + _THOUSANDS[after]
    return _quoted(before) + digits + _quoted(after)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"' if text else ""
