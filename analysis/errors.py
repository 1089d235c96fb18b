"""Every way we refuse something.

An analyst reads these messages, so each says what is wrong, where, and what to do next. The command line prints
the message alone and exits with the class's ``exit_code``: 2 when the call or the data is unusable (nothing was
written), 1 when the call was good and the work failed.
"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "AmbiguousLocaleError",
    "ColumnError",
    "CreatorRoiError",
    "CurrencyError",
    "NotebookError",
    "NotebookRunError",
    "OutputError",
    "ParameterError",
    "PlanError",
    "ReferenceDataError",
    "SchemeError",
    "SourceError",
    "UnusableDataError",
    "ValueRangeError",
    "nearest",
]


class CreatorRoiError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 2


class SourceError(CreatorRoiError):
    """A path, address or file cannot be read at all."""


class UnusableDataError(CreatorRoiError):
    """A file was read, and holds nothing this package can use."""


class AmbiguousLocaleError(CreatorRoiError):
    """A column's numbers can be read in two ways and nothing decides."""


class ColumnError(CreatorRoiError):
    """Columns that a function needs are absent."""

    def __init__(self, missing: Iterable[str], present: Iterable[str], role: str) -> None:
        self.missing, self.present, self.role = tuple(missing), tuple(present), role
        hints = [f"{name!r}{nearest(name, self.present)}" for name in self.missing]
        super().__init__(f"{role} needs {', '.join(hints)}; the table has {', '.join(self.present) or 'no columns'}.")


class ValueRangeError(CreatorRoiError):
    """Values lie outside the range their column allows."""


class CurrencyError(CreatorRoiError):
    """Amounts of several currencies meet where one is needed."""


class SchemeError(CreatorRoiError):
    """A tier scheme is unknown or is not a scheme."""


class ReferenceDataError(CreatorRoiError):
    """A rate card, convention or benchmark file is absent or malformed."""


class ParameterError(CreatorRoiError):
    """A parameter is unknown, mistyped, or out of its range."""


class PlanError(CreatorRoiError):
    """No plan can be made: nobody can be booked, the budget buys nobody, or the constraints contradict."""


class NotebookError(CreatorRoiError):
    """A notebook source breaks the house rules (no parameters tag, a definition in a cell, ...)."""


class OutputError(CreatorRoiError):
    """The output folder cannot be written, or another run holds it."""


class NotebookRunError(CreatorRoiError):
    """A notebook failed, stopped early, or left cells unexecuted."""

    exit_code = 1


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the closest candidate, or an empty string.

    Examples
    --------
    >>> nearest("folowers", ["followers", "likes"])
    " (did you mean 'followers'?)"
    >>> nearest("zzz", ["followers"])
    ''
    """
    close = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""
