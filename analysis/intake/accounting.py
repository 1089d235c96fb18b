"""What is counted and said of a table while it is cleaned: the same for a table held whole and for one in blocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from analysis.hostile import guard_formula
from analysis.intake.readings import Reading
from analysis.intake.recognise import Recognised
from analysis.intake.tables import RawTable

__all__ = [
    "DUPLICATE", "EMPTY", "KEYS", "PROVED", "Unread", "Work", "as_others_prove", "comma_proved", "currency_rule",
    "empty_rows", "entry", "header_of", "identified", "implied_rate", "note", "platform_rule", "undated",
    "unidentified",
]  # fmt: skip

#: Examples kept of cells that could not be read.
EXAMPLES = 5

DUPLICATE = "an exact copy of an earlier row"

EMPTY = "no recognised column holds anything"

#: What names a row, the surest first.
KEYS = ("post_id", "creator_id", "handle", "name")

#: Text columns that tell rows apart though they are not canonical.
_TELLING = ("caption", "title", "url", "link", "permalink", "text", "hashtag")


#: What settles a doubt that a column alone does not.
PROVED = "other columns of the file prove the decimal sign"


@dataclass
class Work:
    """What is gathered while one table is cleaned."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    unparsed: dict[str, dict[str, Any]] = field(default_factory=dict)
    in_doubt: dict[str, dict[str, str]] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    derived: dict[str, pl.Series] = field(default_factory=dict)
    readings: dict[str, tuple[int, Reading]] = field(default_factory=dict)


def comma_proved(rules: Iterable[str]) -> bool:
    """Return whether columns that are read in one way only have a decimal comma, and none a dot."""
    sure = list(rules)
    proved = {
        word
        for word in ("comma", "dot")
        if any(rule.startswith(f"decimal {word}") or f"decimal {word}: proved" in rule for rule in sure)
    }
    return proved == {"comma"}


def as_others_prove(said: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the averages that are in doubt and read as the other columns of the file prove: with a decimal dot."""
    rules = [column.rule for column in said.values() if not column.ambiguous]
    if any("decimal comma" in rule for rule in rules) or not any("decimal dot: proved" in rule for rule in rules):
        return {}
    return {
        name: replace(column, rule=f"{column.rule}; {PROVED}", warnings=(), ambiguous=False, taken={})
        for name, column in said.items()
        if name.startswith("avg_") and column.taken == {"decimal": "dot"} and len(column.warnings) == 1
    }


def undated(header: str, name: str) -> str:
    """Return the warning that a column of dates holds none."""
    return f"{header}: no cell could be read as a date; {name} stays empty"


def implied_rate(columns: Mapping[str, pl.Series]) -> pl.Series | None:
    """Return the engagement rate that an account's own averages and followers give, where they are known."""
    parts = [columns[name] for name in ("avg_likes", "avg_comments") if name in columns]
    if "followers" not in columns or not parts:
        return None
    total = sum(part.cast(pl.Float64).fill_null(0.0) for part in parts)
    return (total / columns["followers"].cast(pl.Float64)).alias("implied")


def header_of(raw: RawTable, index: int) -> str:
    """Return a column's header in one line."""
    return " ".join(raw.headers[index].split()) or f"column {index + 1}"


@dataclass
class Unread:
    """Cells of one column that could not be read: how many, the first different ones, where the first stand."""

    count: int = 0
    examples: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, raw: RawTable, index: int, unparsed: pl.Series) -> None:
        """Take in the next rows of the column."""
        if not unparsed.any():
            return
        self.count += int(unparsed.sum())
        if len(self.examples) < EXAMPLES:
            cells = raw.frame.get_column(raw.frame.columns[index]).filter(unparsed).unique(maintain_order=True)
            fresh = [str(cell) for cell in cells.head(2 * EXAMPLES) if str(cell) not in self.examples]
            self.examples += fresh[: EXAMPLES - len(self.examples)]
        if len(self.lines) < EXAMPLES:
            self.lines += raw.lines.filter(unparsed).head(EXAMPLES - len(self.lines)).to_list()


def note(header: str, index: int, name: str, said: Reading, unread: Unread, work: Work) -> None:
    """Write down how a column was read and what could not be."""
    if said.rule:
        work.rules.append(f"{name} from {header!r}: {said.rule}")
    work.warnings += [f"{header!r}: {text}" for text in said.warnings]
    if said.taken:
        work.in_doubt[header] = {"column": name, **said.taken}
    if unread.count:
        key = header if header not in work.unparsed else f"{header} (column {index + 1})"
        work.unparsed[key] = {
            "column": name,
            "count": unread.count,
            "examples": [guard_formula(example[:80]) for example in unread.examples],
            "lines": unread.lines,
        }


def currency_rule(codes: Iterable[str]) -> str:
    """Say where the currency of the rows comes from."""
    return f"currency: {', '.join(sorted(set(codes)))}, from headers or currency signs"


def platform_rule(platform: str) -> str:
    """Say where the platform of the rows comes from."""
    return f"platform: {platform}, from the file's name"


def empty_rows(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.Series:
    """Return the rows in which no recognised column holds anything."""
    recognised = [name for name in frame.columns if name in mapping.values()]
    if not recognised or any(not frame.get_column(name).null_count() for name in recognised):
        return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    return frame.select(pl.all_horizontal(pl.col(recognised).is_null())).to_series()


def unidentified(rows: int) -> str:
    """Return the warning that equal rows stay."""
    return f"{rows:,} rows equal an earlier one and stay: nothing identifies a row"


def identified(raw: RawTable, columns: Sequence[str]) -> bool:
    """Return whether a row names what it is about, so that an equal one is a copy."""
    if any(name in columns for name in ("creator_id", "handle", "name", "post_id", "campaign_id")):
        return True
    return any(word in header.casefold() for header in raw.headers for word in _TELLING)


def entry(
    raw: RawTable, recognised: Recognised, work: Work, counts: tuple[int, int, int, int], notes: Sequence[str]
) -> dict[str, Any]:
    """Return a table's entry in the audit; the counts are rows read, kept, rejected, and duplicates removed."""
    return {
        "file": raw.name,
        "part": raw.part,
        "grain": recognised.grain,
        "why": recognised.why,
        **dict(zip(("rows_read", "rows_kept", "rows_rejected", "duplicates_removed"), counts, strict=True)),
        "columns": dict(work.mapping),
        "unmapped": [header_of(raw, index) for index in range(len(raw.headers)) if index not in work.used],
        "unparsed": work.unparsed,
        "in_doubt": work.in_doubt,
        "rules": [*notes, *work.rules],
        "warnings": work.warnings,
    }
