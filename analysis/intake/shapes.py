"""The shape of a number cell: every digit written as 9, everything else as it is.

``₹8,999`` and ``₹1,250`` have one shape. A column of ten million cells has a few dozen shapes, so all the thinking
about a cell (where the number starts, which marks it carries, what the marks could mean) is done once per shape, and
the cells follow by slicing. A shape says what is *possible*; what a mark means is decided for the column, because
``1.234`` alone can be read in two ways.

The trap is text that happens to hold digits (``5 Minute Crafts``, ``2024-01-05``, ``10k-20k``): anything beside the
number must be a known mark, or the same words in most of the column.
"""

import re
from dataclasses import dataclass

import polars as pl

from analysis.intake.marks import CURRENCY_SIGNS, ISO_CURRENCIES, MULTIPLIERS, unit_words

__all__ = ["Reading", "Shape", "read_shape", "tidy"]

#: One character in another script → the same character as we read it. Lengths are kept.
_ALIKE = {
    **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10) for digit in range(10)},
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u202f\u205f\u3000\t\r\n", " "),
    **dict.fromkeys("\u2212\u2010\u2011\u2012\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2019\u2018\u02bc\uff07\u00b4`", "'"),
    "\u066b": ",", "\u066c": "'", "\uff0c": ",", "\uff0e": ".", "\uff05": "%", "\u066a": "%", "\uff0b": "+",
    "\uff08": "(", "\uff09": ")", "\u3001": ",", "\u060c": ",",
}  # fmt: skip

#: Marks that have no width: direction, joiners, soft hyphen, byte order.
_INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"

_NUMBER = re.compile(r"(?:9+(?:[.,'_]9+| 999(?!9))*(?:[.,](?!9))?|[.,]9+)(?:[eE][+-]?9+)?")
_SIGNS = sorted(CURRENCY_SIGNS, key=len, reverse=True)
_WORDS = sorted(MULTIPLIERS, key=len, reverse=True)
#: Digits behind a number belong to something else when bracketed, numbered, or a change in percent; else to a range.
_ASIDE = re.compile(r"^(?:\([^()]*\)|\[[^\[\]]*\]|#\s?9+|[-+±▲▼↑↓]\s?9+(?:[.,]9+)?\s?%)$")
_PERCENT = re.compile(
    r"^(?:%|‰|(?:percent|pct|prozent|por ?ciento|por ?cento|pour ?cent|persen|yüzde)\b)", re.IGNORECASE
)
_ABOUT = re.compile(r"^(?:~|≈|±|ca\.?|circa|approx\.?|about|etwa|rund|aprox\.?|env\.?|'|\")\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the separators of one number can mean.

    ``decimal`` is the decimal sign when the shape alone proves it ('' for none), or None when a single separator is
    followed by three digits and could be either.
    """

    separators: str
    decimal: str | None
    proves: str | None  # 'dot' or 'comma': the decimal sign of the language this shape is written in
    weak: str | None  # '.' or ',' when either reading is possible
    tail: int  # digits behind the last separator


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape, taken apart."""

    start: int
    length: int
    power: int  # the number is times ten to this: 6 for a million, -2 for a percent
    negative: bool
    suffix: str
    percent: bool  # a percent or per-mille sign is present
    currency: str | None
    money: bool  # a currency mark is present, named or not
    junk: str  # unknown text beside the number, digits and all; '' when there is none
    reading: Reading


def tidy(cells: pl.Series) -> pl.Series:
    """Return cells with digits, spaces and signs of other scripts written in ASCII, trimmed."""
    if (cells.str.len_bytes() != cells.str.len_chars()).any():
        cells = cells.str.replace_all(_INVISIBLE, "").str.replace_many(list(_ALIKE), list(_ALIKE.values()))
    elif cells.str.contains("[\t\r\n`]").any():
        cells = cells.str.replace_all("[\t\r\n]", " ").str.replace_all("`", "'", literal=True)
    return cells.str.strip_chars()


def read_shape(shape: str, *, zero: bool = False) -> Shape | None:
    """Take one shape apart; None when it holds no number that can be read.

    Parameters
    ----------
    shape : str
        A tidied cell with every digit written as 9.
    zero : bool
        Whether the number starts with the digit 0 before its separator, as in ``0,123``.

    Examples
    --------
    >>> found = read_shape("€ 9.999,99")
    >>> found.currency, found.reading.decimal
    ('EUR', ',')
    >>> read_shape("99k-99k") is None
    True
    """
    found = _NUMBER.search(shape)
    if found is None:
        return None
    reading = _separators(found.group(), zero=zero)
    if reading is None:
        return None
    before, after = shape[: found.start()].strip(), shape[found.end() :].strip()
    attached = found.end() < len(shape) and not shape[found.end()].isspace()
    negative, percent, money = False, 0, False
    currency: str | None = None
    while match := _ABOUT.match(before):
        before = before[match.end() :]
    if before.startswith("(") and after.endswith(")") and "(" not in after:
        before, after, negative = before[1:].strip(), after[:-1].strip(), True
    for _ in range(3):  # a sign may stand on either side of a currency mark, once on each side
        if before[:1] in "+-" and before:
            negative, before = negative ^ (before[0] == "-"), before[1:].strip()
        elif before[-1:] in "+-" and before:
            negative, before = negative ^ (before[-1] == "-"), before[:-1].strip()
    if before:
        before, code, hit = _currency(before, from_start=False)
        currency, money = code, hit
        if before[-1:] in "+-" and before and hit:
            negative, before = negative ^ (before[-1] == "-"), before[:-1].strip()
    if before[-1:].isalpha() and not shape[found.start() - 1].isspace():
        return None  # INF001 is a name
    power, suffix, after = _multiplier(after)
    if after.startswith("-") and not after.strip("-– "):  # 1.234,- and 1,234-
        negative, after = negative ^ (found.group()[-1] not in ".,"), ""
    if sign := _PERCENT.match(after):
        percent, after = (3 if sign.group() == "‰" else 2), after[sign.end() :].strip()
    if after.startswith("/-"):  # rupees: 2,500/-
        after = after[2:].strip()
    if after:
        rest, code, hit = _currency(after, from_start=True)
        if hit and (not money or code is None or currency in {None, code} or before == ""):
            after, currency, money = rest, code or currency, True
    if re.match(r"\+(?!\s?9)", after):
        after = after[1:].strip()
    if after and unit_words().match(after):
        after = ""
    if after and attached and not suffix and after[:1].isalpha():
        return None
    if "9" in before or ("9" in after and not _ASIDE.match(after)):
        return None
    junk = f"{before}\N{BULLET}{after}" if before or after else ""
    return Shape(
        found.start(),
        len(found.group().rstrip(".,")),
        power - percent,
        negative,
        suffix,
        percent > 0,
        currency,
        money,
        junk,
        reading,
    )


def _separators(number: str, *, zero: bool) -> Reading | None:
    """Return what the separators of a bare number prove, or None when no language writes numbers so."""
    mantissa = re.split("[eE]", number)[0]
    exponent = len(mantissa) != len(number)
    body = mantissa.rstrip(".,")
    marks = re.sub("9", "", body)
    groups = re.split(r"[.,'_ ]", body)
    tail = len(groups[-1]) if marks else 0
    kinds = set(marks)
    if not marks:
        return Reading("", "", None, None, 0)
    if exponent or len(marks) == 1:
        mark = marks[0]
        if mark in "'_ ":
            return Reading(marks, "", None, None, tail) if _grouped(groups) and not exponent else None
        if len(marks) > 1:
            return None
        head = len(groups[0])
        name = "dot" if mark == "." else "comma"
        if exponent or tail != 3 or head == 0 or head > 3 or zero:
            return Reading(marks, mark, name, None, tail)
        return Reading(marks, None, None, mark, tail)
    if len(kinds) == 1:  # one sign repeated: thousands
        if not _grouped(groups):
            return None
        other = {".": "comma", ",": "dot"}.get(marks[0])
        return Reading(marks, "", other, None, tail)
    last = marks[-1]
    if last in ".," and marks.count(last) == 1 and len(set(marks[:-1])) == 1 and _grouped(groups[:-1]):
        return Reading(marks, last, "dot" if last == "." else "comma", None, tail)
    return None


def _grouped(groups: list[str]) -> bool:
    """Whether digit groups are thousands (1,234,567) or lakhs and crores (2,28,00,000)."""
    sizes = [len(group) for group in groups]
    if len(sizes) == 1:
        return True
    western = 1 <= sizes[0] <= 3 and all(size == 3 for size in sizes[1:])
    indian = 1 <= sizes[0] <= 2 and sizes[-1] == 3 and all(size == 2 for size in sizes[1:-1])
    return western or indian


def _multiplier(after: str) -> tuple[int, str, str]:
    """Take a suffix off the text behind a number: power of ten, suffix, what remains."""
    lowered = after.lower()
    for word in _WORDS:
        if not lowered.startswith(word):
            continue
        rest = after[len(word) :]
        free = not rest or not rest[0].isalpha() or not word.isascii() or unit_words().match(rest) is not None
        if free or _currency(rest, from_start=True)[2]:
            if word == "l" and after[0] == "l":  # litres and list marks; lakhs are written L
                continue
            return MULTIPLIERS[word], word, rest.strip()
    return 0, "", after


def _currency(text: str, *, from_start: bool) -> tuple[str, str | None, bool]:
    """Take a currency mark off one end of a text: what remains, ISO code, whether a mark was there."""
    lowered = text.lower()
    for sign in _SIGNS:
        if lowered.startswith(sign) if from_start else lowered.endswith(sign):
            rest = text[len(sign) :] if from_start else text[: len(text) - len(sign)]
            edge = rest[:1] if from_start else rest[-1:]
            if not (sign[-1 if from_start else 0].isalpha() and edge.isalpha()):
                return rest.strip(), CURRENCY_SIGNS[sign], True
    match = re.match(r"[A-Za-z]{3}(?![A-Za-z])" if from_start else r".*?(?<![A-Za-z])([A-Za-z]{3})$", text)
    if match:
        code = (match.group() if from_start else match.group(1)).upper()
        if code in ISO_CURRENCIES:
            rest = text[3:] if from_start else text[:-3]
            return rest.strip(), code, True
    return text, None, False
