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

__all__ = ["later_listings", "month_in", "same_headers"]

#: Tables of one grain whose headers agree to this share are pieces of one table.
SAME_HEADERS = 0.8

_DATED = re.compile(r"(?:^|_)(?:date|snapshot|month|week|updated|scraped|collected|fetched|as_of|extracted)(?:_|$)")


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
    kind = sheet.frame["_file"].replace_strict(_kinds(sheet.pieces), return_dtype=pl.String)
    order = pl.DataFrame({"key": sheet.keys[key]}).with_columns(
        platform=sheet.frame["platform"].fill_null(kind) if "platform" in sheet.frame.columns else kind,
        row=pl.int_range(sheet.frame.height, dtype=pl.Int64),
        file=sheet.frame["_file"],
        day=_days(sheet),
    )
    order = order.with_columns(
        month=pl.col("file").replace_strict({f: month_in(f) for f in order["file"].unique()}, return_dtype=pl.Int64)
    )
    ranked = order.drop_nulls("key").sort("day", "month", "row", nulls_last=False)
    latest = ranked.unique(["platform", "key"], keep="last")["row"]
    stays = order["key"].is_null() | order["row"].is_in(latest.implode())
    across = _across(order, stays)
    stays = stays | ~across
    if stays.all():
        return sheet
    earlier = int((~stays).sum())
    how = (
        "by date"
        if order["day"].is_not_null().any()
        else "by the month in the file's name"
        if order["month"].max()
        else "the last one read"
    )
    done.rules.append(
        f"{earlier:,} earlier listings of {sheet.grain} that a later file lists again are set aside ({how})"
    )
    done.aside(sheet.frame, ~stays, sheet.label, "an earlier listing; a later file lists it again")
    return sheet.filter(stays)


def _across(order: pl.DataFrame, stays: pl.Series) -> pl.Series:
    """Return which rows have their latest listing in another file: repeats within one file are not snapshots."""
    home = (
        order.filter(stays)
        .drop_nulls("key")
        .select("platform", "key", pl.col("file").alias("home"))
        .unique(["platform", "key"], keep="last")
    )
    met = order.join(home, on=["platform", "key"], how="left", nulls_equal=True, maintain_order="left")
    return (met["home"] != met["file"]).fill_null(False)


def _days(sheet: Sheet) -> pl.Series:
    """Return the date of each row's listing, where a column says when it was taken."""
    from analysis.intake.dates import parse_column

    nothing = pl.repeat(None, sheet.frame.height, dtype=pl.Datetime("us", "UTC"), eager=True)
    if sheet.grain != "creators":
        return nothing
    for column in sheet.others():
        if _DATED.search(snake(column)) and not re.search(r"join|birth|created|found|publish", snake(column)):
            parsed = parse_column(sheet.extra[column], header=column)
            if parsed.values.count() > 0.9 * sheet.frame.height and parsed.values.n_unique() > 1:
                return parsed.values
    return nothing
