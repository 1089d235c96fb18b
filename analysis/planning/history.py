"""What was seen of each account before anybody plans: its posts, and the deliverables it was booked for.

Two grains come out. ``posts`` are all posts with an engagement or a reach, the account's own and the brand's alike,
because most of what is known of a creator it published for itself. ``deals`` are the brand's deliverables with what
they cost and sold. A deliverable that points at a post of the list is that post, once; one without becomes a post of
its own where the account has no other.

The trap is a post that never came. A gift without a post has no engagement to average, and yet it was paid for: it is
in ``deals`` as not posted, and in ``posts`` not at all.
"""

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from analysis.errors import ColumnError
from analysis.measures import keys
from analysis.measures.frames import Lazy
from analysis.measures.prepared import Prepared, prepared
from analysis.measures.sources import parts_total
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["History", "observed"]

_IDENTITY = ("creator_id", "handle", "name", "platform", "relationship")
_POSTS = {
    "account": pl.String,
    "engagements": pl.Float64,
    "reach": pl.Float64,
    "followers": pl.Float64,
    "sponsored": pl.Boolean,
    "brand": pl.Boolean,
    "relationship": pl.String,
}
_DEALS = {
    "account": pl.String,
    "relationship": pl.String,
    "posted": pl.Boolean,
    "engagements": pl.Float64,
    "reach": pl.Float64,
    "followers": pl.Float64,
    "clicks": pl.Float64,
    "conversions": pl.Float64,
    "revenue": pl.Float64,
    "paid": pl.Float64,
    "product_cost": pl.Float64,
}


@dataclass(frozen=True)
class History:
    """Posts and deliverables of known accounts, as polars frames; ``flagged`` when posts say what is sponsored."""

    posts: pl.DataFrame
    deals: pl.DataFrame
    flagged: bool = False


def observed(accounts: Any, posts: Any = None, placements: Any = None) -> History:
    """Return what was seen of the accounts of ``measures.accounts``: one row per post, one per deliverable.

    Parameters
    ----------
    accounts : pandas or polars frame
        One row per account, with ``account`` and what names it.
    posts, placements : pandas or polars frame, optional
        Canonical tables. Rows of accounts that are not in ``accounts`` are left out.

    Returns
    -------
    History

    Raises
    ------
    ColumnError
        If ``accounts`` has no column ``account``.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"account": ["ana"], "handle": ["ana"], "followers": [5000.0]})
    >>> deals = pd.DataFrame({"handle": ["ana", "ana"], "cost": [100.0, 90.0], "likes": [40, None]})
    >>> sorted(observed(accounts, placements=deals).deals["posted"].to_list())
    [False, True]
    """
    known = _polars(accounts)
    if "account" not in known.columns:
        raise ColumnError(["account"], known.columns, "the table of accounts")
    named = [name for name in _IDENTITY if name in known.columns and known[name].null_count() < known.height]
    people = known.select("account", "followers" if "followers" in known.columns else pl.lit(None).alias("followers"))
    people = people.with_columns(pl.col("followers").cast(pl.Float64).fill_nan(None).alias("_now")).drop("followers")
    tables = [None if frame is None else _polars(frame) for frame in (posts, placements)]
    if all(frame is None for frame in tables) or not set(named) & {"creator_id", "handle", "name"}:
        return History(pl.DataFrame(schema=_POSTS), pl.DataFrame(schema=_DEALS))
    listed = known.select(named)
    ready = prepared(listed, *tables)
    names = _translation(known, listed, ready)
    deals = _deals(ready, tables[1], names, people)
    seen, flagged = _posts(ready, tables[0], names, people, deals)
    # joins give rows in the order in which threads finish; one order makes the same draws, and the same sums
    return History(seen.sort(list(_POSTS)), deals.select(list(_DEALS)).sort(list(_DEALS)), flagged)


def _polars(frame: Any) -> pl.DataFrame:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    return frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)


def _native(frame: Lazy) -> pl.DataFrame:
    collected: pl.DataFrame = frame.collect().to_native()
    return collected


def _translation(known: pl.DataFrame, listed: pl.DataFrame, ready: Prepared) -> pl.DataFrame:
    """Return account as these tables spell it → account as ``accounts`` does."""
    keyed = keys.keyed(nw.from_native(listed).lazy(), ready.key)
    spelt = keyed.with_columns(keys.account_text(with_platform=ready.with_platform).alias("_spelt"))
    spelling = _native(spelt.select("_spelt"))
    table = spelling.with_columns(known["account"])
    return table.drop_nulls().unique("_spelt", keep="first", maintain_order=True)


def _mine(rows: pl.DataFrame, names: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Keep rows of known accounts under the name that ``accounts`` gives them, with followers filled."""
    rows = rows.rename({"account": "_spelt"}).join(names, on="_spelt", how="inner", maintain_order="left")
    rows = rows.drop("_spelt").join(people, on="account", how="left", maintain_order="left")
    return rows.with_columns(pl.coalesce("followers", "_now").alias("followers")).drop("_now")


def _deals(ready: Prepared, raw: pl.DataFrame | None, names: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    if raw is None or ready.placements is None:
        return pl.DataFrame(schema={**_DEALS, "post_id": pl.String})
    rows = _native(ready.deliverables())
    if "post_id" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias("post_id"))
    seen = ["post_id", "engagements", "reach", "views", "impressions"]
    shown = pl.any_horizontal(pl.col(name).is_not_null() for name in seen)
    rows = rows.with_columns(shown.alias("posted"))
    if not rows["posted"].any():  # nothing says of any deliverable whether it appeared
        rows = rows.with_columns(pl.lit(None, pl.Boolean).alias("posted"))
    rows = rows.filter(pl.col("account").is_not_null())
    return _mine(rows, names, people).select(*_DEALS, "post_id")


def _posts(
    ready: Prepared, raw: pl.DataFrame | None, names: pl.DataFrame, people: pl.DataFrame, deals: pl.DataFrame
) -> tuple[pl.DataFrame, bool]:
    own = pl.DataFrame(schema={**_POSTS, "post_id": pl.String})
    flagged = False
    if raw is not None and ready.posts is not None:
        flagged = "sponsored" in raw.columns and raw["sponsored"].null_count() < raw.height
        frame = keys.keyed(nw.from_native(raw).lazy(), ready.key)
        rows = _native(ready.locate(frame))
        columns = rows.columns
        parts = {part: part for part in ENGAGEMENT_PARTS if part in columns}
        rows = nw.from_native(rows).with_columns(parts_total(parts).alias("engagements")).to_native()
        number = {
            name: pl.col(name).cast(pl.Float64).fill_nan(None) if name in columns else pl.lit(None, pl.Float64)
            for name in ("reach", "followers")
        }
        rows = rows.with_columns(
            pl.col("engagements").cast(pl.Float64),
            *(value.alias(name) for name, value in number.items()),
            (pl.col("sponsored").cast(pl.Boolean).fill_null(False) if flagged else pl.lit(False)).alias("sponsored"),
            pl.col("post_id").cast(pl.String) if "post_id" in columns else pl.lit(None, pl.String).alias("post_id"),
        ).filter(pl.col("account").is_not_null())
        booked = (
            deals.filter(pl.col("post_id").is_not_null())
            .select("account", "post_id", "relationship")
            .unique(["account", "post_id"], keep="first", maintain_order=True)
        )
        rows = _mine(rows.select("account", "post_id", "engagements", "reach", "followers", "sponsored"), names, people)
        rows = rows.join(booked.with_columns(brand=True), on=["account", "post_id"], how="left", maintain_order="left")
        rows = rows.with_columns(
            pl.col("brand").fill_null(False), pl.col("sponsored") | pl.col("brand").fill_null(False)
        )
        own = rows.select(*_POSTS, "post_id")
    rest = deals.join(own.select("account").unique(), on="account", how="anti", maintain_order="left")
    rest = rest.with_columns(sponsored=True, brand=True).select(*_POSTS, "post_id")
    together = pl.concat([own, rest]).filter(pl.col("engagements").is_not_null() | pl.col("reach").is_not_null())
    return together.select(list(_POSTS)), flagged
