"""What each table says of an account: sums, and counts of what the sums are made of.

A ratio may only divide what was seen together, so for every measure the numerator and the denominator are summed
over exactly the rows where both are known. Sums travel with their counts, because a sum of nothing is missing and
not zero.

Three tables speak of engagement: posts (observed), deliverables (paid posts with their own counts) and creators
(averages that the source reports; one average post stands for the account). Deliverables alone speak of money. Their
cost, results and revenue may lie on one row, or on rows of their own (a ledger of payouts beside a ledger of
orders); ``summary`` decides between the two.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.schema import ENGAGEMENT_PARTS

__all__ = [
    "AUDIENCE",
    "COST_PAIRS",
    "DEAL_SUMS",
    "METRICS",
    "NAMING",
    "POST_SUMS",
    "PRICE",
    "RATE_PAIRS",
    "Locate",
    "creator_rows",
    "deliverable_rows",
    "deliverable_sums",
    "parts_total",
    "post_sums",
    "post_tallies",
]

#: Rates on what a post got: measure → numerator, denominator. Followers are looked up, see ``_audience_terms``.
RATE_PAIRS = {
    "engagement_rate_by_reach": ("engagements", "reach"),
    "engagement_rate_by_impressions": ("engagements", "impressions"),
    "engagement_rate_by_views": ("engagements", "views"),
}

#: Rates on the audience: measure → numerator; the denominator is followers.
AUDIENCE = {"engagement_rate_by_followers": "engagements", "reach_rate": "reach"}

#: Measures on deliverables: measure → numerator, denominator, divisor of the denominator.
COST_PAIRS = {
    "cost_per_engagement": ("cost", "engagements", 1.0),
    "cost_per_mille": ("cost", "impressions", 1_000.0),
    "cost_per_thousand_reached": ("cost", "reach", 1_000.0),
    "cost_per_view": ("cost", "views", 1.0),
    "cost_per_click": ("cost", "clicks", 1.0),
    "cost_per_acquisition": ("cost", "conversions", 1.0),
    "conversion_rate_by_clicks": ("conversions", "clicks", 1.0),
    "conversion_rate_by_engagements": ("conversions", "engagements", 1.0),
    "roi": ("revenue", "cost", 1.0),
    "roas": ("revenue", "cost", 1.0),
}

#: The price of an audience: money paid without product, over followers in thousands.
PRICE = "cost_per_thousand_followers"

#: Adds ``account`` to rows that carry ``_id`` and ``_platform``.
Locate = Callable[[Lazy], Lazy]

#: What a post or a deliverable got, in the order of the tables.
METRICS = ("engagements", "views", "reach", "impressions")

_OUTCOMES = ("clicks", "conversions", "revenue")
_AMOUNTS = ("cost", *_OUTCOMES)


def _sides(measures: Iterable[str]) -> list[str]:
    return [f"{measure}_{part}" for measure in measures for part in ("num", "den", "n")]


def _audience_sides(measures: Iterable[str]) -> list[str]:
    parts = ("own_num", "own_den", "own_n", "rest_num", "rest_n")
    return [f"{measure}_{part}" for measure in measures for part in parts]


def _with_counts(columns: Iterable[str]) -> list[str]:
    return [name for column in columns for name in (column, f"{column}_n")]


_ENGAGEMENT = (*_with_counts(METRICS), *_sides(RATE_PAIRS), *_audience_sides(AUDIENCE))

#: The sums that :func:`post_sums` and :func:`deliverable_sums` give, before their prefix.
POST_SUMS = ("posts", *_ENGAGEMENT)
DEAL_SUMS = (*_ENGAGEMENT, *_audience_sides([PRICE]), *_sides(COST_PAIRS), *_with_counts(_AMOUNTS))


def parts_total(names: Mapping[str, str]) -> nw.Expr:
    """Return the engagements of a row from its parts; ``names`` maps a part to the column that holds it.

    A missing part is skipped when another is present. Likes are the exception: where the table has likes and the
    row's are missing they are hidden, and a total without them would read as a post nobody liked; it is missing.
    """
    columns = [nw.col(names[part]) for part in ENGAGEMENT_PARTS if part in names]
    if not columns:
        return missing()
    total = nw.sum_horizontal(*columns)
    if "likes" in names:
        return nw.when(~nw.col(names["likes"]).is_null()).then(total)
    known = columns[0].is_null()
    for column in columns[1:]:
        known = known & column.is_null()
    return nw.when(~known).then(total)


def _with_metrics(frame: Lazy) -> Lazy:
    """Add every metric that the table lacks as a missing column, and engagements from parts where not given."""
    names = frame.collect_schema().names()
    parts = parts_total({part: part for part in ENGAGEMENT_PARTS if part in names})
    has_parts, has_total = any(part in names for part in ENGAGEMENT_PARTS), "engagements" in names
    given = [nw.col("engagements")] * has_total + [parts] * has_parts
    engagements = nw.coalesce(*given) if given else missing()
    absent = [name for name in (*METRICS[1:], "followers", *_OUTCOMES, "cost", "product_cost") if name not in names]
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


def _attributes(frame: Lazy) -> list[str]:
    names = frame.collect_schema().names()
    return [name for name in ("creator_id", "handle", "platform", "relationship") if name in names]


#: Decimals kept when a column of money is summed: 10^12 leaves room for nine million rows of one account.
_DECIMALS = 1e12


#: How a post names its account; a tally is kept for each way.
NAMING = ("creator_id", "handle", "name", "platform", "relationship")


def post_tallies(posts: Lazy) -> Lazy:
    """Return posts summed by how they name their account: :data:`POST_SUMS` and the largest ``followers``.

    The one step that reads every post. Only what the table can know is summed, and texts are taken as they are, so
    that they are cleaned once an account and not once a post. Tallies of two sets of posts add up to those of both.
    """
    names = posts.collect_schema().names()
    naming = [name for name in NAMING if name in names]
    known = _known_metrics(names)  # made first, so that an engine works each out once
    rows = posts.select(*naming, *(metric.alias(name) for name, metric in known.items()))
    terms = _post_terms(list(known))
    rows = rows.select(*naming, *(term.alias(name) for name, term in terms.items()))
    sums = [name for name in terms if name != "followers"]
    counts = {name.removesuffix("_num") + "_n": name for name in sums if not name.endswith("_den")}
    if not naming:  # nobody is named: the posts belong to no account
        rows, naming = rows.with_columns(missing(nw.String).alias("creator_id")), ["creator_id"]
    tallied = rows.group_by(naming).agg(
        nw.len().alias("posts"),
        *(_sum(name) for name in sums),
        *(nw.col(name).count().alias(count) for count, name in counts.items()),
        *([_max("followers")] if "followers" in terms else []),
    )
    numbers = ("posts", *sums, *counts)
    rest = _rest_of(numbers)
    absent = [nw.lit(0.0).alias(name) for name in POST_SUMS if name not in (*numbers, *rest)]
    followers = [(nw.col("followers").cast(nw.Float64) if "followers" in terms else missing()).alias("followers")]
    tallied = tallied.with_columns(*(nw.col(name).cast(nw.Float64) for name in numbers), *absent, *followers)
    return tallied.with_columns(*(term.alias(name) for name, term in rest.items())) if rest else tallied


def _known_metrics(names: Iterable[str]) -> dict[str, nw.Expr]:
    """Return what a table with these columns knows of a post: its metrics and its followers."""
    parts = {part: part for part in ENGAGEMENT_PARTS if part in names}
    given = [nw.col("engagements")] * ("engagements" in names) + [parts_total(parts)] * bool(parts)
    known = {name: nw.col(name) for name in (*METRICS[1:], "followers") if name in names}
    if not given:
        return known
    return {"engagements": nw.coalesce(*given) if len(given) > 1 else given[0], **known}


def _post_terms(known: Collection[str]) -> dict[str, nw.Expr]:
    """Return what is summed over posts that know these metrics, by name; each is missing where unknown."""
    terms = {name: nw.col(name) for name in known}
    for measure, (top, bottom) in RATE_PAIRS.items():
        if top in known and bottom in known:
            both = ~nw.col(top).is_null() & ~nw.col(bottom).is_null()
            terms[f"{measure}_num"] = nw.when(both).then(nw.col(top))
            terms[f"{measure}_den"] = nw.when(both).then(nw.col(bottom))
    for measure, top in AUDIENCE.items():
        if {top, "followers"} <= set(known):
            terms[f"{measure}_own_num"] = nw.when(~nw.col("followers").is_null()).then(nw.col(top))
            terms[f"{measure}_own_den"] = nw.when(~nw.col(top).is_null()).then(nw.col("followers"))
    return terms


def _rest_of(numbers: Collection[str]) -> dict[str, nw.Expr]:
    """Return what is left of each sum that is split by whether a post knows its followers: the whole less their part.

    Where nothing is left the sum is zero, and not what rounding leaves of it.
    """
    rest: dict[str, nw.Expr] = {}
    for measure, top in AUDIENCE.items():
        if top not in numbers:
            continue
        if f"{measure}_own_num" in numbers:
            n = nw.col(f"{top}_n") - nw.col(f"{measure}_own_n")
            left = nw.when(n > 0).then(nw.col(top) - nw.col(f"{measure}_own_num")).otherwise(nw.lit(0.0))
        else:
            n, left = nw.col(f"{top}_n"), nw.col(top)
        rest |= {f"{measure}_rest_num": left, f"{measure}_rest_n": n}
    return rest


def post_sums(tallies: Lazy, locate: Locate) -> Lazy:
    """Return one row per account from :func:`post_tallies` that carry ``_id``: sums and counts, prefixed ``post_``."""
    # asked of the sums, not of the name: an engine would push a question about the name down to every post
    theirs = nw.when(~nw.col("_id").is_null()).then(nw.col("posts")) > 0
    rows = locate(tallies.filter(theirs))
    return _per_account(rows, list(POST_SUMS), ["followers", *_attributes(rows)], "post_")


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


def deliverable_rows(placements: Lazy, posts: Lazy | None, relationships: Lazy | None, locate: Locate) -> Lazy:
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
    sums = ["cost", "product_cost", *METRICS, *_OUTCOMES]
    largest = ["followers", *_attributes(rows)]
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
    terms += [_known(name).alias(f"{name}_n") for name in _AMOUNTS]
    rows = rows.with_columns(*_metric_terms(), *_rate_terms(), *_audience_terms({**AUDIENCE, PRICE: "paid"}), *terms)
    return _per_account(rows, list(DEAL_SUMS), ["followers", *_attributes(rows)], "deal_")


def _per_account(rows: Lazy, sums: list[str], largest: list[str], prefix: str) -> Lazy:
    """Return sums and largest values by account; the same rows give the same bytes.

    A sum of cents in floating point depends on the order of its rows in the last digit, and lazy engines choose
    their own. There the whole part and twelve decimals are summed as integers, which is exact; pandas sums in order.
    """
    tops = [nw.col(name).max().alias(prefix + name) for name in largest]
    if rows.implementation.is_pandas():
        return rows.group_by("account").agg(*(nw.col(name).sum().alias(prefix + name) for name in sums), *tops)
    known = {name: nw.col(name).fill_null(0.0) for name in sums}
    whole = [value.floor().cast(nw.Int64).alias(f"{name}_whole") for name, value in known.items()]
    rest = [((value - value.floor()) * _DECIMALS).round().cast(nw.Int64).alias(name) for name, value in known.items()]
    parts = rows.select("account", *whole, *rest, *largest)
    summed = parts.group_by("account").agg(
        *(nw.col(f"{name}_whole").sum() for name in sums),
        *(nw.col(name).sum() for name in sums),
        *tops,
    )
    exact = [(nw.col(f"{name}_whole") + nw.col(name) / _DECIMALS).alias(prefix + name) for name in sums]
    return summed.select("account", *exact, *(prefix + name for name in largest))
