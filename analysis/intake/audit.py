"""The account of one call: what was read, understood, set aside, and why.

``rows_read = rows_kept + rows_rejected`` at the top and for every file. A table that is nothing of ours is refused
whole, by name and reason: its rows are counted as refused, not as read, for nothing was taken from it.
"""

from collections.abc import Sequence
from typing import Any

from analysis.intake.tables import CleanTable, RawTable

__all__ = ["combine", "refused_entry"]

_COUNTS = ("rows_read", "rows_kept", "rows_rejected", "duplicates_removed")


def refused_entry(name: str, reason: str, *, raw: RawTable | None = None) -> dict[str, Any]:
    """Return the audit's entry for a file or table that was refused."""
    return {
        "file": name,
        "part": raw.part if raw else "",
        "grain": None,
        "refused": reason,
        "rows_refused": raw.rows_read if raw else 0,
        **dict.fromkeys(_COUNTS, 0),
        "columns": {},
        "unmapped": list(raw.headers) if raw else [],
        "unparsed": {},
        "rules": list(raw.notes) if raw else [],
        "warnings": [],
    }


def _within(part: str, whole: str) -> bool:
    """Whether a part of a file lies in another; a second table below the first does not."""
    return part.startswith(whole) and not part.startswith("table ")


def combine(entries: Sequence[dict[str, Any]], cleaned: Sequence[CleanTable]) -> dict[str, Any]:
    """Return the audit of a call from the entries of its files.

    Examples
    --------
    >>> combine([refused_entry("a.csv", "a lookup table")], [])["rows_read"]
    0
    """
    grains = sorted({table.grain for table in cleaned})
    inside = {(table.raw.name, _within(table.raw.part, cleaned[0].raw.part)) for table in cleaned}
    if len(grains) > 1 and len(inside) == 1 and inside.pop()[1]:
        grains = [cleaned[0].grain]  # accounts with their posts inside: what the file lists is accounts
    totals = {name: sum(int(entry[name]) for entry in entries) for name in _COUNTS}
    return {
        "grain": grains[0] if len(grains) == 1 else None,
        **totals,
        "files": list(entries),
        "rules": [],
        "warnings": [],
    }
