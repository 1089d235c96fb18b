"""One thing listed several times: exports of several months, or overlapping pages of one export.

The latest listing stands: by the date of its row where the table has one, else by the month its file's name gives,
else the last one read. The earlier ones are set aside with their reason, and counted; no figure of theirs is mixed
into the later one.
"""

import re

import polars as pl

from analysis.intake.calendars import named_month
from analysis.intake.decisions import Joined
from analysis.intake.links import Sheet
from analysis.intake.records import snake
from analysis.intake.repeats import recurring

__all__ = ["last_counts", "later_listings", "month_in", "same_headers"]

#: Tables of one grain whose headers agree to this share are pieces of one table.
SAME_HEADERS = 0.8

_DATED = re.compile(r"(?:^|_)(?:date|snapshot|month|week|updated|scraped|collected|fetched|as_of|extracted)(?:_|$)")

_UTC = pl.Datetime("us", "UTC")

#: Counts of a post that fall from day to day in no more than this share of steps are counts so far.
FALLS = 0.02

_COUNTS = ("likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements")

#: What is called so in its own name was put away.
_OLD = re.compile(
    r"(?i)(?:^|[^a-z])(?:old|archived?|backup|bak|deprecated|do not use|outdated|alt|archiv|veraltet)(?:[^a-z]|$)"
)


def month_in(name: str) -> int:
    """Return the month a file's name gives, as year * 12 + month; 0 without one.

    Examples
    --------
    >>> month_in("top creators sep 2022.csv") < month_in("top-creators-2022-11.csv")
    True
    >>> month_in("creators.csv")
    0
    """
    numbered = re.search(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?!\d)", name)
    if numbered:
        return int(numbered[1]) * 12 + int(numbered[2])
    worded = re.search(r"([^\W\d_]{3,12})[-_. ]*(20\d\d)", name.lower())
    if worded is None:
        return 0
    month = pl.DataFrame({"name": [worded[1]]}).select(named_month()).item()
    return int(worded[2]) * 12 + int(month or 0)


def same_headers(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two tables have the same headers, or nearly."""
    return len(one & other) >= SAME_HEADERS * len(one | other)


def _kinds(pieces: dict[str, frozenset[str]]) -> dict[str, str]:
    """Return file → the first file with its headers; only files of one kind list the same network unasked."""
    first: dict[str, str] = {}
    for label, headers in pieces.items():
        first[label] = next((other for other in first.values() if same_headers(headers, pieces[other])), label)
    return first


def later_listings(sheet: Sheet, key: str, done: Joined) -> Sheet:
    """Return the sheet with the latest listing of each key, on each platform; earlier ones are noted as set aside."""
    if key not in sheet.keys or "_file" not in sheet.frame.columns:
        return sheet
    keys = sheet.keys[key]
    again = (recurring(keys) & keys.is_not_null()).arg_true()  # few, as a rule: all others are listed once
    days = _days(sheet) if sheet.grain == "creators" else pl.repeat(None, len(keys), dtype=_UTC, eager=True)
    listed = sheet.frame[again]
    kind = listed["_file"].replace_strict(_kinds(sheet.pieces), return_dtype=pl.String)
    months = {file: month_in(file) for file in sheet.frame["_file"].unique()}
    order = pl.DataFrame({"key": keys.gather(again)}).with_columns(
        platform=listed["platform"].fill_null(kind) if "platform" in listed.columns else kind,
        row=again.cast(pl.Int64),
        file=listed["_file"],
        day=days.gather(again),
        month=listed["_file"].replace_strict(months, return_dtype=pl.Int64),
    )
    aside = {file for file in months if _OLD.search(file)}
    aside = (aside if len(aside) < len(months) else set()) | (
        sheet.hidden & months.keys()
    )  # a word all share says nothing
    order = order.with_columns(current=~pl.col("file").is_in(list(aside)))
    ranked = order.sort("current", "day", "month", "row", nulls_last=False)
    latest = ranked.unique(["platform", "key"], keep="last")["row"]
    gone = order["row"].filter(_across(order, order["row"].is_in(latest.implode())))
    if gone.is_empty():
        return sheet
    stays = pl.repeat(True, sheet.frame.height, dtype=pl.Boolean, eager=True).scatter(gone, False)
    earlier = int((~stays).sum())
    how = (
        "by date"
        if days.is_not_null().any()
        else "by the month in the file's name"
        if max(months.values())
        else "the last one read"
    )
    if aside and len(aside) < len(months):
        how = f"{', '.join(sorted(aside))} is hidden or called old, and comes before the others; then {how}"
    done.rules.append(
        f"{earlier:,} earlier listings of {sheet.grain} that a later file lists again are set aside ({how})"
    )
    done.aside(sheet.frame, ~stays, sheet.label, "an earlier listing; a later file lists it again")
    return sheet.filter(stays)


def last_counts(sheet: Sheet, done: Joined) -> Sheet:
    """Return a table of posts counted on several days with the last count of each; the earlier ones are set aside.

    Counts that only grow are counts so far, and to add them up would count every like again each day.
    """
    key = next((header for header, role in sheet.roles.items() if role == "post_id"), "")
    counts = [name for name in _COUNTS if name in sheet.frame.columns]
    if sheet.grain != "posts" or not key or not counts or sheet.keys[key].n_unique() > 0.5 * sheet.frame.height:
        return sheet
    order = sheet.frame.select(pl.col(counts).cast(pl.Float64)).with_columns(
        day=_days(sheet), key=sheet.keys[key], row=pl.int_range(sheet.frame.height, dtype=pl.Int64)
    )
    order = order.drop_nulls(["day", "key"]).sort("key", "day")
    if order.height < 0.9 * sheet.frame.height:
        return sheet
    steps = order.select(pl.col(counts).diff().over("key"))
    falls = [float((steps[name] < 0).sum()) / max(steps[name].count(), 1) for name in counts]
    if sum(fall <= FALLS for fall in falls) * 2 < len(counts):
        return sheet
    last = order.unique("key", keep="last", maintain_order=True)["row"]
    stays = pl.Series(range(sheet.frame.height)).is_in(last.implode()) | sheet.keys[key].is_null()
    done.rules.append(
        f"{sheet.label} counts each post on several days, and its counts grow: the last of each stands, "
        f"{int((~stays).sum()):,} earlier ones are set aside"
    )
    done.aside(sheet.frame, ~stays, sheet.label, "an earlier count of a post that is counted again")
    return sheet.filter(stays)


def _across(order: pl.DataFrame, stays: pl.Series) -> pl.Series:
    """Return which listings have their latest in another file: repeats within one file are not snapshots."""
    home = (
        order.filter(stays)
        .select("platform", "key", pl.col("file").alias("home"))
        .unique(["platform", "key"], keep="last")
    )
    met = order.join(home, on=["platform", "key"], how="left", nulls_equal=True, maintain_order="left")
    return ~stays & (met["home"] != met["file"]).fill_null(False)


def _days(sheet: Sheet) -> pl.Series:
    """Return the date of each row's listing, where a column says when it was taken."""
    from analysis.intake.dates import parse_column

    nothing = pl.repeat(None, sheet.frame.height, dtype=_UTC, eager=True)
    for column in sheet.others():
        if _DATED.search(snake(column)) and not re.search(r"join|birth|created|found|publish", snake(column)):
            parsed = parse_column(sheet.extra[column], header=column)
            if parsed.values.count() > 0.9 * sheet.frame.height and parsed.values.n_unique() > 1:
                return parsed.values
    return nothing
