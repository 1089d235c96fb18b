"""Rows read = rows used + rows set aside, by reason.

A report that reads a ragged file as one row, silently, is wrong with a straight face. So the equation stands on the
first page, it is checked where it is made, and a pack whose rows do not add up is not made.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analysis import formats
from analysis.errors import UnusableDataError
from analysis.hostile import plain

if TYPE_CHECKING:
    from analysis.intake import Tables

__all__ = ["Ledger", "SetAside", "ledger"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows set aside for one reason."""

    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of one file, or of one table in it; a file that is nothing of ours was refused, and says why."""

    file: str
    grain: str
    read: int
    used: int
    set_aside: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of every row."""

    read: int
    used: int
    set_aside: tuple[SetAside, ...]
    files: tuple[FileRows, ...]
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The equation in words.

        Examples
        --------
        >>> Ledger(12, 10, (SetAside("duplicate", 2),), ()).sentence
        '12 rows read = 10 used + 2 set aside (duplicate: 2).'
        """
        aside = sum(part.rows for part in self.set_aside)
        reasons = "; ".join(f"{part.reason}: {formats.count(part.rows)}" for part in self.set_aside)
        told = (
            f"{formats.count(self.read)} rows read = {formats.count(self.used)} used + {formats.count(aside)} set aside"
        )
        return f"{told} ({reasons})." if reasons else f"{told}."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def ledger(tables: "Tables") -> Ledger:
    """Return the row ledger of what the intake gave.

    Raises
    ------
    UnusableDataError
        If the rows do not add up: then something was lost, and no report may be made of the rest.
    """
    audit = tables.audit
    read, kept, rejected = (int(audit[f"rows_{name}"]) for name in ("read", "kept", "rejected"))
    reasons: dict[str, int] = {}
    for reason in tables.rejected["reason"].to_list():
        told = plain(str(reason), 120)
        reasons[told] = reasons.get(told, 0) + 1
    aside = tuple(SetAside(r, rows) for r, rows in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    if read != kept + rejected or rejected != tables.rejected.height:
        raise UnusableDataError(
            f"the rows do not add up: {read:,} read, {kept:,} kept, {rejected:,} rejected, "
            f"{tables.rejected.height:,} listed. No report is made; please report this with the files."
        )
    entries = audit.get("files", [])
    files = tuple(_file(entry) for entry in entries)
    warnings = [text for source in (*entries, audit) for text in source.get("warnings", [])]
    return Ledger(read, kept, aside, files, tuple(dict.fromkeys(plain(str(text), 300) for text in warnings)))


def _file(entry: dict[str, Any]) -> FileRows:
    read, used, aside = (int(entry.get(f"rows_{part}", 0)) for part in ("read", "kept", "rejected"))
    name = " › ".join(filter(None, [entry.get("file"), entry.get("part")]))
    return FileRows(
        plain(name, 120), entry.get("grain") or "", read, used, aside, plain(entry.get("refused") or "", 200)
    )
