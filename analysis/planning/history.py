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
from analysis.measures.sides import parts_total
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["DEALS", "KNOWN", "POSTS", "History", "deals_of", "observed", "own_posts", "standing_in"]

_IDENTITY = ("creator_id", "handle", "name", "platform", "relationship")
#: A row a post.
POSTS = {
    "account": pl.String,
    "engagements": pl.Float64,
    "reach": pl.Float64,
    "followers": pl.Float64,
    "sponsored": pl.Boolean,
    "brand": pl.Boolean,
    "relationship": pl.String,
}
#: A row a deliverable of the brand.
DEALS = {
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
_BOOKED = {**DEALS, "post_id": pl.String}
#: Whether a post says anything of what it brought.
KNOWN = pl.col("engagements").is_not_null() | pl.col("reach").is_not_null()


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
    met = _met(accounts, posts, placements)
    if met is None:
        return History(pl.DataFrame(schema=POSTS), pl.DataFrame(schema=DEALS))
    deals = _deals(met)
    own = _own(met, deals)
    seen = pl.concat([own, standing_in(deals, own["account"])]).filter(KNOWN)
    # joins give rows in the order in which threads finish; one order makes the same draws, and the same sums
    return History(seen.sort(list(POSTS)), deals.select(list(DEALS)).sort(list(DEALS)), met.flagged)


def deals_of(accounts: Any, posts: Any = None, placements: Any = None) -> pl.DataFrame:
    """Return the deliverables of :func:`observed` with their ``post_id``; ``posts`` may be those they point at."""
    met = _met(accounts, posts, placements)
    return pl.DataFrame(schema=_BOOKED) if met is None else _deals(met).sort(list(_BOOKED))


def own_posts(accounts: Any, posts: Any, placements: Any, booked: pl.DataFrame) -> pl.DataFrame:
    """Return the listed posts of known accounts as ``History.posts``, also those of which neither figure is known.

    Where posts are many, a part of them is read at a time; ``booked`` is what :func:`deals_of` returns.
    """
    met = _met(accounts, posts, placements)
    return pl.DataFrame(schema=POSTS) if met is None else _own(met, booked)


def standing_in(deals: pl.DataFrame, listed: pl.Series) -> pl.DataFrame:
    """Return the deliverables of accounts without a listed post as posts of theirs."""
    rest = deals.join(listed.unique().to_frame("account"), on="account", how="anti", maintain_order="left")
    return rest.with_columns(sponsored=True, brand=True).select(list(POSTS))


@dataclass(frozen=True)
class _Met:
    """Tables that met: prepared, the raw posts, how these spell the accounts, and their followers of today."""

    ready: Prepared
    posts: pl.DataFrame | None
    names: pl.DataFrame
    people: pl.DataFrame

    @property
    def flagged(self) -> bool:
        raw = self.posts
        return raw is not None and "sponsored" in raw.columns and raw["sponsored"].null_count() < raw.height


def _met(accounts: Any, posts: Any, placements: Any) -> _Met | None:
    """Bring the tables to the accounts; None where nothing names one."""
    known = _polars(accounts)
    if "account" not in known.columns:
        raise ColumnError(["account"], known.columns, "the table of accounts")
    named = [name for name in _IDENTITY if name in known.columns and known[name].null_count() < known.height]
    people = known.select("account", "followers" if "followers" in known.columns else pl.lit(None).alias("followers"))
    people = people.with_columns(pl.col("followers").cast(pl.Float64).fill_nan(None).alias("_now")).drop("followers")
    seen, paid = (None if frame is None else _polars(frame) for frame in (posts, placements))
    if (seen is None and paid is None) or not set(named) & {"creator_id", "handle", "name"}:
        return None
    listed = known.select(named)
    ready = prepared(listed, seen, paid)
    return _Met(ready, seen, _translation(known, listed, ready), people)


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


def _mine(rows: pl.DataFrame, met: _Met) -> pl.DataFrame:
    """Keep rows of known accounts under the name that ``accounts`` gives them, with followers filled."""
    rows = rows.rename({"account": "_spelt"}).join(met.names, on="_spelt", how="inner", maintain_order="left")
    rows = rows.drop("_spelt").join(met.people, on="account", how="left", maintain_order="left")
    return rows.with_columns(pl.coalesce("followers", "_now").alias("followers")).drop("_now")


def _deals(met: _Met) -> pl.DataFrame:
    if met.ready.placements is None:
        return pl.DataFrame(schema=_BOOKED)
    rows = _native(met.ready.deliverables())
    if "post_id" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias("post_id"))
    seen = ["post_id", "engagements", "reach", "views", "impressions"]
    shown = pl.any_horizontal(pl.col(name).is_not_null() for name in seen)
    rows = rows.with_columns(shown.alias("posted"))
    if not rows["posted"].any():  # nothing says of any deliverable whether it appeared
        rows = rows.with_columns(pl.lit(None, pl.Boolean).alias("posted"))
    return _mine(rows.filter(pl.col("account").is_not_null()), met).select(list(_BOOKED))


def _own(met: _Met, deals: pl.DataFrame) -> pl.DataFrame:
    raw = met.posts
    if raw is None or met.ready.posts is None:
        return pl.DataFrame(schema=POSTS)
    rows = _native(met.ready.locate(keys.keyed(nw.from_native(raw).lazy(), met.ready.key)))
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
        (pl.col("sponsored").cast(pl.Boolean).fill_null(False) if "sponsored" in columns else pl.lit(False)).alias(
            "sponsored"
        ),
        pl.col("post_id").cast(pl.String) if "post_id" in columns else pl.lit(None, pl.String).alias("post_id"),
    ).filter(pl.col("account").is_not_null())
    booked = (
        deals.filter(pl.col("post_id").is_not_null())
        .select("account", "post_id", "relationship")
        .unique(["account", "post_id"], keep="first", maintain_order=True)
    )
    rows = _mine(rows.select("account", "post_id", "engagements", "reach", "followers", "sponsored"), met)
    rows = rows.join(booked.with_columns(brand=True), on=["account", "post_id"], how="left", maintain_order="left")
    brand = pl.col("brand").fill_null(False)
    return rows.with_columns(brand, pl.col("sponsored") | brand).select(list(POSTS))
