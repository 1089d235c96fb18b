"""What creators and deliverables say of an account: averages that a source reports, and sums with their counts.

Three tables speak of engagement: posts (observed, see :mod:`analysis.measures.post_sums`), deliverables (paid posts
with their own counts) and creators (averages that the source reports; one average post stands for the account).
Deliverables alone speak of money. Their cost, results and revenue may lie on one row, or on rows of their own (a
ledger of payouts beside a ledger of orders); ``summary`` decides between the two.
"""

from collections.abc import Callable, Mapping

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.measures.post_sums import attributes, per_account
from analysis.measures.sides import (
    AMOUNTS,
    AUDIENCE,
    COST_PAIRS,
    DEAL_SUMS,
    METRICS,
    OUTCOMES,
    PRICE,
    RATE_PAIRS,
    parts_total,
)
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["creator_rows", "deliverable_rows", "deliverable_sums"]


def _with_metrics(frame: Lazy) -> Lazy:
    """Add every metric that the table lacks as a missing column, and engagements from parts where not given."""
    names = frame.collect_schema().names()
    parts = parts_total({part: part for part in ENGAGEMENT_PARTS if part in names})
    has_parts, has_total = any(part in names for part in ENGAGEMENT_PARTS), "engagements" in names
    given = [nw.col("engagements")] * has_total + [parts] * has_parts
    engagements = nw.coalesce(*given) if given else missing()
    absent = [name for name in (*METRICS[1:], "followers", *OUTCOMES, "cost", "product_cost") if name not in names]
    return frame.with_columns(engagements.alias("engagements"), *(missing().alias(name) for name in absent))


def _max(column: str) -> nw.Expr:
    return nw.col(column).max().alias(column)


def _known(column: str) -> nw.Expr:
    return (~nw.col(column).is_null()).cast(nw.Float64)


def _sum(column: str) -> nw.Expr:
    return nw.col(column).sum().alias(column)


def _sum_or_missing(frame: Lazy, keys: list[str], sums: list[str], largest: list[str]) -> Lazy:
    """Group by keys; a sum over nothing known is missing, where the engines disagree between zero and missing."""
    counts = [nw.col(column).count().alias(f"_n_{column}") for column in sums]
    grouped = frame.group_by(keys).agg(
        *(_sum(column) for column in sums), *counts, *(_max(column) for column in largest)
    )
    known = [nw.when(nw.col(f"_n_{column}") > 0).then(nw.col(column)).alias(column) for column in sums]
    return grouped.select(*keys, *known, *largest)


def _rate_terms() -> list[nw.Expr]:
    """Return ``{measure}_num``, ``_den`` and ``_n`` of every rate of RATE_PAIRS, row by row."""
    terms = []
    for measure, (top, bottom) in RATE_PAIRS.items():
        both = ~nw.col(top).is_null() & ~nw.col(bottom).is_null()
        terms += [
            nw.when(both).then(nw.col(top)).alias(f"{measure}_num"),
            nw.when(both).then(nw.col(bottom)).alias(f"{measure}_den"),
            both.cast(nw.Float64).alias(f"{measure}_n"),
        ]
    return terms


def _metric_terms() -> list[nw.Expr]:
    return [_known(metric).alias(f"{metric}_n") for metric in METRICS]


def _audience_terms(pairs: Mapping[str, str]) -> list[nw.Expr]:
    """Split each ratio over followers by whether the row knows its own; the rest waits for the account's."""
    terms = []
    for measure, top in pairs.items():
        known, own = ~nw.col(top).is_null(), ~nw.col("followers").is_null()
        terms += [
            nw.when(known & own).then(nw.col(top)).alias(f"{measure}_own_num"),
            nw.when(known & own).then(nw.col("followers")).alias(f"{measure}_own_den"),
            (known & own).cast(nw.Float64).alias(f"{measure}_own_n"),
            nw.when(known & ~own).then(nw.col(top)).alias(f"{measure}_rest_num"),
            (known & ~own).cast(nw.Float64).alias(f"{measure}_rest_n"),
        ]
    return terms


def creator_rows(creators: Lazy, *, merge: bool) -> Lazy:
    """Return one row per account with its averages as sums over one average post, prefixed ``mean_``.

    With ``merge``, rows of one account become one that holds the largest value of each column; rows without any
    identifier stay accounts of their own.
    """
    names = creators.collect_schema().names()
    if merge:
        columns = [name for name in names if name != "account" and not name.startswith("_")]
        named = creators.filter(~nw.col("account").is_null())
        merged = named.group_by("account").agg(*(_max(name) for name in columns)).select("account", *columns)
        nameless = creators.filter(nw.col("account").is_null()).select("account", *columns)
        creators = nw.concat([merged, nameless], how="vertical")
    averages = {part: f"avg_{part}" for part in ENGAGEMENT_PARTS if f"avg_{part}" in names}
    known = {"views": "avg_views", "reach": "avg_reach"}
    means = {metric: nw.col(name) if name in names else missing() for metric, name in known.items()}
    means |= {"engagements": parts_total(averages), "impressions": missing()}
    return creators.with_columns(*(means[metric].alias(f"mean_{metric}") for metric in METRICS))


def deliverable_rows(
    placements: Lazy, posts: Lazy | None, relationships: Lazy | None, locate: Callable[[Lazy], Lazy]
) -> Lazy:
    """Return one row per deliverable with ``account`` (missing when nobody is named), cost and what it got.

    With ``posts``, rows of one post are summed into one deliverable first, and take from the post what they lack:
    its metrics, its followers, its account. ``relationships`` maps account to relationship where creators know it.
    """
    rows = _with_metrics(placements)
    paid_known = "cost" in placements.collect_schema().names()
    if posts is not None:
        rows = _linked(rows, posts)
    rows = locate(rows)
    own = nw.col("relationship") if "relationship" in rows.collect_schema().names() else missing(nw.String)
    rows = rows.with_columns(own.alias("relationship"))
    if relationships is not None:
        rows = rows.join(relationships, on="account", how="left")
        rows = rows.with_columns(nw.coalesce(nw.col("relationship"), nw.col("_relationship")).alias("relationship"))
    return rows.with_columns(nw.col("cost").alias("paid"), _cost(paid_known=paid_known).alias("cost"))


def _cost(*, paid_known: bool) -> nw.Expr:
    """Return money paid plus product; where no money is known, product alone if the creator works for product."""
    relationship = nw.col("relationship").fill_null("")
    unpaid = relationship.is_in(["ambassador", "gifted"]) if paid_known else relationship != "paid"
    with_product = nw.col("cost") + nw.col("product_cost").fill_null(0.0)
    for_product = nw.when(unpaid).then(nw.col("product_cost"))
    return nw.coalesce(with_product, for_product)


def _linked(rows: Lazy, posts: Lazy) -> Lazy:
    taken = [*METRICS, "followers", "_id", "_platform"]
    pointed_at = rows.filter(~nw.col("post_id").is_null()).select("post_id")
    seen = _with_metrics(posts.join(pointed_at, on="post_id", how="semi"))
    seen = seen.group_by("post_id").agg(*(nw.col(name).max().alias(f"_post_{name}") for name in taken))
    sums = ["cost", "product_cost", *METRICS, *OUTCOMES]
    largest = ["followers", *attributes(rows)]
    keys = ["post_id", "_id", "_platform"]
    of_posts = _sum_or_missing(rows.filter(~nw.col("post_id").is_null()), keys, sums, largest)
    others = rows.filter(nw.col("post_id").is_null()).select(*keys, *sums, *largest)
    joined = nw.concat([of_posts, others], how="vertical").join(seen, on="post_id", how="left")
    filled = [nw.coalesce(nw.col(name), nw.col(f"_post_{name}")).alias(name) for name in taken]
    return joined.with_columns(*filled).drop(*(f"_post_{name}" for name in taken))


def deliverable_sums(rows: Lazy) -> Lazy:
    """Return one row per account from :func:`deliverable_rows`: sums and counts, prefixed ``deal_``."""
    rows = rows.filter(~nw.col("account").is_null())
    terms = []
    for measure, (top, bottom, divisor) in COST_PAIRS.items():
        both = ~nw.col(top).is_null() & ~nw.col(bottom).is_null()
        gain = nw.col(top) - nw.col(bottom) if measure == "roi" else nw.col(top)
        terms += [
            nw.when(both).then(gain).alias(f"{measure}_num"),
            nw.when(both).then(nw.col(bottom) / divisor).alias(f"{measure}_den"),
            both.cast(nw.Float64).alias(f"{measure}_n"),
        ]
    terms += [_known(name).alias(f"{name}_n") for name in AMOUNTS]
    rows = rows.with_columns(*_metric_terms(), *_rate_terms(), *_audience_terms({**AUDIENCE, PRICE: "paid"}), *terms)
    return per_account(rows, DEAL_SUMS, ["followers", *attributes(rows)], "deal_")
