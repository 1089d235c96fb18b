"""What posts say of an account: the one step that reads every post, and the step from its sums to the account's.

Each sum is over exactly the posts where both sides of its ratio are known. What a table cannot know is not summed at
all, and texts are taken as they are: they are cleaned once an account and not once a post.

A sum of cents in floating point depends on the order of its rows in the last digit, and lazy engines choose their
own. Whole numbers are exact in any order (up to 2^53), so only what may have decimals is summed in two whole parts.
"""

from collections.abc import Callable, Collection, Sequence

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.measures.sides import AUDIENCE, METRICS, NAMING, POST_SUMS, RATE_PAIRS, parts_total
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["attributes", "per_account", "post_sums", "post_tallies", "whole_tallies"]

#: Decimals kept when a column of money is summed: 10^12 leaves room for nine million rows of one account.
_DECIMALS = 1e12


def post_tallies(posts: Lazy) -> tuple[Lazy, frozenset[str]]:
    """Return posts summed by how they name their account, and which of the sums are of whole numbers alone.

    The columns are those of ``NAMING`` that the posts have, the sums of ``POST_SUMS`` that they can know, and the
    largest ``followers`` where a post tells them. Tallies of two sets of posts add up to those of both.
    """
    schema = posts.collect_schema()
    naming = [name for name in NAMING if name in schema]
    known = _known_metrics(schema)  # made first, so that an engine works each out once
    rows = posts.select(*naming, *(metric.cast(nw.Float64).alias(name) for name, metric in known.items()))
    if not naming:  # nobody is named: the posts belong to no account
        rows, naming = rows.with_columns(missing(nw.String).alias("creator_id")), ["creator_id"]
    terms = _terms(known)
    counts = {name.removesuffix("_num") + "_n": name for name in terms if not name.endswith("_den")}
    beside = [nw.col("followers")] if "followers" in known else []
    rows = rows.select(*naming, *(term.alias(name) for name, (term, _) in terms.items()), *beside)
    tallied = rows.group_by(naming).agg(
        nw.len().alias("posts"),
        *(nw.col(name).sum().alias(name) for name in terms),
        *(nw.col(name).count().alias(count) for count, name in counts.items()),
        *(column.max() for column in beside),
    )
    rest = _rest([*terms, *counts])
    counted = [nw.col(name).cast(nw.Float64).alias(name) for name in ("posts", *counts)]
    tallied = tallied.with_columns(*counted, *(term.alias(name) for name, (term, _) in rest.items()))
    decimals = {column for column, kind in schema.items() if kind.is_float()}
    parts = {"engagements": ("engagements", *ENGAGEMENT_PARTS)}
    summed = {name: parts.get(of, (of,)) for name, (_, of) in {**terms, **rest}.items()}
    return tallied, frozenset(name for name, columns in summed.items() if not decimals & set(columns))


def whole_tallies(tallies: Lazy) -> Lazy:
    """Return tallies with every sum of ``POST_SUMS``: one that the posts cannot know is zero, of no post."""
    names = tallies.collect_schema().names()
    absent = [nw.lit(0.0).alias(name) for name in POST_SUMS if name not in names]
    absent += [] if "followers" in names else [missing().alias("followers")]
    return tallies.with_columns(*absent) if absent else tallies


def _known_metrics(names: Collection[str]) -> dict[str, nw.Expr]:
    """Return what a table with these columns knows of a post: its metrics and its followers."""
    parts = {part: part for part in ENGAGEMENT_PARTS if part in names}
    given = [nw.col("engagements")] * ("engagements" in names) + [parts_total(parts)] * bool(parts)
    known = {name: nw.col(name) for name in (*METRICS[1:], "followers") if name in names}
    if not given:
        return known
    return {"engagements": nw.coalesce(*given) if len(given) > 1 else given[0], **known}


def _terms(known: Collection[str]) -> dict[str, tuple[nw.Expr, str]]:
    """Return what is summed over posts that know these metrics, by name, and of which metric each is.

    A term is missing where one side of its ratio is unknown.
    """
    terms = {name: (nw.col(name), name) for name in METRICS if name in known}
    pairs = {**RATE_PAIRS, **{measure: (top, "followers") for measure, top in AUDIENCE.items()}}
    for measure, (top, bottom) in pairs.items():
        if top in known and bottom in known:
            own = "_own" if measure in AUDIENCE else ""
            terms[f"{measure}{own}_num"] = (nw.when(~nw.col(bottom).is_null()).then(nw.col(top)), top)
            terms[f"{measure}{own}_den"] = (nw.when(~nw.col(top).is_null()).then(nw.col(bottom)), bottom)
    return terms


def _rest(sums: Collection[str]) -> dict[str, tuple[nw.Expr, str]]:
    """Return what is left of each sum that is split by whether a post knows its followers: the whole less their part.

    Where nothing is left the sum is zero, and not what rounding leaves of it.
    """
    rest: dict[str, tuple[nw.Expr, str]] = {}
    for measure, top in AUDIENCE.items():
        if top not in sums:
            continue
        n, left = nw.col(f"{top}_n").cast(nw.Float64), nw.col(top)
        if f"{measure}_own_num" in sums:
            n = n - nw.col(f"{measure}_own_n").cast(nw.Float64)
            left = nw.when(n > 0).then(left - nw.col(f"{measure}_own_num")).otherwise(nw.lit(0.0))
        rest |= {f"{measure}_rest_num": (left, top), f"{measure}_rest_n": (n, "posts")}
    return rest


def post_sums(tallies: Lazy, locate: Callable[[Lazy], Lazy], whole: Collection[str] = ()) -> Lazy:
    """Return one row per account from :func:`post_tallies` that carry ``_id``: sums and counts, prefixed ``post_``."""
    rows = locate(tallies)
    names = rows.collect_schema().names()
    sums = [name for name in POST_SUMS if name in names]
    largest = [*(["followers"] if "followers" in names else []), *attributes(rows)]
    # asked of the sums, not of the name: an engine would push a question about the name down to every post
    named = nw.when(~nw.col("account").is_null()).then(nw.col("posts"))
    summed = per_account(rows.with_columns(named.alias("posts")), sums, largest, "post_", whole)
    return summed.filter(nw.col("post_posts") > 0)


def attributes(frame: Lazy) -> list[str]:
    """Return the columns that say who an account is, as far as the frame has them."""
    names = frame.collect_schema().names()
    return [name for name in ("creator_id", "handle", "platform", "relationship") if name in names]


def per_account(
    rows: Lazy, sums: Sequence[str], largest: Sequence[str], prefix: str, whole: Collection[str] = ()
) -> Lazy:
    """Return sums and largest values by account, with ``prefix``; the same rows give the same bytes.

    Counts, and the sums of ``whole``, are of whole numbers, exact in any order. Of the others a lazy engine sums the
    whole part and twelve decimals as integers; pandas sums in order.
    """
    tops = [nw.col(name).max().alias(prefix + name) for name in largest]
    exact = {name for name in sums if name in whole or name == "posts" or name.endswith("_n")}
    if rows.implementation.is_pandas():
        exact = set(sums)
    apart = {name: nw.col(name).fill_null(0.0) for name in sums if name not in exact}
    given = [name for name in sums if name in exact]
    parts = [value.floor().cast(nw.Int64).alias(f"{name}_whole") for name, value in apart.items()]
    parts += [((value - value.floor()) * _DECIMALS).round().cast(nw.Int64).alias(name) for name, value in apart.items()]
    summed = (
        rows.select("account", *given, *parts, *largest)
        .group_by("account")
        .agg(
            *(nw.col(name).sum().alias(prefix + name) for name in given),
            *(nw.col(name).sum() for name in apart for name in (name, f"{name}_whole")),
            *tops,
        )
    )
    if not apart:
        return summed
    added = {name: (nw.col(f"{name}_whole") + nw.col(name) / _DECIMALS).alias(prefix + name) for name in apart}
    kept = [added.get(name, nw.col(prefix + name)) for name in sums]
    return summed.select("account", *kept, *(prefix + name for name in largest))
