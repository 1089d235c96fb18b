"""Posts, deliverables and accounts become one row per account, and accounts become groups.

The unit of every comparison is the creator, so everything is first brought to one row an account
(:func:`accounts`), with each measure as a numerator and a denominator. A group's figure is pooled from those sums;
the median and the middle half are over the creators' own ratios (:func:`groups`). Nothing is rounded and nothing is
collected here: lazy tables give lazy results, in pandas, polars, duckdb or Spark.

The traps this settles: a fee is counted once however many posts it joins to; a sum of nothing is missing, not zero; a
ratio sums its two sides over the same rows; followers are those at post time where known; a tier without creators
stays in the table, and creators without followers are a row of their own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from analysis.errors import ColumnError, SchemeError
from analysis.measures import keys, sources
from analysis.measures.combine import combined, meet
from analysis.measures.frames import Lazy, canonical, clean, collected, missing, same_library
from analysis.measures.prepared import prepared
from analysis.measures.registry import MEASURES, measure_named
from analysis.measures.tiers import DEFAULT_SCHEME, QUANTILE, UNKNOWN, Scheme, SchemeLike, load_scheme, tier_expression
from analysis.measures.tiers import scheme_names, tier_order
from analysis.schema import CREATORS, PLACEMENTS, POSTS

__all__ = ["ACCOUNT_COLUMNS", "accounts", "accounts_rules", "groups", "unattributed"]

#: The columns of an account before its measures, in order.
ACCOUNT_COLUMNS = (
    "account",
    "creator_id",
    "handle",
    "name",
    "platform",
    "category",
    "country",
    "relationship",
    "followers",
    "scheme",
    "tier",
    "fee",
    "engagement_rate_reported",
    "posts",
    "basis",
    "engagements_per_post",
    "views_per_post",
    "reach_per_post",
    "impressions_per_post",
    "cost",
    "revenue",
    "engagements",
)


#: What :func:`groups` says of a group, after the columns it is grouped by.
GROUP_COLUMNS = (
    "creators",
    "measured",
    "posts",
    "numerator",
    "denominator",
    "pooled",
    "median",
    "q25",
    "q75",
    "zero_denominator",
    "missing",
    "flagged",
)


def accounts(creators: Any = None, posts: Any = None, placements: Any = None, *, scheme: SchemeLike = DEFAULT_SCHEME) -> Any:
    """Return one row per account: who it is, its tier, and both sides of every measure.

    Parameters
    ----------
    creators, posts, placements : frame, optional
        Canonical tables (see ``data/README.md``) of one library: pandas or polars frames, polars LazyFrames, duckdb
        relations, Spark frames. Any one is enough. Not changed.
    scheme : str, Path, mapping or Scheme
        The tiers to name; see :func:`~analysis.measures.tiers.load_scheme`. ``quantile`` collects the followers.

    Returns
    -------
    frame
        The library of the input; lazy when the input is. :data:`ACCOUNT_COLUMNS`, then ``{measure}_num`` and
        ``{measure}_den`` of every measure, all always present, null where they cannot be known. A creator's own
        measure is num / den (undefined where den is 0); a group's is sum(num) / sum(den). ``posts`` counts observed
        posts and is null where only averages are known: there one average post stands for the account.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.
    ColumnError, ValueRangeError, CurrencyError
        If a table has no canonical column, negative followers, text for numbers, or several currencies.

    Notes
    -----
    :func:`accounts_rules` says in sentences what was decided for these tables.

    Examples
    --------
    >>> import pandas as pd
    >>> paid = pd.DataFrame({"handle": ["ana", "ana", "ben"], "cost": [100, 100, 50], "likes": [10, 1000, 0]})
    >>> table = accounts(placements=paid)
    >>> table[["account", "cost", "engagements", "cost_per_engagement_num", "cost_per_engagement_den"]]
      account   cost  engagements  cost_per_engagement_num  cost_per_engagement_den
    0     ana  200.0       1010.0                    200.0                   1010.0
    1     ben   50.0          0.0                     50.0                      0.0
    """
    finish = same_library([creators, posts, placements])
    tables = prepared(creators, posts, placements)
    parts = []
    if tables.creators is not None:
        parts.append(sources.creator_rows(tables.creators, merge=tables.merges))
    if tables.posts is not None:
        parts.append(sources.post_sums(tables.posts, tables.locate))
    if tables.placements is not None:
        parts.append(sources.deliverable_sums(tables.deliverables()))
    table = parts[0]
    for part in parts[1:]:
        table = meet(table, part)
    table = combined(table, metrics_of_deals=tables.metrics_of_deals())
    loaded = _scheme_for(scheme, table)
    table = table.with_columns(tier_expression(loaded), nw.lit(loaded.name).alias("scheme"))
    both_sides = [f"{measure}_{part}" for measure in MEASURES for part in ("num", "den")]
    return finish(table.select(*ACCOUNT_COLUMNS, *both_sides).sort("account", nulls_last=True))


def groups(
    accounts: Any,
    measure: str,
    *,
    by: Iterable[str] = ("tier",),
    minimum: int = 20,
    scheme: SchemeLike | None = None,
) -> Any:
    """Return one row per group: the pooled measure, its spread over creators, and how many creators it rests on.

    Parameters
    ----------
    accounts : frame
        What :func:`accounts` returns, whole or filtered. Not changed.
    measure : str
        A name of :data:`~analysis.measures.registry.MEASURES`.
    by : iterable of str
        Columns of ``accounts`` to group by.
    minimum : int
        Groups with fewer measured creators are flagged.
    scheme : str, Path, mapping or Scheme, optional
        Whose tiers to show, the empty ones included. Read from the column ``scheme`` where the frame is eager; give
        it for lazy frames and for schemes of your own.

    Returns
    -------
    frame
        ``by`` (a missing value of ``tier`` reads ``followers unknown``, of any other column ``unknown``), creators
        (in the group), measured (denominator above 0), posts, numerator, denominator, pooled, median, q25, q75
        (linear quantiles of the creators' own ratios), zero_denominator and missing (creators), flagged.
        Groups in the order of the scheme.

    Raises
    ------
    ParameterError
        If there is no such measure.
    ColumnError
        If ``accounts`` lacks a column.
    SchemeError
        If the tiers of an eager frame are not those of the scheme.

    Notes
    -----
    pooled = sum(numerator) / sum(denominator), over creators where both are known. A creator whose denominator is 0
    has no ratio, still counts in both sums, and is counted in ``zero_denominator``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.measures.summary import accounts as from_rows
    >>> paid = pd.DataFrame({"handle": list("abc"), "followers": 2000, "cost": [100, 100, 50], "likes": [10, 1000, 0]})
    >>> table = groups(from_rows(placements=paid), "cost_per_engagement")
    >>> table[["tier", "creators", "measured", "pooled", "zero_denominator"]].round(4)
            tier  creators  measured  pooled  zero_denominator
    0   under 1k         0         0     NaN                 0
    1      micro         3         2  0.2475                 1
    2      macro         0         0     NaN                 0
    3       mega         0         0     NaN                 0
    """
    measure_named(measure)
    wrapped = nw.from_native(accounts)
    finish = same_library([accounts])
    by = list(by)
    names = wrapped.collect_schema().names()
    absent = [name for name in (*by, f"{measure}_num", f"{measure}_den") if name not in names]
    if absent:
        raise ColumnError(absent, names, "a table of groups")
    order = _tiers_to_show(wrapped, scheme) if "tier" in by else []
    top, bottom = nw.col("_num"), nw.col("_den")
    rows = wrapped.lazy().select(
        *(_label(name).alias(name) for name in by),
        clean(nw.col(f"{measure}_num")).alias("_num"),
        clean(nw.col(f"{measure}_den")).alias("_den"),
        (clean(nw.col("posts")) if "posts" in names else missing()).alias("posts"),
        nw.lit(1.0).alias("_creator"),
    )
    known = ~top.is_null() & ~bottom.is_null()
    rows = nw.concat([rows, *_empty_groups(rows, by, order)], how="vertical") if order else rows
    rows = rows.with_columns(
        nw.when(known).then(top).alias("_num"),
        nw.when(known).then(bottom).alias("_den"),
        nw.when(known & (bottom > 0)).then(top / bottom).alias("_own"),
        (known & (bottom == 0)).cast(nw.Float64).alias("_zero"),
        known.cast(nw.Float64).alias("_known"),
    )
    own = nw.col("_own")
    table = rows.group_by(by).agg(
        nw.col("_creator").sum().alias("creators"),
        own.count().alias("measured"),
        nw.col("posts").sum(),
        nw.col("posts").count().alias("_posts"),
        top.sum().alias("numerator"),
        bottom.sum().alias("denominator"),
        own.median().alias("median"),
        own.quantile(0.25, interpolation="linear").alias("q25"),
        own.quantile(0.75, interpolation="linear").alias("q75"),
        nw.col("_zero").sum().alias("zero_denominator"),
        nw.col("_known").sum().alias("_known"),
    )
    whole = ["creators", "measured", "zero_denominator", "missing"]
    some = nw.col("_known") > 0
    table = table.with_columns(
        (nw.col("creators") - nw.col("_known")).alias("missing"),
        nw.when(some).then(nw.col("numerator")).alias("numerator"),
        nw.when(some).then(nw.col("denominator")).alias("denominator"),
        nw.when(some & (nw.col("denominator") > 0)).then(nw.col("numerator") / nw.col("denominator")).alias("pooled"),
        nw.when((nw.col("_posts") > 0) | (nw.col("creators") == 0)).then(nw.col("posts")).alias("posts"),
        (nw.col("measured") < minimum).alias("flagged"),
    )
    table = table.with_columns(*(nw.col(name).cast(nw.Int64) for name in whole), *_rank(by, order))
    sorting = ["_rank" if name == "tier" and order else name for name in by]
    return finish(table.sort(*sorting).select(*by, *GROUP_COLUMNS))


def _label(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String).fill_null(UNKNOWN if name == "tier" else "unknown")


def _empty_groups(rows: Lazy, by: list[str], order: list[str]) -> list[Lazy]:
    """Return one row of no creator for each tier, within every group of the other columns."""
    others = [name for name in by if name != "tier"]
    base = rows.group_by(others).agg(nw.len().alias("_n")) if others else rows.select(nw.len().alias("_n"))
    nothing = {"_num": missing(), "_den": missing(), "posts": missing(), "_creator": nw.lit(0.0)}
    filled = base.with_columns(*(value.alias(name) for name, value in nothing.items()))
    return [filled.with_columns(nw.lit(tier).alias("tier")).select(*by, *nothing) for tier in order]


def _rank(by: list[str], order: list[str]) -> list[nw.Expr]:
    if "tier" not in by or not order:
        return []
    rank: nw.Expr = nw.lit(len(order))
    for place, tier in enumerate(order):
        rank = nw.when(nw.col("tier") == tier).then(nw.lit(place)).otherwise(rank)
    return [rank.alias("_rank")]


def _tiers_to_show(accounts: nw.DataFrame[Any] | Lazy, scheme: SchemeLike | None) -> list[str]:
    eager = isinstance(accounts, nw.DataFrame)
    if scheme is None and eager and "scheme" in accounts.columns:
        named = accounts["scheme"].drop_nulls().unique().to_list()
        scheme = named[0] if len(named) == 1 and named[0] in scheme_names() else None
        if scheme is None and named:
            raise SchemeError(f"these accounts were made with {', '.join(map(repr, named))}; pass scheme= to groups too.")
    order = tier_order(scheme if scheme is not None else DEFAULT_SCHEME)
    if eager:
        strange = sorted({str(tier) for tier in accounts["tier"].drop_nulls().unique().to_list()} - set(order))
        if strange:
            raise SchemeError(f"tiers {', '.join(strange)} are not of this scheme ({', '.join(order)}); pass scheme=.")
    return order


def _scheme_for(scheme: SchemeLike, table: Lazy) -> Scheme:
    """Load the scheme; the one made from the data needs the followers, the only thing ever collected here."""
    if scheme != QUANTILE:
        return load_scheme(scheme)
    followers = table.select("followers").collect()["followers"]
    return load_scheme(QUANTILE, followers=followers.to_native())


def unattributed(creators: Any = None, posts: Any = None, placements: Any = None) -> Any:
    """Return one row of totals over deliverables that name no account: they are in no group, and not forgotten.

    Returns
    -------
    frame
        rows, cost, engagements, clicks, conversions, revenue; null where nothing is known. Lazy when the input is.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.

    Examples
    --------
    >>> import pandas as pd
    >>> paid = pd.DataFrame({"handle": ["ana", None], "cost": [100.0, 30.0]})
    >>> unattributed(placements=paid)[["rows", "cost"]]
       rows  cost
    0     1  30.0
    """
    finish = same_library([creators, posts, placements])
    if placements is None:
        given = [frame for frame in (creators, posts) if frame is not None]
        columns = [missing().alias(name) for name in _TOTALS]
        return finish(nw.from_native(given[0]).lazy().select(nw.len().alias("rows") * 0, *columns))
    rows = prepared(creators, posts, placements).deliverables().filter(nw.col("account").is_null())
    sums = [nw.col(name).sum().alias(name) for name in _TOTALS]
    counts = [nw.col(name).count().alias(f"{name}_n") for name in _TOTALS]
    known = [nw.when(nw.col(f"{name}_n") > 0).then(nw.col(name)).alias(name) for name in _TOTALS]
    return finish(rows.select(nw.len().alias("rows"), *sums, *counts).select("rows", *known))


_TOTALS = ("cost", "engagements", "clicks", "conversions", "revenue")


def accounts_rules(creators: Any = None, posts: Any = None, placements: Any = None) -> list[str]:
    """Return, in sentences, what :func:`accounts` decides for these tables; counts are given for eager tables.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.

    Examples
    --------
    >>> import pandas as pd
    >>> for rule in accounts_rules(placements=pd.DataFrame({"handle": ["ana", None], "cost": [100.0, 30.0]})):
    ...     print(rule)
    An account is told by its handle (without case or @).
    1 of 2 deliverables name no account; they are in no group, and their totals stand apart.
    """
    same_library([creators, posts, placements])
    tables = prepared(creators, posts, placements)
    rules = keys.account_rules(tables.columns)
    columns = {name: set(names) for name, names in tables.columns.items()}
    rules += _source_rules(columns, tables)
    eager = placements is not None and isinstance(nw.from_native(placements), nw.DataFrame)
    if eager:
        nobody = nw.from_native(unattributed(creators, posts, placements))["rows"].to_list()[0]
        if nobody:
            rules.append(
                f"{nobody:,} of {len(placements):,} deliverables name no account; they are in no group, and their "
                "totals stand apart."
            )
    return rules
