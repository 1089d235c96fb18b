"""How the tables of a folder point at each other: which column of one is the key of another.

Two columns link when they carry the same identifier and the values agree: the same header (``campaign_id`` in both),
or the same canonical role (``influencer_id`` of posts and ``id`` of influencers, both the account), or ``x_id``
pointing at the ``id`` of a table of x; and at least half of the values that point must be found. Names alone prove
nothing, and neither do numbers: running numbers 1..n in unrelated tables look joinable and are not.

A table's account is found by following such links, each of them many-to-one: a payment names a campaign, the
campaign names one influencer. A link under which one key would lead to several accounts leads to none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from analysis.intake.numbers import is_missing
from analysis.intake.records import snake
from analysis.intake.tables import CleanTable, RawTable

__all__ = ["ACCOUNT", "Sheet", "Web", "make_sheet", "normal", "spoken"]

#: The column in which account keys travel while tables are joined.
ACCOUNT = "_account"

#: Share of pointing values that must be found for two columns to be linked.
FOUND = 0.5

#: Hops followed from a table to an account.
MOST_HOPS = 3

_KEY = re.compile(r"(?:^|_)(?:id|ids|uid|key|code|ref|no|number|handle|username|email|shortcode|slug|uuid|name)$")
#: Headers under which each table numbers its own rows: alike in two tables, they say nothing of each other.
_OWN_NUMBER = frozenset({"id", "uid", "uuid", "pk", "key", "no", "number"})
_ROLES = ("creator_id", "handle", "campaign_id", "post_id")


@dataclass
class Sheet:
    """One table with its possible keys: header in snake case → values as text, trimmed and in lower case."""

    label: str
    stem: str
    grain: str | None
    frame: pl.DataFrame
    keys: dict[str, pl.Series]
    roles: dict[str, str]  # key header → canonical column it was recognised as
    extra: pl.DataFrame
    headers: frozenset[str]
    clean: CleanTable | None = None
    pieces: dict[str, frozenset[str]] = field(default_factory=dict)  # file → its headers, once files are stacked
    hidden: frozenset[str] = frozenset()  # the label where the table, or each of its pieces, is hidden in its file

    @property
    def height(self) -> int:
        """Rows of the table."""
        return self.extra.height if self.grain is None else self.frame.height

    def unique(self, header: str) -> bool:
        """Whether a key names at most one row, and most rows have it."""
        values = self.keys[header].drop_nulls()
        return len(values) > 0.9 * self.height and values.n_unique() == len(values)

    def others(self) -> list[str]:
        """Return the columns that were not recognised, as the file names them."""
        return [column for column in self.extra.columns if column != "_row"]

    def filter(self, mask: pl.Series) -> "Sheet":
        """Return the rows under a mask."""
        keys = {header: values.filter(mask) for header, values in self.keys.items()}
        return replace(self, frame=self.frame.filter(mask), keys=keys, extra=self.extra.filter(mask))


def spoken(header: str) -> str:
    """Return a header as keys are compared: snake case, in any script.

    Examples
    --------
    >>> spoken("campaignId"), spoken("达人ID"), spoken("Situação")
    ('campaign_id', '达人_id', 'situação')
    """
    if header.isascii():
        return snake(header)
    apart = re.sub(r"(?<=[\u0400-\u1dff\u2e80-\uffff])(?=[A-Za-z])", "_", header)
    return re.sub(r"\W+", "_", apart.casefold()).strip("_")


def normal(values: pl.Series) -> pl.Series:
    """Return key values as they are compared: text, trimmed, lower case, no leading @, no ``.0``, markers missing."""
    text = values.cast(pl.String).str.strip_chars().str.to_lowercase()
    text = text.str.replace(r"^@+", "").str.replace(r"^(\d+)\.0+$", "$1")
    return pl.select(pl.when(~is_missing(text)).then(text)).to_series().alias(values.name)


def make_sheet(table: CleanTable | RawTable) -> Sheet:
    """Return the sheet of a cleaned table, or of one that was refused and may still be a lookup."""
    raw = table.raw if isinstance(table, CleanTable) else table
    frame = table.frame if isinstance(table, CleanTable) else pl.DataFrame()
    extra = table.extra if isinstance(table, CleanTable) else raw.frame
    height = frame.height if isinstance(table, CleanTable) else raw.frame.height
    extra = pl.DataFrame([*extra.get_columns(), pl.int_range(height, dtype=pl.Int64, eager=True).alias("_row")])
    mapping = table.mapping if isinstance(table, CleanTable) else {}
    keys: dict[str, pl.Series] = {}
    roles: dict[str, str] = {}
    for header, column in mapping.items():
        name = spoken(header)
        if column in _ROLES or column == "name":
            keys.setdefault(name, normal(frame[column]))
            roles.setdefault(name, column)
    for column in extra.columns[:-1]:
        name = spoken(column)
        if _KEY.search(name) and name not in keys:
            keys[name] = normal(extra[column])
    stem = spoken(re.sub(r"\(\d+\)|\.\w{2,8}$", "", raw.part or raw.name.rsplit("/", 1)[-1]).strip())
    grain = table.grain if isinstance(table, CleanTable) else None
    clean = table if isinstance(table, CleanTable) else None
    hidden = frozenset({raw.label}) if raw.hidden else frozenset()
    return Sheet(
        raw.label, stem, grain, frame, keys, roles, extra, frozenset(map(spoken, raw.headers)), clean, {}, hidden
    )


def _entity(header: str) -> str:
    return re.sub(r"_(?:id|key|code|ref|no|number)$", "", header)


def _about(header: str, stem: str) -> bool:
    """Whether ``platform_id`` speaks of the table ``platforms`` (or ``dim_platforms``)."""
    entity = _entity(header)
    table = re.sub(r"^(?:dim|fact|tbl|table|ref|lookup|stg|raw)_|_(?:table|data|list)$", "", stem)
    return entity != header and table.rstrip("s") == entity.rstrip("s")


@dataclass
class Web:
    """All sheets of a call and how they point at each other."""

    sheets: Sequence[Sheet]
    notes: dict[str, str] = field(default_factory=dict)

    def same_key(self, one: Sheet, header: str, other: Sheet) -> list[str]:
        """Return the headers of another sheet that carry the same identifier by name, the surest first."""
        role = one.roles.get(header)
        found = [header] if header in other.keys else []
        if header in _OWN_NUMBER and (role is None or role != other.roles.get(header)):
            found = []
        if not found and header in other.roles.values() and header != "name":
            found = [key for key, what in other.roles.items() if what == header]
        if not found:
            found = [key for key in other.keys if key in {"id", "key", "code"} and _about(header, other.stem)]
            found += [key for key in other.keys if header in {"id", "key", "code"} and _about(key, one.stem)]
        if not found and role is not None and role != "name":
            found = [key for key, what in other.roles.items() if what == role]
        return found

    def overlap(self, one: pl.Series, other: pl.Series) -> float:
        """Return the share of distinct values of ``one`` that ``other`` has."""
        values = one.drop_nulls().unique()
        return float(values.is_in(other.drop_nulls().unique().implode()).mean() or 0.0) if len(values) else 0.0  # type: ignore[arg-type]

    def points_at(self, one: Sheet, header: str, others: Iterable[Sheet]) -> list[tuple[Sheet, str]]:
        """Return the sheets, and their unique keys, at which a column points; those with its own header first."""
        found = []
        for other in others:
            if other is one:
                continue
            for key in self.same_key(one, header, other):
                if other.unique(key) and self.overlap(one.keys[header], other.keys[key]) >= FOUND:
                    found.append((other, key))
        return sorted(found, key=lambda pair: pair[1] != header)

    def account_of(
        self, sheet: Sheet, accounts: Sheet | None, own: str | None, *, hops: int = MOST_HOPS
    ) -> tuple[pl.Series, str] | None:
        """Return the account of each row of a sheet and the way it was found; None when no way leads there.

        Parameters
        ----------
        sheet : Sheet
            The table whose rows need an account.
        accounts : Sheet or None
            The table of accounts; without one, the first identifier of an account in any table is the account.
        own : str or None
            The header of the accounts' key.
        """
        direct = self._direct(sheet, accounts, own)
        if direct is not None or hops == 0:
            return direct
        best: tuple[float, pl.Series, str] | None = None
        for header, values in sheet.keys.items():
            if sheet.roles.get(header) == "name" or values.null_count() == len(values):
                continue
            for link in self.sheets:
                if link is sheet or link is accounts:
                    continue
                for key in self.same_key(sheet, header, link):
                    if self.overlap(values, link.keys[key]) < FOUND:
                        continue
                    onward = self.account_of(link, accounts, own, hops=hops - 1)
                    if onward is None:
                        continue
                    led = _lead(values, link.keys[key], onward[0])
                    share = 1 - led.null_count() / max(len(led), 1)
                    if share >= FOUND and (best is None or share > best[0]):
                        best = share, led, f"{header} → {link.label} → {onward[1]}"
        return None if best is None else (best[1], best[2])

    def _direct(self, sheet: Sheet, accounts: Sheet | None, own: str | None) -> tuple[pl.Series, str] | None:
        if accounts is None or own is None:
            for role in ("creator_id", "handle"):
                for header, what in sheet.roles.items():
                    if what == role and sheet.keys[header].is_not_null().any():
                        return sheet.keys[header], header
            return None
        if sheet is accounts:
            return sheet.keys[own], own
        ways = []
        for header in sheet.keys:
            for _, key in self.points_at(sheet, header, [accounts]):
                if accounts.roles.get(key) == "name" and sheet.roles.get(header) not in {"name", "handle"}:
                    continue
                ways.append((key != own, accounts.roles.get(key) == "name", header, key))
        if not ways:
            return None
        _, _, header, key = min(ways)
        led = _lead(sheet.keys[header], accounts.keys[key], accounts.keys[own])
        kept = sheet.keys[header] if key == own else led  # an unknown id stays itself: an orphan, not nobody
        return kept, header


def _lead(values: pl.Series, keys: pl.Series, targets: pl.Series) -> pl.Series:
    """Return the target of each value; where a key leads to several targets it leads to none."""
    way = (
        pl.DataFrame({"key": keys, "to": targets})
        .drop_nulls()
        .group_by("key")
        .agg(pl.col("to").first(), pl.col("to").n_unique().alias("n"))
        .filter(pl.col("n") == 1)
    )
    return pl.DataFrame({"key": values}).join(way, on="key", how="left", maintain_order="left")["to"]
