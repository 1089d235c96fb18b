"""What a person says of a column, once for a client: which canonical column it is, and how its cells are read.

A header alone is said as ``Fans: followers``. Where a reading is in doubt, the answer stands beside it:
``ER: {column: engagement_rate, rate: percent}``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from analysis.errors import ParameterError, nearest
from analysis.intake.marks import ISO_CURRENCIES
from analysis.schema import COLUMNS

__all__ = ["ANSWERS", "NOTHING", "Told", "told_of"]

#: What may be said of a column beside its name → the answers; of a currency, its ISO code.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "decimal": ("dot", "comma"),
    "rate": ("percent", "fraction"),
    "dates": ("day-month-year", "month-day-year", "year-month-day", "year-day-month"),
    "currency": tuple(sorted(ISO_CURRENCIES)),
}


@dataclass(frozen=True)
class Told:
    """A person's word on one column; what is empty is decided from the cells.

    Attributes
    ----------
    column : str
        The canonical column; empty keeps the column out.
    decimal : str
        The decimal sign of its numbers: ``dot`` or ``comma``.
    rate : str
        ``percent`` where 3.1 means 3.1%, ``fraction`` where 0.031 does.
    dates : str
        The order of day, month and year.
    currency : str
        The currency of its amounts, by ISO code.
    """

    column: str = ""
    decimal: str = ""
    rate: str = ""
    dates: str = ""
    currency: str = ""

    def plain(self) -> str | dict[str, str]:
        """Return the column's name alone where nothing else is said, otherwise all that is said."""
        said = {word: answer for word, answer in asdict(self).items() if answer}
        return said if set(said) - {"column"} else self.column


#: A column of which nothing is said.
NOTHING = Told()


def told_of(header: str, value: Any) -> Told:
    """Return what is said of a column: a name, nothing, or a mapping of ``column`` and what else is known.

    Raises
    ------
    ParameterError
        If a word or an answer is not known.

    Examples
    --------
    >>> told_of("Fans", "followers")
    Told(column='followers', decimal='', rate='', dates='', currency='')
    >>> told_of("Posted", {"column": "published_at", "dates": "day-month-year"}).dates
    'day-month-year'
    """
    if isinstance(value, Told):
        return value
    if not isinstance(value, Mapping):
        return Told(_column(header, value))
    said = {str(word): "" if answer is None else str(answer).strip() for word, answer in value.items()}
    known = [field.name for field in fields(Told)]
    for word, answer in said.items():
        if word not in known:
            raise ParameterError(
                f"the map says {word!r} of {header!r}{nearest(word, known)}; known are {', '.join(known)}."
            )
        if word != "column" and answer and answer not in ANSWERS[word]:
            choices = "ISO codes such as EUR" if word == "currency" else ", ".join(ANSWERS[word])
            raise ParameterError(
                f"the map says {word}: {answer!r} of {header!r}{nearest(answer, ANSWERS[word])}; "
                f"it is one of {choices}."
            )
    if not said.get("column"):
        raise ParameterError(f"the map says how {header!r} is read and not which column it is; add column: and a name.")
    return Told(**{**said, "column": _column(header, said["column"])})


def _column(header: str, value: Any) -> str:
    name = str(value or "").strip()
    if name and name not in COLUMNS:
        raise ParameterError(
            f"the map takes {header!r} for no column of ours: {name!r}{nearest(name, COLUMNS)}. "
            f"Columns are {', '.join(COLUMNS)}."
        )
    return name
