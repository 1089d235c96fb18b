"""How a language writes numbers: its decimal and thousands marks, and where the percent and money signs stand.

The words of a report stay English and so do K, M and B; a German reader still wants ``1.234,5`` and ``12 %``. Digits
are decided in :mod:`analysis.formats` alone. Here they are only written otherwise, so one rounding rule holds in
every language. Marks come from the Unicode CLDR (Babel); digits stay 0 to 9.
"""

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["ENGLISH", "Notation", "notation"]


@dataclass(frozen=True, slots=True)
class Notation:
    """The marks of one language."""

    decimal: str = "."
    group: str = ","
    #: Digits of the last group and of the others (``12,34,567`` in India).
    sizes: tuple[int, int] = (3, 3)
    #: What stands before and after a percentage and an amount; ``¤`` is where the currency's sign goes.
    percent_signs: tuple[str, str] = ("", "%")
    money_signs: tuple[str, str] = ("¤", "")

    def digits(self, text: str) -> str:
        """Return an English number, such as ``-1,234.5``, in these marks.

        Examples
        --------
        >>> notation("de").digits("-1,234.5"), notation("en_IN").digits("1,234,567")
        ('-1.234,5', '12,34,567')
        """
        found = re.fullmatch(r"(-?)([\d,]+)(?:\.(\d+))?", text)
        if not found:
            return text  # infinite, or nothing at all
        sign, whole, fraction = found[1], found[2].replace(",", ""), found[3]
        grouped = self._grouped(whole) if "," in found[2] else whole
        return sign + grouped + (self.decimal + fraction if fraction else "")

    def _grouped(self, whole: str) -> str:
        last, other = self.sizes
        head, tail = whole[:-last], whole[-last:]
        parts = [head[max(0, end - other) : end] for end in range(len(head), 0, -other)]
        return self.group.join([*reversed(parts), tail])

    def percent(self, digits: str) -> str:
        """Return digits as a percentage.

        Examples
        --------
        >>> notation("en").percent("12"), notation("tr").percent("12"), ascii(notation("de").percent("12"))
        ('12%', '%12', "'12\\\\xa0%'")
        """
        before, after = self.percent_signs
        sign = "-" if digits.startswith("-") else ""
        return f"{sign}{before}{digits.removeprefix('-')}{after}"

    def money(self, digits: str, sign: str) -> str:
        """Return digits (without a minus) as an amount under a currency's sign.

        Examples
        --------
        >>> notation("en").money("12", "€"), ascii(notation("de").money("12", "$"))
        ('€12', "'12\\\\xa0$'")
        """
        before, after = (part.replace("¤", sign) for part in self.money_signs)
        return f"{before}{digits}{after}"


#: What is written where no other language is asked for.
ENGLISH = Notation()

_PATTERN = re.compile(r"^([^#0]*)[#,.0]+([^#0]*)$")


@cache
def notation(locale: str) -> Notation:
    """Return the marks of a language, named as Babel names it; English where the name is unknown."""
    if locale == "en":
        return ENGLISH
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        known = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return ENGLISH
    plain = known.decimal_formats[None]
    return Notation(
        decimal=get_decimal_symbol(known, numbering_system="latn"),
        group=get_group_symbol(known, numbering_system="latn"),
        sizes=(plain.grouping[0], plain.grouping[1]),
        percent_signs=_signs(known.percent_formats[None].pattern, ENGLISH.percent_signs),
        money_signs=_signs(known.currency_formats["standard"].pattern, ENGLISH.money_signs),
    )


def _signs(pattern: str, otherwise: tuple[str, str]) -> tuple[str, str]:
    """Return what stands before and after the digits of a pattern, direction marks taken off."""
    found = _PATTERN.match(re.sub("[\u200e\u200f\u061c]", "", pattern.split(";")[0]))
    return (found[1], found[2]) if found else otherwise
