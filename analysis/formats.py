"""Numbers into words, with one rounding rule.

A reader never meets ``e+07``, ``41900000.0`` or ``nan``. Every figure keeps three significant digits and no digit
left of the decimal point is dropped, so 12,345 stays 12,345 where counts are shown and becomes 12.3K where space
is short. Nothing in the package rounds before this module: measures keep full precision.

Where a client's look asks for another language (:mod:`analysis.look`), the same digits are written with its marks.
"""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from analysis.look import current
from analysis.notation import Notation, notation

__all__ = [
    "MISSING",
    "FormatKind",
    "as_percent",
    "count",
    "interval",
    "money",
    "number",
    "percent",
    "ratio",
    "short",
    "show",
]

#: How a value is shown.
FormatKind = Literal["text", "count", "short", "percent", "money", "number", "ratio", "date"]

#: What stands where there is no value.
MISSING = "n/a"

#: Significant digits of every rounded figure.
DIGITS = 3

_SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))

#: Symbols that stand before an amount; any other currency is written as its code after the amount.
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "TRY": "₺"}


def _missing(value: Any) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float) and math.isnan(value)


def _endless(value: float) -> str | None:
    return ("-" if value < 0 else "") + "∞" if math.isinf(value) else None


def _marks() -> Notation:
    return notation(current().locale)


def _places(value: float) -> int:
    """Return the decimals that leave ``DIGITS`` significant digits, none when the whole part has them."""
    magnitude = 0 if value == 0 else math.floor(math.log10(abs(value)))
    return max(0, DIGITS - 1 - magnitude)


def _fixed(value: float, places: int) -> str:
    return f"{Decimal(repr(value)):,.{places}f}"  # half to even, on the decimal digits a person reads


def _rounded(value: float, *, trim: bool) -> str:
    text = _fixed(value, _places(value))
    # 9.996 rounds up to 10.00: one digit more than the others, so take the places of the rounded value
    if value:
        text = _fixed(value, _places(float(text.replace(",", "")) or value))
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "0"} else text


def number(value: Any) -> str:
    """Return a plain number with three significant digits.

    Examples
    --------
    >>> number(0.123456), number(1234567.8), number(2.0), number(float("nan"))
    ('0.123', '1,234,568', '2', 'n/a')
    """
    if _missing(value):
        return MISSING
    return _endless(float(value)) or _marks().digits(_rounded(float(value), trim=True))


def count(value: Any) -> str:
    """Return a whole number with thousands separators.

    Examples
    --------
    >>> count(12345.0), count(None)
    ('12,345', 'n/a')
    """
    if _missing(value):
        return MISSING
    return _endless(float(value)) or _marks().digits(_fixed(float(value), 0))


def short(value: Any) -> str:
    """Return a count with K, M, B or T and three significant digits.

    Examples
    --------
    >>> short(41_900_000), short(999_999), short(1_000), short(950), short(0)
    ('41.9M', '1M', '1K', '950', '0')
    """
    if _missing(value):
        return MISSING
    value = float(value)
    if math.isinf(value):
        return str(_endless(value))
    for size, suffix in _SUFFIXES:
        # 999,999 reads 1M, not 1,000K: the suffix follows the rounded value
        if abs(value) >= size * (1 - 0.5 * 10**-DIGITS):
            return _marks().digits(_rounded(value / size, trim=True)) + suffix
    return _marks().digits(_rounded(value, trim=True))


def percent(value: Any) -> str:
    """Return a fraction as a percentage with three significant digits.

    Examples
    --------
    >>> percent(0.0312), percent(0.131), percent(36.93), percent(0.5)
    ('3.12%', '13.1%', '3,693%', '50%')
    """
    if _missing(value):
        return MISSING
    hundredfold = float(Decimal(repr(float(value))).scaleb(2))
    marks = _marks()
    return marks.percent(_endless(hundredfold) or marks.digits(_rounded(hundredfold, trim=True)))


def as_percent(digits: str) -> str:
    """Return digits that are already written, such as ``1.2K``, under a percent sign.

    Examples
    --------
    >>> as_percent("1.2K")
    '1.2K%'
    """
    return _marks().percent(digits)


def money(value: Any, currency: str | None = None) -> str:
    """Return an amount with its currency and whole cents (1.50, not 1.5).

    Examples
    --------
    >>> money(0.1234, "USD"), money(1.5, "EUR"), money(61400, "USD"), money(-3, "USD"), money(12.5, "VND")
    ('$0.123', '€1.50', '$61,400', '-$3.00', '12.50 VND')
    """
    if _missing(value):
        return MISSING
    value = float(value)
    size = abs(value)
    # from one to a hundred an amount has its cents, above it has none, below it keeps three digits
    text = _endless(size) or (_fixed(size, 2) if 1 <= round(size, 2) < 100 else _rounded(size, trim=False))
    if value == 0:
        text = "0"
    sign = "-" if value < 0 and text != "0" else ""
    code = (currency or "").upper()
    marks = _marks()
    if code in _SYMBOLS:
        return sign + marks.money(marks.digits(text), _SYMBOLS[code])
    return f"{sign}{marks.digits(text)} {code}".rstrip()


def ratio(value: Any) -> str:
    """Return a multiple.

    Examples
    --------
    >>> ratio(2.613), ratio(0.5)
    ('2.61×', '0.5×')
    """
    return MISSING if _missing(value) else number(value) + "×"


def show(value: Any, kind: FormatKind, currency: str | None = None) -> str:
    """Return ``value`` as its column's kind wants it; a missing value is ``n/a``.

    Examples
    --------
    >>> show(0.131, "percent"), show(None, "money"), show("micro", "text")
    ('13.1%', 'n/a', 'micro')
    """
    if _missing(value):
        return MISSING
    if kind == "money":
        return money(value, currency)
    if kind == "date":
        return value.strftime("%Y-%m-%d") if isinstance(value, date | datetime) else str(value)[:10]
    if kind == "text":
        return str(value)
    return {"count": count, "short": short, "percent": percent, "number": number, "ratio": ratio}[kind](value)


def interval(low: Any, high: Any, kind: FormatKind = "number", currency: str | None = None) -> str:
    """Return two limits as a reader says them.

    Examples
    --------
    >>> interval(0.1, 0.14, "money", "EUR"), interval(None, None)
    ('€0.100 to €0.140', 'n/a')
    """
    if _missing(low) and _missing(high):
        return MISSING
    return f"{show(low, kind, currency)} to {show(high, kind, currency)}"
