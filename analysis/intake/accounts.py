"""The accounts of a folder: one sheet of them, however many files list them.

A file of persons beside a file of their accounts (one person, two networks) is not a second list of accounts: the
accounts are the rows, and what is known of the person stands beside each. A file with further columns about the same
accounts adds columns. Files with the same headers are pieces, and of several listings of one account the latest
stands. What only has a number for its network is named from the lookup table the number points at.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from analysis.intake.decisions import Joined
from analysis.intake.links import Sheet, Web, spoken
from analysis.intake.records import snake
from analysis.intake.snapshots import later_listings, same_headers
from analysis.schema import CREATORS

__all__ = ["accounts_of", "alike", "named", "stacked"]

_ACCOUNT_KEY = re.compile(r"(?:^|_)(?:account|profile|channel|page|handle|username)")


def _own_key(sheet: Sheet, others: Sequence[Sheet]) -> str | None:
    """Return the header that names the accounts of a sheet: an id, else a handle, else a name."""
    by_role = {role: header for header, role in sheet.roles.items()}
    persons = by_role.get("creator_id")
    if persons is not None and not sheet.unique(persons):
        elsewhere = {key for other in others if other is not sheet for key in other.keys}
        finer = [
            key for key in sheet.keys
            if key not in sheet.roles and sheet.unique(key) and (key in elsewhere or _ACCOUNT_KEY.search(key))
        ]  # fmt: skip
        if finer:
            return min(finer, key=lambda key: (not _ACCOUNT_KEY.search(key), key not in elsewhere))
    return persons or by_role.get("handle") or by_role.get("name")


def accounts_of(
    sheets: list[Sheet], everything: list[Sheet], done: Joined
) -> tuple[tuple[Sheet, str] | None, list[Sheet]]:
    """Return the one sheet of accounts with its key, and all sheets of accounts as links to follow."""
    keyed = [(sheet, key) for sheet in sheets if (key := _own_key(sheet, everything)) is not None]
    if not keyed:
        if sheets:
            done.creators = pl.concat([s.frame for s in sheets], how="diagonal_relaxed")
        return None, sheets
    for sheet in sheets:
        if all(sheet is not other for other, _ in keyed):
            everyone = pl.repeat(True, sheet.height, dtype=pl.Boolean, eager=True)
            done.aside(sheet.frame, everyone, sheet.label, "names no account, beside a table that names them")
    web = Web(sheets)
    keys = {id(sheet): key for sheet, key in keyed}
    persons: set[int] = set()
    for sheet, key in keyed:
        for header in sheet.keys:
            if header == key:
                continue
            for other, target in web.points_at(sheet, header, [s for s, k in keyed if s is not sheet]):
                if target == keys[id(other)] and not sheet.unique(header) and id(other) not in persons:
                    _enrich(sheet, header, other, target, done)
                    persons.add(id(other))
    main = [(sheet, key) for sheet, key in keyed if id(sheet) not in persons]
    base, own = main[0]
    if own not in base.roles:
        base.roles = {header: role for header, role in base.roles.items() if role != "creator_id"} | {own: "creator_id"}
        base.frame = base.frame.with_columns(base.extra[_raw_column(base, own)].alias("creator_id"))
    for sheet, key in main[1:]:
        base = _together(base, own, sheet, key, done)
    base = later_listings(base, own, done) if base.clean is None else base
    return (base, own), [base, *(s for s in sheets if id(s) in persons)]


def _raw_column(sheet: Sheet, header: str) -> str:
    """Return the raw column of a key that was not recognised as canonical."""
    return next(column for column in sheet.others() if spoken(column) == header)


def _enrich(sheet: Sheet, header: str, other: Sheet, target: str, done: Joined) -> None:
    """Put what a table of persons says beside each of their accounts."""
    wanted = [name for name in CREATORS.names if name in other.frame.columns and name not in sheet.frame.columns]
    more = pl.DataFrame([other.keys[target].alias("_key"), *other.frame.select(wanted).get_columns()])
    met = pl.DataFrame({"_key": sheet.keys[header]}).join(more, on="_key", how="left", maintain_order="left")
    sheet.frame = sheet.frame.with_columns(met[name] for name in wanted)
    without = other.keys[target].drop_nulls().is_in(sheet.keys[header].drop_nulls().implode())
    done.rules.append(
        f"an account is a row of {sheet.label}; {other.label} adds {', '.join(wanted) or 'nothing'} by {header} "
        f"({int((~without).sum()):,} of its rows have no account)"
    )


def _together(base: Sheet, own: str, sheet: Sheet, key: str, done: Joined) -> Sheet:
    """Put two sheets of accounts together: pieces and snapshots under each other, further columns beside."""
    pieces = alike(base, sheet)
    web = Web([base, sheet])
    shared = web.overlap(sheet.keys[key], base.keys[own]) >= 0.5 and not pieces
    if not shared or _elsewhere(base, own, sheet, key) or base.roles.get(own) != sheet.roles.get(key):
        return stacked(base, own, sheet, key)
    fresh = [name for name in CREATORS.names if name in sheet.frame.columns and name not in base.frame.columns]
    more = pl.DataFrame([sheet.keys[key].alias("_key"), *sheet.frame.select(fresh).get_columns()])
    more = more.unique("_key", keep="last", maintain_order=True)
    met = pl.DataFrame({"_key": base.keys[own]}).join(more, on="_key", how="left", maintain_order="left")
    base.frame = base.frame.with_columns(met[name] for name in fresh)
    _learn(base, own, sheet, key)
    rest = ~sheet.keys[key].is_in(base.keys[own].drop_nulls().implode()).fill_null(False)
    done.rules.append(f"{sheet.label} adds {', '.join(fresh) or 'no column'} to the accounts of {base.label}, by {key}")
    if rest.any():
        part = replace(sheet, frame=_marked(sheet)).filter(rest)
        return stacked(base, own, part, key)
    return base


def _elsewhere(base: Sheet, own: str, sheet: Sheet, key: str) -> bool:
    """Return whether two sheets name the same handles on different networks, so that the accounts are others."""
    if "platform" not in base.frame.columns or "platform" not in sheet.frame.columns:
        return False
    here, there = (
        pl.DataFrame({"key": s.keys[k], "platform": s.frame["platform"].str.to_lowercase()}).drop_nulls().unique()
        for s, k in ((base, own), (sheet, key))
    )
    both = there.join(here.select("key").unique(), on="key", how="semi")
    return both.height > 0 and 2 * both.join(here, on=["key", "platform"], how="semi").height < both.height


def _learn(base: Sheet, own: str, sheet: Sheet, key: str) -> None:
    """Let the names and handles that a further sheet gives the accounts lead to them as their own do."""
    for header, role in sheet.roles.items():
        if header in base.keys or role not in {"name", "handle"}:
            continue
        pairs = pl.DataFrame({"_key": sheet.keys[key], "_as": sheet.keys[header]}).drop_nulls().unique("_key")
        met = pl.DataFrame({"_key": base.keys[own]}).join(pairs, on="_key", how="left", maintain_order="left")
        base.keys[header], base.roles[header] = met["_as"], role


def stacked(base: Sheet, own: str, sheet: Sheet, key: str) -> Sheet:
    """Return two sheets of one grain under each other, remembering which file each row came from."""
    keys = {}
    for header in dict.fromkeys([*base.keys, *sheet.keys]):
        other = key if header == own and header not in sheet.keys else header
        columns = [
            s.keys.get(h, pl.repeat(None, s.height, dtype=pl.String, eager=True))
            for s, h in ((base, header), (sheet, other))
        ]
        keys[header] = columns[0].clone().append(columns[1])
    frame, extra = _under(_marked(base), _marked(sheet)), _under(base.extra, sheet.extra)
    first, _, more = base.label.partition(" and ")
    pieces = {**(base.pieces or {base.label: base.headers}), **(sheet.pieces or {sheet.label: sheet.headers})}
    return Sheet(
        f"{first} and others" if more else f"{first} and {sheet.label}",
        base.stem, base.grain, frame, keys, {**sheet.roles, **base.roles}, extra, base.headers, None, pieces,
        base.hidden | sheet.hidden,
    )  # fmt: skip


def _under(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return two frames under each other; where they have the same columns, each stays where it lies."""
    if one.schema == other.schema:
        return pl.concat([one, other])
    return pl.concat([one, other], how="diagonal_relaxed")


def _marked(sheet: Sheet) -> pl.DataFrame:
    """Return a sheet's rows with the file they came from and their position in it."""
    if "_file" in sheet.frame.columns:
        return sheet.frame
    return sheet.frame.with_columns(_file=pl.lit(sheet.label), _at=pl.int_range(sheet.frame.height, dtype=pl.Int64))


def alike(one: Sheet, other: Sheet) -> bool:
    """Return whether two sheets have the same headers, or nearly: pieces of one table."""
    return same_headers(one.headers, other.headers)


def named(accounts: Sheet, lookups: Sequence[Sheet], web: Web, done: Joined) -> Sheet:
    """Fill platform, country and category from lookup tables that a code points at."""
    for column in ("platform", "country", "category"):
        held = accounts.frame[column] if column in accounts.frame.columns else None
        if held is not None and not held.drop_nulls().str.contains(r"^\d+$").all():
            continue
        for header in accounts.keys:
            if not header.startswith((column, "network")) or header == column:
                continue
            for lookup, key in web.points_at(accounts, header, lookups):
                names = [
                    c
                    for c in lookup.others()
                    if (snake(c) != key and snake(c) not in lookup.keys) or snake(c).endswith("name")
                ]
                if not names:
                    continue
                way = pl.DataFrame({"_key": lookup.keys[key], column: lookup.extra[names[0]]}).unique("_key")
                met = pl.DataFrame({"_key": accounts.keys[header]}).join(
                    way, on="_key", how="left", maintain_order="left"
                )[column]
                accounts.frame = accounts.frame.with_columns(met.str.to_lowercase() if column == "platform" else met)
                done.rules.append(f"{column} of the accounts is read from {lookup.label} by {header}")
                return named(accounts, [], web, done)
    return accounts
