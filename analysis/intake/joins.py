"""The tables of a folder become three: accounts, posts, placements, joined by keys whose cardinality is checked.

What is joined is what the values prove (:mod:`analysis.intake.links`); what shares no key is left apart and said so.
Files with the same headers are pieces of one table. An account listed in several of them is one account: the latest
listing stands, the earlier ones are set aside and counted. Costs and results of several files are brought together
without multiplying either (:mod:`analysis.intake.ledgers`). Rows that name nobody, in a table whose other rows name
accounts, are organic or somebody else's traffic: they are kept apart, in the rejected rows. Accounts without posts,
and posts without accounts, are counted on both sides.
"""

from collections.abc import Sequence

import polars as pl

from analysis.intake.accounts import accounts_of, alike, named, stacked
from analysis.intake.bookings import named_by_values
from analysis.intake.budgets import paid_fees, stand_in
from analysis.intake.contradictions import contradictions, tier_labels
from analysis.intake.decisions import Joined
from analysis.intake.ledgers import COSTS, RESULTS, Part, merge
from analysis.intake.links import ACCOUNT, Sheet, Web, make_sheet, normal
from analysis.intake.snapshots import last_counts, later_listings
from analysis.intake.summaries import without_summaries
from analysis.intake.tables import CleanTable, RawTable
from analysis.schema import CREATORS, PLACEMENTS, POSTS, TABLES

__all__ = ["join_tables"]


def join_tables(tables: Sequence[CleanTable], refused: Sequence[RawTable] = ()) -> Joined:
    """Join the cleaned tables of a call into at most one table of each grain.

    Parameters
    ----------
    tables : sequence of CleanTable
        Every table that was understood, in the order of the files.
    refused : sequence of RawTable
        Tables that hold no data of ours and may name what others only number (platforms, campaigns, budgets).

    Returns
    -------
    Joined
        Canonical tables; rows to set aside; rules and warnings in sentences.
    """
    done = Joined()
    for table in tables:
        if "followers" in table.frame.columns and table.extra.height == table.frame.height:
            done.warnings += tier_labels(table.raw.label, table.frame["followers"], table.extra)
    if len(tables) == 1:
        for grain in TABLES:
            setattr(done, grain, tables[0].frame if tables[0].grain == grain else None)
        done.warnings += contradictions(done.creators, done.posts, done.placements)
        return done
    web = Web([])
    sheets = [make_sheet(table) for table in tables]
    measured = [sheet for sheet in sheets if sheet.grain != "creators"]
    summed = {id(sheet) for sheet in measured} - {id(sheet) for sheet in without_summaries(measured, done)}
    sheets = [sheet for sheet in sheets if id(sheet) not in summed]
    lookups = [make_sheet(table) for table in refused if table.frame.height]
    creators, used = accounts_of([s for s in sheets if s.grain == "creators"], sheets, done)
    accounts, own = creators if creators is not None else (None, None)
    pieces = [
        *_pieces([last_counts(s, done) for s in sheets if s.grain == "posts"], done),
        *_pieces([s for s in sheets if s.grain == "placements"], done),
    ]
    web.sheets = [*([accounts] if accounts else []), *(s for s in used if s is not accounts), *pieces, *lookups]
    parts = [_part(sheet, web, accounts, own, done) for sheet in pieces]
    for part in parts:
        _organic(part, done)
    paid = [part for part in parts if part.sheet.grain == "placements"]
    placements = merge(paid, web, done.rules, done.warnings) if paid else None
    if not any(part.has(COSTS) for part in paid) and (placements is None or not _holds(placements, COSTS)):
        fees = paid_fees(accounts, own, done.rules)
        if fees is not None:
            placements = fees if placements is None else pl.concat([placements, fees], how="diagonal_relaxed")
        else:
            placements = stand_in(placements, [*lookups, *pieces], web, accounts, own, done.rules)
    posts = _posts([part for part in parts if part.sheet.grain == "posts"], done)
    if accounts is not None and own is not None:
        done.creators = _final(named(accounts, lookups, web, done), CREATORS.names)
    role = accounts.roles.get(own or "") if accounts is not None else None
    if role == "name" and done.creators is not None and (posts is not None or placements is not None):
        done.creators = done.creators.with_columns(handle=pl.col("name"))  # posts can only say it as a handle
    done.posts = _keyed(posts, role, accounts, own, POSTS.names)
    done.placements = _keyed(placements, role, accounts, own, PLACEMENTS.names)
    _orphans(done, accounts, own, posts, placements)
    done.warnings += contradictions(done.creators, done.posts, done.placements)
    return done


def _holds(frame: pl.DataFrame, names: Sequence[str]) -> bool:
    return any(name in frame.columns and frame[name].is_not_null().any() for name in names)


# Posts and placements -------------------------------------------------------------------------------------------


def _pieces(sheets: list[Sheet], done: Joined) -> list[Sheet]:
    """Put pieces of one table (same headers, several files) under each other; posts listed twice count once."""
    groups: list[list[Sheet]] = []
    for sheet in sheets:
        for group in groups:
            if alike(group[0], sheet):
                group.append(sheet)
                break
        else:
            groups.append([sheet])
    merged = []
    for group in groups:
        base = group[0]
        for sheet in group[1:]:
            base = stacked(base, "", sheet, "")
        if len(group) > 1:
            done.rules.append(
                f"{len(group)} files with the same headers are pieces of one table of {base.grain}: {base.label}"
            )
            base = later_listings(base, next((h for h, r in base.roles.items() if r == "post_id"), ""), done)
        merged.append(base)
    return merged


def _part(sheet: Sheet, web: Web, accounts: Sheet | None, own: str | None, done: Joined) -> Part:
    """Return the rows of a sheet with their account."""
    found = web.account_of(sheet, accounts, own)
    nobody = pl.repeat(None, sheet.frame.height, dtype=pl.String, eager=True)
    account, way = found if found is not None else (nobody, "")
    if (
        found is None
        and accounts is not None
        and any(role in {"creator_id", "handle"} for role in sheet.roles.values())
    ):
        header = next(header for header, role in sheet.roles.items() if role in {"creator_id", "handle"})
        if not _points_at_persons(sheet, header, web, accounts):
            account, way = sheet.keys[header], header
    elif found is None and accounts is not None and own is not None:
        account, way = _by_values(sheet, accounts, own, done) or (account, way)
    frame = _campaigns(sheet, web)
    if "→" in way:
        done.rules.append(f"{sheet.label}: the account is found through {way}")
    return Part(sheet, frame.with_columns(account.alias(ACCOUNT)), way)


def _by_values(sheet: Sheet, accounts: Sheet, own: str, done: Joined) -> tuple[pl.Series, str] | None:
    """Return the accounts that a column without a telling header names (``utm_content``), where its values prove it."""
    for key in accounts.keys:
        if not accounts.unique(key):
            continue
        column = named_by_values(sheet, accounts.keys[key])
        if column is not None:
            ways = pl.DataFrame({"key": accounts.keys[key], "to": accounts.keys[own]}).drop_nulls().unique("key")
            met = pl.DataFrame({"key": normal(sheet.extra[column])}).join(ways, "key", "left", maintain_order="left")
            done.rules.append(f"{sheet.label}: the account is found in {column!r}: its values are those of {key}")
            return met["to"], column
    return None


def _campaigns(sheet: Sheet, web: Web) -> pl.DataFrame:
    """Return a sheet's rows with the campaign, where another table says which one a deliverable belongs to."""
    if sheet.grain != "placements" or "campaign_id" in sheet.frame.columns:
        return sheet.frame
    for header in sheet.keys:
        for link, key in web.points_at(sheet, header, [s for s in web.sheets if "campaign_id" in s.frame.columns]):
            if link.roles.get(key) in {None, "post_id"}:
                way = pl.DataFrame({"_key": link.keys[key], "campaign_id": link.frame["campaign_id"]}).drop_nulls(
                    "_key"
                )
                met = pl.DataFrame({"_key": sheet.keys[header]}).join(way, on="_key", how="left", maintain_order="left")
                return sheet.frame.with_columns(met["campaign_id"])
    return sheet.frame


def _points_at_persons(sheet: Sheet, header: str, web: Web, accounts: Sheet) -> bool:
    """Whether a key names persons with several accounts, so that it names none of the accounts."""
    others = [other for other in web.sheets if other.grain == "creators" and other is not accounts]
    return bool(web.points_at(sheet, header, others))


def _organic(part: Part, done: Joined) -> None:
    """Set rows aside that name nobody, in a table whose other rows name their account, or what leads to it."""
    way = part.way.partition(" → ")[0]
    if not way or part.sheet.clean is None or not part.has(("revenue", "conversions", "clicks")):
        return
    nobody = (
        part.rows[ACCOUNT].is_null() & part.sheet.keys[way].is_null()
        if way in part.sheet.keys
        else part.rows[ACCOUNT].is_null()
    )
    if not nobody.any() or nobody.all() or part.has(COSTS):
        return
    rows = int(nobody.sum())
    total = part.rows.filter(nobody)["revenue"].sum() if "revenue" in part.rows.columns else 0
    done.aside(part.rows, nobody, part.sheet.label, "names no account: organic or other traffic")
    done.rules.append(
        f"{part.sheet.label}: {rows:,} rows name no account (revenue {total:,.2f}); organic rows are kept apart"
    )
    part.rows = part.rows.filter(~nobody)
    part.sheet = part.sheet.filter(~nobody)


def _posts(parts: list[Part], done: Joined) -> pl.DataFrame | None:
    """Return one table of posts; a second table about the same posts adds its columns."""
    if not parts:
        return None
    base = parts[0].rows
    for part in parts[1:]:
        more = part.rows
        if "post_id" in base.columns and "post_id" in more.columns:
            same = more["post_id"].drop_nulls().is_in(base["post_id"].drop_nulls().implode()).mean()
            if float(same or 0) >= 0.5:  # type: ignore[arg-type]
                nameless = more.filter(pl.col("post_id").is_null())
                listed = more.filter(pl.col("post_id").is_not_null())
                adding = listed.unique("post_id", keep="last", maintain_order=True)
                base = base.join(
                    adding,
                    on="post_id",
                    how="full",
                    coalesce=True,
                    suffix="_more",
                    maintain_order="left_right",
                )
                twice = [name.removesuffix("_more") for name in base.columns if name.endswith("_more")]
                base = base.with_columns(pl.coalesce(name, f"{name}_more").alias(name) for name in twice).drop(
                    f"{name}_more" for name in twice
                )
                again = listed.height - adding.height
                done.rules.append(
                    f"{part.sheet.label} adds its columns to the posts of {parts[0].sheet.label}, by post_id"
                    + (f"; {again:,} rows name a post again, and the last of each stands" if again else "")
                )
                if nameless.height:
                    base = pl.concat([base, nameless], how="diagonal_relaxed")
                continue
        base = pl.concat([base, more], how="diagonal_relaxed")
    return base


# The end --------------------------------------------------------------------------------------------------------


def _final(accounts: Sheet, names: Sequence[str]) -> pl.DataFrame:
    return accounts.frame.select([name for name in names if name in accounts.frame.columns])


def _keyed(
    frame: pl.DataFrame | None, role: str | None, accounts: Sheet | None, own: str | None, names: Sequence[str]
) -> pl.DataFrame | None:
    """Write the account of each row as the accounts' table writes it, and drop what only served the joins."""
    if frame is None or frame.is_empty():
        return None
    if accounts is not None and own is not None:
        column = role if role in {"creator_id", "handle"} else "handle"
        source = column if column in accounts.frame.columns else (role or "name")
        spelled = (
            pl.DataFrame({ACCOUNT: accounts.keys[own], "_as": accounts.frame[source].cast(pl.String)})
            .drop_nulls()
            .unique(ACCOUNT)
        )
        met = pl.DataFrame([frame[name] for name in (ACCOUNT, column) if name in frame.columns])
        met = met.join(spelled, on=ACCOUNT, how="left", maintain_order="left")
        named = pl.coalesce("_as", *met.columns[1:-1], ACCOUNT)
        frame = _with(frame, met.select(pl.when(pl.col(ACCOUNT).is_not_null()).then(named).alias(column)).to_series())
    elif ACCOUNT in frame.columns and frame[ACCOUNT].is_not_null().any():
        column = "handle" if "handle" in frame.columns and "creator_id" not in frame.columns else "creator_id"
        known = pl.DataFrame([other for other in frame if other.name in (column, ACCOUNT)])
        held = [column] if column in known.columns else []
        frame = _with(frame, known.select(pl.coalesce(*held, ACCOUNT).alias(column)).to_series())
    idle = (*COSTS, *RESULTS, "creator_id", "handle")
    kept = [n for n in names if n in frame.columns and (n not in idle or frame[n].is_not_null().any())]
    return pl.DataFrame([frame[name] for name in kept])


def _with(frame: pl.DataFrame, column: pl.Series) -> pl.DataFrame:
    """Return a frame with one column replaced or added; the others stay where they lie, which an expression moves."""
    return pl.DataFrame([*(other for other in frame if other.name != column.name), column])


def _orphans(
    done: Joined, accounts: Sheet | None, own: str | None, posts: pl.DataFrame | None, placements: pl.DataFrame | None
) -> None:
    """Count, on both sides, what finds no partner."""
    if accounts is None or own is None:
        return
    known = accounts.keys[own].drop_nulls().unique()
    for name, frame in (("posts", posts), ("placements", placements)):
        if frame is None:
            continue
        named = frame[ACCOUNT].drop_nulls()
        if named.is_empty():
            done.warnings.append(
                f"{name} and creators share no key; they are not joined (running numbers or a platform prove nothing)"
            )
            continue
        lost = int((~named.is_in(known.implode())).sum())
        idle = int((~known.is_in(named.unique().implode())).sum())
        blank = frame.height - len(named)
        done.rules.append(
            f"creators and {name}: {lost:,} {name} name an account that is not listed, {blank:,} name none; "
            f"{idle:,} of {len(known):,} accounts have no {name}"
        )
