"""Columns that stay text, and those that say one of a few things: identifiers, names, flags, relations.

An identifier keeps every digit and every leading zero. What a spreadsheet did to it is undone where that is certain (a
``.0`` at every end, the address of a profile around a handle) and pointed out where digits are lost.
"""

from typing import Any

import polars as pl

from analysis.intake.distinct import Lexicon, repeats_itself
from analysis.intake.marks import ERROR_MARKER, MISSING_MARKERS
from analysis.intake.platforms import NATIVE_NAMES
from analysis.intake.readings import ColumnReader, Reading, none_of

__all__ = ["ChoiceReader", "TextReader"]

#: Missing markers that no account, post or campaign is called.
_NO_ID = frozenset([
    "-", "--", "---", "–", "—", "n/a", "na", "#n/a", "#na", "<na>", "n.a.", "nan", "nat", "none", "null", "nil",
    "(null)", "undefined", "(none)", "missing", "(not set)", "not set", "not available", "null%", "n/d", "s/d", "k.a.",
])  # fmt: skip

_PLATFORMS = {
    "ig": "instagram", "insta": "instagram",
    "tik tok": "tiktok", "tt": "tiktok", "yt": "youtube", "you tube": "youtube", "fb": "facebook",
    **NATIVE_NAMES,
}  # fmt: skip

_RELATIONS = (
    ("ambassador", r"ambassador|embajador|embaixador|botschafter|ambassadeur|elçi|brand rep"),
    ("gifted", r"gift|barter|seed|product only|free product|regalo|permuta|geschenk|produkt|cadeau|hediye|협찬|trade"),
    ("paid", r"paid|fee|cash|flat|sponsor|pagad|pago|bezahlt|paye|payé|ücret|유료|commission|money|contract"),
)
_TRUE = r"(?i)^(?:true|yes|y|1|ja|si|sí|oui|evet|sim|예|da|x|✓|sponsored|paid|ad)$"
_FALSE = r"(?i)^(?:false|no|n|0|nein|non|hayır|não|nao|아니요|organic)$"


#: Identifiers that need a second look: cut to scientific notation, or inside an address.
_ODD = r"^(?:\d\.\d+[eE]\+\d+$|https?://|www\.)"


#: A handle as networks write it: nothing to trim, no marker, no number, no address.
_AT = r"^@[A-Za-z_][A-Za-z0-9_.-]*$"
_PEEK = 100


class TextReader(ColumnReader):
    """Identifiers, names and other texts."""

    dotted: bool | None = None  # whether every cell so far ends in .0
    broken = 0
    repeated = False  # whether the last block said the same again and again
    known: pl.Series | None = None  # what the distinct cells of a column that does are
    same: str | None = None  # the one cell that all rows held so far

    def __init__(self, kind: str, name: str, header: str) -> None:
        super().__init__(kind, name, header)
        self.lexicon = Lexicon()

    def _read(self, cells: pl.Series, plan: Any, implied: pl.Series | None) -> Reading:
        if self.same is not None and bool((cells == self.same).all(ignore_nulls=False)):
            return Reading(self.known.new_from_index(0, len(cells)), none_of(cells))  # type: ignore[union-attr]
        if self.kind != "id" and (self.repeated or repeats_itself(cells)):
            codes, new = self.lexicon.look_up(cells)
            if len(new):
                parts = [self._values(new, plan)] if self.known is None else [self.known, self._values(new, plan)]
                self.known = pl.concat(parts, rechunk=True)
                self.same = new[0] if len(self.known) == 1 else None
            values = cells if self.known is None else self.known.gather(codes)  # or there is nothing in any of them
            self.repeated = 2 * self.lexicon.size <= len(cells)
            if not self.repeated:
                self.lexicon, self.known, self.same = Lexicon(), None, None
            return Reading(values, none_of(cells))
        return Reading(self._values(cells, plan), none_of(cells))

    def plan(self) -> Any:
        """Return whether every identifier ends in ``.0``."""
        return bool(self.dotted), None

    def said(self) -> Reading:
        """Return the warning that identifiers lost digits, where some did; without values."""
        nothing = pl.Series([], dtype=pl.Boolean)
        note = f"{self.broken:,} identifiers were cut to scientific notation by a spreadsheet and lost digits"
        return Reading(nothing, nothing, "", (note,) if self.broken else ())

    def _values(self, cells: pl.Series, plan: Any) -> pl.Series:
        if self.name == "handle" and cells.head(_PEEK).str.contains(_AT).all() and cells.str.contains(_AT).all():
            self.dotted = False if len(cells) > cells.null_count() else self.dotted
            return cells.str.slice(1)
        trimmed = cells.str.strip_chars()
        markers = _NO_ID if self.kind == "id" or self.name == "name" else MISSING_MARKERS
        spelt = {form for marker in markers for form in (marker, marker.upper(), marker.capitalize(), marker.title())}
        missing = trimmed.is_in(["", *spelt])
        hashed = trimmed.str.starts_with("#")
        if hashed.any():
            missing = missing | (hashed & trimmed.str.contains(ERROR_MARKER))
        values = trimmed if not missing.any() else pl.select(pl.when(~missing).then(trimmed)).to_series()
        if self.kind == "id":
            values = values.str.strip_prefix("@") if self.name == "handle" else values
            numeric = values.drop_nulls()
            if len(numeric):
                dotted = bool(numeric.str.ends_with(".0").all()) and bool(numeric.str.contains(r"^\d+\.0$").all())
                self.dotted = dotted if self.dotted is None else self.dotted and dotted
            if self.dotted if plan is None else plan[0]:
                values = values.str.strip_suffix(".0")
            if not numeric.str.contains(_ODD).any():  # one look at all cells for what hardly ever is
                return values
            broken = values.str.contains(r"^\d\.\d+[eE]\+\d+$").fill_null(False)
            if broken.any():
                self.broken += int(broken.sum())
                return values
        if self.name == "handle":
            values = _from_address(values)
        if self.name == "platform":
            values = values.str.to_lowercase().replace(_PLATFORMS)
        if self.name == "currency":
            values = values.str.to_uppercase()
        return values


def _from_address(values: pl.Series) -> pl.Series:
    """Take the handle out of a profile address."""
    address = values.str.contains(r"^(?:https?://|www\.)").fill_null(False)
    if not address.any():
        return values
    handle = values.str.extract(r"^(?:https?://)?[^/]+/(?:@|c/|user/|channel/)?([^/?#]+)")
    return pl.select(pl.when(address & handle.is_not_null()).then(handle).otherwise(values)).to_series()


class ChoiceReader(ColumnReader):
    """Yes or no, and the relation an account has to the brand: each cell says it by itself."""

    def _read(self, cells: pl.Series, plan: Any, implied: pl.Series | None) -> Reading:
        return _flag(cells) if self.kind == "flag" else _relation(cells)


def _flag(cells: pl.Series) -> Reading:
    trimmed = cells.str.strip_chars()
    yes, no = trimmed.str.contains(_TRUE), trimmed.str.contains(_FALSE)
    values = pl.select(pl.when(yes).then(True).when(no).then(False)).to_series()
    known = yes | no | trimmed.str.to_lowercase().is_in(list(MISSING_MARKERS)) | (trimmed == "")
    return Reading(values, (~known).fill_null(False))


def _relation(cells: pl.Series) -> Reading:
    lowered = cells.str.strip_chars().str.to_lowercase()
    expression: Any = pl.when(pl.lit(False)).then(pl.lit(None, dtype=pl.String))
    for value, pattern in _RELATIONS:
        expression = expression.when(lowered.str.contains(pattern)).then(pl.lit(value))
    values = pl.select(expression.otherwise(None)).to_series()
    unread = values.is_null() & lowered.is_not_null() & ~lowered.is_in([*MISSING_MARKERS, ""]).fill_null(True)
    return Reading(values, unread)
